"""What a breach forfeits, in closed form: with half patience and a term of three periods all is by hand."""

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

import pytest

import negotiation as ng
from negotiation.truces.prediction.agreement_in_force import agreement_in_force, stake_weight
from negotiation.truces.prediction.mechanisms import rules_of
from negotiation.truces.record.past import past_of

LAG = 30.0
HALF = 0.5 ** (365 / LAG)  # so that a period's discount factor is 1/2
GENEVA, STOCKHOLM, PHASE_ONE = (
    ng.truce(name) for name in ("2025-05-geneva", "2025-08-stockholm", "2020-01-phase-one")
)
LAST_DAY = date(2025, 8, 12)  # in force from 14 May for 90 days: three periods
TERM = rules_of(["patience", "clock"])


def world(renewal=0.5):
    return ng.load_scenario("us-china-2025").with_parameters(
        {
            "reaction_lag_days": LAG,
            "discount_factor_annual": HALF,
            "state.renewal_probability": renewal,
        }
    )


def weight(days_left, renewal=0.5, rules=TERM, papers=(GENEVA,)):
    """Return the weight so many days before the end of the term of Geneva."""
    scenario = world(renewal)
    past = replace(past_of(scenario, date(2025, 5, 15)), as_of=LAST_DAY - timedelta(days=days_left))
    return stake_weight(scenario, past, rules, papers)


# A period forfeited k periods ahead counts 2**-k; a whole term and its renewals are W = 7/8 + phi W / 8.
@pytest.mark.parametrize(
    ("days_left", "renewal", "expected"),
    [
        (90, 0.5, Fraction(14, 15)),  # W itself: 7/8 + (1/2)(1/8)(14/15)
        (60, 0.5, Fraction(3, 4) + Fraction(1, 8) * Fraction(14, 15)),
        (30, 0.5, Fraction(11, 15)),  # 1/2 + (1/2)(1/2)(14/15)
        (0, 0.5, Fraction(7, 15)),  # the last day: nothing but the renewal
        (90, 0.25, Fraction(28, 31)),
        (0, 0.25, Fraction(7, 31)),
        (90, 0.0, Fraction(7, 8)),
        (30, 0.0, Fraction(1, 2)),
        (0, 0.0, Fraction(0)),
    ],
)
def test_what_is_left_of_a_term_and_its_renewals_by_hand(days_left, renewal, expected):
    assert weight(days_left, renewal) == pytest.approx(float(expected), rel=1e-12)


@pytest.mark.parametrize("days_left", [90, 47, 1, 0])
def test_a_term_that_is_always_renewed_is_worth_as_much_as_one_without_end(days_left):
    assert weight(days_left, renewal=1.0 - 1e-13) == pytest.approx(1.0, rel=1e-9)  # delta / (1 - delta)


def test_the_last_day_counts_and_the_day_after_does_not():
    assert weight(0) is not None
    assert weight(-1) is None
    now_or_never = rules_of(["coverage", "clock"])
    assert weight(0, rules=now_or_never) == pytest.approx(0.5)
    assert weight(-1, rules=now_or_never) is None
    scenario = world()
    seen = past_of(scenario, LAST_DAY, agreements=(GENEVA,))
    assert agreement_in_force(scenario, seen, TERM, "USA") is not None
    assert (
        agreement_in_force(scenario, replace(seen, as_of=LAST_DAY + timedelta(days=1)), TERM, "USA") is None
    )


def test_without_a_clock_a_breach_forfeits_all_that_comes_and_without_a_future_one_period():
    assert weight(30, rules=rules_of(["patience"])) == pytest.approx(1.0)
    assert weight(-1, rules=rules_of(["patience"])) == pytest.approx(1.0)
    assert weight(30, rules=rules_of(["coverage"])) == pytest.approx(0.5)
    assert weight(30, papers=(PHASE_ONE,)) == pytest.approx(1.0)  # a text that names no term


def test_an_amendment_moves_the_end_and_not_the_term():
    # Stockholm is in force from the last day of Geneva's term for 90 days.
    papers = (GENEVA, STOCKHOLM)
    assert weight(0, papers=papers) == pytest.approx(14 / 15)
    assert weight(-60, papers=papers) == pytest.approx(11 / 15)
    assert weight(-90, papers=papers) == pytest.approx(7 / 15)
    assert weight(-91, papers=papers) is None
