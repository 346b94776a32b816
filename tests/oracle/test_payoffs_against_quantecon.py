"""Payoff sets beside quantecon's, where it is right.

Its Abreu-Sannikov needs threats started at the pure minmax to be fast, a set with interior, and payoffs for
which rounding does not multiply the points of a profile: its buffers hold four, and it checks none. So it can
corrupt the memory of its process, and runs in one of its own here; a game at which that dies is skipped.
"""

import json

import numpy as np
import pytest

import negotiation as ng
from negotiation.game_theory.games import RepeatedGame, StageGame
from negotiation.game_theory.solutions.bounded_set import distance_to_polygon
from negotiation.game_theory.solvers.payoff_sets.equilibrium_payoffs import equilibrium_payoffs
from tests.command import python

pytest.importorskip("quantecon")

NEAR = 1e-6
PEER = """
import json, sys, warnings
import numpy as np, quantecon.game_theory as gt
warnings.simplefilter("ignore")
for line in sys.stdin:
    case = json.loads(line)
    game = gt.RepeatedGame(gt.NormalFormGame(np.array(case["payoffs"], dtype=float)), case["delta"])
    try:
        hull = game.equilibrium_payoffs(options={"u_init": np.array(case["minmax"])})
        print(json.dumps(hull.points[hull.vertices].tolist()), flush=True)
    except Exception:
        print("null", flush=True)
"""
DELTAS = (0.3, 0.5, 0.7)
SHAPES = ((2, 2), (3, 3), (4, 6), (12, 9))


def minmax(payoffs):
    return [float(payoffs[..., 0].max(axis=0).min()), float(payoffs[..., 1].max(axis=1).min())]


def ask_quantecon(cases):
    """Return quantecon's vertices for each (payoffs, delta), or None where its process died or failed."""
    lines = [
        json.dumps({"payoffs": payoffs.tolist(), "delta": delta, "minmax": minmax(payoffs)})
        for payoffs, delta in cases
    ]
    answers = []
    while len(answers) < len(lines):
        done = python("-c", PEER, input="\n".join(lines[len(answers) :]))
        answers += [found and np.array(found) for found in map(json.loads, done.stdout.splitlines())]
        if len(answers) < len(lines):
            answers.append(None)
    return answers


def random_games(shape, delta):
    rng = np.random.default_rng([*shape, int(10 * delta)])
    return [rng.random((*shape, 2)) for _ in range(40)]


def cournot(count):
    quantity = np.linspace(0.0, 6.0, count)
    price = np.maximum(6.0 - quantity[:, None] - quantity, 0.0)
    return np.stack([price * quantity[:, None], price * quantity], axis=-1)


def published():
    return ng.catalogue()["abreu-sannikov-2014"].game().stage.payoffs


def ours(payoffs, delta):
    return equilibrium_payoffs(RepeatedGame(StageGame(payoffs), delta))


LARGER = {
    **{f"random 36x72 at {d}": (np.random.default_rng(4).random((36, 72, 2)), d) for d in (0.3, 0.6, 0.9)},
    **{f"Cournot {count} at {delta}": (cournot(count), delta) for count in (15, 30) for delta in (0.3, 0.6)},
    "Abreu and Sannikov at 0.3": (published(), 0.3),
}


@pytest.fixture(scope="module")
def answers():
    """Return the answers to random and larger games, asked at once: to load quantecon takes long."""
    at_random = [
        (payoffs, delta)
        for shape in SHAPES
        for delta in DELTAS
        for payoffs in random_games(shape, delta)
        if len(ours(payoffs, delta).outer) > 2
    ]
    found = iter(ask_quantecon([*at_random, *LARGER.values()]))
    return [(case, next(found)) for case in at_random], {name: next(found) for name in LARGER}


def assert_agree(payoffs, delta, peer):
    found = ours(payoffs, delta)
    assert found.status == "complete"
    assert all(distance_to_polygon(vertex, found.outer) <= NEAR for vertex in peer)
    assert all(distance_to_polygon(vertex, peer) <= NEAR for vertex in found.inner)


@pytest.mark.parametrize("delta", DELTAS)
@pytest.mark.parametrize("shape", SHAPES)
def test_random_games(shape, delta, answers):
    chosen = [
        (payoffs, peer)
        for (payoffs, at), peer in answers[0]
        if payoffs.shape[:2] == shape and at == delta and peer is not None
    ]
    assert chosen
    for payoffs, peer in chosen:
        assert_agree(payoffs, delta, peer)


@pytest.mark.parametrize("name", LARGER)
def test_larger_games(name, answers):
    peer = answers[1][name]
    if peer is None:
        pytest.skip("quantecon failed at this game, or its process died")
    assert_agree(*LARGER[name], peer)
