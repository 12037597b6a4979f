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

Of measured cells alone (the general optimizer; beside physics in a campaign):

    prior             hyperparameters, their priors, and the covariance, written once
    map_fit           hyperparameters by maximum a posteriori
    gp                TargetGP: a plain process over encoded designs
    botorch_model     the same prior for BoTorch

Of all processes:

    kernels           which columns share a length scale, and the Matern kernel
    censoring         bounds in a Gaussian process
    leave_one_out     what all others say of each observation

Of any cell (``bundle``: what is registered and served):

    against_foil      what the simulator says of a host against a bare foil
    contract, inputs  what every surrogate of the literature is given and must do
    ingredients       what a mixture is made of (class_level, regression)
    mixture, weights  the mixture, how its weights are found, and its rivals in the contest
    folder, bundle    HostModel, and how it is kept on disk

Models see encoded designs (n, d) and targets on their scale z (``hosts.targets``).
"""
