"""Custom in kind: each issue is kept as it was, in the text or not, and a breach is answered by one step.

In the answer, the side that departed in an issue is at the kept levels, and the other side goes one step
harsher in each of its instruments in that issue. After each period a lottery restores the issue, with the
least chance at which the answer is credible. This is specific reciprocity (Keohane 1986), in which equivalent
values are exchanged within the issue. Issues are separate games: a departure in several issues is answered in
each, and the costs of the answers add up.
"""

from __future__ import annotations

from functools import partial

import numpy as np

from negotiation.base.numeric import BoolArray, FloatArray
from negotiation.disputes.posture_payoffs import Menu
from negotiation.game_theory.checks.verify import verify
from negotiation.game_theory.games import RepeatedGame
from negotiation.game_theory.solvers.penal_codes.returning_answers import ReturningAnswers, returning_answers
from negotiation.truces.theories.common.answered import answered, credible_stake
from negotiation.truces.theories.common.game_batch import GameBatch
from negotiation.truces.theories.common.legs import Departures
from negotiation.truces.theories.common.theory import Play, Theory


def departures(batch: GameBatch) -> tuple[Departures, ...]:
    """Return the values of each side's departures, with each harsher leg answered within the leg."""
    # Of a departure in several legs each is answered by itself, so that what they cost adds up; nan where
    # none is.
    stakes: list[FloatArray] = [np.full((len(batch), batch.whole.shape[1 + i]), np.nan) for i in range(2)]
    for leg in batch.scenario.legs:
        menus = batch.ceilings(leg)
        payoffs = batch.payoffs(menus)
        answers = [_answers(game, menus, batch, d) for game, d in zip(payoffs, batch.delta, strict=True)]
        for i in range(2):
            stake = credible_stake(answers, payoffs[:, 0, 0], i)[:, None]
            own = np.where(batch.harsher_in(i, leg), stake, np.nan)
            stakes[i] = np.where(np.isnan(own), stakes[i], np.nan_to_num(stakes[i]) + own)
    return tuple(answered(batch, i, stakes[i]) for i in range(2))


def plays(batch: GameBatch) -> tuple[Play, ...]:
    """Return each leg's strategy with its check."""
    checked = []
    for leg in batch.scenario.legs:
        menus = batch.ceilings(leg)
        stage, delta = batch.stage(menus), float(batch.delta[0])
        game = RepeatedGame(stage, delta)
        strategy = _answers(stage.payoffs, menus, batch, delta).automaton(stage)
        checked.append(Play((leg,), game, strategy, partial(verify, game, strategy)))
    return tuple(checked)


def _answers(payoffs: FloatArray, menus: dict[str, Menu], batch: GameBatch, delta: float) -> ReturningAnswers:
    return returning_answers(payoffs, float(delta), among=_one_step(menus, batch))


def _as_it_was(day: GameBatch) -> FloatArray:
    kept: FloatArray = day.whole[:, 0, 0]
    return kept


def _one_step(menus: dict[str, Menu], batch: GameBatch) -> tuple[BoolArray, BoolArray]:
    """Return for each deviator the profile in which it keeps and the other goes one step up, as a mask."""
    shape = [int(np.prod([len(labels) for labels in menus[p].values()])) for p in batch.players]
    steps = []
    for player in batch.players:
        sizes = [len(labels) for labels in menus[player].values()]
        step = [min(1, size - 1) for size in sizes]
        steps.append(int(np.ravel_multi_index(step, sizes)) if sizes else 0)
    # The deviator plays its kept action, 0, against one step of the other side in each instrument of the
    # issue.
    against = (np.zeros(shape, dtype=np.bool_), np.zeros(shape, dtype=np.bool_))
    against[0][0, steps[1]] = True
    against[1][steps[0], 0] = True
    return against


THEORY = Theory(
    name="custom in kind",
    order=3,
    statement="Each issue is kept as it was, in the text or not; what is harsher is answered in the issue.",
    phases="one for each issue",
    outside="kept as it was, answered in the issue",
    off_path="one step in the issue, until it is over",
    departures=departures,
    plays=plays,
    without=_as_it_was,
)
