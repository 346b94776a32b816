"""Whom the explorer answers: its own pages, under a name of this machine, and so many of them at once.

A page from elsewhere that is open in the same browser can send requests to this machine, under a name of its
own that it lets point here, or under the machine's; the browser says which by `Host` and `Origin`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Awaitable, Callable, MutableMapping
from time import monotonic
from typing import Any, TypeAlias
from urllib.parse import parse_qs

Scope: TypeAlias = MutableMapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send: TypeAlias = Callable[[MutableMapping[str, Any]], Awaitable[None]]
App: TypeAlias = Callable[[Scope, Receive, Send], Awaitable[None]]

# Names of this machine, with any port.
TRUSTED = re.compile(rb"(?:127\.0\.0\.1|localhost|\[::1\])(?::[0-9]+)?", re.IGNORECASE)

# Tabs at once: each has a thread and some ten megabytes of its own.
MOST_SESSIONS = 8

# Seconds for which a closed tab's session is kept, so that a reload finds it again.
KEPT = 20


class Guard:
    """An ASGI app before another one, which sees what may be answered."""

    def __init__(self, app: App) -> None:
        self.app = app
        # Requests that are open, by session, and when the last of each was over.
        self.open: Counter[str] = Counter()
        self.over: dict[str, float] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or refuse it."""
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        headers = dict(scope["headers"])
        host = headers.get(b"host", b"")
        if not TRUSTED.fullmatch(host) or headers.get(b"origin", b"http://" + host) != b"http://" + host:
            await _refuse(scope, send, 403, b"The explorer answers its own page on this machine alone.")
            return
        # What begins or takes up a session, by either way to do it, names it in its address.
        session = parse_qs(scope["query_string"].decode("latin-1")).get("session_id", [""])[0]
        if session and not self._has_room(session):
            await _refuse(scope, send, 503, b"Too many tabs are open; close one and wait a little.")
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


async def _refuse(scope: Scope, send: Send, status: int, why: bytes) -> None:
    if scope["type"] == "websocket":  # before it is accepted, which the server answers with 403
        await send({"type": "websocket.close", "code": 1008, "reason": why.decode()})
        return
    text = [(b"content-type", b"text/plain")]
    await send({"type": "http.response.start", "status": status, "headers": text})
    await send({"type": "http.response.body", "body": why})
