"""What may take a proposed host's place: a simpler or cheaper one, one off the limits, one that bears mistakes.

Data flow: campaign and what it believes -> ``Replacements`` -> the search, which takes a host in the place of its
best if that keeps all but a fifth of the expected improvement (``optimization.replacement``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from surrogate.campaign import tolerances
from surrogate.campaign.interchangeable import cheaper_agents
from surrogate.campaign.simpler import with_fewer_phases
from surrogate.hosts import columns as c
from surrogate.hosts.columns import COLUMNS
from surrogate.hosts.designs import CompleteDesigns
from surrogate.optimization.limits import at_limit
from surrogate.optimization.replacement import Replacements
from surrogate.physics import feasibility, simulate
from surrogate.space import Space

if TYPE_CHECKING:
    from surrogate.campaign.file import Campaign
    from surrogate.models.campaign_model import CampaignModel

_FEWEST_LAYERS = 2.0  # of a stack of two kinds


def replacements(campaign: Campaign, belief: CampaignModel) -> Replacements:
    """Say what may take the place of a host in a campaign.

    Physics knows no cost of straight pores or of a high porosity, so that nothing but the limits of the space stops a
    search that is asked for them. Such values are moved back towards the middle of what the framework is made with:
    the control would not do as an aim, since its pores and tortuosity are the proposal's own.

    Parameters
    ----------
    campaign : Campaign
        Its space, conditions and objectives.
    belief : CampaignModel
        What the campaign believes, its measured cells included.
    """
    conditions, space = campaign.conditions.as_dict(), campaign.space
    mixed = {name for parts in COLUMNS.simplexes.values() for name in parts}

    def fragile(hosts: pd.DataFrame) -> Any:
        return tolerances.is_fragile(
            belief,
            CompleteDesigns.of(hosts.assign(**conditions), where="proposals"),
            campaign.objectives,
            simulate,
        )

    return Replacements(
        simpler=lambda host: simpler_or_cheaper(host, conditions),
        at_limit=lambda host: [name for name in values_at_limit(space, host) if name not in mixed],
        near=tolerances.near,
        fragile=fragile,
    )


def values_at_limit(space: Space, host: pd.DataFrame) -> list[str]:
    """List the values of a host that only a limit of the space stopped.

    Parameters
    ----------
    space : Space
        Of a campaign.
    host : DataFrame
        One row of the space's columns.

    Returns
    -------
    list of str
        Columns. A value that changes nothing of a host (its column's default) is none, nor is a phase that is not
        there or alone at its end, nor one or two layers, the fewest that a stack has.
    """
    values = {name: float(host[name].iloc[0]) for name in at_limit(space, host)}
    alone = (0.0, 1.0)
    return [
        name for name, value in values.items()
        if not (name == "layers" and value <= _FEWEST_LAYERS)
        and value != COLUMNS[name].default
        and not (COLUMNS[name].simplex and value in alone)
    ]  # fmt: skip


def simpler_or_cheaper(host: pd.DataFrame, conditions: dict[str, Any]) -> pd.DataFrame:
    """List what may take a host's place if it is worth as much: fewer phases, no layers, a cheaper equal agent.

    Parameters
    ----------
    host
        A single row.
    conditions
        Condition -> value in the unit of its name.

    Returns
    -------
    pandas.DataFrame
        A row for each such host, the simplest and cheapest first.
    """
    plain = {name: c.COLUMNS.neutral[name] for name in ("layers", "stacking")}
    continuous = host.assign(**plain) if float(host["layers"].iloc[0]) > 1.0 else host.iloc[:0]
    cheaper = cheaper_agents(host, conditions, feasibility.can_be_made)
    return pd.concat([with_fewer_phases(host), continuous, cheaper], ignore_index=True)
