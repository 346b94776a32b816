"""Invariants of perfect public equilibrium payoffs, and a plain operator by linear programs beside them."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

import negotiation as ng
from negotiation.game_theory.games.slips import slip_kernel, stage_under_slips
from negotiation.game_theory.solutions.bounded_set import distance_to_polygon
from negotiation.game_theory.solvers.payoff_sets.common.directions import direction_array

DELTAS = st.sampled_from([0.2, 0.4, 0.6, 0.75, 0.85])
NEAR = 1e-6
FEW = settings(max_examples=12)


@st.composite
def games(draw, largest=2, most_signals=3):
    """Draw payoffs and a signal: small whole numbers with ties, or generic telling signals."""
    if draw(st.booleans()):
        rng = np.random.default_rng(draw(st.integers(0, 60)))
        chances = rng.dirichlet(np.full(rng.integers(2, most_signals + 1), 0.3), size=(2, 2))
        return rng.integers(-4, 5, size=(2, 2, 2)), chances
    shape = draw(st.integers(1, largest)), draw(st.integers(1, largest))
    count, n_signals = shape[0] * shape[1], draw(st.integers(1, most_signals))
    payoffs = draw(st.lists(st.integers(-4, 4), min_size=2 * count, max_size=2 * count))
    rows = st.lists(st.integers(0, 6), min_size=n_signals, max_size=n_signals).filter(any)
    weights = [draw(rows) for _ in range(count)]
    chances = [[Fraction(w, sum(row)) for w in row] for row in weights]
    return (np.array(payoffs).reshape(*shape, 2), np.array(chances, dtype=object).reshape(*shape, n_signals))


def solved(payoffs, delta, probabilities):
    game = ng.RepeatedGame(ng.StageGame(payoffs), delta, ng.PublicSignal(probabilities))
    return game, ng.equilibrium_payoffs(game)


def beyond(points, polygon):
    """Return how far the farthest of some points is from a polygon."""
    if len(points) and not len(polygon):
        return np.inf
    return max((distance_to_polygon(point, polygon) for point in points), default=0.0)


def dilemma(p, q, r=None, gain=1.0):
    """Return the dilemma of payoffs (2, -1, 2 + gain, 0) and one common signal, bad after a breach with q."""
    r = q if r is None else r
    stage = ng.StageGame.from_matrices([[2, -1], [2 + gain, 0]], [[2, 2 + gain], [-1, 0]])
    return stage, ng.PublicSignal([[[1 - p, p], [1 - q, q]], [[1 - q, q], [1 - r, r]]], ("good", "bad"))


# --- against a plain operator -------------------------------------------------------------------------------


def reach(payoffs, chances, deltas, profile, normals, levels, direction):
    """Return how far a profile reaches in a direction with continuations in the half-planes, by HiGHS."""
    n_signals = chances.shape[-1]
    rows, high = [], []
    for y in range(n_signals):
        block = np.zeros((len(normals), 2 * n_signals))
        block[:, 2 * y : 2 * y + 2] = normals
        rows += list(block)
        high += list(levels)
    for i in (0, 1):
        for action in range(payoffs.shape[i]):
            other = (action, profile[1]) if i == 0 else (profile[0], action)
            row = np.zeros(2 * n_signals)
            row[i::2] = deltas[i] * (chances[other] - chances[profile])
            rows.append(row)
            high.append((1 - deltas[i]) * (payoffs[profile][i] - payoffs[other][i]) + 1e-9)
    weights = np.outer(chances[profile], direction * deltas).ravel()
    found = linprog(-weights, A_ub=np.array(rows), b_ub=high, bounds=(None, None), method="highs")
    if found.status != 0:
        return -np.inf
    return float(direction @ ((1 - deltas) * payoffs[profile]) - found.fun)


def plain_levels(payoffs, chances, deltas, normals, steps):
    low, high = payoffs.reshape(-1, 2).min(axis=0), payoffs.reshape(-1, 2).max(axis=0)
    corners = np.array([[x, y] for x in (low[0], high[0]) for y in (low[1], high[1])], float)
    levels = (normals @ corners.T).max(axis=1)
    profiles = list(np.ndindex(*payoffs.shape[:2]))
    for _ in range(steps):
        levels = np.minimum(
            levels,
            [max(reach(payoffs, chances, deltas, a, normals, levels, n) for a in profiles) for n in normals],
        )
        if np.isneginf(levels).any():
            break
    return levels


@pytest.mark.long
@settings(max_examples=6)
@given(games(), st.sampled_from([(0.3, 0.3), (0.6, 0.6), (0.5, 0.3)]))
def test_sets_lie_within_every_iterate_of_a_plain_operator(game, deltas):
    payoffs, chances = game[0].astype(float), game[1].astype(float)
    _, found = solved(game[0], deltas, game[1])
    normals = direction_array(8)
    levels = plain_levels(payoffs, chances, np.array(deltas), normals, 5)
    if len(found.inner):
        assert (normals @ found.inner.T <= levels[:, None] + NEAR).all()
    if np.isneginf(levels).any():
        assert found.is_empty
    # Our outer bound is the limit of the same operator with more directions: never beyond any iterate.
    if len(found.outer):
        assert (normals @ found.outer.T <= levels[:, None] + NEAR).all()


@settings(max_examples=6)
@given(games(), st.sampled_from([(0.3, 0.3), (0.6, 0.6), (0.5, 0.3)]))
def test_the_outer_bound_contains_what_it_generates_and_no_more(game, deltas):
    payoffs, chances = game[0].astype(float), game[1].astype(float)
    _, found = solved(game[0], deltas, game[1])
    if len(found.outer) < 3:
        return
    edges = np.roll(found.outer, -1, axis=0) - found.outer
    normals = np.stack([edges[:, 1], -edges[:, 0]], axis=1) / np.hypot(edges[:, 0], edges[:, 1])[:, None]
    levels = (normals * found.outer).sum(axis=1)
    for k in np.argsort(-np.hypot(edges[:, 0], edges[:, 1]))[:6]:
        made = [
            reach(payoffs, chances, np.array(deltas), a, normals, levels, normals[k])
            for a in np.ndindex(*payoffs.shape[:2])
        ]
        assert max(made) == pytest.approx(levels[k], abs=1e-5)


# --- every set is certified ---------------------------------------------------------------------------------


@given(games(), DELTAS)
@example((np.zeros((1, 1, 2), int), np.ones((1, 1, 1), int)), 0.5)
def test_the_independent_check_finds_every_inner_bound_to_generate_itself(game, delta):
    repeated, found = solved(game[0], delta, game[1])
    assert found.status == "complete" or "may jump" in found.reason
    assert ng.verify(repeated, found).holds
    assert beyond(found.inner, found.outer) <= 1e-9 * found.size
    assert found.gap >= 0.0


@FEW
@given(games(), DELTAS)
def test_inner_bounds_with_an_interior_are_proven_in_rationals(game, delta):
    repeated, found = solved(game[0], delta, game[1])
    if len(found.inner) > 2 and "knife edge" not in found.reason:
        verdict = ng.verify(repeated, found, exact=True)
        assert verdict.holds, verdict.explain()


@pytest.mark.long
@given(games(), DELTAS)
def test_pure_stage_equilibria_are_payoffs(game, delta):
    _, found = solved(game[0], delta, game[1])
    payoffs = game[0]
    for i, j in np.ndindex(payoffs.shape[:2]):
        if payoffs[i, j, 0] == payoffs[:, j, 0].max() and payoffs[i, j, 1] == payoffs[i, :, 1].max():
            assert found.contains(payoffs[i, j]) is not False
            assert distance_to_polygon(payoffs[i, j].astype(float), found.inner) <= 1e-3 * found.size


# --- signals ------------------------------------------------------------------------------------------------


@FEW
@given(games(largest=3), DELTAS)
def test_a_revealing_signal_gives_back_perfect_monitoring(game, delta):
    stage = ng.StageGame(game[0])
    perfect = ng.equilibrium_payoffs(ng.RepeatedGame(stage, delta))
    found = ng.equilibrium_payoffs(ng.RepeatedGame(stage, delta, ng.PublicSignal.revealing(stage)))
    assert found.is_empty == perfect.is_empty
    near = 1e-5 * found.size + perfect.gap
    assert beyond(found.outer, perfect.outer) <= near
    assert beyond(perfect.inner, found.outer) <= near
    if "knife" not in found.reason:
        assert beyond(perfect.inner, found.inner) <= near + found.gap


@FEW
@given(games(), DELTAS, st.data())
def test_garbling_never_enlarges(game, delta, data):
    payoffs, chances = game
    kernel = data.draw(
        st.lists(
            st.lists(st.integers(0, 4), min_size=2, max_size=2).filter(any),
            min_size=chances.shape[-1],
            max_size=chances.shape[-1],
        )
    )
    rows = np.array([[Fraction(w, sum(row)) for w in row] for row in kernel], dtype=object)
    rows = rows if chances.dtype == object else rows.astype(float)
    _, clear = solved(payoffs, delta, chances)
    noisy_game = ng.RepeatedGame(ng.StageGame(payoffs), delta, ng.PublicSignal(chances).garbled(rows))
    noisy = ng.equilibrium_payoffs(noisy_game)
    assert beyond(noisy.inner, clear.outer) <= NEAR * clear.size
    assert beyond(noisy.outer, clear.outer) <= noisy.gap + NEAR * clear.size


@FEW
@given(games(), st.lists(DELTAS, min_size=2, max_size=2, unique=True))
def test_the_set_grows_with_patience(game, deltas):
    _, less = solved(game[0], min(deltas), game[1])
    _, more = solved(game[0], max(deltas), game[1])
    assert beyond(less.inner, more.outer) <= NEAR * less.size


@FEW
@given(games(), DELTAS, st.sampled_from([(1, 0), (0, 1), (0, 0)]))
def test_an_action_duplicated_with_its_signals_changes_nothing(game, delta, which):
    payoffs, chances = game
    axis = which[0]
    position = which[1] % payoffs.shape[axis]
    order = [*range(payoffs.shape[axis]), position]
    _, found = solved(payoffs, delta, chances)
    _, longer = solved(np.take(payoffs, order, axis), delta, np.take(chances, order, axis))
    near = NEAR * found.size
    assert beyond(found.inner, longer.outer) <= near
    assert beyond(longer.inner, found.outer) <= near
    assert beyond(longer.outer, found.outer) <= longer.gap + near


@FEW
@given(games(), st.tuples(DELTAS, DELTAS))
def test_unlike_discount_factors_are_certified_too(game, deltas):
    repeated, found = solved(game[0], deltas, game[1])
    assert ng.verify(repeated, found).holds
    assert beyond(found.inner, found.outer) <= 1e-9 * found.size


# --- closed forms -------------------------------------------------------------------------------------------


@pytest.mark.long
def test_the_best_symmetric_payoff_is_reached_exactly_and_no_more():
    for p, q in ((0.1, 0.8), (0.05, 0.6)):
        stage, signal = dilemma(p, q, 0.9)
        for delta in (0.5, 0.7, 0.9):
            found = ng.equilibrium_payoffs(ng.RepeatedGame(stage, delta, signal))
            assert found.outer.sum(axis=1).max() / 2 == pytest.approx(2 - p / (q - p), abs=1e-8)


@FEW
@given(st.floats(0.0, 0.3), st.floats(0.05, 0.3))
def test_more_slips_are_not_a_garbling_since_they_change_what_is_paid(few, more):
    """An agency that fails to do the worst makes the impatient better off: the set leaves the old one."""

    def solved_with(failed):
        kernel = slip_kernel(2, 0.0, failed)
        done = [[np.outer(kernel[i], kernel[j]).ravel() for j in (0, 1)] for i in (0, 1)]
        stage = ng.StageGame([[(2, 2), (-1, 3)], [(3, -1), (0, 0)]], players=("A", "B"))
        meant = stage_under_slips(stage, {"A": kernel, "B": kernel})
        return ng.equilibrium_payoffs(ng.RepeatedGame(meant, 0.05, ng.PublicSignal(done)))

    before, after = solved_with(few), solved_with(few + more)
    # At (D, D) each has f (1 - f) (3 - 1) + f^2 2 = 2 f.
    assert before.outer.max() == pytest.approx(2 * few, abs=NEAR)
    assert beyond(after.inner, before.outer) >= 2 * more - NEAR


# --- edges --------------------------------------------------------------------------------------------------


def test_a_breach_that_no_signal_shows_cannot_be_deterred():
    stage, _ = dilemma(0.1, 0.8)
    blind = ng.PublicSignal(np.full((2, 2, 2), 0.5))
    found = ng.equilibrium_payoffs(ng.RepeatedGame(stage, 0.99, blind))
    assert found.outer.tolist() == [[0.0, 0.0]]
    assert found.inner.tolist() == [[0.0, 0.0]]


def test_a_breach_of_one_player_alone_that_no_signal_shows_spoils_that_profile_only():
    payoffs = np.array([[(2, 2), (0, 0)], [(3, 0), (1, 1)]])
    seen = np.array([[[1, 0], [0, 1]], [[1, 0], [0, 1]]])
    found = ng.equilibrium_payoffs(ng.RepeatedGame(ng.StageGame(payoffs), 0.9, ng.PublicSignal(seen)))
    assert found.contains((1, 1))
    assert found.contains((2, 2)) is False


def test_the_set_at_an_exactly_met_threshold_is_found_as_under_perfect_monitoring():
    stage = ng.StageGame.from_matrices([[9, 1], [10, 3]], [[9, 10], [1, 3]])
    signal = ng.PublicSignal.revealing(stage)
    at = ng.equilibrium_payoffs(ng.RepeatedGame(stage, Fraction(1, 7), signal))
    assert at.inner.round(9).tolist() == [[3, 3], [9, 9]]
    assert at.outer.round(9).tolist() == [[3, 3], [9, 9]]
    assert ng.verify(at.game, at, exact=True).holds
    below = ng.equilibrium_payoffs(ng.RepeatedGame(stage, Fraction(1, 7) - Fraction(1, 10**6), signal))
    assert below.outer.tolist() == [[3, 3]]
    # So near that floats count it as met; in rational numbers it is not.
    near = ng.equilibrium_payoffs(ng.RepeatedGame(stage, Fraction(1, 7) - Fraction(1, 10**14), signal))
    assert near.status == "partial"
    assert "not proven" in near.reason


@pytest.mark.parametrize("limit", [1, 5])
def test_at_the_limit_of_steps_the_outer_bound_is_partial_and_still_contains_the_set(limit):
    stage, signal = dilemma(0.1, 0.8)
    game = ng.RepeatedGame(stage, 0.9, signal)
    short, whole = ng.equilibrium_payoffs(game, limit=limit), ng.equilibrium_payoffs(game)
    assert short.status == "partial"
    assert short.iterations <= limit
    assert f"larger `limit` than {limit}" in short.reason
    assert beyond(whole.inner, short.outer) <= 1e-9
    assert ng.verify(game, short).holds


def test_a_certificate_that_is_tampered_with_fails_with_the_reason():
    from dataclasses import replace

    stage, signal = dilemma(0.1, 0.8)
    game = ng.RepeatedGame(stage, 0.9, signal)
    found = ng.equilibrium_payoffs(game)
    assert ng.verify(game, found).holds
    flat = replace(found, continuations=np.repeat(found.continuations.mean(axis=1)[:, None], 2, axis=1))
    verdict = ng.verify(game, flat)
    assert not verdict.holds
    assert verdict.deviation.gain > 0
    outside = replace(found, continuations=found.continuations + 10.0)
    assert "lies outside the set" in ng.verify(game, outside).explain()
    stretched = replace(found, inner=found.inner * 1.1)
    assert "lies outside what is generated" in ng.verify(game, stretched, exact=True).explain()
    with pytest.raises(ng.NegotiationError, match=r"shape \(2, 2, 2\); got 2 and shape \(2, 1, 2\)"):
        ng.verify(game, replace(found, continuations=found.continuations[:, :1]))


KNIFE_EDGES = [
    ([[4, 0], [3, 0]], [[3, 4], [1, 0]], Fraction(1, 4)),
    ([[5, 2, 2], [4, 3, 0], [6, 3, 4]], [[6, 1, 6], [6, 4, 2], [4, 5, 0]], Fraction(1, 2)),
    ([[5, 4, 5], [5, 4, 2], [6, 3, 5]], [[0, 1, 3], [5, 6, 0], [6, 2, 6]], Fraction(1, 2)),
    ([[4, 1], [3, 3]], [[4, 3], [1, 3]], Fraction(2, 3)),
    ([[0, 2], [1, 1]], [[4, 4], [2, 0]], Fraction(1, 2)),
]


@pytest.mark.parametrize(("rows", "columns", "delta"), KNIFE_EDGES)
def test_constraints_that_are_just_met_lose_no_equilibrium(rows, columns, delta):
    stage = ng.StageGame.from_matrices(rows, columns)
    perfect = ng.equilibrium_payoffs(ng.RepeatedGame(stage, delta))
    public = ng.equilibrium_payoffs(ng.RepeatedGame(stage, delta, ng.PublicSignal.revealing(stage)))
    assert beyond(perfect.inner, public.outer) <= 1e-9
    assert public.status == "partial" or beyond(public.outer, perfect.outer) <= 1e-3
