"""What the literature covers, counted by strategy, electrolyte and target."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
import pytest

from surrogate.cli.studies import pair_rows
from surrogate.hosts.columns import TARGETS
from surrogate.learning.pair_study import pair_study
from surrogate.literature import records as literature
from surrogate.literature.coverage import coverage, coverage_text, pairs_text, summary_text
from surrogate.literature.documents import READ_IN_FULL, documents
from surrogate.literature.measured import targets
from surrogate.report.literature_figures import records_figure, write_figures
from surrogate.resources import resource

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
README = (ROOT / "README.md").read_text(encoding="utf-8")
PAGE = (DOCS / "literature.md").read_text(encoding="utf-8")


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


def test_pairs_by_what_differs_by_hand() -> None:
    cell = {"source": "s", "cell_type": "half", "current_density_mA_cm2": 1.0}
    rows = [
        {"system": "a", "cycles": 9, "control_of": "b", "differs_in": "agent; pores"},
        {"system": "b", "cycles": 5, "censored": False},
        {"system": "c", "cycles": 3, "censored": False, "control_of": "b", "differs_in": "pores"},
    ]
    text = pairs_text(literature.read(pd.DataFrame([{**cell, **row} for row in rows]))[0])
    lines = {line.split()[0]: line.split()[1:] for line in text.splitlines()[1:]}
    #                        pairs papers life CCD  mV   CE   ohm  kept mAh  full proven worse
    assert lines["agent"] == ["1", "1", "1", ".", ".", ".", ".", ".", ".", ".", "1", "."]
    assert lines["pores"] == ["2", "1", "2", ".", ".", ".", ".", ".", ".", ".", "2", "1"]
    assert lines["all"] == ["2", "1", "2", ".", ".", ".", ".", ".", ".", ".", "2", "1"]


@pytest.mark.docs
def test_the_readme_and_the_page_show_the_tables_of_today() -> None:
    records = literature.load()
    for text_of in (summary_text, pairs_text, coverage_text):
        text = text_of(records)
        assert max(len(line) for line in text.splitlines()) <= 80
        assert f"```text\n{text}\n```" in PAGE, (
            "put the output of `surrogate literature` into docs/literature.md"
        )
        if text_of is not coverage_text:
            assert f"```text\n{text}\n```" in README, (
                "put the output of `surrogate literature` into README.md"
            )


@pytest.mark.docs
def test_numbers_in_the_words_of_page_readme_and_card_are_those_of_today() -> None:
    records = literature.load()
    read = records["source"].map(lambda name: documents()[name].kind).isin(READ_IN_FULL)
    counts, others, full = (
        literature.summary(part).loc["all"] for part in (records, records[~read], records[read])
    )
    card = resource("datasets/literature/README.md").read_text(encoding="utf-8")
    assert f"{counts['records']} checked and\ncited records of {counts['papers']} papers" in README
    assert f"Of {counts['cycle_life']} lives {counts['failed']} end in a failure" in PAGE
    assert f"of {counts['cycle_life']} lifetimes {counts['failed']} end in a failure" in card
    assert f"{counts['records']} records of {counts['papers']} papers." in card
    assert f"abstracts ({others['records']} records of {others['papers']} papers)" in card
    assert f"five documents ({full['records']} records of {full['papers']} papers)" in card
    assert f"of {others['papers']} papers an abstract was read" in PAGE
    abstracts = records[~read]
    no_current = 100 * abstracts["current_density_mA_cm2"].isna().mean()
    no_electrolyte = 100 * abstracts["electrolyte_class"].eq("unknown").mean()
    assert f"{no_current:.0f} % name no current and {no_electrolyte:.0f} % no electrolyte" in PAGE


@pytest.mark.docs
def test_the_page_tells_what_the_study_of_pairs_tells() -> None:
    scores, _ = pair_study()
    heading, *rows = pair_rows(scores)
    page = (DOCS / "model-vs-experiment.md").read_text(encoding="utf-8")
    section = page.partition("## Published pairs")[2].partition("\n## ")[0]
    told = [line.strip("| ").split(" | ") for line in section.splitlines() if line.startswith("| ")]
    assert told == [heading, *rows], "put the output of `surrogate evaluate --study pairs` into the page"


@pytest.mark.docs
def test_the_figures_are_drawn_from_the_records_of_today(tmp_path: Path) -> None:
    records = literature.load()
    figure = records_figure(records)
    bars = [bar.get_width() for bar in figure.axes[0].patches]
    counts = literature.summary(records).loc["all"]
    assert sum(bars) == counts["cycle_life"]
    (path,) = write_figures({"literature-records": figure}, tmp_path)
    drawn = (DOCS / "figures" / "literature-records.svg").read_text(encoding="utf-8")
    assert re.findall(r'd="M [^"]+"', path.read_text()) == re.findall(r'd="M [^"]+"', drawn)
