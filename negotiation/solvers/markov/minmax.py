"""Minmax values of a stochastic game: what the others can hold a player down to, from every state.

Player i's values are the fixed point of the contraction (Shapley 1953, for the mixed case)

    (T v)(s) = val_s [(1 - delta_i) u_i + delta_i sum_s' P(s') v(s')]

where val_s is min over the others' pure profiles of max over i's actions (i replies to what they choose), or
with mixing, for two players, the value of the zero-sum game in the state. Instead of plain value iteration
the punishers' choices at v are held fixed, and the player's best reply to them, by policy iteration, gives
the next v, which never rises (Hoffman and Karp 1966). However v was found, |v - v*| is at most
max |T v - v| / (1 - delta_i): that is the bound that is reported, with T v between what the punisher's and
the player's own mixes guarantee. Cost: some tens of rounds, each one small game a state (a linear program
with mixing) and a few linear systems of the size of the state space.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from negotiation.errors import InvalidGame, UnknownPlayer, UnknownState
from negotiation.games import StochasticGame
from negotiation.labelled import Table, Tabular
from negotiation.numeric import FloatArray, payoff_scale, read_only
from negotiation.solvers.stage.minmax import zero_sum_minmax
from negotiation.status import Status

if TYPE_CHECKING:
    from scipy.sparse import csr_array

ROUNDS = 1000
"""Most rounds for a player."""


@dataclass(frozen=True, eq=False)
class StochasticMinmax(Tabular):
    """Minmax values by state and player.

    Parameters
    ----------
    values : array, shape (S, N)
        Average discounted payoffs; the bound says how near.
    bounds : array, shape (N,)
        Largest distance of a player's values from the true ones that is possible, from the residual of the
        fixed point; rounding of the sums is not in it.
    punishments : tuple of tuples
        By player and state, what holds the player down: the others' profile of action labels in the order of
        the players (None for the player), or with mixing the opponent's probabilities.
    states, players : tuple of str
        Labels.
    mixed : bool
        Whether the punisher may mix.
    status, reason : str
        `partial` where the rounds did not suffice; the bound holds all the same.
    """

    values: FloatArray
    bounds: FloatArray
    punishments: tuple[tuple[object, ...], ...]
    states: tuple[str, ...]
    players: tuple[str, ...]
    mixed: bool
    status: Status
    reason: str
    method: str = "policy iteration on Shapley's operator"

    def __getitem__(self, key: tuple[str, str]) -> float:
        state, player = key
        if state not in self.states:
            raise UnknownState(state, self.states)
        if player not in self.players:
            raise UnknownPlayer(player, self.players)
        return float(self.values[self.states.index(state), self.players.index(player)])

    def table(self) -> Table:
        """Return one row for each state."""
        rows = tuple(
            (state, *(float(v) for v in row)) for state, row in zip(self.states, self.values, strict=True)
        )
        title = f"{'mixed' if self.mixed else 'pure'} minmax of a stochastic game: {self.status}"
        return Table(f"{title} ({self.reason})", ("state", *self.players), rows)


def stochastic_minmax(
    game: StochasticGame, *, mixed: bool = False, tolerance: float = 1e-12
) -> StochasticMinmax:
    """Return the minmax values of every player from every state.

    Parameters
    ----------
    game : StochasticGame
        Any number of players for pure punishers.
    mixed : bool, optional
        Whether the punisher may mix; for two players only.
    tolerance : float, optional
        Change of values, in payoff ranges, at which to stop.

    Returns
    -------
    StochasticMinmax
        Values, their proven error, and the punishments.

    Raises
    ------
    InvalidGame
        If `mixed` is asked for with other than two players: the punishers' independent mixing is then not a
        linear program.

    Examples
    --------
    >>> pennies = [[[[1, -1], [-1, 1]], [[-1, 1], [1, -1]]]]
    >>> game = StochasticGame(pennies, np.ones((1, 2, 2, 1)), 0.9)
    >>> stochastic_minmax(game).values.tolist()
    [[1.0, 1.0]]
    >>> bool(abs(stochastic_minmax(game, mixed=True)["0", "0"]) < 1e-12)
    True
    """
    if mixed and game.n_players != 2:
        raise InvalidGame(f"mixed minmax is for two players; the game has {game.n_players}. Use mixed=False")
    held = [_Held(game, i, mixed) for i in range(game.n_players)]
    found = [player.solve(tolerance) for player in held]
    done = all(finished for *_, finished in found)
    values, bounds = np.stack([v for v, *_ in found], axis=1), np.array([bound for _, bound, *_ in found])
    read_only(values)
    read_only(bounds)
    return StochasticMinmax(
        values,
        bounds,
        tuple(punishments for *_, punishments, _ in found),
        game.states,
        game.players,
        mixed,
        "complete" if done else "partial",
        f"values within {bounds.max():.2g}" if done else f"stopped after {ROUNDS} rounds",
    )


class _Held:
    """One player who is held down."""

    def __init__(self, game: StochasticGame, player: int, mixed: bool) -> None:
        from scipy.sparse import csr_array

        flow = game.flat_payoffs()[:, player]
        self.game, self.i, self.mixed = game, player, mixed
        self.delta = float(game.discount_factors[player])
        self.rounding = 1e-14 / (1.0 - self.delta)
        self.low, self.scale = float(flow.min()), payoff_scale(flow)
        self.flow = (flow - self.low) / self.scale
        moves = game.transitions
        self.moves: csr_array[Any] = csr_array(
            (moves.floats(), moves.indices, moves.indptr), shape=(moves.n_rows, moves.n_states)
        )

    def solve(self, tolerance: float) -> tuple[FloatArray, float, tuple[object, ...], bool]:
        """Return values, their bound, the punishments, and whether the rounds sufficed."""
        values, finished = np.ones(self.game.n_states), False
        for _ in range(ROUNDS):
            _, mixes = self.operator(values)
            after = self.best_reply(mixes, values)
            finished = bool(np.abs(after - values).max() <= max(tolerance, self.rounding))
            values = after
            if finished:
                break
        image, mixes = self.operator(values)
        least = self.guaranteed(values) if self.mixed else image
        off = max(float(np.abs(image - values).max()), float(np.abs(least - values).max()))
        bound = self.scale * off / (1.0 - self.delta)
        return self.low + self.scale * values, bound, self.named(mixes), finished

    def matrices(self, values: FloatArray) -> list[FloatArray]:
        """Return for each state what own actions (rows) give against the others' profiles (columns)."""
        q = (1.0 - self.delta) * self.flow + self.delta * (self.moves @ values)
        offsets = self.game.offsets
        return [
            np.moveaxis(q[offsets[s] : offsets[s + 1]].reshape(stage.n_actions), self.i, 0).reshape(
                stage.n_actions[self.i], -1
            )
            for s, stage in enumerate(self.game.stages)
        ]

    def operator(self, values: FloatArray) -> tuple[FloatArray, list[FloatArray]]:
        """Return T v, and the punishers' choice in each state as a mix of the others' profiles."""
        image, mixes = np.empty(len(values)), []
        for s, matrix in enumerate(self.matrices(values)):
            if self.mixed and min(matrix.shape) > 1:
                image[s], mix = zero_sum_minmax(matrix)
            else:
                best = matrix.max(axis=0)
                mix = np.zeros(len(best))
                mix[int(best.argmin())] = 1.0
                image[s] = best.min()
            mixes.append(mix)
        return image, mixes

    def guaranteed(self, values: FloatArray) -> FloatArray:
        """Return what the player can guarantee in each state by mixing, when `values` follow."""
        return np.array([-zero_sum_minmax(-matrix.T)[0] for matrix in self.matrices(values)])

    def best_reply(self, mixes: list[FloatArray], values: FloatArray) -> FloatArray:
        """Return the values of the player's best reply to punishers who stay with their choice."""
        offsets, stages = self.game.offsets, self.game.stages
        flows, moves = [], []
        for s, (stage, mix) in enumerate(zip(stages, mixes, strict=True)):
            rows = np.arange(offsets[s], offsets[s + 1]).reshape(stage.n_actions)
            own = np.moveaxis(rows, self.i, 0).reshape(stage.n_actions[self.i], -1)
            played = np.flatnonzero(mix)
            flows.append(self.flow[own[:, played]] @ mix[played])
            dense = self.moves[own[:, played].ravel()].toarray().reshape(len(own), len(played), -1)
            moves.append(np.einsum("apt,p->at", dense, mix[played]))
        policy: list[int] = []
        while True:
            greedy = [
                int(((1.0 - self.delta) * flow + self.delta * (move @ values)).argmax())
                for flow, move in zip(flows, moves, strict=True)
            ]
            chosen = np.stack([move[a] for move, a in zip(moves, greedy, strict=True)])
            flow = np.array([row[a] for row, a in zip(flows, greedy, strict=True)])
            system: FloatArray = np.eye(len(flow)) - self.delta * chosen
            after: FloatArray = np.linalg.solve(system, (1.0 - self.delta) * flow).astype(np.float64)
            if greedy == policy or (policy and np.max(after - values) <= self.rounding):
                return after
            policy, values = greedy, after

    def named(self, mixes: list[FloatArray]) -> tuple[object, ...]:
        """Return the punishers' choices by label, or as the opponent's probabilities where one mixes."""
        if self.mixed:
            for mix in mixes:
                read_only(mix)
            return tuple(mixes)
        chosen: list[object] = []
        for stage, mix in zip(self.game.stages, mixes, strict=True):
            counts = [n for j, n in enumerate(stage.n_actions) if j != self.i]
            index = [int(a) for a in np.unravel_index(int(mix.argmax()), counts)] if counts else []
            index.insert(self.i, -1)
            chosen.append(
                tuple(
                    None if j == self.i else labels[a]
                    for j, (a, labels) in enumerate(zip(index, stage.actions, strict=True))
                )
            )
        return tuple(chosen)
