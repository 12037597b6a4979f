"""Who may ask: with a token set, only those who send it; what is open without one."""

from __future__ import annotations

import secrets

from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

TOKEN_VARIABLE = "LIHOST_TOKEN"
FEWEST_CHARACTERS = 16
OPEN = frozenset(
    {"/health", "/", "/docs"}
)  # what watches a service has no token; pages hold no data and ask for it


class BearerToken:
    """ASGI middleware: answers 401 to a request without the token.

    Parameters
    ----------
    app
        The application.
    token
        That requests carry as ``Authorization: Bearer TOKEN``; empty: everybody may ask.
    """

    def __init__(self, app: ASGIApp, token: str) -> None:
        self.app, self.token = app, token.encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or refuse it."""
        if scope["type"] != "http" or not self.token or scope["path"] in OPEN or self._is_sent(scope):
            await self.app(scope, receive, send)
            return
        detail = "a token is needed: send the header Authorization: Bearer TOKEN"
        answer = JSONResponse({"detail": detail}, status_code=401, headers={"WWW-Authenticate": "Bearer"})
        await answer(scope, receive, send)

    def _is_sent(self, scope: Scope) -> bool:
        sent = next((value for name, value in scope["headers"] if name == b"authorization"), b"")
        kind, _, token = sent.partition(b" ")
        return kind.lower() == b"bearer" and secrets.compare_digest(token.strip(), self.token)
