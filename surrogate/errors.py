"""Every error this package raises on purpose.

Their classes::

    LihostError                     catch it to catch all of them
    ├── InputError (ValueError)     something that the user gave is wrong; commands exit 2
    │   ├── UnitError               unknown unit, or a unit of the wrong dimension
    │   ├── MaterialError           unknown or incompatible material
    │   ├── DesignError             a design row breaks a bound, a sum or a rule
    │   ├── SpaceError              a search space that is ill-defined or empty
    │   ├── CampaignError           a campaign file that cannot be used
    │   ├── RecordError             a literature or result table that cannot be used
    │   └── RecipeError             a training recipe that cannot be used
    ├── ResourceError               a file that should ship with the package is not found, or was changed
    ├── StoreError                  a store (campaign database, MLflow, disk) cannot be read or written
    ├── ModelError                  no champion, or a saved model that does not fit this version
    └── PhysicsError                a simulation was asked for outside what its equations cover

A message is one paragraph: what is wrong and where, the value, the limit, what to do.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import islice
from typing import NamedTuple, Self

from surrogate.passwords import without_passwords

MOST_ROWS = 100  # for which one fault is reported at once
_LONGEST_VALUE = 200  # characters of a value that a message repeats
_TO_MEND = "To mend it: "


class Remedy(NamedTuple):
    """What a person can do about an error, where that depends on how it was met.

    Parameters
    ----------
    command : str
        At a command line.
    request : str
        Of a client of the endpoint, or at its page; empty: nothing.
    """

    command: str
    request: str


def message(what: str, *, where: str = "", value: object = None, limit: str = "", remedy: str = "") -> str:
    """Compose the one-paragraph message of an error; parts that are empty are left out, and so are passwords.

    Parameters
    ----------
    what : str
        What is wrong.
    where : str
        File, row, column or property that it concerns.
    value : object
        The offending value; it is repeated up to its first 200 characters.
    limit : str
        What is allowed.
    remedy : str
        What the user can do about it.

    Returns
    -------
    str
        One paragraph that ends with a full stop or a question mark.
    """
    parts = [f"{where}: {what}" if where else what]
    if value is not None:
        plain = value.item() if hasattr(value, "item") else value  # a NumPy scalar reads badly
        parts[0] += f" (got {_shortened(plain)})"
    if limit:
        parts.append(f"Allowed: {limit}")
    if remedy:
        parts.append(f"{_TO_MEND}{remedy}")
    text = without_passwords(". ".join(part.rstrip(".") for part in parts))
    return text if text.endswith("?") else f"{text}."


def _shortened(value: object) -> str:
    """Write a value for a message, cut after its first 200 characters."""
    try:
        text = repr(value)
    except ValueError:  # Python writes no integer of more than 4300 digits
        return "a number of thousands of digits"
    return text if len(text) <= _LONGEST_VALUE else f"{text[:_LONGEST_VALUE]}..."


class LihostError(Exception):
    """Root of all errors raised on purpose.

    Parameters
    ----------
    what, where, value, limit
        Parts of the message, see :func:`message`.
    remedy : str or Remedy
        What the user can do about it; the message has that of a command line.

    Attributes
    ----------
    remedy : str
        That of a command line; empty where nothing was given.
    """

    def __init__(
        self,
        what: str,
        *,
        where: str = "",
        value: object = None,
        limit: str = "",
        remedy: str | Remedy = "",
    ) -> None:
        by_face = Remedy(remedy, remedy) if isinstance(remedy, str) else remedy
        super().__init__(message(what, where=where, value=value, limit=limit, remedy=by_face.command))
        self.remedy, self._of_request = by_face

    def over_http(self) -> str:
        """Return the message with the remedy that a client of the endpoint can follow."""
        text, ours = str(self), f"{_TO_MEND}{self.remedy.rstrip('.')}"
        at = text.rfind(ours)
        if self._of_request == self.remedy or at < 0:
            return text
        theirs = f"{_TO_MEND}{self._of_request.rstrip('.')}." if self._of_request else ""
        return f"{text[:at]}{theirs}".rstrip()


class InputError(LihostError, ValueError):
    """Something that the user gave is wrong.

    Parameters
    ----------
    what, where, value, limit, remedy
        Parts of the message, see :func:`message`.
    row : int, optional
        Row of the table, counted from 0; the message counts it from 1.
    column : str, optional
        Column of the table.

    Attributes
    ----------
    row : int or None
        Row of the table, counted from 0.
    column : str or None
        Column of the table.
    also : tuple of InputError
        The same fault in further rows, one error for each row.
    """

    def __init__(
        self,
        what: str,
        *,
        where: str = "",
        value: object = None,
        limit: str = "",
        remedy: str | Remedy = "",
        row: int | None = None,
        column: str | None = None,
    ) -> None:
        place = [where] if where else []
        place += [f"row {row + 1}"] if row is not None else []
        place += [f"column {column}"] if column is not None else []
        super().__init__(what, where=", ".join(place), value=value, limit=limit, remedy=remedy)
        self.row, self.column = row, column
        self.also: tuple[InputError, ...] = ()

    def moved(self, row: int) -> Self:
        """Return the same error in another row, of a table that this one's was made from.

        Parameters
        ----------
        row : int
            The row, counted from 0.
        """
        # Not copy.copy, which shares the state of errors where tblib, which dask loads, has changed their pickling.
        other = type(self).__new__(type(self), *self.args)
        vars(other).update(vars(self))
        if self.row is not None:
            other.args = (str(self).replace(f"row {self.row + 1}", f"row {row + 1}", 1),)
        other.row, other.also = row, ()
        return other


def refuse_rows(rows: Iterable[int], fault: Callable[[int], InputError]) -> None:
    """Raise the fault of the first of some rows, with those of further rows as its ``also``.

    Parameters
    ----------
    rows : iterable of int
        The rows that have it, from 0; may be empty.
    fault : callable
        Row -> the error that describes it.

    Raises
    ------
    InputError
        What ``fault`` makes, if there is any row.
    """
    found = [fault(int(row)) for row in islice(rows, MOST_ROWS)]
    if found:
        found[0].also = tuple(found[1:])
        raise found[0]


class UnitError(InputError):
    """Unknown unit, or a unit of the wrong dimension."""


class MaterialError(InputError):
    """Unknown or incompatible material."""


class DesignError(InputError):
    """A design row breaks a bound, a sum or a compatibility rule."""


class SpaceError(InputError):
    """A search space that is ill-defined or empty."""


class CampaignError(InputError):
    """A campaign file that cannot be used."""


class RecordError(InputError):
    """A literature or result table that cannot be used."""


class RecipeError(InputError):
    """A training recipe that cannot be used."""


class ResourceError(LihostError):
    """A file that should ship with the package is not found, or is not what it was."""


class StoreError(LihostError):
    """A store (campaign database, MLflow, disk) cannot be read or written."""


class ModelError(LihostError):
    """No champion, or a saved model that does not fit this version."""


class PhysicsError(LihostError):
    """A simulation was asked for outside what its equations cover."""


class LihostWarning(UserWarning):
    """Root of the warnings given by this package; the test suite turns them into errors."""
