"""The loss of planar lithium by its electrolyte: what is predicted for references left out, tables, and signs."""

from __future__ import annotations

import subprocess
import sys
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from surrogate.errors import MaterialError, RecordError
from surrogate.materials.efficiency import (
    LossModel,
    Protocol,
    judged,
    loss,
    loss_ratio,
    predict_loss,
    shipped_model,
    shipped_rows,
    usable,
)
from surrogate.materials.efficiency.rows import SHARES

CARBONATE = "1 M LiPF6 in EC:DEC (1:1 v/v)"
ETHER = "1 M LiTFSI in DOL:DME (1:1 v/v)"


def published(**changes: str) -> dict[str, str]:
    """Row 14 as the published table names its columns."""
    row = {
        "row": "14", "FC": "0.052", "OC": "0.604", "FO": "0.086", "InOr": "0.734", "F": "0.012", "sF": "0",
        "aF": "0.012", "O": "0.142", "sO": "0.117", "aO": "0.024", "C": "0.235", "sC": "0.235", "aC": "0",
        "LCE (%)": "97.25", "LLCE": "1.561", "Method": "Aurbach", "Current (mA/cm2)": "0.5",
        "Capacity (mAh/cm2)": "1", "Cycle": "10", "Reference": "5",
    }  # fmt: skip
    return {**row, **changes}


@pytest.mark.slow
def test_references_left_out_are_predicted_as_well_as_is_claimed() -> None:
    predictions, scores = judged(shipped_rows())
    own = scores["composition and protocol"]
    assert own.rmse <= 0.26
    assert 0.85 <= own.coverage <= 0.95
    assert own.rmse < 0.75 * scores["protocol alone"].rmse < 0.75 * scores["median"].rmse
    inside = (predictions["lower"] <= predictions["log10_loss"]) & (
        predictions["log10_loss"] <= predictions["upper"]
    )
    assert own.coverage == pytest.approx(inside.mean())
    assert own.rmse == pytest.approx(
        np.sqrt(((predictions["predicted"] - predictions["log10_loss"]) ** 2).mean())
    )


@pytest.mark.slow
def test_a_reference_is_predicted_from_the_others_alone() -> None:
    rows = shipped_rows()
    out = rows["reference"] == "52"
    spoiled = rows.assign(log10_loss=rows["log10_loss"].where(~out, 0.0))
    kept = rows["reference"].isin(["52", "5", "14", "44", "47", "62", "30", "38"])
    predicted = [judged(table[kept])[0].loc[out[kept].to_numpy(), "predicted"] for table in (rows, spoiled)]
    pd.testing.assert_series_equal(*predicted, check_exact=True)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("more", "less"),
    [
        (CARBONATE, CARBONATE + ", 5 vol% FEC"),
        (CARBONATE, CARBONATE + ", 10 vol% FEC"),
        (ETHER, ETHER + ", 1 wt% LiNO3"),
        (ETHER + ", 1 wt% LiNO3", ETHER + ", 5 wt% LiNO3"),
        ("1 M LiFSI in DME", "4 M LiFSI in DME"),
        ("1 M LiFSI in DME", "1 M LiFSI in DME:TTE (1:3 v/v)"),
        ("1 M LiFSI in DEE", "1 M LiFSI in F5DEE"),
        ("1 M LiPF6 in EC:EMC (1:1 v/v)", "1 M LiPF6 in FEC:FEMC (1:1 v/v)"),
        ("1 M LiClO4 in DME", "1 M LiFSI in DME"),
        (CARBONATE, "1 M LiFSI in DME"),
    ],
)
def test_losses_fall_with_fluorine_nitrate_and_concentration(more: str, less: str) -> None:
    assert loss_ratio(less, more) < 0.999
    assert loss_ratio(less, more) * loss_ratio(more, less) == pytest.approx(1.0)


@pytest.mark.slow
def test_an_interval_holds_its_median_and_widens_away_from_the_rows() -> None:
    near, far = predict_loss("1 M LiFSI in DME"), predict_loss("1 M LiF in AN:fluorobenzene (1:9 v/v)")
    for found in (near, far):
        assert 0.0 < found.lower < found.loss < found.upper <= 1.0
    assert near.upper / near.lower < far.upper / far.lower
    assert not near.extrapolates
    assert far.extrapolates
    assert near.nearest[0][:2] == ("14", "5")
    assert [one[2] for one in near.nearest] == sorted(one[2] for one in near.nearest)


@pytest.mark.slow
def test_the_protocol_counts() -> None:
    many = predict_loss(CARBONATE, Protocol("cycling", 1.0, 1.0, 200.0))
    assert many.loss != pytest.approx(predict_loss(CARBONATE).loss, rel=0.01)


@pytest.mark.slow
def test_fitting_twice_gives_the_same_model() -> None:
    rows = shipped_rows()
    first, second = (LossModel.fit(rows).predict(rows.head(7)) for _ in range(2))
    assert (first.log10_loss == second.log10_loss).all()
    assert (first.deviation == second.deviation).all()


def test_losses_stay_within_what_the_rows_span(monkeypatch: pytest.MonkeyPatch) -> None:
    """A model that continues its line beyond them is cut there."""
    far = SimpleNamespace(
        log10_range=(-2.3, -0.7), predict=lambda _: SimpleNamespace(log10_loss=np.array([-4.0, -1.0]))
    )
    monkeypatch.setattr(loss, "shipped_model", lambda: far)
    loss_ratio.cache_clear()
    assert loss_ratio("1 M LiFSI in DME", "1 M LiFSI in THF") == pytest.approx(10.0**-1.3)
    loss_ratio.cache_clear()


@pytest.mark.slow
def test_the_rows_span_losses_of_half_a_per_cent_to_a_fifth() -> None:
    assert shipped_model().log10_range == pytest.approx((-2.301, -0.699), abs=1e-3)


def test_equal_recipes_need_no_model() -> None:
    assert loss_ratio("nonsense", "nonsense") == 1.0


@pytest.mark.parametrize(
    "bad", [{"method": "guess"}, {"current_density_mA_cm2": 0.0}, {"cycles": float("nan")}]
)
def test_a_protocol_that_cannot_be_is_refused(bad: dict[str, float]) -> None:
    with pytest.raises(MaterialError):
        Protocol(**bad)  # type: ignore[arg-type]


def test_the_shipped_rows_are_those_of_the_source() -> None:
    rows = shipped_rows()
    assert len(rows) == 105
    assert rows["reference"].nunique() == 47
    assert rows["row"].is_unique
    assert rows["log10_loss"].between(-2.302, -0.698).all()
    assert rows[["current_density_mA_cm2", "cycles"]].isna().sum().tolist() == [1, 1]
    assert float(rows.loc[rows["row"] == "149", "cycles"].iloc[0]) == 500.0
    assert set(rows["method"]) == {0.0, 1.0}


def test_both_forms_say_the_same() -> None:
    rows, unusable = usable(pd.DataFrame([published()]))
    assert unusable == []
    shipped = shipped_rows().set_index("row").loc["14"]
    assert rows["log10_loss"].iloc[0] == pytest.approx(shipped["log10_loss"], abs=1e-3)
    for name in SHARES:
        assert rows[name].iloc[0] == pytest.approx(shipped[name], abs=1.5e-3)
    assert rows["method"].iloc[0] == 1.0


def test_totals_win_over_a_misprint() -> None:
    """As in row 85 of the source."""
    rows, _ = usable(
        pd.DataFrame([published(F="0.038", sF="0", aF="0.013", O="0.222", sO="0.222", aO="0.025")])
    )
    assert rows["anion_fluorine"].iloc[0] == pytest.approx(0.038)
    assert rows["anion_oxygen"].iloc[0] == 0.0


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"sF": ""}, "solvent_fluorine is empty"),
        ({"sF": "much"}, "'much': not a number"),
        ({"sO": "1.4"}, "between 0 and 1"),
        ({"sO": "0.5"}, "oxygen: more in the solvents"),
        ({"F": "0.9", "sF": "0.9"}, "more than the whole"),
        ({"LLCE": "", "LCE (%)": "100"}, "'100': not between"),
        ({"LLCE": "", "LCE (%)": ""}, "not between"),
        ({"Method": "guess"}, "unknown method 'guess'"),
        ({"Cycle": "-5"}, "not above 0"),
        ({"Current (mA/cm2)": "fast"}, "'fast': not a number"),
    ],
)
def test_a_row_that_cannot_be_used_says_why(changes: dict[str, str], reason: str) -> None:
    rows, unusable = usable(pd.DataFrame([published(), published(row="99", **changes)]))
    assert len(rows) == 1
    assert unusable[0].row == "99"
    assert reason in unusable[0].reason


def test_what_is_not_stated_of_the_protocol_is_no_fault() -> None:
    rows, unusable = usable(
        pd.DataFrame([published(**{"Current (mA/cm2)": "N/A", "Cycle": ">500", "Method": ""})])
    )
    assert unusable == []
    assert np.isnan(rows["current_density_mA_cm2"].iloc[0])
    assert np.isnan(rows["method"].iloc[0])
    assert rows["cycles"].iloc[0] == 500.0


def test_a_table_of_another_form_is_refused() -> None:
    with pytest.raises(RecordError, match="no column method"):
        usable(pd.DataFrame([{"a": "1"}]), "mine.csv")
    with pytest.raises(RecordError, match="no rows"):
        usable(pd.DataFrame([published()]).head(0))
    with pytest.raises(RecordError, match="at least 10"):
        LossModel.fit(shipped_rows().head(5))


@pytest.mark.process
def test_importing_the_package_imports_no_learning_library() -> None:
    code = "import sys, surrogate, surrogate.materials.efficiency; print('sklearn' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
