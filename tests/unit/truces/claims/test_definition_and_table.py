"""What a claim is and what its table says of it, on inequalities that are given."""

import math
from types import SimpleNamespace

import numpy as np
import pytest
from scipy.stats import binomtest, spearmanr

from negotiation.disputes.parameter_draws import ParameterDraws
from negotiation.truces.claims import Claim, table
from negotiation.truces.claims.table import claim_result
from tests.us_china import CENTRAL

NAN = math.nan
WEIGHT, LAG = "security_weight", "reaction_lag_days"


def given(inequalities, **changes):
    """A claim with these inequalities in each draw, or a function of the draws."""
    made = (
        inequalities
        if callable(inequalities)
        else lambda _: {k: np.array(v) for k, v in inequalities.items()}
    )
    told = {"instruments": (), "parameters": (WEIGHT, LAG), "notes": "A note.", "unit": "a unit", **changes}
    return Claim("given", 3, 1, "A sentence.", made, **told)


def drawn(count):
    """Draws in which the weight rises and the lag falls from draw to draw."""
    low, high = (getattr(CENTRAL.quantities[LAG], end) for end in ("low", "high"))
    return ParameterDraws(CENTRAL, {WEIGHT: np.linspace(0.1, 0.9, count), LAG: np.linspace(high, low, count)})


# --- claims ------------------------------------------------------------------------------------------------


def test_the_margin_is_the_least_inequality_and_missing_where_any_is():
    one = given({"a": [1.0, 3.0, NAN, 2.0], "b": [2.0, -1.0, 0.0, NAN], "c": [0.5, 4.0, NAN, 1.0]})
    draws = drawn(4)
    np.testing.assert_array_equal(one.measure(draws), [0.5, -1.0, NAN, NAN])
    assert one.binding(draws) == ("c", "b", "", "")
    assert one.holds(draws).tolist() == [True, False, False, False]


def test_a_claim_needs_the_numbers_of_its_instruments_and_its_own_in_the_calibration_s_order():
    one = given({}, instruments=(("USA", "tariff"),), parameters=(LAG,))
    read = {LAG, *CENTRAL.instrument("USA", "tariff").parameters("USA")}
    expected = [n for n, q in CENTRAL.quantities.items() if n in read and q.low < q.high]
    assert list(one.needs(CENTRAL)) == expected
    assert LAG in expected
    assert len(expected) > 1
    theirs = given({}, instruments=(("CHN", "tariff"),), parameters=()).needs(CENTRAL)
    assert not {n for n in theirs if n.endswith(".USA")}
    assert set(theirs) != set(one.needs(CENTRAL)) - {LAG}


def test_a_parameter_without_a_range_is_not_needed_though_it_is_read():
    known = CENTRAL.quantities
    fixed = known[WEIGHT].model_copy(update={"low": known[WEIGHT].value, "high": known[WEIGHT].value})
    told = {"definition": CENTRAL.definition, "parameters": CENTRAL.parameters}
    world = SimpleNamespace(quantities={**known, WEIGHT: fixed}, **told)
    assert set(given({}).needs(CENTRAL)) == {WEIGHT, LAG}
    assert given({}).needs(world) == (LAG,)


# --- one result --------------------------------------------------------------------------------------------


def test_a_result_counts_where_its_claim_applies_alone():
    margins = [NAN, 2.0, -1.0, -2.0, 3.0, NAN, -1.0, 0.0]
    other = [NAN, 5.0, 4.0, -1.0, 9.0, NAN, 7.0, 1.0]
    one, draws = given({"a": margins, "b": other}), drawn(8)
    centre = given({"a": [0.25], "b": [0.75]})
    found = claim_result(one, draws, draws.take([1]))
    np.testing.assert_array_equal(found.margins, margins)
    assert (found.applies, found.holding) == (6, 2)
    interval = binomtest(2, 6).proportion_ci(0.95, method="wilson")
    assert (found.low, found.high) == pytest.approx((interval.low, interval.high))
    assert found.fails_by == "a"
    assert found.claim is one
    assert not found.margins.flags.writeable
    assert claim_result(centre, drawn(1), drawn(1)).central is True


@pytest.mark.parametrize(("weak", "name"), [(False, "seldom"), (True, "often")])
def test_what_fails_most_often_is_named_where_it_fails(weak, name):
    """A margin of nothing fails unless the claim is weak; the least of what holds is no failure."""
    often = [-1.0, -1.0, 0.5, 1.0, 1.0, 1.0, 1.0]
    seldom = [1.0, 1.0, -1.0, 0.0, 0.0, 0.5, 0.5]
    found = claim_result(given({"often": often, "seldom": seldom}, weak=weak), drawn(7), drawn(7))
    assert found.fails_by == name


# --- what moves a margin -----------------------------------------------------------------------------------


def test_the_mover_is_the_parameter_whose_ranks_go_most_with_the_margin():
    rng = np.random.default_rng(2)
    draws = ParameterDraws(
        CENTRAL, {WEIGHT: rng.random(40), LAG: rng.uniform(8, 20, 40), "USA.gdp": np.full(40, 3e4)}
    )
    one = given({}, parameters=(WEIGHT, LAG))
    margins = 2e4 * draws.number(WEIGHT) - np.exp(draws.number(LAG))
    margins[[3, 30]] = NAN
    there = np.isfinite(margins)
    expected = {n: spearmanr(margins[there], draws.number(n)[there]).statistic for n in (WEIGHT, LAG)}
    assert table.rank_correlations(one, draws, margins) == pytest.approx(expected)
    assert abs(expected[WEIGHT]) < -expected[LAG]
    for sign in (1, -1):  # what goes against a margin may move it most
        moved = given({"a": sign * margins}, parameters=(WEIGHT, LAG))
        found = claim_result(moved, draws, draws.take([0]))
        assert (found.mover, found.correlation) == (LAG, pytest.approx(sign * expected[LAG]))
