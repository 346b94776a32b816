"""What every result keeps: a status, and one labelled table behind all that is shown."""

from __future__ import annotations

from typing import get_args

from negotiation.labelled import Table, Tabular
from negotiation.status import Status


def status_fault(result: object) -> str | None:
    """Return what is wrong with a result's status, or `None`.

    Examples
    --------
    >>> status_fault(3)
    "int has no status; a result says 'complete', 'partial' or 'failed'"
    """
    status = getattr(result, "status", None)
    if status not in get_args(Status):
        said = "has no status" if status is None else f"has the status {status!r}"
        return f"{type(result).__name__} {said}; a result says 'complete', 'partial' or 'failed'"
    if status != "complete" and not getattr(result, "reason", "missing"):
        return f"the status is {status!r} and `reason` is empty; it has to say why"
    return None


def table_fault(result: object) -> str | None:
    """Return what is wrong with how a result prints and becomes a data frame, or `None`."""
    if not isinstance(result, Tabular):
        return f"{type(result).__name__} came; a result derives from negotiation.labelled.Tabular"
    table = result.table()
    if type(table) is not Table or not table.title:
        return f"`table()` gives a Table with a title; got {table!r}"
    if any(len(row) != len(table.columns) for row in table.rows):
        return f"every row has one entry for each of the columns {table.columns}"
    if len(set(table.columns)) != len(table.columns):
        return f"columns have different names; got {table.columns}"
    frame, text = result.to_pandas(), str(result)
    if list(frame.columns) != list(table.columns) or len(frame) != len(table.rows):
        return (
            f"the data frame has the table's columns and rows; got {list(frame.columns)}, {len(frame)} rows"
        )
    if not text.startswith(table.title) or "object at 0x" in text:
        return f"it prints as its table, without addresses of objects; got {text[:80]!r}"
    hidden = [str(column) for column in table.columns if str(column) not in text]
    return f"columns {hidden} are missing in print" if hidden else None
