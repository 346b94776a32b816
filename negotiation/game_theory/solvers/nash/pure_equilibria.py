"""Pure-strategy Nash equilibria of a stage game with any number of players.

A profile is an equilibrium if every player's action is a best reply to the others' actions (Nash 1951). All
profiles are checked, so the answer is complete; time and memory are linear in the payoff array. Floats within
`KNIFE_EDGE` of the best, relative to the player's own range, count as best. Rational payoffs are compared
exactly.
"""

from __future__ import annotations

import numpy as np

from negotiation.base.numeric import KNIFE_EDGE, BoolArray, FloatArray, payoff_tolerances
from negotiation.game_theory.games import StageGame, unilateral_payoffs
from negotiation.game_theory.solvers.nash.solution import NashMethod, NashSolution, nash_solution


def pure_equilibria(stage: StageGame) -> NashSolution:
    """Return all pure-strategy Nash equilibria.

    Examples
    --------
    >>> stage = StageGame.from_matrices([[2, 0], [0, 1]], [[1, 0], [0, 2]])
    >>> [equilibrium.support for equilibrium in pure_equilibria(stage)]
    [(('0',), ('0',)), (('1',), ('1',))]
    """
    candidates = [
        [_unit(n, a) for n, a in zip(stage.n_actions, index, strict=True)]
        for index in np.argwhere(best_reply_mask(stage)).tolist()
    ]
    return nash_solution(
        stage,
        candidates,
        method="pure_equilibria",
        status="complete",
        reason="every pure profile was checked; mixed equilibria were not looked for",
    )


def best_reply_mask(stage: StageGame) -> BoolArray:
    """Return, for each profile, whether all players are playing best replies; shape (n_1, ..., n_N).

    Examples
    --------
    >>> best_reply_mask(StageGame.from_matrices([[9, 1], [10, 3]], [[9, 10], [1, 3]])).tolist()
    [[False, False], [False, True]]
    """
    mask = np.ones(stage.n_actions, dtype=np.bool_)
    for player in range(stage.n_players):
        mask &= own_reply_mask(stage, player)
    return mask


def own_reply_mask(stage: StageGame, player: int) -> BoolArray:
    """Return, for each profile, whether one player is playing a best reply; shape (n_1, ..., n_N).

    Examples
    --------
    >>> own_reply_mask(StageGame.from_matrices([[9, 1], [10, 3]], [[9, 10], [1, 3]]), 0).tolist()
    [[False, False], [True, True]]
    """
    own = stage.payoffs[..., player]
    tolerance = payoff_tolerances(stage.payoffs[None], KNIFE_EDGE)[0][player]
    mask: BoolArray = own >= own.max(axis=player, keepdims=True) - tolerance
    given = stage.given_payoffs()
    if given.dtype == object:
        # Rational payoffs know no tolerance: what is near a best reply in floats is compared as given.
        for index in map(tuple, np.argwhere(mask)):
            mask[index] = given[(*index, player)] >= max(unilateral_payoffs(given, index, player))
    return mask


def _unit(size: int, position: int) -> FloatArray:
    vector = np.zeros(size)
    vector[position] = 1.0
    return vector


METHOD = NashMethod("pure_equilibria", "all pure-strategy equilibria", None, pure_equilibria)
