"""Campaign files: what is read, and what is refused with value, limit and remedy."""

from __future__ import annotations

from pathlib import Path

import pytest

from surrogate.campaign.file import Campaign
from surrogate.campaign.file_template import with_store, without_store
from surrogate.campaign.goals import as_written, limits_as_written
from surrogate.errors import CampaignError
from surrogate.hosts.targets import OBJECTIVES
from surrogate.materials import electrolytes
from surrogate.optimization import Limit, Match, Within
from surrogate.resources import resource


@pytest.mark.slow
def test_shipped_default() -> None:
    campaign = Campaign.load(resource("training/campaigns/ether.toml"))
    conditions = campaign.conditions.as_dict()
    assert conditions["electrolyte"] == "liquid_ether"
    assert conditions["current_density_mA_cm2"] == 1.0
    assert conditions["areal_capacity_mAh_cm2"] == 1.0
    assert conditions["temperature_C"] == 25.0
    assert campaign.objectives == {"cycle_life_cycles": "max", "overpotential_mV": "min"}
    assert campaign.limits == (Limit("ccd_mA_cm2", ">=", 1.5),)


def test_an_efficiency_is_an_objective_where_it_is_named() -> None:
    text = 'schema_version = 1\n[objectives]\ncoulombic_efficiency_pct = "max"\ncycle_life_cycles = "max"\n'
    assert Campaign(text).objectives == {"cycle_life_cycles": "max", "coulombic_efficiency_pct": "max"}
    assert "coulombic_efficiency_pct" not in Campaign("schema_version = 1\n").objectives


def test_values_bands_and_limits_are_read() -> None:
    campaign = Campaign(
        "schema_version = 1\n[objectives]\noverpotential_mV = { match = 30 }\nccd_mA_cm2 = { within = [2, 4.5] }\n"
        "[limits]\noverpotential_mV = { at_most = 50 }\ncycle_life_cycles = { at_least = 100, at_most = 2000 }\n"
    )
    assert campaign.objectives == {"ccd_mA_cm2": Within(2.0, 4.5), "overpotential_mV": Match(30.0)}
    assert campaign.limits == (
        Limit("cycle_life_cycles", ">=", 100.0), Limit("cycle_life_cycles", "<=", 2000.0),
        Limit("overpotential_mV", "<=", 50.0),
    )  # fmt: skip
    written = {name: as_written(goal) for name, goal in campaign.objectives.items()}
    assert written == {"ccd_mA_cm2": {"within": [2.0, 4.5]}, "overpotential_mV": {"match": 30.0}}
    assert limits_as_written(campaign.limits)["cycle_life_cycles"] == {"at_least": 100.0, "at_most": 2000.0}


def test_who_says_what_is_wanted_says_all_of_it() -> None:
    """The usual limit belongs to the usual objectives; a file of before there were limits means what it meant."""
    usual, named = "schema_version = 1\n", "[objectives]\ncycle_life_cycles = 'max'\n"
    assert Campaign(usual).limits
    assert Campaign(usual + "[objectives]\n").limits == Campaign(usual).limits
    assert Campaign(usual + named).limits == ()
    assert Campaign(usual + "[limits]\n").limits == ()
    own = Campaign(usual + "[limits]\noverpotential_mV = { at_most = 50 }\n")
    assert own.limits == (Limit("overpotential_mV", "<=", 50.0),)
    assert own.objectives == Campaign(usual).objectives


@pytest.mark.parametrize("electrolyte", sorted(electrolytes))
def test_the_usual_goals_of_each_electrolyte_stand_in_its_template(electrolyte: str) -> None:
    campaign = Campaign(Campaign.template("x", electrolyte=electrolyte, current_density_mA_cm2=0.7))
    bare = Campaign(
        f"schema_version = 1\n[conditions]\nelectrolyte = '{electrolyte}'\ncurrent_density_mA_cm2 = 0.7\n"
    )
    assert (campaign.objectives, campaign.limits) == (bare.objectives, bare.limits)
    soft = electrolyte in ("liquid_ether", "liquid_carbonate", "gel", "peo")
    assert campaign.limits == ((Limit("ccd_mA_cm2", ">=", 1.05),) if soft else ())
    assert dict(campaign.objectives) == {
        name: goal for name, goal in OBJECTIVES.items() if name != "ccd_mA_cm2" or not soft
    }


def test_template_reads_back(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(Campaign.template(electrolyte="llzo", current_density_mA_cm2=0.3))
    campaign = Campaign.load(path)
    assert campaign.conditions.electrolyte == "llzo"
    assert campaign.conditions.current_density_mA_cm2 == 0.3
    assert campaign.store_address == tmp_path / "mine.db"


def test_a_file_may_name_the_database_of_a_team(tmp_path: Path) -> None:
    pytest.importorskip("psycopg")
    path, text = tmp_path / "mine.toml", Campaign.template("mine")
    path.write_text(with_store(text, "postgresql://anna@db.lab/mine"))
    campaign = Campaign.load(path)
    assert campaign.store == campaign.store_address == "postgresql://anna@db.lab/mine"
    assert campaign.question == text  # of whoever asks: a batch is known again by it
    assert with_store(path.read_text(), "postgresql://db/x").count("store = ") == 1
    assert Campaign(path.read_text()).store_address is None  # not read from a file: it reaches no database
    section = "\n[columns.cell_id]\nwas = 'store = id'\n"
    assert without_store(f"schema_version = 1{section}") == f"schema_version = 1{section}"


@pytest.mark.parametrize(
    ("address", "named"),
    [
        ("postgresql://anna:secret@db/lab", r"password.*postgresql://\*\*\*@db/lab.*\.pgpass"),
        ("postgresql://anna@db/lab?password=secret", r"password.*\.pgpass"),
        ("sqlite:///mine.db", "another kind of database.*leave the line out"),
        ("mine.db", "not an address"),
        ("nonsense://x", "not an address|not installed"),
    ],
)
def test_a_store_that_cannot_be_named_there(address: str, named: str) -> None:
    pytest.importorskip("psycopg")
    with pytest.raises(CampaignError, match=named) as caught:
        Campaign(f"schema_version = 1\nstore = '{address}'\n")
    assert "secret" not in str(caught.value)


@pytest.mark.slow
def test_space_holds_only_what_was_allowed() -> None:
    campaign = Campaign(
        'schema_version = 1\n[search]\nframeworks = ["carbon_fiber", "pan"]\nagents = ["silver"]\n'
        "[search.bounds]\nthickness_um = [50, 150]\n"
    )
    rows = campaign.space.sample(64, seed=1)
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
        ("schema_version = 1\n[objectives]\nccd_mA_cm2 = 'maximum'", "did you mean 'max'"),
        *[
            (f"schema_version = 1\n[objectives]\n{line}", named)
            for line, named in (
                ("ccd_mA_cm2 = 3", "is no goal .*within"),
                ("ccd_mA_cm2 = { match = 3, within = [1, 2] }", "is no goal"),
                ("ccd_mA_cm2 = { match = true }", "ccd_mA_cm2.match is not a number"),
                ("ccd_mA_cm2 = { match = -1 }", "no possible value .*above 0"),
                ("coulombic_efficiency_pct = { match = 0.98 }", "fraction .*write 98"),
                ("coulombic_efficiency_pct = { within = [98, 100] }", "no possible value .*below 100"),
                ("overpotential_mV = { within = [40, 20] }", "empty band .*exchange"),
                ("overpotential_mV = { within = [20, 20] }", "empty band .*{ match = 20 }"),
                ("overpotential_mV = { within = [20] }", "two numbers"),
                ("overpotential_mV = { within = 20 }", "two numbers"),
            )
        ],
        *[
            (f"schema_version = 1\n[limits]\n{line}", named)
            for line, named in (
                ("ccd = { at_least = 1 }", "unknown limit .*ccd_mA_cm2"),
                ("ccd_mA_cm2 = 1.5", "write ccd_mA_cm2 = { at_least = 1.5 }"),
                ("overpotential_mV = 50", "write overpotential_mV = { at_most = 50 }"),
                ("ccd_mA_cm2 = {}", "is no limit"),
                ("ccd_mA_cm2 = { below = 3 }", "is no limit"),
                ("ccd_mA_cm2 = { at_least = 'much' }", "at_least is not a number"),
                ("ccd_mA_cm2 = { at_least = inf }", "no possible value"),
                ("ccd_mA_cm2 = { at_least = 2, at_most = 2 }", "nothing can keep"),
                ("ccd_mA_cm2 = { at_most = 9 }\n[objectives]\nccd_mA_cm2 = { match = 10 }", "contradicts"),
                (
                    "ccd_mA_cm2 = { at_least = 9 }\n[objectives]\nccd_mA_cm2 = { within = [1, 2] }",
                    "contradicts",
                ),
            )
        ],
        ("limits = 3\nschema_version = 1", "dictionary"),
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
