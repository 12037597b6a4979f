"""Numbers that may be read in two ways are refused; what a program writes is not."""

from __future__ import annotations

from pathlib import Path

import pytest

from surrogate.errors import RecordError
from surrogate.files.output import write_csv
from surrogate.literature import additions as adding
from surrogate.literature import records as literature


def records(tmp_path: Path, column: str, *cells: str) -> Path:
    """A file with this column beside the least that a record needs."""
    path = tmp_path / "in.csv"
    rows = [f"lab,{k},20,{cell}" for k, cell in enumerate(cells)]
    path.write_text("\n".join([f"source,ref,overpotential_mV,{column}", *rows]) + "\n")
    return path


@pytest.mark.parametrize(
    ("column", "cells", "named"),
    [
        ("cycles", ["35", "1.200"], ["row 2", "column cycles", "'1.200'", "write 1200 or 1.2"]),
        ("cycles (-)", ["1.200"], ["column cycles (-)", "1200"]),
        ("cycles", ["1.200", "3.500", "850"], ["row 1", "and 1 more"]),
        ("hours", ["12.375"], ["column hours", "write 12375 or 12.375 with a zero behind it: 12.3750"]),
        ("hours", ["+1.000"], ["+1000"]),
        ("interface_resistance_ohm_cm2", ["850", "1.200", "12.500"], ["row 2", "1200 or 1.2"]),
        ("interface_resistance_ohm_cm2", ["850", "1.200"], ["row 2", "1200 or 1.2"]),
        ("cycles", ['"1,200"'], ["column cycles", "thousands", "without separators"]),
        ("current_density_mA_cm2", ['"1,200"'], ["thousands"]),
        ("cycles", ["1.200.000"], ["thousands"]),
        ("cycles", ["1'200"], ["thousands"]),
        ("cycles", ["1 200"], ["thousands"]),
    ],
)
def test_a_doubtful_number_is_refused(
    tmp_path: Path, column: str, cells: list[str], named: list[str]
) -> None:
    with pytest.raises(RecordError) as caught:
        literature.read(records(tmp_path, column, *cells))
    for part in ["in.csv", *named]:
        assert part in str(caught.value)


@pytest.mark.parametrize(
    ("column", "cells"),
    [
        ("cycles", ["12.375", "35.5"]),  # the point of 35.5 is a decimal one, so all are
        ("cycles", ["12.375", "100.0"]),
        ("cycles", ["12.3750"]),
        ("hours", ["0.125", "12.375"]),
        ("hours", ["1200.500"]),
        ("current_density_mA_cm2", ["1.200", "3.500"]),  # 1200 is outside the limits of the column
        ("current_density_mA_cm2", ["1.25", "0.125", "12.375"]),
        ("temperature_C", ["25.000", "60.000"]),
        ("interface_resistance_ohm_cm2", ["1.200", "12.5", "3.375"]),
    ],
)
def test_a_plain_number_is_read_as_it_is(tmp_path: Path, column: str, cells: list[str]) -> None:
    assert literature.read(records(tmp_path, column, *cells))[0][column].tolist() == [float(x) for x in cells]


@pytest.mark.slow
def test_what_the_package_writes_is_never_doubted(tmp_path: Path) -> None:
    into = tmp_path / "mine.csv"
    adding.add(records(tmp_path, "hours", "12.3750"), into)
    assert ",12.375," in into.read_text()
    assert literature.read(into)[0]["hours"].tolist() == [12.375]
    assert len(adding.with_own(literature.load(), into)) == len(literature.load()) + 1


def test_the_shipped_records_survive_being_written_and_read(tmp_path: Path) -> None:
    shipped = literature.load()
    write_csv(shipped, tmp_path / "all.csv")
    assert literature.read(tmp_path / "all.csv")[0].equals(shipped)
