"""All equilibria of small games whose states lead back to one another: known counts, and a referee."""

from fractions import Fraction
from itertools import chain, combinations, product

import numpy as np
import pytest
from scipy.optimize import root

import negotiation as ng
from negotiation.game_theory.games import StochasticGame
from negotiation.game_theory.solvers.markov.separate_states import all_equilibria, all_in_coupled_states

SEXES = [[[2, 1], [0, 0]], [[0, 0], [1, 2]]]
MOVED_BY_PLAY = [np.eye(2)[[[0, 1], [1, 0]]], np.eye(2)[[[1, 0], [0, 1]]]]
"""Who does the same stays in state 0, or leaves state 1; who does not, the other way round."""


def random_game(seed, delta, *, states=2, actions=2):
    rng = np.random.default_rng(seed)
    payoffs = rng.integers(-9, 10, (states, actions, actions, 2))
    return StochasticGame(payoffs, rng.dirichlet(np.ones(states), (states, actions, actions)), delta)


def points(game, strategies):
    """Return all probabilities of each strategy, one below the other."""
    mixed = [strategy.mixed_actions(game) for strategy in strategies]
    return np.array([np.concatenate([v.astype(float) for row in one for v in row]) for one in mixed])


# --- counts that are known ----------------------------------------------------------------------------------


@pytest.mark.parametrize("delta", [Fraction(1, 100), 0.01])
def test_little_patience_moves_regular_equilibria_and_makes_none(delta):
    # Three regular equilibria in each state alone: nine together, which patience near 0 moves a little.
    found, doubt = all_in_coupled_states(StochasticGame([SEXES, SEXES], MOVED_BY_PLAY, delta))
    assert (len(found), doubt) == (9, "")
    assert sum(strategy.is_pure for strategy in found) == 4


def test_zero_sum_games_have_one_value():
    # Shapley's iteration, by a program of its own for matrix games of two by two.
    payoffs = np.array([[[3, -1], [-2, 1]], [[0, 2], [4, -3]]], dtype=float)
    moves = np.array([[[[0.9, 0.1], [0.2, 0.8]], [[0.5, 0.5], [0.3, 0.7]]]] * 2)
    worth = np.zeros(2)
    for _ in range(300):
        games = 0.3 * payoffs + 0.7 * moves @ worth
        worth = np.array([two_by_two(game) for game in games])
    game = StochasticGame(np.stack([payoffs, -payoffs], axis=-1), moves, 0.7)
    found = ng.markov_perfect_equilibria(game)
    assert (len(found), found.status) == (1, "complete")
    assert found[0].values[:, 0] == pytest.approx(worth, abs=1e-9)


def two_by_two(game):
    low, high = game.min(axis=1).max(), game.max(axis=0).min()
    if low == high:
        return low
    (a, b), (c, d) = game
    return (a * d - b * c) / (a + d - b - c)


@pytest.mark.parametrize("seed", range(6))
def test_states_that_need_no_coupling_have_as_many_as_one_after_another(seed):
    rng = np.random.default_rng(seed)
    moves = np.broadcast_to(rng.dirichlet(np.ones(2), 2)[:, None, None], (2, 2, 2, 2))
    game = StochasticGame(rng.integers(-9, 10, (2, 2, 2, 2)), moves, 0.8)
    one, doubt = all_equilibria(game)
    other, second = all_in_coupled_states(game)
    assert (doubt, second) == ("", "")
    assert len(one) == len(other)
    for point in points(game, one):
        assert np.abs(points(game, other) - point).max(axis=1).min() < 1e-9


# --- a referee: Newton's method from many starts on every profile of supports -------------------------------


def gains(game, i, other, kept):
    """Return what each action gains over those kept, by state, against the other's mixtures."""
    states = game.n_states
    rows = game.transitions.to_dense().astype(float).reshape(states, 2, 2, states)
    paid = np.stack([stage.payoffs[..., i] for stage in game.stages])
    if i == 1:
        rows, paid = rows.swapaxes(1, 2), paid.swapaxes(1, 2)
    flows, moves = np.einsum("sab,sb->sa", paid, other), np.einsum("sabt,sb->sat", rows, other)
    delta, at = float(game.discount_factors[i]), np.arange(states)
    worth = np.linalg.solve(np.eye(states) - delta * moves[at, kept], (1 - delta) * flows[at, kept])
    return (1 - delta) * flows + delta * moves @ worth - worth[:, None]


def mixtures(game, i, own, other, rng):
    """Yield mixtures of the other over supports at which own supports are best, from many starts."""
    free = [s for s, support in enumerate(other) if len(support) == 2]
    equal = [s for s, support in enumerate(own) if len(support) == 2]
    kept = [support[0] for support in own]

    def mixed(x):
        full = np.zeros((game.n_states, 2))
        for s, support in enumerate(other):
            full[s, support[0]] = 1.0
        full[free, 0], full[free, 1] = x, 1 - np.asarray(x)
        return full

    def apart(x):
        return gains(game, i, mixed(x), kept)[equal, 1]

    if len(free) != len(equal):
        return
    for _ in range(12 if free else 1):
        x = rng.random(len(free))
        if free:
            found = root(apart, x)
            x = found.x
            if not found.success or np.abs(apart(x)).max() > 1e-9 or not ((x > 1e-9) & (x < 1 - 1e-9)).all():
                continue
        if gains(game, i, mixed(x), kept).max() < 1e-9:
            yield mixed(x)


@pytest.mark.long
@pytest.mark.parametrize("seed", [3, 7, 13, 23])
def test_many_starts_on_all_supports_find_no_more(seed):
    game = random_game(seed, 0.6)
    found, doubt = all_in_coupled_states(game)
    assert doubt == ""
    known, rng = points(game, found).reshape(len(found), 2, 2, 2), np.random.default_rng(seed)
    supports = list(product(chain.from_iterable(combinations(range(2), k) for k in (1, 2)), repeat=2))
    reached = set()
    for first, second in product(supports, repeat=2):
        for q in mixtures(game, 0, first, second, rng):
            for p in mixtures(game, 1, second, first, rng):
                away = np.abs(known - np.stack([p, q], axis=1)).reshape(len(found), -1).max(axis=1)
                assert away.min() < 1e-7
                reached.add(int(away.argmin()))
    assert len(reached) == len(found)


@pytest.mark.parametrize("delta", [0.3, 0.95])
@pytest.mark.parametrize("seed", range(8))
def test_generic_games_have_an_odd_number_and_all_pass_the_check(seed, delta):
    game = random_game(100 + seed, delta)
    found, doubt = all_in_coupled_states(game)
    assert doubt == ""
    assert len(found) % 2 == 1
    assert all(ng.verify(game, strategy).holds for strategy in found)


# --- what is not proven is said -----------------------------------------------------------------------------


def test_a_continuum_is_said():
    game = StochasticGame(np.zeros((2, 2, 2, 2)), MOVED_BY_PLAY, 0.5)
    found = ng.markov_perfect_equilibria(game)
    assert found.status == "partial"
    assert found.pure_complete
    assert "there may be a continuum" in found.reason


def test_a_knife_edge_is_not_decided():
    # Player 2 is indifferent in state 0 if player 1 plays the first action there, the second in state 1.
    found, doubt = all_in_coupled_states(StochasticGame([SEXES, SEXES], MOVED_BY_PLAY, Fraction(1, 2)))
    assert found == ()
    assert "it is not decided how" in doubt
