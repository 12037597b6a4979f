"""The state rules as constraints of a campaign's space: judged under its conditions, the costly ones by a simulation.

The space asks the rules one after the other and about the same designs again (a finalist of a search, a table that is
checked), and a process may read one campaign several times: the last answers are kept for each set of conditions.
"""

from __future__ import annotations

from collections import OrderedDict, defaultdict
from collections.abc import Callable, Mapping
from functools import lru_cache
from threading import Lock
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
_CONDITIONS = 8  # sets of conditions of which answers are kept


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
    state = state_under(tuple(conditions.as_dict().items()))
    return tuple(
        NonlinearConstraint(
            rule.name, rule.reason, state.judge(rule), costly=rule.simulated, limit=rule.limit
        )
        for rule in STATE_RULES
    )


class _State:
    """Quantities of designs under one set of conditions, computed when a rule first reads them and kept."""

    def __init__(self, conditions: Mapping[str, Any]) -> None:
        self.conditions = dict(conditions)
        self._known = defaultdict[str, OrderedDict[tuple[Any, ...], dict[str, float]]](OrderedDict)
        self._changing = Lock()  # of what is known, by one thread at a time
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
        keys = self._keys(table)
        with self._changing:
            known = self._known[stage]
            answers = {key: known[key] for key in keys if key in known}
        new = [k for k, key in enumerate(keys) if key not in answers]
        if new:
            found = compute(table.iloc[new]).to_dict("records")
            made = {
                keys[k]: {str(n): float(v) for n, v in row.items()} for k, row in zip(new, found, strict=True)
            }
            answers |= made
            with self._changing:
                known.update(made)
                while len(known) > _KEPT:
                    known.popitem(last=False)
        return np.array([answers[key][quantity] for key in keys], dtype=float)

    def _keys(self, table: pd.DataFrame) -> list[tuple[Any, ...]]:
        """Rows of a table as keys; those of the table that was asked about last are kept."""
        asked = self._asked
        if asked is None or asked[0] is not table:
            self._asked = asked = table, list(table.itertuples(index=False, name=None))
        return asked[1]


@lru_cache(maxsize=_CONDITIONS)
def state_under(conditions: tuple[tuple[str, Any], ...]) -> _State:
    """Return what is known of designs under conditions (name, value), whichever campaign asked."""
    return _State(dict(conditions))
