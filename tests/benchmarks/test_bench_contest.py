"""A short form of ``optimize benchmark``: two neutral tasks, one seed, a minute or so. Run with ``make bench``.

One seed shows that nothing is badly wrong, and not who is better: ``docs/benchmark.md`` says how to find that out.
"""

from __future__ import annotations

from pathlib import Path

from surrogate.laboratory.ask_tell import contenders
from surrogate.laboratory.contest import Contest
from surrogate.laboratory.contest_summary import summary
from surrogate.laboratory.neutral import neutral_sources

TASKS, CONTENDERS = ("hartmann6", "branin_currin"), ("random", "optuna_tpe", "lihost")
SHOWN = [
    "task", "contender", "experiments", "hypervolume", "share", "ours_to_match_60", "seconds_per_batch", "memory_mb",
]  # fmt: skip


def test_ours_is_ahead_of_random_designs(tmp_path: Path) -> None:
    chosen, _ = contenders(CONTENDERS)
    outcome = Contest([neutral_sources()[name] for name in TASKS], chosen, [0], tmp_path).run()
    assert outcome.failed == {}
    table = summary(outcome.results)
    print("\n" + table[SHOWN].to_string(index=False, float_format="{:.3g}".format))
    reached = table.set_index(["task", "contender"])["share"]
    for task in TASKS:
        assert reached[task, "lihost"] > reached[task, "random"]
