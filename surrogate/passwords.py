"""Passwords in addresses: left out of everything that a person or a log gets to see."""

from __future__ import annotations

import re

HIDDEN = "***"

# scheme://user:password@host; a password may hold / and @, so that the last @ before a space or a quote counts.
_IN_ADDRESS = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*://)[^\s/@:\"'<>]*:[^\s\"'<>]*@")
# ?password=..., &sslpassword=..., and the like in the conninfo strings of PostgreSQL.
_NAMED = re.compile(r"(\w*(?:password|passwd|secret|token)=)[^\s&;,\"'<>]+", flags=re.IGNORECASE)
_USER = re.compile(r"(?<=://).*@")


def without_passwords(text: str) -> str:
    """Leave users and passwords out of all addresses in a text.

    Parameters
    ----------
    text : str
        Of a message, a log or a page.

    Returns
    -------
    str
        ``scheme://***@host`` for an address with a password, ``password=***`` for one that is named.
    """
    return _NAMED.sub(rf"\g<1>{HIDDEN}", _IN_ADDRESS.sub(rf"\g<1>{HIDDEN}@", text))


def without_credentials(address: str) -> str:
    """Leave out of one address whatever stands before its host; a token may stand in the place of a user's name.

    Parameters
    ----------
    address : str
        Of a server or a database.

    Returns
    -------
    str
        ``scheme://***@host/...``; an address without credentials stays as it is.
    """
    return without_passwords(_USER.sub(f"{HIDDEN}@", address))
