"""Curb: a denial for the sake of leverage.

With strength r, lost sales, erosion of the own position and leverage in percent of GDP, and greatest harm h,

    own = -(lost sales + erosion - leverage) r,  given = -h (d / d_full)^eta r once stocks are gone.

The cost may have any sign: above lost sales and erosion the leverage pays for the curb.
"""

from __future__ import annotations

from negotiation.world.forms.form import HARM_EXPONENT, Case, Form, Role
from negotiation.world.instrument import Effects
from negotiation.world.payoffs import curb_cost


def effects(case: Case) -> Effects:
    """Return the payoffs of each level to the holder and to the other side, without any interaction."""
    r = case.strength
    cost = curb_cost(r, case.value("lost_sales"), case.value("erosion"), case.value("leverage"))
    return Effects(cost, -case.scaled_harm(case.value("harm")) * r)


FORM = Form(
    "curb",
    "a denial for leverage",
    (
        Role("lost_sales", "percent of GDP at r = 1"),
        Role("erosion", "of the own position by use, percent of GDP at r = 1"),
        Role("leverage", "value of use itself, percent of GDP at r = 1"),
        Role("harm", "percent of the other side's GDP at r = 1, full dependence, stocks gone"),
        HARM_EXPONENT,
    ),
    effects,
    takes=("dependence", "stocks"),
)
