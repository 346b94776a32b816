from fractions import Fraction
from math import prod

import pytest
from hypothesis import given
from hypothesis import strategies as st

from negotiation.game_theory.checks.verify import verify
from negotiation.game_theory.games import PublicSignal, RepeatedGame, StageGame, independent_signals
from negotiation.game_theory.games.product import product_game
from negotiation.game_theory.solvers.closed_forms.noise_remedies import (
    value_of_consultation,
    value_of_delegation,
)
from negotiation.game_theory.solvers.closed_forms.noisy_grim import NoisyIssue, linked_noisy_grim
from negotiation.game_theory.solvers.thresholds.critical_discount_factor import critical_discount_factor
from negotiation.game_theory.solvers.values.value import value
from negotiation.strategies import grim_trigger, penance, product_automaton

PARTS = st.fractions(Fraction(1, 4), 6, max_denominator=4)
CHANCES = st.fractions(0, 1, max_denominator=10)
DELTAS = st.fractions(Fraction(1, 10), Fraction(9, 10), max_denominator=10)
ISSUES = st.lists(st.builds(NoisyIssue, PARTS, PARTS, CHANCES, CHANCES), min_size=1, max_size=3)


def named(issues):
    return {f"issue {k}": issue for k, issue in enumerate(issues)}


def stage_and_signal(issue):
    """Return one side's issue against a side that only punishes, and its signal."""
    # Keeping against the punisher loses much, so that the punishment is an equilibrium by itself.
    stage = StageGame(
        [[[issue.stake, 0], [-1000, 0]], [[issue.stake + issue.gain, 0], [0, 0]]],
        ("A", "B"),
        (("keep", "break"), ("calm", "punish")),
    )
    kept, broken = ([1 - p, p] for p in (issue.false_alarm, issue.detection))
    return stage, PublicSignal([[kept, kept], [broken, broken]], ("calm", "alarm"))


def linked_game(issues):
    """Return the product game of issues, whether any raised an alarm, and grim trigger on that."""
    stages, signals = zip(*map(stage_and_signal, issues), strict=True)
    stage = product_game(*stages)
    kept, broken, calm, harsh = (
        "|".join([action] * len(issues)) for action in ("keep", "break", "calm", "punish")
    )
    joint = independent_signals(*signals)
    quiet = "|".join(["calm"] * len(issues))
    pooled = joint.grouped({"calm": [quiet], "alarm": [label for label in joint.signals if label != quiet]})
    return stage, pooled, grim_trigger(stage, (kept, calm), (broken, harsh), alarm="alarm")


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


@pytest.mark.long
@given(st.lists(st.builds(NoisyIssue, PARTS, PARTS, CHANCES, CHANCES), min_size=2, max_size=3), DELTAS)
def test_delegation_counts_what_each_part_sustains(issues, delta):
    issues = named(issues)
    found = value_of_delegation(issues, "issue 0", delta)
    rest = linked_noisy_grim({k: v for k, v in issues.items() if k != "issue 0"}, delta)
    alone = linked_noisy_grim({"issue 0": issues["issue 0"]}, delta)
    whole = linked_noisy_grim(issues, delta)
    assert found.arrangements["delegated"].sustained == rest.sustained_linked + alone.sustained_linked
    assert found.value == rest.sustained_linked + alone.sustained_linked - whole.sustained_linked


@pytest.mark.long
@given(st.lists(st.builds(NoisyIssue, PARTS, PARTS, CHANCES, CHANCES), min_size=1, max_size=2), DELTAS)
def test_unlinked_contracts_are_an_equilibrium_iff_each_is_in_its_own_issue(issues, delta):
    stages, signals = zip(*map(stage_and_signal, issues), strict=True)
    parts = [penance(stage, ("keep", "calm"), ("break", "punish"), 2, alarm="alarm") for stage in stages]
    joint = RepeatedGame(product_game(*stages), delta, independent_signals(*signals))
    whole = product_automaton(joint.stage, parts, signals=signals)
    alone = [RepeatedGame(stage, delta, signal) for stage, signal in zip(stages, signals, strict=True)]
    verdicts = [verify(game, part, exact=True) for game, part in zip(alone, parts, strict=True)]
    assert verify(joint, whole, exact=True).holds == all(verdict.holds for verdict in verdicts)
    total = sum(value(game, part).payoffs[0] for game, part in zip(alone, parts, strict=True))
    assert abs(value(joint, whole).payoffs[0] - total) < 1e-9
