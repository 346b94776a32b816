"""A row of the store: what is kept of one cell; and the columns that every table has."""

from typing import NamedTuple

BOOKKEEPING = ("status", "error")
# Columns of every table's own: no axis has such a name, and a measure of one is told apart.
RESERVED = ("replication", *BOOKKEEPING)


def last_line(error: str | None) -> str | None:
    r"""Return the last line of an error's text, which says what it was.

    Examples
    --------
    >>> last_line("Traceback (most recent call last):\n  ...\nValueError: too much")
    'ValueError: too much'
    """
    lines = (error or "").strip().splitlines()
    return lines[-1] if lines else None


class Row(NamedTuple):
    """What is stored of one cell: its measures as JSON, or its error; how it went and how long it took."""

    cell_id: str
    status: str
    cell: str
    replication: int
    measures: str | None
    error: str | None
    seconds: float
