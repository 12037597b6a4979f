"""The ``[make]`` section of a campaign file, and what proposed hosts say of how they are made."""

from __future__ import annotations

import tomllib

import pandas as pd
import pytest

from surrogate.campaign.file import Campaign
from surrogate.campaign.outside import outside_search
from surrogate.campaign.own_methods import OwnMethods, made_by
from surrogate.errors import CampaignError
from surrogate.hosts.designs import CompleteDesigns
from surrogate.laboratory.virtual_task import campaigns
from surrogate.resources import resource
from surrogate.space.joined import JoinedSpace
from tests.hosts.test_routes import EVEN, FELT, FOIL

HEAD = "schema_version = 1\n[search]\nframeworks = ['carbon_fiber']\nagents = ['none', 'silver']\n"


@pytest.mark.parametrize(
    ("make", "words"),
    [
        ("methods = ['electrospining']", ("unknown method", "did you mean 'electrospinning'")),
        ("methods = 'laser'", ("make.methods", "list of names")),
        ("methods = []", ("make.methods", "list of names")),
        ("methods = ['dealloying']", ("[make]", "none of them makes carbon_fiber", "dealloying")),
        ("[make.electrospining]\npore_size_um = [1, 2]", ("make.electrospining", "did you mean 'electrospinning'")),
        ("methods = ['bought']\n[make.rolling]\nporosity = [0.5, 0.6]", ('add "rolling" to make.methods',)),
        ("[make.rolling]\npore_size = [1, 2]", ("make.rolling.pore_size", "did you mean 'pore_size_um'")),
        ("[make.rolling]\npore_size_um = [2, 1]", ("make.rolling.pore_size_um", "the lower first")),
        ("[make.rolling]\npore_size_um = [1]", ("make.rolling.pore_size_um", "two numbers")),
        ("[make.rolling]\nporosity = [0.5, 1.5]", ("make.rolling.porosity", "0.05 to 0.99")),
        ("[make.filtration]\nfiller = [0, 80]", ("make.filtration.filler", "0 to 1")),
        ("[make.sputtering]\nagents = ['slver']", ("make.sputtering", "slver")),
        ("[make.sputtering]\nagents = 'silver'", ("make.sputtering.agents", "list of names")),
        ("rolling = 3", ("make.rolling", "needs a table")),
    ],
)  # fmt: skip
def test_what_is_wrong_with_the_section_is_said(make: str, words: tuple[str, ...]) -> None:
    section = make if make.startswith("[") else f"[make]\n{make}"
    with pytest.raises(CampaignError) as caught:
        Campaign(HEAD + section)
    for word in words:
        assert word in str(caught.value)


def test_without_the_section_all_is_proposed_and_every_method_is_named() -> None:
    campaign = Campaign(HEAD)
    assert not campaign.methods.restricts
    assert campaign.methods == OwnMethods()
    assert campaign.space.parameters == Campaign(HEAD).space.parameters
    felt = CompleteDesigns.of(pd.DataFrame([FELT | EVEN | {"agent": "silver"}]))
    route = made_by(felt, campaign.methods)["made_by"][0]
    assert "electrospinning" in route
    assert "bought as it is" in route
    assert "sputtering or thermal evaporation" in route


@pytest.mark.parametrize("name", campaigns())
def test_shipped_campaigns_ask_for_hosts_of_known_methods(name: str) -> None:
    text = resource(f"training/campaigns/{name}.toml").read_text(encoding="utf-8")
    assert tomllib.loads(text)["make"] == {"methods": "all"}


@pytest.mark.parametrize("name", ["ether", "garnet"])
def test_a_shipped_campaign_proposes_what_a_known_method_makes(name: str) -> None:
    campaign = Campaign.load(resource(f"training/campaigns/{name}.toml"))
    assert isinstance(campaign.space, JoinedSpace)
    hosts = campaign.space.sample(24, 0).assign(**campaign.conditions.as_dict())
    assert made_by(CompleteDesigns.of(hosts), campaign.methods)["made_by"].ne("").all()
    assert not isinstance(campaign.without_methods().space, JoinedSpace)


def test_all_methods_leave_out_what_none_makes_but_nothing_that_was_made() -> None:
    campaign = Campaign(HEAD + "[make]\nmethods = 'all'\n")
    assert campaign.methods.restricts
    assert not campaign.methods.narrowed
    wide = FELT | {"pore_size_top_um": 900.0, "pore_size_bottom_um": 1.0}
    hosts = CompleteDesigns.of(pd.DataFrame([wide]))
    assert made_by(hosts, campaign.methods)["made_by"].tolist() == [""]
    assert outside_search(campaign, pd.DataFrame([wide])) == [[]]
    changed = Campaign(HEAD + "[make]\nmethods = 'all'\n[make.electrospinning]\npore_size_um = [1, 5]\n")
    assert changed.methods.narrowed
    assert outside_search(changed, pd.DataFrame([wide])) == [["not made by the methods of [make]"]]


def test_the_file_narrows_and_widens_a_method() -> None:
    narrow = Campaign(
        HEAD + "[make]\nmethods = ['electrospinning']\n[make.electrospinning]\npore_size_um = [2, 4]\n"
    )
    pores = narrow.space.sample(32, 0, "none")[["pore_size_top_um", "pore_size_bottom_um"]].to_numpy()
    assert pores.min() >= 2.0
    assert pores.max() <= 4.0
    wide = Campaign(
        HEAD + "[make]\nmethods = ['electrospinning']\n[make.electrospinning]\npore_size_um = [1, 60]\n"
    )
    assert wide.space.sample(32, 0, "none")["pore_size_top_um"].max() > 20.0
    silver = "[make]\nmethods = ['electrospinning']\n[make.electrospinning]\nagents = ['silver']\n"
    assert {one["agent"] for one in Campaign(HEAD + silver).space.choices()} == {"none", "silver"}
    assert {one["agent"] for one in narrow.space.choices()} == {"none"}
    assert narrow.methods.key != wide.methods.key
    mat = HEAD + "[make]\nmethods = ['electrospinning']\n[make.electrospinning]\nfiller = [0, 0.8]\n"
    (method,) = Campaign(mat).methods.usable
    assert method.most_filler == 0.8
    assert method.filler is not None
    assert method.filler.note.endswith("dispersed in the spinning solution")  # that is as the table has it
    assert Campaign(mat).methods.key != Campaign(mat.replace("0.8", "0.7")).methods.key


def test_a_told_host_that_the_methods_do_not_make_lies_outside() -> None:
    campaign = Campaign(HEAD + "[make]\nmethods = ['electrospinning']\n")
    hosts = pd.DataFrame([FELT, FELT | {"pore_size_top_um": 60.0, "pore_size_bottom_um": 60.0}])
    assert outside_search(campaign, hosts) == [[], ["not made by the methods of [make]"]]


def test_hazards_are_those_of_lithium_the_host_and_its_methods() -> None:
    hosts = CompleteDesigns.of(
        pd.DataFrame([
            FELT, FELT | EVEN | {"agent": "zinc_oxide"}, FOIL,
            FELT | {"framework": "nickel", "porosity_top": 0.9, "porosity_bottom": 0.9, "pore_size_top_um": 50.0,
                    "pore_size_bottom_um": 50.0},
        ])
    )  # fmt: skip
    text = "schema_version = 1\n"
    own = Campaign(text + "[make]\nmethods = ['electrospinning', 'sputtering', 'bought']\n").methods
    found = made_by(hosts, own)["hazards"].tolist()
    assert (
        found[0]
        == "lithium metal (H260, H314); N,N-dimethylformamide (H312, H319, H332, H360D) in electrospinning"
    )
    assert found[1].startswith("lithium metal (H260, H314); zinc oxide (H400, H410); ")
    assert found[2] == "lithium metal (H260, H314)"
    assert found[3] == "lithium metal (H260, H314); nickel (H317, H351, H372)"
    # Of a host that nothing makes they are those of the closest route; a metal is sputtered from a solid target.
    wide = FELT | EVEN | {"pore_size_top_um": 300.0, "agent": "magnesium"}
    spun = Campaign(text + "[make]\nmethods = ['electrospinning', 'sputtering']\n").methods
    closest = made_by(CompleteDesigns.of(pd.DataFrame([wide])), spun)
    assert closest["made_by"].tolist() == [""]
    assert "(H228, H252, H261), which a sputtering target is not; " in closest["hazards"][0]
    assert closest["hazards"][0].endswith("in electrospinning")


def test_a_bath_is_handled_only_for_what_it_is_for() -> None:
    wide = {
        "pore_size_top_um": 10.0,
        "pore_size_bottom_um": 10.0,
        "porosity_top": 0.7,
        "porosity_bottom": 0.7,
    }
    hosts = CompleteDesigns.of(pd.DataFrame([FELT | wide, FELT | wide | {"framework": "copper"}]))
    text = HEAD.replace("frameworks = ['carbon_fiber']\n", "") + "[make]\nmethods = ['templating']\n"
    carbon, copper = made_by(hosts, Campaign(text).methods)["hazards"]
    assert "acetone" in carbon
    assert "copper sulfate" not in carbon
    assert "copper sulfate (H302, H318, H400, H410) in templating" in copper
