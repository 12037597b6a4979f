"""Where text goes and how wide it is. rich is imported on first use; ``NO_COLOR`` is honoured by it."""

from __future__ import annotations

import codecs
import sys
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

# For terminals that cannot print them; anything else they cannot print becomes "?".
_ASCII = {
    "µ": "u",
    "μ": "u",
    "→": "->",
    "–": "-",
    "−": "-",
    "≥": ">=",
    "≤": "<=",
    "×": "x",
    "Ω": "ohm",
    "°": "deg ",
}
_ASCII |= {"…": "...", "·": "*", "⁻": "-"} | dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789", strict=True))


_CONTROLS = dict.fromkeys((*range(9), *range(11, 32), *range(127, 160)), "�")


def _readable(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    wanted = error.object[error.start : error.end]
    return "".join(_ASCII.get(character, "?") for character in wanted), error.end


def prepare_streams() -> None:
    """Let a stream that is not UTF-8 print the nearest ASCII instead of failing."""
    codecs.register_error("lihost", _readable)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="lihost")


def stdout() -> Console:
    """Return the console for results."""
    from rich.console import Console

    return Console(highlight=False, markup=False, emoji=False)


def stderr() -> Console:
    """Return the console for everything that is not a result."""
    from rich.console import Console

    return Console(stderr=True, highlight=False, markup=False, emoji=False)


def harmless(text: str) -> str:
    """Return a text whose control characters are shown and not obeyed: a note may be another person's.

    Parameters
    ----------
    text : str
        That goes to a terminal.

    Returns
    -------
    str
        Line breaks and tabs stay.
    """
    return text.translate(_CONTROLS)


def print_result(text: str = "") -> None:
    """Print one line of the result to stdout; wrapped on a terminal, whole in a pipe."""
    console = stdout()
    console.print(harmless(text), soft_wrap=not console.is_terminal)


def print_message(text: str, style: str | None = None) -> None:
    """Print one line about what is going on to stderr; ``style`` is a style of rich, such as "red"."""
    console = stderr()
    console.print(harmless(text), style=style, soft_wrap=not console.is_terminal)


def count(number: int, what: str) -> str:
    """Write a number and its noun: "1 cell", "4 cells"."""
    return f"{number:,} {what}" if number == 1 else f"{number:,} {what}s"


def print_notes(lines: Iterable[str]) -> None:
    """Print what was assumed or interpreted to stderr, each line once."""
    for line in dict.fromkeys(lines):
        print_message(f"Note: {line}", style="yellow")


def make_table(
    headings: Sequence[str],
    rows: Iterable[Sequence[str]],
    title: str = "",
    right: bool = True,
    tight: bool = False,
) -> Table:
    """Make a table that fits any width: cells wrap, nothing is cut off.

    Parameters
    ----------
    headings : sequence of n str
        Of the columns.
    rows : iterable of sequences of n str
        Cells.
    title : str
        Above the table.
    right : bool
        Whether all columns but the first are aligned to the right.
    tight : bool
        Whether one blank stands between columns, not two.

    Returns
    -------
    Table
        For :func:`print_table`.
    """
    from rich import box
    from rich.table import Table

    made = Table(
        box=box.SIMPLE_HEAD, title=title or None, title_justify="left", pad_edge=False, collapse_padding=tight
    )
    for k, heading in enumerate(headings):
        made.add_column(heading, justify="right" if right and k else "left", overflow="fold")
    for row in rows:
        made.add_row(*map(harmless, row))
    return made


def print_table(renderable: Table) -> None:
    """Print a table to stdout."""
    stdout().print(renderable)
