"""10,000 proposals in random spaces: what they break of what the spaces ask, and how often a question is refused."""

from __future__ import annotations

import time
from collections import Counter

import pandas as pd
from hypothesis import HealthCheck, Phase, given, seed, settings

from tests.properties.random_spaces import Question, questions, violations

PROPOSALS, EACH = 10_000, 200  # in all, and questions at once


def test_no_proposal_breaks_anything_that_its_space_asks() -> None:
    counts, broken, slowest, begun = Counter[str](), list[str](), 0.0, time.monotonic()

    @settings(
        max_examples=EACH,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(questions(most=24))
    def ask(asked: Question) -> None:
        nonlocal slowest
        start = time.monotonic()
        answer = asked.answer()
        slowest = max(slowest, time.monotonic() - start)
        counts["questions"] += 1
        if not isinstance(answer, pd.DataFrame):
            left = "enough different designs" in str(answer)
            counts["refused: too few designs are left" if left else "refused: the space is empty"] += 1
            return
        counts["proposals"] += len(answer)
        counts["with observations"] += len(answer) * (asked.told > 0)
        counts["of candidates"] += len(answer) * asked.listed
        broken.extend(violations(asked.made, answer))

    while counts["proposals"] < PROPOSALS:
        seed(counts["questions"])(ask)()
    said = ", ".join(f"{count:,} {name}" for name, count in counts.items())
    print(
        f"{said}; {len(broken)} violations > 1e-9; {time.monotonic() - begun:.0f} s, the slowest question "
        f"{slowest:.0f} s"
    )
    assert broken == []
