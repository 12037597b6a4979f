"""The endpoint's pages: a front page and the reference, both rendered here and free of outside requests."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from fastapi.responses import HTMLResponse
from jinja2 import Environment

from surrogate import __version__
from surrogate.report import style
from surrogate.report.quantities import unit
from surrogate.serving.request import MOST_DESIGNS

POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; connect-src 'self'; "
    "img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


def answer(page: str) -> HTMLResponse:
    """Send a page with the headers that keep a browser from asking anybody else."""
    return HTMLResponse(
        page,
        headers={
            "Content-Security-Policy": POLICY,
            "X-Content-Type-Options": "nosniff",
            "Referrer-Policy": "no-referrer",
        },
    )


def bench(model_version: str | None, problem: str) -> str:
    """Render the design bench; without a model a table of published hosts, and what to run."""
    from surrogate.serving.bench_facts import (  # brings torch: only when it is wanted
        bench_facts,
        demonstration,
    )

    return _render(
        "bench.html.j2",
        model_version=model_version,
        problem=problem,
        facts={"model": model_version, **bench_facts()},
        demonstration=[] if model_version else demonstration(),
    )


def docs(openapi: Mapping[str, Any], space: Mapping[str, Any]) -> str:
    """Render the reference, made from the OpenAPI description and the table of columns."""
    schemas_by_name = openapi.get("components", {}).get("schemas", {})
    operations = [
        _operation(path, method, operation, schemas_by_name)
        for path, methods in openapi["paths"].items()
        for method, operation in methods.items()
    ]
    return _render(
        "docs.html.j2",
        title=openapi["info"]["title"],
        description=openapi["info"]["description"],
        operations=operations,
        groups=[
            (
                name,
                [fact | {"printed_unit": _unit(fact)} for fact in space["columns"] if fact["role"] == role],
            )
            for role, name in (
                ("choice", "The host"),
                ("condition", "The cell"),
                ("override", "Measured properties, instead of what the composition implies"),
                ("modifier", "What else is done to the host or the cell; predictions do not see it"),
            )
        ],
        rules=space["rules"],
        most=MOST_DESIGNS,
    )


def _operation(
    path: str, method: str, operation: Mapping[str, Any], known: Mapping[str, Any]
) -> dict[str, Any]:
    content = operation.get("requestBody", {}).get("content", {}).get("application/json")
    answers = []
    for status, response in operation["responses"].items():
        schema = response.get("content", {}).get("application/json", {}).get("schema", {})
        answers.append(
            {"status": status, "meaning": response["description"], "fields": _fields(schema, known)}
        )
    return {
        "path": path,
        "method": method.upper(),
        "id": re.sub(r"[^a-z0-9]+", "-", f"{method}{path}").strip("-"),
        "parameters": [
            {
                "name": one["name"],
                "where": one["in"],
                "text": one.get("description", "") or one["schema"].get("description", ""),
                "example": next(iter(one["schema"].get("examples", [])), ""),
            }
            for one in operation.get("parameters", [])
        ],
        "text": operation.get("description", ""),
        "example": _json(_named(content["schema"], known)["example"]) if content else "",
        "answers": answers,
    }


def _unit(fact: Mapping[str, Any]) -> str:
    return unit(fact["name"]) if fact["unit"] else ""


def _fields(schema: Mapping[str, Any], known: Mapping[str, Any]) -> list[str]:
    return list(_named(schema, known).get("properties", {}))


def _named(schema: Mapping[str, Any], known: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the schema that another refers to; empty where it refers to none."""
    found: Mapping[str, Any] = known.get(schema.get("$ref", "").rpartition("/")[2], {})
    return found


def _json(value: Any) -> str:
    return json.dumps(value, indent=2)


def _render(name: str, **values: Any) -> str:
    return _environment().get_template(name).render(version=__version__, style=style, **values)


@cache
def _environment() -> Environment:
    return style.environment(Path(__file__).resolve().parent)
