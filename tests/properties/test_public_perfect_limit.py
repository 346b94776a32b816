"""The bounds of Fudenberg and Levine against linear programs in full, closed forms, and payoff sets below."""

import numpy as np
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

import negotiation as ng
from negotiation.game_theory.solutions.bounded_set import distance_to_polygon
from negotiation.game_theory.solvers.payoff_sets.public.patient_limit import linear_pieces

DIRECTIONS = [(1, 0), (0, 1), (-1, 0), (0, -1), (1, 1), (-2, 1), (-1, -3), (0.2, -0.1)]


@st.composite
def games(draw, largest=3, most_signals=4):
    rng = np.random.default_rng(draw(st.integers(0, 10_000)))
    shape = draw(st.integers(1, largest)), draw(st.integers(1, largest))
    chances = rng.dirichlet(
        np.full(draw(st.integers(1, most_signals)), draw(st.sampled_from([0.3, 3.0]))), shape
    )
    if draw(st.booleans()):  # ties and signals that say nothing
        chances = np.round(3 * chances)
        chances[..., 0] += chances.sum(axis=-1) == 0
        chances = chances / chances.sum(axis=-1, keepdims=True)
    return rng.integers(-4, 5, size=(*shape, 2)).astype(float), chances


def dilemma(p, q, gain=1.0):
    stage = ng.StageGame.from_matrices(
        [[2, -1], [2 + gain, 0]], [[2, 2 + gain], [-1, 0]], players=("A", "B"), actions=("CD", "CD")
    )
    return stage, ng.PublicSignal([[[1 - p, p], [1 - q, q]], [[1 - q, q], [1 - q, q]]], ("good", "bad"))


def plain_score(payoffs, chances, profile, direction):
    """Return k(a, q) by one linear program as it is defined; minus infinity where nothing enforces a."""
    n_signals = chances.shape[-1]
    rows, high = [], []
    for i in (0, 1):
        for action in range(payoffs.shape[i]):
            other = (action, profile[1]) if i == 0 else (profile[0], action)
            row = np.zeros(2 * n_signals)
            row[i::2] = chances[other] - chances[profile]
            rows.append(row)
            high.append(payoffs[profile][i] - payoffs[other][i])
    for y in range(n_signals):
        row = np.zeros(2 * n_signals)
        row[2 * y : 2 * y + 2] = direction
        rows.append(row)
        high.append(0.0)
    objective = np.outer(chances[profile], direction).ravel()
    found = linprog(-objective, A_ub=np.array(rows), b_ub=high, bounds=(None, None), method="highs")
    return float(direction @ payoffs[profile] - found.fun) if found.status == 0 else -np.inf


# Three prices in one quadrant, which one of the players each, or a mean of them, picks.
THREE_PRICES = (
    np.array([[[0, -1], [-4, 2], [-4, 2]], [[5, -5], [4, -1], [-2, -5]]], float),
    np.array(
        [[[1 / 6, 5 / 6], [2 / 5, 3 / 5], [3 / 7, 4 / 7]], [[1 / 2, 1 / 2], [1 / 4, 3 / 4], [2 / 3, 1 / 3]]]
    ),
)


@pytest.mark.long
@settings(max_examples=15)
@example(THREE_PRICES, [2.0, 4.0])
@given(games(), st.lists(st.floats(0, 2 * np.pi), min_size=2, max_size=2))
def test_every_score_is_that_of_its_linear_program(game, angles):
    payoffs, chances = game
    limit = ng.public_perfect_limit(ng.StageGame(payoffs), ng.PublicSignal(chances))
    assert limit.status == "complete"
    directions = np.array(DIRECTIONS + [(np.cos(a), np.sin(a)) for a in angles], float)
    directions = directions[(np.abs(directions) > 1e-3).any(axis=1)]
    scores = limit.scores(directions)
    for a, profile in enumerate(np.ndindex(*payoffs.shape[:2])):
        for m, direction in enumerate(directions):
            if (direction == 0).any() or (np.abs(direction) > 1e-3).all():
                assert scores[a, m] == pytest.approx(
                    plain_score(payoffs, chances, profile, direction), abs=1e-7
                )
    assert limit.supports(directions).tolist() == scores.max(axis=0).tolist()


@pytest.mark.long
@given(games())
def test_the_set_is_what_all_directions_bound(game):
    payoffs, chances = game
    limit = ng.public_perfect_limit(ng.StageGame(payoffs), ng.PublicSignal(chances))
    angles = np.linspace(0, 2 * np.pi, 721)
    fine = np.stack([np.cos(angles), np.sin(angles)], axis=1)
    if not len(limit.vertices):
        return
    assert (fine @ limit.vertices.T <= limit.supports(fine)[:, None] + 1e-7).all()
    # Each vertex lies on two of the half-planes, so none is left out.
    slack = limit.supports(limit.directions)[:, None] - limit.directions @ limit.vertices.T
    assert slack.min() >= -1e-6
    assert (np.sort(np.abs(slack), axis=0)[: min(2, len(limit.vertices))] <= 1e-6).all()


@settings(max_examples=15)
@given(games(largest=2, most_signals=3), st.sampled_from([0.3, 0.6, 0.8]))
def test_the_bounds_hold_at_every_discount_factor(game, delta):
    stage, signal = ng.StageGame(game[0]), ng.PublicSignal(game[1])
    limit = ng.public_perfect_limit(stage, signal)
    found = ng.equilibrium_payoffs(ng.RepeatedGame(stage, delta, signal))
    for vertex in found.inner:
        assert (limit.directions @ vertex <= limit.supports(limit.directions) + 1e-6).all()
    for vertex in found.outer:
        near = found.gap + 1e-6 * found.size
        assert distance_to_polygon(vertex, limit.vertices) <= near


def test_payoffs_come_near_the_limit_as_patience_grows():
    stage, signal = dilemma(0.05, 0.6)
    limit = ng.public_perfect_limit(stage, signal)
    left = []
    for delta in (0.4, 0.6, 0.9):
        found = ng.equilibrium_payoffs(ng.RepeatedGame(stage, delta, signal))
        left.append(max(distance_to_polygon(vertex, found.inner) for vertex in limit.vertices))
    assert left[0] > left[1] >= left[2] - 1e-3
    assert left[2] < 0.01


@pytest.mark.long
@given(st.floats(0.01, 0.3), st.floats(0.35, 0.99), st.floats(0.1, 3.0))
def test_the_price_of_noise_in_the_dilemma(p, q, gain):
    """One common signal cannot tell whose breach it was: the total falls by 2 g p / (q - p)."""
    stage, signal = dilemma(p, q, gain)
    limit = ng.public_perfect_limit(stage, signal)
    both = 2 * (2 - gain * p / (q - p))
    # One side alone in breach: its partner may be tempted too, so the price is that side's or nothing less.
    assert limit.support((1, 1)) >= both - 1e-9
    a = 0
    assert limit.scores([[1.0, 1.0]])[a, 0] == pytest.approx(both, abs=1e-9)


@pytest.mark.long
@given(st.floats(0.02, 0.2), st.floats(0.0, 0.1), st.floats(0.5, 0.8), st.floats(0.0, 0.15))
def test_the_best_total_falls_in_false_alarms_and_rises_in_detection(p, more, q, better):
    central = ng.public_perfect_limit(*dilemma(p, q)).support((1, 1))
    assert ng.public_perfect_limit(*dilemma(p + more, q)).support((1, 1)) <= central + 1e-9
    assert ng.public_perfect_limit(*dilemma(p, q + better)).support((1, 1)) >= central - 1e-9


@pytest.mark.long
@given(games(largest=2), st.integers(0, 1000))
def test_garbling_never_raises_a_bound(game, seed):
    stage, signal = ng.StageGame(game[0]), ng.PublicSignal(game[1])
    kernel = np.random.default_rng(seed).dirichlet(np.ones(2), game[1].shape[-1])
    clear, noisy = (
        ng.public_perfect_limit(stage, signal),
        ng.public_perfect_limit(stage, signal.garbled(kernel)),
    )
    directions = np.array(DIRECTIONS, float)
    assert (noisy.supports(directions) <= clear.supports(directions) + 1e-6).all()


def test_a_revealing_signal_leaves_the_feasible_and_individually_rational_set():
    stage, _ = dilemma(0.1, 0.8)
    limit = ng.public_perfect_limit(stage, ng.PublicSignal.revealing(stage))
    assert limit.support((1, 1)) == pytest.approx(4)
    assert limit.support((-1, 0)) == pytest.approx(0)
    assert limit.support((1, 0)) == pytest.approx(3)  # alone; with at least 0 for B it is 8/3
    assert limit.vertices.max(axis=0) == pytest.approx([8 / 3, 8 / 3])
    assert limit.has_interior


@given(st.lists(st.tuples(st.integers(-9, 9), st.integers(-9, 9)), min_size=1, max_size=8))
def test_every_piece_of_a_largest_of_lines_is_found(lines):
    array = np.array(lines, float)
    pieces, bends = linear_pieces(lambda s: array[(array @ [1 - s, s]).argmax()])
    for s in np.linspace(0, 1, 101):
        assert (pieces @ [1 - s, s]).max() == pytest.approx((array @ [1 - s, s]).max(), abs=1e-9)
    assert (np.diff(bends) > 0).all()


# --- what can be enforced -----------------------------------------------------------------------------------


@given(games())
def test_a_profile_is_enforced_by_its_payments_or_broken_by_its_mimicry(game):
    payoffs, chances = game
    stage, signal = ng.StageGame(payoffs), ng.PublicSignal(chances)
    found = ng.enforceability(stage, signal)
    assert found.status == "complete"
    for a, profile in enumerate(np.ndindex(*payoffs.shape[:2])):
        labels = stage.labels(profile)
        for i in (0, 1):
            own = np.moveaxis(payoffs[..., i], i, -1)[profile[1 - i]]
            rows = np.moveaxis(chances, i, -2)[profile[1 - i]]
            mimics = [m for m in found.mimicry(labels) if m.player == stage.players[i]]
            if mimics:
                mix = np.zeros(len(own))
                for action, share in mimics[0].probabilities.items():
                    mix[stage.action_index(i, action)] = share
                assert mix.sum() == pytest.approx(1, abs=1e-6)
                assert mix @ rows == pytest.approx(rows[profile[i]], abs=1e-6)
                assert mix @ own - own[profile[i]] == pytest.approx(mimics[0].gain, abs=1e-6)
                assert mimics[0].gain > 0
                assert np.isnan(found.payments[a, i]).all()
            else:
                total = own + rows @ found.payments[a, i]
                assert total.max() <= total[profile[i]] + 1e-6
                assert found.spreads[a, i] == found.payments[a, i].max()
        assert found.enforceable[a] == (not found.mimicry(labels))


@pytest.mark.long
@given(games())
def test_the_limit_and_the_check_agree_on_what_is_enforced(game):
    stage, signal = ng.StageGame(game[0]), ng.PublicSignal(game[1])
    assert (
        ng.public_perfect_limit(stage, signal).enforceable.tolist()
        == ng.enforceability(stage, signal).enforceable.tolist()
    )


@given(st.floats(0.01, 0.4), st.floats(0.45, 0.99), st.floats(0.1, 3))
def test_the_least_spread_in_the_dilemma_is_the_gain_over_the_difference_it_makes(p, q, gain):
    stage, signal = dilemma(p, q, gain)
    found = ng.enforceability(stage, signal)
    assert found.payment(("C", "C"), "A", "good") == pytest.approx(gain / (q - p))
    assert found.payment(("C", "C"), "A", "bad") == pytest.approx(0, abs=1e-9)


# --- ranks --------------------------------------------------------------------------------------------------


@given(games(), st.integers(0, 100))
def test_full_individual_rank_means_that_all_is_enforced_and_garbling_raises_no_rank(game, seed):
    stage, signal = ng.StageGame(game[0]), ng.PublicSignal(game[1])
    found, enforced = ng.full_rank(stage, signal), ng.enforceability(stage, signal)
    assume(signal.n_signals > 1)
    full = found.is_individual.all(axis=1)
    assert (enforced.enforceable | ~full).all()
    kernel = np.random.default_rng(seed).dirichlet(np.ones(2), signal.n_signals)
    noisy = ng.full_rank(stage, signal.garbled(kernel))
    assert (noisy.individual <= found.individual).all()
    assert (noisy.pairwise <= found.pairwise).all()
