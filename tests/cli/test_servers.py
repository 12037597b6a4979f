"""``surrogate serve`` and ``surrogate ui``: what is refused before they start, and how ``ui`` ends."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import textwrap
import threading
import time
from pathlib import Path
from typing import Any

import httpx
import pytest

from surrogate.cli import servers as serving
from surrogate.errors import InputError
from surrogate.serving.schemas import EXAMPLE

from .conftest import Command, World


@pytest.mark.parametrize("words", [["serve"], ["ui"]])
def test_a_port_in_use(command: Command, world: World, words: list[str]) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        ended = command("surrogate", *words, "--port", port)
    assert ended.code == 2
    for part in (f"127.0.0.1:{port}", "in use", "another --port"):
        assert part in ended.err


def test_an_address_of_another_machine() -> None:
    with pytest.raises(InputError, match=r"192\.0\.2\.1:8000.*--host"):
        serving.require_free_address("192.0.2.1", 8000)
    with pytest.raises(InputError, match="no-such-host"):
        serving.require_free_address("no-such-host.invalid", 8000)


ROOT = Path(__file__).parents[2]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.mark.process
def test_ui_runs_mlflow_on_the_store(command: Command, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    from surrogate import tracking

    asked: list[tuple[int, str]] = []

    def ui_command(port: int, host: str) -> tuple[list[str], dict[str, str], str]:
        asked.append((port, host))
        ends = [sys.executable, "-c", f"import sys; sys.exit({len(asked) - 1})"]
        return ends, dict(os.environ), f"http://{host}:{port}/#/experiments/1/runs"

    monkeypatch.setattr(tracking, "ui_command", ui_command)
    port = free_port()
    ended = command("surrogate", "ui", "--port", port)
    assert ended.code == 0
    assert asked == [(port, "127.0.0.1")]
    assert f"http://127.0.0.1:{port}" in ended.out
    assert "sqlite:///mlruns/mlflow.db" in ended.err
    failed = command("surrogate", "ui", "--port", port)
    assert failed.code == 2
    assert "MLflow's server stopped" in failed.err


@pytest.mark.process
def test_ui_ends_mlflow_when_it_is_ended(tmp_path: Path) -> None:
    script = f"""
        import os, sys
        from surrogate import tracking
        from surrogate.cli import servers
        child = "import os, time; print(os.getpid(), flush=True); time.sleep(60)"
        tracking.describe_store = lambda: ""
        tracking.ui_command = lambda port, host: ([sys.executable, "-c", child], dict(os.environ), "")
        servers.ui("127.0.0.1", {free_port()})
    """
    arguments = [sys.executable, "-c", textwrap.dedent(script)]
    with subprocess.Popen(arguments, cwd=ROOT, stdout=subprocess.PIPE, text=True) as ours:
        assert ours.stdout is not None
        child = next(int(line) for line in ours.stdout if line.strip().isdigit())
        ours.terminate()
        assert ours.wait(timeout=30) == 143
    with pytest.raises(ProcessLookupError):
        os.kill(child, 0)


def test_serve_hands_the_app_to_uvicorn(
    command: Command, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    import uvicorn

    served: dict[str, Any] = {}
    monkeypatch.setattr(uvicorn, "run", lambda app, **how: served.update(how, app=app))
    port = free_port()
    ended = command("surrogate", "serve", "--port", port)
    assert ended.code == 0, ended.err
    assert served["port"] == port
    assert served["host"] == "127.0.0.1"
    assert {"/health", "/predict"} <= {getattr(route, "path", "") for route in served["app"].routes}
    assert f"http://127.0.0.1:{port}" in ended.out


def test_a_token_that_is_easily_guessed_is_refused(
    command: Command, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LIHOST_TOKEN", "secret")
    ended = command("surrogate", "serve", "--port", free_port())
    assert ended.code == 2
    for part in ("LIHOST_TOKEN", "6 characters", "at least 16", "openssl rand -hex 24"):
        assert part in ended.err
    assert "secret" not in ended.err


@pytest.mark.process
def test_requests_under_way_are_answered_when_serve_is_told_to_stop(tmp_path: Path) -> None:
    port = free_port()
    script = f"""
        import time
        import pandas as pd
        from surrogate.cli import servers
        from surrogate.serving import app
        class Slow:
            version = "slow"
            def predicted_columns(self, designs):
                print("asked", flush=True)
                time.sleep(1.5)
                return pd.DataFrame({{"ccd_mA_cm2": 1.0}}, index=designs.index)
        made = app.create_app
        app.create_app = lambda **more: made(Slow(), **more)
        servers.serve("127.0.0.1", {port})
    """
    with subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(script)], cwd=tmp_path, stdout=subprocess.PIPE, text=True,
        stderr=subprocess.PIPE, env={**os.environ, "MLFLOW_TRACKING_URI": ""},
    ) as server:  # fmt: skip
        assert server.stdout is not None
        assert f"Serving on http://127.0.0.1:{port}" in server.stdout.readline()
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=30) as client:
            for _ in range(600):
                try:
                    assert client.get("/health").status_code == 200
                    break
                except httpx.ConnectError:
                    time.sleep(0.05)
            answers: list[httpx.Response] = []
            asker = threading.Thread(
                target=lambda: answers.append(client.post("/predict", json={"designs": [EXAMPLE]}))
            )
            asker.start()
            assert server.stdout.readline() == "asked\n"
            server.terminate()
            asker.join(timeout=30)
        out, log = server.communicate(timeout=30)
    assert [one.status_code for one in answers] == [200]
    assert out == ""
    logged = [json.loads(line) for line in log.splitlines() if line.startswith("{")]
    assert logged[-1]["path"] == "/predict"
    assert logged[-1]["status"] == 200
    assert logged[-1]["ms"] >= 1500
