"""The report of one batch: a single HTML file that needs no network and no other file.

Data flow: proposals, campaign, measured cells and literature -> plain values for the template -> one page. Every
string is escaped by the template engine; figures travel as JSON that cannot close its own script element; the
page's content policy forbids any request.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
from markupsafe import Markup
from plotly.offline import get_plotlyjs

from surrogate.errors import LihostError, StoreError
from surrogate.hosts import columns as c
from surrogate.report import style, summary, svg, template_values
from surrogate.report.depth_profile import Profile
from surrogate.report.figures import figures, targets_drawn
from surrogate.report.goals_in_words import axis_words, limits_in_words, objectives_in_words
from surrogate.report.proposal_names import names_of
from surrogate.report.quantities import given, label, records
from surrogate.report.workbench import hazard_words

if TYPE_CHECKING:
    from surrogate.campaign.file import Campaign

Profiler = Callable[[pd.DataFrame], Profile]  # of a table of one row


def write_report(
    frame: pd.DataFrame,
    campaign: Campaign,
    model: Any,
    results: pd.DataFrame | None,
    path: str | Path,
    *,
    seed: int | None = None,
    provenance: Mapping[str, str] | None = None,
    literature: pd.DataFrame | None = None,
    context: pd.DataFrame | None = None,
    profile: Profiler | None = None,
    today: date | None = None,
    cells: str = "",
) -> Path:
    """Write the self-contained report of a batch.

    Parameters
    ----------
    frame : DataFrame, n rows
        Proposals as ``propose_hosts`` returns them.
    campaign : Campaign
        Conditions, choices and objectives.
    model : HostModel
        The champion; its ``version`` is shown.
    results : DataFrame, optional
        Measured cells.
    path : str or Path
        HTML file to write.
    seed : int, optional
        Of the search.
    provenance : mapping, optional
        Name -> text of what else identifies the run (training data, run id).
    literature : DataFrame, optional
        The records, for the names behind citations; None: the shipped records.
    context : DataFrame, optional
        The same records as designs with T, for the plots.
    profile : callable, optional
        ``surrogate.physics.profile`` by default.
    today : date, optional
        The only thing in the page that is not fixed by the other arguments.
    cells : str
        How many cells to build, and why.

    Returns
    -------
    Path
        ``path``.

    Raises
    ------
    StoreError
        When the file cannot be written.
    """
    page = render(
        frame,
        campaign,
        model,
        results,
        seed=seed,
        provenance=provenance,
        literature=literature,
        context=context,
        profile=profile,
        today=today,
        cells=cells,
    )
    path = Path(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(page, encoding="utf-8")
    except OSError as error:
        raise StoreError(
            f"the report cannot be written: {error.strerror}",
            where=str(path),
            remedy="choose another folder with --out",
        ) from error
    return path


def render(
    frame: pd.DataFrame,
    campaign: Campaign,
    model: Any,
    results: pd.DataFrame | None = None,
    *,
    seed: int | None = None,
    provenance: Mapping[str, str] | None = None,
    literature: pd.DataFrame | None = None,
    context: pd.DataFrame | None = None,
    profile: Profiler | None = None,
    today: date | None = None,
    cells: str = "",
) -> str:
    """Return the page of :func:`write_report` as text."""
    if literature is None or context is None:
        literature, context = _shipped(literature, context)
    profiles, misses = profiles_of(frame, profile)
    drawn = figures(
        frame, results=results, context=context, profiles=profiles, targets=targets_drawn(campaign.objectives),
        axes=axis_words(campaign.objectives, campaign.limits),
    )  # fmt: skip
    rows = records(frame)
    ranges = {target: svg.log_range(rows, target) for target in c.TARGETS}
    template = style.environment().get_template("report.html.j2")
    return template.render(
        campaign_name=campaign.name,
        conditions=summary.conditions(campaign.conditions.as_dict()),
        searched=template_values.search_scope(campaign),
        objectives=objectives_in_words(campaign.objectives),
        limits=limits_in_words(campaign.limits),
        measured=0 if results is None else len(results),
        overview=template_values.overview_rows(rows),
        cards=[
            template_values.card(k + 1, name, row, ranges, literature, profiles[k], misses[k])
            for k, (name, row) in enumerate(zip(names_of(rows), rows, strict=True))
        ],
        cells=cells,
        hazards=hazard_words(rows),
        proposed=sum(not summary.is_control(row) for row in rows),
        limited=any(given(row, "p_within_limits") is not None for row in rows),
        controlled=any(summary.is_control(row) for row in rows),
        pareto=[name for name in drawn if name.startswith("pareto_")],
        alternatives={name: template_values.alt_text(name, rows) for name in drawn},
        table=template_values.number_table(rows),
        results=template_values.result_table(results),
        headings={target: label(target) for target in c.TARGETS},
        threshold=summary.EXTRAPOLATES,
        provenance=template_values.provenance(model, seed, literature, provenance),
        date=(today or date.today()).isoformat(),
        figures_json=embedded({name: _bare(name, figure) for name, figure in drawn.items()}),
        plotly=Markup(get_plotlyjs()),  # the library's own script, not input
        phases=[(phase.replace("_", " "), colour) for phase, colour in style.PHASE_COLOURS.items()],
        style=style,
    )


def profiles_of(
    frame: pd.DataFrame, profile: Profiler | None = None
) -> tuple[list[Profile | None], list[str]]:
    """Compute the depth profile of each proposal.

    A profile that cannot be computed costs one panel, not the report.

    Parameters
    ----------
    frame : DataFrame, n rows
        Proposals.
    profile : callable, optional
        ``surrogate.physics.profile`` by default.

    Returns
    -------
    list of n mappings
        None for a planar foil and where the physics refused the design.
    list of n str
        Why it was refused, else "".
    """
    if profile is None:
        from surrogate.physics import profile as simulated  # compiles: only when it is wanted

        profile = simulated
    profiles: list[Profile | None] = []
    misses: list[str] = []
    for k in range(len(frame)):
        made, miss = None, ""
        if frame["framework"].iloc[k] != "none":
            try:
                made = profile(frame.iloc[[k]])
            except LihostError as error:
                miss = str(error)
        profiles.append(made)
        misses.append(miss)
    return profiles, misses


def embedded(value: Any) -> Markup:
    """Write a value as JSON that is safe inside a script element: it holds no "<", ">" or "&".

    Parameters
    ----------
    value : object
        What JSON can hold.

    Returns
    -------
    Markup
    """
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), allow_nan=False)
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return Markup(text)


def _bare(name: str, figure: Any) -> dict[str, Any]:
    """Return the figure as plain values, without its legend: the page explains the marks once."""
    drawn: dict[str, Any] = json.loads(figure.to_json())
    drawn["layout"]["showlegend"] = False
    if name.startswith("pareto_"):
        drawn["layout"]["margin"]["t"] = 10
    else:
        drawn["layout"]["margin"]["b"] = 44
        drawn["layout"]["height"] = 250
    return drawn


def _shipped(
    literature: pd.DataFrame | None, context: pd.DataFrame | None
) -> tuple[pd.DataFrame, pd.DataFrame]:
    from surrogate.literature import featurize
    from surrogate.literature import records as tables

    records = tables.load() if literature is None else literature
    if context is None:
        context = featurize.published_designs() if literature is None else featurize.to_designs(records)
    return records, context
