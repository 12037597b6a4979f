"""``optimize init``, ``tell``, ``status`` and ``report``."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest

from surrogate.campaign.file import Campaign
from surrogate.campaign.store import CampaignStore
from surrogate.optimization.outlook import Outlook

from .conftest import Command, World

Table = Callable[..., Path]


def test_init_writes_what_optimize_reads(command: Command, tmp_path: Path) -> None:
    ended = command("optimize", "init", "new.toml", "--electrolyte", "llzo", "--current-density", "0.3")
    assert ended.code == 0
    assert "optimize --campaign new.toml" in ended.out
    made = Campaign.load(tmp_path / "new.toml")
    assert made.conditions.electrolyte == "llzo"
    assert made.conditions.current_density_mA_cm2 == 0.3
    assert made.name == "new"
    (tmp_path / "new.toml").write_text("mine now")
    again = command("optimize", "init", "new.toml")
    assert again.code == 2
    assert "not replaced" in again.err
    assert (tmp_path / "new.toml").read_text() == "mine now"


@pytest.mark.parametrize(
    ("stem", "name"), [('a "b" {c}', 'a "b" {c}'), ("Füße\\x", "Füße\\x"), ("tab\there", "tab?here")]
)
def test_init_names_the_campaign_after_its_file(
    command: Command, tmp_path: Path, stem: str, name: str
) -> None:
    assert command("optimize", "init", f"{stem}.toml").code == 0
    assert Campaign.load(tmp_path / f"{stem}.toml").name == name


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["x.db"], ["x.db", ".toml"]),
        (["none/x.toml"], ["none", "make the folder"]),
        (["x.toml", "--electrolyte", "water"], ["water", "liquid_ether"]),
        (["x.toml", "--current-density", "-1"], ["-1", "0.01 to 200"]),
        (["x.toml", "--temperature", "400"], ["400", "-40 to 180"]),
    ],
)
def test_init_refuses(command: Command, tmp_path: Path, arguments: list[str], named: list[str]) -> None:
    ended = command("optimize", "init", *arguments)
    assert ended.code == 2
    for part in named:
        assert part in ended.err
    assert list(tmp_path.iterdir()) == []


def test_measured_cells_are_stored_with_the_campaigns_conditions(
    command: Command, world: World, campaign: Path, table: Table
) -> None:
    cells = table(
        {
            "cycle_life_cycles": 150,
            "cycle_life_cycles_censored": "yes",
            "replicate": 1,
            "note": "still running",
        },
        {"cycle_life_cycles": 90, "overpotential_mV": 25.5, "thickness_um": 60},
        {"failed": "true", "note": "cracked"},
    )
    ended = command("optimize", "tell", "--campaign", campaign, cells)
    assert ended.code == 0, ended.err
    assert "Stored: 3 cells (C1, C2, C3) from cells.csv" in ended.out
    assert "taken from the campaign: electrolyte" in ended.err
    told = CampaignStore.open(campaign.with_suffix(".db")).observations()
    assert told["current_density_mA_cm2"].tolist() == [2.0] * 3
    assert told["cycle_life_cycles"].tolist()[:2] == [150.0, 90.0]
    assert told["cycle_life_cycles_censored"].tolist() == [True, False, False]
    assert told["failed"].tolist() == [False, False, True]
    assert told["note"].tolist()[2] == "cracked"
    assert told["replicate"].iloc[0] in ("1", "1.0")


def test_what_was_learned_is_shown(command: Command, world: World, campaign: Path, table: Table) -> None:
    cells = table({"cycle_life_cycles": 150}, {"cycle_life_cycles": 400, "cycle_life_cycles_censored": True})
    words = " ".join(command("optimize", "tell", "--campaign", campaign, cells).out.split())
    assert "What was learned" in words
    assert "200 cycles" in words  # before
    assert "≥ 400" in words  # measured
    assert "275 cycles" in words  # after: the stand-in takes the mean
    # cells stored earlier belong to "before"
    more = table({"cycle_life_cycles": 150, "thickness_um": 99}, name="more.csv")
    words = " ".join(command("optimize", "tell", "--campaign", campaign, more).out.split())
    assert "272 cycles" in words  # 275 at this thickness


def test_only_measured_cells_are_shown_twenty_at_most_under_their_places(
    command: Command, world: World, campaign: Path, table: Table
) -> None:
    cells = table(
        {"failed": "true"}, *({"cycle_life_cycles": 100 + k, "thickness_um": 50 + k} for k in range(22))
    )
    out = command("optimize", "tell", "--campaign", campaign, cells).out
    shown = [line.split()[0] for line in out.splitlines() if " copper with silver" in line]
    assert shown == [f"C{place}" for place in range(2, 22)]
    assert "and 2 more cells" in out


def test_where_the_physics_cannot_be_made_the_cells_are_stored_all_the_same(
    command: Command, world: World, campaign: Path, table: Table
) -> None:
    world.physics_can_be_made = False
    ended = command("optimize", "tell", "--campaign", campaign, table({"ccd_mA_cm2": 1.5}))
    assert ended.code == 0
    assert "Stored: 1 cell" in ended.out
    assert "What was learned" not in ended.out
    said = " ".join(ended.err.split())
    assert (
        "The cells are stored; what they teach cannot be shown. the disk is full. To mend it: free some"
        in said
    )


def test_cells_that_only_failed_teach_nothing_and_no_model_is_asked(
    command: Command, world: World, campaign: Path, table: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    from surrogate import tracking

    registered = SimpleNamespace(load=lambda: pytest.fail("loaded"))
    monkeypatch.setattr(tracking, "champion", lambda: registered)
    ended = command("optimize", "tell", "--campaign", campaign, table({"failed": "true"}))
    assert ended.code == 0
    assert "What was learned" not in ended.out


def test_an_efficiency_and_bounds_of_every_kind_are_told_and_shown(
    command: Command, world: World, campaign: Path, table: Table
) -> None:
    efficiency = "coulombic_efficiency_pct"
    cells = table(
        {efficiency: 99.94, "overpotential_mV": 20, "overpotential_mV_upper_bound": 35},
        {efficiency: 99.5, f"{efficiency}_censored": "below", "thickness_um": 60},
    )
    ended = command("optimize", "tell", "--campaign", campaign, cells)
    assert ended.code == 0, ended.err
    words = " ".join(ended.out.split())
    for part in ("Coulombic efficiency", "99.94 %", "≤ 99.5 %", "20 to 35 mV"):
        assert part in words
    said = " ".join(command("optimize", "status", "--campaign", campaign).out.split())
    for part in ("99.94 %", "≤ 99.5 %", "20 to 35 mV"):
        assert part in said
    told = CampaignStore.open(campaign.with_suffix(".db")).observations()
    assert told[f"{efficiency}_censored"].tolist() == [False, "below"]
    assert told["overpotential_mV_upper_bound"].iloc[0] == 35.0


def test_an_efficiency_of_all_is_refused(
    command: Command, world: World, campaign: Path, table: Table
) -> None:
    ended = command("optimize", "tell", "--campaign", campaign, table({"coulombic_efficiency_pct": 100}))
    assert ended.code == 2
    said = " ".join(ended.err.split())
    assert "row 1, column coulombic_efficiency_pct: not a measurement (got 100.0)" in said
    assert "coulombic_efficiency_pct_censored = true" in said


def test_without_a_champion_it_only_stores(
    command: Command, world: World, campaign: Path, table: Table
) -> None:
    world.champion = False
    ended = command("optimize", "tell", "--campaign", campaign, table({"ccd_mA_cm2": 1.5}))
    assert ended.code == 0
    assert "Stored: 1 cell" in ended.out
    assert "No champion yet" in ended.err
    assert world.trained == 0


def test_a_champion_that_cannot_be_read_does_not_lose_cells(
    command: Command, world: World, campaign: Path, table: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    from surrogate import tracking
    from surrogate.errors import ModelError

    def broken() -> None:
        raise ModelError("its files are gone", remedy="surrogate train")

    monkeypatch.setattr(tracking, "champion", broken)
    ended = command("optimize", "tell", "--campaign", campaign, table({"ccd_mA_cm2": 1.5}))
    assert ended.code == 0
    assert "its files are gone" in ended.err
    assert "Measured: 1 cell" in command("optimize", "status", "--campaign", campaign).out


def test_a_number_that_hardly_any_cell_gives_is_asked_back(
    command: Command, world: World, campaign: Path, table: Table
) -> None:
    cells = table({"cycle_life_cycles": 5_000_000})
    ended = command("optimize", "tell", "--campaign", campaign, cells)
    assert ended.code == 2
    assert "--yes accepts it" in ended.err
    assert not campaign.with_suffix(".db").exists()
    assert command("optimize", "tell", "--campaign", campaign, cells, "--yes").code == 0
    assert CampaignStore.open(campaign.with_suffix(".db")).observations()["cycle_life_cycles"].tolist() == [
        5e6
    ]


@pytest.mark.parametrize(
    "column", ["censored", "Cycle_life_cycles", "cycle_life", "Current (mA/cm2)", "cycle_life_h"]
)
def test_nothing_is_stored_under_a_near_name(
    command: Command, world: World, campaign: Path, table: Table, column: str
) -> None:
    ended = command("optimize", "tell", "--campaign", campaign, table({"overpotential_mV": 22, column: 5}))
    assert ended.code == 2
    assert "did you mean" in ended.err
    assert not campaign.with_suffix(".db").exists()


def test_a_workbook_half_filled_in(command: Command, world: World, campaign: Path, table: Table) -> None:
    cells = table({"cycle_life_cycles": ">= 150"}, {"cycle_life_cycles": "TBD"}, {"cycle_life_cycles": ""})
    pd.read_csv(cells).to_excel(cells.with_suffix(".xlsx"), index=False)
    ended = command("optimize", "tell", "--campaign", campaign, cells.with_suffix(".xlsx"))
    assert ended.code == 0, ended.err
    assert "Stored: 1 cell (C1) from cells.xlsx" in ended.out
    assert "2 rows are not measured yet" in " ".join(ended.err.split())
    told = CampaignStore.open(campaign.with_suffix(".db")).observations()
    assert told["cycle_life_cycles"].tolist() == [150.0]
    assert told["cycle_life_cycles_censored"].tolist() == [True]


@pytest.mark.slow
def test_the_same_cells_twice(command: Command, world: World, campaign: Path, table: Table) -> None:
    first = table({"ccd_mA_cm2": 1.5}, {"ccd_mA_cm2": 1.7})

    def tell(path: Path, *more: str) -> tuple[int, str]:
        ended = command("optimize", "tell", "--campaign", campaign, path, *more)
        return ended.code, ended.out + ended.err

    assert tell(first)[0] == 0
    code, said = tell(first)
    assert code == 2
    assert "all of its cells are stored already" in said
    assert "--again" in said
    grown = table({"ccd_mA_cm2": 1.5}, {"ccd_mA_cm2": 1.7}, {"ccd_mA_cm2": 1.9}, name="grown.csv")
    code, said = tell(grown)
    assert code == 2
    assert "rows 1, 2" in said
    assert tell(grown, "--new", "--again")[0] == 2
    code, said = tell(grown, "--new")
    assert code == 0
    assert "Stored: 1 cell" in said
    assert "3 in all" in said
    assert "Stored: 0 cells" in tell(grown, "--new")[1]
    assert "6 in all" in tell(grown, "--again")[1]


@pytest.mark.parametrize(
    ("row", "named"),
    [
        ({"cycle_life_cycles": -5}, ["row 2", "cycle_life_cycles", "-5", "above 0", "failed = true"]),
        ({"cycle_life_cycles": 0}, ["row 2", "above 0"]),
        ({"overpotential_mV": "inf"}, ["row 2", "overpotential_mV", "finite"]),
        ({"ccd_mA_cm2": "high"}, ["row 2", "ccd_mA_cm2", "high", "not a number"]),
        ({"ccd_mA_cm2_censored": "yes"}, ["row 2", "ccd_mA_cm2_censored", "write the value"]),
        ({"ccd_mA_cm2": 1, "failed": "maybe"}, ["row 2", "failed", "maybe", "true or false"]),
        ({"ccd_mA_cm2": 1, "porosity_top": 1.2}, ["row 2", "porosity_top", "1.2", "0.05 to 0.99"]),
        ({"ccd_mA_cm2": 1, "agent": "silvr"}, ["row 2", "agent", "silvr", "silver"]),
        ({"ccd_mA_cm2": 1, "conductor_top": 0.5}, ["row 2", "conductor_top", "0.6", "sum to 1"]),
        ({"ccd_mA_cm2": 1, "thickness_mm": 1}, ["cells.csv", "thickness_mm", "thickness_um", "keep one"]),
    ],
)
def test_a_bad_row_keeps_the_whole_file_out(
    command: Command, world: World, campaign: Path, table: Table, row: dict[str, object], named: list[str]
) -> None:
    ended = command("optimize", "tell", "--campaign", campaign, table({"cycle_life_cycles": 80}, row))
    assert ended.code == 2
    for part in ["cells.csv", *named]:
        assert part in ended.err
    assert ended.err.count("\n") == 1
    assert not campaign.with_suffix(".db").exists()


@pytest.mark.slow
def test_status(command: Command, world: World, campaign: Path, table: Table) -> None:
    empty = command("optimize", "status", "--campaign", campaign)
    assert empty.code == 0
    assert "Measured: 0 cells. Pending: 0 hosts" in empty.out
    assert "optimize tell" in empty.out
    assert not campaign.with_suffix(".db").exists()
    everything = {"cycle_life_cycles": 150, "ccd_mA_cm2": 4.0, "overpotential_mV": 30}
    cells = table(
        everything,
        {**everything, "cycle_life_cycles": 120, "thickness_um": 50},
        {**everything, "cycle_life_cycles": 90, "overpotential_mV": 20, "cycle_life_cycles_censored": "yes",
         "thickness_um": 150},
        {"ccd_mA_cm2": 2.9, "replicate": "b", "thickness_um": 200},
        {**everything, "cycle_life_cycles": 2000, "current_density_mA_cm2": 0.2},
        {**everything, "cycle_life_cycles": 170},
    )  # fmt: skip
    assert command("optimize", "tell", "--campaign", campaign, cells).code == 0
    assert command("optimize", "--campaign", campaign, "--out", "o").code == 0
    world.outlook = Outlook(0.5, 2.0, 0.25, 0.5, several=True)
    ended = command("optimize", "status", "--campaign", campaign)
    *lines, advice = ended.out.splitlines()
    assert "is expected to gain 2 times what replicate cells" in advice
    assert advice.endswith("It is worth going on.")
    words = " ".join(ended.out.split())
    assert "Measured: 6 cells. Pending: 2 hosts" in words
    best = words.split("Best so far")[-1].split("Pareto front")[0]
    assert "2.9 mA cm" not in best
    assert "160 cycles (median of" in best
    assert "C1 and C6" in best
    assert "20 mV" in best
    front = words.split("Pareto front")[1].split("Cells at other conditions")[0]
    assert "C1 and C6" in front
    assert "3 copper" in front
    assert "2 copper" not in front
    elsewhere = words.split("Cells at other conditions")[1].split("Pending (")[0]
    assert "current density 0.2 mA cm⁻² instead of 2 mA cm⁻²" in elsewhere
    assert "1 cell was measured at other conditions" in " ".join(ended.err.split())
    assert "1 cell without every objective" in ended.err
    assert "limits: critical current density of at least 3 mA cm⁻²; 1 of 4 designs breaks them" in " ".join(
        ended.err.split()
    )
    assert "≥ marks a cell that had not failed" in ended.err
    assert max(map(len, lines[3:])) <= 80
    world.champion = False
    assert "cannot be said without a champion" in command("optimize", "status", "--campaign", campaign).out


@pytest.mark.slow
def test_report(command: Command, world: World, campaign: Path, table: Table, tmp_path: Path) -> None:
    assert (
        command("optimize", "report", "--campaign", campaign).code == 0
    )  # nothing measured, nothing pending
    empty = (tmp_path / "optimize-out" / "campaign.html").read_text()
    assert "No measured cells yet." in empty
    assert "No host is pending." in empty
    assert "<svg" not in empty
    everything = {"cycle_life_cycles": 150, "ccd_mA_cm2": 2.0, "overpotential_mV": 30}
    cells = table(
        {**everything, "replicate": "<b>a</b>"},
        {**everything, "cycle_life_cycles": 120, "thickness_um": 50},
        {**everything, "cycle_life_cycles": 90, "overpotential_mV": 20, "cycle_life_cycles_censored": "yes"},
    )
    assert command("optimize", "tell", "--campaign", campaign, cells).code == 0
    assert command("optimize", "--campaign", campaign, "--out", "o").code == 0
    ended = command("optimize", "report", "--campaign", campaign, "--out", "p")
    assert ended.code == 0
    status = command("optimize", "status", "--campaign", campaign)
    assert ended.out.splitlines()[: len(status.out.splitlines())] == status.out.splitlines()
    assert "Another batch?" in (tmp_path / "p" / "campaign.html").read_text()
    assert ended.err == status.err
    assert "Written: p/campaign.html" in ended.out
    page = (tmp_path / "p" / "campaign.html").read_text().replace("\N{NO-BREAK SPACE}", " ")
    assert len(page) < 60_000
    for wanted in (
        "Measured cells, and what each taught",
        "a host that was not proposed, so that no prediction of it was kept; learned from",
        "Batches in time",
        "Pending",
        "Best so far",
        "Pareto front",
        "≥ 90 cycles",
        "20 mV",
        "Thickness",
    ):
        assert wanted in page
    assert (
        page.count("<svg") == 1
    )  # one for each pair of objectives; no design keeps the limits, so none is best
    assert "<b>a</b>" not in page
    assert "<script" not in page
    assert "http://" not in page.replace("http://www.w3.org", "")
    assert "https://" not in page


def test_a_page_that_a_person_wrote_is_kept(
    command: Command, world: World, campaign: Path, tmp_path: Path
) -> None:
    usual = tmp_path / "optimize-out" / "campaign.html"
    usual.parent.mkdir()
    usual.write_text('<meta name="generator" content="lihost">')  # of an earlier version
    report = ("optimize", "report", "--campaign", campaign)
    for _ in range(2):
        ended = command(*report)
        assert "is kept" not in ended.err
        assert "State of" in usual.read_text()
    own = tmp_path / "own" / "campaign.html"
    own.parent.mkdir()
    own.write_text("mine")
    for page, words in ((usual, report), (own, (*report, "--out", "own"))):
        page.write_text("mine")
        ended = command(*words)
        assert "is kept; the new one is campaign-2.html" in " ".join(ended.err.split())
        assert page.read_text() == "mine"
        assert "State of" in page.with_name("campaign-2.html").read_text()


def test_report_refuses(command: Command, campaign: Path, tmp_path: Path) -> None:
    (tmp_path / "busy").write_text("")
    ended = command("optimize", "report", "--campaign", campaign, "--out", "busy")
    assert ended.code == 2
    assert "give another folder" in ended.err
    assert command("optimize", "report").code == 2


def test_a_damaged_store_is_explained(command: Command, campaign: Path, table: Table) -> None:
    campaign.with_suffix(".db").write_text("not a database")
    for arguments in (["status"], ["tell", table({"ccd_mA_cm2": 1.0})]):
        ended = command("optimize", *arguments, "--campaign", campaign)
        assert ended.code == 2
        assert "mine.db" in ended.err
        assert "move it away" in ended.err
