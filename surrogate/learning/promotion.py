"""Whether a model that was just registered becomes champion: the rule, its tables and its log.

A run keeps what the rule needs of its mixture: one row for each measured row and target (``served-rows``) and one for
each published pair (``served-pairs``), each predicted without its paper. So a later challenger is compared on the
same rows, without fitting the champion again.

A model by a reduced recipe (``learning.training_recipe``) has the same scores on papers as one by a full recipe, but
its campaigns stand on too few simulations. So it only becomes champion where there is none, with a warning, and gives
way to the first full one that is not worse.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import pandas as pd

from surrogate import tracking
from surrogate.errors import ModelError
from surrogate.evaluation.champion_rule import Verdict, compared, decide
from surrogate.evaluation.skill import KEY, ROWS_TABLE, SKILL_TABLE, judged_rows, signs, skill
from surrogate.hosts.targets import SCALES
from surrogate.learning.training_data import Tables
from surrogate.literature.pairs import pairs

SERVED = "mixture"
_BETTER = {name: 1.0 if scale.direction(scale.goal) == "max" else -1.0 for name, scale in SCALES.items()}
PAIRS, COMPARISON = "served-pairs", "champion-before-and-after"


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
        """Record the tables in a run."""
        run.table(self.rows, ROWS_TABLE)
        run.table(self.signs, PAIRS)
        run.table(self.skill, SKILL_TABLE)

    def decision(self, version: str, reduced: str = "") -> Decision:
        """Decide against the present champion.

        Parameters
        ----------
        version : str
            Of the challenger.
        reduced : str
            What its recipe has too little of (``Recipe.reduced``); empty: nothing.

        Raises
        ------
        StoreError
            When the store cannot be read.
        """
        too_small = f"its recipe is a reduced one: {reduced}"
        warned = (f"{too_small}; train by a full recipe before you rely on its proposals",) if reduced else ()
        try:
            present = tracking.champion()
            if present is None:
                first = decide(self.rows, None)
                return Decision(Verdict(True, (*first.reasons, *warned)), _NOTHING)
            of_present = str(present.load().about.get("reduced", ""))
        except ModelError as error:
            return Decision(
                Verdict(True, (f"the present champion cannot be used: {error}", *warned)), _NOTHING
            )
        by_hand = f'to make it champion all the same: surrogate train --promote {version} --because "..."'
        rows = _judged_rows_of(present.run_id)
        if rows is None:
            told = (
                f"version {present.version} has no record of this form of what it predicted of unseen papers"
            )
            return Decision(Verdict(False, (told, by_hand)), _NOTHING)
        found = decide(
            self.rows, rows, self.signs, tracking.logged_table(present.run_id, PAIRS),
            equal_wins=bool(of_present) and not reduced,
        )  # fmt: skip
        if reduced and not of_present:
            found = Verdict(
                False, (f"{too_small}; it never takes the place of a full one", by_hand, *found.reasons)
            )
        elif of_present and not reduced:
            given_way = f"the champion's recipe is a reduced one ({of_present}): not to be worse is enough"
            found = Verdict(found.wins, (given_way, *found.reasons))
        return Decision(found, compared(self.rows, rows), present.version)


_NOTHING = pd.DataFrame()


@dataclass(frozen=True)
class Decision:
    """What was decided of a version, and on what.

    Parameters
    ----------
    verdict : Verdict
        The decision and its reasons.
    comparison : DataFrame
        Of ``evaluation.champion_rule.compared``: before (the champion it met) and after; empty where there was none
        to compare with.
    against : str
        Version of that champion; empty where there was none.
    """

    verdict: Verdict
    comparison: pd.DataFrame
    against: str = ""


def settle(version: str, decision: Decision, run: tracking.Run) -> None:
    """Record a decision with its reasons and its table, and move the alias that follows.

    Parameters
    ----------
    version : str
        The version that was just registered.
    decision : Decision
        About it.
    run : Run
        That made it.

    Raises
    ------
    StoreError
        When the store cannot be read or written.
    """
    verdict = decision.verdict
    run.text(str(verdict), "verdict.txt")
    if len(decision.comparison):
        run.table(decision.comparison, COMPARISON)
    run.tags({"verdict": "champion" if verdict.wins else "challenger"})
    # Last: a run that is killed has either done all of its work or none that counts (``tracking.interruption``).
    move = tracking.promote if verdict.wins else tracking.challenge
    move(version, verdict.reasons[0])


def promote_by_hand(version: str, because: str) -> Decision:
    """Make a version champion whatever the rule says; reason and comparison are kept with it and with its run.

    Parameters
    ----------
    version : str
        A registered version.
    because : str
        The reason.

    Returns
    -------
    Decision
        With the champion of before, on the rows that both have predicted without their paper.

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
    reason = f"by hand: {because.strip()}"
    with tracking.deciding():
        before = tracking.champion_origin()
        tracking.promote(version, reason)
        after = tracking.champion_origin()
    assert after is not None, "it was just promoted"
    run = tracking.earlier_run(after[1])
    run.tags({"promoted_because": reason, "verdict": "champion"})
    verdict = Verdict(True, (reason,))
    if before is None or before[0] == after[0]:
        return Decision(verdict, _NOTHING)
    own, theirs = (_judged_rows_of(run_id) for _, run_id in (after, before))
    comparison = compared(own, theirs) if own is not None and theirs is not None else _NOTHING
    if len(comparison):
        run.table(comparison, f"{COMPARISON}-{before[0]}-{after[0]}")
    return Decision(verdict, comparison, before[0])


def _judged_rows_of(run_id: str) -> pd.DataFrame | None:
    """Return what a run's model predicted of unseen papers; None where it kept nothing of this form."""
    rows = tracking.logged_table(run_id, ROWS_TABLE)
    return rows if rows is not None and {*KEY, "score", "inside", "median"} <= set(rows.columns) else None
