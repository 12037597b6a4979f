"""``docs/systems.md``: every system of the sources has a line, and every line names what there is."""

from __future__ import annotations

import csv
import re
from importlib import import_module
from importlib.util import find_spec

import pytest

from surrogate import materials
from surrogate.hosts.columns import COLUMNS
from surrogate.literature.documents import READ_IN_FULL, documents
from surrogate.literature.schema import STRATEGIES
from surrogate.resources import resource

from .test_docs import DOCS, rows, text_of

pytestmark = pytest.mark.docs

PAGE = text_of(DOCS / "systems.md")
TABLES = ("electrolytes", "frameworks", "agents", "solids", "additives", "dopants")
ROWS = [[cell.replace("&#124;", "|") for cell in cells] for cells in rows(PAGE, "system")]


def column(place: int) -> list[list[str]]:
    """Names in a column of every row, split at semicolons."""
    return [[name.strip() for name in cells[place].split(";") if name.strip()] for cells in ROWS]


def named(place: int) -> set[str]:
    return {name for names in column(place) for name in names}


def quoted(place: int) -> set[str]:
    return {name for cells in ROWS for name in re.findall(r"`([^`]+)`", cells[place])}


def systems(table: str) -> set[str]:
    """The systems of the documents that were read in full, which the page is about."""
    text = resource(f"datasets/literature/{table}.csv").read_text(encoding="utf-8")
    in_full = {one.source for one in documents().values() if one.kind in READ_IN_FULL}
    return {row["system"] for row in csv.DictReader(text.splitlines()) if row["source"] in in_full}


def exists(name: str) -> bool:
    """A column of a design, or a module, counted from ``surrogate``."""
    if name in COLUMNS.names:
        return True
    try:
        return find_spec(f"surrogate.{name}") is not None
    except ModuleNotFoundError:
        return False


def test_each_row_has_six_cells_and_says_where_the_system_is_or_why_it_is_not() -> None:
    assert len(ROWS) > 150
    for cells in ROWS:
        assert len(cells) == 6, cells
        assert cells[0], cells
        assert cells[1], cells
        assert any(cells[2:]), cells[0]
        if not any(cells[2:5]):
            assert len(cells[5]) > 5, f"{cells[0]}: not represented, and no reason"


def test_systems_have_one_line_each() -> None:
    names = [name for names in column(0) for name in names]
    assert sorted(names) == sorted(set(names))


@pytest.mark.parametrize("name", sorted(quoted(2)))
def test_physics_that_is_named_exists(name: str) -> None:
    assert exists(name)


def test_a_name_that_does_not_exist_is_found_out() -> None:
    assert not exists("physics.coble_creep")
    assert not exists("colour")


def test_records_that_are_named_exist_and_none_is_left_out() -> None:
    recorded = systems("records")
    assert named(3) - recorded == set()
    assert recorded - named(3) == set()


def test_statements_without_a_record_are_not_left_out() -> None:
    assert systems("omitted") - systems("records") - named(0) == set()


def test_materials_that_are_named_exist_and_none_is_left_out() -> None:
    known = {f"{table}.{name}" for table in TABLES for name in getattr(materials, table)}
    assert quoted(4) == known


def test_every_strategy_has_a_line() -> None:
    assert {f"`{name}`" for name in STRATEGIES} <= named(0)


def test_modules_are_the_packages_own() -> None:
    """A module of the page can be imported, so that it is no empty folder."""
    for name in sorted(quoted(2) - set(COLUMNS.names)):
        assert import_module(f"surrogate.{name}").__doc__, name
