"""``PhysicsParameters``: a value, equal by its numbers, checked when made, its own in every thread, all in use."""

from __future__ import annotations

import ast
import pickle
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import FrozenInstanceError, fields, replace
from importlib import import_module
from pathlib import Path
from threading import Barrier
from typing import Any

import numpy as np
import pandas as pd
import pytest

import surrogate
from surrogate.errors import InputError
from surrogate.hosts.designs import CompleteDesigns
from surrogate.physics import PhysicsParameters, simulate
from surrogate.physics.ageing.fitted import AgeingConstants
from surrogate.physics.parameter_groups import AgeingParameters, PlatingParameters, number_of
from surrogate.physics.parameters import FITTED, GROUPS, facts, keys, shipped_parameters
from surrogate.physics.plating import inputs
from surrogate.physics.plating import runs as plating

PACKAGE = Path(surrogate.__file__).parent
SILVER = "agents.silver.nucleation_overpotential"
FILM = "electrolytes.liquid_ether.sei_resistance"


# ---- A value


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


@pytest.mark.parametrize(
    ("key", "value", "limit"),
    [
        ("ageing.fade", 0.9, "0.1 to 0.4"),
        ("plating.covering_thickness_m", 1.0, "5e-08 to 1e-06 m"),
        (FILM, 1000.0, "5 to 60"),
        ("fitted.nitrate", 7.0, "0.164739 to 0.767849"),
        ("ageing.fade", -0.2, "0.1 to 0.4"),
        ("ageing.sharpness", -1.0, "at least 0"),
        ("agents.silver.density", -1.0, "at least 0"),
    ],
)
def test_a_value_outside_its_range_is_named_with_its_limit(key: str, value: float, limit: str) -> None:
    with pytest.raises(InputError) as refusal:
        PhysicsParameters().with_values({"ageing.reserve_mAh_cm2": 10.0, key: value})
    message = str(refusal.value)
    for part in (key, f"got {value}", limit, "To fix it: give a"):
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


# ---- Every constant is read

ALIKE: dict[str, Any] = {
    "current_density_mA_cm2": 1.0, "areal_capacity_mAh_cm2": 1.0, "temperature_C": 25.0, "stack_pressure_MPa": 5.0,
    "additives": "none", "agent": "none", "electrolyte": "liquid_ether",
}  # fmt: skip
POROUS: dict[str, Any] = {
    **ALIKE, "framework": "carbon_fiber", "conductor_top": 1.0, "conductor_bottom": 1.0, "porosity_top": 0.8,
    "porosity_bottom": 0.8, "pore_size_top_um": 10.0, "pore_size_bottom_um": 10.0, "tortuosity": 1.5,
    "thickness_um": 100.0,
}  # fmt: skip
FOIL: dict[str, Any] = {**ALIKE, "framework": "none"}
INSULATING: dict[str, Any] = {"conductor_top": 0.0, "dielectric_top": 1.0}
DESIGNS: dict[str, dict[str, Any]] = {
    "warm ether host with nitrate": {
        **POROUS, "temperature_C": 40.0, "areal_capacity_mAh_cm2": 2.0, "additives": "lino3",
    },
    "carbonate host with silver": {
        **POROUS, "electrolyte": "liquid_carbonate", "agent": "silver", "agent_bottom": 0.05,
        "conductor_bottom": 0.95, "areal_capacity_mAh_cm2": 2.0, "additives": "fec",
    },
    "gradient from polymer to carbon": {
        **POROUS, **INSULATING, "dielectric_material": "pan", "conductor_bottom": 0.3, "dielectric_bottom": 0.7,
        "areal_capacity_mAh_cm2": 2.0,
    },
    "nearly full host": {
        **POROUS, "thickness_um": 40.0, "areal_capacity_mAh_cm2": 7.0, "porosity_top": 0.6, "porosity_bottom": 0.6,
    },
    "overgrown host": {**POROUS, "thickness_um": 20.0, "areal_capacity_mAh_cm2": 7.0},
    "insulating host": {
        **POROUS, **INSULATING, "framework": "glass_fiber", "conductor_bottom": 0.0, "dielectric_bottom": 1.0,
    },
    "garnet composite under pressure": {
        **POROUS, "framework": "llzo_scaffold", "electrolyte": "llzo", "conductor_top": 0.4, "conductor_bottom": 0.4,
        "ion_conductor_top": 0.6, "ion_conductor_bottom": 0.6, "temperature_C": 60.0, "stack_pressure_MPa": 2.0,
    },
    "host without ions in garnet": {**POROUS, "electrolyte": "llzo"},
    "pressed sulfide": {
        **FOIL, "electrolyte": "lpsc", "stack_pressure_MPa": 19.0, "temperature_C": 40.0,
        "current_density_mA_cm2": 0.5,
    },
    "crushed sulfide": {**FOIL, "electrolyte": "lpsc", "stack_pressure_MPa": 78.0, "current_density_mA_cm2": 0.2},
    "cold sulfide near the voltage limit": {
        **FOIL, "electrolyte": "lps", "current_density_mA_cm2": 1.8, "temperature_C": -10.0,
    },
    "polymer foil": {**FOIL, "electrolyte": "peo", "temperature_C": 60.0, "areal_capacity_mAh_cm2": 2.0},
    "limited by overgrowth": {
        **ALIKE, "framework": "pan", "agent": "zinc", "conductor_material": "carbon_nanotube", "conductor_top": 0.28,
        "dielectric_top": 0.64, "agent_top": 0.08, "conductor_bottom": 0.8, "dielectric_bottom": 0.09,
        "agent_bottom": 0.11, "gradient_exponent": 1.15, "porosity_top": 0.83, "porosity_bottom": 0.72,
        "pore_size_top_um": 3.0, "pore_size_bottom_um": 3.6, "tortuosity": 1.94, "thickness_um": 135.0,
        "electrolyte": "liquid_carbonate", "additives": "lino3_fec", "current_density_mA_cm2": 0.5,
        "areal_capacity_mAh_cm2": 6.3, "temperature_C": 27.0,
    },
    "gel that runs out of salt": {
        **ALIKE, "framework": "pan", "agent": "silicon", "conductor_top": 0.124, "dielectric_top": 0.8,
        "agent_top": 0.046, "ion_conductor_top": 0.03, "conductor_bottom": 0.522, "dielectric_bottom": 0.19,
        "agent_bottom": 0.058, "ion_conductor_bottom": 0.23, "gradient_exponent": 0.37, "porosity_top": 0.69,
        "porosity_bottom": 0.67, "pore_size_top_um": 1.9, "pore_size_bottom_um": 6.4, "tortuosity": 2.8,
        "thickness_um": 40.0, "electrolyte": "gel", "additives": "lino3_fec", "current_density_mA_cm2": 20.0,
        "areal_capacity_mAh_cm2": 7.9, "temperature_C": 65.0, "li_excess_mAh_cm2": 13.0,
    },
}  # fmt: skip
# Without a range of their own: another value, and the design it acts on. ``exhausted`` acts on one depleted run in
# thirty, where steps become small just there, and needs a large move.
ELSEWHERE = {
    "plating.voltage_limit_V": (4.5, "cold sulfide near the voltage limit"),
    "plating.mostly_outside": (0.6, "overgrown host"),
    "plating.least_ionic_S_m": (2e-9, "host without ions in garnet"),
    "plating.full": (0.99, "nearly full host"),
    "plating.most_covered": (0.98, "carbonate host with silver"),
    "plating.least_part": (0.022, "warm ether host with nitrate"),
    "plating.representative_pores": (3.3, "carbonate host with silver"),
    "plating.reaching_fill": (0.85, "nearly full host"),
    "plating.depleted": (0.022, "polymer foil"),
    "plating.exhausted": (1e-6, "gel that runs out of salt"),
    "composition.least_carrying": (1.1e-6, "garnet composite under pressure"),
    "composition.least_conductivity_S_m": (1e-9, "insulating host"),
    "interface.immediate_short_MPa": (80.0, "crushed sulfide"),
    "ageing.reference_local_mA_cm2": (1.1, "warm ether host with nitrate"),
    "ageing.sharpness": (22.0, "garnet composite under pressure"),
    "ageing.shorting_exponent": (2.2, "warm ether host with nitrate"),
}
# With a range, and acting on few of the designs; all others act on the first.
ACTS_ON = {
    "plating.stripping_cutoff_V": "nearly full host",
    "composition.percolation_threshold": "gradient from polymer to carbon",
    "composition.percolation_exponent": "gradient from polymer to carbon",
    "composition.covering_fraction": "carbonate host with silver",
    "composition.carrying_conductivity_S_m": "garnet composite under pressure",
    "critical_current.overgrown_top_share": "limited by overgrowth",
    "critical_current.voltage_V": "polymer foil",
    **dict.fromkeys([f"interface.{name}" for name in ("creep_activation_J_mol", "short_onset_MPa", "shorted_MPa",
                                                      "pressing_power")], "pressed sulfide"),
    **dict.fromkeys([f"fitted.{name}" for name in ("interphase_carbonate", "dead_carbonate", "carbonate_additive")],
                    "carbonate host with silver"),
    "fitted.short_cycles": "pressed sulfide",
}  # fmt: skip


@pytest.fixture(scope="module")
def complete() -> dict[str, CompleteDesigns]:
    return {name: CompleteDesigns.of(pd.DataFrame([row])) for name, row in DESIGNS.items()}


@pytest.fixture(scope="module")
def shipped_results(complete: dict[str, CompleteDesigns]) -> dict[str, pd.DataFrame]:
    return {name: simulate(design, workers=1) for name, design in complete.items()}


def changed(one: pd.DataFrame, other: pd.DataFrame) -> list[str]:
    return [name for name in one.columns if not one[name].equals(other[name])]


@pytest.mark.parametrize("key", keys())
def test_every_constant_changes_what_it_should(key, complete, shipped_results) -> None:
    """None is left behind by a default on the way from the parameters to the results."""
    known = facts(key)
    if known.low is None or known.high is None:
        value, design = ELSEWHERE[key]
        owner, name = key.split(".")
        group = replace(getattr(shipped_parameters(), owner), **{name: value})
        ends = [replace(shipped_parameters(), **{owner: group})]
    else:
        design = ACTS_ON.get(key, next(iter(DESIGNS)))
        ends = [
            PhysicsParameters().with_values({key: end})
            for end in (known.low, known.high)
            if end != shipped_parameters().value(key)
        ]
    found = (changed(shipped_results[design], simulate(complete[design], one, workers=1)) for one in ends)
    assert any(found)


def test_designs_are_what_their_names_say(shipped_results) -> None:
    outcome = {name: rows["outcome"].item() for name, rows in shipped_results.items()}
    assert outcome["overgrown host"] == "overgrown"
    assert outcome["gel that runs out of salt"] == "depleted"
    assert outcome["cold sulfide near the voltage limit"] == "completed"
    limit = {name: rows["ccd_limit"].item() for name, rows in shipped_results.items()}
    assert limit["limited by overgrowth"] == "overgrowth"
    assert limit["pressed sulfide"] == "high_pressure"
    assert limit["crushed sulfide"] == "mechanical_short"
    assert limit["polymer foil"] == "depletion"


def test_keys_without_a_range_are_all_looked_at() -> None:
    assert set(ELSEWHERE) == {key for key in keys() if facts(key).low is None}
    assert set(ACTS_ON) <= set(keys())


# ---- Side by side

LABORATORIES = (
    {
        "plating.closing_power": 2.0, "plating.wiring_fill": 0.45, "ageing.fade": 0.35, SILVER: 5.0, FILM: 50.0,
        "fitted.dead_ether": 2.0, "interface.pressing_power": 2.5, "critical_current.area_exponent": 0.6,
        "composition.covering_fraction": 0.08, "electrolytes.lpsc.reference_ccd": 0.3,
    },
    {
        "plating.closing_power": 8.0, "plating.wiring_fill": 0.22, "ageing.fade": 0.15, SILVER: 1.0, FILM: 10.0,
        "fitted.dead_ether": 6.0, "interface.pressing_power": 5.5, "critical_current.area_exponent": 0.1,
        "composition.covering_fraction": 0.015, "electrolytes.lpsc.reference_ccd": 0.15,
    },
)  # fmt: skip
ROUNDS = 4


def test_two_threads_each_get_what_they_get_alone() -> None:
    """With and without agents, a liquid and solids; more designs than one thread of the kernel takes at once."""
    names = ["warm ether host with nitrate", "carbonate host with silver", "garnet composite under pressure",
             "pressed sulfide", "nearly full host"]  # fmt: skip
    designs = CompleteDesigns.of(pd.DataFrame([DESIGNS[name] for name in names] * 6).fillna({
        "agent_top": 0.0, "agent_bottom": 0.0, "dielectric_top": 0.0, "dielectric_bottom": 0.0,
        "ion_conductor_top": 0.0, "ion_conductor_bottom": 0.0,
    }))  # fmt: skip
    assert len(designs.frame) > plating.CHUNK
    laboratories = [PhysicsParameters().with_values(values) for values in LABORATORIES]
    alone = [simulate(designs, one, workers=1) for one in (*laboratories, None)]
    for one in alone[:2]:
        for target in ("cycle_life_cycles", "ccd_mA_cm2", "overpotential_mV"):
            assert (one[target] != alone[2][target]).sum() >= len(one) / 2, target
    start = Barrier(2)

    def simulated(turn: int) -> list[pd.DataFrame]:
        found = []
        for _ in range(ROUNDS):
            start.wait(timeout=120)
            found.append(simulate(designs, laboratories[turn], workers=2))
        return found

    with ThreadPoolExecutor(2) as pool:
        together = list(pool.map(simulated, range(2)))
    for turn in range(2):
        for found in together[turn]:
            pd.testing.assert_frame_equal(found, alone[turn], check_exact=True)
    pd.testing.assert_frame_equal(simulate(designs, workers=1), alone[2], check_exact=True)


# ---- No other way to a constant

# (file, what is assigned) -> why it moves no constant of the physics.
ALLOWED = {
    ("cli/failures.py", "warnings.showwarning"): "how a command prints warnings",
    ("optimization/fused_kernel.py", "logei._try_load_fused_kernel"): "BoTorch: compiled acquisition, or not",
    ("optimization/fused_kernel.py", "logei._load_attempted"): "the same",
    ("optimization/fused_kernel.py", "logei._C"): "the same",
    ("physics/plating/compiled.py", "numba.config.CACHE_DIR"): "where machine code is kept, at import",
    ("tracking/store.py", "os.environ[VARIABLE]"): "the address of MLflow's store",
}


def _modules_named_in(tree: ast.Module) -> set[str]:
    """Names in a file that are modules, or are imported from outside the package."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {(one.asname or one.name).split(".")[0] for one in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            place = PACKAGE.parent.joinpath(*node.module.split("."))
            own = node.module.split(".")[0] == PACKAGE.name
            for one in node.names:
                module = (place / f"{one.name}.py").exists() or (place / one.name).is_dir()
                if module or not own:
                    found.add(one.asname or one.name)
    return found


def _root(node: ast.expr) -> str:
    while isinstance(node, ast.Attribute | ast.Subscript):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""


def _reaching_out(tree: ast.Module) -> Iterator[str]:
    """What a file does to names of other modules, or to its own after import."""
    modules = _modules_named_in(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Global):
            yield f"global {', '.join(node.names)}"
        elif isinstance(node, ast.Attribute | ast.Subscript):
            if isinstance(node.ctx, ast.Store | ast.Del) and _root(node) in modules:
                yield ast.unparse(node)
            if ast.unparse(node) == "sys.modules":
                yield "sys.modules"
        elif isinstance(node, ast.Call):
            called = ast.unparse(node.func)
            if called in ("setattr", "delattr", "globals"):
                yield f"{called}(...)"
            elif called == "object.__setattr__" and ast.unparse(node.args[0]) != "self":
                yield f"{called} of another object"


def test_no_module_assigns_to_another() -> None:
    found = {
        (path.relative_to(PACKAGE).as_posix(), what)
        for path in PACKAGE.rglob("*.py")
        for what in _reaching_out(ast.parse(path.read_text(encoding="utf-8")))
    }
    assert found == set(ALLOWED)


@pytest.mark.parametrize(
    "code",
    [
        "from surrogate.physics import laws\nlaws.RANGES = 1",
        "from surrogate.physics import laws\nlaws.RANGES['porosity_top'] = (0, 1)",
        "import surrogate.physics.laws\nsurrogate.physics.laws.RANGES = 1",
        "import sys\nsys.modules['x'] = 1",
        "setattr(laws, 'RANGES', 1)",
        "LIMIT = 1\ndef move():\n    global LIMIT\n    LIMIT = 2",
        "globals()['LIMIT'] = 2",
        "object.__setattr__(shipped, 'fade', 2)",
        "from surrogate.physics import laws\ndel laws.RANGES",
    ],
)
def test_each_way_to_another_module_is_noticed(code: str) -> None:
    assert list(_reaching_out(ast.parse(code)))


# Numbers that stay in the modules of the physics, and why each is no constant of ``PhysicsParameters``.
NATURE, MESH, ERROR = (
    "a constant of nature or a unit",
    "a mesh or a number of steps",
    "a tolerance of the calculation",
)
CODE, SURFACE = (
    "a code for an outcome, or a count of fields",
    "in the fitted response surface: a move needs a new one",
)
READ_OFF = "where in a run a number is read off"
STAYS = {
    "constants": dict.fromkeys(
        ["FARADAY", "GAS_CONSTANT", "ELEMENTARY_CHARGE", "ZERO_CELSIUS", "LITHIUM_MOLAR_MASS", "LITHIUM_DENSITY",
         "LITHIUM_MOLAR_VOLUME", "LITHIUM_CONDUCTIVITY", "MAH_PER_CM2", "MA_PER_CM2", "OHM_CM2"], NATURE),
    "laws": {"BISECTIONS": ERROR},
    "ccd": {
        **dict.fromkeys(["SEARCH_CELLS", "SEARCH_STEPS", "SEARCH_SEPARATOR"], MESH),
        **dict.fromkeys(["LOWEST_MA_CM2", "HIGHEST_MA_CM2", "BRACKET"], "the range that is searched"),
        "MOST_ROUNDS": ERROR, "CLOSE": ERROR, "NEVER": CODE,
    },
    "ageing.fitted": {"SCHEMA_VERSION": CODE},
    "interface.geometry": {
        "WALL_ANGLE_DEG": SURFACE, "MOST_LEAN": SURFACE,
        **dict.fromkeys(["ACROSS", "BELOW", "WITHIN", "ABOVE", "CLOSENESS"], MESH),
    },
    "interface.limits": {"STRIPPED_THICKNESS_M": "drops out of every limit"},
    "interface.surface": {"DEGREE": SURFACE, "CASES": SURFACE, "SEED": SURFACE},
    "plating.batch": {
        "ROWS_PER_STEP": MESH, **dict.fromkeys(["EARLY", "PLATEAU", "SETTLED"], READ_OFF),
        "PROTOCOL_FIELDS": CODE, "CELL_FIELDS": CODE,
    },
    "plating.grid": dict.fromkeys(
        ["STRETCH", "SAMPLES", "DECADES", "MOST_MOVED", "HALF_MOVED", "SMEARED"], MESH),
    "plating.inputs": {"CELLS": MESH, "BLOCKED_TORTUOSITY": "stands for no path at all"},
    "plating.kernel": dict.fromkeys(
        ["FIRST_NEWTON", "MOST_NEWTON", "OFTEN", "MOST_CUTS", "CRAWL", "SLOW", "MOST_SLOW", "CROSSING"], ERROR),
    "plating.kinetics": {"LINEAR": ERROR, "UNSEEN": ERROR},
    "plating.newton": {"TOLERANCE": ERROR, "BARE": ERROR, "ROUNDING": ERROR},
    "plating.nodes": {"LEAST_FACE": READ_OFF, "LEAST_SURFACE": READ_OFF},
    "plating.properties": {"COVERAGE_CELLS": MESH},
    "plating.runs": {"SEPARATOR_CELLS": MESH, "STEPS": MESH, "CHUNK": "of threads: no number depends on it"},
    "plating.structures": {
        "LITHIUM_PER_COULOMB": NATURE, **dict.fromkeys(["DONE", "SALT_GONE", "VOLTAGE", "FAILED", "NOT_RUN"], CODE),
    },
}  # fmt: skip


def _numeric(value: object) -> bool:
    if isinstance(value, tuple):
        return bool(value) and all(_numeric(one) for one in value)
    return isinstance(value, int | float) and not isinstance(value, bool)


def _numbers_of(path: Path) -> set[str]:
    """Upper-case names of numbers that a module assigns at its top level."""
    name = ".".join((PACKAGE.name, *path.relative_to(PACKAGE).with_suffix("").parts))
    module = import_module(name.removesuffix(".__init__"))
    found = set()
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        for target in targets:
            names = target.elts if isinstance(target, ast.Tuple) else [target]
            found |= {one.id for one in names if isinstance(one, ast.Name) and one.id.isupper()}
    return {one for one in found if _numeric(getattr(module, one))}


def test_every_number_that_stays_in_a_module_has_its_reason() -> None:
    """A new one is a constant of ``parameter_groups``, or stands here with the reason why it is none."""
    physics = PACKAGE / "physics"
    found = {
        ".".join(path.relative_to(physics).with_suffix("").parts): names
        for path in physics.rglob("*.py")
        if (names := _numbers_of(path))
    }
    assert found == {module: set(reasons) for module, reasons in STAYS.items()}
    assert all(reason for reasons in STAYS.values() for reason in reasons.values())
