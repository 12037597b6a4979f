"""The pages: links lead somewhere, tables follow the code, and the reference of the library builds."""

from __future__ import annotations

import re
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest
import yaml
from sphinx.util.inventory import InventoryFile

from surrogate.materials.compatibility import EVERY_RULE
from surrogate.materials.methods import methods
from surrogate.report.rule_table import rule_rows

from .test_packaging import FACES
from .test_rooms import ORDER

pytestmark = pytest.mark.docs

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
PAGES = [
    *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")),
    *sorted(DOCS.glob("*.md")),
    *sorted((ROOT / "examples").rglob("*.md")),
    *sorted((ROOT / "datasets").glob("*/README.md")),
    *sorted((ROOT / "training").rglob("README.md")),
]
TEMPLATES = sorted((ROOT / ".github" / "ISSUE_TEMPLATE").glob("*.yml"))
CODE = "\n".join(path.read_text(encoding="utf-8") for path in sorted((ROOT / "surrogate").rglob("*.py")))


def text_of(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def anchors(text: str) -> set[str]:
    """The anchors that headings of a Markdown page get."""
    heads = re.findall(r"^#+ (.+)$", text, flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}


def rows(text: str, first: str) -> list[list[str]]:
    """The cells of the rows of each table whose first column has this head."""
    found: list[list[str]] = []
    inside = False
    for line in text.splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if not line.startswith("|"):
            inside = False
        elif cells[0] == first:
            inside = True
        elif inside and not set(cells[0]) <= set("-:"):
            found.append(cells)
    return found


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", text_of(page)):
        path, _, anchor = target.partition("#")
        there = (page.parent / path) if path else page
        assert there.exists(), target
        if anchor:
            assert anchor in anchors(text_of(there)), target


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_paths_and_modules_that_are_named_exist(page: Path) -> None:
    """`surrogate/x/y.py`, `tests/x` and `surrogate.x.y` in running text; the changelog may name what is gone."""
    if page.name == "CHANGELOG.md":
        return
    spans = re.findall(r"`([^`\n]+)`", text_of(page))
    for span in spans:
        if re.fullmatch(r"(surrogate|tests|docs|datasets|training|examples)(/[\w.-]+)+/?", span):
            assert (ROOT / span).exists(), span
        if re.fullmatch(r"surrogate(\.\w+)+", span):
            owner, _, name = span.rpartition(".")
            module = ROOT / span.replace(".", "/")
            if not module.is_dir() and not module.with_suffix(".py").is_file():
                assert hasattr(import_module(owner), name), span


def test_the_page_of_rules_is_the_table_of_the_code() -> None:
    told = [tuple(cells) for cells in rows(text_of(DOCS / "rules.md"), "rule")]
    assert told == [(row.name, row.reason, row.limit, row.source) for row in rule_rows()]
    assert {"host_and_channels", "foreign_filler_in_lpsc", "top_face_is_bare"} <= {cells[0] for cells in told}
    # What a row stands for several rules of is named by its first part.
    names = [row.name for row in rule_rows()]
    short = {rule.name.removesuffix("_top").removesuffix("_bottom") for rule in EVERY_RULE}
    families = ("_keeps_its_own", "_at_most", "_no_gradient_of_")
    assert {name for name in short if name not in names} == {
        name for name in short if name not in names and any(part in name for part in families)
    }


def test_the_page_of_making_has_every_method_as_the_table_has_it() -> None:
    told = {cells[0].strip("`"): cells[1:] for cells in rows(text_of(DOCS / "making.md"), "method")}
    assert list(told) == list(methods())
    for name, one in methods().items():
        listed = (one.frameworks, one.agents, one.grades)
        words = [", ".join(key.replace("_", " ") for key in keys) or "–" for keys in listed]
        assert [told[name][0], told[name][4], told[name][5]] == words, name
        ends = [f"{low:g} to {high:g}" for low, high in one.reaches.values()]
        assert told[name][1].removeprefix("channels ") in (*ends, "–"), name
        assert told[name][3] in (*ends, "–"), name


def test_the_page_lists_the_rooms_in_their_order() -> None:
    listed = [cells[0].strip("`") for cells in rows(text_of(DOCS / "architecture.md"), "room")]
    assert listed == list(ORDER)


def test_the_architecture_is_one_page() -> None:
    assert len(text_of(DOCS / "architecture.md").splitlines()) <= 80


def glossary() -> list[list[str]]:
    return rows(text_of(DOCS / "glossary.md"), "term")


def test_the_glossary_has_one_meaning_for_a_word() -> None:
    terms = [term for cells in glossary() for term in re.split(r"[,()]\s*", cells[0]) if term]
    assert len(terms) >= 60
    assert sorted(terms) == sorted(set(terms))
    assert all(len(cells) == 3 and cells[1].endswith(".") for cells in glossary())


@pytest.mark.parametrize("cells", glossary(), ids=lambda cells: cells[0])
def test_names_in_the_glossary_are_those_of_the_code(cells: list[str]) -> None:
    names = re.findall(r"`([^`]+)`", cells[2])
    assert names or cells[2] == "–"
    for name in names:
        ending = re.sub(r"^T_", "_", name)  # T stands for any target
        pattern = rf"{re.escape(ending)}\b" if ending.startswith("_") else rf"\b{re.escape(ending)}\b"
        assert re.search(pattern, CODE), name


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.stem)
def test_issue_templates_are_forms(path: Path) -> None:
    form = yaml.safe_load(text_of(path))
    assert {"name", "description", "body"} <= set(form)
    inputs = [part for part in form["body"] if part["type"] != "markdown"]
    assert len({part["id"] for part in inputs}) == len(inputs) >= 4
    assert any(part.get("validations", {}).get("required") for part in inputs)


def test_there_is_a_template_for_materials_and_for_records() -> None:
    assert {path.stem for path in TEMPLATES} == {"new-material", "new-records"}


def test_hooks_are_local_and_run_what_make_check_runs() -> None:
    config = yaml.safe_load(text_of(ROOT / ".pre-commit-config.yaml"))
    assert [repo["repo"] for repo in config["repos"]] == ["local"]
    hooks = config["repos"][0]["hooks"]
    assert {hook["language"] for hook in hooks} == {"system"}
    commands = {" ".join(hook["entry"].split()[:2]).removeprefix(".venv/bin/") for hook in hooks}
    assert commands == {"ruff format", "ruff check", "mypy"}
    makefile = text_of(ROOT / "Makefile")
    (lint,) = re.findall(r"^LINT *:= (.*)$", makefile, flags=re.MULTILINE)
    (check,) = re.findall(r"^check:.*\n\t(.*)$", makefile, flags=re.MULTILINE)
    check = check.replace("$(LINT)", lint).replace("$(BIN)/", "")
    assert all(command in check for command in commands)


@pytest.fixture(scope="module")
def reference(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The reference as ``make docs`` builds it: any warning is an error."""
    folder = tmp_path_factory.mktemp("reference")
    build = [
        sys.executable,
        "-m",
        "sphinx",
        "-W",
        "--keep-going",
        "-q",
        "-b",
        "html",
        "docs/api",
        str(folder),
    ]
    ended = subprocess.run(build, cwd=ROOT, capture_output=True, text=True, timeout=300, check=False)
    assert ended.returncode == 0, ended.stderr
    return folder


@pytest.mark.slow
@pytest.mark.process
def test_every_public_name_is_in_the_reference(reference: Path) -> None:
    inventory = InventoryFile.loads((reference / "objects.inv").read_bytes(), uri="")
    there = {name.rpartition(".")[2] for kind in inventory.data.values() for name in kind}
    for face in FACES:
        public = set(import_module(face).__all__) - {"__version__"}
        assert public - there == set(), face


@pytest.mark.slow
@pytest.mark.process
def test_the_reference_asks_for_nothing_from_elsewhere(reference: Path) -> None:
    for page in reference.glob("*.html"):
        assert re.findall(r"""(?:src|href)=["'](?:https?:)?//[^"']+""", text_of(page)) == [], page.name


def test_the_reference_is_built_as_by_make() -> None:
    assert "-m sphinx -W --keep-going -q -b html docs/api docs/_build/api" in text_of(ROOT / "Makefile")
