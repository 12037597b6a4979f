"""Figures of the literature (SVG): what the records hold by strategy, and what pairs a simulator gets right.

Data flow: records -> counts by strategy; scores of ``learning.pair_study`` -> shares of right directions with their
intervals.
"""

from __future__ import annotations

from pathlib import Path

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure

from surrogate.files.output import output_folder, replacing
from surrogate.literature.checks import summary

SMALL = 8  # pt
BOUND, FAILED, PAIRED = "#c7c3df", "#d95f02", "#1b9e77"
LEAST_PAIRS = 2  # that a difference needs to be drawn


def records_figure(records: pd.DataFrame) -> Figure:
    """Draw lives, failures and pairs by strategy.

    Parameters
    ----------
    records : DataFrame
        A typed table.

    Returns
    -------
    matplotlib.figure.Figure
    """
    counts = summary(records).drop(index="all").sort_values("cycle_life")
    names = [str(name).replace("_", " ") or "not given" for name in counts.index]
    rows = np.arange(len(counts))
    figure = Figure(figsize=(6.4, 4.6), layout="constrained")
    FigureCanvasSVG(figure)
    axes = figure.subplots()
    bounds = counts["cycle_life"] - counts["failed"]
    axes.barh(rows, bounds, color=BOUND, height=0.7, label="lives that are lower bounds")
    axes.barh(
        rows, counts["failed"], left=bounds, color=FAILED, height=0.7, label="lives that end in a failure"
    )
    paired = counts["pairs"].to_numpy() > 0
    axes.plot(
        counts["pairs"][paired],
        rows[paired],
        "D",
        color=PAIRED,
        markersize=4,
        label="records that name their control",
    )
    axes.set_yticks(rows, names, fontsize=SMALL)
    axes.set_xlabel("records", fontsize=SMALL)
    axes.tick_params(axis="x", labelsize=SMALL)
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(fontsize=SMALL, frameon=False, loc="lower right")
    return figure


def pairs_figure(scores: pd.DataFrame) -> Figure:
    """Draw the share of directions of pairs that simulator and regression get right, by what differs.

    Parameters
    ----------
    scores : DataFrame
        Of ``learning.pair_study.pair_study``.

    Returns
    -------
    matplotlib.figure.Figure
    """
    shown = scores[scores["pairs"] >= LEAST_PAIRS]
    names = list(dict.fromkeys(shown["differs_in"]))[::-1]
    figure = Figure(figsize=(6.4, 0.32 * len(names) + 1.0), layout="constrained")
    FigureCanvasSVG(figure)
    axes = figure.subplots()
    for predictor, colour, shift in (("simulator", FAILED, 0.14), ("conditions", "#7570b3", -0.14)):
        part = shown[shown["predictor"] == predictor].set_index("differs_in").loc[names]
        at = np.arange(len(names)) + shift
        axes.hlines(at, 100 * part["right_low"], 100 * part["right_high"], color=colour, linewidth=1.4)
        axes.plot(100 * part["right"], at, "o", color=colour, markersize=4, label=predictor)
    axes.axvline(50.0, color="0.5", linewidth=0.8, linestyle=":")
    pairs = shown.drop_duplicates("differs_in").set_index("differs_in").loc[names, "pairs"]
    axes.set_yticks(
        np.arange(len(names)),
        [f"{name} ({count})" for name, count in zip(names, pairs, strict=True)],
        fontsize=SMALL,
    )
    axes.set_xlabel("directions that are right, % (dotted: a coin)", fontsize=SMALL)
    axes.set_xlim(-3, 103)
    axes.tick_params(axis="x", labelsize=SMALL)
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(fontsize=SMALL, frameon=False, loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=2)
    return figure


def write_figures(figures: dict[str, Figure], folder: Path) -> list[Path]:
    """Write figures as SVG, the same bytes for the same figure.

    Parameters
    ----------
    figures : dict
        Name of the file without its ending -> figure.
    folder : Path
        Where to.

    Returns
    -------
    list of Path
        The files.

    Raises
    ------
    StoreError
        For a folder that cannot be written to.
    """
    output_folder(folder)
    paths = []
    with mpl.rc_context({"svg.hashsalt": "lihost", "svg.fonttype": "none", "font.family": "sans-serif"}):
        for name, figure in figures.items():
            path = folder / f"{name}.svg"
            with replacing(path) as part:
                figure.savefig(part, format="svg", metadata={"Date": None, "Creator": None})
            paths.append(path)
    return paths
