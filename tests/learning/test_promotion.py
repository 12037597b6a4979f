"""In what order a decision about a new model is recorded and followed."""

from __future__ import annotations

from types import SimpleNamespace

import pandas as pd
import pytest

from surrogate import tracking
from surrogate.evaluation.champion_rule import Verdict
from surrogate.learning.promotion import Decision, settle


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
