"""The explorer answers its own pages under a name of this machine, and only so many tabs."""

import asyncio

import pytest

pytest.importorskip("marimo")
from negotiation.report.explorer.guard import MOST_SESSIONS, Guard


async def served(scope, receive, send):
    """Answer, and stay until the caller has gone."""
    await send({"type": "served"})
    await receive()


async def answer(guard, kind="http", host="127.0.0.1:2718", origin=None, session="", gone=True, more=()):
    """Return what is sent first for one request, whose caller stays if `gone` is false."""
    headers = [(b"host", host.encode()), *([(b"origin", origin.encode())] if origin else []), *more]
    sent, leaving = asyncio.Queue(), asyncio.Event()
    if gone:
        leaving.set()
    scope = {"type": kind, "headers": headers, "query_string": f"session_id={session}".encode()}
    task = asyncio.ensure_future(guard(scope, leaving.wait, sent.put))
    first = await sent.get()
    if gone:
        await task
    return first.get("status", first["type"])


@pytest.mark.parametrize(
    ("host", "origin", "is_served"),
    [
        ("127.0.0.1:2718", None, True),
        ("localhost", "http://localhost", True),
        ("[::1]:9", "http://[::1]:9", True),
        ("evil.example", None, False),
        ("127.0.0.1.evil.example", None, False),
        ("127.0.0.1:2718", "http://evil.example", False),
        ("127.0.0.1:2718", "http://127.0.0.1:8888", False),
        ("127.0.0.1:2718", "null", False),
        ("evil.example", "http://evil.example", False),
    ],
)
def test_only_pages_of_its_own_are_answered(host, origin, is_served):
    for kind in ("http", "websocket"):
        found = asyncio.run(answer(Guard(served), kind, host, origin))
        assert found == ("served" if is_served else 403)


def test_so_many_tabs_are_answered_and_one_that_closed_counts_for_a_while():
    async def asked():
        guard = Guard(served)
        for k in range(MOST_SESSIONS):
            assert await answer(guard, "websocket", session=f"s{k}", gone=k % 2 == 0) == "served"
        for kind in ("http", "websocket"):
            assert await answer(guard, kind, session="more") == 503
        assert await answer(guard, session="s0") == await answer(guard, session="s1") == "served"
        assert await answer(guard) == "served"  # pictures and texts of pages begin no session

    asyncio.run(asked())


@pytest.mark.parametrize(
    ("header", "status"),
    [
        ((b"content-length", b"100"), "served"),
        ((b"content-length", b"1000000000"), 413),
        ((b"content-length", b"-1"), 413),
        ((b"transfer-encoding", b"chunked"), 413),
    ],
)
def test_a_body_that_is_too_long_or_may_be_is_refused(header, status):
    assert asyncio.run(answer(Guard(served), more=[header])) == status
