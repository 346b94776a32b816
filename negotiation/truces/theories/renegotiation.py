"""Renegotiation: like shadow linkage, but without threats that both sides would renegotiate.

An answer must leave the side that gives it no worse off than the agreement does (Farrell and Maskin 1989,
weakly renegotiation-proof): it plays one profile of the whole game until a lottery brings the agreement
back.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from negotiation.game_theory.games import RepeatedGame
from negotiation.game_theory.solutions.verdict import Verdict
from negotiation.game_theory.solvers.penal_codes.returning_answers import returning_answers
from negotiation.game_theory.solvers.thresholds.renegotiation import renegotiation_proofness
from negotiation.game_theory.strategies import Automaton
from negotiation.truces.theories.common.answered import answered, credible_stake, stage_values
from negotiation.truces.theories.common.game_batch import GameBatch
from negotiation.truces.theories.common.legs import Departures
from negotiation.truces.theories.common.theory import Ending, Play, Theory

CONCEPT = "weakly renegotiation-proof equilibrium"


def departures(batch: GameBatch) -> tuple[Departures, ...]:
    """Return the values of each side's departures under renegotiation-proof answers."""
    answers = [
        returning_answers(game, float(d), proof=True)
        for game, d in zip(batch.whole, batch.delta, strict=True)
    ]
    kept = batch.whole[:, 0, 0]
    return tuple(
        answered(batch, i, credible_stake(answers, kept, i)[:, None], batch.rational[:, i]) for i in range(2)
    )


def plays(batch: GameBatch) -> tuple[Play, ...]:
    """Return the strategy of the agreement and its answers, with its check."""
    stage, delta = batch.stage(batch.menus), float(batch.delta[0])
    game = RepeatedGame(stage, delta)
    strategy = returning_answers(batch.whole[0], delta, proof=True).automaton(stage)
    return (Play(batch.scenario.legs, game, strategy, partial(_checked, game, strategy)),)


def _checked(game: RepeatedGame, strategy: Automaton) -> Verdict:
    """Return the verdict on subgame perfection, which holds only if the play is renegotiation-proof too."""
    # The margin is that of subgame perfection; the other check is that no answer would be renegotiated.
    proofness = renegotiation_proofness(game, strategy)
    return replace(proofness.equilibrium, holds=proofness.holds, concept=CONCEPT)


THEORY = Theory(
    name="renegotiation",
    order=5,
    statement="As shadow linkage, but no threat counts that both sides would rather talk away.",
    phases="one, moved by any harsher level",
    outside="kept as it was, answered everywhere",
    off_path="the worst answer that is weakly renegotiation-proof, until it is over",
    departures=departures,
    plays=plays,
    checked="all",
    ending=Ending(stage_values),
)
