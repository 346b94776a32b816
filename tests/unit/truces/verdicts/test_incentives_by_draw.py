"""Incentives at several settings, taken in parts: each departure counted out from the payoffs of its game."""

from collections import namedtuple
from functools import cache

import numpy as np
import pytest

import negotiation as ng
from negotiation.disputes import State
from negotiation.disputes.parameter_draws import sobol_draws
from negotiation.disputes.posture import posture_from_label
from negotiation.disputes.posture_game import posture_game
from negotiation.truces.compiling.coverage_game import agreement_game, with_terms
from negotiation.truces.compiling.terms import postures_before
from negotiation.truces.verdicts import incentives
from negotiation.truces.verdicts.departures import JOINT, KEPT, OVER
from negotiation.truces.verdicts.incentives import incentives_by_draw, incentives_of

DRAWS, EDGE = 5, 1e-9
PATIENCE = np.array([0.9, 0.2, 0.97, 0.0, 0.6])
CASES = {
    "london": ("us-china-2025", "2025-06-london", None),
    "busan, law lost": ("us-china-2025", "2025-10-busan", State(control_dependence=1, stocks=0, authority=0)),
    "london, law lost": ("us-china-2025", "2025-06-london", State(authority=0)),
    "tokyo": ("japan-korea-2019", "2023-03-tokyo", None),
    "wine": ("australia-china-2020", "2023-10-wine", None),
}
Counted = namedtuple("Counted", "player changes margin gain where covered")


@cache
def world(name):
    return ng.load_scenario(name)


@pytest.fixture(scope="module", params=CASES)
def case(request):
    """A text, the values that are drawn, and its incentives at them, three settings at a time."""
    dispute, name, state = CASES[request.param]
    scenario = world(dispute)
    text, state = ng.truce(name, scenario), state or scenario.default_state
    drawn = dict(sobol_draws(scenario, 8, rng=2).values)
    values = {key: np.asarray(each)[:DRAWS] for key, each in drawn.items()}
    before = postures_before(text, scenario)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(incentives, "NUMERICS", incentives.NUMERICS._replace(draws_at_once=3))
        found = incentives_by_draw(scenario, values, PATIENCE, text.covered(), before, state)
    settings = [at_draw(scenario, values, k) for k in range(DRAWS)]
    asked = text.covered(), before, state
    return found, [tuple(departures(*each, *asked)) for each in zip(settings, PATIENCE, strict=True)]


def at_draw(scenario, values, k):
    return scenario.with_parameters({name: float(each[k]) for name, each in values.items()})


def departures(one, delta, terms, before, state):
    """Yield every departure in one game, while the text is kept, once it is over, and outside it."""
    stage = agreement_game(one, terms, before, state)
    u = np.asarray(stage.payoffs, dtype=float)
    off = worst_equilibrium(u)
    for i, player in enumerate(stage.players):
        postures = [posture_from_label(label) for label in stage.actions[i]]
        stake = u[0, 0, i] - u[(*off, i)]
        for where, at, lost in ((KEPT, (0, 0), stake), (OVER, off, 0.0)):
            for a, posture in enumerate(postures):
                changes = {n: x for n, x in posture.items() if x != postures[at[i]][n]}
                if changes:
                    profile = (a, at[1]) if i == 0 else (at[0], a)
                    gain = u[(*profile, i)] - u[(*at, i)]
                    yield Counted(player, changes, -(1 - delta) * gain + delta * lost, gain, where, True)
    base = with_terms(before, terms)
    for i, player in enumerate(one.countries):
        for name in one.held(player):
            labels = [level.label for level in one.levels(player, name, state)]
            order = one.instruments[name].labels(player)
            now = base[player][name]
            for label in labels:
                if (player, name) not in terms and order.index(label) > order.index(now):
                    menus = {c: {} for c in one.countries} | {player: {name: (now, label)}}
                    own = posture_game(one, menus, base, state).payoffs[..., i].ravel()
                    yield Counted(player, {name: label}, own[0] - own[1], own[1] - own[0], KEPT, False)


def worst_equilibrium(u):
    slack = [EDGE * np.ptp(u[..., i]) for i in (0, 1)]
    found = [
        at for at in np.ndindex(u.shape[:2])
        if u[(*at, 0)] >= u[:, at[1], 0].max() - slack[0] and u[(*at, 1)] >= u[at[0], :, 1].max() - slack[1]
    ]  # fmt: skip
    return min(found or list(np.ndindex(u.shape[:2])), key=lambda at: u[at].sum())


def least(rows, **wanted):
    return min((row.margin for row in rows if all(getattr(row, k) == x for k, x in wanted.items())),
               default=np.inf)  # fmt: skip


def test_each_leg_has_the_least_margin_of_what_touches_it_in_each_game(case):
    found, counted = case
    legs = {name: one.leg for name, one in found.scenario.instruments.items()}
    for leg in found.scenario.legs:
        for k, rows in enumerate(counted):
            touching = [row for row in rows if leg in {legs[n] for n in row.changes}]
            inside = [row for row in touching if {legs[n] for n in row.changes} == {leg}]
            bound = [row for row in touching if row.covered]
            for told, among in ((found.leg(leg), touching), (found.bound(leg), bound)):
                for where in (KEPT, OVER):
                    assert told.margin_where(where)[k] == pytest.approx(least(among, where=where), abs=EDGE)
            alone = found.alone(leg)
            assert alone.margin_where(KEPT)[k] == pytest.approx(least(inside, where=KEPT), abs=EDGE)
            assert alone.margin_where(OVER)[k] == np.inf
            kept, over = (least(touching, where=where) for where in (KEPT, OVER))
            if min(abs(kept), abs(over)) > EDGE:
                decides = over if kept > 0 > over else kept
                assert found.margin(leg)[k] == pytest.approx(decides, abs=EDGE)
                assert found.holds(leg)[k] == (min(kept, over) > 0)


def test_each_set_names_a_departure_that_gains_what_it_says(case):
    found, counted = case
    legs = {name: one.leg for name, one in found.scenario.instruments.items()}
    sets = [(None, one) for one in found.departures]
    sets += [(leg, one) for (_, leg), both in found.touching.items() for one in both]
    sets += [(leg, one) for (_, leg), one in found.within.items()]
    for leg, group in sets:
        for k, rows in enumerate(counted):
            changes = dict(group.moves[group.best[k]])
            assert leg is None or leg in {legs[n] for n in changes}
            (own,) = (
                row for row in rows
                if (row.player, row.changes, row.where, row.covered)
                == (group.player, changes, group.where, group.covered)
            )  # fmt: skip
            assert group.gain[k] == pytest.approx(own.gain, abs=EDGE)
            assert group.margin[k] == pytest.approx(own.margin, abs=EDGE)
            if group.where == KEPT and group.covered:
                stake = (own.margin + (1 - PATIENCE[k]) * own.gain) / PATIENCE[k] if PATIENCE[k] else None
                assert stake is None or group.stake[k] == pytest.approx(stake, abs=1e-7)
            else:
                assert group.stake[k] == 0.0


def test_the_sets_are_by_player_and_instrument_with_what_is_free_last(case):
    found, counted = case
    expected = []
    for player in found.stage.players:
        own = [row for row in counted[0] if row.player == player and row.covered and row.where == KEPT]
        alone = dict.fromkeys(next(iter(row.changes)) for row in own if len(row.changes) == 1)
        order = list(posture_from_label(found.stage.actions[found.stage.player_index(player)][0]))
        expected += [(player, name, True) for name in order if name in alone]
        expected += [(player, JOINT, True)] * any(len(row.changes) > 1 for row in own)
    free = [(row.player, next(iter(row.changes)), False) for row in counted[0] if not row.covered]
    expected += list(dict.fromkeys(free))
    assert [(row.player, row.instrument, row.covered) for row in found.rows] == expected
    for (player, name, covered), group in zip(expected, found.departures, strict=True):
        for k, rows in enumerate(counted):
            gains = [
                row.gain for row in rows
                if row.where == KEPT and (row.player, row.covered) == (player, covered)
                and (len(row.changes) > 1 if name == JOINT else set(row.changes) == {name})
            ]  # fmt: skip
            assert group.gain[k] == pytest.approx(max(gains), abs=EDGE)


def test_a_player_s_covered_margin_leaves_out_what_is_free(case):
    found, counted = case
    for player in (*found.stage.players, "nobody"):
        told = found.covered_margin(player)
        assert told.shape == (DRAWS,)
        for k, rows in enumerate(counted):
            expected = least(rows, player=player, covered=True, where=KEPT)
            assert told[k] == pytest.approx(expected, abs=EDGE)


def test_punishments_are_those_of_each_game_on_its_own():
    """A text whose punishment differs from draw to draw, so that a game's own one can be told."""
    scenario = world("us-china-2025")
    text = ng.truce("2025-10-busan")
    before, state = postures_before(text, scenario), scenario.default_state
    drawn = dict(sobol_draws(scenario, 16, rng=2).values)
    patience = np.linspace(0.05, 0.95, 16)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(incentives, "NUMERICS", incentives.NUMERICS._replace(draws_at_once=5))
        many = incentives_by_draw(scenario, drawn, patience, text.covered(), before, state)
    assert len({tuple(row) for row in many.punishments.tolist()}) > 1
    for k in range(0, 16, 3):
        one = scenario.with_parameters({name: float(each[k]) for name, each in drawn.items()})
        own = incentives_of(one, text.covered(), before, state)
        assert own.punishments[0].tolist() == many.punishments[k].tolist()
        stake = own.departures[0].stake[0]
        assert many.departures[0].stake[k] == pytest.approx(stake, abs=1e-9)
        assert many.departures[0].tolerance[k] == pytest.approx(
            own.departures[0].tolerance[0], rel=1e-9, abs=0.0
        )
        for key, (_, over) in own.touching.items():
            told = many.touching[key][1]
            assert told.moves[told.best[k]] == over.moves[over.best[0]]
            assert told.gain[k] == pytest.approx(over.gain[0], abs=1e-9)
        for key, alone in own.within.items():
            told = many.within[key]
            assert told.moves[told.best[k]] == alone.moves[alone.best[0]]
        assert many.departures[-1].tolerance[k] == pytest.approx(
            own.departures[-1].tolerance[0], rel=1e-9, abs=0.0
        )


@pytest.mark.parametrize("state", [None, State(control_dependence=0, stocks=2, authority=0)])
def test_incentives_at_the_scenario_s_own_values_are_of_the_state_that_is_asked_for(state):
    scenario = world("us-china-2025")
    text, state = ng.truce("2025-06-london"), state or scenario.default_state
    before, delta = postures_before(text, scenario), scenario.discount_factor
    found = incentives_of(scenario, text.covered(), before, state)
    counted = tuple(departures(scenario, delta, text.covered(), before, state))
    legs = {name: one.leg for name, one in scenario.instruments.items()}
    for leg in scenario.legs:
        touching = [row for row in counted if leg in {legs[n] for n in row.changes}]
        for where in (KEPT, OVER):
            told = found.leg(leg).margin_where(where)
            assert told.tolist() == [pytest.approx(least(touching, where=where), abs=EDGE)]
