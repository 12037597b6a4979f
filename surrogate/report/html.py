"""The report of one batch: a single HTML file that needs no network and no other file.

Data flow: proposals, campaign, measured cells and literature -> plain values and drawings for the template -> one
page. Every string is escaped by the template engine; the page holds no script, and its content policy forbids any
request.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from surrogate.errors import LihostError, StoreError
from surrogate.hosts import columns as c
from surrogate.report import style, summary, template_values
from surrogate.report.acting import acting
from surrogate.report.cards.card import cards_of
from surrogate.report.cards.decision import decision_of
from surrogate.report.cards.next_steps import next_of
from surrogate.report.depth_profile import Profile
from surrogate.report.glance import glance, targets_compared
from surrogate.report.goals_in_words import axis_words, limits_in_words, objectives_in_words
from surrogate.report.like_with_like import other_conditions
from surrogate.report.proposal_names import names_of
from surrogate.report.quantities import axis_title, label, records
from surrogate.report.strips import axes_of, strip
from surrogate.report.template_values import Shared
from surrogate.report.trust import none_published, of_class, trust_of
from surrogate.report.workbench import hazard_words

if TYPE_CHECKING:
    from surrogate.campaign.comparison import Comparison
    from surrogate.campaign.file import Campaign
    from surrogate.campaign.replicates import Plan

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
    comparison: Comparison | None = None,
    planned: Plan | None = None,
    judged: pd.DataFrame | None = None,
    folder: Path | None = None,
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
        The same records as designs with T, for the drawings.
    profile : callable, optional
        ``surrogate.physics.profile`` by default.
    today : date, optional
        The only thing in the page that is not fixed by the other arguments.
    cells : str
        How many cells to build, and why, in words.
    comparison : Comparison, optional
        What is believed of the batch together; without it there is no decision, and nothing on tolerances.
    planned : Plan, optional
        How many cells to build.
    judged : DataFrame, optional
        How the champion was judged, as ``trust.judgement`` reads it.
    folder : Path, optional
        Where the table to fill in stands; None: the batch has none.

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
        comparison=comparison,
        planned=planned,
        judged=judged,
        folder=folder,
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
    comparison: Comparison | None = None,
    planned: Plan | None = None,
    judged: pd.DataFrame | None = None,
    folder: Path | None = None,
) -> str:
    """Return the page of :func:`write_report` as text."""
    if literature is None or context is None:
        literature, context = _shipped(literature, context)
    rows = records(frame)
    published = records(context)
    electrolyte = str(campaign.conditions.as_dict()["electrolyte"])
    alike = of_class(published, electrolyte)
    own = _comparable(campaign, results)
    axes = axes_of(rows, own, alike)
    profiles, misses = profiles_of(frame, profile)
    measured = 0 if results is None else len(results)
    cards = cards_of(frame, campaign, comparison, planned, measured, judged)
    shared = Shared.of(rows, cards, profiles, [*campaign.objectives])
    words = axis_words(campaign.objectives, campaign.limits)
    compared = targets_compared([*campaign.objectives], [one.name for one in campaign.limits], rows)
    template = style.environment().get_template("report.html.j2")
    return template.render(
        campaign_name=campaign.name,
        conditions=summary.conditions(acting(campaign.conditions.as_dict())),
        searched=template_values.search_scope(campaign),
        objectives=objectives_in_words(campaign.objectives),
        limits=limits_in_words(campaign.limits),
        measured=measured,
        trust=trust_of([*axes], judged, published, electrolyte, rows),
        names=names_of(rows),
        titles=[summary.title(row) for row in rows],
        roles=[str(row.get("role") or "") for row in rows],
        extrapolated=[(row.get("extrapolation") or 0.0) >= summary.EXTRAPOLATES for row in rows],
        glance=glance(rows, compared),
        strips=[
            {
                "title": axis_title(target),
                "wanted": words[target],
                "drawing": strip(
                    axis, rows, own, alike, none_published(target, published, electrolyte, rows)
                ),
            }
            for target, axis in axes.items()
        ],
        decision=decision_of(frame, campaign, comparison),
        cards=[
            template_values.card_values(k + 1, card, rows[k], axes, literature, profiles[k], misses[k], shared)
            for k, card in enumerate(cards)
        ],
        following=next_of(frame, campaign, folder),
        cells=cells,
        hazards=hazard_words(rows),
        proposed=sum(not summary.is_control(row) for row in rows),
        controlled=shared.control is not None,
        table=template_values.number_table(rows),
        results=template_values.result_table(results),
        headings={target: label(target) for target in c.TARGETS},
        threshold=summary.EXTRAPOLATES,
        provenance=template_values.provenance(model, seed, literature, provenance),
        date=(today or date.today()).isoformat(),
        style=style,
    )  # fmt: skip


def _comparable(campaign: Campaign, results: pd.DataFrame | None) -> list[dict[str, Any]]:
    """Own cells under the campaign's conditions; others are at another place on every axis."""
    if results is None:
        return []
    elsewhere = other_conditions(campaign, results)
    return [row for row, differs in zip(records(results), elsewhere, strict=True) if not differs]


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


def _shipped(
    literature: pd.DataFrame | None, context: pd.DataFrame | None
) -> tuple[pd.DataFrame, pd.DataFrame]:
    from surrogate.literature import featurize
    from surrogate.literature import records as tables

    records = tables.load() if literature is None else literature
    if context is None:
        context = featurize.published_designs() if literature is None else featurize.to_designs(records)
    return records, context
