"""``/cells``: measured cells judged by the guards of ``optimize tell``, each faulty one with its place, none kept."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from surrogate.hosts import columns as c
from surrogate.serving import row_faults
from surrogate.serving.app import create_app
from surrogate.serving.faults import MOST_LISTED, BadBodyError
from surrogate.serving.propose_request import read_request

from .bodies import CELL, Unworked
from .test_app import Constant

RAN = CELL | {"state": "failed", "overpotential_mV": 30}
A_CAMPAIGN = {"conditions": {"electrolyte": "liquid_ether"}}


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
    answer = client.post(path, json={"campaign": A_CAMPAIGN, "cells": cells})
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
    body = f'{{"campaign": {json.dumps(A_CAMPAIGN)}, "cells": [{json.dumps(RAN)[:-1]}, {text}}}]}}'
    for path in ("/cells", "/propose"):
        answer = client.post(path, content=body, headers={"Content-Type": "application/json"})
        assert answer.status_code == 422, answer.text
        (fault,) = answer.json()["detail"]
        assert fault["loc"] == loc
        assert re.search(said, fault["msg"])


def test_a_list_is_no_value_of_a_design_that_is_being_made(client: TestClient) -> None:
    body = {"campaign": A_CAMPAIGN, "pending": [CELL | {"agent": []}]}
    (fault,) = client.post("/propose", json=body).json()["detail"]
    assert fault["loc"] == ["body", "pending", 0, "agent"]
    assert fault["msg"].startswith("a list is no value of a column")


#: Rows of ``cells``, and the places of all that is wrong with them.
WRONG: dict[str, tuple[list[dict[str, object]], list[list[object]]]] = {
    "several in one, another in the next": (
        [RAN | {"state": "unwell", "date": "9.3.2026", "porosity_top": 7}, RAN, RAN | {"agent": "silvr"}],
        [[0, "date"], [0, "porosity_top"], [0, "state"], [2, "agent"]],
    ),
    "of what was measured": (
        [RAN | {"overpotential_mV": "many", "cycle_life_cycles": 1e9, "ccd_mA_cm2": 3, "ccd_mA_cm2_upper_bound": 2}],
        [[0, "ccd_mA_cm2_upper_bound"], [0, "cycle_life_cycles"], [0, "overpotential_mV"]],
    ),
    "values of a host that was not made, and its host": (
        [RAN | {"state": "not_made", "cycle_life_cycles": 5, "porosity_top": 7}],
        [[0, "cycle_life_cycles"], [0, "overpotential_mV"], [0, "porosity_top"]],
    ),
    "what no table can hold, beside the rest": (
        [RAN | {"note": [], "thickness_um": -1}], [[0, "note"], [0, "thickness_um"]],
    ),
    "a quantity twice, and another fault": (
        [RAN, RAN | {"thickness_mm": 1, "tortuosity": 0}], [[1, "thickness_mm"], [1, "tortuosity"]],
    ),
    "an own name, and another fault": (
        [RAN | {"eta": "high", "porosity_top": 7, "overpotential_mV": None}], [[0, "eta"], [0, "porosity_top"]],
    ),
    "predictions in place of measurements": (
        [RAN, RAN | {"ccd_mA_cm2_lower": 1, "porosity_top": 7}], [[1, "ccd_mA_cm2_lower"], [1, "porosity_top"]],
    ),
    "what cannot be true of a cell, beside a faulty one": (
        [
            RAN | {"cell_id": "a", "ccd_mA_cm2": 1}, RAN | {"cell_id": "a", "ccd_mA_cm2": 2},
            RAN | {"cell_id": "b", "state": "unwell"}, RAN | {"cell_id": "c", "ccd_mA_cm2": 1, "porosity_top": 0.5},
            RAN | {"cell_id": "c", "ccd_mA_cm2": 1},
        ],
        [[1, "ccd_mA_cm2"], [2, "state"], [4, "porosity_top"]],
    ),
    "a cell whose id nobody knows is not asked for its host": (
        [{"proposal_id": "B01-1", "overpotential_mV": 9}, RAN | {"agent": "x"}], [[0, "proposal_id"], [1, "agent"]],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_all_faults_of_all_cells_are_told_with_limit_and_remedy(client: TestClient, name: str) -> None:
    cells, places = WRONG[name]
    own = A_CAMPAIGN | {"columns": {"overpotential_mV": {"was": "eta"}}}
    detail = client.post("/propose", json={"campaign": own, "cells": cells}).json()["detail"]
    assert sorted((fault["loc"][2:] for fault in detail), key=str) == places
    for fault in detail:
        assert "To mend it: " in fault["msg"], fault
        if str(fault["loc"][-1]) in c.DESIGN_COLUMNS and "with two designs" not in fault["msg"]:
            assert "Allowed: " in fault["msg"], fault


def test_a_fault_has_the_name_and_the_value_that_were_sent(client: TestClient) -> None:
    (fault,) = client.post("/cells", json={"cells": [RAN | {"temperature_K": 3}]}).json()["detail"]
    assert fault["loc"] == ["body", "cells", 0, "temperature_K"]
    assert fault["msg"].startswith(
        "3 temperature_K, read as temperature_C: outside its limits (got -270.15). Allowed"
    )


def test_the_first_faults_of_cells_are_listed_and_the_others_counted(client: TestClient) -> None:
    bad = RAN | {"porosity_top": 7, "state": "unwell", "date": "soon"}
    detail = client.post("/cells", json={"cells": [RAN] * 2 + [bad] * 9}).json()["detail"]
    assert [fault["loc"][2] for fault in detail[:-1]] == [2 + k // 3 for k in range(MOST_LISTED)]
    assert detail[-1]["msg"].startswith("7 more faults, in cells 8 to 10 (counted from 0)")


def test_cells_that_are_wrong_all_over_are_counted_as_far_as_they_were_looked_at(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("_FEWEST_LOOKS", "_MOST_LOOKS"):
        monkeypatch.setattr(row_faults, name, 2)
    detail = client.post("/cells", json={"cells": [RAN | {"porosity_top": 7}] * 250}).json()["detail"]
    assert detail[-1]["msg"].startswith("at least 180 more faults")


def test_all_parts_of_a_request_are_judged_at_once(client: TestClient) -> None:
    """Types, cells and designs under way in one answer; what stands under a campaign that cannot be read is not."""
    parts = {
        "n": 0,
        "yes": 1,
        "cells": [RAN | {"state": "unwell"}, 3],
        "pending": [CELL | {"porosity_top": 7}],
    }
    detail = client.post("/propose", json={"campaign": {"n": 2}, **parts}).json()["detail"]
    assert sorted((fault["loc"][1:] for fault in detail), key=str) == [
        ["campaign"], ["cells", 0, "state"], ["cells", 1], ["n"], ["pending", 0, "porosity_top"], ["yes"],
    ]  # fmt: skip
    unread = client.post("/propose", json={"campaign": "x = ", **parts}).json()["detail"]
    assert sorted((fault["loc"][1:] for fault in unread), key=str) == [
        ["campaign"],
        ["cells", 1],
        ["n"],
        ["yes"],
    ]
    several = [
        CELL | {"porosity_top": 7, "agent": "x", "temperature_C": 60},
        {"framework": "none", "colour": 1},
    ]
    detail = client.post("/propose", json={"campaign": A_CAMPAIGN, "pending": several}).json()["detail"]
    assert {tuple(fault["loc"][2:]) for fault in detail} == {
        (0, "porosity_top"), (0, "agent"), (0, "temperature_C"),
    }  # fmt: skip
