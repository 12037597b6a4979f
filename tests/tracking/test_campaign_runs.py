"""The run of a campaign in a real store: found by its mark, gone on with, and left alone where nothing is new."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest

from surrogate import tracking
from surrogate.campaign.file import Campaign
from surrogate.cli.campaign_record import record_cells
from surrogate.errors import StoreError
from surrogate.tracking.store import open_store


class Cells:
    """A campaign store that holds what it is given."""

    where = "mine.db"

    def __init__(self) -> None:
        self.told = pd.DataFrame({"state": ["running", None]})

    def mark(self) -> str:
        return "f00"

    def digest(self) -> str:
        return str(len(self.told))

    def observations(self) -> pd.DataFrame:
        return self.told

    def proposals(self) -> dict[str, dict[str, object]]:
        return {}

    def history(self) -> list[dict[str, object]]:
        return []

    def pending(self) -> pd.DataFrame:
        return pd.DataFrame(index=range(3))


@pytest.fixture
def campaign(store: Path, monkeypatch: pytest.MonkeyPatch) -> Campaign:
    """With a run of a batch, as earlier versions recorded it: no step, no digest of cells."""
    monkeypatch.setattr("surrogate.report.campaign_page.render", lambda *given, **more: "<title>page</title>")
    monkeypatch.setattr("surrogate.report.like_with_like.pooled", lambda *given: [])
    made = Campaign('schema_version = 1\nname = "mine"\n')
    with tracking.run("mine", "campaign", experiment=tracking.campaign_experiment("mine")) as run:
        run.tags({"campaign_mark": "f00", "batch-01": "abc", "batch": "batch-01"})
        run.describe("[Overview](#/old)\n\n**Make B01-1.**")
        run.text('{"columns":["batch","cells/told"],"data":[["batch-01",0]]}', "tables/batches.json")
    return made


def test_a_run_goes_on_with_what_is_told(campaign: Campaign, store: Path) -> None:
    cells = Cells()
    before = tracking.campaign_run("mine", "f00")
    assert (before.step, before.cells, list(before.batches)) == (1, "", ["batch-01"])
    for _ in range(2):  # the second adds nothing
        record_cells(campaign, cells, "told: cells.csv")
    found = tracking.campaign_run("mine", "f00")
    assert (found.run_id, found.step, found.cells) == (before.run_id, 2, "2")
    assert found.description.splitlines()[1:] == [
        "2 cells told (1 running); 3 proposed hosts pending.", "", "**Make B01-1.**",
    ]  # fmt: skip
    client = open_store(make=False).client
    history = [(one.step, one.value) for one in client.get_metric_history(found.run_id, "cells/told")]
    assert history == [(2, 2.0)]
    artifacts = store / "mlruns" / "artifacts" / found.run_id / "artifacts"
    page = (artifacts / "overview.html").read_text()
    assert page.index("<td>batch-01</td>") < page.index("<td>told: cells.csv</td>")
    assert (artifacts / "campaign.html").read_text() == "<title>page</title>"
    assert client.get_run(found.run_id).info.status == "FINISHED"
    # What is told later follows, and the last batch stays described.
    cells.told = pd.DataFrame({"state": [None]})
    record_cells(campaign, cells, "taken back")
    after = tracking.campaign_run("mine", "f00")
    assert (after.step, after.description.count("**Make B01-1.**")) == (3, 1)
    assert "1 cell told; 3" in after.description
    assert (artifacts / "overview.html").read_text().count("<tr>") == 4


def test_another_campaign_has_no_run_and_none_is_made(campaign: Campaign) -> None:
    other = SimpleNamespace(mark=lambda: "ba5")
    record_cells(campaign, other, "told")
    assert tracking.campaign_run("mine", "ba5") == tracking.CampaignRun()


@pytest.mark.parametrize("address", ["http://127.0.0.1:9", "postgresql://anna:secret@127.0.0.1:9/mlflow"])
def test_a_server_that_does_not_answer_is_found_at_once(
    campaign: Campaign, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_URI", address)
    monkeypatch.setattr(
        "surrogate.tracking.store._opened", lambda *_: pytest.fail("MLflow would try it for 15 s or more")
    )
    with pytest.raises(StoreError, match="check that the address in MLFLOW_TRACKING_URI"):
        tracking.champion()
    with pytest.warns(tracking.StoreWarning, match="not brought up to date") as warned:
        record_cells(campaign, Cells(), "told")
    assert len(warned) == 1


def test_a_server_behind_a_proxy_is_left_to_mlflow(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "http://127.0.0.1:9")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:8")
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.setattr("surrogate.tracking.store._opened", lambda *_: None)
    assert open_store(make=False) is None
