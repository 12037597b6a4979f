"""Whose batches a folder holds: a campaign that was moved goes on in its own, and two campaigns share none."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Command, World

pytestmark = pytest.mark.slow
Propose = Callable[..., list[str]]


@pytest.fixture
def home(tmp_path: Path, campaign: Path) -> Path:
    """A folder with a campaign, which is not the working directory."""
    folder = tmp_path / "home"
    folder.mkdir()
    campaign.rename(folder / "mine.toml")
    return folder


@pytest.fixture
def proposed(command: Command, world: World, tmp_path: Path) -> Propose:
    """Proposes for a campaign in a folder, and returns the folders that hold batches."""

    def propose(folder: Path, *options: object) -> list[str]:
        ended = command("optimize", "--campaign", folder / "mine.toml", *options)
        assert ended.code == 0, ended.err
        return sorted(
            str(one.relative_to(tmp_path / "optimize-out"))
            for one in (tmp_path / "optimize-out").glob("*/batch-*")
            if one.parent.name != "latest"
        )

    return propose


def test_a_campaign_that_was_moved_or_renamed_goes_on_in_its_folder(
    proposed: Propose, home: Path, tmp_path: Path
) -> None:
    assert proposed(home) == ["mine/batch-01"]
    moved = home.rename(tmp_path / "moved")
    assert proposed(moved) == ["mine/batch-01"]  # the same batch, at the same place
    assert proposed(moved, "--seed", 5) == ["mine/batch-01", "mine/batch-02"]
    again = moved.rename(tmp_path / "again")
    assert proposed(again, "--seed", 6)[-1] == "mine/batch-03"


def test_a_copy_is_a_campaign_of_its_own(proposed: Propose, home: Path, tmp_path: Path) -> None:
    proposed(home)
    copy = tmp_path / "copy"
    shutil.copytree(home, copy)
    assert proposed(copy, "--seed", 5) == ["mine-2/batch-02", "mine/batch-01"]
    assert proposed(home, "--seed", 6) == ["mine-2/batch-02", "mine/batch-01", "mine/batch-02"]
    shutil.rmtree(home)
    assert proposed(copy, "--seed", 7)[:2] == ["mine-2/batch-02", "mine-2/batch-03"]  # it keeps its own


def test_another_campaign_never_has_the_folder(proposed: Propose, home: Path, tmp_path: Path) -> None:
    proposed(home)
    (home / "mine.db").unlink()  # begun anew, at the same place
    text = (home / "mine.toml").read_text()
    (home / "mine.toml").write_text(text.replace("n = 2", "n = 1"))
    assert proposed(home) == ["mine-2/batch-01", "mine/batch-01"]
    other = tmp_path / "other"
    other.mkdir()
    (other / "mine.toml").write_text(text.replace("n = 2", "n = 3"))
    shutil.rmtree(home)  # nobody is at home there any more, and yet
    assert proposed(other) == ["mine-2/batch-01", "mine-3/batch-01", "mine/batch-01"]


def test_a_folder_of_an_older_version_is_known_by_its_file(
    proposed: Propose, home: Path, tmp_path: Path
) -> None:
    proposed(home)
    whose = tmp_path / "optimize-out" / "mine" / ".campaign"
    file, mark = whose.read_text().split()
    assert file == str(home / "mine.toml")
    whose.write_text(f"{file}\n")  # as it was written before stores had marks
    assert proposed(home) == ["mine/batch-01"]
    assert whose.read_text().split() == [file, mark]
