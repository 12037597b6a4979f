"""Refuse a body that is too large before it is parsed.

A client that is still sending when its connection is closed sees a broken connection and never the answer; so what
is refused is read to its end, and thrown away, up to a limit.
"""

from __future__ import annotations

from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

MOST_BYTES = 4 * 1024 * 1024  # 1,000 designs with every column, generously spaced, take about 2 MB


MOST_DRAINED = 200 * 1024 * 1024  # bytes of a refused body that are read before the connection is closed


class BodyLimit:
    """ASGI middleware: answers 413 to a body of more than ``most`` bytes, declared or sent."""

    def __init__(self, app: ASGIApp, most: int = MOST_BYTES) -> None:
        self.app, self.most = app, most

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or refuse its body."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        declared = next((value for name, value in scope["headers"] if name == b"content-length"), b"")
        if declared.isdigit() and int(declared) > self.most:
            await _drain(receive, 0)
            await self._refuse(scope, receive, send)
            return
        messages, size = [], 0
        while True:  # a body sent in chunks declares no length
            message = await receive()
            messages.append(message)
            size += len(message.get("body", b""))
            more = message["type"] == "http.request" and message.get("more_body", False)
            if size > self.most:
                messages.clear()
                if more:
                    await _drain(receive, size)
                await self._refuse(scope, receive, send)
                return
            if not more:
                break

        async def replay() -> Message:
            return messages.pop(0) if messages else await receive()

        await self.app(scope, replay, send)

    async def _refuse(self, scope: Scope, receive: Receive, send: Send) -> None:
        detail = f"the body is larger than {self.most} bytes; send the designs in several requests"
        response = JSONResponse({"detail": detail}, status_code=413, headers={"Connection": "close"})
        await response(scope, receive, send)


async def _drain(receive: Receive, size: int) -> None:
    """Read a body to its end, or to MOST_DRAINED; ``size`` bytes of it have been read already."""
    while size < MOST_DRAINED:
        message = await receive()
        size += len(message.get("body", b""))
        if message["type"] != "http.request" or not message.get("more_body", False):
            return
