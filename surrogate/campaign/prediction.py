"""Predictions of a campaign's own model: of designs that a person asks about, and what new cells changed.

Data flow: campaign, champion and measured cells -> ``belief_of`` -> designs and a control, simulated -> answers in
absolute terms and against the control; the champion says how far a design lies from what was published, and which
papers are nearest. Cells that are new -> what is believed of their designs with the earlier cells, and with all.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from surrogate.campaign.belief import answers, belief_of, intervals
from surrogate.campaign.physics import PhysicsSettings, physics_of
from surrogate.hosts.designs import CompleteDesigns
from surrogate.models.physics_prior import PhysicsPrior
from surrogate.optimization.threads import single_thread
from surrogate.physics import simulate

if TYPE_CHECKING:
    from surrogate.campaign.file import Campaign
    from surrogate.models.bundle import HostModel

Progress = Callable[[str, int, int], None]
BLOCK = 256  # designs that are answered at once: their joint covariance has the square of it


def predict_hosts(
    campaign: Campaign,
    model: HostModel,
    designs: CompleteDesigns,
    control: CompleteDesigns,
    *,
    results: pd.DataFrame | None = None,
    physics: PhysicsPrior | None = None,
    progress: Progress | None = None,
) -> pd.DataFrame:
    """Predict designs by a campaign's own model and cells.

    Parameters
    ----------
    campaign
        The cell, and what is wanted: the first objective is what a host is better in.
    model
        The champion: what published cells reach, and how far a host lies from what was published.
    designs
        n designs under the campaign's conditions.
    control
        A single design that they are compared with.
    results
        Measured cells with at least a target each; None: none.
    physics
        What physics says of the campaign's hosts; default: made once and kept (``campaign.physics``).
    progress
        Called with what is under way, how much is done, and of how much.

    Returns
    -------
    pandas.DataFrame
        n rows with the index of the designs: the answers of ``campaign.belief.answers``, ``extrapolation`` and
        ``nearest_literature``. A row does not depend on the other rows.

    Raises
    ------
    DesignError, MaterialError, UnitError, RecordError
        If a measured cell cannot be used.
    SpaceError, StoreError
        If the campaign's physics cannot be made or kept.
    """
    belief = belief_of(campaign, model, results, physics=physics, progress=progress)
    n = len(designs)
    simulated = simulate(designs.together([control]), progress=progress).reset_index(drop=True)
    parts = []
    with single_thread():
        for start in range(0, n, BLOCK):
            rows = np.arange(start, min(start + BLOCK, n))
            some = simulated.iloc[[*rows, n]]
            parts.append(
                answers(belief, designs.take(rows), control, campaign.objectives, campaign.limits, some).iloc[
                    :-1
                ]
            )
            if progress is not None:
                progress("predicting", int(rows[-1]) + 1, n)
    near = model.whereabouts(designs).reset_index(drop=True)
    return pd.concat([pd.concat(parts, ignore_index=True), near], axis=1).set_index(designs.index)


def before_and_after(
    campaign: Campaign,
    model: HostModel,
    earlier: pd.DataFrame,
    new: pd.DataFrame,
    *,
    shown: int,
    kept: pd.DataFrame | None = None,
    physics: PhysicsPrior | None = None,
    progress: Progress | None = None,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Predict the designs of new cells by a campaign's own model, as it was without these cells and as it is now.

    Parameters
    ----------
    campaign
        Its space and conditions.
    model
        The champion.
    earlier, new
        Measured cells with at least a target each; each cell is simulated once, under the conditions it states.
    shown
        Of how many of the new cells, from the first, the designs are predicted.
    kept
        Those of the earlier cells of which the new ones say nothing; default: all.
    physics
        What physics says of the campaign's hosts; default: made once, in a minute or two, and kept.
    progress
        Called with what is under way, how much is done, and of how much.

    Returns
    -------
    tuple of two pandas.DataFrame
        A row for each of these cells, before and after: each target T with ``T_lower`` and ``T_upper``.

    Raises
    ------
    DesignError, MaterialError, UnitError, RecordError
        If a measured cell cannot be used.
    SpaceError, StoreError
        If the campaign's physics cannot be made or kept.
    """
    if physics is None:
        physics = physics_of(campaign, settings=PhysicsSettings.of_champion(model), progress=progress)
    kept = earlier if kept is None else kept
    told = pd.concat([kept, new], ignore_index=True)
    now = belief_of(campaign, model, told, physics=physics, progress=progress)
    assert now.measured is not None
    assert now.simulated is not None
    first = len(kept)
    simulated_earlier = now.simulated.iloc[:first] if len(earlier) == first else None
    before = belief_of(campaign, model, earlier, physics=physics, simulated=simulated_earlier)
    before = replace(before, like=now)
    asked = np.arange(first, first + min(shown, len(new)))
    designs, simulated = now.measured.take(asked), now.simulated.iloc[asked]
    with single_thread():
        return intervals(before, designs, simulated), intervals(now, designs, simulated)
