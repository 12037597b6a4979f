"""Which constants, moved alone within their plausible range, turn the ranking of two hosts around."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import combinations

import numpy as np
import pandas as pd

from surrogate.physics.uncertainty import Constant
from surrogate.sensitivity.cases import OUTPUTS, RANKED, Output
from surrogate.sensitivity.runs import COLUMNS, Job, Report, Simulator

GRID = (0.0, 0.5, 1.0)  # of each range, looked at beside the value itself
BISECTIONS = 6  # of at most half the range: 0.8 % of it

Point = tuple[str, float]  # constant and share of its range


@dataclass
class _Bracket:
    """Between ``kept`` and ``turned``, shares of a constant's range, hosts a and b change places."""

    output: Output
    a: int
    b: int
    constant: Constant
    kept: float
    turned: float


@dataclass
class _Known:
    """Outputs (hosts x OUTPUTS) at each point, simulated once; a host that a constant cannot act on keeps its own."""

    simulate: Simulator
    moved: Sequence[Constant]
    base: pd.DataFrame
    found: dict[Point, pd.DataFrame] = field(default_factory=dict)

    def look(self, wanted: Iterable[tuple[Point, int]], what: str, report: Report | None) -> None:
        """Simulate what is not known of (point, host)."""
        by_key = {one.key: one for one in self.moved}
        masks = {one.key: one.can_act(self.simulate.designs) for one in self.moved}
        missing: dict[Point, set[int]] = {}
        for point, host in wanted:
            at = self.found.setdefault(
                point, self.base.mask(np.repeat(masks[point[0]][:, None], len(COLUMNS), axis=1))
            )
            if masks[point[0]][host] and at.iloc[host].isna().all():
                missing.setdefault(point, set()).add(host)
        jobs = [
            Job({key: by_key[key].at(share)}, tuple(sorted(rows))) for (key, share), rows in missing.items()
        ]
        for point, job, table in zip(missing, jobs, self.simulate(jobs, what, report), strict=True):
            self.found[point].iloc[list(job.rows)] = table.to_numpy()

    def difference(self, output: Output, a: int, b: int, point: Point | None = None) -> float:
        """By how much host a is better than host b, in the unit the output is compared in."""
        at = self.base if point is None else self.found[point]
        values = output.compared(at[output.column].iloc[[a, b]])
        return float(values[0] - values[1]) * (1.0 if output.larger_is_better else -1.0)


def reversals(
    simulate: Simulator, moved: Sequence[Constant], *, report: Report | None = None
) -> pd.DataFrame:
    """Return which constants, moved alone, turn the ranking of two hosts around, and where.

    Parameters
    ----------
    simulate : Simulator
        Of the hosts that are ranked.
    moved : sequence of Constant
        Each is moved alone, at ``GRID`` and by bisection.
    report : callable or None
        Called with (stage, done, total).

    Returns
    -------
    DataFrame
        One row a pair of hosts and output that is ``robust`` or ``tied``, and one for each constant that made it
        ``reversed``: value now and where it turns, the two hosts' outputs here and there.
    """
    (base,) = simulate([Job({}, tuple(range(len(simulate.designs))))])
    known = _Known(simulate, moved, base)
    hosts = range(len(base))
    points = [(one.key, share) for one in moved for share in GRID]
    known.look(((point, host) for point in points for host in hosts), "moving constants one by one", report)
    ranked, rows = [], []
    for output in RANKED:
        for a, b in combinations(hosts, 2):
            gap = known.difference(output, a, b)
            first, second = (a, b) if gap >= 0.0 or np.isnan(gap) else (b, a)
            if abs(gap) > output.numerical:
                ranked.append((output, first, second))
            else:
                rows.append(_row(known, output, first, second, "tied"))
    brackets = [found for pair in ranked for one in moved for found in _brackets(known, *pair, one)]
    for step in range(BISECTIONS):
        _halve(known, brackets)
        if report is not None:
            report("bisecting reversals", step + 1, BISECTIONS)
    turned = {(one.output.column, one.a, one.b) for one in brackets}
    rows += [_row(known, *pair, "robust") for pair in ranked if (pair[0].column, *pair[1:]) not in turned]
    rows += [_row(known, one.output, one.a, one.b, "reversed", one) for one in brackets]
    order = {output.column: number for number, output in enumerate(OUTPUTS)}
    table = pd.DataFrame(rows)
    return table.sort_values("output", key=lambda names: names.map(order), kind="stable", ignore_index=True)


def _brackets(known: _Known, output: Output, a: int, b: int, one: Constant) -> list[_Bracket]:
    """Find the first change of places on either side of the present value."""
    if not one.can_act(known.simulate.designs)[[a, b]].any():
        return []
    now = one.share(one.value)
    found = []
    for side in ([x for x in GRID if x > now], [x for x in reversed(GRID) if x < now]):
        kept = now
        for share in side:
            if known.difference(output, a, b, (one.key, share)) < -output.numerical:
                found.append(_Bracket(output, a, b, one, kept, share))
                break
            kept = share
    return found


def _halve(known: _Known, brackets: list[_Bracket]) -> None:
    middles = [((one.constant.key, 0.5 * (one.kept + one.turned)), one) for one in brackets]
    known.look(((point, host) for point, one in middles for host in (one.a, one.b)), "", None)
    for point, one in middles:
        if known.difference(one.output, one.a, one.b, point) < -one.output.numerical:
            one.turned = point[1]
        else:
            one.kept = point[1]


def _row(
    known: _Known, output: Output, a: int, b: int, verdict: str, turned: _Bracket | None = None
) -> dict[str, object]:
    names, column = known.base.index, COLUMNS.index(output.column)
    row: dict[str, object] = {
        "output": output.column, "better": names[a], "worse": names[b], "verdict": verdict,
        "better_value": known.base.iloc[a, column], "worse_value": known.base.iloc[b, column],
        "constant": "", "value": np.nan, "reverses_at": np.nan, "unit": "",
        "better_value_there": np.nan, "worse_value_there": np.nan,
    }  # fmt: skip
    if turned is not None:
        one = turned.constant
        there = known.found[one.key, turned.turned]
        row |= {
            "constant": one.key, "value": one.value, "reverses_at": one.at(turned.turned), "unit": one.unit,
            "better_value_there": there.iloc[a, column], "worse_value_there": there.iloc[b, column],
        }  # fmt: skip
    return row
