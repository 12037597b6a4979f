"""The packages of ``surrogate`` stand on one another: each imports only those before it in one order."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from surrogate.laboratory.run_code import APART

PACKAGE = Path(__file__).parents[1] / "surrogate"
# From the ground up; ``docs/architecture.md`` says what each holds.
ORDER = (
    "lazy", "passwords", "errors", "machine_code", "resources", "execution", "shapes", "units", "space", "materials",
    "hosts", "physics", "files", "literature", "evaluation", "models", "sensitivity", "validation", "optimization",
    "campaign", "laboratory", "tracking", "report", "learning", "library", "serving", "cli",
)  # fmt: skip
MODULES = sorted(PACKAGE.rglob("*.py"))


def room(path: Path) -> str:
    """First folder (or module) below the package."""
    return path.relative_to(PACKAGE).with_suffix("").parts[0]


def imported(path: Path) -> set[str]:
    """The rooms that a module imports, also late or for types only."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module is not None:
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        else:
            continue
        found |= {name.split(".")[1] for name in names if name.startswith("surrogate.")}
    return found - {"__version__"}


def test_every_room_is_in_the_order() -> None:
    assert {room(path) for path in MODULES} - {"__init__"} == set(ORDER)


@pytest.mark.parametrize("name", ORDER)
def test_a_room_imports_only_what_it_stands_on(name: str) -> None:
    allowed = set(ORDER[: ORDER.index(name) + 1])
    wrong = [
        f"{path.relative_to(PACKAGE)} imports {other}"
        for path in MODULES
        if room(path) == name
        for other in sorted(imported(path) - allowed)
    ]
    assert wrong == []


def test_runs_of_a_contest_depend_on_what_the_laboratory_stands_on() -> None:
    assert ORDER[ORDER.index("laboratory") :] == APART


def test_search_spaces_need_only_the_errors() -> None:
    """And the names of array shapes, which are those of ``typing``."""
    found = set().union(*(imported(path) for path in MODULES if room(path) == "space"))
    assert found == {"space", "errors", "shapes"}


def test_evaluation_knows_no_model() -> None:
    assert set().union(*(imported(path) for path in MODULES if room(path) == "evaluation")) <= {
        "evaluation",
        "shapes",
    }
