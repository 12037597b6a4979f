"""``surrogate simulate``, ``predict`` and ``literature``."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pandas as pd
import pytest

from surrogate.files.tables import read_table
from surrogate.hosts import columns as c
from surrogate.hosts.designs import CompleteDesigns

from .conftest import Command, World

Table = Callable[..., Path]


@pytest.fixture
def physics(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """A simulator that takes no time."""
    import surrogate.physics

    def simulate(
        designs: CompleteDesigns, *, workers: int | None = None, progress: Any = None
    ) -> pd.DataFrame:
        progress("simulating", len(designs), len(designs))
        return designs.frame.assign(outcome="completed", charge_error=1e-9, cycle_life_cycles=123.0)

    monkeypatch.setattr(surrogate.physics, "simulate", simulate, raising=False)
    return surrogate.physics


def test_predict_writes_what_the_model_says(
    command: Command, world: World, table: Table, tmp_path: Path
) -> None:
    path = table({"thickness_um": 60, "name": "A"}, {"thickness_um": 90, "name": "B"})
    ended = command("surrogate", "predict", "--designs", path, "--out", "out.csv")
    assert ended.code == 0, ended.err
    assert "out.csv (2 rows, predicted by champion 7)" in ended.out
    assert "sqlite:///mlruns/mlflow.db" in ended.err
    for said in (
        "columns that are copied and not used: name",
        "gradient_exponent not given in 2 row(s): 1",
        "electrolyte",
    ):
        assert said in ended.err
    out, _ = read_table(tmp_path / "out.csv")
    assert list(out.columns[:2]) == ["name", "framework"]
    assert out["name"].tolist() == ["A", "B"]
    assert set(c.DESIGN_COLUMNS) <= set(out.columns)
    assert out["cycle_life_cycles"].tolist() == world.model.predict(out)["cycle_life_cycles"].tolist()
    assert out["nearest_literature"].iloc[0].startswith("10.1039/d5eb00156k#47")
    # what was written can be read again, and says the same
    again = command("surrogate", "predict", "--designs", "out.csv", "--out", "again.csv")
    assert again.code == 0, again.err
    back, _ = read_table(tmp_path / "again.csv")
    assert back["ccd_mA_cm2"].tolist() == out["ccd_mA_cm2"].tolist()


def test_predict_without_a_champion(command: Command, world: World, table: Table, tmp_path: Path) -> None:
    world.champion = False
    ended = command("surrogate", "predict", "--designs", table({}), "--out", "out.csv")
    assert ended.code == 2
    assert "no champion yet" in ended.err
    assert "surrogate train" in ended.err
    assert not (tmp_path / "out.csv").exists()


def test_a_campaign_predicts_by_its_own_cells_against_a_control(
    command: Command, world: World, campaign: Path, table: Table, tmp_path: Path
) -> None:
    told = table(
        {"cycle_life_cycles": 500, "cycle_life_cycles_censored": True}, {"failed": "true"}, name="told.csv"
    )
    assert command("optimize", "tell", "--campaign", campaign, told).code == 0
    path = table(
        {"thickness_um": 50, "name": "A", "temperature_C": 25},
        {"thickness_um": 300, "name": "B", "temperature_C": None},
    )
    words = ("surrogate", "predict", "--designs", path, "--out", "out.csv", "--campaign", campaign)
    ended = command(*words)
    assert ended.code == 0, ended.err
    assert "Campaign mine (liquid_ether, 2 mA/cm2" in ended.out
    assert "Control, of the first design: copper, uniform and without an agent, porosity 75 %" in ended.out
    assert "thickness 50 µm" in ended.out
    assert "(2 rows, predicted by the campaign's physics and 1 measured cell beside champion 7)" in ended.out
    assert "taken from the campaign: electrolyte, additives, current_density_mA_cm2" in ended.err
    assert "columns that are copied and not used: name" in ended.err
    out, _ = read_table(tmp_path / "out.csv")
    assert out["name"].tolist() == ["A", "B"]  # and no row for the control
    assert list(out.columns[1 : 1 + len(c.DESIGN_COLUMNS)]) == list(c.DESIGN_COLUMNS)
    assert out["current_density_mA_cm2"].tolist() == [2.0, 2.0]
    assert out["temperature_C"].tolist() == [25.0, 25.0]
    assert out["cycle_life_cycles"].tolist() == [250.0, 1500.0]  # what the cell lived for, by thickness
    assert out["cycle_life_cycles_vs_control"].tolist() == [1.0, 6.0]
    assert "cautions" in out.columns
    assert "cycle_life_cycles_vs_control" not in world.model.predict(out)
    # what was written can be read again, under the same campaign
    words = ("surrogate", "predict", "--designs", "out.csv", "--out", "again.csv", "--campaign", campaign)
    assert command(*words).code == 0
    assert (tmp_path / "again.csv").read_text() == (tmp_path / "out.csv").read_text()


EARLIER = {
    "cycle_life_cycles": 7.0, "cycle_life_cycles_by_physics": 7.5, "ccd_mA_cm2_by_literature": 7.5,
    "overpotential_mV_by_cells": 7.5, "overpotential_mV_worst_case": 7.5, "worth_agent": 7.5,
    "worth_agent_lower": 7.5, "p_changes_best": 0.75, "p_can_be_made": 0.75, "ccd_mA_cm2_vs_control_upper": 7.5,
    "p_better_than_control": 0.75, "p_within_limits": 0.5, "role": "exploit",
    "at_limit": "tortuosity", "outcome": "completed",
}  # fmt: skip
OWN = {"name": "A", "worth_a_try": "yes", "cycle_life_cycles_censored": "true"}


@pytest.mark.parametrize("with_campaign", [False, True])
def test_earlier_answers_do_not_stand_beside_new_ones(
    command: Command, world: World, campaign: Path, table: Table, tmp_path: Path, with_campaign: bool
) -> None:
    more = ("--campaign", campaign) if with_campaign else ()
    ended = command("surrogate", "predict", "--designs", table(EARLIER | OWN), "--out", "out.csv", *more)
    assert ended.code == 0, ended.err
    said = " ".join(ended.err.split())
    assert said.count("earlier answers that are left out: ") == 1
    assert (
        "left out: factors of medians (T_by_physics, T_by_literature, T_by_cells), worst cases (T_worst_case), "
        "worths of choices (worth_GROUP), p_changes_best, p_can_be_made, comparisons with a control (T_vs_control, "
        "p_better_than_control), p_within_limits, remarks of a batch (role, mechanism, otherwise, otherwise_worth, "
        "interchangeable, fragile_in, at_limit, acquisition_value, made_by, hazards, cells_to_make, repeat_of, "
        "searched_by), simulated quantities"
    ) in said
    assert "columns that are copied and not used: name, worth_a_try, cycle_life_cycles_censored" in said
    out, _ = read_table(tmp_path / "out.csv")
    assert set(EARLIER) & set(out.columns) == {"cycle_life_cycles"}  # and that is the new one
    assert out["cycle_life_cycles"].tolist() == [200.0]
    assert list(out.columns[:3]) == list(OWN)
    plain = command("surrogate", "predict", "--designs", table(OWN), "--out", "plain.csv", *more)
    assert "left out" not in plain.err
    assert (tmp_path / "plain.csv").read_text() == (tmp_path / "out.csv").read_text()


def test_a_campaign_without_a_store_gets_none(
    command: Command, world: World, campaign: Path, table: Table
) -> None:
    words = ("--designs", table({}), "--out", "out.csv", "--campaign", campaign)
    ended = command("surrogate", "predict", *words)
    assert ended.code == 0, ended.err
    assert "and 0 measured cells" in ended.out
    assert len(world.predicted[0]["results"]) == 0
    assert not campaign.with_suffix(".db").exists()


def test_a_design_under_other_conditions_than_the_campaigns_is_refused(
    command: Command, world: World, campaign: Path, table: Table, tmp_path: Path
) -> None:
    path = table({"current_density_A_m2": 20}, {"current_density_A_m2": 15}, name="other.csv")
    ended = command("surrogate", "predict", "--designs", path, "--out", "out.csv", "--campaign", campaign)
    assert ended.code == 2
    said = " ".join(ended.err.split())
    for part in (
        "other.csv, row 2, column current_density_mA_cm2",
        "(got 1.5). Allowed: 2, as in the campaign",
        "remove the column current_density_mA_cm2, or predict without --campaign",
    ):
        assert part in said
    assert not (tmp_path / "out.csv").exists()
    assert world.predicted == []
    assert command("surrogate", "predict", "--designs", path, "--out", "out.csv").code == 0


def test_simulate(command: Command, physics: ModuleType, table: Table, tmp_path: Path) -> None:
    path = table({"cycle_life_cycles": 7, "thickness_mm": 0.05, "thickness_um": None}, name="in.csv")
    content = pd.read_csv(path).drop(columns="thickness_um")
    content.to_csv(path, index=False)
    ended = command("surrogate", "simulate", "--designs", path, "--out", "out.csv")
    assert ended.code == 0, ended.err
    assert "completed" in ended.out
    assert "thickness_mm converted to thickness_um" in ended.err
    out, _ = read_table(tmp_path / "out.csv")
    assert out["thickness_um"].tolist() == [50.0]
    assert out["cycle_life_cycles"].tolist() == [123.0]  # computed, not the file's own


def test_simulate_needs_one_of_two(command: Command, table: Table) -> None:
    both = command("surrogate", "simulate", "--designs", table({}), "--recipe", "default", "--out", "o")
    assert both.code == 2
    assert "either --designs" in both.err


@pytest.mark.parametrize("words", [["predict"], ["simulate"]])
def test_the_place_to_write_is_checked_first(
    command: Command, world: World, table: Table, words: list[str]
) -> None:
    for out, named in (("none/out.csv", "does not exist"), (".", "folder")):
        ended = command("surrogate", *words, "--designs", table({}), "--out", out)
        assert ended.code == 2
        assert named in ended.err


@pytest.mark.slow
def test_literature(command: Command, tmp_path: Path) -> None:
    ended = command("surrogate", "literature", "--check")
    assert ended.code == 0, ended.err
    assert "no faults" in ended.out
    for wanted in ("conductivity gradient", "all", "CCD: critical current density"):
        assert wanted in ended.out
    lines = ended.out.splitlines()
    assert max(len(line) for line in lines) <= 80
    for wanted in (
        "455 constants",
        "215 statements without a record",
        "Critical current density",
        "Differs in",
    ):
        assert wanted in ended.out
    plain = command("surrogate", "literature")
    assert "constants" not in plain.out
    assert "Critical current density carb." in plain.out
    exported = command("surrogate", "literature", "--export", "all.csv")
    assert exported.code == 0
    out = pd.read_csv(tmp_path / "all.csv")
    assert f"all.csv ({len(out)} rows)" in exported.out
    assert {"source", "ref", "group", "cycles", "censored"} <= set(out.columns)


def test_literature_refuses_a_bad_table(
    command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from surrogate.literature import records as literature

    records = pd.read_csv(literature.records_path(), dtype=str, keep_default_na=False)
    records.loc[2, "current_density_mA_cm2"] = "-1"
    records.to_csv(tmp_path / "bad.csv", index=False)
    monkeypatch.setattr(literature, "records_path", lambda: tmp_path / "bad.csv")
    ended = command("surrogate", "literature", "--check")
    assert ended.code == 2
    for part in ("bad.csv", "row 3", "current_density_mA_cm2", "-1"):
        assert part in ended.err
    missing = command("surrogate", "literature", "--check", "--text", "none")
    assert missing.code == 2
    assert "none" in missing.err


@pytest.mark.slow
def test_an_unexplained_warning_is_a_failed_check(
    command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from surrogate.literature import checks, statements
    from surrogate.literature.source_check import STATUSES, Located
    from surrogate.literature.statement_check import EXPLAINED, MISSING, Traced

    (tmp_path / "paper.txt").write_text("10.1000/x")
    words = ("surrogate", "literature", "--check", "--text", ".", "--export", "all.csv")
    monkeypatch.setattr(checks, "locate", lambda *_: [Located(0, STATUSES[0])])
    monkeypatch.setattr(statements, "trace", lambda *_: [Traced(4, 0.5, EXPLAINED)])
    explained = command(*words)
    assert explained.code == 0, explained.err
    assert "0 unexplained warnings" in explained.out
    monkeypatch.setattr(statements, "trace", lambda *_: [Traced(4, 0.5, EXPLAINED), Traced(5, 0.5, MISSING)])
    (tmp_path / "all.csv").unlink()
    ended = command(*words)
    assert ended.code == 2
    assert "Warning: constants.csv, row 6, column value: not found (0.5)" in ended.out
    assert "2 unexplained warnings, listed above" in ended.err
    assert "To mend it: correct or explain" in ended.err
    assert (tmp_path / "all.csv").is_file()


def test_train_prints_the_scorecard(command: Command, world: World) -> None:
    ended = command("surrogate", "train", "--seed", "3")
    assert ended.code == 0, ended.err
    assert world.trained == 1
    words = " ".join(ended.out.split())

    assert "CYCLE LIFE, LEAVE-ONE-PAPER-OUT emulator+gp * 0.123 0.3 0.9 0.5 40 30 21 median 0.5" in words
    assert "probability given to lower bounds; * served" in words
    assert "gp * 0.25 0.5 – – 12 0 7" in words
    assert max(len(line) for line in ended.out.splitlines() if "CRPS and" not in line) <= 80
    assert "additive 98% of 57 x 1.31 x 1.07 2 better, 1 worse" in words
    assert "pore gradient – – – none" in words

    assert "version 7 (MLflow run abc)" in words


def test_evaluate(command: Command, world: World, tmp_path: Path) -> None:
    ended = command("surrogate", "evaluate")
    assert ended.code == 0, ended.err
    assert "median" in ended.out
    assert "given to lower bounds" in " ".join(ended.out.split())
    assert "*" not in ended.out  # no row is marked, so no mark is explained
    missing = command("surrogate", "evaluate", "--records", "none.csv")
    assert missing.code == 2
    assert "none.csv" in missing.err
