from fractions import Fraction

import pytest

from negotiation.errors import InvalidGame
from negotiation.game_theory.games import RepeatedGame, StageGame
from negotiation.game_theory.games.product import joint_profile, product_game
from negotiation.game_theory.solvers.thresholds.linking import least_self_enforcing_link, linking
from negotiation.game_theory.solvers.values.value import value
from negotiation.strategies import grim_trigger, product_automaton

KEEP, WAR = ("c", "c"), ("d", "d")


def issue(first, second=None, name="stage game"):
    """Return a dilemma in which each side has a gain from breaking and a stake, and d is dominant."""
    (g, s), (h, t) = first, second or first
    return StageGame.from_matrices(
        [[s, -g], [s + g, 0]], [[t, t + h], [-h, 0]], ("USA", "CHN"), (("c", "d"), ("c", "d")), name
    )


def linked(*issues, delta):
    count = len(issues)
    return linking(issues, [KEEP] * count, [WAR] * count, discount_factor=delta)


TARIFFS, CHIPS = issue((1, 2), name="tariffs"), issue((1, Fraction(3, 10)), name="chips")


def test_the_reference_values_of_the_two_issues():
    found = linked(TARIFFS, CHIPS, delta=Fraction(20, 43))
    assert found.thresholds == (Fraction(1, 3), Fraction(10, 13))
    assert found.value == Fraction(20, 43)
    assert found.effect == "helps"
    assert found.kept == ("tariffs",)
    assert found.linked_verdict.margin == 0


@pytest.mark.parametrize(
    ("delta", "effect", "kept"),
    [
        (Fraction(1, 4), "irrelevant", ()),
        (Fraction(1, 3), "destroys", ("tariffs",)),
        (Fraction(2, 5), "destroys", ("tariffs",)),
        (Fraction(1, 2), "helps", ("tariffs",)),
        (Fraction(10, 13), "irrelevant", ("tariffs", "chips")),
    ],
)
def test_what_linking_does_depends_on_patience(delta, effect, kept):
    found = linked(TARIFFS, CHIPS, delta=delta)
    assert found.effect == effect
    assert found.kept == kept
    assert found.unlinked_verdict.holds


def test_unlike_sides_link_below_both_thresholds():
    # Each side is tempted in the issue in which the other has little to lose.
    one, other = issue((1, 4), (1, 1)), issue((1, 1), (1, 4))
    found = linked(one, other, delta=Fraction(2, 7))
    assert found.thresholds == (Fraction(1, 2), Fraction(1, 2))
    assert found.value == Fraction(2, 7)
    assert found.effect == "helps"
    assert found.kept == ()
    assert found.issues == ("issue 1", "issue 2")


def test_a_link_with_an_issue_that_nobody_can_keep_destroys_the_other():
    hopeless = issue((5, -1), name="hopeless")
    found = linked(TARIFFS, hopeless, delta=Fraction(1, 2))
    assert found.thresholds[1] is None
    assert found.effect == "destroys"
    assert "destroys" in str(found)


def test_unlike_discount_factors():
    assert linked(TARIFFS, delta=(Fraction(1, 3), Fraction(1, 2))).linked_verdict.holds
    assert not linked(TARIFFS, delta=[Fraction(1, 3), Fraction(1, 4)]).linked_verdict.holds


def test_the_product_automaton_answers_a_breach_in_its_own_issue_only():
    joint = product_game(TARIFFS, CHIPS)
    parts = [grim_trigger(game, KEEP, WAR) for game in (TARIFFS, CHIPS)]
    both = product_automaton(joint, parts)
    after = both.next_states("cooperate|cooperate", ("c|d", "c|c"))
    assert after == {"cooperate|punish": 1}
    assert both.actions["cooperate|punish"] == joint_profile(KEEP, WAR)
    values = value(RepeatedGame(joint, 0.5), both)
    assert values["cooperate|punish", "USA"] == pytest.approx(2)


def test_the_least_link_that_covers_an_issue():
    issues = [TARIFFS, CHIPS, issue((1, 1), name="fees"), issue((2, 9), name="curbs")]
    found = least_self_enforcing_link(
        issues, [KEEP] * 4, [WAR] * 4, discount_factor=Fraction(20, 43), including=["chips"]
    )
    assert set(found.sets) == {("chips", "curbs"), ("tariffs", "chips")}
    assert found.value == ("chips", "curbs")
    assert all(verdict.holds for verdict in found.verdicts)
    assert found.verdicts[1].margin == 0
    impatient = least_self_enforcing_link(
        issues, [KEEP] * 4, [WAR] * 4, discount_factor=Fraction(1, 10), including=["chips"]
    )
    assert impatient.value is None
    assert "none" in str(impatient)


def test_a_link_may_need_three_issues():
    # The gain of 3 in the first issue needs stakes of 3 at 1/2, one from each issue.
    issues = [issue((3, 1), (0, 1)), issue((0, 1), (3, 1)), issue((0, 1))]
    found = least_self_enforcing_link(issues, [KEEP] * 3, [WAR] * 3, discount_factor=Fraction(1, 2))
    assert found.value == ("issue 3",)
    needed = least_self_enforcing_link(
        issues, [KEEP] * 3, [WAR] * 3, discount_factor=Fraction(1, 2), including=["issue 1"]
    )
    assert needed.sets == (("issue 1", "issue 2", "issue 3"),)


def test_a_punishment_that_is_no_equilibrium_enforces_nothing():
    found = least_self_enforcing_link([TARIFFS], [KEEP], [("c", "d")], discount_factor=Fraction(99, 100))
    assert found.value is None


def test_issues_of_other_players_are_not_linked():
    other = StageGame(CHIPS.payoffs, ("USA", "EU"), CHIPS.actions)
    with pytest.raises(InvalidGame, match="the same players in the same order"):
        least_self_enforcing_link([TARIFFS, other], [KEEP] * 2, [WAR] * 2, discount_factor=Fraction(1, 2))
