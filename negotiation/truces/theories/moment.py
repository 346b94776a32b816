"""Moment: what the text covers is under a grim trigger on it, what it leaves out is answered by nothing.

After a departure in something covered the covered instruments go to the worst stage equilibrium of their game
for ever. A departure outside the text changes nothing, so what is tempting there is done at once: stage
deviations under the text alone.
"""

from __future__ import annotations

from functools import partial

import numpy as np

from negotiation.base.numeric import FloatArray
from negotiation.game_theory.checks.verify import verify
from negotiation.game_theory.games import RepeatedGame
from negotiation.game_theory.strategies import grim_trigger
from negotiation.truces.compiling.coverage_game import agreement_profiles
from negotiation.truces.theories.common.question import Question
from negotiation.truces.theories.common.theory import Play, Theory
from negotiation.truces.verdicts.grim_trigger import deviation_gains, grim_margin, stakes


def margins(asked: Question) -> tuple[FloatArray, ...]:
    """Return the margin of departures in what is covered, and in single instruments that are not.

    A departure in several instruments outside the text gains what it gains in each, so that one of them alone
    decides the sign; those that reach across the edge of the text are answered as their covered part is.
    """
    covered = asked.ceilings(covered=True)
    stake = stakes(asked.payoffs(covered))
    by_player = []
    for i, player in enumerate(asked.players):
        gains = deviation_gains(asked.whole, i)
        own = np.full(gains.shape, np.inf)
        inside = asked.positions(i, covered[player])[1:]
        # What reaches across the edge of the text stays infinite: it is answered as its covered part is,
        # which is among `inside`.
        own[:, inside] = grim_margin(gains[:, inside], stake[:, i, None], asked.delta[:, None])
        for k, changed in enumerate(asked.changes[i]):
            if asked.harsher[i][k] and len(changed) == 1 and (player, *changed) not in asked.terms:
                own[:, k] = -gains[:, k]
        by_player.append(own)
    return tuple(by_player)


def plays(asked: Question) -> tuple[Play, ...]:
    """Return the checks of the trigger on what is covered and of what each leg keeps outside the text."""
    stage = asked.stage(asked.ceilings(covered=True))
    kept, off = (stage.labels(k) for k in agreement_profiles(stage))
    grim = grim_trigger(stage, kept, off, names=("kept", "over"))
    game = RepeatedGame(stage, float(asked.delta[0]))
    legs = {asked.leg_of(name) for _, name in asked.terms}
    bound = tuple(leg for leg in asked.scenario.legs if leg in legs)
    # All covered legs hang together by the trigger, and outside it each leg rests by itself.
    checked = [Play(bound, game, grim, partial(verify, game, grim))] if bound else []
    for leg in asked.scenario.legs:
        rest = asked.stage(asked.ceilings(leg, covered=False))
        checked.append(Play((leg,), rest, None, partial(verify, rest, rest.labels((0, 0)))))
    return tuple(checked)


THEORY = Theory(
    name="moment",
    order=2,
    statement="The text alone is watched: a breach ends all of it, and nothing answers what it leaves out.",
    phases="one, moved by breaches of the text",
    outside="the stage equilibrium of what is left out",
    off_path="the worst stage equilibrium of what is bound, for ever",
    margins=margins,
    plays=plays,
)
