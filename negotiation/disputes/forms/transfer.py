"""Transfer: purchases, and the costs to both sides of stopping them.

A boycott of strength x stops purchases of value V, in USD bn a year. The following are shares of V: lambda,
the sales that other buyers do not replace at full dependence d_full; gamma, the extra price of other sources
(negative if these are cheaper); and omega, the worth of stopping in itself (0 if not given). Then

    own = 100 (omega - gamma) V x / GDP,  given = -100 lambda V x (d / d_full)^eta / GDP of the other.
"""

from __future__ import annotations

from negotiation.disputes.forms.form import GDP, HARM_EXPONENT, OTHER_GDP, Case, Form, Role
from negotiation.disputes.instrument import Effects
from negotiation.disputes.payoffs import share_of_gdp


def effects(case: Case) -> Effects:
    """Return the payoffs of each level to the buyer and to the seller."""
    x, value = case.strength, case.value("value")
    worth = case.value("leverage") if "leverage" in case.roles else 0.0
    cost = value * (case.value("buyer_cost") - worth)
    loss = case.scaled_harm(value * case.value("loss_share"))
    return Effects(
        -share_of_gdp(cost, case.value("gdp")) * x, -share_of_gdp(loss, case.value("other_gdp")) * x
    )


FORM = Form(
    "transfer",
    "purchases, and what stopping them costs",
    (
        Role("value", "V, USD bn a year"),
        Role("loss_share", "lambda, share of the value that other buyers do not make up"),
        Role("buyer_cost", "gamma, extra price of other sources as a share of the value"),
        Role("leverage", "omega, value of stopping itself as a share of the value", optional=True),
        GDP,
        OTHER_GDP,
        HARM_EXPONENT,
    ),
    effects,
    takes=("dependence",),
)
