"""What lies behind the answers of a batch: whence a median comes, what each choice is worth, what a cell would tell.

Data flow: the campaign's model, proposals and control with their simulations -> the medians as products of what
physics, the literature and the campaign's cells say; proposals with one group of choices set to the control's
(``choice_groups``), simulated -> factors with intervals from the joint posterior; proposals and measured hosts -> the
probability that one more cell changes which of them is best. What choices explain over all of a campaign's hosts is
in ``choice_shares``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

from surrogate.campaign.choice_groups import alike, choice_groups, differ, exchanged
from surrogate.campaign.gains import gains, keeping, on_z
from surrogate.campaign.goals import TargetGoal
from surrogate.campaign.outside import is_inside
from surrogate.campaign.roles import EXPLOIT, EXPLORE, promising
from surrogate.evaluation.metrics import NINETY
from surrogate.hosts import columns as c
from surrogate.hosts.designs import CompleteDesigns
from surrogate.hosts.targets import SCALES, TARGETS
from surrogate.models.campaign_model import CampaignModel, Level
from surrogate.optimization.goals import Limit
from surrogate.optimization.settings import Wanted
from surrogate.physics import feasibility, simulate
from surrogate.shapes import Float

if TYPE_CHECKING:
    from surrogate.campaign.file import Campaign

Array = NDArray[np.float64]
CHANGES_BEST = "p_changes_best"
QUANTILES = 2001  # of a standard normal number
_TIED = 1e-12  # z: what two equal hosts may differ by


def understanding(
    belief: CampaignModel,
    every: CompleteDesigns,
    simulated: pd.DataFrame,
    objectives: Mapping[str, TargetGoal],
    limits: Sequence[Limit] = (),
) -> pd.DataFrame:
    """Say what lies behind the answers of a batch.

    Parameters
    ----------
    belief : CampaignModel
        Conditioned on the campaign's cells.
    every : CompleteDesigns
        n proposals and, last, their control.
    simulated : DataFrame
        ``simulate`` of these, n + 1 rows.
    objectives : mapping
        Target -> what is wanted of it; worths and ``p_changes_best`` are about the first.
    limits : sequence of Limit
        A host whose medians break one is not the best, unless all do.

    Returns
    -------
    DataFrame
        n + 1 rows. Of each target T ``T_by_physics``, ``T_by_literature``, ``T_by_cells`` (:func:`factors`). Of each
        group of choices ``worth_GROUP``: the median of the first objective (of an efficiency, of the lost share) over
        that of the same host with this group alone set to the control's, with the ends ``_lower`` and ``_upper`` of
        its central 90 % interval, in which the level of the laboratory cancels and the spread of single cells has no
        part; NaN where the two do not differ or the changed host cannot be made. ``p_changes_best`` of each proposal
        (:func:`p_changes_best`), among proposals and hosts measured under the same conditions. Of the control
        worths and ``p_changes_best`` are NaN.
    """
    primary, goal = next(iter(objectives.items()))
    simulated = simulated.reset_index(drop=True)
    changed, of_which = with_one_choice_of_the_control(every)
    _, measured, own = measured_hosts(belief, every)
    rows = every.together([changed, measured])
    answers = [simulated, *([simulate(changed)] if len(changed) else []), *([own] if len(own) else [])]
    told = pd.concat([one[list(TARGETS)] for one in answers], ignore_index=True)
    bases = belief.bases(rows, told)
    mean, covariance = belief.mixed(primary).joint(bases[primary])
    table = factors(belief, every, simulated)
    worths = worths_of(mean, covariance, len(every), of_which)
    n, last = len(every) - 1, np.arange(len(rows) - len(measured), len(rows))
    compared = np.concatenate([np.arange(n), last])
    chances = np.full(n + 1, np.nan)
    medians = {one.name: belief.mixed(one.name).latent(bases[one.name])[0][compared] for one in limits}
    chances[:n] = p_changes_best(
        mean[compared], covariance[np.ix_(compared, compared)], belief.noise(primary), on_z(primary, goal),
        keeping(limits, medians, len(compared)),
    )[:n]  # fmt: skip
    return pd.concat([table, worths, pd.Series(chances, name=CHANGES_BEST)], axis=1)


def factors(belief: CampaignModel, designs: CompleteDesigns, simulated: pd.DataFrame) -> pd.DataFrame:
    """Split the median of each target into what physics, the literature and the campaign's own cells say.

    Parameters
    ----------
    belief : CampaignModel
        Conditioned on the campaign's cells.
    designs : CompleteDesigns
        n designs.
    simulated : DataFrame
        ``simulate`` of these.

    Returns
    -------
    DataFrame
        n rows. Of each target T ``T_by_physics`` in the unit of T: the median by physics alone, over the simulator's
        uncertain constants (``T_physics`` is at the shipped ones); ``T_by_literature``: the factor by which published
        cells lie above the simulator (exp of the prior level); ``T_by_cells``: the factor that the campaign's cells
        made of it, with all that a process without physics takes over (``gate``), 1 without cells. Their product is
        T; of an efficiency the factors are of the lost share, 100 - T.
    """
    out: dict[str, Array] = {}
    for target, basis in belief.bases(designs, simulated).items():
        scale = SCALES[target]
        most = 0.0 if scale.decreasing else np.inf  # more than all is not lost
        mean, _ = belief.mixed(target).joint(basis)
        level = belief.levels.get(target, Level()).mean
        stages = [np.minimum(z, most) for z in (basis.mean, basis.mean + level, mean)]
        out[f"{target}_by_physics"] = scale.from_z(stages[0])
        out[f"{target}_by_literature"] = np.exp(stages[1] - stages[0])
        out[f"{target}_by_cells"] = np.exp(stages[2] - stages[1])
    return pd.DataFrame(out, index=pd.RangeIndex(len(designs)))


def p_changes_best(
    mean: Float[Array, " k"],
    covariance: Float[Array, "k k"],
    noise: float,
    wanted: Wanted,
    kept: NDArray[np.bool_] | None = None,
) -> Float[Array, " k"]:
    """Return the probability that one cell of a host changes which host is best by posterior mean.

    A cell of host i with the value y moves the mean of each host j by cov(i, j)/(var(i) + noise) (y - mean(i)). Seen
    from now this is s(j) e with s(j) = cov(i, j)/sqrt(var(i) + noise) and e standard normal, so that the present best
    stays the best in an interval of e; the lines are those of the knowledge gradient for correlated beliefs (Frazier,
    Powell and Dayanik, INFORMS J. Comput. 21 (2009) 599). For a value to match or a band the worth of a mean is no
    line: it is looked up at ``QUANTILES`` of e.

    Parameters
    ----------
    mean, covariance : ndarray (k,), (k, k)
        What k hosts are worth, z and z squared.
    noise : float
        Variance between replicate cells, z squared.
    wanted : {"max", "min"}, number or pair of numbers
        What is wanted of z: a number is to be matched, a pair are the ends of a band.
    kept : ndarray of bool (k,), optional
        The hosts that can be best, as those that keep all limits; None, or none of them: all.

    Returns
    -------
    ndarray (k,)
        0 to 1, for one cell of each host in turn.
    """
    spread = np.sqrt(np.maximum(np.diag(covariance) + noise, 1e-300))
    slope = covariance / spread[:, None]  # of the mean of j by e, (i, j)
    if kept is not None and kept.any():
        mean, slope = mean[kept], slope[:, kept]
    if not isinstance(wanted, str):
        return _of_a_band(mean, slope, wanted if isinstance(wanted, tuple) else (wanted, wanted))
    sign = 1.0 if wanted == "max" else -1.0
    mean, slope = sign * mean, sign * slope
    best = int(np.argmax(mean))
    ahead = mean[best] - mean  # at least 0
    gain = slope - slope[:, [best]]
    with np.errstate(divide="ignore", invalid="ignore"):
        where = ahead / gain  # e at which j draws level with the present best
    upper = np.where(gain > _TIED, where, np.inf).min(axis=1)
    lower = np.where(gain < -_TIED, where, -np.inf).max(axis=1)
    return np.asarray(ndtr(lower) + ndtr(-upper))


def _of_a_band(mean: Array, slope: Array, ends: tuple[float, float]) -> Array:
    """Return for each row of slopes (i, j) how probably the mean nearest to a band is another one."""
    e = ndtri((np.arange(QUANTILES) + 0.5) / QUANTILES)

    def away(z: Array) -> Array:
        return np.maximum(ends[0] - z, 0.0) + np.maximum(z - ends[1], 0.0)

    best = int(np.argmin(away(mean)))
    found = np.empty(len(slope))
    for i, lines in enumerate(slope):
        distance = away(mean + e[:, None] * lines)
        found[i] = np.mean(distance[:, best] > distance.min(axis=1) + _TIED)
    return found


def with_one_choice_of_the_control(every: CompleteDesigns) -> tuple[CompleteDesigns, list[tuple[int, str]]]:
    """Make proposals with one group of choices set to the control's.

    Parameters
    ----------
    every : CompleteDesigns
        n proposals and, last, their control.

    Returns
    -------
    designs : CompleteDesigns
        Those that differ from the proposal and break no rule that is judged without a simulation.
    of_which : list of (int, str)
        Of each the proposal's row and the group.
    """
    table = every.frame.reset_index(drop=True)
    proposals, control = table.iloc[:-1], table.iloc[[-1] * (len(table) - 1)].reset_index(drop=True)
    found, of_which = [], []
    rows = np.flatnonzero(alike(proposals, control))
    for group in choice_groups():
        found.append(exchanged(proposals.iloc[rows], control.iloc[rows], group))
        of_which += [(int(row), group) for row in rows]
    if not of_which:
        return every.take([]), []
    designs = CompleteDesigns.of(
        pd.concat(found, ignore_index=True), where="proposals with one choice changed"
    )
    original = proposals.iloc[[row for row, _ in of_which]].reset_index(drop=True)
    kept = feasibility.can_be_made(designs) & differ(designs.frame, original)
    return designs.where(kept), [one for one, stays in zip(of_which, kept, strict=True) if stays]


def roles_of(
    belief: CampaignModel, every: CompleteDesigns, simulated: pd.DataFrame, campaign: Campaign
) -> list[str]:
    """Say of each proposal whether it is made for what it promises or for what is learned from it.

    Parameters
    ----------
    belief : CampaignModel
        Conditioned on the campaign's cells.
    every : CompleteDesigns
        n proposals and, last, their control.
    simulated : DataFrame
        ``simulate`` of these, n + 1 rows.
    campaign : Campaign
        Its objectives and limits.

    Returns
    -------
    list of str
        Of the n proposals, by ``roles.promising``. Their rivals are one another, the control, and the hosts that were
        measured under the same conditions, as far as the campaign could propose them.
    """
    _, measured, own = measured_hosts(belief, every)
    could_be = is_inside(campaign, measured.frame)
    rivals = every.together([measured.where(could_be)])
    answers = pd.concat([simulated, own[could_be]], ignore_index=True)
    medians = {target: mean for target, (mean, _) in belief.latent(rivals, answers).items()}
    n, kept = len(every) - 1, keeping(campaign.limits, medians, len(rivals))
    found = promising(gains(campaign.objectives, medians), kept, spreads(belief, campaign), n)
    return [EXPLOIT if one else EXPLORE for one in found[:n]]


def spreads(belief: CampaignModel, campaign: Campaign) -> Float[Array, " m"]:
    """Return by how much cells of one design differ in each of m objectives: a standard deviation, z."""
    return np.sqrt([belief.noise(target) for target in campaign.objectives])


def measured_hosts(
    belief: CampaignModel, every: CompleteDesigns
) -> tuple[NDArray[np.int_], CompleteDesigns, pd.DataFrame]:
    """Find the hosts that were measured under the conditions of some designs, each once.

    Parameters
    ----------
    belief : CampaignModel
        Conditioned on the campaign's cells.
    every : CompleteDesigns
        Designs, all under the same conditions.

    Returns
    -------
    rows : ndarray of int (k,)
        Of the first cell of each host among the measured cells.
    designs : CompleteDesigns
        The k hosts.
    simulated : DataFrame
        ``simulate`` of these, k rows; of no host without columns.
    """
    if belief.measured is None or belief.simulated is None:
        return np.zeros(0, dtype=int), every.take([]), pd.DataFrame()
    table = belief.measured.frame.reset_index(drop=True)
    asked = every.row(0, c.CONDITIONS)
    same = np.logical_and.reduce([(table[name] == asked[name]).to_numpy() for name in c.CONDITIONS])
    rows = np.flatnonzero(same & ~table.duplicated().to_numpy())
    return rows, belief.measured.take(rows), belief.simulated.iloc[rows]


def worths_of(
    mean: Float[Array, " m"], covariance: Float[Array, "m m"], first: int, of_which: Sequence[tuple[int, str]]
) -> pd.DataFrame:
    """Compare proposals with themselves changed, in one target.

    Parameters
    ----------
    mean, covariance : ndarray (m,), (m, m)
        What proposals, their control and, from row ``first`` on, the changed hosts are worth, z and z squared.
    first : int
        n + 1.
    of_which : list of (int, str)
        As :func:`with_one_choice_of_the_control` gives it.

    Returns
    -------
    DataFrame
        n + 1 rows: ``worth_GROUP`` with ``_lower`` and ``_upper``, as in :func:`understanding`.
    """
    out = {
        f"worth_{group}{end}": np.full(first, np.nan)
        for group in choice_groups()
        for end in ("", "_lower", "_upper")
    }
    for k, (row, group) in enumerate(of_which, first):
        ratio = mean[row] - mean[k]
        variance = covariance[row, row] + covariance[k, k] - 2.0 * covariance[row, k]
        half = NINETY * np.sqrt(max(float(variance), 0.0))
        for end, z in (("", ratio), ("_lower", ratio - half), ("_upper", ratio + half)):
            out[f"worth_{group}{end}"][row] = np.exp(z)
    return pd.DataFrame(out)
