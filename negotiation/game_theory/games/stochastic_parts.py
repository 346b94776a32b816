"""The parts of a stochastic game, checked: what is wrong is named by state and actions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt

from negotiation.base.numeric import IntArray
from negotiation.errors import InvalidGame, InvalidProbabilities
from negotiation.game_theory.games.kinds import label_texts, no_array
from negotiation.game_theory.games.stage import StageGame
from negotiation.game_theory.games.transition_rows import wrong_row
from negotiation.game_theory.games.transitions import Transitions


def checked_stages(
    payoffs: npt.ArrayLike,
    states: Sequence[str],
    players: Iterable[object],
    actions: Iterable[Iterable[object]],
) -> tuple[StageGame, ...]:
    """Return the stage game of each state.

    Shapes: `payoffs` (S, n_1, ..., n_N, N).

    Examples
    --------
    >>> len(checked_stages([[[[0, 0]]], [[[1, 1]]]], (), (), ()))
    2
    """
    try:
        array = np.asarray(payoffs)
    except ValueError as error:
        raise InvalidGame(
            "payoffs of a stochastic game are one array; `from_stages` takes unlike action sets: "
            f"{no_array(error)}"
        ) from None
    if array.ndim < 3 or array.shape[-1] != array.ndim - 2 or not len(array):
        raise InvalidGame(
            "payoffs of a stochastic game have the shape (S, n_1, ..., n_N, N), the state first and one "
            f"payoff for each player last; got {array.shape}"
        )
    labels, rows = label_texts("player", players), tuple(tuple(row) for row in actions)
    stages: list[StageGame] = []
    for s, part in enumerate(array):
        try:
            stages.append(StageGame(part, labels, rows))
        except InvalidGame as error:
            raise InvalidGame(f"state {states[s] if s < len(states) else str(s)!r}: {error}") from None
    return tuple(stages)


def checked_transitions(
    given: npt.ArrayLike | Transitions,
    states: Sequence[str],
    stages: Sequence[StageGame],
    offsets: IntArray,
) -> Transitions:
    """Return transitions that fit the stage games of the states, or raise.

    Shapes: `given` (S, n_1, ..., n_N, S), or Transitions, `offsets` (S + 1,).
    """
    moves = given if isinstance(given, Transitions) else _from_array(given, stages)
    if moves.n_rows != offsets[-1] or moves.n_states != len(stages):
        raise InvalidProbabilities(
            f"the game has {offsets[-1]} rows (state and action profile) and {len(stages)} states; the "
            f"transitions have {moves.n_rows} rows and {moves.n_states} states"
        )
    wrong = wrong_row(moves.indptr, moves.indices, moves.probabilities, len(stages))
    if wrong is not None:
        state = int(np.searchsorted(offsets, wrong[0], side="right")) - 1
        at = np.unravel_index(wrong[0] - offsets[state], stages[state].n_actions)
        profile = stages[state].labels([int(a) for a in at])
        raise InvalidProbabilities(f"the transition of state {states[state]!r}, profile {profile} {wrong[1]}")
    return moves


def _from_array(given: npt.ArrayLike, stages: Sequence[StageGame]) -> Transitions:
    """Return a dense array as rows; that they are distributions is checked after."""
    counts = {stage.n_actions for stage in stages}
    if len(counts) > 1:
        raise InvalidProbabilities(
            "the action sets of the states differ, which an array of transitions cannot say; give a "
            "SparseTransitions object"
        )
    try:
        shape = np.shape(given)
    except ValueError as error:
        raise InvalidProbabilities(
            f"transitions are one array (S, n_1, ..., n_N, S): {no_array(error)}"
        ) from None
    wanted = (len(stages), *counts.pop(), len(stages))
    if shape != wanted:
        raise InvalidProbabilities(
            f"transitions have the shape (S, n_1, ..., n_N, S), here {wanted}; got {shape}"
        )
    return Transitions.unchecked(given)
