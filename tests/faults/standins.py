"""What takes the place of slow parts in the process of a command, called by name before it."""

from __future__ import annotations

from pathlib import Path


def few_papers() -> None:
    """Let the literature be a dozen papers, and the small recipe of the tests be ``tiny.toml`` of the folder."""
    from surrogate.literature import records
    from tests.learning.conftest import TINY, few_records

    found = few_records()
    records.load = lambda: found
    Path("tiny.toml").write_text(TINY, encoding="utf-8")


def few_papers_that_win() -> None:
    """The same, and the model that is trained becomes champion whatever the rule says."""
    from surrogate.evaluation.champion_rule import Verdict
    from surrogate.learning import promotion

    few_papers()
    promotion.decide = lambda *tables, **how: Verdict(True, ("made to win",))


def small_parts() -> None:
    """Let a simulated table have four parts, and be made by one thread."""
    from surrogate.learning import simulated_table

    simulated_table.PART_ROWS = 10
