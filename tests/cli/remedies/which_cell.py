"""Messages about which cell a told row is of, and what can be true of it."""

from __future__ import annotations

from collections.abc import Iterator

from surrogate.campaign.store import CampaignStore
from tests.cli.conftest import HOST, Ended
from tests.cli.remedies.desk import CAMPAIGN, LIFE, Desk, case, meant, own, words_of


@case("if the file is of another campaign, name that one", "such as C1, and leave proposal_id empty")
def a_file_of_another_campaign(desk: Desk) -> Iterator[Ended]:
    row: dict[str, object] = {"proposal_id": "B01-1", LIFE: 300}
    theirs = {"framework": "nickel"} | row
    yield desk.own(theirs)
    other = desk.folder / "other.toml"
    other.write_text(CAMPAIGN.replace('"copper", "carbon_fiber"', '"nickel"'))
    yield desk.run("optimize", "tell", "--campaign", other, desk.write(own(theirs | {"proposal_id": ""})))
    yield desk.own(theirs)
    yield desk.own(theirs | {"cell_id": "C1", "proposal_id": ""})


@case("did you mean 'B01-1-a'? Else", "fill in the design of its host as well")
def a_cell_of_which_nothing_is_known(desk: Desk) -> Iterator[Ended]:
    row = "cell_id,cycle_life_cycles\nB01-1-a,300\n"
    yield desk.tell(row.replace("B01-1-a", "B91-1-a"))
    yield desk.tell(row)
    yield desk.tell(row.replace("B01-1-a", "zz"))
    yield desk.own({"cell_id": "zz", LIFE: 300})


@case(
    "or, if it was not made, correct what is stored: optimize amend",
    "or, if it was made, correct what is stored, then tell this again: optimize amend",
)
def a_cell_with_values_cannot_be_not_made(desk: Desk) -> Iterator[Ended]:
    desk.tell("cell_id,cycle_life_cycles\nB01-1-a,300\n")
    ended = desk.tell("cell_id,state\nB01-1-a,not_made\n")
    yield ended
    yield desk.tell("cell_id,proposal_id,state\nB01-1-b,B01-1,not_made\n")
    yield desk.said(ended)
    more = "cell_id,state,cycle_life_cycles\nB01-1-b,running,120\n"
    ended = desk.tell(more)
    yield ended
    yield desk.said(ended)
    yield desk.tell(more)
    yield desk.tell(more.replace("120", "140"))


@case(*["give different cells different ids in the column cell_id, or correct what is stored"] * 2)
def two_reports_that_cannot_both_be_true(desk: Desk) -> Iterator[Ended]:
    desk.tell("cell_id,cycle_life_cycles\nB01-1-a,300\n")
    more = "cell_id,cycle_life_cycles,state\nB01-1-a,400,running\n"
    ended = desk.tell(more)
    yield ended
    yield desk.tell(more.replace("-a", "-b"))
    yield desk.said(ended, VALUE=400)  # it has not failed: state=running goes with it
    assert desk.tell(more).code == 0
    assert CampaignStore.open(desk.folder / "mine.db").identities().cells["B01-1-a"]["state"] == "running"
    assert desk.tell(more.replace("running", "failed")).code == 0
    ended = desk.tell(more.replace("400", "500"))
    yield ended
    yield desk.said(ended, **{"state=running ": "", "=VALUE": f"=550 {LIFE}_censored=false"})
    yield desk.tell(more.replace("400", "500"))


@case(
    "if the date is meant, add a letter",
    "write the day on which the cell was as the row says",
    "or add a column date",
)
def dates_for_ids_dates_to_come_and_two_designs(desk: Desk) -> Iterator[Ended]:
    yield desk.own({"cell_id": "2026-03-01 00:00:00", LIFE: 300})
    yield desk.own({"cell_id": "2026-03-01-a", LIFE: 300})
    row = "cell_id,cycle_life_cycles,state,date\nB01-2-a,300,running,2935-03-01\n"
    yield desk.tell(row)
    yield desk.tell(row, "--yes")
    two = [{"cell_id": "two", LIFE: 300, "state": "running", "porosity_top": 0.7 + 0.1 * k} for k in range(2)]
    yield desk.own(*two)
    yield desk.own(*({**one, "date": f"2026-03-0{k + 1}"} for k, one in enumerate(two)))


@case(*["or correct what is stored"] * 3)
def values_and_bounds_that_cannot_both_be_true(desk: Desk) -> Iterator[Ended]:
    head = "cell_id,cycle_life_cycles,cycle_life_cycles_censored,ccd_mA_cm2,ccd_mA_cm2_censored,state\n"
    for first, then, value in (
        (("B01-1-a,900,true,,,running", "B01-1-a,905,,,,failed"), "B01-1-a,850,,,,failed", 850),
        (("B01-2-a,900,true,,,running",), "B01-2-a,500,,,,failed", 450),
        (("B01-C-a,,,5,true,",), "B01-C-a,,,3,,", 3),
    ):
        for row in first:
            assert desk.tell(head + row + "\n").code == 0
        ended = desk.tell(head + then + "\n")
        yield ended
        yield desk.said(ended, VALUE=value)
        yield desk.tell(head + then + "\n")


@case("give different cells different ids in the column cell_id, or keep the row that is right")
def two_values_in_one_file(desk: Desk) -> Iterator[Ended]:
    yield desk.tell("cell_id,cycle_life_cycles\nB01-1-a,300\nB01-1-a,400\n")
    yield desk.tell("cell_id,cycle_life_cycles\nB01-1-a,300\nB01-1-b,400\n")
    yield desk.tell("cell_id,cycle_life_cycles,date\nB01-2-a,300,2026-03-01\nB01-2-a,400,2026-03-02\n")


@case("if it is the same cell,")
def a_row_without_an_id_that_may_be_a_running_cell(desk: Desk) -> Iterator[Ended]:
    desk.own({LIFE: 800, "state": "running"})
    ended = desk.own({LIFE: 905, "state": "failed"})
    yield ended
    same, other = words_of(ended, r"write (\S+) in its column cell_id.*such as (\S+), or")
    yield desk.own({LIFE: 905, "state": "failed", "cell_id": same})
    yield desk.own({LIFE: 906, "state": "failed", "cell_id": other})
    desk.optimize("undo"), desk.optimize("undo")
    yield desk.own({LIFE: 905, "state": "failed"}, options=("--again",))


@case(*["if it is the same cell,"] * 2)
def a_row_that_may_be_of_the_running_cell_of_a_proposal(desk: Desk) -> Iterator[Ended]:
    head = "proposal_id,cell_id,cycle_life_cycles,state\n"
    desk.tell(f"{head}B01-1,,800,running\n")
    for option in ((), ("--again",)):
        ended = desk.tell(f"{head}B01-1,,50,running\n")
        yield ended
        same, other = words_of(ended, r"write (\S+) in its column cell_id.*such as (\S+), or add --again")
        if not option:
            yield desk.tell(f"{head}B01-1,{same},810,running\n")
        yield desk.tell(f"{head}B01-1,{'' if option else other},50,running\n", *option)
        desk.optimize("undo")


@case("if it is the same cell, write")
def a_row_that_repeats_a_cell_and_says_more(desk: Desk) -> Iterator[Ended]:
    desk.own({LIFE: 300})
    ended = desk.own({LIFE: 300, "overpotential_mV": 20})
    yield ended
    (same,) = words_of(ended, r"write (\S+) in its column cell_id")
    yield desk.own({LIFE: 300, "overpotential_mV": 20, "cell_id": same})


@case("if it corrects cell ")
def a_replicate_with_another_value(desk: Desk) -> Iterator[Ended]:
    desk.own({LIFE: 300, "replicate": 1})
    row: dict[str, object] = {LIFE: 350, "replicate": 1}
    ended = desk.own(row)
    yield ended
    same, other = words_of(ended, r"write (\S+) in its column cell_id.*such as (\S+), in cell_id")
    for changes, options in (({"replicate": 2}, ()), ({"cell_id": other}, ()), ({}, ("--again",))):
        yield desk.own(row | changes, options=options)
        desk.optimize("undo")
    yield desk.own(row | {"cell_id": same})


@case(*["; to take the later count, and drop the earlier: --yes accepts it"] * 2)
def a_count_of_cycles_that_falls(desk: Desk) -> Iterator[Ended]:
    head = "cell_id,cycle_life_cycles,state,date\n"
    desk.tell(f"{head}B01-1-a,9000,running,2026-03-01\n")
    later = f"{head}B01-1-a,950,running,2026-03-09\n"
    ended = desk.tell(later)
    yield ended
    yield desk.tell(later.replace("-a,", "-b,"))
    yield desk.said(ended, VALUE=900)
    yield desk.tell(later)
    fallen = later.replace("950", "250").replace("09", "19")
    yield desk.tell(fallen)
    yield desk.tell(fallen, "--yes")
    known = CampaignStore.open(desk.toml.with_suffix(".db")).observations().set_index("cell_id")
    assert known.loc["B01-1-a", LIFE] == 250.0


@case("nothing needs to be done; if these are new cells with the same numbers, add --again")
def a_file_told_twice(desk: Desk) -> Iterator[Ended]:
    desk.own({LIFE: 300})
    yield desk.own({LIFE: 300})
    yield desk.own({LIFE: 300}, options=("--again",))


@case("to take only the other")
def a_file_that_has_grown(desk: Desk) -> Iterator[Ended]:
    desk.own({LIFE: 300})
    yield desk.own({LIFE: 300}, {LIFE: 310})
    yield desk.own({LIFE: 300}, {LIFE: 310}, options=("--new",))


@case("give one of them")
def options_that_exclude_each_other(desk: Desk) -> Iterator[Ended]:
    yield desk.own({LIFE: 300}, options=("--new", "--again"))
    yield desk.own({LIFE: 300}, options=("--new",))


@case("give this cell an id of its own, or correct the stored one")
def a_cell_of_another_host(desk: Desk) -> Iterator[Ended]:
    desk.own({LIFE: 300, "cell_id": "P1"})
    ended = desk.own({LIFE: 310, "cell_id": "P1", "framework": "nickel"})
    yield ended
    yield desk.own({LIFE: 310, "cell_id": "P2", "framework": "nickel"})
    yield desk.said(ended, VALUE="nickel")


@case("or leave it empty, or give the cell an id of its own")
def a_cell_of_another_proposal(desk: Desk) -> Iterator[Ended]:
    yield desk.tell("cell_id,proposal_id,cycle_life_cycles\nB01-1-a,B01-2,300\n")
    yield desk.tell("cell_id,proposal_id,cycle_life_cycles\nB01-1-a,B01-1,300\n")
    yield desk.tell("cell_id,proposal_id,cycle_life_cycles\nB01-1-b,,300\n")
    yield desk.tell("cell_id,proposal_id,cycle_life_cycles\nP7,B01-2,300\n")


@case("if it is the same, or an id that cannot be mistaken for it")
def an_id_that_is_nearly_another(desk: Desk) -> Iterator[Ended]:
    yield desk.tell("cell_id,cycle_life_cycles\nb1-1-a,300\n")
    yield desk.tell("cell_id,cycle_life_cycles\nB01-1-a,300\n")
    yield desk.own({LIFE: 300, "cell_id": "mine"})


@case("write one of them in its column cell_id")
def several_running_cells_of_a_proposal(desk: Desk) -> Iterator[Ended]:
    desk.tell("cell_id,cycle_life_cycles,state\nB01-1-a,300,running\nB01-1-b,310,running\n")
    yield desk.tell("proposal_id,cycle_life_cycles\nB01-1,400\n")
    yield desk.tell("cell_id,proposal_id,cycle_life_cycles,state\nB01-1-b,B01-1,400,failed\n")


@case(*["write running into its column state if it goes on"] * 2, "or correct what is stored")
def a_life_that_stands_alone(desk: Desk) -> Iterator[Ended]:
    """Nothing says whether a cell that ran has failed; taken as failed, it can be said to run all the same."""
    desk.tell("cell_id,cycle_life_cycles,state\nB01-1-a,300,running\n")
    more = "cell_id,cycle_life_cycles\nB01-1-a,320\n"
    yield desk.tell(more)
    yield desk.tell("cell_id,cycle_life_cycles,state\nB01-1-a,320,running\n")
    yield desk.tell(more)
    yield desk.tell(more, "--yes")
    assert not CampaignStore.open(desk.folder / "mine.db").observations()[f"{LIFE}_censored"].any()
    later = "cell_id,cycle_life_cycles,state\nB01-1-a,340,running\n"
    ended = desk.tell(later)
    yield ended
    yield desk.said(ended, VALUE=330)
    assert desk.tell(later).code == 0
    assert CampaignStore.open(desk.folder / "mine.db").observations()["state"].tolist() == ["running"]


@case("if it is the same cell, write C1 there", "if it is another cell, add --new")
def a_new_id_for_what_was_told_without(desk: Desk) -> Iterator[Ended]:
    row: dict[str, object] = {LIFE: 300}
    desk.own(row)
    yield desk.own(row | {"cell_id": "mine"})
    yield desk.own(row | {"cell_id": "C1"})
    assert len(CampaignStore.open(desk.folder / "mine.db").observations()) == 1
    yield desk.own(row | {"cell_id": "mine"})
    yield desk.own(row | {"cell_id": "mine"}, options=("--new",))
    assert len(CampaignStore.open(desk.folder / "mine.db").observations()) == 2


@case("write such as B02-3-a")
def an_id_that_is_none(desk: Desk) -> Iterator[Ended]:
    yield desk.own({LIFE: 300, "cell_id": "=1+1"})
    yield desk.own({LIFE: 300, "cell_id": "B02-3-a"})


@case("did you mean", "see optimize status")
def a_proposal_that_there_is_not(desk: Desk) -> Iterator[Ended]:
    ended = desk.tell("proposal_id,cycle_life_cycles\nb1-1,300\n")
    yield ended
    yield desk.tell(f"proposal_id,cycle_life_cycles\n{meant(ended)},300\n")
    yield desk.tell("proposal_id,cycle_life_cycles\nzzz,300\n")
    yield desk.optimize("status")
    yield desk.own({LIFE: 310, "proposal_id": ""})


@case("leave the values empty, or write another state")
def a_value_of_what_was_not_made(desk: Desk) -> Iterator[Ended]:
    yield desk.tell("cell_id,state,cycle_life_cycles\nB01-1-a,not_made,300\n")
    yield desk.tell("cell_id,state,cycle_life_cycles\nB01-1-a,not_made,\n")
    yield desk.tell("cell_id,state,cycle_life_cycles\nB01-2-a,failed,300\n")


@case("leave it empty, or write the state failed")
def a_running_cell_without_its_bound(desk: Desk) -> Iterator[Ended]:
    text = "cell_id,state,cycle_life_cycles,cycle_life_cycles_censored\nB01-1-a,running,300,"
    yield desk.tell(text + "false\n")
    yield desk.tell(text + "\n")
    yield desk.tell(text.replace("running", "failed") + "false\n")


@case("leave failed empty, or write the state failed")
def a_running_cell_that_failed(desk: Desk) -> Iterator[Ended]:
    text = "cell_id,state,cycle_life_cycles,failed\nB01-1-a,running,300,"
    yield desk.tell(text + "true\n")
    yield desk.tell(text + "\n")
    yield desk.tell(text.replace("running", "failed") + "true\n")


@case("write the id of the cell, or nothing, in cell_id")
def a_row_that_names_two_proposals(desk: Desk) -> Iterator[Ended]:
    text = "cell_id,proposal_id,cycle_life_cycles\n{},B01-1,300\n"
    yield desk.tell(text.format("B01-2"))
    yield desk.tell(text.format(""))
    yield desk.tell(text.format("B01-1-b"))


@case("write one of these")
def a_state_that_there_is_not(desk: Desk) -> Iterator[Ended]:
    yield desk.tell("cell_id,state,cycle_life_cycles\nB01-1-a,broken,300\n")
    yield desk.tell("cell_id,state,cycle_life_cycles\nB01-1-a,failed,300\n")


@case("write it so")
def a_date_that_can_be_read_in_two_ways(desk: Desk) -> Iterator[Ended]:
    yield desk.tell("cell_id,date,cycle_life_cycles\nB01-1-a,03/09/26,300\n")
    yield desk.tell("cell_id,date,cycle_life_cycles\nB01-1-a,2026-03-09 14:30,300\n")


@case("fill in results-template.csv, or remove the predictions and write what was measured")
def predictions_in_place_of_measurements(desk: Desk) -> Iterator[Ended]:
    yield desk.own({LIFE: 300, f"{LIFE}_lower": 200})
    yield desk.own({LIFE: 300})


@case("add a column of what was measured", "fill in a target, or leave the row out")
def nothing_measured(desk: Desk) -> Iterator[Ended]:
    yield desk.own({"note": "hm"})
    yield desk.own({"state": "failed"})
    yield desk.own({LIFE: "", "note": "later"})
    yield desk.own({LIFE: 300, "note": "later"})


@case("check the number and its unit; if it is right, --yes accepts it")
def a_number_that_hardly_any_cell_gives(desk: Desk) -> Iterator[Ended]:
    row: dict[str, object] = {LIFE: 5_000_000, "cell_id": "P1"}
    yield desk.own(row)
    yield desk.own(row, options=("--yes",))


@case("write 90 for 0.9, or name the column")
def per_cent_that_is_a_fraction(desk: Desk) -> Iterator[Ended]:
    row: dict[str, object] = {**HOST, LIFE: 300}
    share = {name: row.pop(name) for name in ("porosity_top",)}
    yield desk.tell(own({**row, "porosity_top_pct": share["porosity_top"]}, plain_host=False))
    yield desk.tell(own({**row, "porosity_top_pct": 80}, plain_host=False))
    yield desk.tell(own({**row, **share, LIFE: 301}, plain_host=False))


@case("write the number alone, in the unit of the column's name; of a cell that still runs")
def a_word_in_place_of_a_number(desk: Desk) -> Iterator[Ended]:
    yield desk.own({LIFE: "shorted"})
    yield desk.own({LIFE: 300})
    yield desk.own({LIFE: 310, f"{LIFE}_censored": "true", "state": "running", "thickness_um": 7})
    yield desk.own({LIFE: "", "failed": "true", "thickness_um": 8})
