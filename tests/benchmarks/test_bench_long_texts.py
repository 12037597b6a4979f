"""No text that somebody sends or writes takes longer than in proportion to its length, whoever reads it.

A pattern that can read a text in several ways tries them all: a cell of a million digits held a server for minutes,
and with it everybody who asked it. Data flow: each awkward text, short and four times as long -> each reader that
gets to see text from outside -> seconds of both. Printed is what grows fastest.
"""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pandas as pd

from surrogate.campaign.file import Campaign
from surrogate.campaign.observations import read_observations
from surrogate.errors import LihostError
from surrogate.files.formula import as_given, as_text
from surrogate.files.tables import read_table
from surrogate.passwords import without_passwords

SHORT, LONGER = 12_000, 4  # a campaign file has at most 50,000 characters
MOST_S, MOST_GROWTH = 1.0, 8.0  # four times the text: 4 in proportion, 16 with the square
UNITS = (
    "9", "a", " ", "+", "(", "'", "a.", "1:", "a(", "1,", "ab ", "a/", "1e", ";=", "cyc", "2026-", "1,111", "a:b@", "http://",
    "password=", "[", "<", "%", "\\", "µ", ">=1", "1.234,", "'a'.", "[[a]]\n", "[a.b]\n", "{a=", "\"\"\"",
)  # fmt: skip
ROW = {
    "framework": "copper", "agent": "none", "cycle_life_cycles": "300", "porosity_top": "0.8",
    "porosity_bottom": "0.7", "pore_size_top_um": "30", "pore_size_bottom_um": "10", "thickness_um": "100",
    "conductor_top": "1", "conductor_bottom": "1",
}  # fmt: skip
COLUMNS = (
    "cycle_life_cycles", "overpotential_mV", "framework", "thickness_um", "note", "cell_id", "proposal_id", "date",
    "state", "electrolyte", "electrolyte_recipe", "replicate", "cycle_life_cycles_censored", "cycle_life_cycles_sem",
)  # fmt: skip


def readers(folder: Path) -> dict[str, Callable[[str], Any]]:
    campaign = Campaign(Campaign.template(electrolyte="liquid_ether"))
    csv = folder / "t.csv"

    def of_csv(text: str) -> object:
        csv.write_text(text, encoding="utf-8")
        return read_table(csv)

    def told(column: str) -> Callable[[str], object]:
        return lambda text: read_observations(pd.DataFrame([{**ROW, column: text}]), campaign)

    return {
        **{f"told {column}": told(column) for column in COLUMNS},
        "told header": lambda text: read_observations(pd.DataFrame([{**ROW, text: "1"}]), campaign),
        "table, cell": lambda text: of_csv(f"framework,thickness_um\ncopper,{text}\n"),
        "table, header": lambda text: of_csv(f"{text}\ncopper,3\n"),
        "campaign, name": lambda text: Campaign({"schema_version": 1, "name": text}),
        "campaign, recipe": lambda text: Campaign(
            {"schema_version": 1, "conditions": {"electrolyte_recipe": text}}
        ),
        "campaign, text": lambda text: Campaign(f"schema_version = 1\n{text}"),
        "passwords": without_passwords,
        "formulas": lambda text: as_given(as_text(text)),
    }


def taken(read: Callable[[str], Any], text: str) -> float:
    began = time.perf_counter()
    with warnings.catch_warnings(), suppress(LihostError):
        warnings.simplefilter("ignore")
        read(text)
    return time.perf_counter() - began


def test_time_grows_with_the_text(tmp_path: Path) -> None:
    seen = []
    for name, read in readers(tmp_path).items():
        for unit in UNITS:
            for start, end in (("", ""), ("", "x"), (">", "x"), ("", "b=1"), ("[", "b]")):
                short, long = (start + unit * (n // len(unit)) + end for n in (SHORT, SHORT * LONGER))
                once, seconds = taken(read, short), taken(read, long)
                seen.append((seconds, seconds / once, name, start + unit * 2 + end))
    seen.sort(reverse=True)
    print(f"\n{len(seen)} texts of {SHORT * LONGER:,} characters; the slowest:")
    for seconds, growth, name, text in seen[:8]:
        print(f"{name:30s} {text!r:20s} {seconds:6.2f} s, {growth:5.1f} times that of a quarter")
    assert not [one for one in seen if one[0] > MOST_S and one[1] > MOST_GROWTH]
    assert seen[0][0] < 10.0 * MOST_S
