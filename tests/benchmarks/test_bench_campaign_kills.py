"""A campaign killed at random moments of tell, amend, propose and undo, and told by eight processes at once.

Data flow: a process that has the libraries loaded forks a child for each command -> the child is killed with SIGKILL
after a random share of the time that the command takes when it is let alone -> what the store then holds: all that
was acknowledged before, and of the command that was killed all or nothing -> the command is run again to its end ->
each cell counts once, with its last value. Proposals are recorded as ``optimize propose`` records them, without the
search, which writes nothing. ``make bench``; LIHOST_BENCH_CAMPAIGN_KILLS=100 is the number of kills.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout, suppress
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from surrogate import tracking
from surrogate.campaign.store import CampaignStore
from surrogate.cli import corrections, observations
from surrogate.hosts import columns as c

KILLS = int(os.environ.get("LIHOST_BENCH_CAMPAIGN_KILLS", "100"))
HOST = {
    "framework": "copper", "agent": "silver", "conductor_top": 0.9, "agent_top": 0.1, "conductor_bottom": 0.95,
    "agent_bottom": 0.05, "porosity_top": 0.8, "porosity_bottom": 0.7, "pore_size_top_um": 30,
    "pore_size_bottom_um": 10, "thickness_um": 100,
}  # fmt: skip
TELLERS, CELLS = 8, 50
TELLING = """
import sys
import pandas as pd
from surrogate.campaign.store import CampaignStore
store, which, cells = CampaignStore.open(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
host = pd.read_csv(sys.argv[4]).iloc[0].to_dict()
for k in range(cells):
    row = host | {"cycle_life_cycles": 100.0 + k, "cell_id": f"P{which}-{k}"}
    store.tell(pd.DataFrame([row]), f"process {which}")
"""


def forked(work: Callable[[], None], kill_after_s: float | None = None) -> tuple[bool, float]:
    """Do something in a child; whether it was killed, and the seconds that it took."""
    began, child = time.perf_counter(), os.fork()
    if not child:
        code = 1
        try:
            with Path(os.devnull).open("w") as nowhere, redirect_stdout(nowhere), redirect_stderr(nowhere):
                work()
            code = 0
        finally:
            os._exit(code)
    if kill_after_s is not None:
        time.sleep(kill_after_s)
        with suppress(ProcessLookupError):
            os.kill(child, signal.SIGKILL)
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    assert status in (0, -signal.SIGKILL), "a command failed by itself"
    return status == -signal.SIGKILL, time.perf_counter() - began


def test_nothing_told_is_lost_and_nothing_counts_twice(tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setattr(tracking, "champion", lambda: None)  # the store is judged, not what is shown
    monkeypatch.setattr(tracking, "describe_store", lambda: "")
    campaign, table, rng = tmp_path / "c.toml", tmp_path / "told.csv", np.random.default_rng(0)
    campaign.write_text("schema_version = 1\nname = 'c'\n")
    lives: dict[str, float] = {}  # what each cell has to count with
    proposed, seconds, kills, begun = 0, dict[str, float](), Counter[str](), Counter[str]()
    batch = pd.DataFrame([HOST | {"role": "exploit"}] * 4)

    def store() -> CampaignStore:
        return CampaignStore.open(campaign.with_suffix(".db"))

    def known() -> dict[str, float]:
        told = store().observations()
        assert told["cell_id"].is_unique, "a cell counts twice"
        return dict(zip(told["cell_id"], told["cycle_life_cycles"], strict=True))

    number = 0
    while sum(kills.values()) < KILLS:
        number += 1
        kind = ("tell", "amend", "propose", "undo")[number % 4] if lives else "tell"
        after = dict(lives)
        if kind == "tell":
            again = [name for name in lives if rng.random() < 2.0 / len(lives)]
            named = [f"T{number}-{k}" for k in range(5)] + again
            new = {name: float(rng.integers(50, 2000)) for name in named}
            rows = [HOST | {"cell_id": name, "cycle_life_cycles": life} for name, life in new.items()]
            pd.DataFrame(rows).to_csv(table, index=False)
            after |= new

            def work() -> None:
                observations.tell(table, campaign, again=False, new=False)
        elif kind == "amend":
            name = str(rng.choice(list(lives)))
            after[name] = float(rng.integers(50, 2000))

            def work(name: str = name, life: float = after[name]) -> None:
                corrections.amend(campaign, name, [f"cycle_life_cycles={life:g}"])
        elif kind == "propose":

            def work(key: str = str(number)) -> None:
                opened = store()
                opened.prepare()
                opened.add_pending(batch, 0, key)
        else:
            name = str(rng.choice(list(lives)))
            assert not forked(lambda name=name: corrections.amend(campaign, name, ["cycle_life_cycles=77"]))[
                0
            ]

            def work() -> None:
                corrections.undo(campaign)

        before = known()
        if kind not in seconds or rng.random() < 0.1:  # let alone, to know how long it takes
            killed, seconds[kind] = forked(work)
        else:
            killed, _ = forked(work, float(rng.uniform(0.0, 1.1)) * seconds[kind])
        begun[kind] += 1
        kills[kind] += int(killed)
        found, pending = known(), len(store().proposals())
        assert found in (before, after), "told in part"
        assert pending in (proposed, proposed + 4 * (kind == "propose")), "proposed in part"
        if killed and not (kind == "undo" and found == after):  # what a person does: the same command again
            assert not forked(work)[0]
        lives, proposed = after, proposed + 4 * (kind == "propose")
        assert known() == lives, f"after {kind} was run again"
        assert len(store().proposals()) == proposed
    print(
        f"{sum(kills.values())} kills in {sum(begun.values())} commands "
        f"({', '.join(f'{kind} {kills[kind]}' for kind in seconds)}); {len(lives)} cells told, none lost or twice; "
        f"a command takes {', '.join(f'{kind} {took * 1000:.0f} ms' for kind, took in seconds.items())}"
    )


@pytest.mark.parametrize("tellers", [TELLERS])
def test_many_tell_at_once(tellers: int, tmp_path: Path) -> None:
    path, host = tmp_path / "c.db", tmp_path / "host.csv"
    complete = dict.fromkeys(c.DESIGN_COLUMNS, 0.5) | HOST | {"electrolyte": "liquid_ether"}
    pd.DataFrame([complete]).to_csv(host, index=False)
    began = time.perf_counter()
    running = [
        subprocess.Popen([sys.executable, "-c", TELLING, str(path), str(k), str(CELLS), str(host)])
        for k in range(tellers)
    ]
    assert [one.wait() for one in running] == [0] * tellers
    told = CampaignStore.open(path).observations()
    assert told["cell_id"].nunique() == len(told) == tellers * CELLS
    print(f"{tellers} processes x {CELLS} cells: {len(told)} stored in {time.perf_counter() - began:.1f} s")
