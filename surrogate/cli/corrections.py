"""The work of ``optimize amend``, ``forget``, ``withdraw``, ``undo`` and ``history``: what was told is corrected.

Nothing is erased: each is a statement more, of which what is known follows. The campaign's run in MLflow, if there is
one, is brought up to date after what was done is printed.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any

from surrogate.cli.campaign_record import record_cells
from surrogate.cli.console import count, make_table, print_result, print_table
from surrogate.errors import InputError

if TYPE_CHECKING:
    from surrogate.campaign.file import Campaign
    from surrogate.campaign.store import CampaignStore

_DONE = {
    "tell": "told",
    "amend": "corrected",
    "forget": "taken out",
    "withdraw": "withdrawn",
    "undo": "taken back",
}


def amend(campaign_path: Path, cell: str, changes: Sequence[str], *, yes: bool = False) -> None:
    """Correct a cell and print what it was and is.

    Parameters
    ----------
    campaign_path : Path
        Campaign file.
    cell : str
        Its id.
    changes : sequence of str
        ``column=value``; an empty value empties the column.
    yes : bool
        Whether to take targets outside the range that cells give, and dates to come.

    Raises
    ------
    InputError, RecordError, DesignError
        For a change that cannot be used, or an unknown cell.
    CampaignError, StoreError
        For a campaign or store that cannot be used.
    """
    from surrogate.campaign.ids import known_cell

    campaign, store = _opened(campaign_path)
    asked = dict(_pair(one, campaign.own_names) for one in changes)
    known = store.identities().cells
    cell = known_cell(cell, known)
    was = known[cell]
    now = _checked(campaign, was, asked, yes=yes)
    changed = {name: value for name, value in now.items() if value != was.get(name)}
    if not changed:
        print_result(f"{cell} is as asked already; nothing was changed.")
        return
    store.amend(cell, changed, source="amend", meant=list(map(_known, asked)))
    rows = [[name, _shown(was.get(name)), _shown(now.get(name))] for name in changed]
    print_table(make_table(["Column", "Was", "Is"], rows, f"{cell} corrected", right=False))
    record_cells(campaign, store, f"{_DONE['amend']}: {cell}")


def forget(campaign_path: Path, cell: str) -> None:
    """Take a cell out and say what it was.

    Parameters
    ----------
    campaign_path, cell
        As for :func:`amend`.

    Raises
    ------
    RecordError, CampaignError, StoreError
        As for :func:`amend`.
    """
    campaign, store = _opened(campaign_path)
    was = store.forget(cell)
    print_result(
        f"{was['cell_id']} ({_in_short(was)}) is taken out; nothing is learned from it any more. "
        f"To take this back: optimize undo --campaign {campaign_path}"
    )
    record_cells(campaign, store, f"{_DONE['forget']}: {was['cell_id']}")


def withdraw(campaign_path: Path, proposals: Sequence[str]) -> None:
    """Say that proposals will not be made.

    Parameters
    ----------
    campaign_path : Path
        Campaign file.
    proposals : sequence of str
        Their ids.

    Raises
    ------
    RecordError, CampaignError, StoreError
        As for :func:`amend`.
    """
    campaign, store = _opened(campaign_path)
    withdrawn = store.withdraw(proposals)
    print_result(
        f"Withdrawn: {', '.join(withdrawn)}. No longer pending, and may be proposed again. "
        f"To take this back: optimize undo --campaign {campaign_path}"
    )
    record_cells(campaign, store, f"{_DONE['withdraw']}: {', '.join(withdrawn)}")


def undo(campaign_path: Path) -> None:
    """Take back the last statement and say what it was.

    Parameters
    ----------
    campaign_path : Path
        Campaign file.

    Raises
    ------
    RecordError, CampaignError, StoreError
        As for :func:`amend`.
    """
    campaign, store = _opened(campaign_path)
    last = store.undo()
    about = last.about or ", ".join(dict.fromkeys(cell for cell, _ in last.rows))
    at = f"{_when(last.said_at)} UTC"
    print_result(f"Taken back: statement {last.number}, {_DONE[last.kind]} by {last.who} at {at}: {about}.")
    record_cells(campaign, store, f"{_DONE['undo']}: {_DONE[last.kind]}, {last.about or last.source}")


def history(campaign_path: Path, cell: str | None) -> None:
    """Print who said what, when, in its order.

    Parameters
    ----------
    campaign_path : Path
        Campaign file.
    cell : str, optional
        Only what is about this cell, or about this proposal and its cells.

    Raises
    ------
    RecordError
        For a cell or proposal that there is not.
    CampaignError, StoreError
        For a campaign or store that cannot be used.
    """
    _, store = _opened(campaign_path)
    rows = store.history()
    if cell is not None:
        rows, cell = _about(rows, cell, store)
    if not rows:
        print_result(f"Nothing was told{f' of {cell}, which is pending,' if cell else ''} yet.")
        return
    table = [
        [
            str(row["statement"] or ""),
            _when(row["said_at"]),
            row["who"],
            _DONE[row["kind"]]
            + (f" in {row['source']}" if row["kind"] == "tell" else "")
            + (" (taken back)" if row["taken_back"] else ""),
            row["about"],
            _in_short(row["said"]) if row["kind"] == "tell" else _changes(row["said"]),
        ]
        for row in rows
    ]
    headings = ["No.", "When (UTC)", "Who", "What", "About", "Said"]
    print_table(make_table(headings, table, "History", right=False))
    print_result(f"{count(len(rows), 'line')} in {store.where}")


def _when(time: str) -> str:
    """Write an ISO time to the second; those that the clock did not tell apart differ by microseconds."""
    return time[: len("2026-01-01T00:00:00")].replace("T", " ")


def _about(
    rows: Sequence[dict[str, Any]], name: str, store: CampaignStore
) -> tuple[list[dict[str, Any]], str]:
    """Return the lines about a cell, or about a proposal and its cells, and its id."""
    from surrogate.campaign.ids import known_name, stem_of

    of_cells = {row["about"]: row["said"].get("proposal_id") for row in rows if row["kind"] == "tell"}
    proposals = list(store.proposals())
    found = known_name("no such cell or proposal", name, [*proposals, *of_cells])
    of_it = {cell for cell, proposal in of_cells.items() if found in (cell, proposal, stem_of(cell))}
    return [row for row in rows if row["kind"] != "undo" and row["about"] in (found, *of_it)], found


def _opened(path: Path) -> tuple[Campaign, CampaignStore]:
    from surrogate.campaign.file import Campaign
    from surrogate.campaign.store import CampaignStore

    campaign = Campaign.load(path)
    return campaign, CampaignStore.of(campaign)


def _pair(text: str, own_names: Mapping[str, str]) -> tuple[str, str]:
    """Return the column that a change is about, perhaps in another unit than its own, and what it is to be."""
    from surrogate.campaign.reports import RESULT_COLUMNS
    from surrogate.files.own_names import read_as

    name, sign, value = text.partition("=")
    name = read_as(name.strip(), own_names)
    if not sign:
        raise InputError(
            "not a change", value=text, limit="column=value", remedy="write such as cycle_life_cycles=180"
        )
    if _known(name) in ("", "cell_id", "proposal_id"):
        near = [one for one in get_close_matches(name, RESULT_COLUMNS, n=1) if one != name]
        raise InputError(
            "no column of a cell that can be corrected",
            value=name,
            remedy="an id cannot be changed: forget the cell and tell it again"
            if name in RESULT_COLUMNS
            else f"did you mean {near[0]!r}?"
            if near
            else "the columns are those of results-template.csv",
        )
    return name, value.strip()


def _known(column: str) -> str:
    """Return the column of a cell that this one gives, perhaps in another unit; empty where it is none."""
    from surrogate.campaign.reports import RESULT_COLUMNS
    from surrogate.files.header import known_as

    return known_as(column, dict.fromkeys(RESULT_COLUMNS))


def _checked(
    campaign: Campaign, was: Mapping[str, Any], asked: Mapping[str, str], *, yes: bool
) -> dict[str, Any]:
    """Return the corrected cell, checked as a row of a file is."""
    import pandas as pd

    from surrogate.campaign.observations import read_observations
    from surrogate.campaign.reports import LIFE, RESULT_COLUMNS
    from surrogate.campaign.told_table import refuse_doubtful, refuse_implausible
    from surrogate.files.output import plain
    from surrogate.files.sheet import sheet_of
    from surrogate.files.text import Complaint
    from surrogate.hosts.columns import TARGETS

    # What is known of the cell says nothing of how this was written.
    complain = Complaint("amend")
    refuse_doubtful(sheet_of(pd.DataFrame([asked]), complain), complain)
    names = [name for name in RESULT_COLUMNS if name not in ("cell_id", "proposal_id", "failed")]
    cell = {name: was.get(name) for name in names}
    corrected = set(map(_known, asked))
    for target in TARGETS:
        # A new value is a value, unless it or the state says that it is a bound.
        of_state = target == LIFE and "state" in corrected and not cell[f"{LIFE}_censored"]
        if target in corrected or of_state:
            cell |= dict.fromkeys((f"{target}_censored", f"{target}_upper_bound", f"{target}_sem"))
    cell |= dict.fromkeys(corrected) | {name: value or None for name, value in asked.items()}
    table = pd.DataFrame([cell]).dropna(axis="columns")
    rows, _ = read_observations(table, campaign, where="amend", yes=True)
    if not yes:
        refuse_implausible(rows[[name for name in rows.columns if name in corrected]], "amend")
    found = {name: plain(rows.iloc[0][name]) for name in RESULT_COLUMNS}
    return found | {name: was.get(name) for name in ("cell_id", "proposal_id")}


def _in_short(cell: Mapping[str, Any]) -> str:
    """Say in a few words what a report says: framework, state, targets."""
    from surrogate.hosts.columns import TARGETS
    from surrogate.report.measured_values import measured

    said = [
        str(cell[name]) for name in ("framework", "agent", "state") if cell.get(name) not in (None, "none")
    ]
    said += [measured(cell, target) for target in TARGETS if cell.get(target) is not None]
    return ", ".join(said)


def _changes(said: Mapping[str, Any]) -> str:
    return ", ".join(f"{name} = {_shown(value)}" for name, value in said.items())


def _shown(value: object) -> str:
    return "" if value is None else value if isinstance(value, str) else json.dumps(value)
