"""A working directory of its own for every test, with or without a store in it."""

from __future__ import annotations

import importlib.util
import shutil
import sys
from pathlib import Path

import pytest

from surrogate import tracking

_spec = importlib.util.spec_from_file_location(
    "tracking_fake_bundle", Path(__file__).parent / "fake_bundle.py"
)
fake_bundle = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(fake_bundle)

EXAMPLE = {"framework": ["copper"], "thickness_um": [100.0]}


@pytest.fixture
def place(tmp_path, monkeypatch):
    """An empty working directory and an environment without MLflow's address."""
    folder = tmp_path / "checkout"
    folder.mkdir()
    monkeypatch.chdir(folder)
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)
    monkeypatch.setitem(sys.modules, "surrogate.models.bundle", fake_bundle.as_module())
    return folder


@pytest.fixture
def host_model():
    return fake_bundle.HostModel


@pytest.fixture(scope="session")
def made_store(tmp_path_factory):
    """A store with one finished run and a champion, made once: MLflow needs seconds for a new database."""
    import pandas as pd

    folder = tmp_path_factory.mktemp("made")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.delenv("MLFLOW_TRACKING_URI", raising=False)
        patch.setitem(sys.modules, "surrogate.models.bundle", fake_bundle.as_module())
        fake_bundle.HostModel(2.5).save(folder / "saved")
        with tracking.run("train tiny", "train", seed=7) as run:
            run.params({"recipe": "tiny"})
            run.metrics({"cycle_life_cycles.crps.gp": 0.5})
            version = tracking.register(
                run,
                folder / "saved",
                example=pd.DataFrame(EXAMPLE),
                facts={"data": "abc"},
                description="# Card",
            )
            tracking.promote(version)
    return folder


@pytest.fixture
def store(made_store, place):
    """A working directory with a copy of the made store, which is a store that was moved here."""
    shutil.copytree(made_store / "mlruns", place / "mlruns")
    return place
