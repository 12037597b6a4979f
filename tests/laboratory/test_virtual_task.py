"""A virtual laboratory as a task: its truth in logarithms, its cells, its front, and what is kept."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from contest_examples import mixed

from surrogate.errors import InputError
from surrogate.files.kept_table import kept_table
from surrogate.hosts.targets import SCALES
from surrogate.laboratory import true_front
from surrogate.laboratory import virtual_task as module
from surrogate.laboratory.hypervolume import gains, hypervolume
from surrogate.laboratory.own_with_physics import lihost_physics
from surrogate.laboratory.tasks import Task
from surrogate.laboratory.virtual_task import VirtualTask, sources_named, virtual_task
from surrogate.space.joined import JoinedSpace
from tests.faults.damage import damaged

HOSTS = 40


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("laboratories")


@pytest.fixture(autouse=True)
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Few hosts and short searches."""
    module._reference.cache_clear()
    monkeypatch.setattr(module, "REFERENCE_HOSTS", HOSTS)
    monkeypatch.setattr(true_front, "GENERATIONS", 2)


@pytest.fixture
def task(folder: Path) -> VirtualTask:
    return virtual_task("garnet", 1, root=str(folder))


def hosts(task: VirtualTask, n: int = 3) -> pd.DataFrame:
    return task.space.round(task.space.sample(n, 4)).reset_index(drop=True)


def test_is_a_task_of_its_campaign(task: VirtualTask) -> None:
    assert isinstance(task, Task)
    assert task.name == "lab-garnet:1"
    assert task.start + task.rounds * task.batch == 60
    assert list(task.objectives) == ["cycle_life_cycles", "ccd_mA_cm2", "overpotential_mV"]
    median = task.truth(task.laboratory.reference.designs.frame[list(task.space.columns)]).median()
    for name, worst in task.reference.items():
        assert worst == pytest.approx(median[name], rel=0.2)  # the median of an even number


def test_works_on_one_space_whatever_the_methods_of_its_campaign(task: VirtualTask) -> None:
    assert not isinstance(task.space, JoinedSpace)
    assert not task.campaign.methods.restricts


def test_cells_spread_about_the_truth_as_the_laboratory_says(task: VirtualTask) -> None:
    designs = hosts(task)
    truth, rng = task.truth(designs), np.random.default_rng(0)
    cells = [task.measure(designs, rng) for _ in range(200)]
    for name in task.objectives:
        ln = np.log(np.stack([cell[name] for cell in cells]) / truth[name].to_numpy())
        assert ln.std() == pytest.approx(task.laboratory.settings.noise[name], rel=0.15)
        assert not np.concatenate([cell[f"{name}_censored"] for cell in cells]).any()
    same = [task.measure(designs, np.random.default_rng(7)) for _ in range(2)]
    pd.testing.assert_frame_equal(*same)


def test_hypervolume_is_measured_in_logarithms(task: VirtualTask) -> None:
    names = list(task.objectives)
    better = {
        name: [worst * (np.e if task.objectives[name] == "max" else 1.0 / np.e)]
        for name, worst in task.reference.items()
    }
    found = gains(task, pd.DataFrame(better)[names])
    np.testing.assert_allclose(found, 1.0)
    assert hypervolume(found) == pytest.approx(1.0)


def test_the_front_is_better_than_random_hosts_and_is_kept(
    task: VirtualTask, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn = task.laboratory.reference.designs.frame[list(task.space.columns)]
    random = hypervolume(gains(task, task.truth(drawn)))
    assert task.best is not None
    assert task.best > random > 0.0
    kept = [kept_table(path) for path in folder.glob("*.kept")]
    assert sum("best" in table and table["task"].tolist() == [task.name] for table in kept) == 1
    monkeypatch.setattr(module, "hypervolume_of_front", lambda *_: pytest.fail("searched again"))
    module._reference.cache_clear()
    monkeypatch.setattr(module.ReferenceHosts, "of", lambda *_: pytest.fail("simulated again"))
    again = virtual_task("garnet", 1, root=str(folder))
    assert again.best == task.best
    pd.testing.assert_frame_equal(again.truth(hosts(task)), task.truth(hosts(task)))


def test_damaged_files_are_made_again(task: VirtualTask, folder: Path) -> None:
    truth, rng = task.truth(hosts(task)), np.random.default_rng(0)
    files = {path: path.read_bytes() for path in folder.glob("*.kept")}
    assert len(files) == 2
    for path, content in files.items():
        path.write_bytes(damaged(content, "bit", rng))
    module._reference.cache_clear()
    again = virtual_task("garnet", 1, root=str(folder))
    assert again.best == task.best
    pd.testing.assert_frame_equal(again.truth(hosts(task)), truth)
    assert {path: path.read_bytes() for path in folder.glob("*.kept")} == files


def test_kinds_of_laboratories(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "hypervolume_of_front", lambda *_: 1.0)
    right, flipped, swapped, inert, stopped = (
        virtual_task("garnet", 2, kind, root=str(folder))
        for kind in ("", "flipped", "swapped", "inert", "stopped")
    )
    designs = hosts(right, 20)
    assert flipped.laboratory.flipped in flipped.objectives
    name = str(flipped.laboratory.flipped)
    as_it_is, mirrored = (SCALES[name].to_z(one.truth(designs)[name]) for one in (right, flipped))
    known = np.isfinite(as_it_is)
    assert known.sum() > 10
    assert np.corrcoef(as_it_is[known], mirrored[known])[0, 1] == pytest.approx(-1.0)
    assert swapped.laboratory.swapped
    assert inert.laboratory.inert
    assert not right.laboratory.swapped
    assert not right.laboratory.inert
    told = stopped.measure(designs, np.random.default_rng(0))
    assert told["cycle_life_cycles"].max() == 300.0
    assert (told["cycle_life_cycles_censored"] == (told["cycle_life_cycles"] == 300.0)).all()


def test_names(folder: Path) -> None:
    assert [one.name for one in sources_named("lab-ether", 3)] == [
        "lab-ether:0",
        "lab-ether:1",
        "lab-ether:2",
    ]
    assert [one.name for one in sources_named("lab-ether-5", 1)] == [
        "lab-ether-5:0"
    ]  # a campaign, not a number
    assert [one.name for one in sources_named("lab-garnet-flipped:7", 3)] == ["lab-garnet-flipped:7"]
    (source,) = sources_named("lab-garnet-swapped:2", 1)
    assert source.physics
    assert source.arguments == {"campaign": "garnet", "laboratory": 2, "kind": "swapped"}
    assert sources_named("lab-steel", 3) == sources_named("blend", 3) == []
    with pytest.raises(InputError, match="steel"):
        virtual_task("steel", 0, root=str(folder))
    with pytest.raises(InputError, match="upside"):
        virtual_task("garnet", 0, "upside", root=str(folder))


def test_contenders_with_physics_refuse_other_tasks() -> None:
    with pytest.raises(InputError, match="virtual laboratory"):
        lihost_physics(mixed(), pd.DataFrame(), 2, 0)
