"""The registry of columns: one entry is enough, and what contradicts itself is refused."""

from __future__ import annotations

import re
import tomllib
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import typer
from pydantic import ValidationError
from typer.testing import CliRunner

from surrogate.campaign.file import Campaign
from surrogate.cli import options
from surrogate.errors import CampaignError, DesignError, SpaceError
from surrogate.hosts.columns import COLUMNS
from surrogate.hosts.conditions import Conditions
from surrogate.hosts.designs import CompleteDesigns
from surrogate.hosts.registry import Column
from surrogate.hosts.search_space import host_encoder, host_space
from surrogate.models.kernels import roles_of
from surrogate.report.quantities import axis_title, quantity
from surrogate.serving.schemas import design_model
from surrogate.serving.space_description import describe_space

PACKAGE = Path(__file__).parents[2] / "surrogate"
DOSE = Column(
    name="radiation_dose_MPa", role="condition", label="Radiation dose", hint="only for this test",
    description="nobody irradiates a cell", accepted=(0.5, 50.0), searched=(1.0, 10.0), log=True, default=2.0,
    null=0.5, acts="in a solid cell", kernel_role="environment",
)  # fmt: skip
WITH_DOSE = COLUMNS.with_column(DOSE)
FOIL: dict[str, Any] = {"framework": "none", "electrolyte": "lpsc"}


def test_a_new_column_stands_in_campaign_files() -> None:
    text = Campaign.template("x", WITH_DOSE, electrolyte="lpsc", radiation_dose_MPa=3.0)
    assert "# only for this test\nradiation_dose_MPa = 3.0\n" in text
    assert tomllib.loads(text)["conditions"]["radiation_dose_MPa"] == 3.0
    campaign = Campaign(text, columns=WITH_DOSE)
    assert campaign.conditions.radiation_dose_MPa == 3.0
    assert (
        Campaign("schema_version = 1", columns=WITH_DOSE).conditions.radiation_dose_MPa == 0.5
    )  # in a liquid
    with pytest.raises(CampaignError, match=r"0\.5 to 50 \(nobody irradiates a cell\)"):
        Campaign(text.replace("dose_MPa = 3.0", "dose_MPa = 60"), columns=WITH_DOSE)
    with pytest.raises(CampaignError, match="write it as radiation_dose_MPa = 3"):
        Campaign(text.replace("dose_MPa = 3.0", "dose_bar = 30"), columns=WITH_DOSE)
    with pytest.raises(CampaignError, match="unknown key"):
        Campaign(text)


def test_a_new_column_stands_in_tables() -> None:
    solid = CompleteDesigns.of(pd.DataFrame([FOIL, FOIL | {"radiation_dose_bar": 40.0}]), columns=WITH_DOSE)
    assert solid.column("radiation_dose_MPa").tolist() == [2.0, 4.0]
    assert "radiation_dose_MPa not given in 1 row(s): 2" in solid.notes
    wet = CompleteDesigns.of(
        pd.DataFrame([{"framework": "none", "radiation_dose_MPa": 9.0}]), columns=WITH_DOSE
    )
    assert wet.column("radiation_dose_MPa").tolist() == [0.5]
    with pytest.raises(DesignError, match=r"row 1, column radiation_dose_MPa: outside its limits \(got 60"):
        CompleteDesigns.of(pd.DataFrame([FOIL | {"radiation_dose_MPa": 60.0}]), columns=WITH_DOSE)


def test_a_new_column_stands_in_the_description_of_the_space() -> None:
    said = describe_space(WITH_DOSE)
    (fact,) = [fact for fact in said["columns"] if fact["name"] == DOSE.name]
    assert fact == {
        "name": "radiation_dose_MPa", "role": "condition", "type": "number", "unit": "MPa", "required": False,
        "description": "Radiation dose: nobody irradiates a cell", "choices": None, "default": 2.0,
        "accepted": [0.5, 50.0], "required_if_porous": False, "searched": [1.0, 10.0], "log": True, "step": None,
        "null": 0.5,
    }  # fmt: skip
    assert DOSE.name in said["encoded_columns"]
    assert design_model(WITH_DOSE)(framework="none", radiation_dose_MPa=3.0).radiation_dose_MPa == 3.0
    with pytest.raises(ValidationError):
        design_model()(framework="none", radiation_dose_MPa=3.0)
    assert DOSE.name not in {fact["name"] for fact in describe_space()["columns"]}


def test_a_new_column_is_labelled_for_a_reader() -> None:
    assert axis_title(DOSE.name, WITH_DOSE) == "Radiation dose (MPa)"
    share = replace(
        DOSE, name="shadow", label="", in_percent=True, role="modifier", kernel_role="", searched=None
    )
    assert quantity(0.25, "shadow", columns=COLUMNS.with_column(share)) == "25 %"
    assert quantity(0.25, "shadow") == "0.25"


def test_a_new_column_is_encoded_and_shares_the_lengthscale_of_its_role() -> None:
    encoder, shipped = host_encoder(WITH_DOSE), host_encoder()
    assert encoder.names == (*shipped.names, DOSE.name)
    designs = CompleteDesigns.of(host_space(WITH_DOSE).sample(512, 1), columns=WITH_DOSE)
    encoded = encoder.encode(designs.frame)
    solid = designs.text("electrolyte") == "lpsc"
    dose = designs.column(DOSE.name)
    assert np.ptp(dose[solid]) > 1.0
    assert set(dose[designs.text("electrolyte") == "gel"]) == {0.5}
    np.testing.assert_allclose(encoded[solid, -1], np.log10(dose[solid]), rtol=1e-12)
    assert Conditions(WITH_DOSE, electrolyte="lpsc").as_dict()[DOSE.name] == 2.0
    (role,) = [
        one for one in roles_of(encoder.groups, WITH_DOSE.kernel_roles) if encoder.dim - 1 in one.dimensions
    ]
    assert {encoder.names[k] for k in role.dimensions} == {"temperature_C", "stack_pressure_MPa", DOSE.name}


def test_a_new_column_is_an_option_of_init() -> None:
    found: dict[str, Any] = {}

    def command(**conditions: Any) -> None:
        found.update(conditions)

    app = typer.Typer()
    app.command()(options.with_conditions(command, WITH_DOSE))
    shown = CliRunner().invoke(app, ["--help"], env={"COLUMNS": "200", "NO_COLOR": "1"}).output
    assert re.search(r"--radiation-dose +MPa +Only for this test\.", shown)
    assert CliRunner().invoke(app, ["--radiation-dose", "4", "--electrolyte", "gel"]).exit_code == 0
    assert found == {"radiation_dose_MPa": 4.0, "electrolyte": "gel"}


def test_the_shipped_registry_does_not_change() -> None:
    assert DOSE.name not in COLUMNS
    assert WITH_DOSE.names == (
        *COLUMNS.choices, *COLUMNS.conditions, DOSE.name, *COLUMNS.overrides, *COLUMNS.modifiers
    )  # fmt: skip
    assert WITH_DOSE == COLUMNS.with_column(DOSE) != COLUMNS
    assert hash(WITH_DOSE) == hash(COLUMNS.with_column(DOSE))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"name": "radiation_dose_MPA"}, "known unit"),
        ({"role": "whim"}, "whim"),
        ({"acts": "at night"}, "at night"),
        ({"label": "radiation_dose"}, "label"),
        ({"accepted": None}, "accepted"),
        ({"searched": (0.1, 10.0)}, "within 0.5 to 50"),
        ({"searched": None}, "not searched"),
        ({"accepted": (0.0, 50.0), "searched": (0.0, 10.0)}, "log scale"),
        ({"default": 60.0}, "60.0"),
        ({"kind": "identifier"}, "unit or a range"),
    ],
)
def test_an_entry_that_contradicts_itself_is_refused(change: dict[str, Any], said: str) -> None:
    with pytest.raises(SpaceError, match=said) as caught:
        replace(DOSE, **change)
    assert change.get("name", DOSE.name) in str(caught.value)


def test_a_quantity_has_one_column() -> None:
    with pytest.raises(SpaceError, match="two columns of one quantity"):
        COLUMNS.with_column(replace(DOSE, name="temperature_K", accepted=(0.5, 50.0)))


@pytest.mark.parametrize("column", ["stack_pressure_MPa", "li_excess_mAh_cm2"])
def test_facts_of_a_column_stand_in_few_files(column: str) -> None:
    files = [path for path in PACKAGE.rglob("*.py") if re.search(column, path.read_text(encoding="utf-8"))]
    assert PACKAGE / "hosts" / "columns.py" in files
    # of them the schema of records, the conditions that pairs share, and the inputs of models
    assert len(files) <= 8, sorted(str(path.relative_to(PACKAGE)) for path in files)
