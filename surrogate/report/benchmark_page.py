"""The page of a contest of optimizers: a curve for each contender by task, and the tables; needs no network."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import date
from itertools import product
from pathlib import Path

import pandas as pd
from markupsafe import Markup, escape

from surrogate import __version__
from surrogate.files.output import write_text
from surrogate.laboratory.across import COLD
from surrogate.laboratory.contest_summary import CHECKPOINTS, OURS, WITH_PHYSICS, curves, ours_among
from surrogate.report import style
from surrogate.report.laboratory_tables import ahead_rows, number, share_rows

# Okabe and Ito's colours (``style``), each as a whole and a broken line. Blue and whole is ours; where that is the
# one with physics, the one without is vermilion and whole.
COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#8a6d00", "#1c2733")
DASHES = ("", "5 3", "1.5 2.5")
OUR_WIDTH, WIDTH = 2.8, 1.6
Look = tuple[str, str]
_WIDTH, _HEIGHT = 360.0, 220.0
_LEFT, _RIGHT, _TOP, _BOTTOM = 46.0, 350.0, 10.0, 186.0


def write_page(
    results: pd.DataFrame,
    table: pd.DataFrame,
    path: Path,
    *,
    across: pd.DataFrame | None = None,
    failed: Sequence[str] = (),
    today: date | None = None,
) -> Path:
    """Write the page of a contest.

    Parameters
    ----------
    results : DataFrame
        As ``Contest.results`` gives them.
    table : DataFrame
        Their ``summary``.
    path : Path
        HTML file to write.
    across : DataFrame or None
        As ``across_laboratories`` gives it; None: no laboratories.
    failed : sequence of str
        Runs that did not come to their end, and why.
    today : date or None
        The only thing in the page that is not fixed by the other arguments.

    Returns
    -------
    Path
        ``path``.

    Raises
    ------
    StoreError
        When the file cannot be written.
    """
    looks = line_looks(list(dict.fromkeys(table["contender"])))
    mean = curves(results)
    tasks = [
        {
            "name": task,
            "ours": ours_among(part["contender"]),
            "plot": plot(mean[mean["task"] == task], looks, str(task)),
            "rows": _rows(part),
            "matches": matches(part),
            "seeds": int(part["seeds"].max()),
            "picks": part["picks_to_top"].notna().any(),
            "best": part["best"].notna().any(),
        }
        for task, part in table.groupby("task", sort=False)
    ]
    kinds = [
        {"name": kind, "laboratories": int(part["laboratories"].min()), "shares": share_rows(part),
         "ahead": ahead_rows(part, intervals=True)}
        for kind, part in (across.groupby("kind", sort=False) if across is not None and len(across) else ())
    ]  # fmt: skip
    page = style.environment().get_template("benchmark.html.j2").render(
        tasks=tasks, kinds=kinds, ours_with_physics=WITH_PHYSICS, cold=COLD,
        legend=[(name, _swatch(look)) for name, look in looks.items()], ours=ours_among(looks), failed=list(failed),
        checkpoints=CHECKPOINTS, version=__version__, date=(today or date.today()).isoformat(), style=style,
    )  # fmt: skip
    write_text(page, path)
    return path


def line_looks(names: Sequence[str]) -> dict[str, Look]:
    """Choose colour and dashes of each contender's line.

    Parameters
    ----------
    names : sequence of str
        Contenders.

    Returns
    -------
    dict
        Name -> (colour, SVG dashes), in the order of the legend: ours first, of which the one that the others are
        compared with has the first look.
    """
    ours = [name for name in (WITH_PHYSICS, OURS) if name in names]
    first, *others = [(colour, dashes) for dashes, colour in product(DASHES, COLOURS)]
    looks = dict.fromkeys(ours[:1], first)
    for k, name in enumerate([*ours[1:], *(name for name in names if name not in ours)]):
        looks[name] = others[k % len(others)]
    return looks


def plot(mean: pd.DataFrame, looks: Mapping[str, Look], task: str) -> Markup:
    """Draw mean hypervolume against experiments, with the interval over seeds; ours broad and over the others.

    Parameters
    ----------
    mean : DataFrame
        Of one task, as ``summary.curves`` gives them.
    looks : mapping
        As :func:`line_looks` chooses them.
    task : str
        For screen readers.

    Returns
    -------
    Markup
        SVG.
    """
    ends = mean[["hypervolume", "lower", "upper"]].to_numpy(dtype=float)
    low, high = 0.0, 1.0
    if len(mean):
        low, high = float(pd.Series(ends.ravel()).min()), float(pd.Series(ends.ravel()).max())
    high = high if high > low else low + (abs(low) or 1.0)
    first, last = (int(mean["experiments"].min()), int(mean["experiments"].max())) if len(mean) else (0, 1)

    def x(value: float) -> float:
        return _LEFT + (_RIGHT - _LEFT) * (value - first) / max(last - first, 1)

    def y(value: float) -> float:
        return _BOTTOM - (_BOTTOM - _TOP) * (value - low) / (high - low)

    marks: list[str] = []
    lines: list[str] = []
    ours = ours_among(mean["contender"])
    for name, (colour, dashes) in sorted(looks.items(), key=lambda look: look[0] == ours):
        own = mean[mean["contender"] == name]
        at = own["experiments"].tolist()
        points = " ".join(f"{x(e):.1f},{y(v):.1f}" for e, v in zip(at, own["hypervolume"], strict=True))
        if own["lower"].notna().all() and len(own):
            upper = [f"{x(e):.1f},{y(v):.1f}" for e, v in zip(at, own["upper"], strict=True)]
            lower = [f"{x(e):.1f},{y(v):.1f}" for e, v in zip(at, own["lower"], strict=True)]
            band = " ".join([*upper, *reversed(lower)])
            marks.append(f'<polygon points="{band}" fill="{colour}" fill-opacity="0.1"/>')
        dash = f' stroke-dasharray="{dashes}"' if dashes else ""
        lines.append(
            f'<polyline points="{points}" fill="none" stroke="{colour}" '
            f'stroke-width="{OUR_WIDTH if name == ours else WIDTH}"{dash}>'
            f"<title>{escape(name)}</title></polyline>"
        )
    for value, anchor in ((low, y(low)), (high, y(high))):
        marks.append(
            f'<text x="{_LEFT - 5}" y="{anchor + 4:.1f}" text-anchor="end" font-size="12" '
            f'fill="{style.MUTED}">{number(value, 3)}</text>'
        )
    ticks = dict.fromkeys((first, *(n for n in CHECKPOINTS if first + 4 < n < last - 4), last))
    marks += [
        f'<text x="{x(tick):.1f}" y="{_BOTTOM + 15}" text-anchor="middle" font-size="12" '
        f'fill="{style.MUTED}">{tick}</text>'
        for tick in ticks
    ]
    alt = escape(f"Mean hypervolume against experiments, {task}; the numbers are in the table below")
    return Markup(
        f'<svg viewBox="0 0 {_WIDTH:.0f} {_HEIGHT:.0f}" role="img" aria-label="{alt}">'
        f'<path d="M{_LEFT} {_TOP}V{_BOTTOM}H{_RIGHT}" fill="none" stroke="{style.MUTED}"/>'
        f"{''.join(marks)}{''.join(lines)}"
        f'<text x="{(_LEFT + _RIGHT) / 2}" y="{_HEIGHT - 4}" text-anchor="middle" font-size="12" '
        f'fill="{style.INK}">experiments</text></svg>'
    )


def _swatch(look: Look) -> Markup:
    colour, dashes = look
    dash = f' stroke-dasharray="{dashes}"' if dashes else ""
    return Markup(
        f'<svg class="swatch" viewBox="0 0 28 8" aria-hidden="true"><path d="M0 4H28" stroke="{colour}" '
        f'stroke-width="2"{dash}/></svg>'
    )


def _rows(part: pd.DataFrame) -> list[dict[str, str]]:
    ordered = part.sort_values("hypervolume", ascending=False, kind="stable")
    return [
        {
            "contender": str(row["contender"]),
            "experiments": str(row["experiments"]),
            "seeds": str(row["seeds"]),
            "hypervolume": number(row["hypervolume"]),
            "interval": _interval(row["hypervolume_lower"], row["hypervolume_upper"]),
            "worst": number(row["worst"]),
            "share": "–" if math.isnan(row["share"]) else f"{100.0 * row['share']:.1f} %",
            "best": number(row["best"]),
            "regret": number(row["regret"], 3),
            "picks": number(row["picks_to_top"], 3),
            "seconds": number(row["seconds_per_batch"], 2),
            "memory": number(row["memory_mb"], 3),
        }
        for row in ordered.to_dict("records")
    ]


def _interval(lower: float, upper: float) -> str:
    return "–" if math.isnan(lower) else f"{number(lower)} to {number(upper)}"


def matches(part: pd.DataFrame) -> list[list[str]]:
    """Say how many experiments ours needed to match each other contender.

    Parameters
    ----------
    part : DataFrame
        Rows of ``contest_summary.summary`` of one task.

    Returns
    -------
    list of list of str
        Contender, and a text for each number of ``CHECKPOINTS``; empty where ours did not take part.
    """
    ours = ours_among(part["contender"])
    if ours not in set(part["contender"]):
        return []
    others = part[part["contender"] != ours].sort_values("hypervolume", ascending=False, kind="stable")
    return [
        [str(row["contender"]), *(number(row[f"ours_to_match_{n}"], 3) for n in CHECKPOINTS)]
        for row in others.to_dict("records")
    ]
