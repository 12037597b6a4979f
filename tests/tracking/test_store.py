"""Which store is used, what is said about it, and what happens when it cannot be used."""

from __future__ import annotations

import os
import platform
import re
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from surrogate import tracking
from surrogate.errors import ModelError, StoreError
from surrogate.tracking import store as store_module
from surrogate.tracking.store import open_store
from surrogate.tracking.store_errors import guarded


def test_default_store_is_in_the_working_directory(place):
    found = tracking.current_store()
    assert found.shown == "sqlite:///mlruns/mlflow.db"
    assert found.database == place / "mlruns" / "mlflow.db"
    assert tracking.describe_store() == f"MLflow store: sqlite:///mlruns/mlflow.db (of {place})"
    assert not (place / "mlruns").exists()  # saying which store it is makes nothing


def test_the_variable_wins(place, monkeypatch):
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "http://example.invalid:5000")
    found = tracking.current_store()
    assert (found.uri, found.database) == ("http://example.invalid:5000", None)
    line = tracking.describe_store()
    assert line == "MLflow store: http://example.invalid:5000 (set by MLFLOW_TRACKING_URI)"


@pytest.mark.parametrize("form", ["sqlite:///mlruns/mlflow.db", "sqlite:///{}/mlruns/mlflow.db"])
def test_the_variable_may_name_the_local_store(place, monkeypatch, form):
    monkeypatch.setenv("MLFLOW_TRACKING_URI", form.format(place))
    assert tracking.current_store().database == place / "mlruns" / "mlflow.db"


def test_a_password_is_never_shown(place, monkeypatch):
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "postgresql://anna:sec/ret@db:5432/mlflow")
    assert "postgresql://***@db:5432/mlflow" in tracking.describe_store()
    assert "ret" not in tracking.describe_store()
    assert "anna" not in repr(tracking.current_store().shown)


def test_no_champion_says_what_to_run_and_makes_nothing(place):
    with pytest.raises(ModelError, match="no champion") as caught:
        tracking.load_champion()
    assert "surrogate train" in str(caught.value)
    assert list(place.iterdir()) == []


def test_a_file_in_place_of_the_folder(place):
    (place / "mlruns").write_text("")
    with pytest.raises(StoreError) as caught, tracking.run("x", "train"):
        pass
    assert str(place / "mlruns") in str(caught.value)
    assert "To mend it" in str(caught.value)


def test_a_file_that_is_no_database(place):
    (place / "mlruns").mkdir()
    (place / "mlruns" / "mlflow.db").write_text("this is not a database, it is a text\n" * 40)
    for use in (tracking.describe_store, tracking.load_champion):
        with pytest.raises(StoreError, match="not a database") as caught:
            use()
        assert "move" in str(caught.value)
        assert str(place / "mlruns" / "mlflow.db") in str(caught.value)


@pytest.mark.parametrize(
    ("reason", "remedy"),
    [
        ("[Errno 28] No space left on device", "free some space"),
        ("(sqlite3.OperationalError) database or disk is full", "free some space"),
        ("(sqlite3.OperationalError) disk I/O error", "check that disk, its quota"),
        ("attempt to write a readonly database", "make the folder writable"),
        ("[Errno 30] Read-only file system: 'mlruns'", "make the folder writable"),
        ("Detected out-of-date database schema (found version a, but expected b)", "mlflow db upgrade"),
        ("database is locked", "wait for it"),
    ],
)
def test_remedies(place, reason, remedy):
    store = tracking.current_store()
    with pytest.raises(StoreError) as caught, guarded(store, "cannot do it"):
        raise OSError(reason)
    assert remedy in str(caught.value)
    assert store.where in str(caught.value)


def test_errors_of_the_program_itself_are_not_dressed_up(place):
    with pytest.raises(KeyError), guarded(tracking.current_store(), "cannot do it"):
        raise KeyError("a mistake")


@pytest.mark.process
def test_two_processes_may_make_the_store_at_once_silently_and_without_network(tmp_path):
    script = (
        "import os, socket\n"
        "def refuse(*a, **k): print('NETWORK', a[1:])\n"
        "socket.socket.connect = refuse\n"
        "import pandas as pd\n"
        "from surrogate import tracking\n"
        "for number in range(4):\n"
        "    with tracking.run(f'run {number}', 'train') as run:\n"
        "        run.metrics({'m': number})\n"
        "        run.table(pd.DataFrame({'a': ['x']}), 'table.json')\n"
        "assert 'MLFLOW_TRACKING_URI' not in os.environ\n"
    )
    environment = {key: value for key, value in os.environ.items() if not key.startswith("MLFLOW_")}
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    both = [
        subprocess.Popen([sys.executable, "-c", script], cwd=tmp_path, env=environment, **pipes)
        for _ in range(2)
    ]
    said = [process.communicate(timeout=120) for process in both]
    assert said == [("", ""), ("", "")]
    assert [process.returncode for process in both] == [0, 0]
    assert [path.name for path in tmp_path.iterdir()] == ["mlruns"]  # no mlflow.db beside it
    with closing(sqlite3.connect(tmp_path / "mlruns" / "mlflow.db")) as connection:
        states = connection.execute("SELECT status, count(*) FROM runs GROUP BY status").fetchall()
    assert states == [("FINISHED", 8)]


def test_making_a_store_that_was_interrupted_starts_afresh(made_store, place, monkeypatch):
    """What a killed process leaves: the scratch file half made, the database empty or absent."""
    (place / "mlruns").mkdir()
    (place / "mlruns" / "mlflow.db").touch()
    (place / "mlruns" / ".making-old.db").write_bytes(
        (made_store / "mlruns" / "mlflow.db").read_bytes()[:100_000]
    )
    made = []

    def quickly(store, make, experiment):
        """Stands for MLflow's migrations, which take seconds."""
        scratch = Path(store.uri.removeprefix("sqlite:///"))
        made.append(scratch.name)
        assert not scratch.exists()
        shutil.copy(made_store / "mlruns" / "mlflow.db", scratch)

    original = store_module._opened
    monkeypatch.setattr(store_module, "_opened", lambda *given: (original if made else quickly)(*given))
    assert store_module.open_store(make=True) is not None
    assert len(made) == 1
    assert made[0] not in ("mlflow.db", ".making-old.db")
    assert sorted(path.name for path in (place / "mlruns").iterdir()) == [".making.lock", "mlflow.db"]


def test_scratch_of_a_process_that_was_killed_when_the_store_was_made_is_removed(store):
    (store / "mlruns" / ".making-old.db").touch()
    (store / "mlruns" / ".making-old.db-journal").touch()
    assert open_store(make=False) is not None
    assert not [*(store / "mlruns").glob(".making-*")]


def test_a_store_in_which_a_process_was_killed_half_way_opens(store):
    """Half a transaction stands in the file, and the journal that takes it back beside it."""
    tracking.describe_store()  # the copy was moved here
    half = (
        "import os, sqlite3\n"
        "store = sqlite3.connect('mlruns/mlflow.db', isolation_level=None)\n"
        "store.execute('PRAGMA cache_size = 5')\n"
        "store.execute('BEGIN IMMEDIATE')\n"
        "store.execute('DELETE FROM registered_model_aliases')\n"
        "store.execute('CREATE TABLE large (value)')\n"
        "for _ in range(200):\n"
        "    store.execute('INSERT INTO large VALUES (randomblob(3000))')\n"
        "os._exit(9)\n"
    )
    assert subprocess.run([sys.executable, "-c", half], check=False).returncode == 9
    assert (store / "mlruns" / "mlflow.db-journal").stat().st_size > 0
    assert tracking.champion().version == "1"
    assert not (store / "mlruns" / "mlflow.db-journal").exists()


def test_command_of_the_page(store):
    command, environment, page = tracking.ui_command(5123)
    assert command[1:4] == ["-m", "mlflow", "server"]
    assert re.search(r"sqlite:////.*mlruns/mlflow\.db", environment["MLFLOW_BACKEND_STORE_URI"])
    assert "mlflow.db" not in " ".join(
        command
    )  # an address may hold a password, and every user sees the command
    assert command[command.index("--port") + 1] == "5123"
    assert environment["MLFLOW_DISABLE_TELEMETRY"] == "true"
    assert page.startswith("http://127.0.0.1:5123/#/experiments")
    experiment = open_store(make=False).client.get_experiment_by_name("lihost/train")
    assert "surrogate train" in experiment.tags["mlflow.note.content"]


def test_a_store_of_before_with_one_experiment_still_works(store):
    """Its champion loads, a move is followed, and what a killed process left in it is put in order."""
    with closing(sqlite3.connect(store / "mlruns" / "mlflow.db")) as connection:
        connection.execute("UPDATE experiments SET name = 'lihost' WHERE name = 'lihost/train'")
        connection.execute("UPDATE runs SET status = 'RUNNING'")
        connection.execute("UPDATE tags SET value = 'elsewhere:1:1' WHERE key = 'process'")
        connection.commit()
    assert "moved here" in tracking.describe_store()
    assert tracking.champion().version == "1"
    left = tracking.champion().run_id
    own = f"{platform.node()}:{2**22 + 1}:5"  # a process that is gone
    open_store(make=False).client.set_tag(left, "process", own)
    with tracking.run("x", "train"):
        pass
    opened = open_store(make=False)
    assert opened.client.get_run(left).info.status == "FINISHED"
    names = {one.name for one in opened.client.search_experiments()}
    assert {"lihost", "lihost/train"} <= names


def test_a_database_of_a_team_keeps_files_where_its_variable_says(store, tmp_path, monkeypatch):
    shutil.copy(store / "mlruns" / "mlflow.db", tmp_path / "team.db")
    monkeypatch.setenv("MLFLOW_TRACKING_URI", f"sqlite:///{tmp_path}/team.db")
    monkeypatch.setenv("MLFLOW_DEFAULT_ARTIFACT_ROOT", str(tmp_path / "shared #1"))
    with tracking.run("x", "search", experiment="lihost/search") as run:
        run.text("found", "a.txt")
    assert [one.read_text() for one in (tmp_path / "shared #1").rglob("a.txt")] == ["found"]
    monkeypatch.setenv("MLFLOW_DEFAULT_ARTIFACT_ROOT", "s3://bucket/lihost")
    opened = open_store(make=True, experiment="lihost/benchmark")
    found = opened.client.get_experiment(opened.experiment_id)
    assert found.artifact_location == "s3://bucket/lihost"


def test_a_champion_whose_files_are_on_another_machine(store, tmp_path, monkeypatch):
    from surrogate.tracking.relocation import relocate

    relocate(store / "mlruns" / "mlflow.db")
    shutil.copy(store / "mlruns" / "mlflow.db", tmp_path / "team.db")
    monkeypatch.setenv("MLFLOW_TRACKING_URI", f"sqlite:///{tmp_path}/team.db")
    assert tracking.champion().version == "1"
    (store / "mlruns" / "artifacts").rename(tmp_path / "elsewhere")
    with pytest.raises(ModelError, match=r"are gone.*MLFLOW_DEFAULT_ARTIFACT_ROOT.*docs/teams\.md"):
        tracking.champion()


def test_a_server_has_its_own_page(place, monkeypatch):
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "http://example.invalid:5000")
    with pytest.raises(StoreError, match="open that address"):
        tracking.ui_command(5123)
