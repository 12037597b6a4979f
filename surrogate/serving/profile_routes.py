"""``/profile``: what one host is made of over its depth, and where lithium goes while it is plated.

Data flow: a design -> ``CompleteDesigns`` -> graded composition, pores and ``physics.profile`` -> the states nearest
to equal steps of charge, as lists that a page can draw.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from surrogate.hosts import columns as c
from surrogate.hosts.designs import CompleteDesigns
from surrogate.physics.accounting import phase_masses_mg_cm2
from surrogate.report.depth_profile import graded
from surrogate.serving import schemas
from surrogate.serving.request import complete_designs

FEWEST_STATES, MOST_STATES = 2, 60


class ProfileRequest(BaseModel):
    """One design, and how many states of its plating are wanted."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"design": schemas.EXAMPLE}})

    design: schemas.Design
    states: int = Field(
        default=24, ge=FEWEST_STATES, le=MOST_STATES, strict=True, description="from empty to plated, at most"
    )


class PlatingState(BaseModel):
    """Where the lithium is when some charge has passed."""

    charge_mAh_cm2: float
    time_h: float
    voltage_mV: float
    top_face_mAh_cm2: float = Field(description="lithium on the face towards the separator")
    foil_mAh_cm2: float = Field(description="lithium grown from the foil")
    pore_fill: list[float] = Field(description="share of the pores that lithium fills, over the depth")


class Profile(BaseModel):
    """A host over its depth, from the separator (0) to the foil, by the simulator alone."""

    outcome: str = Field(description="how plating ended: completed, depleted, voltage_cutoff, ...")
    depth_um: list[float] = Field(description="empty for a planar foil; so are the lists over the depth")
    solid: dict[str, list[float]] = Field(description="volume share of each phase in the solid")
    porosity: list[float]
    pore_size_um: list[float]
    states: list[PlatingState]
    materials: dict[str, str] = Field(description="of each phase that is there")
    mass_mg_cm2: dict[str, float] = Field(description="of each phase that is there, over the geometric area")
    notes: list[str] = Field(description="each default that was taken")


def profile_routes() -> APIRouter:
    """Make the route of ``/profile``."""
    router = APIRouter(tags=["predictions"])

    @router.post(
        "/profile",
        response_model=Profile,
        response_description="The host over its depth while it is plated",
        responses={
            408: {"model": schemas.Problem, "description": "The body took too long to arrive"},
            413: {"model": schemas.Problem, "description": "The body is too large"},
            422: {"model": schemas.Refusal, "description": "A field is wrong"},
        },
    )
    def profile(body: ProfileRequest) -> dict[str, Any]:
        """Simulate the first plating of a host: its composition, and where lithium goes."""
        from surrogate.physics import profile as simulated  # compiles: only when it is wanted

        design = complete_designs([body.design.model_dump(exclude_none=True)], "design")
        return (
            described(design.row(0), simulated(design), body.states)
            | weighed(design)
            | {"notes": list(design.notes)}
        )

    return router


def weighed(design: CompleteDesigns) -> dict[str, Any]:
    """Name what a single host is made of, and weigh it: ``materials`` and ``mass_mg_cm2`` of ``Profile``."""
    masses = {phase: float(mass[0]) for phase, mass in phase_masses_mg_cm2(design).items() if mass[0] > 0.0}
    row = design.row(0)
    materials = {phase: row["agent" if phase == "agent" else f"{phase}_material"] for phase in masses}
    return {"materials": materials, "mass_mg_cm2": masses}


def described(row: Any, found: Any, most: int) -> dict[str, Any]:
    """Describe a host and its plating.

    Parameters
    ----------
    row
        A complete design.
    found
        What ``physics.profile`` returns for its first plating.
    most
        States, at most.

    Returns
    -------
    dict
        The rest of ``Profile``, without notes.
    """
    charge, z = np.asarray(found["charge_mAh_cm2"]), np.asarray(found["z"])
    wanted = np.linspace(charge[0], charge[-1], most)
    at = np.unique(np.abs(charge[:, None] - wanted).argmin(axis=0))
    solid = {phase: graded(row, phase, "", z) for phase in c.PHASES} if len(z) else {}
    over_time = ("charge_mAh_cm2", "time_h", "voltage_mV", "top_face_mAh_cm2", "foil_mAh_cm2")
    return {
        "outcome": found["outcome"],
        "depth_um": found["depth_um"].tolist(),
        "solid": {phase: share.tolist() for phase, share in solid.items() if share.any()},
        "porosity": graded(row, "porosity", "", z).tolist() if len(z) else [],
        "pore_size_um": graded(row, "pore_size", "_um", z).tolist() if len(z) else [],
        "states": [
            {name: float(found[name][k]) for name in over_time}
            | {"pore_fill": np.round(found["pore_fill"][k], 5).tolist()}
            for k in at
        ],
    }
