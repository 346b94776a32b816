"""Whom the explorer answers: its own pages, under a name of this machine, and so many of them at once.

A page from elsewhere that is open in the same browser can send requests to this machine, under a name of its
own that it lets point here, or under the machine's; the browser says which by `Host` and `Origin`.
"""

from __future__ import annotations

import re
from collections import Counter
from time import monotonic

from starlette.datastructures import Headers, QueryParams
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

# Names of this machine, with any port.
TRUSTED = re.compile(r"(?:127\.0\.0\.1|localhost|\[::1\])(?::[0-9]+)?", re.IGNORECASE)

# Tabs at once: each has a thread and some ten megabytes of its own.
MOST_SESSIONS = 8

# Bytes of the body of a request.
MOST_BYTES = 1_000_000

# Seconds for which a closed tab's session is kept, so that a reload finds it again.
KEPT = 20


class Guard:
    """An ASGI app before another one, which sees what may be answered."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        # Requests that are open, by session, and when the last of each was over.
        self.open: Counter[str] = Counter()
        self.over: dict[str, float] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or refuse it."""
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        host = headers.get("host", "")
        if not TRUSTED.fullmatch(host) or headers.get("origin", f"http://{host}") != f"http://{host}":
            refusal = PlainTextResponse("The explorer answers its own page on this machine alone.", 403)
            await refusal(scope, receive, send)
            return
        # A slider's value takes some hundred bytes; a body whose length is not said could have no end.
        size = headers.get("content-length", "" if "transfer-encoding" in headers else "0")
        if not size.isdecimal() or int(size) > MOST_BYTES:
            await PlainTextResponse("The request is too long.", 413)(scope, receive, send)
            return
        # What begins or takes up a session, by either way to do it, names it in its address.
        session = QueryParams(scope["query_string"]).get("session_id", "")
        if session and not self._has_room(session):
            await PlainTextResponse("Too many tabs: close one, and wait a little.", 503)(scope, receive, send)
            return
        self.open[session] += 1
        try:
            await self.app(scope, receive, send)
        finally:
            self.open[session] -= 1
            self.over[session] = monotonic()

    def _has_room(self, session: str) -> bool:
        """Return whether a session is one that there is, or may be one more."""
        # Somewhat longer than the server keeps it, so that none is forgotten here that is there still.
        since = monotonic() - KEPT - 5
        held = {name for name in {*self.open, *self.over} if self.open[name] or self.over[name] > since}
        for name in {*self.over} - held:
            del self.open[name], self.over[name]
        return session in held or len(held - {""}) < MOST_SESSIONS
