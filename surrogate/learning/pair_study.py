"""Direction and ratio of published pairs: what the simulator, a regression on conditions and a coin get right.

Data flow: pairs of the records (``literature.pairs``) -> both cells as several designs that share what the paper
leaves unsaid -> one simulation of each -> the simulator's ratio, its median over the draws -> beside it that of a
regression on conditions which has not seen the paper -> the share of right directions and the distance of the ratios
by what differs, with intervals from a bootstrap over papers.

The ratio of two cells of one laboratory needs no level: neither does the simulator's. A difference that a predictor
does not see (a ratio of exactly 1) is counted half right, as a coin would be. Constants of the simulator were fitted
to cells of the documents that were read in full, some of these pairs among them; the group ``blind`` holds the rest.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from surrogate.hosts.designs import CompleteDesigns
from surrogate.hosts.targets import BELOW, SCALES, TARGETS
from surrogate.literature import documents, featurize
from surrogate.literature import records as literature
from surrogate.literature.measured import plated, targets
from surrogate.literature.pairs import EFFICIENCY, QUANTITIES, pairs
from surrogate.literature.schema import several
from surrogate.physics.simulate import simulate

Array = NDArray[np.float64]
Progress = Callable[[str, int, int], None]

SIMULATOR, REGRESSION, COIN = "simulator", "conditions", "coin"
ALL, PROVEN, BLIND, HOSTS, BLIND_HOSTS = "all", "proven", "blind", "hosts", "hosts, blind"
CONDITIONS = frozenset(
    {"electrolyte", "additive", "pressure", "temperature", "current"}
)  # no host differs in these
DRAWS = 16
RESAMPLES = 2000
_TEMPERATURE, _NO_INPUTS = "temperature_C", ("li_excess_mAh_cm2",)  # hardly a record states the excess
TIE = 1e-6  # of ln ratio, below which a predictor sees no difference


def pair_study(
    records: pd.DataFrame | None = None,
    *,
    seed: int = 0,
    draws: int = DRAWS,
    progress: Progress | None = None,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Score predictors on pairs.

    Parameters
    ----------
    records : DataFrame, optional
        A typed table; None: the shipped records.
    seed : int
        Of the draws and the bootstrap.
    draws : int
        Designs of each cell.
    progress : callable, optional
        Called with (stage, steps done, steps in all).

    Returns
    -------
    scores : DataFrame
        A row for each group of pairs and predictor: differs_in (a difference, ``all``, ``proven``: pairs whose
        direction their numbers prove, ``blind``: pairs of documents to which no constant was fitted, ``hosts``: pairs
        that differ in more than conditions, or ``hosts, blind``), predictor,
        pairs, papers, right (share of directions), right_low, right_high (95 % of the bootstrap), ties (share),
        fold_error (median factor between the predicted and the published ratio; of a bound, as far as it is missed),
        fold_low, fold_high.
    compared : DataFrame
        The pairs, as ``literature.pairs.pairs`` gives them, with the predicted ln ratio of each predictor; NaN where
        a predictor has none, as for an electrolyte without an identifier.

    Raises
    ------
    RecordError
        For records that cannot become designs.
    """
    records = literature.load() if records is None else records
    found = pairs(records)
    simulated = plated(records).loc[found["record"]].to_numpy(dtype=bool)  # no full cell
    found = found[simulated & found["quantity"].isin(TARGETS) & (found["told"] != 0)].reset_index(drop=True)
    if progress is not None:
        progress("simulating pairs", 0, 2)
    found[SIMULATOR] = simulated_ratios(records, found, draws, seed)
    if progress is not None:
        progress("simulating pairs", 1, 2)
    found[REGRESSION] = regression_ratios(records, found)
    found[COIN] = 0.0
    found["blind"] = [_read_as(source) == "abstract" for source in records.loc[found["record"], "source"]]
    scores = _scores(found, seed)
    if progress is not None:
        progress("simulating pairs", 2, 2)
    return scores, found


def _read_as(source: str) -> str:
    document = documents.find(source)
    return "" if document is None else document.kind


def simulated_ratios(records: pd.DataFrame, found: pd.DataFrame, draws: int, seed: int) -> Array:
    """Simulate both cells of pairs.

    Parameters
    ----------
    records : DataFrame
        A typed table.
    found : DataFrame, n rows
        Pairs of it.
    draws, seed
        As for :func:`pair_study`.

    Returns
    -------
    ndarray, (n,)
        ln of the ratio, the median over the draws; of an efficiency, of the losses. NaN where a cell has no design or
        no draw can be simulated.
    """
    rows = sorted({*found["record"], *found["control"]})
    designs = featurize.drawn_designs(records.loc[rows], draws, seed, by_paper=True)
    if designs.empty:
        return np.full(len(found), np.nan)
    state = simulate(CompleteDesigns.of(designs.reset_index(drop=True), where="designs of the pairs"))
    state.index = designs.index
    known = set(designs.index.get_level_values("record"))
    ratios = np.full(len(found), np.nan)
    for place, (record, control, quantity) in enumerate(
        found[["record", "control", "quantity"]].itertuples(index=False)
    ):
        if record in known and control in known:
            own, other = (
                SCALES[quantity].to_z(state.loc[row, quantity].to_numpy(dtype=float))
                for row in (record, control)
            )
            difference = own - other
            if np.isfinite(difference).any():
                ratios[place] = np.nanmedian(difference)
    return ratios


def regression_ratios(records: pd.DataFrame, found: pd.DataFrame) -> Array:
    """Predict the ratio of pairs by least squares on conditions: current, capacity, temperature, pressure, class.

    Each pair by a fit to all other papers; bounds are taken as values.

    Parameters
    ----------
    records : DataFrame
        A typed table.
    found : DataFrame, n rows
        Pairs of it.

    Returns
    -------
    ndarray, (n,)
        ln of the ratio; NaN where a cell has no design.
    """
    inputs = _conditions(records)
    paper = records["group"].to_numpy(dtype=object)
    position = {row: place for place, row in enumerate(records.index)}
    ratios = np.full(len(found), np.nan)
    for quantity in found["quantity"].unique():
        measured = SCALES[quantity].to_z(_published(records, quantity))
        usable = np.isfinite(measured) & np.isfinite(inputs).all(axis=1)
        for group in found.loc[found["quantity"] == quantity, "paper"].unique():
            train = usable & (paper != group)
            if train.sum() < inputs.shape[1]:
                continue
            weights = np.linalg.lstsq(inputs[train], measured[train], rcond=None)[0]
            for place in np.flatnonzero((found["quantity"] == quantity) & (found["paper"] == group)):
                own, other = (position[found[side].iloc[place]] for side in ("record", "control"))
                ratios[place] = float((inputs[own] - inputs[other]) @ weights)
    return ratios


def _conditions(records: pd.DataFrame) -> Array:
    """Return the inputs of the regression (n, 5 + classes): a constant, logarithms, temperature, class."""
    conditions = featurize.conditions_of(records)
    numbers = conditions.drop(columns=["electrolyte", *_NO_INPUTS])
    logs = np.log(numbers.drop(columns=_TEMPERATURE))
    classes = pd.get_dummies(conditions["electrolyte"], dummy_na=True).astype(float)
    parts = [np.ones((len(conditions), 1)), logs, numbers[[_TEMPERATURE]] / 100.0, classes.iloc[:, 1:]]
    return np.column_stack([np.asarray(part, dtype=float) for part in parts])


def _published(records: pd.DataFrame, quantity: str) -> Array:
    """Return values and lower bounds (n,), NaN where there is neither."""
    known = targets(records)
    return known[quantity].where(known[f"{quantity}_censored"] != BELOW).to_numpy(dtype=float)


def _scores(found: pd.DataFrame, seed: int) -> pd.DataFrame:
    differences = sorted({one for cell in found["differs_in"] for one in several(cell)})
    groups = {ALL: np.ones(len(found), dtype=bool), PROVEN: found["proven"].to_numpy(dtype=bool)}
    groups[BLIND] = found["blind"].to_numpy(dtype=bool)
    groups[HOSTS] = np.array(
        [not set(several(cell)) <= CONDITIONS for cell in found["differs_in"]], dtype=bool
    )
    groups[BLIND_HOSTS] = groups[HOSTS] & groups[BLIND]
    groups |= {
        one: np.array([one in several(cell) for cell in found["differs_in"]], dtype=bool)
        for one in differences
    }
    rows = []
    for name, chosen in groups.items():
        for predictor in (SIMULATOR, REGRESSION, COIN):
            part = found[chosen & found[SIMULATOR].notna().to_numpy()]
            if len(part):
                rows.append({"differs_in": name, "predictor": predictor, **_score(part, predictor, seed)})
    return pd.DataFrame(rows)


def _score(part: pd.DataFrame, predictor: str, seed: int) -> dict[str, object]:
    """Score a predictor on some pairs, with a bootstrap over their papers."""
    right, miss = _right(part, predictor), _misses(part, predictor)
    papers = part["paper"].to_numpy(dtype=object)
    names = list(dict.fromkeys(papers))
    rows_of = [np.flatnonzero(papers == name) for name in names]
    rng = np.random.default_rng(seed)
    shares, folds = [], []
    for _ in range(RESAMPLES):
        rows = np.concatenate([rows_of[place] for place in rng.integers(len(names), size=len(names))])
        shares.append(right[rows].mean())
        folds.append(np.exp(np.median(miss[rows])))
    low, high = np.quantile(shares, [0.025, 0.975])
    fold_low, fold_high = np.quantile(folds, [0.025, 0.975])
    return {
        "pairs": len(part), "papers": len(names), "right": right.mean(), "right_low": low, "right_high": high,
        "ties": float((right == 0.5).mean()), "fold_error": float(np.exp(np.median(miss))),
        "fold_low": fold_low, "fold_high": fold_high,
    }  # fmt: skip


def _right(part: pd.DataFrame, predictor: str) -> Array:
    """1 where the direction is right, 0.5 where the predictor sees no difference, else 0."""
    predicted = part[predictor].fillna(0.0).to_numpy(dtype=float)
    more = np.array([QUANTITIES[name] and name != EFFICIENCY for name in part["quantity"]])
    better = np.sign(np.where(np.abs(predicted) < TIE, 0.0, predicted)) * np.where(more, 1.0, -1.0)
    return np.asarray(0.5 + 0.5 * better * part["told"].to_numpy(dtype=float))


def _misses(part: pd.DataFrame, predictor: str) -> Array:
    """Distance in ln of the predicted ratio from the interval in which the published one lies."""
    predicted = part[predictor].fillna(0.0).to_numpy(dtype=float)
    with np.errstate(divide="ignore"):
        low, high = (np.log(part[name].to_numpy(dtype=float)) for name in ("ratio_low", "ratio_high"))
    return np.asarray(np.maximum(0.0, np.maximum(low - predicted, predicted - high)))
