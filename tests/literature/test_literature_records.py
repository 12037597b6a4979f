"""The shipped literature table: what it must hold, and that it can be traced."""

from __future__ import annotations

import pandas as pd
import pytest

from surrogate.errors import RecordError
from surrogate.literature import records as literature
from surrogate.literature.documents import READ_IN_FULL, documents
from surrogate.literature.schema import COLUMNS

REVIEW = "10.1002/aenm.202304229"
# Configurations of Tables 1 and 2 of the review, in its order.
CONFIGURATIONS = {
    "conductivity_gradient": 10,
    "lithiophilicity_gradient": 6,
    "dual_gradient": 7,
    "pore_size_gradient": 3,
    "doping_defects": 3,
    "homogenized_field": 4,
    "magnetic_field": 2,
    "sei_components": 3,
}


@pytest.fixture(scope="module")
def records() -> pd.DataFrame:
    return literature.load()


@pytest.fixture(scope="module")
def tables(records: pd.DataFrame) -> pd.DataFrame:
    return records[(records["source"] == REVIEW) & records["section"].str.startswith("Table")]


def one(records: pd.DataFrame, **wanted: object) -> pd.Series:
    for column, value in wanted.items():
        records = records[records[column] == value]
    assert len(records) == 1
    return records.iloc[0]


def test_every_configuration_of_both_tables_is_there(tables: pd.DataFrame) -> None:
    found = tables.drop_duplicates(["strategy", "system"])["strategy"].value_counts()
    assert found.to_dict() == CONFIGURATIONS
    assert tables["ref"].nunique() == 38


def test_a_row_for_every_cell_that_the_tables_report(tables: pd.DataFrame) -> None:
    # N.A.: CG, Al2O3, CuSnAl@Cu (half); LNO-CGH (symmetric); G-ZGC, DRS, Ni@Li2O-NW (full)
    assert tables["cell_type"].value_counts().to_dict() == {"symmetric": 37, "half": 35, "full": 35}


def test_columns_and_group(records: pd.DataFrame) -> None:
    assert tuple(records.columns) == COLUMNS
    assert records["group"].notna().all()
    gradient = one(records, system="GSCP", cell_type="half")
    assert gradient["group"] == f"{REVIEW}#49"


def test_a_cell_told_in_two_documents_shares_its_group(records: pd.DataFrame) -> None:
    twice = records.groupby("group")["source"].nunique()
    assert f"{REVIEW}#130" in twice[twice > 1].index
    assert set(records[records["ccd_mA_cm2"].eq(0.2) & records["stack_pressure_MPa"].eq(3)]["group"]) == {
        "002_612f39683bb0201f#391"
    }


def test_hours_where_the_prose_says_hours_and_doubt_where_it_is_silent(tables: pd.DataFrame) -> None:
    symmetric = tables[tables["cell_type"] == "symmetric"]
    hours = symmetric[symmetric["hours"].notna()]
    expected = {
        "SiC/CC": 1000,
        "G-ZGC": 920,
        "C-Ag/PVDF": 1300,
        "GSCP": 1350,
        "GPCS": 1000,
        "CC/Li/Li3N": 1000,
    }
    assert dict(zip(hours["system"], hours["hours"], strict=True)) == expected
    assert hours["cycles"].isna().all()
    silent = symmetric[symmetric["hours"].isna()]
    assert silent["approximate"].all()
    assert silent["cycles_may_be_hours"].all()
    assert not hours["cycles_may_be_hours"].any()


def test_unassigned_electrolytes_keep_their_string_and_no_class(tables: pd.DataFrame) -> None:
    several = tables["electrolyte"].str.contains(" | ", regex=False)
    assert tables.loc[several, "electrolyte_class"].isna().all()
    assert tables.loc[several, "additives"].isna().all()
    assert tables.loc[~several, "electrolyte_class"].isin(["liquid_ether", "liquid_carbonate"]).all()
    assert set(tables.loc[several, "system"]) == {
        "CG", "PAN/CMF", "G-CNF", "G-ZGC", "C-Ag/PVDF", "poly/Cu mesh/Au", "SCZ", "CuCNF + NCNF", "3D-HPCFs",
        "MCCNF@ZnO", "CNZ",
    }  # fmt: skip


def test_rows_read_by_hand(records: pd.DataFrame, tables: pd.DataFrame) -> None:
    half = one(tables, system="Grad", cell_type="half")
    told = ["coulombic_efficiency_pct", "current_density_mA_cm2", "areal_capacity_mAh_cm2", "cycles"]
    assert half[told].tolist() == [98.8, 2.0, 1.0, 350.0]
    full = one(tables, system="BTO", cell_type="full")
    assert (full["current_density_mA_cm2"], full["capacity_retention_pct"], full["deposited_li_mAh_cm2"]) == (
        0.33,
        99.4,
        0,
    )
    shorted = one(records, system="Li/SSE/Li", hours=30.0)
    assert not shorted["censored"]
    assert shorted["stack_pressure_MPa"] == 1.0
    hot = records[records["group"].str.endswith("#390") & records["ccd_mA_cm2"].notna()]
    assert dict(zip(hot["temperature_C"], hot["ccd_mA_cm2"], strict=True)) == {
        30: 0.05,
        70: 0.2,
        100: 0.8,
        130: 3.5,
        160: 20,
    }


def test_all_three_targets_have_measured_rows(records: pd.DataFrame) -> None:
    read = records["source"].map(lambda name: documents()[name].kind).isin(READ_IN_FULL)
    counts = literature.summary(records[read]).loc["all"]
    assert (counts["records"], counts["ccd"], counts["overpotential"]) == (273, 28, 30)
    assert (counts["cycle_life"], counts["failed"], counts["pairs"]) == (130, 7, 22)
    more = literature.summary(records[~read]).loc["all"]
    assert more["records"] >= 150
    assert more["papers"] >= 80
    assert more["pairs"] >= 40


def test_the_shipped_table_passes_its_check() -> None:
    report = literature.check(literature.records_path())
    assert (report.rows, report.sources) == (len(literature.load()), len(documents()))
    assert report.notes == ()
    assert report.counts.loc[list(CONFIGURATIONS), "records"].gt(0).all()
    assert "no faults" in str(report)


def test_every_record_says_where_it_stands(records: pd.DataFrame) -> None:
    assert (
        records["locator"]
        .str.contains(r"section|Table|Figure|abstract|page|highlights|[Cc]ontext|results")
        .all()
    )
    assert records["locator"].str.len().max() < 200


def test_find(records: pd.DataFrame) -> None:
    assert set(literature.find("sic / cc", records)["system"]) == {"SiC/CC"}
    with pytest.raises(RecordError, match="no record mentions"):
        literature.find("unobtainium", records)
