"""Which line of a person's file is its header, which known columns it names, and whether it is a cycler's record.

Data flow: the first lines of a file, split into cells -> the line that names known columns; what stands above it is
no part of the table. A cycler writes a row for each moment, with time, voltage and current, or exports a row for each
cycle, with what was charged and discharged: such a file is no table of cells, and is said to be none.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice, pairwise

from surrogate.files.number_text import NUMBER
from surrogate.files.text import Complaint
from surrogate.units import split_unit, written_unit

MOST_ABOVE = 200  # lines in which a header is looked for; an EC-Lab file has up to a hundred above its own
_ENOUGH = 2  # known names make a line a header
# What a cycler records, as the names of its columns say it in lower case (EC-Lab, Neware, Arbin, Maccor, Landt,
# BaSyTec, Gamry); a table of cells has none of voltage and current over time.
_RECORDED = {
    "time": re.compile(
        r"~?(test|step|total|relative|real|absolute|record|prog|dpt)?[ _-]*time(?![a-z]).*|"
        r"t ?[/\[(] ?(s|h|min).*|date[ _]?time|timestamp|t|pt|testtime.*|steptime.*|zeit.*|时间.*"
    ),
    "voltage": re.compile(
        r".*(voltage|volts?\b|ewe|ecell|potential/|spannung|电压).*|[uev] ?[/\[(] ?m?v.*|vf"
    ),
    "current": re.compile(
        r"(?!.*(density|range)).*(current|amps?\b|<i>|strom\b|电流).*|i ?[/\[(] ?[mµu]?a.*|im"
    ),
    "step": re.compile(
        r".*(step|cycle|cyc#|half).*(id|index|no|number|name|type|#)?|cyc#|data_?point|rec#|record.*|mode|ns|state|md|es"
    ),
    "charge": re.compile(r".*(capacity|cap\.|charge|\bq\b|amp-?hr|energy|watt-?hr|\bah\b|/ma\.h).*"),
}
# What it exports of each cycle: beside a number that counts them, what went in and what came out.
_OF_EACH_CYCLE = {
    "number": re.compile(r".*cyc.*|.*zykl.*|.*循环.*|n|no\.?|nr\.?|index"),
    "charge": re.compile(
        r"(?!.*(dis|dch|strip|entlad)).*(charge|chg|cha?\b|laden|ladung|plat(ed|ing)|充电).*"
    ),
    "discharge": re.compile(r".*(dis|dch|strip|entlad|放电).*"),
}
_COUNTED = (
    12  # lines below a header that are read to see whether they count the cycles; the first may be units
)
_SIGNATURES = ("EC-Lab ASCII FILE", "BT-Lab ASCII FILE", "EXPLAIN")  # BioLogic, Gamry
_MOST_FIELDS = 200


@dataclass(frozen=True)
class Wanted:
    """What is expected of a table.

    Parameters
    ----------
    known
        Its columns; a header names at least two of them.
    each_row
        What a row is, as a message says it: "a cell".
    instead
        What to give in place of a cycler's record.
    """

    known: frozenset[str]
    each_row: str
    instead: str


def known_as(name: str, columns: Mapping[str, object]) -> str:
    """Find the known column that a column gives, perhaps in another unit or as people write it.

    Parameters
    ----------
    name
        A column of a person's table.
    columns
        The known columns.

    Returns
    -------
    str
        Empty where there is none.
    """
    if name in columns:
        return name
    quantity, unit = written_unit(name)
    if quantity in columns:
        return quantity
    if f"{quantity}_{unit}" in columns:
        return f"{quantity}_{unit}"
    if unit is None:
        return ""
    return next((known for known in columns if split_unit(known) == (quantity, split_unit(known)[1])), "")


def header_place(lines: Iterable[Sequence[str]], wanted: Wanted | None) -> int:
    """Find the header among the first lines of a file.

    Parameters
    ----------
    lines
        The cells of each line.
    wanted
        What is expected of the table; None: any first line is its header.

    Returns
    -------
    int
        The lines above the header: 0 where the first line with anything in it names a known column, or where no line
        names several.
    """
    first = True
    for place, cells in enumerate(lines):
        if wanted is None or place > MOST_ABOVE:
            break
        found = names_known(cells, wanted.known)
        if first and found:
            return 0
        if not first and found >= _ENOUGH:
            return place
        first = first and not any(cell.strip() for cell in cells)
    return 0


def names_known(cells: Iterable[str], known: Collection[str]) -> int:
    """Count the distinct known columns that a line names."""
    of = dict.fromkeys(known)
    return len({known_as(cell.strip(), of) for cell in list(cells)[:_MOST_FIELDS] if cell.strip()} - {""})


def refuse_record(lines: Iterable[Sequence[str]], complain: Complaint, wanted: Wanted | None) -> None:
    """Refuse a cycler's record.

    Parameters
    ----------
    lines
        The cells of each of the first lines.
    complain
        Makes the message.
    wanted
        What is expected of the table; None: nothing is refused.

    Raises
    ------
    InputError
        Of the complaint's class, naming the line of its header.
    """
    if wanted is None:
        return
    first = list(islice(lines, MOST_ABOVE + 1))
    for place, cells in enumerate(first):
        if names_known(cells, wanted.known) >= _ENOUGH:
            return
        signed = any(cell.strip().strip("\ufeff").startswith(_SIGNATURES) for cell in cells[:1])
        rows = ""
        if signed or _is_record(cells):
            rows = "moment (time, voltage, current)"
        elif _is_cycle_by_cycle(cells, first[place + 1 : place + 1 + _COUNTED]):
            rows = "cycle (its number, charge, discharge)"
        if rows:
            complain.refuse(
                f"this is a cycler's record, a row for each {rows}, and no table of "
                f"{wanted.each_row}s; see line {place + 1}",
                value=", ".join(cell.strip() for cell in cells if cell.strip())[:60],
                limit=f"one row for {_article(wanted.each_row)}",
                remedy=wanted.instead,
            )


def _article(noun: str) -> str:
    return f"{'an' if noun[0] in 'aeiou' else 'a'} {noun}"


def _is_record(cells: Sequence[str]) -> bool:
    """Whether a line names time, and voltage or current, and one thing more of what a cycler records."""
    names = [cell.strip().strip('"').lower() for cell in cells if cell.strip()][:_MOST_FIELDS]
    found = {kind for kind, pattern in _RECORDED.items() if any(map(pattern.fullmatch, names))}
    return {"voltage", "current"} <= found and len(found) > len(("voltage", "current"))


def _is_cycle_by_cycle(cells: Sequence[str], below: Sequence[Sequence[str]]) -> bool:
    """Whether a line names a cycle's number, charge and discharge, and the lines below it count the cycles."""
    names = [cell.strip().strip('"').lower() for cell in cells[:_MOST_FIELDS]]
    found = {
        kind: [at for at, name in enumerate(names) if name and pattern.fullmatch(name)]
        for kind, pattern in _OF_EACH_CYCLE.items()
    }
    return all(found.values()) and any(_counts(at, below) for at in found["number"])


def _counts(at: int, lines: Sequence[Sequence[str]]) -> bool:
    """Whether the numbers at a position of lines, at least two, go up by one from 0 or 1."""
    cells = [line[at].strip() for line in lines if at < len(line)]
    numbers = [float(cell) for cell in cells if NUMBER.fullmatch(cell)]
    return len(numbers) > 1 and numbers[0] in (0.0, 1.0) and all(b - a == 1.0 for a, b in pairwise(numbers))
