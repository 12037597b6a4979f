"""Columns of strategies beside composition and pores: neutral by default, refused when wrong, null where idle."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from surrogate.errors import DesignError, InputError, MaterialError
from surrogate.hosts import columns as c
from surrogate.hosts.conditions import Conditions
from surrogate.hosts.designs import CompleteDesigns
from surrogate.hosts.search_space import choice_space, host_encoder, host_space

HOST: dict[str, Any] = {
    "framework": "carbon_fiber", "conductor_top": 1.0, "conductor_bottom": 1.0, "porosity_top": 0.8,
    "porosity_bottom": 0.8, "pore_size_top_um": 10.0, "pore_size_bottom_um": 10.0, "tortuosity": 1.5,
    "thickness_um": 100.0,
}  # fmt: skip
GIVEN = {
    "layers": 3,
    "stacking": "alternating",
    "doping": "nitrogen",
    "skin_coverage": 0.4,
    "mass_transfer_factor": 2.5,
}


def complete(**changes: Any) -> tuple[pd.Series, list[str]]:
    made = CompleteDesigns.of(pd.DataFrame([{**HOST, **changes}]))
    return made.frame.iloc[0], list(made.notes)


def told(notes: list[str]) -> list[str]:
    return [note for note in notes if any(name in note for name in (*c.COLUMNS.neutral, "tortuosity"))]


def test_absent_ones_are_neutral_and_told_once() -> None:
    row, notes = complete()
    assert {name: row[name] for name in c.COLUMNS.neutral} == c.COLUMNS.neutral
    assert set(told(notes)) == {
        "stacking not given: graded",
        "layers not given in 1 row(s): 1",
        "doping, skin_coverage, mass_transfer_factor, pulse_factor not given: none, 0, 1, 1",
    }
    assert row[list(c.TORTUOSITY_ENDS)].isna().all()


def test_empty_ones_are_neutral() -> None:
    row, notes = complete(
        layers=np.nan, stacking=" ", doping="", skin_coverage=None, mass_transfer_factor=" ", pulse_factor=""
    )
    assert {name: row[name] for name in c.COLUMNS.neutral} == c.COLUMNS.neutral
    assert len(told(notes)) == 5  # no pulses in a liquid, and nothing to tell


def test_given_ones_are_kept_without_a_word() -> None:
    row, notes = complete(**{**GIVEN, "doping": " Nitrogen ", "pulse_factor": ""})
    assert {name: row[name] for name in GIVEN} == GIVEN
    assert told(notes) == []
    frame = row.to_frame().T
    assert CompleteDesigns.of(frame).frame.iloc[0].equals(row)


@pytest.mark.parametrize(
    ("changes", "column", "kind", "said"),
    [
        ({"layers": 2.5}, "layers", DesignError, ("2.5", "1 to 5", "whole number")),
        ({"layers": 0}, "layers", DesignError, ("0.0", "1 to 5")),
        ({"layers": 6}, "layers", DesignError, ("6.0", "1 to 5")),
        ({"layers": "many"}, "layers", DesignError, ("many",)),
        ({"layers": np.inf}, "layers", DesignError, ("inf", "1 to 5")),
        ({"layers": "nan"}, "layers", DesignError, ("not a number",)),
        ({"doping": "nitrogn"}, "doping", MaterialError, ("nitrogn", "did you mean 'nitrogen'")),
        ({"doping": "unobtainium"}, "doping", MaterialError, ("unobtainium", "oxygen", "To mend it")),
        ({"doping": 7}, "doping", MaterialError, ("7", "nitrogen")),
        ({"skin_coverage": 1.2}, "skin_coverage", DesignError, ("1.2", "0 to 1", "To mend it")),
        ({"skin_coverage": -0.1}, "skin_coverage", DesignError, ("-0.1", "0 to 1")),
        ({"mass_transfer_factor": 0.9}, "mass_transfer_factor", DesignError, ("0.9", "1 to 10", "To mend it")),
        ({"mass_transfer_factor": 1e6}, "mass_transfer_factor", DesignError, ("1 to 10",)),
        ({"electrolyte": "llzo", "pulse_factor": 7}, "pulse_factor", DesignError, ("7.0", "1 to 6", "To mend it")),
        ({"tortuosity_top": 0.5, "tortuosity_bottom": 2}, "tortuosity_top", DesignError, ("0.5", "1 to 20")),
        ({"tortuosity_top": 2.0}, "tortuosity_bottom", DesignError, ("both ends", "To mend it")),
        ({"tortuosity_bottom": 2.0}, "tortuosity_top", DesignError, ("both ends", "To mend it")),
        ({"tortuosity_top": np.inf, "tortuosity_bottom": 2.0}, "tortuosity_top", DesignError, ("inf",)),
    ],
    ids=str,
)  # fmt: skip
def test_wrong_ones_are_refused_with_value_limit_and_remedy(
    changes: dict[str, Any], column: str, kind: type[InputError], said: tuple[str, ...]
) -> None:
    with pytest.raises(kind) as caught:
        CompleteDesigns.of(pd.DataFrame([HOST, {**HOST, **changes}]), where="d.csv")
    assert (caught.value.row, caught.value.column) == (1, column)
    for word in said:
        assert word in str(caught.value)


@pytest.mark.parametrize(
    ("cell", "idle"),
    [
        ({"framework": "none"}, {"layers", "stacking", "doping", "skin_coverage"}),
        ({"layers": 1}, {"layers", "stacking"}),
        ({"framework": "copper"}, {"doping"}),
        ({"conductor_material": "nickel"}, {"doping"}),
        ({"electrolyte": "gel"}, {"mass_transfer_factor"}),
        ({"electrolyte": "llzo"}, {"mass_transfer_factor"}),
        ({}, set()),
    ],
    ids=lambda value: ", ".join(sorted(value)) or "nothing",
)
def test_where_one_does_not_act_it_becomes_its_null_and_that_is_said(
    cell: dict[str, Any], idle: set[str]
) -> None:
    row, notes = complete(**{**GIVEN, **cell})
    assert {name for name in GIVEN if row[name] == c.COLUMNS.neutral[name]} == idle
    # What a maker chooses of a host, such as its layers, goes without a word where there is no host.
    assert {note.split()[0] for note in notes if "only acts" in note} == idle & set(c.MODIFIERS)


@pytest.mark.parametrize(("electrolyte", "kept"), [("llzo", 4.0), ("lpsc", 4.0), ("peo", 1.0), ("gel", 1.0)])
def test_pulses_act_at_the_interface_of_an_inorganic_solid(electrolyte: str, kept: float) -> None:
    row, notes = complete(electrolyte=electrolyte, pulse_factor=4.0)
    assert row["pulse_factor"] == kept
    assert any("pulse_factor only acts" in note for note in notes) == (kept == 1.0)


def test_both_ends_of_the_tortuosity_replace_it_by_their_mean() -> None:
    ends = {"tortuosity_top": 2.0, "tortuosity_bottom": 5.0, "gradient_exponent": 2.0}
    row, notes = complete(**ends, tortuosity=17.0)
    assert row["tortuosity"] == pytest.approx(5.0 - 3.0 / 3.0)
    assert complete(**ends, layers=2)[0]["tortuosity"] == pytest.approx(3.5)
    absent = {name: value for name, value in HOST.items() if name != "tortuosity"}
    made = CompleteDesigns.of(pd.DataFrame([{**absent, **ends}]))
    table, notes = made.frame, made.notes
    assert table["tortuosity"].iloc[0] == row["tortuosity"]
    assert not any(note.startswith("tortuosity ") for note in notes)
    pd.testing.assert_frame_equal(CompleteDesigns.of(table).frame, table, check_exact=True)
    foil = complete(framework="none", **ends)[0]
    assert foil[list(c.TORTUOSITY_ENDS)].isna().all()
    assert foil["tortuosity"] == 1.0


@pytest.mark.slow
def test_modifiers_stand_at_the_end_and_are_neither_searched_nor_encoded() -> None:
    pellet = ("interface_resistance_ohm_cm2", "pellet_thickness_um", "pellet_density_pct")
    new = (*c.TORTUOSITY_ENDS, *pellet, *c.MODIFIERS)
    assert c.DESIGN_COLUMNS[-len(new) :] == new
    assert not set(new) & set(host_space().columns)
    assert not set(new) & set(host_encoder().names)
    modified = {name: value for name, value in GIVEN.items() if name in c.MODIFIERS}
    plain, other = (CompleteDesigns.of(pd.DataFrame([{**HOST, **more}])).frame for more in ({}, modified))
    np.testing.assert_array_equal(host_encoder().encode(plain), host_encoder().encode(other))


@pytest.mark.slow
def test_layers_and_their_order_are_searched_and_encoded() -> None:
    encoder = host_encoder()
    rows = [{}, {"layers": 3}, {"layers": 3, "stacking": "alternating"}]
    encoded = encoder.encode(CompleteDesigns.of(pd.DataFrame([{**HOST, **more} for more in rows])).frame)
    assert len(np.unique(encoded, axis=0)) == 3
    at = [encoder.names.index(name) for name in ("layers", "stacking=alternating")]
    assert encoded[:, at].tolist() == [[0.0, 0.0], [0.5, 0.0], [0.5, 1.0]]
    sampled = choice_space(Conditions()).sample(512, 1)
    assert set(sampled["layers"]) == {1.0, 2.0, 3.0, 4.0, 5.0}
    lamellae = sampled["stacking"] == "alternating"
    assert 0.3 < lamellae.mean() < 0.6
    assert sampled.loc[lamellae, "layers"].min() == 2.0
    planar = sampled["framework"] == "none"
    assert (sampled.loc[planar, "layers"] == 1.0).all()
    assert not (planar & lamellae).any()
    CompleteDesigns.of(sampled)
