"""What a campaign believes: its physics and its measured cells as one model, and its answers in the units of people.

Data flow: campaign -> ``physics_of`` (kept), level (``literature_level``) and measured cells (simulated under their
own conditions) -> ``CampaignModel`` -> acquisition (BoTorch models over encoded designs), or predictions of designs:
each target in absolute terms and against the control.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from botorch.models.model import Model
from numpy.typing import NDArray
from scipy.special import ndtr

from surrogate.campaign.gains import gain, on_z, p_better_than_last, p_within_limits
from surrogate.campaign.goals import TargetGoal
from surrogate.campaign.literature_level import literature_levels
from surrogate.campaign.physics import PhysicsSettings, physics_of
from surrogate.campaign.told_simulations import simulated_hosts
from surrogate.evaluation.metrics import NINETY
from surrogate.files.bounds import z_ends
from surrogate.hosts.designs import CompleteDesigns
from surrogate.hosts.targets import SCALES, TARGETS
from surrogate.models.campaign_model import CampaignModel, Level, Told
from surrogate.models.encoded_prior import EncodedPrior
from surrogate.models.fused_model import FusedModel, MixedModel
from surrogate.models.gate import ALL_PHYSICS
from surrogate.models.physics_prior import PhysicsPrior
from surrogate.optimization.goals import Limit
from surrogate.physics import simulate
from surrogate.physics.simulate import prepare

if TYPE_CHECKING:
    from surrogate.campaign.file import Campaign
    from surrogate.models.bundle import HostModel

Array = NDArray[np.float64]
Progress = Callable[[str, int, int], None]
BETTER = "p_better_than_control"
WITHIN_LIMITS = "p_within_limits"


def belief_of(
    campaign: Campaign,
    champion: HostModel,
    measured: pd.DataFrame | None = None,
    *,
    physics: PhysicsPrior | None = None,
    simulated: pd.DataFrame | None = None,
    progress: Progress | None = None,
) -> CampaignModel:
    """Join what a campaign's physics, its champion's level (``literature_level``), and its measured cells say.

    Parameters
    ----------
    campaign : Campaign
        Its space and conditions.
    champion : HostModel
        Says what published cells reach, and how much is simulated of a campaign.
    measured : DataFrame, optional
        A row for each measured cell, as for :func:`believe`.
    physics : PhysicsPrior, optional
        What physics says of the campaign's hosts; default: made once and kept (``campaign.physics``).
    simulated : DataFrame, optional
        As for :func:`believe`.
    progress : callable, optional
        Called with (stage, steps done, steps in all).

    Raises
    ------
    DesignError, MaterialError, UnitError, RecordError
        If a measured cell cannot be used.
    SpaceError, StoreError
        If the campaign's physics cannot be made or kept.
    """
    if progress is not None:
        prepare(progress)
    if physics is None:
        physics = physics_of(campaign, settings=PhysicsSettings.of_champion(champion), progress=progress)
    levels = literature_levels(campaign, champion, physics)
    return believe(physics, measured, levels, progress, simulated)


def believe(
    prior: PhysicsPrior,
    measured: pd.DataFrame | None = None,
    levels: Mapping[str, Level] | None = None,
    progress: Progress | None = None,
    simulated: pd.DataFrame | None = None,
) -> CampaignModel:
    """Join physics and measured cells.

    Parameters
    ----------
    prior : PhysicsPrior
        Of the campaign.
    measured : DataFrame, optional
        A row for each cell: design columns, targets T, ``T_censored``, ``T_upper_bound`` and, optional, ``T_sem``,
        the known standard error of T in its unit.
    levels : mapping, optional
        Target -> what the laboratory's level may be.
    progress : callable, optional
        Called with (stage, steps done, steps in all).
    simulated : DataFrame, optional
        ``simulate`` of the measured cells' designs, in their order; default: simulated here.

    Raises
    ------
    DesignError, MaterialError, UnitError, RecordError
        If a row cannot be used.
    """
    if measured is None or not len(measured):
        return CampaignModel(prior, levels=dict(levels or {}))
    designs = CompleteDesigns.of(measured.reset_index(drop=True), where="measured cells")
    told = {}
    for target in TARGETS:
        if target not in measured.columns:
            continue
        lower, upper = z_ends(measured, target)
        rows = np.flatnonzero(~np.isnan(lower))
        told[target] = Told(rows, lower[rows], upper[rows], _error(measured, target)[rows])
    if simulated is None:
        simulated = simulated_hosts(designs, progress=progress)
    return CampaignModel(prior, designs, told, simulated.reset_index(drop=True), dict(levels or {}))


def _error(measured: pd.DataFrame, target: str) -> Array:
    """Variance (n,) of known errors, z squared: of a logarithm, the relative error squared; 0 where none is known."""
    column = f"{target}_sem"
    if column not in measured.columns:
        return np.zeros(len(measured))
    scale = SCALES[target]
    error = pd.to_numeric(measured[column], errors="coerce").fillna(0.0).to_numpy(dtype=float)
    value = pd.to_numeric(measured[target], errors="coerce").to_numpy(dtype=float)
    size = scale.most - value if scale.decreasing else value
    return np.nan_to_num((error / np.maximum(size, 1e-12)) ** 2)


def botorch_model(model: CampaignModel, encoded: EncodedPrior, target: str) -> Model:
    """Return one target of a campaign's model for acquisition functions.

    Parameters
    ----------
    model : CampaignModel
        Conditioned.
    encoded : EncodedPrior
        Its physics as a function of encoded designs; shared by all targets.
    target : str
        Which one.
    """
    process, plain, share = model.processes[target], model.plain.get(target), model.shares[target]
    if plain is None or share >= ALL_PHYSICS:
        return FusedModel(process, encoded, target)
    return MixedModel(process, encoded, target, plain.botorch_model(), share)


def intervals(
    model: CampaignModel, designs: CompleteDesigns, simulated: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Predict one new cell of each design.

    Parameters
    ----------
    model : CampaignModel
        Conditioned.
    designs : CompleteDesigns
        n designs.
    simulated : DataFrame, optional
        ``simulate`` of the designs; default: simulated here.

    Returns
    -------
    DataFrame
        n rows. Of each target T: ``T``, the median, with ``T_lower``, ``T_upper``, the central 90 % interval.
    """
    simulated = simulate(designs) if simulated is None else simulated.reset_index(drop=True)
    out: dict[str, Any] = {}
    for target, (mean, variance) in model.latent(designs, simulated).items():
        out |= _of_one_cell(model, target, mean, variance)
    return pd.DataFrame(out, index=pd.RangeIndex(len(designs)))


def _of_one_cell(model: CampaignModel, target: str, mean: Array, variance: Array) -> dict[str, Array]:
    """Median and central 90 % interval of one new cell, from mean and variance (n,) of the designs themselves, z."""
    scale = SCALES[target]
    half = NINETY * np.sqrt(np.maximum(variance, 0.0) + model.noise(target))
    lower, upper = scale.ends_from_z(mean - half, mean + half)
    return {target: scale.from_z(mean), f"{target}_lower": lower, f"{target}_upper": upper}


def answers(
    model: CampaignModel,
    designs: CompleteDesigns,
    control: CompleteDesigns,
    objectives: Mapping[str, TargetGoal],
    limits: Sequence[Limit] = (),
    simulated: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Predict designs and a control, in absolute terms and against the control.

    Parameters
    ----------
    model : CampaignModel
        Conditioned.
    designs : CompleteDesigns
        n designs.
    control : CompleteDesigns
        A single design.
    objectives : mapping
        Target -> what is wanted of it; ``p_better_than_control`` is about the first.
    limits : sequence of Limit
        Bounds on targets.
    simulated : DataFrame, optional
        ``simulate`` of the designs with the control behind them; default: simulated here.

    Returns
    -------
    DataFrame
        n + 1 rows, the control last. Of each target T: ``T``, the median, with ``T_lower``, ``T_upper``, the central
        90 % interval of one new cell; ``T_physics``, the simulator's own answer; ``T_vs_control`` with ``_lower`` and
        ``_upper``, what the host is worth itself over what the control is (of an efficiency, of what is lost), in
        which the level of the laboratory cancels and the spread of single cells has no part;
        ``p_better_than_control``, the probability that the host is better than the control in the first objective;
        and ``p_within_limits``, the probability that one new cell keeps all limits, NaN where there are none.
    """
    every = designs.together([control])
    simulated = simulate(every) if simulated is None else simulated.reset_index(drop=True)
    joint = model.joint(every, simulated)
    out: dict[str, Any] = {}
    primary, goal = next(iter(objectives.items()))
    for target, (mean, covariance) in joint.items():
        out |= _of_one_cell(model, target, mean, np.diag(covariance))
        out[f"{target}_physics"] = simulated[target].to_numpy(dtype=float)
        ratio, spread = against_last(mean, covariance)
        out[f"{target}_vs_control"] = np.exp(ratio)
        out[f"{target}_vs_control_lower"] = np.exp(ratio - NINETY * spread)
        out[f"{target}_vs_control_upper"] = np.exp(ratio + NINETY * spread)
        if target == primary:
            wanted = on_z(target, goal)
            if isinstance(wanted, str):
                ahead = (ratio if wanted == "max" else -ratio) / np.maximum(spread, 1e-12)
                out[BETTER] = np.where(spread > 0.0, ndtr(ahead), 0.5)
            else:
                out[BETTER] = p_better_than_last(mean, covariance, partial(gain, target, goal))
    means = {target: mean for target, (mean, _) in joint.items()}
    one_cell = {target: np.diag(joint[target][1]) + model.noise(target) for target in joint}
    out[WITHIN_LIMITS] = p_within_limits(limits, means, one_cell, len(every))
    return pd.DataFrame(out, index=pd.RangeIndex(len(every)))


def against_last(mean: Array, covariance: Array) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return mean and standard deviation (n,) of the difference of each value to the last one."""
    difference = mean - mean[-1]
    variance = np.diag(covariance) + covariance[-1, -1] - 2.0 * covariance[:, -1]
    variance[-1] = 0.0
    return difference, np.sqrt(np.maximum(variance, 0.0))
