"""How far predictions can be trusted, in words: nothing stronger than the numbers."""

from __future__ import annotations

import pandas as pd
import pytest
import report_examples as examples

from surrogate.evaluation.skill import ROWS_TABLE, SKILL_TABLE
from surrogate.report import trust
from surrogate.report.glance import glance, targets_compared
from surrogate.report.quantities import records

TABLE = {
    "target": "cycle_life_cycles", "crps": 0.2, "difference": -0.05, "difference_low": -0.075,
    "difference_high": -0.025, "skill_vs_median": 0.2, "coverage": 0.906, "n": 150, "papers": 95, "values": 2,
}  # fmt: skip


def said(**changes: object) -> trust.Trust:
    judged = pd.DataFrame([TABLE | changes])
    (one,) = trust.trust_of(["cycle_life_cycles"], judged, records(examples.context()), "liquid_ether")
    return one


@pytest.mark.parametrize(
    ("ends", "words"),
    [
        ((-0.075, -0.025), "20 % better than the plain median (90 %: 10 to 30 %)"),
        ((-0.075, 0.005), "cannot be told from the plain median: 20 % better (90 %: −2 to 30 %)"),
        ((0.01, 0.025), "20 % worse than the plain median (90 %: −10 to −4 %)"),
    ],
)
def test_skill_is_claimed_only_where_papers_agree(ends: tuple[float, float], words: str) -> None:
    changes = {"difference_low": ends[0], "difference_high": ends[1]}
    if ends[0] > 0:
        changes["skill_vs_median"] = -0.2
    assert said(**changes).skill == words


def test_failures_and_cells_alike_are_counted() -> None:
    one = said()
    assert one.judged == "150 cells of 95 papers, 2 of them failures, the others lower bounds"
    assert one.coverage == "91 %"
    assert one.like == "14 published liquid ether cells"


def test_what_was_never_measured_is_physics_on_the_level_of_others() -> None:
    published = records(examples.context())
    rows = [{"ccd_mA_cm2_by_literature": 2.466}]
    gel = trust.trust_of(["ccd_mA_cm2"], None, published, "gel", rows)
    assert gel[0].like == (
        "none in a gel cell: physics × 2.47, the level that cells in other electrolytes give"
    )
    assert gel[0].skill == "how good the model is was not recorded with it"
    none = [row | {"ccd_mA_cm2": None} for row in published]
    for known, said in ((rows, "× 2.47"), ([], "× a level"), ([{"ccd_mA_cm2_by_literature": 1.0}], "alone")):
        assert (
            trust.none_published("ccd_mA_cm2", none, "liquid_carbonate", known)
            == f"none in a liquid cell: physics {said}"
        )
    assert trust.trust_of(["ccd_mA_cm2"], None, none, "gel", [{"ccd_mA_cm2_by_literature": 1.0}])[
        0
    ].like.endswith("physics alone")
    assert trust.none_published("ccd_mA_cm2", published, "liquid_carbonate").startswith(
        "none in a liquid carbonate"
    )


def test_a_judgement_counts_the_values_among_what_was_judged(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = pd.DataFrame(
        {"target": ["a", "a", "b"], "lower": [1.0, 2.0, 3.0], "upper": [1.0, float("nan"), 3.0]}
    )
    tables = {SKILL_TABLE: pd.DataFrame({"target": ["a", "b", "c"]}), ROWS_TABLE: rows}
    monkeypatch.setattr(trust, "logged_table", lambda run, name: tables[name])
    judged = trust.judgement("run")
    assert judged is not None
    assert judged["values"].tolist() == [1, 1, 0]
    tables[ROWS_TABLE] = None
    assert trust.judgement("run") is None


def test_at_a_glance_only_what_differs_is_a_line() -> None:
    rows = records(examples.proposals().iloc[:2])
    rows[0] |= {f"overpotential_mV_vs_control{end}": value for end, value in
                (("", 0.5), ("_lower", 0.25), ("_upper", 1.0))}  # fmt: skip
    found = glance(rows, targets_compared(["overpotential_mV"], ["ccd_mA_cm2", "x"], rows))
    names = [line.name for line in found.choices]
    assert "Porosity, top → bottom" in names
    assert ("Thickness", "120 µm") in found.alike
    assert not {name for name, _ in found.alike} & set(names)
    lines = {line.name: line for line in found.answers}
    assert [*lines] == ["Overpotential", "Against the control, overpotential", "Critical current density"]
    ratio = lines["Against the control, overpotential"]
    assert (ratio.cells, ratio.notes) == (["× 0.5", "–"], ["0.25 to 1", ""])
    assert lines["Critical current density"].notes[0] == "2.4 to 16"
