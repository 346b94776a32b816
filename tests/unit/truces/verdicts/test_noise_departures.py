"""Departures under noise in a made-up agreement of two unlike sides: every gain summed out by hand."""

from functools import cache

import numpy as np
import pytest

import negotiation as ng
from negotiation.game_theory.games import PublicSignal
from negotiation.strategies import Automaton
from negotiation.truces.compiling.compiler import Compiled
from negotiation.truces.theories.common.departures import ANSWERING, KEPT, OVER
from negotiation.truces.verdicts.noise_departures import Departure, class_of, closest_departures, state_gains

FIRST = ("tariff=low fee=none", "tariff=low fee=some", "tariff=peak fee=none")
SECOND = ("tariff=low curb=off", "tariff=peak curb=on")
PATIENCE = (0.6, 0.9)
rng = np.random.default_rng(8)
PAYOFFS = rng.normal(size=(3, 2, 2)) * [1.0, 5.0]
CHANCES = rng.dirichlet(np.ones(3), size=(3, 2))
SIGNALS = ("quiet", "alarm", "loud")
STATES = ("2 left, kept", "1 left, kept", "tariff answer 2", "ended")
ACTIONS = dict(zip(STATES, ((0, 0), (1, 0), (2, 1), (2, 0)), strict=True))
AFTER = {
    "2 left, kept": {
        "quiet": {"1 left, kept": 0.75, "ended": 0.25}, "alarm": "tariff answer 2", "loud": "ended",
    },
    "1 left, kept": {"quiet": "2 left, kept", "alarm": "ended", "loud": "tariff answer 2"},
    "tariff answer 2": {"quiet": "tariff answer 2", "alarm": "2 left, kept", "loud": "1 left, kept"},
    "ended": dict.fromkeys(SIGNALS, "ended"),
}  # fmt: skip


@pytest.fixture(scope="module")
def compiled():
    stage = ng.StageGame(PAYOFFS, ("AAA", "BBB"), (FIRST, SECOND))
    labels = {state: (FIRST[a], SECOND[b]) for state, (a, b) in ACTIONS.items()}
    automaton = Automaton(list(STATES), STATES[0], labels, AFTER)
    game = ng.RepeatedGame(stage, PATIENCE, PublicSignal(CHANCES, SIGNALS))
    return Compiled(game, automaton, None, ())


@cache
def worth():
    """Average discounted payoffs of each side from each state on, shape (4, 2), by going on and on."""
    found = np.zeros((4, 2))
    for _ in range(400):
        found = np.array([[value(found, s, i, ACTIONS[s]) for i in (0, 1)] for s in STATES])
    return found


def value(later, state, i, profile):
    """What a side gets from playing a profile once, what follows being worth `later`."""
    total = (1 - PATIENCE[i]) * PAYOFFS[(*profile, i)]
    for y, signal in enumerate(SIGNALS):
        target = AFTER[state][signal]
        for to, chance in ({target: 1.0} if isinstance(target, str) else target).items():
            total += PATIENCE[i] * CHANCES[(*profile, y)] * chance * later[STATES.index(to), i]
    return total


def gains_by_hand():
    later = worth()
    found = {}
    for state, (a, b) in ACTIONS.items():
        kept = [value(later, state, i, (a, b)) for i in (0, 1)]
        found[state, 0] = [value(later, state, 0, (x, b)) - kept[0] for x in range(3)]
        found[state, 1] = [value(later, state, 1, (a, y)) - kept[1] for y in range(2)]
    return found


def test_each_action_gains_what_it_brings_today_and_after_in_each_state(compiled):
    found, expected = state_gains(compiled), gains_by_hand()
    assert [(one.where, one.player, one.prescribed) for one in found] == [
        (class_of(state), i, ACTIONS[state][i]) for state in STATES for i in (0, 1)
    ]
    for one, key in zip(found, expected, strict=True):
        assert one.gains == pytest.approx(expected[key], abs=1e-12)
        assert one.gains[one.prescribed] == 0.0


def test_a_gain_within_the_edge_of_the_side_s_own_range_is_none():
    # A side gains by a hair: of a range of one that is something, of a range of a million nothing.
    for i, scale in ((0, 1e6), (1, 1e6), (0, 1.0), (1, 1.0)):
        payoffs = np.zeros((2, 2, 2))
        payoffs[0, 0, i] = scale
        payoffs[1, 1, 1 - i] = 1.0
        actions = (("tariff=low", "tariff=peak"),) * 2
        departing = (1, 0) if i == 0 else (0, 1)
        payoffs[(*departing, i)] = scale + 2e-10
        stage = ng.StageGame(payoffs, ("AAA", "BBB"), actions)
        stay = Automaton(["kept"], "kept", {"kept": ("tariff=low",) * 2}, {"kept": {"quiet": "kept"}})
        game = ng.RepeatedGame(stage, 0.5, PublicSignal(np.ones((2, 2, 1)), ("quiet",)))
        own = next(one for one in state_gains(Compiled(game, stay, None, ())) if one.player == i)
        assert (own.gains[1] > 0.0) == (scale == 1.0)


@pytest.mark.parametrize(
    "instruments", [{"tariff"}, {"fee"}, {"curb"}, {"fee", "curb"}, {"visa"}, {"tariff", "visa"}], ids=sorted
)
def test_the_closest_departure_of_a_class_changes_an_instrument_and_gains_most(compiled, instruments):
    menus = [[dict(part.split("=") for part in label.split()) for label in side] for side in (FIRST, SECOND)]
    best = {}
    for (state, i), gains in gains_by_hand().items():
        now = menus[i][ACTIONS[state][i]]
        for a, gain in enumerate(gains):
            changes = tuple((n, x) for n, x in menus[i][a].items() if x != now[n])
            if instruments & {n for n, _ in changes}:
                where = class_of(state)
                best[where] = max(best.get(where, (-np.inf,)), (gain, ("AAA", "BBB")[i], changes))
    found = closest_departures(compiled, state_gains(compiled), frozenset(instruments))
    assert list(found) == [where for where in (KEPT, ANSWERING, OVER) if where in best]
    for where, one in found.items():
        assert (one.gain, one.player, one.changes) == (pytest.approx(best[where][0]), *best[where][1:])
        assert one.where == where


def test_where_nothing_is_gained_the_margin_is_zero_without_a_sign():
    assert [repr(Departure("AAA", (), gain).margin) for gain in (0.0, 0.5)] == ["0.0", "-0.5"]
