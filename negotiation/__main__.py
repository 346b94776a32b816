"""Run the command as `python -m negotiation`; Ctrl-C ends it with a sentence and exit status 130."""

from __future__ import annotations

import signal
import sys

from negotiation.base.interrupts import noted

INTERRUPTED = 130
SENTENCE = "Interrupted. Files that were written before are whole; run the command again to complete it.\n"


def main() -> None:
    """Run the command; end with 130 if Ctrl-C came before its end, whatever became of it."""
    status: str | int | None = 0
    with noted() as received:
        try:
            # Here, so that a Ctrl-C is handled while the command is loaded, too.
            from negotiation.cli import main as run

            run()
        except SystemExit as leaving:
            status = leaving.code
        except BaseException:  # code that cannot pass a Ctrl-C on raises an error of its own
            if not received:
                raise
    if received:
        # CPython ends by the signal, not with a status, after an interrupt that passed through `exec` of a
        # text, as dataclasses use it; the next `exec` makes it forget.
        exec("")  # noqa: S102
        signal.signal(signal.SIGINT, signal.SIG_DFL)  # a second one ends the process at once
        sys.stderr.write(SENTENCE)
        status = INTERRUPTED
    else:  # all is done and said: a Ctrl-C while Python ends would only lose the status
        signal.signal(signal.SIGINT, signal.SIG_IGN)
    sys.exit(status)


if __name__ == "__main__":
    main()
