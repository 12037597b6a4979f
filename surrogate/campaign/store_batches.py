"""Proposed batches in the tables of a campaign store, and which of their hosts are pending."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import pandas as pd
import sqlalchemy as sa
from sqlalchemy.engine import Connection

import surrogate
from surrogate.campaign import store_schema as t
from surrogate.campaign.ids import proposal_ids
from surrogate.campaign.statements import Known
from surrogate.campaign.store_checksums import CHECKSUM, with_checksum
from surrogate.files.output import plain
from surrogate.hosts import columns as c

_MARK = 16  # digits
_DTYPES = {"bool": "bool", "int": "int64", "float": "float64", "text": "object"}


def batch_key(
    campaign_text: str,
    seed: int,
    n: int,
    results_digest: str,
    model_version: str,
    repeats: Sequence[str] = (),
) -> str:
    """Return the key under which a batch is kept: equal whenever the same question is asked again.

    Parameters
    ----------
    campaign_text : str
        The campaign file.
    seed : int
        Seed of the search.
    n : int
        Number of proposals.
    results_digest : str
        From :meth:`CampaignStore.digest`.
    model_version : str
        Version of the champion.
    repeats : sequence of str
        Cells or proposals that are made again.

    Returns
    -------
    str
    """
    parts = [surrogate.__version__, campaign_text, seed, n, results_digest, model_version, *repeats]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def read_proposals(connection: Connection) -> dict[str, dict[str, Any]]:
    """Read all proposals that were ever made: id -> row.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        An open connection.
    """
    heads, rows = t.read_proposed(connection)
    of_batch = {one.id: {"seed": one.seed, "proposed_at": one.proposed_at} for one in heads}
    batches: dict[int, list[dict[str, Any]]] = {}
    for row in rows:
        batches.setdefault(row.batch_id, []).append({**json.loads(row.row), **of_batch[row.batch_id]})
    return {
        name: {**record, "proposal_id": name}
        for number, records in batches.items()
        for name, record in zip(
            proposal_ids(number, (record.get("role") for record in records)), records, strict=True
        )
    }


def read_mark(connection: Connection) -> str:
    """Return a short text that follows from the first batch, which is never changed; empty before there is one.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        An open connection.
    """
    heads, _ = t.read_proposed(connection)
    if not heads:
        return ""
    first = heads[0]
    return hashlib.sha256(f"{first.key} {first.proposed_at}".encode()).hexdigest()[:_MARK]


def write_batch(
    connection: Connection,
    batch: pd.DataFrame,
    seed: int,
    key: str,
    at: str,
    seen: Collection[str] | None = None,
) -> bool:
    """Write a batch, unless there is one under its key, or proposals that it was not made beside.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        A connection in a transaction.
    batch : DataFrame
        Proposals.
    seed : int
        Of the search.
    key : str
        From :func:`batch_key`.
    at : str
        ISO time.
    seen : collection of str, optional
        Ids of the proposals that it was made beside; None: whatever there is.

    Returns
    -------
    bool
        Whether there is one under its key now.
    """
    if connection.scalar(sa.select(t.BATCHES.c.id).where(t.BATCHES.c.key == key)) is not None:
        return True
    if seen is not None and not set(read_proposals(connection)) <= set(seen):
        return False
    shape = json.dumps([[str(name), _kind(batch[name])] for name in batch.columns])
    records = [{str(name): plain(value) for name, value in row.items()} for row in batch.to_dict("records")]
    number, first = t.next_id(connection, t.BATCHES), t.next_id(connection, t.PENDING)
    rows = [
        with_checksum(
            t.PENDING,
            {"id": first + k, "batch_id": number, "position": k + 1, "row": json.dumps(record)},
        )
        for k, record in enumerate(records)
    ]
    head = {"id": number, "key": key, "seed": seed, "proposed_at": at, "columns": shape}
    head = with_checksum(t.BATCHES, head, [row[CHECKSUM] for row in rows])
    connection.execute(sa.insert(t.BATCHES).values(**head))
    for row in rows:
        connection.execute(sa.insert(t.PENDING).values(**row))
    return True


def read_batch(connection: Connection, key: str) -> pd.DataFrame | None:
    """Read the batch under a key, exactly as it was, with the id of each proposal first; None where there is none.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        An open connection.
    key : str
        From :func:`batch_key`.
    """
    heads, rows = t.read_proposed(connection)
    head = next((one for one in heads if one.key == key), None)
    if head is None:
        return None
    own = sorted((row for row in rows if row.batch_id == head.id), key=lambda row: int(row.position))
    records = [json.loads(row.row) for row in own]
    kinds = dict(json.loads(head.columns))
    frame = pd.DataFrame(records, columns=list(kinds), dtype=object)
    frame = frame.astype({name: _DTYPES[kind] for name, kind in kinds.items()})
    roles = frame["role"] if "role" in frame.columns else [None] * len(frame)
    frame.insert(0, "proposal_id", proposal_ids(head.id, roles))
    return frame


def pending_of(proposals: Mapping[str, Mapping[str, Any]], known: Known) -> pd.DataFrame:
    """Return the proposals that were not withdrawn and that no told cell answers.

    A cell answers the proposal that it names, however it turned out. One that names none answers a proposal of
    the same framework and agent whose numbers it meets as closely as a laboratory can be expected to make them
    (``store_schema.MADE_TO_WITHIN``).

    Parameters
    ----------
    proposals : mapping of str to mapping
        By id.
    known : Known
        What is known of cells, and what was withdrawn.

    Returns
    -------
    DataFrame
        Design columns, then ``proposal_id``, ``seed`` and ``proposed_at``.
    """
    named = {cell.get("proposal_id") for cell in known.cells.values()} | known.withdrawn
    own = [cell for cell in known.cells.values() if cell.get("proposal_id") is None]
    left = [
        row
        for name, row in proposals.items()
        if name not in named and not any(t.answers(cell, row) for cell in own if not _told_before(cell, row))
    ]
    columns = [name for name in c.DESIGN_COLUMNS if not left or name in left[0]]
    frame = pd.DataFrame(left, columns=[*columns, "proposal_id", "seed", "proposed_at"])
    numeric = [name for name in columns if name in t.NUMERIC]
    frame[numeric] = frame[numeric].astype(float)
    return frame


def _told_before(cell: Mapping[str, Any], proposal: Mapping[str, Any]) -> bool:
    """Whether a cell was told before its host was proposed to be made again, so that it cannot answer that."""
    return bool(proposal.get("repeat_of")) and str(cell["told_at"]) <= str(proposal["proposed_at"])


def _kind(column: pd.Series) -> str:
    if pd.api.types.is_bool_dtype(column.dtype):
        return "bool"
    if pd.api.types.is_integer_dtype(column.dtype):
        return "int"
    return "float" if pd.api.types.is_float_dtype(column.dtype) else "text"
