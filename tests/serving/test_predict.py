"""``POST /predict``: the champion's numbers unrounded, and refusals that name the field."""

from __future__ import annotations

import json
import socket
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
import pytest
import uvicorn
from fastapi.testclient import TestClient

from surrogate.hosts import columns as c
from surrogate.hosts import designs as complete
from surrogate.hosts.completion import completed
from surrogate.hosts.designs import CompleteDesigns
from surrogate.serving.app import create_app
from surrogate.serving.body_limit import MOST_BYTES
from surrogate.serving.faults import MOST_LISTED
from surrogate.serving.request import MOST_DESIGNS
from surrogate.serving.schemas import EXAMPLE

URL = "/predict"


def looks_at_tables(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Fills with the rows of each table that is completed."""
    looks: list[int] = []

    def counted(table: pd.DataFrame, *more: Any) -> Any:
        looks.append(len(table))
        return completed(table, *more)

    monkeypatch.setattr(complete, "completed", counted)
    return looks


class FakeModel:
    """Irrational numbers of the design, so that a rounded digit shows; notes whether two requests overlap."""

    version = "test 1"

    def __init__(self) -> None:
        self.busy = threading.Lock()
        self.overlapped = False

    def predicted_columns(self, designs: CompleteDesigns | pd.DataFrame) -> pd.DataFrame:
        self.overlapped |= not self.busy.acquire(blocking=False)
        complete = CompleteDesigns.of(designs).frame
        out = pd.DataFrame(index=complete.index)
        for k, target in enumerate(c.TARGETS, 1):
            size = (
                np.sqrt(2.0) * k + np.sin(complete["thickness_um"]) + complete["current_density_mA_cm2"] / 3.0
            )
            out[target], out[f"{target}_lower"], out[f"{target}_upper"] = size, size / 3.0, size * np.pi
        out["extrapolation"] = 1.0 / 3.0
        out["nearest_literature"] = "10.1002/aenm.202304229#47"
        self.busy.release()
        return out


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient]:
    with TestClient(create_app(FakeModel())) as one:
        yield one


def designs(n: int) -> list[dict[str, Any]]:
    random = np.random.default_rng(3)
    return [
        EXAMPLE
        | {
            "thickness_um": float(random.uniform(20, 400)),
            "current_density_mA_cm2": float(random.uniform(0.1, 10)),
        }
        for _ in range(n)
    ]


def test_the_answer_is_what_the_model_says_to_the_last_digit(client: TestClient) -> None:
    asked = designs(25)
    answer = client.post(URL, json={"designs": asked})
    assert answer.status_code == 200
    body = answer.json()
    expected = FakeModel().predicted_columns(pd.DataFrame(asked))
    assert body["model_version"] == "test 1"
    assert body["predictions"] == expected.to_dict("records")
    assert list(body["predictions"][0]) == list(expected.columns)


def test_the_answer_names_the_rules_that_a_design_breaks() -> None:
    host = EXAMPLE | {"electrolyte": "llzo", "current_density_mA_cm2": 0.1, "additives": "none"}
    channels = {"pattern_size_um": 200, "pattern_depth_um": 300}
    crowded = EXAMPLE | {"areal_capacity_mAh_cm2": 40}
    asked = [EXAMPLE | {"current_density_mA_cm2": 0.01}, host | channels, crowded]
    with TestClient(create_app(FakeModel())) as client:
        cautions = client.post(URL, json={"designs": asked}).json()["cautions"]
    said = [[caution for caution in each if "rule" in caution] for each in cautions]
    assert said[0] == []
    assert any("host_and_channels" in one for one in said[1])
    assert any("room_for_the_capacity" in one for one in said[2])


def test_the_answer_says_which_defaults_were_taken(client: TestClient) -> None:
    notes = client.post(URL, json={"designs": [EXAMPLE]}).json()["notes"]
    assert any("temperature_C" in note and "25" in note for note in notes)
    complete = client.post(URL, json={"designs": [EXAMPLE | {"temperature_C": 25, "additives": None}]})
    assert complete.status_code == 200
    assert not any("temperature_C" in note for note in complete.json()["notes"])
    assert any("additives" in note for note in complete.json()["notes"])


def test_the_answer_says_what_a_critical_current_in_a_liquid_rests_on(client: TestClient) -> None:
    solid = EXAMPLE | {"electrolyte": "llzo", "current_density_mA_cm2": 0.1, "additives": "none"}
    for asked, counted in (([EXAMPLE, solid, EXAMPLE], "2 row(s)"), ([solid], "")):
        said = " ".join(client.post(URL, json={"designs": asked}).json()["notes"])
        assert (counted in said and "on the level of published cells in other electrolytes" in said) == bool(
            counted
        )


def test_a_recipe_is_taken_or_refused_with_its_field(client: TestClient) -> None:
    recipe = "1 M LiTFSI in DOL/DME (1:1, v/v), 2% LiNO3"
    taken = client.post(URL, json={"designs": [EXAMPLE | {"electrolyte_recipe": recipe}]})
    assert taken.status_code == 200
    assert any("2 % LiNO3 is taken by weight" in note for note in taken.json()["notes"])
    for wrong, named in (
        ("1 M LiTFSI in DMEE", "did you mean DME"),
        ("1 M LiPF6 in EC:DEC", "liquid_carbonate"),
        ("1 M LiFSI in DME", "additives says lino3"),
        ("x" * 500, "400"),
    ):
        refused = client.post(URL, json={"designs": [EXAMPLE, EXAMPLE | {"electrolyte_recipe": wrong}]})
        assert refused.status_code == 422
        (fault,) = refused.json()["detail"]
        assert fault["loc"] == ["body", "designs", 1, "electrolyte_recipe"]
        assert named in fault["msg"]


def test_a_missing_number_of_the_model_is_null_in_json() -> None:
    class Holes(FakeModel):
        def predicted_columns(self, designs: pd.DataFrame) -> pd.DataFrame:
            return super().predicted_columns(designs).assign(ccd_mA_cm2=np.nan, nearest_literature=None)

    answer = TestClient(create_app(Holes())).post(URL, json={"designs": [EXAMPLE]})
    assert answer.status_code == 200
    assert answer.json()["predictions"][0]["ccd_mA_cm2"] is None
    assert answer.json()["predictions"][0]["nearest_literature"] is None


def test_a_complete_row_of_a_foil_may_be_sent_back(client: TestClient) -> None:
    complete = CompleteDesigns.of(pd.DataFrame([{"framework": "none", "agent": "silver"}])).frame.iloc[0]
    design = {name: value for name, value in complete.items() if not pd.isna(value)}
    assert design["porosity_top"] == 0  # outside the limits of a porous host, and right for a foil
    assert client.post(URL, json={"designs": [design]}).status_code == 200


BAD_FIELDS: dict[str, tuple[dict[str, Any], str, str]] = {
    "unknown column": (EXAMPLE | {"porosity": 0.8}, "porosity", "extra"),
    "missing framework": ({k: v for k, v in EXAMPLE.items() if k != "framework"}, "framework", "required"),
    "missing thickness": (
        {k: v for k, v in EXAMPLE.items() if k != "thickness_um"},
        "thickness_um",
        "2 to 2000",
    ),
    "number as text": (EXAMPLE | {"porosity_top": "0.8"}, "porosity_top", "number"),
    "true for a number": (EXAMPLE | {"porosity_top": True}, "porosity_top", "number"),
    "list for a number": (EXAMPLE | {"porosity_top": [0.8]}, "porosity_top", "number"),
    "number for a name": (EXAMPLE | {"framework": 3}, "framework", "string"),
    "out of bounds": (EXAMPLE | {"porosity_top": 1.2}, "porosity_top", "0.05 to 0.99"),
    "negative current": (EXAMPLE | {"current_density_mA_cm2": -1}, "current_density_mA_cm2", "0.01"),
    "sum of the fractions": (EXAMPLE | {"conductor_top": 0.7}, "conductor_top", "sum to 1"),
    "unknown framework": (EXAMPLE | {"framework": "coper"}, "framework", "copper"),
    "unknown electrolyte": (EXAMPLE | {"electrolyte": "water"}, "electrolyte", "liquid_ether"),
    "a very long name": (EXAMPLE | {"framework": "x" * 100_000}, "framework", "64"),
    "an enormous integer": (EXAMPLE | {"thickness_um": 10**400}, "thickness_um", ""),
}


@pytest.mark.parametrize(("design", "column", "said"), BAD_FIELDS.values(), ids=BAD_FIELDS)
def test_a_bad_field_is_named_with_its_place(
    client: TestClient, design: dict[str, Any], column: str, said: str
) -> None:
    answer = client.post(URL, json={"designs": [EXAMPLE, design]})
    assert answer.status_code == 422
    (fault,) = answer.json()["detail"]
    assert set(fault) == {"loc", "msg", "type"}
    assert fault["loc"] == ["body", "designs", 1, column]
    assert said.lower() in fault["msg"].lower()
    assert len(answer.content) < 2_000


@pytest.mark.parametrize("literal", ["NaN", "Infinity", "-Infinity", "1e400"])
def test_numbers_that_are_not_finite(client: TestClient, literal: str) -> None:
    text = json.dumps({"designs": [EXAMPLE | {"porosity_top": 0.123}]}).replace("0.123", literal)
    answer = client.post(URL, content=text, headers={"Content-Type": "application/json"})
    assert answer.status_code == 422
    assert answer.json()["detail"][0]["loc"] == ["body", "designs", 0, "porosity_top"]
    assert "finite" in answer.json()["detail"][0]["msg"]


def test_every_faulty_design_is_told_at_once_in_order(client: TestClient) -> None:
    asked = [
        EXAMPLE,
        EXAMPLE | {"porosity_top": 2},
        EXAMPLE,
        EXAMPLE | {"framework": "tin"},
        EXAMPLE | {"thickness_um": 0},
    ]
    detail = client.post(URL, json={"designs": asked}).json()["detail"]
    assert [fault["loc"][2:] for fault in detail] == [
        [1, "porosity_top"],
        [3, "framework"],
        [4, "thickness_um"],
    ]
    assert not any("row" in fault["msg"] for fault in detail)  # loc says where


def test_the_same_fault_in_many_designs_takes_few_looks_and_is_counted(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks = looks_at_tables(monkeypatch)
    wrong = [EXAMPLE | {"conductor_top": round(0.5 - 1e-4 * k, 4)} for k in range(999)]
    wrong[3] = EXAMPLE | {"conductor_material": "tin"}
    detail = client.post(URL, json={"designs": wrong}).json()["detail"]
    assert len(looks) <= 23, (
        "the whole table once, each hundred rows of it twice and once more for the odd one"
    )
    assert [fault["loc"][2:] for fault in detail[:5]] == [
        [0, "conductor_top"],
        [1, "conductor_top"],
        [2, "conductor_top"],
        [3, "conductor_material"],
        [4, "conductor_top"],
    ]
    assert len(detail) == MOST_LISTED + 1
    assert "979 more faults, in designs 20 to 998" in detail[-1]["msg"]
    assert "is 0.8999" in detail[1]["msg"]  # each its own number
    assert not any("row" in fault["msg"] for fault in detail)


@pytest.mark.parametrize(
    ("body", "loc"),
    [
        ({"designs": []}, ["body", "designs"]),
        ({"designs": [EXAMPLE] * (MOST_DESIGNS + 1)}, ["body", "designs"]),
        ({"designs": EXAMPLE}, ["body", "designs"]),
        ({"designs": [3]}, ["body", "designs", 0]),
        ({"designs": [None]}, ["body", "designs", 0]),
        ({"design": [EXAMPLE]}, ["body", "designs"]),
        ({"designs": [EXAMPLE], "model": "x"}, ["body", "model"]),
        ([EXAMPLE], ["body"]),
        (None, ["body"]),
    ],
)
def test_a_body_of_the_wrong_shape(client: TestClient, body: Any, loc: list[Any]) -> None:
    answer = client.post(URL, json=body)
    assert answer.status_code == 422
    assert loc in [fault["loc"] for fault in answer.json()["detail"]]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"not json",
        b'{"designs": [',
        b"\xff\xfe",
        b"[" * 100_000,
        b"9" * 6_000,
        b'{"designs": nul}',
    ],
    ids=["empty", "brace", "words", "cut off", "not UTF-8", "nested", "digits", "misspelt"],
)
def test_text_that_is_not_json(client: TestClient, content: bytes) -> None:
    answer = client.post(URL, content=content, headers={"Content-Type": "application/json"})
    assert 400 <= answer.status_code < 500
    assert answer.json()["detail"]


def test_a_thousand_designs_are_accepted(client: TestClient) -> None:
    answer = client.post(URL, json={"designs": designs(MOST_DESIGNS)})
    assert answer.status_code == 200
    assert len(answer.json()["predictions"]) == MOST_DESIGNS


def test_a_body_that_declares_too_many_bytes(client: TestClient) -> None:
    answer = client.post(URL, content=b" " * (MOST_BYTES + 1), headers={"Content-Type": "application/json"})
    assert answer.status_code == 413
    assert str(MOST_BYTES) in answer.json()["detail"]


@pytest.mark.process
def test_a_client_that_is_still_sending_gets_the_answer() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = uvicorn.Server(uvicorn.Config(create_app(FakeModel()), port=port, log_level="error"))
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        while not server.started:
            time.sleep(0.01)
        address = f"http://127.0.0.1:{port}{URL}"
        chunks = (b" " * 65_536 for _ in range(480))
        headers = {"Content-Type": "application/json"}
        for body in (b" " * 30_000_000, chunks):  # a declared length, and none
            with pytest.raises(urllib.error.HTTPError) as refused:
                urllib.request.urlopen(urllib.request.Request(address, body, headers), timeout=30)
            assert refused.value.code == 413
            assert str(MOST_BYTES) in json.loads(refused.value.read())["detail"]
    finally:
        server.should_exit = True
        thread.join()


def test_a_body_in_chunks_that_declares_nothing(client: TestClient) -> None:
    def chunks(total: int) -> Iterator[bytes]:
        text = json.dumps({"designs": [EXAMPLE]}).encode()
        yield text[:40]
        yield text[40:]
        for _ in range(0, total, 65_536):
            yield b" " * 65_536

    headers = {"Content-Type": "application/json"}
    assert client.post(URL, content=chunks(MOST_BYTES), headers=headers).status_code == 413
    assert client.post(URL, content=chunks(131_072), headers=headers).status_code == 200


@pytest.mark.slow
def test_requests_in_parallel_use_the_model_one_at_a_time() -> None:
    model, answers = FakeModel(), []
    with TestClient(create_app(model)) as client:
        asked = designs(12)

        def ask(design: dict[str, Any]) -> None:
            answers.append((design, client.post(URL, json={"designs": [design]}).json()))

        threads = [threading.Thread(target=ask, args=(design,)) for design in asked]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert not model.overlapped
    assert len(answers) == 12
    for design, body in answers:
        assert body["predictions"] == FakeModel().predicted_columns(pd.DataFrame([design])).to_dict("records")
