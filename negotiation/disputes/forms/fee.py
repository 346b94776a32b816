"""Fee: a charge on the other side. The collector keeps the part that does not fall on its own side.

With strength x, revenue R, the share beta of it that falls on the own side, and the burden P of the other
side, R and P in USD bn a year,

    own = 100 R (1 - beta) x / GDP,  given = -100 P x / GDP of the other.
"""

from __future__ import annotations

from negotiation.disputes.domains import SHARE
from negotiation.disputes.forms.form import GDP, OTHER_GDP, Case, Form, Role
from negotiation.disputes.instrument import Effects
from negotiation.disputes.payoffs import share_of_gdp


def effects(case: Case) -> Effects:
    """Return the payoffs of each level to the collector and to the other side."""
    x = case.strength
    kept = case.value("revenue") * (1.0 - case.value("own_burden"))
    return Effects(
        share_of_gdp(kept * x, case.value("gdp")),
        share_of_gdp(-case.value("foreign_burden") * x, case.value("other_gdp")),
    )


FORM = Form(
    "fee",
    "a charge on the other side",
    (
        Role("revenue", "R, USD bn a year at x = 1"),
        Role("foreign_burden", "P, USD bn a year borne by the other side at x = 1"),
        Role("own_burden", "beta, share of the revenue that falls on the own side", SHARE),
        GDP,
        OTHER_GDP,
    ),
    effects,
)
