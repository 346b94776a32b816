"""The clock with sealed alarms: every plan of breaches by hand, units, and what no clock deters."""

from fractions import Fraction
from itertools import product

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

import negotiation as ng

SHARES = st.integers(1, 9).map(lambda k: Fraction(k, 10))
GAMES = st.fixed_dictionaries(
    {"gain": st.integers(1, 5).map(Fraction), "stake": st.integers(1, 9).map(Fraction), "false_alarm": SHARES,
     "detection": SHARES, "discount_factor": st.integers(60, 97).map(lambda k: Fraction(k, 100))}
)  # fmt: skip


def worth(plan, value, lapse, gain, stake, false_alarm, detection, discount_factor):
    """Return the average discounted value of breaking in the periods of a plan, and then keeping for ever."""
    delta, total, rung = discount_factor, Fraction(0), Fraction(1)
    for t, broken in enumerate(plan):
        total += (1 - delta) * delta**t * (stake + gain * broken)
        rung *= detection if broken else false_alarm
    return total + delta ** len(plan) * (1 - lapse * rung) * value


@given(game=GAMES)
def test_no_plan_of_breaches_gains_and_the_tightest_is_one_breach_at_once(game):
    found = ng.alarm_clock(**game)
    for periods, value, lapse in found.clocks[:4]:
        kept = worth((False,) * periods, value, lapse, **game)
        assert kept == value  # the clock's own value, once more
        plans = list(product((False, True), repeat=periods))
        assert max(worth(plan, value, lapse, **game) for plan in plans) == kept
        # The least chance of lapse that deters: the first breach alone is worth as much.
        assert worth((True, *(False,) * (periods - 1)), value, lapse, **game) == kept


@given(game=GAMES)
def test_the_best_clock_is_the_longest_that_deters_and_longer_ones_are_worth_more(game):
    found = ng.alarm_clock(**game)
    assume(found.clocks)
    values = [value for _, value, _ in found.clocks]
    assert values == sorted(values)
    assert (found.periods, found.value) == found.clocks[-1][:2]
    assert all(0 < lapse <= 1 for _, _, lapse in found.clocks)


@given(game=GAMES, unit=st.integers(2, 9))
def test_the_unit_does_not_matter(game, unit):
    one = ng.alarm_clock(**game)
    other = ng.alarm_clock(**dict(game, gain=unit * game["gain"], stake=unit * game["stake"]))
    assert [(n, unit * value, lapse) for n, value, lapse in one.clocks] == list(other.clocks)


def test_fractions_of_many_digits_and_gains_below_all_doubles_are_refused_with_a_reason():
    clock = {"gain": 1, "stake": 2, "false_alarm": Fraction(99, 100), "detection": 1}
    with pytest.raises(ng.errors.SizeLimit, match=r"fractions of some .* digits"):
        ng.alarm_clock(**clock, discount_factor=1 - Fraction(1, 10**12))
    with pytest.raises(ng.errors.InvalidGame, match="too small for floats; give Fractions"):
        ng.alarm_clock(gain=5e-324, stake=2, false_alarm=0.2, detection=0.9, discount_factor=0.9)
    tiny = ng.alarm_clock(**dict(clock, gain=Fraction(1, 10**400)), discount_factor=Fraction(1, 2))
    assert tiny.periods > 1000


@pytest.mark.parametrize("false_alarm", [Fraction(0), Fraction(9, 10), Fraction(98, 100)])
def test_no_clock_is_left_out(false_alarm):
    """Every clock that the formulas of the head of the module allow, once more by plain powers."""
    g, s, q, delta = 1, 2, 1, Fraction(99, 100)
    found = []
    for n in range(1, 400):
        value = s - (1 - delta) / (1 - delta**n) * g * false_alarm / (q - false_alarm)
        weight = delta**n * false_alarm ** (n - 1) * (q - false_alarm) * value
        if value > 0 and (1 - delta) * g <= weight:
            found.append((n, value, (1 - delta) * g / weight))
    clock = {"gain": g, "stake": s, "false_alarm": false_alarm, "detection": q, "discount_factor": delta}
    assert list(ng.alarm_clock(**clock).clocks) == found


def test_what_no_clock_deters():
    game = {"gain": 1, "stake": 2, "false_alarm": 0.5, "detection": 0.5, "discount_factor": 0.9}
    assert ng.alarm_clock(**game).periods is None
    assert ng.alarm_clock(**dict(game, detection=0.9, discount_factor=0.01)).clocks == ()
    with pytest.raises(ng.NegotiationError, match="positive"):
        ng.alarm_clock(**dict(game, gain=0))
    with pytest.raises(ng.NegotiationError, match="lower discount factor"):
        ng.alarm_clock(**dict(game, false_alarm=1 - 1e-9, detection=1, discount_factor=1 - 1e-9, gain=1e-18))
