"""For any table of records the order of its rows and columns and the units of its headers leave no trace."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from surrogate.hosts.columns import TARGETS
from surrogate.literature import additions as adding
from surrogate.literature import records as literature
from surrogate.literature.measured import targets
from surrogate.literature.schema import COLUMNS, STRATEGIES

PROFILE = settings(
    derandomize=True,
    max_examples=8,
    deadline=None,
    phases=[Phase.generate],  # an example takes a second: not shrunk
    suppress_health_check=[HealthCheck.too_slow],
)
# column of the schema -> other headers of the same quantity and how many of that unit make one of the column's
UNITS = {
    "current_density_mA_cm2": {"current_density_A_m2": "10", "Current density (A/cm2)": "0.001"},
    "areal_capacity_mAh_cm2": {"areal_capacity_mAh_m2": "10000", "areal_capacity_C_cm2": "3.6"},
    "overpotential_mV": {"overpotential_V": "0.001", "overpotential_uV": "1000"},
    "host_thickness_um": {"host_thickness_mm": "0.001", "host_thickness_nm": "1000"},
    "stack_pressure_MPa": {"stack_pressure_kPa": "1000", "stack_pressure_bar": "10"},
}


def numbers(low: str, high: str) -> st.SearchStrategy[Decimal]:
    """Numbers as people write them: a few digits."""
    return st.decimals(low, high, places=3, allow_nan=False, allow_infinity=False)


@st.composite
def tables(draw: st.DrawFn) -> list[dict[str, object]]:
    """A few records that differ in their system; some numbers are not stated."""
    rows = []
    for k in range(draw(st.integers(1, 6))):
        row: dict[str, object] = {
            "source": "lab",
            "system": f"cell {k}",
            "cycles": draw(st.integers(1, 9999)),
        }
        row["strategy"] = draw(st.sampled_from(STRATEGIES))
        for column in UNITS:
            row[column] = draw(st.none() | numbers("0.001", "100"))
        rows.append(row)
    return rows


def added(rows: list[dict[str, object]], folder: Path) -> pd.DataFrame:
    """What the table of added records holds after these rows, by system."""
    file, into = folder / "new.csv", folder / "mine.csv"
    into.unlink(missing_ok=True)
    pd.DataFrame(rows, dtype=object).to_csv(file, index=False)
    adding.add(file, into)
    table = adding.read_added(into)[list(COLUMNS)]
    return table.sort_values("system").reset_index(drop=True)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder to add in; the shipped records are read once."""
    shipped = literature.load()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(literature, "load", lambda: shipped)
        yield tmp_path_factory.mktemp("records")


@PROFILE
@given(st.data(), tables())
@pytest.mark.slow
def test_the_order_of_rows_and_columns_does_not_matter(
    folder: Path, data: st.DataObject, rows: list[dict[str, object]]
) -> None:
    expected = added(rows, folder)
    names = data.draw(st.permutations(list(rows[0])))
    shuffled = [{name: row[name] for name in names} for row in data.draw(st.permutations(rows))]
    pd.testing.assert_frame_equal(added(shuffled, folder), expected, check_exact=True)


@PROFILE
@given(st.data(), tables())
@pytest.mark.slow
def test_the_units_of_headers_do_not_matter(
    folder: Path, data: st.DataObject, rows: list[dict[str, object]]
) -> None:
    expected = added(rows, folder)
    chosen = {column: data.draw(st.sampled_from([column, *others])) for column, others in UNITS.items()}
    converted = [{chosen.get(name, name): _in_unit(row, name, chosen) for name in row} for row in rows]
    table = added(converted, folder)
    pd.testing.assert_frame_equal(table, expected, check_exact=True)
    pd.testing.assert_frame_equal(targets(table), targets(expected), check_exact=True)
    assert set(TARGETS) <= set(targets(table))


def _in_unit(row: dict[str, object], name: str, chosen: dict[str, str]) -> object:
    value, header = row[name], chosen.get(name, name)
    if header == name or value is None:
        return value
    converted = Decimal(str(value)) * Decimal(UNITS[name][header])
    return f"{converted.normalize():f}"  # 258, as 258.000 uV could be thousands
