"""Transitions of a stochastic game given row by row, by position or by label."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from operator import index

import numpy as np

from negotiation.errors import InvalidProbabilities, UnknownState
from negotiation.games.stage import Profile, StageGame
from negotiation.games.transition_rows import wrong_row
from negotiation.games.transitions import Transitions
from negotiation.numeric import FloatArray, IntArray, Number, NumberArray, fraction_array, is_exact


class SparseTransitions(Transitions):
    """Transitions given row by row: the next states and their probabilities.

    Examples
    --------
    >>> SparseTransitions([{0: 1.0}, {0: 0.25, 1: 0.75}], 2).to_dense().tolist()
    [[1.0, 0.0], [0.25, 0.75]]
    """

    def __init__(self, rows: Sequence[Mapping[int, Number]], n_states: int) -> None:
        indptr, indices, probabilities = _flattened(rows)
        wrong = wrong_row(indptr, indices, probabilities, n_states)
        if wrong is not None:
            raise InvalidProbabilities(
                f"row {wrong[0]} of the transitions {wrong[1]}. Rows run over states and, within a state, "
                "over action profiles in row-major order"
            )
        super().__init__(indptr, indices, probabilities, n_states)

    @classmethod
    def from_labels(
        cls, stages: Mapping[str, StageGame], rows: Mapping[tuple[str, Profile], Mapping[str, Number]]
    ) -> SparseTransitions:
        """Return the transitions given by labels: after this profile in this state, these states."""
        states = tuple(stages)
        named: dict[tuple[str, tuple[int, ...]], dict[int, Number]] = {}
        for (state, profile), row in rows.items():
            for label in (state, *row):
                if label not in states:
                    raise UnknownState(label, states)
            at = stages[state].profile_index(profile)
            named[state, at] = {states.index(label): p for label, p in row.items()}
        ordered = []
        for state, stage in stages.items():
            for at in np.ndindex(stage.n_actions):
                where = f"state {state!r}, profile {stage.labels(at)}"
                if (state, at) not in named:
                    raise InvalidProbabilities(f"no transition is given for {where}; every profile needs one")
                ordered.append(named[state, at])
                wrong = wrong_row(*_flattened(ordered[-1:]), len(states))
                if wrong is not None:
                    raise InvalidProbabilities(f"the transition of {where} {wrong[1]}")
        return cls(ordered, len(states))


def _flattened(rows: Sequence[Mapping[int, Number]]) -> tuple[IntArray, IntArray, NumberArray]:
    """Return rows given as mappings as compressed rows, rational where all numbers are."""
    try:
        positions = [index(s) for row in rows for s in row]
        flat = [p for row in rows for p in row.values()]
        rational = all(is_exact(p) for p in flat)
        chances: NumberArray = fraction_array(np.array(flat, dtype=object)) if rational else _floats(flat)
    except (AttributeError, TypeError, ValueError, OverflowError) as error:
        raise InvalidProbabilities(
            f"a row of the transitions maps positions of states to probabilities: {error}"
        ) from None
    counts = np.array([0, *(len(row) for row in rows)], dtype=np.intp)
    return np.cumsum(counts, dtype=np.intp), np.array(positions, dtype=np.intp), chances


def _floats(values: Sequence[Number]) -> FloatArray:
    if any(isinstance(value, str) for value in values):
        raise TypeError("got text for a probability")
    return np.array([float(value) for value in values], dtype=np.float64)
