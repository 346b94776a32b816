"""Curb: a denial of what the other side depends on.

With strength r, lost sales and erosion of the own position in percent of GDP, and harm h at full dependence
d_full,

    own = -(lost sales + erosion) r,  given = -h (d / d_full)^eta r once stocks are gone.

The gain from changing the other side's behaviour is not in these payoffs, since it follows from the repeated
game.
"""

from __future__ import annotations

from negotiation.disputes.domains import NOT_NEGATIVE
from negotiation.disputes.forms.form import HARM_EXPONENT, Case, Form, Role
from negotiation.disputes.instrument import Effects
from negotiation.disputes.payoffs import curb_cost


def effects(case: Case) -> Effects:
    """Return the payoffs of each level to the holder and to the other side, without any interaction."""
    r = case.strength
    cost = curb_cost(r, case.value("lost_sales"), case.value("erosion"))
    return Effects(cost, -case.scaled_harm(case.value("harm")) * r)


FORM = Form(
    "curb",
    "a denial of what the other side depends on",
    (
        Role("lost_sales", "percent of GDP at r = 1", NOT_NEGATIVE),
        Role("erosion", "of the own position by use, percent of GDP at r = 1", NOT_NEGATIVE),
        Role("harm", "percent of the other side's GDP at r = 1, full dependence, stocks gone"),
        HARM_EXPONENT,
    ),
    effects,
    takes=("dependence", "stocks"),
)
