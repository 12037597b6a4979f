"""The endpoint takes what the product itself writes: earlier answers, names of samples, other units."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd
import pytest
from fastapi.testclient import TestClient
from hypothesis import given, settings
from hypothesis import strategies as st

from surrogate.hosts import columns as c
from surrogate.hosts.designs import CompleteDesigns
from surrogate.report.earlier_answers import answer_columns
from surrogate.serving.app import create_app
from surrogate.serving.other_columns import IDENTIFIERS, nearest, sort_columns
from surrogate.serving.schemas import EXAMPLE

MADE = {name: value for name, value in EXAMPLE.items() if name != "thickness_um"}


class Echo:
    """Answers with the design itself, so that it shows what arrived."""

    version = "1"

    def predicted_columns(self, designs: CompleteDesigns) -> pd.DataFrame:
        frame = designs.frame
        return pd.DataFrame(
            {
                "cycle_life_cycles": frame["thickness_um"],
                "ccd_mA_cm2": frame["temperature_C"],
                "overpotential_mV": frame["current_density_mA_cm2"],
            }
        )


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient]:
    with TestClient(create_app(Echo())) as one:
        yield one


def ask(client: TestClient, *designs: dict[str, Any], status: int = 200) -> Any:
    answer = client.post("/predict", json={"designs": list(designs)})
    assert answer.status_code == status, answer.text
    return answer.json()


@pytest.mark.parametrize(
    "more",
    [
        {"cycle_life_cycles": 300.0, "cycle_life_cycles_lower": 100.0, "cycle_life_cycles_upper": 900.0},
        {"role": "exploit", "mechanism": "conductor", "fragile_in": "", "at_limit": "tortuosity"},
        {"extrapolation": 0.1, "nearest_literature": "10.1002/aenm.202304229#47", "acquisition_value": -3.5},
        {"p_better_than_control": 0.7, "ccd_mA_cm2_vs_control": 1.2, "overpotential_mV_worst_case": None},
        {"outcome": "completed", "host_capacity_mAh_cm2": 12.0, "otherwise_worth": None},
        dict.fromkeys(answer_columns(), None),
        dict.fromkeys(answer_columns(), 1.5),
        dict.fromkeys(answer_columns(), ""),  # as a row of a CSV file may hold them
    ],
)
def test_earlier_answers_are_left_out_with_a_note(client: TestClient, more: dict[str, Any]) -> None:
    own, again = ask(client, EXAMPLE), ask(client, EXAMPLE | more)
    assert again["predictions"] == own["predictions"]
    assert again["notes"][0].startswith("earlier answers that are left out: ")
    assert again["notes"][1:] == own["notes"]


def test_a_whole_row_of_a_batch_is_taken(client: TestClient) -> None:
    complete = (
        CompleteDesigns.of(pd.DataFrame([EXAMPLE])).frame[[*c.CHOICES, *c.CONDITIONS]].iloc[0].to_dict()
    )
    answer = ask(client, complete | dict.fromkeys(answer_columns(), 0.0) | {"proposal_id": "P-3"})
    assert answer["predictions"][0]["proposal_id"] == "P-3"
    assert answer["predictions"][0]["cycle_life_cycles"] == EXAMPLE["thickness_um"]


@pytest.mark.parametrize(
    "names",
    [
        {"sample_id": "A-17"},
        {"cell_id": 12},
        {"proposal_id": "2026-01-01/3", "sample_id": "Füße"},
        {name: f"x{k}" for k, name in enumerate(IDENTIFIERS)},
        {},
    ],
)
def test_names_of_samples_come_back(client: TestClient, names: dict[str, Any]) -> None:
    answer = ask(client, EXAMPLE, EXAMPLE | names)
    assert [{key: one[key] for key in one if key in IDENTIFIERS} for one in answer["predictions"]] == [
        {},
        names,
    ]
    assert not any("sample_id" in note for note in answer["notes"])


@pytest.mark.parametrize("name", [True, 1.5, ["A"], {"a": 1}, "x" * 201])
def test_what_is_no_name_is_refused(client: TestClient, name: Any) -> None:
    (fault,) = ask(client, EXAMPLE, EXAMPLE | {"sample_id": name}, status=422)["detail"]
    assert fault["loc"] == ["body", "designs", 1, "sample_id"]
    assert "at most 200 characters" in fault["msg"]


@pytest.mark.parametrize(
    ("sent", "column", "expected", "note"),
    [
        ({"thickness_mm": 0.15}, "cycle_life_cycles", 150.0, "thickness_mm converted to thickness_um"),
        ({"thickness_cm": 0.02}, "cycle_life_cycles", 200.0, "thickness_cm converted to thickness_um"),
        ({"thickness_nm": 90000}, "cycle_life_cycles", 90.0, "thickness_nm converted"),
        ({"Thickness (mm)": 0.1}, "cycle_life_cycles", 100.0, "Thickness (mm) converted"),
        ({"thickness_um": 50.0, "temperature_K": 313.15}, "ccd_mA_cm2", 40.0, "temperature_K converted"),
        ({"thickness_um": 50.0, "thickness_mm": None}, "cycle_life_cycles", 50.0, ""),
    ],
)
def test_other_units_are_converted_as_on_the_command_line(
    client: TestClient, sent: dict[str, Any], column: str, expected: float, note: str
) -> None:
    answer = ask(client, EXAMPLE, MADE | sent)
    assert answer["predictions"][1][column] == expected
    assert any(note in one for one in answer["notes"])
    assert answer["predictions"][0][column] == {"cycle_life_cycles": 100.0, "ccd_mA_cm2": 25.0}[column]


@pytest.mark.parametrize(
    ("design", "column", "said"),
    [
        (EXAMPLE | {"thickness_mm": 0.1}, "thickness_mm", "same quantity as thickness_um; it is 0.1"),
        (MADE | {"thickness_mm": "0.1"}, "thickness_mm", "valid number"),
        (MADE | {"thickness_mm": True}, "thickness_mm", "valid number"),
        (MADE | {"thickness_mm": [0.1]}, "thickness_mm", "valid number"),
        (MADE | {"thickness_mV": 0.1}, "thickness_mV", "wrong unit"),
        (MADE | {"thickness_mm": 40.0}, "thickness_um", "2 to 2000"),
        (EXAMPLE | {"porosity": 0.8}, "porosity", "did you mean porosity_top?"),
        (EXAMPLE | {"thicknes_um": 100}, "thicknes_um", "did you mean thickness_um?"),
        (EXAMPLE | {"smaple_id": "A"}, "smaple_id", "did you mean sample_id?"),
        (EXAMPLE | {"curent_density_mA_cm2": 1}, "curent_density_mA_cm2", "did you mean current_density_mA_cm2?"),
        (EXAMPLE | {"colour": "blue"}, "colour", "no column of a design"),
    ],
)  # fmt: skip
def test_what_cannot_be_used_is_refused_with_its_place(
    client: TestClient, design: dict[str, Any], column: str, said: str
) -> None:
    (fault,) = ask(client, EXAMPLE, design, status=422)["detail"]
    assert fault["loc"] == ["body", "designs", 1, column]
    assert said in fault["msg"]


def test_an_empty_cell_of_a_table_is_absent(client: TestClient) -> None:
    answer = ask(client, EXAMPLE | {"temperature_C": "", "tortuosity_top": "", "sample_id": ""})
    assert answer["predictions"][0]["ccd_mA_cm2"] == 25.0
    assert "sample_id" not in answer["predictions"][0]
    (fault,) = ask(client, EXAMPLE | {"thickness_um": ""}, status=422)["detail"]
    assert fault["loc"] == ["body", "designs", 0, "thickness_um"]


@pytest.mark.parametrize(
    "body", [{"designs": 3}, {"designs": [3]}, {"designs": [None, []]}, [], {"designs": {}}, {}]
)
def test_what_is_no_list_of_designs_is_refused(client: TestClient, body: Any) -> None:
    answer = client.post("/predict", json=body)
    assert answer.status_code == 422
    assert answer.json()["detail"]


def test_the_reference_names_what_may_stand_beside_a_design(client: TestClient) -> None:
    schemas = client.get("/openapi.json").json()["components"]["schemas"]
    assert set(IDENTIFIERS) <= set(schemas["Prediction"]["properties"])
    assert "sample_id" in schemas["PredictRequest"]["description"]
    assert set(schemas["PredictRequest"]["properties"]) == {"designs"}


KNOWN = st.sampled_from(
    [*EXAMPLE, *list(answer_columns())[:20], *IDENTIFIERS, "thickness_mm", "porosity", "x_um", ""]
)


@settings(derandomize=True, max_examples=80, deadline=None)
@given(
    st.lists(
        st.dictionaries(KNOWN, st.one_of(st.none(), st.floats(), st.text(max_size=3), st.booleans())),
        max_size=4,
    )
)
def test_nothing_is_lost_without_a_word(designs: list[dict[str, Any]]) -> None:
    """Each thing sent is kept as it was, converted with a note, named in a note, echoed, refused, or empty."""
    found = sort_columns(designs)
    assert len(found.designs) == len(found.names) == len(designs)
    words = " ".join(found.notes)
    for k, design in enumerate(designs):
        for column, value in design.items():
            if column in found.designs[k] or column in found.names[k] or value is None or value == "":
                continue
            if any((one.design, one.column) == (k, column) for one in found.refused):
                continue
            assert (
                "earlier answers" in words if column in answer_columns() else f"{column} converted" in words
            )


@pytest.mark.parametrize(
    ("column", "said"),
    [
        ("porosity_tp", "porosity_top"),
        ("thickness", "thickness_um"),
        ("aditives", "additives"),
        ("temperature", "temperature_C"),
        ("sampleid", "sample_id"),
        ("zzz", "GET /space"),
    ],
)
def test_the_nearest_known_name(column: str, said: str) -> None:
    assert said in nearest(column)
