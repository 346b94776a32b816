"""The variants of the core game: which profiles each has, what it is said to be, and in which state."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

import negotiation as ng
from negotiation.disputes.posture import posture_from_label
from negotiation.errors import InvalidGame
from negotiation.truces.record.agreement_text import agreements_of
from negotiation.truces.studies import payoff_sets as module
from negotiation.truces.studies.payoff_sets import (
    BargainSets,
    BargainVariant,
    bargain_sets,
    core_instruments,
    uncovered,
)
from tests.us_china import SCENARIO

OTHER = replace(SCENARIO.default_state, curb_dependence=0, stocks=1)
CONTROLS = {"entity_list", "chip_control"}


@pytest.fixture
def games(monkeypatch):
    """In place of payoff sets: the games that they were asked of, and a status."""
    asked = []

    def sets(game):
        asked.append(game)
        return SimpleNamespace(status=statuses[(len(asked) - 1) % 4], game=game)

    statuses = ["complete"] * 4
    monkeypatch.setattr(module, "equilibrium_payoffs", sets)
    return asked, statuses


LIGHT = SCENARIO.with_parameters({"security_weight": 0.2})
"""Here a licence for a fee would pay most, which the core game leaves out."""


@pytest.mark.parametrize(("scenario", "state"), [(SCENARIO, None), (SCENARIO, OTHER), (LIGHT, None)])
def test_a_variant_is_the_core_game_with_what_is_left_out_where_it_stands(games, scenario, state):
    asked, _ = games
    found = bargain_sets(scenario, state)
    assert [(v.curb, v.controls) for v in found] == [
        (True, True),
        (False, True),
        (True, False),
        (False, False),
    ]
    assert [v.name for v in found] == [
        "with the curb, controls in the bargain", "without the curb, controls in the bargain",
        "with the curb, controls outside it", "without the curb, controls outside it",
    ]  # fmt: skip
    assert found.discount_factor == scenario.discount_factor
    assert found.players == ("USA", "CHN")
    now = state or scenario.default_state
    whole = scenario.stage_game("core", state=now)
    calm = scenario.calm()
    # Controls bring their holder most: found among all levels of the core game by its own payoffs.
    postures = [[posture_from_label(label) for label in own] for own in whole.actions]
    best = postures[0][int(whole.payoffs[:, 0, 0].argmax())]
    for variant, game in zip(found, asked, strict=True):
        stands = {
            name: best[name] if name in CONTROLS else calm["CHN"][name]
            for name in [
                *([] if variant.curb else ["rare_earth_curb"]),
                *([] if variant.controls else CONTROLS),
            ]
        }
        own = [
            [
                k
                for k, one in enumerate(some)
                if all(one.get(n, level) == level for n, level in stands.items())
            ]
            for some in postures
        ]
        told = whole.payoffs[np.ix_(*own)]
        np.testing.assert_allclose(game.stage.payoffs, told, atol=1e-12)
        assert [float(one) for one in game.discount_factors] == [scenario.discount_factor] * 2
        names = {name for some in game.stage.actions for label in some for name in posture_from_label(label)}
        assert names == set(core_instruments(scenario)) - set(stands)


def test_one_set_whose_bounds_are_apart_leaves_the_whole_partial(games):
    _, statuses = games
    assert bargain_sets(SCENARIO).status == "complete"
    for k in range(4):
        statuses[:] = ["complete"] * 4
        statuses[k] = "partial"
        assert bargain_sets(SCENARIO).status == "partial"


def test_truces_pay_what_their_levels_pay_in_the_state_that_is_asked(games):
    assert games[0] == []
    home, away = bargain_sets(SCENARIO).truces, bargain_sets(SCENARIO, OTHER).truces
    assert [one[0] for one in home] == [text.id for text in agreements_of(SCENARIO)]
    moved = [abs(one[k] - other[k]) for one, other in zip(home, away, strict=True) for k in (1, 2)]
    assert max(moved) > 1e-3
    text = next(text for text in agreements_of(SCENARIO) if text.id == "2025-05-geneva")
    name, first, second = module._truce_payoffs(SCENARIO, text, OTHER)
    assert (name, first, second) in away


def test_an_empty_set_has_no_ends():
    nothing = SimpleNamespace(
        outer=np.empty((0, 2)), gap=0.0, status="complete",
        game=SimpleNamespace(stage=SimpleNamespace(payoffs=np.zeros((2, 5, 2)))),
    )  # fmt: skip
    found = BargainSets((BargainVariant(True, True, nothing),), (), ("A", "B"), 0.9)
    assert found.table().rows[0][1:] == (10, None, None, None, None, 0, 0.0, "complete")


def test_a_core_game_needs_its_instruments_and_two_countries():
    size = SCENARIO.definition.sizes["core"]
    for sizes in ({}, {"core": size.model_copy(update={"instruments": None})}):
        odd = SimpleNamespace(name="odd", definition=SimpleNamespace(sizes=sizes))
        with pytest.raises(InvalidGame, match=r"'odd' has no size `core` with `instruments`"):
            core_instruments(odd)
    with pytest.raises(InvalidGame, match="two"):
        bargain_sets(ng.load_scenario("us-china-netherlands-2023"))


def test_a_level_that_is_not_lawful_is_not_chosen_though_it_is_kept():
    calm, state = SCENARIO.calm(), SCENARIO.default_state
    pair = ("USA", "chip_control")
    lawful = [level.label for level in SCENARIO.levels(*pair, state)]
    found = uncovered(SCENARIO, calm, state, {pair: ["of another time", lawful[0]]})
    assert found["USA"]["chip_control"] == lawful[0]
    assert found["USA"]["tariff"] == calm["USA"]["tariff"]
    assert found["CHN"] == calm["CHN"]


def test_each_row_has_the_bounds_and_the_status_of_its_own_game():
    rows = []
    for k, status in enumerate(("partial", "complete")):
        payoffs = np.zeros((2 + k, 3, 2))
        game = SimpleNamespace(stage=SimpleNamespace(payoffs=payoffs))
        outer = np.array([[k, 5.0], [k + 2.0, 7.0], [k + 1.0, 6.0]])
        found = SimpleNamespace(outer=outer, gap=0.25 * k, status=status, game=game)
        rows.append(BargainVariant(k == 0, None, found))
    table = BargainSets(tuple(rows), (), ("A", "B"), 0.9, "partial").table()
    assert table.rows == (
        ("with the curb", 6, 0.0, 2.0, 5.0, 7.0, 3, 0.0, "partial"),
        ("without the curb", 9, 1.0, 3.0, 5.0, 7.0, 3, 0.25, "complete"),
    )


class Stands(dict):
    """Levels by country, and what they are after a change."""

    def after(self, country, change):
        return Stands({**self, country: {**self[country], **change}})


def test_a_control_stands_where_it_pays_its_holder_in_the_state_that_is_asked():
    lawful = {"now": ("calm", "some", "all"), "then": ("calm", "some")}
    worth = {
        ("A", "chip", "now"): {"calm": 0.0, "some": 3.0, "all": 1.0},
        ("A", "chip", "then"): {"calm": 2.0, "some": 1.0, "all": 9.0},
        ("B", "list", "now"): {"calm": 4.0, "some": 4.0, "all": 4.0},
        ("B", "list", "then"): {"calm": -2.0, "some": -1.0, "all": 9.0},
    }
    order = {("chip", "A"): ("some", "calm", "all"), ("list", "B"): ("calm", "all", "some")}

    def instrument(name):
        return SimpleNamespace(position=lambda country, label: order[name, country].index(label))

    def effects(country, name, state):
        return SimpleNamespace(holder=[worth[country, name, state][x] for x in order[name, country]])

    world = SimpleNamespace(
        countries=("A", "B"), definition=SimpleNamespace(control_users=("chip", "list")),
        held={"A": ("tariff", "chip"), "B": ("list",)}.get, effects=effects,
        levels=lambda *asked: [SimpleNamespace(label=x) for x in lawful[asked[-1]]],
        instruments={name: instrument(name) for name in ("chip", "list")},
    )  # fmt: skip
    calm = Stands(A={"tariff": "peak", "chip": "calm"}, B={"list": "some"})

    def told(*asked):
        found = uncovered(world, calm, *asked)
        assert found["A"]["tariff"] == "peak"
        return found["A"]["chip"], found["B"]["list"]

    assert told("now") == ("some", "calm")  # of levels that pay the same the first
    assert told("then") == ("calm", "some")
    assert told("now", {("A", "chip"): ("calm", "all")}) == ("all", "calm")
    assert told("then", {("B", "list"): ("all", "calm")}) == ("calm", "calm")
