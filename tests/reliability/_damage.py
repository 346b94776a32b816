"""What is shown of a store after damage to it or to what lies beside it, sorted by what that means."""

from collections import Counter

from negotiation.errors import NegotiationError
from negotiation.lab import stored
from tests.reliability._numbers import wrong_values


def flip(path, rng):
    """Turn one bit of a file, anywhere in it."""
    content = bytearray(path.read_bytes())
    content[rng.integers(len(content))] ^= 1 << int(rng.integers(8))
    path.write_bytes(bytes(content))


def shown(path, cells):
    """Return what a store shows, in a word, and what was wrong with it.

    Parameters
    ----------
    path : Path
        The store.
    cells : int
        How many were committed.

    Returns
    -------
    outcome : str
        ``whole``, ``fewer`` (rows are missing, the others right), ``refused`` (an error of the package),
        ``wrong`` or ``other`` (any other error).
    text : str
        The error's text.
    """
    try:
        found = stored("numbers", path).frame
    except NegotiationError as error:
        return "refused", str(error)
    except Exception as error:  # noqa: BLE001 - that there is none is what is asked
        return "other", f"{type(error).__name__}: {error}"
    if wrong_values(found, cells):
        return "wrong", ""
    return ("whole" if len(found) == cells else "fewer"), ""


def tally(outcomes):
    """Return how many outcomes there were of each kind, in the order of `KINDS`."""
    counts = Counter(outcomes)
    return tuple(counts[kind] for kind in KINDS)


KINDS = ("whole", "fewer", "refused", "wrong", "other")
COLUMNS = (
    "shown complete and correct",
    "shown with rows missing",
    "refused with an error",
    "wrong values shown",
    "unexpected error",
)
FORBIDDEN = COLUMNS[3:]
