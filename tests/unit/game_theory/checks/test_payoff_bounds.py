from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from negotiation.game_theory.checks.automata import verify_automaton
from negotiation.game_theory.checks.verify import verify
from negotiation.game_theory.games import RepeatedGame, StageGame
from negotiation.game_theory.solutions.payoff_bounds import PayoffBounds
from negotiation.game_theory.solvers.payoff_sets.perfect.bounded_payoffs import bounded_payoffs
from negotiation.strategies import OTHERWISE, Automaton

# A contribution costs 2 and gives 1 to each of three.
PUBLIC_GOOD = StageGame(
    np.array([[sum(a) - 2 * own for own in a] for a in np.ndindex(2, 2, 2)]).reshape(2, 2, 2, 3)
)
GAME = RepeatedGame(PUBLIC_GOOD, Fraction(3, 5))


@pytest.fixture(scope="module")
def found():
    return bounded_payoffs(GAME)


def bounds(game, profiles, weights, inner):
    """Return bounds whose inner points are given and whose outer ones say nothing."""
    return PayoffBounds(
        game, np.eye(3), np.full(3, np.inf), np.array(inner, float), np.array(profiles),
        np.array(weights, float), 0.0, 0, 0.0, 1.0, "complete", "",
    )  # fmt: skip


def as_automaton(game, found):
    """Return the play as an automaton: a departure leads to the player's worst point."""
    names = [str(k) for k in range(len(found.inner))]
    actions = {
        name: game.stage.labels(tuple(int(a) for a in np.unravel_index(p, game.stage.n_actions)))
        for name, p in zip(names, found.profiles, strict=True)
    }
    worst = [names[int(found.inner[:, i].argmin())] for i in range(3)]
    moves = {}
    for k, name in enumerate(names):
        shares = [Fraction(w) for w in found.weights[k]]
        row = {OTHERWISE: {s: w / sum(shares) for s, w in zip(names, shares, strict=True) if w}}
        for i, profile in enumerate([actions[name]] * 3):
            for action in game.stage.actions[i]:
                if action != profile[i]:
                    row[(*profile[:i], action, *profile[i + 1 :])] = worst[i]
        moves[name] = row
    return Automaton(names, names[0], actions, moves)


def test_the_play_behind_the_inner_points_is_an_equilibrium_in_floats_and_in_rationals(found):
    assert found.status == "complete"
    assert found.contains((1, 1, 1))
    for exact in (False, True):
        verdict = verify(GAME, found, exact=exact)
        assert verdict.holds
        assert verdict.exact is exact
        assert verdict.checked == 3 * len(found.inner)
    assert verify_automaton(GAME, as_automaton(GAME, found)).holds


def test_contributing_for_ever_is_certified_exactly_from_one_half_on():
    together = [0, 7]  # nobody contributes, all do
    everywhere = [[0.0, 0.0, 0.0], [1.0, 1.0, 1.0]]
    for delta, holds in ((Fraction(1, 2), True), (Fraction(1, 2) - Fraction(1, 10**30), False)):
        game = RepeatedGame(PUBLIC_GOOD, delta)
        verdict = verify(game, bounds(game, together, np.eye(2), everywhere), exact=True)
        assert verdict.holds is holds
        assert verdict.margin == 2 * delta - 1
        assert verdict.deviation.prescribed == "1"


def test_a_point_that_the_play_does_not_yield_is_found(found):
    moved = np.array(found.inner)
    moved[0] += 1e-6
    verdict = verify(GAME, replace(found, inner=moved))
    assert not verdict.holds
    assert verdict.margin == pytest.approx(-1e-6, rel=1.0)


def test_a_play_whose_incentives_fail_is_found(found):
    impatient = RepeatedGame(PUBLIC_GOOD, Fraction(2, 5))
    all_play = bounds(impatient, [0, 7], np.eye(2), [[0.0] * 3, [1.0] * 3])
    verdict = verify(impatient, all_play)
    assert not verdict.holds
    assert "gains" in verdict.explain()


def test_a_punishment_harsher_than_the_play_is_found():
    # The point claimed for the punishment is below what nobody contributing yields.
    claimed = bounds(GAME, [0, 7], np.eye(2), [[-1.0] * 3, [1.0] * 3])
    assert not verify(GAME, claimed).holds
    assert not verify(RepeatedGame(PUBLIC_GOOD, Fraction(9, 20)), claimed, exact=True).holds


def test_the_solver_tries_again_where_the_last_basis_misleads_it(found):
    # From the last basis the profile in which all contribute was once taken for one that cannot be played.
    assert found.gap < 1e-4
    assert 7 in found.profiles


@settings(max_examples=4)
@given(st.lists(st.integers(-3, 3), min_size=24, max_size=24), st.sampled_from([(0.4,) * 3, (0.5, 0.3, 0.4)]))
def test_whatever_is_called_inner_is_certified(values, deltas):
    game = RepeatedGame(StageGame(np.array(values, float).reshape(2, 2, 2, 3)), deltas)
    found = bounded_payoffs(game)
    assert verify(game, found).holds
    assert verify(game, found, exact=True).holds
    if found.status == "complete" and not found.is_empty:
        assert len(found.inner)
        assert found.gap <= 1e-5 * found.size or "no play" not in found.reason
    payoffs = game.stage.payoffs.reshape(-1, 3)
    d = np.array(deltas)
    yields = (1 - d) * payoffs[found.profiles] + d * found.continuations
    assert found.inner == pytest.approx(yields, abs=1e-9)
