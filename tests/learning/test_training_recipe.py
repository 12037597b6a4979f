"""Recipes: the shipped one is what it says, and a bad one is refused with the value, the limit and the remedy."""

from __future__ import annotations

import tomllib

import pytest

from surrogate.errors import RecipeError
from surrogate.learning import Recipe, load_recipe
from surrogate.resources import resource


def written(tmp_path, text):
    path = tmp_path / "mine.toml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_the_shipped_recipe_spells_out_the_defaults():
    name, recipe = load_recipe("default")
    assert name == "default"
    assert recipe == Recipe(schema_version=1)


def test_every_setting_is_in_the_shipped_recipe():
    text = resource("training/default.toml").read_text(encoding="utf-8")
    assert tomllib.loads(text) == Recipe(schema_version=1).model_dump(mode="json")


def test_a_file_with_a_byte_order_mark_and_windows_line_ends(tmp_path):
    path = written(tmp_path, b"\xef\xbb\xbfschema_version = 1\r\n[simulate]\r\nn = 77\r\n")
    name, recipe = load_recipe(path)
    assert (name, recipe.simulate.n) == ("mine", 77)


BAD = {
    "unknown section": ("schema_version = 1\n[simulat]\nn = 90\n", ["simulat", "did you mean 'simulate'"]),
    "unknown key": ("schema_version = 1\n[physics]\nhostz = 300\n", ["hostz", "did you mean 'hosts'"]),
    "key without a neighbour": (
        "schema_version = 1\n[judge]\nzzz = 3\n",
        ["judge.zzz", "Allowed: hosts", "remove it"],
    ),
    "too few designs": (
        "schema_version = 1\n[simulate]\nn = 3\n",
        ["simulate.n", "50", "1,000,000", "got 3"],
    ),
    "too many draws": ("schema_version = 1\n[physics]\ndraws = 9999\n", ["physics.draws", "9999", "1,000"]),
    "half a group": ("schema_version = 1\n[physics]\ngroups = 6.5\n", ["physics.groups", "6.5"]),
    "text for a number": (
        'schema_version = 1\n[simulate]\nn = "many"\n',
        ["simulate.n", "many", "whole number", "n = 6000"],
    ),
    "a number for a section": ("schema_version = 1\nsimulate = 5\n", ["simulate", "5", "[simulate]"]),
    "true for a number": ("schema_version = 1\n[physics]\ngroups = true\n", ["physics.groups", "True"]),
    "a number for a flag": (
        "schema_version = 1\n[mixture]\nmedian = 1\n",
        ["mixture.median", "true or false", "median = true"],
    ),
    "no length": (
        "schema_version = 1\n[mixture]\nsmooth_length = 0.0\n",
        ["mixture.smooth_length", "0.05", "20", "smooth_length = 1.0"],
    ),
    "a number for a paper": (
        'schema_version = 1\n[searched]\npapers = ["a", 5]\n',
        ["searched.papers", "got 5", "a list of texts", "papers = []"],
    ),
    "a decimal version": ("schema_version = 1.0\n", ["schema_version", "1.0", "schema_version = 1 at"]),
    "another version": ("schema_version = 2\n", ["schema_version", "2"]),
    "no version": ("[simulate]\nn = 90\n", ["schema_version"]),
    "empty": ("", ["schema_version"]),
    "not TOML": ("schema_version = \n", ["cannot be read"]),
    "not text": (b"\xff\xfe\x00\x01", ["cannot be read"]),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_recipes(tmp_path, name):
    text, expected = BAD[name]
    path = written(tmp_path, text)
    with pytest.raises(RecipeError) as caught:
        load_recipe(path)
    assert str(path) in str(caught.value)
    assert "To mend it: " in str(caught.value)
    assert "Allowed: " in str(caught.value)
    for part in expected:
        assert part in str(caught.value)


def test_a_recipe_that_is_not_there(tmp_path):
    with pytest.raises(RecipeError, match="no such recipe file"):
        load_recipe(tmp_path / "gone.toml")
    with pytest.raises(RecipeError, match="unknown recipe") as caught:
        load_recipe("defalt")
    assert "default" in str(caught.value)


@pytest.mark.parametrize("given", ["nonsense.toml", "nonsense", "empty.toml"])
def test_the_command_refuses_in_one_paragraph_and_makes_nothing(tmp_path, monkeypatch, capsys, given):
    from surrogate.cli import failures, surrogate

    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)
    (tmp_path / "empty.toml").touch()
    assert failures.run(surrogate.app, "surrogate", ["train", "--recipe", given]) == 2
    said = capsys.readouterr().err
    assert "Traceback" not in said
    (refusal,) = [line for line in said.splitlines() if line.startswith("surrogate: ")]
    assert given in refusal
    assert "Allowed: " in refusal
    assert "To mend it: " in refusal
    assert not (tmp_path / "mlruns").exists()
