"""Each for itself: nothing is answered, so a leg holds where it is a stage equilibrium to keep it."""

from __future__ import annotations

from functools import partial

import numpy as np

from negotiation.base.numeric import FloatArray, IntArray
from negotiation.game_theory.checks.verify import verify
from negotiation.game_theory.strategies import MarkovStrategy
from negotiation.truces.theories.common.in_states import MovingQuestion
from negotiation.truces.theories.common.legs import in_one_leg
from negotiation.truces.theories.common.question import Question
from negotiation.truces.theories.common.theory import InStates, Play, Theory
from negotiation.truces.verdicts.grim_trigger import deviation_gains


def margins(asked: Question) -> tuple[FloatArray, ...]:
    """Return minus the gain of a period of each departure within one leg, shape (D, n_i) by player."""
    return tuple(
        np.where(asked.harsher[i] & in_one_leg(asked, i), -deviation_gains(asked.whole, i), np.inf)
        for i in range(2)
    )


def plays(asked: Question) -> tuple[Play, ...]:
    """Return the check of each leg's kept levels as an equilibrium of the leg's stage game."""
    checked = []
    for leg in asked.scenario.legs:
        stage = asked.stage(asked.ceilings(leg))
        checked.append(Play((leg,), stage, None, partial(verify, stage, stage.labels((0, 0)))))
    return tuple(checked)


def margins_in_states(moving: MovingQuestion) -> tuple[FloatArray, ...]:
    """Return the margin of each departure within one leg, after which all is kept from where it leads to.

    As where nothing moves, it is in payoffs of a period.
    """
    asked = moving.asked
    least_by_player = [np.full((1, len(own)), np.inf) for own in asked.changes]
    for leg in asked.scenario.legs:
        actions = _within(asked, leg)
        # Departures within the leg lead to states where keeping alone never comes, and there it has to hold
        # too.
        states = moving.reached(actions)
        for i, own in enumerate(actions):
            least = moving.margins(i, moving.values[:, i])[states][:, own].min(axis=0)
            # Divided by 1 - delta: averages of a stream become payoffs of a period.
            least_by_player[i][0, own[1:]] = least[1:] / (1.0 - float(asked.delta[0]))
    return tuple(least_by_player)


def plays_in_states(moving: MovingQuestion) -> tuple[Play, ...]:
    """Return the check of each leg's kept levels as a Markov perfect equilibrium of the leg's game."""
    checked = []
    for leg in moving.asked.scenario.legs:
        game = moving.part(_within(moving.asked, leg))
        kept = MarkovStrategy({state: moving.kept[state] for state in game.states})
        checked.append(Play((leg,), game, None, partial(verify, game, kept)))
    return tuple(checked)


def _within(asked: Question, leg: str) -> list[IntArray]:
    """Return for each player the actions that keep all or go harsher in a leg alone, the kept one first."""
    ceilings = asked.ceilings(leg)
    return [np.array(asked.positions(i, ceilings[player])) for i, player in enumerate(asked.players)]


THEORY = Theory(
    name="each for itself",
    order=1,
    statement="Nobody answers anything: each side keeps a leg only as long as that pays by itself.",
    phases="none",
    outside="the stage equilibrium",
    off_path="nothing",
    margins=margins,
    plays=plays,
    in_states=InStates(margins_in_states, plays_in_states),
    has_term=False,
)
