"""``--help`` answers at once: nothing heavy is imported for it, nor when the command modules are."""

from __future__ import annotations

import subprocess
import sys

import pytest

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
HEAVY += ["pint", "fastapi", "sklearn", "pandera", "pyarrow"]

SCRIPT = """
import sys
from surrogate.cli import {module}
sys.argv = [{module!r}, *{arguments!r}]
code = {module}.main()
loaded = sorted(set(sys.modules) & set({heavy!r}))
print("LOADED", loaded, file=sys.stderr)
sys.exit(code)
"""


@pytest.mark.parametrize(
    ("module", "arguments", "named"),
    [
        (
            "optimize",
            ["--help"],
            ["propose", "init", "tell", "status", "report", "--campaign", "--seed", "--out", "-n"],
        ),
        ("optimize", ["tell", "-h"], ["RESULTS.csv", "--campaign", "--again", "--new"]),
        ("surrogate", ["--help"], ["simulate", "literature", "train", "evaluate", "predict", "serve", "ui"]),
        ("surrogate", [], ["simulate", "predict"]),
        ("surrogate", ["literature", "--help"], ["--check", "unexplained warning", "exits with code"]),
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
