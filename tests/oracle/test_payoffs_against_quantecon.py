"""Payoff sets beside quantecon's, where it is right; and where it is not.

Its Abreu-Sannikov needs threats started at the pure minmax to be fast, a set with interior, and payoffs for
which rounding does not multiply the points of a profile: its buffers hold four, and it checks none. Games
with generic payoffs are safe; those with ties can corrupt memory and are tried in a process of their own.
"""

import subprocess
import sys
import warnings

import numpy as np
import pytest

from negotiation.games import RepeatedGame, StageGame
from negotiation.solvers.equilibrium_payoffs import equilibrium_payoffs
from negotiation.solvers.plane import distance_to_polygon
from negotiation.solvers.verify import verify

theory = pytest.importorskip("quantecon.game_theory")
scipy_spatial = pytest.importorskip("scipy.spatial")

NEAR = 1e-6
AT_A_POINT = """
import numpy as np, quantecon.game_theory as gt
game = gt.NormalFormGame(np.array({payoffs}, dtype=float))
gt.RepeatedGame(game, {delta}).equilibrium_payoffs(options={{"u_init": np.array({minmax}, dtype=float)}})
"""


def minmax(payoffs):
    return np.array([payoffs[..., 0].max(axis=0).min(), payoffs[..., 1].max(axis=1).min()], dtype=float)


def of_quantecon(payoffs, delta):
    """Return the vertices of quantecon's set, counter-clockwise."""
    game = theory.RepeatedGame(theory.NormalFormGame(payoffs), delta)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        hull = game.equilibrium_payoffs(options={"u_init": minmax(payoffs)})
    return hull.points[hull.vertices]


def compared(payoffs, delta):
    found = equilibrium_payoffs(RepeatedGame(StageGame(payoffs), delta))
    assert found.status == "complete"
    peer = of_quantecon(payoffs, delta)
    assert all(distance_to_polygon(vertex, found.outer) <= NEAR for vertex in peer)
    assert all(distance_to_polygon(vertex, peer) <= NEAR for vertex in found.inner)
    return found


@pytest.mark.parametrize("delta", [0.3, 0.5, 0.7])
@pytest.mark.parametrize("shape", [(2, 2), (3, 3), (4, 6), (12, 9)])
def test_random_games(shape, delta):
    rng = np.random.default_rng([*shape, int(10 * delta)])
    tried = 0
    for _ in range(40):
        payoffs = rng.random((*shape, 2))
        found = equilibrium_payoffs(RepeatedGame(StageGame(payoffs), delta))
        if len(found.outer) > 2:
            compared(payoffs, delta)
            tried += 1
    assert tried


@pytest.mark.parametrize("delta", [0.3, 0.6, 0.9])
def test_a_larger_random_game(delta):
    compared(np.random.default_rng(4).random((36, 72, 2)), delta)


@pytest.mark.parametrize("delta", [0.3, 0.6])
@pytest.mark.parametrize("count", [15, 30])
def test_cournot(count, delta):
    quantity = np.linspace(0.0, 6.0, count)
    price = np.maximum(6.0 - quantity[:, None] - quantity, 0.0)
    compared(np.stack([price * quantity[:, None], price * quantity], axis=-1), delta)


def test_the_published_game():
    first = np.array([[16.0, 3, 0], [21, 10, -1], [9, 5, -5]])
    second = np.array([[9.0, 1, 0], [13, 4, -4], [3, 0, -15]])
    found = compared(np.stack([first, second.T], axis=-1), 0.3)
    assert len(found.vertices) == 6


@pytest.mark.parametrize(
    ("payoffs", "delta", "vertices"),
    [
        ([[(9, 9), (1, 10)], [(10, 1), (3, 3)]], 0.1, 1),  # a point
        ([[(4, 4), (0, 0)], [(0, 0), (1, 1)]], 0.5, 2),  # a segment
        ([[(1, -1), (-1, 1)], [(-1, 1), (1, -1)]], 0.9, 0),  # no pure equilibrium
        ([[(5, 5), (5, 5)], [(5, 5), (5, 5)]], 0.5, 1),  # constant
    ],
)
def test_where_the_peer_fails_there_is_a_value(payoffs, delta, vertices):
    threats = minmax(np.array(payoffs)).tolist()
    done = subprocess.run(
        [sys.executable, "-c", AT_A_POINT.format(payoffs=payoffs, delta=delta, minmax=threats)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode != 0
    assert "QhullError" in done.stderr or done.returncode < 0
    found = equilibrium_payoffs(RepeatedGame(StageGame(payoffs), delta))
    assert found.status == "complete"
    assert len(found.vertices) == vertices
    assert verify(found.game, found, exact=True).holds
