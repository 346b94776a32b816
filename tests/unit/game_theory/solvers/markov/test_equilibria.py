from fractions import Fraction
from math import sqrt

import numpy as np
import pytest

import negotiation as ng
from negotiation.errors import SeveralEquilibria
from negotiation.game_theory.games import SparseTransitions, StageGame, StochasticGame
from negotiation.game_theory.solvers.markov.equilibria import best_replies_in_turn
from negotiation.game_theory.solvers.markov.logit import logit_markov
from negotiation.game_theory.solvers.markov.solution import certified_equilibrium
from negotiation.strategies import MarkovStrategy


def fragile_peace(delta):
    """Return a dilemma that lasts as long as both cooperate; after that both have nothing for ever."""
    peace = StageGame([[[2, 2], [0, 3]], [[3, 0], [1, 1]]], ("A", "B"), ("CD", "CD"))
    over = StageGame([[[0, 0]]], ("A", "B"))
    rows = SparseTransitions([{0: 1}, {1: 1}, {1: 1}, {1: 1}, {1: 1}], 2)
    return StochasticGame.from_stages({"peace": peace, "over": over}, rows, delta)


def big_match(delta):
    """Return Gillette's big match: the row player may end it, at 1 against the left column, else at 0."""
    zero_sum = np.array([[[1, -1], [0, 0]], [[0, 0], [1, -1]]])
    play = StageGame(zero_sum, ("row", "column"), (("end", "go on"), ("left", "right")))
    won, lost = StageGame([[[1, -1]]], play.players), StageGame([[[0, 0]]], play.players)
    rows = SparseTransitions([{1: 1}, {2: 1}, {0: 1}, {0: 1}, {1: 1}, {2: 1}], 3)
    return StochasticGame.from_stages({"play": play, "won": won, "lost": lost}, rows, delta)


def random_game(states, actions, players=2, delta=0.95, seed=0):
    generator = np.random.default_rng(seed)
    shape = (states, *(actions,) * players)
    return StochasticGame(
        generator.random((*shape, players)), generator.dirichlet(np.ones(states), shape), delta
    )


# --- closed forms -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("delta", [0.4, 0.5, 0.9, 0.99])
def test_a_peace_that_one_break_ends_has_the_equilibria_computed_by_hand(delta):
    # Cooperation pays 2 for ever against 3 once.
    found = ng.markov_perfect_equilibria(fragile_peace(delta), starts=5)
    assert (len(found), found.status, found.pure_complete) == (3, "complete", True)
    assert "all found, on every profile of supports" in found.reason
    assert {e.strategy["peace"] for e in found if e.is_pure} == {("C", "C"), ("D", "D")}
    # The mixed one solves 2 delta x^2 + delta x = 1; no path ends in it.
    x = (-delta + sqrt(delta**2 + 8 * delta)) / (4 * delta)
    for equilibrium in found:
        if equilibrium.is_pure:
            by_hand = 2.0 if equilibrium.strategy["peace"] == ("C", "C") else 1 - delta
        else:
            by_hand = (1 - delta) * (1 + 2 * x)
        assert equilibrium.value("peace", "A") == pytest.approx(by_hand, abs=1e-12)
    assert next(e for e in found if not e.is_pure).mixed_actions[0][0] == pytest.approx([x, 1 - x], abs=1e-12)
    mixed = {"peace": ([x, 1 - x], [x, 1 - x]), "over": ("0", "0")}
    assert ng.verify(fragile_peace(delta), mixed).holds
    assert ng.value(fragile_peace(delta), mixed)["peace", "B"] == pytest.approx((1 - delta) * (1 + 2 * x))
    moved = {**mixed, "peace": ([x + 1e-4, 1 - x - 1e-4], [x, 1 - x])}
    assert not ng.verify(fragile_peace(delta), moved).holds


def test_the_least_patience_for_peace_is_decided_exactly():
    keep = {"peace": ("C", "C"), "over": ("0", "0")}
    assert ng.verify(fragile_peace(Fraction(1, 3)), keep, exact=True).margin == 0
    less = fragile_peace(Fraction(1, 3) - Fraction(1, 10**6))
    verdict = ng.verify(less, keep, exact=True)
    assert not verdict.holds
    assert (verdict.deviation.action, verdict.deviation.state) == ("D", "peace")
    assert {e.strategy["peace"] for e in ng.markov_perfect_equilibria(less, method="pure")} == {("D", "D")}
    assert ("C", "C") in {
        e.strategy["peace"]
        for e in ng.markov_perfect_equilibria(fragile_peace(Fraction(1, 3)), method="pure")
    }


@pytest.mark.parametrize("delta", [0.2, 0.9, 0.999])
def test_the_discounted_big_match_has_its_known_value_and_strategies(delta):
    # Blackwell and Ferguson 1968: value 1/2; the row player ends it with probability (1 - d) / (2 - d).
    equilibrium = ng.markov_perfect_equilibria(big_match(delta), starts=1).only()
    assert equilibrium.value("play", "row") == pytest.approx(0.5, abs=1e-12)
    row, column = equilibrium.strategy["play"]
    assert row[0] == pytest.approx((1 - delta) / (2 - delta), abs=1e-12)
    assert column.tolist() == pytest.approx([0.5, 0.5], abs=1e-12)


# --- the path of logit equilibria ---------------------------------------------------------------------------


def path_point(game, target):
    """Return play and precision where deviations first gain less than a target; None for the start."""
    from negotiation.game_theory.solvers.markov.kernels.path import REACHED, markov_path
    from negotiation.game_theory.solvers.markov.logit import _start

    setting = logit_markov(game)
    state = _start(setting.arrays)
    if target is not None:
        state, reason, _ = markov_path(setting.arrays, state, target, 1000)
        assert reason == REACHED
    actions = len(setting.arrays.prior)
    return setting.strategy(np.exp(state.point[:actions])), float(state.point[-1])


@pytest.mark.parametrize(
    ("states", "players", "delta"), [(1, 2, 0.9), (3, 2, 0.95), (2, 3, 0.5), (2, 2, 0.999)]
)
def test_points_of_the_path_are_logit_replies_to_values_of_their_own(states, players, delta):
    game = random_game(states, 3 if players == 2 else 2, players, delta)
    strategy, precision = path_point(game, 0.03)
    span = np.ptp(game.flat_payoffs(), axis=0)
    values = ng.value(game, strategy).payoffs
    for s in range(states):
        own = strategy[game.states[s]]
        for i in range(players):
            gains = np.empty(len(own[i]))
            for a in range(len(gains)):
                play = {**strategy.play, game.states[s]: tuple(
                    np.eye(len(gains))[a] if j == i else own[j] for j in range(players)
                )}  # fmt: skip
                # One deviation: the value of playing a here once, by the one-step operator.
                mixed = MarkovStrategy(play).mixed_actions(game)[s]
                weights = np.array(mixed[0], dtype=float)
                for vector in mixed[1:]:
                    weights = np.multiply.outer(weights, np.asarray(vector, dtype=float))
                rows = slice(game.offsets[s], game.offsets[s + 1])
                flow = weights.ravel() @ game.flat_payoffs()[rows, i]
                later = weights.ravel() @ game.transitions.to_dense()[rows] @ values[:, i]
                gains[a] = (flow + delta / (1 - delta) * later) / span[i]
            reply = np.exp(precision * (gains - gains.max()))
            assert np.asarray(own[i]) == pytest.approx(reply / reply.sum(), abs=1e-6)


def test_with_one_state_the_path_is_that_of_the_stage_game():
    generator = np.random.default_rng(3)
    payoffs = generator.random((3, 3, 2))
    payoffs -= payoffs.min(axis=(0, 1))
    payoffs /= payoffs.max(axis=(0, 1))  # both players' payoffs have the range 1
    strategy, precision = path_point(StochasticGame(payoffs[None], np.ones((1, 3, 3, 1)), 0.8), 0.02)
    stage = ng.logit_equilibrium(StageGame(payoffs), precision=precision)
    for mine, theirs in zip(strategy["0"], stage.strategies, strict=True):
        assert mine == pytest.approx(theirs, abs=1e-6)


@pytest.mark.parametrize("seed", range(5))
def test_with_one_state_the_end_is_the_logit_limit_of_the_stage_game(seed):
    game = random_game(1, 3, seed=seed)
    found = ng.markov_perfect_equilibria(game, starts=1, method="logit").only()
    nash = ng.solve(game.stages[0])
    point = np.concatenate(found.mixed_actions[0])
    assert min(np.abs(point - np.concatenate(e.strategies)).max() for e in nash) < 1e-9


@pytest.mark.long
@pytest.mark.parametrize(
    ("states", "actions", "players", "delta"),
    [(2, 2, 2, 0.95), (5, 3, 2, 0.95), (10, 4, 2, 0.95), (3, 3, 2, 0.999), (3, 2, 3, 0.9), (2, 2, 4, 0.8)],
)
def test_random_games_are_all_solved_and_certified(states, actions, players, delta):
    for seed in range(4):
        game = random_game(states, actions, players, delta, seed)
        found = ng.markov_perfect_equilibria(game, starts=2, rng=seed, method="logit")
        assert (found.status, found.reason) == (
            "partial",
            "2 of 2 starts ended in an equilibrium; others may be missing",
        )
        for equilibrium in found:
            assert ng.verify(game, equilibrium.strategy).holds
            assert equilibrium.regret < 1e-10
            assert equilibrium.residual < 1e-10


# --- large games, limits and refusals -----------------------------------------------------------------------


def test_a_game_with_too_many_pure_profiles_is_searched_by_best_replies():
    payoffs = np.tile(np.array([[[2, 2], [0, 3]], [[3, 0], [1, 1]]]), (10, 1, 1, 1))
    game = StochasticGame(payoffs, np.full((10, 2, 2, 10), 0.1), 0.9)
    found = ng.markov_perfect_equilibria(game, starts=3, method="pure")
    assert set(found.only().strategy.play.values()) == {("1", "1")}
    assert found.status == "partial"
    assert "not tried one by one" in found.reason


def test_best_replies_that_turn_in_a_circle_are_reported_and_the_path_finds_the_equilibrium():
    pennies = np.tile(np.array([[[1, -1], [-1, 1]], [[-1, 1], [1, -1]]]), (10, 1, 1, 1))
    game = StochasticGame(pennies, np.full((10, 2, 2, 10), 0.1), 0.9)
    alone = ng.markov_perfect_equilibria(game, starts=2, method="pure")
    assert (alone.status, len(alone)) == ("failed", 0)
    assert all("cycle" in outcome for outcome in alone.outcomes)
    both = ng.markov_perfect_equilibria(game, starts=1)
    assert (both.status, both.pure_complete) == ("complete", True)
    assert np.concatenate(both.only().mixed_actions[3]) == pytest.approx(0.5)


def test_no_pure_equilibrium_is_an_answer_and_not_a_failure():
    found = ng.markov_perfect_equilibria(big_match(0.5), method="pure")
    assert (found.status, len(found), found.reason) == ("complete", 0, "all pure ones found")
    with pytest.raises(SeveralEquilibria, match="found 0"):
        found.only()


def test_a_path_that_is_cut_off_gives_no_equilibrium_and_says_so():
    found = ng.markov_perfect_equilibria(random_game(3, 3), starts=2, method="logit", max_steps=4)
    assert (found.status, len(found)) == ("failed", 0)
    assert all("stopped after 4 steps" in outcome for outcome in found.outcomes)
    late = ng.markov_perfect_equilibria(random_game(3, 3), starts=3, method="logit", deadline=1e-9)
    assert "not begun before the deadline" in late.outcomes[-1]
    assert late.status in ("partial", "failed")


def test_what_is_no_equilibrium_is_never_returned_as_one():
    game = fragile_peace(0.2)
    keep = MarkovStrategy({"peace": ("C", "C"), "over": ("0", "0")})
    assert certified_equilibrium(game, keep, "hand") is None


def test_a_best_reply_in_turn_is_made_at_the_players_own_discount_factor():
    # The second player alone chooses: to give up 1 today for 4 in every later period.
    payoffs = [[[[0, 1], [0, 0]]], [[[0, 4], [0, 4]]]]
    moves = [[[[1, 0], [0, 1]]], [[[0, 1], [0, 1]]]]
    game = StochasticGame(payoffs, moves, (0.1, 0.9))
    end = best_replies_in_turn(logit_markov(game), np.array([0, 2]), "in turn")
    assert end.equilibrium is not None
    assert end.equilibrium.mixed_actions[0][1].tolist() == [0.0, 1.0]
