"""1.200 in a told table: taken as 1.2 only where something shows that its point is a decimal one."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from surrogate.campaign.file import Campaign
from surrogate.campaign.identity import Identities
from surrogate.campaign.observations import read_observations
from surrogate.campaign.template import template
from surrogate.errors import RecordError
from surrogate.files.output import write_csv

CAMPAIGN = Campaign("schema_version = 1\n")
HOST: dict[str, object] = {
    "framework": "copper", "agent": "silver", "conductor_top": 0.9, "agent_top": 0.1, "conductor_bottom": 0.95,
    "agent_bottom": 0.05, "porosity_top": 0.8, "porosity_bottom": 0.7, "pore_size_top_um": 30,
    "pore_size_bottom_um": 10, "thickness_um": 100,
}  # fmt: skip
LIFE, MV, CCD, CE = "cycle_life_cycles", "overpotential_mV", "ccd_mA_cm2", "coulombic_efficiency_pct"


def told(folder: Path, *rows: dict[str, object]) -> pd.DataFrame:
    table = pd.DataFrame([HOST | row for row in rows], dtype=object)
    return read_observations(write_csv(table, folder / "cells.csv"), CAMPAIGN, yes=True)[0]


@pytest.mark.parametrize(
    ("rows", "column", "cell"),
    [
        ([{MV: "1.200"}], MV, "1.200"),
        ([{MV: "35"}, {MV: "1.200"}], MV, "1.200"),
        ([{MV: "1.250"}, {MV: "2.500"}], MV, "1.250"),
        ([{LIFE: 500, MV: "35"}, {LIFE: 600, MV: "1.200"}], MV, "1.200"),
        ([{MV: 35, f"{MV}_sem": "1.200"}], f"{MV}_sem", "1.200"),
        ([{MV: 35, f"{MV}_upper_bound": "1.200"}], f"{MV}_upper_bound", "1.200"),
        ([{LIFE: "1.200", CCD: "1.5"}], LIFE, "1.200"),  # counts: another column's point shows nothing
        ([{MV: "1,200"}], MV, "1,200"),
    ],
)
def test_what_may_be_a_thousand_times_as_much_is_asked_back(
    tmp_path: Path, rows: list[dict[str, object]], column: str, cell: str
) -> None:
    with pytest.raises(RecordError) as caught:
        told(tmp_path, *rows)
    assert caught.value.column == column
    assert f"(got '{cell}')" in str(caught.value)
    assert f"{cell[0]}{cell[2:]} or {float(cell.replace(',', '.'))}" in str(caught.value)  # 1200 or 1.2


@pytest.mark.parametrize(
    "rows",
    [
        [{MV: "12.3"}, {MV: "1.345"}],
        [{MV: "0.125"}, {MV: "1.345"}],
        [{MV: "12.345"}],  # 12 V are no overpotential
        [{MV: "1.2000"}],
        [{MV: "1.200", CCD: "1.5"}],  # the same hand writes decimal points
        [{MV: "1.200", CE: "99.125"}],  # 99125 % are none
        [{CCD: "1.200"}],
        [{LIFE: "12.375"}, {LIFE: "35.5"}],
    ],
)
def test_ordinary_decimal_numbers_are_read(tmp_path: Path, rows: list[dict[str, object]]) -> None:
    cells = told(tmp_path, *rows)
    for name in rows[0]:
        assert cells[name].tolist() == [float(str(row[name])) for row in rows]


def test_numbers_of_a_workbook_are_never_doubted(tmp_path: Path) -> None:
    book = Workbook()
    assert book.active is not None
    book.active.append([*HOST, MV, LIFE])
    book.active.append([*HOST.values(), 1.234, 12.375])
    book.save(tmp_path / "cells.xlsx")
    cells, _ = read_observations(tmp_path / "cells.xlsx", CAMPAIGN, yes=True)
    assert cells[[MV, LIFE]].to_numpy().tolist() == [[1.234, 12.375]]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25, deadline=None)
@given(
    st.lists(
        st.fixed_dictionaries(
            {
                name: st.integers(2001, 9999).map(lambda number: number / 1000)  # of the form 1.234
                for name in ("thickness_um", "pore_size_top_um", "pore_size_bottom_um")
            }
        ),
        min_size=1,
        max_size=3,
    )
)
def test_a_filled_in_template_reads_back_as_it_was_written(
    tmp_path: Path, sizes: list[dict[str, float]]
) -> None:
    made = [HOST | size | {"proposal_id": f"B01-{k}"} for k, size in enumerate(sizes, 1)]
    table = template(pd.DataFrame(made))
    table.loc[: len(sizes) - 1, MV] = "35"
    known = Identities({}, {str(row["proposal_id"]): row for row in made})
    cells, _ = read_observations(write_csv(table, tmp_path / "template.csv"), CAMPAIGN, known)
    for name in sizes[0]:
        assert cells[name].tolist() == [size[name] for size in sizes]
