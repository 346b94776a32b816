"""What a child process does: faulty files of a kind, one after another, within memory and time.

    python -m tests.reliability._one_file_after_another KIND SEED FIRST END

Prints a line of JSON for each file: whether it was read or refused, or how it failed.
"""

import contextlib
import io
import json
import resource
import signal
import sys
import traceback
import warnings
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from negotiation import cli
from negotiation.errors import NegotiationError
from negotiation.report.commands.typed import BAD_INPUT, NOT_DONE
from tests.reliability._kinds_of_file import KINDS

MOST_BYTES = 1 << 30
"""Memory that a process may hold at its peak, whatever the file."""
MOST_ADDRESSES = 4 << 30
"""Bytes of addresses beyond those that the process has at first: the database reserves more than it holds."""
SECONDS = 60
"""Processor time after which a file counts as a hang; a replay takes about ten."""
EVERY_HEAVY = 60
"""Of so many files that can be read, one is put to the uses that take seconds."""
EVERY_COMMAND = 10
"""Of so many files that can be read, one is given to the commands; of those that cannot, each is."""


class _Hang(BaseException):
    """The time of a file is over. No `Exception`, so that nothing takes it for a fault of the file."""


def _over(number, frame):
    raise _Hang


def limited():
    """Set the limits of this process."""
    signal.signal(signal.SIGPROF, _over)
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    most = pages * resource.getpagesize() + MOST_ADDRESSES
    resource.setrlimit(resource.RLIMIT_AS, (most, most))


def outcome(action):
    """Return 'read', 'refused', 'hang', or the trace of an error that has no name of ours."""
    signal.setitimer(signal.ITIMER_PROF, SECONDS)
    try:
        action()
    except NegotiationError as error:
        str(error).encode()
        return "refused"
    except _Hang:
        return "hang"
    except Exception:  # noqa: BLE001 - what is looked for
        return traceback.format_exc()
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
    return "read"


def command(words):
    """Run the command in this process; its end has to be one of those that it promises."""
    out, err = io.StringIO(), io.StringIO()
    before = sys.argv
    sys.argv = ["negotiation", *words]
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            cli.main()
    except SystemExit as end:
        if end.code not in (0, None, NOT_DONE, BAD_INPUT):
            raise RuntimeError(f"the command ended with {end.code!r}") from None
    finally:
        sys.argv = before
    printed = out.getvalue() + err.getvalue()
    if any(mark in printed for mark in ("Traceback", "\x1b", "\x9b")):
        raise RuntimeError(f"the command printed {printed[-2000:]!r}")


def one_file(kind, rng, folder):
    """Make one file and put it to its uses; return whether it was read, and the ways in which it failed."""
    path = kind.write(rng, folder)
    uses = []
    said = outcome(lambda: uses.extend(kind.uses(path)))
    heavy = said == "read" and rng.integers(EVERY_HEAVY) == 0
    actions = [*uses, *(kind.heavy(path) if heavy else [])]
    if said != "read" or rng.integers(EVERY_COMMAND) == 0:
        commands = kind.commands(path, folder / "out")
        slow = said == "read" and kind.heavy(path)
        actions += [lambda words=words: command(words) for words in commands if heavy or not slow]
    found = [said, *map(outcome, actions)]
    return said == "read", [one for one in found if one not in ("read", "refused")]


def main(kind, seed, first, end):
    """Put files to their uses, from one number to another, or to the first that fails."""
    warnings.simplefilter("ignore")
    limited()
    for k in range(int(first), int(end)):
        rng = np.random.default_rng([int(seed), *kind.encode(), k])
        with TemporaryDirectory() as folder:
            read, failed = one_file(KINDS[kind], rng, Path(folder))
        peak = _peak()
        sys.__stdout__.write(json.dumps({"k": k, "read": read, "failed": failed, "peak": peak}) + "\n")
        sys.__stdout__.flush()
        if failed:
            return  # what a fault leaves behind in a process is no business of the next file


def _peak() -> int:
    """Return the most memory that this program has held, in bytes.

    What `getrusage` says goes back to the process that started this one, however large that was.
    """
    status = Path("/proc/self/status")
    if not status.exists():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    lines = status.read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM"))


if __name__ == "__main__":
    main(*sys.argv[1:])
