"""The address of a database: read, checked, and shown without its password."""

from __future__ import annotations

import re
from pathlib import Path

import sqlalchemy as sa

from surrogate.errors import CampaignError, StoreError
from surrogate.passwords import without_passwords

KEPT_IN = ("sqlite", "postgresql")  # the databases that a campaign store has been tried in
_DRIVER = "postgresql+psycopg"
_PASSWORD = re.compile(r"password|passwd|secret|token", flags=re.IGNORECASE)


def address(text: str) -> sa.URL:
    """Parse the address of a database; PostgreSQL is reached through psycopg where no driver is named.

    Parameters
    ----------
    text : str
        Such as ``postgresql://user@host/database``.

    Returns
    -------
    sqlalchemy.URL

    Raises
    ------
    StoreError
        When it is not an address; the message repeats no password.
    """
    scheme = text.partition("://")[0]
    try:
        url = sa.make_url(text)
        if url.drivername in ("postgresql", "postgres"):
            url = url.set(drivername=_DRIVER)
        url.get_dialect().import_dbapi()
    except ImportError as error:
        team = url.get_backend_name() == "postgresql"
        raise StoreError(
            "the driver of this database is not installed", where=f"{scheme}://...",
            remedy="pip install 'lihost[team]'" if team else "install it, or name a SQLite file or PostgreSQL",
        ) from error  # fmt: skip
    except (sa.exc.SQLAlchemyError, ValueError) as error:
        raise StoreError(
            "not an address of a database",
            where=f"{scheme}://...",
            limit="sqlite:///FILE.db, postgresql://user@host/database and the like",
            remedy="check the address, and that the driver of that database is installed",
        ) from error
    return url


def campaign_address(text: str, where: str) -> str:
    """Check the address that a campaign file gives for its store.

    Parameters
    ----------
    text : str
        The value of ``store``.
    where : str
        The file, for messages.

    Returns
    -------
    str
        The address as it was given.

    Raises
    ------
    CampaignError
        For an address that cannot be used, or one with a password: a campaign file is mailed, recorded and shown.
    """
    try:
        url = address(text)
    except StoreError as error:
        raise CampaignError(f"store cannot be used. {error}", where=where) from error
    if url.password is not None or any(_PASSWORD.search(key) for key in url.query):
        raise CampaignError(
            "store has a password in it, and campaign files are mailed and recorded", where=where,
            value=without_passwords(text),
            remedy="leave it out, and write it to the file ~/.pgpass: host:port:database:user:password",
        )  # fmt: skip
    if url.get_backend_name() != "postgresql":
        raise CampaignError(
            "store names another kind of database", where=where, value=f"{url.drivername}://...",
            limit="postgresql://user@host/database", remedy="leave the line out to keep cells beside this file",
        )  # fmt: skip
    return text


def shown(url: sa.URL) -> str:
    """Return an address without a password, for messages.

    Parameters
    ----------
    url : sqlalchemy.URL
        Of a database.
    """
    return without_passwords(url.set(password=None).render_as_string(hide_password=True))


def file_of(url: sa.URL) -> Path | None:
    """Return the file of a SQLite database; None for a database on a server.

    Parameters
    ----------
    url : sqlalchemy.URL
        Its address.

    Raises
    ------
    StoreError
        For a database that keeps nothing, and one that a campaign store has not been tried in.
    """
    backend = url.get_backend_name()
    if backend not in KEPT_IN or (backend == "sqlite" and url.database in (None, "", ":memory:")):
        raise StoreError(
            "a campaign cannot be kept in this database", where=f"{url.drivername}://...",
            limit="sqlite:///FILE.db, postgresql://user@host/database", remedy="give one of these",
        )  # fmt: skip
    return Path(str(url.database)) if backend == "sqlite" else None
