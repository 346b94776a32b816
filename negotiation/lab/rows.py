"""A row of the store: what is kept of one cell."""

from typing import NamedTuple


class Row(NamedTuple):
    """What is stored of one cell: its measures as JSON, or its error; how it went and how long it took."""

    cell_id: str
    status: str
    cell: str
    replication: int
    measures: str | None
    error: str | None
    seconds: float
