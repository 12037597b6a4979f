"""``optimize propose``: what it prints, writes and records, with stand-ins for model, search and report."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from surrogate.campaign.file import Campaign
from surrogate.cli.batch_record import predicted_best
from surrogate.cli.campaign_record import best_so_far
from surrogate.cli.proposal import remarks
from surrogate.hosts import columns as c
from surrogate.hosts.designs import CompleteDesigns
from surrogate.report.like_with_like import pooled

from .conftest import HOST, Command, World


def two_alike() -> SimpleNamespace:
    """A comparison of two hosts of which nothing tells one from the other."""
    targets = ("cycle_life_cycles", "overpotential_mV")
    mistakes = pd.DataFrame(columns=["host", "mistake", *targets, *(f"{one}_change" for one in targets)])
    return SimpleNamespace(
        p_better=dict.fromkeys(targets, np.full((2, 2), 0.5)),
        spreads=dict.fromkeys(c.TARGETS, 0.3),
        worths=dict.fromkeys(targets, pd.DataFrame(index=range(2))),
        mistakes=mistakes,
        simplest=pd.DataFrame(
            {"left_out": ["", ""], "kept": [1.0, 1.0], "next_left_out": "", "next_kept": float("nan")}
        ),
        made_already=(),
    )


@pytest.mark.slow
def test_without_a_campaign_it_says_so_first(command: Command, world: World, tmp_path: Path) -> None:
    ended = command("optimize")
    assert ended.code == 0
    assert ended.out.startswith(
        "No --campaign given: using training/campaigns/ether.toml "
        "(liquid_ether with lino3, 1 mA/cm2, 1 mAh/cm2, 25 C).\n"
    )
    assert "sqlite:///mlruns/mlflow.db" in ended.err
    files = sorted(one.name for one in (tmp_path / "optimize-out").iterdir() if one.name[0] != ".")
    assert files == ["candidates.csv", "candidates.json", "cards.md", "report.html", "understanding.csv"]
    assert not list(
        tmp_path.rglob("*.db")
    )  # proposals are recorded as pending only for a campaign of one's own
    assert world.proposed[0]["results"] is None
    assert len(pd.read_csv(tmp_path / "optimize-out" / "candidates.csv")) == 4


@pytest.mark.slow
def test_bare_optimize_is_propose(command: Command, world: World, campaign: Path, tmp_path: Path) -> None:
    for words, folder in (([], "a"), (["propose"], "b")):
        arguments = [*words, "--out", folder, "-n", 3, "--seed", 5]
        assert command("optimize", *arguments).code == 0
    names = ("candidates.csv", "candidates.json", "cards.md", "report.html", "understanding.csv")
    for name in names:
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()
    assert [(one["n"], one["seed"]) for one in world.proposed] == [(3, 5), (3, 5)]


@pytest.mark.parametrize("width", ["60", "200"])
@pytest.mark.slow
def test_the_table_can_be_read(
    command: Command, world: World, campaign: Path, monkeypatch: pytest.MonkeyPatch, width: str
) -> None:
    monkeypatch.setenv("COLUMNS", width)
    ended = command("optimize", "--campaign", campaign, "-n", 4)
    lines = ended.out.splitlines()
    assert lines[1].startswith(
        "Wanted: high cycle life, low overpotential; limits: critical current density of"
    )
    table = lines[2 : next(k for k, line in enumerate(lines) if line.startswith("Nearest"))]
    assert max(map(len, table)) <= int(width)
    words = " ".join(ended.out.split())
    for wanted in (
        "B01-1",
        "B01-4",
        "Framework",
        "Lithiophilic agent",
        "Porosity",
        "Thickness",
        "Pore",
    ):
        assert wanted in words
    for wanted in (
        "Tortuosity",
        "cycles",
        "90 %",
        "mA cm",
        "mV",
        "Lithium in",
        "62 %",
        "Extrapolation",
        "µm",
    ):
        assert wanted in words
    assert "10.1039/d5eb00156k, its reference 47: B01-1, B01-2, B01-3, B01-4" in words
    assert "Wang et al., Adv. Energy Mater. 2024 (own data of 10.1002/aenm.202304229): B01-1" in words
    assert "…" not in ended.out  # nothing is cut off


@pytest.mark.slow
def test_files(
    command: Command, world: World, campaign: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.draws = True
    monkeypatch.setattr(sys.modules["surrogate.campaign.comparison"], "compared", lambda *_: two_alike())
    ended = command("optimize", "--campaign", campaign, "--out", "o", "--seed", 9)
    assert ended.code == 0, ended.err
    # What to make stands first: before the table, in the file of cards, and in the run.
    decision = next(line for line in ended.out.splitlines() if line.startswith("Make "))
    assert ended.out.index(decision[:20]) < ended.out.index("WHAT TO MAKE")
    cards = (tmp_path / "o" / "cards.md").read_text(encoding="utf-8")
    assert re.match(r"# Recipe cards\n\n\*\*Make B01-[12] and B01-[12]\. ", cards)
    assert [f"## B01-{k}: " in cards for k in (1, 2)] == [True, True]
    assert cards.count(" mg cm⁻²) before it takes up lithium") + cards.count("nothing to weigh") == 2
    told = re.search(r"^    (optimize tell .*)$", cards, re.MULTILINE)
    assert told is not None
    assert told[1] in " ".join(ended.out.split())
    table = pd.read_csv(tmp_path / "o" / "candidates.csv")
    assert len(table) == 2  # the campaign's n
    assert set(c.CHOICES) <= set(table.columns)
    assert b"0.3333333333333333" in (tmp_path / "o" / "candidates.csv").read_bytes()
    written = json.loads((tmp_path / "o" / "candidates.json").read_text())
    assert written["decision"].startswith(decision[:20])
    assert written["seed"] == 9
    assert written["n"] == 2
    assert written["model_version"] == "7"
    assert written["campaign"]["conditions"]["current_density_mA_cm2"] == 2.0
    assert written["campaign"]["text"] == campaign.read_text()
    assert [row["thickness_um"] for row in written["proposals"]] == table["thickness_um"].tolist()
    assert written["understanding"][1] == {
        "group": "thickness", "among": "porous hosts", "first_order": None, "noise_share": 1 / 3
    }  # fmt: skip
    shares = pd.read_csv(tmp_path / "o" / "understanding.csv")
    assert shares["group"].tolist() == ["agent", "thickness"]
    assert shares["first_order"].isna().tolist() == [False, True]
    assert "report.html" in ended.out
    assert "understanding.csv" in ended.out
    (run,) = world.runs
    assert (run.kind, run.experiment, run.again) == ("campaign", f"lihost/campaign/{run.name}", "")
    names = {
        "candidates.csv",
        "candidates.json",
        "understanding.csv",
        "report.html",
        "batch-01/campaign.toml",
    }
    assert names <= set(run.files)
    assert run.logged["champion.run_id"] == "abc"
    assert run.logged["predicted_best/cycle_life_cycles, step 1"] == table["cycle_life_cycles"].max()
    assert run.logged["predicted_best/overpotential_mV, step 1"] == table["overpotential_mV"].min()
    assert run.logged["batch"] == "batch-01"
    assert "| B01-1 |" in run.logged["description"]
    assert "2 hosts for" in run.logged["description"]
    assert "**Make B01-" in run.logged["description"]
    assert len(run.logged["description"].splitlines()) <= 15
    porous = int((table["framework"] != "none").sum())
    assert len(run.logged["figures.html"]) == 3 + porous  # one page, with the plotting library once


@pytest.mark.slow
def test_a_champion_is_trained_once(command: Command, world: World, campaign: Path) -> None:
    world.champion = False
    ended = command("optimize", "--campaign", campaign, "-n", 1)
    assert ended.code == 0
    assert "one is trained first" in ended.err
    assert "loading libraries ..." in ended.err
    assert "simulating: done" in ended.err

    assert command("optimize", "--campaign", campaign, "-n", 2).code == 0
    assert world.trained == 1


@pytest.mark.slow
def test_the_same_question_gets_the_same_batch(
    command: Command, world: World, campaign: Path, tmp_path: Path, table: object
) -> None:
    def ask(folder: str, *more: object) -> bytes:
        assert command("optimize", "--campaign", campaign, "--out", folder, *more).code == 0
        return (tmp_path / folder / "candidates.csv").read_bytes()

    first = ask("a")
    again = command("optimize", "--campaign", campaign, "--out", "b")
    assert "shown again" in again.err
    assert len(world.runs) == 1, "it adds nothing to the campaign's run"
    assert (tmp_path / "b" / "candidates.csv").read_bytes() == first
    assert len(world.proposed) == 1
    other = ask("c", "--seed", 1)
    assert other != first
    assert len(world.proposed[1]["pending"]) == 2  # the first batch is being made
    assert "seed" not in world.proposed[1]["pending"].columns
    assert ask("d") == first  # still, although there are more pending now
    assert ask("e", "-n", 3) != first
    world.model.version = "8"
    ask("f")
    assert len(world.proposed) == 4
    assert [run.logged["batch"] for run in world.runs] == ["batch-01", "batch-02", "batch-03", "batch-04"]
    assert [bool(run.again) for run in world.runs] == [False, True, True, True], "one run for all"
    assert "predicted_best/cycle_life_cycles, step 4" in world.runs[-1].logged


@pytest.mark.slow
def test_a_proposal_can_be_told_from_the_template(
    command: Command, world: World, campaign: Path, tmp_path: Path
) -> None:
    assert command("optimize", "--campaign", campaign, "--out", "o").code == 0
    template = tmp_path / "o" / "results-template.csv"
    empty = command("optimize", "tell", template, "--campaign", campaign)
    assert empty.code == 2
    assert "no target was measured" in empty.err
    filled = pd.read_csv(template, dtype=object)
    filled["cycle_life_cycles"] = ["150", "260", None]  # the last line says what columns mean
    filled["cycle_life_cycles_censored"] = ["no", "yes", None]

    filled.to_csv(tmp_path / "measured.csv", index=False)
    filled.iloc[:1].assign(cycle_life_cycles=None, cycle_life_cycles_censored=None, failed="yes").to_csv(
        tmp_path / "failed.csv", index=False
    )

    for name in ("measured.csv", "failed.csv"):
        told = command("optimize", "tell", tmp_path / name, "--campaign", campaign)
        assert told.code == 0, told.err
    assert "Pending: 0 hosts" in command("optimize", "status", "--campaign", campaign).out
    assert command("optimize", "--campaign", campaign, "--out", "p").code == 0
    assert len(world.proposed) == 2
    assert world.proposed[1]["results"]["cycle_life_cycles"].tolist() == [150.0, 260.0]
    assert len(world.proposed[1]["pending"]) == 0


@pytest.mark.slow
def test_a_filled_in_template_outlives_any_later_command(
    command: Command, world: World, campaign: Path, tmp_path: Path
) -> None:
    assert command("optimize", "--campaign", campaign).code == 0
    batch = tmp_path / "optimize-out" / "mine" / "batch-01"
    assert (tmp_path / "optimize-out" / "latest").resolve() == batch
    template = batch / "results-template.csv"
    filled = template.read_text().replace("B01-1-a,B01-1,", "B01-1-a,B01-1,running", 1).encode()
    template.write_bytes(filled)
    again = command("optimize", "--campaign", campaign)  # the same batch, the same folder
    assert "was changed since it was written and is kept; the new one is results-template-2.csv" in again.err
    assert template.read_bytes() == filled
    own = tmp_path / "own" / "report.html"
    own.parent.mkdir()
    own.write_text("mine")
    beside = command("optimize", "--campaign", campaign, "--out", own.parent)
    assert "report.html is not known to be written by this program and is kept" in " ".join(
        beside.err.split()
    )
    assert own.read_text() == "mine"
    assert own.with_name("report-2.html").exists()
    cells = tmp_path / "cells.csv"
    cells.write_text("proposal_id,cycle_life_cycles\nB01-1,120\n")
    assert command("optimize", "tell", cells, "--campaign", campaign).code == 0
    assert command("optimize", "--campaign", campaign).code == 0
    assert (tmp_path / "optimize-out" / "latest").resolve() == batch.with_name("batch-02")
    assert template.read_bytes() == filled
    assert pd.read_csv(batch.with_name("batch-02") / "candidates.csv")["proposal_id"].tolist() == [
        "B02-1",
        "B02-2",
    ]


@pytest.mark.slow
def test_the_template_has_results_first_and_can_be_opened_as_a_workbook(
    command: Command, world: World, campaign: Path, tmp_path: Path
) -> None:
    assert command("optimize", "--campaign", campaign, "--out", "o").code == 0
    table = pd.read_csv(tmp_path / "o" / "results-template.csv", dtype=object)
    assert list(table.columns)[:4] == ["cell_id", "proposal_id", "state", "cycle_life_cycles"]
    assert table["cell_id"].tolist() == ["B01-1-a", "B01-2-a", "# what to write"]
    assert "running = still cycling" in table["note"].iloc[-1]
    book = pd.read_excel(tmp_path / "o" / "results-template.xlsx", sheet_name=None)
    assert list(book) == ["cells", "what to write"]
    thick = [float(one) for one in table["thickness_um"].iloc[:-1]]
    assert book["cells"]["thickness_um"].tolist() == pytest.approx(thick, rel=1e-12)


@pytest.mark.slow
def test_a_told_host_is_made_again_on_request(
    command: Command, world: World, campaign: Path, tmp_path: Path
) -> None:
    campaign.write_text(campaign.read_text() + "[cells]\nper_host = 2\ncontrols = 3\n")
    first = command("optimize", "--campaign", campaign, "--out", "o")
    assert "build 2 cells of each host and 3 of the control" in " ".join(first.err.split())
    rows = pd.read_csv(tmp_path / "o" / "results-template.csv", dtype=object)
    assert rows["cell_id"].tolist()[:-1] == ["B01-1-a", "B01-1-b", "B01-2-a", "B01-2-b"]
    cells = tmp_path / "cells.csv"
    cells.write_text("cell_id,cycle_life_cycles\nB01-2-a,120\nB01-2-b,130\n")
    assert command("optimize", "tell", cells, "--campaign", campaign).code == 0
    for wrong, said in (("B01-1", "no cell of this proposal was told"), ("B01-2-c", "did you mean 'B01-2-")):
        ended = command("optimize", "propose", "--campaign", campaign, "--repeat", wrong)
        assert ended.code == 2
        assert said in ended.err
    ended = command("optimize", "--campaign", campaign, "--out", "p", "--repeat", "B01-2-a")
    assert ended.code == 0, ended.err
    batch = pd.read_csv(tmp_path / "p" / "candidates.csv", keep_default_na=False)
    assert batch["repeat_of"].tolist() == ["", "", "B01-2-a"]
    again, told = batch.iloc[2], pd.read_csv(tmp_path / "o" / "candidates.csv").iloc[1]
    assert again["thickness_um"] == told["thickness_um"]
    assert "Made again" in ended.out
    assert "Pending: 4 hosts" in command("optimize", "status", "--campaign", campaign).out
    without = command("optimize", "--repeat", "B01-2-a")
    assert without.code == 2
    assert "--campaign FILE.toml" in without.err


@pytest.mark.slow
def test_hosts_that_failed_are_passed_over(
    command: Command, world: World, campaign: Path, tmp_path: Path
) -> None:
    assert command("optimize", "--campaign", campaign, "--out", "o").code == 0
    cells = tmp_path / "cells.csv"
    cells.write_text("proposal_id,state,cycle_life_cycles\nB01-1,failed,\nB01-2,not_made,\n")
    assert command("optimize", "tell", cells, "--campaign", campaign).code == 0
    assert command("optimize", "--campaign", campaign, "--out", "p").code == 0
    assert world.proposed[1]["tried"]["cell_id"].tolist() == ["B01-1-a", "B01-2-a"]
    assert len(world.proposed[1]["results"]) == 0


@pytest.mark.slow
def test_predictions_are_not_taken_for_measurements(command: Command, world: World, campaign: Path) -> None:
    assert command("optimize", "--campaign", campaign, "--out", "o").code == 0
    ended = command("optimize", "tell", "o/candidates.csv", "--campaign", campaign)
    assert ended.code == 2
    assert "predictions, not measurements" in ended.err
    assert "Measured: 0" in command("optimize", "status", "--campaign", campaign).out


def test_an_unusable_folder_is_found_before_any_work(command: Command, world: World, tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("")
    ended = command("optimize", "--out", "taken")
    assert ended.code == 2
    assert "taken" in ended.err
    assert world.proposed == []


def test_a_store_that_cannot_be_written_is_found_before_any_work(
    command: Command, world: World, campaign: Path
) -> None:
    campaign.with_suffix(".db").mkdir()
    ended = command("optimize", "--campaign", campaign)
    assert ended.code == 2
    assert "mine.db" in ended.err
    assert world.proposed == []


@pytest.mark.slow
def test_what_lies_outside_is_said(command: Command, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    predict = world.model.predict
    monkeypatch.setattr(
        world.model, "predict", lambda designs: predict(designs).assign(extrapolation=[0.1, 0.9])
    )
    ended = command("optimize", "-n", 2)
    assert "Note: B00-2: outside the training data" in ended.err


@pytest.mark.slow
@pytest.mark.parametrize(
    ("chances", "said"), [([0.2, 0.04], True), ([0.2, 0.9], False), ([None, None], False)]
)
def test_a_batch_that_is_not_likely_to_keep_the_limits_says_so(
    monkeypatch: pytest.MonkeyPatch, chances: list[float | None], said: bool
) -> None:
    monkeypatch.setattr("surrogate.report.rule_cautions.cautions_about", lambda row: [])
    batch = pd.DataFrame(
        {"role": ["exploit", "explore", "control"], "extrapolation": 0.1, "framework": "none"}
    )
    lines = remarks(batch.assign(p_within_limits=[*chances, 0.99]), None)
    assert any("no proposal is likely to keep the limits" in line for line in lines) == said
    assert any("probability 0.2 at most" in line for line in lines) == said


def test_the_best_of_a_batch_is_that_of_each_goal() -> None:
    batch = pd.DataFrame({
        "role": ["exploit", "explore", "control"], "cycle_life_cycles": [100.0, 300.0, 900.0],
        "overpotential_mV": [20.0, 45.0, 30.0], "ccd_mA_cm2": [3.0, 2.0, 1.0], "p_within_limits": [0.5, 0.9, 0.1],
    })  # fmt: skip
    campaign = Campaign(
        "schema_version = 1\n[objectives]\ncycle_life_cycles = { within = [90, 200] }\n"
        "overpotential_mV = { match = 40 }\n[limits]\nccd_mA_cm2 = { at_least = 2 }\n"
    )
    designs = CompleteDesigns.of(pd.DataFrame([HOST, HOST | {"thickness_um": 50}])).frame
    cells = designs.assign(
        cycle_life_cycles=[150.0, 250.0], overpotential_mV=[None, 70.0], ccd_mA_cm2=[1.5, 2.5]
    )  # the first breaks the limit
    assert predicted_best(batch, campaign) == {
        "predicted_best/cycle_life_cycles": 100.0, "predicted_best/overpotential_mV": 45.0,
    }  # fmt: skip
    assert best_so_far(campaign, pooled(campaign, cells)) == {
        "best_so_far/cycle_life_cycles": 250.0, "best_so_far/overpotential_mV": 70.0,
    }  # fmt: skip


def test_cautions_are_said_once_with_their_proposals(
    command: Command, world: World, campaign: Path, tmp_path: Path
) -> None:
    campaign.write_text(
        'schema_version = 1\n[conditions]\nelectrolyte = "gel"\nadditives = "lino3"\n'
        '[search]\nframeworks = ["copper"]\nagents = ["none", "lithium_nitride"]\n'
    )
    ended = command("optimize", "--campaign", campaign, "-n", 3, "--out", "o")
    assert ended.code == 0, ended.err
    words = " ".join(ended.err.split())
    assert words.count("LiNO3 hardly dissolves in carbonates") == 1
    assert "Note: B01-1, B01-2, B01-3: LiNO3 hardly dissolves in carbonates" in words
    agents = pd.read_csv(tmp_path / "o" / "candidates.csv", keep_default_na=False)["agent"]
    moist = [f"B01-{k}" for k, agent in enumerate(agents, 1) if agent == "lithium_nitride"]
    assert 0 < len(moist) < 3  # some of the proposals, so that the note has to name them
    assert f"{', '.join(moist)}: lithium nitride reacts with moisture" in words
    noted = json.loads((tmp_path / "o" / "candidates.json").read_text())["notes"]
    assert any("LiNO3" in note for note in noted)


@pytest.mark.slow
def test_campaigns_of_one_name_have_folders_of_their_own(
    command: Command, world: World, campaign: Path, tmp_path: Path
) -> None:
    other = tmp_path / "elsewhere" / "mine.toml"
    other.parent.mkdir()
    other.write_text(campaign.read_text())
    for path in (campaign, other, campaign):
        assert command("optimize", "--campaign", path).code == 0
    folders = sorted(one.name for one in (tmp_path / "optimize-out").iterdir() if one.name != "latest")
    assert folders == ["mine", "mine-2"]


@pytest.mark.slow
def test_copies_of_a_template_outlive_a_lost_memory(
    command: Command, world: World, campaign: Path, tmp_path: Path
) -> None:
    assert command("optimize", "--campaign", campaign, "--out", "o").code == 0
    for name in ("results-template.csv", "results-template-2.csv", "results-template-mine.xlsx"):
        (tmp_path / "o" / name).write_text("filled in")
    (tmp_path / "o" / ".written.json").unlink()
    ended = command("optimize", "--campaign", campaign, "--out", "o")
    assert ended.code == 0
    assert "the new one is results-template-3.csv" in ended.err
    assert "fill in o/results-template-3.csv" in ended.out
    for name in ("results-template.csv", "results-template-2.csv", "results-template-mine.xlsx"):
        assert (tmp_path / "o" / name).read_text() == "filled in"
