"""The whole OpenAPI description under schemathesis: examples, coverage, fuzzing and the links between operations.

It is no dependency of the package: ``pip install schemathesis`` into the environment that runs this, else it is
skipped. The endpoint is the real one, over HTTP, with a model of constants and jobs that no process works on.
``LIHOST_BENCH_EXAMPLES`` is the number of fuzzed requests for each operation. Two checks are left out: bodies that
the description allows may be refused, since it cannot say that fractions sum to 1 or what a campaign file holds; and
a job that was cancelled by DELETE can still be asked for, as it should.
"""

from __future__ import annotations

import importlib.util
import os
import re
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
import uvicorn

from surrogate.hosts import columns as c
from surrogate.hosts.designs import CompleteDesigns
from surrogate.serving.app import create_app
from tests.serving.bodies import Unworked

EXAMPLES = int(os.environ.get("LIHOST_BENCH_EXAMPLES", "100"))


class Constants:
    """Answers every column of a prediction."""

    version = "constants 1"

    def predicted_columns(self, designs: CompleteDesigns) -> pd.DataFrame:
        ends = ("", "_lower", "_upper", "_physics")
        out = pd.DataFrame({f"{t}{end}": 1.0 for t in c.TARGETS for end in ends}, index=designs.index)
        return out.assign(extrapolation=0.0, nearest_literature="10.1/x#3")


@pytest.fixture
def address() -> Iterator[str]:
    server = uvicorn.Server(uvicorn.Config(create_app(Constants(), Unworked()), port=0, log_level="error"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    thread.join(timeout=20)


@pytest.mark.skipif(importlib.util.find_spec("schemathesis") is None, reason="needs schemathesis")
def test_the_endpoint_is_as_its_description_says(address: str, tmp_path: Path) -> None:
    words = [
        sys.executable, "-m", "schemathesis.cli", "run", f"{address}/openapi.json", "--checks", "all",
        "--exclude-checks", "positive_data_acceptance,use_after_free", "-n", str(EXAMPLES), "--seed", "1",
        "--no-shrink", "--generation-database", "none", "--continue-on-failure", "--no-color",
        "--suppress-health-check", "all", "--request-timeout", "120",
    ]  # fmt: skip
    done = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True, encoding="utf-8", check=False)
    cases = re.search(r"(\d+) generated", done.stdout)
    assert cases is not None, done.stdout + done.stderr
    print(f"\nschemathesis: {cases[1]} cases; asked 0 failures; exit {done.returncode}")
    assert done.returncode == 0, done.stdout
