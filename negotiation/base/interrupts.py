"""Handling of Ctrl-C: delay it where it would do damage, and raise it again where other code drops it.

Python raises `KeyboardInterrupt` wherever the main thread happens to be. LLVM, DuckDB and finalizers call
Python code but cannot pass an exception on: they crash, raise an error of their own, or drop the exception.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_WHOLE: ContextVar[bool] = ContextVar("_WHOLE", default=False)

# What DuckDB says in a `RuntimeError` of its own when Ctrl-C meets a query.
DUCKDB_SAYS = "Query interrupted"


def _has_handler() -> bool:
    """Return whether Ctrl-C calls a Python handler in this thread. Only the main thread has handlers."""
    return threading.current_thread() is threading.main_thread() and callable(signal.getsignal(signal.SIGINT))


@contextmanager
def uninterrupted() -> Iterator[None]:
    """Delay Ctrl-C until the block has ended without an exception, then call the previous handler once."""
    if not _has_handler():
        yield
        return
    received: list[int] = []
    handler = signal.signal(signal.SIGINT, lambda number, _: received.append(number))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, handler)
    # An exception from the block takes precedence: it says more than the Ctrl-C.
    if received:
        handler(signal.SIGINT, None)  # type: ignore[operator,misc]


@contextmanager
def noted() -> Iterator[list[int]]:
    """Yield a list that collects each Ctrl-C that raised an exception, even if other code caught it."""
    received: list[int] = []
    if not _has_handler():
        yield received
        return

    def note(number: int, frame: object) -> None:
        """Call the previous handler, and note whether it raises."""
        try:
            handler(number, frame)  # type: ignore[operator,misc,arg-type]
        except BaseException:
            received.append(number)
            raise

    handler = signal.signal(signal.SIGINT, note)
    try:
        yield received
    finally:
        signal.signal(signal.SIGINT, handler)


@contextmanager
def whole_or_absent() -> Iterator[None]:
    """Raise `KeyboardInterrupt` after the block if Ctrl-C was pressed in it, even if code caught it there."""
    token = _WHOLE.set(True)
    with noted() as received:
        try:
            yield
        finally:
            _WHOLE.reset(token)
            # Also in place of an error that other code made of it.
            if received:
                raise KeyboardInterrupt


def must_be_whole() -> bool:
    """Return whether this code runs in `whole_or_absent`, so that a partial result must not be returned."""
    return _WHOLE.get()


@contextmanager
def stopped_by_ctrl_c() -> Iterator[None]:
    """Turn DuckDB's own error of an interrupted query back into `KeyboardInterrupt`."""
    try:
        yield
    except RuntimeError as error:
        if str(error) != DUCKDB_SAYS:
            raise
        raise KeyboardInterrupt from None
