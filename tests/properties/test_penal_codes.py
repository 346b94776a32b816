from fractions import Fraction

import numpy as np
from hypothesis import assume, given
from hypothesis import strategies as st

from negotiation.game_theory.checks.verify import verify
from negotiation.game_theory.games import RepeatedGame, StageGame
from negotiation.game_theory.solvers.payoff_sets.equilibrium_payoffs import equilibrium_payoffs
from negotiation.game_theory.solvers.penal_codes.optimal_penal_code import optimal_penal_code
from negotiation.game_theory.solvers.penal_codes.strategy_for import strategy_for
from negotiation.game_theory.solvers.stage.minmax import minmax
from negotiation.game_theory.solvers.thresholds.critical_discount_factor import critical_discount_factor
from negotiation.game_theory.solvers.values.value import value
from negotiation.strategies import grim_trigger, penance, simple_strategy_profile, stick_and_carrot
from negotiation.testing import strategies as ngst

DELTAS = [Fraction(k, 10) for k in range(1, 10)] + [Fraction(1, 3), Fraction(1, 7), Fraction(2, 3)]


@st.composite
def targets(draw):
    stage = draw(ngst.stage_games())
    return stage, tuple(draw(st.sampled_from(labels)) for labels in stage.actions)


def profiles(stage):
    return [stage.labels(index) for index in np.ndindex(stage.n_actions)]


def deviates(stage, index, player):
    return np.moveaxis(stage.payoffs[..., player], player, -1)[index[1 - player]].max()


def excluded(stage, profile, delta):
    """Return whether the outer bound shows that no equilibrium plays a profile for ever."""
    index = stage.profile_index(profile)
    found = equilibrium_payoffs(RepeatedGame(stage, delta))
    return found.is_empty or any(
        stage.payoffs[index][i] < (1 - delta) * deviates(stage, index, i) + delta * found.threats[i]
        for i in (0, 1)
    )


@given(targets())
def test_the_equilibrium_holds_at_the_upper_end_and_the_outer_bound_excludes_the_lower(target):
    stage, profile = target
    found = critical_discount_factor(stage, profile)
    assume(found.value is not None)
    assert found.status == "complete"
    assert found.lower <= found.value <= found.upper
    assert found.upper - found.lower < 1e-6
    delta = found.value if isinstance(found.value, Fraction) else Fraction(found.upper)
    game = RepeatedGame(stage, delta or Fraction(1, 100))
    assert verify(game, found.strategy, exact=True).holds
    assert found.strategy.actions[found.strategy.initial] == profile
    np.testing.assert_allclose(value(game, found.strategy).payoffs, stage.payoff(profile), atol=1e-9)
    if found.lower > 1e-6:
        assert excluded(stage, profile, found.lower - 1e-8)
        assert found.binding is not None


@given(targets())
def test_where_there_is_none_the_outer_bound_excludes_the_profile(target):
    stage, profile = target
    found = critical_discount_factor(stage, profile)
    if found.value is None:
        for delta in (0.5, 0.99):
            assert excluded(stage, profile, delta)


@given(targets(), st.data())
def test_no_automaton_that_plays_a_profile_for_ever_needs_less_patience(target, data):
    stage, profile = target
    other = st.sampled_from(profiles(stage))
    build = data.draw(
        st.sampled_from(
            [
                lambda: grim_trigger(stage, profile, data.draw(other)),
                lambda: penance(stage, profile, data.draw(other), data.draw(st.integers(1, 3))),
                lambda: stick_and_carrot(
                    stage, profile, data.draw(other), data.draw(st.sampled_from(DELTAS))
                ),
                lambda: simple_strategy_profile(
                    stage,
                    [profile],
                    {p: data.draw(st.lists(other, min_size=1, max_size=2)) for p in stage.players},
                    forgive=data.draw(st.booleans()),
                ),
            ]
        )
    )
    one = critical_discount_factor(stage, build())
    best = critical_discount_factor(stage, profile)
    if one.value is not None:
        assert best.value is not None
        assert best.lower <= one.upper
        assert best.value <= one.value or not isinstance(best.value, Fraction)


@given(ngst.stage_games(), st.sampled_from(DELTAS))
def test_a_penal_code_is_verified_and_no_equilibrium_is_worse(stage, delta):
    game = RepeatedGame(stage, delta)
    code = optimal_penal_code(game)
    found = equilibrium_payoffs(game)
    assert code.status == "complete"
    assert bool(code.strategies) == (not found.is_empty)
    floor = minmax(stage).values
    for i, strategy in enumerate(code.strategies):
        assert verify(game, strategy, exact=True).holds
        np.testing.assert_allclose(value(game, strategy).payoffs, code.payoffs[i], atol=1e-9)
        assert code.payoffs[i, i] >= floor[i] - 1e-9
        assert code.payoffs[i, i] <= found.outer[:, i].min() + 1e-7
    for profile in profiles(stage):
        if verify(stage, profile).holds:
            for i in range(len(code.strategies)):
                assert code.payoffs[i, i] <= stage.payoff(profile)[i] + 1e-7


@given(ngst.stage_games(), st.sampled_from(DELTAS), st.data())
def test_every_payoff_of_the_inner_bound_has_a_strategy(stage, delta, data):
    game = RepeatedGame(stage, delta)
    found = equilibrium_payoffs(game)
    assume(len(found.inner))
    weights = np.array([data.draw(st.integers(0, 4)) for _ in found.inner], dtype=float)
    assume(weights.sum())
    for payoff in (weights @ found.inner / weights.sum(), *found.inner):
        automaton = strategy_for(found, payoff)
        assert verify(game, automaton).holds
        assert verify(game, automaton, exact=True).holds
        assert np.abs(value(game, automaton).payoffs - payoff).max() <= 1e-9 * found.size


@given(ngst.stage_games(), st.integers(0, 2**32 - 1), st.sampled_from([0.2, 0.5, 0.7, 0.95]))
def test_payoffs_in_floats_have_strategies_too(stage, seed, delta):
    payoffs = np.random.default_rng(seed).uniform(-1, 1, stage.payoffs.shape)
    game = RepeatedGame(StageGame(payoffs), delta)
    found = equilibrium_payoffs(game)
    assume(len(found.inner))
    for payoff in (found.inner.mean(axis=0), *found.inner):
        automaton = strategy_for(found, payoff)
        assert verify(game, automaton).holds
        assert np.abs(value(game, automaton).payoffs - payoff).max() <= 1e-9 * found.size
