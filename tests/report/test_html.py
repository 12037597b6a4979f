"""The report as a file: complete, self-contained, without a script, escaped, repeatable."""

from __future__ import annotations

import re
from datetime import date
from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest
import report_examples as examples

from surrogate.errors import PhysicsError, StoreError
from surrogate.optimization import Limit, Within
from surrogate.report import style
from surrogate.report.acting import acting
from surrogate.report.html import write_report
from surrogate.report.line_breaks import NO_BREAK
from surrogate.report.template_values import number_table

EVIL = "\" onload=x '></script><script>alert(1)</script><b onclick=x>"
MODEL = SimpleNamespace(version="lihost 3 (gp)")


def test_cards_and_tables_call_proposals_by_their_ids(tmp_path: Path) -> None:
    named = examples.proposals().assign(proposal_id=["B02-1", "B02-2", "B02-3", "B02-C"])
    named["role"] = ["exploit", "explore", "exploit", "control"]
    text = page(tmp_path, named)
    for name in named["proposal_id"]:
        assert len(re.findall(rf'<a class="badge" href="#card-\d">{name}</a>', text)) == 1
        assert len(re.findall(rf'<span class="badge" aria-hidden="true">{name}</span>', text)) == 1
        assert f'<th scope="col" class="n">{name}</th>' in text
        assert text.count(f'<text x="0" y="21" fill="#1c2733">{name}</text>') == (6 if name == "B02-1" else 3)
    assert "B02-1 412 cycles (90 %: 96 to 1,800)" in text  # what is read aloud of a strip
    unnamed = page(tmp_path, named.drop(columns="proposal_id"))
    assert ">B00-1</" in unnamed
    assert ">B00-C</" in unnamed


def page(tmp_path: Path, frame: pd.DataFrame | None = None, **changes: Any) -> str:
    given: dict[str, Any] = {
        "seed": 7,
        "provenance": {"Training data": "sha256 4f1c"},
        "literature": examples.records(),
        "context": examples.context(),
        "profile": examples.profile,
        "today": date(2026, 1, 2),
        "campaign": examples.campaign(),
        "results": examples.measured_cells(),
    } | changes
    campaign, results = given.pop("campaign"), given.pop("results")
    frame = examples.proposals() if frame is None else frame
    path = write_report(frame, campaign, MODEL, results, tmp_path / "out" / "report.html", **given)
    return path.read_text("utf-8")


def plain(text: str) -> str:
    """With spaces where no line may end as any other."""
    return text.replace(NO_BREAK, " ")


class Elements(HTMLParser):
    """Start tags with their attributes, and the text outside scripts and styles."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []
        self._inside = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self._inside = tag

    def handle_endtag(self, tag: str) -> None:
        self._inside = ""

    def handle_data(self, data: str) -> None:
        if self._inside not in ("script", "style"):
            self.text.append(data)


def test_a_control_is_named_and_is_no_proposal(tmp_path: Path) -> None:
    """The last of the four becomes the control: three hosts to make, each with its chance of being better."""
    frame = examples.proposals().assign(role=["exploit", "explore", "exploit", "control"])
    frame["p_better_than_control"] = [0.81, 0.64, 0.37, 0.5]
    frame["cycle_life_cycles_vs_control"] = [1.9, 1.4, 0.8, 1.0]
    frame["cycle_life_cycles_vs_control_lower"] = [0.9, 0.5, 0.2, 1.0]
    frame["cycle_life_cycles_vs_control_upper"] = [3.8, 3.1, 2.2, 1.0]
    text = " ".join(" ".join(Elements(page(tmp_path, frame)).text).split())
    for said in (
        "3 next hosts to make", "Make the control beside them", "81 %", "64 %", "37 %", "control: ",
        "× 1.9 0.9 to 3.8",
    ):  # fmt: skip
        assert said in text, said
    glance = text.split("At a glance")[1].split("What one new cell")[0]
    assert "Better than the control 81 % 64 % 37 % –" in glance
    assert "Role exploit explore exploit control" in glance
    assert "Better than the control" not in " ".join(Elements(page(tmp_path)).text)


def test_it_says_how_a_host_is_made_how_often_and_what_is_handled(tmp_path: Path) -> None:
    frame = examples.proposals().assign(hazards="lithium metal (H260, H314)", cells_to_make=3)
    cells = "build 3 cells of each host"
    text = " ".join(" ".join(Elements(page(tmp_path, frame, cells=cells)).text).split())
    for said in (
        "Build 3 cells of each host.", "Write on the pouches: B00-1-a , B00-1-b , B00-1-c .",
        "Hazards lithium metal (H260, H314)", "H314 : causes severe skin burns and eye damage.",
        "Step 1 make the framework of carbon fibre, with the PAN of each layer dispersed in the spinning solution, "
        "layer by layer: ",
    ):  # fmt: skip
        assert said in text, said
    assert "Hazards" not in " ".join(Elements(page(tmp_path)).text)


def test_it_says_what_to_make_what_to_expect_and_where_from(tmp_path: Path) -> None:
    text = " ".join(" ".join(Elements(page(tmp_path)).text).split())
    for said in (
        "4 next hosts to make",
        "after 3 measured cells",
        "carbon fibre with zinc oxide",
        "Part mg mg in 25 cm² film, nm",
        "On the balance a disc of 12 mm weighs",
        "412 cycles",
        "96 to 1,800",
        "99.7 %",
        "plated, most of it outside the pores",
        "Extrapolation 0.71 of 1",
        "MCCNF@ZnO",
        "at least 600 cycles",
        "How to read this",
        "one dimension",
        "Simulated life and critical current",
        "electrolyte",
        "lihost 3 (gp)",
        "sha256 4f1c",
        "2 records, SHA-256 ",
        "4 % of it grew from the foil and 0.2 % of it lies on the top face",
        "how good the model is was not recorded with it",
        "2026-01-02",
        "50 µm to 200 µm",
    ):
        assert said in text, said


def test_limits_stand_in_the_lead_the_overview_and_the_cards(tmp_path: Path) -> None:
    frame = examples.proposals()
    asked = examples.campaign()
    asked.objectives = {"cycle_life_cycles": "max", "overpotential_mV": Within(20.0, 40.0)}
    asked.limits = (Limit("ccd_mA_cm2", ">=", 1.5), Limit("overpotential_mV", "<=", 50.0))
    text = plain(
        page(tmp_path, frame.assign(p_within_limits=[0.934] + [0.5] * (len(frame) - 1)), campaign=asked)
    )
    assert (
        "Chosen for high cycle life, overpotential of 20 to 40 mV; limits: critical current density of at least "
        "1.5 mA cm⁻², overpotential of at most 50 mV, after"
    ) in text
    assert text.count("<td><b>93 %</b></td>") == 1
    assert "<dt>Keeps the limits</dt><dd>with a probability of 93 %</dd>" in text
    assert "wanted: at least 1.5" in text
    assert "wanted: 20 to 40" in text
    assert "Keeps the limits" not in page(tmp_path, frame)


def test_an_efficiency_is_shown_in_per_cent(tmp_path: Path) -> None:
    name = "coulombic_efficiency_pct"
    frame = examples.proposals().assign(**{name: 99.1, f"{name}_lower": 97.04, f"{name}_upper": 99.942})
    text = " ".join(" ".join(Elements(page(tmp_path, frame)).text).split())
    for said in ("Coulombic efficiency", "99.1 %", "90 %: 97 to 99.94"):
        assert said in text, said
    (line,) = (line for line in number_table(frame.to_dict("records")) if line["column"] == name)
    assert (line["unit"], line["cells"]) == ("%", ["99.1"] * 4)


def test_cautions_stand_on_the_card_they_are_about(tmp_path: Path) -> None:
    frame = examples.proposals()
    frame.loc[1, "agent"] = "lithium_nitride"
    cards = page(tmp_path, frame).split('<article class="card"')[1:]
    assert ["reacts with moisture" in card for card in cards] == [False, True, False, False]


def test_it_asks_nobody_and_links_only_papers(tmp_path: Path) -> None:
    elements = Elements(page(tmp_path))
    for tag, attributes in elements.tags:
        assert tag not in ("link", "img", "iframe", "object", "embed")
        assert "src" not in attributes
        if "href" in attributes:
            assert re.match(r"#|https://doi\.org/10\.", attributes["href"] or "")
    policy = next(a["content"] for t, a in elements.tags if a.get("http-equiv") == "Content-Security-Policy")
    assert policy is not None
    assert policy.startswith("default-src 'none'")


def test_what_nobody_needs_at_the_bench_is_folded_away_and_still_there(tmp_path: Path) -> None:
    """What to weigh, the steps, the test and the reason stand open; it is small and needs no script."""
    text = page(tmp_path)
    assert not [tag for tag, _ in Elements(text).tags if tag == "script"]
    assert len(text.encode()) < 300_000
    folds = re.findall(
        r'<details class="fold([^"]*)"><summary>(.*?)</summary>(.*?)</details>', text, re.DOTALL
    )
    said = [(kind.strip(), summary) for kind, summary, _ in folds]
    assert said.count(("wide", "Picture")) == 4
    assert said.count(("", "The design, its price and what else may be put on")) == 4
    assert {summary for kind, summary in said if kind == "tail"} == {
        "All numbers", "How to read this", "What was searched", "Where this came from", "Your cells so far",
    }  # fmt: skip
    folded = " ".join(body for *_, body in folds)
    shown = text
    for *_, body in folds:
        shown = shown.replace(body, "")
    for name in (
        "On the balance",
        "Step 1",
        "Tolerances",
        "Cycle at",
        "Stop",
        "Write on the pouches",
    ):
        assert name in shown, name
    for name in ("Closest published host", "Tortuosity factor", "A cell has failed at", "Cell kind"):
        assert name.lower() in folded.lower(), name
        assert f"<dt>{name}</dt>" not in shown, name
    written = re.sub(r"<(svg|pre|code)\b.*?</\1>", "", text.partition("</style>")[2], flags=re.DOTALL)
    assert len(re.findall(rf"\d{NO_BREAK}%", written)) > 20
    assert not re.search(r">[^<]*\d %", written)


@pytest.mark.slow
def test_it_is_the_same_each_time_but_for_the_date(tmp_path: Path) -> None:
    first, again = page(tmp_path), page(tmp_path)
    assert first == again
    later = page(tmp_path, today=date(2027, 3, 4))
    assert later != first
    assert later.replace("2027-03-04", "2026-01-02") == first


@pytest.mark.slow
def test_text_in_a_proposal_cannot_become_markup(tmp_path: Path) -> None:
    frame = examples.proposals()
    columns = [
        "proposal_id",
        "role",
        "mechanism",
        "nearest_literature",
        "outcome",
        "interchangeable",
        "hazards",
    ]
    frame = frame.assign(**{name: None for name in columns if name not in frame})
    for k, column in enumerate(columns):
        frame.loc[0, column] = f"{k}{EVIL}"
    text = page(tmp_path, frame)
    assert_harmless(text)
    shown = " ".join(Elements(text).text)
    for k, column in enumerate(columns):
        assert f"{k}{EVIL.split()[0]}" in shown, column  # each was shown, as text


@pytest.mark.slow
def test_text_of_other_files_cannot_become_markup(tmp_path: Path) -> None:
    cells, context, records, campaign = (
        examples.measured_cells(),
        examples.context(),
        examples.records(),
        examples.campaign(),
    )
    cells["note"] = EVIL
    cells["framework"] = EVIL
    context["citation"] = EVIL
    records["system"] = EVIL
    campaign.name = EVIL
    campaign.conditions = SimpleNamespace(as_dict=lambda: {"electrolyte": EVIL, "additives": EVIL})
    assert_harmless(
        page(
            tmp_path,
            results=cells,
            context=context,
            literature=records,
            campaign=campaign,
            provenance={EVIL: EVIL},
        )
    )


def assert_harmless(text: str) -> None:
    """No script, no event handler."""
    elements = Elements(text)
    assert not [tag for tag, _ in elements.tags if tag == "script"]
    assert not [name for _, attributes in elements.tags for name in attributes if name.startswith("on")]
    assert "alert(1)" in text  # it was shown, as text


@pytest.mark.slow
def test_a_link_is_made_of_a_doi_only(tmp_path: Path) -> None:
    frame = examples.proposals()
    frame["nearest_literature"] = 'javascript:alert(1)#3;10.1002/a<b>"c#4'
    near = re.findall(r'<ul class="nearest">.*?</ul>', page(tmp_path, frame), re.DOTALL)
    links = [a["href"] for tag, a in Elements("".join(near)).tags if tag == "a"]
    assert set(links) == {"https://doi.org/10.1002/a%3Cb%3E%22c"}


@pytest.mark.slow
def test_the_nearest_papers_are_named_and_linked(tmp_path: Path) -> None:
    frame = examples.proposals()
    frame["nearest_literature"] = (
        "002_612f39683bb0201f#195;10.1002/aenm.202304229#135;10.1039/d5eb00156k#he-zn"
    )
    records = examples.records().assign(ref=["135", "he-zn"], cycles=[500, 80], censored=[True, False])
    records = records.assign(
        current_density_mA_cm2=[0.5, None], electrolyte_class=["liquid_ether", "unknown"]
    )
    text = plain(page(tmp_path, frame, literature=records))
    near = re.search(r'<ul class="nearest">(.*?)</ul>', text, re.DOTALL)
    assert near
    paper, review, other = re.findall(r"<li>(.*)</li>", near[1])
    there = 'rel="noopener noreferrer">'
    assert paper == (
        "Tan et al., Natl. Sci. Rev. 2022, 9, nwac183, doi "
        f'<a href="https://doi.org/10.1093/nsr/nwac183" {there}10.1093/nsr/nwac183</a> '
        "(reference 195 of 002_612f39683bb0201f)"
    )
    assert review == (
        "Zhou et al., J. Power Sources 2021, 495, 229773 "
        f'(<a href="https://doi.org/10.1002/aenm.202304229" {there}reference 135 of 10.1002/aenm.202304229, '
        "which gives no DOI of it</a>)"
        '<span class="reached">MCCNF@ZnO: ≥ 500 cycles at 0.5 mA cm⁻² in liquid ether</span>'
    )
    assert (
        other
        == f'<a href="https://doi.org/10.1039/d5eb00156k" {there}10.1039/d5eb00156k, its reference he-zn</a>'
        '<span class="reached">Cu foam: 80 cycles (conditions not stated)</span>'
    )


def test_every_drawing_has_a_text(tmp_path: Path) -> None:
    drawings = [a for tag, a in Elements(page(tmp_path)).tags if tag == "svg" and "aria-hidden" not in a]
    # A cross-section and a strip of each target for each host, and the strips of all.
    assert len(drawings) == 4 * (1 + 3) + 3
    assert all(len(str(a["aria-label"])) > 25 and a["role"] == "img" for a in drawings)


@pytest.mark.slow
def test_every_number_is_in_the_table(tmp_path: Path) -> None:
    text = " ".join(Elements(page(tmp_path)).text)
    for column in (
        "conductor_top",
        "gradient_exponent",
        "thickness_um",
        "ccd_mA_cm2_upper",
        "acquisition_value",
    ):
        assert column in text
    assert "pattern_size_um" not in text  # acts for none of them


def test_a_column_is_listed_only_where_it_acts() -> None:
    stacked = {"layers": 3.0, "stacking": "graded", "top_face_share": 1e-12}
    lines = number_table([examples.BASE | {"layers": 1.0, "stacking": "graded"}, examples.BASE | stacked])
    by_column = {line["column"]: line["cells"] for line in lines}
    assert by_column["stacking"] == ["–", "graded"]
    assert by_column["top_face_share"] == ["0.21", "< 0.1"]
    assert "stack_pressure_MPa" not in by_column  # the cells have a liquid
    solid = number_table([examples.BASE | {"electrolyte": "lpsc", "additives": "none"}])
    assert "stack_pressure_MPa" in {line["column"] for line in solid}
    assert acting({"electrolyte": "liquid_ether", "stack_pressure_MPa": 0.1}) == {
        "electrolyte": "liquid_ether"
    }


def test_a_material_is_listed_only_where_the_host_holds_its_phase() -> None:
    none = {"dielectric_top": 0.0, "dielectric_bottom": 0.0}
    lines = number_table([examples.BASE, examples.BASE | none])
    by_column = {line["column"]: line["cells"] for line in lines}
    assert by_column["dielectric_material"] == ["pan", "–"]
    assert "ion_conductor_material" not in by_column  # neither holds any


@pytest.mark.slow
def test_a_profile_that_the_physics_refuses_costs_one_panel(tmp_path: Path) -> None:
    def refuse(design: pd.DataFrame) -> dict[str, Any]:
        if design["framework"].iloc[0] == "copper":
            raise PhysicsError("too thin for a continuum <b>")
        return examples.profile(design)

    text = page(tmp_path, profile=refuse)
    assert "Where the lithium goes could not be computed: too thin for a continuum &lt;b&gt;" in text
    sections = re.findall(r'<svg class="section".*?</svg>', text, re.DOTALL)
    assert [style.LITHIUM in section for section in sections] == [True, False, True, True]


@pytest.mark.slow
def test_a_campaign_without_cells_or_literature(tmp_path: Path) -> None:
    empty = examples.context().iloc[:0]
    text = page(tmp_path, results=None, context=empty, literature=examples.records().iloc[:0])
    assert "Your cells so far" not in text
    assert "hosts to make" in text


@pytest.mark.slow
def test_missing_predictions_do_not_break_it(tmp_path: Path) -> None:
    frame = examples.proposals()
    frame.loc[1, ["ccd_mA_cm2", "ccd_mA_cm2_lower", "ccd_mA_cm2_upper"]] = np.nan
    frame["nearest_literature"] = None
    frame["bottom_half_share"] = np.nan
    text = page(tmp_path, frame)
    shown = " ".join(Elements(text).text)
    assert "nan" not in shown.lower().replace("nano", "")
    cards = text.split('<article class="card"')[1:]
    assert ["6.21 mA" in card for card in cards] == [True, False, False, True]
    assert [card.count('class="strip"') for card in cards] == [3, 2, 3, 3]  # a gap, not a zero


@pytest.mark.slow
def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("a file, not a folder")
    with pytest.raises(StoreError, match=r"out.report\.html: the report cannot be written"):
        page(tmp_path)
