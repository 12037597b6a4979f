"""Starts of the refinement: different categories first, then designs that lie apart."""

from __future__ import annotations

import pandas as pd
import torch

from surrogate.optimization.starting_points import diverse_starts


def test_starts_differ_in_category_first_and_lie_apart_then() -> None:
    codes = pd.DataFrame({"m": ["p", "p", "q", "p", "p"]})
    points = torch.tensor([[0.0], [0.01], [0.5], [0.02], [0.9]], dtype=torch.double)
    order = torch.arange(5).numpy()
    assert diverse_starts(order, codes, points, 2) == [0, 2]
    assert diverse_starts(order, codes, points, 4) == [0, 2, 4]
    assert diverse_starts(order, codes[[]], points, 3) == [0, 2, 4]
