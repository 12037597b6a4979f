"""What another batch is expected to gain, in words."""

from __future__ import annotations

from surrogate.optimization.outlook import Outlook
from surrogate.report.outlook import outlook_in_words


def test_in_words_and_numbers() -> None:
    goals = {"cycle_life_cycles": "max", "overpotential_mV": "min"}
    said = " ".join(outlook_in_words(Outlook(0.5, 2.0, 0.25, several=True), goals, 4))
    assert (
        "Another batch of 4 hosts is expected to gain 2 times what replicate cells of one host differ by"
        in said
    )
    assert "(0.5 against 0.25 in the hypervolume of cycle life and overpotential, in logarithms)" in said
    assert "no choice of hosts gains more than 8 times that" in said
    assert said.endswith("It is worth going on.")
    said = " ".join(outlook_in_words(Outlook(0.01, 0.05, 0.25), {"coulombic_efficiency_pct": "max"}, 1))
    assert "batch of 1 host is" in said
    assert "in the logarithm of the lost charge" in said
    assert "stop here" in said
