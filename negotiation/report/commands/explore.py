"""What the command `explore` does: an agreement under sliders in a browser, or its first answers in print."""

from __future__ import annotations

import os
import socket
import sys
from pathlib import Path
from shutil import copy
from tempfile import TemporaryDirectory
from threading import Timer
from typing import Any

from negotiation.asking.base_rate import forecast_asked
from negotiation.errors import InvalidOptions, MissingPackage
from negotiation.report.commands.output import Bar, Output
from negotiation.report.commands.verdict import answer
from negotiation.report.explorer.setting import FIRST, Setting, agreements, has_sliders

# The explorer answers this machine alone.
HOST = "127.0.0.1"

# The explorer's page, which marimo runs: text, sliders, and the calls behind them.
PAGE = Path(__file__).parents[1] / "explorer" / "explorer.md"


def opened(name: str | None) -> str:
    """Return the agreement to begin with, by default the text in force on the last day of the record."""
    if name is None:
        return str(forecast_asked(None, None, None)[1])
    if not has_sliders(name):
        raise InvalidOptions(
            f"there are no sliders for {name}; those that have them: {', '.join(agreements())}"
        )
    return name


def run_explore(output: Output, port: int, first: str, *, browser: bool) -> None:
    """Serve the explorer until it is interrupted, which ends the process."""
    marimo, uvicorn = _packages()
    with socket.socket() as tried:
        if tried.connect_ex((HOST, port)) == 0:
            raise InvalidOptions(f"port {port} is in use; give another one, as --port {port + 1}")
    address = f"http://{HOST}:{port}"
    output.path(f"The explorer is at {address}; Ctrl-C ends it.")
    if browser:
        import webbrowser

        # The server has to stand before the browser asks; a daemon, so that Ctrl-C does not wait for it.
        opening = Timer(1.0, webbrowser.open, [address])
        opening.daemon = True
        opening.start()
    from negotiation.report.explorer.guard import KEPT, Guard  # needs what marimo brings

    # The page, which runs in this process, begins with it.
    FIRST[:] = [first]
    # The page says where its file lies: a copy says nothing of this machine's user.
    with TemporaryDirectory(prefix="negotiation-") as folder:
        page = copy(PAGE, folder)
        app = marimo.create_asgi_app(session_ttl=KEPT).with_app(path="", root=page).build()
        # An open tab would be waited for without end.
        uvicorn.run(Guard(app), host=HOST, port=port, log_level="warning", timeout_graceful_shutdown=1)
    # Threads of tabs wait for their pages still, and Python would wait for them; they have nothing to write.
    sys.stdout.flush()
    os._exit(0)


def print_first(output: Output, agreement: str) -> None:
    """Print what the explorer says before a slider is moved."""
    first = Setting(agreement)
    with Bar("judging"):
        verdicts, lifetimes = first.verdicts, first.lifetimes
    # One world, no draws: where these disagree with it, `verdict` says that a leg is open.
    output.say(answer(verdicts).partition("\n")[0])
    output.table(verdicts.table())
    output.say(first.lasting.replace("*", ""))
    days = {found.leg: found.mean_days for found in lifetimes}
    output.document({"agreement": first.agreement, "verdicts": verdicts.table(), "mean_days": days})


def _packages() -> tuple[Any, Any]:
    """Return marimo and the server that it comes with, or raise `MissingPackage`."""
    from importlib import import_module

    try:
        return import_module("marimo"), import_module("uvicorn")
    except ImportError:
        raise MissingPackage(
            "the explorer needs marimo, which is not installed; from a checkout: pip install '.[explore]'"
        ) from None
