"""The state rules as constraints of a campaign's space: judged under its conditions, the costly ones by a simulation.

The space asks the rules one after the other and about the same designs again (a finalist of a search, a table that is
checked), so that the last answers are kept.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from surrogate.hosts.conditions import Conditions
from surrogate.hosts.designs import CompleteDesigns
from surrogate.materials.compatibility import STATE_RULES
from surrogate.materials.state_rules import StateRule
from surrogate.space.constraints import NonlinearConstraint

_KEPT = 20_000  # designs whose answers are kept: a few MB


def constraints(conditions: Conditions) -> tuple[NonlinearConstraint, ...]:
    """Write the state rules as constraints of a space of choices under given conditions.

    Parameters
    ----------
    conditions
        The cell and how it is cycled.

    Returns
    -------
    tuple of NonlinearConstraint
        One for each state rule, named as the rule.
    """
    state = _State(conditions)
    return tuple(
        NonlinearConstraint(
            rule.name, rule.reason, state.judge(rule), costly=rule.simulated, limit=rule.limit
        )
        for rule in STATE_RULES
    )


class _State:
    """Quantities of designs under one campaign's conditions, computed when a rule first reads them and kept."""

    def __init__(self, conditions: Conditions) -> None:
        self.conditions = conditions.as_dict()
        self._known: dict[str, OrderedDict[tuple[Any, ...], dict[str, float]]] = {}
        self._asked: tuple[pd.DataFrame, list[tuple[Any, ...]]] | None = None

    def judge(self, rule: StateRule) -> Callable[[pd.DataFrame], NDArray[np.bool_]]:
        """Make the test of a rule: choices of n designs -> whether each keeps it."""

        def holds(table: pd.DataFrame) -> NDArray[np.bool_]:
            planar = (table["framework"] == "none").to_numpy()
            return np.asarray(~rule.breaks(self._read(rule.quantity, table), planar))

        return holds

    def _read(self, quantity: str, table: pd.DataFrame) -> NDArray[np.float64]:
        from surrogate.physics import (
            feasibility as physics,
        )  # compiled code, which a campaign file need not load

        if quantity in physics.EXACT:
            return self._kept("exact", quantity, table, lambda part: physics.exact(self._complete(part)))
        if quantity in (*physics.PLATED, physics.AREA_GAIN, physics.PLATEAU):
            return self._kept("plated", quantity, table, lambda part: physics.plated(self._complete(part)))

        def bearing(part: pd.DataFrame) -> pd.DataFrame:
            gain, plateau = (self._read(name, part) for name in (physics.AREA_GAIN, physics.PLATEAU))
            return physics.bearing(self._complete(part), gain, plateau)

        return self._kept("bearing", quantity, table, bearing)

    def _complete(self, table: pd.DataFrame) -> CompleteDesigns:
        return CompleteDesigns.of(table.assign(**self.conditions), where="designs of the campaign")

    def _kept(
        self, stage: str, quantity: str, table: pd.DataFrame, compute: Callable[[pd.DataFrame], pd.DataFrame]
    ) -> NDArray[np.float64]:
        """Answers that are known, and those of the rest computed together."""
        known = self._known.setdefault(stage, OrderedDict())
        keys = self._keys(table)
        new = [k for k, key in enumerate(keys) if key not in known]
        if new:
            found = compute(table.iloc[new]).to_dict("records")
            known.update(
                (keys[k], {str(n): float(v) for n, v in row.items()})
                for k, row in zip(new, found, strict=True)
            )
        answer = np.array([known[key][quantity] for key in keys], dtype=float)
        while len(known) > _KEPT:
            known.popitem(last=False)
        return answer

    def _keys(self, table: pd.DataFrame) -> list[tuple[Any, ...]]:
        """Rows of a table as keys; those of the table that was asked about last are kept."""
        if self._asked is None or self._asked[0] is not table:
            self._asked = table, list(table.itertuples(index=False, name=None))
        return self._asked[1]
