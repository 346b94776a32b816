"""Transfer: purchases, and what stopping them costs both sides.

With strength x of the boycott, value V bought in USD bn a year, the share lambda that other buyers do not
make up, and the extra price gamma of other sources as a share of the value (negative where these are
cheaper),

    own = -100 gamma V x / GDP,  given = -100 lambda V x / GDP of the other.
"""

from __future__ import annotations

from negotiation.world.forms.form import GDP, OTHER_GDP, Case, Form, Role
from negotiation.world.instrument import Effects
from negotiation.world.payoffs import share_of_gdp


def effects(case: Case) -> Effects:
    """Return the payoffs of each level to the buyer and to the seller."""
    x, value = case.strength, case.value("value")
    cost = value * case.value("buyer_cost")
    loss = value * case.value("loss_share")
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
        GDP,
        OTHER_GDP,
    ),
    effects,
)
