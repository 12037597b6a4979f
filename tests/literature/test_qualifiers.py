"""Columns that say how a number is meant reach the design and the life; a note never does."""

from __future__ import annotations

import re

import pandas as pd
import pytest

from surrogate.errors import RecordError
from surrogate.literature import featurize, measured
from surrogate.literature import records as literature
from surrogate.literature.documents import READ_IN_FULL, documents
from surrogate.literature.schema import BOUND_OF, COLUMNS, COMPARISON, PROTOCOL, QUALIFIERS, UPPER_END
from surrogate.resources import resource

BASE = {
    "source": "10.1/a", "ref": "1", "system": "pellet", "strategy": "planar_baseline", "host_material": "Li foil",
    "electrolyte_class": "oxide", "cell_type": "symmetric", "current_density_mA_cm2": 0.5,
    "areal_capacity_mAh_cm2": 1.0, "cycles": 800, "censored": True, "locator": "Table 1",
}  # fmt: skip
OPEN = {"cycles_may_be_hours": True}


def read(**cells: object) -> pd.DataFrame:
    return literature.read(pd.DataFrame([{**BASE, **cells}]))[0]


def test_room_temperature_and_a_foil_are_stated_and_not_drawn() -> None:
    stated = read(room_temperature=True, li_foil_thickness_um=50)
    silent = read()
    drawn, free = (featurize.drawn_designs(records, 20, 0) for records in (stated, silent))
    assert set(drawn["temperature_C"]) == {25.0}
    assert drawn["li_excess_mAh_cm2"].unique() == pytest.approx([10.31], abs=0.01)  # 4.85 um per mAh cm-2
    assert free["temperature_C"].nunique() > 10
    first, second = (featurize.to_designs(records).iloc[0] for records in (stated, silent))
    assert first["temperature_C"] == 25.0
    assert first["stated_share"] > second["stated_share"]
    how = featurize.explain(stated.iloc[0]).set_index("input")["how"]
    assert how[["temperature_C", "li_excess_mAh_cm2", "framework"]].tolist() == ["read"] * 3
    assert how["current_density_mA_cm2"] == "stated"


def test_a_number_wins_over_what_implies_one() -> None:
    design = featurize.to_designs(
        read(room_temperature=True, temperature_C=22, li_foil_thickness_um=50, li_excess_mAh_cm2=5)
    )
    assert design[["temperature_C", "li_excess_mAh_cm2"]].iloc[0].tolist() == [22.0, 5.0]


def test_a_table_without_these_columns_means_the_values_themselves() -> None:
    records = read()
    assert tuple(records.columns) == COLUMNS
    for name, field in QUALIFIERS.items():
        cell = records[name].item()
        assert not cell if field.kind == "flag" else pd.isna(cell), name
    targets = measured.targets(read(censored=False))
    assert targets[["cycle_life_cycles", "cycle_life_cycles_censored"]].iloc[0].tolist() == [800.0, False]


@pytest.mark.parametrize(
    "note",
    [
        "table column headed cycle; may be hours",
        "90 h are an upper bound of the life",
        "efficiency is a lower bound",
        "room temperature; 500 um Li on both sides",
    ],
)
def test_nothing_is_computed_from_a_note(note: str) -> None:
    plain = {"coulombic_efficiency_pct": 98.0}
    noted, silent = read(note=note, **plain), read(**plain)
    pd.testing.assert_frame_equal(measured.targets(noted), measured.targets(silent))
    assert not measured.efficiency_is_lower_bound(noted).item()
    pd.testing.assert_frame_equal(featurize.to_designs(noted), featurize.to_designs(silent))


@pytest.mark.parametrize(
    ("cells", "life"),
    [
        ({}, 800.0),
        (OPEN, 200.0),  # 800 h at 0.5 mA and 1 mAh cm-2: 4 h a cycle
        ({**OPEN, "current_density_mA_cm2": 4.0}, 800.0),  # 800 h would be 1,600 cycles
        ({**OPEN, "areal_capacity_mAh_cm2": None}, 800.0),
        ({**OPEN, "censored": False}, 400.0),  # a failure is a value: the geometric mean of 800 and 200
        ({**OPEN, "censored": False, "duration_bound": "lower"}, 200.0),
    ],
)
def test_a_bound_that_may_be_hours_counts_as_the_lower_of_the_two(
    cells: dict[str, object], life: float
) -> None:
    assert measured.targets(read(**cells))["cycle_life_cycles"].item() == life


def test_a_life_only_known_to_be_shorter_is_an_upper_bound() -> None:
    records = read(duration_bound="upper", censored=False)
    targets = measured.targets(records)
    assert targets[["cycle_life_cycles", "cycle_life_cycles_censored"]].iloc[0].tolist() == [800.0, "below"]
    assert measured.lives(records).item() == 800.0
    assert measured.life_is_upper_bound(records).item()


def test_a_cell_that_failed_after_more_than_so_many_cycles_is_a_lower_bound() -> None:
    records = read(duration_bound="lower", censored=False)
    assert measured.targets(records)["cycle_life_cycles_censored"].item()


def test_efficiencies_that_are_bounds() -> None:
    value, lower, upper = (
        read(coulombic_efficiency_pct=98, coulombic_efficiency_bound=bound)
        for bound in (None, "lower", "upper")
    )
    assert [measured.efficiencies(one).item() for one in (value, lower)] == [98.0, 98.0]
    assert measured.efficiencies(upper).isna().all()
    bounds = [measured.efficiency_is_lower_bound(one).item() for one in (value, lower, upper)]
    assert bounds == [False, True, False]
    rounded = read(coulombic_efficiency_pct=100)
    assert measured.efficiencies(rounded).item() == 99.5
    assert measured.efficiency_is_lower_bound(rounded).item()
    full = read(coulombic_efficiency_pct=98, cell_type="full")
    assert measured.efficiencies(full).isna().all()


EFFICIENCY = ["coulombic_efficiency_pct" + part for part in ("", "_censored", "_upper_bound")]


@pytest.mark.parametrize(
    ("stated", "bound", "end", "counts"),
    [
        (98, None, None, (98.0, False, None)),
        (98, "lower", None, (98.0, True, None)),
        (98, "upper", None, (98.0, "below", None)),
        (98, "lower", 99, (98.0, False, 99.0)),
        (98, "lower", 100, (98.0, True, None)),  # below 100 % is every efficiency
        (100, None, None, (99.5, True, None)),  # rounded, and nobody knows to how many digits
        (100, "lower", None, (99.5, True, None)),
        (99.998, None, None, (99.995, True, None)),
        (100, "upper", None, (None, False, None)),
    ],
)
def test_what_is_known_of_an_efficiency(
    stated: float, bound: str | None, end: float | None, counts: tuple[object, ...]
) -> None:
    told = {
        "coulombic_efficiency_pct": stated,
        "coulombic_efficiency_bound": bound,
        "coulombic_efficiency_upper_bound_pct": end,
    }
    found = measured.targets(read(**told))[EFFICIENCY].iloc[0].tolist()
    assert [None if one != one else one for one in found] == list(counts)


def test_an_upper_bound_that_may_mean_hours_is_no_target() -> None:
    told = {"duration_bound": "upper", "censored": False}
    assert measured.targets(read(**OPEN | told))["cycle_life_cycles"].isna().all()


def test_channels_are_a_flag_and_not_a_word() -> None:
    cells = {"host_material": "LLZO pellet with laser-cut channels", "pore_size_top_um": 200}
    flagged, worded = (
        featurize.to_designs(read(**cells, electrolyte_channels=flag)).iloc[0] for flag in (True, False)
    )
    implied = featurize.to_designs(read(**cells, strategy="micropattern")).iloc[0]
    assert flagged["pattern_size_um"] == implied["pattern_size_um"] == 200.0
    assert worded["pattern_size_um"] != 200.0


PLANTED: dict[str, tuple[dict[str, object], str, str]] = {
    "unknown bound": ({"duration_bound": "about"}, "duration_bound", "unknown class.*lower, upper"),
    "efficiency without number": (
        {"coulombic_efficiency_bound": "lower"}, "coulombic_efficiency_bound", "without its number",
    ),
    "voltage without number": ({"overpotential_bound": "upper"}, "overpotential_bound", "without its number"),
    "an upper bound of no failure": ({"duration_bound": "upper"}, "duration_bound", "has not failed.*censored"),
    "open and in hours": (
        {"cycles_may_be_hours": True, "hours": 3200}, "cycles_may_be_hours", "beside hours",
    ),
    "open without cycles": (
        {"cycles_may_be_hours": True, "cycles": None, "hours": 9}, "cycles_may_be_hours", "without cycles",
    ),
    "a hot room": ({"room_temperature": True, "temperature_C": 60}, "room_temperature", "temperature_C"),
    "no foil": ({"li_foil_thickness_um": 0}, "li_foil_thickness_um", "outside its limits"),
    "channels of no width": ({"electrolyte_channels": True}, "electrolyte_channels", "without their width"),
}  # fmt: skip


@pytest.mark.parametrize(("cells", "column", "what"), PLANTED.values(), ids=list(PLANTED))
def test_a_contradiction_is_refused_by_row_and_column(
    cells: dict[str, object], column: str, what: str
) -> None:
    with pytest.raises(RecordError, match=f"row 1, column {column}: .*{what}"):
        read(**cells)


# What a remark of the shipped table may not say without its column, and the other way round.
REMARKS = {
    "cycles_may_be_hours": r"may be hours",
    "room_temperature": r"room temperature",
    "li_foil_thickness_um": r"\d um Li\b",
    "coulombic_efficiency_bound": r"efficiency (is|are) (an average and )?(a )?lower bound|"
    r"all three numbers are lower",
    "overpotential_bound": r"overpotential is an upper bound",
    "capacity_retention_bound": r"retention is a lower bound|all three numbers are lower",
    "volume_change_bound": r"volume change an upper bound",
    "duration_bound": r"(duration|number|number of cycles) is a lower bound|cycles and efficiency are lower|"
    r"all three numbers are lower|bound of the life|within 75 cycles",
}


@pytest.mark.parametrize("column", REMARKS)
def test_the_remarks_of_the_shipped_records_agree_with_their_columns(column: str) -> None:
    records = read_in_full(literature.load())
    said = records["note"].fillna("").str.contains(REMARKS[column].replace("(", "(?:"), regex=True)
    given = records[column] if records[column].dtype == bool else records[column].notna()
    assert given.any()
    assert records.index[said != given].tolist() == []


def test_a_value_that_may_be_hours_is_a_mixture_of_both() -> None:
    told = {
        "cycles": 400,
        "current_density_mA_cm2": 0.5,
        "areal_capacity_mAh_cm2": 1,
        "cycles_may_be_hours": True,
    }
    failed, running = read(**told, censored=False), read(**told, censored=True)
    assert measured.lives(failed).item() == pytest.approx(400 * (1 * 0.25) ** 0.5)  # hours of four a cycle
    assert measured.lives(running).item() == pytest.approx(100)


def read_in_full(records: pd.DataFrame) -> pd.DataFrame:
    """Their remarks follow rules of wording."""
    return records[records["source"].map(lambda name: documents()[name].kind).isin(READ_IN_FULL)]


def test_the_shipped_records_hold_what_the_ageing_law_counts() -> None:
    records = read_in_full(literature.load())
    doubtful = records["cycles_may_be_hours"]
    assert (records.loc[doubtful, "censored"] & records.loc[doubtful, "approximate"]).all()
    assert doubtful.sum() == 31
    upper = measured.life_is_upper_bound(records)
    assert records.loc[upper & measured.lives(records).notna(), "system"].tolist() == [
        "planar Li foil (of PEO-DLSL)"
    ]
    known = measured.efficiencies(records).notna()
    assert (known & measured.efficiency_is_lower_bound(records)).sum() == 9
    assert set(records.loc[records["electrolyte_channels"], "pore_size_top_um"]) == {100.0, 200.0, 400.0}


def test_the_card_documents_every_column_and_every_bound_has_a_number() -> None:
    card = resource("datasets/literature/README.md").read_text(encoding="utf-8")
    for title, fields in (
        ("Columns that say how a number is meant", QUALIFIERS), ("Columns that say how it was measured", PROTOCOL),
        ("Columns that say what it is compared with", COMPARISON),
    ):  # fmt: skip
        section = card.partition(f"## {title}")[2].partition("\n## ")[0]
        assert re.findall(r"^\| `(\w+)` \|", section, flags=re.MULTILINE) == list(fields)
    ends = {name for name in QUALIFIERS if name.endswith("_bound")}
    assert set(BOUND_OF) == ends - set(UPPER_END.values())
    assert set(UPPER_END.values()) <= set(QUALIFIERS)
