"""A process that is killed while it registers a model: what it leaves, and what the next run makes of it.

One process makes all the stores: it forks a child for each step, which registers and promotes a second model in a
copy of the made store, and ends there without a word (``os._exit``), as if it were killed. ``make bench`` kills real
trainings at random moments (``tests/benchmarks/test_bench_kills.py``).
"""

from __future__ import annotations

import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pandas as pd
import pytest

from surrogate import tracking
from surrogate.tracking import processes
from surrogate.tracking.interruption import end_early
from surrogate.tracking.store import open_store

EXAMPLE = pd.DataFrame({"framework": ["copper"]})
HERE = Path(__file__).parent

# Step at which the process ends -> how its run ends, and the champion's factor afterwards.
ALL_OR_NOTHING = {
    "model entry made": ("KILLED", 2.5),
    "half of the files copied": ("KILLED", 2.5),
    "files whole, no version": ("KILLED", 2.5),
    "version, alias not moved": ("KILLED", 2.5),
    "alias half moved": ("KILLED", 2.5),
    "alias moved, run not ended": ("FINISHED", 9.0),
    "a file half written": ("KILLED", 2.5),
}
REPEATED = ("version, alias not moved", "alias half moved")
DYING = """
import fake_bundle, os, shutil, sqlite3, sys, tempfile
from pathlib import Path
import pandas as pd
import mlflow.pyfunc
import mlflow.store.model_registry.sqlalchemy_store, mlflow.store.tracking.sqlalchemy_store
from mlflow import MlflowClient
from mlflow.store.artifact.local_artifact_repo import LocalArtifactRepository
from surrogate import tracking
from surrogate.tracking import registry
from surrogate.tracking.relocation import local_path

def die(*args, **kwargs):
    os._exit(9)

def half_of_the_files(client, model_id, folder, artifact_path=None):
    to = local_path(client.get_logged_model(model_id).artifact_location)
    shutil.copytree(Path(folder) / "artifacts", to / "artifacts")
    die()

def half_of_a_transaction(client, name, alias, version):
    store = sqlite3.connect("mlruns/mlflow.db", isolation_level=None)
    store.execute("PRAGMA cache_size = 5")  # so that pages are written before the end
    store.execute("BEGIN IMMEDIATE")
    store.execute("UPDATE registered_model_aliases SET version = ?", (version,))
    store.execute("CREATE TABLE large (value)")
    for _ in range(200):
        store.execute("INSERT INTO large VALUES (randomblob(3000))")
    die()

STEPS = {
    "model entry made": (MlflowClient, "log_outputs", die),
    "half of the files copied": (MlflowClient, "log_model_artifacts", half_of_the_files),
    "files whole, no version": (registry, "_new_version", die),
    "version, alias not moved": (MlflowClient, "set_registered_model_alias", die),
    "alias half moved": (MlflowClient, "set_registered_model_alias", half_of_a_transaction),
    "alias moved, run not ended": (MlflowClient, "set_terminated", die),
    "a file half written": (LocalArtifactRepository, "_publish_staged_artifact", die),
}
for step, (owner, name, put) in STEPS.items():
    child = os.fork()
    if not child:
        os.chdir(step)
        tempfile.tempdir = str(Path("tmp").absolute())
        fake_bundle.HostModel(9.0).save(Path("saved"))
        tracking.describe_store()  # the copy was moved here
        setattr(owner, name, put)
        with tracking.run("train again", "train") as run:
            example = pd.DataFrame({"framework": ["copper"]})
            tracking.promote(tracking.register(run, Path("saved"), example=example), "better")
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9, step
"""


@pytest.fixture(scope="session")
def killed(made_store, tmp_path_factory):
    """A folder with a working directory for each step, left by a process that ended there."""
    folder = tmp_path_factory.mktemp("killed")
    for step in ALL_OR_NOTHING:
        (folder / step / "tmp").mkdir(parents=True)
        shutil.copytree(made_store / "mlruns", folder / step / "mlruns")
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(HERE), str(HERE.parents[1])])}
    environment.pop("MLFLOW_TRACKING_URI", None)
    done = subprocess.run(
        [sys.executable, "-c", DYING],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture(params=ALL_OR_NOTHING)
def left(killed, place, monkeypatch, request):
    """(step, working directory) as a killed process has left it."""
    folder = killed / request.param
    monkeypatch.chdir(folder)
    monkeypatch.setattr(tempfile, "tempdir", str(folder / "tmp"))
    return request.param, folder


def nothing_is_left_over(folder):
    """Whether every version has a finished run, files that load, and nothing else is there."""
    opened = open_store(make=False)
    client = opened.client
    versions = client.search_model_versions("name = 'lihost'")
    assert {client.get_run(version.run_id).info.status for version in versions} == {"FINISHED"}
    models = {version.source.removeprefix("models:/") for version in versions}
    logged = client.search_logged_models([opened.experiment_id])
    assert {one.model_id for one in logged} == models
    assert {str(one.status) for one in logged} == {"READY"}
    folders = folder / "mlruns" / "artifacts" / "models"
    assert {path.name for path in folders.iterdir()} == models
    for model in models:
        assert json.loads((folders / model / "artifacts/artifacts/host_model/model.json").read_text())
    assert not client.search_runs([opened.experiment_id], "attributes.status = 'RUNNING'")
    assert not [*(folder / "mlruns").rglob(".artifact.uploading.*"), *(folder / "mlruns").glob("*-journal")]
    assert not [*(folder / "tmp").iterdir()]
    return True


@pytest.mark.process
@pytest.mark.skipif(not hasattr(os, "fork"), reason="the stores are made by forked processes")
def test_a_killed_registration_is_whole_or_gone(left, host_model):
    step, folder = left
    status, factor = ALL_OR_NOTHING[step]
    assert tracking.load_champion().factor == factor  # as it was left, before any run has started
    with tracking.run("next", "propose"):
        pass
    assert tracking.load_champion().factor == factor
    assert nothing_is_left_over(folder)
    opened = open_store(make=False)
    (run,) = opened.client.search_runs([opened.experiment_id], "attributes.run_name = 'train again'")
    assert run.info.status == status
    if step in REPEATED:
        with tracking.run("train once more", "train") as again:
            tracking.promote(tracking.register(again, folder / "saved", example=EXAMPLE))
        assert tracking.champion().run_id == again.id
        assert tracking.load_champion().factor == 9.0
        assert nothing_is_left_over(folder)


@pytest.mark.parametrize("error", [ValueError("bad"), KeyboardInterrupt(), SystemExit(143)])
def test_an_interrupted_registration_is_taken_back(store, host_model, error, monkeypatch):
    (store / "tmp").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(store / "tmp"))
    host_model(9.0).save(store / "better")

    def train():
        with tracking.run("x", "train") as run:
            ids.append(run.id)
            tracking.register(run, store / "better", example=EXAMPLE)
            raise error

    ids = []
    with pytest.raises(type(error)):
        train()
    assert open_store(make=False).client.get_run(ids[0]).info.status == "FAILED"
    assert tracking.load_champion().factor == 2.5
    assert nothing_is_left_over(store)


def test_what_an_alias_points_to_is_never_taken_back(store, host_model):
    host_model(9.0).save(store / "better")

    def train():
        with tracking.run("x", "train") as run:
            tracking.challenge(tracking.register(run, store / "better", example=EXAMPLE), "because")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        train()
    client = open_store(make=False).client
    found = client.get_model_version_by_alias("lihost", "challenger")
    assert str(found.version) == "2"
    assert client.get_run(found.run_id).info.status == "FINISHED"


def test_two_commands_may_put_the_same_run_in_order(store, host_model, monkeypatch):
    """The second finds done what it was about to do."""
    host_model(9.0).save(store / "better")
    run = tracking.runs._start("x", "train", None, True, None, "")
    tracking.register(run, store / "better", example=EXAMPLE)
    opened = open_store(make=False)
    found = {
        name: getattr(opened.client, name)(*arguments)
        for name, arguments in {
            "search_model_versions": [f"run_id = '{run.id}'"],
            "search_logged_models": [[opened.experiment_id], f"source_run_id = '{run.id}'"],
            "get_model_version": ["lihost", "2"],
        }.items()
    }
    end_early(opened, run.id, "KILLED")
    for name, answer in found.items():  # as the second has seen it before the first was done
        monkeypatch.setattr(opened.client, name, lambda *arguments, answer=answer: answer)
    end_early(opened, run.id, "KILLED")
    monkeypatch.undo()
    assert opened.client.get_run(run.id).info.status == "KILLED"


def test_a_process_is_told_by_machine_number_and_start():
    here, own = platform.node(), processes.process_tag(os.getpid())
    assert not processes.is_gone(own)
    assert not processes.is_gone(f"{here}:{os.getpid()}")  # as it was written before starts were
    assert not processes.is_gone(f"another-{own}")
    assert not processes.is_gone("")
    assert processes.is_gone(f"{own}1")  # the number is used again: by another process
    assert processes.is_gone(f"{here}:{2**22 + 1}:5")  # beyond the largest number that Linux gives


@pytest.mark.process
@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_a_process_that_was_killed_but_not_asked_for_is_gone():
    process = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    tag = processes.process_tag(process.pid)
    assert not processes.is_gone(tag)
    process.kill()
    os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
    assert processes.is_gone(tag)  # a zombie: its number is still taken
    process.wait()
    assert processes.is_gone(tag)


def test_scratch_of_the_living_and_of_other_machines_is_left_alone(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    kept = {
        f"lihost-run-{processes.process_tag(os.getppid()).replace(':', '-')}-x",
        "lihost-run-a-b-1-2-x",
        "other",
    }
    for name in [*kept, f"lihost-run-{platform.node()}-{2**22 + 1}-7-x"]:
        (tmp_path / name).mkdir()
    with processes.scratch():
        inside = Path(tempfile.gettempdir())
        assert inside.parent == tmp_path
        with processes.scratch():  # a run within a run
            assert Path(tempfile.gettempdir()) == inside
        assert inside.is_dir()
    assert tempfile.tempdir == str(tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == kept
