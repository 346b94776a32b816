"""Moves beside the game in states other than the usual one, illegal ones, and what their tables call them."""

from datetime import date, timedelta

import pytest

from negotiation.disputes import State
from negotiation.disputes.dates import RecordDate
from negotiation.disputes.posture import posture_from_label
from negotiation.disputes.posture_payoffs import ManyPostureGames
from negotiation.truces.record.timeline import LevelChange
from negotiation.truces.replay.move_analysis import analyse_move, best_reply, deviation_gains, payoff_of
from tests.us_china import MOVES, SCENARIO

USUAL, LOST = SCENARIO.default_state, State(authority=0)
LOW = State(curb_dependence=0, control_dependence=0, stocks=2)
DAY = date(2025, 4, 9)


def row_of(actor, name, level, day=DAY, in_force=None, **changes):
    one = next(m for m in MOVES if m.actor == actor and m.instrument == name)
    given = {"announced": RecordDate.parse(str(day)), "status": "applied", "level": level, "value": None}
    return LevelChange(one.model_copy(update={**given, **changes}), day, in_force or day, level)


def at(**levels):
    """Everything calm but what is named, as USA_tariff="peak"."""
    postures = SCENARIO.calm()
    for key, level in levels.items():
        country, name = key.split("_", 1)
        postures = postures.after(country, {name: level})
    return postures


@pytest.mark.parametrize(("country", "state"), [("USA", LOST), ("CHN", LOST), ("USA", LOW), ("CHN", LOW)])
def test_best_levels_are_lawful_and_best_in_the_state(country, state):
    before = at(USA_tariff="peak", CHN_tariff="peak", CHN_purchases="boycott")
    now = payoff_of(SCENARIO, before, country, state)
    found = deviation_gains(SCENARIO, before, country, ManyPostureGames(SCENARIO, {}, state))
    assert [gain.instrument for gain in found] == list(SCENARIO.held(country))
    for gain in found:
        worth = {
            level.label: payoff_of(
                SCENARIO, before.after(country, {gain.instrument: level.label}), country, state
            )
            for level in SCENARIO.levels(country, gain.instrument, state)
        }
        assert gain.best_level in worth
        assert worth[gain.best_level] == pytest.approx(max(worth.values()))
        assert gain.gain == pytest.approx(max(0.0, max(worth.values()) - now))
    reply = posture_from_label(best_reply(SCENARIO, before, country, state))
    assert set(reply) == set(SCENARIO.held(country))
    best = payoff_of(SCENARIO, before.after(country, reply), country, state)
    for gain in found:
        one = before.after(country, reply).after(country, {gain.instrument: gain.best_level})
        assert payoff_of(SCENARIO, one, country, state) <= best + 1e-12


@pytest.mark.parametrize(
    ("change", "state", "legal", "said"),
    [
        ({"level": "peak"}, USUAL, True, ""),
        ({"level": "peak"}, LOST, False, "has been lost"),
        ({"level": "peak", "in_force": DAY - timedelta(1)}, USUAL, False, "before it is announced"),
    ],
)
def test_a_move_is_legal_on_its_days_in_its_state(change, state, legal, said):
    row = row_of("USA", "tariff", change.pop("level"), **change)
    found = analyse_move(SCENARIO, row, at(), ManyPostureGames(SCENARIO, {}, state))
    assert found.legal is legal
    assert (said in found.note) if said else found.note == ""


@pytest.mark.parametrize(
    ("actor", "name", "level"),
    [
        ("USA", "tariff", "peak"),
        ("CHN", "rare_earth_curb", "october_package"),
        ("CHN", "purchases", "boycott"),
    ],
)
@pytest.mark.parametrize("state", [USUAL, LOW])
def test_every_field_of_a_move_is_of_its_mover_instrument_and_state(actor, name, level, state):
    before = at(CHN_tariff="peak", USA_chip_control="h20_stopped")
    row = row_of(actor, name, level, id="X01", status="threatened", direction="escalate")
    found = analyse_move(SCENARIO, row, before, ManyPostureGames(SCENARIO, {}, state))
    after, other = before.after(actor, {name: level}), SCENARIO.other(actor)
    own, theirs = (
        payoff_of(SCENARIO, after, c, state) - payoff_of(SCENARIO, before, c, state) for c in (actor, other)
    )
    assert (found.id, found.day, found.country, found.instrument) == ("X01", DAY, actor, name)
    assert (found.direction, found.status) == ("escalate", "threatened")
    assert (found.before, found.after) == (before[actor][name], level)
    assert (found.payoff_change, found.other_change) == pytest.approx((own, theirs))
    a_period = SCENARIO.parameters[f"{actor}.gdp"] * SCENARIO.parameters["reaction_lag_days"] / 365
    assert found.usd_bn == pytest.approx(own / 100 * a_period)
    gains = deviation_gains(SCENARIO, before, actor, ManyPostureGames(SCENARIO, {}, state))
    assert found.gains == gains
    assert found.best_level == next(g.best_level for g in gains if g.instrument == name)
    assert found.best_reply == best_reply(SCENARIO, before, actor, state)
