"""Lives: enforcement that averts deaths abroad and has a cost at home.

With strength x of laxity (1 if nothing is enforced), the cost c of enforcement in percent of GDP, N deaths a
year on the other side, the share q of them that enforcement averts, and the worth v of a life,

    own = c x,  given = -100 N q v x / GDP of the other.
"""

from __future__ import annotations

from negotiation.disputes.domains import NOT_NEGATIVE, SHARE
from negotiation.disputes.forms.form import OTHER_GDP, Case, Form, Role
from negotiation.disputes.instrument import Effects
from negotiation.disputes.numerics import NUMERICS
from negotiation.disputes.payoffs import share_of_gdp


def effects(case: Case) -> Effects:
    """Return the payoffs of each level to the holder and to the other side."""
    x = case.strength
    averted = case.value("deaths") * case.value("share_averted")
    worth = averted * case.value("worth_of_life") / NUMERICS.usd_a_billion
    return Effects(case.value("cost") * x, -float(share_of_gdp(worth, case.value("other_gdp"))) * x)


FORM = Form(
    "lives",
    "enforcement that averts deaths on the other side",
    (
        Role("cost", "c, of enforcement, percent of GDP"),
        Role("deaths", "N, deaths a year on the other side", NOT_NEGATIVE),
        Role("share_averted", "q, share of these that enforcement averts", SHARE),
        Role("worth_of_life", "v, USD a statistical life", NOT_NEGATIVE),
        OTHER_GDP,
    ),
    effects,
)
