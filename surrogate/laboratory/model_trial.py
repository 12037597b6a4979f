"""Judge models of a campaign in virtual laboratories: told few cells, asked about other hosts.

In each laboratory all contenders are told the same cells, more and more of them, and are scored on the same hosts: by
what these are truly worth (``against`` = ``latent``) and by one new cell of each (``cell``). A laboratory is one
observation: intervals are bootstrapped over laboratories.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from itertools import combinations

import numpy as np
import pandas as pd
from scipy.stats import spearmanr

from surrogate.errors import InputError
from surrogate.evaluation.metrics import LN10, scores
from surrogate.files.bounds import z_ends
from surrogate.hosts.targets import TARGETS
from surrogate.laboratory.contenders import Contender, Knowing, Moments
from surrogate.laboratory.reference import ReferenceHosts
from surrogate.laboratory.simulations import Progress
from surrogate.laboratory.virtual import LaboratorySettings, VirtualLaboratory

CELLS = (0, 4, 8, 16, 32)
SCORED = 200  # hosts; a coverage of 0.9 is then known to 0.02 in each laboratory
RESAMPLES = 2000
ALL = "all"  # the target of a row of the summary that is over all targets
_OF_TRIAL = (99,)  # spawn key: streams of a trial, apart from those of its laboratories
_TOLD, _NEW = 0, 1  # seeds of the told and of the new cells
_ROW = ["target", "cells", "against", "contender"]


def trial(
    reference: ReferenceHosts,
    contenders: Iterable[Contender | Knowing],
    seeds: Sequence[int],
    settings: LaboratorySettings | None = None,
    *,
    cells: Sequence[int] = CELLS,
    scored: int = SCORED,
    progress: Progress | None = None,
) -> pd.DataFrame:
    """Let contenders learn in laboratories of one campaign.

    Parameters
    ----------
    reference : ReferenceHosts
        Of the campaign. Told and scored hosts are drawn from them, others in each laboratory.
    contenders : iterable of Contender or Knowing
        Each with a name of its own.
    seeds : sequence of int
        Of the laboratories.
    settings : LaboratorySettings or None
        None for the defaults.
    cells : sequence of int
        How many cells are told, each time of the same random hosts, one cell of each.
    scored : int
        How many other random hosts are asked about.
    progress : callable or None
        Called with (stage, laboratories done, laboratories).

    Returns
    -------
    DataFrame
        A row for each laboratory, target, number of cells, contender and ``against`` (``latent`` or ``cell``):
        ``laboratory`` (from 0), ``seed``, ``target``, ``cells``, ``contender``, ``against``, ``rmse``, ``bias``
        (mean error) and ``crps`` in log10 units, ``coverage`` of the central 90 % interval, ``rank_correlation``
        (Spearman), ``n`` hosts, and ``flipped`` and ``swapped`` of the laboratory. Cells of new hosts that were
        stopped count as bounds: in ``crps`` alone.

    Raises
    ------
    InputError
        For too few reference hosts, or contenders of one name.
    """
    rivals = list(contenders)
    names = [rival.name for rival in rivals]
    for one, other in combinations(names, 2):
        if one == other:
            raise InputError("two contenders of one name", value=one, remedy="give each its own name")
    needed = max(cells) + scored
    if len(reference.designs) < needed:
        raise InputError(
            "too few reference hosts", value=len(reference.designs), limit=f"at least {needed}",
            remedy="make more with ReferenceHosts.of(campaign, n), or score fewer",
        )  # fmt: skip
    rows: list[dict[str, object]] = []
    for number, seed in enumerate(seeds):
        laboratory = VirtualLaboratory.draw(reference.campaign, seed, settings, reference=reference)
        of_laboratory = {"laboratory": number, "seed": seed}
        kind = {"flipped": laboratory.flipped or "", "swapped": laboratory.swapped}
        rows += [
            {**of_laboratory, **row, **kind} for row in _in_laboratory(laboratory, rivals, cells, scored)
        ]
        if progress is not None:
            progress("virtual laboratories", number + 1, len(seeds))
    return pd.DataFrame(rows)


def _in_laboratory(
    laboratory: VirtualLaboratory, contenders: list[Contender | Knowing], cells: Sequence[int], scored: int
) -> list[dict[str, object]]:
    pool, most = laboratory.reference.designs, max(cells)
    rivals = [one.of(laboratory) if isinstance(one, Knowing) else one for one in contenders]
    stream = np.random.SeedSequence(laboratory.seed, spawn_key=_OF_TRIAL)
    order = np.random.default_rng(stream).permutation(len(pool))
    asked = pool.take(order[most : most + scored])
    told = laboratory.measure(pool.take(order[:most]), _TOLD)
    known = {
        "latent": {target: (z, z) for target, z in _columns(laboratory.truth(asked)).items()},
        "cell": _ends(laboratory.measure(asked, _NEW)),
    }
    rows: list[dict[str, object]] = []
    for n in cells:
        for rival in rivals:
            fitted = rival.fit(told.iloc[:n].copy())
            if fitted is None:
                continue
            answers = {"latent": fitted.latent(asked), "cell": fitted.predictive(asked)}
            for against, said in answers.items():
                rows += [
                    {"target": target, "cells": n, "contender": rival.name, "against": against, **score}
                    for target, score in score_of(said, known[against]).items()
                ]
    return rows


def score_of(said: Moments, known: Moments) -> dict[str, dict[str, float]]:
    """Score what a model says of hosts.

    Parameters
    ----------
    said : Moments
        Target -> mean (n,) and variance (n,) of z.
    known : Moments
        Target -> lower (n,) and upper (n,) end of z: equal where it is known, infinite where open, NaN where
        nothing is.

    Returns
    -------
    dict of str to dict of str to float
        Target -> rmse, bias and crps in log10 units, coverage, rank_correlation and n.
    """
    found = {}
    for target in (name for name in TARGETS if name in said):
        (mean, variance), (lower, upper) = said[target], known[target]
        there = ~np.isnan(lower)
        mean, variance, lower, upper = (
            np.asarray(of, dtype=float)[there] for of in (mean, variance, lower, upper)
        )
        score, value = scores(mean, variance, lower, upper), lower == upper
        errors = (mean - lower)[value] / LN10
        ranked = len(errors) > 1 and np.ptp(mean[value]) > 0.0
        found[target] = {
            "rmse": score["rmse_log10"],
            "bias": float(errors.mean()) if len(errors) else math.nan,
            "crps": score["crps"],
            "coverage": score["coverage90"],
            "rank_correlation": float(spearmanr(mean[value], lower[value]).statistic) if ranked else math.nan,
            "n": score["n"],
        }
    return found


def summary(
    table: pd.DataFrame, reference: str, *, resamples: int = RESAMPLES, seed: int = 0
) -> pd.DataFrame:
    """Compare contenders with one of them, laboratory by laboratory.

    Parameters
    ----------
    table : DataFrame
        Of :func:`trial`.
    reference : str
        Name of the contender that the others are compared with.
    resamples : int
        Of the laboratories, for the intervals.
    seed : int
        Of the resamples.

    Returns
    -------
    DataFrame
        A row for each target (and ``all`` of them), number of cells, ``against`` and contender: ``laboratories``,
        the means of ``rmse``, ``crps``, ``coverage`` and ``rank_correlation`` over laboratories, and
        ``crps_ratio``, the geometric mean over laboratories of the contender's CRPS over the reference's (below 1:
        better), with the ends ``crps_ratio_lower`` and ``crps_ratio_upper`` of its central 90 % bootstrap interval
        over laboratories; NaN where the reference sat out.

    Raises
    ------
    InputError
        For a reference that is not in the table.
    """
    known = sorted(set(table["contender"]))
    if reference not in known:
        raise InputError("no such contender", value=reference, limit=", ".join(known))
    pair = ["laboratory", "target", "cells", "against"]
    theirs = table.loc[table["contender"] == reference, [*pair, "crps"]].rename(columns={"crps": "other"})
    one = table.merge(theirs, on=pair, how="left", validate="many_to_one")
    one["ln_ratio"] = np.log(one["crps"] / one["other"])
    measures = ["rmse", "crps", "coverage", "rank_correlation", "ln_ratio"]
    together = one.groupby(["laboratory", *_ROW[1:]], as_index=False)[measures].mean().assign(target=ALL)
    rows: list[dict[str, object]] = []
    for _, group in pd.concat([one, together]).groupby(_ROW, sort=False):
        ln_ratio = group["ln_ratio"].to_numpy(dtype=float)
        rng = np.random.default_rng(np.random.SeedSequence(seed))  # the same laboratories for every row
        drawn = rng.integers(0, len(ln_ratio), (resamples, len(ln_ratio)))
        lower, upper = np.quantile(ln_ratio[drawn].mean(axis=1), [0.05, 0.95])
        rows.append(
            {
                **dict(zip(_ROW, group.iloc[0][_ROW].tolist(), strict=True)),
                "laboratories": len(group),
                **{name: float(group[name].mean()) for name in measures[:-1]},
                "crps_ratio": math.exp(ln_ratio.mean()),
                "crps_ratio_lower": math.exp(lower),
                "crps_ratio_upper": math.exp(upper),
            }
        )
    return pd.DataFrame(rows)


def _columns(table: pd.DataFrame) -> dict[str, np.ndarray]:
    return {target: table[target].to_numpy(dtype=float) for target in TARGETS}


def _ends(told: pd.DataFrame) -> Moments:
    return {target: z_ends(told, target, where="new cells") for target in TARGETS}
