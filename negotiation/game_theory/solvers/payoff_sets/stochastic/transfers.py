"""Pure-strategy subgame-perfect equilibrium payoffs of stochastic games with transfers, two players.

Goldluecke, S. and Kranz, S. (2018), "Discounted stochastic games with voluntary transfers", Economic Theory
66; for one state their "Infinitely repeated games with public monitoring and monetary transfers" (2012). In
every period players first see the state, then may pay each other, or burn money, and then act; they have
all the money that they need. From state s on the payoffs are then, counted before the payments,

    {u : u_i >= v_i(s) for all i, sum of u_i <= U(s)},

with the joint payoff U and the worst payoffs v_i the largest solution of

    U(s)   = max over a in A(s) of (1 - delta) G(s, a) + delta sum P(s'|s, a) U(s'),  G the sum of payoffs,
    v_i(s) = min over a in A(s) of max over a_i' of (1 - delta) g_i + delta sum P(s'|s, a_i', a_-i) v_i(s'),
    A(s)   = {a : (1 - delta) G + delta sum P U >= sum over i of the max of the line before}.

The search starts with all profiles and drops those that are not in A, which lowers U and raises v, until none
is dropped: the result is exact, not a bound. Sums short of the boundary are reached by burning money; without
it they need not be. The set holds the one without transfers, whose every payoff is one of these.

Cost: at most one round for each profile, as a rule a few; a round is three Markov programs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from negotiation.base.numeric import KNIFE_EDGE, BoolArray, IntArray, read_only
from negotiation.base.status import Status
from negotiation.errors import InvalidGame
from negotiation.game_theory.games import RepeatedGame, StochasticGame
from negotiation.game_theory.solutions.state_payoff_set import StatePayoffSet, StatePayoffSets
from negotiation.game_theory.solutions.transfer_payoff_set import (
    StateTransferSet,
    TransferPayoffSet,
    triangle,
)
from negotiation.game_theory.solvers.payoff_sets.common.budget import never
from negotiation.game_theory.solvers.payoff_sets.common.own_ranges import states_from_own_bases
from negotiation.game_theory.solvers.payoff_sets.stochastic.compressed_game import (
    CompressedGame,
    compressed_game,
)
from negotiation.game_theory.solvers.payoff_sets.stochastic.numerics import NUMERICS

if TYPE_CHECKING:
    from negotiation.game_theory.solvers.payoff_sets.stochastic.kernels.transfers import Enforced


from collections.abc import Sequence
from fractions import Fraction

from negotiation.base.numeric import ObjectArray

METHOD = "goldluecke_kranz"


@states_from_own_bases
def payoffs_with_transfers(game: StochasticGame, stop: BoolArray | None = None) -> StatePayoffSets:
    """Return the pure-strategy subgame-perfect payoffs of every state with transfers and money burning."""
    compressed = compressed_game(game)
    alive, stop = np.ones(len(compressed.payoffs), dtype=np.bool_), never() if stop is None else stop
    result = _enforced(compressed, alive, stop)
    exact = game.is_rational and game.n_states <= NUMERICS.rational_states
    while exact and not stop[0]:
        near = np.flatnonzero(alive & (result.liquidity <= NUMERICS.doubtful * compressed.size))
        if not len(near):
            break
        short = exact_liquidity(game, near, result.policy, _punishing(compressed, alive, result)) < 0
        if not short.any():
            break
        alive[near[short]] = False
        result = _enforced(compressed, alive, stop)
    sets = _labelled(game, compressed, alive, result, exact, bool(stop[0]))
    return StatePayoffSets(game, sets, sets[0].status, METHOD, sets[0].reason)


def _enforced(compressed: CompressedGame, alive: BoolArray, stop: BoolArray) -> Enforced:
    from negotiation.game_theory.solvers.payoff_sets.stochastic.kernels.transfers import enforced

    result: Enforced = enforced(compressed, alive, KNIFE_EDGE * compressed.size, stop)
    return result


def _punishing(
    compressed: CompressedGame, alive: BoolArray, result: Enforced
) -> list[tuple[IntArray, IntArray]]:
    """Return for each player the rows that hold him down, and those to which he departs."""
    from negotiation.game_theory.solvers.payoff_sets.stochastic.kernels.transfers import punishing

    return [punishing(compressed, i, alive, result.empty, result.worst[:, i].copy()) for i in (0, 1)]


def _labelled(
    game: StochasticGame,
    compressed: CompressedGame,
    alive: BoolArray,
    result: Enforced,
    exact: bool,
    late: bool,
) -> tuple[StatePayoffSet, ...]:
    held = [rows for rows, _ in _punishing(compressed, alive, result)]
    reason = f"{int(alive.sum())} of {len(alive)} profiles enforced" + (
        ", knife edges exact" if exact else ""
    )
    status: Status = "complete"
    if 1.0 - max(game.float_discount_factors) < NUMERICS.least_impatience:
        status, reason = "partial", f"{reason}; so close to 1 that floats lose digits of worst payoffs"
    if late:
        status, reason = "partial", f"{reason}; time was up before it was known that no more fall"
    parts: list[StatePayoffSet] = []
    for s, label in enumerate(game.states):
        low, high, plan = result.worst[s] + compressed.shift, -np.inf, None
        if not result.empty[s]:
            high = float(result.joint[s] + compressed.shift.sum())
            first, second, third = (int(rows[s] - game.offsets[s]) for rows in (result.policy, *held))
            plan = (first, second, third)
        corners = triangle(high, low, KNIFE_EDGE * compressed.size)
        nothing = (np.empty(0, dtype=np.intp), np.empty((0, 2)))
        read_only(low, corners, *nothing)
        parts.append(
            StateTransferSet(
                game, label, corners, corners[:0] if late else corners, low, *nothing, status, METHOD, reason,
                result.rounds, 0.0, compressed.size, np.inf if late else 0.0, True, high, plan,
            )
        )  # fmt: skip
    return tuple(parts)


def _one_state(game: RepeatedGame) -> StochasticGame:
    """Return a repeated game as the stochastic game of one state.

    Examples
    --------
    >>> from negotiation.game_theory.games import StageGame
    >>> _one_state(RepeatedGame(StageGame([[[0, 0]]]), 0.5)).states
    ('0',)
    """
    if game.monitoring is not None:
        raise InvalidGame(
            "this method needs perfect monitoring, but the game has a public signal; use "
            "`equilibrium_payoffs` with transfers=True"
        )
    transitions = np.ones((1, *game.stage.n_actions, 1), dtype=np.int64)
    return StochasticGame.from_stages({"0": game.stage}, transitions, game.discount_factor)


def repeated_payoffs_with_transfers(game: RepeatedGame, stop: BoolArray | None = None) -> TransferPayoffSet:
    """Return the pure-strategy subgame-perfect payoffs of a repeated game with transfers and money burning.

    Examples
    --------
    >>> from negotiation.game_theory.games import StageGame
    >>> stage = StageGame.from_matrices([[9, 1], [10, 3]], [[9, 10], [1, 3]])
    >>> repeated_payoffs_with_transfers(RepeatedGame(stage, 0.5)).vertices.tolist()
    [[3.0, 3.0], [15.0, 3.0], [3.0, 15.0]]
    """
    (part,) = payoffs_with_transfers(_one_state(game), stop).sets
    assert isinstance(part, StateTransferSet)  # noqa: S101 - it makes no others
    return TransferPayoffSet(
        game, part.outer, part.inner, part.threats, part.profiles, part.continuations, part.status,
        part.method, part.reason, part.iterations, part.residual, part.size, part.gap, True,
        part.joint, part.plan,
    )  # fmt: skip


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
        result: Fraction = (1 - self.delta) * payoffs[row] + self.delta * expected
        return result

    def departures(self, row: int, player: int) -> list[int]:
        """Return the rows that a player can make of a row, itself among them."""
        state = int(np.searchsorted(self.game.offsets, row, side="right")) - 1
        first, counts = int(self.game.offsets[state]), self.game.stages[state].n_actions
        profile = [int(k) for k in np.unravel_index(row - first, counts)]
        positions = []
        for action in range(counts[player]):
            profile[player] = action
            positions.append(first + int(np.ravel_multi_index(profile, counts)))
        return positions

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
        result = np.empty(count, dtype=object)
        result[:] = [row[count] for row in system]
        return result
