"""Values under private readings, and the gains of departures against each reading of the other side.

The public state s is the vector of the states of all readings of both sides. For readings (k_1, k_2),

    V_i(s, k_1, k_2) = (1 - delta_i) u_i(a) + delta_i sum_y P(y | a) V_i(s'(s, y), k_1, k_2),

where a is the action profile that the two readings prescribe in s, and s'(s, y) is the public state after the
signal y. This is a linear system for each pair of readings. A side's payoff is then linear in its belief
about the other side's reading, and so is its gain from a departure (public strategies: Fudenberg and Levine
1994; types that the other side does not observe: Harsanyi 1967). The true regret of a reading is what its
side loses at the start by playing it instead of the best reply to the other side's reading. Cost: (public
states x signals x readings) steps, then one dense system of S equations for each pair of readings.

Beliefs follow Bayes' rule on the public signals. After its own action a and the signal y in public state s,
side i's belief mu about the other side's reading becomes

    mu'(k) proportional to mu(k) P(y | a, a_j(s, k)).

The update is always defined if slips make every signal possible. After a signal that has probability zero at
the current belief, the belief does not change (off the path any belief is admissible). Pairs (s, mu) are
explored breadth first, including a side's own departures, so that play after a departure is also checked.
Cost: one update for each pair, own action and signal.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from negotiation.base.labelled import Table, Tabular
from negotiation.base.numeric import KNIFE_EDGE, FloatArray, IntArray, read_only
from negotiation.base.status import Status
from negotiation.errors import InvalidGame, SizeLimit
from negotiation.game_theory.games import own_units
from negotiation.game_theory.linear_systems import discounted_values
from negotiation.game_theory.solutions.private_readings import PrivateReadings
from negotiation.game_theory.solvers.readings.numerics import NUMERICS


@dataclass(frozen=True, eq=False)
class ReadingTables:
    """Private readings as arrays."""

    # The public states: one automaton state for each reading, those of the first side first.
    states: tuple[tuple[str, ...], ...]
    # (S, K_1) and (S, K_2): position of the prescribed action by public state and own reading.
    actions: tuple[IntArray, IntArray]
    # (S, Y): position of the next public state by signal.
    following: IntArray
    # (n_1, n_2, 2): stage payoffs less each side's smallest: a constant changes no comparison.
    payoffs: FloatArray
    # (n_1, n_2, Y): probabilities of the signals.
    chances: FloatArray
    deltas: tuple[float, float]
    # Largest payoff difference of each side that counts as zero.
    tolerances: tuple[float, float]

    def label(self, state: int) -> str:
        """Return the label of a public state, given its position."""
        return " / ".join(self.states[state])


def reading_tables(readings: PrivateReadings) -> ReadingTables:
    """Return private readings as arrays, on the public states that some history of signals reaches."""
    signals = readings.signal.signals
    automata = [automaton for given in readings.readings for automaton in given.values()]
    owners = [i for i, given in enumerate(readings.readings) for _ in given]
    start = tuple(next(s for s, p in a.start.items() if p) for a in automata)
    places, rows = {start: 0}, []
    # Breadth first from the start; the list grows while it is gone through.
    queue = [start]
    for state in queue:
        row = []
        for y in signals:
            after = tuple(next(iter(a.next_states(s, y))) for a, s in zip(automata, state, strict=True))
            if after not in places:
                places[after] = len(places)
                queue.append(after)
            row.append(places[after])
        rows.append(row)
        if len(places) > NUMERICS.public_states:
            raise SizeLimit(
                f"the readings have more than {NUMERICS.public_states} public states; "
                "shorten the punishments, or link more issues"
            )
    stage = readings.game.stage
    acted = np.array(
        [
            [stage.action_index(i, a.actions[s][0]) for i, a, s in zip(owners, automata, state, strict=True)]
            for state in queue
        ],
        dtype=np.intp,
    )
    measured = own_units(stage)
    nothing = measured.tolerances()
    first = len(readings.readings[0])
    result, other = readings.game.float_discount_factors
    return ReadingTables(
        tuple(queue),
        (acted[:, :first], acted[:, first:]),
        np.array(rows, dtype=np.intp),
        measured.payoffs[0],
        readings.signal.probabilities,
        (result, other),
        (nothing[0], nothing[1]),
    )


@dataclass(frozen=True, eq=False)
class ReadingValues(Tabular):
    """Values by public state and pair of readings."""

    # (S, K_1, K_2, 2): average discounted payoffs less each side's smallest stage payoff.
    above: FloatArray
    # The game as arrays; play begins in the first public state.
    tables: ReadingTables
    names: tuple[tuple[str, ...], ...]
    players: tuple[str, ...]
    action_labels: tuple[tuple[str, ...], ...]
    # (2,): each side's smallest stage payoff, which `above` and the payoffs of `tables` leave out.
    least: FloatArray
    status: Status = "complete"

    @property
    def values(self) -> FloatArray:
        """Average discounted payoffs, shape (S, K_1, K_2, 2)."""
        return self.above + self.least

    def table(self) -> Table:
        """Return a table of the values at the start, with one row for each pair of readings."""
        rows = tuple(
            (first, other, *(float(v) for v in self.values[0, k, m]))
            for k, first in enumerate(self.names[0])
            for m, other in enumerate(self.names[1])
        )
        columns = (*(f"reading of {p}" for p in self.players), *(f"value to {p}" for p in self.players))
        return Table("values by reading, at the start", columns, rows)


@lru_cache(maxsize=2)  # every path of a pair of readings asks for them
def reading_values(readings: PrivateReadings) -> ReadingValues:
    """Return the values of both sides by public state and pair of readings."""
    tables = reading_tables(readings)
    size, counts = len(tables.states), [len(names) for names in readings.names]
    values = np.empty((size, *counts, 2))
    rows = np.arange(size)[:, None]
    for k in range(counts[0]):
        for m in range(counts[1]):
            own, other = tables.actions[0][:, k], tables.actions[1][:, m]
            move = np.zeros((size, size))
            # Several signals may lead to one public state: their chances add up.
            np.add.at(move, (rows, tables.following), tables.chances[own, other])
            values[:, k, m] = discounted_values(move, tables.payoffs[own, other], tables.deltas)
    read_only(values)
    stage = readings.game.stage
    least = own_units(stage).least
    return ReadingValues(values, tables, readings.names, stage.players, stage.actions, least)


def departure_gains(values: ReadingValues, player: int) -> FloatArray:
    """Return the gain of one departure by public state, own reading, action and the other side's reading.

    Afterwards the side follows its reading again. Returns shape (S, K_i, n_i, K_j).
    """
    tables, other = values.tables, 1 - player
    delta = tables.deltas[player]
    # Axes: own action first, then the other's action.
    payoffs = np.moveaxis(tables.payoffs[..., player], player, 0)
    chances = np.moveaxis(tables.chances, player, 0)
    own, theirs = tables.actions[player], tables.actions[other]
    worth = np.moveaxis(values.above[..., player], 1 + player, 1)
    gains = np.empty((*own.shape, payoffs.shape[0], theirs.shape[1]))
    for m in range(theirs.shape[1]):
        flow = (1.0 - delta) * payoffs[:, theirs[:, m]].T
        for k in range(own.shape[1]):
            after = worth[tables.following, k, m]
            total = flow + delta * np.einsum("asy,sy->sa", chances[:, theirs[:, m]], after)
            gains[:, k, :, m] = total - total[np.arange(len(total)), own[:, k]][:, None]
    return gains


def true_regret(values: ReadingValues, player: int, own: int, other: int) -> float:
    """Return the gain at the start from playing the best reply to a reading instead of one's own reading."""
    best = _best_reply_above(values, player, other)
    pair = (own, other) if player == 0 else (other, own)
    return max(0.0, float(best[0] - values.above[(0, *pair, player)]))


def best_reply_values(values: ReadingValues, player: int, other: int) -> FloatArray:
    """Return the value of a side's best reply to a reading of the other side, by public state, shape (S,).

    Against a known reading the other side is a fixed automaton. The best reply is thus the solution of a
    Markov decision problem on the public states, found by policy iteration (Howard 1960).
    """
    best: FloatArray = _best_reply_above(values, player, other) + values.least[player]
    return best


def _best_reply_above(values: ReadingValues, player: int, other: int) -> FloatArray:
    """Return `best_reply_values` less the side's smallest stage payoff, shape (S,)."""
    tables = values.tables
    delta, size = tables.deltas[player], len(tables.states)
    theirs = tables.actions[1 - player][:, other]
    flow = (1.0 - delta) * np.moveaxis(tables.payoffs[..., player], player, 0)[:, theirs].T
    chances = np.moveaxis(np.moveaxis(tables.chances, player, 0)[:, theirs], 0, 1)
    policy = flow.argmax(axis=1)
    rows = np.arange(size)
    for _ in range(NUMERICS.policies):
        move = np.zeros((size, size))
        np.add.at(move, (rows[:, None], tables.following), chances[rows, policy])
        worth: FloatArray = np.linalg.solve(np.eye(size) - delta * move, flow[rows, policy])
        total = flow + delta * np.einsum("say,sy->sa", chances, worth[tables.following])
        # Only a gain beyond rounding changes the reply; otherwise equal replies would alternate for ever.
        better = total.max(axis=1) > total[rows, policy] + tables.tolerances[player]
        if not better.any():
            return worth
        policy = np.where(better, total.argmax(axis=1), policy)
    raise InvalidGame(
        f"policy iteration did not settle within {NUMERICS.policies} steps on {size} public states; shorten "
        "the punishments"
    )


@dataclass(frozen=True, eq=False)
class ReachedBeliefs:
    """Pairs of public state and belief of one side."""

    states: tuple[int, ...]
    # (B, K_j): belief about the other side's reading, for each pair.
    beliefs: FloatArray
    # Smallest number of periods after which the pair arises.
    depths: tuple[int, ...]
    # Public states of the pairs that were found but not followed further; empty if there are none.
    open_states: frozenset[int]


def posterior(chances: FloatArray, belief: FloatArray) -> FloatArray:
    """Return the belief after each signal, shape (Y, K_j).

    `chances` are the probabilities of the signals under each reading of the other side.

    Shapes: `chances` (K_j, Y), `belief` (K_j,).

    Examples
    --------
    >>> posterior(np.array([[0.9, 0.1], [0.3, 0.7]]), np.array([0.5, 0.5])).round(3).tolist()
    [[0.75, 0.25], [0.125, 0.875]]
    """
    weights = belief[:, None] * chances
    total = np.broadcast_to(weights.sum(axis=0), weights.shape)
    # After a signal of probability zero the belief stays as it was.
    prior_columns = np.repeat(belief[:, None], chances.shape[1], axis=1)
    result: FloatArray = np.divide(weights, total, out=prior_columns, where=total > 0).T
    return result


def reached_beliefs(
    readings: PrivateReadings, tables: ReadingTables, player: int, depth: int
) -> ReachedBeliefs:
    """Return the pairs of public state and belief of a side that arise within `depth` periods."""
    prior = np.array([float(p) for p in readings.priors[1 - player].values()])
    seen = {_key(0, prior): None}
    states, beliefs, depths = [0], [prior], [0]
    open_states: set[int] = set()
    kinds: dict[tuple[int, ...], FloatArray] = {}
    k = 0
    while k < len(states):
        state, belief = states[k], beliefs[k]
        if depths[k] >= depth or len(states) >= NUMERICS.pairs:
            open_states.add(state)
        else:
            theirs = tuple(int(a) for a in tables.actions[1 - player][state])
            if theirs not in kinds:
                kinds[theirs] = signal_kinds(tables, player, theirs)
            for chances in kinds[theirs]:
                after = posterior(chances, belief)
                for y in np.flatnonzero((chances > 0).any(axis=0)):
                    pair = (int(tables.following[state, y]), after[y])
                    if _key(*pair) not in seen:
                        seen[_key(*pair)] = None
                        states.append(pair[0])
                        beliefs.append(pair[1])
                        depths.append(depths[k] + 1)
        k += 1
    return ReachedBeliefs(tuple(states), np.array(beliefs), tuple(depths), frozenset(open_states))


def signal_kinds(tables: ReadingTables, player: int, theirs: tuple[int, ...]) -> FloatArray:
    """Return the distinct matrices of signal probabilities over a side's own actions, shape (n, K_j, Y)."""
    chances = np.moveaxis(tables.chances, player, 0)[:, list(theirs)]
    kinds: FloatArray = np.unique(chances.reshape(len(chances), -1), axis=0).reshape(-1, *chances.shape[1:])
    return kinds


def _key(state: int, belief: FloatArray) -> tuple[int, ...]:
    return (state, *(round(float(p) / KNIFE_EDGE) for p in belief))
