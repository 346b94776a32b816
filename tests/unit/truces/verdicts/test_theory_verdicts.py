import numpy as np
import pytest

import negotiation as ng
from negotiation.errors import InvalidGame, UnknownName
from negotiation.truces.theories.common.day import state_of_the_day


@pytest.fixture(scope="module")
def scenario():
    return ng.load_scenario("us-china-2025")


@pytest.fixture(scope="module")
def geneva(scenario):
    return ng.verdict("2025-05-geneva", scenario, size="core", draws=16)


def test_what_a_verdict_turns_on_turns_it(scenario):
    found = ng.verdict("2025-05-geneva", scenario, theories=["each for itself"], size="core")
    (turn, *_) = found.turns.of("control", "each for itself")
    (name,), (at,) = turn.names, turn.at
    quantity = scenario.quantities[name]
    step = 0.02 * (quantity.high - quantity.low)
    sides = [
        ng.verdict(
            "2025-05-geneva",
            scenario.with_parameters({name: value}),
            theories=["each for itself"],
            size="core",
        ).find("control", "each for itself")
        for value in (at - step, at + step)
    ]
    assert sides[0].holds != sides[1].holds
    outer = sides[0] if turn.where == "below" else sides[1]
    assert outer.holds == turn.holds != found.find("control", "each for itself").holds
    inside = (at - quantity.low) / (quantity.high - quantity.low)
    below = inside if turn.where == "below" else 1.0 - inside
    assert turn.share == pytest.approx(below if turn.holds else 1.0 - below)


@pytest.mark.long
def test_geneva_under_best_punishments_turns_on_how_long_tariffs_have_been_in_force(scenario):
    found = ng.verdict("2025-05-geneva", scenario, theories=["shadow linkage"])
    assert found.size == "full"
    quantity = scenario.quantities["tariff.horizon"]
    for row in found:
        first = found.turns.of(row.leg, row.theory)[0]
        assert (row.holds, first.holds, first.names, first.where) == (
            False,
            True,
            ("tariff.horizon",),
            "above",
        )
        assert quantity.low < quantity.value < first.at[0] < quantity.high
    for factor, holds in ((0.98, False), (1.02, True)):
        world = scenario.with_parameters({"tariff.horizon": factor * first.at[0]})
        asked = ng.verdict("2025-05-geneva", world, theories=["shadow linkage"])
        assert [row.holds for row in asked] == [holds] * 3


def test_levels_that_come_as_close_are_named_with_the_departure(scenario):
    asked = ng.verdict("2025-10-busan", scenario, theories=["moment"], size="full")
    row = asked.find("control", "moment")
    assert row.departure == (("chip_control", "software_and_engines"),)
    # The two middle levels of the chip control are worth the same but for some 2e-5 percent of GDP.
    assert row.as_close == (("chip_control", "ascend_guidance"),)
    assert "chip_control to ascend_guidance" in asked.detail().to_pandas()["as close"].tolist()
    # Of the departures that are as near, those that differ in one instrument alone are told.
    best = ng.verdict("2025-10-busan", scenario, theories=["shadow linkage"], size="full")
    row, question = best.find("tariff", "shadow linkage"), best.asked
    player = question.players.index(row.player)
    margins = ng.theories()["shadow linkage"].margins(question)[player][0]
    near, told = 0, set()
    for margin, changed in zip(margins, question.changes[player], strict=True):
        if abs(margin - row.margin) <= 2e-5 * np.ptp(question.whole[0, ..., player]) and "tariff" in changed:
            other = {n: x for n, x in changed.items() if dict(row.departure).get(n) != x}
            gone = {n: question.kept[row.player][n] for n, _ in row.departure if n not in changed}
            near += bool(other | gone)
            told |= set((other | gone).items()) if len(other | gone) == 1 else set()
    assert list(row.as_close) == sorted(told)
    assert 0 < len(told) < near
    apart = scenario.with_parameters({"chip_control.security_value": 0.2})
    again = ng.verdict("2025-10-busan", apart, theories=["moment"], size="full").find("control", "moment")
    assert again.as_close == ()


@pytest.mark.long
def test_shares_are_the_share_of_draws_at_which_the_leg_holds_when_solved_one_by_one(scenario):
    state = ng.State(stocks=1)
    one_pace = {"state": state, "size": "core", "rounds_a_year": 4.0}
    asked = ng.verdict("2025-10-busan", scenario, draws=8, rng=3, **one_pace)
    from negotiation.disputes.parameter_draws import sobol_draws

    draws = sobol_draws(scenario, 8, np.random.default_rng(3))
    alone = [ng.verdict("2025-10-busan", one, **one_pace) for one in draws]
    for row in asked:
        held = [one.find(row.leg, row.theory).holds for one in alone]
        assert row.share == sum(held) / 8


def test_the_state_is_that_of_the_day_unless_one_is_given(scenario, geneva):
    assert geneva.state.likely == state_of_the_day(ng.truce("2025-05-geneva"), scenario).likely
    full = ng.verdict("2025-05-geneva", scenario, theories=["moment"], state=ng.State(stocks=2), size="core")
    assert full.state.likely.stocks == 2
    assert not full.state.chances


def test_best_punishments_hold_whatever_proof_answers_hold(geneva):
    for leg in ("tariff", "control", "other"):
        proof, best = (geneva.find(leg, name) for name in ("renegotiation", "shadow linkage"))
        assert best.share >= proof.share
        assert best.holds or not proof.holds


def test_what_is_not_there_is_refused(scenario):
    with pytest.raises(UnknownName, match="no theory 'momentum'; did you mean 'moment'"):
        ng.verdict("2025-05-geneva", scenario, theories=["momentum"])
    with pytest.raises(InvalidGame, match="no size 'huge'"):
        ng.verdict("2025-05-geneva", scenario, size="huge")
    with pytest.raises(InvalidGame, match="number of draws"):
        ng.verdict("2025-05-geneva", scenario, draws=-1)


@pytest.fixture(scope="module")
def replayed():
    return ng.replay("2025-10-busan", draws=8)


@pytest.mark.long
def test_a_replay_shows_each_leg_under_each_theory_with_its_own_draws(replayed):
    rows = {(row.leg, row.theory): row for row in replayed.verdicts}
    assert len(rows) == len(replayed.verdicts) == len(replayed.legs) * len(ng.theories())
    for row in replayed.theories:
        mine = rows[row.leg, row.theory]
        assert (mine.model_holds, mine.margin) == (row.holds, row.margin)
        assert mine.model_holds == (mine.margin >= 0)
        assert mine.record_held == replayed.legs[row.leg].record_held
        if row.theory != "moment":
            assert mine.share == row.share
    for leg in replayed.legs:
        row = rows[leg.leg, leg.theory]
        assert (row.model_holds, row.share, row.record_held) == (leg.model_holds, leg.share, leg.record_held)
        assert row.margin == pytest.approx(leg.margin, rel=1e-9, abs=1e-12)
