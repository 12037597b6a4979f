"""What is believed of a target: of any cell by a mixture, of a campaign's hosts by its physics and its own cells.

Of a campaign (``campaign.belief`` puts it together):

    network           a deep ensemble of perceptrons, for everything that is emulated
    simulator_inputs  what the closed laws make of a design: the inputs of an emulator
    state_emulator    designs and constants -> plated states -> targets, by the laws
    physics_prior     mean over the simulator's constants, and its principal functions
    process           FusedProcess: physics, level, residual, noise; one exact process a target
    gate              how far physics is believed against a process without it
    campaign_model    CampaignModel: all targets, conditioned on a campaign's cells
    encoded_prior     the same physics with gradients, for an acquisition function
    fused_model       a process as a BoTorch model

Of any cell (``bundle``: what is registered and served):

    kernels           which columns share a length scale, and the Matern kernel
    hyperparameters   named values, one table of priors, the optimizer's vector
    prior             mean, covariance and noise of a target's process, each written once
    censoring         bounds in a Gaussian process
    leave_one_out     what all others say of each observation
    map_fit           hyperparameters by maximum a posteriori
    botorch_model     the same prior for BoTorch
    gp                TargetGP: a process over encoded designs
    ensemble          DeepEnsemble: the emulator of the simulator over the whole host space
    contract          what every surrogate is given and must do
    ingredients       what a mixture is made of (class_level, regression, processes)
    mixture, weights  the mixture, and how its weights are found
    entrants          the rivals of the contest, under that contract
    folder, bundle    HostModel, and how it is kept on disk

Models see encoded designs (n, d) and targets on their scale z (``hosts.targets``).
"""
