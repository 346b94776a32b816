"""Shadow linkage: any harsher level, in the text or not, is answered everywhere, as harshly as is credible.

It is linkage with optimal punishments: what follows a departure is the optimal penal code of the whole game
(Abreu 1988), with all instruments, curb and tariffs included. If the levels of an agreement are not kept
under it, no subgame perfect equilibrium keeps them: that is checked apart from the code, by bounds of what
anybody can be held to.
"""

from __future__ import annotations

from functools import partial

import numpy as np

from negotiation.base.numeric import FloatArray
from negotiation.game_theory.checks.policies import verify_possible_policy, verify_supported_policy
from negotiation.game_theory.checks.possible_paths import verify_possible_path
from negotiation.game_theory.checks.verify import verify
from negotiation.game_theory.games import RepeatedGame, StageGame
from negotiation.game_theory.solutions.verdict import Verdict
from negotiation.game_theory.solvers.penal_codes.held_path import held_path, worst_payoffs
from negotiation.truces.theories.common.in_states import MovingQuestion
from negotiation.truces.theories.common.question import Question
from negotiation.truces.theories.common.theory import InStates, Play, Theory
from negotiation.truces.verdicts.grim_trigger import deviation_gains, grim_margin


def margins(asked: Question) -> tuple[FloatArray, ...]:
    """Return the margin of every departure, answered by the worst equilibrium, shape (D, n_i) by player."""
    # One punishment serves all departures of a player: what is worst for him does not depend on what he did.
    stake = asked.whole[:, 0, 0] - worst_payoffs(asked.whole, asked.delta)
    return tuple(
        grim_margin(deviation_gains(asked.whole, i), stake[:, i, None], asked.delta[:, None])
        for i in range(2)
    )


def plays(asked: Question) -> tuple[Play, ...]:
    """Return the path under the optimal penal code with its check."""
    stage = asked.stage(asked.menus)
    game = RepeatedGame(stage, float(asked.delta[0]))
    strategy = held_path(game, stage.labels((0, 0)))
    return (Play(asked.scenario.legs, game, strategy, partial(verify, game, strategy)),)


def possible(asked: Question) -> dict[str, Verdict]:
    """Return for each leg whether departures in it leave the levels possible at bounds of the check's own."""
    stage = asked.stage(asked.menus)
    game, kept = RepeatedGame(stage, float(asked.delta[0])), stage.labels((0, 0))
    # Leg by leg, since one that breaks must not hide behind another that holds.
    return {leg: verify_possible_path(game, kept, _within(asked, leg, stage)) for leg in asked.scenario.legs}


def margins_in_states(moving: MovingQuestion) -> tuple[FloatArray, ...]:
    """Return the margin of every departure where play comes, answered by the worst equilibrium from there."""
    # Departing leads to other states than keeping does, each with a worst equilibrium of its own.
    threats = np.stack([part.threats for part in moving.sets.sets])
    states = moving.reached()
    return tuple(
        moving.margins(i, threats[:, i])[states].min(axis=0, keepdims=True)
        for i in range(moving.game.n_players)
    )


def plays_in_states(moving: MovingQuestion) -> tuple[Play, ...]:
    """Return the check of what is kept, departures answered within payoff sets that generate themselves."""
    game = moving.game
    check = partial(verify_supported_policy, game, moving.kept, game.states[0], moving.sets)
    return (Play(moving.asked.scenario.legs, game, None, check),)


def possible_in_states(moving: MovingQuestion) -> dict[str, Verdict]:
    """Return for each leg whether departures in it leave what is kept possible."""
    game, asked = moving.game, moving.asked
    return {
        leg: verify_possible_policy(game, moving.kept, game.states[0], _within(asked, leg, game.stages[0]))
        for leg in asked.scenario.legs
    }


def _within(asked: Question, leg: str, stage: StageGame) -> list[frozenset[str]]:
    """Return for each player the actions that change an instrument of a leg."""
    return [
        frozenset(
            label for label, changed in zip(labels, own, strict=True) if leg in map(asked.leg_of, changed)
        )
        for labels, own in zip(stage.actions, asked.changes, strict=True)
    ]


THEORY = Theory(
    name="shadow linkage",
    order=4,
    statement="Any harsher move, in the text or not, is answered everywhere, as harshly as is credible.",
    phases="one, moved by any harsher level",
    outside="kept as it was, answered everywhere",
    off_path="the optimal penal code over all instruments",
    margins=margins,
    plays=plays,
    possible=possible,
    in_states=InStates(margins_in_states, plays_in_states, possible_in_states),
)
