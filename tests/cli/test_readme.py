"""Every command that the README and the pages beside it show exists, with the options shown; README blocks run."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
import typer
import typer.main

from surrogate.cli import optimize, surrogate

from .conftest import Command, World

pytestmark = pytest.mark.docs

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
BESIDE = [
    ROOT / "CONTRIBUTING.md",
    *(ROOT / "docs" / name for name in ("architecture.md", "teams.md", "tutorial.md", "your-cells.md")),
    *sorted((ROOT / "examples").rglob("*.md")),
]
PAGES = "\n".join([README, *(page.read_text(encoding="utf-8") for page in BESIDE)])
OURS = re.compile(r"(optimize|surrogate|make)( [\w-]|$)")
NEED_A_VALUE = {"--campaign", "--designs", "--out", "--recipe", "--records", "--port"}
GROUPS = {
    "optimize": typer.main.get_command(optimize.app),
    "surrogate": typer.main.get_command(surrogate.app),
}


def blocks(language: str, text: str = README) -> list[str]:
    """The fenced blocks of a language ("" where none is named), in order."""
    found, inside = [], None
    for line in text.splitlines():
        if not line.startswith("```"):
            if inside is not None:
                inside[1].append(line)
        elif inside is None:
            inside = (line.removeprefix("```").strip(), [])
        else:
            if inside[0] == language:
                found.append("\n".join(inside[1]))
            inside = None
    assert inside is None, "a block is not closed"
    return found


def lines_of(block: str) -> list[str]:
    """The project's own commands in a block, comments left out."""
    lines = [line.split("#")[0].strip() for line in block.splitlines()]
    return [line for line in lines if OURS.match(line)]


def commands() -> list[str]:
    """Lines of the shell blocks and code spans that name one of the project's commands."""
    prose = re.sub(r"^```.*?^```", "", PAGES, flags=re.MULTILINE | re.DOTALL)
    spans = [span for span in re.findall(r"`([^`\n]+)`", prose) if OURS.match(span)]
    shown = [*blocks("", PAGES), *blocks("sh", PAGES)]
    return sorted({*spans, *(line for block in shown for line in lines_of(block))})


def check(words: list[str]) -> None:
    """Parse a command line as the program would. Raises TyperException for what it would refuse."""
    context = GROUPS[words[0]].make_context(words[0], words[1:])
    while left := [*getattr(context, "_protected_args", []), *context.args]:
        name, command, rest = context.command.resolve_command(context, left)
        context = command.make_context(name, rest, parent=context)


def targets() -> set[str]:
    return set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), flags=re.MULTILINE))


@pytest.mark.parametrize("line", commands())
def test_the_command_exists(line: str) -> None:
    words = shlex.split(line)
    if words[0] == "make":
        assert set(words[1:]) <= targets()
    else:
        check([*words, "value"] if words[-1].startswith("-") and words[-1] in NEED_A_VALUE else words)


def test_enough_commands_are_shown() -> None:
    assert len(commands()) >= 12


@pytest.mark.parametrize(
    "line",
    [
        "optimize --nonsense",
        "surrogate fly",
        "surrogate train --depth 3",
        "optimize tell --campaign mine.toml",
        "optimize init mine.toml more.toml",
        "optimize --campaign mine.toml -n many",
        "surrogate literature --check yes",
        "surrogate literature check yes",
        "surrogate validate planets",
    ],
)
def test_a_command_that_does_not_exist_is_found_out(line: str) -> None:
    with pytest.raises(typer.TyperException):
        check(shlex.split(line))


@pytest.mark.slow
def test_the_campaign_block_runs_in_order(command: Command, world: World, tmp_path: Path) -> None:
    (block,) = [block for block in blocks("") if "optimize init" in block]
    for line in lines_of(block):
        words = shlex.split(line)
        if words[1] == "tell":  # the template, filled in
            cells = pd.read_csv(tmp_path / "optimize-out" / "latest" / "results-template.csv", dtype=object)
            cells["cycle_life_cycles"] = "300"
            cells["cycle_life_cycles_censored"] = "true"
            cells.to_csv(tmp_path / "results.csv", index=False)
        ended = command(*words)
        assert ended.code == 0, f"{line}: {ended.err}"
    assert (tmp_path / "mine.db").is_file()
    assert "Measured: 4 cells" in ended.out


@pytest.mark.slow
def test_the_records_are_checked(command: Command) -> None:
    assert command("surrogate", "literature", "--check").code == 0


@pytest.mark.process
@pytest.mark.parametrize("code", blocks("python"))
@pytest.mark.process
def test_python_runs(code: str, tmp_path: Path) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False
    )
    assert ended.returncode == 0, ended.stderr
    assert "drying_temperature_C" in ended.stdout


def test_every_block_is_of_a_kind_that_is_run() -> None:
    """Commands of this project are run here, raw MLflow by the tests of the examples, tables by their own tests."""
    languages = set(re.findall(r"^```(\w+)$", README, flags=re.MULTILINE))
    assert languages == {"python", "text"}
    for block in blocks(""):
        lines = [line for line in block.splitlines() if line.strip()]
        assert len(lines_of(block)) == len(lines) or lines[0].startswith("export MLFLOW_TRACKING_URI")
