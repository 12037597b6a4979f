"""From a person's table to complete designs."""

from __future__ import annotations

import pickle
from typing import Any

import numpy as np
import pandas as pd
import pytest

from surrogate.campaign.host_search import can_be_made
from surrogate.errors import DesignError, InputError, MaterialError, UnitError
from surrogate.hosts import columns as c
from surrogate.hosts import designs as complete_designs
from surrogate.hosts.columns import COLUMNS
from surrogate.hosts.completion import completed
from surrogate.hosts.conditions import Conditions, HostDesign
from surrogate.hosts.designs import CompleteDesigns
from surrogate.hosts.registry import Columns
from surrogate.physics import profile, simulate

GOOD: dict[str, Any] = {
    "framework": "carbon_fiber",
    "agent": "silver",
    "electrolyte": "liquid_ether",
    "conductor_top": 1.0,
    "dielectric_top": 0.0,
    "agent_top": 0.0,
    "ion_conductor_top": 0.0,
    "conductor_bottom": 0.9,
    "dielectric_bottom": 0.0,
    "agent_bottom": 0.1,
    "ion_conductor_bottom": 0.0,
    "gradient_exponent": 1.0,
    "porosity_top": 0.8,
    "porosity_bottom": 0.7,
    "pore_size_top_um": 30.0,
    "pore_size_bottom_um": 10.0,
    "tortuosity": 1.5,
    "thickness_um": 100.0,
    "current_density_mA_cm2": 1.0,
    "areal_capacity_mAh_cm2": 1.0,
}


def one(**changes: Any) -> pd.DataFrame:
    return pd.DataFrame([{**GOOD, **changes}])


def test_complete_and_idempotent() -> None:
    complete = CompleteDesigns.of(one())
    table, notes = complete.frame, complete.notes
    assert list(table.columns) == list(c.DESIGN_COLUMNS)
    required = table.drop(columns=list(c.OVERRIDES))
    assert required.notna().all(axis=None)
    assert any("temperature_C" in note for note in notes)
    again = CompleteDesigns.of(table).frame
    pd.testing.assert_frame_equal(again, table, check_exact=True)


def test_defaults_of_phase_materials_follow_the_framework() -> None:
    table = CompleteDesigns.of(pd.DataFrame([GOOD, {**GOOD, "framework": "pan"}])).frame
    assert table["conductor_material"].tolist() == ["carbon_fiber", "carbon_nanotube"]
    assert table["dielectric_material"].tolist() == ["pan", "pan"]
    assert table["ion_conductor_material"].tolist() == ["llzo", "llzo"]


def test_columns_that_do_not_act_become_null() -> None:
    liquid = CompleteDesigns.of(one(pattern_size_um=200.0, pattern_depth_um=300.0)).frame
    assert (liquid[list(c.PATTERN)] == 0).all(axis=None)
    solid = CompleteDesigns.of(
        one(electrolyte="llzo", pattern_size_um=200.0, pattern_depth_um=300.0, additives="fec")
    ).frame
    assert solid["pattern_size_um"].iloc[0] == 200.0
    assert solid["additives"].iloc[0] == "none"
    planar = CompleteDesigns.of(one(framework="none", porosity_top=0.9)).frame
    assert planar["porosity_top"].iloc[0] == 0.0
    assert planar["thickness_um"].iloc[0] == 0.0
    assert planar["conductor_top"].iloc[0] == 1.0
    bare = CompleteDesigns.of(one(agent="none", conductor_bottom=1.0, agent_bottom=0.0)).frame
    assert bare["agent_bottom"].iloc[0] == 0.0


def test_planar_foil_needs_nothing_else() -> None:
    table = CompleteDesigns.of(pd.DataFrame([{"framework": "none", "electrolyte": "llzo"}])).frame
    assert table["electrolyte"].iloc[0] == "llzo"
    assert table["conductor_material"].iloc[0] == "copper"


@pytest.mark.parametrize(
    ("changes", "column", "kind"),
    [
        ({"framework": "carbon_fibre"}, "framework", MaterialError),
        ({"agent": "unobtainium"}, "agent", MaterialError),
        ({"electrolyte": "water"}, "electrolyte", MaterialError),
        ({"conductor_material": "pan"}, "conductor_material", MaterialError),
        ({"conductor_top": 0.7}, "conductor_top", DesignError),
        ({"porosity_top": 1.2}, "porosity_top", DesignError),
        ({"porosity_top": 0.0}, "porosity_top", DesignError),
        ({"pore_size_top_um": 0.001}, "pore_size_top_um", DesignError),
        ({"thickness_um": np.nan}, "thickness_um", DesignError),
        ({"thickness_um": -5.0}, "thickness_um", DesignError),
        ({"thickness_um": np.inf}, "thickness_um", DesignError),
        ({"thickness_um": "thick"}, "thickness_um", DesignError),
        ({"current_density_mA_cm2": 1000.0}, "current_density_mA_cm2", DesignError),
        ({"current_density_mA_cm2": -1.0}, "current_density_mA_cm2", DesignError),
        ({"temperature_C": 200.0}, "temperature_C", DesignError),
        ({"conductivity_top_S_m": -1.0}, "conductivity_top_S_m", DesignError),
    ],
)
def test_refused_with_row_and_column(changes: dict[str, Any], column: str, kind: type[InputError]) -> None:
    table = pd.concat([one(), one(**changes)], ignore_index=True)
    with pytest.raises(kind) as caught:
        CompleteDesigns.of(table, where="d.csv")
    assert (caught.value.row, caught.value.column) == (1, column)
    assert "d.csv, row 2" in str(caught.value)


@pytest.mark.slow
@pytest.mark.parametrize(
    "parts", [(0.33, 0.33, 0.33), (0.333, 0.333, 0.333), (0.33, 0.67, 0.005), (0.5, 0.5, 5e-7)]
)
def test_a_sum_that_rounding_broke_is_put_right(parts: tuple[float, float, float]) -> None:
    names = ("conductor_top", "dielectric_top", "agent_top")
    designs = CompleteDesigns.of(pd.concat([one(), one(**dict(zip(names, parts, strict=True)))]))
    made = designs.frame.iloc[1]
    assert sum(made[name] for name in names) == pytest.approx(1.0, abs=1e-12)
    assert made["conductor_top"] / made["dielectric_top"] == pytest.approx(parts[0] / parts[1])
    said = [note for note in designs.notes if "scaled to 1" in note]
    assert len(said) == (abs(sum(parts) - 1.0) > 1e-6)
    assert all("in 1 row(s) (first: row 2, " in note for note in said)


@pytest.mark.parametrize(("conductor", "agent"), [(0.95, 0.06), (0.95, 0.0389), (0.99, None), (0.995, 0.0)])
def test_a_sum_that_rounding_cannot_break_is_refused(conductor: float, agent: float | None) -> None:
    """A part alone is not rounded: another was left out."""
    with pytest.raises(DesignError, match=r"sum to 1; a sum off by less than 1 % is put right.*rescale"):
        CompleteDesigns.of(one(conductor_top=conductor, agent_top=agent))


def test_units_in_other_columns() -> None:
    table = one().drop(columns=["thickness_um", "current_density_mA_cm2"])
    table["thickness_mm"] = 0.1
    table["current_density_A_m2"] = 10.0
    complete = CompleteDesigns.of(table)
    out, notes = complete.frame, complete.notes
    assert out["thickness_um"].iloc[0] == pytest.approx(100.0)
    assert out["current_density_mA_cm2"].iloc[0] == pytest.approx(1.0)
    assert any("thickness_mm" in note for note in notes)
    with pytest.raises(UnitError, match=r"thickness_mV.*mV"):
        CompleteDesigns.of(one().rename(columns={"thickness_um": "thickness_mV"}))


def test_empty_and_missing() -> None:
    with pytest.raises(DesignError, match="no rows"):
        CompleteDesigns.of(one().iloc[:0])
    with pytest.raises(DesignError, match="framework"):
        CompleteDesigns.of(one().drop(columns="framework"))
    with pytest.raises(DesignError, match="porosity_top"):
        CompleteDesigns.of(one().drop(columns="porosity_top"))


def test_what_is_complete_is_not_looked_at_again(monkeypatch: pytest.MonkeyPatch) -> None:
    looks: list[str] = []

    def counted(table: pd.DataFrame, where: str, *more: Any) -> Any:
        looks.append(where)
        return completed(table, where, *more)

    monkeypatch.setattr(complete_designs, "completed", counted)
    designs = CompleteDesigns.of(pd.DataFrame([GOOD, {**GOOD, "thickness_um": 50.0}]), where="first")
    assert CompleteDesigns.of(designs, where="second") is designs
    assert can_be_made(designs.take([1, 0])).shape == (2,)
    assert simulate(designs.where([True, False]), workers=1)["thickness_um"].tolist() == [100.0]
    assert profile(designs.take([1]))["depth_um"][-1] < 50.0
    assert looks == ["first"]


def test_complete_designs_are_columns_rows_and_a_table() -> None:
    table = pd.DataFrame(
        [GOOD, {**GOOD, "framework": "none"}, {**GOOD, "thickness_um": 50}], index=list("abc")
    )
    designs = CompleteDesigns.of(table)
    assert len(designs) == 3
    assert designs.index.tolist() == designs.frame.index.tolist() == list("abc")
    assert designs.column("thickness_um").tolist() == [100.0, 0.0, 50.0]
    assert designs.text("framework").tolist() == ["carbon_fiber", "none", "carbon_fiber"]
    pd.testing.assert_series_equal(designs["thickness_um"], designs.frame["thickness_um"])
    thin = designs.where(designs.column("thickness_um") < 60.0)
    assert thin.index.tolist() == ["b", "c"]
    assert thin.take([1]).row(0, ("framework", "thickness_um")) == {
        "framework": "carbon_fiber",
        "thickness_um": 50.0,
    }
    both = thin.together([designs])
    pd.testing.assert_frame_equal(both.frame, pd.concat([thin.frame, designs.frame], ignore_index=True))
    with pytest.raises(ValueError, match="read-only"):
        designs.column("thickness_um")[0] = 1.0
    with pytest.raises(DesignError, match="framework"):
        designs.column("framework")
    with pytest.raises(DesignError, match="thickness_um"):
        designs.text("thickness_um")
    with pytest.raises(DesignError, match=r"CompleteDesigns\.of"):
        CompleteDesigns({"framework": np.array(["none"], dtype=object)}, pd.RangeIndex(1))


def test_complete_designs_never_change() -> None:
    designs = CompleteDesigns.of(pd.DataFrame([GOOD, {**GOOD, "thickness_um": 50}]))
    given = {name: np.array(array) for name, array in designs.arrays.items()}
    own = CompleteDesigns(given, designs.index)
    given["thickness_um"][0] = 7.0
    table = own.frame
    table.loc[0, "thickness_um"] = 8.0
    table["framework"] = "none"
    with pytest.raises(TypeError):
        own.arrays["thickness_um"] = np.zeros(2)  # type: ignore[index]
    elsewhere = pickle.loads(pickle.dumps(own))
    with pytest.raises(ValueError, match="read-only"):
        elsewhere.column("thickness_um")[0] = 1.0
    for kept in (own, elsewhere):
        pd.testing.assert_frame_equal(kept.frame, designs.frame)


def test_complete_designs_refuse_what_does_not_fit() -> None:
    designs = CompleteDesigns.of(pd.DataFrame([GOOD, {**GOOD, "thickness_um": 50}]))
    with pytest.raises(DesignError, match=r"\(2,\)"):
        CompleteDesigns(designs.arrays, pd.RangeIndex(3))
    with pytest.raises(DesignError, match="not one truth value"):
        designs.where([True])
    with pytest.raises(DesignError, match="not a table"):
        CompleteDesigns.of(None)  # type: ignore[arg-type]
    fewer = Columns(tuple(column for column in COLUMNS.entries if column.role != "modifier"))
    other = CompleteDesigns(
        {name: designs.arrays[name] for name in fewer.names}, designs.index, columns=fewer
    )
    with pytest.raises(DesignError, match="two registries"):
        designs.together([other])
    assert CompleteDesigns.of(other).columns is COLUMNS


@pytest.mark.slow
def test_conditions_and_host_design_are_checked_when_made() -> None:
    assert Conditions(electrolyte="llzo").stack_pressure_MPa == 1.0
    assert Conditions().stack_pressure_MPa == 0.1
    with pytest.raises(DesignError, match="temperature_C"):
        Conditions(temperature_C=400.0)
    host = HostDesign(GOOD)
    row = host.under(Conditions(current_density_mA_cm2=2.0)).row(0)
    assert row["current_density_mA_cm2"] == 2.0
    with pytest.raises(DesignError):
        HostDesign({**GOOD, "conductor_top": 0.2})


def test_a_host_keeps_what_only_acts_in_some_cells():
    given = {
        "doping": "nitrogen",
        "layers": 3,
        "conductivity_top_S_m": 10.0,
        "tortuosity_top": 2.0,
        "tortuosity_bottom": 3.0,
    }
    host = HostDesign({**GOOD, **given, "pattern_size_um": 200.0, "pattern_depth_um": 300.0})
    wet, dry = host.under(Conditions()).row(0), host.under(Conditions(electrolyte="llzo")).row(0)
    assert {name: wet[name] for name in given} == given
    assert wet["pattern_size_um"] == 0.0  # no channels in a liquid
    assert (dry["pattern_size_um"], dry["pattern_depth_um"]) == (200.0, 300.0)
    assert dry["mass_transfer_factor"] == 1.0
