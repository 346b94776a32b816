"""Play of one profile for ever under an optimal penal code, and worst payoffs in many games.

`held_path`: every deviation from the profile is followed by the deviator's worst equilibrium. If the penal
code is optimal, this strategy is subgame perfect iff some strategy that plays the profile for ever is (Abreu
1988, proposition 4). The strategy is not checked here. The code is solved exactly in a smaller game with the
actions that extreme play uses and the best replies to them, since other actions are no better deviations.
Cost: the extreme play of the game, and an optimal penal code of the smaller game.

`worst_payoffs`: the worst subgame-perfect payoffs of two players in many games of one size, as the least
payoffs of the outer bound (Abreu and Sannikov 2014). They are lower bounds, as tight as rounding allows. A
profile is played for ever in some equilibrium iff no player gains from one deviation that is followed by the
worst payoff (Abreu 1988). `optimal_penal_code` certifies a single game. Cost: one payoff set per game, some
40 ms for 80,000 profiles.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from negotiation.base.numeric import FloatArray
from negotiation.errors import InvalidGame, InvalidStrategy
from negotiation.game_theory.games import Profile, RepeatedGame, StageGame
from negotiation.game_theory.solvers.payoff_sets.perfect.extreme_play import extreme_play, outer_corners
from negotiation.game_theory.solvers.penal_codes.extreme_codes import own_shares
from negotiation.game_theory.solvers.penal_codes.optimal_penal_code import worst_equilibria
from negotiation.game_theory.strategies import OTHERWISE, Automaton
from negotiation.game_theory.strategies.automaton import Key, Target

KEPT = "kept"


def held_path(game: RepeatedGame, profile: Sequence[str]) -> Automaton:
    """Return the strategy that plays a profile for ever and punishes deviations by the optimal penal code.

    The game has two players and perfect monitoring. The strategy need not be an equilibrium. Raises
    `InvalidStrategy` if there is no penal code.

    Examples
    --------
    >>> stage = StageGame.from_matrices([[9, 1], [10, 3]], [[9, 10], [1, 3]], actions=("CD", "CD"))
    >>> held_path(RepeatedGame(stage, 0.5), ("C", "C")).states
    ('kept', 'D, D')
    """
    stage, kept = game.stage, tuple(profile)
    stage.profile_index(kept)
    core = _core(stage, game.float_discount_factors[0])
    # The caller checks the strategy as a whole, so the parts of the code are not verified here.
    code, reason = worst_equilibria(RepeatedGame(core, game.discount_factors[0]))
    if not code:
        raise InvalidStrategy(f"there is no penal code to punish deviations from {kept}: {reason}")
    actions: dict[str, Profile] = {KEPT: kept}
    on: dict[str, Target] = {KEPT: KEPT}
    for answer in code:
        actions |= answer.actions
        on |= {state: row[OTHERWISE] for state, row in answer.transitions.items()}
    answers = [answer.initial for answer in code]
    moves = {state: _row(stage, actions[state], on[state], answers) for state in actions}
    return Automaton(list(actions), KEPT, actions, moves)


def _row(
    stage: StageGame, played: tuple[str, ...], on: Target, answers: Sequence[Target]
) -> dict[Key, Target]:
    row: dict[Key, Target] = {}
    for i, labels in enumerate(stage.actions):
        for action in labels:
            if action != played[i]:
                row[(*played[:i], action, *played[i + 1 :])] = answers[i]
    return row | {OTHERWISE: on}


def _core(stage: StageGame, delta: float) -> StageGame:
    """Return the game with the actions that extreme play uses, closed under best replies."""
    result = extreme_play(own_shares(stage), delta)
    if result is None:
        return stage
    payoffs = np.asarray(stage.payoffs, dtype=np.float64)
    used = [sorted({extreme.profile[i] for extreme in result.play.values()}) for i in (0, 1)]
    while True:
        rows = {*used[0], *payoffs[:, used[1], 0].argmax(axis=0).tolist()}
        columns = {*used[1], *payoffs[used[0], :, 1].argmax(axis=1).tolist()}
        wider = [sorted(rows), sorted(columns)]
        if wider == used:
            break
        used = wider
    labels = [[stage.actions[i][a] for a in used[i]] for i in (0, 1)]
    return StageGame(payoffs[np.ix_(*used)], stage.players, labels)


def worst_payoffs(payoffs: npt.ArrayLike, discount_factors: npt.ArrayLike) -> FloatArray:
    """Return lower bounds of the worst subgame-perfect payoffs in each of many two-player games.

    They are infinite for a game without equilibrium in pure strategies.

    Shapes: `payoffs` (B, n_1, n_2, 2), `discount_factors` (B,); returns (B, 2).

    Examples
    --------
    >>> dilemma = [[(9, 9), (1, 10)], [(10, 1), (3, 3)]]
    >>> worst_payoffs([dilemma, dilemma], [0.1, 0.9]).round(6).tolist()
    [[3.0, 3.0], [3.0, 3.0]]
    """
    games, deltas = np.asarray(payoffs, dtype=np.float64), np.asarray(discount_factors, dtype=np.float64)
    if games.ndim != 4 or games.shape[-1] != 2 or deltas.shape != games.shape[:1]:
        raise InvalidGame(
            "`payoffs` must have shape (B, n_1, n_2, 2) and `discount_factors` shape (B,); got shapes "
            f"{games.shape} and {deltas.shape}"
        )
    result = np.full((len(games), 2), np.inf)
    # An array that is reused for the payoffs of each game.
    shares = np.empty(games.shape[1:])
    for k, (game, delta) in enumerate(zip(games, deltas.tolist(), strict=True)):
        # Payoffs are shares of each player's range, so that no bound depends on a unit.
        low = np.array([game[..., i].min() for i in (0, 1)])
        ranges = np.array([game[..., i].max() for i in (0, 1)]) - low
        ranges[ranges == 0.0] = 1.0
        for i in (0, 1):
            shares[..., i] = (game[..., i] - low[i]) / ranges[i]
        corners, threats = outer_corners(shares, delta, threats_alone=True)
        if len(corners):
            result[k] = low + ranges * threats
    return result
