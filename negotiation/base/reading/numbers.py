"""Numbers, days, flags and seeds as they are given in a call: read, or refused with what is allowed."""

from __future__ import annotations

from datetime import date, datetime
from numbers import Real
from operator import index
from sys import maxsize

import numpy as np

from negotiation.errors import InvalidDate, InvalidGame, InvalidNumber, NegotiationError, SizeLimit, shown


def expect_flag(name: str, given: object) -> None:
    """Refuse what is neither true nor false.

    Examples
    --------
    >>> expect_flag("transfers", True)
    >>> expect_flag("transfers", "no")
    Traceback (most recent call last):
    negotiation.errors.InvalidGame: `transfers` is True or False; got 'no'
    """
    if not isinstance(given, (bool, np.bool_)):
        raise InvalidGame(f"`{name}` is True or False; got {given!r}")


def expect_count(
    what: str,
    given: object,
    least: int = 1,
    error: type[NegotiationError] = InvalidGame,
    most: int = maxsize,
) -> int:
    """Return a number of things as an integer, or refuse what is none of at least so many.

    Examples
    --------
    >>> expect_count("periods", 0.5)
    Traceback (most recent call last):
    negotiation.errors.InvalidGame: the number of periods is a whole number of at least 1; got 0.5
    """
    try:
        count = least - 1 if isinstance(given, (bool, np.bool_)) else index(given)  # type: ignore[arg-type]
    except TypeError:
        count = least - 1
    if count < least:
        raise error(f"the number of {what} is a whole number of at least {least}; got {shown(given)}")
    if count > most:
        raise SizeLimit(f"at most {most:,} {what} can be gone through; got {shown(given)}: ask for fewer")
    return count


def expect_number(what: str, given: object, error: type[NegotiationError] = InvalidNumber) -> float:
    """Return a number as a float, or refuse what is none; which of them are allowed is the caller's.

    Examples
    --------
    >>> expect_number("a price", "two")
    Traceback (most recent call last):
    negotiation.errors.InvalidNumber: a price is a number; got 'two'
    """
    # Most are, by the million, and the check of any other kind of number is slow.
    if type(given) is float:
        return given
    if isinstance(given, (bool, np.bool_)) or not isinstance(given, Real):
        raise error(f"{what} is a number; got {shown(given)}")
    try:
        return float(given)
    except OverflowError:
        raise error(f"{what} is a number that a double holds; got {shown(given)}") from None


def expect_day(given: object) -> date:
    """Return a day that is given as a date or as text.

    Examples
    --------
    >>> expect_day("2025-10-30")
    datetime.date(2025, 10, 30)
    >>> expect_day("30 October")
    Traceback (most recent call last):
    negotiation.errors.InvalidDate: a day is a date, or is written as 2025-10-30; got '30 October'
    """
    if isinstance(given, date):
        return given.date() if isinstance(given, datetime) else given
    try:
        return date.fromisoformat(given)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        raise InvalidDate(f"a day is a date, or is written as 2025-10-30; got {shown(given)}") from None


def expect_generator(rng: object) -> np.random.Generator:
    """Return the generator of a seed, or the one that is given.

    Examples
    --------
    >>> expect_generator(-1)
    Traceback (most recent call last):
    negotiation.errors.InvalidNumber: `rng` is a whole number of at least 0 or a generator of numpy; got -1
    """
    try:
        return np.random.default_rng(rng)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        raise InvalidNumber(
            f"`rng` is a whole number of at least 0 or a generator of numpy; got {shown(rng)}"
        ) from None
