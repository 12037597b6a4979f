"""A campaign in one file: exported, mailed, imported, the same."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError

from surrogate.campaign.store import CampaignStore
from surrogate.errors import StoreError
from tests.cli.conftest import Command, World
from tests.postgres import Server

pytestmark = pytest.mark.slow


@pytest.fixture
def exported(command: Command, world: World, campaign: Path, tmp_path: Path) -> Path:
    assert command("optimize", "--campaign", campaign, "--out", "o").code == 0
    cells = tmp_path / "cells.csv"
    cells.write_text(
        "proposal_id,cycle_life_cycles,overpotential_mV,overpotential_mV_sem,note\nB01-1,1800,30,1.5,a slip\n"
    )
    assert command("optimize", "tell", cells, "--campaign", campaign).code == 0
    assert (
        command(
            "optimize",
            "amend",
            "--campaign",
            campaign,
            "--cell",
            "B01-1-a",
            "cycle_life_cycles=180",
            "cycle_life_cycles_sem=9",
        ).code
        == 0
    )
    ended = command("optimize", "export", tmp_path / "mailed.json", "--campaign", campaign)
    assert ended.code == 0, ended.err
    return tmp_path / "mailed.json"


def test_an_imported_campaign_is_the_same(
    command: Command, world: World, campaign: Path, exported: Path, tmp_path: Path
) -> None:
    other = tmp_path / "other.toml"
    # as an editor of another system saves it
    exported.write_text(exported.read_text(), encoding="utf-8-sig", newline="\r\n")
    ended = command("optimize", "import", exported, "--campaign", other)
    assert ended.code == 0, ended.err
    assert other.read_text() == campaign.read_text()
    for what in ("status", "history"):
        mine, theirs = (command("optimize", what, "--campaign", one).out for one in (campaign, other))
        assert mine.replace(str(campaign), "").replace("mine.db", "") == theirs.replace(
            str(other), ""
        ).replace("other.db", "")
    said = command("optimize", "status", "--campaign", other).out
    assert "180 ± 9 cycles" in said
    assert "30 ± 1.5 mV" in said
    for path, folder in ((campaign, "p"), (other, "q")):
        assert command("optimize", "--campaign", path, "--out", folder).code == 0
    assert (tmp_path / "p" / "candidates.csv").read_bytes() == (
        tmp_path / "q" / "candidates.csv"
    ).read_bytes()
    assert command("optimize", "undo", "--campaign", other).code == 0  # the history came along
    assert "1,800 cycles" in command("optimize", "status", "--campaign", other).out


def test_a_campaign_that_moves_to_a_server_is_one_for_all_who_name_it(
    command: Command, world: World, campaign: Path, exported: Path, postgres: Server, tmp_path: Path
) -> None:
    """With users of their own, and each in a folder of their own."""
    url, (anna, bert) = postgres.schema(), (tmp_path / "anna.toml", tmp_path / "bert.toml")
    postgres.execute("CREATE ROLE bert LOGIN SUPERUSER")
    ended = command("optimize", "import", exported, "--campaign", anna, "--store", url)
    assert ended.code == 0, ended.err
    assert not anna.with_suffix(".db").exists()
    bert.write_text(anna.read_text().replace("//lihost@", "//bert@"))
    first = command("optimize", "--campaign", anna, "--out", "first")
    again = command("optimize", "--campaign", bert, "--out", "again")
    assert "Nothing new since this batch was proposed" in again.err
    assert [first.code, again.code] == [0, 0]
    assert Path("first/candidates.csv").read_bytes() == Path("again/candidates.csv").read_bytes()
    cells = tmp_path / "more.csv"
    cells.write_text("proposal_id,cycle_life_cycles\nB01-2,77\n")
    told = command("optimize", "tell", cells, "--campaign", bert)
    assert "1 cell (B01-2-a)" in told.out
    assert url.replace("lihost@", "bert@").partition("?")[0] in told.out
    assert "B01-2-a" in command("optimize", "history", "--campaign", anna).out
    assert "B01-2-a" not in command("optimize", "history", "--campaign", campaign).out
    # what is mailed from there names no server, and becomes a campaign of its own
    mailed, own = tmp_path / "back.json", tmp_path / "own.toml"
    assert command("optimize", "export", mailed, "--campaign", bert).code == 0
    assert "bert@" not in mailed.read_text()
    assert command("optimize", "import", mailed, "--campaign", own).code == 0
    assert own.read_text() == campaign.read_text()
    assert "B01-2-a" in command("optimize", "history", "--campaign", own).out
    ended = command("optimize", "import", mailed, "--campaign", tmp_path / "twice.toml", "--store", url)
    assert (ended.code, "holds cells or batches already" in ended.err) == (2, True)


def test_nothing_is_replaced(command: Command, campaign: Path, exported: Path, tmp_path: Path) -> None:
    before = campaign.read_bytes(), campaign.with_suffix(".db").read_bytes()
    ended = command("optimize", "import", exported, "--campaign", campaign)
    assert ended.code == 2
    assert "exists and is not replaced" in ended.err
    assert (campaign.read_bytes(), campaign.with_suffix(".db").read_bytes()) == before
    (tmp_path / "notes.json").write_text('{"mine": 1}')
    ended = command("optimize", "export", tmp_path / "notes.json", "--campaign", campaign)
    assert ended.code == 2
    assert (tmp_path / "notes.json").read_text() == '{"mine": 1}'


def test_an_export_of_before_records_had_checksums(
    command: Command, campaign: Path, exported: Path, tmp_path: Path
) -> None:
    content = json.loads(exported.read_text())["content"]
    for rows in content["tables"].values():
        for row in rows:
            assert row.pop("checksum")
    digest = hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
    old = {"product": "lihost campaign", "version": 2, "sha256": digest, "content": content}
    (tmp_path / "old.json").write_text(json.dumps(old))
    assert command("optimize", "import", tmp_path / "old.json", "--campaign", tmp_path / "o.toml").code == 0
    stores = [CampaignStore.open(path.with_suffix(".db")) for path in (campaign, tmp_path / "o.toml")]
    assert stores[0].tables() == stores[1].tables()
    assert command("optimize", "export", tmp_path / "old.json", "--campaign", campaign).code == 0


@pytest.mark.parametrize("damage", ["cut", "changed", "other", "version", "missing", "folder", "binary"])
def test_a_damaged_file_is_refused_and_leaves_nothing(
    command: Command, exported: Path, tmp_path: Path, damage: str
) -> None:
    text = exported.read_text()
    if damage == "cut":
        exported.write_text(text[: len(text) // 2])
    elif damage == "changed":
        exported.write_text(text.replace("1800", "1801", 1))
    elif damage == "other":
        exported.write_text('{"a": 1}')
    elif damage == "version":
        exported.write_text(json.dumps(json.loads(text) | {"version": 99}))
    elif damage == "binary":
        exported.write_bytes(b"\x89PNG\xff\x00")
    else:
        exported.unlink()
        if damage == "folder":
            exported.mkdir()
    ended = command("optimize", "import", exported, "--campaign", tmp_path / "other.toml")
    assert ended.code == 2
    assert "To mend it" in ended.err
    assert not list(tmp_path.glob("other.*"))


@pytest.mark.parametrize(
    "edit",
    [
        lambda content: content.pop("tables"),
        lambda content: content.update(campaign=3),
        lambda content: content.update(tables=[]),
        lambda content: content["tables"].update(results=[1]),
        lambda content: content["tables"]["results"][0].pop("statement"),
        lambda content: content["tables"]["results"][0].update(unknown=1),
        lambda content: content["tables"]["results"][0].update(row="{"),
        lambda content: content["tables"]["results"][0].update(row="[]"),
        lambda content: content["tables"]["results"][0].update(row="[" * 100_000),
        lambda content: content["tables"]["results"][0].update(row='{"cycle_life_cycles": "many"}'),
        lambda content: content["tables"]["results"].append(content["tables"]["results"][0]),
    ],
)
def test_what_was_edited_with_its_checksum_is_refused_and_leaves_nothing(
    command: Command, exported: Path, tmp_path: Path, edit: Callable[[dict[str, Any]], object]
) -> None:
    told = json.loads(exported.read_text())
    edit(told["content"])
    told["sha256"] = hashlib.sha256(json.dumps(told["content"], sort_keys=True).encode()).hexdigest()
    exported.write_text(json.dumps(told))
    there = set(tmp_path.iterdir())
    ended = command("optimize", "import", exported, "--campaign", tmp_path / "other.toml")
    assert ended.code == 2
    assert "was edited since it was exported" in ended.err
    assert "optimize export" in ended.err
    assert set(tmp_path.iterdir()) == there


def test_a_full_disk_leaves_no_store_without_a_campaign(
    command: Command, exported: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise StoreError("the disk is full", remedy="free some space")

    with monkeypatch.context() as context:
        context.setattr("surrogate.files.output.write_text", full)
        assert command("optimize", "import", exported, "--campaign", tmp_path / "other.toml").code != 0
    assert not (tmp_path / "other.db").exists()
    assert command("optimize", "import", exported, "--campaign", tmp_path / "other.toml").code == 0


def test_a_store_that_another_command_has_made_meanwhile_stays(
    command: Command, exported: Path, tmp_path: Path, campaign: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def meanwhile(self: CampaignStore, tables: object) -> None:
        (tmp_path / "other.db").write_bytes(campaign.with_suffix(".db").read_bytes())
        raise StoreError("the store holds cells or batches already", remedy="give another name")

    plain = CampaignStore.restore
    calls = iter([plain, meanwhile])  # first into the temporary folder
    monkeypatch.setattr(CampaignStore, "restore", lambda self, tables: next(calls)(self, tables))
    assert command("optimize", "import", exported, "--campaign", tmp_path / "other.toml").code != 0
    assert (tmp_path / "other.db").read_bytes() == campaign.with_suffix(".db").read_bytes()


def test_only_an_earlier_export_of_the_same_campaign_is_replaced(
    command: Command, world: World, campaign: Path, exported: Path, tmp_path: Path
) -> None:
    def export(path: Path, file: Path = exported) -> str:
        """What the message says; empty where the file was written."""
        ended = command("optimize", "export", file, "--campaign", path)
        assert ended.code in (0, 2)
        return " ".join(ended.err.split()) if ended.code else ""

    earlier = exported.read_bytes()
    assert command("optimize", "undo", "--campaign", campaign).code == 0
    assert export(campaign) == ""
    later = exported.read_bytes()
    assert later != earlier
    other = tmp_path / "other.toml"
    exported.write_bytes(earlier)
    assert command("optimize", "import", exported, "--campaign", other).code == 0
    exported.write_bytes(later)
    refused = export(other)  # a copy that has not been told of the undo
    assert "mailed.json" in refused
    assert "give another name, or remove the file" in refused
    assert exported.read_bytes() == later
    fresh, fresher = tmp_path / "fresh.toml", tmp_path / "fresher.toml"
    fresh.write_text(campaign.read_text())
    fresher.write_text(campaign.read_text().replace("n = 2", "n = 3"))
    assert "holds what this campaign does not" in export(fresh)
    empty = tmp_path / "empty.json"
    assert [export(fresh, empty), export(fresh, empty)] == ["", ""]
    assert "holds what this campaign does not" in export(fresher, empty)


def test_a_full_temporary_disk_is_not_called_an_edit(
    command: Command, exported: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        full_disk = OperationalError("INSERT", {}, Exception("database or disk is full"))
        raise StoreError("cannot be written: the disk is full", remedy="free some space") from full_disk

    monkeypatch.setattr(CampaignStore, "restore", full)
    ended = command("optimize", "import", exported, "--campaign", tmp_path / "other.toml")
    assert ended.code == 2
    assert "the disk is full" in ended.err
    assert "edited" not in ended.err
    assert not list(tmp_path.glob("other.*"))
