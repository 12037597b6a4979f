"""What a database says when it cannot be used: whether to ask it again, and what a person can do about it."""

from __future__ import annotations

import sqlalchemy as sa

DAMAGED = "put a copy from your backup in its place, or move it away and store the results again"
# Another writer was in the way of this one; PostgreSQL asks for the whole transaction again.
_IN_THE_WAY = ("40001", "40P01")
_RESTARTS = ("57P01", "57P02", "57P03")
# PostgreSQL's states (its manual, appendix A), by their first characters.
_STATES = {
    "28": "check user and password: the file ~/.pgpass holds host:port:database:user:password",
    "3D000": "make that database (createdb NAME), or correct its name in the address",
    "3F000": "make that schema (CREATE SCHEMA NAME), or correct its name in the address",
    "42501": "let the owner of the database grant what is missing (GRANT ALL ON SCHEMA public TO user)",
    "53": "free some space on the server's disk, or some of its connections, and run the command again",
    "55P03": "another process is writing to it; wait for it and run the command again",
    "25006": "this server only reads: give the address of the one that is written to",
}
# What a server says before it tells its state, and what SQLite says, which has none.
_WORDS = {
    ("not a database",):
        "that file is something else; move it away, give the campaign file another name, or, where it was the store "
        "of this campaign, put a copy from your backup in its place",
    ("malformed", "corrupt", "damaged", "unsupported file format"): DAMAGED,
    ("no such table", "no such column", "duplicate column"): DAMAGED,
    ("full", "no space"): "free some space on that disk and run the command again",
    ("disk i/o error",): "check that disk, its quota among them, and run the command again",
    ("locked", "serialize"): "another process is writing to it; wait for it and run the command again",
    ("password", "authentication", "pg_hba", "role "): _STATES["28"],
    ("does not exist",): _STATES["3D000"],
    ("readonly", "read-only", "permission"): "make the file and its folder writable",
    ("unable to open",): "check that it is a file in an existing folder that you may write to",
    ("connection", "server", "resolve"):
        "check that the server runs and that the address is right, and run the command again",
}  # fmt: skip


def lost_connection(error: sa.exc.DBAPIError) -> bool:
    """Test whether an error means that a connection that was open is open no longer."""
    return bool(error.connection_invalidated)


def may_be_repeated(error: sa.exc.DBAPIError) -> bool:
    """Test whether an error leaves nothing stored and may not come again.

    Parameters
    ----------
    error : sqlalchemy.exc.DBAPIError
        Of a transaction that was not committed, from a server that was reached before.

    Returns
    -------
    bool
        For a lost connection, a server that cannot be reached for now, and writers in each other's way.
    """
    state = _state(error)
    unreachable = isinstance(error, sa.exc.OperationalError) and state == ""
    return lost_connection(error) or unreachable or state in (*_IN_THE_WAY, *_RESTARTS)


def reason_of(error: BaseException) -> str:
    """Return one line: what the database or the disk itself said."""
    return " ".join(str(getattr(error, "orig", None) or error).split("\n")[0].split())


def remedy(error: BaseException) -> str:
    """Advise what to do about an error of the database or the disk.

    Parameters
    ----------
    error : BaseException
        That it raised.

    Returns
    -------
    str
    """
    state, text = _state(error), reason_of(error).lower()
    for known, advice in _STATES.items():
        if state.startswith(known):
            return advice
    for words, advice in _WORDS.items():
        if any(word in text for word in words):
            return advice
    return "check the file or the address"


def _state(error: BaseException) -> str:
    """Return the state of PostgreSQL; empty where it told none, as when it cannot be reached."""
    return getattr(getattr(error, "orig", None), "sqlstate", None) or ""
