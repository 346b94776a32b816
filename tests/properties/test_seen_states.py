"""Invariants of payoffs with transfers where players see states alone, and a plain program beside them."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

import negotiation as ng
from negotiation.game_theory.solvers.relational.several_players import payoffs_of_several
from tests.properties.test_transfers_of_several import assert_alike, assert_as_plain, drawn

DELTAS = st.sampled_from([0.2, 0.4, 0.5, 0.75, 0.9])
SEEDS = st.integers(0, 400)
FEW = settings(max_examples=12)
TWO_OR_THREE = st.sampled_from([2, 3])


def seen(game):
    return ng.equilibrium_payoffs(game, transfers=True, observed="states")


def plain(payoffs, moves, delta):
    """Return U and v by state by iterating the operator from above, every profile by scipy at every step."""
    states, players = len(payoffs), payoffs.shape[-1]
    joint = np.full(states, payoffs.sum(axis=-1).max())
    worst = np.tile(payoffs.reshape(-1, players).min(axis=0), (states, 1))
    for _ in range(400):
        new_joint, new_worst = np.full(states, -np.inf), np.full((states, players), np.inf)
        for s in range(states):
            for profile in np.ndindex(payoffs.shape[1:-1]):
                values = at_profile(payoffs[s], moves[s], profile, (joint, worst), delta)
                if values is not None:
                    new_joint[s] = max(new_joint[s], values[0])
                    new_worst[s] = np.minimum(new_worst[s], values[1])
        if not np.isfinite(new_joint).all():
            return None
        moved = max(abs(new_joint - joint).max(), abs(new_worst - worst).max())
        joint, worst = new_joint, new_worst
        if moved < 1e-9:
            break
    return joint, worst


def at_profile(payoffs, moves, profile, levels, delta):
    """Return what a profile comes to, its unknowns the continuation payoffs themselves."""
    joint, worst = levels
    states, players = len(joint), payoffs.shape[-1]
    rows, high = [], []
    for i in range(players):
        for action in range(payoffs.shape[i]):
            other = (*profile[:i], action, *profile[i + 1 :])
            row = np.zeros((states, players))
            row[:, i] = delta * (moves[other] - moves[profile])
            rows.append(row.ravel())
            high.append((1 - delta) * (payoffs[profile][i] - payoffs[other][i]) + 1e-10)
    for t in range(states):
        row = np.zeros((states, players))
        row[t] = 1
        rows.append(row.ravel())
        high.append(joint[t] + 1e-10)
    bounds = [(v, None) for v in worst.ravel()]
    found = []
    for who in (list(range(players)), *([i] for i in range(players))):
        weights = np.zeros((states, players))
        weights[:, who] = moves[profile][:, None] * (-delta if len(who) > 1 else delta)
        solved = linprog(weights.ravel(), A_ub=np.array(rows), b_ub=high, bounds=bounds, method="highs")
        if solved.status == 2:
            return None
        found.append(solved.fun)
    own = (1 - delta) * payoffs[profile]
    return own.sum() - found[0], own + np.array(found[1:])


@pytest.mark.long
@settings(max_examples=5)
@given(SEEDS, st.sampled_from([0.3, 0.5, 0.6]), TWO_OR_THREE)
def test_a_plain_program_finds_the_same(seed, delta, players):
    game, payoffs, moves = drawn(seed, delta, players)
    assert_as_plain(seen(game), plain(payoffs, moves, delta), 1e-6)


@FEW
@given(SEEDS, DELTAS, TWO_OR_THREE)
def test_states_that_differ_in_name_alone_are_a_public_signal(seed, delta, players):
    rng = np.random.default_rng(seed)
    counts = (2,) * players
    payoffs, chances = rng.integers(0, 9, (*counts, players)), rng.dirichlet(np.full(3, 0.5), size=counts)
    repeated = ng.RepeatedGame(ng.StageGame(payoffs), delta, ng.PublicSignal(chances))
    expected = ng.equilibrium_payoffs(repeated, transfers=True)
    found = seen(ng.StochasticGame([payoffs] * 3, [chances] * 3, delta))
    for part in found.sets:
        assert_alike(expected, part)


def with_last_profile(payoffs, moves, delta):
    """Return the game in which the state tells what was played before."""
    states, counts = len(payoffs), payoffs.shape[1:-1]
    profiles = int(np.prod(counts))
    told = np.zeros((states * profiles, *counts, states * profiles))
    for s in range(states):
        for position, profile in enumerate(np.ndindex(counts)):
            for last in range(profiles):
                told[(s * profiles + last, *profile)][position::profiles] = moves[(s, *profile)]
    return ng.StochasticGame(np.repeat(payoffs, profiles, axis=0), told, delta), profiles


@pytest.mark.long
@FEW
@given(SEEDS, DELTAS, TWO_OR_THREE)
def test_states_that_tell_what_was_played_are_perfect_monitoring(seed, delta, players):
    game, payoffs, moves = drawn(seed, delta, players)
    told, profiles = with_last_profile(payoffs, moves, delta)
    found, expected = seen(told), payoffs_of_several(game)
    assert found.status == "complete"
    for s, part in enumerate(expected.sets):
        for last in range(profiles):
            assert_alike(part, found.sets[s * profiles + last])


@pytest.mark.long
@given(SEEDS, DELTAS, TWO_OR_THREE)
def test_who_sees_less_can_agree_on_less(seed, delta, players):
    game, _, _ = drawn(seed, delta, players)
    found, more = seen(game), payoffs_of_several(game)
    for state in game.states:
        if not found[state].is_empty:
            assert found[state].joint <= more[state].joint + 1e-8
            assert (found[state].threats >= more[state].threats - 1e-8).all()


@pytest.mark.long
@given(SEEDS, DELTAS)
def test_states_that_tell_nothing_leave_equilibria_of_the_stages(seed, delta):
    rng = np.random.default_rng(seed)
    payoffs = rng.integers(0, 9, (2, 2, 2, 2)).astype(float)
    blind = np.empty((2, 2, 2, 2))
    blind[...] = rng.dirichlet(np.ones(2), size=2)[:, None, None, :]
    game = ng.StochasticGame(payoffs, blind, delta)
    found = seen(game)
    own = [[e.payoffs for e in ng.solve(stage, method="pure_equilibria")] for stage in game.stages]
    if not all(own):
        assert any(part.is_empty for part in found.sets)
        return
    moves = blind[:, 0, 0]
    for aim in (None, 0, 1):
        stage = [
            (1 - delta) * (max(sum(e) for e in one) if aim is None else min(e[aim] for e in one))
            for one in own
        ]
        values = np.linalg.solve(np.eye(2) - delta * moves, stage)
        for s, part in enumerate(found.sets):
            reached = part.joint if aim is None else part.threats[aim]
            assert reached == pytest.approx(float(values[s]), abs=1e-8)
