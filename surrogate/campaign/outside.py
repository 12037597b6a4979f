"""Cells and hosts that a campaign could no longer propose, since [search] or [make] leaves them out.

Data flow: designs, and ``[search]`` and ``[make]`` of a campaign -> for each row what lies outside, in words: another
framework or agent, numbers beyond the bounds, a host that none of the methods makes. Such cells are learned from as
all others are, for the campaign's model is made over all hosts; they are nothing to improve on.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from surrogate.hosts.columns import COLUMNS
from surrogate.hosts.designs import CompleteDesigns
from surrogate.hosts.routes import routes_of
from surrogate.hosts.search_space import choice_space

if TYPE_CHECKING:
    from surrogate.campaign.file import Campaign

_SLACK = 1e-6  # relative: what files and units leave of a number


def outside_search(campaign: Campaign, hosts: pd.DataFrame) -> list[list[str]]:
    """Say of each host what of it lies outside ``[search]``.

    Numbers that do not act in a host are not looked at, and one that rounds to a limit is on it. What a laboratory
    made and the built-in ranges or rules do not allow is not outside, nor what no known method makes: nobody left it
    out.

    Parameters
    ----------
    campaign : Campaign
        Whose frameworks, agents, bounds and methods are meant.
    hosts : DataFrame
        n rows, the columns of designs.

    Returns
    -------
    list of n lists of str
        Such as "framework glass_fiber", "thickness_um 300 (50 to 200)" or "not made by the methods of [make]"; empty
        for a host inside.
    """
    found: list[list[str]] = [[] for _ in range(len(hosts))]
    narrowed = campaign.frameworks or campaign.agents or campaign.bounds or campaign.methods.narrowed
    if not len(hosts) or not narrowed:
        return found
    designs = CompleteDesigns.of(hosts.reset_index(drop=True))
    hosts = designs.frame
    for column, allowed in (("framework", campaign.frameworks), ("agent", campaign.agents)):
        for k, name in enumerate(hosts[column].tolist() if allowed else ()):
            if name not in allowed:
                found[k].append(f"{column} {name}")
    if campaign.methods.narrowed:
        for k in range(len(hosts)):
            if not routes_of(designs.row(k), campaign.methods.usable).text:
                found[k].append("not made by the methods of [make]")
    acts = _acting(campaign, hosts) if campaign.bounds else {}
    for column, (low, high) in campaign.bounds.items():
        values = pd.to_numeric(hosts[column], errors="coerce").to_numpy(dtype=float)
        slack = max(_SLACK * max(abs(low), abs(high)), 0.5 * (COLUMNS[column].step or 0.0))
        beyond = (values < low - slack) | (values > high + slack)
        for k in np.flatnonzero(beyond & acts.get(column, True)).tolist():
            found[k].append(f"{column} {values[k]:.6g} ({low:g} to {high:g})")
    return found


def is_inside(campaign: Campaign, hosts: pd.DataFrame) -> NDArray[np.bool_]:
    """Test which of n hosts lie inside ``[search]``: (n,).

    Parameters
    ----------
    campaign, hosts
        As for :func:`outside_search`.
    """
    return np.array([not one for one in outside_search(campaign, hosts)], dtype=bool)


def _acting(campaign: Campaign, hosts: pd.DataFrame) -> dict[str, NDArray[np.bool_]]:
    """Column -> whether it acts in each host (n,), and is searched there: a foil has no bounds."""
    space = choice_space(campaign.conditions)
    codes, _ = space.layout.parse(hosts)
    _, held = space.regions.fixed(codes)
    porous = (hosts["framework"] != "none").to_numpy()
    return {column: ~held[:, i] & porous for i, column in enumerate(space.numeric)}
