"""Every command that the README shows exists, with the options it shows."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
import typer

from surrogate.cli import optimize, surrogate

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
GROUPS = {
    "optimize": typer.main.get_command(optimize.app),
    "surrogate": typer.main.get_command(surrogate.app),
}


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", README, flags=re.MULTILINE | re.DOTALL)


def commands() -> list[str]:
    """Lines of the shell blocks and code spans that name one of the project's commands."""
    lines = [line.split("#")[0].strip() for block in blocks("") for line in block.splitlines()]
    spans = re.findall(r"`([^`\n]+)`", re.sub(r"^```.*?^```", "", README, flags=re.MULTILINE | re.DOTALL))
    found = [one for one in [*lines, *spans] if re.match(r"(optimize|surrogate|make)( [\w-]|$)", one)]
    return sorted(set(found))


def check(words: list[str]) -> None:
    """Raises AssertionError for a command or option that does not exist."""
    command = GROUPS[words[0]]
    rest = words[1:]
    inner = getattr(command, "commands", {})
    if rest and rest[0] in inner:
        command, rest = inner[rest[0]], rest[1:]
    known = {
        option for parameter in command.params for option in [*parameter.opts, *parameter.secondary_opts]
    }
    for word in rest:
        if word.startswith("-"):
            assert word in known, f"{word} of {' '.join(words)}"
    positional = [parameter for parameter in command.params if parameter.param_type_name == "argument"]
    values = sum(word.startswith("-") for word in rest)
    bare = [word for word in rest if not word.startswith("-")]
    assert len(bare) <= len(positional) + values, f"too many words in {' '.join(words)}"


def targets() -> set[str]:
    return set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), flags=re.MULTILINE))


@pytest.mark.parametrize("line", commands())
def test_the_command_exists(line: str) -> None:
    words = shlex.split(line)
    if words[0] == "make":
        assert set(words[1:]) <= targets()
    else:
        check(words)


def test_enough_commands_are_shown() -> None:
    assert len(commands()) >= 12


@pytest.mark.parametrize("line", ["optimize --nonsense", "surrogate fly", "surrogate train --depth 3"])
def test_a_command_that_does_not_exist_is_found_out(line: str) -> None:
    with pytest.raises(AssertionError):
        check(shlex.split(line))


@pytest.mark.parametrize("code", blocks("python"))
def test_python_runs(code: str) -> None:
    subprocess.run([sys.executable, "-c", code], check=True, timeout=120)
