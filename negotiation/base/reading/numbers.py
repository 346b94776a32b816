"""Check numbers, days, flags and seeds that are given in a call, and say what is allowed."""

from __future__ import annotations

from datetime import date, datetime
from numbers import Real
from operator import index
from sys import maxsize

import numpy as np

from negotiation.errors import InvalidDate, InvalidGame, InvalidNumber, NegotiationError, SizeLimit, shown


def expect_flag(name: str, given: object) -> None:
    """Raise unless a value is True or False.

    Examples
    --------
    >>> expect_flag("transfers", True)
    >>> expect_flag("transfers", "no")
    Traceback (most recent call last):
    negotiation.errors.InvalidGame: `transfers` must be True or False; got 'no'
    """
    if not isinstance(given, (bool, np.bool_)):
        raise InvalidGame(f"`{name}` must be True or False; got {shown(given)}")


def expect_count(
    what: str,
    given: object,
    least: int = 1,
    error: type[NegotiationError] = InvalidGame,
    most: int = maxsize,
) -> int:
    """Return a count as an integer, or raise if it is not a whole number from `least` to `most`.

    The exception is of the class `error`, or `SizeLimit` if the number is larger than `most`.

    Examples
    --------
    >>> expect_count("periods", 0.5)
    Traceback (most recent call last):
    negotiation.errors.InvalidGame: the number of periods must be a whole number of at least 1; got 0.5
    """
    try:
        count = least - 1 if isinstance(given, (bool, np.bool_)) else index(given)  # type: ignore[arg-type]
    except TypeError:
        count = least - 1
    if count < least:
        raise error(f"the number of {what} must be a whole number of at least {least}; got {shown(given)}")
    if count > most:
        raise SizeLimit(f"at most {most:,} {what} can be computed; got {shown(given)}: ask for fewer")
    return count


def expect_number(what: str, given: object, error: type[NegotiationError] = InvalidNumber) -> float:
    """Return a number as a float, or raise `error` if the value is no number. The caller checks its range.

    Examples
    --------
    >>> expect_number("a price", "two")
    Traceback (most recent call last):
    negotiation.errors.InvalidNumber: a price must be a number; got 'two'
    """
    # Most values are floats, and the check of any other kind of number is slow.
    if type(given) is float:
        return given
    if isinstance(given, (bool, np.bool_)) or not isinstance(given, Real):
        raise error(f"{what} must be a number; got {shown(given)}")
    try:
        return float(given)
    except OverflowError:
        raise error(f"{what} must be a number that fits in a double; got {shown(given)}") from None


def expect_day(given: object) -> date:
    """Return a day that is given as a date or as text.

    Examples
    --------
    >>> expect_day("2025-10-30")
    datetime.date(2025, 10, 30)
    >>> expect_day("30 October")
    Traceback (most recent call last):
    negotiation.errors.InvalidDate: a day must be a date, or a text such as 2025-10-30; got '30 October'
    """
    if isinstance(given, date):
        return given.date() if isinstance(given, datetime) else given
    try:
        return date.fromisoformat(given)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        raise InvalidDate(f"a day must be a date, or a text such as 2025-10-30; got {shown(given)}") from None


def expect_generator(rng: object) -> np.random.Generator:
    """Return a new generator with the seed `rng`, or `rng` itself if it is a generator.

    Examples
    --------
    >>> expect_generator(-1)
    Traceback (most recent call last):
    negotiation.errors.InvalidNumber: `rng` must be a whole number of at least 0 or a NumPy generator; got -1
    """
    try:
        return np.random.default_rng(rng)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        raise InvalidNumber(
            f"`rng` must be a whole number of at least 0 or a NumPy generator; got {shown(rng)}"
        ) from None
