"""Bodies and answers of the endpoint. Column names come from ``surrogate.hosts.columns``, never from here.

A body is checked in two steps: types, finite numbers and unknown columns here, by pydantic, once what may stand
beside the columns is set apart (``other_columns``); bounds, sums and identifiers by ``CompleteDesigns.of``, which
knows which columns act in a design (``request``).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    ModelWrapValidatorHandler,
    PrivateAttr,
    create_model,
    model_validator,
)

from surrogate.hosts import columns as c
from surrogate.hosts.columns import COLUMNS
from surrogate.hosts.registry import Columns
from surrogate.materials.recipes import LONGEST_RECIPE
from surrogate.report.quantities import axis_title
from surrogate.serving.other_columns import IDENTIFIERS, Sorted, sort_columns
from surrogate.serving.request import MOST_DESIGNS
from surrogate.serving.space_description import column_facts

LONGEST_IDENTIFIER = 64

EXAMPLE: dict[str, Any] = {
    "framework": "carbon_fiber",
    "agent": "zinc_oxide",
    "electrolyte": "liquid_ether",
    "additives": "lino3",
    "conductor_top": 0.6,
    "dielectric_top": 0.4,
    "conductor_bottom": 0.9,
    "agent_bottom": 0.1,
    "porosity_top": 0.85,
    "porosity_bottom": 0.75,
    "pore_size_top_um": 30,
    "pore_size_bottom_um": 10,
    "tortuosity": 1.4,
    "thickness_um": 100,
    "current_density_mA_cm2": 1,
    "areal_capacity_mAh_cm2": 1,
}

Text = Annotated[str, Field(max_length=LONGEST_IDENTIFIER)]
FreeText = Annotated[str, Field(max_length=LONGEST_RECIPE)]
Number = Annotated[float, Field(allow_inf_nan=False)]


def design_model(columns: Columns = COLUMNS) -> type[BaseModel]:
    """Make the model of a design in a body from the registry: types, finite numbers and no unknown column."""
    fields: dict[str, Any] = {}
    for fact in column_facts(columns):
        more = {key: fact[key] for key in ("unit", "accepted", "default") if fact.get(key) is not None}
        if fact["choices"]:
            more["enum"] = fact["choices"]
        kind = Number if fact["type"] == "number" else Text if fact["choices"] else FreeText
        field = Field(
            default=... if fact["required"] else None, description=fact["description"], json_schema_extra=more
        )
        fields[fact["name"]] = (kind if fact["required"] else kind | None, field)
    return create_model(
        "Design",
        __config__=ConfigDict(extra="forbid", strict=True, json_schema_extra={"example": EXAMPLE}),
        __doc__="One host in one cell. An absent column takes its documented default.",
        **fields,
    )


def _prediction() -> type[BaseModel]:
    fields: dict[str, Any] = {
        name: (
            str | int | None,
            Field(default=None, description="as it was sent; absent where there was none"),
        )
        for name in IDENTIFIERS
    }
    for target in c.TARGETS:
        title = axis_title(target)
        behind = "what is simulated, on the level that published cells give it"
        if target == "ccd_mA_cm2":
            behind += "; no host in a liquid or a gel is among them: there it is the level of other cells"
        fields[target] = (float | None, Field(description=f"{title}: median; {behind}"))
        fields[f"{target}_lower"] = (
            float | None,
            Field(description=f"{title}: 5 % quantile of one new cell"),
        )
        fields[f"{target}_upper"] = (
            float | None,
            Field(description=f"{title}: 95 % quantile of one new cell"),
        )
        fields[f"{target}_physics"] = (
            float | None,
            Field(description=f"{title}: the simulator's own answer; none where its run cannot be trusted"),
        )
    fields["extrapolation"] = (float | None, Field(description="0 inside what was learned, 1 outside"))
    fields["nearest_literature"] = (str | None, Field(description="source#ref, separated by semicolons"))
    return create_model("Prediction", __doc__="What one new cell of the design would measure.", **fields)


if TYPE_CHECKING:
    Design = BaseModel
    Prediction = BaseModel
else:
    Design = design_model()
    Prediction = _prediction()


class PredictRequest(BaseModel):
    """Designs to predict, at most 1,000 in one request.

    Beside its columns a design may have a ``sample_id``, ``cell_id`` or ``proposal_id``, which come back with its
    prediction; the predictions of an earlier answer or of ``candidates.json``, which are left out; and quantities in
    other units, such as ``thickness_mm``.
    """

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"designs": [EXAMPLE]}})

    designs: list[Design] = Field(min_length=1, max_length=MOST_DESIGNS)
    _beside: Sorted = PrivateAttr()

    @property
    def beside(self) -> Sorted:
        """What stood beside the columns of the designs."""
        return self._beside

    @model_validator(mode="wrap")
    @classmethod
    def _sorted(cls, body: Any, check: ModelWrapValidatorHandler[Self]) -> Self:
        """Check the designs without what stands beside their columns."""
        designs = body.get("designs") if isinstance(body, Mapping) else None
        few = isinstance(designs, list) and len(designs) <= MOST_DESIGNS  # else they are refused as they are
        beside = sort_columns(designs if designs and few else [])
        checked = check({**body, "designs": beside.designs} if designs and few else body)
        checked._beside = beside
        return checked


class PredictResponse(BaseModel):
    """One prediction per design, in the order of the request.

    Notes name each default that was taken, each unit that was converted and what was left out.
    """

    model_version: str
    predictions: list[Prediction]
    cautions: list[list[str]] = Field(
        description="for each design the rules that it breaks, and other warnings"
    )
    notes: list[str]


class Health(BaseModel):
    """Whether predictions can be asked for."""

    status: str = Field(description='"ok", or "no model"')
    ready: bool = Field(description="whether /predict answers")
    model_version: str | None
    program_version: str
    uptime_s: float
    detail: str | None = Field(
        description="why there is no model, or why a newer champion is not taken up, and what to do"
    )


class FieldError(BaseModel):
    """One fault of a body: where, what, and of which kind."""

    loc: list[str | int] = Field(description='for example ["body", "designs", 0, "porosity_top"]')
    msg: str
    type: str


class Refusal(BaseModel):
    """Every fault found in the body."""

    detail: list[FieldError]


class Problem(BaseModel):
    """What is wrong and what to do."""

    detail: str
