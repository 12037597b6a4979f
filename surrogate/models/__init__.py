"""Surrogates of one target each, and the bundle of all that is registered and served.

    kernels           which columns share a length scale, and the Matern kernel
    hyperparameters   named values, one table of priors, the optimizer's vector
    prior             mean, covariance and noise of a target's process, each written once
    censoring         lower bounds in a Gaussian process
    map_fit           hyperparameters by maximum a posteriori
    botorch_model     the same prior for BoTorch
    gp                TargetGP: what proposes, conditions and predicts
    ensemble          DeepEnsemble: the emulator of the simulator
    contract          what every surrogate is given and must do
    entrants          the entrants of the cross-validation, under that contract
    folder, bundle    HostModel, and how it is kept on disk

Models see encoded designs (n, d) and natural logarithms of targets; only ``bundle`` knows hosts.
"""
