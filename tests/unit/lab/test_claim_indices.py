import numpy as np
import pytest

from negotiation.lab.claim_indices import claim_indices
from tests.us_china import SCENARIO

pytest.importorskip("SALib")
FEW = ["leverage_outweighs_gain", "clocks_honest", "restraint_not_renegotiation_proof"]


@pytest.fixture(scope="module")
def found():
    return claim_indices(SCENARIO, FEW, base=32, most=4)


@pytest.mark.long
def test_indices_are_the_same_to_the_bit_for_a_seed(found):
    assert str(found) == str(claim_indices(SCENARIO, FEW, base=32, most=4))


def test_the_renewal_probability_is_all_that_moves_an_honest_clock(found):
    """Its margin is the renewal probability less a threshold of a few thousandths."""
    one = found["clocks_honest"]
    assert one.total[one.names.index("state.renewal_probability")] == pytest.approx(1.0, abs=0.05)
    assert np.delete(one.total, one.names.index("state.renewal_probability")).max() < 0.01


def test_a_claim_that_does_not_apply_everywhere_has_no_index_and_says_why(found):
    one = found["restraint_not_renegotiation_proof"]
    assert (one.names, one.reason) == ((), "it does not apply at every draw")
    assert found.status == "partial"
    assert "restraint_not_renegotiation_proof: it does not apply" in found.reason


def test_no_more_parameters_are_varied_than_allowed_and_only_needed_ones(found):
    from negotiation.truces.claims import claim

    for one in found:
        assert len(one.names) <= 4
        assert set(one.names) <= set(claim(one.claim).needs(SCENARIO))
