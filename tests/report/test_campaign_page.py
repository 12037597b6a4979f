"""A campaign in time: what was predicted of its cells, what came of them, and in what its batches differ."""

from __future__ import annotations

import math
import re
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import report_examples as examples

from surrogate.campaign.file import Campaign
from surrogate.models.campaign_model import REPLICATES
from surrogate.report import campaign_batches as story
from surrogate.report import style
from surrogate.report.campaign_page import reached, render
from surrogate.report.campaign_plots import predicted_and_measured
from surrogate.report.like_with_like import Pooled
from surrogate.report.line_breaks import NO_BREAK

LIFE, EFFICIENCY = "cycle_life_cycles", "coulombic_efficiency_pct"
PREDICTED = {LIFE: 400.0, f"{LIFE}_lower": 100.0, f"{LIFE}_upper": 1600.0}


def cell(name: str, **told: Any) -> dict[str, Any]:
    """A told cell; "B01-1-a" is made to "B01-1"."""
    proposal = name.rpartition("-")[0] or None
    blank = dict.fromkeys(("overpotential_mV", "ccd_mA_cm2", LIFE, EFFICIENCY, "state", "note", "replicate"))
    known = {
        "layers": 1.0,
        "stacking": "graded",
        "cell_id": name,
        "proposal_id": proposal,
        "told_at": "2026-02-01T10:00:00+00:00",
        "failed": False,
    }
    return examples.BASE | blank | known | told


def proposals() -> dict[str, dict[str, Any]]:
    """Two batches with two hosts and a control each; the second is surer."""
    found = {}
    for batch, wide, agents in ((1, 4.0, ("zinc_oxide", "silver")), (2, 2.0, ("silver", "gold"))):
        for k, (end, agent) in enumerate(zip("12C", (*agents, "none"), strict=True)):
            ends = {f"{LIFE}_lower": 400.0 / wide, f"{LIFE}_upper": 400.0 * wide}
            role = "control" if end == "C" else "explore" if k < batch else "exploit"
            told = {"agent": agent, "role": role, "proposed_at": f"2026-0{batch}-05T09:00:00+00:00"}
            found[f"B0{batch}-{end}"] = examples.BASE | PREDICTED | ends | told
    return found


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ({LIFE: 700.0}, "inside"), ({LIFE: 1700.0}, "above"), ({LIFE: 90.0}, "below"),
        ({LIFE: 90.0, f"{LIFE}_censored": True}, "too early to say"),
        ({LIFE: 700.0, f"{LIFE}_censored": True}, "so far inside"),
        ({LIFE: 1700.0, f"{LIFE}_censored": True}, "above"),
        ({LIFE: 90.0, f"{LIFE}_censored": "below"}, "below"),
        ({LIFE: 1700.0, f"{LIFE}_censored": "below"}, "too early to say"),
        ({LIFE: 50.0, f"{LIFE}_upper_bound": 90.0}, "below"), ({LIFE: 50.0, f"{LIFE}_upper_bound": 150.0}, "inside"),
        ({LIFE: None}, ""),
    ],
)  # fmt: skip
def test_a_bound_contradicts_only_what_it_excludes(told: dict[str, Any], said: str) -> None:
    assert story.verdict(PREDICTED, told, LIFE) == said


def test_each_cell_taught_something_the_failed_ones_too() -> None:
    proposal = PREDICTED | {EFFICIENCY: 98.0, f"{EFFICIENCY}_lower": 90.0, f"{EFFICIENCY}_upper": 99.0}
    assert story.learned(proposal, cell("B01-1-a", **{LIFE: 200.0})) == (
        "cycle life × 0.5 of the predicted (inside the 90 % interval)"
    )
    assert story.learned(proposal, cell("B01-1-a", **{EFFICIENCY: 99.5})) == (
        "lost charge × 0.25 of the predicted (above, a surprise: outside the 90 % interval)"
    )
    assert story.learned(proposal, cell("B01-1-a", state="not_made")).startswith("could not be made")
    assert story.learned(proposal, cell("B01-1-a", failed=True)).startswith("failed before it gave a value")
    assert "mishap" in story.learned(proposal, cell("B01-1-a", state="lost"))
    assert story.learned(None, cell("C1", **{LIFE: 3.0})) == story.NOT_PROPOSED


def test_a_batch_says_how_its_cells_agree_and_in_what_it_differs() -> None:
    told = [cell("B01-1-a", **{LIFE: 200.0}), cell("B01-1-b", **{LIFE: 2000.0}), cell("B01-2-a", state="lost"),
            cell("B02-1-a", **{LIFE: 90.0, f"{LIFE}_censored": True})]  # fmt: skip
    first, second = story.batches_of(proposals(), told)
    assert [one["cell_id"] for one in first.cells] == ["B01-1-a", "B01-1-b", "B01-2-a"]
    assert story.agreement(first, LIFE) == (
        "1 of 2 values inside the 90 % interval, in the median × 2.75 of the predicted"
    )
    assert story.agreement(second, LIFE) == ""
    assert story.changes(first, second, [LIFE]) == [
        "told before it: 3 cells of B01, 2 with a value",
        "what a new cell would give of cycle life is known to within a factor of 2, narrower than 4 before",
        "new: carbon fibre with gold",
        "no longer proposed: carbon fibre with zinc oxide",
        "2 of 2 made for what they teach, before 1",
    ]


def test_cells_of_hosts_that_were_not_proposed_are_counted_between_the_batches_they_were_told() -> None:
    told = [cell("C1", **{LIFE: 200.0}), cell("C2", state="lost"), cell("B02-1-a", **{LIFE: 90.0}),
            cell("C0", told_at="2026-01-05T08:00:00+00:00", **{LIFE: 10.0}),
            cell("C9", told_at="2026-02-05T09:00:01+00:00", **{LIFE: 10.0})]  # fmt: skip
    first, second = story.batches_of(proposals(), told)
    assert story.changes(first, second, [LIFE], [*told[:2], *told[3:]])[:2] == [
        "no cell of B01 was told before it",
        "told between the two: 2 cells of other hosts, 1 with a value",
    ]
    assert story.changes(first, second, [LIFE], told[3:])[1].startswith("what a new cell")
    late = cell(
        "B01-1-a", told_at="2026-02-05T09:00:01+00:00", **{LIFE: 200.0}
    )  # on the day of B02, and after it
    first, second = story.batches_of(proposals(), [late])
    assert story.changes(first, second, [LIFE], [late])[0] == "no cell of B01 was told before it"


def test_the_best_so_far_has_the_interval_of_its_mean() -> None:
    told = [cell("C1", told_at="2026-01-01", **{LIFE: 100.0}), cell("B01-1-a", **{LIFE: 80.0}),
            cell("B02-1-a", **{LIFE: 300.0}), cell("B02-1-b", **{LIFE: 500.0})]  # fmt: skip
    designs = [Pooled((0,), (told[0],)), Pooled((1,), (told[1],)), Pooled((2, 3), (told[2], told[3]))]
    found = reached(designs, story.batches_of(proposals(), told), LIFE, "max")
    assert [one.stage for one in found] == ["before", "B01", "B02"]
    assert [one.best for one in found] == [100.0, 100.0, 400.0]
    assert [one.estimates for one in found] == [(100.0,), (80.0,), (400.0,)]
    half = 1.6448536 * REPLICATES[LIFE].median
    assert found[0].ends[1] == pytest.approx(100.0 * math.exp(half))
    assert found[2].ends == pytest.approx((400.0 * math.exp(-half / 2**0.5), 400.0 * math.exp(half / 2**0.5)))
    lower = reached(designs, story.batches_of(proposals(), told), LIFE, "min")
    assert [one.best for one in lower] == [100.0, 80.0, 80.0]


def test_predicted_stands_beside_measured_and_a_bound_is_hollow() -> None:
    told = [("B01-1-a", PREDICTED, cell("B01-1-a", **{LIFE: 400.0})),
            ("B01-1-b", PREDICTED, cell("B01-1-b", **{LIFE: 200.0, f"{LIFE}_censored": True})),
            ("B01-1-c", PREDICTED, cell("B01-1-c"))]  # fmt: skip
    drawn = str(predicted_and_measured(LIFE, told))
    fills = re.findall(r'l6 6l-6 6l-6 -6z" fill="(#\w+)"', drawn)
    assert fills == [style.MEASURED, style.PAPER]
    disc = float(re.search(r'cx="([\d.]+)"', drawn)[1])
    diamond = float(re.search(r'd="M([\d.]+) [\d.]+l6', drawn)[1])
    assert disc == pytest.approx(diamond, abs=0.1)
    assert "B01-1-b: measured at least 200 cycles, predicted 400 cycles (90 %: 100 to 1,600)" in drawn
    assert str(predicted_and_measured(LIFE, told[2:])) == ""


def test_the_page_tells_it_all_and_escapes_what_people_wrote(tmp_path: Path) -> None:
    (tmp_path / "c.toml").write_text(
        'schema_version = 1\nname = "a <b>"\n[conditions]\nelectrolyte = "liquid_ether"\nadditives = "lino3"\n'
        "current_density_mA_cm2 = 1\nareal_capacity_mAh_cm2 = 1\n"
    )
    campaign = Campaign.load(tmp_path / "c.toml")
    told = pd.DataFrame([cell("B01-1-a", note="<i>short</i>", overpotential_mV=20.0, **{LIFE: 200.0})])
    pending = pd.DataFrame([row | {"proposal_id": name} for name, row in proposals().items()][1:])
    page = render(
        campaign, told, pending, "c.db", proposals=proposals(), advice=["It is worth going on."],
        today=date(2026, 3, 4),
    ).replace(NO_BREAK, " ")  # fmt: skip
    for said in (
        "It is worth going on.", "Why B02 differs from B01", "New: carbon fibre with gold.", "&lt;i&gt;short",
        "B01: 1 of 1 value inside the 90 % interval", "1 carbon fibre with zinc oxide; 2 carbon fibre with silver; C",
        "1 told, 1 with a value", "a &lt;b&gt;",
    ):  # fmt: skip
        assert said in page, said
    assert page.count("<svg") == 2 + 2 + 1  # best so far, predicted and measured, the front
    assert "<script" not in page
    assert len(page) < 60_000
