"""Refuse a body that is too large, or takes too long to arrive, before it is parsed.

A client that is still sending when its connection is closed sees a broken connection and never the answer; so what
is refused is read to its end, and thrown away, up to a limit. A client that sends slowly holds none of the threads
that answer, only its connection, and that not for ever.
"""

from __future__ import annotations

import anyio
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

MOST_BYTES = 4 * 1024 * 1024  # 1,000 designs with every column, generously spaced, take about 2 MB
MOST_SECONDS = 60.0  # for a body to arrive; the largest takes as long at half a megabit a second
MOST_DRAINED = 200 * 1024 * 1024  # bytes of a refused body that are read before the connection is closed


class BodyLimit:
    """ASGI middleware: answers 413 to a body of more than ``most`` bytes, 408 to one that takes over ``seconds``."""

    def __init__(self, app: ASGIApp, most: int = MOST_BYTES, seconds: float = MOST_SECONDS) -> None:
        self.app, self.most, self.seconds = app, most, seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or refuse its body."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        messages: list[Message] = []
        with anyio.move_on_after(self.seconds) as within:
            arrived = await self._read(scope, receive, messages)
        if within.cancelled_caught:
            late = f"the body took longer than {self.seconds:g} s to arrive; send it at once, or in smaller requests"
            await _refuse(408, late, scope, receive, send)
            return
        if not arrived:
            large = f"the body is larger than {self.most} bytes; send the designs in several requests"
            await _refuse(413, large, scope, receive, send)
            return

        async def replay() -> Message:
            return messages.pop(0) if messages else await receive()

        await self.app(scope, replay, send)

    async def _read(self, scope: Scope, receive: Receive, messages: list[Message]) -> bool:
        """Read a body into ``messages``; False where it is too large, and then to its end."""
        declared = next((value for name, value in scope["headers"] if name == b"content-length"), b"")
        if declared.isdigit() and int(declared) > self.most:
            await _drain(receive, 0)
            return False
        size = 0
        while True:  # a body sent in chunks declares no length
            message = await receive()
            messages.append(message)
            size += len(message.get("body", b""))
            more = message["type"] == "http.request" and message.get("more_body", False)
            if size > self.most:
                if more:
                    await _drain(receive, size)
                return False
            if not more:
                return True


async def _refuse(status: int, detail: str, scope: Scope, receive: Receive, send: Send) -> None:
    response = JSONResponse({"detail": detail}, status_code=status, headers={"Connection": "close"})
    await response(scope, receive, send)


async def _drain(receive: Receive, size: int) -> None:
    """Read a body to its end, or to MOST_DRAINED; ``size`` bytes of it have been read already."""
    while size < MOST_DRAINED:
        message = await receive()
        size += len(message.get("body", b""))
        if message["type"] != "http.request" or not message.get("more_body", False):
            return
