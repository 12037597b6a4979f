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


def test_ids_of_cells_stay_inside_their_plot_and_do_not_touch() -> None:
    lives = (10.0, 395.0, 396.0, 397.0, 400.0, 398.0, 399.0, 401.0)
    cells = [{"cycle_life_cycles": life, "overpotential_mV": 10.0 + life} for life in lives]
    names = [f"B{k:02d}-10-b" for k in range(len(lives))]
    drawn = str(cells_plot(cells, "cycle_life_cycles", "overpotential_mV", [True] * len(lives), names))
    found = re.findall(r'<text x="([\d.]+)" y="([\d.]+)" text-anchor="start" fill="[^"]+">(B[^<]+)<', drawn)
    assert {"B00-10-b", "B01-10-b"} <= {name for _, _, name in found} < set(names)
    boxes = [(float(x), float(y), float(x) + 7.0 * len(name)) for x, y, name in found]
    assert all(58 <= left < right <= 330 for left, _, right in boxes)
    for k, one in enumerate(boxes):
        for other in boxes[:k]:
            assert one[2] <= other[0] or other[2] <= one[0] or abs(one[1] - other[1]) >= 12
    assert all(f"<title>{name}: " in drawn for name in names)  # whoever hovers finds each
