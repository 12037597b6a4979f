from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from surrogate.errors import InputError
from surrogate.laboratory.one_run import achieved, first_designs
from surrogate.laboratory.pool_task import pool_source, pool_task


def materials(n: int = 40) -> pd.DataFrame:
    rng = np.random.default_rng(0)
    x = rng.random(n)
    return pd.DataFrame(
        {"metal": rng.choice(["Cu", "Ni"], n), "x": x, "batch": 7, "yield": 10.0 * x, "price": 1.0 + x}
    )


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "salts.csv"
    materials().to_csv(path, index=False)
    return path


def test_rows_are_candidates_and_truth(file: Path) -> None:
    task = pool_task(str(file), {"yield": "max"})
    assert task.name == "salts"
    assert list(task.space.columns) == ["metal", "x", "price"]  # one value: no parameter
    assert "batch" in task.notes[-1]
    assert task.space.contains(task.candidates).all()
    picked = task.candidates.iloc[[5, 2]]
    np.testing.assert_allclose(task.truth(picked)["yield"], 10.0 * picked["x"])
    assert task.measure(picked, np.random.default_rng(0)).equals(task.truth(picked))


def test_regret_and_picks_to_a_top_material(file: Path) -> None:
    task = pool_task(str(file), {"yield": "max"})
    order = task.candidates["x"].sort_values()
    worst_first = task.candidates.loc[[*order.index[:6], order.index[-2]]]  # 2 of 40 are the best 5 %
    before, after = achieved(task, worst_first.iloc[:6]), achieved(task, worst_first)
    assert before["picks_to_top"] is None
    assert after["picks_to_top"] == 7
    assert after["regret"] == pytest.approx(10.0 * (order.iloc[-1] - order.iloc[-2]))
    assert after["best"] == pytest.approx(10.0 * order.iloc[-2])
    assert achieved(task, task.candidates)["regret"] == pytest.approx(0.0)


def test_two_objectives_have_the_hypervolume_of_the_whole_table(file: Path) -> None:
    task = pool_task(str(file), {"yield": "max", "price": "min"})
    assert achieved(task, task.candidates)["hypervolume"] == pytest.approx(task.best)
    assert achieved(task, task.candidates.iloc[:3])["best"] is None


def test_equal_inputs_are_averaged_and_empty_rows_counted(tmp_path: Path) -> None:
    table = materials(12)
    table.loc[11, "yield"] = np.nan
    table = pd.concat([table, table.iloc[[0]].assign(**{"yield": 100.0})])
    path = tmp_path / "twice.csv"
    table.to_csv(path, index=False)
    task = pool_task(str(path), {"yield": "max"})
    assert len(task.candidates) == 11
    assert task.truth(task.candidates.iloc[[0]])["yield"][0] == pytest.approx(
        0.5 * (100.0 + table["yield"].iloc[0])
    )
    assert task.notes[0].startswith("1 rows without")
    assert task.notes[1].startswith("1 rows are averaged")


def test_first_picks_differ_by_seed(file: Path) -> None:
    task = pool_task(str(file), {"yield": "max"})
    assert not first_designs(task, 0).equals(first_designs(task, 1))
    assert first_designs(task, 1).index.is_unique


@pytest.mark.parametrize(
    ("change", "objectives", "said"),
    [
        (lambda t: t, {}, "no objective is given"),
        (lambda t: t, {"gain": "max"}, "not a column.*metal, x, batch"),
        (lambda t: t, {"yield": "up"}, "unknown direction"),
        (lambda t: t, {"metal": "max"}, r"row 1, column metal: not a number.*remove a row of units"),
        (
            lambda t: t.assign(**{"yield": np.nan}),
            {"yield": "max"},
            "column yield: the objective holds no numbers",
        ),
        (lambda t: t.assign(x=t["x"].where(t.index != 3)), {"yield": "max"}, "row 4, column x.*missing"),
        (lambda t: t.head(9), {"yield": "max"}, "too few different materials.*got 9"),
        (lambda t: t[["yield"]], {"yield": "max"}, "no parameter varies"),
        (lambda t: t.head(0), {"yield": "max"}, "."),
        (lambda t: t.assign(**{"yield": np.inf}), {"yield": "max"}, "not a finite number"),
        (
            lambda t: t.assign(yield_censored=t.index < 9),
            {"yield": "max"},
            r"yield_censored: bounds .*take the rows",
        ),
        (
            lambda t: t.assign(yield_upper_bound=t.index),
            {"yield": "max"},
            r"yield_upper_bound: bounds .*take the rows",
        ),
        (
            lambda t: t.assign(yield_sem=t["x"]),
            {"yield": "max"},
            "column yield_sem: standard errors .*take the column",
        ),
    ],
)
def test_what_cannot_be_used_is_refused(tmp_path: Path, change: object, objectives: dict, said: str) -> None:
    path = tmp_path / "bad.csv"
    change(materials()).to_csv(path, index=False)  # type: ignore[operator]
    with pytest.raises(InputError, match=said):
        pool_task(str(path), objectives)


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ("about 3", r"row 4, column yield: not a number \(got 'about 3'\)"),
        ("3,5", r"row 4, column yield: a decimal comma \(got '3,5'\).*decimal point.*write 3\.5"),
    ],
)
def test_an_objective_with_a_cell_that_is_no_number(tmp_path: Path, cell: str, said: str) -> None:
    path = tmp_path / "odd.csv"
    table = materials().astype({"yield": object})
    table.loc[3, "yield"] = cell
    table.to_csv(path, index=False, sep=";")
    with pytest.raises(InputError, match=said):
        pool_task(str(path), {"yield": "max"})


def test_a_second_header_line_is_named(file: Path) -> None:
    header, *lines = file.read_text().splitlines()
    file.write_text("\n".join([header, "-,mm,-,%,euro", *lines]))
    with pytest.raises(
        InputError, match=r"row 1, column yield: not a number \(got '%'\).*row of units or names"
    ):
        pool_task(str(file), {"yield": "max"})


def test_bounds_of_another_column_are_parameters(tmp_path: Path) -> None:
    path = tmp_path / "other.csv"
    table = materials().rename(columns={"x": "life_sem"})
    table.to_csv(path, index=False)
    assert "life_sem" in pool_task(str(path), {"yield": "max"}).space.columns


def test_a_file_that_changes_is_another_contest(file: Path) -> None:
    source = pool_source(file, {"yield": "max"})
    assert source.make().name == "salts"
    materials(30).to_csv(file, index=False)
    assert pool_source(file, {"yield": "max"}).arguments["sha256"] != source.arguments["sha256"]
    with pytest.raises(InputError, match="has changed"):
        source.make()
    with pytest.raises(InputError):
        pool_source(file.with_name("none.csv"), {"yield": "max"})
