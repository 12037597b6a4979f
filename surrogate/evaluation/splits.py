"""Which rows are held out together: all rows of a paper, so that a paper never predicts itself."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

Integers = NDArray[np.int_]


def leave_one_group_out(groups: Sequence[str]) -> Iterator[tuple[str, Integers, Integers]]:
    """Hold out the rows of each group in turn, in the order of first appearance.

    Parameters
    ----------
    groups : sequence of str
        The group (paper) of each row.

    Yields
    ------
    group : str
        The group that is held out.
    training, held_out : ndarray of int
        Positions of the rows to learn from and to predict.
    """
    names = np.asarray([str(group) for group in groups], dtype=object)
    rows = np.arange(len(names))
    for group in dict.fromkeys(names.tolist()):
        held = names == group
        yield group, rows[~held], rows[held]


def folds_of_groups(groups: Sequence[str], folds: int, seed: int) -> Iterator[tuple[Integers, Integers]]:
    """Hold out folds of whole groups in turn.

    Parameters
    ----------
    groups : sequence of str
        The group (paper) of each row.
    folds : int
        How many; no more than there are groups.
    seed : int
        Of which groups go together.

    Yields
    ------
    training, held_out : ndarray of int
        Positions of the rows to learn from and to predict.
    """
    names = np.asarray([str(group) for group in groups], dtype=object)
    kinds = list(dict.fromkeys(names.tolist()))
    order = np.random.default_rng(seed).permutation(len(kinds))
    fold_of = {kinds[place]: rank % folds for rank, place in enumerate(order)}
    fold = np.array([fold_of[name] for name in names], dtype=int)
    rows = np.arange(len(names))
    for k in range(min(folds, len(kinds))):
        yield rows[fold != k], rows[fold == k]
