"""The room for transfers that a profile leaves, in rational numbers, at given policies."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import numpy as np

from negotiation.base.numeric import IntArray, ObjectArray
from negotiation.game_theory.games import StochasticGame


def exact_liquidity(
    game: StochasticGame,
    rows: IntArray,
    cooperation: IntArray,
    punishments: Sequence[tuple[IntArray, IntArray]],
) -> ObjectArray:
    """Return, for each row given, its joint payoff less what departing is worth to each player.

    Shapes: `cooperation` (S,), `punishments` (S,).
    """
    table = _Table(game)
    joint = table.values(cooperation, table.payoffs.sum(axis=1))
    worst = [table.values(replies, table.payoffs[:, i]) for i, (_, replies) in enumerate(punishments)]
    out = np.empty(len(rows), dtype=object)
    for k, r in enumerate(rows.tolist()):
        out[k] = table.value(r, table.payoffs.sum(axis=1), joint)
        for i, values in enumerate(worst):
            out[k] -= max(table.value(q, table.payoffs[:, i], values) for q in table.departures(r, i))
    return out


class _Table:
    """The game's rows in rational numbers."""

    def __init__(self, game: StochasticGame) -> None:
        self.game = game
        self.delta = game.exact_discount_factors[0]
        self.payoffs = np.concatenate(
            [stage.exact_payoffs().reshape(-1, game.n_players) for stage in game.stages]
        )
        self.chances = game.transitions.exact()

    def after(self, row: int) -> list[tuple[int, Fraction]]:
        """Return the states that follow a row, with their probabilities."""
        part = slice(self.game.transitions.indptr[row], self.game.transitions.indptr[row + 1])
        states = self.game.transitions.indices[part].tolist()
        return [(s, p) for s, p in zip(states, self.chances[part], strict=True) if p > 0]

    def value(self, row: int, payoffs: ObjectArray, values: ObjectArray) -> Fraction:
        """Return (1 - delta) times a row's payoff plus delta times the expected value."""
        expected = sum((p * values[s] for s, p in self.after(row)), start=Fraction(0))
        found: Fraction = (1 - self.delta) * payoffs[row] + self.delta * expected
        return found

    def departures(self, row: int, player: int) -> list[int]:
        """Return the rows that a player can make of a row, itself among them."""
        state = int(np.searchsorted(self.game.offsets, row, side="right")) - 1
        first, counts = int(self.game.offsets[state]), self.game.stages[state].n_actions
        profile = [int(k) for k in np.unravel_index(row - first, counts)]
        found = []
        for action in range(counts[player]):
            profile[player] = action
            found.append(first + int(np.ravel_multi_index(profile, counts)))
        return found

    def values(self, policy: IntArray, payoffs: ObjectArray) -> ObjectArray:
        """Return the values of playing one row in each state, by elimination."""
        count = len(policy)
        system = [[Fraction(int(s == t)) for t in range(count)] for s in range(count)]
        for s, row in enumerate(policy.tolist()):
            for t, p in self.after(row):
                system[s][t] -= self.delta * p
            system[s].append((1 - self.delta) * payoffs[row])
        for k in range(count):
            head = system[k][k]
            system[k] = [entry / head if entry else entry for entry in system[k]]
            for s in range(count):
                factor = system[s][k]
                if s != k and factor:
                    system[s] = [
                        a - factor * b if b else a for a, b in zip(system[s], system[k], strict=True)
                    ]
        found = np.empty(count, dtype=object)
        found[:] = [row[count] for row in system]
        return found
