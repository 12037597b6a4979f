"""A search sees half of the papers, goes on where it was interrupted, and leaves a recipe and nested runs."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import optuna
import pandas as pd
import pytest

from surrogate.errors import InputError, RecordError, StoreError
from surrogate.evaluation.skill import judged_rows
from surrogate.hosts.columns import TARGETS
from surrogate.learning import load_recipe, search_study
from surrogate.learning.contest import held_out_predictions
from surrogate.learning.search import search
from surrogate.learning.search_space import RANGES, starting_point, suggested
from surrogate.learning.search_study import Study
from surrogate.learning.searched_score import SearchedScore, half_of
from surrogate.learning.training_data import Tables
from surrogate.literature import records as literature
from surrogate.literature.featurize import to_designs
from surrogate.models.ingredients import PlainMedian
from surrogate.models.mixture import Alone, literature_mixture
from surrogate.models.mixture_settings import MixtureSettings
from surrogate.tracking.processes import process_tag
from surrogate.tracking.store import open_store

pytestmark = pytest.mark.slow
TRIALS = 9
SHOWN = ["state", "score", "batches", *MixtureSettings.model_fields]


@dataclass
class Told:
    """A score that is known: the further a length from 0.5 and the fewer prior papers, the worse, in every batch."""

    seen: list[MixtureSettings] = field(default_factory=list)
    batches: tuple[int, ...] = tuple(range(8))
    break_off: int = -1  # the trial that is broken off in its third batch
    during: Callable[[], object] = lambda: None  # called in every trial

    def shares(self, mixing):
        process = [part for part in mixing.ingredients if part.name == "fused"]
        worse = abs(np.log(process[0].length / 0.5)) if process else 1.0
        self.seen.append(mixing)
        self.during()
        for batch in self.batches:
            if len(self.seen) - 1 == self.break_off and batch == 2:
                raise KeyboardInterrupt
            yield 0.8 + 0.1 * worse + 0.01 * abs(np.log(mixing.prior_papers)) + 0.001 * batch


@pytest.fixture(scope="module")
def place(tmp_path_factory, records):
    """A working directory in which searches see few records."""
    folder = tmp_path_factory.mktemp("search")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.delenv("MLFLOW_TRACKING_URI", raising=False)
        patch.setattr(literature, "load", lambda: records)
        yield folder


@pytest.fixture
def here(place, monkeypatch):
    monkeypatch.chdir(place)
    return place


@pytest.fixture
def known(here, monkeypatch):
    """The score of ``Told`` in place of fits."""
    told = Told()
    monkeypatch.setattr(SearchedScore, "of", classmethod(lambda cls, *given: told))
    return told


def status(run_id):
    return open_store(make=False).client.get_run(run_id).info.status


def storage(folder, name):
    return f"sqlite:///{folder}/{name}.db"


@pytest.fixture(scope="module")
def data(records):
    tables = Tables.of(to_designs(records))
    return {target: tables.target(target) for target in TARGETS}


@pytest.fixture(scope="module")
def papers(data):
    return tuple(sorted(set().union(*(rows.papers.tolist() for rows in data.values()))))


def test_half_of_the_papers_is_drawn_by_the_seed():
    names = [f"p{k}" for k in range(31)]
    half = half_of(names, 0)
    assert len(half) == 15
    assert set(half) < set(names)
    assert half == half_of(names[::-1], 0)
    assert half != half_of(names, 1)


@dataclass
class Spy:
    """Remembers the papers of every fit."""

    seen: list[set[str]] = field(default_factory=list)
    name: str = "spy"

    def fit(self, data, target, *, seed):
        self.seen.append(set(data.papers.tolist()))
        return Alone(PlainMedian()).fit(data, target, seed=seed)


def test_a_score_sees_the_searched_papers_only_and_none_in_its_own_prediction(data, papers):
    half = half_of(papers, 0)
    spy = Spy()
    score = SearchedScore.of(data, half, 0)
    shares = list(score.shares(spy))
    assert set().union(*spy.seen) <= set(half)
    rows = [part for part in score.rows.values() for _ in dict.fromkeys(part.papers)]
    assert len(spy.seen) == len(rows)
    assert all(len(found) >= 1 for found in spy.seen)
    whole = [set(part.papers.tolist()) for part in score.rows.values()]
    assert all(any(len(one - found) == 1 and found < one for one in whole) for found in spy.seen)
    assert np.mean(shares) == pytest.approx(1.0), "what scores like the median is 1"


def test_the_score_is_that_of_the_champion_rule(data, papers):
    """Shares of the median's score on rows predicted without their paper, each target with the same weight."""
    mixing, median = literature_mixture(), Alone(PlainMedian())
    score = SearchedScore.of(data, half_of(papers, 0), 3)
    found = np.mean(list(score.shares(mixing)))
    predictions = held_out_predictions([mixing, median], score.rows, seed=3)
    rows = judged_rows(predictions, "mixture")
    means = rows.groupby("target")[["score", "median"]].mean()
    assert found == pytest.approx((means["score"] / means["median"]).mean(), rel=1e-9)
    assert 0.3 < found < 3.0


def test_too_few_papers_are_refused(data):
    with pytest.raises(RecordError, match="too few papers"):
        SearchedScore.of(data, ["nothing"], 0)


def test_a_trial_has_settings_within_their_limits():
    start = MixtureSettings(prior_papers=200.0)
    study = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=0))
    chosen = [suggested(study.ask(), start) for _ in range(60)]
    for name, (low, high) in RANGES.items():
        values = [getattr(one, name) for one in chosen]
        assert min(values) >= low * 0.99
        assert max(values) <= (200.0 if name == "prior_papers" else high)
        assert len(set(values)) > 20
    without = [one for one in chosen if not one.process]
    assert without
    assert {one.smooth_length for one in without} == {start.smooth_length}
    assert {one.model_validate(one.model_dump()) for one in chosen} == set(chosen)
    assert set(starting_point(start)) - set(starting_point(start.model_copy(update={"process": False}))) == {
        "process_materials", "smooth_length",
    }  # fmt: skip


@pytest.fixture(scope="module")
def whole(place, records):
    """A search by a known score, not interrupted."""
    told = Told()
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(place)
        patch.setattr(SearchedScore, "of", classmethod(lambda cls, *given: told))
        patch.setattr(literature, "load", lambda: records)
        return search(trials=TRIALS, seed=4, storage=storage(place, "whole"), out=place / "found.toml"), told


def test_it_begins_with_the_recipe_and_finds_better(whole):
    found, told = whole
    assert found.trials.loc[0, list(MixtureSettings.model_fields)].to_dict() == MixtureSettings().model_dump()
    assert told.seen[0] == literature_mixture()
    assert (
        found.score
        == found.trials.loc[found.trials["state"] == "complete", "score"].min()
        < found.begun_score
    )
    best = found.trials["score"].idxmin()
    assert found.settings.smooth_length == found.trials.loc[best, "smooth_length"]
    assert found.trials["prior_papers"].nunique() == TRIALS


def test_bad_trials_are_pruned_and_recorded(whole):
    found, _ = whole
    pruned, complete = (found.trials[found.trials["state"] == state] for state in ("pruned", "complete"))
    assert len(pruned) >= 3
    assert (pruned["batches"] < 8).all()
    assert (complete["batches"] == 8).all()
    assert pruned["score"].min() > complete["score"].min()
    assert f"{len(pruned)} of them pruned" in found.recipe


def test_each_trial_is_a_nested_run(whole, here):
    found, _ = whole
    client = open_store(make=False).client
    parent = client.get_run(found.run_id)
    assert parent.info.status == "FINISHED"
    assert parent.data.metrics["score"] == found.score
    assert parent.data.metrics["skill_vs_median/searched_papers"] == 1.0 - found.score
    assert client.get_experiment(parent.info.experiment_id).name == "lihost/search"
    assert len(parent.data.tags["mlflow.note.content"].splitlines()) <= 15
    tag = f"tags.`mlflow.parentRunId` = '{found.run_id}'"
    nested = client.search_runs([parent.info.experiment_id], tag)
    nested = {run.info.run_name: run for run in nested}
    assert set(nested) == {f"trial {number}" for number in found.trials["trial"]}
    for row in found.trials.itertuples():
        run = nested[f"trial {row.trial}"]
        assert run.data.tags["state"] == row.state
        assert run.data.metrics["score"] == pytest.approx(row.score)
        assert run.data.params["smooth_length"] == str(row.smooth_length)
        assert run.data.params["process"] == str(row.process)
        assert len(client.get_metric_history(run.info.run_id, "score")) == row.batches
        assert "git" not in run.data.params, "the parent says it for all"
    assert "git" in parent.data.params


def test_the_same_seed_finds_the_same_and_another_seed_another(whole, known, here):
    found, _ = whole
    again = search(trials=3, seed=4, storage=storage(here, "again"))
    pd.testing.assert_frame_equal(again.trials, found.trials.head(3), check_exact=True)
    assert again.papers == found.papers
    other = search(trials=2, seed=5, storage=storage(here, "other"))
    assert not other.trials.loc[1:, SHOWN].equals(found.trials.loc[1:1, SHOWN])
    assert other.papers != found.papers


def test_an_interrupted_search_goes_on_to_the_same_end(whole, known, here):
    found, _ = whole
    known.break_off = broken = 4
    place = storage(here, "interrupted")
    with pytest.raises(KeyboardInterrupt):
        search(trials=TRIALS, seed=4, storage=place)
    (kept,) = optuna.get_all_study_names(place)
    states = [trial.state.name for trial in optuna.load_study(study_name=kept, storage=place).trials]
    assert states.count("FAIL") == 1
    assert len(states) == broken + 1
    first = optuna.load_study(study_name=kept, storage=place).user_attrs["run"]
    assert status(first) == "FAILED"
    during = []
    known.during = lambda: during.append(status(first))
    result = search(trials=TRIALS, seed=4, storage=place)
    pd.testing.assert_frame_equal(result.trials[SHOWN], found.trials[SHOWN], check_exact=True)
    assert (result.settings, result.score) == (found.settings, found.score)
    assert result.run_id == first, "it goes on in the run that it began"
    assert set(during) == {"RUNNING"}
    assert status(first) == "FINISHED"


def test_a_search_that_is_done_is_told_at_once(whole, here, monkeypatch):
    def never(*given):
        raise AssertionError("nothing is left to do")

    monkeypatch.setattr(Tables, "of", never)
    told = search(trials=TRIALS - 2, seed=4, storage=storage(here, "whole"))
    pd.testing.assert_frame_equal(told.trials, whole[0].trials, check_exact=True)
    assert told.recipe == whole[0].recipe


def test_other_records_make_another_study(known, here, monkeypatch):
    place = storage(here, "records")
    search(trials=1, seed=4, storage=place)
    monkeypatch.setattr(sys.modules["surrogate.learning.search"], "file_hash", lambda path: "other records")
    search(trials=1, seed=4, storage=place)
    assert len(optuna.get_all_study_names(place)) == 2


def test_a_first_trial_that_was_broken_off_is_made_again(here):
    study = Study.open(storage(here, "broken"), "a")

    def broken_by(error):
        with study.trial(0, {"x": 0.25}) as trial:
            assert trial.suggest_float("x", 0.0, 1.0) == 0.25
            raise error

    for error in (KeyboardInterrupt, ValueError):
        with pytest.raises(error):
            broken_by(error)
    assert study.finished() == []
    assert [one.state.name for one in study.kept.trials] == ["FAIL", "FAIL"]


def test_a_trial_whose_process_was_killed_neither_counts_nor_blocks(here):
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    study = Study.open(storage(here, "killed"), "a")
    killed = study.kept.ask()
    killed.set_user_attr("process", process_tag(1).replace(":1:", f":{gone.pid}:"))
    with study.trial(0, {"x": 0.25}) as trial:
        assert trial.suggest_float("x", 0.0, 1.0) == 0.25, "it is still the first"
        study.end(trial, 1.0)
    assert [one.state.name for one in study.kept.trials] == ["FAIL", "COMPLETE"]
    assert [one.number for one in study.finished()] == [1]


def test_a_trial_of_a_living_process_is_left_alone(here):
    study = Study.open(storage(here, "living"), "a")
    with study.trial(0, {"x": 0.25}) as first:
        with study.trial(0, {"x": 0.25}) as second:
            values = [one.suggest_float("x", 0.0, 1.0) for one in (first, second)]
            study.end(second, 2.0)
        study.end(first, 1.0)
    assert values[0] == 0.25 != values[1]
    assert [one.state.name for one in study.kept.trials] == ["COMPLETE", "COMPLETE"]


def test_trials_are_kept_on_a_server(postgres):
    url = postgres.schema()
    for name in ("anna", "bert"):
        study = Study.open(url, "a")
        with study.trial(0, {"x": 0.25}) as trial:
            trial.suggest_float("x", 0.0, 1.0)
            study.end(trial, 1.0)
        study.keep(**{name: 1})
    assert [one.number for one in study.finished()] == [0, 1]
    assert [study.fact(name) for name in ("anna", "bert")] == [1, 1]
    away = url.replace("lihost@", "lihost:secret@").replace("options=", "port=1&options=")
    with pytest.raises(StoreError, match=r"cannot be opened.*check --storage") as caught:
        Study.open(away, "a")
    assert "secret" not in str(caught.value)


def test_the_recipe_that_is_written(whole, here):
    found, _ = whole
    name, recipe = load_recipe(here / "found.toml")
    assert name == "found"
    assert recipe.mixture == found.settings
    assert recipe.searched.papers == found.papers
    begun = load_recipe("default")[1]
    assert recipe.model_copy(update={"mixture": begun.mixture, "searched": begun.searched}) == begun
    text = (here / "found.toml").read_text()
    for part in (
        f"{TRIALS} trials",
        "--seed 4",
        f"{found.score:.4f}",
        f"{found.begun_score:.4f}",
        "# was 1.0",
    ):
        assert part in text


def test_a_second_search_keeps_the_papers_of_the_first(whole, known, here):
    first = whole[0]
    second = search(
        here / "found.toml", trials=1, seed=9, storage=storage(here, "second"), out=here / "two.toml"
    )
    seen = set(load_recipe(here / "two.toml")[1].searched.papers)
    assert seen == set(first.papers) | set(second.papers) > set(second.papers)


def test_a_recipe_that_a_person_changed_is_kept(whole, known, here):
    mine = here / "mine.toml"
    mine.write_text((here / "found.toml").read_text())
    search(trials=TRIALS, seed=4, storage=storage(here, "whole"), out=mine)  # nobody has changed it
    mine.write_text(mine.read_text().replace("hosts = 60", "hosts = 70"))
    with pytest.raises(InputError, match="was changed since"):
        search(trials=TRIALS, seed=4, storage=storage(here, "whole"), out=mine)
    assert "hosts = 70" in mine.read_text()


def test_a_locked_storage_is_told(here, known, monkeypatch):
    monkeypatch.setattr(search_study, "BUSY_S", 0.1)
    place = storage(here, "locked")
    Study.open(place, "a")
    with sqlite3.connect(here / "locked.db", isolation_level=None) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreError, match="locked") as caught:
            search(trials=2, storage=place)
        other.execute("ROLLBACK")
    assert "another process is writing" in str(caught.value)


BAD = {
    "trials": (["--trials", "0"], ["--trials", "at least 1"]),
    "no address": (["--storage", "nonsense"], ["not an address", "sqlite:///FILE.db"]),
    "no driver": (["--storage", "oracle://me:secret@host/trials"], ["oracle", "driver"]),
    "no folder": (["--storage", "sqlite:///none/here.db"], ["none/here.db", "unable to open", "--storage"]),
    "no database": (["--storage", "sqlite:///text.db"], ["text.db", "not a database"]),
    "recipe": (["--recipe", "nonsense"], ["unknown recipe", "default"]),
    "out": (["--out", "found.json"], ["--out", ".toml"]),
    "no folder to write": (["--out", "none/found.toml"], ["folder", "none"]),
}


@pytest.mark.parametrize("name", BAD)
def test_the_command_refuses_in_one_paragraph_and_makes_nothing(tmp_path, monkeypatch, capsys, name):
    from surrogate.cli import failures, surrogate

    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)
    (tmp_path / "text.db").write_text("no database " * 100)
    given, expected = BAD[name]
    assert failures.run(surrogate.app, "surrogate", ["search", *given]) == 2
    said = capsys.readouterr().err
    assert "Traceback" not in said
    (refusal,) = [line for line in said.splitlines() if line.startswith("surrogate: ")]
    for part in [*expected, "To mend it" if name != "trials" else "Allowed"]:
        assert part in refusal
    assert "secret" not in refusal
    assert [path.name for path in tmp_path.iterdir()] == ["text.db"]


def test_the_command_shows_what_it_found(whole, here, capsys):
    from surrogate.cli import failures, surrogate

    given = [
        "search",
        "--trials",
        str(TRIALS),
        "--seed",
        "4",
        "--storage",
        storage(here, "whole"),
        "--out",
        "found.toml",
    ]
    assert failures.run(surrogate.app, "surrogate", given) == 0
    said = capsys.readouterr().out
    found = whole[0]
    for part in ("smooth length", f"{TRIALS} trials", f"{found.score:.4f}", "found.toml", found.run_id):
        assert part in said
