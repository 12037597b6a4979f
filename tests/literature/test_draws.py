"""A record as a distribution over designs: what is stated stays, what is not is drawn from its range."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from surrogate.errors import RecordError
from surrogate.literature import featurize
from surrogate.literature import records as literature
from surrogate.literature.priors import Prior, priors

RECORD = {
    "source": "10.1/a", "ref": "1", "system": "foam", "strategy": "porous_scaffold", "host_material": "Cu foam",
    "host_class": "metal", "lithiophilic_agent": "Ag", "electrolyte_class": "liquid_ether", "cell_type": "symmetric",
    "current_density_mA_cm2": 2.0, "cycles": 100, "host_thickness_um": 120.0, "locator": "Table 1",
}  # fmt: skip


def read(*records: dict[str, object]) -> pd.DataFrame:
    return literature.read(pd.DataFrame(list(records)))[0]


@pytest.fixture(scope="module")
def drawn() -> pd.DataFrame:
    return featurize.drawn_designs(read(RECORD), 400, 0)


def test_what_is_stated_is_the_same_in_all(drawn: pd.DataFrame) -> None:
    for column, value in (("thickness_um", 120.0), ("current_density_mA_cm2", 2.0), ("framework", "copper")):
        assert (drawn[column] == value).all()
    assert len(drawn) == 400


@pytest.mark.parametrize(
    ("column", "prior"),
    [
        ("porosity_top", priors().geometry["copper"]["porosity"]),
        ("pore_size_bottom_um", priors().geometry["copper"]["pore_size_um"]),
        ("tortuosity", priors().geometry["copper"]["tortuosity"]),
        ("areal_capacity_mAh_cm2", priors().conditions["areal_capacity_mAh_cm2"]),
        ("li_excess_mAh_cm2", priors().conditions_of("symmetric")["li_excess_mAh_cm2"]),
        ("agent_top", priors().strategies["agent_even"]),
    ],
)
def test_what_is_not_fills_its_range_about_the_central_value(
    drawn: pd.DataFrame, column: str, prior: Prior
) -> None:
    values = drawn[column]
    assert values.between(prior.low, prior.high).all()
    assert 0.42 < (values > prior.value).mean() < 0.58
    assert values.min() < prior.low + 0.15 * (prior.value - prior.low)
    assert values.max() > prior.high - 0.15 * (prior.high - prior.value)


def test_a_record_is_drawn_alike_in_any_company() -> None:
    other = {**RECORD, "ref": "2", "system": "felt", "host_material": "carbon felt", "host_class": "carbon"}
    alone = featurize.drawn_designs(read(RECORD), 5, 7)
    last = featurize.drawn_designs(read(other, RECORD), 5, 7).loc[1]
    pd.testing.assert_frame_equal(alone.loc[0], last)
    elsewhere = featurize.drawn_designs(read({**RECORD, "locator": "Table 2"}), 5, 7)
    assert (elsewhere["porosity_top"].to_numpy() != alone["porosity_top"].to_numpy()).all()  # another cell
    assert not featurize.drawn_designs(read(RECORD), 5, 8).equals(alone)
    assert not np.allclose(
        featurize.drawn_designs(read(other, RECORD), 5, 7).loc[0, "porosity_top"], last["porosity_top"]
    )


def test_every_shipped_record_that_is_a_design_can_be_drawn() -> None:
    records = literature.load()
    drawn = featurize.drawn_designs(records, 3, 0)
    designs = featurize.to_designs(records)
    assert set(designs.index) <= set(drawn.index.get_level_values("record"))
    for column in ("framework", "agent", "electrolyte", "additives"):
        of_draws = drawn[column].groupby("record").first()
        assert (of_draws.loc[designs.index] == designs[column]).all()


def test_an_explanation_tells_stated_assumed_and_drawn_apart() -> None:
    table = featurize.explain(read(RECORD).iloc[0]).set_index("input")
    assert table.loc["thickness_um", "how"] == "stated"
    assert table.loc["current_density_mA_cm2", "how"] == "stated"
    assert table.loc["porosity_top", "how"] == "drawn"
    assert (
        table.loc["porosity_top", "low"]
        < table.loc["porosity_top", "value"]
        < table.loc["porosity_top", "high"]
    )
    assert table.loc["additives", "how"] == "assumed"
    assert table.loc[table["how"] != "drawn", ["low", "high"]].isna().all(axis=None)


def test_a_record_without_an_identifier_for_its_electrolyte_is_not_explained() -> None:
    with pytest.raises(RecordError, match="electrolyte"):
        featurize.explain(read({**RECORD, "electrolyte_class": "other"}).iloc[0])
