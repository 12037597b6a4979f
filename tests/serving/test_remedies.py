"""What the endpoint says to mend a body can be done with a body: no command, no option of a command line.

Bodies that are refused with a remedy which differs at a command line, and what the message says, done; then a walk
over the code below the endpoint for remedies that name a command and have no other words for HTTP.
"""

from __future__ import annotations

import ast
import copyreg
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from surrogate.campaign.file import Campaign
from surrogate.campaign.reports import YES
from surrogate.errors import CampaignError, InputError, Remedy
from surrogate.serving.app import create_app

from .bodies import CELL, COMMAND, Unworked
from .test_app import Constant

PACKAGE = Path(__file__).parents[2] / "surrogate"
RAN = CELL | {"cell_id": "a", "state": "running", "cycle_life_cycles": 500, "date": "2025-03-01"}
FELL = RAN | {"cycle_life_cycles": 400, "date": "2025-04-01"}
UNSAID = CELL | {"cell_id": "a", "cycle_life_cycles": 600}
DOUBTFUL = [
    CELL | one
    for one in (
        {"overpotential_mV": 9e5},
        {"cycle_life_cycles": 10.5},
        {"ccd_mA_cm2": 1, "date": "2999-01-01"},
    )
]
OTHER = CELL | {"temperature_C": 60}


def asked(**parts: Any) -> dict[str, Any]:
    return {"campaign": {"conditions": {"electrolyte": "liquid_ether"}}, **parts}


#: Path, what is refused, what is said to mend it, and what was said, done.
REFUSED = {
    "a number that hardly any cell gives, and a part of a cycle": (
        "/cells", asked(cells=DOUBTFUL), '"yes": true', asked(cells=DOUBTFUL, yes=True),
    ),
    "a count that falls": (
        "/propose", asked(cells=[RAN, FELL]), '"yes": true', asked(cells=[RAN, FELL], yes=True),
    ),
    "a life without an end": (
        "/propose", asked(cells=[RAN, UNSAID]), '"yes": true', asked(cells=[RAN, UNSAID], yes=True),
    ),
    "a proposal that nobody made": (
        "/cells", asked(cells=[{"proposal_id": "B01-1", "cycle_life_cycles": 9}]), "leave proposal_id empty",
        asked(cells=[CELL | {"cycle_life_cycles": 9}]),
    ),
    "a host of two frameworks": (
        "/propose", asked(cells=[RAN, FELL | {"framework": "copper", "cycle_life_cycles": 600}]),
        "give this cell an id of its own",
        asked(cells=[RAN, FELL | {"framework": "copper", "cycle_life_cycles": 600, "cell_id": "b"}]),
    ),
    "values of a cell that was not made": (
        "/propose", asked(cells=[RAN, CELL | {"cell_id": "a", "state": "not_made"}]),
        "give this cell an id of its own",
        asked(cells=[RAN, CELL | {"cell_id": "b", "state": "not_made"}]),
    ),
    "two values at once": (
        "/propose", asked(cells=[CELL | {"cell_id": "a", "ccd_mA_cm2": value} for value in (1, 2)]),
        "give different cells different ids",
        asked(cells=[CELL | {"cell_id": f"a{value}", "ccd_mA_cm2": value} for value in (1, 2)]),
    ),
    "other conditions under way": (
        "/propose", asked(pending=[OTHER]), "remove the column temperature_C", asked(pending=[CELL]),
    ),
    "another version": (
        "/cells", {"campaign": {"schema_version": 9}, "cells": [CELL | {"ccd_mA_cm2": 2}]},
        "send a JSON object without it", asked(cells=[CELL | {"ccd_mA_cm2": 2}]),
    ),
    "no version in a text": (
        "/cells", {"campaign": "n = 3", "cells": [CELL | {"ccd_mA_cm2": 2}]}, "write schema_version = 1 at the top",
        {"campaign": "schema_version = 1\nn = 3", "cells": [CELL | {"ccd_mA_cm2": 2}]},
    ),
    "a text that no reader takes": (
        "/cells", {"campaign": "n = [" + "[" * 9_000, "cells": [CELL | {"ccd_mA_cm2": 2}]}, "JSON object",
        asked(cells=[CELL | {"ccd_mA_cm2": 2}]),
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient]:
    with TestClient(create_app(Constant(), Unworked())) as one:
        yield one


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_said_can_be_done_with_a_body(client: TestClient, name: str) -> None:
    path, wrong, said, mended = REFUSED[name]
    answer = client.post(path, json=wrong)
    assert answer.status_code == 422, answer.text
    remedies = [fault["msg"].partition("To mend it: ")[2] for fault in answer.json()["detail"]]
    assert all(said in remedy for remedy in remedies), remedies
    assert not COMMAND.search(answer.text), answer.text
    after = client.post(path, json=mended)
    assert after.status_code in (200, 202), after.text


def test_each_face_has_its_remedy_wherever_the_error_is_moved(monkeypatch: pytest.MonkeyPatch) -> None:
    # Libraries change how exceptions are copied (tblib, for dask); what is moved is another error all the same.
    monkeypatch.setitem(copyreg.dispatch_table, InputError, lambda error: (lambda: error, ()))
    error = InputError(
        "too much", where="cells", row=2, column="x", remedy=Remedy("add --more.", "send less")
    )
    assert str(error.moved(4)) == "cells, row 5, column x: too much. To mend it: add --more."
    assert error.moved(4).over_http() == "cells, row 5, column x: too much. To mend it: send less."
    assert error.row == 2
    assert InputError("too much", remedy=Remedy("add --more", "")).over_http() == "too much."
    assert InputError("too much", remedy="send less").over_http() == "too much. To mend it: send less."
    assert InputError("no such x", remedy="did you mean 'y'?").over_http().endswith("did you mean 'y'?")
    with pytest.raises(CampaignError, match="optimize init"):  # at a command line, as before
        Campaign("n = 3")


#: What the endpoint stands on.
BELOW = ("campaign", "files", "hosts", "materials", "models", "optimization", "physics", "serving", "space")
#: Parts of texts with a command that are no remedy, or none that a body meets, and why.
APART = {
    YES: "said by or_as_it_is, with YES_OVER_HTTP beside it",
    "optimize amend --campaign": "corrects what is stored: the endpoint stores no cell",
    " --cell ": "corrects what is stored: the endpoint stores no cell",
    "optimize writes results-template.csv": "of a file that is wide or without a header: a body has columns",
    "optimize undo takes the last statement back": "of a correction: the endpoint has none",
    "optimize history": "of a store: the endpoint has none",
    "optimize forget": "of a store: the endpoint has none",
    "optimize init": "of a file that is read from a disk",
    "add --again": "of rows that are stored already",
    "add --new": "of rows that are stored already",
    ", or --again": "of rows that are stored already",
    "name that one with --campaign": "of a proposal that is stored",
    "optimize --campaign THIS_FILE": "a comment of a campaign file",
    "surrogate response-surface": "a file that ships with the package is damaged",
    "surrogate train --recipe ageing": "a file that ships with the package is damaged",
    "surrogate train": "503: for whoever runs the endpoint",
}


def constants(path: Path) -> Iterator[tuple[int, str]]:
    """Texts of a module that a message may hold, with their lines: not docstrings, not a command's own remedy."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    left_out: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            left_out.add(id(node.value))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Remedy":
            left_out |= {id(one) for one in ast.walk(node.args[0])}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in left_out:
            yield node.lineno, node.value


def test_no_other_message_below_the_endpoint_names_a_command() -> None:
    found, used = {}, set()
    for path in sorted(one for room in BELOW for one in (PACKAGE / room).rglob("*.py")):
        for line, text in constants(path):
            if COMMAND.search(text):
                known = [part for part in APART if part in text]
                used.update(known)
                if not known:
                    found[f"{path.relative_to(PACKAGE)}:{line}"] = text
    assert found == {}
    assert used == set(APART), "what is left out is still there"
