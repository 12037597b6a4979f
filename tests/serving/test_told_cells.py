"""``/cells``: measured cells judged by the guards of ``optimize tell``, each faulty one with its place, none kept."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from surrogate.serving.app import create_app
from surrogate.serving.propose_request import read_request
from surrogate.serving.request import BadBodyError

from .bodies import CELL, Unworked
from .test_app import Constant


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient]:
    with TestClient(create_app(Constant(), Unworked())) as one:
        yield one


def test_each_cell_says_what_it_counts_as(client: TestClient) -> None:
    cells = [
        CELL | {"cell_id": "a", "state": "running", "cycle_life_cycles": 120, "overpotential_mV": 20},
        CELL | {"cell_id": "b", "state": "failed", "cycle_life_cycles": 300},
        CELL | {"cell_id": "planned"},  # nothing is measured yet
        CELL | {"cell_id": "d", "state": "not_made"},
        CELL | {"cell_id": "e", "ccd_mA_cm2": 2, "ccd_mA_cm2_upper_bound": 3},
    ]
    answer = client.post("/cells", json={"campaign": {"conditions": {"additives": "lino3"}}, "cells": cells})
    assert answer.status_code == 200, answer.text
    said = answer.json()
    assert [(one["cell"], one["cell_id"], one["counts"]) for one in said["cells"]] == [
        (0, "a", {"cycle_life_cycles": "at least 120", "overpotential_mV": "20"}),
        (1, "b", {"cycle_life_cycles": "300"}),
        (3, "d", {}),
        (4, "e", {"ccd_mA_cm2": "2 to 3"}),
    ]
    assert said["counted"] == {"told": 4, "with_values": 3, "bounds": 2, "without_values": 1}
    assert said["cells"][2]["meaning"] == "could not be made"
    assert any("additives" in note for note in said["notes"])


@pytest.mark.parametrize("path", ["/cells", "/propose"])
def test_every_faulty_cell_is_listed_with_its_place(client: TestClient, path: str) -> None:
    cells = [
        CELL | {"state": "unwell", "cycle_life_cycles": 5},
        CELL | {"state": "failed", "cycle_life_cycles": 5},
        CELL | {"state": "failed", "cycle_life_cycles": 1e9},
        CELL | {"state": "lost", "overpotential_mV": 1, "date": "9.3.2026"},
        CELL | {"state": "failed", "porosity_top": 7},
    ]
    answer = client.post(path, json={"campaign": {}, "cells": cells})
    assert answer.status_code == 422
    assert [fault["loc"] for fault in answer.json()["detail"]] == [
        ["body", "cells", 0, "state"],
        ["body", "cells", 2, "cycle_life_cycles"],
        ["body", "cells", 3, "date"],
        ["body", "cells", 4, "porosity_top"],
    ]


def test_reports_of_one_cell_are_one_cell() -> None:
    """In a request as in a campaign: it ran, and then it failed; what cannot be true of one cell is refused."""
    ran = CELL | {"cell_id": "a", "state": "running", "cycle_life_cycles": 500}
    failed = CELL | {"cell_id": "a", "state": "failed", "cycle_life_cycles": 600}
    body = {
        "campaign": {"n": 3, "conditions": {"temperature_C": 25}},
        "n": None,
        "seed": 0,
        "pending": [],
        "yes": False,
    }
    twice = [CELL | {"cycle_life_cycles": 90, "state": "failed"}] * 2  # two cells that nobody named
    asked = read_request(body | {"cells": [ran, failed, *twice]})
    assert asked.cells is not None
    assert asked.cells["cell_id"].tolist() == ["a", "C1", "C2"]
    assert asked.cells["cycle_life_cycles"].tolist() == [600.0, 90.0, 90.0]
    assert not asked.cells["cycle_life_cycles_censored"].any()
    with pytest.raises(BadBodyError) as caught:
        read_request(body | {"cells": [ran, {**failed, "state": None}]})
    assert "has failed or goes on" in str(caught.value.faults)


def test_there_has_to_be_a_cell_and_a_campaign_that_can_be_read(client: TestClient) -> None:
    for body, loc in (
        ({"cells": []}, ["body", "cells"]),
        ({"cells": [{"": None}, {}]}, ["body", "cells"]),
        ({"campaign": "x = ", "cells": [CELL]}, ["body", "campaign"]),
    ):
        answer = client.post("/cells", json=body)
        assert (answer.status_code, answer.json()["detail"][0]["loc"]) == (422, loc)


@pytest.mark.parametrize(
    ("text", "loc", "said"),
    [
        ('"note": "\\ud800"', ["body", "cells", 0, "note"], r"half of a character .*; it is \"\\ud800\""),
        ('"\\udc00x": 1', ["body", "cells", 0], r"half of a character .*; it is \"\\udc00x\""),
        (
            '"cycle_life_cycles": 1' + "0" * 400,
            ["body", "cells", 0, "cycle_life_cycles"],
            r"1.8e\+308.*; it is 1000",
        ),
    ],
)
def test_what_json_can_write_and_no_table_can_hold(
    client: TestClient, text: str, loc: list[object], said: str
) -> None:
    body = f'{{"campaign": {{}}, "cells": [{{"framework": "none", {text}}}]}}'
    for path in ("/cells", "/propose"):
        answer = client.post(path, content=body, headers={"Content-Type": "application/json"})
        assert answer.status_code == 422, answer.text
        (fault,) = answer.json()["detail"]
        assert fault["loc"] == loc
        assert re.search(said, fault["msg"])


def test_a_list_is_no_value_of_a_design_that_is_being_made(client: TestClient) -> None:
    body = {"campaign": {}, "pending": [{"framework": "copper", "agent": []}]}
    (fault,) = client.post("/propose", json=body).json()["detail"]
    assert fault["loc"] == ["body", "pending", 0, "agent"]
    assert fault["msg"].startswith("a list is no value of a column")
