import warnings

import pytest

from negotiation.errors import UnboundClause, UnknownTruce
from negotiation.truces.verdicts.agreements import Agreement, truce


def test_unknown_truce_offers_the_nearest():
    for name in ("2025-05-genva", "../records/2025-05-geneva", "initial_posture", ""):
        with pytest.raises(UnknownTruce, match="2025-05-geneva"):
            truce(name)


CLAUSE = {**truce("2025-05-geneva").clauses[0].model_dump(), "level": None}
REST = truce("2025-05-geneva").model_dump(exclude={"clauses", "readings"})


@pytest.mark.parametrize(
    ("changes", "warned"),
    [
        ({}, True),
        ({"verifiability": "medium"}, True),
        ({"instrument": None}, True),
        ({"side": "both"}, True),
        ({"side": "both", "instrument": None}, False),  # as the record's own clauses on talks
        ({"verifiability": "low"}, False),
        ({"covered": False, "verifiability": "none"}, False),
        ({"level": "geneva"}, False),
        ({"level": "geneva", "verifiability": "low", "verifiability_note": "no one counts"}, False),
    ],
)
def test_a_covered_checkable_clause_without_a_level_warns_that_it_binds_nothing(changes, warned):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        agreement = Agreement.model_validate({**REST, "clauses": [{**CLAUSE, **changes}]})
    assert [w.category for w in caught] == ([UnboundClause] if warned else [])
    if warned:
        assert not agreement.covered()
        assert str(caught[0].message).startswith("2025-05-geneva: T01: covered and open to checks")
