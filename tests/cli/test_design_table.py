"""Columns of a table of designs that are nearly known, as ``predict`` and ``simulate`` read them."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from surrogate.campaign.file import Campaign
from surrogate.cli.design_table import read_designs
from surrogate.errors import InputError
from surrogate.report.earlier_answers import answer_columns
from tests.cli.conftest import HOST


def table(tmp_path: Path, **more: object) -> Path:
    path = tmp_path / "designs.csv"
    right = {"thicknes_um": "thickness_um", "frame_work": "framework"}
    host = {name: value for name, value in HOST.items() if name not in [right.get(one) for one in more]}
    pd.DataFrame([{**host, "electrolyte": "liquid_ether", **more}]).to_csv(path, index=False)
    return path


@pytest.mark.parametrize(
    ("column", "value", "meant"),
    [
        ("frame_work", "copper", "framework"),
        ("tortuositty", 2, "tortuosity"),
        ("gradient exponent", 2, "gradient_exponent"),
        ("pattern_size_mum", 5, "pattern_size_um"),
        ("pattern_depth", 5, "pattern_depth_um"),
        ("temprature_C", 40, "temperature_C"),
        ("Temp", 40, "temperature_C"),
        ("stack_presure_MPa", 5, "stack_pressure_MPa"),
        ("thicknes_um", 50, "thickness_um"),
        ("conductormaterial", "copper", "conductor_material"),
    ],
)
def test_a_column_that_is_nearly_known_is_refused_with_the_right_name(
    tmp_path: Path, column: str, value: object, meant: str
) -> None:
    path = table(tmp_path, **{column: value})
    with pytest.raises(InputError, match=rf"designs.csv, column {column}: .*did you mean {meant}") as found:
        read_designs(path)
    assert found.value.column == column
    with pytest.raises(InputError, match=f"did you mean {meant}"):
        read_designs(path, Campaign("schema_version = 1\n"))
    assert read_designs(table(tmp_path, **{meant: value}))[1].empty  # the remedy


def test_columns_that_hold_something_else_are_kept(tmp_path: Path) -> None:
    foreign = {"sample": "A-7", "made by": "Ana", "mass_mg": 12.5, "note": "fine", "cell_id": "P7"}
    foreign["pore_size_mum"] = 20  # beside both ends of the pore size, it is none of them
    _, extra = read_designs(table(tmp_path, **foreign))
    assert list(extra.columns) == list(foreign)


def test_earlier_answers_and_measured_targets_are_no_misspelt_columns(tmp_path: Path) -> None:
    more = dict.fromkeys(answer_columns(), 1.0) | {"cycle_life_cycles_censored": "true", "batch": 2}
    _, extra = read_designs(table(tmp_path, **more))
    assert set(more) == set(extra.columns)


def test_designs_are_read_under_the_campaigns_own_names(tmp_path: Path) -> None:
    campaign = Campaign('schema_version = 1\n[columns.tortuosity]\nwas = "crookedness"\n')
    designs, _ = read_designs(table(tmp_path, crookedness=2.5), campaign)
    assert designs.frame["tortuosity"].tolist() == [2.5]
