"""A profile played for ever, every departure answered by the departing player's worst equilibrium.

It is subgame perfect iff any strategy that plays the profile for ever is (Abreu 1988, proposition 4), as
far as the penal code is optimal. Whether it is, is left to a check. The code is solved, exactly, in the
game of the actions that extreme play uses and of the best replies to them: other actions are no better
departures. Cost: one payoff set, and an optimal penal code of that smaller game.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from negotiation.errors import InvalidStrategy
from negotiation.game_theory.games import Profile, RepeatedGame, StageGame
from negotiation.game_theory.solvers.payoff_sets.perfect.extreme_play import extreme_play
from negotiation.game_theory.solvers.penal_codes.extreme_codes import own_shares
from negotiation.game_theory.solvers.penal_codes.optimal_penal_code import worst_equilibria
from negotiation.game_theory.strategies import OTHERWISE, Automaton
from negotiation.game_theory.strategies.automaton import Key, Target

KEPT = "kept"


def held_path(game: RepeatedGame, profile: Sequence[str]) -> Automaton:
    """Return the strategy that plays a profile and answers each departure by the optimal penal code.

    Examples
    --------
    >>> stage = StageGame.from_matrices([[9, 1], [10, 3]], [[9, 10], [1, 3]], actions=("CD", "CD"))
    >>> held_path(RepeatedGame(stage, 0.5), ("C", "C")).states
    ('kept', 'D, D')
    """
    stage, kept = game.stage, tuple(profile)
    stage.profile_index(kept)
    core = _core(stage, game.float_discount_factors[0])
    # The strategy as a whole is left to a check, so the parts of the code are not checked here.
    code, reason = worst_equilibria(RepeatedGame(core, game.discount_factors[0]))
    if not code:
        raise InvalidStrategy(f"there is no penal code to answer with: {reason}")
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
    """Return the game of the actions that extreme play uses, closed under best replies."""
    found = extreme_play(own_shares(stage), delta)
    if found is None:
        return stage
    payoffs = np.asarray(stage.payoffs, dtype=np.float64)
    used = [sorted({extreme.profile[i] for extreme in found.play.values()}) for i in (0, 1)]
    while True:
        rows = {*used[0], *payoffs[:, used[1], 0].argmax(axis=0).tolist()}
        columns = {*used[1], *payoffs[used[0], :, 1].argmax(axis=1).tolist()}
        wider = [sorted(rows), sorted(columns)]
        if wider == used:
            break
        used = wider
    labels = [[stage.actions[i][a] for a in used[i]] for i in (0, 1)]
    return StageGame(payoffs[np.ix_(*used)], stage.players, labels)
