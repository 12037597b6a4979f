"""Passwords in addresses: left out of everything that a person or a log gets to see."""

from __future__ import annotations

import re
from urllib.parse import unquote

HIDDEN = "***"

# Each part has a longest length: without one, a search in a long text takes as long as its square. A user or host has
# at most 200 characters here, a password or token 2,000.
_SCHEME = r"([A-Za-z][A-Za-z0-9+.-]{0,30}:/{1,3})"
# scheme://user:password@host; a password may hold / and @, so that the last @ before a space or a quote counts.
_IN_ADDRESS = re.compile(_SCHEME + r"[^\s/@:\"'<>]{0,200}:[^\s\"'<>]{0,2000}@")
# The same where a password holds spaces or quotes: up to the last @ of the line before another address. What follows
# the colon is no port.
_WITH_SPACES = re.compile(
    _SCHEME + r"[^\s/@:\"'<>]{0,200}:(?!\d{1,6}(?:[/\"'?#,;.)\]]|$))(?:(?!://)[^\n]){0,2000}@"
)
# user:password@host without a scheme.
_BARE = re.compile(r"(?<![\w/*])[\w.%+-]{1,200}:[^\s/@\"'<>]{1,2000}@(?=[\w\[])")
# ?password=..., &sslpassword=..., conninfo strings of PostgreSQL, and dictionaries. A value ends before a space or
# an ampersand, unless it stands in quotes; marks at its end are taken for those of the sentence.
_NAME = r"\w{0,40}(?:password|passwd|pwd|secret|token)"
_NAMED = re.compile(
    rf"({_NAME}\s{{0,20}}(?:=|%3[dD])\s{{0,20}}|[\"']{_NAME}[\"']\s{{0,20}}:\s{{0,20}})"
    r"(?:'[^'\n]*'|\"[^\"\n]*\"|[^\s&\"'](?:[^\s&]*[^\s&\"'<>,;.:)\]}])?)",
    flags=re.IGNORECASE,
)
_ENCODED = re.compile(r"([?&;]\w{0,40}%[\w%]{1,60}=)[^\s&\"'<>]+")  # ?pass%77ord=...
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
    text = _NAMED.sub(rf"\g<1>{HIDDEN}", _BARE.sub(f"{HIDDEN}@", text))
    return _ENCODED.sub(_where_secret, text)


def _where_secret(found: re.Match[str]) -> str:
    """Leave out the value of a parameter of an address whose name, decoded, is that of a secret."""
    return f"{found[1]}{HIDDEN}" if re.search(_NAME, unquote(found[1]), re.IGNORECASE) else found[0]


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
