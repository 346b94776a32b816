"""Private readings as arrays: the public states that signals lead to, what is played there, what follows.

The public state is the vector of the states of all readings of both sides. Cost: (public states x signals x
readings) steps.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from negotiation.errors import SizeLimit
from negotiation.numeric import FloatArray, IntArray, payoff_scale
from negotiation.solutions.private_readings import PrivateReadings

LARGEST = 3000
"""Most public states: each pair of readings needs a dense linear system of this size."""


@dataclass(frozen=True, eq=False)
class ReadingTables:
    """Private readings as arrays.

    Parameters
    ----------
    states : tuple of tuples of str
        The public states: one automaton state for each reading, those of the first side first.
    actions : two arrays, shapes (S, K_1) and (S, K_2)
        Position of the prescribed action by public state and own reading.
    following : array, shape (S, Y)
        Position of the next public state by signal.
    payoffs : array, shape (n_1, n_2, 2)
        Stage payoffs less the smallest: adding a constant changes no comparison.
    chances : array, shape (n_1, n_2, Y)
        Probabilities of the signals.
    deltas : tuple of float
        Discount factors.
    scale : float
        Range of the payoffs.
    """

    states: tuple[tuple[str, ...], ...]
    actions: tuple[IntArray, IntArray]
    following: IntArray
    payoffs: FloatArray
    chances: FloatArray
    deltas: tuple[float, float]
    scale: float

    def label(self, state: int) -> str:
        """Return a public state as a label."""
        return " / ".join(self.states[state])


def reading_tables(readings: PrivateReadings) -> ReadingTables:
    """Return private readings as arrays, on the public states that signals lead to.

    Raises
    ------
    SizeLimit
        If there are more than `LARGEST` public states.
    """
    signals = readings.signal.signals
    automata = [automaton for given in readings.readings for automaton in given.values()]
    start = tuple(next(s for s, p in a.start.items() if p) for a in automata)
    found, rows = {start: 0}, []
    queue = [start]
    for state in queue:
        row = []
        for y in signals:
            after = tuple(next(iter(a.next_states(s, y))) for a, s in zip(automata, state, strict=True))
            if after not in found:
                found[after] = len(found)
                queue.append(after)
            row.append(found[after])
        rows.append(row)
        if len(found) > LARGEST:
            raise SizeLimit(
                f"the readings have more than {LARGEST} public states; shorten the punishments or link more"
            )
    stage = readings.game.stage
    first = len(readings.readings[0])
    positions = [
        np.array([[stage.action_index(i, a.actions[s][0]) for a, s in part] for part in parts], dtype=np.intp)
        for i, parts in enumerate(
            (
                [list(zip(automata, state, strict=True))[:first] for state in queue],
                [list(zip(automata, state, strict=True))[first:] for state in queue],
            )
        )
    ]
    delta = [float(d) for d in readings.game.discount_factors]
    return ReadingTables(
        tuple(queue),
        (positions[0], positions[1]),
        np.array(rows, dtype=np.intp),
        stage.payoffs - stage.payoffs.min(),
        readings.signal.probabilities,
        (delta[0], delta[1]),
        payoff_scale(stage.payoffs),
    )
