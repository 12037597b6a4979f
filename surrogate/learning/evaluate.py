"""Scores of the champion on measured cells: the shipped literature, or any table in its schema."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from surrogate import tracking
from surrogate.errors import RecordError
from surrogate.evaluation.metrics import as_frame
from surrogate.files.bounds import z_ends
from surrogate.learning.contest import pool_scores
from surrogate.learning.training_data import Tables
from surrogate.literature import featurize
from surrogate.literature import records as literature
from surrogate.literature.usable import Unusable, Usable, read_usable
from surrogate.models.bundle import HostModel
from surrogate.models.inputs import Inputs

NEW, SEEN = "not seen in training", "seen in training"


@dataclass(frozen=True)
class Scores:
    """Scores of a model on a table of records.

    Attributes
    ----------
    table : DataFrame
        One row a target and ``split``: the scores of ``evaluation.metrics``, and the numbers of rows and papers.
    seen : tuple of str
        The papers among those scored that the model has learned from.
    scored : int
        Rows with at least one score.
    unusable : tuple of Unusable
        The rows that cannot be used.
    unscored : mapping
        Why usable rows have no score -> their lines.
    notes : tuple of str
        A sentence for each thing that was interpreted.
    """

    table: pd.DataFrame
    seen: tuple[str, ...]
    scored: int
    unusable: tuple[Unusable, ...]
    unscored: Mapping[str, tuple[int, ...]]
    notes: tuple[str, ...]


def evaluate(
    records: str | Path | pd.DataFrame | None = None,
    *,
    model: HostModel | None = None,
    progress: Callable[[str, int, int], None] | None = None,
) -> Scores:
    """Score the champion on measured cells.

    Rows of a table that cannot be used are set aside and listed; the others are scored. Papers that the model has
    learned from (their scores are of the fit) and others are scored apart. A paper is known by its ``group``, or by
    its ``source`` and ``ref``.

    Parameters
    ----------
    records : str, Path or DataFrame, optional
        CSV file or table in the literature schema; None: the shipped table.
    model : HostModel, optional
        None: the champion.
    progress : callable, optional
        Called with ("scoring", steps done, 1).

    Returns
    -------
    Scores
        Of each target; of the rows that can be used, and which cannot.

    Raises
    ------
    RecordError
        For a table that cannot be used or has nothing to score.
    ModelError
        Without a champion.
    """
    model = model or tracking.load_champion()
    if progress is not None:
        progress("scoring", 0, 1)
    given = read_usable(literature.load() if records is None else records, judge=featurize.design_errors)
    table = given.records
    designs = featurize.to_designs(table)
    seen = seen_in_training(designs, model)
    tables = Tables.of(designs)
    rows: list[dict[str, object]] = []
    scored = np.zeros(len(designs), dtype=bool)
    for target in model.mixtures:
        lower, upper = z_ends(designs, target, where="records")
        known = ~np.isnan(lower)
        scored |= known
        for split, part in ((NEW, known & ~seen), (SEEN, known & seen)):
            if not part.any():
                continue
            inputs = Inputs(
                tables.X[part],
                designs.loc[part, "control"].to_numpy(dtype=bool),
                tables.physics.of(target)[part],
            )
            result = pool_scores(model.of_published(target, inputs), lower[part], upper[part])
            papers = designs.loc[part, "group"].nunique()
            rows.append({"target": target, "entrant": "champion", **result, "papers": papers, "split": split})
    if not rows:
        raise RecordError(
            "no row has a target that can be scored",
            limit="cycles or hours, ccd, overpotential, coulombic efficiency",
        )
    if progress is not None:
        progress("scoring", 1, 1)
    return Scores(
        as_frame(rows).astype({"n": int, "n_censored": int}),
        seen=tuple(sorted(set(designs.loc[scored & seen, "group"]))),
        scored=int(scored.sum()),
        unusable=given.unusable,
        unscored=_unscored(given),
        notes=given.notes,
    )


def _unscored(given: Usable) -> Mapping[str, tuple[int, ...]]:
    """Collect the lines of the usable rows without a score by the reason."""
    lines: dict[str, list[int]] = {}
    for row, reason in featurize.unscored(given.records).items():
        lines.setdefault(reason, []).append(given.lines[row])
    return {reason: tuple(places) for reason, places in lines.items()}


def seen_in_training(designs: pd.DataFrame, model: HostModel) -> NDArray[np.bool_]:
    """Say of each featurized record whether the model has learned from its paper.

    Capitals do not matter in a DOI.

    Parameters
    ----------
    designs : DataFrame, n rows
        Featurized records.
    model : HostModel
        With the papers it learned from.

    Returns
    -------
    array of bool, (n,)
    """
    known = {name.lower() for name in (*model.papers, *model.citations)}
    return np.array(
        [
            group.lower() in known or citation.lower() in known
            for group, citation in zip(designs["group"], designs["citation"], strict=True)
        ],
        dtype=bool,
    )
