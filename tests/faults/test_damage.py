"""Every kind of file that a user has, damaged a few times; at length in ``tests/benchmarks/test_bench_faults.py``."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.faults import damage, kinds

TIMES = 4


@pytest.mark.slow
@pytest.mark.parametrize("kind", kinds.of_campaigns(), ids=lambda kind: kind.name)
def test_a_damaged_file_is_refused_or_without_effect(kind: damage.Kind, tmp_path: Path) -> None:
    found = damage.judged(kind, tmp_path, TIMES, np.random.default_rng(len(kind.name))).found
    assert sum(found.values()) == TIMES
    assert set(found) <= {"refused", "without effect", *(["an edit"] if kind.edited else [])}


@pytest.mark.parametrize("how", sorted(set(damage.KINDS)))
def test_each_kind_of_damage_changes_the_file(how: str) -> None:
    rng, content = np.random.default_rng(0), bytes(range(256)) * 8
    others = [damage.damaged(content, how, rng) for _ in range(20)]
    assert all(other != content for other in others)
    changed = [sum(a != b for a, b in zip(content, other, strict=False)) for other in others]
    if how in ("bit", "digit"):
        assert set(changed) == {1}
    elif how == "sector":
        assert set(changed) == {damage.SECTOR - 2}  # two of these bytes are 0 already
    else:
        assert all(content.startswith(other) for other in others)
