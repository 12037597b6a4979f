"""``/propose``: a job whose campaign, cells and designs under way are checked before it is queued."""

from __future__ import annotations

import io
import json
import sys
import time
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest
from fastapi.testclient import TestClient

from surrogate import tracking
from surrogate.campaign import proposals
from surrogate.errors import ModelError
from surrogate.hosts import columns as c
from surrogate.serving import propose_worker
from surrogate.serving.app import create_app
from surrogate.serving.jobs import Jobs
from surrogate.serving.propose_request import EXAMPLE
from surrogate.serving.schemas import EXAMPLE as HOST

from .test_app import Constant

CHILD = """
import json, sys, time
asked = json.load(sys.stdin)
print(json.dumps({"stage": "searching", "done": 1, "of": 2}), flush=True)
if asked["seed"] == 9:
    time.sleep(60)
answer = {"model_version": "7", "proposals": [{"n": asked["n"]}], "notes": ["said"], "cells": None}
print(json.dumps({"answer": answer}))
"""
CELL = {name: value for name, value in HOST.items() if name not in c.CONDITIONS}
A_CELL = {"conditions": {"electrolyte": "liquid_ether"}}
TOML = 'schema_version = 1\nn = 3\n[conditions]\nelectrolyte = "lpsc"\n'


@pytest.fixture
def client() -> Iterator[TestClient]:
    jobs = Jobs((sys.executable, "-c", CHILD), most_waiting=1)
    with TestClient(create_app(Constant(), jobs)) as one:
        yield one


def finished(client: TestClient, address: str) -> dict[str, Any]:
    for _ in range(2000):
        state: dict[str, Any] = client.get(address).json()
        if state["finished_at"] is not None:
            return state
        time.sleep(0.01)
    raise AssertionError(state)


def test_a_job_is_queued_asked_for_and_done(client: TestClient) -> None:
    posted = client.post("/propose", json=EXAMPLE)
    assert posted.status_code == 202
    assert posted.headers["location"] == f"/propose/{posted.json()['job_id']}"
    assert posted.json()["status"] in ("queued", "running")
    state = finished(client, posted.headers["location"])
    assert state["status"] == "done"
    assert state["proposals"] == [{"n": 2}]
    assert (state["model_version"], state["notes"], state["problem"]) == ("7", ["said"], None)
    assert state["cells"] is None
    assert client.delete(posted.headers["location"]).json()["status"] == "done"


def test_predictions_do_not_wait_for_proposals(client: TestClient) -> None:
    address = client.post("/propose", json=EXAMPLE | {"seed": 9}).headers["location"]
    while client.get(address).json()["stage"] != "searching":
        time.sleep(0.01)
    assert client.post("/predict", json={"designs": [HOST]}).status_code == 200
    assert client.get(address).json()["status"] == "running"
    waiting = client.post("/propose", json=EXAMPLE)
    assert waiting.json()["ahead"] == 1
    full = client.post("/propose", json=EXAMPLE)
    assert full.status_code == 429
    assert int(full.headers["retry-after"]) > 0
    assert "DELETE /propose/{job_id}" in full.json()["detail"]
    assert client.delete(address).json()["status"] == "cancelled"
    assert finished(client, waiting.headers["location"])["status"] == "done"


def test_the_text_of_a_campaign_file_serves_too(client: TestClient) -> None:
    posted = client.post("/propose", json={"campaign": TOML})
    assert posted.status_code == 202
    assert finished(client, posted.headers["location"])["proposals"] == [{"n": None}]


@pytest.mark.parametrize(
    "campaign", [{}, {"schema_version": 1}, {"n": 2}, {"conditions": {}}, "schema_version = 1"]
)
def test_no_job_is_made_of_a_campaign_that_names_no_cell(client: TestClient, campaign: Any) -> None:
    answer = client.post("/propose", json={"campaign": campaign})
    assert answer.status_code == 422
    (fault,) = answer.json()["detail"]
    assert fault["loc"] == ["body", "campaign"]
    named = json.loads(fault["msg"].partition("such as ")[2].partition(";")[0])  # the remedy, done
    made = client.post("/propose", json={"campaign": named})
    assert made.status_code == 202
    (note,) = made.json()["notes"]
    assert "taken as usual: additives none; areal_capacity_mAh_cm2 1; temperature_C 25" in note
    assert "objectives cycle_life_cycles, overpotential_mV" in note
    client.delete(made.headers["location"])


@pytest.mark.parametrize(
    ("body", "loc", "says"),
    [
        ({"campaign": {"conditions": {"electrolyte": "water"}}}, ["campaign"], "water"),
        ({"campaign": {"conditions": {"current_density_mA_cm2": -1}}}, ["campaign"], "-1"),
        ({"campaign": {"conditions": {"current_density": 1}}}, ["campaign"], "current_density_mA_cm2"),
        ({"campaign": {"search": {"frameworks": ["felt"]}}}, ["campaign"], "felt"),
        ({"campaign": {"objectives": {"cycle_life_cycles": "high"}}}, ["campaign"], "high"),
        ({"campaign": {"objectives": 3}}, ["campaign"], "objectives"),
        ({"campaign": {"schema_version": 99}}, ["campaign"], "99"),
        ({"campaign": "x = "}, ["campaign"], "TOML"),
        ({"campaign": ""}, ["campaign"], "schema_version"),
        ({"campaign": A_CELL, "cells": [CELL]}, ["cells"], "measured target"),
        ({"campaign": A_CELL, "cells": [CELL | {"cycle_life_cycles": 1e9}]}, ["cells", 0], "1000000000"),
        (
            {"campaign": A_CELL, "cells": [CELL | {"cycle_life_cycles": 9}, CELL | {"cycle_life_cycles": "1,200"}]},
            ["cells", 1, "cycle_life_cycles"], "1,200",
        ),
        (
            {"campaign": A_CELL, "cells": [CELL | {"cycle_life_cycles": {"a": 1}}]},
            ["cells", 0, "cycle_life_cycles"], "a",
        ),
        ({"campaign": A_CELL, "pending": [CELL, CELL | {"porosity_top": 7}]}, ["pending", 1, "porosity_top"], "7"),
        ({"campaign": A_CELL, "pending": [CELL | {"temperature_C": 60}]}, ["pending", 0, "temperature_C"], "60"),
        ({"campaign": A_CELL, "pending": [{}]}, ["pending", 0, "framework"], "missing"),
        ({"campaign": A_CELL, "n": 0}, ["n"], "1"),
        ({"campaign": A_CELL, "n": 25}, ["n"], "24"),
        ({"campaign": A_CELL, "seed": -1}, ["seed"], "0"),
        ({"campaign": A_CELL, "seed": 1.5}, ["seed"], "integer"),
        ({"campaign": A_CELL, "sed": 1}, ["sed"], "not permitted"),
        ({"campaign": 4}, ["campaign"], "valid"),
        ({}, ["campaign"], "required"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_answered_with_its_field(
    client: TestClient, body: dict[str, Any], loc: list[Any], says: str
) -> None:
    answer = client.post("/propose", json=body)
    assert answer.status_code == 422
    first = answer.json()["detail"][0]
    assert first["loc"][: 1 + len(loc)] == ["body", *loc]
    assert says in first["msg"]


def test_there_is_no_such_job(client: TestClient) -> None:
    for answer in (client.get("/propose/7"), client.delete("/propose/7")):
        assert answer.status_code == 404
        assert "no job 7 (any more)" in answer.json()["detail"]
        assert "To mend it: POST /propose" in answer.json()["detail"]


def test_the_child_proposes_with_cells_and_what_is_under_way(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: dict[str, Any] = {}

    def propose_hosts(campaign: Any, model: Any, *, progress: Any, **more: Any) -> pd.DataFrame:
        asked.update(more, campaign=campaign)
        progress("searching", 1, 4)
        return pd.DataFrame({"role": ["exploit", "control"], "ccd_mA_cm2": [1.5, float("nan")]})

    monkeypatch.setattr(tracking, "load_champion", lambda: SimpleNamespace(version=7))
    monkeypatch.setattr(proposals, "propose_hosts", propose_hosts)
    monkeypatch.setattr(propose_worker, "be_polite", lambda: None)
    cells = [CELL | {"cycle_life_cycles": ">=210"}, CELL | {"thickness_um": 80, "failed": True}]
    body = {
        "campaign": TOML.replace("lpsc", "liquid_ether"),
        "n": None,
        "seed": 4,
        "cells": cells,
        "pending": [CELL],
        "yes": False,
    }
    out = io.StringIO()
    propose_worker.main(io.StringIO(json.dumps(body)), out)
    lines = [json.loads(line) for line in out.getvalue().splitlines()]
    assert {"stage": "searching", "done": 1, "of": 4} in lines
    answer = lines[-1]["answer"]
    assert answer["model_version"] == "7"
    assert [row["proposal_id"] for row in answer["proposals"]] == ["B00-1", "B00-C"]
    assert answer["proposals"][1]["ccd_mA_cm2"] is None
    assert answer["cells"] == {"told": 2, "with_values": 1, "bounds": 1, "without_values": 1}
    assert any("taken from the campaign" in note for note in answer["notes"])
    assert (asked["n"], asked["seed"]) == (3, 4)
    assert asked["results"]["cycle_life_cycles_censored"].tolist() == [True]
    assert asked["tried"]["thickness_um"].tolist() == [80.0]
    assert asked["pending"]["framework"].tolist() == ["carbon_fiber"]


def test_the_child_says_why_it_cannot(monkeypatch: pytest.MonkeyPatch) -> None:
    def none() -> None:
        raise ModelError("there is no champion yet", remedy="surrogate train")

    monkeypatch.setattr(tracking, "load_champion", none)
    monkeypatch.setattr(propose_worker, "be_polite", lambda: None)
    out = io.StringIO()
    body = {"campaign": EXAMPLE["campaign"], "n": 1, "seed": 0, "cells": [], "pending": []}
    propose_worker.main(io.StringIO(json.dumps(body)), out)
    assert "surrogate train" in json.loads(out.getvalue().splitlines()[-1])["problem"]
