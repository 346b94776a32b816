"""The anatomy of a text: clauses taken out and put in, held against the texts themselves; payments."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import negotiation as ng
from negotiation.text_design.anatomy import anatomy, best_payment, nearest

ENDS = st.lists(st.tuples(st.integers(-9, 9), st.integers(-9, 9)), min_size=1, max_size=8)
QUICK = {"size": "small", "theories": ["moment", "custom in kind"], "draws": 16}


@pytest.mark.long
def test_a_clause_taken_out_or_put_in_is_the_text_without_it_or_with_it():
    geneva = ng.truce("2025-05-geneva")
    whole = anatomy(geneva, **QUICK)
    for change in whole.without:
        other = anatomy(geneva.without_clause(change.country, change.instrument), **QUICK).whole
        assert (other.shares - whole.whole.shares).tolist() == change.shares.tolist()
        assert (whole.whole.mean_gains - other.mean_gains)[0] == pytest.approx(change.gains)
    for change in whole.more[:3]:
        clause = (change.country, change.instrument, change.level)
        other = anatomy(geneva.with_clause(*clause), **QUICK).whole
        assert (other.shares - whole.whole.shares).tolist() == change.shares.tolist()
    best = max((whole.whole.shares + one.shares).min() for one in whole.more)
    lifted = best - whole.whole.share
    assert (whole.missing is None) == (lifted <= 0.0)


def test_a_clause_that_does_nothing_changes_no_share_and_no_gain():
    found = anatomy("2025-05-geneva", **QUICK)
    for one in found.without:
        assert (one in found.idle) == (not one.shares.any() and not one.gains.any())
    assert len(found.answer) < 200


@pytest.mark.long
@pytest.mark.parametrize(("theory", "robust"), [("moment", 0.1), ("repeated negotiation", 0.95)])
def test_the_nearest_text_holds_as_often_as_it_says_and_none_of_fewer_changes_does(theory, robust):
    options = {"size": "small", "theories": [theory], "draws": 16}
    found, asked = (nearest("2025-05-geneva", robust=robust, **options), anatomy("2025-05-geneva", **options))
    again = anatomy(found.agreement, **options).whole
    assert (found.share, found.enough) == (again.share, again.share >= robust)
    fewer = [asked.whole.share, *(asked.whole.share + x.shares.min() for x in (*asked.without, *asked.more))]
    holding = [min(k, 1) for k, share in enumerate(fewer) if share >= robust]
    assert len(found.changes) == min(holding) if holding else found.share >= max(fewer)


@pytest.mark.parametrize(("name", "given"), [("robust", 2), ("texts", 0)])
def test_what_no_text_can_be_near_to_is_refused(name, given):
    with pytest.raises(ng.NegotiationError, match=f"{name}.* got {given}"):
        nearest("2025-05-geneva", **{name: given})


@given(ENDS)
def test_a_payment_lies_in_most_intervals_and_is_the_smallest_of_such(ends):
    low, high = np.array(ends, dtype=float).T
    amount, share = best_payment(low, high)
    # Intervals have whole ends, so that the whole numbers are enough.
    counts = {x: int(((low <= x) & (x <= high)).sum()) for x in range(-9, 10)}
    assert counts[int(amount)] == max(counts.values()) == round(share * len(low))
    assert abs(amount) == min(abs(x) for x, count in counts.items() if count == max(counts.values()))


@pytest.mark.long
def test_no_payment_is_told_where_the_text_holds_as_often_without_one():
    for one in anatomy("2025-05-geneva", **QUICK).payments:
        assert one.share >= one.before
        assert (one.to == "") == (one.billion == 0.0)
