"""All that is said of one proposed host."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pandas as pd

from surrogate.models.campaign_model import REPLICATES
from surrogate.report import summary
from surrogate.report.cards.cycling import CyclingTest, cycling_of
from surrogate.report.cards.layers import Layer
from surrogate.report.cards.make import Make, make_of
from surrogate.report.cards.why import Why, why_of
from surrogate.report.proposal_names import names_of
from surrogate.report.quantities import number, records

if TYPE_CHECKING:
    from surrogate.campaign.comparison import Comparison
    from surrogate.campaign.file import Campaign
    from surrogate.campaign.replicates import Plan


_FEW_PORES = 2.0  # that a layer is thick: fewer are no porous medium (assumed)


@dataclass(frozen=True)
class Card:
    """A recipe card.

    Attributes
    ----------
    name, title : str
        Id of the proposal, and the host in a few words.
    is_control : bool
    make : Make
    test : CyclingTest
    why : Why
    """

    name: str
    title: str
    is_control: bool
    make: Make
    test: CyclingTest
    why: Why

    @property
    def heading(self) -> str:
        """The title or, where the framework is less than half of the weight, what the host is made of."""
        return self.make.made_of or self.title


def cards_of(
    batch: pd.DataFrame,
    campaign: Campaign,
    comparison: Comparison | None = None,
    planned: Plan | None = None,
    told: int = 0,
    judged: pd.DataFrame | None = None,
) -> tuple[Card, ...]:
    """Write the card of each row of a batch.

    Parameters
    ----------
    batch : DataFrame
        Proposals and, last, their control, as ``propose_hosts`` returns them.
    campaign : Campaign
        Conditions, objectives, methods and discs.
    comparison : Comparison, optional
        Of the batch; without it nothing is said of tolerances and of the simplest host.
    planned : Plan, optional
        How many cells to build; without it the spread between cells is that of published ones.
    told : int
        Number of the campaign's own cells.
    judged : DataFrame, optional
        How the model was judged, of ``report.trust.judgement``.

    Returns
    -------
    tuple of Card
        In the order of the batch.
    """
    rows = records(batch)
    names, controls = names_of(rows), [row for row in rows if summary.is_control(row)]
    control = controls[0] if controls else None
    control_id = next((name for name, row in zip(names, rows, strict=True) if row is control), "")
    target = next(iter(campaign.objectives))
    spreads = {name: one.median for name, one in REPLICATES.items()}
    if planned is not None:
        spreads |= {target: planned.spread}
    if comparison is not None:
        spreads |= comparison.spreads
    learned = planned is not None and planned.learned
    found = []
    for k, (name, row) in enumerate(zip(names, rows, strict=True)):
        own = None if summary.is_control(row) else comparison
        make = make_of(row, campaign, k, own)
        why = why_of(row, control, campaign, spreads, k, own, told, names, rows, judged)
        found.append(
            Card(
                name=name,
                title=summary.title(row),
                is_control=summary.is_control(row),
                make=make,
                test=cycling_of(row, control, control_id, campaign, make.disc_area_cm2, spreads, learned),
                why=replace(why, cautions=(*why.cautions, *_hardly_a_pore(make.layers))),
            )
        )
    return tuple(found)


def _hardly_a_pore(layers: Sequence[Layer]) -> list[str]:
    """Say which layers are too thin for a mean over their pores."""
    return [
        f"layer {one.number} is {number(one.thickness_um)} µm thick with pores of {number(one.pore_size_um)} µm: the "
        "simulation takes a mean over many pores, of which it has hardly two"
        for one in layers
        if one.thickness_um < _FEW_PORES * one.pore_size_um
    ]
