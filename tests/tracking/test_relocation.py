"""A store that was moved or copied: its absolute paths follow it, and nothing else is touched."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pandas as pd
import pytest

from surrogate import tracking
from surrogate.errors import ModelError, StoreError
from surrogate.tracking.relocation import PATH_COLUMNS, original_folder, relocate


def texts(database):
    """Every (table, column, text) of a database."""
    with closing(sqlite3.connect(database)) as connection:
        tables = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        for table in tables:
            for _, column, *_ in connection.execute(f'PRAGMA table_info("{table}")').fetchall():
                for (value,) in connection.execute(f'SELECT "{column}" FROM "{table}"').fetchall():
                    if isinstance(value, str):
                        yield table, column, value


def test_every_absolute_path_of_a_real_store_is_known(made_store):
    """Fails when a later MLflow keeps its paths in one more column."""
    database = made_store / "mlruns" / "mlflow.db"
    holding = {(table, column) for table, column, value in texts(database) if str(made_store) in value}
    assert holding
    assert holding <= {(table, column) for table, column, _ in PATH_COLUMNS}


def test_a_copied_store_is_mended_and_the_original_left_alone(store, made_store):
    before = (made_store / "mlruns" / "mlflow.db").read_bytes()
    line = tracking.describe_store()
    assert f"moved here from {made_store}" in line
    assert "\n" not in line
    assert "moved" not in tracking.describe_store()  # said once
    values = [value for _, _, value in texts(store / "mlruns" / "mlflow.db")]
    assert not any(str(made_store) in value for value in values)
    assert any(str(store) in value for value in values)
    assert (made_store / "mlruns" / "mlflow.db").read_bytes() == before


@pytest.mark.parametrize("name", ["renamed", "with space", "Zürich", "100% sure"])
def test_the_champion_loads_after_a_move(store, name, monkeypatch):
    old = tracking.load_champion().factor
    moved = store.parent / name
    store.rename(moved)
    monkeypatch.chdir(moved)
    assert tracking.load_champion().factor == old == 2.5
    assert tracking.champion().folder.is_relative_to(moved)


@pytest.mark.process
def test_raw_mlflow_works_again_after_any_command(store, monkeypatch):
    tracking.describe_store()
    moved = store.parent / "another name"
    store.rename(moved)
    script = (
        "import fake_bundle, mlflow, pandas as pd\n"
        "model = mlflow.pyfunc.load_model('models:/lihost@champion')\n"
        "designs = pd.DataFrame({'framework': ['copper'], 'thickness_um': [40]})\n"
        "print(model.predict(designs)['ccd_mA_cm2'][0])\n"
        "run = mlflow.search_runs(search_all_experiments=True).iloc[0]\n"
        "print(mlflow.artifacts.load_text(run.artifact_uri + '/environment.json')[:1])\n"
    )
    environment = {
        **os.environ,
        "PYTHONPATH": str(Path(__file__).parent),
        "MLFLOW_TRACKING_URI": "sqlite:///mlruns/mlflow.db",
    }
    monkeypatch.chdir(moved)
    assert "moved here" in tracking.describe_store()
    done = subprocess.run(
        [sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=False
    )
    assert done.stdout.split() == [str(40 * 2.5 + 1 / 3), "{"], done.stderr


def test_new_runs_after_a_move_are_kept_in_the_new_place(store):
    with tracking.run("later", "propose") as run:
        run.text("hello", "note.txt")
    assert list((store / "mlruns" / "artifacts").glob("*/artifacts/note.txt"))


@pytest.fixture
def invented(tmp_path):
    """A small database with the columns of interest, of a store once made in /old/mlruns."""
    database = tmp_path / "mlruns" / "mlflow.db"
    database.parent.mkdir()
    with closing(sqlite3.connect(database)) as connection:
        connection.executescript(
            """
            CREATE TABLE experiments (name TEXT, artifact_location TEXT);
            CREATE TABLE runs (artifact_uri TEXT);
            CREATE TABLE model_versions (source TEXT, storage_location TEXT);
            CREATE TABLE trace_tags (key TEXT, value TEXT);
            INSERT INTO experiments VALUES
                ('lihost', 'file:///old/mlruns/artifacts'), ('Default', '/old/mlruns/0');
            INSERT INTO runs VALUES
                ('/old/mlruns/artifacts/r1'), ('/old/mlruns2/r2'), ('s3://bucket/old/mlruns/r3'), (NULL),
                ('/older/old/mlruns/r4'), ('/old/mlruns'), ('file:///old/mlruns/a%20b');
            INSERT INTO model_versions VALUES ('models:/m-1', '/old/mlruns/models/m-1');
            INSERT INTO trace_tags VALUES
                ('mlflow.artifactLocation', '/old/mlruns/t'), ('note', '/old/mlruns/t');
            """
        )
    return database


def column(database, query):
    with closing(sqlite3.connect(database)) as connection:
        return [row[0] for row in connection.execute(query).fetchall()]


def test_only_paths_under_the_old_folder_change(invented):
    new = str(invented.parent)
    assert original_folder(invented) == Path("/old/mlruns")
    assert relocate(invented) == Path("/old/mlruns")
    assert column(invented, "SELECT artifact_uri FROM runs") == [
        f"{new}/artifacts/r1",
        "/old/mlruns2/r2",
        "s3://bucket/old/mlruns/r3",
        None,
        "/older/old/mlruns/r4",
        new,
        f"{Path(new).as_uri()}/a%20b",
    ]
    assert column(invented, "SELECT artifact_location FROM experiments") == [
        f"{Path(new).as_uri()}/artifacts",
        f"{new}/0",
    ]
    assert column(invented, "SELECT source FROM model_versions") == ["models:/m-1"]
    assert column(invented, "SELECT storage_location FROM model_versions") == [f"{new}/models/m-1"]
    assert column(invented, "SELECT value FROM trace_tags") == [f"{new}/t", "/old/mlruns/t"]
    assert relocate(invented) is None


def test_a_rewrite_that_fails_half_way_changes_nothing(invented, monkeypatch, tmp_path):
    with closing(sqlite3.connect(invented)) as connection:
        connection.execute(
            "CREATE TRIGGER stop BEFORE UPDATE ON model_versions "
            "BEGIN SELECT RAISE(ABORT, 'disk is full'); END"
        )
    before = list(texts(invented))
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)
    with pytest.raises(StoreError, match="moved from /old/mlruns") as caught:
        tracking.describe_store()
    assert "free some space" in str(caught.value)
    assert list(texts(invented)) == before


def test_a_store_named_by_the_variable_is_never_rewritten(invented, monkeypatch, tmp_path):
    """Its paths may be right for the machine that owns it."""
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    monkeypatch.setenv("MLFLOW_TRACKING_URI", f"sqlite:///{invented}")
    before = list(texts(invented))
    assert "moved" not in tracking.describe_store()
    assert list(texts(invented)) == before


def test_artifacts_kept_elsewhere_on_purpose_are_left_there(invented):
    with closing(sqlite3.connect(invented)) as connection, connection:
        connection.execute(
            "UPDATE experiments SET artifact_location = 's3://bucket/team' WHERE name = 'lihost'"
        )
    assert original_folder(invented) is None
    assert relocate(invented) is None


def test_a_link_to_the_store_is_not_a_move(store, monkeypatch):
    tracking.describe_store()
    other = store.parent / "other"
    other.mkdir()
    (other / "mlruns").symlink_to(store / "mlruns", target_is_directory=True)
    monkeypatch.chdir(other)
    assert "moved" not in tracking.describe_store()
    assert tracking.load_champion().factor == 2.5


def test_files_that_are_gone_are_named(store):
    shutil.rmtree(store / "mlruns" / "artifacts" / "models")
    with pytest.raises(ModelError, match="are gone") as caught:
        tracking.load_champion()
    assert str(store) in str(caught.value)
    assert "surrogate train" in str(caught.value)


def test_predictions_are_those_from_before(store, host_model):
    designs = pd.DataFrame({"framework": ["copper"] * 3, "thickness_um": [10, 20, 30]})
    pd.testing.assert_frame_equal(tracking.load_champion().predict(designs), host_model(2.5).predict(designs))
