import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from negotiation.game_theory.checks.policies import (
    POSSIBLE,
    SUPPORTED,
    verify_possible_policy,
    verify_supported_policy,
)
from negotiation.game_theory.checks.possible_paths import verify_possible_path
from negotiation.game_theory.games import RepeatedGame, StageGame, StochasticGame
from negotiation.game_theory.solvers.payoff_sets.stochastic.payoffs import stochastic_payoffs

DILEMMA = np.array([[[9.0, 9], [1, 10]], [[10, 1], [3, 3]]])


def one_state(payoffs, delta):
    return StochasticGame([payoffs], np.ones((1, *payoffs.shape[:2], 1)), delta)


def keep(game):
    return {state: stage.labels((0, 0)) for state, stage in zip(game.states, game.stages, strict=True)}


@pytest.mark.parametrize("delta", [0.1, 0.14, 0.15, 0.5])
def test_in_one_state_it_is_the_check_of_a_path(delta):
    game = one_state(DILEMMA, delta)
    found = verify_possible_policy(game, keep(game), "0")
    path = verify_possible_path(RepeatedGame(StageGame(DILEMMA), delta), ("0", "0"))
    assert (found.holds, found.concept) == (path.holds, POSSIBLE)
    assert found.margin == pytest.approx(float(path.margin), abs=1e-8)


@st.composite
def games(draw):
    values = draw(st.lists(st.integers(-5, 5), min_size=16, max_size=16))
    chances = draw(st.lists(st.sampled_from([0.0, 0.25, 0.5, 1.0]), min_size=8, max_size=8))
    moves = np.array(chances).reshape(2, 2, 2)
    payoffs = np.array(values, dtype=float).reshape(2, 2, 2, 2)
    return StochasticGame(
        payoffs, np.stack([moves, 1.0 - moves], axis=-1), draw(st.sampled_from([0.3, 0.6, 0.9]))
    )


@pytest.mark.long
@given(games())
def test_nothing_is_both_supported_and_ruled_out(game):
    sets = stochastic_payoffs(game)
    for profile in np.ndindex(2, 2):
        policy = {s: stage.labels(profile) for s, stage in zip(game.states, game.stages, strict=True)}
        if verify_supported_policy(game, policy, game.states[0], sets).holds:
            assert verify_possible_policy(game, policy, game.states[0]).holds


@given(games())
def test_minmax_by_state_is_a_bound_of_the_payoff_sets(game):
    from negotiation.game_theory.checks.policies import _least

    least = _least(game)
    for part, low in zip(stochastic_payoffs(game).sets, least, strict=True):
        if len(part.inner):
            assert (low <= part.inner.min(axis=0) + 1e-9).all()


def test_what_is_held_now_may_break_where_play_comes():
    # Nothing tempts in the first state; keeping leads to a dilemma that nobody has the patience for.
    payoffs = np.stack([np.zeros((2, 2, 2)), DILEMMA])
    moves = np.zeros((2, 2, 2, 2))
    moves[..., 1] = 1.0
    game = StochasticGame(payoffs, moves, 0.1)
    sets = stochastic_payoffs(game)
    for found in (
        verify_possible_policy(game, keep(game), "0"),
        verify_supported_policy(game, keep(game), "0", sets),
    ):
        assert not found.holds
        assert found.deviation.state == "1"
    stays = StochasticGame(payoffs, np.broadcast_to(np.eye(2)[:, None, None], (2, 2, 2, 2)), 0.1)
    assert verify_possible_policy(stays, keep(stays), "0").holds
    assert verify_supported_policy(stays, keep(stays), "0", stochastic_payoffs(stays)).concept == SUPPORTED


def test_departures_that_are_not_looked_at_rule_nothing_out():
    game = one_state(DILEMMA, 0.05)
    assert verify_possible_policy(game, keep(game), "0", [(), ()]).margin == np.inf
    assert not verify_possible_policy(game, keep(game), "0", [("1",), ()]).holds


def test_sets_that_do_not_generate_themselves_support_nothing():
    # Threats that need patience, lent to a game without any.
    patient, hasty = (one_state(DILEMMA, delta) for delta in (0.5, 0.12))
    lent = stochastic_payoffs(patient)
    found = verify_supported_policy(hasty, keep(hasty), "0", lent)
    assert not found.holds
    assert found.concept != SUPPORTED
