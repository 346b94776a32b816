"""Values over the orders that can be: by enumeration, fair, and refused where nobody can come together."""

from fractions import Fraction
from itertools import combinations, permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from negotiation.errors import InvalidGame
from negotiation.truces.prediction.shapley import shapley_values, step_shares

NEEDS = {"b": {"a"}, "c": {"a", "b"}, "d": set(), "a": set()}
"""Three in a chain, and one that is free."""


def subsets(names):
    """Return every set of some names."""
    return [frozenset(c) for size in range(len(names) + 1) for c in combinations(names, size)]


def feasible(names, needs):
    """Return the sets in which everybody has what they need."""
    return [s for s in subsets(names) if all(needs[k] <= s for k in s)]


def by_orders(names, worth):
    """Return the mean of what each adds, over the orders that stay within the coalitions."""
    totals, count = dict.fromkeys(names, 0.0), 0
    for order in permutations(names):
        before = [frozenset(order[:k]) for k in range(len(names) + 1)]
        if not all(s in worth for s in before):
            continue
        count += 1
        for k, one in enumerate(order):
            totals[one] += worth[before[k + 1]] - worth[before[k]]
    return [totals[name] / count for name in names]


@given(st.lists(st.integers(-9, 9), min_size=8, max_size=8))
def test_under_precedence_values_are_means_over_orders(drawn):
    sets = feasible("abcd", NEEDS)
    assert len(sets) == 8
    worth = dict(zip(sets, drawn, strict=True))
    values = shapley_values("abcd", worth)
    assert values.tolist() == pytest.approx(by_orders("abcd", worth))
    # Together they add up to the worth of all.
    assert values.sum() == pytest.approx(worth[frozenset("abcd")] - worth[frozenset()])


@given(st.lists(st.integers(-9, 9), min_size=16, max_size=16))
def test_where_all_coalitions_can_form_it_is_the_shapley_value(drawn):
    worth = dict(zip(subsets("abcd"), drawn, strict=True))
    assert shapley_values("abcd", worth).tolist() == pytest.approx(by_orders("abcd", worth))


def test_shares_of_each_player_sum_to_one():
    shares = step_shares("abcd", feasible("abcd", NEEDS))
    for name in "abcd":
        assert sum(share for (_, joined), share in shares.items() if joined == name) == 1
    # In a chain each joins right after the one that it needs, wherever the free one stands.
    assert all(NEEDS[joined] <= before for before, joined in shares)


def test_coalitions_that_lead_nowhere_count_for_nothing():
    worth = {frozenset(): 0.0, frozenset("a"): 1.0, frozenset("b"): 100.0, frozenset("ab"): 2.0}
    dead = {**worth, frozenset("c"): 1e6, frozenset("abc"): 3.0}
    assert shapley_values("abc", dead).tolist() == pytest.approx(by_orders("abc", dead))
    assert np.isfinite(shapley_values("ab", worth)).all()


@pytest.mark.parametrize(
    "sets", [[], [frozenset()], [frozenset(), frozenset("ab")], [frozenset("a"), frozenset("ab")]]
)
def test_players_must_be_able_to_come_together(sets):
    with pytest.raises(InvalidGame, match="cannot come together one by one"):
        step_shares("ab", sets)


def test_a_step_has_the_fraction_of_the_orders_that_take_it_and_a_dead_end_has_none():
    # Two orders lead to all three, c last; from c alone nobody gets on.
    sets = [frozenset(x) for x in ("abc", "c", "ab", "b", "a", "")]
    expected = {("", "a"): 1, ("", "b"): 1, ("a", "b"): 1, ("b", "a"): 1, ("ab", "c"): 2}
    found = step_shares(iter("abc"), iter(sets))
    assert found == {(frozenset(s), k): Fraction(n, 2) for (s, k), n in expected.items()}
    assert {type(share) for share in found.values()} == {Fraction}


def test_who_cannot_come_together_is_told_with_the_number_of_coalitions():
    with pytest.raises(InvalidGame, match=r"a way between them; got 2 of left, right$"):
        step_shares(("left", "right"), [frozenset(), frozenset({"left", "right"}), frozenset()])


def test_players_and_coalitions_may_be_read_once_alone():
    worth = {frozenset(): 0.0, frozenset("a"): 1.0, frozenset("b"): 5.0, frozenset("ab"): 8.0}
    assert shapley_values(iter("ab"), worth).tolist() == [2.0, 6.0]
    assert shapley_values(iter("ba"), worth).tolist() == [6.0, 2.0]
