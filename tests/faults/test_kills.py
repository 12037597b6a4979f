"""Commands of a campaign killed at changes of the disk; at length in ``tests/benchmarks/test_bench_faults.py``."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from tests.faults import cases
from tests.faults.commands import NO_COMPILER, Commands, compiler
from tests.faults.kills import full, killed

pytestmark = [pytest.mark.process, pytest.mark.skipif(compiler() is None, reason=NO_COMPILER)]
KILLS = 2  # of each command; a fork takes a fifth of a second
CASES = ("tell, more", "amend")


@pytest.fixture(scope="module")
def commands(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Commands]:
    with Commands(tmp_path_factory.mktemp("commands"), cases.OF_CAMPAIGNS) as started:
        warm = tmp_path_factory.mktemp("warm")
        cases.new_campaign(warm)
        started.warm(warm, "optimize", "tell", "--campaign", cases.CAMPAIGN, "cells.csv")
        yield started


@pytest.mark.parametrize("name", CASES)
def test_a_killed_command_has_done_all_or_nothing(name: str, commands: Commands, tmp_path: Path) -> None:
    (case,) = [one for one in cases.of_campaigns() if one.name == name]
    row = killed(commands, case, tmp_path, KILLS, np.random.default_rng(0))
    assert row.kills == KILLS


def test_a_command_on_a_disk_that_fails_says_so(commands: Commands, tmp_path: Path) -> None:
    (case,) = [one for one in cases.of_campaigns() if one.name == "amend"]
    said = full(commands, case, tmp_path, KILLS, np.random.default_rng(3))
    refused = [one for one in said if one != "done"]
    assert refused
    assert all(
        "the campaign store cannot be written: d" in one for one in refused
    )  # disk ..., database or disk ...
