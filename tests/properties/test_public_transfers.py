"""Invariants of payoffs with transfers under public signals, and a plain program beside them."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

import negotiation as ng
from negotiation.game_theory.solvers.relational.public_transfers import payoffs_with_public_transfers
from negotiation.testing import strategies as ngst

DELTAS = st.sampled_from([0.2, 0.4, 0.5, 0.75, 0.9])
NEAR = 1e-8
FEW = settings(max_examples=15)
SIGNALLED = ngst.repeated_games(stages=ngst.stage_games(players=2, actions=(1, 3)), monitoring="any")


def plain(payoffs, chances, delta):
    """Return joint and worst payoffs by iterating the operator from above, every profile at every step."""
    n_players, n_signals = payoffs.shape[-1], chances.shape[-1]
    least = [payoffs[..., i].min() for i in range(n_players)]
    liquidity = delta / (1 - delta) * (payoffs.sum(axis=-1).max() - sum(least))
    for _ in range(2000):
        best, worst = -np.inf, np.full(n_players, np.inf)
        for profile in np.ndindex(payoffs.shape[:-1]):
            values = at_profile(payoffs, chances, profile, liquidity, n_signals)
            if values is not None:
                best, worst = max(best, values[0]), np.minimum(worst, values[1])
        if not np.isfinite(best):
            return None
        following = delta * (best - worst.sum())
        if abs(following - liquidity) < 1e-12:
            break
        liquidity = following
    return worst.sum() + (1 - delta) / delta * liquidity, worst


def at_profile(payoffs, chances, profile, liquidity, n_signals):
    n_players = payoffs.shape[-1]
    rows, high = [], []
    for i in range(n_players):
        for action in range(payoffs.shape[i]):
            other = (*profile[:i], action, *profile[i + 1 :])
            row = np.zeros((n_players, n_signals))
            row[i] = chances[other] - chances[profile]
            rows.append(row.ravel())
            high.append(payoffs[profile][i] - payoffs[other][i] + 1e-9)
    for y in range(n_signals):
        row = np.zeros((n_players, n_signals))
        row[:, y] = 1
        rows.append(row.ravel())
        high.append(liquidity)
    found = []
    for who in (range(n_players), *([i] for i in range(n_players))):
        weights = np.zeros((n_players, n_signals))
        weights[list(who)] = chances[profile] * (-1 if len(who) > 1 else 1)
        solved = linprog(weights.ravel(), A_ub=np.array(rows), b_ub=high, bounds=(0, None), method="highs")
        if solved.status == 2:
            return None
        found.append(solved.fun)
    own = payoffs[profile]
    return own.sum() - found[0], own + np.array(found[1:])


@pytest.mark.long
@FEW
@given(st.integers(0, 400), st.sampled_from([0.3, 0.5, 0.7]), st.sampled_from([(2, 2), (3, 2), (2, 2, 2)]))
def test_a_plain_program_finds_the_same(seed, delta, counts):
    rng = np.random.default_rng(seed)
    payoffs = rng.integers(0, 9, (*counts, len(counts))).astype(float)
    chances = rng.dirichlet(np.full(3, 0.3), size=counts)
    game = ng.RepeatedGame(ng.StageGame(payoffs), delta, ng.PublicSignal(chances))
    found = ng.equilibrium_payoffs(game, transfers=True)
    expected = plain(payoffs, chances, delta)
    assert found.status == "complete"
    assert found.is_empty == (expected is None)
    if expected is not None:
        assert found.joint == pytest.approx(expected[0], abs=1e-6)
        assert found.threats == pytest.approx(expected[1], abs=1e-6)


@given(ngst.repeated_games(stages=ngst.stage_games(players=2, actions=(1, 3))))
def test_a_signal_that_reveals_all_is_perfect_monitoring(game):
    told = ng.RepeatedGame(game.stage, game.discount_factor, monitoring=ng.PublicSignal.revealing(game.stage))
    seen, found = (ng.equilibrium_payoffs(each, transfers=True) for each in (game, told))
    assert found.status == "complete"
    assert found.is_empty == seen.is_empty
    if not seen.is_empty:
        assert found.joint == pytest.approx(seen.joint, abs=NEAR)
        assert found.threats == pytest.approx(seen.threats, abs=NEAR)


@given(ngst.stage_games(players=(2, 3), actions=(1, 2)), DELTAS)
def test_a_blind_signal_leaves_the_stage_equilibria(stage, delta):
    blind = ng.PublicSignal(np.ones((*stage.n_actions, 1), dtype=int))
    found = payoffs_with_public_transfers(ng.RepeatedGame(stage, delta, monitoring=blind))
    own = np.array([e.payoffs for e in ng.solve(stage, method="pure_equilibria")], dtype=float)
    assert found.is_empty == (len(own) == 0)
    if not found.is_empty:
        # Which equilibrium is played may depend on what was paid: the best one rewards, the worst threatens.
        assert found.threats == pytest.approx(own.min(axis=0), abs=NEAR)
        assert found.joint == pytest.approx(own.sum(axis=1).max(), abs=NEAR)


@FEW
@given(SIGNALLED)
def test_the_set_without_transfers_is_within(game):
    with_them, without = ng.equilibrium_payoffs(game, transfers=True), ng.equilibrium_payoffs(game)
    near = 1e-6 * without.size
    for u in without.inner:
        assert (u >= with_them.threats - near).all()
        assert u.sum() <= with_them.joint + 2 * near


@given(SIGNALLED)
def test_what_is_found_generates_itself(game):
    found = ng.equilibrium_payoffs(game, transfers=True)
    assert found.status == "complete"
    assert ng.verify(game, found).holds


@pytest.mark.long
@given(st.integers(0, 400), DELTAS, st.permutations(range(3)))
def test_the_order_of_players_actions_and_signals_does_not_matter(seed, delta, order):
    rng = np.random.default_rng(seed)
    payoffs, chances = rng.integers(0, 9, (2, 2, 2, 3)), rng.dirichlet(np.full(3, 0.4), size=(2, 2, 2))
    first = ng.RepeatedGame(ng.StageGame(payoffs), delta, ng.PublicSignal(chances))
    turned = payoffs.transpose(*order, 3)[..., list(order)][::-1]
    told = chances.transpose(*order, 3)[..., list(order)][::-1]
    second = ng.RepeatedGame(ng.StageGame(turned), delta, ng.PublicSignal(told))
    found, other = (ng.equilibrium_payoffs(each, transfers=True) for each in (first, second))
    assert found.is_empty == other.is_empty
    if not found.is_empty:
        assert other.joint == pytest.approx(found.joint, abs=NEAR)
        assert other.threats == pytest.approx(found.threats[list(order)], abs=NEAR)
