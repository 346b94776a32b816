from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from negotiation.game_theory.checks.verify import verify
from negotiation.game_theory.games import RepeatedGame, StageGame
from negotiation.game_theory.solutions.bounded_set import distance_to_polygon
from negotiation.game_theory.solvers.nash.pure_equilibria import best_reply_mask
from negotiation.game_theory.solvers.payoff_sets.equilibrium_payoffs import equilibrium_payoffs
from negotiation.game_theory.solvers.payoff_sets.finite.payoff_set import finite_horizon_payoff_set
from negotiation.game_theory.solvers.payoff_sets.finite.payoffs import finite_horizon_payoffs
from negotiation.testing import strategies as ngst

PROFILES = tuple(product((0, 1), repeat=2))
AFTER = [dict(zip(PROFILES, after, strict=True)) for after in product((0, 1), repeat=4)]
PLANS = tuple(product((0, 1), AFTER))
NUMBERS = st.lists(st.integers(-3, 3), min_size=4, max_size=4)


def two_by_two(first, second):
    return StageGame([[[first[2 * a + b], second[2 * a + b]] for b in (0, 1)] for a in (0, 1)])


def total(u, one, other, delta):
    """Return the payoffs of two plans: an action, then an action after each profile."""
    played = one[0], other[0]
    then = one[1][played], other[1][played]
    return tuple(u[played][i] + delta * u[then][i] for i in (0, 1))


def equilibrium_totals(u, delta):
    """Return the payoffs of all pairs of plans that are equilibria of the whole and after every profile."""
    nash = {(a, b) for a, b in PROFILES if u[a, b][0] >= u[1 - a, b][0] and u[a, b][1] >= u[a, 1 - b][1]}
    found = set()
    for one, other in product(PLANS, PLANS):
        if any((one[1][h], other[1][h]) not in nash for h in PROFILES):
            continue
        values = total(u, one, other, delta)
        if all(total(u, plan, other, delta)[0] <= values[0] for plan in PLANS) and all(
            total(u, one, plan, delta)[1] <= values[1] for plan in PLANS
        ):
            found.add(values)
    return found


@pytest.mark.long
@given(NUMBERS, NUMBERS, st.sampled_from([Fraction(1), Fraction(1, 2), Fraction(2, 3), Fraction(1, 4)]))
def test_two_periods_of_two_by_two_agree_with_trying_all_pairs_of_plans(first, second, delta):
    stage = two_by_two(first, second)
    u = {profile: tuple(stage.exact_payoffs()[profile]) for profile in PROFILES}
    expected = {tuple(v / (1 + delta) for v in values) for values in equilibrium_totals(u, delta)}
    found = finite_horizon_payoffs(stage, 2, discount_factor=delta)
    assert {tuple(row) for row in found.payoffs} == expected
    assert found.status == "complete"


@given(st.data())
def test_any_order_of_stage_equilibria_is_a_payoff_and_all_payoffs_are_feasible(any_stage, data):
    stage = data.draw(any_stage)
    found = {tuple(row) for row in finite_horizon_payoffs(stage, 2).payoffs}
    u = stage.exact_payoffs()
    mask = best_reply_mask(stage)
    nash = [tuple(u[index]) for index in product(*map(range, stage.n_actions)) if mask[index]]
    mixed = {tuple((a + b) / 2 for a, b in zip(v, w, strict=True)) for v in nash for w in nash}
    anything = [tuple(u[index]) for index in product(*map(range, stage.n_actions))]
    assert mixed <= found
    assert found <= {tuple((a + b) / 2 for a, b in zip(v, w, strict=True)) for v in anything for w in nash}


DELTAS = st.sampled_from([Fraction(1), Fraction(1, 2), Fraction(2, 3), Fraction(9, 10)])
STAGES = ngst.stage_games(actions=(2, 3), bound=4)


@given(STAGES, DELTAS, st.integers(1, 4))
def test_every_payoff_without_lotteries_is_in_the_set_with_them(stage, delta, periods):
    found = finite_horizon_payoff_set(stage, periods, discount_factor=delta)
    without = finite_horizon_payoffs(stage, periods, discount_factor=delta)
    assert found.is_empty == (len(without.payoffs) == 0)
    assert all(found.contains(tuple(payoff)) for payoff in without.payoffs)


@given(STAGES, DELTAS, st.integers(1, 5))
def test_the_sets_pass_the_independent_check_exactly(stage, delta, periods):
    found = finite_horizon_payoff_set(stage, periods, discount_factor=delta)
    assert verify(stage, found, exact=True).holds
    assert verify(stage, found).holds


@pytest.mark.long
@given(STAGES, DELTAS)
def test_two_periods_are_the_hull_of_all_lotteries_on_a_grid(stage, delta):
    """A profile followed by a lottery over two stage equilibria that deters is within the set."""
    u, found = stage.exact_payoffs(), finite_horizon_payoff_set(stage, 2, discount_factor=delta)
    cells = list(product(*map(range, stage.n_actions)))
    best = {
        (a, b): (
            max(u[k, b][0] for k in range(stage.n_actions[0])),
            max(u[a, k][1] for k in range(stage.n_actions[1])),
        )
        for a, b in cells
    }
    nash = [tuple(u[c]) for c in cells if tuple(u[c]) == best[c]]
    if not nash:
        assert found.is_empty
        return
    least = [min(v[i] for v in nash) for i in (0, 1)]
    for cell, one, other, k in product(cells, nash, nash, range(7)):
        v = tuple((x * k + y * (6 - k)) / 6 for x, y in zip(one, other, strict=True))
        kept = all(u[cell][i] + delta * v[i] >= best[cell][i] + delta * least[i] for i in (0, 1))
        if kept:
            assert found.contains(tuple((u[cell][i] + delta * v[i]) / (1 + delta) for i in (0, 1)))


@given(STAGES, st.sampled_from([Fraction(1, 2), Fraction(2, 3)]))
def test_a_finite_equilibrium_with_a_stage_equilibrium_for_ever_after_is_one_without_end(stage, delta):
    found, periods = finite_horizon_payoff_set(stage, 2, discount_factor=delta), 2
    endless = equilibrium_payoffs(RepeatedGame(stage, delta))
    later = delta**periods
    for vertex in found.vertices:
        for after in found.polygons[0]:
            payoff = ((1 - later) * vertex + later * after).astype(float)
            assert distance_to_polygon(payoff, endless.outer) <= 1e-9 * endless.size
