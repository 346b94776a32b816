"""An agreement of levels, instruments or countries that the dispute has not is refused wherever it comes."""

import pytest

import negotiation as ng
from negotiation.errors import UnknownName
from negotiation.truces.verdicts.verdict import verdict

ASKED = {
    "replay": lambda deal: ng.replay(deal, draws=0),
    "theories": lambda deal: verdict(deal, theories=["moment"]),
    "pool": lambda deal: ng.forecast(deal, months=1, by="pool"),
    "forecast": lambda deal: ng.forecast(deal, months=1, theories="moment"),
    "verdict": lambda deal: verdict(deal, remedy="as written", noise=True),
    "survival": lambda deal: deal.survival(),
}


def first_clause(**changes):
    """Return Geneva with another first clause."""
    deal = ng.truce("2025-05-geneva")
    first, *others = deal.clauses
    return deal.model_copy(update={"clauses": (first.model_copy(update=changes), *others)})


@pytest.mark.parametrize("asked", ASKED.values(), ids=ASKED)
@pytest.mark.parametrize(
    ("changes", "named"),
    [({"level": "genevan"}, "'genevan'"), ({"instrument": "tarif"}, "'tarif'"), ({"side": "FRA"}, "'FRA'")],
)
def test_what_a_clause_names_and_the_dispute_has_not_is_told_with_the_clause(asked, changes, named):
    with pytest.raises(UnknownName, match=f"2025-05-geneva, clause T01: .*{named}"):
        asked(first_clause(**changes))
