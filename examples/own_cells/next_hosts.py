"""The next hosts of a campaign, from the champion and one's own cells, one of which is still running.

    surrogate train                            # once, about three minutes: makes the champion
    python examples/own_cells/next_hosts.py

The same from the terminal stands in the README of this folder; the terminal also keeps the cells and the proposals.
"""

from __future__ import annotations

from pathlib import Path

from surrogate import load_champion, propose_hosts
from surrogate.campaign import Campaign, informative, read_observations

HERE = Path(__file__).parent
SHOWN = ["framework", "agent", "agent_bottom", "pore_size_bottom_um", "thickness_um"]


def main() -> None:
    """Read the campaign and its cells, condition the champion on them and propose."""
    campaign = Campaign.load(HERE / "campaign.toml")
    cells, notes = read_observations(HERE / "cells.csv", campaign)
    for note in notes:
        print(f"note: {note}")
    batch = propose_hosts(campaign, load_champion(), seed=0, results=informative(cells))
    for target in campaign.objectives:
        print(f"\n{target}, with its central 90 % interval:")
        print(batch[[*SHOWN, target, f"{target}_lower", f"{target}_upper"]].round(2).to_string(index=False))


if __name__ == "__main__":
    main()
