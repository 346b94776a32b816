"""Control: a denial for the sake of security that costs the holder's own business.

With strength x, weight theta of security, security value s(x), lost business b and harm h at full dependence,

    own = theta s(x) - (1 - theta) b x,  given = -h (d / d_full)^eta x,  s(x) = sigma (1 - rho^x) / (1 - rho),

where b is given in percent of GDP, or as lost sales times the share of them that is lost surplus. Each unit
of strength is worth the share rho of the unit before it, and s is linear if rho = 1. If stocks matter, given
is 0 while they last. With a ratio k in place of sigma, own = b [k s(x) / s(1) - x] at theta = 1/2.

At a level with a fee, licences are sold for the share phi of the sales V, of which the level leaves 1 - x.
The share mu of the fee falls on the buyers. So mu phi V (1 - x) goes from the other side to the holder, but
at most the buyers' loss without these goods, h (d / d_full)^eta (1 - x) percent of their GDP. The rest of the
fee falls on the holder's own sellers, so it is a transfer at home and cancels.

If the other side would buy only the share beta of the goods denied at x = 1, x is replaced by
x - (1 - beta) min(max(x, 0), 1) in the payoffs, and 1 - x by beta (1 - x) in the fee and its limit.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace

import numpy as np

from negotiation.base.numeric import FloatArray
from negotiation.disputes.domains import SHARE
from negotiation.disputes.forms.form import (
    FEE_BORNE,
    GDP,
    HARM_EXPONENT,
    OTHER_GDP,
    SECURITY,
    SECURITY_KEPT,
    Case,
    Form,
    Role,
    security_gain,
    whole_security,
)
from negotiation.disputes.instrument import Effects
from negotiation.disputes.payoffs import share_of_gdp


def business(case: Case) -> float:
    """Return b, the business lost at x = 1, in percent of GDP."""
    if "business_cost" in case.roles:
        return case.value("business_cost")
    lost = case.value("lost_sales") * case.value("surplus_share")
    return float(share_of_gdp(lost, case.value("gdp")))


def bought(case: Case) -> float:
    """Return beta, the share of the first unit's goods that the other side would buy."""
    return case.value("bought") if "bought" in case.roles else 1.0


def fee(case: Case) -> FloatArray:
    """Return the buyers' payments for licences at each level, in USD bn a year: mu phi V beta (1 - x)."""
    rates = np.array([level.fee or 0.0 for level in case.levels])
    sold = case.value("lost_sales") * bought(case) * np.maximum(0.0, 1.0 - case.strength)
    paid: FloatArray = case.value(FEE_BORNE.name) * rates * sold
    return paid


def effects(case: Case) -> Effects:
    """Return the payoffs of each level to the holder and to the other side."""
    share = bought(case)
    x = case.strength - (1.0 - share) * np.clip(case.strength, 0.0, 1.0)
    gain = security_gain(case, x, business(case))
    greatest = case.scaled_harm(case.value("harm"))
    harm = greatest * x
    if FEE_BORNE.name not in case.roles:
        return Effects(gain, -harm)
    # Buyers would rather do without than pay more than the goods are worth to them.
    left = share * np.maximum(0.0, 1.0 - case.strength)
    worth = max(0.0, greatest) * left * case.value("other_gdp") / 100.0
    paid = np.minimum(fee(case), worth)
    return Effects(
        gain + share_of_gdp(paid, case.value("gdp")), -harm - share_of_gdp(paid, case.value("other_gdp"))
    )


def whole_roles(roles: Collection[str]) -> Iterator[str]:
    """Yield the faults of the roles together: of lost business, of security, and of a fee without sales."""
    given = {"business_cost"} & set(roles), {"lost_sales", "surplus_share"} & set(roles)
    if [len(names) for names in given] not in ([1, 0], [0, 2]):
        yield "give either `business_cost`, or `lost_sales` with `surplus_share`"
    yield from whole_security(roles)
    if FEE_BORNE.name in roles and "lost_sales" not in roles:
        yield "`fee_borne` needs `lost_sales`, of which the fee is a share"


FORM = Form(
    "control",
    "a denial for security",
    (
        *SECURITY,
        SECURITY_KEPT,
        Role("business_cost", "b, percent of GDP at x = 1", optional=True),
        Role("lost_sales", "USD bn a year at x = 1", optional=True),
        Role("surplus_share", "share of lost sales that is lost surplus", optional=True),
        Role(
            "bought", "beta, share of the goods of x = 1 that the other side would buy", SHARE, optional=True
        ),
        replace(GDP, beside="lost_sales"),
        FEE_BORNE,
        replace(OTHER_GDP, beside=FEE_BORNE.name),
        Role("harm", "h, percent of the other side's GDP at x = 1 and full dependence"),
        HARM_EXPONENT,
    ),
    effects,
    takes=("dependence", "stocks", "fee"),
    check=whole_roles,
)
