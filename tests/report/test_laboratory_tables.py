from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from surrogate.laboratory.across import across_laboratories
from surrogate.laboratory.contest_summary import summary
from surrogate.report.benchmark_page import write_page
from surrogate.report.laboratory_tables import ahead_rows, number, share_rows
from surrogate.report.line_breaks import NO_BREAK


def results(*contenders: str) -> pd.DataFrame:
    """Two laboratories; ours finds 1 % of the front with each experiment, the others 0.5 % and 0.75 %."""
    rows = []
    for laboratory, less in enumerate((0.5, 0.75)):
        for name in contenders:
            for experiments in range(4, 61, 4):
                volume = experiments * (1.0 if name == "lihost_physics" else less)
                rows.append(
                    {"task": f"lab-ether:{laboratory}", "contender": name, "seed": 0, "experiments": experiments,
                     "hypervolume": volume, "best": np.nan, "regret": 100.0 - volume, "picks_to_top": np.nan,
                     "seconds": 1.0, "memory_mb": 1.0}
                )  # fmt: skip
    return pd.DataFrame(rows)


def test_shares_and_what_ours_needed_for_as_much() -> None:
    numbers, rows = share_rows(across_laboratories(results("random", "lihost_physics")))
    assert numbers == [24, 32, 36, 48, 60]
    assert rows == [
        ["lihost_physics", "24 %", "32 %", "36 %", "48 %", "60 %"],
        ["random", "15 % (0.62)", "20 % (0.62)", "22 % (0.62)", "30 % (0.62)", "38 % (0.62)"],
        ["best cold start", "15 % (0.62)", "20 % (0.62)", "22 % (0.62)", "30 % (0.62)", "38 % (0.62)"],
    ]


def test_how_far_ours_is_ahead() -> None:
    found = across_laboratories(results("random", "lihost_physics"))
    numbers, rows = ahead_rows(found)
    assert numbers == [24, 32, 36, 48, 60]
    assert rows[0] == [
        "random",
        "+0.09 (+0.06)",
        "+0.12 (+0.08)",
        "+0.13 (+0.09)",
        "+0.18 (+0.12)",
        "+0.22 (+0.15)",
    ]
    assert [row[0] for row in rows] == ["random", "best cold start"]
    assert ahead_rows(found, intervals=True)[1][0][1] == "+0.09\n+0.06 to +0.12\nworst +0.06"


def test_without_ours_nothing_is_compared() -> None:
    found = across_laboratories(results("random"))
    assert ahead_rows(found)[1] == []
    assert share_rows(found)[1][0] == ["random", "15 %", "20 %", "22 %", "30 %", "38 %"]


def test_the_page_shows_both(tmp_path: Path) -> None:
    played = results("random", "lihost_physics")
    page = (
        write_page(played, summary(played), tmp_path / "b.html", across=across_laboratories(played))
        .read_text()
        .replace(NO_BREAK, " ")
    )
    assert "lab-ether, 2 laboratories" in page
    assert "<td>15 % (0.62)</td>" in page
    assert "<td>+0.09\n+0.06 to +0.12\nworst +0.06</td>" in page
    alone = results("random")
    page = write_page(
        alone, summary(alone), tmp_path / "b.html", across=across_laboratories(alone)
    ).read_text()
    assert "less that of the contender" not in page


def test_numbers() -> None:
    assert [number(x) for x in (None, np.nan, np.inf, 0.123456, 123456.0)] == [
        "–",
        "–",
        "never",
        "0.1235",
        "123,456",
    ]
