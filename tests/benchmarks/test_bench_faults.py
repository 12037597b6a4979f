"""Every command that writes killed at changes of the disk and at random moments: nothing lost, nothing half done.

Data flow: small campaigns, tables and a store with two small models -> ``tests.faults.kills`` kills each command some
dozens of times -> a row of the table for each: where it was killed, and what state was left. The same on a disk that
fails from some change on; and ``tests.faults.damage`` damages every kind of file that a user has. ``make bench``;
LIHOST_BENCH_FAULTS=1 multiplies the number of kills (213), failures (120) and damages (660).
"""

from __future__ import annotations

import os
import shutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from surrogate.hosts.search_space import host_space
from surrogate.tracking.store import open_store
from tests.faults import cases, damage, kinds
from tests.faults.commands import NO_COMPILER, Commands, compiler
from tests.faults.kills import Case, Row, full, killed
from tests.faults.registry import aliases, orphans

pytestmark = pytest.mark.skipif(compiler() is None, reason=NO_COMPILER)
TIMES = float(os.environ.get("LIHOST_BENCH_FAULTS", "1"))
KILLS = {
    "tell, the first": 25, "tell, more": 25, "tell, older store": 15, "amend": 25, "forget": 15, "withdraw": 15,
    "undo": 15, "propose": 10, "simulate --designs": 20, "simulate --recipe": 15, "train": 8, "promote": 25,
}  # fmt: skip
MODULES = (
    *cases.OF_CAMPAIGNS, "surrogate.learning", "surrogate.cli.proposal", "mlflow.pyfunc",
    "mlflow.store.model_registry.sqlalchemy_store", "mlflow.store.tracking.sqlalchemy_store", "alembic.command",
)  # fmt: skip
DAMAGES = 60  # of each kind of file
FULL = 10  # times that the disk fails under each command
ROWS: list[Row] = []


@pytest.fixture(scope="module")
def commands(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Commands]:
    with Commands(tmp_path_factory.mktemp("commands"), MODULES) as started:
        warm = tmp_path_factory.mktemp("warm")
        cases.new_campaign(warm)
        started.warm(warm, "optimize", "tell", "--campaign", cases.CAMPAIGN, "cells.csv")
        cases.designs(warm)
        started.warm(warm, "surrogate", "simulate", "--designs", "in.csv", "--out", "out.csv")
        yield started


@pytest.fixture(scope="module")
def two_models(commands: Commands, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a champion and a challenger, both small, and with the physics of a campaign."""
    folder = tmp_path_factory.mktemp("trained")
    for seed in (0, 1):
        words = ("surrogate", "train", "--recipe", "tiny.toml", "--seed", seed)
        ended = commands.run(folder, *words, with_="tests.faults.standins:few_papers")
        assert ended.code == 0, ended.said
    (folder / cases.CAMPAIGN).write_text(cases.TEXT)
    ended = commands.run(folder, "optimize", "propose", "--campaign", cases.CAMPAIGN, "--seed", "9")
    assert ended.code == 0, ended.said
    return folder


def registered(folder: Path) -> dict[str, str]:
    """Version of each alias; all that they point to predicts, and nothing belongs to nothing."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.delenv("MLFLOW_TRACKING_URI", raising=False)
        opened = open_store(make=False)
        if opened is None:
            return {}
        designs = host_space().sample(4, seed=5)
        found, wrong = aliases(opened, designs)
        assert not wrong
        return found


def registered_in_order(folder: Path) -> dict[str, str]:
    """The same after the next run has begun, which puts in order what a killed one has left."""
    from surrogate import tracking

    found = registered(folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.delenv("MLFLOW_TRACKING_URI", raising=False)
        (folder / "tmp").mkdir(exist_ok=True)
        with tracking.run("the next", "propose"):
            pass
        opened = open_store(make=False)
        assert opened is not None
        assert not orphans(opened, folder, host_space().sample(4, seed=5))
    assert registered(folder) == found or not found, "an alias moved by itself"
    return found


def training(two_models: Path) -> Case:
    """A training that wins over the champion that there is."""

    def again(found: object, after: object) -> bool:
        return found != after

    return Case(
        "train", ("surrogate", "train", "--recipe", "tiny.toml", "--seed", "2"),
        lambda folder: shutil.copytree(two_models / "mlruns", folder / "mlruns") and None, registered_champion,
        again=again, with_="tests.faults.standins:few_papers_that_win",
    )  # fmt: skip


def registered_champion(folder: Path) -> bool:
    """Whether the champion is another than that of before."""
    return registered_in_order(folder)["champion"] != "1"


def judge(case: Case, commands: Commands, folder: Path) -> None:
    kills = max(1, round(TIMES * KILLS[case.name]))
    ROWS.append(killed(commands, case, folder, kills, np.random.default_rng(sum(map(ord, case.name)))))
    row = ROWS[-1]
    print(f"\n{row.name}: {row.kills} kills, {dict(row.left)}", flush=True)


@pytest.mark.parametrize("case", [*cases.of_campaigns(), *cases.of_simulations()], ids=lambda case: case.name)
def test_killed_and_given_again(case: Case, commands: Commands, tmp_path: Path) -> None:
    judge(case, commands, tmp_path)


def test_promotions_killed(commands: Commands, two_models: Path, tmp_path: Path) -> None:
    judge(cases.promoting(two_models / "mlruns", registered), commands, tmp_path)


def test_proposals_killed(commands: Commands, two_models: Path, tmp_path: Path) -> None:
    judge(cases.proposing(two_models / "mlruns", two_models / "mlruns" / "physics"), commands, tmp_path)


def test_trainings_killed(commands: Commands, two_models: Path, tmp_path: Path) -> None:
    judge(training(two_models), commands, tmp_path)


@pytest.mark.parametrize("case", [*cases.of_campaigns(), *cases.of_simulations()], ids=lambda case: case.name)
def test_a_disk_that_fails(case: Case, commands: Commands, tmp_path: Path) -> None:
    said = full(commands, case, tmp_path, max(1, round(TIMES * FULL)), np.random.default_rng(1))
    print(f"\n{case.name}: {dict(said)}", flush=True)


@pytest.mark.parametrize("name", ["promote", "propose", "train"])
def test_models_and_proposals_on_a_disk_that_fails(
    name: str, commands: Commands, two_models: Path, tmp_path: Path
) -> None:
    mlruns = two_models / "mlruns"
    case = {
        "promote": cases.promoting(mlruns, registered),
        "propose": cases.proposing(mlruns, mlruns / "physics"),
        "train": training(two_models),
    }[name]
    said = full(commands, case, tmp_path, max(1, round(TIMES * FULL)), np.random.default_rng(1))
    print(f"\n{name}: {dict(said)}", flush=True)


def test_damaged_files(commands: Commands, two_models: Path, tmp_path: Path) -> None:
    every = [*kinds.of_campaigns(), *kinds.of_models(two_models)]
    total = Counter[str]()
    print(f"\n{'file':32s} {'damages':>8s}  refused, without effect, an edit like any other")
    for number, kind in enumerate(every):
        row = damage.judged(
            kind, tmp_path / str(number), round(TIMES * DAMAGES), np.random.default_rng(number)
        )
        total += row.found
        found = ", ".join(str(row.found[which]) for which in ("refused", "without effect", "an edit"))
        print(f"{row.name:32s} {sum(row.found.values()):8d}  {found}", flush=True)
    print(f"{'all':32s} {sum(total.values()):8d}  {total}; none wrong")


def test_the_table() -> None:
    """Of what ran before it."""
    print(f"\n{'command':20s} {'changes':>8s} {'seconds':>8s} {'kills':>6s}  as before, between, as after")
    for row in ROWS:
        left = ", ".join(str(row.left[which]) for which in ("as before", "between", "as after"))
        print(f"{row.name:20s} {row.changes:8d} {row.seconds:8.2f} {row.kills:6d}  {left}")
    print(
        f"{'all':20s} {'':8s} {'':8s} {sum(row.kills for row in ROWS):6d}  none lost, none twice, none half done"
    )
