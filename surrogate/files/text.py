"""From a person's file to its bytes and their text, and the errors that such a file causes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from surrogate.errors import InputError, RecordError

MOST_BYTES = 256 * 2**20  # about a million designs; held in memory several times over while it is read

_REMEDY = 'save it as "CSV UTF-8" and give that file'
_INVISIBLE = "\ufeff\u200b\u2060"  # byte order mark, zero-width space, word joiner: seen by no reader
_SIGNATURES = {
    b"PK\x03\x04": "an Excel workbook or a zip archive",
    b"\xd0\xcf\x11\xe0": "an old Excel workbook",
    b"PAR1": "a Parquet file",
    b"\x1f\x8b": "a compressed file",
    b"SQLite format 3": "a database",
    b"%PDF": "a PDF",
}


@dataclass(frozen=True)
class Complaint:
    """How a file is refused: its name in messages and the class of error to raise.

    Attributes
    ----------
    where : str
        What messages call the file.
    error : type of InputError
        The class of error to raise.
    """

    where: str
    error: type[InputError] = RecordError

    def refuse(
        self,
        what: str,
        *,
        value: object = None,
        limit: str = "",
        remedy: str = "",
        row: int | None = None,
        column: str | None = None,
    ) -> NoReturn:
        """Raise the error; parameters as :meth:`error_at`.

        Raises
        ------
        InputError
            Always, of the class ``error``.
        """
        raise self.error_at(what, value=value, limit=limit, remedy=remedy, row=row, column=column)

    def error_at(
        self,
        what: str,
        *,
        value: object = None,
        limit: str = "",
        remedy: str = "",
        row: int | None = None,
        column: str | None = None,
    ) -> InputError:
        """Make the error.

        Parameters
        ----------
        what, value, limit, remedy
            Parts of the message, see :func:`surrogate.errors.message`.
        row : int, optional
            Row of the table, counted from 0.
        column : str, optional
            Column of the table.

        Returns
        -------
        InputError
            Of the class ``error``.
        """
        return self.error(
            what, where=self.where, value=value, limit=limit, remedy=remedy, row=row, column=column
        )


def decode_text(raw: bytes, complain: Complaint, *, nul_below: bool = False) -> tuple[str, list[str]]:
    """Read the bytes of a file as text.

    UTF-8 and UTF-16 are distinguished by their bytes; Windows-1252 is the last resort (noted). Characters that no
    reader sees are left out.

    Parameters
    ----------
    raw : bytes
        The whole file.
    complain : Complaint
        How to refuse it.
    nul_below : bool
        Whether NUL bytes below the first line are left in the text, for whoever reads its rows, else they refuse it.

    Returns
    -------
    text : str
        The text.
    notes : list of str
        A sentence for each interpretation that was made.

    Raises
    ------
    InputError
        Of the complaint's class: file empty, cut short within a character or not text.
    """
    text, notes = _decoded(raw, complain, nul_below)
    if not re.search(r"\S", text):
        complain.refuse(
            "the file is empty", limit="a header line and at least one row", remedy="write them into it"
        )
    if not text.endswith(("\n", "\r")):
        notes.append(
            f"{complain.where}: the last line has no line break; check that it was not cut short within its last cell"
        )
    return text, notes


def read_bytes(path: Path, complain: Complaint) -> bytes:
    """Read a file.

    Parameters
    ----------
    path : Path
        The file.
    complain : Complaint
        How to refuse it.

    Returns
    -------
    bytes

    Raises
    ------
    InputError
        Of the complaint's class: file missing, too large, or not readable.
    """
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            raw = file.read(MOST_BYTES + 1)  # a device has no size and no end
    except FileNotFoundError:
        complain.refuse("no such file", value=str(path), remedy="check the path")
    except IsADirectoryError:
        complain.refuse("is a folder", value=str(path), remedy="give the name of a CSV file")
    except OSError as cause:
        complain.refuse(
            f"cannot be read: {cause.strerror or cause}",
            value=str(path),
            remedy="check the path and its rights",
        )
    if len(raw) > MOST_BYTES:
        complain.refuse(
            "the file is too large",
            value=f"{max(size, len(raw)) / 2**20:.0f} MiB",
            limit=f"{MOST_BYTES / 2**20:.0f} MiB",
            remedy="split it into several files",
        )
    return raw


def _decoded(raw: bytes, complain: Complaint, nul_below: bool) -> tuple[str, list[str]]:
    for signature, kind in _SIGNATURES.items():
        if raw.startswith(signature):
            complain.refuse(f"is {kind}, not a CSV", remedy=_REMEDY)
    encoding = "utf-16" if raw.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    notes = []
    try:
        text = raw.decode(encoding)
    except UnicodeDecodeError as cause:
        if "end of data" in cause.reason or "truncated" in cause.reason:
            complain.refuse(
                "the file ends within a character: it was cut short", remedy="copy or save it again"
            )
        line = raw[: cause.start].count(b"\n") + 1
        try:
            text = raw.decode("cp1252")
        except UnicodeDecodeError:
            complain.refuse(
                f"line {line} is not text in a known encoding",
                value=raw[cause.start : cause.start + 1],
                limit="UTF-8, UTF-16 or Windows-1252",
                remedy=_REMEDY,
            )
        notes.append(
            f"{complain.where} is not UTF-8 (line {line}); read as Windows-1252, such as {_foreign(text)!r}"
        )
    if "\x00" in text:
        line = text[: text.index("\x00")].count("\n") + 1
        if line == 1 or not nul_below:
            complain.refuse(f"is not a text file (line {line} holds a NUL byte)", remedy=_REMEDY)
    if re.match(r"\s*[<{\[]", text):
        complain.refuse("is HTML, XML or JSON, not a CSV", value=text[:40], remedy=_REMEDY)
    for character in _INVISIBLE:
        text = text.replace(character, "")
    return text, notes


def _foreign(text: str) -> str:
    """Find the first word that is not ASCII, so that a reader sees whether the encoding was right."""
    found = re.search(r"[^\x00-\x7f]", text)
    at = found.start() if found else 0
    before, after = text[max(0, at - 20) : at], text[at : at + 20]
    return re.split(r"[\s,;\"]", before)[-1] + re.split(r"[\s,;\"]", after)[0]
