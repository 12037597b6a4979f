"""The published numbers of the interface: what the model must meet, and that misses are told."""

from __future__ import annotations

import pytest

from surrogate.validation.interface import published, published_interfaces


@pytest.fixture(scope="module")
def compared():
    return published_interfaces()


@pytest.mark.slow
def test_every_prediction_that_must_hold_does(compared):
    must = compared[(compared["quantity"] == "critical current") & (compared["use"] == "prediction")]
    assert len(must) == len(published("pattern_ccd"))
    assert (must["verdict"] == "holds").all()
    assert must["model"].is_monotonic_increasing  # 400, 200, 100 um
    assert set(compared.loc[compared["quantity"] == "critical stack pressure", "verdict"]) == {
        "holds",
        "miss",
    }
    warm = compared[compared["quantity"].str.startswith("critical current over")]
    assert warm["verdict"].tolist() == ["holds", "holds", "reported", "reported"]
    assert warm["model"].is_monotonic_increasing


def test_one_constant_is_fitted_to_garnet_and_two_to_the_sulfide(compared):
    fitted = compared[(compared["use"] == "fit") & compared["unit"].eq("mA/cm2")]
    assert fitted["condition"].str.startswith("planar").sum() == 1
    assert fitted["condition"].str.startswith("Li6PS5Cl").sum() == 2
    assert fitted["error_pct"].abs().max() < 0.1


def test_known_misses_are_told_as_misses(compared):
    missed = compared.loc[compared["verdict"] == "miss", "condition"].tolist()
    for known in (
        "planar, 0.2 mA/cm2, 1 MPa",
        "channels of 200 um, 0.5 mA/cm2, 0.65 MPa",
        "planar garnet of other laboratories, 0.2 mA/cm2",
        "0.5 held, plane shorted at 0.2",
    ):
        assert known in missed
    cycled = compared[(compared["quantity"] == "stable") & (compared["use"] == "prediction")]
    assert (cycled["verdict"] == "miss").sum() == 3


def test_area_alone_stands_beside_every_pattern(compared):
    patterned = compared[compared["condition"].str.startswith("channels") & (compared["quantity"] != "bulk")]
    told = patterned[~patterned["quantity"].str.startswith("bulk")]
    assert told["area_only"].notna().all()
    finest = told[told["condition"].str.startswith("channels of 100")].iloc[0]
    assert abs(finest["area_only"] / finest["published"] - 1) > abs(finest["model"] / finest["published"] - 1)
