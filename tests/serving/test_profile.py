"""``/profile``: a host over its depth while it is plated, as the simulator has it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
import pytest
from fastapi.testclient import TestClient

from surrogate.physics import profile, simulate
from surrogate.serving.app import create_app
from surrogate.serving.schemas import EXAMPLE

from .test_app import Constant

pytestmark = pytest.mark.simulation


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient]:
    with TestClient(create_app(Constant())) as one:
        yield one


def asked(client: TestClient, change: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    answer = client.post("/profile", json={"design": EXAMPLE | (change or {}), **more})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def test_it_is_the_simulators_own(client: TestClient) -> None:
    found, own = asked(client), profile(pd.DataFrame([EXAMPLE]))
    simulated = simulate(pd.DataFrame([EXAMPLE])).iloc[0]
    assert found["outcome"] == own["outcome"] == simulated["outcome"]
    assert found["depth_um"] == own["depth_um"].tolist()
    last = found["states"][-1]
    assert last["charge_mAh_cm2"] == pytest.approx(EXAMPLE["areal_capacity_mAh_cm2"], rel=1e-6)
    np.testing.assert_allclose(last["pore_fill"], own["pore_fill"][-1], atol=1e-5)
    assert last["top_face_mAh_cm2"] == own["top_face_mAh_cm2"][-1]
    assert sum(found["mass_mg_cm2"].values()) == pytest.approx(simulated["solid_mass_mg_cm2"], rel=1e-9)
    assert found["materials"] == {"conductor": "carbon_fiber", "dielectric": "pan", "agent": "zinc_oxide"}


def test_the_composition_runs_from_end_to_end_and_sums_to_1(client: TestClient) -> None:
    found = asked(client)
    assert set(found["solid"]) == {"conductor", "dielectric", "agent"}
    np.testing.assert_allclose(np.sum(list(found["solid"].values()), axis=0), 1.0, atol=1e-9)
    assert np.all(np.diff(found["solid"]["dielectric"]) < 0)
    assert np.all(np.diff(found["pore_size_um"]) < 0)
    assert 0.75 < min(found["porosity"]) < max(found["porosity"]) < 0.85
    assert all(len(one["pore_fill"]) == len(found["depth_um"]) for one in found["states"])


@pytest.mark.parametrize("states", [2, 10, 60])
def test_so_many_states_in_the_order_of_charge(client: TestClient, states: int) -> None:
    charge = [one["charge_mAh_cm2"] for one in asked(client, states=states)["states"]]
    assert 2 <= len(charge) <= states
    assert np.all(np.diff(charge) > 0)
    assert charge[-1] == pytest.approx(1.0, rel=1e-6)


def test_a_foil_has_no_depth(client: TestClient) -> None:
    foil = {
        "framework": "none",
        "electrolyte": "liquid_ether",
        "current_density_mA_cm2": 1,
        "areal_capacity_mAh_cm2": 1,
    }
    found = client.post("/profile", json={"design": foil}).json()
    assert found["depth_um"] == found["porosity"] == found["pore_size_um"] == []
    assert found["solid"] == {}
    assert found["states"][-1]["charge_mAh_cm2"] == pytest.approx(1.0, rel=1e-6)
    assert found["notes"]


@pytest.mark.parametrize(
    ("body", "loc"),
    [
        ({"design": EXAMPLE | {"porosity_top": 3}}, ["design", "porosity_top"]),
        ({"design": EXAMPLE | {"porosity_tip": 3}}, ["design", "porosity_tip"]),
        ({"design": EXAMPLE | {"conductor_top": 0.1}}, ["design"]),
        ({"design": EXAMPLE, "states": 1}, ["states"]),
        ({"design": EXAMPLE, "states": 61}, ["states"]),
        ({"design": []}, ["design"]),
        ({}, ["design"]),
    ],
)
def test_what_is_wrong_is_answered_with_its_field(
    client: TestClient, body: dict[str, Any], loc: list[str]
) -> None:
    answer = client.post("/profile", json=body)
    assert answer.status_code == 422
    assert answer.json()["detail"][0]["loc"][: 1 + len(loc)] == ["body", *loc]


def test_the_space_is_a_json_schema_too(client: TestClient) -> None:
    schema = client.get("/space").json()["json_schema"]
    assert schema["required"] == ["framework"]
    assert schema["additionalProperties"] is False
    assert "um" in str(schema["properties"]["thickness_um"])
