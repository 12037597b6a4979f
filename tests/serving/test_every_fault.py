"""All that is wrong with all designs of a body is told at once: field, value, limit and remedy."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient

from surrogate.hosts.columns import COLUMNS
from surrogate.serving import row_faults
from surrogate.serving.app import create_app
from surrogate.serving.faults import MOST_LISTED
from surrogate.serving.schemas import EXAMPLE

from .test_app import Constant


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient]:
    with TestClient(create_app(Constant())) as one:
        yield one


def refused(client: TestClient, *designs: Any) -> list[dict[str, Any]]:
    answer = client.post("/predict", json={"designs": list(designs)})
    assert answer.status_code == 422, answer.text
    detail: list[dict[str, Any]] = answer.json()["detail"]
    return detail


def without(column: str) -> dict[str, Any]:
    return {name: value for name, value in EXAMPLE.items() if name != column}


#: Designs, and the places of all that is wrong with them.
WRONG: dict[str, tuple[list[Any], list[list[Any]]]] = {
    "three in one, another in the next": (
        [EXAMPLE | {"framework": "coper", "thickness_um": -1, "porosity_top": 7}, EXAMPLE | {"agent": "silvr"}],
        [[0, "framework"], [0, "porosity_top"], [0, "thickness_um"], [1, "agent"]],
    ),
    "types, names, units and limits": (
        [
            EXAMPLE | {"thickness_um": "thick", "porosity_top": 7, "colour": "red"},
            EXAMPLE,
            EXAMPLE | {"sample_id": True, "pore_size_top_um": 0},
        ],
        [[0, "colour"], [0, "porosity_top"], [0, "thickness_um"], [2, "pore_size_top_um"], [2, "sample_id"]],
    ),
    "both ends of the solid": (
        [EXAMPLE | {"conductor_top": 0.7, "agent_bottom": 0.5}],
        [[0, "conductor_bottom"], [0, "conductor_top"]],
    ),
    "no framework, and a cell that is wrong": (
        [without("framework") | {"current_density_mA_cm2": 0, "electrolyte": "water"}],
        [[0, "current_density_mA_cm2"], [0, "electrolyte"], [0, "framework"]],
    ),
    "a part that is wrong explains its sum": ([EXAMPLE | {"conductor_top": 7}], [[0, "conductor_top"]]),
    "an unknown name explains what is missing": (
        [without("thickness_um") | {"thicknes_um": 100}, without("thickness_um") | {"thickness_mV": 100}],
        [[0, "thicknes_um"], [1, "thickness_mV"]],
    ),
    "an unknown framework explains what it may not need": (
        [{"framework": "nonne", "temperature_C": 1e4}], [[0, "framework"], [0, "temperature_C"]],
    ),
    "one end of the tortuosity": (
        [EXAMPLE | {"tortuosity_top": 2}, EXAMPLE | {"tortuosity_top": -1, "tortuosity_bottom": 2}],
        [[0, "tortuosity_bottom"], [1, "tortuosity_top"]],
    ),
    "what is no design stands beside others": ([3, EXAMPLE | {"agent": "x"}], [[0], [1, "agent"]]),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_all_faults_of_all_designs_are_told_with_limit_and_remedy(client: TestClient, name: str) -> None:
    designs, places = WRONG[name]
    detail = refused(client, *designs)
    assert sorted((fault["loc"][2:] for fault in detail), key=str) == places
    for fault in detail:
        assert "To mend it: " in fault["msg"], fault
        if str(fault["loc"][-1]) in COLUMNS:
            assert "Allowed: " in fault["msg"], fault


def test_what_is_told_once_mended_is_taken(client: TestClient) -> None:
    """Nothing is left that a second request would have to find."""
    wrong = EXAMPLE | {
        "framework": "coper", "agent": 3, "electrolyte": "water", "additives": "salt", "conductor_top": -1,
        "porosity_top": 7, "pore_size_top_um": 0, "thickness_um": "thick", "conductor_material": "tin",
        "temperature_C": 1e4, "porosity": 0.3, "doping": "gold", "conductivity_top_S_m": -1,
    }  # fmt: skip
    told = {fault["loc"][3] for fault in refused(client, wrong)}
    mended = {column: value for column, value in wrong.items() if column not in told} | {
        column: EXAMPLE[column] for column in told if column in EXAMPLE
    }
    assert told == {column for column, value in wrong.items() if value != EXAMPLE.get(column, "none")}
    answer = client.post("/predict", json={"designs": [mended]})
    assert answer.status_code == 200, answer.text


def test_the_first_faults_are_listed_and_the_others_counted(client: TestClient) -> None:
    bad = EXAMPLE | {"porosity_top": 7, "agent": "silvr", "thickness_um": "thick"}
    detail = refused(client, *[EXAMPLE] * 5, *[bad] * 10)
    assert len(detail) == MOST_LISTED + 1
    assert [fault["loc"][2] for fault in detail[:-1]] == [5 + k // 3 for k in range(MOST_LISTED)]
    assert detail[-1]["loc"] == ["body", "designs"]
    assert detail[-1]["msg"].startswith("10 more faults, in designs 11 to 14")


def test_what_is_wrong_in_too_many_ways_is_counted_as_far_as_it_was_looked_at(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each look at a hundred designs costs 20 ms: 1,000 of 50 wrong numbers would hold a core for ten seconds."""
    monkeypatch.setattr(row_faults, "_MOST_LOOKS", 12)
    numbers = dict.fromkeys((name for name, one in COLUMNS.items() if one.kind == "number"), -1e9)
    detail = refused(client, *[EXAMPLE | numbers] * 150)
    assert len(detail) == MOST_LISTED + 1
    assert detail[-1]["msg"].startswith("at least 1,180 more faults")


def test_types_that_are_wrong_all_over_are_counted_as_far_as_they_were_looked_at(client: TestClient) -> None:
    """What stands beyond has no type that the columns can read; so it is not read."""
    wrong = EXAMPLE | {"porosity_top": [1], "colour": {}, "framework": None, "agent": 3, "thickness_um": True}
    detail = refused(client, *[wrong] * 120, EXAMPLE | {"porosity_top": 7})
    assert [fault["loc"][2] for fault in detail[:-1]] == [k // 5 for k in range(MOST_LISTED)]
    assert detail[-1]["msg"].startswith("at least 480 more faults, in designs 4 to 99")


def test_a_profile_tells_all_faults_of_its_design(client: TestClient) -> None:
    body = {"design": EXAMPLE | {"porosity_top": 7, "agent": "silvr", "thickness_um": "thick"}, "states": 1}
    detail = client.post("/profile", json=body).json()["detail"]
    assert {tuple(fault["loc"][1:]) for fault in detail} == {
        ("states",), ("design", "porosity_top"), ("design", "agent"), ("design", "thickness_um"),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("path", "body", "loc", "said"),
    [
        ("/predict", {}, ["designs"], "designs is not there. Allowed: designs. To mend it: add designs"),
        ("/predict", {"designs": [EXAMPLE], "n": 1}, ["n"], "n is no field of this body. Allowed: designs"),
        (
            "/predict",
            {"designs": [{}]},
            ["designs", 0, "framework"],
            "framework is not there. Allowed: none, ",
        ),
        ("/predict", {"designs": []}, ["designs"], "To mend it: send at least one"),
        ("/propose", {}, ["campaign"], "Allowed: campaign, n, seed, cells"),
        ("/propose", {"campain": {}}, ["campain"], "To mend it: write campaign"),
        ("/propose", {"campaign": {}, "n": 0}, ["n"], "it is 0. To mend it: give a larger number"),
        ("/cells", {}, ["cells"], "To mend it: add cells"),
    ],
)
def test_a_field_that_is_not_there_or_should_not_be_is_named_with_what_there_is(
    client: TestClient, path: str, body: Any, loc: list[Any], said: str
) -> None:
    faults = {json.dumps(fault["loc"]): fault for fault in client.post(path, json=body).json()["detail"]}
    assert said in faults[json.dumps(["body", *loc])]["msg"]
