"""Answers that end by a lottery are credible, and proof against renegotiation, by checks of other code."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

import negotiation as ng
from negotiation.game_theory.solvers.payoff_sets.perfect.extreme_play import outer_corners
from negotiation.game_theory.solvers.penal_codes.held_path import held_path, worst_payoffs
from negotiation.game_theory.solvers.penal_codes.returning_answers import returning_answers

GAMES = arrays(
    np.int64, st.tuples(st.integers(2, 4), st.integers(2, 4), st.just(2)), elements=st.integers(0, 9)
)
DELTAS = st.sampled_from([0.2, 0.5, 0.8, 0.95])


def margins(payoffs, delta, worst):
    """Return what each player loses by leaving the first profile once, held to its worst after."""
    v = payoffs[0, 0]
    best = np.array([np.delete(payoffs[:, 0, 0], 0).max(), np.delete(payoffs[0, :, 1], 0).max()])
    return v - (1 - delta) * best - delta * np.where(np.isfinite(worst), worst, v)


@given(GAMES, DELTAS, st.booleans())
def test_the_strategy_is_subgame_perfect_exactly_where_the_path_is_held(payoffs, delta, proof):
    payoffs = payoffs.astype(float)
    found = returning_answers(payoffs, delta, proof=proof)
    game = ng.RepeatedGame(ng.StageGame(payoffs), delta)
    strategy = found.automaton(game.stage)
    least = margins(payoffs, delta, found.worst)
    if np.abs(least).min() < 1e-9:
        return
    assert ng.verify(game, strategy).holds == (least > 0).all()


@given(GAMES, DELTAS)
def test_the_worst_is_what_the_answer_comes_to(payoffs, delta):
    payoffs = payoffs.astype(float)
    found = returning_answers(payoffs, delta)
    game = ng.RepeatedGame(ng.StageGame(payoffs), delta)
    values = ng.value(game, found.automaton(game.stage))
    for i in (0, 1):
        if found.profiles[i] is not None:
            assert values[f"answer {i}", str(i)] == pytest.approx(found.worst[i], abs=1e-9)


@given(GAMES, DELTAS)
def test_where_the_path_is_held_nobody_talks_anybody_out_of_an_answer(payoffs, delta):
    payoffs = payoffs.astype(float)
    found = returning_answers(payoffs, delta, proof=True)
    if (margins(payoffs, delta, found.worst) < 1e-9).any():
        return
    game = ng.RepeatedGame(ng.StageGame(payoffs), delta)
    assert ng.renegotiation_proofness(game, found.automaton(game.stage)).holds


@given(GAMES, DELTAS)
def test_answers_are_never_worse_than_the_worst_equilibrium(payoffs, delta):
    payoffs = payoffs.astype(float)
    found = returning_answers(payoffs, delta)
    if (margins(payoffs, delta, found.worst) < 1e-9).any():
        return
    worst = worst_payoffs(payoffs[None], [delta])[0]
    assert (found.worst >= worst - 1e-7).all()
    assert (found.worst >= found.least - 1e-12).all()


@given(GAMES, DELTAS)
def test_a_path_is_held_by_the_penal_code_exactly_where_worst_payoffs_deter(payoffs, delta):
    payoffs = payoffs.astype(float)
    worst = worst_payoffs(payoffs[None], [delta])[0]
    if not np.isfinite(worst).all():
        return
    least = margins(payoffs, delta, worst)
    if np.abs(least).min() < 1e-6:
        return
    game = ng.RepeatedGame(ng.StageGame(payoffs), delta)
    code = ng.optimal_penal_code(game)
    if code.status != "complete":
        return
    verdict = ng.verify(game, held_path(game, game.stage.labels((0, 0))))
    assert verdict.holds == (least > 0).all()


def test_worst_payoffs_asked_for_alone_are_those_of_the_whole_bound():
    # Many games: in one of a hundred it matters which continuation holds a player down.
    rng = np.random.default_rng(0)
    for _ in range(1000):
        payoffs = rng.integers(0, 10, (*rng.integers(2, 5, 2), 2)).astype(float)
        shares, delta = payoffs - payoffs.min(axis=(0, 1)), float(rng.choice([0.3, 0.5, 0.8]))
        (corners, worst), (some, alone) = (
            outer_corners(shares, delta, threats_alone=t) for t in (False, True)
        )
        assert (len(some) > 0) == (len(corners) > 0)
        assert not len(corners) or alone.tolist() == worst.tolist()
