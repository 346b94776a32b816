"""Visitors: students or tourists turned away, with the spending that is lost.

N visitors spend s USD each per year, and a level of strength 1 turns the share q of them away. The spending
lost is S = N q s, which is b percent of GDP. Then

    own = (theta sigma - (1 - theta) b) x,  given = -100 mu S x / GDP of the other,

where mu is the loss of the other side as a share of S. With a ratio k in place of sigma, own = b (k - 1) x at
theta = 1/2.
"""

from __future__ import annotations

from negotiation.disputes.forms.form import (
    GDP,
    OTHER_GDP,
    SECURITY,
    Case,
    Form,
    Role,
    security_gain,
    whole_security,
)
from negotiation.disputes.instrument import Effects
from negotiation.disputes.numerics import NUMERICS
from negotiation.disputes.payoffs import share_of_gdp


def effects(case: Case) -> Effects:
    """Return the payoffs of each level to the holder and to the other side."""
    x = case.strength
    spent = case.value("number") * case.value("share") * case.value("spending") / NUMERICS.usd_a_billion
    gain = security_gain(case, x, float(share_of_gdp(spent, case.value("gdp"))))
    harm = -x * float(share_of_gdp(spent * case.value("harm_ratio"), case.value("other_gdp")))
    return Effects(gain, harm)


FORM = Form(
    "visitors",
    "students or tourists turned away",
    (
        Role("number", "N, visitors a year"),
        Role("share", "q, share of them turned away at x = 1"),
        Role("spending", "s, USD a visitor and year"),
        *SECURITY,
        Role("harm_ratio", "mu, loss of the other side as a share of the spending"),
        GDP,
        OTHER_GDP,
    ),
    effects,
    check=whole_security,
)
