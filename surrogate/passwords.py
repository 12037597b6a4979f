"""Passwords in addresses: left out of everything that a person or a log gets to see."""

from __future__ import annotations

import re

HIDDEN = "***"

# scheme://user:password@host; a password may hold / and @, so that the last @ before a space or a quote counts.
_IN_ADDRESS = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*://)[^\s/@:\"'<>]*:[^\s\"'<>]*@")
# The same where a password holds spaces or quotes: up to the last @ of the line before another address. What follows
# the colon is no port.
_WITH_SPACES = re.compile(
    r"([A-Za-z][A-Za-z0-9+.-]*://)[^\s/@:\"'<>]*:(?!\d+(?:[/\"'?#,;.)\]]|$))(?:(?!://)[^\n])*@"
)
# user:password@host without a scheme.
_BARE = re.compile(r"(?<![\w/*])[\w.%+-]+:[^\s/@\"'<>]+@(?=[\w\[])")
# ?password=..., &sslpassword=..., conninfo strings of PostgreSQL, and dictionaries. A value ends before a space or
# an ampersand, unless it stands in quotes; marks at its end are taken for those of the sentence.
_NAME = r"\w*(?:password|passwd|pwd|secret|token)"
_NAMED = re.compile(
    rf"({_NAME}\s*=\s*|[\"']{_NAME}[\"']\s*:\s*)"
    r"(?:'[^'\n]*'|\"[^\"\n]*\"|[^\s&\"'](?:[^\s&]*[^\s&\"'<>,;.:)\]}])?)",
    flags=re.IGNORECASE,
)
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
        ``scheme://***@host`` for an address with a password, ``password=***`` for one that is named. Where a password
        has spaces or quotes, text behind it may go with it.
    """
    for address in (_IN_ADDRESS, _WITH_SPACES):
        text = address.sub(rf"\g<1>{HIDDEN}@", text)
    return _NAMED.sub(rf"\g<1>{HIDDEN}", _BARE.sub(f"{HIDDEN}@", text))


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
