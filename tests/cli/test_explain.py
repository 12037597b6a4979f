"""``surrogate literature --explain SYSTEM``: what was stated, read, assumed and drawn, what a record counts as."""

from __future__ import annotations

import re

import pytest

from surrogate.cli import failures, surrogate

pytestmark = pytest.mark.usefixtures("records_read_once")


def said(system: str, capsys: pytest.CaptureFixture[str]) -> str:
    assert failures.run(surrogate.app, "surrogate", ["literature", "--explain", system]) == failures.DONE
    return capsys.readouterr().out


@pytest.mark.slow
def test_every_input_says_how_it_is_known(capsys: pytest.CaptureFixture[str]) -> None:
    """A graphene host of a conductivity gradient, cycled at 0.5 mA cm-2; its geometry is not told."""
    out = said("BIG", capsys)
    expected = {
        "current_density_mA_cm2": "stated", "framework": "read", "tortuosity": "drawn", "conductor_bottom": "assumed",
    }  # fmt: skip
    for name, how in expected.items():
        assert re.search(rf"^ {name} .* {how} *$", out, re.M), name
    assert "stated: a number of the record" in out


def test_a_doubtful_life_is_told_with_what_it_counts_as(capsys: pytest.CaptureFixture[str]) -> None:
    """1,600 of BIG at 0.5 mA cm-2 and 1 mAh cm-2 are cycles, or hours of four a cycle; its half cell has 300."""
    out = said("BIG", capsys)
    assert "cycles = 1600" in out
    assert "may be hours" in out
    assert "counts as: cycle_life_cycles at least 400" in out
    assert "counts as: cycle_life_cycles at least 300" in out
    assert "counts as: no target" in out  # the full cell


def test_what_no_record_tells_of_a_strategy_is_shown_as_assumed(capsys: pytest.CaptureFixture[str]) -> None:
    """How strong a magnetic field was no record tells: the neutral factor is taken, and said. A dopant is read."""
    out = said("CNZ", capsys)
    assert re.search(r"^ mass_transfer_factor +1 .* assumed *$", out, re.M)
    out = said("JFG", capsys)
    assert re.search(r"^ doping +nitrogen .* read *$", out, re.M)
    assert re.search(r"^ agent +none .* assumed *$", out, re.M)


def test_an_upper_bound_of_a_life_counts_as_one(capsys: pytest.CaptureFixture[str]) -> None:
    out = said("planar Li foil (of PEO-DLSL)", capsys)
    assert "counts as: cycle_life_cycles at most 50\n" in out


def test_a_system_that_no_record_names_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert failures.run(surrogate.app, "surrogate", ["literature", "--explain", "unobtainium"]) == 2
    assert "no record mentions this system" in capsys.readouterr().err


def test_the_paper_of_a_record_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert (
        "  Wang et al., J. Mater. Chem. A 2021, 9, 25004 (reference 45 of 10.1002/aenm.202304229)\n  Table 1, "
        in said("BIG", capsys)
    )


def test_a_pair_is_told_from_both_sides(capsys: pytest.CaptureFixture[str]) -> None:
    out = " ".join(said("Li/3D-SSE/Li", capsys).split())
    assert (
        "its control: Li/SSE/Li, differing in pattern: ccd_mA_cm2 0.7 against 0.3 (ratio 2.33; told better)"
        in out
    )
    assert "cycle_life_cycles 60 against 15 (ratio over 4; told better)" in out
    control = " ".join(said("Li/SSE/Li", capsys).split())
    assert "control of: Li/3D-SSE/Li, differing in pattern: overpotential_mV 45 against 50" in control
    lamellae = " ".join(said("Li@PAN/CNF||Li@PAN/CNF", capsys).split())
    assert "(ratio not known, as neither had failed; told better, which its numbers do not prove)" in lamellae
