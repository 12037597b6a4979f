"""The columns of a told table: their names, other spellings of them, how large their numbers are, and bounds.

``surrogate.campaign.told_table`` reads tables by them.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from itertools import product

from surrogate.campaign.reports import LIFE
from surrogate.errors import RecordError
from surrogate.files.ambiguous_numbers import Magnitude
from surrogate.files.header import Wanted
from surrogate.files.near_names import Vocabulary, plainly, refuse_near_names
from surrogate.files.rows import COMMENT
from surrogate.files.tables import FALSE, MISSING, TRUE, unknown_columns
from surrogate.files.written_bounds import BoundColumns
from surrogate.hosts import columns as c
from surrogate.hosts.targets import BELOW, SCALES
from surrogate.units import allowed_units, split_unit

CENSORED = {target: f"{target}_censored" for target in c.TARGETS}
UPPER_BOUNDS = {target: f"{target}_upper_bound" for target in c.TARGETS}
SEMS = {target: f"{target}_sem" for target in c.TARGETS}
_ENDS = ("censored", "upper_bound", "sem")
_OF_BOUNDS = re.compile(
    r"censor|bound|sem$", re.IGNORECASE
)  # judged after the targets that they may belong to
# What is told of a cell beside its design and targets.
OF_THE_CELL = ("cell_id", "proposal_id", "state", "date", "failed", "replicate", "note")
TEXT = (*c.TEXT_COLUMNS, *OF_THE_CELL)
KNOWN = (
    *c.DESIGN_COLUMNS,
    *c.TARGETS,
    *CENSORED.values(),
    *UPPER_BOUNDS.values(),
    *SEMS.values(),
    *OF_THE_CELL,
)
_QUANTITIES = (*c.COLUMNS.numbers, *c.TARGETS)

DEFINITIONS = (
    f"{COMMENT}what to write"  # what a cell says of a line that says what columns mean, and is no row
)

# "Not yet", as people write it in lower case; MISSING besides.
PENDING = MISSING | {
    "-", "--", "---", "–", "—", "?", "??", "...", "…", "pending", "tbd", "tba", "tbc", "todo", "to do", "to be done",
    "to be measured", "to be determined", "not measured", "not measured yet", "not yet", "not yet measured", "n.a.",
    "n.d.", "nd", "none", "open", "planned", "waiting",
}  # fmt: skip


def _other_spellings() -> dict[str, tuple[str, ...]]:
    """Columns of bounds with the unit left out or moved, and words that people use for a known column."""
    found: dict[str, tuple[str, ...]] = {
        "censored": tuple(CENSORED.values()),
        "is_censored": tuple(CENSORED.values()),
        "upper_bound": tuple(UPPER_BOUNDS.values()),
        "sem": tuple(SEMS.values()),
        "standard_error": tuple(SEMS.values()),
        "efficiency": ("coulombic_efficiency_pct",),
        "current": ("current_density_mA_cm2",),
        "j": ("current_density_mA_cm2",),
        "capacity": ("areal_capacity_mAh_cm2",),
        "temp": ("temperature_C",),
        "t_c": ("temperature_C",),
        "status": ("state",),
        "running": ("state", CENSORED[LIFE]),
        "still_running": ("state", CENSORED[LIFE]),
        "failure": ("failed",),
    }
    for target in c.TARGETS:
        quantity, unit = split_unit(target)
        for end in _ENDS:
            for name in (f"{quantity}_{end}", *([f"{quantity}_{end}_{unit}"] if unit else ())):
                found[plainly(name)] = (f"{target}_{end}",)
    for end in _ENDS:
        found[f"cycle_life_{end}"] = found[f"cycles_{end}"] = (f"{LIFE}_{end}",)
    return found


NAMES = Vocabulary(
    columns=KNOWN,
    numbers=tuple(_QUANTITIES),
    remarks=("note", "date", "replicate"),
    first_words={
        "ce": "coulombic_efficiency_pct",
        "cycle": LIFE,
        "cycles": LIFE,
        "life": LIFE,
        "lifetime": LIFE,
        "lifespan": LIFE,
        "cyclelife": LIFE,
    },
    other_words=_other_spellings(),
    hints={LIFE: "A life is counted in full cycles, not in hours or charge"},
)


#: The names of a table of designs, in which targets and what is told of a cell are not read.
DESIGN_NAMES = Vocabulary(
    columns=c.DESIGN_COLUMNS,
    numbers=tuple(c.COLUMNS.numbers),
    other_words={
        words: known for words, known in NAMES.other_words.items() if set(known) <= set(c.DESIGN_COLUMNS)
    },
)


def _magnitude(column: str) -> Magnitude:
    accepted = c.COLUMNS[column].accepted
    return Magnitude(accepted[1] if accepted is not None else 1.0)


# A template comes with its designs filled in, so that their points do not show what those of the results mean.
MAGNITUDES_OF_DESIGNS = {name: _magnitude(name) for name in c.COLUMNS.numbers}
MAGNITUDES_TOLD = {
    name: Magnitude(SCALES[target].plausible[1], count=SCALES[target].counted)
    for target in c.TARGETS
    for name in (target, UPPER_BOUNDS[target])
} | {SEMS[target]: Magnitude(SCALES[target].plausible[1]) for target in c.TARGETS}


def _in_words_of_bounds(cell: str) -> str:
    """Return what a cell of ``T_censored`` says, in the words of ``BOUNDS``; a cell that is none as it stands."""
    word = cell.strip().lower()
    return "" if word in MISSING else "true" if word in TRUE else "false" if word in FALSE else word


BOUNDS = {
    target: BoundColumns(
        bound=CENSORED[target],
        lower="true",
        upper=BELOW,
        upper_end=UPPER_BOUNDS[target],
        meaning=_in_words_of_bounds,
    )
    for target in c.TARGETS
}
WANTED = Wanted(
    known=frozenset(KNOWN),
    each_row="cell",
    instead="write one row for each cell: its host and what came out of it, as in cycle_life_cycles; "
    "optimize writes results-template.csv to fill in",
)


def refuse_other_names(given: Sequence[str], reads: tuple[str, ...], where: str) -> list[str]:
    """Refuse a column whose name is nearly that of a known one, and note those that nothing reads.

    Parameters
    ----------
    given
        The columns of a told table.
    reads
        The columns that the campaign keeps.
    where
        What messages call the table.

    Returns
    -------
    list of str
        At most one sentence.

    Raises
    ------
    RecordError, UnitError
        Naming the column that was meant.
    """
    # Bounds of a target that is not told cannot be meant.
    of_others = {f"{target}_{end}" for target in c.TARGETS if target not in given for end in _ENDS}
    extra = sorted(
        (name for name in given if name not in KNOWN), key=lambda name: bool(_OF_BOUNDS.search(name))
    )
    _refuse_other_units(extra, where)
    refuse_near_names(extra, of_others.union(given), where, NAMES)
    return unknown_columns(given, {*reads, *OF_THE_CELL})


def _refuse_other_units(extra: Iterable[str], where: str) -> None:
    """Refuse an upper end or an error in another unit than its target's: renamed, its numbers would be wrong."""
    for name, end in product(extra, ("_upper_bound", "_sem")):
        quantity, unit = split_unit(name.removesuffix(end))
        for target in c.TARGETS if name.endswith(end) and unit is not None else ():
            ours, own = split_unit(target)
            if quantity == ours and unit != own and unit in allowed_units(target):
                raise RecordError(
                    f"column {name} is in another unit than {target}", where=where, column=name,
                    limit=f"{target}{end}", remedy=f"write its numbers in {own}, and name it {target}{end}",
                )  # fmt: skip


def refuse_near_designs(extra: Iterable[str], given: Collection[str], where: str) -> None:
    """Refuse a column of a table of designs whose name is nearly that of a column of designs.

    Parameters
    ----------
    extra
        The columns that are none of designs, nor answers of this product.
    given
        All columns.
    where
        What messages call the table.

    Raises
    ------
    RecordError, UnitError
        Naming the column that was meant.
    """
    refuse_near_names((name for name in extra if name not in KNOWN), given, where, DESIGN_NAMES)
