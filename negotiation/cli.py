"""The command `negotiation`: what it prints without a subcommand, and how it reports errors.

Its subcommands are declared in `negotiation.report.commands.declared`. The names of commands and options and
the exit statuses are public; the functions here are not.

Exit statuses: 0 done; 1 the computation failed or is incomplete; 2 bad input, explained on standard error;
130 interrupted.
"""

from __future__ import annotations

import gc
import os
import sys
import warnings
from errno import ENOSPC
from pathlib import Path
from typing import Annotated

import typer
from typer import Option

from negotiation._version import __version__
from negotiation.errors import NegotiationError, printable
from negotiation.report.commands import declared  # noqa: F401 - it adds the subcommands
from negotiation.report.commands.typed import BAD_INPUT, app

TODAY = Path(__file__).parent / "asking" / "data" / "today.txt"
GO_ON = (
    'Go on with: negotiation ask "USA tariff 60"; negotiation verdict 2026-09-washington; '
    "negotiation forecast.\nAll commands: negotiation --help"
)


@app.callback(invoke_without_command=True)
def _begin(
    context: typer.Context,
    version: Annotated[bool, Option("--version", help="Show the version and exit.")] = False,
) -> None:
    if version:
        typer.echo(__version__)
        raise typer.Exit
    if context.invoked_subcommand is None:
        # A stored text, so that nothing heavy is loaded: which legs hold, the last move, the likeliest.
        typer.echo(TODAY.read_text(encoding="utf-8") + GO_ON)


def _as_sentence(message: Warning | str, category: type[Warning], *where: object, **line: object) -> str:
    """Return a warning as a sentence, without the line of code that issued it."""
    del where, line
    return printable(f"{category.__name__}: {message}") + "\n"


def main() -> None:
    """Run the command; on bad input, explain it on standard error and exit with status 2."""
    # Users see a sentence, not the line of code that issued the warning.
    warnings.formatwarning = _as_sentence
    # A command makes many objects and few cycles; collecting less often makes a replay five percent faster.
    gc.set_threshold(50_000, 20, 20)
    try:
        app()
        # A full disk shows at this flush at the latest, while it can still be reported.
        if sys.stdout is not None:
            sys.stdout.flush()
    except NegotiationError as error:
        typer.echo(f"{type(error).__name__}: {error}", err=True)
        raise SystemExit(BAD_INPUT) from None
    except OSError as error:
        # Any other error is a fault of this package, and shows its traceback.
        if error.errno != ENOSPC:
            raise
        # Otherwise Python tries to flush once more when it exits, and complains.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        typer.echo(
            "CannotWrite: the output cannot be written: no space is left on the disk; free some space and "
            "run the command again",
            err=True,
        )
        raise SystemExit(BAD_INPUT) from None
