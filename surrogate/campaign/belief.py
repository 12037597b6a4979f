"""What a campaign believes: its physics and its measured cells as one model, and its answers in the units of people.

Data flow: campaign -> ``physics_of`` (kept) and measured cells (simulated under their own conditions) ->
``CampaignModel`` -> acquisition (BoTorch models over encoded designs), or predictions of designs: each target in
absolute terms and against the control.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pandas as pd
from botorch.models.model import Model
from numpy.typing import NDArray
from scipy.special import ndtr

from surrogate.evaluation.metrics import NINETY
from surrogate.files.bounds import z_ends
from surrogate.hosts.designs import CompleteDesigns
from surrogate.hosts.targets import SCALES, TARGETS
from surrogate.models.campaign_model import CampaignModel, Level, Told
from surrogate.models.encoded_prior import EncodedPrior
from surrogate.models.fused_model import FusedModel, MixedModel
from surrogate.models.gate import ALL_PHYSICS
from surrogate.models.physics_prior import PhysicsPrior
from surrogate.physics import simulate

Array = NDArray[np.float64]
BETTER = "p_better_than_control"


def believe(
    prior: PhysicsPrior,
    measured: pd.DataFrame | None = None,
    levels: Mapping[str, Level] | None = None,
    progress: Callable[[str, int, int], None] | None = None,
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
    return CampaignModel(prior, designs, told, simulate(designs, progress=progress), dict(levels or {}))


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


def answers(
    model: CampaignModel,
    designs: CompleteDesigns,
    control: CompleteDesigns,
    primary: str,
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
    primary : str
        The target that ``p_better_than_control`` is about.
    simulated : DataFrame, optional
        ``simulate`` of the designs with the control behind them; default: simulated here.

    Returns
    -------
    DataFrame
        n + 1 rows, the control last. Of each target T: ``T``, the median, with ``T_lower``, ``T_upper``, the central
        90 % interval of one new cell; ``T_physics``, the simulator's own answer; ``T_vs_control`` with ``_lower`` and
        ``_upper``, what the host is worth itself over what the control is (of an efficiency, of what is lost), in
        which the level of the laboratory cancels and the spread of single cells has no part; and
        ``p_better_than_control``, the probability that the host is better than the control in ``primary``.
    """
    every = designs.together([control])
    simulated = simulate(every) if simulated is None else simulated.reset_index(drop=True)
    joint = model.joint(every, simulated)
    out: dict[str, Any] = {}
    for target, (mean, covariance) in joint.items():
        scale = SCALES[target]
        half = NINETY * np.sqrt(np.maximum(np.diag(covariance), 0.0) + model.noise(target))
        out[target] = scale.from_z(mean)
        out[f"{target}_lower"], out[f"{target}_upper"] = scale.ends_from_z(mean - half, mean + half)
        out[f"{target}_physics"] = simulated[target].to_numpy(dtype=float)
        ratio, spread = against_last(mean, covariance)
        out[f"{target}_vs_control"] = np.exp(ratio)
        out[f"{target}_vs_control_lower"] = np.exp(ratio - NINETY * spread)
        out[f"{target}_vs_control_upper"] = np.exp(ratio + NINETY * spread)
        if target == primary:
            wanted = 1.0 if scale.direction(scale.goal) == "max" else -1.0
            out[BETTER] = np.where(spread > 0.0, ndtr(wanted * ratio / np.maximum(spread, 1e-12)), 0.5)
    return pd.DataFrame(out, index=pd.RangeIndex(len(every)))


def against_last(mean: Array, covariance: Array) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return mean and standard deviation (n,) of the difference of each value to the last one."""
    difference = mean - mean[-1]
    variance = np.diag(covariance) + covariance[-1, -1] - 2.0 * covariance[:, -1]
    variance[-1] = 0.0
    return difference, np.sqrt(np.maximum(variance, 0.0))
