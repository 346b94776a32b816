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


def test_record_of_geneva_by_leg(geneva):
    tariff, control = geneva.legs["tariff"], geneva.legs["control"]
    assert tariff.record_held
    assert tariff.threats == ("E073",)
    assert not control.record_held
    first = control.steps[0]
    assert (first.day, first.country, first.instrument) == (date(2025, 5, 13), "USA", "chip_control")
    turns = [(step.kind, step.day) for step in control.steps]
    assert ("mended", date(2025, 6, 10)) in turns
    assert ("moved on", date(2025, 9, 12)) in turns
    assert turns[-1] == ("mended", date(2025, 10, 30))


@pytest.mark.long
def test_record_of_busan_held_to_the_end_of_the_record(busan):
    assert all(verdict.record_held for verdict in busan.legs)
    assert all(verdict.until == record_ends(busan.scenario) for verdict in busan.legs)


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


def test_rows_without_an_instrument_are_kept_with_the_reason(geneva):
    kept = {move.id: move.note for move in geneva.moves.moves if move.after is None}
    assert {"E042", "E048", "E049", "E062", "E064"} <= set(kept)
    assert all(kept.values())


def test_same_seed_gives_the_same_shares_to_the_bit():
    one, other = (ng.replay("2025-05-geneva", draws=4, rng=7) for _ in range(2))
    assert one.legs == other.legs
    assert one.to_pandas().equals(other.to_pandas())


def test_unknown_truce_offers_the_nearest():
    with pytest.raises(ng.NegotiationError, match="did you mean '2025-05-geneva'"):
        ng.replay("2025-05-genva")


def test_a_coverage_that_is_none_is_refused_with_those_that_are(geneva):
    with pytest.raises(KeyError, match="as read by USA"):
        geneva.check("nobody's")


def test_negative_draws_are_refused():
    with pytest.raises(ng.NegotiationError, match="at least 0; got -1"):
        ng.replay("2025-05-geneva", draws=-1)


@pytest.mark.long
def test_verdicts_under_noise_stand_beside_the_record(geneva, busan):
    table = geneva.tables()["noise"]
    rows = {row[0]: dict(zip(table.columns, row, strict=True)) for row in table.rows}
    assert rows["tariff"]["under noise"] == "holds"
    assert rows["tariff"]["agree"]
    assert rows["control"]["agree"]
    assert "E041" in rows["control"]["the record says"]
    # The game moves chip control outside Busan; the record to its end does not.
    assert not {row[0]: row[-1] for row in busan.tables()["noise"].rows}["control"]
    assert "mismatch" not in busan.tables()


def test_every_linkage_is_checked_and_the_path_of_geneva_starts_with_the_usa(geneva):
    kinds = [row[0] for row in geneva.noise.linkage_table().rows]
    assert sorted(kinds) == ["all_or_nothing", "none", "proportionate", "within_issue"]
    assert geneva.noise.path.moves[0].country == "USA"
    assert len(geneva.noise.path_table().rows) == 3 * 2 * 3


def test_a_replay_without_tariff_authority_says_nothing_under_noise():
    result = ng.replay("2025-08-stockholm", draws=0, state=ng.State(authority=0))
    assert result.noise is None
    assert "noise" not in result.tables()
