"""Figures of relational contracts: what is drawn of a negotiation equilibrium and of a simplex."""

import numpy as np
import pytest

import negotiation as ng
from negotiation.game_theory.games.catalogue.dynamic_games import arms_race


def texts(axis):
    return [text.get_text() for text in axis.texts]


def arrows(axis):
    return [patch for patch in axis.patches if type(patch).__name__ == "FancyArrowPatch"]


def test_each_move_that_is_agreed_on_has_an_arrow_with_its_chance():
    found = ng.negotiation_equilibrium(arms_race(), negotiation_probability=0.65, horizon=50)
    axis = found.plot()
    moves = [
        (s, t, p)
        for s in range(16)
        for t, p in zip(
            *found.game.transitions.row(found.game.offsets[s] + found.positions[s, 0]), strict=True
        )
        if t != s and p >= 0.005
    ]
    assert len(arrows(axis)) == len(moves)
    assert {f"{float(p):.2g}" for _, _, p in moves if p < 1} <= set(texts(axis))


@pytest.mark.long
def test_a_simplex_has_a_panel_for_each_pair():
    pay = np.random.default_rng(1).integers(0, 9, (2, 2, 2, 2, 4))
    found = ng.equilibrium_payoffs(ng.RepeatedGame(ng.StageGame(pay), 0.9), transfers=True)
    shown = [axis for axis in found.plot().figure.axes if axis.get_xlabel()]
    shown += [axis for axis in found.plot().child_axes if axis.get_xlabel()]
    assert len(shown) == 6
