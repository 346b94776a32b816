"""Whether a game and a candidate are rational by type, and small enough to be checked in rational numbers.

Integers and `Fraction` carry no rounding, so no tolerance is due to them. Cost: one pass through the
probabilities of the candidate.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from negotiation.base.numeric import is_exact
from negotiation.game_theory.checks.numerics import NUMERICS
from negotiation.game_theory.games import RepeatedGame, StageGame, StochasticGame
from negotiation.game_theory.solutions.state_payoff_set import StatePayoffSets
from negotiation.game_theory.solutions.state_transfer_simplices import StateTransferSimplices
from negotiation.game_theory.strategies import Automaton, MarkovStrategy, StateAutomaton


def decided_in_rational_numbers(game: StageGame | RepeatedGame | StochasticGame, candidate: Any) -> bool:
    """Return whether everything was given as integers or `Fraction`, and the check is small.

    Examples
    --------
    >>> stage = StageGame([[[1, 0], [0, 1]]])
    >>> decided_in_rational_numbers(stage, ([1], [1, 0])), decided_in_rational_numbers(stage, ([1], [1.0, 0]))
    (True, False)
    """
    if isinstance(
        candidate, (StatePayoffSets, StateTransferSimplices)
    ):  # a mapping too, and of sets, which are stored in floats
        return False
    if isinstance(candidate, Mapping):
        candidate = MarkovStrategy(candidate)
    states, numbers = _numbers(candidate)
    return (
        0 < states <= NUMERICS.rational_states
        and states * _profiles(game) <= NUMERICS.rational_entries
        and _is_rational(game)
        and all(is_exact(number) for number in numbers)
    )


def _numbers(candidate: Any) -> tuple[int, Iterable[object]]:
    """Return the number of states of a candidate, 0 for what is none, and its probabilities."""
    if isinstance(candidate, (Automaton, StateAutomaton)):
        rows = [target for row in candidate.transitions.values() for target in row.values()]
        lotteries = [target for target in (candidate.initial, *rows) if isinstance(target, Mapping)]
        count = len(candidate.states if isinstance(candidate, Automaton) else candidate.memories)
        return count, (p for lottery in lotteries for p in lottery.values())
    if isinstance(candidate, MarkovStrategy):
        vectors = [c for profile in candidate.play.values() for c in profile if not isinstance(c, str)]
        return 1, (p for vector in vectors for p in vector.tolist())
    if isinstance(candidate, Sequence) and not isinstance(candidate, str):
        try:
            return 1, [p for vector in candidate for p in np.asarray(vector, dtype=object).ravel().tolist()]
        except ValueError:
            return 0, ()
    return 0, ()


def _profiles(game: StageGame | RepeatedGame | StochasticGame) -> int:
    if isinstance(game, StochasticGame):
        return game.n_rows
    stage = game.stage if isinstance(game, RepeatedGame) else game
    return int(np.prod(stage.n_actions))


def _is_rational(game: StageGame | RepeatedGame | StochasticGame) -> bool:
    if isinstance(game, StageGame):
        return game.is_rational
    if isinstance(game, RepeatedGame):
        signal = game.monitoring
        told = signal is None or signal.given_probabilities().dtype == object
        return game.stage.is_rational and told and all(map(is_exact, game.discount_factors))
    moves = game.transitions.probabilities.dtype == object
    return bool(
        moves and all(s.is_rational for s in game.stages) and all(map(is_exact, game.discount_factors))
    )
