"""What the literature covers, counted by strategy, electrolyte and target."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from surrogate.hosts.columns import TARGETS
from surrogate.literature import records as literature
from surrogate.literature.coverage import coverage, coverage_text
from surrogate.literature.measured import targets

README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")


def test_counts_by_hand() -> None:
    rows = [
        {"strategy": "alloy", "electrolyte_class": "oxide", "ccd_mA_cm2": 1},
        {"strategy": "alloy", "electrolyte_class": "sulfide", "ccd_mA_cm2": 2},
        {"strategy": "alloy", "cycles": 50, "current_density_mA_cm2": 1},
        {"strategy": "alloy", "electrolyte_class": "oxide", "cycles": 50},  # no current: no target
        {"electrolyte_class": "oxide", "overpotential_mV": 9, "current_density_mA_cm2": 1},
    ]
    tables = coverage(literature.read(pd.DataFrame(rows).assign(source="s"))[0])
    assert tables["ccd_mA_cm2"].to_dict("index") == {
        "alloy": {"sulfide": 1, "oxide": 1, "all": 2},
        "all": {"sulfide": 1, "oxide": 1, "all": 2},
    }
    assert tables["cycle_life_cycles"].to_dict("index") == {
        "alloy": {"unassigned": 1, "all": 1},
        "all": {"unassigned": 1, "all": 1},
    }
    assert list(tables["overpotential_mV"].index) == ["not given", "all"]


def test_every_measured_target_of_the_shipped_records_is_counted() -> None:
    records = literature.load()
    tables = coverage(records)
    for target in TARGETS:
        assert tables[target].loc["all", "all"] == targets(records)[target].notna().sum()


@pytest.mark.docs
def test_the_readme_shows_the_table_of_today() -> None:
    text = coverage_text(literature.load())
    assert max(len(line) for line in text.splitlines()) <= 80
    assert f"```text\n{text}\n```" in README, "put the output of `surrogate literature` into README.md"
