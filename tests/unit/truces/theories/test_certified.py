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
