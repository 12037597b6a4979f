"""A desk to follow messages at: a campaign, files, the command line; and the register of cases.

A case makes an error with a command and yields how it ended; then it does what the message says, and yields how that
ended.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from tests.cli.conftest import HOST, Command, Ended

LIFE = "cycle_life_cycles"
CAMPAIGN = (
    "schema_version = 1\nn = 2\n"
    '[search]\nframeworks = ["copper", "carbon_fiber"]\nagents = ["none", "silver"]\n'
)


@dataclass
class Desk:
    """Where a person sits: a campaign of two proposals and a control, files, the command line."""

    run: Command
    folder: Path

    @property
    def toml(self) -> Path:
        return self.folder / "mine.toml"

    def optimize(self, *arguments: object) -> Ended:
        """A command about the campaign."""
        return self.run("optimize", *arguments, "--campaign", self.toml)

    def write(self, text: str | bytes, name: str = "cells.csv") -> Path:
        path = self.folder / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    def tell(self, text: str | bytes, *options: str, name: str = "cells.csv") -> Ended:
        return self.optimize("tell", self.write(text, name), *options)

    def own(self, *rows: dict[str, object], options: tuple[str, ...] = ()) -> Ended:
        """Tell cells of a host that nobody proposed."""
        return self.tell(own(*rows), *options)

    def with_file(self, text: str) -> Ended:
        """A command with another campaign file."""
        self.toml.write_text(text)
        return self.optimize("history")

    def said(self, ended: Ended, **instead: object) -> Ended:
        """The command that a message names, with one's own words in place of those in capitals."""
        found = re.search(r"optimize (?:init|amend|forget|undo|export|history|status)[^;,]*", plain(ended))
        assert found, ended.err
        text = found.group().rstrip(". ")
        for word, value in {"FILE.toml": self.toml, **instead}.items():
            text = text.replace(word, str(value))
        return self.run(*shlex.split(text))


def plain(ended: Ended) -> str:
    return " ".join(ended.err.split())


def words_of(ended: Ended, pattern: str) -> tuple[str, ...]:
    """What the groups of a pattern hold in a message, which has to match it."""
    found = re.search(pattern, plain(ended))
    assert found, ended.err
    return found.groups()


def meant(ended: Ended) -> str:
    found = re.search(r"did you mean '?([^'?]+)'?\?", plain(ended))
    assert found, ended.err
    return found[1]


def own(*rows: dict[str, object], plain_host: bool = True) -> bytes:
    table = pd.DataFrame([{**(HOST if plain_host else {}), **row} for row in rows])
    return table.to_csv(index=False).encode()


Case = Callable[[Desk], Iterator[Ended]]
CASES: dict[str, tuple[str, Case]] = {}


def case(*remedies: str) -> Callable[[Case], Case]:
    """Register a case: parts of the remedies that its errors give, in their order."""

    def add(made: Case) -> Case:
        CASES[made.__name__] = ("\n".join(remedies), made)
        return made

    return add
