"""TOML and JSON that anybody may have written."""

from __future__ import annotations

import pytest

from surrogate.files.parsing import TOO_DEEP, TOO_LONG, TOO_MANY_PARTS, json_of, toml_of


@pytest.mark.parametrize(
    "text",
    [
        "a." * 49 + "b = 1",
        "[" + "a." * 49 + "b]",
        'note = "' + "e.g. this. " * 10 + '"',
        "# " + "." * 200,
    ],
)
def test_keys_of_some_parts_and_points_in_texts_are_read(text: str) -> None:
    assert isinstance(toml_of(text), dict)


@pytest.mark.parametrize("part", ["a", "a-1_b", '"a b"', "'a'"])
@pytest.mark.parametrize("between", [".", " . ", "\t."])
@pytest.mark.parametrize(("start", "end"), [("", "b = 1"), ("[", "b]"), ("x = {", "b = 1}")])
def test_a_key_of_many_parts_is_refused(part: str, between: str, start: str, end: str) -> None:
    with pytest.raises(ValueError, match=TOO_MANY_PARTS):
        toml_of(start + (part + between) * 60 + end)


def test_what_is_nested_or_long_beyond_need_is_a_fault_of_the_text() -> None:
    with pytest.raises(ValueError, match=TOO_DEEP):
        toml_of("a = " + "[" * 100_000)
    for read in (json_of, lambda text: toml_of(f"a = {text}")):
        with pytest.raises(ValueError, match=TOO_LONG):
            read("9" * 5_000)
