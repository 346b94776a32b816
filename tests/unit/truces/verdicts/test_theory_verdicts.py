import numpy as np
import pytest

import negotiation as ng
from negotiation.errors import InvalidGame, UnknownName
from negotiation.truces.record.state_trajectory import state_of_the_day


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
    broken = ("control", "other")
    for leg in broken:
        first = found.turns.of(leg, "shadow linkage")[0]
        assert not found.find(leg, "shadow linkage").holds
        assert (first.holds, first.names, first.where) == (True, ("tariff.horizon",), "above")
        assert quantity.low < quantity.value < first.at[0] < quantity.high
    for step, holds in ((-0.02, False), (0.02, True)):
        at = first.at[0] + step * (quantity.high - quantity.low)
        asked = ng.verdict(
            "2025-05-geneva", scenario.with_parameters({"tariff.horizon": at}), theories=["shadow linkage"]
        )
        assert [asked.find(leg, "shadow linkage").holds for leg in broken] == [holds] * 2
        # It is where what is kept begins to be worth as much as the worst that can follow.
        assert [row.rational for row in asked] == [holds] * 3


def test_levels_that_come_as_close_are_named_with_the_departure(scenario):
    asked = ng.verdict("2025-10-busan", scenario, theories=["moment"], size="full")
    row = asked.find("control", "moment")
    assert row.departure[0] == ("chip_control", "software_and_engines")
    # The two middle levels of the chip control are worth the same but for some 2e-5 percent of GDP.
    assert ("chip_control", "ascend_guidance") in row.as_close
    assert any("chip_control to ascend_guidance" in one for one in asked.detail().to_pandas()["as close"])
    # Of the departures that are as near, those that differ in one instrument alone are told.
    best = ng.verdict("2025-10-busan", scenario, theories=["shadow linkage"], size="full")
    row, question = best.find("tariff", "shadow linkage"), best.asked
    player = question.players.index(row.player)
    worth = ng.theories()["shadow linkage"].departures(question)[player].value[0]
    least = row.gain - row.loss - 2e-5 * np.ptp(question.whole[0, ..., player])
    inside = question.harsher_in(player, "tariff")
    near, told = 0, set()
    for value, changed, harsher in zip(worth, question.changes[player], inside, strict=True):
        if value >= least and harsher:
            other = {n: x for n, x in changed.items() if dict(row.departure).get(n) != x}
            gone = {n: question.kept[row.player][n] for n, _ in row.departure if n not in changed}
            near += bool(other | gone)
            told |= set((other | gone).items()) if len(other | gone) == 1 else set()
    assert list(row.as_close) == sorted(told)
    assert 0 < len(told) < near
    apart = scenario.with_parameters({"chip_control.security_value": 0.2})
    again = ng.verdict("2025-10-busan", apart, theories=["moment"], size="full").find("control", "moment")
    assert "chip_control" not in dict(again.as_close)


@pytest.mark.long
def test_shares_are_the_share_of_draws_at_which_the_leg_holds_when_solved_one_by_one(scenario):
    state = ng.State(stocks=1)
    one_pace = {"state": state, "size": "core", "rounds_a_year": 4.0}
    asked = ng.verdict("2025-10-busan", scenario, draws=8, rng=3, **one_pace)
    from negotiation.disputes.parameter_draws import sobol_draws

    draws = sobol_draws(scenario, 8, np.random.default_rng(3))
    alone = [ng.verdict("2025-10-busan", one, **one_pace) for one in draws]
    for row in asked:
        found = [one.find(row.leg, row.theory) for one in alone]
        sound = [one for one in found if one.rational]
        for name in ("any_harsher", "any_change", "dated", "last"):
            assert getattr(row.counts, name) == sum(getattr(one, name) >= 0.0 for one in sound)
        assert (row.counts.holds, row.counts.irrational) == (sum(one.holds for one in sound), 8 - len(sound))
        assert row.share == (row.counts.holds / len(sound) if sound else None)


def test_the_state_is_that_of_the_day_unless_one_is_given(scenario, geneva):
    assert geneva.state.likely == state_of_the_day(ng.truce("2025-05-geneva"), scenario).likely
    full = ng.verdict("2025-05-geneva", scenario, theories=["moment"], state=ng.State(stocks=2), size="core")
    assert full.state.likely.stocks == 2
    assert not full.state.chances


def test_best_punishments_hold_whatever_proof_answers_hold(geneva):
    for leg in ("tariff", "control", "other"):
        proof, best = (geneva.find(leg, name) for name in ("renegotiation", "shadow linkage"))
        assert (best.counts.irrational, best.counts.holds) >= (proof.counts.irrational, proof.counts.holds)
        assert best.holds or not proof.holds


def test_what_is_not_there_is_refused(scenario):
    with pytest.raises(UnknownName, match="no theory 'momentum'; did you mean 'moment'"):
        ng.verdict("2025-05-geneva", scenario, theories=["momentum"])
    with pytest.raises(InvalidGame, match="no size 'huge'"):
        ng.verdict("2025-05-geneva", scenario, size="huge")
    with pytest.raises(InvalidGame, match="number of draws"):
        ng.verdict("2025-05-geneva", scenario, draws=-1)


def test_what_of_a_leg_is_not_in_the_game_is_said_wherever_the_verdict_stands(scenario):
    found = ng.verdict("2024-10-vientiane", theories=["each for itself"])
    inside = {name for menu in found.asked.menus.values() for name in menu}
    assert ("CHN", "lobster_curb") in found.asked.terms  # bound by the text, and yet out
    for name, instrument in found.asked.scenario.instruments.items():
        left = found.where.partition("; not in the game, ")[2].partition(f"{instrument.leg}: ")[2]
        assert (name in left.partition(";")[0].split(", ")) == (name not in inside)
    assert found.where in found.table().title
    assert found.where in found.by_definition().title
    assert "not in the game" not in ng.verdict("2025-05-geneva", scenario, theories=["each for itself"]).where


def test_a_path_by_date_is_not_asked_for_where_the_world_moves(scenario):
    with pytest.raises(InvalidGame, match="leave out `as_it_came` or `moving`"):
        ng.verdict("2025-05-geneva", scenario, moving=["stocks"], as_it_came=True)
