"""Which of two models is champion, in what order that is recorded and followed, and how it is taken back."""

from __future__ import annotations

import shutil
from types import SimpleNamespace

import pandas as pd
import pytest

from surrogate import tracking
from surrogate.errors import ModelError
from surrogate.evaluation.champion_rule import Verdict
from surrogate.learning.promotion import Decision, Judged, promote_by_hand, settle
from surrogate.learning.training_recipe import Recipe
from surrogate.tracking.store import open_store


@pytest.mark.parametrize(("wins", "move"), [(True, "promote"), (False, "challenge")])
def test_the_alias_moves_last(monkeypatch, wins, move):
    """A run whose version has an alias has done all of its work: a killed one is FINISHED by that sign."""
    steps = []
    for name in ("promote", "challenge"):
        monkeypatch.setattr(tracking, name, lambda version, because, name=name: steps.append(name))
    run = SimpleNamespace(
        text=lambda text, path: steps.append(path),
        table=lambda table, path: steps.append(path),
        tags=lambda values: steps.append(values["verdict"]),
    )
    comparison = pd.DataFrame({"target": ["ccd_mA_cm2"]})
    settle("2", Decision(Verdict(wins, ("because",)), comparison), run)
    assert steps == ["verdict.txt", "champion-before-and-after", "champion" if wins else "challenger", move]


def test_the_decision_is_kept_and_can_be_taken_back(trained, train_again, tmp_path, monkeypatch):
    shutil.copytree(trained[0] / "mlruns", tmp_path / "mlruns")
    first = trained[1].version
    second, _ = train_again(tmp_path)  # the same again: a tie
    assert not second.verdict.wins
    assert "no win" in second.verdict.reasons[0]
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)
    client = open_store(make=False).client
    assert tracking.champion().version == first
    assert str(client.get_model_version_by_alias("lihost", "challenger").version) == second.version
    tags = client.get_model_version("lihost", second.version).tags
    assert tags["challenger_because"].startswith(second.verdict.reasons[0])
    assert client.get_run(second.run_id).data.tags["verdict"] == "challenger"
    table = tracking.logged_table(second.run_id, "champion-before-and-after")
    assert table["crps_before"].tolist() == pytest.approx(table["crps_after"].tolist())
    assert table["n"].sum() == trained[1].skill["n"].sum(), "all rows of both"
    by_hand = promote_by_hand(second.version, "the seed of the paper")
    assert by_hand.against == first
    assert by_hand.comparison["target"].tolist() == table["target"].tolist()
    kept = tracking.logged_table(second.run_id, f"champion-before-and-after-{first}-{second.version}")
    assert kept["n"].tolist() == table["n"].tolist()
    told = client.get_run(second.run_id).data.tags
    assert (told["promoted_because"], told["verdict"]) == ("by hand: the seed of the paper", "champion")
    assert "challenger" not in client.get_registered_model("lihost").aliases
    assert tracking.champion().version == second.version
    tags = client.get_model_version("lihost", second.version).tags
    assert tags["promoted_because"] == "by hand: the seed of the paper"
    assert tags["promoted_over"] == first
    promote_by_hand(tags["promoted_over"], "taken back")
    assert tracking.champion().version == first
    with pytest.raises(ModelError, match="no such version"):
        promote_by_hand("99", "a guess")
    with pytest.raises(ModelError, match="no reason"):
        promote_by_hand(second.version, " ")
    assert tracking.champion().version == first


def test_a_champion_of_another_form_is_not_compared(trained, here, monkeypatch):
    other = pd.DataFrame({"target": ["ccd_mA_cm2"], "score": [0.1]})
    monkeypatch.setattr(tracking, "logged_table", lambda run_id, path: other)
    verdict = Judged(other, other, other).decision("9").verdict
    assert not verdict.wins
    assert "--promote 9" in verdict.reasons[1]


def test_a_reduced_recipe_never_takes_the_alias_silently(trained, here, monkeypatch):
    """400 simulations in place of 6000 change no score on papers: the recipe decides."""
    assert Recipe(schema_version=1).reduced == ""
    toy = Recipe.model_validate({"schema_version": 1, "simulate": {"n": 400}}).reduced
    assert toy == "simulate.n 400 (shipped: 6000)"
    first = trained[1].verdict
    assert first.wins
    assert "reduced one: simulate.n 60" in first.reasons[1], "the first champion, with a warning"
    assert "simulate.n 60" in tracking.champion().facts["reduced"]
    rows = tracking.logged_table(trained[1].run_id, "served-rows")
    signs = tracking.logged_table(trained[1].run_id, "served-pairs")
    better = Judged(rows.assign(score=0.5 * rows["score"]), signs, trained[1].skill)
    equal = Judged(rows, signs, trained[1].skill)
    assert better.decision("9", toy).verdict.wins, "of two reduced ones the better"
    assert not equal.decision("9", toy).verdict.wins
    full = equal.decision("9").verdict
    assert full.wins, "a full one need not be better than a reduced one"
    assert "not to be worse is enough" in full.reasons[0]
    worse = Judged(rows.assign(score=2.0 * rows["score"]), signs, trained[1].skill)
    assert not worse.decision("9").verdict.wins
    champion = SimpleNamespace(
        version="1", run_id=trained[1].run_id, load=lambda: SimpleNamespace(about={"physics": {}})
    )
    monkeypatch.setattr(tracking, "champion", lambda: champion)  # by a full recipe
    verdict = better.decision("9", toy).verdict
    assert not verdict.wins
    assert "never takes the place of a full one" in verdict.reasons[0]
    assert "--promote 9" in verdict.reasons[1]
    assert better.decision("9").verdict.wins
