"""Progress: a bar on a terminal, few lines elsewhere, always on stderr."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
import time

import pytest

from surrogate.cli import progress as module
from surrogate.cli.progress import progress


def test_lines(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [0.0]
    monkeypatch.setattr(time, "monotonic", lambda: clock[0])
    with progress() as report:
        for done in range(0, 41):
            clock[0] = float(done)
            report("simulating", done, 40)
        report("simulating", 40, 40)
        report("fitting", 0, 0)
        clock[0] += module._LINE_EVERY_S
        report("fitting", 3, 0)
        report("reading", 0, 1)
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.splitlines() == [
        "simulating: 40 to do",
        "simulating: 10 of 40",
        "simulating: 20 of 40",
        "simulating: 30 of 40",
        "simulating: done (40.0 s)",
        "fitting ...",
        "fitting: 3",
        "reading ...",
    ]


SCRIPT = """
from surrogate.cli.progress import progress
with progress() as report:
    for done in range(5):
        report("simulating [x]", done, 4)
    report("unknown", 0, 0)
print("the result")
"""


@pytest.mark.process
def test_bars_on_a_terminal() -> None:
    """On a real pseudo-terminal for stderr; the result alone goes to stdout."""
    reader, writer = pty.openpty()
    environment = {**os.environ, "TERM": "xterm", "COLUMNS": "80"}
    ended = subprocess.run(
        [sys.executable, "-c", SCRIPT],
        stdout=subprocess.PIPE,
        stderr=writer,
        env=environment,
        timeout=60,
        check=True,
    )
    os.close(writer)
    said = os.read(reader, 100_000).decode()
    os.close(reader)
    assert ended.stdout == b"the result\n"
    assert "simulating [x]" in said
    assert "4/4" in said
    assert "\x1b[" in said
