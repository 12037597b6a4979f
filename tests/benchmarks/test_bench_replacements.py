"""What replaces a campaign's best hosts, measured: values at a limit, fragile hosts, and the improvement kept.

For each shipped campaign four proposals before any cell, seed 0, with and without the steps after the simpler host
(``optimization.replacement``): of each parameter the share of proposals at a limit of the space, the share of
fragile ones, and of the expected improvement of the best host what its replacement keeps. Champion and physics are
those of ``optimize`` in this folder, made first where there are none. LIHOST_BENCH_CAMPAIGNS=ether,garnet chooses
campaigns.
"""

from __future__ import annotations

import math
import os
import time
from collections import Counter
from dataclasses import replace

import pandas as pd
import pytest

from surrogate.campaign import host_search
from surrogate.campaign.belief import belief_of
from surrogate.campaign.file import Campaign
from surrogate.campaign.replacements import replacements, values_at_limit
from surrogate.campaign.tolerances import is_fragile
from surrogate.hosts.designs import CompleteDesigns
from surrogate.library.champions import find_or_train_champion
from surrogate.models.campaign_model import CampaignModel
from surrogate.optimization.replacement import Found, Replacing
from surrogate.optimization.settings import SearchSettings
from surrogate.physics import simulate
from surrogate.resources import resource

N, SEED = 4, 0
ALL_CAMPAIGNS = sorted(path.stem for path in resource("training/campaigns").glob("*.toml"))
CAMPAIGNS = os.environ.get("LIHOST_BENCH_CAMPAIGNS", ",".join(ALL_CAMPAIGNS)).split(",")


def _batch(
    campaign: Campaign, belief: CampaignModel, full: bool, monkeypatch: pytest.MonkeyPatch
) -> tuple[pd.DataFrame, list[float], float]:
    """The hosts of a batch, the share of the expected improvement that each kept, and seconds."""
    kept: list[float] = []
    original = Replacing.of

    def recorded(self: Replacing, best: pd.DataFrame, worth: float) -> Found:
        found = original(self, best, worth)
        kept.append(math.exp(found[1] - worth))
        return found

    with monkeypatch.context() as patch:
        patch.setattr(Replacing, "of", recorded)
        if not full:
            steps = replace(replacements(campaign, belief), at_limit=None, near=None)
            patch.setattr(host_search, "replacements", lambda *_: steps)
        start = time.perf_counter()
        found = host_search.search_hosts(campaign, belief, N, SEED)
        return found, kept, time.perf_counter() - start


def test_values_at_a_limit_and_fragile_hosts(monkeypatch: pytest.MonkeyPatch) -> None:
    _, champion = find_or_train_champion(lambda *_: None)
    rows = []
    for name in CAMPAIGNS:
        campaign = Campaign.load(resource(f"training/campaigns/{name}.toml"))
        belief = belief_of(campaign, champion)
        for full in (False, True):
            found, kept, seconds = _batch(campaign, belief, full, monkeypatch)
            designs = CompleteDesigns.of(found[list(campaign.space.columns)].assign(
                **campaign.conditions.as_dict()
            ))  # fmt: skip
            ends = [values_at_limit(campaign.space, found.iloc[[k]]) for k in range(len(found))]
            fragile = is_fragile(belief, designs, campaign.objectives, simulate)
            rows.append((name, full, ends, fragile, kept, seconds))
            print(
                f"\n{name}, {'with' if full else 'without'}: {sum(map(bool, ends))} of {N} at a limit, "
                f"{sum(map(len, ends))} values; {fragile.sum()} fragile; kept "
                f"{', '.join(f'{share:.2f}' for share in kept)}; {seconds:.1f} s\n  {ends}"
            )
            assert min(kept) >= 1.0 - SearchSettings().simplicity - 1e-9
    for full in (False, True):
        of = [row for row in rows if row[1] == full]
        hosts = [set(end) for row in of for end in row[2]]
        count = Counter(name for host in hosts for name in host)
        shares = ", ".join(f"{name} {100 * n / len(hosts):.0f} %" for name, n in count.most_common())
        kept = [share for row in of for share in row[4]]
        print(
            f"\n{'with' if full else 'without'} the steps, {len(hosts)} proposals of {len(of)} campaigns: "
            f"{100 * sum(map(bool, hosts)) / len(hosts):.0f} % at a limit ({shares}), "
            f"{100 * sum(row[3].sum() for row in of) / len(hosts):.0f} % fragile; "
            f"improvement kept: mean {sum(kept) / len(kept):.2f}, least {min(kept):.2f}; "
            f"{sum(row[5] for row in of) / len(of):.1f} s a batch"
        )
