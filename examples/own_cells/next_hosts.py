"""A campaign from Python: cells are told, the next hosts proposed, a host of one's own predicted.

    python examples/own_cells/next_hosts.py

Cells and proposals are kept in ``own_cells.db`` beside a copy of the campaign file in the working directory, where
the commands find them too: ``optimize status --campaign own_cells.toml``. The first proposal trains the champion if
there is none yet (about three minutes).
"""

from __future__ import annotations

import shutil
from pathlib import Path

import pandas as pd

from surrogate import Campaign

HERE = Path(__file__).parent
SHOWN = ["proposal_id", "framework", "agent", "agent_bottom", "pore_size_bottom_um", "thickness_um"]


def main() -> None:
    """Tell the cells, propose, and ask how the first proposal would do if it came out a quarter thicker."""
    shutil.copy(HERE / "campaign.toml", "own_cells.toml")
    campaign = Campaign.load("own_cells.toml")
    told = campaign.tell(pd.read_csv(HERE / "cells.csv"), repeated="skip")
    for note in told.notes:
        print(f"note: {note}")
    batch = campaign.propose(seed=0)
    for target in campaign.objectives:
        print(f"\n{target}, with its central 90 % interval:")
        print(batch[[*SHOWN, target, f"{target}_lower", f"{target}_upper"]].round(2).to_string(index=False))
    first = batch.iloc[[0]][[*campaign.space.columns]]
    made = first.assign(thickness_um=1.25 * first["thickness_um"])
    target = next(iter(campaign.objectives))
    print(f"\n{batch['proposal_id'][0]} as proposed, and a quarter thicker:")
    print(campaign.predict(pd.concat([first, made]))[[target, f"{target}_lower", f"{target}_upper"]].round(2))


if __name__ == "__main__":
    main()
