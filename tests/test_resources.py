"""Shipped data: found in a wheel or a checkout, and used only as their cards describe them."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from surrogate import resources
from surrogate.errors import ResourceError
from surrogate.resources import resource

ROOT = Path(__file__).parents[1]
TABLES = sorted(
    path.relative_to(ROOT).as_posix()
    for folder in ("datasets", "training")
    for path in (ROOT / folder).rglob("*")
    if path.is_file() and path.name != "README.md"
)


@pytest.fixture
def copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Another installation, whose files may be damaged."""
    for folder in ("datasets", "training"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    monkeypatch.setattr(resources, "_PLACES", (tmp_path / "none", tmp_path))
    return tmp_path


def test_every_table_is_the_one_its_card_describes() -> None:
    assert len(TABLES) > 30
    for name in TABLES:
        assert resource(name).is_file()


def test_what_is_not_there_is_named(copied: Path) -> None:
    with pytest.raises(ResourceError, match=r"datasets/none\.csv is not installed"):
        resource("datasets/none.csv")


@pytest.mark.parametrize("name", TABLES)
def test_a_changed_table_is_refused_until_its_card_says_so(name: str, copied: Path) -> None:
    path = copied / name
    path.write_bytes(path.read_bytes()[:-1] + b"#\n")
    with pytest.raises(ResourceError, match=re.escape(name)) as refused:
        resource(name)
    own = re.search(r"[0-9a-f]{64}", str(refused.value))
    assert own is not None
    card = path.with_name("README.md")
    card.write_text(card.read_text(encoding="utf-8") + own[0], encoding="utf-8")
    assert resource(name) == path


def test_the_line_endings_of_windows_are_no_change(copied: Path) -> None:
    for name in TABLES:
        path = copied / name
        path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
        assert resource(name) == path


def test_without_its_card_a_table_is_refused(copied: Path) -> None:
    (copied / "datasets/materials/README.md").unlink()
    with pytest.raises(ResourceError, match="cannot be compared with its card"):
        resource("datasets/materials/agents.toml")


def test_every_reader_of_shipped_data_asks_for_its_table_by_name() -> None:
    """A folder has no hash: what is read from one by a pattern would not be compared (hashes of code may be)."""
    by_pattern = [
        path.relative_to(ROOT).as_posix()
        for path in sorted((ROOT / "surrogate").rglob("*.py"))
        if re.search(r"resource\(f?\"datasets[^\"]*\"\)\.(r?glob|iterdir)", path.read_text(encoding="utf-8"))
    ]
    assert by_pattern == ["surrogate/laboratory/run_code.py", "surrogate/physics/code_hash.py"]
