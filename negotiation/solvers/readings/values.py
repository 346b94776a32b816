"""Values under private readings, and what a single departure gains against each reading of the other side.

For public state s and readings (k_1, k_2),

    V_i(s, k_1, k_2) = (1 - delta_i) u_i(a) + delta_i sum_y P(y | a) V_i(s'(s, y), k_1, k_2),

a linear system for each pair of readings. A side's payoff is then linear in its belief about the other's
reading, and so is what it gains by a departure (public strategies: Fudenberg and Levine 1994; types that the
other side does not see: Harsanyi 1967). Cost: one dense system of S equations for each pair of readings.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from negotiation.labelled import Table, Tabular
from negotiation.numeric import FloatArray, read_only
from negotiation.solutions.private_readings import PrivateReadings
from negotiation.solvers.readings.reading_tables import ReadingTables, reading_tables
from negotiation.status import Status


@dataclass(frozen=True, eq=False)
class ReadingValues(Tabular):
    """Values by public state and pair of readings.

    Parameters
    ----------
    values : array, shape (S, K_1, K_2, 2)
        Average discounted payoffs.
    tables : ReadingTables
        The public states; the first is where play begins.
    names : two tuples of str
        Readings of either side.
    players : two str
        The sides.
    action_labels : two tuples of str
        Their actions.
    least_payoff : float
        Smallest stage payoff, which the payoffs of `tables` leave out.
    """

    values: FloatArray
    tables: ReadingTables
    names: tuple[tuple[str, ...], ...]
    players: tuple[str, ...]
    action_labels: tuple[tuple[str, ...], ...]
    least_payoff: float
    status: Status = "complete"

    def table(self) -> Table:
        """Return the values at the start, one row for each pair of readings."""
        rows = tuple(
            (one, other, *(float(v) for v in self.values[0, k, m]))
            for k, one in enumerate(self.names[0])
            for m, other in enumerate(self.names[1])
        )
        columns = (*(f"reading of {p}" for p in self.players), *(f"value to {p}" for p in self.players))
        return Table("values by reading, at the start", columns, rows)


def reading_values(readings: PrivateReadings) -> ReadingValues:
    """Return the values of both sides by public state and pair of readings.

    Parameters
    ----------
    readings : PrivateReadings
        The game, and the readings that each side may hold.

    Returns
    -------
    ReadingValues
        `.values` of shape (S, K_1, K_2, 2).

    Raises
    ------
    SizeLimit
        If there are too many public states.

    Examples
    --------
    >>> from negotiation.games import PublicSignal, RepeatedGame, StageGame
    >>> from negotiation.strategies import Automaton
    >>> stage = StageGame.from_matrices([[2, 0], [3, 1]], [[2, 3], [0, 1]], actions=("CD", "CD"))
    >>> game = RepeatedGame(stage, 0.9, monitoring=PublicSignal.revealing(stage))
    >>> kind = {"kind": Automaton(["s"], "s", {"s": ("C",)}, {"s": {"otherwise": "s"}})}
    >>> pair = PrivateReadings(game, (kind, kind), ({"kind": 1}, {"kind": 1}))
    >>> reading_values(pair).values.round(9).tolist()
    [[[[2.0, 2.0]]]]
    """
    tables = reading_tables(readings)
    size, counts = len(tables.states), [len(names) for names in readings.names]
    values = np.empty((size, *counts, 2))
    rows = np.arange(size)[:, None]
    for k in range(counts[0]):
        for m in range(counts[1]):
            one, other = tables.actions[0][:, k], tables.actions[1][:, m]
            move = np.zeros((size, size))
            np.add.at(move, (rows, tables.following), tables.chances[one, other])
            flow = tables.payoffs[one, other]
            for i, delta in enumerate(tables.deltas):
                values[:, k, m, i] = np.linalg.solve(np.eye(size) - delta * move, (1.0 - delta) * flow[:, i])
    least = float(readings.game.stage.payoffs.min())
    values += least
    read_only(values)
    stage = readings.game.stage
    return ReadingValues(values, tables, readings.names, stage.players, stage.actions, least)


def departure_gains(values: ReadingValues, player: int) -> FloatArray:
    """Return what one departure gains by public state, own reading, action and the other's reading.

    Parameters
    ----------
    values : ReadingValues
        Values by pair of readings.
    player : int
        Position of the side that departs.

    Returns
    -------
    array, shape (S, K_i, n_i, K_j)
        Value of playing the action once and complying from then on, less the value of complying. Zero at the
        prescribed action. Linear in the belief: the gain at a belief is the gains weighted by it.
    """
    tables, other = values.tables, 1 - player
    delta = tables.deltas[player]
    # Axes: own action first, then the other's action.
    payoffs = np.moveaxis(tables.payoffs[..., player], player, 0)
    chances = np.moveaxis(tables.chances, player, 0)
    own, theirs = tables.actions[player], tables.actions[other]
    worth = np.moveaxis(values.values[..., player], 1 + player, 1)
    gains = np.empty((*own.shape, payoffs.shape[0], theirs.shape[1]))
    for m in range(theirs.shape[1]):
        flow = (1.0 - delta) * payoffs[:, theirs[:, m]].T
        for k in range(own.shape[1]):
            after = worth[tables.following, k, m]
            total = flow + delta * np.einsum("asy,sy->sa", chances[:, theirs[:, m]], after)
            gains[:, k, :, m] = total - total[np.arange(len(total)), own[:, k]][:, None]
    return gains
