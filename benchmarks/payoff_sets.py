"""Time payoff sets beside quantecon at its best setting (threats started at pure minmax), in one process.

Warm, one thread, the certified result included. Prints the ratio quantecon / negotiation by game.
"""

import statistics
import time

import numpy as np
from quantecon.game_theory import NormalFormGame, Player
from quantecon.game_theory import RepeatedGame as PeerGame

import negotiation as ng

ABREU_SANNIKOV = (
    np.array([[16.0, 3, 0], [21, 10, -1], [9, 5, -5]]),
    np.array([[9.0, 1, 0], [13, 4, -4], [3, 0, -15]]),
)


def cournot(size):
    quantities = np.linspace(0, 15, size)
    own = quantities[:, None] * (16 - quantities[:, None] - quantities[None, :])
    return own, own


def random_game(rows, columns):
    rng = np.random.default_rng(0)
    return rng.standard_normal((rows, columns)), rng.standard_normal((columns, rows))


GAMES = [
    ("Abreu-Sannikov 3x3", ABREU_SANNIKOV, 0.3),
    *((f"Cournot {n}x{n}", cournot(n), delta) for n in (15, 30, 60) for delta in (0.3, 0.6)),
    *(("random 36x72", random_game(36, 72), delta) for delta in (0.3, 0.6, 0.9)),
]


def median_seconds(work, runs):
    work()
    found = []
    for _ in range(runs):
        began = time.perf_counter()
        work()
        found.append(time.perf_counter() - began)
    return statistics.median(found)


def row(name, matrices, delta):
    own, other = matrices
    ours = ng.RepeatedGame(ng.StageGame.from_matrices(own, other.T), delta)
    peer = PeerGame(NormalFormGame((Player(own), Player(other))), delta)
    start = np.array([own.max(axis=0).min(), other.max(axis=0).min()])
    runs = 200 if own.size < 100 else 9
    mine = median_seconds(lambda: ng.equilibrium_payoffs(ours), runs)
    theirs = median_seconds(lambda: peer.equilibrium_payoffs(options={"u_init": start}), min(runs, 20))
    result = ng.equilibrium_payoffs(ours)
    print(
        f"{name:20} {delta:4}  {1e3 * mine:9.3f} ms  {1e3 * theirs:9.3f} ms  {theirs / mine:7.1f}x  "
        f"{result.status}, gap {result.gap:.1g}"
    )
    return theirs / mine


def growth():
    print("\nprofiles  milliseconds (Cournot, 0.3)")
    for size in (3, 10, 32, 100):
        own, other = cournot(size)
        game = ng.RepeatedGame(ng.StageGame.from_matrices(own, other.T), 0.3)
        print(f"{size * size:8}  {1e3 * median_seconds(lambda g=game: ng.equilibrium_payoffs(g), 3):.3f}")


if __name__ == "__main__":
    print(f"{'game':20} delta  negotiation      quantecon    ratio  result")
    ratios = [row(*case) for case in GAMES]
    rest = [r for (name, _, _), r in zip(GAMES, ratios, strict=True) if "15x15" not in name][1:]
    print(f"geometric mean without the 3x3 and Cournot 15: {statistics.geometric_mean(rest):.1f}x")
    growth()
