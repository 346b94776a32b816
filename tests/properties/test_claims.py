"""What holds of claims, bargains and win-sets at every setting of the parameters."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from negotiation.disputes.ownership.generator import OwnershipAssumptions, generate_ownership_graph
from negotiation.disputes.ownership.loophole import ownership_loophole
from negotiation.disputes.parameter_draws import sobol_draws
from negotiation.truces.claims import claim
from negotiation.truces.compiling.coverage_game import punishment_payoffs
from negotiation.truces.studies.linkage import STAGE, WAR, linkage_gains, win_sets
from negotiation.truces.theories.common.grim_trigger import best_deviation, grim_margin
from tests.us_china import SCENARIO

FEW = sobol_draws(SCENARIO, 8, rng=9)
numbers = st.floats(-2.0, 2.0).map(lambda x: round(x, 3))


def games(rows=3, columns=3):
    size = rows * columns * 2
    return st.lists(numbers, min_size=size, max_size=size).map(
        lambda values: np.array(values).reshape(1, rows, columns, 2)
    )


@pytest.mark.long
@given(st.floats(0.0, 3.0), st.floats(0.0, 3.0))
def test_a_greater_harm_of_the_curb_never_lowers_leverage_over_gain(one, other):
    low, high = (FEW.replaced({"rare_earth_curb.harm": harm}) for harm in sorted((one, other)))
    for name in ("leverage_outweighs_gain", "restraint_sustainable"):
        assert (claim(name).measure(low) <= claim(name).measure(high) + 1e-12).all()


@pytest.mark.long
@given(st.floats(0.0, 1.0))
def test_the_clock_s_margin_moves_one_to_one_with_renewal(renewal):
    at, zero = (FEW.replaced({"state.renewal_probability": phi}) for phi in (renewal, 0.0))
    margin = claim("clocks_honest").measure
    np.testing.assert_allclose(margin(at) - margin(zero), renewal, atol=1e-12)


@given(st.floats(0.01, 0.99), st.floats(0.01, 0.99))
def test_patience_never_hurts_what_costs_more_than_it_gains(one, other):
    gains, stakes = np.array([0.3, 1.0]), np.array([0.5, 0.0])
    low, high = (grim_margin(gains, stakes, np.full(2, delta)) for delta in sorted((one, other)))
    assert (low <= high + 1e-12).all()


@given(games(), games())
def test_gains_in_a_sum_of_games_add_up_over_the_games(one, other):
    """The product of two additive games, laid out by hand: positive gains add up, or the largest is left."""
    joint = (one[:, :, None, :, None] + other[:, None, :, None, :]).reshape(1, 9, 9, 2)
    for i in (0, 1):
        parts = [float(best_deviation(game, i)[0]) for game in (one, other)]
        expected = sum(max(gain, 0.0) for gain in parts) if max(parts) > 0 else max(parts)
        np.testing.assert_allclose(best_deviation(joint, i)[0], expected, atol=1e-9)


@given(games())
def test_the_worst_equilibrium_is_one_and_has_the_least_total(payoffs):
    game, found = payoffs[0], punishment_payoffs(payoffs)[0]
    equilibria = [
        game[i, j]
        for i in range(3)
        for j in range(3)
        if game[i, j, 0] >= game[:, j, 0].max() and game[i, j, 1] >= game[i, :, 1].max()
    ]
    candidates = equilibria or list(game.reshape(-1, 2))
    assert any((found == each).all() for each in candidates)
    assert found.sum() <= min(each.sum() for each in candidates) + 1e-12


@settings(max_examples=15)
@given(st.integers(0, 10_000))
def test_no_bargain_leaves_anybody_below_disagreement(seed):
    found = linkage_gains(SCENARIO.draw(seed))
    for one in found:
        for solution in (one.linked, one.unlinked):
            assert (solution.gains >= -1e-9).all()
    for one in found.under(STAGE):
        np.testing.assert_allclose(one.linked.disagreement, one.unlinked.disagreement, atol=1e-9)
    for one in found.under(WAR):
        np.testing.assert_array_equal(one.linked.disagreement, one.unlinked.disagreement)


@settings(max_examples=15)
@given(st.integers(0, 10_000), st.sampled_from(["stage equilibrium", "trade war"]))
def test_win_sets_contain_no_agreement_and_meet_in_their_overlap(seed, against):
    found = win_sets(SCENARIO.draw(seed), np.linspace(0, 1, 5), against=against)
    assert (found.overlap >= 1).all()
    assert (found.overlap <= found.sizes.min(axis=1)).all()
    assert (found.better <= found.overlap).all()
    assert (found.sizes <= found.agreements).all()


def test_against_a_trade_war_win_sets_are_no_smaller_than_against_a_stage_equilibrium_that_both_prefer():
    stage, war = (win_sets(SCENARIO, against=a) for a in ("stage equilibrium", "trade war"))
    assert (stage.no_agreement >= war.no_agreement).all()
    assert (stage.sizes <= war.sizes).all()


@settings(max_examples=10)
@given(st.integers(0, 1000), st.floats(0.0, 1.0))
def test_the_loophole_never_enlarges_coverage(seed, share):
    graph = generate_ownership_graph(rng=seed, listed=30, assumptions=OwnershipAssumptions())
    found = ownership_loophole(graph, (0.25, 0.5, 0.75), share=share)
    assert (np.diff(found.covered) <= 0).all()
    assert (np.diff(found.links) <= 0).all()
    assert (found.freed >= 0).all()
    assert (found.freed <= found.added).all()
    assert (found.cost == found.restructured).all()
    if share == 0:
        assert not found.freed.any()
