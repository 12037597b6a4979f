"""Moved constants: everywhere they are read, only while the block runs, only within their range."""

from __future__ import annotations

import ast
import threading
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest
from surrogate.sensitivity.adjust import adjusted

from surrogate import materials
from surrogate.errors import InputError
from surrogate.physics import ccd, laws
from surrogate.physics.ageing import fitted as ageing
from surrogate.physics.ageing import law
from surrogate.physics.plating import inputs as packing
from surrogate.physics.plating import profiles
from surrogate.sensitivity.cases import representative_hosts
from surrogate.sensitivity.constants import MODULE_CONSTANTS, NOT_VARIED, Constant, constants

FILM = "electrolytes.liquid_ether.sei_resistance"


@pytest.fixture(autouse=True)
def _left_as_found() -> Iterator[None]:
    everything = constants(representative_hosts())
    before = [one.value for one in everything]
    tables = [getattr(materials, name) for name in ("electrolytes", "solids", "agents")]
    yield
    assert [one.value for one in everything] == before
    assert all(
        getattr(materials, name) is table
        for name, table in zip(("electrolytes", "solids", "agents"), tables, strict=True)
    )


@pytest.mark.parametrize("one", constants(representative_hosts()), ids=lambda one: one.key)
@pytest.mark.slow
def test_every_constant_can_be_moved_to_both_ends(one: Constant) -> None:
    before = one.value
    for end in (one.low, one.high):
        with adjusted({one.key: end}):
            assert one.value == end
        assert one.value == before


def test_modules_that_imported_a_constant_by_name_see_it_moved(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(profiles, "FADE", law.FADE, raising=False)
    with adjusted({"ageing.law.FADE": 0.3}):
        assert (law.FADE, profiles.FADE) == (0.3, 0.3)  # type: ignore[attr-defined]
    assert (law.FADE, profiles.FADE) == (0.2, 0.2)  # type: ignore[attr-defined]


def test_a_fitted_constant_is_moved_for_whoever_asks() -> None:
    before = ageing.shipped()
    low, high = ageing.intervals()["exposed_inside"]
    with adjusted({"fitted.exposed_inside": low}):
        with adjusted({"fitted.exposed_inside": high, "fitted.nitrate": ageing.intervals()["nitrate"][0]}):
            assert ageing.shipped().exposed_inside == high
            assert ageing.shipped().nitrate < before.nitrate
        assert ageing.shipped().exposed_inside == low
    assert ageing.shipped() == before


def test_moved_entries_are_read_by_look_up_and_by_table() -> None:
    with adjusted({FILM: 40.0}):
        assert materials.electrolyte("liquid_ether").sei_resistance.si == pytest.approx(40e-4)
        assert materials.electrolytes["liquid_ether"].sei_resistance.value == 40.0
        assert materials.electrolytes["liquid_carbonate"].sei_resistance.value == 30.0


def test_constants_are_put_back_after_an_error() -> None:
    def fails() -> None:
        with adjusted({"ccd.AREA_EXPONENT": 1.0, FILM: 40.0, "laws.COVERING_FRACTION": 0.1}):
            assert (ccd.AREA_EXPONENT, laws.COVERING_FRACTION) == (1.0, 0.1)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fails()
    assert laws.COVERING_FRACTION == 0.03


def test_an_error_in_a_simulation_puts_them_back(monkeypatch: pytest.MonkeyPatch) -> None:
    from surrogate.sensitivity import runs

    def broken(*_: object, **__: object) -> None:
        assert packing.COVERING_THICKNESS == 1e-6
        raise RuntimeError

    monkeypatch.setattr(runs, "simulate_complete", broken)
    with pytest.raises(RuntimeError):
        runs.outputs(representative_hosts(), {"packing.COVERING_THICKNESS": 1e-6})


def test_one_refused_constant_moves_none_of_the_others() -> None:
    with (
        pytest.raises(InputError, match="no such constant"),
        adjusted({"ageing.law.FADE": 0.3, "ageing.law.NOTHING": 1.0}),
    ):
        pytest.fail("the block ran")
    assert law.FADE == 0.2


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        ("ageing.law.FADE", 0.9, "0.1 to 0.4"),
        (FILM, 1000.0, "5 to 60"),
        ("cells.REACHING", 0.8, "compil"),
        ("electrolytes.water.conductivity", 1.0, "no such constant"),
        ("electrolytes.liquid_ether.label", 1.0, "no such constant"),
        ("FADE", 0.3, "no such constant"),
    ],
)
def test_what_cannot_be_moved_is_refused(key: str, value: float, said: str) -> None:
    with pytest.raises(InputError, match=said), adjusted({key: value}):
        pytest.fail("the block ran")


def test_blocks_nest() -> None:
    with adjusted({"ageing.law.FADE": 0.3}):
        with adjusted({"ageing.law.FADE": 0.4, FILM: 50.0}):
            assert law.FADE == 0.4
        assert law.FADE == 0.3


def test_blocks_of_other_threads_wait() -> None:
    seen: list[float] = []

    def other() -> None:
        with adjusted({"ageing.law.FADE": 0.4}):
            seen.append(law.FADE)

    thread = threading.Thread(target=other)
    with adjusted({"ageing.law.FADE": 0.3}):
        thread.start()
        thread.join(timeout=0.2)
        assert thread.is_alive()
        assert not seen
    thread.join(timeout=10.0)
    assert seen == [0.4]


def test_the_list_names_what_exists() -> None:
    for key, why in NOT_VARIED:
        module, name = key.rsplit(".", 1)
        assert isinstance(getattr(import_module(f"surrogate.physics.{module}"), name), float), key
        assert why
    moved = {one.key for one in MODULE_CONSTANTS}
    assert not moved & {key for key, _ in NOT_VARIED}
    for one in constants(representative_hosts()):
        assert one.low <= one.value <= one.high, one.key
        assert one.low < one.high, one.key
        for value in (one.low, one.value, one.high):
            assert one.at(one.share(value)) == pytest.approx(value, rel=1e-12, abs=1e-15)


def test_every_assumed_constant_of_the_physics_is_on_the_list() -> None:
    """A number with "assumed" in its comment, beside it or just above, is moved or has a reason not to be."""
    listed = {one.key for one in MODULE_CONSTANTS} | {key for key, _ in NOT_VARIED}
    found = set()
    physics = Path(packing.__file__).parent
    for path in physics.rglob("*.py"):
        lines = path.read_text(encoding="utf-8").splitlines()
        for node in ast.parse("\n".join(lines)).body:
            if not (isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)):
                continue
            if isinstance(node.value, ast.Tuple) and any(
                isinstance(one, ast.Call) for one in node.value.elts
            ):
                continue  # records of published cells, no constants of the simulator
            first = node.lineno - 1
            while lines[first - 1].startswith("#"):
                first -= 1
            if "assumed" in "\n".join(lines[first : node.end_lineno]) and node.targets[0].id.isupper():
                module = ".".join(path.relative_to(physics).with_suffix("").parts)
                found.add(f"{module}.{node.targets[0].id}")
    assert len(found) > 10
    assert found <= listed
