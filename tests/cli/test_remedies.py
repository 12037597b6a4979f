"""Every message says how to mend what is wrong, and doing literally that works.

A case makes an error with a command and yields how it ended; then it does what the message says, and yields how that
ended. The last test looks for places in the code that give a remedy and that no case follows.
"""

from __future__ import annotations

import ast
import csv
import functools
import io
import re
import shlex
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pytest
import typer

from surrogate.campaign.file import Campaign
from surrogate.campaign.store import CampaignStore
from surrogate.hosts import columns as c
from surrogate.hosts.designs import CompleteDesigns
from tests.cli.conftest import HOST, Command, Ended

pytestmark = pytest.mark.slow
GET_COMMAND = functools.cache(typer.main.get_command)
PACKAGE = Path(__file__).parents[2] / "surrogate"
LIFE = "cycle_life_cycles"
CAMPAIGN = (
    "schema_version = 1\nn = 2\n"
    '[search]\nframeworks = ["copper", "carbon_fiber"]\nagents = ["none", "silver"]\n'
)


@dataclass
class Desk:
    """Where a person sits: a campaign of two proposals and a control, files, the command line."""

    run: Command
    folder: Path

    @property
    def toml(self) -> Path:
        return self.folder / "mine.toml"

    def optimize(self, *arguments: object) -> Ended:
        """A command about the campaign."""
        return self.run("optimize", *arguments, "--campaign", self.toml)

    def write(self, text: str | bytes, name: str = "cells.csv") -> Path:
        path = self.folder / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    def tell(self, text: str | bytes, *options: str, name: str = "cells.csv") -> Ended:
        return self.optimize("tell", self.write(text, name), *options)

    def own(self, *rows: dict[str, object], options: tuple[str, ...] = ()) -> Ended:
        """Tell cells of a host that nobody proposed."""
        return self.tell(own(*rows), *options)

    def with_file(self, text: str) -> Ended:
        """A command with another campaign file."""
        self.toml.write_text(text)
        return self.optimize("history")

    def said(self, ended: Ended, **instead: object) -> Ended:
        """The command that a message names, with one's own words in place of those in capitals."""
        found = re.search(r"optimize (?:init|amend|forget|undo|export|history|status)[^;,]*", plain(ended))
        assert found, ended.err
        text = found.group().rstrip(". ")
        for word, value in {"FILE.toml": self.toml, **instead}.items():
            text = text.replace(word, str(value))
        return self.run(*shlex.split(text))


def plain(ended: Ended) -> str:
    return " ".join(ended.err.split())


def words_of(ended: Ended, pattern: str) -> tuple[str, ...]:
    """What the groups of a pattern hold in a message, which has to match it."""
    found = re.search(pattern, plain(ended))
    assert found, ended.err
    return found.groups()


def own(*rows: dict[str, object], plain_host: bool = True) -> bytes:
    table = pd.DataFrame([{**(HOST if plain_host else {}), **row} for row in rows])
    return table.to_csv(index=False).encode()


Case = Callable[[Desk], Iterator[Ended]]
CASES: dict[str, tuple[str, Case]] = {}


def case(*remedies: str) -> Callable[[Case], Case]:
    """Register a case: parts of the remedies that its errors give, in their order."""

    def add(made: Case) -> Case:
        CASES[made.__name__] = ("\n".join(remedies), made)
        return made

    return add


@pytest.fixture(scope="module")
def checked() -> dict[str, Campaign]:
    """Campaigns by their text: building a space takes a tenth of a second."""
    return {}


@pytest.fixture(scope="module")
def proposed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with two proposals and a control, to be copied."""
    path = tmp_path_factory.mktemp("store") / "mine.db"
    hosts = [{**HOST, "thickness_um": 100.0 + k, "electrolyte": "liquid_ether"} for k in range(3)]
    batch = CompleteDesigns.of(pd.DataFrame(hosts)).frame[[*c.CHOICES, *c.CONDITIONS]]
    batch["role"] = ["exploit", "explore", "control"]
    CampaignStore.open(path).add_pending(batch, 1, "k")
    return path


@pytest.fixture
def desk(
    command: Command,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    checked: dict[str, Campaign],
    proposed: Path,
) -> Desk:
    made = Campaign.__init__

    def once(self: Campaign, text: str, path: Path | None = None, columns: object = c.COLUMNS) -> None:
        if text not in checked:
            made(self, text, path)
            checked[text] = self
        vars(self).update(vars(checked[text]) | {"path": path})

    monkeypatch.setattr(Campaign, "__init__", once)
    monkeypatch.setattr("surrogate.tracking.champion", lambda: None)
    monkeypatch.setattr("typer.main.get_command", GET_COMMAND)
    monkeypatch.setenv("COLUMNS", "2000")
    desk = Desk(command, tmp_path)
    desk.toml.write_text(CAMPAIGN)
    shutil.copy(proposed, desk.toml.with_suffix(".db"))
    return desk


# ---- tell: which cell, what of it


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


@case("if the date is meant, add a letter", "if it is right, --yes accepts it", "or add a column date")
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


@case(*["--yes takes the later count, and drops the earlier"] * 2)
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
    yield desk.tell("cell_id,proposal_id,cycle_life_cycles\nB01-1-b,B01-1,400\n")


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


def meant(ended: Ended) -> str:
    found = re.search(r"did you mean '?([^'?]+)'?\?", plain(ended))
    assert found, ended.err
    return found[1]


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


# ---- tell: the file


@case("give the bound once")
def a_bound_told_twice(desk: Desk) -> Iterator[Ended]:
    yield desk.own({LIFE: ">=300", f"{LIFE}_censored": "below"})
    yield desk.own({LIFE: ">=300", f"{LIFE}_censored": ""})


@case("write the value that was reached in")
def a_bound_without_a_value(desk: Desk) -> Iterator[Ended]:
    yield desk.own({LIFE: "", f"{LIFE}_censored": "true", "ccd_mA_cm2": 2})
    yield desk.own({LIFE: 300, f"{LIFE}_censored": "true", "ccd_mA_cm2": 2})


@case("of an upper bound alone: write it in")
def an_upper_end_alone(desk: Desk) -> Iterator[Ended]:
    yield desk.own({LIFE: "", f"{LIFE}_upper_bound": 300, "ccd_mA_cm2": 2})
    yield desk.own({LIFE: 300, f"{LIFE}_censored": "below", "ccd_mA_cm2": 2})


@case("of an interval: leave")
def an_upper_bound_with_an_upper_end(desk: Desk) -> Iterator[Ended]:
    yield desk.own({LIFE: 100, f"{LIFE}_upper_bound": 300, f"{LIFE}_censored": "below"})
    yield desk.own({LIFE: 100, f"{LIFE}_upper_bound": 300, f"{LIFE}_censored": ""})


@case("the lower end of the interval first")
def an_interval_the_wrong_way_round(desk: Desk) -> Iterator[Ended]:
    yield desk.own({LIFE: 300, f"{LIFE}_upper_bound": 100})
    yield desk.own({LIFE: 100, f"{LIFE}_upper_bound": 300})


@case("write one of them", "write one of them")
def a_flag_that_is_none(desk: Desk) -> Iterator[Ended]:
    yield desk.own({LIFE: 300, f"{LIFE}_censored": "perhaps"})
    yield desk.own({LIFE: 300, f"{LIFE}_censored": "below"})
    yield desk.own({LIFE: 310, "failed": "perhaps"})
    yield desk.own({LIFE: 310, "failed": "yes"})


@case("did you mean", "did you mean", "keep one")
def columns_that_are_nearly_known(desk: Desk) -> Iterator[Ended]:
    ended = desk.own({"cycle_life": 300, "ccd_mA_cm2": 2})
    yield ended
    yield desk.own({meant(ended): 300, "ccd_mA_cm2": 2})
    ended = desk.own({LIFE: 310, "temprature_C": 25})
    yield ended
    yield desk.own({LIFE: 310, meant(ended): 25})
    yield desk.own({LIFE: 320, "Cycle_life_cycles": 320})
    yield desk.own({LIFE: 320})


@case("if the point separates thousands, else")
def a_point_among_decimal_commas(desk: Desk) -> Iterator[Ended]:
    text = own({LIFE: "X", "overpotential_mV": "22.5"}).decode().replace(",", ";").replace(".", ",")
    ended = desk.tell(text.replace("X", "1.200"))
    yield ended
    digits, other = words_of(ended, r"write (\S+) if the point.*else (\S+?)\.?$")
    yield desk.tell(text.replace("X", digits))
    yield desk.tell(text.replace("X", other), "--yes")


@case("write 1200 or 1.2")
def thousands_or_a_decimal_point(desk: Desk) -> Iterator[Ended]:
    yield desk.own({LIFE: "1.200"})
    yield desk.own({LIFE: "1200"})
    yield desk.own({LIFE: "1.2"}, options=("--yes",))


@case("write the digits without separators", "write the number alone", "write 0.8")
def numbers_that_are_none(desk: Desk) -> Iterator[Ended]:
    yield desk.own({LIFE: 300, "thickness_um": "1,200"})
    yield desk.own({LIFE: 300, "thickness_um": "120"})
    yield desk.own({LIFE: 310, "thickness_um": "thin"})
    yield desk.own({LIFE: 310, "thickness_um": "110"})
    yield desk.own({LIFE: 320, "porosity_top": "0,8", "thickness_um": 90.5})
    yield desk.own({LIFE: 320, "porosity_top": "0.8", "thickness_um": 90.5})


@case("write them into it", "add the rows below the header")
def files_with_nothing_in_them(desk: Desk) -> Iterator[Ended]:
    yield desk.tell("")
    yield desk.own({LIFE: 300})
    yield desk.tell(own({LIFE: 310}).splitlines()[0])
    yield desk.own({LIFE: 310})


@case(
    "check the path",
    "give the name of a CSV file",
    'save it as "CSV UTF-8"',
    "copy or save it again",
    "CSV UTF-8",
)
def what_is_no_table(desk: Desk) -> Iterator[Ended]:
    yield desk.optimize("tell", desk.folder / "none.csv")
    yield desk.own({LIFE: 300})
    yield desk.optimize("tell", desk.folder)
    yield desk.own({LIFE: 301})
    yield desk.tell(b"a,b\n1,\x00\n")
    yield desk.own({LIFE: 302})
    yield desk.tell(own({LIFE: 303})[:-1] + b"\xc3")
    yield desk.own({LIFE: 303})
    yield desk.tell('{"a": 1}')
    yield desk.own({LIFE: 304})


@case(
    "the file may have been cut short; complete the row", "needs quotation marks", "quotation marks",
    "remove that line", "remove the lines above the header", "separate the columns by commas",
    "keep one of them", "name it",
)  # fmt: skip
def rows_and_headers_that_are_broken(desk: Desk) -> Iterator[Ended]:
    header, row = own({LIFE: 300}).decode().split()
    good = f"{header}\n{row}\n"
    for k, broken in enumerate((
        f"{header}\n{row.rpartition(',')[0]}\n",
        f"{header}\n{row},5\n",
        f'{header}\n{row}\n"{row}\n',
        f"{header}\n{row}\n{header}\n",
        f"My cells\n{header.replace(LIFE, 'a').replace('framework', 'b')[:20]}\n{row[:20]}\n",
        f"{header.replace(',', '|')}\n{row.replace(',', '|')}\n",
        f"{header},note,note\n{row},a,b\n",
        f"{header},\n{row},a\n",
    )):  # fmt: skip
        yield desk.tell(broken)
        yield desk.tell(good.replace(",300", f",{400 + k}"))


@case("write one row for each cell")
def a_cyclers_record(desk: Desk) -> Iterator[Ended]:
    yield desk.tell("time/s,Ecell/V,I/mA,cycle number\n0,3.1,1.0,1\n1,3.2,1.0,1\n")
    yield desk.own({LIFE: 300})


@case("empty one of the two, or remove the column")
def an_own_name_beside_the_known_one(desk: Desk) -> Iterator[Ended]:
    desk.toml.write_text(CAMPAIGN + '[columns.thickness_um]\nwas = "felt"\n')
    yield desk.own({LIFE: 300, "felt": 90})
    yield desk.own({LIFE: 300, "felt": 90, "thickness_um": ""})
    yield desk.own({LIFE: 310})


@case(".xlsx or as", "open the file in Excel and save it, or write the value")
def workbooks(desk: Desk) -> Iterator[Ended]:
    from openpyxl import Workbook

    def book(life: object) -> bytes:
        made, raw = Workbook(), io.BytesIO()
        header, row = csv.reader(own({LIFE: 300}).decode().splitlines())
        sheet = made.worksheets[0]
        sheet.append(header)
        sheet.append([life if name == LIFE else one for name, one in zip(header, row, strict=True)])
        made.save(raw)
        return raw.getvalue()

    yield desk.tell(book(300)[:900], name="cells.xlsx")
    yield desk.tell(book(300), name="cells.xlsx")
    yield desk.tell(book("=100+210"), name="cells.xlsx")
    yield desk.tell(book(310), name="cells.xlsx")


# ---- amend, forget, withdraw, undo


@case(
    "write such as cycle_life_cycles=180",
    "an id cannot be changed: forget the cell and tell it again",
    "did you mean",
)
def changes_that_are_none(desk: Desk) -> Iterator[Ended]:
    text = "cell_id,cycle_life_cycles\nB01-1-a,300\n"
    desk.tell(text)
    yield desk.optimize("amend", "--cell", "B01-1-a", LIFE)
    yield desk.optimize("amend", "--cell", "B01-1-a", f"{LIFE}=180")
    yield desk.optimize("amend", "--cell", "B01-1-a", "cell_id=B01-1-b")
    yield desk.optimize("forget", "--cell", "B01-1-a")
    yield desk.tell(text.replace("1-a", "1-b"))
    ended = desk.optimize("amend", "--cell", "B01-1-b", "cycle_life=180")
    yield ended
    yield desk.optimize("amend", "--cell", "B01-1-b", f"{meant(ended)}=180")


@case("if the bound was wrong, correct it with the value: add")
def a_correction_below_a_bound(desk: Desk) -> Iterator[Ended]:
    desk.tell("cell_id,cycle_life_cycles,state\nB01-1-a,800,running\n")
    wrong = ("amend", "--cell", "B01-1-a", "state=failed", f"{LIFE}=500")
    ended = desk.optimize(*wrong)
    yield ended
    added = re.search(r"add (\S+) to the command", plain(ended))
    assert added
    yield desk.optimize(*wrong, added[1])
    assert "500 cycles" in desk.optimize("status").out
    desk.optimize("undo")
    yield desk.tell("cell_id,proposal_id,cycle_life_cycles,state\nB01-1-b,B01-1,500,failed\n")


@case("did you mean", "optimize history lists the cells")
def a_cell_that_there_is_not(desk: Desk) -> Iterator[Ended]:
    desk.tell("cell_id,cycle_life_cycles\nB01-1-a,300\n")
    ended = desk.optimize("forget", "--cell", "B01-1a")
    yield ended
    yield desk.optimize("forget", "--cell", meant(ended))
    yield desk.optimize("amend", "--cell", "zz", f"{LIFE}=1")
    history = desk.optimize("history")
    assert "B01-1-a" in history.out
    yield history


@case("leave it out; optimize forget takes a cell out")
def a_proposal_with_a_cell_is_not_withdrawn(desk: Desk) -> Iterator[Ended]:
    desk.tell("cell_id,cycle_life_cycles\nB01-1-a,300\n")
    yield desk.optimize("withdraw", "B01-1", "B01-2")
    yield desk.optimize("withdraw", "B01-2")
    assert desk.optimize("forget", "--cell", "B01-1-a").code == 0
    yield desk.optimize("withdraw", "B01-1")


@case("did you mean", "optimize history lists the cells")
def a_history_of_nothing(desk: Desk) -> Iterator[Ended]:
    desk.tell("cell_id,cycle_life_cycles\nB01-1-a,300\n")
    ended = desk.optimize("history", "--cell", "B91-1")
    yield ended
    yield desk.optimize("history", "--cell", meant(ended))
    yield desk.optimize("history", "--cell", "zz")
    yield desk.optimize("history")


@case("optimize history shows what was said")
def nothing_to_take_back(desk: Desk) -> Iterator[Ended]:
    ended = desk.optimize("undo")
    yield ended
    yield desk.optimize("history")


def test_what_stays_corrected_can_be_put_back_by_the_command_of_the_note(desk: Desk) -> None:
    first = "cell_id,cycle_life_cycles,state\nB01-1-a,300,running\n"
    assert desk.tell(first).code == 0
    assert desk.optimize("amend", "--cell", "B01-1-a", f"{LIFE}=200").code == 0
    again = desk.tell(first)
    found = re.search(
        r"to go back to the file: (optimize amend .*)", " ".join((again.out + again.err).split())
    )
    assert found
    assert desk.run(*shlex.split(found[1].split(" Stored")[0].rstrip("."))).code == 0
    assert "300 cycles" in desk.optimize("status").out


# ---- the campaign file, init, export, import


@case("optimize init")
def no_campaign_file(desk: Desk) -> Iterator[Ended]:
    desk.toml.unlink()
    ended = desk.optimize("history")
    yield ended
    yield desk.said(ended)
    yield desk.optimize("history")


@case("delete it and run: optimize init", "save it as UTF-8 text", "give the name of a campaign file")
def files_that_are_no_campaign(desk: Desk) -> Iterator[Ended]:
    ended = desk.with_file("")
    yield ended
    desk.toml.unlink()
    yield desk.said(ended)
    desk.toml.write_bytes('schema_version = 1\nname = "Füße"\n'.encode("cp1252"))
    yield desk.optimize("history")
    yield desk.with_file('schema_version = 1\nname = "Füße"\n')
    yield desk.run("optimize", "history", "--campaign", desk.folder)
    yield desk.optimize("history")


@case("correct that line (text needs quotes)", "start from what optimize init FILE.toml writes")
def files_that_are_no_toml(desk: Desk) -> Iterator[Ended]:
    yield desk.with_file("schema_version = 1\nname = mine\n")
    yield desk.with_file('schema_version = 1\nname = "mine"\n')
    ended = desk.with_file("schema_version = 1\nn = " + "9" * 5000)
    yield ended
    desk.toml.unlink()
    yield desk.run("optimize", "init", desk.toml)


@case(
    "at the top, or make a new file: optimize init",
    "did you mean",
    "correct that value",
    "there",
    "did you mean",
)
def keys_and_values_of_the_file(desk: Desk) -> Iterator[Ended]:
    ended = desk.with_file("n = 2\n")
    yield ended
    line = re.search(r"write (schema_version = \d+) at the top", plain(ended))
    assert line
    yield desk.with_file(f"{line[1]}\nn = 2\n")
    ended = desk.with_file("schema_version = 1\n[search]\nframework = ['copper']\n")
    yield ended
    yield desk.with_file(f"schema_version = 1\n[search]\n{meant(ended)} = ['copper']\n")
    yield desk.with_file("schema_version = 1\nn = 99\n")
    yield desk.with_file("schema_version = 1\nn = 24\n")
    yield desk.with_file("schema_version = 1\n[columns.thickness_um]\n")
    yield desk.with_file("schema_version = 1\n[columns.thickness_um]\nwas = 'felt'\n")
    ended = desk.with_file("schema_version = 1\n[objectives]\ncycle_life = 'max'\n")
    yield ended
    yield desk.with_file(f"schema_version = 1\n[objectives]\n{meant(ended)} = 'max'\n")


@case("write it as current_density_mA_cm2 = 1")
def a_condition_in_another_unit(desk: Desk) -> Iterator[Ended]:
    ended = desk.with_file("schema_version = 1\n[conditions]\ncurrent_density_A_m2 = 10\n")
    yield ended
    line = re.search(r"write it as ([^.]*)\.", plain(ended))
    assert line
    yield desk.with_file(f"schema_version = 1\n[conditions]\n{line[1]}\n")


@case("write the lowest and the highest value", *["widen [search] or change the electrolyte"] * 2)
def a_search_that_cannot_be(desk: Desk) -> Iterator[Ended]:
    yield desk.with_file("schema_version = 1\n[search.bounds]\nthickness_um = [50]\n")
    yield desk.with_file("schema_version = 1\n[search.bounds]\nthickness_um = [50, 200]\n")
    sulfide = CAMPAIGN.replace("n = 2", "n = 2\n[conditions]\nelectrolyte = 'lpsc'").replace(
        ', "carbon_fiber"', ""
    )
    yield desk.with_file(sulfide)
    yield desk.with_file(re.sub("frameworks.*\n", "", sulfide))
    yield desk.with_file(sulfide)
    yield desk.with_file(sulfide.replace("lpsc", "liquid_ether"))


@case("did you mean", "name a column of results-template.csv", "or leave [columns.")
def own_names_that_cannot_be(desk: Desk) -> Iterator[Ended]:
    ended = desk.with_file("schema_version = 1\n[columns.thicknes_um]\nwas = 'felt'\n")
    yield ended
    yield desk.with_file(f"schema_version = 1\n[columns.{meant(ended)}]\nwas = 'felt'\n")
    yield desk.with_file("schema_version = 1\n[columns.zzz]\nwas = 'felt'\n")
    yield desk.with_file("schema_version = 1\n[columns.replicate]\nwas = 'felt'\n")
    yield desk.with_file("schema_version = 1\n[columns.thickness_um]\nwas = 'porosity_top'\n")
    yield desk.with_file("schema_version = 1\n")


@case(
    "write such as methods = [", "to make.methods, or remove the table", "write [make.rolling] on a line of its own",
    "write such as agents = [", "write the lowest and the highest value", "give two numbers within these limits",
    "did you mean", "did you mean", "write one of these, or remove it", "correct that value",
)  # fmt: skip
def what_a_laboratory_makes(desk: Desk) -> Iterator[Ended]:
    def with_section(lines: str) -> Ended:
        return desk.with_file(CAMPAIGN + lines)

    has = "[make]\nmethods = ['electrospinning', 'sputtering', 'rolling']\n"
    for wrong, right in (
        ("[make]\nmethods = 'rolling'\n", "[make]\nmethods = ['rolling']\n"),
        (
            "[make]\nmethods = ['rolling']\n[make.bought]\n",
            "[make]\nmethods = ['rolling', 'bought']\n[make.bought]\n",
        ),
        ("[make]\nrolling = 3\nmethods = ['rolling']\n", "[make]\nmethods = ['rolling']\n[make.rolling]\n"),
        (has + "[make.sputtering]\nagents = 'silver'\n", has + "[make.sputtering]\nagents = ['silver']\n"),
        (has + "[make.rolling]\npore_size_um = [1]\n", has + "[make.rolling]\npore_size_um = [1, 20]\n"),
        (has + "[make.rolling]\nporosity = [0.9, 0.6]\n", has + "[make.rolling]\nporosity = [0.6, 0.9]\n"),
    ):
        yield with_section(wrong)
        yield with_section(right)
    for wrong in (
        has + "[make.roling]\nporosity = [0.6, 0.9]\n",
        has + "[make.rolling]\nporosities = [0.6, 0.9]\n",
    ):
        ended = with_section(wrong)
        yield ended
        yield with_section(wrong.replace("roling" if "roling" in wrong else "porosities", meant(ended)))
    yield with_section("[cells]\nper_hosts = 2\n")
    yield with_section("[cells]\nper_host = 2\n")
    yield with_section("[cells]\nper_host = 0\n")
    yield with_section("[cells]\nper_host = 1\n")


@case("let it end in .toml", "give another name, or remove it first", "make the folder")
def init_writes_where_it_can(desk: Desk) -> Iterator[Ended]:
    yield desk.run("optimize", "init", desk.folder / "new.txt")
    yield desk.run("optimize", "init", desk.folder / "new.toml")
    yield desk.run("optimize", "init", desk.folder / "new.toml")
    (desk.folder / "new.toml").unlink()
    yield desk.run("optimize", "init", desk.folder / "new.toml")
    yield desk.run("optimize", "init", desk.folder / "none" / "new.toml")
    (desk.folder / "none").mkdir()
    yield desk.run("optimize", "init", desk.folder / "none" / "new.toml")


@case(
    *["give another name, or remove the file: only an earlier export of this campaign is replaced"] * 2,
    "give the name of a file",
    "give another folder",
)
def export_replaces_nothing_else(desk: Desk) -> Iterator[Ended]:
    other = desk.write("mine", "notes.json")
    yield desk.optimize("export", other)
    yield desk.optimize("export", desk.folder / "sent.json")
    assert other.read_text() == "mine"
    theirs = desk.folder / "theirs.toml"
    theirs.write_text(CAMPAIGN)
    yield desk.run("optimize", "export", desk.folder / "sent.json", "--campaign", theirs)
    yield desk.run("optimize", "export", desk.folder / "theirs.json", "--campaign", theirs)
    (desk.folder / "sent.json").unlink()
    yield desk.run("optimize", "export", desk.folder / "sent.json", "--campaign", theirs)
    (desk.folder / "sent.json").unlink()
    yield desk.optimize("export", desk.folder)
    yield desk.optimize("export", desk.folder / "sent.json")
    yield desk.optimize("report", "--out", other)
    yield desk.optimize("report", "--out", desk.folder / "page")


@case("check its name", "export the campaign again", "export the campaign again", "give another name with --campaign",
      "let it end in .toml")  # fmt: skip
def import_takes_what_was_exported(desk: Desk) -> Iterator[Ended]:
    sent, new = desk.folder / "sent.json", desk.folder / "new.toml"

    def imported(file: Path, campaign: Path = new) -> Ended:
        return desk.run("optimize", "import", file, "--campaign", campaign)

    assert desk.optimize("export", sent).code == 0
    text = sent.read_text()
    yield imported(desk.folder / "snt.json")
    yield imported(sent)
    for damaged in (text[:-9], text.replace("copper", "nickel")):
        new.unlink(), new.with_suffix(".db").unlink()
        sent.write_text(damaged)
        ended = imported(sent)
        yield ended
        sent.unlink()
        assert desk.said(ended, **{"FILE.json": sent}).code == 0
        yield imported(sent)
    yield imported(sent)
    yield imported(sent, desk.folder / "newer.toml")
    yield imported(sent, desk.folder / "newest.txt")
    yield imported(sent, desk.folder / "newest.toml")


@case(
    "move that file away, or give the campaign file another name", "that file is something else; move it away"
)
def a_store_that_is_something_else(desk: Desk) -> Iterator[Ended]:
    import sqlite3

    store = desk.toml.with_suffix(".db")
    for k in range(2):
        store.unlink(missing_ok=True)
        if k:
            store.write_text("this is no database, and long enough to be one" * 30)
        else:
            connection = sqlite3.connect(store)
            connection.execute("create table theirs (a)")
            connection.close()
        yield desk.own({LIFE: 300 + k})
        store.rename(desk.folder / f"away{k}.db")
        yield desk.own({LIFE: 300 + k})


@pytest.mark.parametrize("name", CASES)
def test_doing_what_the_message_says_works(desk: Desk, name: str) -> None:
    remedies, made = CASES[name]
    wanted, errors, before = remedies.split("\n"), 0, 0
    for ended in made(desk):
        assert "Traceback" not in ended.err
        if ended.code:
            assert ended.code == 2, plain(ended)
            assert not before, f"not mended: {plain(ended)}"
            assert errors < len(wanted), plain(ended)
            assert wanted[errors] in plain(ended).partition("To mend it: ")[2], plain(ended)
            errors += 1
        before = ended.code
    assert errors == len(wanted)
    assert not before


#: Modules below the package whose remedies a user of a campaign meets.
MODULES = (
    "campaign/*.py", "files/*.py", "cli/observations.py", "cli/corrections.py", "cli/campaign_template.py",
    "cli/moving.py",
)  # fmt: skip
#: Parts of remedies that no case follows, and why.
EXEMPT = {
    "free disk space": "needs a full disk",
    "free some space": "needs a full disk",
    "database is malformed": "put a copy from your backup, below",
    "give them in": "a target whose upper end has no column: none today",
    "check the disk": "needs a failing disk",
    "report this, with the campaign and the seed": "a fault of our own",
    "delete the folder": "physics of a campaign that was damaged: tests/campaign/test_physics.py",
    "update lihost": "there is no later version",
    "check the address": "needs another database",
    "put a copy from your backup": "needs a backup",
    "another process is writing": "tests/campaign/test_store.py waits for it",
    "make the file and its folder writable": "the super-user writes everywhere",
    "check that it is a file in an existing folder": "the super-user reads everywhere",
    "check the file or the address": "for a fault that nobody foresaw",
    "check its name and its permissions": "the super-user reads everywhere",
    "check the path and its rights": "the super-user reads everywhere",
    "check the path and the disk": "for a fault that nobody foresaw",
    "choose a folder on another one": "needs a file system without locks",
    "give the campaign file another name": "restore() alone, which import keeps from a store that there is",
    "predict without --campaign": "tests/campaign/test_conditions.py: surrogate predict",
    "split it into several files": "needs a file of a gigabyte",
    "keep those that are needed": "needs a thousand columns",
    "write the row again": "rows that are spared, of records only",
    "check the quotation marks of the row": "rows that are spared, of records only",
    "and a wrong sep= line": "tests/files/test_tables.py",
    "remove the line and separate by commas": "tests/files/test_tables.py",
    "give the two": "of records only",
    "give what was measured": "an empty table of a script: tests/cli/test_library.py",
    "make it first, and tell its cells": "tests/cli/test_propose.py repeats a told host",
}


def sites() -> dict[str, list[str]]:
    """Place -> constant parts of the remedy that is given there; of a remedy made elsewhere there are none."""
    found: dict[str, list[str]] = {}
    for path in sorted(one for pattern in MODULES for one in PACKAGE.glob(pattern)):
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            for given in call.keywords if isinstance(call, ast.Call) else ():
                if given.arg == "remedy":
                    texts = [one.value for one in ast.walk(given.value) if isinstance(one, ast.Constant)]
                    parts = [one for one in texts if isinstance(one, str) and len(one.strip()) > 3]
                    found[f"{path.relative_to(PACKAGE)}:{given.value.lineno}"] = parts
    return found


def test_a_case_follows_each_remedy() -> None:
    followed = [one for remedies, _ in CASES.values() for one in remedies.split("\n")]
    places = {place: parts for place, parts in sites().items() if parts}
    assert len(places) > 60
    left = {
        place: parts
        for place, parts in places.items()
        if not any(one in part or part.strip() in one for part in parts for one in (*followed, *EXEMPT))
    }
    assert left == {}
