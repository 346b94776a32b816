"""Policy iteration with unlike discount factors: a plain operator, closed forms, and sets that are wrong."""

import numpy as np
import pytest

from negotiation.game_theory.checks.verify import verify
from negotiation.game_theory.games import RepeatedGame, StageGame
from negotiation.game_theory.solutions.bounded_set import distance_to_polygon
from negotiation.game_theory.solvers.payoff_sets.common.directions import direction_array
from negotiation.game_theory.solvers.payoff_sets.equilibrium_payoffs import equilibrium_payoffs
from negotiation.game_theory.solvers.payoff_sets.perfect.kernels.orbit_certificates import (
    Drawn,
    Rules,
    inner_holds,
    outer_holds,
)
from negotiation.game_theory.solvers.payoff_sets.perfect.kernels.orbit_shapes import kept_vertices
from negotiation.game_theory.solvers.payoff_sets.perfect.policy_iteration import policy_iteration
from tests.properties.plane import clipped, hull

THREE = StageGame.from_matrices(
    [[16, 3, 0], [21, 10, -1], [9, 5, -5]], np.transpose([[9, 1, 0], [13, 4, -4], [3, 0, -15]])
)
NORMALS = direction_array(256)
PATIENCE = [(0.9, 0.8), (0.99, 0.98), (0.995, 0.99), (0.5, 0.9)]


def support(polygon, normals=NORMALS):
    return (normals @ np.asarray(polygon).T).max(axis=1)


def drawn_games(count):
    rng = np.random.default_rng(17)
    for k in range(count):
        size = 2 + k % 2
        yield StageGame(rng.integers(0, 100, (size, size, 2)))


# --- the plain operator -------------------------------------------------------------------------------------


def plain_operator(game, times):
    """Return B applied so often to the box of what players are sure of and can get, point by point."""
    payoffs, deltas = game.stage.payoffs, [float(d) for d in game.discount_factors]
    sure = [payoffs[..., 0].max(axis=0).min(), payoffs[..., 1].max(axis=1).min()]
    most = payoffs.max(axis=(0, 1))
    polygon = [(sure[0], sure[1]), (most[0], sure[1]), (most[0], most[1]), (sure[0], most[1])]
    for _ in range(times):
        worst = [max(sure[i], min(p[i] for p in polygon)) for i in (0, 1)]
        made = []
        for row, column in np.ndindex(game.stage.n_actions):
            g = payoffs[row, column]
            best = (payoffs[:, column, 0].max(), payoffs[row, :, 1].max())
            left = polygon
            for i in (0, 1):
                if best[i] > g[i]:
                    # What rounding makes of a constraint that is met exactly is no violation.
                    left = clipped(left, i, worst[i] + (1 - deltas[i]) / deltas[i] * (best[i] - g[i]) - 1e-11)
            made += [tuple((1 - deltas[i]) * g[i] + deltas[i] * w[i] for i in (0, 1)) for w in left]
        polygon = hull(made)
        if not polygon:
            break
    return np.array(polygon).reshape(-1, 2)


@pytest.mark.long
@pytest.mark.parametrize("deltas", [(0.7, 0.5), (0.5, 0.8)])
def test_the_plain_operator_converges_to_the_same_set(dilemma, deltas):
    for stage in (dilemma, THREE, *drawn_games(6)):
        game = RepeatedGame(stage, deltas)
        plain, found = plain_operator(game, 90), policy_iteration(game)
        assert (len(plain) == 0) == found.is_empty
        if len(plain) > 2:
            # 90 steps leave 0.8 ** 90 of the box, and every iterate contains the set.
            room = 1e-6 * found.size
            assert (support(found.inner) <= support(plain) + room).all()
            assert np.abs(support(found.outer) - support(plain)).max() < room


# --- bounds -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("deltas", PATIENCE)
def test_the_published_game_is_complete_however_patient(deltas):
    found = equilibrium_payoffs(RepeatedGame(THREE, deltas))
    assert (found.status, found.method) == ("complete", "policy_iteration")
    assert found.gap < 1e-7 * found.size
    assert all(distance_to_polygon(v, found.outer) < 1e-9 for v in found.inner[::97])


@pytest.mark.parametrize("deltas", [(0.99, 0.98), (0.995, 0.99)])
def test_where_no_constraint_binds_the_set_is_what_trade_over_time_gives(deltas):
    # Towards the north-east nothing binds: h(n) = sum over t of max over a of n (I - D) D^t g(a).
    found, d = equilibrium_payoffs(RepeatedGame(THREE, deltas)), np.array(deltas)
    g = THREE.payoffs.reshape(-1, 2)
    for angle in np.linspace(0.1, 1.4, 9):
        normal = np.array([np.cos(angle), np.sin(angle)])
        weights = normal * (1 - d) * d ** np.arange(8000)[:, None]
        level = (weights @ g.T).max(axis=1).sum()
        assert support(found.inner, normal[None])[0] <= level + 1e-9
        assert level <= support(found.outer, normal[None])[0] + 1e-9
        assert support(found.outer, normal[None])[0] == pytest.approx(level, abs=1e-6)


def test_games_of_many_profiles_and_ties_have_the_set_of_the_whole_operator():
    # Many profiles share a tangent point, leave it at a cut or join it later, in each quadrant.
    rng, certified = np.random.default_rng(29), 0
    for k in range(24):
        stage = StageGame(rng.integers(0, 6, (3 + k % 3, 4, 2)))
        game = RepeatedGame(stage, ((0.85, 0.6), (0.6, 0.85), (0.8, 0.75))[k % 3])
        found, other = policy_iteration(game), equilibrium_payoffs(game, method="aps")
        assert found.is_empty == other.is_empty
        if found.method == "policy_iteration" and other.status == "complete":
            certified += 1
            assert np.abs(support(found.outer) - support(other.outer)).max() <= 1e-6 * found.size
    assert certified >= 12


def test_a_limit_stops_policies_and_leaves_a_partial_result_that_says_so():
    game = RepeatedGame(THREE, (0.99, 0.98))
    whole = equilibrium_payoffs(game)
    for limit in (1, 3, whole.iterations - 1):
        found = equilibrium_payoffs(game, limit=limit)
        assert found.status == "partial"
        assert found.iterations <= limit
        assert f"policy iteration stopped at the limit of {limit} " in found.reason
        assert (support(whole.inner) <= support(found.outer) + 1e-9).all()
    enough = equilibrium_payoffs(game, limit=whole.iterations)
    assert enough.status == "complete"
    assert np.array_equal(enough.outer, whole.outer)


@pytest.mark.parametrize("deltas", [(0.99, 0.98), (0.9, 0.8)])
def test_the_inner_bound_passes_the_independent_check(dilemma, deltas):
    found = policy_iteration(RepeatedGame(dilemma, deltas))
    assert found.method == "policy_iteration"
    assert verify(found.game, found).holds


def test_factors_that_are_all_but_equal_give_the_common_set_and_equal_ones_it_itself(dilemma):
    for stage in (dilemma, THREE):
        common = equilibrium_payoffs(RepeatedGame(stage, 0.6))
        equal = policy_iteration(RepeatedGame(stage, (0.6, 0.6)))
        near = policy_iteration(RepeatedGame(stage, (0.6, 0.6 + 1e-8)))
        assert np.abs(support(equal.outer) - support(common.outer)).max() < 1e-7 * common.size
        assert np.abs(support(near.outer) - support(common.outer)).max() < 1e-6 * common.size


# --- certificates refuse what is wrong ----------------------------------------------------------------------


def rules_of(stage, deltas):
    payoffs, d = stage.payoffs.reshape(-1, 2).copy(), np.array(deltas)
    best = np.stack(
        [stage.payoffs[..., i].max(axis=i, keepdims=True) + 0 * stage.payoffs[..., i] for i in (0, 1)], -1
    )
    gains = best.reshape(-1, 2) - payoffs
    needed = np.where(gains > 0, (1 - d) / d * gains, -np.inf)
    return Rules(payoffs, d, needed, best.reshape(-1, 2).min(axis=0), float(np.ptp(payoffs, axis=0).max()))


def about(points, share):
    centre = points.mean(axis=0)
    return np.ascontiguousarray(centre + share * (points - centre))


@pytest.mark.long
@pytest.mark.parametrize("deltas", [(0.9, 0.8), (0.99, 0.95)])
def test_an_outer_bound_that_is_too_small_is_refused(dilemma, deltas):
    found, rules = policy_iteration(RepeatedGame(dilemma, deltas)), rules_of(dilemma, deltas)
    assert outer_holds(rules, found.outer)
    assert outer_holds(rules, about(found.outer, 1.001))
    for share in (0.5, 0.9, 1 - 1e-6):
        assert not outer_holds(rules, about(found.outer, share))
    assert not outer_holds(rules, found.inner)


@pytest.mark.long
def test_a_set_that_only_generates_into_itself_is_no_outer_bound(dilemma):
    # Around (3, 3) only mutual defection is enforced, and leads back in: but larger sets do not shrink to it.
    rules = rules_of(dilemma, (0.9, 0.8))
    small = np.array([[2.99, 2.99], [3.01, 2.99], [3.01, 3.01], [2.99, 3.01]])
    assert not outer_holds(rules, small)
    # Where defection is all there is, it is one.
    assert outer_holds(rules_of(dilemma, (0.12, 0.1)), small)


@pytest.mark.long
def test_an_inner_bound_that_does_not_generate_itself_is_refused(dilemma):
    deltas = (0.9, 0.8)
    found, rules = policy_iteration(RepeatedGame(dilemma, deltas)), rules_of(dilemma, deltas)
    d, centre = np.array(deltas), found.inner.mean(axis=0)
    made = (1 - d) * rules.payoffs[found.profiles] + d * found.continuations
    keep = kept_vertices(made, len(made), 1e-12)
    drawn, owners = Drawn(centre, 1e-10), found.profiles[keep]
    points, continuations = made[keep], found.continuations[keep]
    assert inner_holds(rules, drawn, points, owners, continuations)
    assert not inner_holds(rules, Drawn(centre, 0.0), points, owners, continuations)
    assert not inner_holds(rules, drawn, points, np.roll(owners, 1), continuations)
    away = continuations.copy()
    away[len(away) // 2] += 1e-6
    assert not inner_holds(rules, drawn, points, owners, away)
    tempted = rules._replace(needed=rules.needed + 1e-3)
    assert not inner_holds(tempted, drawn, points, owners, continuations)
