"""Where a campaign stands: the trade-off among its cells."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

from surrogate.report.campaign_plots import cells_plot
from surrogate.report.campaign_status import pareto_front


def test_pareto_front() -> None:
    told = pd.DataFrame({"a": [1.0, 2.0, 2.0, 3.0, np.nan, 2.0], "b": [1.0, 2.0, 2.0, 5.0, 0.0, 3.0]})
    # a up, b down: (1, 1), (2, 2) twice and (3, 5) stand; (2, 3) is beaten by (2, 2); NaN is not compared
    assert pareto_front(told, {"a": "max", "b": "min"}).tolist() == [True, True, True, True, False, False]
    assert pareto_front(told, {"a": "max"}).tolist() == [False, False, False, True, False, False]
    assert pareto_front(told.iloc[:0], {"a": "max"}).tolist() == []


def test_the_id_of_a_cell_stays_inside_its_plot() -> None:
    cells = [{"cycle_life_cycles": life, "overpotential_mV": 10.0 + life} for life in (10.0, 400.0)]
    names = ["B01-1-a", "B12-10-b"]
    drawn = str(cells_plot(cells, "cycle_life_cycles", "overpotential_mV", [True, False], names))
    label = r'<text x="([\d.]+)" y="[\d.]+" text-anchor="(\w+)" fill="[^"]+">(B[^<]+)<'
    found = re.findall(label, drawn)
    assert [name for _, _, name in found] == names
    for x, anchor, name in found:
        width = 7.5 * len(name)  # more than a letter of this size takes
        ends = (float(x), float(x) + width) if anchor == "start" else (float(x) - width, float(x))
        assert 0 <= ends[0] < ends[1] <= 340
