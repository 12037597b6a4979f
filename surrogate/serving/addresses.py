"""Addresses and methods: what there is, told to who asks for something else; HEAD wherever there is GET.

Data flow: request for HEAD -> the same for GET, of whose answer only the head is sent. Path or method that no route
takes -> 404 or 405 with the path, what there is, and what to send.
"""

from __future__ import annotations

from collections.abc import Sequence

from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import BaseRoute, Match, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_LONGEST = 80  # characters of a path that is repeated
_SEE = "GET /docs describes them"


class HeadAsGet:
    """ASGI middleware: answers HEAD as GET, without the body."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] != "http" or scope["method"] != "HEAD":
            await self.app(scope, receive, send)
            return

        async def without_body(message: Message) -> None:
            await send({**message, "body": b""} if message["type"] == "http.response.body" else message)

        scope["method"] = "GET"  # in place: what surrounds this reads the route from it
        try:
            await self.app(scope, receive, without_body)
        finally:
            scope["method"] = "HEAD"


def refused_address(routes: Sequence[BaseRoute], request: Request, status: int) -> JSONResponse:
    """Refuse a path that there is not, or a method that a path does not take.

    Parameters
    ----------
    routes
        Of the application.
    request
        What was asked.
    status
        404 or 405.
    """
    path = request.url.path
    shown = path if len(path) <= _LONGEST else f"{path[:_LONGEST]}..."
    if status == 404:
        there = ", ".join(
            f"{method} {route.path}" for route in _known(routes) for method in _methods([route])
        )
        said = f"there is no {shown} here. Allowed: {there}. To mend it: ask for one of these; {_SEE}"
        return JSONResponse({"detail": said}, status_code=404)
    taken = _methods([route for route in _known(routes) if route.matches(request.scope)[0] is not Match.NONE])
    remedy = f"send {' or '.join(f'{method} {shown}' for method in taken)}; {_SEE}"
    allowed = ", ".join(sorted({*taken, *(["HEAD"] if "GET" in taken else [])}))
    said = f"{shown} does not take {request.method}. Allowed: {allowed}. To mend it: {remedy}"
    return JSONResponse({"detail": said}, status_code=405, headers={"Allow": allowed})


def _known(routes: Sequence[BaseRoute]) -> list[Route]:
    return [route for route in routes if isinstance(route, Route)]


def _methods(routes: Sequence[Route]) -> list[str]:
    return sorted({method for route in routes for method in route.methods or ()} - {"HEAD"})
