"""Tables of simulations: written whole with a card, refused or rebuilt when they are not what they say.

The physics is replaced by a stand-in: what is tested here is the keeping, not the simulating.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from surrogate import physics
from surrogate.errors import RecipeError, StoreError
from surrogate.execution import Here
from surrogate.learning import simulated_table

RECIPE = {"n": 12}
PART = "simulated.parquet/part-000000.parquet"


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    made: list[int] = []

    def simulate(
        designs: pd.DataFrame,
        *,
        workers: int | None = None,
        progress: Callable[[str, int, int], None] | None = None,
    ) -> pd.DataFrame:
        made.append(len(designs))
        if progress is not None:
            progress("simulating", len(designs), len(designs))
        out = designs.copy()
        out["outcome"] = ["completed" if k % 3 else "depleted" for k in range(len(designs))]
        out["overpotential_mV"] = designs["current_density_mA_cm2"] * 10.0
        return out

    monkeypatch.setattr(physics, "simulate", simulate, raising=False)
    return made


def test_table_and_card(tmp_path: Path, calls: list[int]) -> None:
    told: list[tuple[str, int, int]] = []
    card = simulated_table.build(RECIPE, tmp_path, 3, lambda *said: told.append(said))
    assert json.loads((tmp_path / "card.json").read_text(encoding="utf-8")) == card
    assert told[-1] == ("simulating", 12, 12)
    assert (card["recipe"], card["seed"], card["rows"]) == ({"n": 12}, 3, 12)
    assert card["outcomes"] == {"completed": 8, "depleted": 4}
    assert {path.name for path in tmp_path.glob("[!.]*")} == {"simulated.parquet", "card.json"}
    table = simulated_table.load(tmp_path)
    assert (list(table), len(table)) == (card["columns"], 12)
    pd.testing.assert_frame_equal(pd.read_parquet(tmp_path / "simulated.parquet"), table)


def test_the_same_recipe_and_seed_give_the_same_table(tmp_path: Path, calls: list[int]) -> None:
    first = simulated_table.build(RECIPE, tmp_path / "a", 3)
    second = simulated_table.build(RECIPE, tmp_path / "b", 3)
    other = simulated_table.build(RECIPE, tmp_path / "c", 4)
    assert first["sha256"] == second["sha256"] != other["sha256"]


def test_a_whole_and_current_table_is_not_built_again(tmp_path: Path, calls: list[int]) -> None:
    first = simulated_table.load_or_build(RECIPE, tmp_path, 3)
    second = simulated_table.load_or_build(RECIPE, tmp_path, 3)
    assert calls == [12]
    assert "there is no simulated table" in first.attrs["rebuilt_because"]
    assert second.attrs["rebuilt_because"] == ""
    pd.testing.assert_frame_equal(first, second)


def truncate(folder: Path) -> None:
    path = folder / PART
    path.write_bytes(path.read_bytes()[:-40])


def half_a_card(folder: Path) -> None:
    path = folder / "card.json"
    path.write_text(path.read_text(encoding="utf-8")[:50], encoding="utf-8")


def other_card(folder: Path) -> None:
    (folder / "card.json").write_text("[1, 2]", encoding="utf-8")


def no_table(folder: Path) -> None:
    (folder / PART).unlink()


def fewer_rows(folder: Path) -> None:
    path = folder / "card.json"
    card = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps({**card, "rows": 13}), encoding="utf-8")


DAMAGE = {  # and whether rows have to be simulated again
    "truncated table": (truncate, "not what its card describes", True),
    "half a card": (half_a_card, "card cannot be read", False),
    "another file as card": (other_card, "not the card", False),
    "table lost": (no_table, "cannot be read", True),
    "rows lost": (fewer_rows, "not what its card describes", False),
}


@pytest.mark.parametrize(("damage", "said", "again"), DAMAGE.values(), ids=list(DAMAGE))
def test_a_damaged_table_is_refused_and_mended(
    tmp_path: Path, calls: list[int], damage: Callable[[Path], None], said: str, again: bool
) -> None:
    simulated_table.build(RECIPE, tmp_path, 3)
    damage(tmp_path)
    with pytest.raises(StoreError, match=said):
        simulated_table.load(tmp_path)
    mended = simulated_table.load_or_build(RECIPE, tmp_path, 3)
    assert said in mended.attrs["rebuilt_because"]
    assert calls == ([12, 12] if again else [12])
    assert len(simulated_table.load(tmp_path)) == 12


@pytest.mark.parametrize(
    ("recipe", "seed", "said"), [({"n": 13}, 3, "recipe has changed"), (RECIPE, 4, "seed has changed")]
)
def test_another_recipe_or_seed_is_built_anew(
    tmp_path: Path, calls: list[int], recipe: dict[str, int], seed: int, said: str
) -> None:
    simulated_table.build(RECIPE, tmp_path, 3)
    assert said in simulated_table.load_or_build(recipe, tmp_path, seed).attrs["rebuilt_because"]


def test_other_physics_makes_the_table_stale(
    tmp_path: Path, calls: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    simulated_table.build(RECIPE, tmp_path, 3)
    assert simulated_table.stale(RECIPE, tmp_path, 3) == ""
    monkeypatch.setattr(simulated_table, "code_hash", lambda: "other")
    assert "code_sha256 has changed" in simulated_table.stale(RECIPE, tmp_path, 3)


def test_a_failed_simulation_leaves_the_old_table(
    tmp_path: Path, calls: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    simulated_table.build(RECIPE, tmp_path, 3)

    def broken(designs: pd.DataFrame, **_: object) -> pd.DataFrame:
        raise KeyboardInterrupt

    monkeypatch.setattr(physics, "simulate", broken)
    with pytest.raises(KeyboardInterrupt):
        simulated_table.build({"n": 5}, tmp_path, 3)
    assert len(simulated_table.load(tmp_path)) == 12


@pytest.mark.parametrize("section", [{}, {"n": 0}, {"n": 2.5}, {"n": True}, {"n": "many"}, {"n": 4, "m": 1}])
def test_a_section_that_cannot_be_used(tmp_path: Path, section: dict[str, object]) -> None:
    with pytest.raises(RecipeError):
        simulated_table.build(section, tmp_path, 0)


def test_a_stopped_run_goes_on_where_it_was(
    tmp_path: Path, calls: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(simulated_table, "PART_ROWS", 5)
    whole = simulated_table.build(RECIPE, tmp_path / "whole", 3)
    assert calls == [5, 5, 2]
    assert len(whole["parts"]) == 3

    class Stopped(Here):
        def results(self, work, items):
            for k, found in enumerate(super().results(work, items[::-1])):
                if k == 2:
                    raise KeyboardInterrupt
                yield len(items) - 1 - found[0], found[1]

    with pytest.raises(KeyboardInterrupt):
        simulated_table.build(RECIPE, tmp_path / "stopped", 3, by=Stopped())
    with pytest.raises(StoreError, match="no simulated table"):
        simulated_table.load(tmp_path / "stopped")
    calls.clear()
    assert simulated_table.build(RECIPE, tmp_path / "stopped", 3) == whole
    assert calls == [5], "the others are there"


@pytest.mark.parametrize(
    ("damage", "made"),
    [
        (lambda text: text[:-30], [2]),  # killed while the last line was written
        (lambda text: text.replace('"rows": 5', '"rows": 7', 1), [5]),
        (lambda text: text[30:], [5, 5, 2]),
        (lambda text: "", [5, 5, 2]),
    ],
)
def test_a_line_of_notes_that_is_damaged_has_its_part_made_again(
    tmp_path: Path,
    calls: list[int],
    monkeypatch: pytest.MonkeyPatch,
    damage: Callable[[str], str],
    made: list[int],
) -> None:
    monkeypatch.setattr(simulated_table, "PART_ROWS", 5)
    card = simulated_table.build(RECIPE, tmp_path, 3)
    notes = tmp_path / simulated_table.TABLE / simulated_table.PARTS
    whole = notes.read_text(encoding="utf-8")
    notes.write_text(damage(whole), encoding="utf-8")
    calls.clear()
    assert simulated_table.build(RECIPE, tmp_path, 3) == card
    assert calls == made
    assert notes.read_text(encoding="utf-8") == whole


def test_two_commands_do_not_make_one_table_at_once(
    tmp_path: Path, calls: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(simulated_table, "OTHER_S", 0.1)
    other: list[StoreError] = []

    def meanwhile(*_: object) -> None:
        with pytest.raises(
            StoreError, match=r"another command is making this table.*wait until it is done"
        ) as caught:
            simulated_table.build(RECIPE, tmp_path, 4)
        other.append(caught.value)

    card = simulated_table.build(RECIPE, tmp_path, 3, meanwhile)
    assert other
    assert len(simulated_table.load(tmp_path)) == card["rows"]
    assert simulated_table.build(RECIPE, tmp_path, 4)["seed"] == 4
