"""The units and values that the equations allow for each parameter.

A unit is a phrase, such as "percent of China's GDP, x = 1". Its measure is the one of `MEASURES` whose words
come first in it. An equation reads each parameter in one measure, which the meaning of the role also states.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from math import isfinite
from typing import NamedTuple

from negotiation.disputes.quantity import Quantity

# What a bare number given in Python measures, whatever it is.
OF_ITS_ROLE = "of its role"

# Where several begin at one place in a text the first here counts.
_WORDS = {
    "per percent of GDP": r"per (percent|%) of [\w' ]*GDP\b",
    "percent of GDP": r"(percent|%) of [\w' ]*GDP\b",
    "percent": r"percent\b|%",
    "USD bn a year": r"USD bn a year\b",
    "USD for each": r"USD a\b",
    "days": r"days\b",
    "chance a year": r"chance a year\b",
    "chance a period": r"chance a period\b",
    "share, chance, weight, exponent, elasticity, multiple, parts, ratio, factor or number": (
        r"(share|chance|probability|weight|exponent|elasticity|multiple|parts|ratio|factor|fraction|number|x)\b"
    ),
}
MEASURES = tuple(_WORDS)
_FIRST = re.compile("|".join(rf"(?P<m{k}>(?<!\w)(?:{words}))" for k, words in enumerate(_WORDS.values())))


def measure(text: str) -> str | None:
    """Return the measure in a unit or in the meaning of a role, one of `MEASURES`; None if there is none.

    Examples
    --------
    >>> measure("percent of China's GDP, x = 1"), measure("h, percent of the other side's GDP at x = 1")
    ('percent of GDP', 'percent of GDP')
    >>> measure("added chance a year while a curb is used"), measure("zzz")
    ('chance a year', None)
    """
    match = _FIRST.search(text)
    return None if match is None else MEASURES[int(str(match.lastgroup)[1:])]


class Domain(NamedTuple):
    """The numbers that an equation accepts for a parameter.

    Examples
    --------
    >>> SHARE.holds(0.5), SHARE.allowed
    (True, 'from 0 to 1')
    """

    # Whether a number is among them.
    holds: Callable[[float], bool]
    allowed: str
    # The measure of its unit, one of `MEASURES`; None if any unit is allowed.
    measure: str | None = None

    def of(self, meaning: str) -> Domain:
        """Return the same domain with the measure that a phrase states."""
        return self._replace(measure=measure(meaning))


# Functions with names, so that a form, and the scenario that has it, can go to another process.


def _any(_: float) -> bool:
    return True


def _positive(x: float) -> bool:
    return x > 0


def _not_negative(x: float) -> bool:
    return x >= 0


def _share(x: float) -> bool:
    return 0 <= x <= 1


def _positive_share(x: float) -> bool:
    return 0 < x <= 1


def _inside(x: float) -> bool:
    return 0 < x < 1


ANY = Domain(_any, "any number")
FINITE = Domain(isfinite, "a finite number")
POSITIVE = Domain(_positive, "above 0")
NOT_NEGATIVE = Domain(_not_negative, "0 or more")
SHARE = Domain(_share, "from 0 to 1")
POSITIVE_SHARE = Domain(_positive_share, "above 0 and at most 1")
INSIDE = Domain(_inside, "above 0 and below 1")


def domain_faults(
    quantities: Mapping[str, Quantity], domains: Mapping[str, Iterable[Domain]], table: str = "parameters."
) -> Iterator[str]:
    """Yield one sentence for each end of a range outside the parameter's domain, and for each wrong unit.

    `table` is the prefix of the names in these sentences.

    Examples
    --------
    >>> lag = Quantity(value=14, low=-7, high=30, unit="days", date="2025", assumption=True)
    >>> list(domain_faults({"reaction_lag_days": lag}, {"reaction_lag_days": [POSITIVE]}))
    ['parameters.reaction_lag_days.low: got -7.0; it must be above 0']
    """
    for name, quantity in quantities.items():
        each = {name: quantity} | {f"{name}.dated.{k}": entry for k, entry in enumerate(quantity.dated)}
        read, unit = list(domains.get(name, ())), quantity.unit
        for wanted in dict.fromkeys(domain.measure for domain in read if domain.measure):
            if unit != OF_ITS_ROLE and measure(unit) != wanted:
                yield f"{table}{name}.unit: got {unit!r}; expected a unit in {wanted}"
        for domain in dict.fromkeys(domain._replace(measure=None) for domain in read):
            for where, entry in each.items():
                for field, number in (("low", entry.low), ("high", entry.high)):
                    if not domain.holds(number):
                        yield f"{table}{where}.{field}: got {number}; it must be {domain.allowed}"
