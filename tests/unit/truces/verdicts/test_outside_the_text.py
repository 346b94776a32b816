"""What goes harsher outside a text, and the convention that keeps it: payoffs that do not add up, by hand."""

from itertools import product
from math import sin
from types import SimpleNamespace

import numpy as np
import pytest

import negotiation as ng
from negotiation.truces.compiling.compiler import Choices
from negotiation.truces.verdicts import under_noise
from negotiation.truces.verdicts.noise_departures import Departure
from negotiation.truces.verdicts.under_noise import custom_verdict, outside_moves
from negotiation.world import State
from tests.us_china import SCENARIO

STATE = State(curb_dependence=1, stocks=2)
PAIRS = [(c, n) for c in SCENARIO.countries for n in SCENARIO.held(c)]
BASE = ng.truce("2025-05-geneva")
# What the amendment itself is silent about is bound by what it amends.
TEXTS = {name: ng.truce(name) for name in ("2025-05-geneva", "2025-06-london")}
TERMS = {name: (BASE.covered() if text.amends else {}) | text.covered() for name, text in TEXTS.items()}


def levels_at(place):
    """The levels of everything at a place of its ladder, the harshest at most, given by position in PAIRS."""
    postures = SCENARIO.calm()
    for k, (country, name) in enumerate(PAIRS):
        labels = SCENARIO.instruments[name].labels(country)
        postures = postures.after(country, {name: labels[min(place(k), len(labels) - 1)]})
    return postures


BEFORE = levels_at(lambda k: 1 - k % 2)
RESIDUAL = levels_at(lambda k: k // 2 % 3)


def worth(side, postures):
    """A made-up payoff of a side that hangs on every level of everybody and does not add up."""
    places = [SCENARIO.instruments[n].labels(c).index(postures[c][n]) for c, n in PAIRS]
    return sin(sum((k + 2) * (side + 1.5) * place for k, place in enumerate(places)))


class Games:
    """Posture games of the made-up payoffs."""

    def __init__(self, *given):
        self.given = given

    def payoffs(self, menus, fixed):
        choices = [
            [dict(zip(menus[c], levels, strict=True)) for levels in product(*menus[c].values())]
            for c in SCENARIO.countries
        ]
        found = np.zeros((1, *map(len, choices), len(choices)))
        for index in np.ndindex(found.shape[1:-1]):
            postures = fixed
            for country, own, at in zip(SCENARIO.countries, choices, index, strict=True):
                postures = postures.after(country, own[at])
            found[0, *index] = [worth(side, postures) for side in range(len(choices))]
        return found


@pytest.fixture
def asked(monkeypatch):
    """What is asked of the parts that are stood in for: levels before, the residual game and payoffs."""
    told = {}

    def stands_in(name, answer):
        def asks(*given):
            told.setdefault(name, []).append(given)
            return answer(*given)

        monkeypatch.setattr(under_noise, name, asks)

    stands_in("postures_before", lambda *_: BEFORE)
    stands_in("outside_levels", lambda *_: RESIDUAL)
    stands_in("ManyPostureGames", Games)
    stands_in("compiled_terms", lambda *given: SimpleNamespace(game=("game", *given), automaton="strategies"))
    stands_in("verify", lambda *given: ("checked", *given))
    return told


@pytest.mark.parametrize("name", TEXTS)
@pytest.mark.parametrize("state", [None, STATE])
def test_a_step_up_outside_the_text_gains_against_the_level_in_force_the_rest_being_at_the_residual_levels(
    asked, name, state
):
    text, terms, choices = TEXTS[name], TERMS[name], Choices(state=state)
    after = RESIDUAL
    for (country, instrument), level in terms.items():
        after = after.after(country, {instrument: level})
    expected, passed = [], set()
    for country, instrument in PAIRS:
        now, then = BEFORE[country][instrument], RESIDUAL[country][instrument]
        labels = SCENARIO.instruments[instrument].labels(country)
        if (country, instrument) in terms or labels.index(then) <= labels.index(now):
            continue
        side = SCENARIO.countries.index(country)
        gain = worth(side, after) - worth(side, after.after(country, {instrument: now}))
        passed.add(gain > 0)
        if gain > 0:
            expected.append(Departure(country, ((instrument, then),), pytest.approx(gain)))
    assert passed == {True, False}  # some of what goes harsher costs its holder
    assert list(outside_moves(text, SCENARIO, choices)) == expected
    assert asked["postures_before"] == [(text, SCENARIO)]
    assert asked["outside_levels"] == [(text, SCENARIO, terms, choices)]
    assert asked["ManyPostureGames"] == [(SCENARIO, {}, state or SCENARIO.default_state)]


@pytest.mark.parametrize(
    ("own", "gain"),
    [
        ((0.25, 0.75), 0.5),
        ((0.75, 0.25), None),
        ((0.25, 0.25), None),
        ((0.0, 1e-9), 1e-9),
        ((1e6, 1e6 + 4e-10), None),  # no more than what a double resolves there
    ],
)
def test_what_gains_nothing_within_a_knife_edge_does_not_go_harsher(asked, monkeypatch, own, gain):
    def payoffs(self, menus, fixed):
        (side,) = (i for i, country in enumerate(SCENARIO.countries) if menus[country])
        found = np.full((1, *(2 if i == side else 1 for i in (0, 1)), 2), 99.0)
        found[..., side] = np.reshape(own, found.shape[:-1])
        return found

    monkeypatch.setattr(Games, "payoffs", payoffs)
    moves = outside_moves(TEXTS["2025-05-geneva"], SCENARIO, Choices())
    assert {move.gain for move in moves} == (set() if gain is None else {gain})


@pytest.mark.parametrize("name", TEXTS)
def test_a_custom_is_of_what_neither_the_text_nor_what_it_amends_binds(asked, name):
    text, terms = TEXTS[name], TERMS[name]
    kept = BEFORE
    for (country, instrument), level in terms.items():
        kept = kept.after(country, {instrument: level})
    found = custom_verdict(text, SCENARIO, Choices("moment", "within_issue", "counted", STATE))
    outside = {(c, n): BEFORE[c][n] for c, n in PAIRS if (c, n) not in terms}
    own = Choices("custom", "proportionate", "none", STATE)
    given = (text, SCENARIO, outside, kept, own, "high")
    assert asked["compiled_terms"] == [given]
    assert asked["postures_before"] == [(text, SCENARIO)]
    assert found == ("checked", ("game", *given), "strategies")
