"""Stopping advice on 20 virtual campaigns that are run to their end: when it comes, and what would have been missed.

Data flow: a task whose truth and spread between replicates are known -> a campaign in fours by ``propose``, of 60
experiments at least, of ``AFTER`` more than the advice took, and of ``MOST`` where it does not come -> after each
batch the advice of ``still_to_gain`` -> the first batch after which it says that another is not worth it, the share
of the final hypervolume (of one objective: of the final distance from the reference) that was reached then, by the
truth, and what the batches after it still found.

A *useful batch* is one that raises the true hypervolume by more than 1 % of the final one. Advice is *right* where it
comes after the last useful batch and at no less than 90 % of the final hypervolume; else it is *too soon*. A campaign
that goes to its end without the advice loses nothing: it is *right to go on* where one of its last ``IDLE`` batches
was useful, and else the advice is *missing*, which costs experiments. Both kinds of right have to be 16. The rule
(``outlook``) was chosen on the seeds 1000 to 1010 of the same tasks, of which none is among these. Host laboratories
are not among them: with the simulator a campaign takes minutes.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from surrogate.laboratory.neutral import neutral_task
from surrogate.laboratory.one_run import achieved, first_designs
from surrogate.laboratory.own_optimizer import lihost
from surrogate.laboratory.tasks import Task
from surrogate.optimization import Maximize, Minimize, Outlook
from surrogate.optimization.stopping import still_to_gain

TASKS, SEEDS = ("hartmann6", "branin_currin", "blend", "ackley_mixed"), range(5)
EXPERIMENTS, BATCH = 60, 4
AFTER, MOST = 16, 100
USEFUL, ENOUGH_REACHED, IDLE = 0.01, 0.9, 4


def run(task: Task, seed: int) -> pd.DataFrame:
    """Run a campaign to its end; a row after each batch: experiments, hypervolume, and the outlook."""
    goals = {
        name: (Maximize if wanted == "max" else Minimize)(task.reference[name])
        for name, wanted in task.objectives.items()
    }
    designs, told, rows = first_designs(task, seed), pd.DataFrame(), []
    while True:
        noise = np.random.default_rng([seed, len(told)])
        designs = designs.reset_index(drop=True)
        told = pd.concat(
            [told, pd.concat([designs, task.measure(designs, noise).reset_index(drop=True)], axis=1)],
            ignore_index=True,
        )
        said = still_to_gain(task.space, told, goals, BATCH, seed)
        assert said is not None
        reached = achieved(task, told)["hypervolume"]
        rows.append((len(told), reached, said.gain_in_spreads, said.most_in_spreads, said.enough, said))
        advised = next((at for at, *_, enough, _ in rows if enough), MOST)
        if len(told) >= min(max(EXPERIMENTS, advised + AFTER), MOST):
            return pd.DataFrame(rows, columns=["experiments", "reached", "gain", "most", "enough", "outlook"])
        designs = lihost(task, told, BATCH, seed)


def judged(course: pd.DataFrame) -> dict[str, object]:
    """Say when the advice came, what was reached then, and whether it was right."""
    share = course["reached"].to_numpy() / course["reached"].iloc[-1]
    useful = np.flatnonzero(np.diff(share) > USEFUL) + 1
    last = int(useful[-1]) if len(useful) else 0
    if course["enough"].any():
        at = int(course["enough"].to_numpy().argmax())
        verdict = "right" if at >= last and share[at] >= ENOUGH_REACHED else "too soon"
    else:
        at, verdict = len(course) - 1, "right to go on" if last >= len(course) - IDLE else "missing"
    return {
        "advice at": int(course["experiments"].iloc[at]) if course["enough"].any() else "never",
        "last useful batch ends at": int(course["experiments"].iloc[last]),
        "share reached": round(float(share[at]), 3),
        "of": int(course["experiments"].iloc[-1]),
        "because of": ", ".join(course["outlook"].iloc[at].reasons),
        "gain, recent (% of reached)": _shares(course["outlook"].iloc[at]),
        "gain, most (spreads)": f"{course['gain'].iloc[at]:.2f}, {course['most'].iloc[at]:.2f}",
        "verdict": verdict,
    }


def _shares(said: Outlook) -> str:
    recent = said.recent_of_reached
    return f"{100.0 * said.gain_of_reached:.2f}, {'-' if recent is None else f'{100.0 * recent:.1f}'}"


def test_advice_comes_after_the_last_useful_batch() -> None:
    rows = []
    for name in TASKS:
        for seed in SEEDS:
            rows.append({"task": name, "seed": seed, **judged(run(neutral_task(name), seed))})
            print(*rows[-1].values(), flush=True)
    table = pd.DataFrame(rows)
    print(table.to_string(index=False))
    soon, missing = (int((table["verdict"] == one).sum()) for one in ("too soon", "missing"))
    print(f"strictly right, not by going on to the end, in {int((table['verdict'] == 'right').sum())}")
    given = table["advice at"] != "never"
    before = int((table["advice at"][given].astype(int) < EXPERIMENTS).sum())
    print(
        f"not too soon in {len(table) - soon} of {len(table)}; missing in {missing}; given in {int(given.sum())}, "
        f"in {before} of them before {EXPERIMENTS} experiments"
    )
    assert len(table) - soon - missing >= 16
