"""What another batch is expected to gain, in words."""

from __future__ import annotations

from dataclasses import replace

import pytest

from surrogate.optimization.outlook import Outlook
from surrogate.report.outlook import outlook_in_words

GOALS = {"cycle_life_cycles": "max", "overpotential_mV": "min"}


def test_in_words_and_numbers() -> None:
    said = " ".join(outlook_in_words(Outlook(0.5, 2.0, 0.25, 0.1, several=True), GOALS, 4))
    assert (
        "Another batch of 4 hosts is expected to gain 2 times what replicate cells of one host differ by"
        in said
    )
    assert "(0.5 against 0.25 in the hypervolume of cycle life and overpotential, in logarithms)" in said
    assert "and 10 % of what is reached above the median host" in said
    assert "no choice of hosts gains more than 8 times that spread" in said
    assert said.endswith("It is worth going on.")
    said = " ".join(outlook_in_words(Outlook(0.01, 0.05, 0.25), {"coulombic_efficiency_pct": "max"}, 1))
    assert "batch of 1 host is" in said
    assert "in the logarithm of the lost charge" in said
    assert "what is reached" not in said
    said = " ".join(outlook_in_words(Outlook(0.5, 2.0, 0.25, 3.1), GOALS, 4))
    assert "and 3.1 times what is reached above the median host" in said


BOUND = "Even that is less than cells can show (below 0.5 times what replicates differ by)."
SPREAD = (
    "The expected gain is less than cells can show (below 0.5 times what replicates differ by) and little of what is "
    "reached (below 1 %)"
)
REACHED = "The expected gain is hardly anything of what is reached (below 0.1 %)"
STANDSTILL = "The last 12 hosts brought 2 % of what is reached (below 3 %)"


@pytest.mark.parametrize(
    ("found", "reasons"),
    [
        (Outlook(0.01, 0.05, 0.25, 0.01), [BOUND]),
        (Outlook(0.01, 2.0, 0.001, 0.0005), [REACHED]),
        (Outlook(0.01, 0.05, 0.25, 0.0005), [BOUND, REACHED]),
        (Outlook(0.02, 2.0, 0.25, 0.005, several=True), [SPREAD]),
        (Outlook(0.02, 2.0, 0.25, 0.0005, 0.2, several=True), [SPREAD, REACHED]),
        (Outlook(0.5, 2.0, 0.25, 0.05, 0.02, several=True), [STANDSTILL]),
        (Outlook(0.5, 2.0, 0.25, 0.05, 0.2, several=True), []),
    ],
)
def test_says_the_reasons_that_hold_and_no_other(found: Outlook, reasons: list[str]) -> None:
    goals = GOALS if found.several else ["cycle_life_cycles"]
    said = " ".join(outlook_in_words(found, goals, 4))
    assert [one for one in (BOUND, SPREAD, REACHED, STANDSTILL) if one in said] == reasons
    assert said.endswith("make one more, and stop if it is still so after it.") is bool(reasons)
    assert ("worth going on" in said) is not bool(reasons)
    twice = " ".join(outlook_in_words(replace(found, before=("reached",)), goals, 4))
    assert ("stop here" in twice) is bool(reasons)
    assert ("worth going on" in twice) is not bool(reasons)
