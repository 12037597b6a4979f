"""The child process that proposes hosts for the endpoint: a request on standard input, JSON on standard output.

Data flow: campaign, cells and what is under way, as ``propose_request`` checked them -> the same reading again -> the
champion and ``propose_hosts`` -> a line for each step, and last the proposals, or why there are none.
"""

from __future__ import annotations

import json
import sys
from typing import Any, TextIO

from surrogate.errors import LihostError
from surrogate.serving.jobs import be_polite
from surrogate.serving.propose_request import Asked, read_request
from surrogate.serving.told_cells import counted


def answer(asked: Asked, report: Any) -> dict[str, Any]:
    """Propose what is asked for.

    Parameters
    ----------
    asked
        What was read of the request.
    report
        Called with what is under way, how much is done, and of how much.

    Returns
    -------
    dict
        ``model_version``, ``notes``, ``cells`` (as ``CountedCells``; None without any) and ``proposals``: the rows of
        ``candidates.json``.

    Raises
    ------
    LihostError
        For a campaign that leaves too few hosts, and for a model or store that cannot be used.
    """
    from surrogate import tracking
    from surrogate.campaign.ids import proposal_ids
    from surrogate.campaign.observations import informative
    from surrogate.campaign.proposals import propose_hosts
    from surrogate.files.output import plain

    report("loading the champion", 0, 1)
    model = tracking.load_champion()
    report("loading the champion", 1, 1)
    results = tried = None
    if asked.cells is not None:
        results = informative(asked.cells)
        tried = asked.cells.drop(index=results.index)
    batch = propose_hosts(
        asked.campaign, model, n=asked.n, seed=asked.seed, results=results, tried=tried, pending=asked.pending,
        progress=report,
    )  # fmt: skip
    batch.insert(0, "proposal_id", proposal_ids(0, batch["role"]))
    return {
        "model_version": str(model.version),
        "notes": list(asked.notes),
        "cells": None if asked.cells is None else counted(asked.cells).model_dump(),
        "proposals": plain(batch.to_dict("records")),
    }


def main(request: TextIO = sys.stdin, out: TextIO = sys.stdout) -> None:
    """Answer the request of standard input."""

    def say(line: dict[str, Any]) -> None:
        out.write(json.dumps(line) + "\n")
        out.flush()

    be_polite()
    try:
        asked = read_request(json.load(request))
        say({"answer": answer(asked, lambda stage, done, of: say({"stage": stage, "done": done, "of": of}))})
    except LihostError as error:
        say({"problem": error.over_http()})


if __name__ == "__main__":
    main()
