"""The endpoint: ``/health``, ``/space``, ``/predict``, ``/profile``, ``/cells``, ``/propose``, ``/metrics``, pages.

Data flow of ``/predict``: size limit -> JSON -> what stands beside the columns set apart (``other_columns``) -> types
and names (pydantic) -> bounds, sums and defaults (``CompleteDesigns.of``, once) -> the champion -> the numbers it
gave, unrounded, beside the names of the samples.
"""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.exception_handlers import http_exception_handler
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, JSONResponse, PlainTextResponse
from prometheus_client import CONTENT_TYPE_LATEST
from pydantic import BaseModel
from starlette.exceptions import HTTPException

from surrogate import __version__
from surrogate.errors import InputError, ModelError
from surrogate.report.rule_cautions import cautions_of
from surrogate.report.trust import unmeasured
from surrogate.serving import pages, schemas
from surrogate.serving.access import BearerToken
from surrogate.serving.addresses import HeadAsGet, refused_address
from surrogate.serving.body_faults import body_fault
from surrogate.serving.body_limit import BodyLimit
from surrogate.serving.faults import BadBodyError
from surrogate.serving.jobs import Jobs
from surrogate.serving.literature_routes import literature_routes
from surrogate.serving.observed import Metrics, Observed
from surrogate.serving.profile_routes import profile_routes
from surrogate.serving.propose_request import ProposeRequest, read_request
from surrogate.serving.propose_routes import propose_routes
from surrogate.serving.request import (
    MOST_FAULTS,
    MOST_OF_TYPES,
    complete_designs,
    every_fault_beside,
    every_fault_in,
    every_fault_of_designs,
    fault,
)
from surrogate.serving.served import BusyError, Predictor, ServedModel
from surrogate.serving.space_description import describe_space
from surrogate.serving.told_cells import CellsRequest, cells_of, cells_routes

DESCRIPTION = (
    "Predicts cycle life, critical current density, overpotential and coulombic efficiency of porous hosts for "
    "lithium-metal anodes, each with the central 90 % interval of what one new cell would measure."
)

_DESIGNS_OF = {"/predict": "designs", "/profile": "design"}  # path -> the field that holds designs
_READ_AS: dict[str, tuple[type[BaseModel], Callable[[Any], object]]] = {
    "/cells": (CellsRequest, cells_of),
    "/propose": (ProposeRequest, read_request),
}


def create_app(model: Predictor | None = None, jobs: Jobs | None = None, token: str = "") -> FastAPI:
    """Create the endpoint as an ASGI application.

    Parameters
    ----------
    model
        What predicts; None: the registered champion, loaded when the server starts and exchanged when the alias
        moves. Without a champion the endpoint still runs and answers 503 with the remedy.
    jobs
        That propose; default: each in a process of its own.
    token
        That requests have to carry; empty: everybody may ask.
    """
    served = ServedModel(model)
    started = time.monotonic()

    jobs = jobs or Jobs.of_module("surrogate.serving.propose_worker")

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        served.load()
        served.follow()
        yield
        served.stop()
        jobs.close()

    app = FastAPI(
        title="lihost",
        version=__version__,
        description=DESCRIPTION,
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
    )
    metrics = Metrics(jobs.counts, lambda: (served.version, served.exchanged))
    app.add_middleware(HeadAsGet)
    app.add_middleware(BodyLimit)
    app.add_middleware(BearerToken, token=token)
    app.add_middleware(Observed, metrics=metrics)  # the last that is added is the first that is asked
    routers = [
        profile_routes(),
        literature_routes(),
        cells_routes(),
        propose_routes(jobs, lambda: served.problem),
    ]
    _add_refusals(app, routers)

    @app.get(
        "/health",
        response_model=schemas.Health,
        response_description="There is a model",
        responses={503: {"model": schemas.Health, "description": "There is no model yet"}},
        tags=["state"],
    )
    def health() -> JSONResponse:
        """Whether there is a model, which, and for how long the endpoint has run."""
        ready = served.model is not None
        state = schemas.Health(
            status="ok" if ready else "no model",
            ready=ready,
            model_version=served.version,
            program_version=__version__,
            uptime_s=round(time.monotonic() - started, 3),
            detail=served.problem or served.refused or None,
        )
        return JSONResponse(state.model_dump(), status_code=200 if ready else 503)

    @app.get("/space", response_description="The table of columns", tags=["predictions"])
    def space() -> dict[str, Any]:
        """Every column of a design: type, unit, limits, choices, default; sums, rules, and a JSON Schema."""
        return describe_space() | {"json_schema": schemas.Design.model_json_schema()}

    @app.post(
        "/predict",
        response_description="One prediction per design",
        response_model=schemas.PredictResponse,
        responses={
            408: {"model": schemas.Problem, "description": "The body took too long to arrive"},
            413: {"model": schemas.Problem, "description": "The body is too large"},
            422: {"model": schemas.Refusal, "description": "A field is wrong; all faults found are listed"},
            503: {"model": schemas.Problem, "description": "There is no model yet, or too many are asking"},
        },
        tags=["predictions"],
    )
    def predict(body: schemas.PredictRequest) -> JSONResponse:
        """Median and 90 % interval of each target, and the rules that a design breaks, in their order."""
        if served.model is None:
            raise ModelError(served.problem)
        given = [design.model_dump(exclude_none=True) for design in body.designs]
        if body.beside.refused:
            raise BadBodyError(every_fault_of_designs(given, [], "designs", body.beside.refused))
        designs = complete_designs(given)
        version, rows = served.predict(designs)
        metrics.designs.inc(len(rows))
        answer = {
            "model_version": version,
            "predictions": [name | row for name, row in zip(body.beside.names, rows, strict=True)],
            "cautions": cautions_of(designs, {"ccd_mA_cm2": [row.get("ccd_mA_cm2") for row in rows]}),
            "notes": [*body.beside.notes, *designs.notes, *unmeasured(designs)],
        }
        return JSONResponse(answer)

    for router in routers:
        app.include_router(router)

    @app.get("/metrics", response_class=PlainTextResponse, tags=["state"])
    def counted() -> Response:
        """Count requests, seconds, jobs and exchanges of the model, in the text format of Prometheus."""
        return Response(metrics.text(), media_type=CONTENT_TYPE_LATEST)

    @app.get("/", response_class=HTMLResponse, include_in_schema=False)
    def index() -> HTMLResponse:
        return pages.answer(pages.bench(served.version, served.problem))

    @app.get("/docs", response_class=HTMLResponse, include_in_schema=False)
    def docs() -> HTMLResponse:
        return pages.answer(pages.docs(app.openapi(), describe_space()))

    return app


def _add_refusals(app: FastAPI, routers: Sequence[APIRouter]) -> None:
    """Every refusal has one form: ``detail`` as a list of faulty fields, or as one sentence."""

    @app.exception_handler(RequestValidationError)
    async def invalid(request: Request, error: RequestValidationError) -> JSONResponse:
        path = request.scope["path"]
        field, fields = _DESIGNS_OF.get(path, ""), _fields_of(app, path)
        every, most = error.errors(), MOST_OF_TYPES if field else MOST_FAULTS
        faults = [body_fault(fault, fields, field) for fault in every[:most]]
        if field and isinstance(error.body, Mapping):
            faults = every_fault_in(error.body, faults, field, more=every[most:])
        elif path in _READ_AS and isinstance(error.body, Mapping):
            faults = every_fault_beside(error.body, faults, *_READ_AS[path])
        return JSONResponse({"detail": faults}, status_code=422)

    @app.exception_handler(HTTPException)
    async def unreadable(request: Request, error: HTTPException) -> Response:
        if error.status_code in (404, 405):
            every = [*app.routes, *(route for router in routers for route in router.routes)]
            return refused_address(every, request, error.status_code)
        if error.status_code != 400:
            return await http_exception_handler(request, error)
        # what FastAPI answers to bytes that are no text
        what = "the body is no JSON in UTF-8. To mend it: send a JSON object; GET /docs shows an example"
        return JSONResponse(
            {"detail": [{"loc": ["body"], "msg": what, "type": "json_invalid"}]}, status_code=422
        )

    @app.exception_handler(BadBodyError)
    async def bad_body(_: Request, error: BadBodyError) -> JSONResponse:
        return JSONResponse({"detail": error.faults}, status_code=422)

    @app.exception_handler(InputError)
    async def refused(_: Request, error: InputError) -> JSONResponse:
        return JSONResponse({"detail": [fault(error, error.row)]}, status_code=422)

    @app.exception_handler(BusyError)
    async def busy(_: Request, error: BusyError) -> JSONResponse:
        again = {"Retry-After": str(error.retry_s)}
        return JSONResponse({"detail": str(error)}, status_code=503, headers=again)

    @app.exception_handler(ModelError)
    async def unavailable(_: Request, error: ModelError) -> JSONResponse:
        return JSONResponse({"detail": str(error)}, status_code=503)


def _fields_of(app: FastAPI, path: str) -> list[str]:
    """Return the fields of the body that a path takes."""
    described = app.openapi()
    content = described["paths"].get(path, {}).get("post", {}).get("requestBody", {}).get("content", {})
    name = content.get("application/json", {}).get("schema", {}).get("$ref", "").rpartition("/")[2]
    return list(described["components"]["schemas"].get(name, {}).get("properties", {}))
