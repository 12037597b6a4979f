"""Whether a model that was just registered becomes champion: the rule, its tables and its log.

A run keeps what the rule needs of its mixture: one row for each measured row and target (``served-rows``) and one for
each published pair (``served-pairs``), each predicted without its paper. So a later challenger is compared on the
same rows, without fitting the champion again.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import pandas as pd

from surrogate import tracking
from surrogate.errors import ModelError
from surrogate.evaluation.champion_rule import Verdict, decide
from surrogate.evaluation.skill import KEY, ROWS_TABLE, SKILL_TABLE, judged_rows, signs, skill
from surrogate.hosts.targets import SCALES
from surrogate.learning.training_data import Tables
from surrogate.literature.pairs import pairs

SERVED = "mixture"
_BETTER = {name: 1.0 if scale.direction(scale.goal) == "max" else -1.0 for name, scale in SCALES.items()}
PAIRS = "served-pairs"


@dataclass(frozen=True)
class Judged:
    """What the rule needs of a trained model.

    Parameters
    ----------
    rows : DataFrame
        Of ``evaluation.skill.judged_rows``, and ``searched``: whether the settings were chosen by its paper.
    signs : DataFrame
        Of ``evaluation.skill.signs``.
    skill : DataFrame
        Of ``evaluation.skill.skill``.
    """

    rows: pd.DataFrame
    signs: pd.DataFrame
    skill: pd.DataFrame

    @classmethod
    def of(
        cls,
        predictions: pd.DataFrame,
        tables: Tables,
        records: pd.DataFrame,
        searched: Collection[str] = (),
    ) -> Judged:
        """Judge what is served.

        Parameters
        ----------
        predictions : DataFrame
            Of ``learning.contest.held_out_predictions``.
        tables : Tables
            What was learned from.
        records : DataFrame
            The typed table of it.
        searched : collection of str
            Papers by which its settings were chosen.
        """
        rows = judged_rows(predictions, SERVED)
        rows["searched"] = rows["paper"].isin(list(searched))
        places = {target: tables.records_of(str(target)) for target in rows["target"].unique()}
        index = pd.MultiIndex.from_tuples(
            [(target, row) for target, found in places.items() for row in range(len(found))],
            names=["target", "row"],
        )
        where = pd.Series([place for found in places.values() for place in found], index=index)
        return cls(rows, signs(rows, where, pairs(records), _BETTER), skill(rows))

    def record(self, run: tracking.Run) -> None:
        """Record the tables and the metrics in a run."""
        run.table(self.rows, ROWS_TABLE)
        run.table(self.signs, PAIRS)
        run.table(self.skill, SKILL_TABLE)
        run.metrics(
            {
                f"{row.target}.{SERVED}.{name}": float(getattr(row, name))
                for row in self.skill.itertuples()
                for name in ("skill_vs_median", "difference", "difference_low", "difference_high", "coverage")
            }
        )
        if len(self.signs):
            run.metrics({f"{SERVED}.pairs_right": float(self.signs["right"].mean())})

    def verdict(self) -> Verdict:
        """Decide against the present champion.

        Raises
        ------
        StoreError
            When the store cannot be read.
        """
        try:
            present = tracking.champion()
            if present is None:
                return decide(self.rows, None)
            present.load()
        except ModelError as error:
            return Verdict(True, (f"the present champion cannot be used: {error}",))
        rows = tracking.logged_table(present.run_id, ROWS_TABLE)
        if rows is None or not {*KEY, "score", "inside"} <= set(rows.columns):
            told = (
                f"version {present.version} has no record of this form of what it predicted of unseen papers"
            )
            return Verdict(False, (f"{told}; surrogate train --promote makes another champion by hand",))
        return decide(self.rows, rows, self.signs, tracking.logged_table(present.run_id, PAIRS))


def settle(version: str, judged: Judged, run: tracking.Run) -> Verdict:
    """Decide, record the decision with its reasons, and move the alias that follows.

    Parameters
    ----------
    version : str
        The version that was just registered.
    judged : Judged
        What it predicted of unseen papers.
    run : Run
        That made it.

    Returns
    -------
    Verdict

    Raises
    ------
    StoreError
        When the store cannot be read or written.
    """
    verdict = judged.verdict()
    run.text(str(verdict), "verdict.txt")
    run.tags({"verdict": "champion" if verdict.wins else "challenger"})
    # Last: a run that is killed has either done all of its work or none that counts (``tracking.interruption``).
    move = tracking.promote if verdict.wins else tracking.challenge
    move(version, "; ".join(verdict.reasons))
    return verdict


def promote_by_hand(version: str, because: str) -> None:
    """Make a version champion whatever the rule says.

    Parameters
    ----------
    version : str
        A registered version.
    because : str
        The reason, kept with the version.

    Raises
    ------
    ModelError
        Without a reason, or for a version that is not registered.
    StoreError
        When the store cannot be written.
    """
    if not because.strip():
        raise ModelError(
            "no reason is given", limit="a sentence that others can read later", remedy='add --because "..."'
        )
    tracking.promote(version, f"by hand: {because.strip()}")
