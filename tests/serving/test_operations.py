"""What an operator needs of the endpoint: exchanging the model, a token, ids and a log of requests, counters."""

from __future__ import annotations

import json
import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import anyio
import pandas as pd
import pytest
from fastapi.testclient import TestClient

from surrogate import tracking
from surrogate.errors import ModelError
from surrogate.hosts import columns as c
from surrogate.serving import served
from surrogate.serving.app import create_app
from surrogate.serving.body_limit import BodyLimit
from surrogate.serving.observed import JsonLines
from surrogate.serving.schemas import EXAMPLE
from surrogate.serving.served import ServedModel

from .test_app import Constant

BODY = {"designs": [EXAMPLE]}
TOKEN = "a-token-of-24-characters"


@dataclass(frozen=True)
class Model:
    version: str

    def predicted_columns(self, designs: pd.DataFrame) -> pd.DataFrame:
        time.sleep(0.001)
        return pd.DataFrame(dict.fromkeys(c.TARGETS, float(self.version)), index=designs.index)


@dataclass
class Registry:
    """A registry whose champion can be moved, be lost, or be one that cannot be loaded."""

    version: str | None = "1"
    broken: bool = False
    loaded: int = 0

    def champion(self) -> Any:
        return None if self.version is None else self

    def load(self) -> Model:
        if self.broken:
            raise ModelError("its files do not fit this version", remedy="surrogate train")
        self.loaded += 1
        return Model(str(self.version))


@pytest.fixture
def registry(monkeypatch: pytest.MonkeyPatch) -> Registry:
    made = Registry()
    monkeypatch.setattr(tracking, "champion", made.champion)
    monkeypatch.setattr(served, "FOLLOWED_EVERY_S", 0.02)
    monkeypatch.setattr(ServedModel.follow, "__defaults__", (0.02,))
    return made


def wait(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + 10.0
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.01)


def answers(client: TestClient, version: str) -> bool:
    return bool(client.get("/health").json()["model_version"] == version)


def longer(found: list[Any], than: int) -> bool:
    return len(found) > than


def test_another_champion_takes_its_place_under_load_and_no_request_fails(registry: Registry) -> None:
    seen: list[tuple[int, str, float]] = []
    with TestClient(create_app()) as client:
        stop = threading.Event()

        def ask() -> None:
            while not stop.is_set():
                answer = client.post("/predict", json=BODY)
                said = answer.json()
                seen.append((answer.status_code, said["model_version"], said["predictions"][0][c.TARGETS[0]]))

        askers = [threading.Thread(target=ask) for _ in range(4)]
        for one in askers:
            one.start()
        wait(partial(longer, seen, 0))  # the first has answered before the next comes
        for version in ("2", "3"):
            before = len(seen)
            registry.version = version
            wait(partial(answers, client, version))
            wait(partial(longer, seen, before + 20))
        stop.set()
        for one in askers:
            one.join()
    assert {status for status, _, _ in seen} == {200}
    assert {version for _, version, _ in seen} == {"1", "2", "3"}
    assert all(float(version) == value for _, version, value in seen), (
        "an answer is of the model that it names"
    )
    assert registry.loaded == 3, "the same champion is loaded once"


@dataclass
class Slow:
    """A model that answers once it is told to."""

    version: str = "slow"
    free: threading.Event = field(default_factory=threading.Event)
    asked: list[int] = field(default_factory=list)

    def predicted_columns(self, designs: pd.DataFrame) -> pd.DataFrame:
        self.asked.append(len(designs))
        assert self.free.wait(20.0)
        return pd.DataFrame(dict.fromkeys(c.TARGETS, 1.0), index=designs.index)


@pytest.mark.parametrize(("limit", "most"), [("MOST_REQUESTS", 1), ("MOST_DESIGNS", 10)])
def test_only_so_many_wait_and_the_others_are_told_when_to_ask_again(
    monkeypatch: pytest.MonkeyPatch, limit: str, most: int
) -> None:
    monkeypatch.setattr(served, limit, most)
    model, statuses = Slow(), list[int]()
    many = {"designs": [EXAMPLE] * 12}  # more than may wait, but nobody waits yet
    with TestClient(create_app(model)) as client:
        first = threading.Thread(
            target=lambda: statuses.append(client.post("/predict", json=many).status_code)
        )
        first.start()
        wait(lambda: model.asked == [12])
        refused = client.post("/predict", json=BODY)
        assert client.get("/health").status_code == 200, "whoever watches the service is not kept waiting"
        model.free.set()
        first.join()
        assert client.post("/predict", json=BODY).status_code == 200, "there is room again"
    assert statuses == [200]
    assert refused.status_code == 503
    seconds = int(refused.headers["retry-after"])
    assert seconds >= 1
    assert refused.json()["detail"] == (
        f"12 designs are waiting for their predictions; ask again in {seconds} s"
    )


def test_the_model_that_answers_stays_where_the_next_cannot_be_loaded(
    registry: Registry, caplog: pytest.LogCaptureFixture
) -> None:
    with TestClient(create_app()) as client:
        registry.broken, registry.version = True, "2"
        wait(lambda: client.get("/health").json()["detail"] is not None)
        health = client.get("/health")
        assert (health.status_code, health.json()["model_version"]) == (200, "1")
        assert "version 1 goes on answering: champion version 2 cannot be used" in health.json()["detail"]
        assert "surrogate train" in health.json()["detail"]
        assert [one.message for one in caplog.records if one.levelname == "WARNING"] == [
            health.json()["detail"]
        ]
        registry.version = None
        time.sleep(0.1)
        assert client.post("/predict", json=BODY).status_code == 200


@pytest.mark.parametrize(
    "raised", [ModelError("made for other columns", remedy="surrogate train"), KeyError("x")]
)
def test_a_champion_of_other_code_is_named_when_the_service_starts(
    registry: Registry, monkeypatch: pytest.MonkeyPatch, raised: Exception
) -> None:
    def load() -> Model:
        raise raised

    monkeypatch.setattr(registry, "load", load)
    with TestClient(create_app()) as client:
        for answer in (client.get("/health"), client.post("/predict", json=BODY)):
            assert answer.status_code == 503
            assert answer.json()["detail"].startswith("champion version 1 cannot be used by lihost")
            assert "surrogate train" in answer.json()["detail"]


def test_the_first_champion_is_taken_up_without_a_restart(registry: Registry) -> None:
    registry.version = None
    with TestClient(create_app()) as client:
        health = client.get("/health")
        assert (health.status_code, health.json()["ready"]) == (503, False)
        assert "surrogate train" in health.json()["detail"]
        registry.version = "5"
        wait(lambda: client.get("/health").status_code == 200)
        assert client.get("/health").json()["detail"] is None
        assert client.post("/predict", json=BODY).json()["model_version"] == "5"


def test_a_token_is_needed_where_one_is_set() -> None:
    with TestClient(create_app(Constant(), token=TOKEN)) as client:
        for headers in ({}, {"Authorization": f"Bearer {TOKEN}x"}, {"Authorization": f"Basic {TOKEN}"}):
            for answer in (
                client.post("/predict", json=BODY, headers=headers),
                client.post("/propose", json={"campaign": {}}, headers=headers),
                client.get("/metrics", headers=headers),
                client.get("/nowhere", headers=headers),
            ):
                assert answer.status_code == 401
                assert answer.headers["www-authenticate"] == "Bearer"
                assert "Authorization: Bearer" in answer.json()["detail"]
        sent = {"Authorization": f"Bearer {TOKEN}"}
        assert client.post("/predict", json=BODY, headers=sent).status_code == 200
        assert {client.get(path).status_code for path in ("/health", "/", "/docs")} == {200}


def test_a_request_keeps_its_id_and_is_logged_without_its_body(caplog: pytest.LogCaptureFixture) -> None:
    with TestClient(create_app(Constant())) as client, caplog.at_level(logging.INFO, "lihost.serving"):
        answer = client.post("/predict?secret=1", json=BODY, headers={"X-Request-ID": "mine-7"})
        made = client.get("/health").headers["x-request-id"]
        forged = client.get("/health", headers={"X-Request-ID": 'x" \u00e9'.encode("latin-1")})
    assert answer.headers["x-request-id"] == "mine-7"
    assert len(made) == 32
    assert len(forged.headers["x-request-id"]) == 32, "what is no id is not written to the log"
    lines = [
        json.loads(JsonLines().format(record)) for record in caplog.records if record.name == "lihost.serving"
    ]
    assert [(one["id"], one["path"], one["status"]) for one in lines[:2]] == [
        ("mine-7", "/predict", 200), (made, "/health", 200),
    ]  # fmt: skip
    assert lines[0]["ms"] > 0
    assert "secret" not in caplog.text
    assert "carbon_fiber" not in caplog.text


def test_a_fault_is_answered_with_the_id_under_which_the_log_has_it(caplog: pytest.LogCaptureFixture) -> None:
    class Broken(Constant):
        def predicted_columns(self, designs: pd.DataFrame) -> pd.DataFrame:
            raise ZeroDivisionError("a fault of ours")

    with TestClient(create_app(Broken()), raise_server_exceptions=False) as client:
        answer = client.post("/predict", json=BODY)
        counted = client.get("/metrics").text
    assert answer.status_code == 500
    assert answer.headers["x-request-id"] in answer.json()["detail"]
    assert "ZeroDivisionError" not in answer.text
    (fault,) = [record for record in caplog.records if record.message == "fault"]
    assert "a fault of ours" in JsonLines().format(fault)
    assert 'lihost_requests_total{method="POST",route="/predict",status="500"} 1.0' in counted


def test_counters_of_requests_designs_jobs_and_the_model(registry: Registry) -> None:
    with TestClient(create_app()) as client:
        for _ in range(3):
            client.post("/predict", json={"designs": [EXAMPLE, EXAMPLE]})
        for k in range(5):
            client.get(f"/nowhere/{k}")
        client.post("/predict", json={})
        registry.version = "2"
        wait(lambda: client.get("/health").json()["model_version"] == "2")
        answer = client.get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain; version=")
    for line in (
        'lihost_requests_total{method="POST",route="/predict",status="200"} 3.0',
        'lihost_requests_total{method="POST",route="/predict",status="422"} 1.0',
        'lihost_requests_total{method="other",route="other",status="404"} 5.0',
        'lihost_request_seconds_count{method="POST",route="/predict"} 4.0',
        "lihost_designs_predicted_total 6.0",
        'lihost_jobs{status="running"} 0.0',
        'lihost_model{version="2"} 1.0',
        "lihost_model_exchanges 1.0",
        "process_resident_memory_bytes",
    ):
        assert line in answer.text
    assert 'lihost_model{version="1"}' not in answer.text


def test_a_body_that_does_not_arrive_is_answered_and_not_waited_for() -> None:
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        await anyio.sleep_forever()
        raise AssertionError

    async def send(message: Any) -> None:
        sent.append(message)

    async def never(*_: Any) -> None:
        raise AssertionError("the application was asked")

    scope = {"type": "http", "method": "POST", "path": "/predict", "headers": [(b"content-length", b"100")]}
    anyio.run(BodyLimit(never, seconds=0.02), scope, receive, send)
    assert sent[0]["status"] == 408
    assert "took longer than 0.02 s to arrive" in json.loads(sent[1]["body"])["detail"]
