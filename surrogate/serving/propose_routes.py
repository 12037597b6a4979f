"""``/propose``: hosts for a campaign, as a job that is asked for until it is done, and can be cancelled."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fastapi import APIRouter, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field

from surrogate.errors import ModelError
from surrogate.serving.jobs import DONE, MOST_KEPT, FullError, Job, Jobs
from surrogate.serving.propose_request import ProposeRequest, read_request
from surrogate.serving.schemas import Problem, Refusal
from surrogate.serving.told_cells import CountedCells

_LONGEST = 40  # characters of a job's id that are repeated
RETRY_S = 30  # what a client is told to wait when too many jobs wait


class JobState(BaseModel):
    """How far a job is, and what came of it."""

    job_id: str
    status: str = Field(description="queued, running, done, failed or cancelled")
    ahead: int = Field(description="jobs that come before it")
    stage: str = Field(description="what is under way")
    done: int = Field(description="steps of it that are done")
    of: int = Field(description="its steps")
    created_at: str = Field(description="UTC, ISO 8601; so are the others")
    started_at: str | None
    finished_at: str | None
    problem: str | None = Field(description="why it failed, and what to do")
    model_version: str | None = Field(description="the champion that proposed")
    proposals: list[dict[str, Any]] = Field(
        description="once it is done, the rows of candidates.json: each host, and the control last"
    )
    cells: CountedCells | None = Field(
        description="once it is done, what it learned from; null without cells of your own"
    )
    notes: list[str] = Field(description="what was understood or assumed")


def propose_routes(jobs: Jobs, problem: Callable[[], str]) -> APIRouter:
    """Make the routes of ``/propose``.

    Parameters
    ----------
    jobs
        That propose.
    problem
        Returns why there is no model to propose by; empty where there is one.

    Returns
    -------
    APIRouter
    """
    router = APIRouter(tags=["proposals"])
    unknown: dict[int | str, dict[str, Any]] = {
        404: {"model": Problem, "description": "There is no such job (any more)"}
    }

    @router.post(
        "/propose",
        status_code=202,
        response_model=JobState,
        response_description="The job; ask for its state at the address in Location",
        responses={
            408: {"model": Problem, "description": "The body took too long to arrive"},
            413: {"model": Problem, "description": "The body is too large"},
            422: {"model": Refusal, "description": "A field is wrong"},
            429: {"model": Problem, "description": "Too many jobs are waiting"},
            503: {"model": Problem, "description": "There is no model yet"},
        },
    )
    def propose(body: ProposeRequest, response: Response) -> Any:
        """Propose hosts for a campaign: minutes for conditions that are new here, else seconds."""
        request = body.model_dump()
        asked = read_request(request)
        if why := problem():
            raise ModelError(why)
        try:
            job = jobs.add(request)
        except FullError:
            detail = "too many jobs are waiting; ask again later, or cancel one: DELETE /propose/{job_id}"
            return JSONResponse({"detail": detail}, status_code=429, headers={"Retry-After": str(RETRY_S)})
        response.headers["Location"] = f"/propose/{job.id}"
        return _state(job, jobs) | {"notes": list(asked.notes)}

    @router.get("/propose/{job_id}", response_model=JobState, responses=unknown)
    def state(job_id: str) -> Any:
        """How far a job is; its proposals once it is done."""
        job = jobs.find(job_id)
        return _state(job, jobs) if job is not None else _no_such_job(job_id)

    @router.delete("/propose/{job_id}", response_model=JobState, responses=unknown)
    def cancel(job_id: str) -> Any:
        """End a job; one that ended already stays as it is."""
        job = jobs.find(job_id)
        if job is None:
            return _no_such_job(job_id)
        jobs.cancel(job)
        return _state(job, jobs)

    return router


def _state(job: Job, jobs: Jobs) -> dict[str, Any]:
    found = job.answer if job.status == DONE and job.answer is not None else {}
    return {
        "job_id": job.id,
        "status": job.status,
        "ahead": jobs.ahead(job),
        **{name: getattr(job, name) for name in ("stage", "done", "of", "created_at", "started_at")},
        "finished_at": job.finished_at,
        "problem": job.problem,
        "model_version": found.get("model_version"),
        "proposals": found.get("proposals", []),
        "cells": found.get("cells"),
        "notes": found.get("notes", []),
    }


def _no_such_job(job_id: str) -> JSONResponse:
    shown = job_id if len(job_id) <= _LONGEST else f"{job_id[:_LONGEST]}..."
    detail = (
        f"there is no job {shown} (any more). Allowed: the job_id of a job that waits, runs, or is among the last "
        f"{MOST_KEPT} that ended. To mend it: POST /propose makes a job and answers with its job_id"
    )
    return JSONResponse({"detail": detail}, status_code=404)
