"""Exit codes and the one paragraph that stands where a traceback would be."""

from __future__ import annotations

import errno
import os
import re
import signal
import subprocess
import sys
import textwrap
import time
import warnings
from pathlib import Path

import pytest
import typer

from surrogate.cli import failures
from surrogate.errors import InputError, LihostWarning, StoreError

from .conftest import Command


def app_that(raises: BaseException) -> typer.Typer:
    app = typer.Typer(add_completion=False)

    @app.command()
    def go() -> None:
        raise raises

    return app


def test_our_errors_are_one_paragraph(capsys: pytest.CaptureFixture[str]) -> None:
    error = InputError("too\n  thick", where="[a].csv", value=5, limit="1 to 2", remedy="thin it", row=2)
    assert failures.run(app_that(error), "tool", []) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err == "tool: [a].csv, row 3: too thick (got 5). Allowed: 1 to 2. To mend it: thin it.\n"


@pytest.mark.parametrize(
    ("error", "named"),
    [
        (OSError(errno.ENOSPC, "No space left on device", "/x/y"), ["/x/y", "No space", "free some space"]),
        (
            PermissionError(errno.EACCES, "Permission denied", "/x"),
            ["/x", "Permission denied", "permissions"],
        ),
        (MemoryError(), ["not enough memory", "fewer rows"]),
    ],
)
def test_faults_of_the_machine_are_no_bugs(
    error: Exception, named: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert failures.run(app_that(error), "tool", []) == 2
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    for part in named:
        assert part in said


def test_a_bug_names_the_file_with_its_traceback(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    assert failures.run(app_that(ZeroDivisionError("one\nover zero")), "tool", []) == 1
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert "Traceback" not in said
    assert "ZeroDivisionError: one over zero" in said
    found = re.search(r"details are in (\S+\.txt)", said)
    assert found is not None
    details = Path(found.group(1)).read_text()
    assert "Traceback (most recent call last)" in details
    assert "in go" in details
    assert "lihost" in details.splitlines()[0]


def test_no_password_is_printed_or_kept(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    address = "postgresql://anna:se/cr@t@db/lab"
    assert failures.run(app_that(ValueError(f"cannot open {address}")), "tool", []) == 1
    assert failures.run(app_that(StoreError("no answer", where=address, value=address)), "tool", []) == 2
    assert failures.run(app_that(OSError(28, "full", address)), "tool", []) == 2
    kept = "".join(path.read_text() for path in tmp_path.iterdir()) + capsys.readouterr().err
    assert kept.count("postgresql://***@db/lab") >= 5
    for part in ("se/cr", "cr@t", "anna"):
        assert part not in kept


def test_ctrl_c_in_a_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert failures.run(app_that(KeyboardInterrupt()), "tool", []) == 130
    assert capsys.readouterr().err.strip().count("\n") == 0


def test_our_warnings_are_lines_and_others_are_quiet(capsys: pytest.CaptureFixture[str]) -> None:
    app = typer.Typer(add_completion=False)

    @app.command()
    def go() -> None:
        warnings.warn("the store is read-only", LihostWarning, stacklevel=1)
        warnings.warn("old function", FutureWarning, stacklevel=1)

    before = warnings.showwarning
    assert failures.run(app, "tool", []) == 0
    assert capsys.readouterr().err == "Warning: the store is read-only\n"
    assert warnings.showwarning is before


@pytest.mark.parametrize(
    ("program", "arguments", "named"),
    [
        ("optimize", ["-n", "many"], ["-n", "integer", "optimize --help"]),
        ("optimize", ["-n", "0"], ["-n", "greater than or equal to 1"]),
        ("optimize", ["--seed", "-1"], ["--seed", "greater than or equal to 0"]),
        ("optimize", ["--campain", "x"], ["--campain", "--campaign"]),
        ("optimize", ["tel"], ["tel", "Did you mean 'tell'?"]),
        ("optimize", ["--seed", "3", "status", "--campaign", "x"], ["--seed", "after the command"]),
        ("optimize", ["tell"], ["RESULTS.csv", "optimize tell --help"]),
        ("optimize", ["tell", "x.csv"], ["--campaign"]),
        ("surrogate", ["predict"], ["--designs", "surrogate predict --help"]),
        ("surrogate", ["serve", "--port", "0"], ["--port"]),
        ("surrogate", ["simulate", "--out", "x.csv"], ["--designs", "--recipe"]),
        ("surrogate", ["literature", "--text", "x"], ["--check"]),
    ],
)
def test_bad_usage(command: Command, program: str, arguments: list[str], named: list[str]) -> None:
    ended = command(program, *arguments)
    assert ended.code == 2
    assert ended.out == ""
    assert ended.err.count("\n") == 1
    for part in named:
        assert part in ended.err


SLOW = """
import sys, time
import typer
from surrogate.cli import failures
app = typer.Typer(add_completion=False)
@app.command()
def go() -> None:
    print("begun", flush=True)
    time.sleep(60)
sys.exit(failures.main(app, "tool"))
"""


@pytest.mark.process
def test_a_real_ctrl_c() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(SLOW)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        # A parent that runs in the background may have had its interrupts switched off, which is inherited.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "begun\n"
        time.sleep(0.1)
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=30)
    assert process.returncode == 130
    assert said.strip().startswith("tool: stopped by Ctrl-C")
    assert said.strip().count("\n") == 0


PRINTS = """
import sys
import typer
from surrogate.cli import console, failures
app = typer.Typer(add_completion=False)
@app.command()
def go() -> None:
    for k in range({lines}):
        {how}("line " + str(k))
sys.exit(failures.main(app, "tool"))
"""


@pytest.mark.parametrize(
    ("lines", "how"),
    [
        (1, "print"),
        (9000, "print"),
        (1, "console.print_result"),
        (3000, "console.print_result"),
        (3000, "console.print_message"),
    ],
)
@pytest.mark.process
def test_a_reader_that_leaves_is_no_fault(lines: int, how: str) -> None:
    """As in ``optimize status | head -1``; with one line the closed pipe is only found at the end."""
    read, write = os.pipe()
    os.close(read)
    out, err = (None, write) if how == "console.print_message" else (write, subprocess.PIPE)
    ended = subprocess.run(
        [sys.executable, "-c", PRINTS.format(lines=lines, how=how)],
        stdout=out,
        stderr=err,
        timeout=60,
        check=False,
        text=True,
    )
    os.close(write)
    assert ended.returncode in (0, 1)
    assert not ended.stderr


@pytest.mark.process
def test_a_terminal_without_unicode_gets_ascii() -> None:
    script = PRINTS.format(lines=1, how="console.print_result").replace('"line "', '"µm → cm⁻² ≥ 5 – 🙂 "')
    environment = {**os.environ, "PYTHONIOENCODING": "ascii"}
    ended = subprocess.run(
        [sys.executable, "-c", script], env=environment, capture_output=True, timeout=60, check=True
    )
    assert ended.stdout == b"um -> cm-2 >= 5 - ? 0\n"


def test_no_color(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert "\x1b[31m" in command("optimize", "tel").err
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b[3" not in command("optimize", "tel").err
