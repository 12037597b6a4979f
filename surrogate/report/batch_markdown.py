"""A batch of proposals in Markdown, short enough for the description of a run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from surrogate.hosts import columns as c
from surrogate.report import summary
from surrogate.report.proposal_names import names_of
from surrogate.report.quantities import given, label, quantity, records

if TYPE_CHECKING:
    import pandas as pd

    from surrogate.campaign.file import Campaign
    from surrogate.report.cards.decision import Decision


def batch_markdown(
    batch: pd.DataFrame, campaign: Campaign, remarks: Sequence[str], decision: Decision | None = None
) -> str:
    """Write what to make, the conditions in one line, a table with a proposal in each row, and the remarks.

    Parameters
    ----------
    batch : DataFrame
        Proposals.
    campaign : Campaign
        With its conditions.
    remarks : sequence of str
        What a reader should know.
    decision : Decision, optional
        Which hosts to make first; stands first.

    Returns
    -------
    str
        Markdown.
    """
    conditions = ", ".join(text for _, text in summary.conditions(campaign.conditions.as_dict()))
    targets, proposals = [target for target in c.TARGETS if target in batch.columns], records(batch)
    head = ["Id", "Host", *(label(target) for target in targets), label("bottom_half_share"), "Extrapolation"]
    rows = [
        [
            name,
            summary.title(row),
            *(summary.prediction(row, target) for target in targets),
            quantity(row.get("bottom_half_share"), "bottom_half_share"),
            _score(row),
        ]
        for name, row in zip(names_of(proposals), proposals, strict=True)
    ]
    proposed = sum(not summary.is_control(row) for row in proposals)
    lines = [f"**{decision.text}**", ""] if decision is not None else []
    lines += [f"{proposed} hosts for: {conditions}.", ""]
    lines += ["| " + " | ".join(cells) + " |" for cells in (head, ["---"] * len(head), *rows)]
    lines += ["", "In brackets: the central 90 % interval of what one new cell would measure."]
    lines += ["", *(f"- {remark}" for remark in remarks)] if remarks else []
    return "\n".join(lines)


def _score(row: Mapping[str, Any]) -> str:
    score = given(row, "extrapolation")
    return "–" if score is None else f"{float(score):.2f}"
