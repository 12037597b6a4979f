"""What an operator sees of the endpoint: a line of JSON for each request, and ``/metrics`` for Prometheus.

Data flow: request -> its id, from ``X-Request-ID`` or made here, goes back in the answer -> route, status and seconds
-> counters of this application, and the log ``lihost.serving``. Bodies and query strings are never logged.
"""

from __future__ import annotations

import json
import logging
import re
import sys
import time
from collections.abc import Callable
from typing import Any
from uuid import uuid4

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, generate_latest
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LOG = logging.getLogger("lihost.serving")
HEADER = b"x-request-id"
_AN_ID = re.compile(rb"[\w.:-]{1,100}")
_SECONDS = (0.005, 0.01, 0.015, 0.025, 0.05, 0.1, 0.15, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
OTHER = "other"  # the route of a request to an address that there is not: such addresses are endless


class Metrics:
    """Counters of one application.

    Parameters
    ----------
    jobs
        Returns how many jobs are in each state.
    model
        Returns the version of the model, None where there is none, and how often it was exchanged.
    """

    def __init__(
        self, jobs: Callable[[], dict[str, int]], model: Callable[[], tuple[str | None, int]]
    ) -> None:
        self._jobs_now, self._model_now = jobs, model
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        labels = ("method", "route", "status")
        self.requests = Counter("lihost_requests", "Requests answered", labels, registry=self.registry)
        self.seconds = Histogram(
            "lihost_request_seconds", "Seconds from request to answer", ("method", "route"), buckets=_SECONDS,
            registry=self.registry,
        )  # fmt: skip
        self.designs = Counter("lihost_designs_predicted", "Designs predicted", registry=self.registry)
        self._jobs = Gauge("lihost_jobs", "Jobs that propose", ("status",), registry=self.registry)
        self._model = Gauge(
            "lihost_model", "The model that answers (1)", ("version",), registry=self.registry
        )
        self._exchanges = Gauge(
            "lihost_model_exchanges", "Times that another champion took its place", registry=self.registry
        )

    def text(self) -> bytes:
        """Return the present values in the format of Prometheus."""
        for status, number in self._jobs_now().items():
            self._jobs.labels(status).set(number)
        version, exchanged = self._model_now()
        self._model.clear()
        if version is not None:
            self._model.labels(version).set(1)
        self._exchanges.set(exchanged)
        return generate_latest(self.registry)


class Observed:
    """ASGI middleware: gives every request an id, counts and logs it.

    Parameters
    ----------
    app
        The application.
    metrics
        What is counted.
    """

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self.app, self.metrics = app, metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        given = next((value for name, value in scope["headers"] if name == HEADER), b"")
        request_id = given if _AN_ID.fullmatch(given) else uuid4().hex.encode()
        began, status = time.perf_counter(), 0

        async def observed(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = int(message["status"])
                message["headers"] = [*message.get("headers", []), (HEADER, request_id)]
            await send(message)

        try:
            await self.app(scope, receive, observed)
        except Exception:
            LOG.exception("fault", extra={"request": {"id": request_id.decode(), "path": scope["path"]}})
            if status:  # the answer has begun: only its connection can be ended
                raise
            detail = f"a fault of the endpoint; its log says more about request {request_id.decode()}"
            await JSONResponse({"detail": detail}, status_code=500)(scope, receive, observed)
        finally:
            self._note(scope, status or 500, time.perf_counter() - began, request_id.decode())

    def _note(self, scope: Scope, status: int, seconds: float, request_id: str) -> None:
        route = getattr(scope.get("route"), "path", OTHER)
        method = str(scope["method"]) if route != OTHER else OTHER
        self.metrics.requests.labels(method, route, str(status)).inc()
        self.metrics.seconds.labels(method, route).observe(seconds)
        client = scope.get("client")
        LOG.info(
            "request",
            extra={
                "request": {
                    "id": request_id,
                    "method": scope["method"],
                    "path": scope["path"],
                    "status": status,
                    "ms": round(1000.0 * seconds, 1),
                    "client": client[0] if client else None,
                }
            },
        )


class JsonLines(logging.Formatter):
    """A record as a line of JSON, with the request that it is about."""

    def format(self, record: logging.LogRecord) -> str:
        """Write a record."""
        line: dict[str, Any] = {
            "time": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(record.created)),
            "level": record.levelname.lower(),
            "message": record.getMessage(),
            **getattr(record, "request", {}),
        }
        if record.exc_info:
            line["error"] = self.formatException(record.exc_info)
        return json.dumps(line)


def log_to_standard_error() -> None:
    """Write the log of requests to standard error, a line of JSON each."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    LOG.handlers[:] = [handler]
    LOG.setLevel(logging.INFO)
    LOG.propagate = False
