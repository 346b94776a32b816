"""Each for itself: nothing is answered, so a leg holds only if keeping it is a stage equilibrium."""

from __future__ import annotations

from functools import partial

import numpy as np

from negotiation.base.numeric import IntArray
from negotiation.game_theory.checks.verify import verify
from negotiation.game_theory.strategies import MarkovStrategy
from negotiation.truces.theories.common.answered import unanswered
from negotiation.truces.theories.common.game_batch import GameBatch
from negotiation.truces.theories.common.in_states import MovingBatch
from negotiation.truces.theories.common.legs import Departures
from negotiation.truces.theories.common.theory import InStates, Play, Theory


def departures(batch: GameBatch) -> tuple[Departures, ...]:
    """Return the values of each side's departures without any answer."""
    return tuple(unanswered(batch, i) for i in range(2))


def plays(batch: GameBatch) -> tuple[Play, ...]:
    """Return the check of each leg's kept levels as an equilibrium of the leg's stage game."""
    checked = []
    for leg in batch.scenario.legs:
        stage = batch.stage(batch.ceilings(leg))
        checked.append(Play((leg,), stage, None, partial(verify, stage, stage.labels((0, 0)))))
    return tuple(checked)


def departures_in_states(moving: MovingBatch) -> dict[str, tuple[Departures, ...]]:
    """Return the values of departures after which everything is kept from the next state on."""
    by_leg = {}
    for leg in moving.batch.scenario.legs:
        # Departures within the leg lead to states where keeping alone never comes, and there it has to hold
        # too.
        states = moving.reached(_within(moving.batch, leg))
        by_leg[leg] = tuple(moving.departures(i, moving.values[:, i], states) for i in range(2))
    return by_leg


def plays_in_states(moving: MovingBatch) -> tuple[Play, ...]:
    """Return the check of each leg's kept levels as a Markov perfect equilibrium of the leg's game."""
    checked = []
    for leg in moving.batch.scenario.legs:
        game = moving.part(_within(moving.batch, leg))
        kept = MarkovStrategy({state: moving.kept[state] for state in game.states})
        checked.append(Play((leg,), game, None, partial(verify, game, kept)))
    return tuple(checked)


def _within(batch: GameBatch, leg: str) -> list[IntArray]:
    """Return for each player the actions that keep everything or go harsher only in a leg, kept one first."""
    ceilings = batch.ceilings(leg)
    return [np.array(batch.positions(i, ceilings[player])) for i, player in enumerate(batch.players)]


THEORY = Theory(
    name="each for itself",
    order=1,
    statement="Nobody answers anything: each side keeps a leg only as long as that pays by itself.",
    phases="none",
    outside="the stage equilibrium",
    off_path="nothing",
    departures=departures,
    plays=plays,
    answers_outside=False,
    in_states=InStates(departures_in_states, plays_in_states),
)
