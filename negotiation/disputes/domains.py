"""Where a parameter must lie for the equations to make sense, whatever its source says."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import NamedTuple

from negotiation.disputes.files.units import OF_ITS_ROLE, measure
from negotiation.disputes.quantity import Quantity


class Domain(NamedTuple):
    """The numbers that an equation can take.

    Examples
    --------
    >>> SHARE.holds(0.5), SHARE.allowed
    (True, 'from 0 to 1')
    """

    # Whether a number is among them.
    holds: Callable[[float], bool]
    allowed: str
    # What it measures, of `units.MEASURES`; None where that is nothing to the equation.
    measure: str | None = None

    def of(self, meaning: str) -> Domain:
        """Return the domain of a number that measures what these words say."""
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
POSITIVE = Domain(_positive, "above 0")
NOT_NEGATIVE = Domain(_not_negative, "0 or more")
SHARE = Domain(_share, "from 0 to 1")
POSITIVE_SHARE = Domain(_positive_share, "above 0 and at most 1")
INSIDE = Domain(_inside, "above 0 and below 1")


def domain_faults(
    quantities: Mapping[str, Quantity], domains: Mapping[str, Iterable[Domain]], table: str = "parameters."
) -> Iterator[str]:
    """Yield one sentence for each end of a range, and each unit, that its parameter's domain has not.

    Examples
    --------
    >>> lag = Quantity(value=14, low=-7, high=30, unit="days", date="2025", assumption=True)
    >>> list(domain_faults({"reaction_lag_days": lag}, {"reaction_lag_days": [POSITIVE]}))
    ['parameters.reaction_lag_days.low: -7.0 came; above 0 is allowed']
    """
    for name, quantity in quantities.items():
        each = {name: quantity} | {f"{name}.dated.{k}": one for k, one in enumerate(quantity.dated)}
        read, unit = list(domains.get(name, ())), quantity.unit
        for wanted in dict.fromkeys(domain.measure for domain in read if domain.measure):
            if unit != OF_ITS_ROLE and measure(unit) != wanted:
                yield f"{table}{name}.unit: {unit!r} came; a unit in {wanted} is needed"
        for domain in dict.fromkeys(domain._replace(measure=None) for domain in read):
            for where, one in each.items():
                for field, number in (("low", one.low), ("high", one.high)):
                    if not domain.holds(number):
                        yield f"{table}{where}.{field}: {number} came; {domain.allowed} is allowed"
