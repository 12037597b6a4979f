"""In what order a decision about a new model is recorded and followed."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from surrogate import tracking
from surrogate.evaluation.champion_rule import Verdict
from surrogate.learning.promotion import settle


@pytest.mark.parametrize(("wins", "move"), [(True, "promote"), (False, "challenge")])
def test_the_alias_moves_last(monkeypatch, wins, move):
    """A run whose version has an alias has done all of its work: a killed one is FINISHED by that sign."""
    steps = []
    for name in ("promote", "challenge"):
        monkeypatch.setattr(tracking, name, lambda version, because, name=name: steps.append(name))
    run = SimpleNamespace(
        text=lambda text, path: steps.append(path), tags=lambda values: steps.append(values["verdict"])
    )
    judged = SimpleNamespace(verdict=lambda: Verdict(wins, ("because",)))
    assert settle("2", judged, run).wins == wins
    assert steps == ["verdict.txt", "champion" if wins else "challenger", move]
