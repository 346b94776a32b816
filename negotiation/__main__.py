"""Run the command as `python -m negotiation`; after Ctrl-C, say so and exit with status 130."""

from __future__ import annotations

import signal
import sys

from negotiation.base.interrupts import noted

INTERRUPTED = 130
SENTENCE = "Interrupted. Files that were written before are whole; run the command again to complete it.\n"


def main() -> None:
    """Run the command and exit with its status, or with 130 if Ctrl-C was pressed before it ended."""
    status: str | int | None = 0
    with noted() as received:
        try:
            # Imported here, so that Ctrl-C is also handled while the command is loaded.
            from negotiation.cli import main as run

            run()
        except SystemExit as leaving:
            status = leaving.code
        except BaseException:  # code that cannot pass on Ctrl-C raises an error of its own
            if not received:
                raise
    if received:
        # If the interrupt passed through `exec` of a text, as in dataclasses, CPython would end by the signal
        # and not with a status; another `exec` clears that.
        exec("")  # noqa: S102
        signal.signal(signal.SIGINT, signal.SIG_DFL)  # a second Ctrl-C ends the process at once
        sys.stderr.write(SENTENCE)
        status = INTERRUPTED
    else:  # the work is done: Ctrl-C while Python exits would only lose the status
        signal.signal(signal.SIGINT, signal.SIG_IGN)
    sys.exit(status)


if __name__ == "__main__":
    main()
