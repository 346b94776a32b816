"""Least margins by class of state, worked out by hand."""

import numpy as np
import pytest

import negotiation as ng
from negotiation.strategies import OTHERWISE, Automaton
from negotiation.truces.theories.common.certified import class_margins

# Rows are USA's actions, columns CHN's.
OWN = np.array([[4.0, 1.0, 0.0], [6.0, 2.0, -1.0]])
OTHER = np.array([[5.0, 9.0, 3.0], [0.0, 1.0, 2.0]])
STAGE = ng.StageGame(np.stack([OWN, OTHER], axis=-1), ("USA", "CHN"), [["c", "d"], ["x", "y", "z"]])


def automaton(names=("kept", "a", "b")):
    """What is kept; two answers, each for one period."""
    kept, one, two = names
    actions = {kept: ("c", "x"), one: ("c", "y"), two: ("d", "z")}
    moves = {
        kept: {("d", "x"): one, ("c", "y"): two, ("c", "z"): two, OTHERWISE: kept},
        one: {OTHERWISE: kept},
        two: {("c", "z"): {kept: 0.5, two: 0.5}, OTHERWISE: one},
    }
    return Automaton([kept, one, two], kept, actions, moves)


def by_hand(deltas):
    """Values of the three states and one-shot margins, from the definition."""
    worth = {}
    for i, delta in enumerate(deltas):
        pay = (OWN, OTHER)[i]
        kept = pay[0, 0]
        one = (1 - delta) * pay[0, 1] + delta * kept
        two = (1 - delta) * pay[1, 2] + delta * one
        worth[i] = (kept, one, two)
    (k0, a0, b0), (k1, a1, b1) = worth[0], worth[1]
    d0, d1 = deltas

    def left(value, delta, *departures):
        return value - max((1 - delta) * now + delta * later for now, later in departures)

    return {
        "kept": [left(k0, d0, (OWN[1, 0], a0)), left(k1, d1, (OTHER[0, 1], b1), (OTHER[0, 2], b1))],
        "a": [left(a0, d0, (OWN[1, 1], k0)), left(a1, d1, (OTHER[0, 0], k1), (OTHER[0, 2], k1))],
        "b": [
            left(b0, d0, (OWN[0, 2], 0.5 * k0 + 0.5 * b0)),
            left(b1, d1, (OTHER[1, 0], a1), (OTHER[1, 1], a1)),
        ],
    }


def least(*rows):
    """The least by the size of each player's payoffs, told in the payoffs of whose it is."""
    sizes = (np.ptp(OWN), np.ptp(OTHER))
    return min(((m / sizes[i], m) for row in rows for i, m in enumerate(row)))[1]


@pytest.mark.parametrize("deltas", [(0.5, 0.5), (0.9, 0.9), (0.6, 0.95), (0.95, 0.3)])
def test_the_least_margin_of_each_class_over_its_states_and_both_players(deltas):
    hand = by_hand(deltas)
    found = class_margins(ng.RepeatedGame(STAGE, deltas), automaton())
    assert list(found) == ["kept", "answering"]
    assert found["kept"] == pytest.approx(least(hand["kept"]))
    assert found["answering"] == pytest.approx(least(hand["a"], hand["b"]))
    # The same states under another name are of another class.
    over = class_margins(ng.RepeatedGame(STAGE, deltas), automaton(("kept", "answer", "over")))
    assert list(over) == ["kept", "answering", "over"]
    assert over["answering"] == pytest.approx(least(hand["a"]))
    assert over["over"] == pytest.approx(least(hand["b"]))


@pytest.mark.parametrize("factors", [(1000.0, 1.0), (1.0, 1000.0)])
def test_nobodys_unit_decides_whose_margin_is_the_least(factors):
    stage = ng.StageGame(STAGE.payoffs * np.array(factors), STAGE.players, STAGE.actions)
    found, hand = class_margins(ng.RepeatedGame(stage, (0.6, 0.95)), automaton()), by_hand((0.6, 0.95))
    sizes = (np.ptp(OWN), np.ptp(OTHER))
    for kind, rows in (("kept", [hand["kept"]]), ("answering", [hand["a"], hand["b"]])):
        _, told = min((m / sizes[i], m * factors[i]) for row in rows for i, m in enumerate(row))
        assert found[kind] == pytest.approx(told)
