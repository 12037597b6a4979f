"""What the tests of the terminal share: running a command here, and stand-ins for the slow parts."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from surrogate.campaign.replicates import Plan, plan
from surrogate.cli import failures, optimize, surrogate
from surrogate.errors import StoreError
from surrogate.hosts import columns as c
from surrogate.hosts.designs import CompleteDesigns
from surrogate.optimization.outlook import Outlook

HOST = {
    "framework": "copper",
    "agent": "silver",
    "conductor_top": 0.9,
    "agent_top": 0.1,
    "conductor_bottom": 0.95,
    "agent_bottom": 0.05,
    "porosity_top": 0.8,
    "porosity_bottom": 0.7,
    "pore_size_top_um": 30,
    "pore_size_bottom_um": 10,
    "thickness_um": 100,
}


SCORES = pd.DataFrame(
    {
        "target": ["cycle_life_cycles", "cycle_life_cycles", "ccd_mA_cm2"],
        "entrant": ["emulator+gp", "median", "gp"],
        "crps": [0.123456, 0.5, 0.25],
        "rmse_log10": [0.3, 0.4, 0.5],
        "coverage90": [0.9, 0.8, float("nan")],
        "bound_probability": [0.5, 0.6, float("nan")],
        "n": [40, 40, 12],
        "n_censored": [30, 30, 0],
        "papers": [21, 21, 7],
        "split": ["leave-one-paper-out"] * 3,
        "proposes": [True, False, True],
        "champion": [True, False, True],
    }
)


TRENDS = pd.DataFrame(
    {
        "target": "cycle_life_cycles",
        "move": ["additive", "pore gradient"],
        "hosts": [57, 0],
        "right": [0.98, np.nan],
        "simulated": [1.31, np.nan],
        "predicted": [1.07, np.nan],
        "pairs": ["2 better, 1 worse", "none"],
    }
)


SHARES = pd.DataFrame(
    {
        "group": ["agent", "thickness"],
        "among": "porous hosts",
        "first_order": [0.3, np.nan],
        "noise_share": 1 / 3,
    }
)


@dataclass
class Ended:
    """How a command ended."""

    code: int
    out: str
    err: str


Command = Callable[..., Ended]


@pytest.fixture
def command(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Command:
    """Runs ``optimize ...`` or ``surrogate ...`` in an empty folder, 80 columns wide."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)

    def run(program: str, *arguments: object) -> Ended:
        capsys.readouterr()
        app = {"optimize": optimize.app, "surrogate": surrogate.app}[program]
        code = failures.run(app, program, [str(argument) for argument in arguments])
        said = capsys.readouterr()
        return Ended(code, said.out, said.err)

    return run


@dataclass
class FakeModel:
    """A champion whose interval at a measured design closes around the measurement."""

    version: str = "7"
    about: dict[str, str] = field(default_factory=lambda: {"simulated": "5a", "literature": "11"})
    observations: pd.DataFrame = field(default_factory=pd.DataFrame)

    def predict(self, designs: pd.DataFrame, progress: Any = None) -> pd.DataFrame:
        out = pd.DataFrame(index=designs.index)
        for target, middle in zip(c.TARGETS, (200.0, 2.0, 30.0, 98.0), strict=True):
            known = self.observations[target].dropna().to_list() if len(self.observations) else []
            middle = float(np.mean(known)) if len(known) else middle
            spread = 1.2 if len(known) else 3.0
            if target == "coulombic_efficiency_pct":
                lost = 100.0 - middle
                out[target] = middle
                out[f"{target}_lower"], out[f"{target}_upper"] = 100.0 - spread * lost, 100.0 - lost / spread
                continue
            out[target] = middle * designs["thickness_um"].clip(lower=50).to_numpy() / 100
            out[f"{target}_lower"], out[f"{target}_upper"] = out[target] / spread, out[target] * spread
        out["extrapolation"] = 0.25
        out["nearest_literature"] = "10.1039/d5eb00156k#47;10.1002/aenm.202304229#"
        return out

    def told(self, cells: pd.DataFrame | None) -> FakeModel:
        """What stands in for a campaign's model with these cells."""
        return self if cells is None else FakeModel(self.version, self.about, cells)


@dataclass
class World:
    """The stand-ins, and what was asked of them."""

    model: FakeModel = field(default_factory=FakeModel)
    champion: bool = True
    physics_can_be_made: bool = True
    trained: int = 0
    trained_on: list[Any] = field(default_factory=list)
    worked: list[Any] = field(default_factory=list)
    proposed: list[dict[str, Any]] = field(default_factory=list)
    predicted: list[dict[str, Any]] = field(default_factory=list)
    runs: list[Any] = field(default_factory=list)
    outlook: Outlook | None = None
    draws: bool = False  # the figures of a batch, which take longer than the rest of a command


class FakeRun:
    id = "def"

    def __init__(self, name: str, kind: str, experiment: str, again: str) -> None:
        self.name, self.kind, self.experiment, self.again, self.recorded = name, kind, experiment, again, True
        self.logged: dict[str, Any] = {}
        self.files: list[str] = []

    def params(self, values: dict[str, object]) -> None:
        self.logged |= values

    def text(self, text: str, path: str) -> None:
        self.files.append(path)

    def metrics(self, values: dict[str, float], step: int = 0) -> None:
        self.logged |= {f"{name}, step {step}": value for name, value in values.items()}

    def tags(self, values: dict[str, object]) -> None:
        self.logged |= values

    def link(self, path: str) -> str:
        return f"#/{path}"

    def describe(self, markdown: str) -> None:
        self.logged["description"] = markdown

    def dataset(self, name: str, sha256: str, **about: object) -> None:
        self.logged[f"data.{name}"] = {"sha256": sha256, **about}

    def figures(self, figures: list[Any], path: str) -> None:
        self.logged[path] = figures

    def table(self, table: pd.DataFrame, path: str) -> None:
        self.files.append(path)

    def file(self, path: Path, folder: str = "") -> None:
        assert path.is_file()
        self.files.append(path.name)


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch, records_read_once: None) -> World:
    """A champion, a search and a report that take no time."""
    import surrogate as package
    from surrogate import tracking
    from surrogate.cli import batch_record
    from surrogate.report import html

    made = World()
    drawn = batch_record._figures
    monkeypatch.setattr(batch_record, "_figures", lambda *given: drawn(*given) if made.draws else [])

    def train(
        recipe: str = "default", *, seed: int = 0, progress: Any = None, records: Any = None, by: Any = None
    ) -> SimpleNamespace:
        made.trained += 1
        made.worked.append(by)
        made.trained_on.append(records)
        made.champion = True
        progress("simulating", 0, 10)
        progress("simulating", 10, 10)
        skill = pd.DataFrame(columns=["target", "crps"])
        return SimpleNamespace(
            model=made.model,
            scorecard=SCORES,
            version="7",
            run_id="abc",
            skill=skill,
            trends=TRENDS,
            verdict="becomes champion",
            comparison=pd.DataFrame(),
        )

    @contextmanager
    def run(name: str, kind: str, *, required: bool = True, **about: str) -> Iterator[FakeRun]:
        made.runs.append(FakeRun(name, kind, **about))
        yield made.runs[-1]

    def campaign_run(name: str, mark: str) -> tracking.CampaignRun:
        """As the tags of the runs tell; the id of a run is its place."""
        tags: dict[str, Any] = {}
        for run in made.runs:
            if run.logged.get("campaign_mark", mark) == mark:
                tags |= run.logged | {"mlflow.note.content": run.logged.get("description", "")}
        held = tracking.CampaignRun.of_tags(str(len(made.runs)), tags)
        return held if held.batches else tracking.CampaignRun()

    def load() -> FakeModel:
        from surrogate.errors import ModelError

        if not made.champion:
            raise ModelError("there is no champion yet", remedy="surrogate train")
        return made.model

    def write_report(
        frame: pd.DataFrame, campaign: Any, model: Any, results: Any, path: Path, **_: Any
    ) -> Path:
        path.write_text(f"<title>{len(frame)} proposals</title>")
        return path

    monkeypatch.setattr(tracking, "describe_store", lambda: "MLflow store: sqlite:///mlruns/mlflow.db (here)")
    registered = SimpleNamespace(version="3", run_id="abc", facts={}, load=lambda: made.model)
    monkeypatch.setattr(tracking, "champion", lambda: registered if made.champion else None)
    monkeypatch.setattr(
        tracking, "record_champion", lambda run, found: run.params({"champion.run_id": found.run_id})
    )
    monkeypatch.setattr(html, "profiles_of", lambda frame: ([None] * len(frame), [""] * len(frame)))
    monkeypatch.setattr(tracking, "load_champion", load)
    monkeypatch.setattr(tracking, "run", run)
    monkeypatch.setattr(tracking, "campaign_run", campaign_run)
    monkeypatch.setattr(tracking, "logged_table", lambda run_id, path: None)
    monkeypatch.setattr("surrogate.campaign.physics.kept_physics", lambda campaign, settings: None)
    learning = ModuleType("surrogate.learning")  # the real one brings torch
    learning.__path__ = [str(Path(package.__file__).parent / "learning")]  # its recipes are read
    vars(learning).update(
        train=train,
        evaluate=lambda records, progress: SimpleNamespace(table=SCORES.drop(columns=["papers", "champion"])),
    )
    monkeypatch.setitem(sys.modules, "surrogate.learning", learning)
    monkeypatch.setattr(package, "learning", learning, raising=False)
    monkeypatch.setattr(html, "write_report", write_report)
    hosts = ModuleType("surrogate.campaign.proposals")
    vars(hosts).update(
        propose_hosts=lambda *given, **more: propose_hosts(made, *given, **more), cells_of=cells_of
    )
    monkeypatch.setitem(sys.modules, "surrogate.campaign.proposals", hosts)
    belief, shares = ModuleType("surrogate.campaign.belief"), ModuleType("surrogate.campaign.choice_shares")
    vars(belief).update(belief_of=lambda campaign, model, results, *, progress: results)
    vars(shares).update(choice_shares=lambda belief, campaign, *, seed: SHARES.copy())
    monkeypatch.setitem(sys.modules, belief.__name__, belief)
    monkeypatch.setitem(sys.modules, shares.__name__, shares)
    comparison = ModuleType("surrogate.campaign.comparison")
    vars(comparison).update(compared=lambda batch, campaign, belief, names: None)
    monkeypatch.setitem(sys.modules, comparison.__name__, comparison)
    prediction = ModuleType("surrogate.campaign.prediction")
    vars(prediction).update(
        predict_hosts=lambda *given, **more: predict_hosts(made, *given, **more),
        before_and_after=lambda *given, **more: before_and_after(made, *given, **more),
    )
    monkeypatch.setitem(sys.modules, "surrogate.campaign.prediction", prediction)
    stopping = ModuleType("surrogate.campaign.stopping")
    vars(stopping).update(outlook_of=lambda *given, **more: made.outlook)
    monkeypatch.setitem(sys.modules, stopping.__name__, stopping)
    return made


def predict_hosts(
    made: World,
    campaign: Any,
    model: FakeModel,
    designs: CompleteDesigns,
    control: CompleteDesigns,
    *,
    results: pd.DataFrame,
    progress: Any,
) -> pd.DataFrame:
    """The stand-in's answers, told of the cells; against the control only what a test can tell apart."""
    made.predicted.append({"designs": designs, "control": control, "results": results})
    progress("predicting", len(designs), len(designs))
    thicker = designs["thickness_um"] / control["thickness_um"].iloc[0]
    return model.told(results).predict(designs).assign(cycle_life_cycles_vs_control=thicker)


def before_and_after(
    made: World, campaign: Any, model: FakeModel, earlier: pd.DataFrame, new: pd.DataFrame, *, shown: int,
    kept: pd.DataFrame, progress: Any,
) -> tuple[pd.DataFrame, pd.DataFrame]:  # fmt: skip
    """The stand-in's answers without the new cells and with them."""
    if not made.physics_can_be_made:
        raise StoreError("the disk is full", remedy="free some space")
    designs = new.head(shown)
    told = pd.concat([kept, new], ignore_index=True)
    return model.told(earlier).predict(designs), model.told(told).predict(designs)


def propose_hosts(
    made: World,
    campaign: Any,
    model: FakeModel,
    *,
    n: int,
    seed: int,
    results: pd.DataFrame | None = None,
    pending: pd.DataFrame | None = None,
    tried: pd.DataFrame | None = None,
    repeats: pd.DataFrame | None = None,
    belief: Any = None,
    progress: Any = None,
) -> pd.DataFrame:
    """The first designs of a quasi-random sample that are not pending, predicted by the stand-in."""
    made.proposed.append({"n": n, "seed": seed, "results": results, "pending": pending, "tried": tried})
    progress("searching", 0, n)
    skip = 0 if pending is None else len(pending)
    drawn = campaign.space.sample(n + skip, seed).iloc[skip:].reset_index(drop=True)
    again = pd.Series("", index=range(n), dtype=object)
    if repeats is not None:
        again = pd.concat([again, repeats["repeat_of"]], ignore_index=True)
        drawn = pd.concat([drawn, repeats[list(drawn.columns)]], ignore_index=True)
    batch = CompleteDesigns.of(drawn.assign(**campaign.conditions.as_dict())).frame
    batch = batch[[*c.CHOICES, *c.CONDITIONS]]
    batch = pd.concat([batch, model.told(results).predict(batch)], axis=1)
    progress("searching", n, n)
    return batch.assign(
        role="exploit",
        host_capacity_mAh_cm2=12.0,
        bottom_half_share=0.62,
        top_face_share=0.0,
        outcome="completed",
        acquisition_value=[1 / (k + 3) for k in range(len(batch))],
        repeat_of=again,
        cells_to_make=campaign.cells.per_host or 1,
    )


def cells_of(campaign: Any, belief: Any, measured: pd.DataFrame | None) -> Plan:
    """As many cells as the file says, or published spreads ask for."""
    return plan(campaign.cells, next(iter(campaign.objectives)), 0.37, measured)


@pytest.fixture
def campaign(tmp_path: Path) -> Path:
    """A campaign file for two frameworks, bare or with silver."""
    path = tmp_path / "mine.toml"
    path.write_text(
        'schema_version = 1\nname = "mine"\nn = 2\n[conditions]\ncurrent_density_mA_cm2 = 2\n'
        '[search]\nframeworks = ["copper", "carbon_fiber"]\nagents = ["none", "silver"]\n'
    )
    return path


@pytest.fixture
def table(tmp_path: Path) -> Callable[..., Path]:
    """Writes a CSV of copper hosts; each row changes some columns."""

    def write(*rows: dict[str, object], name: str = "cells.csv") -> Path:
        path = tmp_path / name
        pd.DataFrame([{**HOST, **row} for row in rows]).to_csv(path, index=False)
        return path

    return write
