"""Messages of amend, forget, withdraw, undo and history."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tests.cli.conftest import Ended
from tests.cli.remedies.desk import LIFE, Desk, case, meant, plain


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
