"""Shadow linkage: any departure, in the text or not, is answered everywhere, as harshly as is credible.

This is linkage with optimal punishments: a departure is followed by the optimal penal code of the whole game
(Abreu 1988), with all instruments, including curb and tariffs. Calmer departures are answered too, but a leg
breaks only by one that makes something in it harsher (`common/legs.py`). In continuous time levels are
ceilings while all is kept, and a calmer level is no departure. If the penal code does not keep the levels of
an agreement, no subgame perfect equilibrium does. This is checked separately, by bounds of the payoffs that
each side can be held to.
"""

from __future__ import annotations

from functools import partial

import numpy as np

from negotiation.game_theory.checks.policies import verify_possible_policy, verify_supported_policy
from negotiation.game_theory.checks.possible_paths import verify_possible_path
from negotiation.game_theory.checks.verify import verify
from negotiation.game_theory.games import RepeatedGame, StageGame
from negotiation.game_theory.solutions.verdict import Verdict
from negotiation.game_theory.solvers.penal_codes.held_path import held_path
from negotiation.truces.theories.common.answered import answered, stage_values
from negotiation.truces.theories.common.game_batch import GameBatch
from negotiation.truces.theories.common.in_states import MovingBatch
from negotiation.truces.theories.common.legs import Departures
from negotiation.truces.theories.common.theory import Ending, InStates, Play, Theory


def departures(batch: GameBatch) -> tuple[Departures, ...]:
    """Return the values of each side's departures, answered by the worst equilibrium."""
    # One punishment serves all departures of a player: what is worst for him does not depend on what he did.
    return tuple(answered(batch, i, batch.stake[:, i, None], batch.rational[:, i]) for i in range(2))


def plays(batch: GameBatch) -> tuple[Play, ...]:
    """Return the path under the optimal penal code with its check."""
    stage = batch.stage(batch.menus)
    game = RepeatedGame(stage, float(batch.delta[0]))
    strategy = held_path(game, stage.labels((0, 0)))
    return (Play(batch.scenario.legs, game, strategy, partial(verify, game, strategy)),)


def possible(batch: GameBatch) -> dict[str, Verdict]:
    """Return, by leg, the check that its departures leave the levels possible, by independent bounds."""
    stage = batch.stage(batch.menus)
    game, kept = RepeatedGame(stage, float(batch.delta[0])), stage.labels((0, 0))
    # Leg by leg, since one that breaks must not hide behind another that holds.
    return {leg: verify_possible_path(game, kept, _within(batch, leg, stage)) for leg in batch.scenario.legs}


def departures_in_states(moving: MovingBatch) -> dict[str, tuple[Departures, ...]]:
    """Return the values of departures in reached states, answered by the worst equilibrium from there."""
    # Departing leads to other states than keeping does, each with a worst equilibrium of its own.
    threats = np.stack([part.threats for part in moving.sets.sets])
    own = tuple(moving.departures(i, threats[:, i], moving.reached()) for i in range(moving.game.n_players))
    return dict.fromkeys(moving.batch.scenario.legs, own)


def plays_in_states(moving: MovingBatch) -> tuple[Play, ...]:
    """Return the check of kept levels, with departures answered within self-generating payoff sets."""
    game = moving.game
    check = partial(verify_supported_policy, game, moving.kept, game.states[0], moving.sets)
    return (Play(moving.batch.scenario.legs, game, None, check),)


def possible_in_states(moving: MovingBatch) -> dict[str, Verdict]:
    """Return, by leg, the check that its departures leave the kept levels possible."""
    game, batch = moving.game, moving.batch
    return {
        leg: verify_possible_policy(game, moving.kept, game.states[0], _within(batch, leg, game.stages[0]))
        for leg in batch.scenario.legs
    }


def _within(batch: GameBatch, leg: str, stage: StageGame) -> list[frozenset[str]]:
    """Return for each player the actions that make something in a leg harsher."""
    return [
        frozenset(np.array(labels)[batch.harsher_in(i, leg)].tolist())
        for i, labels in enumerate(stage.actions)
    ]


THEORY = Theory(
    name="shadow linkage",
    order=4,
    statement="Any harsher move, in the text or not, is answered everywhere, as harshly as is credible.",
    phases="one, moved by any harsher level",
    outside="kept as it was, answered everywhere",
    off_path="the optimal penal code over all instruments",
    departures=departures,
    plays=plays,
    checked="all",
    ending=Ending(stage_values),
    possible=possible,
    in_states=InStates(departures_in_states, plays_in_states, "all", possible_in_states),
)
