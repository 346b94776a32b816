"""The contract of results: a status, and one labelled table behind everything that is shown."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import get_args

from negotiation.base.labelled import Table, Tabular
from negotiation.base.labelled.fitting import WIDTH
from negotiation.base.status import Status


def result_fault(result: object) -> str | None:
    """Return what is wrong with a result's status, or with how it prints, or `None`."""
    return status_fault(result) or table_fault(result)


def status_fault(result: object) -> str | None:
    """Return what is wrong with a result's status, or `None`.

    Examples
    --------
    >>> status_fault(3)
    "int has no status; a result says 'complete', 'partial' or 'failed'"
    """
    status = getattr(result, "status", None)
    if status not in get_args(Status):
        fault = "has no status" if status is None else f"has the status {status!r}"
        return f"{type(result).__name__} {fault}; a result says 'complete', 'partial' or 'failed'"
    if status != "complete" and not getattr(result, "reason", "missing"):
        return f"the status is {status!r} and `reason` is empty; it must say why"
    return None


def table_fault(result: object) -> str | None:
    """Return what is wrong with how a result prints and becomes a data frame, or `None`."""
    if not isinstance(result, Tabular):
        return (
            f"a {type(result).__name__} does not derive from negotiation.base.labelled.Tabular, "
            "as results must"
        )
    table = result.table()
    if type(table) is not Table or not table.title:
        return f"`table()` must return a Table with a title; got {table!r}"
    if any(len(row) != len(table.columns) for row in table.rows):
        return f"every row must have one entry for each of the columns {table.columns}"
    if len(set(table.columns)) != len(table.columns):
        return f"columns must have different names; got {table.columns}"
    frame, text = result.to_pandas(), str(result)
    if list(frame.columns) != list(table.columns) or len(frame) != len(table.rows):
        return (
            f"the data frame must have the table's columns and rows; got {list(frame.columns)}, "
            f"{len(frame)} rows"
        )
    # Long titles and names are set on several lines.
    if not _words(text).startswith(_words(table.title)) or "object at 0x" in text:
        return f"it must print as its table, without addresses of objects; got {text[:80]!r}"
    hidden = [str(column) for column in table.columns if not all(word in text for word in column.split())]
    return f"columns {hidden} are missing in print" if hidden else shown_fault(result)


def shown_fault(result: Tabular) -> str | None:
    """Return what is wrong with how long and how wide a result is shown, or `None`.

    A representation must have fewer than 2,500 characters, and a print fewer than 6,000 in lines of up to 80.
    The HTML must close all elements that it opens.
    """
    represented, printed = repr(result), str(result)
    if len(represented) >= 2_500 or len(printed) >= 6_000:
        return (
            f"its representation has {len(represented)} characters and its print {len(printed)}; "
            "expected fewer than 2,500 and 6,000"
        )
    wide = [line for line in printed.splitlines() if len(line) > WIDTH]
    if wide:
        return f"a line has {len(wide[0])} characters; the limit is {WIDTH}: {wide[0]!r}"
    html = _Html()
    html.feed(result._repr_html_())
    html.close()
    return f"its HTML leaves {html.open} open" if html.open or html.wrong else None


class _Html(HTMLParser):
    """A parser that lists the elements left open, and notes whether one is closed out of order."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.wrong = False

    def handle_starttag(self, tag: str, attrs: object) -> None:
        """Record an element that begins."""
        del attrs
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """Record an element that ends, and whether it was the last to begin."""
        self.wrong |= not self.open or self.open.pop() != tag


def _words(text: str) -> str:
    return " ".join(text.split())
