"""Says on a terminal that kernels are being compiled: a solver's first use takes a while, others do not."""

from __future__ import annotations

import logging
import multiprocessing
import sys
import time
from functools import lru_cache
from typing import Any

from numba.core import event

PATIENCE = 2.0
"""Seconds of compilation that nobody needs to be told of."""

LOGGER = logging.getLogger(__name__)
NOTICE = "negotiation: compiling what this needs for this machine; it is kept, so this wait comes once ..."


class Notice(event.Listener):
    """Logs one line when compilation goes on for longer than `patience` seconds."""

    def __init__(self, patience: float = PATIENCE) -> None:
        self.patience = patience
        self.begun: float | None = None
        self.said = False

    def on_start(self, event: Any) -> None:  # noqa: ARG002 - as numba calls it
        """Take note that a function is about to be compiled."""
        if self.begun is None:
            self.begun = time.monotonic()
        elif not self.said and time.monotonic() - self.begun >= self.patience:
            self.said = True
            LOGGER.warning(NOTICE)

    def on_end(self, event: Any) -> None:
        """Do nothing."""


@lru_cache(maxsize=1)
def announce() -> None:
    """Have long compilation told of, if somebody is looking and this is not a worker of another process."""
    if sys.stderr.isatty() and multiprocessing.parent_process() is None:
        event.register("numba:compile", Notice())  # type: ignore[no-untyped-call]
