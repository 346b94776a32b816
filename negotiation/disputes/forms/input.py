"""Input: a curb on an input of the other side's industries, with the exact loss of a CES technology.

V percent of the other side's GDP is made with the input, whose cost is alpha percent of that GDP, the cost
share a = alpha / V. With the share q of the supply left and the elasticity of substitution sigma, output
falls to the share

    F(q) = [(1 - a) + a q^((sigma - 1) / sigma)]^(sigma / (sigma - 1)),  F = q^a at sigma = 1, q at sigma = 0,

and the net loss is the lost output less the imports that are no longer paid for,

    L(q) = V (1 - F(q)) - alpha (1 - q),  q = 1 - r d.

Here r is the strength of a level and d the dependence. If the instrument names no component of dependence,
d is the cut c. Licences ration at old prices, so that the rent stays with those who hold licences.

Published studies give a loss T at a cut c. V is given, and sigma is the elasticity at which L(1 - c) = T. If
the loss is below T even at sigma = 0, V is raised to T / c + alpha. T is the loss of the first N days, after
which it halves every H days, so that sigma rises. A second input takes the share w of V, alpha and T, and has
its own strengths r_2:

    own = -(lost sales + erosion) r,  given = -[(1 - w) L(1 - r d) + w L(1 - r_2 d)] once stocks are gone.

Erosion may be negative, since use may weaken a monopoly or earn its holder a rent.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from functools import lru_cache
from math import exp, expm1, inf, log, log1p

import numpy as np

from negotiation.base.numeric import FloatArray
from negotiation.disputes.domains import NOT_NEGATIVE, POSITIVE, POSITIVE_SHARE, SHARE
from negotiation.disputes.forms.form import HORIZON, Case, Form, Role
from negotiation.disputes.instrument import Effects
from negotiation.disputes.numerics import NUMERICS
from negotiation.disputes.payoffs import curb_cost

# The roles of a loss that fades; given together or not at all.
FADING = (HORIZON, "fade_from", "fade")


def output_kept(q: float, share: float, sigma: float) -> float:
    """Return F(q), the share of output that remains if the share q of the input remains.

    `share` is a, the input's cost share, and `sigma` is the elasticity of substitution.

    Examples
    --------
    >>> output_kept(0.3, 0.01, 0.0), round(output_kept(0.25, 0.5, 1.0), 12), output_kept(1.0, 0.01, 0.2)
    (0.3, 0.5, 1.0)
    """
    if q >= 1.0 or sigma == 0.0:
        return min(q, 1.0)
    if sigma == inf:
        return 1.0 - share * (1.0 - q)
    rho = (sigma - 1.0) / sigma
    if q <= 0.0:
        return (1.0 - share) ** (1.0 / rho) if rho > 0.0 else 0.0
    if rho == 0.0:
        return float(q**share)
    power = rho * log(q)
    if power < NUMERICS.largest_power:
        return exp(log1p(share * expm1(power)) / rho)
    # The input alone binds, since 1 - a is negligible beside a q^rho.
    return q * exp(log(share) / rho)


def net_loss(q: float, users: float, cost: float, sigma: float) -> float:
    """Return L(q), the net loss in percent of GDP if the share q of the input remains.

    `users` is V and `cost` is alpha, both in percent of GDP. `sigma` is the elasticity of substitution.

    Examples
    --------
    >>> round(net_loss(0.3, users=1.9, cost=0.00058, sigma=0.1), 2)
    0.51
    """
    return users * (1.0 - output_kept(q, cost / users, sigma)) - cost * (1.0 - q)


@lru_cache(maxsize=1 << 14)
def technology(target: float, cut: float, users: float, cost: float) -> tuple[float, float]:
    """Return V and the elasticity of substitution sigma at which a cut causes the loss `target`.

    `target`, `users` and `cost`, alpha, are in percent of GDP, and `cut` is a share of the supply. V is
    `users`, unless the loss is below the target even at sigma = 0. V is then raised, and sigma is 0. If the
    target is at most 0, sigma is infinite.

    Examples
    --------
    >>> users, sigma = technology(0.5, 0.8, 1.9, 0.002)
    >>> users, round(net_loss(0.2, users, 0.002, sigma), 9)
    (1.9, 0.5)
    >>> technology(1.5, 0.8, 1.0, 0.002)
    (1.877, 0.0)
    """
    if target >= (users - cost) * cut:
        return target / cut + cost, 0.0
    if target <= 0.0:
        return users, inf
    low, high = 0.0, 1.0
    # L falls in sigma; s = sigma / (1 + sigma) runs from 0 to 1.
    for _ in range(NUMERICS.halvings):
        middle = (low + high) / 2.0
        more = net_loss(1.0 - cut, users, cost, middle / (1.0 - middle)) > target
        low, high = (middle, high) if more else (low, middle)
    return users, low / (1.0 - low)


def target(case: Case) -> float:
    """Return T on the day of the case, after its decline."""
    loss = case.value("harm")
    if HORIZON not in case.roles:
        return loss
    late = max(0.0, case.value(HORIZON) - case.value("fade_from"))
    return float(loss * 2.0 ** (-late / case.value("fade")))


def effects(case: Case) -> Effects:
    """Return the payoffs of each level to the holder and to the other side, without any interaction."""
    r, cut, cost = case.strength, case.value("cut"), case.value("input_cost")
    erosion = case.value("erosion") if "erosion" in case.roles else 0.0
    own = curb_cost(r, case.value("lost_sales"), erosion)
    if case.stocks_last:
        return Effects(own, np.zeros(len(r)))
    depends = cut if case.dependence is None else case.dependence
    users, sigma = technology(target(case), cut, case.value("users"), cost)

    def lost(strengths: FloatArray) -> FloatArray:
        """Return L(1 - r d) at each strength r."""
        kept = np.clip(1.0 - strengths * depends, 0.0, 1.0)
        return np.array([net_loss(q, users, cost, sigma) for q in kept.tolist()])

    harm = lost(r)
    if "second_share" in case.roles:
        second = case.value("second_share")
        harm = (1.0 - second) * harm + second * lost(case.effect("second_withheld"))
    return Effects(own, -harm)


def whole_roles(roles: Collection[str]) -> Iterator[str]:
    """Yield the faults of the roles together: a declining loss or a second input that is given in part."""
    for names in (FADING, ("second_share", "second_withheld")):
        missing = [name for name in names if name not in roles]
        if 0 < len(missing) < len(names):
            yield f"{', '.join(f'`{name}`' for name in names)} go together; add {', '.join(missing)}"


FORM = Form(
    "input",
    "a curb on an input, by the exact loss of its users",
    (
        Role("lost_sales", "percent of GDP at r = 1", NOT_NEGATIVE),
        Role("erosion", "of the own position by use, percent of GDP at r = 1", optional=True),
        Role("harm", "T, percent of the other side's GDP lost by the cut c, stocks gone", NOT_NEGATIVE),
        Role("cut", "c, share of the supply that is cut where T is lost", POSITIVE_SHARE),
        Role("users", "V, percent of the other side's GDP made with the input", POSITIVE),
        Role("input_cost", "alpha, percent of the other side's GDP paid for the input", POSITIVE),
        Role("second_share", "w, share of V, alpha and T that is a second input's", SHARE, optional=True),
        Role(
            "second_withheld",
            "share of the second input that a level withholds",
            SHARE,
            optional=True,
            by_level=True,
        ),
        Role(HORIZON, "days since the cut", NOT_NEGATIVE, optional=True),
        Role("fade_from", "N, days for which T is lost in full", NOT_NEGATIVE, optional=True),
        Role("fade", "H, days in which the loss halves after that", POSITIVE, optional=True),
    ),
    effects,
    takes=("dependence", "stocks"),
    check=whole_roles,
)
