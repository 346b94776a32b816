"""Where a parameter must lie for the equations to make sense, whatever its source says."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from fnmatch import fnmatchcase
from typing import TypeAlias

from negotiation.world.quantity import Quantity

Domain: TypeAlias = tuple[Callable[[float], bool], str]

_POSITIVE: Domain = (lambda x: x > 0, "above 0")
_NOT_NEGATIVE: Domain = (lambda x: x >= 0, "0 or more")
_SHARE: Domain = (lambda x: 0 <= x <= 1, "from 0 to 1")
_POSITIVE_SHARE: Domain = (lambda x: 0 < x <= 1, "above 0 and at most 1")
_INSIDE: Domain = (lambda x: 0 < x < 1, "above 0 and below 1")

DOMAINS: Mapping[str, Domain] = {
    "???.gdp": _POSITIVE,
    "???.imports": _POSITIVE,
    "discount_factor_annual": _INSIDE,
    "reaction_lag_days": _POSITIVE,
    "security_weight": _SHARE,
    "logit.precision": _NOT_NEGATIVE,
    "tariff.demand_elasticity.*": _POSITIVE,
    "tariff.pass_through.*": _POSITIVE_SHARE,
    "tariff.inverse_supply_elasticity.*": _NOT_NEGATIVE,
    "tariff.rent_weight.*": _NOT_NEGATIVE,
    "tariff.protected_ratio.*": _NOT_NEGATIVE,
    "state.*_dependence.*": _POSITIVE_SHARE,
    "state.diversification.*": _SHARE,
    "state.substitution.*": _SHARE,
    "state.*_days": _POSITIVE,
    "state.renewal_probability": _SHARE,
    "state.authority_loss": _SHARE,
    "slip.*": _SHARE,
    "signal.*": _SHARE,
}
"""Domains by pattern of the name; a parameter that fits none may be any finite number."""


def domain_faults(quantities: Mapping[str, Quantity], table: str = "parameters.") -> Iterator[str]:
    """Yield one sentence for each end of a range that lies outside its parameter's domain.

    Parameters
    ----------
    quantities : mapping from str to Quantity
        Parameters of a calibration by name, or facts of countries by code and name, "USA.gdp".
    table : str, optional
        What stands before the name in the file.

    Examples
    --------
    >>> lag = Quantity(value=14, low=-7, high=30, unit="days", date="2025", assumption=True)
    >>> list(domain_faults({"reaction_lag_days": lag}))
    ['parameters.reaction_lag_days.low: -7.0 came; above 0 is allowed']
    """
    for name, quantity in quantities.items():
        for pattern, (holds, allowed) in DOMAINS.items():
            if fnmatchcase(name, pattern):
                for field, number in (("low", quantity.low), ("high", quantity.high)):
                    if not holds(number):
                        yield f"{table}{name}.{field}: {number} came; {allowed} is allowed"
