"""Each number is of the size that its reason says."""

from math import exp, log

import pytest

from negotiation.truces.numerics import NUMERICS, Numerics

BYTES, SIDES = 8, 2


def test_what_is_held_at_once_fits_the_memory_that_is_said():
    assert NUMERICS.draws_at_once * 3_000 * SIDES * BYTES == pytest.approx(3e6, rel=0.05)
    assert NUMERICS.settings_at_once == 16
    assert NUMERICS.largest_question == 250_000
    assert NUMERICS.largest_moving == 20_000 == NUMERICS.largest_question * 2 // 25
    assert NUMERICS.games_kept == 2
    assert NUMERICS.theories_kept == 16
    assert NUMERICS.most_states == 2000
    assert NUMERICS.replayed_settings == 64


def test_small_differences_are_ordered_by_what_is_known():
    known = 1e-11  # of a critical discount factor
    assert known < NUMERICS.same_threshold == 1e-9 < NUMERICS.no_gain_by_linkage == 1e-8
    # A dollar, in billions of them.
    assert NUMERICS.no_change * 1e9 == pytest.approx(1.0)
    assert NUMERICS.as_close == 2e-5


def test_chances_have_a_floor_of_one_week_in_four_years():
    weeks = 4 * 365 / 7
    assert NUMERICS.least_chance == pytest.approx(1 / weeks, rel=0.05)
    assert -log(NUMERICS.least_chance) == pytest.approx(5.3, abs=0.005)


def test_intervals_and_blocks():
    low, high = NUMERICS.rounds_interval
    assert (high - low, low) == pytest.approx((0.95, 1 - high))
    assert NUMERICS.weeks_of_a_block == 52
    assert NUMERICS.months_of_a_block == 12
    assert (NUMERICS.turning_steps, NUMERICS.paired, NUMERICS.pair_grid) == (3, 6, 5)


def test_ranges_of_searches_are_those_that_are_said():
    slow, fast = NUMERICS.rates_of_moves
    assert 1 / (slow * 365) == pytest.approx(274, rel=0.01)  # centuries
    assert fast == 2
    weeks, years = NUMERICS.days_of_a_pace
    assert (weeks / 7, years / 365) == (4, 10)
    assert NUMERICS.days_of_a_lag == (2, 2 * 365)
    few, many = NUMERICS.moves_begotten
    assert 0 < few < 0.01 < 0.9 < many < 1
    even, uneven = NUMERICS.shapes_of_rates[1], NUMERICS.shapes_of_rates[0]
    # The standard deviation of a gamma distribution of this shape, over its mean.
    assert even**-0.5 == pytest.approx(0.01)
    assert uneven == 0.01


def test_priors_of_pools_are_those_of_their_decision():
    # Half as many moves again, or a third fewer, at one standard deviation.
    assert exp(NUMERICS.spread_of_offset) - 1 == pytest.approx(0.5, abs=0.16)
    assert 1 - exp(-NUMERICS.spread_of_offset) == pytest.approx(1 / 3, abs=0.07)
    assert NUMERICS.spread_of_slope == 0.25
    # Half the slope of the base, which is one, is two away.
    assert 0.5 / NUMERICS.spread_of_theory == 2
    assert NUMERICS.clocks_of_all_legs == 2
    assert (NUMERICS.newton_steps, NUMERICS.newton_settled) == (50, 1e-10)


def test_it_is_one_set_of_numbers():
    assert Numerics() == NUMERICS
