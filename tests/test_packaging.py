"""What the distribution declares: its dependencies, one version number, the files of the wheel, the public face."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Mapping
from email.parser import Parser
from functools import cache
from importlib import import_module
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

import surrogate

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "surrogate"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
FACES = ("surrogate", "surrogate.campaign", "surrogate.hosts", "surrogate.optimization", "surrogate.space")


def normalised(name: str) -> str:
    """A distribution's name as registries compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def declared(requirements: list[str]) -> set[str]:
    """The distributions that a list of requirements names."""
    found = [re.match(r"[A-Za-z0-9._-]+", requirement) for requirement in requirements]
    return {normalised(match[0]) for match in found if match}


def imported(text: str) -> set[str]:
    """Top-level packages that a module imports, at any depth, those of Python and its own left out."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module)
    return {name.split(".")[0] for name in names} - sys.stdlib_module_names - {"surrogate"}


@cache
def distributions() -> Mapping[str, list[str]]:
    """The distributions that each importable package is of."""
    return packages_distributions()


@cache
def third_party() -> set[str]:
    """What the whole package imports, but for the programs that ask other optimizers (extra ``peers``)."""
    paths = [path for path in PACKAGE.rglob("*.py") if path.parent.name != "peers"]
    return set().union(*(imported(path.read_text(encoding="utf-8")) for path in paths))


@pytest.mark.slow
def test_what_is_imported_is_declared() -> None:
    known, dependencies = distributions(), declared(PROJECT["dependencies"])
    dependencies |= declared(
        PROJECT["optional-dependencies"]["cluster"]
    )  # surrogate.execution says what lacks
    missing = [
        name for name in sorted(third_party())
        if not dependencies & {normalised(distribution) for distribution in known.get(name, [name])}
    ]  # fmt: skip
    assert missing == [], "imported by surrogate/ and not a dependency in pyproject.toml"


@pytest.mark.slow
def test_what_is_declared_is_imported() -> None:
    known = distributions()
    used = {normalised(distribution) for name in third_party() for distribution in known.get(name, [])}
    assert declared(PROJECT["dependencies"]) - used == set(), (
        "a dependency that no module of surrogate/ imports"
    )


def test_imports_are_found_wherever_they_stand() -> None:
    text = "import os\nimport a.b\ndef f():\n    from c.d import e\n    from . import g\nfrom surrogate.x import y\n"
    assert imported(text) == {"a", "c"}
    assert declared(["A_b>=1,<2", "c.d[extra]==1"]) == {"a-b", "c-d"}


def test_every_requirement_is_pinned() -> None:
    text = (ROOT / "constraints.txt").read_text(encoding="utf-8")
    pins = {normalised(line.split("==")[0]) for line in text.splitlines() if "==" in line}
    extras = PROJECT["optional-dependencies"]
    wanted = declared([*PROJECT["dependencies"], *(one for extra in extras.values() for one in extra)])
    assert {"dev", "crosscheck"} <= extras.keys()
    assert wanted - pins == set()


def test_there_is_one_version_number() -> None:
    assert "version" not in PROJECT, "the version is read from surrogate/__init__.py"
    assert PROJECT["dynamic"] == ["version"]
    citation = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    assert re.findall(r"^version: (.+)$", citation, flags=re.MULTILINE) == [surrogate.__version__]
    changes = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    newest = re.search(r"^## (\S+)", changes, flags=re.MULTILINE)
    assert newest is not None
    assert newest[1] == surrogate.__version__


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    """The wheel of this checkout, built without the network."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True, timeout=120)
    (path,) = folder.glob("*.whl")
    return zipfile.ZipFile(path)


@pytest.mark.process
def test_the_wheel_is_typed_and_carries_its_tables_and_recipes(wheel: zipfile.ZipFile) -> None:
    names = set(wheel.namelist())
    assert "surrogate/py.typed" in names
    assert "surrogate/_share/datasets/literature/records.csv" in names
    assert "surrogate/_share/training/default.toml" in names
    assert {name.split("/")[0] for name in names} == {
        "surrogate",
        f"lihost-{surrogate.__version__}.dist-info",
    }


@pytest.mark.process
def test_the_wheel_has_the_version_of_the_package(wheel: zipfile.ZipFile) -> None:
    metadata = wheel.read(f"lihost-{surrogate.__version__}.dist-info/METADATA").decode()
    assert Parser().parsestr(metadata)["Version"] == surrogate.__version__


@pytest.mark.parametrize("name", FACES)
def test_every_public_name_is_found(name: str) -> None:
    face = import_module(name)
    assert sorted(face.__all__) == list(dict.fromkeys(sorted(face.__all__)))
    for public in face.__all__:
        assert public in dir(face)
        assert getattr(face, public) is not None


@pytest.mark.parametrize("name", FACES)
def test_type_checkers_see_what_programs_see(name: str) -> None:
    """A name that is looked up on first use is also imported for type checkers, from the same module."""
    path = Path(str(import_module(name).__file__))
    tree = ast.parse(path.read_text(encoding="utf-8"))
    seen = {
        alias.name: node.module
        for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }  # fmt: skip
    homes = {
        key.value: value.value
        for node in ast.walk(tree) if isinstance(node, ast.Dict)
        for key, value in zip(node.keys, node.values, strict=True)
        if isinstance(key, ast.Constant) and isinstance(value, ast.Constant)
    }  # fmt: skip
    assert {public: seen[public] for public in homes} == homes


def test_another_name_is_refused() -> None:
    with pytest.raises(AttributeError, match="module 'surrogate' has no attribute 'propose_host'"):
        _ = surrogate.propose_host
