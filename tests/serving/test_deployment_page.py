"""The page on running the endpoint for a group says what the code does."""

from __future__ import annotations

import configparser
import re
import shlex
from pathlib import Path

import typer

from surrogate.cli import servers
from surrogate.cli.surrogate import app
from surrogate.serving import body_limit, jobs, request, served

PAGE = (Path(__file__).parents[2] / "docs" / "deployment.md").read_text(encoding="utf-8")


def block(kind: str) -> str:
    (found,) = re.findall(rf"```{kind}\n(.*?)```", PAGE, flags=re.DOTALL)
    return str(found)


def row(start: str) -> list[str]:
    """The other cells of the row of a table that begins like this."""
    (found,) = re.findall(rf"^\| {re.escape(start)}[^|]*\|(.*)\|$", PAGE, flags=re.MULTILINE)
    return [cell.strip() for cell in found.split("|")]


def test_the_limits_are_those_of_the_code():
    assert row("connections")[0] == f"{servers.MOST_AT_ONCE}"
    body = f"{body_limit.MOST_BYTES // 2**20} MB, {body_limit.MOST_SECONDS:.0f} s"
    assert row("size of a body")[0] == body
    assert row("designs in a request")[0] == f"{request.MOST_DESIGNS:,}"
    assert row("requests, designs")[0] == f"{served.MOST_REQUESTS}, {served.MOST_DESIGNS:,}"
    assert row("jobs of")[0] == f"{jobs.MOST_WAITING}"


def test_the_unit_and_the_container_run_what_there_is_and_not_as_root():
    unit = configparser.ConfigParser(interpolation=None, strict=False)
    unit.optionxform = str  # type: ignore[assignment, method-assign]
    unit.read_string(block("ini"))
    assert unit["Service"]["DynamicUser"] == "yes"
    container = block("dockerfile")
    assert int(re.findall(r"^USER (\d+)$", container, flags=re.MULTILINE)[0]) > 0
    run = re.findall(r"^CMD \[(.*)\]$", container, flags=re.MULTILINE)[0].replace('"', "").split(", ")
    command = typer.main.get_command(app).get_command(None, "serve")
    for words in (shlex.split(unit["Service"]["ExecStart"])[1:], run[1:]):
        assert words[0] == "serve"
        assert set(command.make_context("serve", words[1:]).params) >= {"host", "port"}
