"""State, space and pages of the endpoint, with and without a model."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from types import SimpleNamespace

import pandas as pd
import pytest
from fastapi.testclient import TestClient

from surrogate import __version__, tracking
from surrogate.errors import ModelError
from surrogate.hosts import columns as c
from surrogate.hosts.designs import CompleteDesigns
from surrogate.serving.app import create_app
from surrogate.serving.schemas import EXAMPLE


class Constant:
    version = "<b>test</b> 1"

    def predicted_columns(self, designs: pd.DataFrame) -> pd.DataFrame:
        return pd.DataFrame(dict.fromkeys(c.TARGETS, 1.0), index=designs.index)


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient]:
    with TestClient(create_app(Constant())) as one:
        yield one


def test_health(client: TestClient) -> None:
    answer = client.get("/health")
    assert answer.status_code == 200
    state = answer.json()
    assert state["status"] == "ok"
    assert state["model_version"] == Constant.version
    assert state["program_version"] == __version__
    assert state["uptime_s"] >= 0
    time.sleep(0.02)
    assert client.get("/health").json()["uptime_s"] > state["uptime_s"]


@pytest.mark.slow
def test_without_a_champion_it_says_what_to_run(monkeypatch: pytest.MonkeyPatch) -> None:
    def none() -> None:
        raise ModelError("the files of the champion are gone", remedy="run: surrogate train")

    monkeypatch.setattr(tracking, "champion", none)
    with TestClient(create_app()) as client:
        health = client.get("/health")
        predict = client.post("/predict", json={"designs": [EXAMPLE]})
        propose = client.post("/propose", json={"campaign": {"conditions": {"electrolyte": "lpsc"}}})
        assert client.get("/space").status_code == 200
        assert "surrogate train" in client.get("/").text
    assert health.status_code == predict.status_code == propose.status_code == 503
    assert health.json()["model_version"] is None
    for said in (health.json()["detail"], predict.json()["detail"], propose.json()["detail"]):
        assert "surrogate train" in said
        assert "\n" not in said


def test_the_champion_is_loaded_when_the_server_starts(monkeypatch: pytest.MonkeyPatch) -> None:
    model = SimpleNamespace(version="lihost 4", predicted_columns=Constant().predicted_columns)
    monkeypatch.setattr(tracking, "champion", lambda: SimpleNamespace(version="4", load=lambda: model))
    with TestClient(create_app()) as client:
        assert client.get("/health").json()["model_version"] == "lihost 4"


def test_space_has_every_column_with_type_unit_limits_and_default(client: TestClient) -> None:
    body = client.get("/space").json()
    facts = {fact["name"]: fact for fact in body["columns"]}
    assert tuple(facts) == c.DESIGN_COLUMNS
    assert facts["framework"]["choices"] == list(c.FRAMEWORKS)
    assert facts["framework"]["required"] is True
    assert facts["thickness_um"]["unit"] == "um"
    assert facts["thickness_um"]["required_if_porous"] is True
    assert facts["temperature_C"]["default"] == 25
    for fact in facts.values():
        assert fact["type"] in ("number", "text")
        assert len(fact["description"]) > 8
        if fact["type"] == "number":
            low, high = fact["accepted"]
            assert low < high
            if "searched" in fact:
                assert low <= fact["searched"][0] < fact["searched"][1] <= high
        else:
            assert bool(fact["choices"]) == (fact["name"] != "electrolyte_recipe")  # that one is free text
    assert [one["columns"] for one in body["sums"]] == [list(c.COMPOSITION_TOP), list(c.COMPOSITION_BOTTOM)]
    assert len(body["rules"]) > 5
    assert all(rule["reason"] and {"forbids", "linear", "quantity"} & set(rule) for rule in body["rules"])
    assert [target["name"] for target in body["targets"]] == list(c.TARGETS)


def test_the_defaults_it_states_are_those_that_are_taken(client: TestClient) -> None:
    needed = {"framework": "copper", "conductor_top": 1, "conductor_bottom": 1, "thickness_um": 100}
    needed |= dict.fromkeys(("porosity_top", "porosity_bottom"), 0.8)
    needed |= dict.fromkeys(("pore_size_top_um", "pore_size_bottom_um"), 20)
    solid_cell = needed | {"framework": "carbon_fiber", "electrolyte": "lpsc"}  # where pressure acts
    for design, skip in ((needed, {"stack_pressure_MPa"}), (solid_cell, {"electrolyte"})):
        complete = CompleteDesigns.of(pd.DataFrame([design])).frame.iloc[0]
        for fact in client.get("/space").json()["columns"]:
            if fact["default"] is not None and fact["name"] not in skip | set(design):
                assert complete[fact["name"]] == fact["default"], fact["name"]


def test_the_example_of_the_reference_is_accepted(client: TestClient) -> None:
    assert client.post("/predict", json={"designs": [EXAMPLE]}).status_code == 200


def test_openapi_describes_the_body_and_the_refusals(client: TestClient) -> None:
    described = client.get("/openapi.json").json()
    paths = {
        "/health",
        "/space",
        "/predict",
        "/profile",
        "/cells",
        "/propose",
        "/propose/{job_id}",
        "/literature",
        "/metrics",
    }
    assert paths == set(described["paths"])
    assert set(described["paths"]["/predict"]["post"]["responses"]) == {"200", "408", "413", "422", "503"}
    design = described["components"]["schemas"]["Design"]
    assert tuple(design["properties"]) == c.DESIGN_COLUMNS
    assert design["required"] == ["framework"]
    assert design["additionalProperties"] is False


@pytest.mark.parametrize("path", ["/", "/docs"])
def test_pages_ask_nobody_but_this_endpoint(client: TestClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/html")
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'")
    assert "connect-src 'self'" in policy
    assert not re.search(r"""(?:src|href|action)\s*=\s*["']?(?:https?:)?//""", answer.text)
    assert "<b>test</b>" not in answer.text


def test_the_nearest_papers_come_with_their_own_doi_and_what_they_reached(client: TestClient) -> None:
    named = "002_612f39683bb0201f#195; 10.1002/aenm.202304229#8;002_612f39683bb0201f#195;nowhere#3"
    known, unlinked, unknown = client.get("/literature", params={"of": named}).json()["papers"]
    assert known["url"] == f"https://doi.org/{known['doi']}" == "https://doi.org/10.1093/nsr/nwac183"
    assert (unlinked["doi"], unlinked["url"]) == ("", "")
    assert "which gives no DOI of it" in unlinked["place"]
    assert unlinked["reached"][0].endswith("at 1 mA cm⁻², 1 mAh cm⁻² in liquid carbonate")
    assert (unknown["name"], unknown["place"], unknown["reached"]) == (
        "nowhere#3",
        "nowhere, its reference 3",
        [],
    )
    refused = client.get("/literature")
    assert (refused.status_code, refused.json()["detail"][0]["loc"]) == (422, ["query", "of"])


def test_the_reference_lists_each_column_and_each_request(client: TestClient) -> None:
    text = client.get("/docs").text
    for said in (*c.DESIGN_COLUMNS, "/health", "/space", "/predict", "openapi.json"):
        assert said in text
    start = client.get("/").text
    assert 'href="docs"' in start
    assert __version__ in start
    assert "&lt;b&gt;test&lt;/b&gt; 1" in start


def test_an_address_or_method_that_there_is_not_is_named_with_what_there_is(client: TestClient) -> None:
    unknown = client.get("/predicts")
    assert unknown.status_code == 404
    for said in ("no /predicts here", "POST /predict", "DELETE /propose/{job_id}", "GET /docs", "To mend it"):
        assert said in unknown.json()["detail"]
    for path, methods, said in (
        ("/predict", "POST", "send POST /predict"),
        ("/propose/7", "DELETE, GET, HEAD", "send DELETE /propose/7 or GET /propose/7"),
        ("/docs", "GET, HEAD", "send GET /docs"),
    ):
        refused = client.options(path)
        assert (refused.status_code, refused.headers["allow"]) == (405, methods)
        assert f"{path} does not take OPTIONS" in refused.json()["detail"]
        assert said in refused.json()["detail"]


@pytest.mark.parametrize(
    "path", ["/", "/docs", "/health", "/space", "/metrics", "/openapi.json", "/propose/7"]
)
def test_head_is_answered_as_get_without_the_body(client: TestClient, path: str) -> None:
    got, head = client.get(path), client.head(path)
    assert head.status_code == got.status_code
    assert head.headers["content-type"] == got.headers["content-type"]
    assert int(head.headers["content-length"]) > 0
    assert head.content == b""
    assert client.head("/predict").status_code == 405


@pytest.mark.parametrize("path", ["/predict", "/profile", "/cells", "/propose"])
@pytest.mark.parametrize("body", [b"\xff\xfe7", b"{", b"", b"null", b"[]", b'"\xed\xa0\x80"'])
def test_a_body_that_is_no_json_is_refused_as_such(client: TestClient, path: str, body: bytes) -> None:
    answer = client.post(path, content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == 422
    assert answer.json()["detail"][0]["loc"][0] == "body"
