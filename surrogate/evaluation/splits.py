"""Which rows are held out together: all rows of one paper, so that a paper never predicts itself."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

Integers = NDArray[np.int_]


def leave_one_group_out(groups: Sequence[str]) -> Iterator[tuple[str, Integers, Integers]]:
    """(group, training rows, held-out rows) for each group, in the order of first appearance."""
    names = np.asarray([str(group) for group in groups], dtype=object)
    rows = np.arange(len(names))
    for group in dict.fromkeys(names.tolist()):
        held = names == group
        yield group, rows[~held], rows[held]
