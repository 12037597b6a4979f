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
    """The console for results."""
    from rich.console import Console

    return Console(highlight=False, markup=False, emoji=False)


def stderr() -> Console:
    """The console for everything that is not a result."""
    from rich.console import Console

    return Console(stderr=True, highlight=False, markup=False, emoji=False)


def result(text: str = "") -> None:
    """One line of the result; wrapped on a terminal, whole in a pipe."""
    console = stdout()
    console.print(text, soft_wrap=not console.is_terminal)


def say(text: str, style: str | None = None) -> None:
    """One line about what is going on, to stderr."""
    console = stderr()
    console.print(text, style=style, soft_wrap=not console.is_terminal)


def count(number: int, what: str) -> str:
    """The number and its noun: "1 cell", "4 cells"."""
    return f"{number:,} {what}" if number == 1 else f"{number:,} {what}s"


def notes(lines: Iterable[str]) -> None:
    """What was assumed or interpreted, each once."""
    for line in dict.fromkeys(lines):
        say(f"Note: {line}", style="yellow")


def table(
    headings: Sequence[str],
    rows: Iterable[Sequence[str]],
    title: str = "",
    right: bool = True,
    tight: bool = False,
) -> Table:
    """A table that fits any width: cells wrap, nothing is cut off.

    right: align all columns but the first to the right. tight: one blank between columns, not two.
    """
    from rich import box
    from rich.table import Table

    made = Table(
        box=box.SIMPLE_HEAD, title=title or None, title_justify="left", pad_edge=False, collapse_padding=tight
    )
    for k, heading in enumerate(headings):
        made.add_column(heading, justify="right" if right and k else "left", overflow="fold")
    for row in rows:
        made.add_row(*row)
    return made


def show(renderable: Table) -> None:
    """Print a table to stdout."""
    stdout().print(renderable)
