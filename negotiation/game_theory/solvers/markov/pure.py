"""Pure Markov perfect equilibria: all of them in small games, and by best replies in turn in large ones.

Small games: every pure Markov profile is tried (`kernels/pure.py`). Large ones: from a pure profile each
player in turn takes a best reply, found by policy iteration (Howard 1960), until nobody changes; then nobody
gains by any deviation. Play may also turn in a circle, which is reported. Cost of a reply: a few linear
systems of the size of the state space.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import inf, prod
from time import monotonic

import numpy as np

from negotiation.base.numeric import FloatArray, IntArray
from negotiation.game_theory.games import StochasticGame
from negotiation.game_theory.solvers.markov.logit import LogitMarkov, PathEnd
from negotiation.game_theory.solvers.markov.numerics import NUMERICS
from negotiation.game_theory.solvers.markov.solution import MarkovEquilibrium, certified_equilibrium
from negotiation.game_theory.strategies.markov_strategy import MarkovStrategy, pure_markov_strategy


def pure_profiles(game: StochasticGame) -> int:
    """Return the number of pure Markov profiles."""
    return prod(prod(stage.n_actions) for stage in game.stages)


def all_pure(setting: LogitMarkov) -> tuple[list[MarkovEquilibrium], int]:
    """Return the pure Markov perfect equilibria, and how many there are, which may be more."""
    from negotiation.game_theory.solvers.markov.kernels.pure import pure_markov

    game = setting.game
    rows = np.empty((NUMERICS.most_equilibria, game.n_states), dtype=np.intp)
    count = pure_markov(setting.arrays, _strides(game), rows)
    proposed = [_strategy(game, found) for found in rows[:count]]
    certified = [certified_equilibrium(game, strategy, "all pure profiles") for strategy in proposed]
    kept = [equilibrium for equilibrium in certified if equilibrium is not None]
    return kept, count - len(proposed) + len(kept)


def best_replies_in_turn(setting: LogitMarkov, rows: IntArray, name: str, ends_at: float = inf) -> PathEnd:
    """Return the equilibrium in which best replies in turn from a pure profile come to rest.

    Shapes: `rows` (S,).
    """
    game, strides = setting.game, _strides(setting.game)
    players = [_Player(setting, i, strides[:, i]) for i in range(game.n_players)]
    seen: set[bytes] = set()
    for turn in range(NUMERICS.most_rounds):
        before = rows
        for player in players:
            if monotonic() > ends_at:
                return PathEnd(None, f"{name}: stopped after {turn} rounds, at the deadline")
            rows = player.reply(rows)
        if np.array_equal(rows, before):
            found = certified_equilibrium(game, _strategy(game, rows), name)
            return PathEnd(found, f"{name}: {'rest' if found else 'no certified rest'} after {turn} rounds")
        if rows.tobytes() in seen:
            return PathEnd(None, f"{name}: best replies turn in a circle after {turn} rounds")
        seen.add(rows.tobytes())
    return PathEnd(None, f"{name}: no rest after {NUMERICS.most_rounds} rounds of best replies")


def random_rows(game: StochasticGame, generator: np.random.Generator) -> IntArray:
    """Return a pure profile drawn uniformly, as a row for each state."""
    rows: IntArray = generator.integers(game.offsets[:-1], game.offsets[1:]).astype(np.intp)
    return rows


@dataclass(frozen=True, eq=False)
class _Player:
    setting: LogitMarkov
    i: int
    strides: IntArray

    def reply(self, rows: IntArray) -> IntArray:
        """Return the rows after the player's best reply to the others' part of a profile."""
        arrays, i = self.setting.arrays, self.i
        own = arrays.slots[rows, i] - arrays.ends[:, i]
        bases = rows - own * self.strides
        counts = arrays.ends[:, i + 1] - arrays.ends[:, i]
        owner = np.repeat(np.arange(len(rows)), counts)
        actions = np.arange(len(owner)) - np.repeat(np.cumsum(counts) - counts, counts)
        choices = bases[owner] + actions * self.strides[owner]
        move, flow = self._dense(choices), arrays.payoffs[choices, i]
        first = np.cumsum(counts) - counts
        policy = first + own
        while True:
            q = flow + arrays.deltas[i] * (move @ self._advantages(move[policy], flow[policy]))
            best = np.maximum.reduceat(q, first)
            better = best > q[policy] + NUMERICS.improvement
            if not better.any():
                replied: IntArray = choices[policy]
                return replied
            for s in np.flatnonzero(better):
                policy[s] = first[s] + int(q[first[s] : first[s] + counts[s]].argmax())

    def _dense(self, rows: IntArray) -> FloatArray:
        from scipy.sparse import csr_array

        arrays = self.setting.arrays
        whole = csr_array(
            (arrays.chances, arrays.indices, arrays.indptr), shape=(len(arrays.payoffs), len(arrays.ends))
        )
        dense: FloatArray = np.asarray(whole[rows].toarray(), dtype=np.float64)
        return dense

    def _advantages(self, move: FloatArray, flow: FloatArray) -> FloatArray:
        system = np.eye(len(flow), dtype=np.float64)
        system -= self.setting.arrays.deltas[self.i] * move
        system[:, 0] = 1.0
        levels: FloatArray = np.linalg.solve(system, flow).astype(np.float64)
        levels[0] = 0.0
        return levels


def _strides(game: StochasticGame) -> IntArray:
    return np.array(
        [[prod(stage.n_actions[i + 1 :]) for i in range(game.n_players)] for stage in game.stages]
    )


def _strategy(game: StochasticGame, rows: IntArray) -> MarkovStrategy:
    profiles = [
        [int(a) for a in np.unravel_index(int(row - first), stage.n_actions)]
        for row, first, stage in zip(rows, game.offsets, game.stages, strict=False)
    ]
    return pure_markov_strategy(game, profiles)
