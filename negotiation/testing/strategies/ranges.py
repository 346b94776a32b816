"""Ranges of counts that strategies accept, and drawing within them."""

from __future__ import annotations

from typing import TypeAlias

from hypothesis.errors import InvalidArgument

# A number, or the least and the greatest.
Counts: TypeAlias = int | tuple[int, int]


def count_range(what: str, given: Counts, least: int) -> tuple[int, int]:
    """Return the least and the greatest number of a range, or raise `InvalidArgument` of Hypothesis."""
    low, high = given if isinstance(given, tuple) else (given, given)
    if not (all(isinstance(n, int) for n in (low, high)) and least <= low <= high):
        raise InvalidArgument(
            f"`{what}` must be a whole number of at least {least}, or two of them in order; got {given!r}"
        )
    return low, high


def positive(what: str, given: int) -> int:
    """Return a number, or raise `InvalidArgument` of Hypothesis if it is below 1."""
    if given < 1:
        raise InvalidArgument(f"`{what}` must be a whole number above 0; got {given!r}")
    return given
