"""What cannot be true of one cell: refused when it is told, with the ways to correct either side."""

from __future__ import annotations

import math
import shlex
from collections.abc import Collection, Mapping, Sequence
from itertools import pairwise
from typing import Any

from surrogate.campaign.cells import bounds_in_turn, bounds_together, ends_together, falls
from surrogate.campaign.report_times import Timed, in_time
from surrogate.campaign.reports import (
    FAILED,
    FINAL,
    LIFE,
    LOST,
    NOT_MADE,
    RUNNING,
    STOPPED,
    Ends,
    Report,
    ends_of,
    in_words,
    is_empty,
    or_as_it_is,
    taken_over,
)
from surrogate.errors import RecordError
from surrogate.hosts import columns as c


def refuse_contradictions(
    cell: str, reports: Sequence[tuple[int, Report]], known: Report, where: str, *, yes: bool = False
) -> None:
    """Refuse reports of one cell that cannot all be true.

    Parameters
    ----------
    cell : str
        Its id.
    reports : sequence of (int, mapping)
        That count: the number of the statement that told it, above 0, and the report. Those of one statement were
        told at once; the last statement is the new one.
    known : mapping
        What they make together.
    where : str
        The file, for messages.
    yes : bool
        Whether a count of cycles may fall, and a life that stands alone be that of a cell which was running.

    Raises
    ------
    RecordError
        It says how to correct either.
    """
    ordered = in_time(reports)
    newest = max(number for number, _ in reports)
    _refuse_designs(cell, [one for one in ordered if one.number == newest], where)
    for target in c.TARGETS:
        _refuse_values(cell, ordered, target, where)
        if target == LIFE and not yes:
            _refuse_falls(cell, ordered, newest, where)
        _refuse_bounds(cell, ordered, newest, target, where)
    measured = [target for target in c.TARGETS if ends_of(known, target) is not None]
    if known["state"] == NOT_MADE and measured:
        raise _not_made_with_values(cell, reports, measured, newest, where)
    if not yes:
        _refuse_unsaid_end(cell, ordered, newest, where)


def refuse_against_bounds(
    cell: str,
    reports: Sequence[tuple[int, Report]],
    corrected: Mapping[str, Any],
    meant: Collection[str],
    where: str,
) -> None:
    """Refuse a correction of a value that earlier bounds of the cell do not allow.

    Parameters
    ----------
    cell : str
        Its id.
    reports : sequence of (int, mapping)
        Those that count, with the numbers of their statements.
    corrected : mapping
        What is to be known of it.
    meant : collection of str
        Columns that were named in the correction: a target whose bounds are among them is corrected with its bounds.
    where : str
        The campaign's store, for messages.

    Raises
    ------
    RecordError
        It says how to correct the bound with the value.
    """
    ordered = in_time(reports)
    for target in c.TARGETS:
        ends, bounds = ends_of(corrected, target), bounds_together(ordered, target)
        flag = f"{target}_censored"
        if (
            ends is None
            or bounds is None
            or ends[0] < ends[1]
            or {flag, f"{target}_upper_bound"} & set(meant)
        ):
            continue
        if not bounds[0] <= ends[0] <= bounds[1]:
            raise RecordError(
                f"cell {cell} was told of with a bound that this value does not keep",
                where=where, column=target, value=f"{in_words(bounds)}, and {in_words(ends)}",
                remedy=f"if the bound was wrong, correct it with the value: add {flag}=false to the command; if the "
                "cell is another one, tell it under an id of its own; optimize undo takes the last statement back",
            )  # fmt: skip


def _not_made_with_values(
    cell: str, reports: Sequence[tuple[int, Report]], measured: Sequence[str], newest: int, where: str
) -> RecordError:
    """Make the error for a cell that could not be made and has values, by which of both is stored."""
    amend = f"optimize amend --campaign FILE.toml --cell {shlex.quote(cell)}"
    stored = [report.get("state") for number, report in reports if number < newest]
    new = [report.get("state") for number, report in reports if number == newest]
    if NOT_MADE in stored and NOT_MADE not in new:
        state = max(new, key=lambda one: FINAL[one]) or FAILED
        remedy = f"or, if it was made, correct what is stored, then tell this again: {amend} state={state}"
    elif stored:
        emptied = " ".join(f"{target}=" for target in measured)
        remedy = f"or, if it was not made, correct what is stored: {amend} state={NOT_MADE} {emptied}"
    else:
        remedy = "or keep the row that is right"
    return RecordError(
        f"cell {cell} cannot be {NOT_MADE}: it has values", where=where, column="state",
        value=NOT_MADE, limit=", ".join(measured), remedy=f"give this cell an id of its own, {remedy}",
    )  # fmt: skip


def _refuse_values(cell: str, ordered: Sequence[Timed], target: str, where: str) -> None:
    """Refuse another value than the latest that was told with it and of which nothing says that it is earlier."""
    values = [
        (one, ends[0])
        for one in ordered
        if (ends := ends_of(one.report, target)) is not None and ends[0] == ends[1]
    ]
    for one, value in values[:-1]:
        latest, counts = values[-1]
        if value != counts and _at_once(one, latest):
            first, then = sorted((value, counts))
            raise _contradiction(cell, target, (first, first), (then, then), where, "")


def _refuse_designs(cell: str, told: Sequence[Timed], where: str) -> None:
    """Refuse two designs of one cell that were told at once, where neither dates nor cycles say which is later."""
    for column in c.DESIGN_COLUMNS:
        said = [
            one
            for one in told
            if column not in taken_over(one.report) and not is_empty(one.report.get(column))
        ]
        for one, other in pairwise(said):
            values = [report.report[column] for report in (one, other)]
            if values[0] != values[1] and _at_once(one, other):
                raise RecordError(
                    f"cell {cell} is told of with two designs at once", where=where, column=column,
                    value=f"{values[0]} and {values[1]}", limit="the design as it was made",
                    remedy="write the design as made into all its rows, or leave it empty where it is not; give "
                    "different cells different ids in the column cell_id; or add a column date, of which the latest "
                    "counts",
                )  # fmt: skip


def _refuse_unsaid_end(cell: str, ordered: Sequence[Timed], newest: int, where: str) -> None:
    """Ask about a life that stands alone in a new row, of a cell that ran when it was last told of.

    Where states were told it needs one. Where only flags were, one that is not set in a column of flags says enough.
    """
    before = [one for one in ordered if not (one.number == newest and _unsaid(one.report))]
    states = [one.report.get("state") for one in before]
    lives = [ends for one in before if (ends := ends_of(one.report, LIFE)) is not None]
    running = [state for state in states if state in (RUNNING, STOPPED)]
    so_far = [ends for ends in lives if math.isinf(ends[1])]
    if {FAILED, LOST} & set(states) or any(math.isfinite(high) for _, high in lives):
        return
    for one in ordered:
        unsaid = _unsaid(one.report) if one.number == newest else frozenset()
        if unsaid and (running or (so_far and f"{LIFE}_censored" in unsaid)):
            known = [*running[-1:], *([in_words(max(so_far))] if so_far else [])]
            raise RecordError(
                f"nothing says whether cell {cell} has failed or goes on", where=where, column=LIFE,
                value=float(one.report[LIFE]), limit=f"before: {', '.join(known)}",
                remedy=or_as_it_is(
                    f"write {RUNNING} into its column state if it goes on, {STOPPED} if it was ended by choice, "
                    f"{FAILED} if this is its life; "
                ),
            )  # fmt: skip


def _unsaid(report: Report) -> frozenset[str]:
    """Return what a report does not say of a life that it gives as a value; empty where it says enough."""
    ends = ends_of(report, LIFE)
    is_value = ends is not None and ends[0] == ends[1]
    return taken_over(report) & {"state", f"{LIFE}_censored"} if is_value else frozenset()


def _at_once(one: Timed, other: Timed) -> bool:
    """Whether two reports were told at once, and neither their dates nor their cycles say which is later."""
    one_day = one.day == other.day or not (one.dated and other.dated)
    return one.number == other.number and one.cycles == other.cycles and one_day


def _refuse_falls(cell: str, ordered: Sequence[Timed], newest: int, where: str) -> None:
    """Refuse a count of cycles that a new report makes fall: what runs does not lose cycles."""
    counts = [
        one
        for one in ordered
        if one.dated
        and (ends := ends_of(one.report, LIFE)) is not None
        and ends[0] < ends[1]
        and math.isinf(ends[1])
    ]
    for before, after in pairwise(counts):
        if newest not in (before.number, after.number) or not falls(before, after):
            continue
        first, then = (float(one.report[LIFE]) for one in (before, after))
        stored = next((one for one in (before, after) if one.number < newest), None)
        ways = [
            "write what is right into the file",
            "give different cells different ids in the column cell_id",
        ]
        if stored is not None:
            ways.append(
                f"correct what is stored: optimize amend --campaign FILE.toml --cell {shlex.quote(cell)} {LIFE}=VALUE"
            )
        mended = f"{ways[0]}, or {', or '.join(ways[1:])}"
        raise RecordError(
            f"cell {cell} would have lost cycles", where=where, column=LIFE,
            value=f"at least {first:g} on {before.day}, and at least {then:g} on {after.day}",
            limit="a count of cycles that does not fall",
            remedy=or_as_it_is(f"{mended}; to take the later count, and drop the earlier: "),
        )  # fmt: skip


def _refuse_bounds(cell: str, ordered: Sequence[Timed], newest: int, target: str, where: str) -> None:
    """Refuse a bound that others do not allow, and a value that the bounds do not."""
    low_high: Ends = (-math.inf, math.inf)
    for bound, before, after in bounds_in_turn(ordered, target):
        if bound[0] > before[1] or bound[1] < before[0]:
            raise _contradiction(cell, target, before, bound, where, _correction(ordered, newest, target))
        low_high = after
    value = ends_together(ordered, target)
    if value is not None and value[0] == value[1] and not low_high[0] <= value[0] <= low_high[1]:
        raise _contradiction(cell, target, low_high, value, where, _correction(ordered, newest, target))


def _correction(ordered: Sequence[Timed], newest: int, target: str) -> str:
    """Write how what is stored of a target is corrected: the end of an amendment; empty where nothing is stored."""
    stored = [one.report for one in ordered if one.number < newest]
    if not stored:
        return ""
    state = max((report.get("state") for report in stored), key=lambda one: FINAL[one])
    lives = [ends for report in stored if (ends := ends_of(report, LIFE)) is not None]
    if state in (RUNNING, STOPPED) and any(low == high for low, high in lives):
        state = FAILED  # as cells.together has it
    told = max(
        (one.report.get("state") for one in ordered if one.number == newest), key=lambda one: FINAL[one]
    )
    if target == LIFE and state in (None, FAILED) and told in (RUNNING, STOPPED):
        return (
            f"state={told} {target}=VALUE; if it failed, but later than is stored, write {target}=VALUE "
            f"{target}_censored=false there instead"
        )
    # Of a cell in one of these states the life is a bound whatever is written.
    is_bound = target == LIFE and state in (RUNNING, STOPPED, LOST)
    return f"{target}=VALUE" + ("" if is_bound else f" {target}_censored=false")


def _contradiction(
    cell: str, target: str, first: Ends, then: Ends, where: str, correction: str
) -> RecordError:
    return RecordError(
        f"cell {cell} is told of in two ways that cannot both be true",
        where=where,
        column=target,
        value=f"{in_words(first)}, and {in_words(then)}",
        remedy="give different cells different ids in the column cell_id, or "
        + (
            f"correct what is stored: optimize amend --campaign FILE.toml --cell {shlex.quote(cell)} {correction}"
            if correction
            else "keep the row that is right; a column date says which is later"
        ),
    )
