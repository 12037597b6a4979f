"""What each choice explains over all hosts of a campaign: Sobol indices of what is believed, beside the cells' noise.

Data flow: hosts drawn from the campaign's space -> hosts of which one group of choices is another host's
(``choice_groups``), where the space allows them -> posterior mean of the first objective, on the emulator -> pairs
that differ in one group alone (total index) or share it alone (first-order index).

The hosts of a campaign are no box: categories, compositions that sum to 1, rules that tie one choice to another. A
Saltelli design, which needs independent inputs, would consist of hosts that nobody can make. So both indices are
estimated by exchange within a sample, and what cannot be made is drawn again, as for inputs with constraints
(Kucherenko, Klymenko and Shah, Reliab. Eng. Syst. Saf. 167 (2017) 218). The total index is then what a group explains
with all others as they are, and the first-order index includes what it explains because others go with it, so that
the two need not be in order where choices are tied to each other.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from surrogate.campaign.choice_groups import choice_groups, exchanged
from surrogate.hosts.designs import CompleteDesigns
from surrogate.materials.compatibility import STATE_RULES
from surrogate.models.campaign_model import CampaignModel
from surrogate.optimization.threads import single_thread
from surrogate.physics import feasibility
from surrogate.physics.parameters import shipped_parameters
from surrogate.sensitivity.first_order import exchange_effect
from surrogate.shapes import Float

if TYPE_CHECKING:
    from surrogate.campaign.file import Campaign

Array = NDArray[np.float64]
Value = Callable[[CompleteDesigns], Float[Array, " n"]]
HOSTS = 1000  # intervals of a first-order index are about 0.2 wide, those of a total index less
BLOCKS = 4  # of as many hosts, drawn at most: in a garnet one of five keeps the rules of its state
TRIES = 2  # other hosts asked of each, before it is left out
_COLUMNS = (
    "group", "among", "first_order", "first_order_lower", "first_order_upper", "total", "total_lower", "total_upper",
    "pairs", "noise_share",
)  # fmt: skip
KINDS = ("porous hosts", "planar foils")


def choice_shares(
    belief: CampaignModel, campaign: Campaign, *, seed: int = 0, value: Value | None = None
) -> pd.DataFrame:
    """Tabulate what each group of choices explains of the first objective over the campaign's hosts.

    Parameters
    ----------
    belief : CampaignModel
        Conditioned on the campaign's cells.
    campaign : Campaign
        Its space, conditions and objectives.
    seed : int
        Of the hosts, the exchanges and the bootstrap.
    value : callable, optional
        n designs -> (n,) z; default: the posterior mean of the first objective, by the emulator.

    Returns
    -------
    DataFrame
        A row for each group that varies: ``group``; ``among``, the hosts looked at: porous hosts, or planar foils of
        what acts on these alone; ``first_order`` and ``total``, shares (0 to 1) of the variance over these hosts,
        each with the ends ``_lower`` and ``_upper`` of its bootstrapped 95 % interval, which keeps its width where
        the estimate is at a bound (``exchange_effect``), NaN where too few hosts can exchange the group; ``pairs``,
        how many can; ``noise_share``, the variance between replicate cells as a share of the variance of one new
        cell of any of these hosts (theirs and that of replicates; what all hosts have in common, such as the level,
        is left out).

    Notes
    -----
    Rules that take a simulation are judged by the emulator, as far as it says: charge passed, lithium on the top face
    and critical current, not what grows outside.
    """
    primary = next(iter(campaign.objectives))
    if value is None:

        def value(designs: CompleteDesigns) -> Array:
            return belief.mixed(primary).latent(belief.bases(designs)[primary])[0]

    streams = np.random.SeedSequence(seed).spawn(3)
    seeds = [int(stream.generate_state(1)[0]) for stream in streams]
    with single_thread():
        hosts = _hosts(belief, campaign, seeds[0])
        rng = np.random.default_rng(streams[1])
        noise, rows = belief.noise(primary), []
        planar = (hosts["framework"] == "none").to_numpy()
        kinds = [hosts[~planar].reset_index(drop=True), hosts[planar].reset_index(drop=True)]
        values = [value(_complete(table, campaign)) if len(table) else np.zeros(0) for table in kinds]
        for group, columns in choice_groups().items():
            there = [name for name in columns if name in hosts]
            kind = next((k for k, table in enumerate(kinds) if _varies(table[there])), None)
            if kind is None:
                continue
            row, other, made = _exchanges(belief, campaign, kinds[kind], group, rng)
            y, mixed = values[kind], value(made) if made is not None and len(made) else np.zeros(0)
            total, rest = exchange_effect(y[row], mixed, seeds[2]), exchange_effect(y[other], mixed, seeds[2])
            first = (1.0 - rest.value, 1.0 - rest.high, 1.0 - rest.low)
            share = noise / (noise + float(np.var(y)))
            rows.append((group, KINDS[kind], *first, total.value, total.low, total.high, total.rows, share))
    return pd.DataFrame(rows, columns=list(_COLUMNS))


def _varies(table: pd.DataFrame) -> bool:
    """Whether any column has more than one value."""
    return bool(len(table)) and bool((table != table.iloc[0]).any(axis=None))


def _complete(table: pd.DataFrame, campaign: Campaign) -> CompleteDesigns:
    return CompleteDesigns.of(table.assign(**campaign.conditions.as_dict()), where="hosts of the campaign")


def _hosts(belief: CampaignModel, campaign: Campaign, seed: int) -> pd.DataFrame:
    """Hosts of the campaign, ``HOSTS`` or what is left of ``BLOCKS`` times as many: the space's columns."""
    space, found = campaign.space, []
    for stream in np.random.SeedSequence(seed).spawn(BLOCKS):
        table = space.sample(HOSTS, int(stream.generate_state(1)[0]), nonlinear="cheap")
        found.append(table[_keeps(belief, _complete(table, campaign))])
        if sum(map(len, found)) >= HOSTS:
            break
    return pd.concat(found, ignore_index=True).head(HOSTS)


def _keeps(belief: CampaignModel, designs: CompleteDesigns) -> NDArray[np.bool_]:
    """Whether designs (n,) keep the rules of their state, as far as the emulator says."""
    state = belief.prior.emulator.states(designs, shipped_parameters())
    told = pd.DataFrame({
        "plated_share": state["charge_passed_share"].to_numpy(),
        "top_face_share": state["top_face_share"].to_numpy(),
        "current_headroom": state["ccd_mA_cm2"].to_numpy() / designs.column("current_density_mA_cm2"),
    })  # fmt: skip
    return feasibility.keeping(designs, told, [rule for rule in STATE_RULES if rule.quantity in told])


def _exchanges(
    belief: CampaignModel, campaign: Campaign, hosts: pd.DataFrame, group: str, rng: np.random.Generator
) -> tuple[NDArray[np.intp], NDArray[np.intp], CompleteDesigns | None]:
    """Hosts with a group of another host that the space allows: of whom (m,), the group whose (m,), and they."""
    space, left = campaign.space, np.arange(len(hosts))
    whose, others, made = [], [], []
    for _ in range(TRIES):
        other = rng.integers(0, len(hosts), size=len(left))
        mixed = exchanged(hosts.iloc[left], hosts.iloc[other], group)
        kept = space.contains(mixed, "cheap")
        whose.append(left[kept])
        others.append(other[kept])
        made.append(mixed[kept])
        left = left[~kept]
    row, other = np.concatenate(whose), np.concatenate(others)
    if not len(row):
        return row, other, None
    designs = _complete(pd.concat(made, ignore_index=True), campaign)
    kept = _keeps(belief, designs)
    return row[kept], other[kept], designs.where(kept)
