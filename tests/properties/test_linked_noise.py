from fractions import Fraction
from math import prod

from hypothesis import given
from hypothesis import strategies as st

from negotiation.games import PublicSignal, RepeatedGame, StageGame, any_alarm
from negotiation.games.product import product_game
from negotiation.solvers.critical_discount_factor import critical_discount_factor
from negotiation.solvers.linked_noisy_grim import NoisyIssue, linked_noisy_grim
from negotiation.solvers.noise_remedies import value_of_consultation, value_of_delegation
from negotiation.solvers.value import value
from negotiation.solvers.verify import verify
from negotiation.strategies import grim_trigger

PARTS = st.fractions(Fraction(1, 4), 6, max_denominator=4)
CHANCES = st.fractions(0, 1, max_denominator=10)
DELTAS = st.fractions(Fraction(1, 10), Fraction(9, 10), max_denominator=10)
ISSUES = st.lists(st.builds(NoisyIssue, PARTS, PARTS, CHANCES, CHANCES), min_size=1, max_size=3)


def named(issues):
    return {f"issue {k}": issue for k, issue in enumerate(issues)}


def linked_game(issues):
    """Return one side's issues against a side that only punishes, as a product game, its signal and grim."""
    # Keeping against the punisher loses much, so that the punishment is an equilibrium by itself.
    stages = [
        StageGame(
            [[[i.stake, 0], [-1000, 0]], [[i.stake + i.gain, 0], [0, 0]]],
            ("A", "B"),
            (("keep", "break"), ("calm", "punish")),
        )
        for i in issues
    ]
    signals = []
    for i in issues:
        kept, broken = [1 - i.false_alarm, i.false_alarm], [1 - i.detection, i.detection]
        signals.append(PublicSignal([[kept, kept], [broken, broken]], ("calm", "alarm")))
    stage = product_game(*stages)
    start, end = ("|".join([a] * len(issues)) for a in ("keep", "break"))
    first, last = ("|".join([a] * len(issues)) for a in ("calm", "punish"))
    return stage, any_alarm(signals), grim_trigger(stage, (start, first), (end, last), alarm="alarm")


@given(ISSUES, DELTAS)
def test_all_or_nothing_grim_is_its_automaton_in_the_product_game(issues, delta):
    stage, signal, automaton = linked_game(issues)
    game = RepeatedGame(stage, delta, signal)
    found = linked_noisy_grim(named(issues), delta)
    assert abs(value(game, automaton)["cooperate", "A"] - found.linked.value) < 1e-10
    verdict = verify(game, automaton, exact=True)
    # The side that punishes gets nothing either way: its margin is 0.
    assert verdict.margin == min(found.linked.margin, 0)
    assert verdict.holds == found.linked.holds


@given(st.lists(st.builds(NoisyIssue, PARTS, PARTS, CHANCES, CHANCES), min_size=1, max_size=2))
def test_the_threshold_of_linkage_is_that_of_its_automaton(issues):
    stage, signal, automaton = linked_game(issues)
    exact = critical_discount_factor(stage, automaton, monitoring=signal)
    found = linked_noisy_grim(named(issues), Fraction(1, 2)).linked.critical_discount_factor
    assert found == exact.value


@given(st.lists(st.tuples(PARTS, PARTS), min_size=1, max_size=4))
def test_without_noise_the_whole_set_binds(sides):
    issues = [NoisyIssue(g, s, 0, 1) for g, s in sides]
    gains, stakes = (sum(column) for column in zip(*sides, strict=True))
    found = linked_noisy_grim(named(issues), Fraction(1, 2))
    assert found.linked.critical_discount_factor == gains / (stakes + gains)
    assert set(found.worst) == set(named(issues))
    own = [alone.critical_discount_factor for alone in found.alone.values()]
    assert min(own) <= found.linked.critical_discount_factor <= max(own)


@given(ISSUES, DELTAS)
def test_pooling_stakes_pools_false_alarms(issues, delta):
    found = linked_noisy_grim(named(issues), delta)
    calm = prod(1 - issue.false_alarm for issue in issues)
    alone = [a.expected_life for a in found.alone.values()]
    assert found.linked.expected_life <= min(alone)
    if calm < 1:
        assert abs(found.linked.expected_life - 1 / (1 - calm)) < 1e-9
    assert found.linked.value <= sum(a.value for a in found.alone.values())


@given(PARTS, PARTS, DELTAS, st.integers(0, 9), st.integers(0, 9), CHANCES)
def test_a_channel_is_never_worth_less_than_nothing(g, s, delta, before, after, slip):
    high, low = (Fraction(k, 12) for k in (max(before, after), min(before, after)))
    found = value_of_consultation(g, s, delta, ambiguity=high, consulted=low, slip=slip, miss=Fraction(1, 6))
    without, channel = found.arrangements.values()
    assert found.value >= 0
    assert channel.value >= without.value
    if without.critical_discount_factor is not None:
        assert channel.critical_discount_factor <= without.critical_discount_factor


@given(st.lists(st.builds(NoisyIssue, PARTS, PARTS, CHANCES, CHANCES), min_size=2, max_size=3), DELTAS)
def test_delegation_counts_what_each_part_sustains(issues, delta):
    issues = named(issues)
    found = value_of_delegation(issues, "issue 0", delta)
    rest = linked_noisy_grim({k: v for k, v in issues.items() if k != "issue 0"}, delta)
    alone = linked_noisy_grim({"issue 0": issues["issue 0"]}, delta)
    whole = linked_noisy_grim(issues, delta)
    assert found.arrangements["delegated"].sustained == rest.sustained_linked + alone.sustained_linked
    assert found.value == rest.sustained_linked + alone.sustained_linked - whole.sustained_linked
