"""What a run holds, and how it ends."""

from __future__ import annotations

import errno
import json
import os
import platform
import signal
import subprocess
import sys
import time
import weakref

import pandas as pd
import pytest

from surrogate import tracking
from surrogate.errors import StoreError
from surrogate.tracking import processes
from surrogate.tracking import runs as runs_module
from surrogate.tracking.provenance import file_hash, git_state, package_versions, table_hash
from surrogate.tracking.store import open_store


def recorded(run_id):
    return open_store(make=False).client.get_run(run_id)


def artifact(store, run_id, path):
    return (store / "mlruns" / "artifacts" / run_id / "artifacts" / path).read_text()


def status(run_id):
    return recorded(run_id).info.status


def test_all_that_a_run_holds(store):
    figure = type("Figure", (), {"to_html": lambda self, **kw: f"script={kw['include_plotlyjs']};"})()
    with tracking.run("propose ether", "propose", seed=11) as run:
        run.params({"recipe": {"name": "default", "targets": ["a", "b"]}})
        run.metrics({"crps": 0.25, "missing": float("nan")})
        run.series("loss", [3.0, 2.0, 1.5])
        tracking.add_part(
            run, "median", "entrant", {"entrant": "median"}, {"crps": 0.5, "missing": float("nan")}
        )
        run.tags({"campaign": "ether"})
        run.table(pd.DataFrame({"target": ["ccd"], "crps": [0.125]}), "scorecard")
        run.figures([figure, figure], "figures/pareto.html")
        run.describe("Four **hosts**.")
        run.text("# Card", "model_card.md")
        (store / "candidates.csv").write_text("a\n1\n")
        run.file(store / "candidates.csv", "proposals")
        run.dataset("literature", "ab" * 32, source="datasets/literature", rows=85)
    found = recorded(run.id)
    assert found.info.status == "FINISHED"
    assert found.info.run_name == "propose ether"
    assert found.data.params["recipe.name"] == "default"
    assert found.data.params["recipe.targets"] == "a, b"
    assert found.data.params["seed"] == "11"
    assert found.data.params["git"] == git_state()
    assert found.data.params["data.literature.sha256"] == "ab" * 32
    assert found.data.metrics == {"crps": 0.25, "loss": 1.5}
    client = open_store(make=False).client
    losses = client.get_metric_history(run.id, "loss")
    assert [(one.step, one.value) for one in losses] == [(1, 3.0), (2, 2.0), (3, 1.5)]
    (part,) = client.search_runs([found.info.experiment_id], f"tags.`mlflow.parentRunId` = '{run.id}'")
    assert (part.info.run_name, part.info.status, part.data.tags["kind"]) == ("median", "FINISHED", "entrant")
    assert (part.data.params, part.data.metrics) == ({"entrant": "median"}, {"crps": 0.5})
    assert found.data.tags["campaign"] == "ether"
    assert found.data.tags["kind"] == "propose"
    assert not [name for name in found.data.params if "torch" in name], "packages are in a file"
    assert json.loads(artifact(store, run.id, "environment.json"))["packages"] == package_versions()
    (dataset,) = found.inputs.dataset_inputs
    assert (dataset.dataset.name, dataset.dataset.digest) == ("literature", ("ab" * 32)[:36])
    assert json.loads(artifact(store, run.id, "tables/scorecard.json"))["columns"] == ["target", "crps"]
    assert "<table" in artifact(store, run.id, "tables/scorecard.html")
    page = artifact(store, run.id, "figures/pareto.html")
    assert page.endswith("script=True;script=False;")  # once: no network to look at it, no second copy
    assert found.data.tags["mlflow.note.content"] == "Four **hosts**."
    assert artifact(store, run.id, "proposals/candidates.csv") == "a\n1\n"
    assert json.loads(artifact(store, run.id, "environment.json"))["git"] == git_state()


def test_a_run_has_few_metrics(store):
    """Whatever the number of steps; 96 of them ungrouped said nothing to anybody."""
    values = {f"m/{number}": 1.0 for number in range(tracking.MOST_METRICS)}
    with tracking.run("x", "train") as run:
        for step in (1, 2):
            run.metrics(values, step=step)
        with pytest.raises(ValueError, match="12 at most"):
            run.metrics({"one more": 1.0})
        with pytest.raises(ValueError, match="12 at most"):
            tracking.add_part(run, "x", "entrant", {}, values | {"one more": 1.0})


def test_a_run_that_has_ended_takes_what_is_decided_later(store):
    with tracking.run("x", "train") as run:
        run.table(pd.DataFrame({"a": [1, 2]}), "new")
        run.text(json.dumps({"columns": ["b"], "data": [[3]]}), "old.json")  # as runs of before kept tables
    tracking.earlier_run(run.id).tags({"promoted_because": "by hand: why not"})
    assert recorded(run.id).data.tags["promoted_because"] == "by hand: why not"
    assert status(run.id) == "FINISHED"
    assert tracking.logged_table(run.id, "new")["a"].tolist() == [1, 2]
    assert tracking.logged_table(run.id, "old")["b"].tolist() == [3]
    assert tracking.logged_table(run.id, "none") is None


@pytest.mark.parametrize(
    ("name", "was", "now"), [("new", "1.25", "1.75"), ("new", "]", ""), ("old", "]", "")]
)
def test_a_table_that_is_not_what_was_recorded_is_not_used(store, name, was, now):
    with tracking.run("x", "train") as run:
        run.table(pd.DataFrame({"a": [1.25, 2]}), "new")
        run.text(json.dumps({"columns": ["b"], "data": [[3]]}), "old.json")
    (path,) = store.rglob(f"{name}.json")
    path.write_text(path.read_text().replace(was, now))
    with pytest.warns(
        tracking.DamagedTableWarning, match=f"table {name} of the MLflow run {run.id} was damaged"
    ):
        assert tracking.logged_table(run.id, name) is None


def test_a_table_that_grows_is_what_was_recorded(store):
    with tracking.run("x", "train") as run:
        run.table(pd.DataFrame({"a": [1]}), "new")
        run.table(pd.DataFrame({"a": [2]}), "new")
    assert tracking.logged_table(run.id, "new")["a"].tolist() == [1, 2]


@pytest.mark.parametrize("error", [ValueError("bad"), KeyboardInterrupt(), SystemExit(2)])
def test_a_run_that_fails_is_marked_so(store, error):
    with pytest.raises(type(error)), tracking.run("x", "train") as run:
        raise error
    assert status(run.id) == "FAILED"


@pytest.mark.process
def test_a_terminated_process_marks_its_run(store):
    script = (
        "import time\n"
        "from surrogate import tracking\n"
        "with tracking.run('x', 'train') as run:\n"
        "    print(run.id, flush=True); time.sleep(60)\n"
    )
    process = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True)
    run_id = process.stdout.readline().strip()
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=60) == 128 + signal.SIGTERM
    assert status(run_id) == "FAILED"


def test_the_handler_of_sigterm_is_put_back(store):
    before = signal.getsignal(signal.SIGTERM)
    with tracking.run("x", "train"):
        assert signal.getsignal(signal.SIGTERM) is not before
    assert signal.getsignal(signal.SIGTERM) is before


def _told_to_end_in_a_callback() -> None:
    class Thing: ...

    thing = Thing()
    kept = weakref.ref(thing, lambda _: signal.raise_signal(signal.SIGTERM))
    del thing
    assert kept() is None


@pytest.mark.parametrize("seconds", [30.0, 0.0], ids=["goes on", "ends at once"])
def test_a_signal_that_falls_into_a_callback_ends_the_run_all_the_same(store, capfd, seconds):
    def work() -> None:
        _told_to_end_in_a_callback()
        time.sleep(seconds)

    before, began = sys.unraisablehook, time.perf_counter()
    with pytest.raises(SystemExit) as ended, tracking.run("x", "train") as run:
        work()
    assert ended.value.code == 128 + signal.SIGTERM
    assert time.perf_counter() - began < 25.0
    assert status(run.id) == "FAILED"
    assert sys.unraisablehook is before
    assert "Exception ignored" not in capfd.readouterr().err


@pytest.mark.process
def test_runs_of_killed_processes_are_closed_by_the_next(store):
    opened = open_store(make=True)
    ended = subprocess.Popen([sys.executable, "-c", "pass"])
    ended.wait()
    owners = {"killed": ended.pid, "alive": os.getppid()}
    ids = {}
    for name, pid in owners.items():
        tags = {"process": processes.process_tag(pid)}
        ids[name] = opened.client.create_run(opened.experiment_id, tags=tags, run_name=name).info.run_id
    others = {
        "elsewhere": f"another-machine:{ended.pid}:1",
        "its number is another's": f"{platform.node()}:{os.getppid()}:1",
        "as before": f"{platform.node()}:{ended.pid}",
    }
    for name, tag in others.items():
        ids[name] = opened.client.create_run(opened.experiment_id, tags={"process": tag}).info.run_id
    with tracking.run("next", "train"):
        pass
    found = {name: status(run_id) for name, run_id in ids.items()}
    left_alone = {"alive": "RUNNING", "elsewhere": "RUNNING"}
    assert found == left_alone | dict.fromkeys(["killed", "its number is another's", "as before"], "KILLED")


def test_a_part_of_a_killed_run_is_closed_as_well(store, monkeypatch):
    def killed(*_, **__):
        raise KeyboardInterrupt

    with tracking.run("x", "train") as run, monkeypatch.context() as patch:
        patch.setattr("mlflow.MlflowClient.set_terminated", killed)
        with pytest.raises(KeyboardInterrupt):
            tracking.add_part(run, "part", "entrant", {"a": 1}, {"b": 2.0})
        patch.undo()
    opened = open_store(make=False)
    (part,) = opened.client.search_runs([opened.experiment_id], "attributes.status = 'RUNNING'")
    assert part.data.tags["process"] == processes.process_tag(os.getpid())
    monkeypatch.setattr("surrogate.tracking.interruption.is_gone", bool)  # whatever has a process
    with tracking.run("next", "train"):
        pass
    assert status(part.info.run_id) == "KILLED"


def proposing(place):
    with tracking.run("x", "propose", required=False) as run:
        run.params({"a": 1})
        run.metrics({"b": 2.0})
        run.table(pd.DataFrame({"a": [1]}), "t")
        run.text("b", "b.txt")
        (place / "candidates.csv").write_text("written")
    return run


def test_without_a_store_an_optional_run_warns_and_goes_on(place):
    (place / "mlruns").write_text("")
    with pytest.warns(tracking.StoreWarning, match="not recorded"):
        run = proposing(place)
    assert not run.recorded
    assert (place / "candidates.csv").read_text() == "written"


@pytest.fixture
def full_disk(store, monkeypatch):
    """A store that can be opened and whose artifacts cannot be written."""
    import mlflow

    def full(self, *args, **kwargs):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    run = runs_module._start("x", "train", None, True, None, "")
    monkeypatch.setattr(mlflow.MlflowClient, "log_text", full)
    monkeypatch.setattr(runs_module, "_start", lambda name, kind, seed, required, *_: replaced(run, required))
    return run


def replaced(run, required):
    run.required = required
    return run


def test_a_disk_that_fills_up_fails_a_training(full_disk):
    with pytest.raises(StoreError, match="free some space"), tracking.run("x", "train") as run:
        run.text("a", "a.txt")
    assert status(full_disk.id) == "FAILED"


def test_a_disk_that_fills_up_does_not_fail_proposals(full_disk, place):
    with pytest.warns(tracking.StoreWarning, match="No space left") as said:
        proposing(place)
    assert len(said) == 1
    assert (place / "candidates.csv").read_text() == "written"


def test_more_parameters_than_one_request_takes(store):
    with tracking.run("x", "train") as run:
        run.params({f"p{number}": number for number in range(230)})
    assert {f"p{number}" for number in range(230)} <= recorded(run.id).data.params.keys()


def test_table_hash_sees_values_and_names_but_not_the_index():
    table = pd.DataFrame({"a": [1.0, 2.0], "b": ["x", None]})
    same = table.set_axis([7, 8]).astype({"b": object})
    assert table_hash(table) == table_hash(same)
    assert table_hash(table) != table_hash(table.rename(columns={"a": "c"}))
    assert table_hash(table) != table_hash(table.assign(a=[1.0, 2.0000001]))
    assert table_hash(table) != table_hash(table.iloc[::-1])


@pytest.mark.parametrize("column", ["string", "Int64", "boolean", "Float64", "datetime64[ns]"])
def test_table_hash_takes_any_kind_of_missing_value(column):
    values = {"string": "x", "boolean": True, "datetime64[ns]": "2024-01-01"}
    typed = pd.DataFrame({"a": pd.Series([values.get(column, 3), None], dtype=column)})
    plain = typed.astype(object).where(typed.notna(), None)
    assert table_hash(typed) == table_hash(plain)
    assert table_hash(typed) != table_hash(typed.iloc[:1])
    assert table_hash(pd.DataFrame({"a": [None]})) != table_hash(pd.DataFrame({"a": [""]}))


def test_table_hash_of_the_same_numbers_in_another_type():
    whole = pd.DataFrame({"a": pd.Series([1, pd.NA], dtype="Int64")})
    assert table_hash(whole) == table_hash(pd.DataFrame({"a": [1.0, float("nan")]}))
    assert table_hash(pd.DataFrame({"a": [True]})) != table_hash(pd.DataFrame({"a": [1]}))


def test_file_hash(tmp_path):
    (tmp_path / "f").write_bytes(b"abc")
    assert file_hash(tmp_path / "f").startswith("ba7816bf8f01cfea")  # FIPS 180-2, example B.1


@pytest.mark.process
def test_git_state(tmp_path):
    assert git_state(tmp_path) == "not a checkout"
    git = ["git", "-C", str(tmp_path), "-c", "user.name=n", "-c", "user.email=e"]
    subprocess.run([*git, "init", "-q"], check=True)
    (tmp_path / "surrogate").mkdir()
    (tmp_path / "surrogate" / "a.py").write_text("1\n")
    subprocess.run([*git, "add", "."], check=True)
    subprocess.run([*git, "commit", "-q", "-m", "first"], check=True)
    git_state.cache_clear()
    clean = git_state(tmp_path)
    assert len(clean) == 40
    (tmp_path / "README.md").write_text("edited")
    git_state.cache_clear()
    assert git_state(tmp_path) == clean
    (tmp_path / "surrogate" / "a.py").write_text("2\n")
    git_state.cache_clear()
    assert git_state(tmp_path) == f"{clean} dirty"
    git_state.cache_clear()
    assert git_state(tmp_path / "surrogate") == "not a checkout"  # a package inside another repository
