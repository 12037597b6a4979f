"""What a person wrote reaches the terminal as text, never as an order to it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from surrogate.cli.console import harmless, make_table, print_message, print_result, print_table

ESCAPES = "a\rb\x1b]0;pwned\x07\x1b[31mred\x1b[2J\x9b1mb"


def print_cell(text: str) -> None:
    print_table(make_table(["note"], [[text]]))


@pytest.mark.parametrize("printed", [print_result, print_message, print_cell])
def test_no_escape_sequence_reaches_the_terminal(
    capsys: pytest.CaptureFixture[str], printed: Callable[[str], None]
) -> None:
    printed(ESCAPES)
    seen = "".join(capsys.readouterr())
    assert not set(seen) & {"\x1b", "\x07", "\x9b", "\r"}
    assert "red" in seen


def test_lines_and_tabs_stay() -> None:
    assert harmless("µm\t1\n≥ 2") == "µm\t1\n≥ 2"
