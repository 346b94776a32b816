"""Moment: a grim trigger protects what the text covers, and nothing answers what it leaves out.

After a covered instrument goes harsher, the covered instruments are at the worst stage equilibrium of their
game for ever. Nothing follows a departure outside the text, so a side departs there whenever that pays at
once.
"""

from __future__ import annotations

from functools import partial

import numpy as np

from negotiation.base.numeric import FloatArray
from negotiation.game_theory.checks.verify import verify
from negotiation.game_theory.games import RepeatedGame
from negotiation.game_theory.strategies import grim_trigger
from negotiation.truces.compiling.coverage_game import agreement_profiles
from negotiation.truces.theories.common.answered import answered
from negotiation.truces.theories.common.game_batch import GameBatch
from negotiation.truces.theories.common.grim_trigger import stakes
from negotiation.truces.theories.common.legs import Departures
from negotiation.truces.theories.common.theory import Ending, Play, Theory


def departures(batch: GameBatch) -> tuple[Departures, ...]:
    """Return the values of each side's departures: a breach ends the text, and nothing answers the rest."""
    stake = _stakes(batch)
    by_player = []
    for i, player in enumerate(batch.players):
        bound = [name for name in batch.menus[player] if (player, name) in batch.terms]
        breach = np.zeros(len(batch.changes[i]), dtype=np.bool_)
        for name in bound:
            breach |= batch.harsher_in(i, batch.leg_of(name), name)
        by_player.append(answered(batch, i, np.where(breach, stake[:, i, None], np.nan)))
    return tuple(by_player)


def _over(batch: GameBatch) -> FloatArray:
    """Return the payoff of each side after the end of the text, shape (D, 2)."""
    left: FloatArray = batch.whole[:, 0, 0] - _stakes(batch)
    return left


def _stakes(batch: GameBatch) -> FloatArray:
    return stakes(batch.payoffs(batch.ceilings(covered=True)))


def plays(batch: GameBatch) -> tuple[Play, ...]:
    """Return the checks of the trigger on covered instruments and of each leg's levels outside the text."""
    stage = batch.stage(batch.ceilings(covered=True))
    kept, off = (stage.labels(k) for k in agreement_profiles(stage))
    grim = grim_trigger(stage, kept, off, names=("kept", "over"))
    game = RepeatedGame(stage, float(batch.delta[0]))
    legs = {batch.leg_of(name) for _, name in batch.terms}
    bound = tuple(leg for leg in batch.scenario.legs if leg in legs)
    # All covered legs hang together by the trigger, and outside it each leg rests by itself.
    checked = [Play(bound, game, grim, partial(verify, game, grim))] if bound else []
    for leg in batch.scenario.legs:
        rest = batch.stage(batch.ceilings(leg, covered=False))
        checked.append(Play((leg,), rest, None, partial(verify, rest, rest.labels((0, 0)))))
    return tuple(checked)


THEORY = Theory(
    name="moment",
    order=2,
    statement="The text alone is watched: a breach ends all of it, and nothing answers what it leaves out.",
    phases="one, moved by breaches of the text",
    outside="the stage equilibrium of what is left out",
    off_path="the worst stage equilibrium of what is bound, for ever",
    departures=departures,
    plays=plays,
    answers_outside=False,
    checked="legs",
    ending=Ending(_over),
)
