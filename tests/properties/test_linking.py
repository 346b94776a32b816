from fractions import Fraction
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from negotiation.game_theory.checks.verify import verify
from negotiation.game_theory.games import RepeatedGame, StageGame
from negotiation.game_theory.games.product import issue_profiles, product_game
from negotiation.game_theory.solvers.thresholds.linking import least_self_enforcing_link, linking
from negotiation.strategies import grim_trigger, product_automaton

KEEP, WAR = ("c", "c"), ("d", "d")
AMOUNTS = st.fractions(Fraction(1, 10), 5, max_denominator=10)
SIDES = st.tuples(AMOUNTS, AMOUNTS)


def issue(first, second):
    (g, s), (h, t) = first, second
    return StageGame.from_matrices(
        [[s, -g], [s + g, 0]], [[t, t + h], [-h, 0]], actions=(("c", "d"), ("c", "d"))
    )


def linked_at(sides, delta):
    issues = [issue(*side) for side in sides]
    return linking(issues, [KEEP] * len(sides), [WAR] * len(sides), discount_factor=delta)


def pooled(sides):
    """Return max over players of sum of gains over sum of gains and stakes."""
    totals = [(sum(pair[i][0] for pair in sides), sum(pair[i][1] for pair in sides)) for i in (0, 1)]
    return max(g / (g + s) for g, s in totals)


@pytest.mark.long
@given(st.lists(st.tuples(SIDES, SIDES), min_size=1, max_size=3), st.data())
def test_thresholds_have_the_closed_form_and_the_effect_follows_from_them(sides, data):
    delta = data.draw(
        st.fractions(Fraction(1, 20), Fraction(19, 20), max_denominator=20) | st.just(pooled(sides))
    )
    found = linked_at(sides, delta)
    own = [pooled([pair]) for pair in sides]
    assert found.thresholds == tuple(own)
    assert found.value == pooled(sides)
    assert found.unlinked_verdict.holds
    assert found.linked_verdict.holds == (delta >= pooled(sides))
    assert [v.holds for v in found.separate_verdicts] == [delta >= threshold for threshold in own]
    assert (found.effect == "helps") == (pooled(sides) <= delta < max(own))
    assert (found.effect == "destroys") == (min(own) <= delta < pooled(sides))


@pytest.mark.long
@given(st.data())
def test_a_product_is_subgame_perfect_iff_its_parts_are(any_play, any_discount_factor, data):
    (stage, first), delta = (
        data.draw(any_play.filter(lambda play: play[0].n_players == 2)),
        data.draw(any_discount_factor),
    )
    second_stage = issue((Fraction(1), Fraction(1)), (Fraction(1), Fraction(2)))
    second_stage = StageGame(second_stage.given_payoffs(), stage.players, second_stage.actions)
    second = grim_trigger(second_stage, KEEP, WAR)
    joint = product_game(stage, second_stage)
    whole = verify(RepeatedGame(joint, delta), product_automaton(joint, [first, second]), exact=True)
    parts = [
        verify(RepeatedGame(game, delta), part, exact=True).holds
        for game, part in ((stage, first), (second_stage, second))
    ]
    assert whole.holds == all(parts)


@given(st.data())
def test_payoffs_of_a_product_are_the_sums_of_its_issues(any_stage, data):
    first, second = data.draw(any_stage), data.draw(any_stage)
    if first.n_players != second.n_players:
        return
    joint = product_game(first, second)
    for index in np.ndindex(joint.n_actions):
        one, other = issue_profiles(joint.labels(index), 2)
        assert np.array_equal(joint.payoffs[index], first.payoff(one) + second.payoff(other))


@pytest.mark.long
@given(
    st.lists(st.tuples(SIDES, SIDES), min_size=1, max_size=4),
    st.fractions(Fraction(1, 20), Fraction(19, 20), max_denominator=20),
)
def test_the_least_links_are_those_that_no_smaller_one_replaces(sides, delta):
    count = len(sides)
    found = least_self_enforcing_link(
        [issue(*side) for side in sides], [KEEP] * count, [WAR] * count, discount_factor=delta
    )
    holding = [
        set(chosen)
        for size in range(1, count + 1)
        for chosen in combinations(range(count), size)
        if delta >= pooled([sides[k] for k in chosen])
    ]
    least = [s for s in holding if not any(other < s for other in holding)]
    names = [f"issue {k + 1}" for k in range(count)] if count > 1 else ["stage game"]
    assert sorted(found.sets) == sorted(tuple(names[k] for k in sorted(s)) for s in least)
