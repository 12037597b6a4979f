"""Campaign files: what is read, and what is refused with value, limit and remedy."""

from __future__ import annotations

from pathlib import Path

import pytest

from surrogate.campaign.file import Campaign
from surrogate.errors import CampaignError
from surrogate.resources import resource


@pytest.mark.slow
def test_shipped_default() -> None:
    campaign = Campaign.load(resource("training/campaigns/ether.toml"))
    conditions = campaign.conditions.as_dict()
    assert conditions["electrolyte"] == "liquid_ether"
    assert conditions["current_density_mA_cm2"] == 1.0
    assert conditions["areal_capacity_mAh_cm2"] == 1.0
    assert conditions["temperature_C"] == 25.0
    assert campaign.objectives == {"cycle_life_cycles": "max", "ccd_mA_cm2": "max", "overpotential_mV": "min"}


def test_an_efficiency_is_an_objective_where_it_is_named() -> None:
    text = 'schema_version = 1\n[objectives]\ncoulombic_efficiency_pct = "max"\ncycle_life_cycles = "max"\n'
    assert Campaign(text).objectives == {"cycle_life_cycles": "max", "coulombic_efficiency_pct": "max"}
    assert "coulombic_efficiency_pct" not in Campaign("schema_version = 1\n").objectives


def test_template_reads_back(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(Campaign.template(electrolyte="llzo", current_density_mA_cm2=0.3))
    campaign = Campaign.load(path)
    assert campaign.conditions.electrolyte == "llzo"
    assert campaign.conditions.current_density_mA_cm2 == 0.3
    assert campaign.store_path == tmp_path / "mine.db"


@pytest.mark.slow
def test_space_holds_only_what_was_allowed() -> None:
    campaign = Campaign(
        'schema_version = 1\n[search]\nframeworks = ["carbon_fiber", "pan"]\nagents = ["silver"]\n'
        "[search.bounds]\nthickness_um = [50, 150]\n"
    )
    rows = campaign.space().sample(64, seed=1)
    assert set(rows["framework"]) == {"carbon_fiber", "pan"}
    assert set(rows["agent"]) == {"silver"}
    assert rows["thickness_um"].between(50, 150).all()


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("", "empty"),
        ("name = 'x'", "schema_version"),
        ("schema_version = 7", "7"),
        ("schema_version = 1\nname = ", "TOML"),
        ("schema_version = 1\n[conditions]\ncurrent_densty_mA_cm2 = 1", "current_density_mA_cm2"),
        ("schema_version = 1\n[conditions]\ncurrent_density_mA_cm2 = -1", "-1"),
        ("schema_version = 1\n[conditions]\ncurrent_density_mA_cm2 = 'one'", "one"),
        ("schema_version = 1\n[conditions]\nelectrolyte = 'water'", "liquid_ether"),
        ("schema_version = 1\n[conditions]\ntemperature_C = nan", "nan|empty|missing"),
        ("schema_version = 1\nn = 0", "n"),
        ("schema_version = 1\n[search]\nframeworks = ['wood']", "wood"),
        ("schema_version = 1\n[search.bounds]\nthickness_um = [200, 100]", "200"),
        ("schema_version = 1\n[search.bounds]\nthickness_um = [50]", "two numbers"),
        ("schema_version = 1\n[search.bounds]\nthickness_mm = [0.1, 0.2]", "thickness_mm"),
        ("schema_version = 1\n[objectives]\ncycle_life = 'max'", "cycle_life"),
        ("schema_version = 1\n[objectives]\nccd_mA_cm2 = 'maximum'", "max"),
    ],
)
def test_refused(tmp_path: Path, text: str, named: str) -> None:
    path = tmp_path / "bad.toml"
    path.write_text(text)
    with pytest.raises(CampaignError, match=named) as caught:
        Campaign.load(path)
    assert "bad.toml" in str(caught.value)


def test_missing_and_binary_files(tmp_path: Path) -> None:
    with pytest.raises(CampaignError, match="optimize init"):
        Campaign.load(tmp_path / "none.toml")
    (tmp_path / "b.toml").write_bytes(b"\xff\xfe\x00s")
    with pytest.raises(CampaignError, match="UTF-8"):
        Campaign.load(tmp_path / "b.toml")


def test_a_folder_is_called_one(tmp_path: Path) -> None:
    with pytest.raises(CampaignError, match="is a folder") as caught:
        Campaign.load(tmp_path)
    assert "UTF-8" not in str(caught.value)
    assert "name of a campaign file" in str(caught.value)
