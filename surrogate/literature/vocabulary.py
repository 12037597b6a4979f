"""What a person's table of records may say, for those who read it: names, sizes of numbers, signs of bounds."""

from __future__ import annotations

from surrogate.files.ambiguous_numbers import Magnitude
from surrogate.files.header import Wanted
from surrogate.files.near_names import Vocabulary
from surrogate.files.written_bounds import BoundColumns
from surrogate.literature.schema import (
    ADDED_FIELDS,
    BOUND_OF,
    COLUMNS,
    COUNTS,
    FIELDS,
    FLAGS,
    MEASURED,
    NUMBERS,
    REMARKS,
    TEXTS,
    UPPER_END,
)

NAMES = Vocabulary(
    columns=COLUMNS,
    numbers=NUMBERS,
    remarks=REMARKS,
    first_words={
        "ce": "coulombic_efficiency_pct",
        "cycle": "cycles",
        "cycles": "cycles",
        "life": "cycles",
        "lifetime": "hours",
        "duration": "hours",
    },
)
MAGNITUDES = {name: Magnitude(FIELDS[name].high or 0.0, count=name in COUNTS) for name in NUMBERS}
_STILL_RUNNING = "censored says whether the cell had not failed, approximate whether the number is doubtful"
BOUNDS = {
    name: BoundColumns(
        bound=next(bound for bound, of in BOUND_OF.items() if name in of),
        lower="lower",
        upper="upper",
        upper_end=UPPER_END.get(name, ""),
        interval="lower",
        approximate="approximate",
        hint=_STILL_RUNNING if name in COUNTS else "",
    )
    for name in MEASURED
}
TEXT = (*TEXTS, *FLAGS, *ADDED_FIELDS)
WANTED = Wanted(
    known=frozenset({*COLUMNS, *ADDED_FIELDS}),
    each_row="record",
    instead="write one row for each cell of a source, with the source and what was measured, as in cycles",
)
