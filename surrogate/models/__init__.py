"""Surrogates of one target each, and the bundle of three that is registered and served.

    censoring         lower bounds in a Gaussian process
    kernels           covariance between encoded designs
    hyperparameters   priors and the maximum a posteriori fit
    gp                TargetGP: what proposes, conditions and predicts
    ensemble          DeepEnsemble: the emulator of the simulator
    base, entrants    the rivals of the contest, under one contract
    folder, bundle    HostModel, and how it is kept on disk

Models see encoded designs (n, d) and natural logarithms of targets; only ``bundle`` knows hosts.
"""
