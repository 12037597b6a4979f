"""``--help`` answers at once: nothing heavy is imported for it, nor when the command modules are."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest
import typer.main

from surrogate.cli import optimize, surrogate

# typer itself brings pydantic
HEAVY = [
    "numpy",
    "pandas",
    "scipy",
    "torch",
    "botorch",
    "gpytorch",
    "numba",
    "mlflow",
    "sqlalchemy",
    "plotly",
]
HEAVY += ["pint", "fastapi", "sklearn", "pandera", "pyarrow", "optuna"]

SCRIPT = """
import sys
from surrogate.cli import {module}
sys.argv = [{module!r}, *{arguments!r}]
code = {module}.main()
loaded = sorted(set(sys.modules) & set({heavy!r}))
print("LOADED", loaded, file=sys.stderr)
sys.exit(code)
"""


def commands_of(group: Any) -> list[tuple[str, ...]]:
    """The names that lead to each command and group below a group."""
    found: list[tuple[str, ...]] = [()]
    for name, command in getattr(group, "commands", {}).items():
        found += [(name, *path) for path in commands_of(command)]
    return found


@pytest.mark.parametrize(
    ("module", "arguments", "named"),
    [
        (
            "optimize",
            ["--help"],
            [
                "propose",
                "init",
                "tell",
                "status",
                "report",
                "benchmark",
                "--campaign",
                "--seed",
                "--out",
                "-n",
            ],
        ),
        ("optimize", ["tell", "-h"], ["RESULTS.csv", "--campaign", "--again", "--new"]),
        (
            "surrogate",
            ["--help"],
            [
                "simulate",
                "validate",
                "response-surface",
                "levers",
                "sensitivity",
                "literature",
                "train",
                "evaluate",
                "ui",
            ],
        ),
        ("surrogate", [], ["simulate", "predict"]),
        (
            "surrogate",
            ["literature", "--help"],
            ["check", "export", "explain", "add", "exits with", "--check"],
        ),
        ("surrogate", ["literature", "check", "-h"], ["--text", "unexplained warning", "exits with code 2"]),
        ("surrogate", ["literature", "add", "--help"], ["FILE.csv", "--into"]),
        ("surrogate", ["validate", "--help"], ["cells", "interface"]),
        ("surrogate", ["validate", "interface", "-h"], ["--out"]),
        ("surrogate", ["response-surface", "-h"], ["--out"]),
        ("surrogate", ["simulate", "--help"], ["--designs", "--recipe", "--out", "--seed"]),
    ],
)
@pytest.mark.process
def test_help_is_light(module: str, arguments: list[str], named: list[str]) -> None:
    script = SCRIPT.format(module=module, arguments=arguments, heavy=HEAVY)
    ended = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=False
    )
    assert ended.returncode == 0
    for part in named:
        assert part in ended.stdout
    assert ended.stderr.strip() == "LOADED []"


def test_console_scripts_are_declared() -> None:
    from importlib.metadata import entry_points

    scripts = {entry.name: entry.value for entry in entry_points(group="console_scripts")}
    assert scripts["optimize"] == "surrogate.cli.optimize:main"
    assert scripts["surrogate"] == "surrogate.cli.surrogate:main"


EVERY = """
import sys
from surrogate.cli import failures, optimize, surrogate
for line in sys.stdin.read().splitlines():
    program, *path = line.split()
    app = {"optimize": optimize.app, "surrogate": surrogate.app}[program]
    assert failures.run(app, program, [*path, "--help"]) == 0, line
print("LOADED", sorted(set(sys.modules) & set(HEAVY)), file=sys.stderr)
"""


def test_every_command_helps_without_anything_heavy() -> None:
    """What takes a ``--help`` its time is imports: typer and rich alone answer in well under a second."""
    groups = {"optimize": optimize.app, "surrogate": surrogate.app}
    lines = [
        " ".join([program, *path])
        for program, app in groups.items()
        for path in commands_of(typer.main.get_command(app))
    ]
    assert len(lines) >= 22
    ended = subprocess.run(
        [sys.executable, "-c", EVERY.replace("HEAVY", repr(HEAVY))],
        input="\n".join(lines), capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert ended.returncode == 0, ended.stderr
    for line in lines:
        assert f"Usage: {line}" in ended.stdout
    assert ended.stderr.strip() == "LOADED []"
