from fractions import Fraction
from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from negotiation.game_theory.games import StageGame
from negotiation.game_theory.solvers.nash.pure_equilibria import best_reply_mask
from negotiation.game_theory.solvers.payoff_sets.finite.payoffs import finite_horizon_payoffs

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
