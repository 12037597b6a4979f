"""``surrogate sensitivity``: what it writes, prints and refuses."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
import pytest

from surrogate.cli import failures, surrogate
from surrogate.physics.interface import geometry
from surrogate.physics.parameters import keys, shipped_parameters
from surrogate.physics.uncertainty import SCREENED
from surrogate.physics.uncertainty import constants as listed
from surrogate.sensitivity import cases as representative
from surrogate.sensitivity.cases import OUTPUTS

DOCS = Path(__file__).resolve().parents[2] / "docs" / "physics.md"


def run(*arguments: object) -> int:
    return failures.run(surrogate.app, "surrogate", ["sensitivity", *(str(one) for one in arguments)])


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three hosts and every fifth constant, so that a run takes seconds."""
    import surrogate.physics.uncertainty as package

    few = ["uniform conductor", "dielectric", "planar foil"]
    monkeypatch.setattr(representative, "HOSTS", {name: representative.HOSTS[name] for name in few})
    monkeypatch.setattr(package, "constants", lambda designs: listed(designs)[::5])


@pytest.mark.usefixtures("small")
@pytest.mark.slow
def test_two_trajectories(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    assert run("--out", tmp_path / "new", "--trajectories", 2, "--seed", 4) == failures.DONE
    said = capsys.readouterr()
    screened = pd.read_csv(tmp_path / "new" / "sensitivity.csv")
    assert set(screened["output"]) == {one.column for one in OUTPUTS}
    assert {"mu_star", "sigma", "confidence", "low", "high", "unit", "effect_unit"} <= set(screened.columns)
    turned = pd.read_csv(tmp_path / "new" / "reversals.csv")
    assert set(turned["verdict"]) <= {"reversed", "robust", "tied"}
    assert len(turned.drop_duplicates(["output", "better", "worse"])) == 4 * 3
    for part in ("2 trajectories", "overpotential_mV", "robust", "reversals.csv"):
        assert part in said.out
    assert max(len(line) for line in said.out.splitlines() if "Written" not in line) <= 80
    for stage in ("screening constants", "moving constants one by one", "bisecting reversals"):
        assert re.search(f"{stage}: done", said.err)


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["--trajectories", 1], "2 to 1000"),
        (["--trajectories", "many"], "valid integer"),
        (["--seed", 1], "a file is in the way"),
    ],
)
def test_bad_arguments_exit_2(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: list[object], named: str
) -> None:
    out = tmp_path / "out"
    out.write_text("", encoding="utf-8")
    assert run("--out", out, *arguments) == failures.REFUSED
    said = " ".join(capsys.readouterr().err.split())
    assert named in said
    assert "Traceback" not in said


@pytest.mark.docs
def test_the_page_has_every_constant_with_its_value() -> None:
    text = DOCS.read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| `([a-z_]+\.[A-Za-z0-9_.]+)` \|[^|]*\| ([^|]+) \|", text, re.M))
    moved = {one.key: one for one in listed(representative.representative_hosts())}
    fixed = {key: shipped_parameters().value(key) for key in keys() if key not in SCREENED}
    fixed |= {
        f"interface.geometry.{name}": getattr(geometry, name) for name in ("WALL_ANGLE_DEG", "MOST_LEAN")
    }
    assert set(rows) == set(moved) | set(fixed)
    for key, one in moved.items():
        told = [float(number) for number in re.findall(r"\d[\d.]*(?:e[+-]?\d+)?", rows[key])[:3]]
        assert told == pytest.approx([one.value, one.low, one.high], rel=1e-3), key
    for key, value in fixed.items():
        assert float(rows[key]) == value, key
