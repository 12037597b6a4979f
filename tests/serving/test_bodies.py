"""A hundred or so of the requests of ``tests/benchmarks/test_bench_bodies.py``, which sends ten thousand."""

from __future__ import annotations

import json
from collections.abc import Iterator

import httpx
import pytest
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given, settings

from surrogate.serving.app import create_app
from surrogate.serving.schemas import EXAMPLE

from .bodies import Asked, Unworked, complaints, requests, send
from .test_app import Constant


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient]:
    with TestClient(create_app(Constant(), Unworked()), raise_server_exceptions=False) as one:
        yield one


@settings(
    max_examples=100, derandomize=True, deadline=None, database=None, suppress_health_check=list(HealthCheck)
)
@given(asked=requests())
def test_no_request_is_a_fault_of_ours_and_refusals_say_what_to_mend(
    client: TestClient, asked: Asked
) -> None:
    assert complaints(asked, send(client, asked)) == []


def test_what_counts_as_a_complaint() -> None:
    """The judge of the requests is no yes-man."""
    asked = Asked("POST", "/predict", body={"designs": [{"tortuosity": "deep"}]})
    fault = {"loc": ["body", "designs", 0, "tortuosity"], "msg": "not a number", "type": "float_type"}

    def said(status: int, detail: object) -> list[str]:
        return complaints(asked, httpx.Response(status, text=json.dumps({"detail": detail})))

    assert said(500, "a fault")
    assert said(422, [])
    assert said(422, [fault]), "without the value"
    assert said(422, [fault | {"loc": ["designs"]}])
    assert said(422, [fault | {"msg": 'not a number; it is "deep"'}]), "without a remedy"
    assert said(404, "")
    assert said(405, "there is no such page")
    assert said(422, [fault | {"msg": 'not a number; it is "deep". To mend it: give a number'}]) == []
    assert said(404, "there is no such page. To mend it: ask for another") == []


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("deep", '; it is "deep"'),
        (True, "; it is true"),
        ("\ud800" * 90, "ud80..."),
        (10**400, "0000..."),
    ],
)  # fmt: skip
def test_a_refusal_shows_the_value_that_it_refuses(client: TestClient, value: object, said: str) -> None:
    body = {"designs": [EXAMPLE | {"tortuosity": value}]}
    answer = client.post("/predict", content=json.dumps(body), headers={"content-type": "application/json"})
    assert answer.status_code == 422
    (fault,) = answer.json()["detail"]
    assert fault["loc"] == ["body", "designs", 0, "tortuosity"]
    assert said in fault["msg"]
    assert len(fault["msg"]) < 300
