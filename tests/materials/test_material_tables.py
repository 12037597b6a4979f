"""The shipped property tables are complete, sourced and of the right dimension; a faulty one is refused."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import fields
from pathlib import Path

import pint
import pytest

from surrogate import materials
from surrogate.errors import MaterialError
from surrogate.hosts import columns as c
from surrogate.hosts.completion import default_material
from surrogate.materials import (
    Additive,
    Agent,
    Dopant,
    Electrolyte,
    Framework,
    Property,
    PropertyRange,
    Solid,
)
from surrogate.materials.host import SOLID_PHASES
from surrogate.materials.properties import SI_UNITS, to_si
from surrogate.materials.reader import load_table
from surrogate.resources import resource

TABLES = {
    "electrolytes": (Electrolyte, materials.electrolytes),
    "frameworks": (Framework, materials.frameworks),
    "agents": (Agent, materials.agents),
    "solids": (Solid, materials.solids),
    "additives": (Additive, materials.additives),
    "dopants": (Dopant, materials.dopants),
}
SOURCE = re.compile(
    r"^(00\d_[0-9a-f]{16}"  # a source document
    r"|10\.\d{4,}/\S+"  # a DOI
    r"|.+ \d+ \(\d{4}\) A?\d+"  # author, journal volume (year) page
    r"|CRC Handbook .+)$"
)


def every_number() -> list[tuple[str, Property | PropertyRange]]:
    """(table.material.property, number) of every number in the tables."""
    found: list[tuple[str, Property | PropertyRange]] = []
    for table, (_, entries) in TABLES.items():
        for name, entry in entries.items():
            for one in fields(entry):
                value = getattr(entry, one.name)
                if isinstance(value, Property | PropertyRange):
                    found.append((f"{table}.{name}.{one.name}", value))
                elif one.name.endswith("_factor") and isinstance(value, Mapping):
                    found += [(f"{table}.{name}.{one.name}.{key}", factor) for key, factor in value.items()]
    return found


@pytest.mark.parametrize(
    ("table", "identifiers"),
    [
        ("electrolytes", c.ELECTROLYTES),
        ("frameworks", c.FRAMEWORKS),
        ("agents", c.AGENTS),
        ("additives", c.ADDITIVES),
        ("dopants", c.DOPANTS),
    ],
)
def test_identifiers_are_those_of_the_designs(table: str, identifiers: tuple[str, ...]) -> None:
    assert tuple(TABLES[table][1]) == identifiers


def test_every_framework_is_made_of_a_solid_of_its_phase() -> None:
    for framework in materials.frameworks.values():
        own = materials.solid(framework.material)
        assert own.phase == (framework.phase if framework.phase != "none" else "conductor"), (
            framework.identifier
        )


@pytest.mark.parametrize("electrolyte", c.ELECTROLYTES)
@pytest.mark.parametrize("phase", SOLID_PHASES)
def test_default_phase_materials_exist(phase: str, electrolyte: str) -> None:
    """What the code takes for a phase without a material is a solid of that phase: the framework's own where it has
    that phase, the cell's own solid electrolyte for the ion conductor."""
    documented = {"conductor": "carbon_nanotube", "dielectric": "pan", "ion_conductor": "llzo"}[phase]
    if phase == "ion_conductor" and materials.electrolyte(electrolyte).is_solid:
        documented = electrolyte
    for framework in c.FRAMEWORKS:
        name = default_material(f"{phase}_material", framework, electrolyte)
        assert materials.solid(name).phase == phase, framework
        entry = materials.framework(framework)
        own = phase == (entry.phase if entry.phase != "none" else "conductor")
        assert name == (entry.material if own else documented), framework


@pytest.mark.parametrize("name", [name for name in c.ELECTROLYTES if materials.electrolyte(name).is_solid])
def test_a_solid_electrolyte_conducts_ions_alike_as_a_filler(name: str) -> None:
    electrolyte, solid = materials.electrolyte(name), materials.solid(name)
    assert solid.ionic_conductivity.si == pytest.approx(electrolyte.conductivity.si)


def test_every_number_is_sourced_or_assumed_with_a_range() -> None:
    numbers = every_number()
    assert len(numbers) > 300  # the loop below looked at something
    for where, number in numbers:
        if not number.assumed:
            assert SOURCE.match(number.source), f"{where}: {number.source!r}"
        elif isinstance(number, Property):
            assert number.low is not None, where
            assert number.high is not None, where
        if isinstance(number, Property) and number.low is not None and number.high is not None:
            assert number.low <= number.value <= number.high, where


def test_units_convert_as_pint_converts_them() -> None:
    registry = pint.UnitRegistry(autoconvert_offset_to_baseunit=True)
    for unit, si in SI_UNITS.items():
        if unit != "USD/kg":  # money is not a physical dimension
            expected = registry.Quantity(7.0, unit).to(si).magnitude
            assert to_si(7.0, unit) == pytest.approx(expected, rel=1e-12), unit
    assert to_si(7.0, "USD/kg") == 7.0


def test_si_values_against_conversions_by_hand() -> None:
    lpsc = materials.electrolyte("lpsc")
    assert lpsc.conductivity.si == pytest.approx(0.19, rel=1e-12)  # 1.9 mS/cm
    assert lpsc.reference_ccd is not None
    assert lpsc.reference_ccd.si == pytest.approx(2.0, rel=1e-12)  # 0.2 mA/cm2
    assert lpsc.reference_pressure is not None
    assert lpsc.reference_pressure.si == pytest.approx(3e6, rel=1e-12)
    assert lpsc.sei_resistance.si == pytest.approx(15e-4, rel=1e-12)  # 15 ohm cm2
    assert lpsc.reference_temperature.si == pytest.approx(298.15, rel=1e-12)
    assert lpsc.sei_loss.si == pytest.approx(2e-4 * 36000, rel=1e-12)  # 1 mAh/cm2 is 36000 C/m2
    assert materials.solid("copper").nucleation_overpotential.si == pytest.approx(0.04, rel=1e-12)


@pytest.mark.parametrize(
    "look_up",
    [
        materials.electrolyte,
        materials.framework,
        materials.agent,
        materials.solid,
        materials.additive,
        materials.dopant,
    ],
)
def test_an_unknown_identifier_is_refused_with_the_known_ones(look_up: Callable[[str], object]) -> None:
    with pytest.raises(MaterialError, match="unobtainium") as caught:
        look_up("unobtainium")
    assert "Allowed: " in str(caught.value)


def test_a_near_miss_is_suggested() -> None:
    with pytest.raises(MaterialError, match="did you mean 'silver'"):
        materials.agent("sliver")


def planted(tmp_path: Path, table: str, old: str, new: str) -> Path:
    """A copy of a shipped table with one thing changed, once."""
    text = resource(f"datasets/materials/{table}.toml").read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / f"{table}.toml"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return path


FAULTS = {
    "value outside its range": (
        "solids",
        "value = 9.0, unit",
        "value = 900.0, unit",
        ("solids.toml", "copper", "cost", "900", "6 to 60"),
    ),
    "no source": (
        "agents",
        'source = "000_7d66cda92dc0047f", note = "Li22Sn5, sections 4.2 and 5.2"',
        'note = "Li22Sn5"',
        ("agents.toml", "tin", "lithium_per_formula", "no source"),
    ),
    "assumed without a range": (
        "agents",
        'value = 1000.0, unit = "USD/kg", low = 600.0, high = 2500.0,',
        'value = 1000.0, unit = "USD/kg",',
        ("agents.toml", "silver", "cost", "low and high"),
    ),
    "range with one end": (
        "agents",
        "low = 600.0, high = 2500.0",
        "low = 600.0",
        ("agents.toml", "silver", "cost", "low and high"),
    ),
    "wrong dimension": (
        "electrolytes",
        'conductivity = { value = 1.1, unit = "S/m"',
        'conductivity = { value = 1.1, unit = "mV"',
        ("electrolytes.toml", "liquid_ether", "conductivity", "mV", "S/m"),
    ),
    "unknown unit": (
        "electrolytes",
        'unit = "S/m", low = 0.9',
        'unit = "furlong", low = 0.9',
        ("electrolytes.toml", "liquid_ether", "conductivity", "furlong"),
    ),
    "unknown key of a material": (
        "solids",
        'label = "nickel"',
        'label = "nickel"\ncolour = "silver"',
        ("solids.toml", "nickel", "colour"),
    ),
    "unknown key of a property": (
        "solids",
        "value = 9.0, unit",
        "valeu = 9.0, unit",
        ("solids.toml", "copper", "cost", "valeu"),
    ),
    "property missing": (
        "agents",
        'cost = { value = 0.0, unit = "USD/kg", low = 0.0, high = 0.0, assumed = true }\n',
        "",
        ("agents.toml", "none", "cost", "missing"),
    ),
    "not a number": (
        "solids",
        "value = 9.0, unit",
        'value = "nine", unit',
        ("solids.toml", "copper", "cost", "nine"),
    ),
    "not finite": (
        "solids",
        "value = 9.0, unit",
        "value = nan, unit",
        ("solids.toml", "copper", "cost", "nan"),
    ),
    "unknown kind": (
        "electrolytes",
        'kind = "polymer"',
        'kind = "plastic"',
        ("electrolytes.toml", "peo", "kind", "plastic"),
    ),
    "range upside down": (
        "frameworks",
        "porosity = { low = 0.6, high = 0.95",
        "porosity = { low = 0.95, high = 0.6",
        ("frameworks.toml", "carbon_fiber", "porosity", "low <= high"),
    ),
    "solid without a reference current": (
        "electrolytes",
        'reference_pressure = { value = 3.0, unit = "MPa", source = "000_7d66cda92dc0047f" }\n',
        "",
        ("electrolytes.toml", "lpsc", "reference_pressure"),
    ),
    "gradient neither allowed nor explained": (
        "frameworks",
        'porosity = "sheets of one freeze-cast or filtered body have one density"',
        "",
        ("frameworks.toml", "graphene", "gradable"),
    ),
    "additive factor with a unit": (
        "additives",
        'liquid_ether = { value = 0.6, unit = "1"',
        'liquid_ether = { value = 0.6, unit = "mV"',
        ("additives.toml", "lino3", "sei_loss_factor"),
    ),
    "additive factor of an unknown class": (
        "additives",
        'liquid_ether = { value = 0.6, unit = "1"',
        'liquid_ester = { value = 0.6, unit = "1"',
        ("additives.toml", "lino3", "sei_loss_factor", "liquid_ester"),
    ),
    "solids of a dopant not a list": (
        "dopants",
        'solids = ["carbon_fiber", "carbon_nanotube", "graphene"]',
        'solids = "carbon_fiber"',
        ("dopants.toml", "none", "solids", "list"),
    ),
    "dopant without solids": (
        "dopants",
        'solids = ["carbon_fiber", "carbon_nanotube", "graphene"]\n\n[nitrogen]',
        "\n[nitrogen]",
        ("dopants.toml", "none", "solids", "missing"),
    ),
    "film factor with a unit": (
        "agents",
        'film_resistance_factor = { value = 0.4, unit = "1"',
        'film_resistance_factor = { value = 0.4, unit = "ohm*cm^2"',
        ("agents.toml", "lithium_nitride", "film_resistance_factor", "ohm"),
    ),
    "not TOML": ("solids", "[copper]", "[copper", ("solids.toml", "cannot be read")),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_planted_error_is_refused_where_it_stands(fault: str, tmp_path: Path) -> None:
    table, old, new, named = FAULTS[fault]
    path = planted(tmp_path, table, old, new)
    with pytest.raises(MaterialError) as caught:
        load_table(TABLES[table][0], path)
    for word in named:
        assert word in str(caught.value)


def test_the_unchanged_tables_load_from_elsewhere(tmp_path: Path) -> None:
    """The copies above fail for what was planted, not for being copies."""
    for table, (record, entries) in TABLES.items():
        copy = tmp_path / f"{table}.toml"
        copy.write_bytes(resource(f"datasets/materials/{table}.toml").read_bytes())
        assert load_table(record, copy) == entries


def test_tables_and_records_cannot_be_changed() -> None:
    with pytest.raises(AttributeError):
        materials.agent("silver").label = "gold"
    with pytest.raises(TypeError):
        materials.agents["mithril"] = materials.agent("silver")
