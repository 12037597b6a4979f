"""``PhysicsParameters``: a value, equal by its numbers, checked when made."""

from __future__ import annotations

import json
import pickle
from dataclasses import FrozenInstanceError, fields, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import surrogate
from surrogate.errors import InputError, MaterialError
from surrogate.physics import PhysicsParameters, simulate
from surrogate.physics.ageing.fitted import AgeingConstants
from surrogate.physics.parameter_groups import AgeingParameters, PlatingParameters, number_of
from surrogate.physics.parameters import FITTED, GROUPS, facts, keys, shipped_parameters
from surrogate.physics.plating import inputs
from surrogate.resources import resource

PACKAGE = Path(surrogate.__file__).parent
SILVER = "agents.silver.nucleation_overpotential"
FILM = "electrolytes.liquid_ether.sei_resistance"


def test_the_default_is_what_ships() -> None:
    assert PhysicsParameters() == shipped_parameters()
    assert hash(PhysicsParameters()) == hash(shipped_parameters())
    assert PhysicsParameters().entries == ()
    for key in keys():
        assert PhysicsParameters().value(key) == shipped_parameters().value(key)


@pytest.mark.parametrize(
    "values",
    [{"ageing.fade": 0.3}, {FILM: 40.0}, {"fitted.nitrate": 0.5}, {"plating.full": 0.99, SILVER: 2.0}],
    ids=str,
)
def test_equal_numbers_make_equal_parameters(values: dict[str, float]) -> None:
    one, other = (PhysicsParameters().with_values(values) for _ in range(2))
    assert one == other
    assert hash(one) == hash(other)
    assert one != shipped_parameters()
    assert {one: "kept"}[other] == "kept"
    back = one.with_values({key: shipped_parameters().value(key) for key in values})
    assert back == shipped_parameters()
    assert back.entries == ()
    for key, value in values.items():
        assert one.value(key) == value
        assert shipped_parameters().value(key) != value
    assert len({one, other, shipped_parameters(), back}) == 2


def test_whole_numbers_count_as_the_numbers_they_are() -> None:
    whole, real = ({"plating.counter_roughness": kind(2), SILVER: kind(1)} for kind in (int, float))
    assert PhysicsParameters().with_values(whole) == PhysicsParameters().with_values(real)
    assert isinstance(AgeingParameters(sharpness=30).sharpness, float)
    numpy = PhysicsParameters().with_values({"ageing.fade": np.float64(0.3)})
    assert numpy == PhysicsParameters().with_values({"ageing.fade": 0.3})


def test_the_order_of_entries_and_steps_does_not_matter() -> None:
    at_once = PhysicsParameters().with_values({FILM: 40.0, SILVER: 2.0, "ageing.fade": 0.3})
    stepwise = PhysicsParameters()
    for key, value in {"ageing.fade": 0.3, SILVER: 2.0, FILM: 40.0}.items():
        stepwise = stepwise.with_values({key: value})
    assert at_once == stepwise
    assert at_once == PhysicsParameters(
        ageing=AgeingParameters(fade=0.3), entries=((FILM, 40.0), (SILVER, 2.0))
    )
    same = shipped_parameters().value(FILM)
    assert PhysicsParameters(entries=((FILM, same),)) == shipped_parameters()


def test_entries_are_in_the_tables_of_these_parameters_and_of_no_others() -> None:
    moved = PhysicsParameters().with_values({FILM: 40.0})
    assert moved.materials.electrolyte("liquid_ether").sei_resistance.si == pytest.approx(40e-4)
    assert shipped_parameters().materials.electrolyte("liquid_ether").sei_resistance.value == 20.0
    carbonate = "electrolytes.liquid_carbonate.sei_resistance"
    assert moved.value(carbonate) == shipped_parameters().value(carbonate)


def test_parameters_travel_by_pickle() -> None:
    moved = PhysicsParameters().with_values({FILM: 40.0, "fitted.nitrate": 0.5, "plating.full": 0.99})
    back = pickle.loads(pickle.dumps(moved))
    assert back == moved
    assert hash(back) == hash(moved)
    assert back.materials.entry(FILM).value == 40.0


def test_nothing_can_be_assigned() -> None:
    with pytest.raises(FrozenInstanceError):
        shipped_parameters().ageing.fade = 0.3  # type: ignore[misc]
    with pytest.raises(FrozenInstanceError):
        shipped_parameters().ageing = AgeingParameters()  # type: ignore[misc]
    with pytest.raises(TypeError):
        shipped_parameters().materials.agents["silver"] = None  # type: ignore[index]


# ---- What is refused


@pytest.mark.parametrize(
    ("key", "near"),
    [
        ("ageing.fad", "ageing.fade"),
        ("plating.closing_pwer", "plating.closing_power"),
        ("electrolytes.liquid_ehter.sei_resistance", FILM),
        ("electrolytes.liquid_ether.label", "electrolytes.liquid_ether."),
    ],
)
def test_an_unknown_key_is_refused_with_a_near_one(key: str, near: str) -> None:
    for ask in (facts, shipped_parameters().value, lambda one: PhysicsParameters().with_values({one: 1.0})):
        with pytest.raises(InputError, match="no such constant") as refusal:
            ask(key)
        assert key in str(refusal.value)
        assert near in str(refusal.value)


@pytest.mark.parametrize("key", ["fade", "materials", "entries", "plating", "plating.", "", "water.ice.heat"])
def test_a_key_of_another_form_is_refused(key: str) -> None:
    with pytest.raises(InputError, match=r"no such constant.*group\.field or table\.material\.property"):
        PhysicsParameters().with_values({key: 1.0})


def fitted_interval(name: str) -> str:
    """Return the 90 % interval of a fitted constant as a message prints it, read from the constants' own file."""
    shipped = json.loads(resource("datasets/ageing/constants.json").read_text(encoding="utf-8"))
    entry = shipped["constants"][name]
    return f"{entry['low']:g} to {entry['high']:g}"


@pytest.mark.parametrize(
    ("key", "value", "limit"),
    [
        ("ageing.fade", 0.9, "0.1 to 0.4"),
        ("plating.covering_thickness_m", 1.0, "5e-08 to 1e-06 m"),
        (FILM, 1000.0, "5 to 60"),
        ("fitted.nitrate", 7.0, fitted_interval("nitrate")),
        ("ageing.fade", -0.2, "0.1 to 0.4"),
        ("ageing.sharpness", -1.0, "at least 0"),
        ("agents.silver.density", -1.0, "at least 0"),
    ],
)
def test_a_value_outside_its_range_is_named_with_its_limit(key: str, value: float, limit: str) -> None:
    with pytest.raises(InputError) as refusal:
        PhysicsParameters().with_values({"ageing.reserve_mAh_cm2": 10.0, key: value})
    message = str(refusal.value)
    for part in (key, f"got {value}", limit, "To mend it: give a"):
        assert part in message


@pytest.mark.parametrize("value", [float("nan"), float("inf"), True, "0.3", None, [0.3]], ids=str)
@pytest.mark.parametrize("key", ["ageing.fade", "ageing.sharpness", "critical_current.area_exponent", FILM])
def test_what_is_no_number_is_refused(key: str, value: Any) -> None:
    with pytest.raises(InputError, match="not a number"):
        PhysicsParameters().with_values({key: value})
    if key in (FILM, "ageing.fade"):
        with pytest.raises(InputError, match="not a number"):
            PhysicsParameters(entries=((FILM, value),)) if key == FILM else AgeingParameters(fade=value)


def test_a_group_may_leave_the_range_and_never_be_negative() -> None:
    assert PhysicsParameters(ageing=AgeingParameters(fade=0.9)).value("ageing.fade") == 0.9
    with pytest.raises(InputError, match=r"AgeingParameters\.fade.*at least 0"):
        AgeingParameters(fade=-0.1)
    with pytest.raises(InputError, match="no such constant"):
        PhysicsParameters(entries=(("agents.unobtainium.density", 1.0),))


@pytest.mark.parametrize(
    ("key", "value", "refused"),
    [
        ("electrolytes.gel.conductivity", -5.0, "negative"),
        ("additives.lino3.sei_loss_factor.gel", 0.0, "a factor is a positive number"),
        ("additives.lino3.sei_loss_factor.wine", 0.5, "no such constant"),
        ("additives.lino3.sei_loss_factor", 0.5, "no such constant"),
        (7, 0.5, "no such constant"),
    ],
)
def test_an_entry_that_cannot_be_is_refused_at_once(key: Any, value: float, refused: str) -> None:
    with pytest.raises((InputError, MaterialError), match=refused):
        PhysicsParameters(entries=((key, value),))


@pytest.mark.parametrize("values", [None, [("ageing.fade", 0.3)], "ageing.fade"])
def test_values_are_a_mapping(values: Any) -> None:
    with pytest.raises(InputError, match="not a mapping"):
        PhysicsParameters().with_values(values)
    with pytest.raises(InputError, match="no such constant"):
        PhysicsParameters().with_values({7: 0.3})  # type: ignore[dict-item]


def test_a_dict_is_not_parameters() -> None:
    with pytest.raises(InputError, match="with_values"):
        simulate(pd.DataFrame({"framework": ["none"]}), {"ageing.fade": 0.3})  # type: ignore[arg-type]


def test_a_factor_of_an_additive_is_an_entry_like_any_other() -> None:
    key = "additives.lino3.sei_loss_factor.liquid_ether"
    shipped = shipped_parameters()
    changed = shipped.with_values({key: 0.9})
    assert (shipped.value(key), changed.value(key), changed.entries) == (0.6, 0.9, ((key, 0.9),))
    assert changed.materials.additive("lino3").sei_loss("liquid_ether") == 0.9
    assert changed.materials.additive("lino3").sei_loss("gel") == shipped.materials.additive(
        "lino3"
    ).sei_loss("gel")
    assert facts(key).low == 0.3
    bare = pd.DataFrame({"framework": ["none"], "electrolyte": ["liquid_ether"], "additives": ["lino3"]})
    assert simulate(bare, changed)["cycle_life_cycles"][0] < simulate(bare)["cycle_life_cycles"][0]


# ---- Facts beside each number


@pytest.mark.parametrize("key", keys())
def test_every_number_has_its_unit_and_its_origin(key: str) -> None:
    """A source, or marked as assumed, or a convention that says what it is; a range holds the value."""
    known, value = facts(key), shipped_parameters().value(key)
    assert known.unit.strip()
    assert known.meaning.strip()
    conventions = ("a limit of the test", "names an outcome", "goes with it")
    stated = any(words in known.meaning for words in conventions)
    assert bool(known.source.strip()) + known.assumed + stated == 1
    assert (known.low is None) == (known.high is None)
    if known.low is not None and known.high is not None:
        assert known.low <= value <= known.high
        assert known.low < known.high
        assert known.acts.strip(), "what is varied says what it acts on"


def test_keys_name_every_field_once() -> None:
    expected = [f"{name}.{one.name}" for name, group in GROUPS.items() for one in fields(group)]
    expected += [f"{FITTED}.{one.name}" for one in fields(AgeingConstants)]
    assert list(keys()) == expected
    assert len(set(expected)) == len(expected)
    parts = {one.name for one in fields(PhysicsParameters)}
    assert parts == {*GROUPS, FITTED, "entries"}


def test_what_is_compiled_is_handed_to_the_kernel() -> None:
    """Each compiled constant moved alone moves its own field of the kernel's, and no other."""
    told = inputs.kernel_constants(PlatingParameters())
    compiled = [one.name for one in fields(PlatingParameters) if number_of(one).compiled]
    assert len(compiled) == len(told)
    moved_fields = set()
    for name in compiled:
        moved = inputs.kernel_constants(replace(PlatingParameters(), **{name: 0.123}))
        changed = [field for field in told._fields if getattr(moved, field) != getattr(told, field)]
        assert len(changed) == 1
        assert getattr(moved, changed[0]) == 0.123
        moved_fields.add(changed[0])
    assert moved_fields == set(told._fields)
