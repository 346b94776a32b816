"""The date grammar of the records.

A text is one of the following:

- a day, a month or a year: ``2025-05-12``, ``2025-05`` or ``2025``
- a range: ``2018-07 to 2018-09``
- any of these with a remark: ``2025-11-01 (planned)``
- two dates, each with a remark: ``2025-04-05 (10pp) / 2025-04-09 (the balance)``
- ``never applied``

A text that does not match exactly is refused, and nothing is trimmed, completed or guessed. A remark is any
text on one line without parentheses that does not begin or end with a space.
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Literal, TypeAlias

from pydantic import AfterValidator
from pydantic_core import CoreSchema, core_schema

from negotiation.disputes.numerics import NUMERICS
from negotiation.errors import InvalidDate, shown

ALLOWED_DATES = (
    "allowed: '2025-05-12', '2025-05', '2025', 'A to B', any of these with a '(remark)', "
    "'A (remark) / B (remark)', 'never applied'"
)
NEVER = "never applied"
Precision: TypeAlias = Literal["day", "month", "year"]

_PRECISIONS: tuple[Precision, ...] = ("year", "month", "day")
_POINT = r"[0-9]{4}(?:-[0-9]{2}(?:-[0-9]{2})?)?"
_REMARK = r" \((?P<{0}>[^()\s](?:[^()\r\n]*[^()\s])?)\)"
_SINGLE = re.compile(rf"(?P<start>{_POINT})(?: to (?P<end>{_POINT}))?(?:{_REMARK.format('remark')})?")
_DOUBLE = re.compile(
    rf"(?P<first>{_POINT}){_REMARK.format('one')} / (?P<second>{_POINT}){_REMARK.format('two')}"
)


def _of_our_time(day: date) -> date:
    """Return a day, or raise `InvalidDate` if its year is outside the years of the records."""
    if not NUMERICS.first_year <= day.year <= NUMERICS.last_year:
        years = f"{NUMERICS.first_year} to {NUMERICS.last_year}"
        raise InvalidDate(f"expected a day in the years {years}; got {day}")
    return day


# A day of a file.
Day = Annotated[date, AfterValidator(_of_our_time)]


@dataclass(frozen=True)
class DatePart:
    """One date or range of a record, with its remark.

    Examples
    --------
    >>> part = DatePart("2018-07", "2018-09")
    >>> str(part), str(part.earliest), str(part.latest)
    ('2018-07 to 2018-09', '2018-07-01', '2018-09-30')
    """

    # start, end: The first and the last date as written; equal if the record gives one date.
    start: str
    end: str
    # What the record says of it in parentheses, or nothing.
    remark: str = ""

    @property
    def earliest(self) -> date:
        """The first day that the part can mean."""
        return _days(self.start)[0]

    @property
    def latest(self) -> date:
        """The last day that the part can mean."""
        return _days(self.end)[1]

    def __str__(self) -> str:
        span = self.start if self.start == self.end else f"{self.start} to {self.end}"
        return f"{span} ({self.remark})" if self.remark else span


@dataclass(frozen=True)
class RecordDate:
    """A date of the records, as precise as its source. Make one with `RecordDate.parse`."""

    # One part, two for ``D (remark) / D (remark)``, none for ``never applied``.
    parts: tuple[DatePart, ...]

    @classmethod
    def parse(cls, text: str) -> RecordDate:
        """Return the date that a text stands for, or raise `InvalidDate` if it is outside the grammar.

        Examples
        --------
        >>> RecordDate.parse("May 2025")
        Traceback (most recent call last):
        ...
        negotiation.errors.InvalidDate: 'May 2025' is not a date of the records; allowed: ...
        """
        if text == NEVER:
            return cls(())
        if single := _SINGLE.fullmatch(text):
            parts: tuple[DatePart, ...] = (_part(text, single["start"], single["end"], single["remark"]),)
        elif double := _DOUBLE.fullmatch(text):
            first, second = (double["first"], double["one"]), (double["second"], double["two"])
            parts = tuple(_part(text, point, remark=remark) for point, remark in (first, second))
        else:
            raise InvalidDate(f"{shown(text)} is not a date of the records; {ALLOWED_DATES}")
        result = cls(parts)
        if str(result) != text:
            raise InvalidDate(f"{shown(text)} is a range from a date to itself; write {shown(str(result))}")
        return result

    @property
    def never_applied(self) -> bool:
        """Whether the record says that the move was never applied, so that there is no day."""
        return not self.parts

    @property
    def earliest(self) -> date:
        """The first day that the record can mean. Raises `InvalidDate` if the move was never applied."""
        self._require_day()
        return min(part.earliest for part in self.parts)

    @property
    def latest(self) -> date:
        """The last day that the record can mean. Raises `InvalidDate` if the move was never applied."""
        self._require_day()
        return max(part.latest for part in self.parts)

    @property
    def precision(self) -> Precision:
        """The coarsest precision among the dates. Raises `InvalidDate` if the move was never applied."""
        self._require_day()
        dashes = min(point.count("-") for part in self.parts for point in (part.start, part.end))
        return _PRECISIONS[dashes]

    def _require_day(self) -> None:
        if self.never_applied:
            raise InvalidDate(
                f"{NEVER!r} has no day; check .never_applied before you use .earliest, .latest or .precision"
            )

    def __str__(self) -> str:
        return " / ".join(str(part) for part in self.parts) or NEVER

    @classmethod
    def __get_pydantic_core_schema__(cls, source: object, handler: object) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(
            _from_field, serialization=core_schema.to_string_ser_schema()
        )


def _from_field(value: object) -> RecordDate:
    """Return the date in a field of a model, which holds a `RecordDate`, a text or a TOML date."""
    if isinstance(value, RecordDate):
        return value
    if isinstance(value, (str, date)):
        return RecordDate.parse(str(value))
    raise InvalidDate(f"{shown(value)} is not a date of the records; {ALLOWED_DATES}")


def _part(text: str, start: str, end: str | None = None, remark: str | None = None) -> DatePart:
    """Return the part of a date, or raise `InvalidDate` unless both ends exist and are in order."""
    part = DatePart(start, end or start, remark or "")
    try:
        days = [_of_our_time(day) for point in (start, part.end) for day in _days(point)]
    except ValueError:
        years = f"{NUMERICS.first_year} to {NUMERICS.last_year}"
        raise InvalidDate(
            f"{shown(text)} names a date that does not exist or is not in the years {years}; correct it"
        ) from None
    if days[-1] < days[0]:
        raise InvalidDate(f"{shown(text)} ends before it begins; write the earlier date first")
    return part


def _days(point: str) -> tuple[date, date]:
    """Return the first and the last day that a day, a month or a year can mean."""
    numbers = [int(number) for number in point.split("-")]
    year, month, day = (*numbers, 1, 1)[:3]
    first = date(year, month, day)
    if len(numbers) == 3:
        return first, first
    last_month = month if len(numbers) == 2 else 12
    return first, date(year, last_month, monthrange(year, last_month)[1])
