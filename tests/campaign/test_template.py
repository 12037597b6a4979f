"""The template for results has a row for each cell that is to be made."""

from __future__ import annotations

import pandas as pd

from surrogate.campaign.template import template

BATCH = pd.DataFrame({"proposal_id": ["B02-1", "B02-2", "B02-C"], "thickness_um": [50.0, 60.0, 70.0]})


def test_a_row_for_each_cell_to_make() -> None:
    table = template(BATCH.assign(cells_to_make=[2, 1, 3]))
    assert table["cell_id"].tolist()[:-1] == [
        "B02-1-a",
        "B02-1-b",
        "B02-2-a",
        "B02-C-a",
        "B02-C-b",
        "B02-C-c",
    ]
    assert table["proposal_id"].tolist()[:-1] == ["B02-1", "B02-1", "B02-2", "B02-C", "B02-C", "B02-C"]
    assert table["thickness_um"].tolist()[:-1] == [50.0, 50.0, 60.0, 70.0, 70.0, 70.0]
    assert table["cell_id"].iloc[-1].startswith("#")


def test_a_batch_that_was_stored_before_asks_for_one_cell_of_each() -> None:
    assert template(BATCH)["cell_id"].tolist()[:-1] == ["B02-1-a", "B02-2-a", "B02-C-a"]
