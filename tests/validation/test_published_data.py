"""Published numbers as data: two readings of the documents agree, and a broken table is refused by row and column."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable

import pandas as pd
import pytest

from surrogate.errors import RecordError
from surrogate.hosts.columns import DESIGN_COLUMNS
from surrogate.literature import records as literature
from surrogate.literature import statements
from surrogate.literature.documents import find
from surrogate.resources import resource
from surrogate.validation.cell_data import CELL_FIELDS, cells, read_cells, read_voltages
from surrogate.validation.interface_data import COMPARISONS, interface_numbers, read_interface
from surrogate.validation.solid_data import read_solids

FOLDER = resource("datasets/validation")
TABLES = ("cells.csv", "voltages.csv", "interface.csv", "solids.csv")
ON_THE_CARD = (*TABLES, "cycling.csv")  # the last in the literature schema, which has tests of its own
# Units of interface.csv -> the column of the records that holds such numbers too.
IN_RECORDS = {"mA/cm2": "ccd_mA_cm2", "ohm cm2": "interface_resistance_ohm_cm2"}


def test_the_voltages_are_those_of_the_literature_records() -> None:
    """The records were read twice, by others, and looked up in the text of the document."""
    records = literature.load()
    compared = 0
    for _, cell in pd.read_csv(FOLDER / "cells.csv", dtype={"ref": str}).iterrows():
        document = find(cell["source"])
        assert document is not None
        same = records[(records["source"] == document.source) & (records["ref"] == cell["ref"])]
        same = same[same["overpotential_mV"].notna()].drop_duplicates(
            "current_density_mA_cm2"
        )  # the first step
        expected = dict(zip(same["current_density_mA_cm2"], same["overpotential_mV"], strict=True))
        (found,) = (one for one in cells() if one.name == cell["cell"])
        assert dict(found.voltages_mV) == expected
        compared += len(expected)
    assert compared == 9


def test_the_numbers_of_interfaces_are_those_of_the_literature_tables() -> None:
    records, constants = literature.load(), statements.constants()
    unmatched = set()
    for comparison, numbers in interface_numbers().items():
        for number in numbers:
            if number.unit in ("yes/no", "mV") or comparison == "stress_gain":  # compared below, or no number
                continue
            document = find(number.source)
            assert document is not None
            known = set(constants.loc[constants["source"] == document.source, "value"])
            if number.unit in IN_RECORDS:
                known |= set(
                    records.loc[records["source"] == document.source, IN_RECORDS[number.unit]].dropna()
                )
            if number.value not in known:
                unmatched.add((comparison, number.value))
    assert unmatched == set()


def test_voltages_of_the_garnet_cell_are_those_of_the_records() -> None:
    """But for the planar cell at 0.2 mA cm-2: 45 mV as it begins, 50 mV in its first cycle."""
    records = literature.load()
    own = records[(records["source"] == "003_12ac4afc36bbf970") & records["overpotential_mV"].notna()]
    own = own[~own["system"].str.contains(",")]  # the others are of these cells later on
    width, current = own["pore_size_top_um"].fillna(0.0), own["current_density_mA_cm2"]
    expected = dict(zip(zip(width, current, strict=True), own["overpotential_mV"], strict=True))
    found = {
        (one.channel_width_um, one.current_density_mA_cm2): one.value
        for one in interface_numbers()["cell_voltage"]
    }
    assert expected.pop((0.0, 0.2)) == 50.0
    assert found.pop((0.0, 0.2)) == 45.0
    assert found == expected


def test_critical_currents_are_those_of_the_records_under_the_same_conditions() -> None:
    records = literature.load()
    garnet = {one.temperature_C: one.value for one in interface_numbers()["garnet_ccd_over_temperature"]}
    warm = records[records["group"].str.endswith("#390") & records["ccd_mA_cm2"].notna()]
    assert garnet == dict(zip(warm["temperature_C"], warm["ccd_mA_cm2"], strict=True))
    sulfide = {one.pressure_MPa: one.value for one in interface_numbers()["sulfide_ccd"]}
    pressed = records[records["ref"].eq("bruce-lpsc") & records["ccd_mA_cm2"].notna()]
    assert sulfide == dict(zip(pressed["stack_pressure_MPa"], pressed["ccd_mA_cm2"], strict=True))
    patterns = {one.channel_width_um: one.value for one in interface_numbers()["pattern_ccd"]}
    cut = records[records["electrolyte_channels"] & records["ccd_mA_cm2"].notna()]
    assert patterns == dict(zip(cut["pore_size_top_um"], cut["ccd_mA_cm2"], strict=True))


def test_what_was_cycled_is_what_the_records_cycled() -> None:
    """1: the record's cell had not failed; 0: it had."""
    records = literature.load()
    own = records[(records["source"] == "003_12ac4afc36bbf970") & records["cell_type"].eq("symmetric")]
    own = own[own[["cycles", "hours"]].notna().any(axis=1) & own["stack_pressure_MPa"].notna()]
    own = own[own["current_density_mA_cm2"].notna()]
    expected = {
        (width, current): float(censored)
        for width, current, censored in zip(
            own["pore_size_top_um"].fillna(0.0), own["current_density_mA_cm2"], own["censored"], strict=True
        )
    }
    found = {
        (one.channel_width_um, one.current_density_mA_cm2): one.value
        for one in interface_numbers()["cycled"]
        if one.pressure_MPa == 1.0
    }
    assert found == expected
    assert len(found) == 4


def test_the_card_gives_every_tables_hash_and_size() -> None:
    card = (FOLDER / "README.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `(\w+\.csv)` \| (\d+) .* \| `([0-9a-f]{64})` \|$", card, flags=re.MULTILINE)
    assert rows == [
        (name, str(len(pd.read_csv(FOLDER / name))), hashlib.sha256((FOLDER / name).read_bytes()).hexdigest())
        for name in ON_THE_CARD
    ]


def test_what_is_assumed_is_named_with_its_value() -> None:
    first, second = (cell.assumed for cell in cells())
    assert first == (
        "thickness 100 um, porosity 0.8, pore size 5 um, tortuosity 1.5, agent 0.1, areal capacity 1 mAh/cm2"
    )
    assert "thickness" not in second
    assert second.endswith("field factor 2")


def read(name: str) -> Callable[[pd.DataFrame], pd.DataFrame]:
    if name == "voltages.csv":
        return lambda table: read_voltages(table, {cell.name for cell in cells()}, name)
    return lambda table: {
        "cells.csv": read_cells,
        "interface.csv": read_interface,
        "solids.csv": read_solids,
    }[name](table, name)


PLANTED = [
    ("cells.csv", 0, "source", None, "empty"),
    ("cells.csv", 0, "source", "10.1000/unheard", "not a known document"),
    ("cells.csv", 1, "porosity_top", 1.2, "outside its limits"),
    ("cells.csv", 1, "thickness_um", "thick", "not a number"),
    ("cells.csv", 1, "cell", "MCCNF@ZnO@Li || Li", "the same record as row 1"),
    ("cells.csv", 0, "host_counter", "perhaps", "neither true nor false"),
    ("cells.csv", 0, "assumed", "porosity;colour", "names no column"),
    ("voltages.csv", 2, "voltage_mV", -5, "outside its limits"),
    ("voltages.csv", 2, "source", None, "empty"),
    ("voltages.csv", 2, "cell", "another", "not a cell of cells.csv"),
    ("voltages.csv", 1, "current_density_mA_cm2", 600, "outside its limits"),
    ("interface.csv", 3, "source", None, "empty"),
    ("interface.csv", 3, "locator", None, "empty"),
    ("interface.csv", 3, "source", "paper", "not a known document"),
    ("interface.csv", 3, "value", -0.1, "outside its limits"),
    ("interface.csv", 3, "value", None, "empty"),
    ("interface.csv", 3, "unit", "A/m2", "unknown class"),
    ("interface.csv", 3, "unit", "mV", "not the unit of pattern_ccd"),
    ("interface.csv", 3, "channel_width_um", None, "empty"),
    ("interface.csv", 8, "channel_width_um", 150, "a width without a critical current"),
    ("interface.csv", 3, "comparison", "guess", "unknown class"),
    ("interface.csv", 7, "value", 0.5, "neither yes nor no"),
]


@pytest.mark.parametrize(("name", "row", "column", "value", "what"), PLANTED)
def test_a_broken_row_is_refused_with_its_row_and_column(
    name: str, row: int, column: str, value: object, what: str
) -> None:
    table = pd.read_csv(FOLDER / name, dtype=object)
    read(name)(table)
    table.loc[row, column] = value
    with pytest.raises(RecordError) as refused:
        read(name)(table)
    assert (refused.value.row, refused.value.column) == (row, column)
    assert what in str(refused.value)
    assert name in str(refused.value)


@pytest.mark.parametrize("name", TABLES)
def test_unknown_and_missing_columns_are_refused(name: str) -> None:
    table = pd.read_csv(FOLDER / name, dtype=object)
    with pytest.raises(RecordError, match="column mood: unknown column"):
        read(name)(table.assign(mood="good"))
    with pytest.raises(RecordError, match="column locator: column is missing"):
        read(name)(table.drop(columns="locator"))
    with pytest.raises(RecordError, match="no rows"):
        read(name)(table.iloc[:0])


@pytest.mark.parametrize("comparison", COMPARISONS)
def test_a_comparison_without_its_rows_is_refused(comparison: str) -> None:
    table = pd.read_csv(FOLDER / "interface.csv", dtype=object)
    with pytest.raises(RecordError, match=rf"without its rows.*0 of {comparison}"):
        read_interface(table[table["comparison"] != comparison])


def test_a_cell_without_voltages_is_refused() -> None:
    table = pd.read_csv(FOLDER / "voltages.csv", dtype=object)
    with pytest.raises(RecordError, match=r"a cell without voltages.*CNZ"):
        read("voltages.csv")(table[table["cell"] != "CNZ || CNZ"])


def test_the_columns_of_a_cell_are_those_of_a_designs_file() -> None:
    own = {"cell", "host_counter", "field_factor", "assumed", "source", "ref", "locator", "note"}
    assert set(CELL_FIELDS) - own <= set(DESIGN_COLUMNS)
