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
