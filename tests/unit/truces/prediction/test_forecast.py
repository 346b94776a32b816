"""Play forward against stated chances: certain moves by hand, drawn moves within exact binomial bounds."""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest
from scipy.stats import binom

import negotiation as ng
from negotiation.truces.prediction import forecast as played
from negotiation.truces.prediction.model import MechanismModel
from negotiation.truces.prediction.weeks import DOWN, NONE, UP, pairs_of
from negotiation.truces.record.past import past_of

SCENARIO = ng.load_scenario("us-china-2025")
PAIRS = pairs_of(SCENARIO)
WEEK = date(2025, 12, 1)
PAST = past_of(SCENARIO, WEEK)
NEVER = 1e-9
"""Chance with which right draws would leave a bound; they are the same on every run."""


def positions(past):
    now = past.postures()
    return [SCENARIO.instruments[name].position(c, now[c][name]) for c, name in PAIRS]


def rows_of(chances):
    return np.tile(chances, (len(PAIRS), 1))


def expect_share(hits, tries, chance):
    low, high = binom.ppf(NEVER / 2, tries, chance), binom.ppf(1 - NEVER / 2, tries, chance)
    assert low <= hits <= high, f"{hits} of {tries} at a chance of {chance}"


def drawn(given, rounds=200, seed=3):
    """Return the new steps of each of some weeks that all begin from the same past."""
    rng = np.random.default_rng(seed)
    weeks = [played._moved(SCENARIO, PAST, WEEK, played._drawn(given, rng)) for _ in range(rounds)]
    return [past.steps[len(PAST.steps) :] for past in weeks]


@pytest.mark.parametrize("chances", [[0.2, 0.3, 0.5], [0.5, 0.1, 0.4], [0.0, 0.6, 0.4], [0.7, 0.0, 0.3]])
def test_moves_up_and_down_are_drawn_at_their_chances(chances):
    steps = [step for week in drawn(rows_of(chances)) for step in week]
    tries = 200 * len(PAIRS)
    for direction, chance in (("escalate", chances[UP]), ("de-escalate", chances[DOWN])):
        expect_share(sum(step.move.direction == direction for step in steps), tries, chance)


def test_each_pair_is_drawn_at_its_own_chance():
    given = rows_of([0.0, 0.0, 1.0])
    given[:, UP], given[:, DOWN] = np.linspace(0.1, 0.4, len(PAIRS)), np.linspace(0.5, 0.1, len(PAIRS))
    given[:, NONE] = 1 - given[:, UP] - given[:, DOWN]
    steps = [(s.move.actor, s.move.instrument, s.move.direction) for week in drawn(given) for s in week]
    for (country, name), (up, down, _) in zip(PAIRS, given, strict=True):
        expect_share(steps.count((country, name, "escalate")), 200, up)
        expect_share(steps.count((country, name, "de-escalate")), 200, down)


def test_a_move_down_is_one_level_and_none_below_the_calmest():
    (steps,) = drawn(rows_of([0.0, 1.0, 0.0]), rounds=1)
    assert len(steps) == len(PAIRS)
    before = positions(PAST)
    after = positions(replace(PAST, steps=(*PAST.steps, *steps)))
    assert after == [max(0, at - 1) for at in before]
    assert max(before) > 0


def test_what_is_certain_to_come_down_does_so_week_by_week_to_the_calmest_level(monkeypatch):
    def down_while_it_can(model, scenario, past, state, rate):
        del model, scenario, state, rate
        return np.array([[0.0, 1.0, 0.0] if at else [0.0, 0.0, 1.0] for at in positions(past)])

    monkeypatch.setattr(MechanismModel, "chances", down_while_it_can)
    monkeypatch.setattr(played, "floored", lambda chances: chances)  # certain things stay certain
    found = ng.forecast("2025-10-busan", months=3, on=["coverage"], paths=1, draws=0)
    # Four weeks have their Thursday in December 2025 and five in January 2026.
    for (country, name), at in zip(PAIRS, positions(PAST), strict=True):
        chances = [found.probability(m, country, name, "down") for m in ("2025-12", "2026-01", "2026-02")]
        assert chances == [float(at >= 1), float(at >= 5), float(at >= 10)]


def test_the_chance_of_a_month_is_that_of_at_least_one_move_in_its_weeks(monkeypatch):
    monkeypatch.setattr(MechanismModel, "chances", lambda *_: rows_of([0.1, 0.2, 0.7]))
    found = ng.forecast("2025-10-busan", months=2, on=["coverage"], paths=100, draws=0)
    for month, weeks in (("2025-12", 4), ("2026-01", 5)):
        for direction, chance in (("up", 0.1), ("down", 0.2)):
            given = [found.probability(month, *pair, direction) for pair in PAIRS]
            # A path gives the chance times the weeks up to the first move; twelve pairs, a hundred paths.
            spread = chance * weeks / np.sqrt(100 * len(PAIRS))
            assert np.mean(given) == pytest.approx(1 - (1 - chance) ** weeks, abs=4 * spread)


def test_a_move_that_rules_out_the_next_leaves_its_own_chance_in_the_month(monkeypatch):
    # Up with 1/2 a week until it has come, then never again: in four weeks 1 - 1/16. One less the product of
    # the chances of none that a path meets is 0.664 in the mean, since the week of the move counts as a half.
    def once(model, scenario, past, state, rate):
        del model, scenario, state, rate
        came = {(s.move.actor, s.move.instrument) for s in past.steps[len(PAST.steps) :]}
        return np.array([[0.0, 0.0, 1.0] if pair in came else [0.5, 0.0, 0.5] for pair in PAIRS])

    monkeypatch.setattr(MechanismModel, "chances", once)
    monkeypatch.setattr(played, "floored", lambda chances: chances)
    found = ng.forecast("2025-10-busan", months=1, on=["coverage"], paths=100, draws=0)
    given = [found.probability("2025-12", *pair, "up") for pair in PAIRS]
    assert np.mean(given) == pytest.approx(1 - 1 / 16, abs=0.06)


def test_parameters_are_drawn_from_a_stream_of_their_own(monkeypatch):
    states = []
    real = played._round

    def watched(here, agreement, as_of, months, on, paths, rng):
        states.append(rng.bit_generator.state["state"]["state"])
        return real(here, agreement, as_of, months, on, paths, rng)

    def drawn_from(world, generator):
        states.append(generator.bit_generator.state["state"]["state"])
        return world

    monkeypatch.setattr(played, "_round", watched)
    monkeypatch.setattr(type(SCENARIO), "draw", drawn_from)
    ng.forecast("2025-10-busan", months=1, on=(), paths=1, draws=2)
    # Central round, then parameters and round of each draw: nothing begins where something else began.
    firsts = [states[0], states[1], states[2], states[4]]
    assert len(set(firsts)) == 4


@pytest.mark.parametrize("phi", [0.3, 0.9])
def test_a_term_that_nobody_broke_is_renewed_at_the_stated_rate(phi):
    world = SCENARIO.with_parameters({"state.renewal_probability": phi})
    busan = ng.truce("2025-10-busan")
    end = busan.in_force + timedelta(days=busan.clock_days)
    before = replace(PAST, as_of=end - timedelta(days=end.weekday()), steps=())
    renewed = {leg: [] for leg in ("tariff", "control", "other")}
    rng, model = np.random.default_rng(5), MechanismModel(["coverage", "clock"])
    after = [played._renewal(world, model, busan, before, renewed, rng) for _ in range(200)]
    assert all(chance == phi for chances in renewed.values() for chance in chances)
    again = [past.agreements[-1] for past in after if len(past.agreements) > len(before.agreements)]
    expect_share(len(again), 200, phi)
    assert {(one.amends, one.in_force, one.clock_days) for one in again} == {(busan.id, end, 365)}


def test_a_term_ends_in_the_week_of_its_last_day():
    busan, model = ng.truce("2025-10-busan"), MechanismModel(["coverage", "clock"])
    end = busan.in_force + timedelta(days=busan.clock_days)
    for begins, counts in (
        (end, 1),
        (end - timedelta(6), 1),
        (end - timedelta(7), 0),
        (end + timedelta(1), 0),
    ):
        renewed = {"tariff": []}
        played._renewal(
            SCENARIO, model, busan, replace(PAST, as_of=begins), renewed, np.random.default_rng(0)
        )
        assert len(renewed["tariff"]) == counts


def test_slips_come_on_top_of_what_is_meant_where_that_is_no_step_up():
    # A week without a step up is one in which none was meant and no agency slipped.
    regime = ng.truce("2025-10-busan").regime
    meant = MechanismModel([]).predict(SCENARIO, PAST)
    found = MechanismModel(["noise"]).predict(SCENARIO, PAST)
    for k, (_, name) in enumerate(PAIRS):
        annual = SCENARIO.parameters[f"slip.{SCENARIO.instruments[name].leg}.{regime}"]
        calm = (1 - annual) ** (7 / 365)
        assert 1 - found[k, UP] == pytest.approx((1 - meant[k, UP]) * calm, rel=1e-9)
        assert found[k, UP] > meant[k, UP]
