"""Checks of strategies beside margins: what agrees, what is ruled out, and which checks a leg rests on."""

from types import SimpleNamespace

import numpy as np
import pytest

import negotiation as ng
from negotiation.strategies import grim_trigger
from negotiation.truces.theories.common.certified import certified
from negotiation.truces.theories.common.theory import Play

STAGE = ng.StageGame.from_matrices([[9, 1], [10, 3]], [[9, 10], [1, 3]], actions=("CD", "CD"))
GRIM = grim_trigger(STAGE, ("C", "C"), ("D", "D"), names=("kept", "over"))


def margin(holds, *, alone=None, joint=None, any_change=None, rational=True):
    """What margins say of a leg, at two settings of which the first counts; all the same where not said."""

    def least(said):
        quiet = holds if said is None else said
        return np.array([0.0, -1.0] if quiet else [-1.0, 0.0])

    return SimpleNamespace(
        holds=np.array([holds, not holds]), alone=least(alone), joint=least(joint),
        any_change=least(any_change), rational=np.array([rational, not rational]),
    )  # fmt: skip


def play(legs, holds, delta=None):
    game = STAGE if delta is None else ng.RepeatedGame(STAGE, delta)
    return Play(legs, game, None if delta is None else GRIM, lambda: SimpleNamespace(holds=holds))


def theory(plays, possible=None, checked="leg"):
    return SimpleNamespace(plays=lambda _: tuple(plays), possible=possible, checked=checked)


def agrees(plays, said, possible=None):
    found = {leg: margin(holds) for leg, holds in said.items()}
    return certified(theory(plays, possible), None, found).agrees


@pytest.mark.parametrize(
    ("checked", "decides"), [("leg", "alone"), ("legs", "joint"), ("all", "any_change"), ("all", "rational")]
)
def test_a_check_is_held_against_the_departures_that_it_looks_at(checked, decides):
    for other in ({"alone", "joint", "any_change", "rational"} - {decides}) | {None}:
        said = dict.fromkeys(("alone", "joint", "any_change", "rational"), True)
        said[decides] = False
        if other is not None and checked != "all":
            said[other] = False
        for passes in (True, False):
            found = {"a": margin(True), "b": margin(True, **said)}
            one = theory([play(("a", "b"), passes)], checked=checked)
            assert certified(one, None, found).agrees == (not passes)


@pytest.mark.parametrize("one", [True, False])
@pytest.mark.parametrize("other", [True, False])
def test_one_strategy_for_all_legs_passes_exactly_where_every_leg_holds(one, other):
    said = {"a": one, "b": other}
    for passes in (True, False):
        assert agrees([play(("a", "b"), passes)], said) == (passes == (one and other))


@pytest.mark.parametrize("one", [True, False])
@pytest.mark.parametrize("other", [True, False])
def test_strategies_of_single_legs_are_compared_leg_by_leg(one, other):
    plays = [play(("a",), one), play(("b",), other)]
    for said in ({"a": x, "b": y} for x in (True, False) for y in (True, False)):
        assert agrees(plays, said) == (said == {"a": one, "b": other})
    # Two checks of one leg have to pass both.
    assert agrees([*plays, play(("b",), False)], {"a": one, "b": False})
    assert not agrees([*plays, play(("b",), False)], {"a": one, "b": True})


def test_what_breaks_has_to_be_ruled_out_where_any_strategy_is_allowed():
    asked = []

    def possible(given):
        asked.append(given)
        return {"a": SimpleNamespace(holds=True), "b": SimpleNamespace(holds=False)}

    plays = [play(("a", "b"), False)]
    found = certified(theory(plays, possible), "the question", {"a": margin(True), "b": margin(False)})
    assert found.agrees
    assert list(found.excluded) == ["b"]
    assert asked == ["the question"]
    assert [one.holds for one in found.of("a")] == [False]
    assert [one.holds for one in found.of("b")] == [False, False]
    assert found.of("b")[1] is found.excluded["b"]
    # That a leg which breaks is not ruled out shows; nothing is asked where all hold.
    assert not agrees(plays, {"a": False, "b": True}, possible)
    asked.clear()
    assert agrees([play(("a", "b"), True)], {"a": True, "b": True}, possible)
    assert asked == []


def test_each_leg_rests_on_the_strategies_about_it():
    plays = [play(("a",), True, 0.5), play(("a", "b"), True, 0.25), play(("b",), True)]
    found = certified(theory(plays), None, {"a": margin(True), "b": margin(True)})
    assert found.plays == tuple(plays)
    assert found.of("a") == (plays[0].verdict, plays[1].verdict)
    assert found.of("b") == (plays[1].verdict, plays[2].verdict)
    # 9 less (1 - d) 10 + d 3, and 3 less (1 - d) + 3 d, the least of the strategies about the leg.
    assert found.by_class("a") == {"kept": pytest.approx(0.75), "over": pytest.approx(1.0)}
    assert found.by_class("b") == {"kept": pytest.approx(0.75), "over": pytest.approx(1.5)}
    assert found.by_class("c") == {}


def test_in_a_world_that_moves_the_same_is_compared():
    def kept(legs, holds):
        return Play(legs, None, None, lambda: SimpleNamespace(holds=holds))

    def possible(moving):
        return {leg: SimpleNamespace(holds=moving == "open") for leg in ("a", "b")}

    for passes in (True, False):
        for said in ({"a": True, "b": True}, {"a": True, "b": False}):
            found = {leg: margin(holds) for leg, holds in said.items()}
            for world in ("open", "shut"):
                one = certified(theory([kept(("a", "b"), passes)], possible), world, found)
                assert one.agrees == ((passes == said["b"]) and (said["b"] or world == "shut"))
                assert set(one.excluded) == {leg for leg in said if not said[leg]}
                assert one.by_class("a") == {}
