"""Columns of a person's table whose name is nearly that of a known column: left out, they would be lost in silence.

Data flow: the columns that nothing reads, and the names that a table may have (``Vocabulary``) -> the first that is
probably a known one is refused with the name that was meant. Whoever reads a kind of table has its vocabulary.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import cached_property

from surrogate.errors import RecordError, UnitError
from surrogate.units import allowed_units, split_unit, written_unit

CLOSE = 0.8  # of difflib's measure of how alike two names are
_AGAIN = re.compile(r"(.+?)[._ ]\d{1,2}")  # how programs rename the second column of a name


@dataclass(frozen=True)
class Vocabulary:
    """The names that the columns of a kind of table may have.

    Parameters
    ----------
    columns
        The known columns.
    numbers
        Those that hold a number, whose unit is then part of the name.
    remarks
        Those from which nothing is computed: a name like one of them is only told.
    first_words
        First word of a name, in lower case -> the column that is then meant: ``cycle`` of "Cycle number".
    other_words
        Whole name, in lower case and ``_`` between its words -> the columns of which one is meant.
    hints
        Known column -> a sentence for whoever gave it another name.
    """

    columns: tuple[str, ...]
    numbers: tuple[str, ...]
    remarks: tuple[str, ...] = ()
    first_words: Mapping[str, str] = field(default_factory=dict)
    other_words: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    hints: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def spelled(self) -> dict[str, str]:
        """The known columns by their plain names, with and without their units."""
        return {plainly(name): known for known in self.columns for name in (split_unit(known)[0], known)}


def refuse_near_names(
    extra: Iterable[str], given: Collection[str], where: str, vocabulary: Vocabulary
) -> None:
    """Refuse the first unknown column that is probably a known column.

    One that resembles a column that is given too is only refused when it is the same but for case and signs.

    Parameters
    ----------
    extra
        The unknown columns.
    given
        All columns of the table.
    where
        What messages call the table.
    vocabulary
        The names that the table may have.

    Raises
    ------
    UnitError
        For a known quantity without a unit, or with an unknown unit.
    RecordError
        For any other.
    """
    for column in extra:
        _refuse_lost_unit(column, given, where, vocabulary)
        again = _AGAIN.fullmatch(column)
        for twin in vocabulary.columns:
            if twin in given and (plainly(twin) == plainly(column) or (again and again[1] == twin)):
                raise RecordError(
                    f"{twin} is given twice",
                    where=where,
                    column=column,
                    remedy="keep one, or name it quite differently if it holds something else",
                )
        names = [known for known in meant(column, vocabulary) if known not in given]
        if names:
            hints = [vocabulary.hints[known] for known in names[:1] if known in vocabulary.hints]
            so = "Then name it so" if len(names) == 1 else "Then name the one it is about"
            raise RecordError(
                "unknown column",
                where=where,
                column=column,
                remedy=f"did you mean {_one_of(names)}? "
                + "".join(f"{hint}. " for hint in hints)
                + f"{so}, or quite differently if it holds something else",
            )


def meant(column: str, vocabulary: Vocabulary) -> tuple[str, ...]:
    """Find the known columns of which an unknown column is probably one.

    Parameters
    ----------
    column
        The unknown column.
    vocabulary
        The known ones.

    Returns
    -------
    tuple of str
        Empty where it resembles none, or only a column for remarks.
    """
    quantity, unit = written_unit(column)
    names = [plainly(column), plainly(quantity)]
    for name in names:
        if name in vocabulary.other_words:
            return vocabulary.other_words[name]
    first = vocabulary.first_words.get(names[0].split("_")[0])
    if first is not None:
        return (first,)
    for name in names:
        near = get_close_matches(name, vocabulary.spelled, n=1, cutoff=CLOSE)
        if near:
            known = vocabulary.spelled[near[0]]
            return () if known in vocabulary.remarks else (known,)
    return tuple(known for known in vocabulary.numbers if _part_of(names[1], unit, known))[:1]


def plainly(name: str) -> str:
    """Write a name in lower case with ``_`` between its words, whatever the signs there."""
    return re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")


def _one_of(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} or {names[-1]}"


def _part_of(quantity: str, unit: str | None, known: str) -> bool:
    """Whether a quantity ends a known quantity (pressure), or is in a unit that fits its beginning (current)."""
    whole, own = split_unit(known)
    if whole.endswith(f"_{quantity}"):
        return unit is None or unit in allowed_units(known)
    return own is not None and whole.startswith(f"{quantity}_") and unit in allowed_units(known)


def _refuse_lost_unit(column: str, given: Collection[str], where: str, vocabulary: Vocabulary) -> None:
    for known in vocabulary.numbers:
        quantity, unit = split_unit(known)
        if unit is None or known in given:
            continue
        if column == quantity or column.startswith(f"{quantity}_"):
            raise UnitError(
                "no unit, or an unknown one, at the end of this column's name",
                where=where,
                column=column,
                limit=", ".join(allowed_units(known)),
                remedy=f"did you mean {known}? Then name it so, or quite differently if it holds something else",
            )
