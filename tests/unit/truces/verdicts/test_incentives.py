"""Incentives of an agreement: each departure counted out from the payoffs of its game."""

from collections import namedtuple
from functools import cache

import numpy as np
import pytest

import negotiation as ng
from negotiation.disputes import State
from negotiation.disputes.posture import posture_from_label
from negotiation.disputes.posture_payoffs import posture_game
from negotiation.strategies import grim_trigger
from negotiation.truces.compiling.coverage_game import agreement_game
from negotiation.truces.compiling.terms import postures_before, with_terms
from negotiation.truces.verdicts.coverage_check import JOINT, incentives_of

EDGE = 1e-9
CASES = {
    "london": ("us-china-2025", "2025-06-london", None),
    "busan, law lost": ("us-china-2025", "2025-10-busan", State(control_dependence=1, stocks=0, authority=0)),
    "london, law lost": ("us-china-2025", "2025-06-london", State(authority=0)),
    "tokyo": ("japan-korea-2019", "2023-03-tokyo", None),
    "wine": ("australia-china-2020", "2023-10-wine", None),
}
Counted = namedtuple("Counted", "player changes gain stake covered")


@cache
def world(name):
    return ng.load_scenario(name)


@pytest.fixture(scope="module", params=CASES)
def case(request):
    """A draw of a dispute with a text's incentives in it, and every departure."""
    dispute, name, state = CASES[request.param]
    scenario = world(dispute).draw(np.random.default_rng(2))
    text, state = ng.truce(name, scenario), state or scenario.default_state
    asked = dict(text.covered()), postures_before(text, scenario), state
    return scenario, incentives_of(scenario, *asked), tuple(departures(scenario, *asked))


def departures(one, terms, before, state):
    """Yield every departure from the kept game, and each harsher lawful level outside it."""
    stage = agreement_game(one, terms, before, state)
    u = np.asarray(stage.payoffs, dtype=float)
    off = worst_equilibrium(u)
    for i, player in enumerate(stage.players):
        first, *others = [posture_from_label(label) for label in stage.actions[i]]
        stake = u[0, 0, i] - u[(*off, i)]
        for a, posture in enumerate(others, start=1):
            gain = u[(a, 0, i) if i == 0 else (0, a, i)] - u[0, 0, i]
            yield Counted(player, {n: x for n, x in posture.items() if x != first[n]}, gain, stake, True)
    base = with_terms(before, terms)
    for i, player in enumerate(one.countries):
        for name in one.held(player):
            order = one.instruments[name].labels(player)
            now = base[player][name]
            for label in [level.label for level in one.levels(player, name, state)]:
                if (player, name) not in terms and order.index(label) > order.index(now):
                    menus = {c: {} for c in one.countries} | {player: {name: (now, label)}}
                    own = posture_game(one, menus, base, state).payoffs[..., i].ravel()
                    yield Counted(player, {name: label}, own[1] - own[0], 0.0, False)


def worst_equilibrium(u):
    slack = [EDGE * np.ptp(u[..., i]) for i in (0, 1)]
    found = [
        at for at in np.ndindex(u.shape[:2])
        if u[(*at, 0)] >= u[:, at[1], 0].max() - slack[0] and u[(*at, 1)] >= u[at[0], :, 1].max() - slack[1]
    ]  # fmt: skip
    return min(found or list(np.ndindex(u.shape[:2])), key=lambda at: u[at].sum())


def test_each_row_is_the_departure_that_gains_most_with_what_it_forfeits(case):
    scenario, found, counted = case
    delta = scenario.discount_factor
    for row in found.rows:
        among = [
            one for one in counted
            if (one.player, one.covered) == (row.player, row.covered)
            and (len(one.changes) > 1 if row.instrument == JOINT else set(one.changes) == {row.instrument})
        ]  # fmt: skip
        (own,) = [one for one in among if one.changes == dict(row.changes)]
        assert row.temptation == pytest.approx(max(one.gain for one in among), abs=EDGE)
        assert row.temptation == pytest.approx(own.gain, abs=EDGE)
        assert row.stake == pytest.approx(own.stake, abs=EDGE)
        assert row.margin == pytest.approx(delta * own.stake - (1 - delta) * own.gain, abs=EDGE)
        if row.threshold is not None and own.gain > EDGE:
            assert row.threshold == pytest.approx(own.gain / (own.gain + own.stake))


@pytest.mark.parametrize("name", ng.truce_names(ng.load_scenario("us-china-2025")))
def test_what_is_covered_is_kept_where_the_check_of_the_trigger_says_so(name):
    agreement, generator, outcomes = ng.truce(name), np.random.default_rng(5), []
    for _ in range(6):
        one = world("us-china-2025").draw(generator)
        terms, before = dict(agreement.covered()), postures_before(agreement, one)
        found = incentives_of(one, terms, before, one.default_state)
        trigger = grim_trigger(found.stage, found.kept, found.off)
        verdict = ng.verify(ng.RepeatedGame(found.stage, one.discount_factor), trigger)
        outcomes.append(all(row.margin >= 0.0 for row in found.rows if row.covered))
        assert outcomes[-1] == verdict.holds
    assert any(outcomes)
