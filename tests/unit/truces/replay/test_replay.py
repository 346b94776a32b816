from dataclasses import replace
from datetime import date, timedelta

import pytest

import negotiation as ng
from negotiation.truces.prediction.baselines import BASELINES
from negotiation.truces.record.timeline import level_changes, postures_on, record_ends
from negotiation.truces.replay.noise_part import LinkageCheck, under_noise
from negotiation.truces.replay.replay import coverages_of
from negotiation.truces.replay.window_scores import window_scores
from tests.us_china import SCENARIO


@pytest.fixture(scope="module")
def geneva():
    return ng.replay("2025-05-geneva", draws=0)


@pytest.fixture(scope="module")
def busan():
    return ng.replay("2025-10-busan", draws=0)


@pytest.mark.long
def test_the_moves_of_the_whole_window_are_told_those_before_the_signing_too():
    scenario = ng.load_scenario("us-china-2025")
    start = date(2025, 10, 9)
    deal = ng.truce("2025-10-busan").model_copy(update={"window_start": start})
    found = ng.replay(deal, scenario, draws=0).moves.moves
    within = [row for row in level_changes(scenario) if start <= row.day <= record_ends(scenario)]
    assert [move.id for move in found] == [row.move.id for row in within]
    assert found[0].day == start < deal.signed < found[-1].day


@pytest.mark.long
def test_same_seed_gives_the_same_shares_to_the_bit():
    one, other = (ng.replay("2025-05-geneva", draws=4, rng=7) for _ in range(2))
    assert [row.share for row in one.verdicts] == [row.share for row in other.verdicts]
    assert one.legs == other.legs
    assert one.to_pandas().equals(other.to_pandas())


@pytest.mark.long
def test_a_leg_agrees_with_the_record_by_all_that_moves_it_and_not_by_its_text_alone(busan):
    legs = {leg.leg: leg for leg in busan.noise.verdicts}
    for row in busan.noise.leg_table(busan.legs).rows:
        assert row[-1] == (legs[row[0]].holds == busan.legs[row[0]].record_held)
    assert any(leg.text_holds != leg.holds for leg in legs.values())


def test_a_coverage_that_needs_no_patience_is_told_apart_from_one_for_which_none_is_enough(geneva):
    assert [row[4] for row in geneva.coverage_table().rows] == [0.0, 0.0, "none", "none"]


def test_a_replay_without_tariff_authority_says_nothing_under_noise():
    result = ng.replay("2025-08-stockholm", draws=0, state=ng.State(authority=0))
    assert result.noise is None
    assert "noise" not in result.tables()


GENEVA = ng.truce("2025-05-geneva", SCENARIO)
BUSAN = ng.truce("2025-10-busan", SCENARIO)
DAY = timedelta(1)


def test_a_text_that_play_renews_is_checked_with_its_days_counted():
    """So many states for each period that is left as else for all of them, but for the end."""
    text = GENEVA.model_copy(update={"readings": ()})
    counted = under_noise(text.model_copy(update={"renewal": "by play"}), SCENARIO).linkages
    plain = under_noise(text, SCENARIO)
    for one, other in zip(plain.linkages, counted, strict=True):
        assert one.kind == other.kind
        assert other.states > 2 * one.states
    too_large = replace(plain, linkages=(LinkageCheck("none", 10**6, None),))
    assert too_large.linkage_table().rows[0][2] is None


# --- coverages ---------------------------------------------------------------------------------------------


def test_everything_is_the_text_over_the_levels_in_force():
    calm = SCENARIO.calm()
    found = coverages_of(BUSAN, SCENARIO, calm)
    assert list(found) == ["as written", "everything"]
    assert dict(found["as written"]) == dict(BUSAN.covered())
    levels = {(c, n): level for c, held in calm.items() for n, level in held.items()}
    assert dict(found["everything"]) == {**levels, **BUSAN.covered()}
    assert dict(found["everything"]) != levels


def test_a_side_s_reading_is_asked_only_where_it_differs():
    in_force = postures_on(SCENARIO, GENEVA.signed - DAY)
    found = coverages_of(GENEVA, SCENARIO, in_force)
    written = dict(GENEVA.covered())
    for side in SCENARIO.countries:
        assert dict(found[f"as read by {side}"]) == {**written, **GENEVA.as_read_by(side)} != written
    one_sided = GENEVA.model_copy(update={"readings": tuple(r for r in GENEVA.readings if r.side == "CHN")})
    assert list(coverages_of(one_sided, SCENARIO, in_force)) == ["as written", "as read by CHN", "everything"]


def test_an_amendment_that_is_read_differently_keeps_what_it_amends_in_each_coverage():
    """The base is not at the levels in force, and the readings say nothing of it."""
    control = ("USA", "chip_control")
    readings = tuple(
        one.model_copy(update={"terms": (one.terms[0].model_copy(
            update={"country": "USA", "instrument": control[1], "level": level}),)})
        for one, level in zip(GENEVA.readings, ("h20_stopped", "licensed"), strict=True)
    )  # fmt: skip
    london = ng.truce("2025-06-london", SCENARIO)
    own = {pair: level for pair, level in london.covered().items() if pair not in GENEVA.covered()}
    assert own
    text = london.model_copy(update={"readings": readings})
    found = coverages_of(text, SCENARIO, SCENARIO.calm())
    written = {**GENEVA.covered(), **london.covered()}
    assert dict(found["as written"]) == written
    for one, level in zip(readings, ("h20_stopped", "licensed"), strict=True):
        assert dict(found[f"as read by {one.side}"]) == {**written, control: level}
    calm = {(c, n): level for c, held in SCENARIO.calm().items() for n, level in held.items()}
    assert dict(found["everything"]) == {**calm, **written}


# --- windows -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("signed", "ends", "first", "last"),
    [
        (date(2025, 5, 12), date(2025, 6, 29), date(2025, 5, 12), date(2025, 6, 23)),  # a Monday, a Sunday
        (date(2025, 5, 13), date(2025, 6, 28), date(2025, 5, 19), date(2025, 6, 16)),
        (date(2025, 5, 18), date(2026, 1, 1), date(2025, 5, 19), date(2025, 11, 24)),  # the record ends first
    ],
)
def test_scores_are_of_whole_weeks_to_the_end_of_the_window_or_of_the_record(signed, ends, first, last):
    text = GENEVA.model_copy(update={"signed": signed, "window_end": ends})
    scores = window_scores(text, SCENARIO, BASELINES[:1])
    assert (scores.cells.weeks[0], scores.cells.weeks[-1]) == (first, last)
    assert scores.names == (BASELINES[0].name,)
