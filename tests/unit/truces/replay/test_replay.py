from datetime import date

import pytest

import negotiation as ng
from negotiation.truces.record.timeline import level_changes, record_ends


@pytest.fixture(scope="module")
def geneva():
    return ng.replay("2025-05-geneva", draws=32)


@pytest.fixture(scope="module")
def busan():
    return ng.replay("2025-10-busan", draws=32)


def test_the_moves_of_the_whole_window_are_told_those_before_the_signing_too():
    scenario = ng.load_scenario("us-china-2025")
    start = date(2025, 10, 9)
    deal = ng.truce("2025-10-busan").model_copy(update={"window_start": start})
    found = ng.replay(deal, scenario, draws=0).moves.moves
    within = [row for row in level_changes(scenario) if start <= row.day <= record_ends(scenario)]
    assert [move.id for move in found] == [row.move.id for row in within]
    assert found[0].day == start < deal.signed < found[-1].day


def test_every_recorded_move_is_legal(geneva, busan):
    for result in (geneva, busan):
        illegal = [(move.id, move.note) for move in result.moves.moves if move.legal is False]
        assert illegal == []


def test_same_seed_gives_the_same_shares_to_the_bit():
    one, other = (ng.replay("2025-05-geneva", draws=4, rng=7) for _ in range(2))
    assert [row.share for row in one.verdicts] == [row.share for row in other.verdicts]
    assert one.legs == other.legs
    assert one.to_pandas().equals(other.to_pandas())


def test_every_linkage_is_checked_and_the_path_of_geneva_starts_with_the_usa(geneva):
    kinds = [row[0] for row in geneva.noise.linkage_table().rows]
    assert sorted(kinds) == ["all_or_nothing", "none", "proportionate", "within_issue"]
    assert geneva.noise.path.moves[0].country == "USA"
    assert len(geneva.noise.path_table().rows) == 3 * 2 * 3
    tables = geneva.noise.tables(geneva.legs)
    assert tables["false_alarms"].columns == geneva.noise.lifetime.alarms_table().columns
    assert tables["false_alarms"].columns != tables["life"].columns


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
