"""What an entry point said of a case, held against the truth."""

from typing import NamedTuple


class Answer(NamedTuple):
    """One answer of one entry point.

    Parameters
    ----------
    status : str
        `complete`, `partial`, `failed` or `refused`.
    reason : str
        Why it is not complete, as the package says it.
    wrong : str
        What is wrong with it; empty where nothing is.
    said : object
        What must not depend on the unit of one player.
    """

    status: str = "complete"
    reason: str = ""
    wrong: str = ""
    said: object = None


def of(found: object, wrong: str = "", said: object = None) -> Answer:
    """Return the answer that a result of the package is."""
    status = found.status
    return Answer(status, "" if status == "complete" else getattr(found, "reason", ""), wrong, said)
