"""Rates of the baselines by hand: counts, priors, places of a level, and what cannot come."""

from datetime import date, timedelta

import numpy as np
import pytest

from negotiation.truces.prediction.baselines.coin import Coin
from negotiation.truces.prediction.baselines.hazard import ConstantHazard
from negotiation.truces.prediction.baselines.hold import Hold
from negotiation.truces.prediction.baselines.markov import MarkovChain
from negotiation.truces.prediction.baselines.mirror import Mirror
from negotiation.truces.prediction.baselines.series import SeriesHazard
from negotiation.truces.prediction.rates import (
    ANSWER,
    earlier_cells,
    hazard_rates,
    last_in_leg,
    places_of,
    possible,
    posterior,
)
from negotiation.truces.prediction.weeks import DOWN, NONE, UP, cells_of, first_week, pairs_of
from negotiation.truces.record.past import past_of
from negotiation.world import load_scenario
from negotiation.world.dates import RecordDate
from tests.small_dispute import row as line
from tests.small_dispute import write
from tests.us_china import MOVES

SCENARIO = load_scenario("us-china-2025")
PAIRS = pairs_of(SCENARIO)
DAY = date(2025, 9, 1)
PAST = past_of(SCENARIO, DAY)
CALM = SCENARIO.calm()


def _places(world, postures):
    """Return the place of each level of some postures."""
    return places_of(world, [world.instruments[n].position(c, postures[c][n]) for c, n in PAIRS])


def test_a_posterior_mean_weighs_the_prior_as_so_many_cells():
    found = posterior(np.array([[1.0, 0.0, 3.0], [0.0, 0.0, 0.0]]), np.array([0.2, 0.3, 0.5]), 4.0)
    assert found == pytest.approx(np.array([[1.8 / 8, 1.2 / 8, 5 / 8], [0.2, 0.3, 0.5]]))


def test_from_the_calmest_level_nothing_comes_down_and_the_chance_is_that_of_no_move():
    given = np.tile([0.2, 0.3, 0.5], (len(PAIRS), 1))
    postures = CALM.after("USA", {"tariff": SCENARIO.instruments["tariff"].labels("USA")[1]})
    found = possible(SCENARIO, postures, given)
    for pair, row in zip(PAIRS, found, strict=True):
        if pair == ("USA", "tariff"):
            assert row == pytest.approx([0.2, 0.3, 0.5])
        else:
            assert row == pytest.approx([0.2, 0.0, 0.8])
    assert given[0].tolist() == [0.2, 0.3, 0.5]  # what was given is left as it was


def test_a_place_is_calm_between_or_the_harshest_that_was_applied():
    harsh = SCENARIO.instruments["chip_control"]
    applied = [level.label for level in harsh.held_by("USA") if not level.threatened]
    threatened = [level.label for level in harsh.held_by("USA") if level.threatened]
    assert threatened
    expected = {applied[0]: 0, applied[-1]: 2, threatened[-1]: 2}
    expected |= dict.fromkeys(applied[1:-1], 1)
    k = PAIRS.index(("USA", "chip_control"))
    for label, place in expected.items():
        places = _places(SCENARIO, CALM.after("USA", {"chip_control": label}))
        assert places[k] == place, label
        assert sum(places) == place


@pytest.mark.parametrize(("days", "weeks"), [(6, None), (7, 1), (13, 1), (14, 2)])
def test_earlier_weeks_are_those_that_are_over(days, weeks):
    first = first_week(SCENARIO)
    found = earlier_cells(SCENARIO, past_of(SCENARIO, first + timedelta(days)))
    assert (None if found is None else len(found.weeks)) == weeks


def test_the_hazard_counts_the_weeks_before_and_the_years_before_them_as_a_prior():
    rates, cells = hazard_rates(SCENARIO, PAST), cells_of(SCENARIO, end=DAY - timedelta(1))
    counts = [int((cells.outcomes == k).sum()) for k in (UP, DOWN, NONE)]
    # Before the first scored week: from the first Monday after the month of the first row of the record.
    first = min(move.announced.earliest for move in MOVES)
    begins = date(first.year + first.month // 12, first.month % 12 + 1, 1)
    while begins.weekday():
        begins += timedelta(1)
    quiet = cells_of(SCENARIO, begins, first_week(SCENARIO) - timedelta(1), MOVES)
    size = quiet.outcomes.size
    prior = [(int((quiet.outcomes == k).sum()) + 0.5) / (size + 1.5) for k in (UP, DOWN, NONE)]
    n = len(PAIRS)
    expected = [(c + n * p) / (sum(counts) + n) for c, p in zip(counts, prior, strict=True)]
    assert rates == pytest.approx(expected, rel=1e-12)
    assert rates.sum() == pytest.approx(1.0)


def test_hold_leaves_nothing_and_the_hazard_is_the_same_for_all_that_can_move():
    assert Hold().predict(SCENARIO, PAST)[3].tolist() == [0.0, 0.0, 1.0]
    rates, now = hazard_rates(SCENARIO, PAST), PAST.postures()
    found = ConstantHazard().predict(SCENARIO, PAST)
    free = [k for k, (c, n) in enumerate(PAIRS) if SCENARIO.instruments[n].position(c, now[c][n])]
    assert 0 < len(free) < len(PAIRS)
    assert found[free] == pytest.approx(np.tile(rates, (len(free), 1)))


def test_a_coin_gives_half_of_the_moves_to_either_direction_wherever_a_level_stands():
    rates = hazard_rates(SCENARIO, PAST)
    half = (rates[UP] + rates[DOWN]) / 2
    assert rates[UP] != pytest.approx(rates[DOWN], rel=0.01)
    found = Coin().predict(SCENARIO, PAST)
    assert found == pytest.approx(np.tile([half, half, rates[NONE]], (len(PAIRS), 1)), rel=1e-12)


def test_a_series_counts_its_own_weeks():
    cells = cells_of(SCENARIO, end=DAY - timedelta(1))
    cases = [(k, outcome) for row in cells.outcomes.tolist() for k, outcome in enumerate(row)]
    assert SeriesHazard().predict(SCENARIO, PAST) == pytest.approx(
        shrunk(cases, range(len(PAIRS))), rel=1e-12
    )


def shrunk(cases, now_in):
    """Return rates by case from (case, outcome) of every earlier cell, shrunk to the pooled hazard."""
    rates, n = hazard_rates(SCENARIO, PAST), len(PAIRS)
    rows = []
    for case in now_in:
        seen = [outcome for one, outcome in cases if one == case]
        rows.append([(seen.count(k) + n * rates[k]) / (len(seen) + n) for k in (UP, DOWN, NONE)])
    return possible(SCENARIO, PAST.postures(), np.array(rows))


def test_the_chain_counts_each_week_from_the_place_in_which_it_began():
    cells = cells_of(SCENARIO, end=DAY - timedelta(1))
    cases = []
    for w, week in enumerate(cells.weeks):
        postures = past_of(SCENARIO, week).postures()
        cases += zip(_places(SCENARIO, postures), cells.outcomes[w].tolist(), strict=True)
    expected = shrunk(cases, _places(SCENARIO, PAST.postures()))
    assert MarkovChain().predict(SCENARIO, PAST) == pytest.approx(expected, rel=1e-12)


def answered(week):
    """Return the direction of the other side's last move in the leg in the fortnight before, by pair."""
    found = []
    for country, name in PAIRS:
        leg, last = SCENARIO.instruments[name].leg, NONE
        for step in past_of(SCENARIO, week).steps:
            move = step.move
            if move.instrument is None or move.status != "applied" or move.direction == "hold":
                continue
            if move.actor == country or SCENARIO.instruments[move.instrument].leg != leg:
                continue
            if 1 <= (week - step.day).days <= 14:
                last = UP if move.direction == "escalate" else DOWN
        found.append(last)
    return found


def test_the_mirror_counts_each_week_by_what_it_could_answer():
    cells = cells_of(SCENARIO, end=DAY - timedelta(1))
    cases = []
    for w, week in enumerate(cells.weeks):
        cases += zip(answered(week), cells.outcomes[w].tolist(), strict=True)
    expected = shrunk(cases, answered(DAY))
    assert len(set(answered(DAY))) > 1
    assert Mirror().predict(SCENARIO, PAST) == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize(
    "day", [date(2018, 4, 2), date(2018, 4, 8), date(2018, 4, 9), date(2019, 6, 3), date(2025, 1, 6)]
)
def test_before_the_first_week_the_prior_is_of_the_weeks_that_are_over_by_then(day):
    """From Monday 2 April 2018 on, the first after the month of the record's first row."""
    rates = hazard_rates(SCENARIO, past_of(SCENARIO, day))
    weeks = (day - date(2018, 4, 2)).days // 7
    if not weeks:
        assert rates == pytest.approx([1 / 3] * 3)
        return
    seen = cells_of(SCENARIO, date(2018, 4, 2), day - timedelta(1), MOVES).outcomes
    assert len(seen) == weeks
    assert rates == pytest.approx([((seen == k).sum() + 0.5) / (seen.size + 1.5) for k in (UP, DOWN, NONE)])


def test_weeks_from_another_day_on_are_cells_of_their_own():
    past = past_of(SCENARIO, DAY)
    for first in (date(2025, 7, 7), date(2025, 6, 2)):
        found = earlier_cells(SCENARIO, past, first)
        expected = cells_of(SCENARIO, first, DAY - timedelta(1))
        assert found.weeks == expected.weeks
        assert (found.outcomes == expected.outcomes).all()
        assert earlier_cells(SCENARIO, past, first) is found
    assert earlier_cells(SCENARIO, past).weeks[0] == first_week(SCENARIO)
    assert earlier_cells(SCENARIO, past, DAY - timedelta(6)) is None


def test_only_what_was_public_before_the_day_is_in_earlier_cells():
    row = next(m for m in MOVES if m.instrument == "visa" and m.status == "applied")
    day = RecordDate.parse("2025-09-01")
    later = row.model_copy(update={"announced": day, "direction": "escalate", "level": None})
    before, after = (past_of(SCENARIO, DAY + timedelta(k), [later]) for k in (0, 7))
    assert earlier_cells(SCENARIO, before).moved == 0
    assert earlier_cells(SCENARIO, after).moved == 1
    assert hazard_rates(SCENARIO, before)[UP] < hazard_rates(SCENARIO, after)[UP]


def test_a_last_move_is_that_of_the_country_in_the_leg_before_the_day_and_no_longer_ago():
    def at(direction, day, **changes):
        row = next(m for m in MOVES if m.instrument == "tariff" and m.status == "applied")
        given = {"announced": RecordDate.parse(day), "direction": direction, "level": None, "value": None}
        return row.model_copy(update={**given, "actor": "USA", **changes})

    past = past_of(SCENARIO, DAY, [
        at("escalate", "2025-08-01"), at("de-escalate", "2025-08-10"),
        at("escalate", "2025-08-12", actor="CHN"), at("escalate", "2025-08-15", instrument="visa"),
        at("hold", "2025-08-20"),
        at("escalate", "2025-08-21", status="threatened"),
    ])  # fmt: skip

    def last(whose, day, days=30):
        return last_in_leg(SCENARIO, past, whose, date(2025, 8, day), timedelta(days))

    usa, chn = ("USA", "tariff"), ("CHN", "tariff")
    assert [last(usa, day) for day in (1, 2, 10, 11, 31)] == [NONE, UP, UP, DOWN, DOWN]
    assert [last(chn, day) for day in (12, 13, 31)] == [NONE, UP, UP]
    assert last(("USA", "other"), 31) == UP
    assert last(("USA", "control"), 31) == last(("CHN", "other"), 31) == NONE
    assert [last(usa, 20, days) for days in (9, 10, 11)] == [NONE, DOWN, DOWN]


def small(where, *table):
    """Return the small dispute with a record of its own; its first week begins on 1 January 2024."""
    return load_scenario(write(where, table=table))


def all_up(day, first=1):
    """Return rows in which each side raises all that it has."""
    held = (("AAA", "tariff", "high"), ("BBB", "tariff", "high"), ("BBB", "export_stop", "stopped"))
    return [line(f"E{first + k:03d}", day, *own) for k, own in enumerate(held)]


def test_without_any_row_all_directions_are_alike_before_the_weeks_are_counted(tmp_path):
    world = small(tmp_path)
    # Of twenty-two quiet weeks, and one of a third each.
    found = hazard_rates(world, past_of(world, date(2024, 6, 3)))
    assert found == pytest.approx([1 / 69, 1 / 69, 67 / 69])
    assert hazard_rates(world, past_of(world, date(2024, 1, 1))) == pytest.approx([1 / 3] * 3)


def test_a_week_in_which_everybody_moves_is_a_week_too(tmp_path):
    world = small(tmp_path / "a", *all_up("2024-01-04"))
    assert len(pairs_of(world)) == 3
    # Three cells up, and three of a third each.
    assert hazard_rates(world, past_of(world, date(2024, 1, 8))) == pytest.approx([4 / 6, 1 / 6, 1 / 6])
    # The prior is of Monday 5 June on, the first after the month of the record's first row.
    world = small(
        tmp_path / "b", line("E001", "2023-05-10", "AAA", "tariff", "high"), *all_up("2023-06-07", 2)
    )
    assert hazard_rates(world, past_of(world, date(2023, 6, 12))) == pytest.approx([7 / 9, 1 / 9, 1 / 9])
    assert hazard_rates(world, past_of(world, date(2023, 6, 19))) == pytest.approx([7 / 15, 1 / 15, 7 / 15])


def test_what_is_made_of_a_past_is_made_for_each_dispute():
    back, past = SCENARIO.with_past_levels(), past_of(SCENARIO, DAY)
    rates, cells = hazard_rates(SCENARIO, past), earlier_cells(SCENARIO, past)
    # With past levels the weeks are counted from March 2018 on.
    assert hazard_rates(back, past) == pytest.approx(hazard_rates(back, past_of(SCENARIO, DAY)))
    assert hazard_rates(back, past)[NONE] > rates[NONE] + 0.01
    since = date(2025, 6, 2)
    assert earlier_cells(back, past, since) is not earlier_cells(SCENARIO, past, since)
    assert (earlier_cells(back, past).weeks[0], cells.weeks[0]) == (date(2018, 3, 5), date(2025, 1, 6))
    assert earlier_cells(SCENARIO, past) is cells


def test_moves_by_leg_are_of_the_dispute_that_is_asked(tmp_path):
    one = small(tmp_path / "a", line("E001", "2024-01-04", "AAA", "tariff", "high"))
    folder = write(
        tmp_path / "b", ("instruments/tariff.toml", 'leg = "tariff"', 'leg = "other"'),
        table=[line("E001", "2024-01-04", "AAA", "tariff", "high")],
    )  # fmt: skip
    other, past = load_scenario(folder), past_of(one, date(2024, 1, 8))
    for world, leg in ((one, "tariff"), (other, "other")):
        asked = {
            x: last_in_leg(world, past, ("AAA", x), date(2024, 1, 8), ANSWER) for x in ("tariff", "other")
        }
        assert asked == {"tariff": NONE, "other": NONE, leg: UP}
