"""Where a campaign stands: the trade-off among its cells."""

from __future__ import annotations

import numpy as np
import pandas as pd

from surrogate.report.campaign_status import pareto_front


def test_pareto_front() -> None:
    told = pd.DataFrame({"a": [1.0, 2.0, 2.0, 3.0, np.nan, 2.0], "b": [1.0, 2.0, 2.0, 5.0, 0.0, 3.0]})
    # a up, b down: (1, 1), (2, 2) twice and (3, 5) stand; (2, 3) is beaten by (2, 2); NaN is not compared
    assert pareto_front(told, {"a": "max", "b": "min"}).tolist() == [True, True, True, True, False, False]
    assert pareto_front(told, {"a": "max"}).tolist() == [False, False, False, True, False, False]
    assert pareto_front(told.iloc[:0], {"a": "max"}).tolist() == []
