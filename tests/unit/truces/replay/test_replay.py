from datetime import date

import numpy as np
import pytest

import negotiation as ng
from negotiation.truces.record.timeline import announced_before, level_changes, record_ends
from negotiation.truces.replay.move_analysis import payoff_of
from negotiation.truces.replay.replay import AS_WRITTEN, EVERYTHING


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


def test_record_of_busan_held_to_the_end_of_the_record(busan):
    assert all(verdict.record_held for verdict in busan.legs)
    assert all(verdict.until == record_ends(busan.scenario) for verdict in busan.legs)


def test_game_verdict_follows_from_the_margins(geneva, busan):
    for result in (geneva, busan):
        for verdict in result.legs:
            assert verdict.model_holds == (not verdict.model_breaks)
            assert all(row.margin < 0 for row in verdict.model_breaks)
            assert 0.0 <= verdict.share <= 1.0


def test_coverages(geneva, busan):
    names = [check.coverage for check in geneva.checks]
    assert names == [AS_WRITTEN, "as read by USA", "as read by CHN", EVERYTHING]
    assert [check.coverage for check in busan.checks] == [AS_WRITTEN, EVERYTHING]
    assert len(geneva.check(EVERYTHING).incentives.terms) == 12
    with pytest.raises(KeyError, match="as read by USA"):
        geneva.check("nobody's")


def test_the_moves_of_the_whole_window_are_told_those_before_the_signing_too():
    scenario = ng.load_scenario("us-china-2025")
    start = date(2025, 10, 9)
    deal = ng.truce("2025-10-busan").model_copy(update={"window_start": start})
    found = ng.replay(deal, scenario, draws=0).moves.moves
    within = [row for row in level_changes(scenario) if start <= row.day <= record_ends(scenario)]
    assert [move.id for move in found] == [row.move.id for row in within]
    assert found[0].day == start < deal.signed < found[-1].day


def test_each_move_is_set_against_what_the_mover_saw(geneva):
    scenario = ng.load_scenario("us-china-2025")
    rows = level_changes(scenario)
    for k, row in enumerate(rows):
        found = [move for move in geneva.moves.moves if move.id == row.move.id and move.after is not None]
        for move in found:
            before = announced_before(scenario, rows, k)
            after = before.after(move.country, {move.instrument: move.after})
            change = payoff_of(scenario, after, move.country, geneva.state) - payoff_of(
                scenario, before, move.country, geneva.state
            )
            assert move.before == before[move.country][move.instrument]
            assert move.payoff_change == pytest.approx(change, abs=1e-12)
            assert move.usd_bn == pytest.approx(scenario.usd_bn(move.country, change), abs=1e-9)


def test_deviation_gains_are_attained_by_single_changes_and_never_negative(geneva):
    for move in geneva.moves.moves:
        assert all(gain.gain >= 0.0 for gain in move.gains)
        if move.after is not None:
            assert len(move.gains) == len(ng.load_scenario("us-china-2025").held(move.country))


def test_every_recorded_move_is_legal(geneva, busan):
    for result in (geneva, busan):
        illegal = [(move.id, move.note) for move in result.moves.moves if move.legal is False]
        assert illegal == []


def test_rows_without_an_instrument_are_kept_with_the_reason(geneva):
    kept = {move.id: move.note for move in geneva.moves.moves if move.after is None}
    assert {"E042", "E048", "E049", "E062", "E064"} <= set(kept)
    assert all(kept.values())


def test_same_seed_gives_the_same_shares_to_the_bit():
    one, other = (ng.replay("2025-05-geneva", draws=16, rng=7) for _ in range(2))
    assert one.legs == other.legs
    assert one.to_pandas().equals(other.to_pandas())


def test_shares_come_from_draws_within_the_ranges():
    scenario = ng.load_scenario("us-china-2025")
    generator = np.random.default_rng(0)
    drawn = scenario.draw(generator)
    for name, quantity in scenario.quantities.items():
        assert quantity.low <= drawn.parameters[name] <= quantity.high


def test_no_gain_from_controls_means_the_control_leg_holds():
    # With no security value and all weight on business the USA has nothing to gain by a control.
    scenario = ng.load_scenario("us-china-2025").with_parameters(
        {
            "security_weight": 0.2,
            "chip_control.security_value": 0.0,
            "entity_list.security_value": 0.0,
        }
    )
    verdict = ng.replay("2025-05-geneva", scenario, draws=0).legs["control"]
    assert verdict.model_holds
    assert not verdict.agree


def test_prints_and_tables(geneva):
    text = str(geneva)
    assert "2025-05-geneva: verdict by leg" in text
    assert "E041" in text
    assert set(geneva.tables()) == {
        "verdicts", "theories", "margins", "coverage", "incentives", "moves", "deviation_gains", "postures",
        "noise", "noise_margins", "linkage", "life", "false_alarms", "readings", "mismatch",
        "mismatch_variants",
    }  # fmt: skip
    assert len(geneva.to_pandas()) == len(geneva.moves.moves)


def test_unknown_truce_offers_the_nearest():
    with pytest.raises(ng.NegotiationError, match="did you mean '2025-05-geneva'"):
        ng.replay("2025-05-genva")


def test_negative_draws_are_refused():
    with pytest.raises(ng.NegotiationError, match="0 or more; got -1"):
        ng.replay("2025-05-geneva", draws=-1)


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
