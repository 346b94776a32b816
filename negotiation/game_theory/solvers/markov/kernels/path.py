"""Compiled: the path of logit Markov equilibria, followed by its arc length from precision 0.

The path is followed by predictor and corrector steps (Allgower and Georg 1990, chapter 6; Turocy 2005 for
logit equilibria). A step is repeated with half its length if the corrector moves far, the tangent turns, or
the orientation (the sign of the bordered determinant) changes. Along one branch the orientation never
changes. If it changes however short the step is, another branch crosses, and the branch that goes straight on
is followed. Cost: a few Newton steps of `equations.py` for each step.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from negotiation.base.numeric import FloatArray
from negotiation.game_theory.compiling import njit
from negotiation.game_theory.solvers.markov.kernels.equations import MarkovArrays, newton_step
from negotiation.game_theory.solvers.markov.numerics import NUMERICS

# Why a path ended: it reached its target, its steps became too short, or it used up its budget of steps.
REACHED, TOO_SHORT, TOO_MANY = 0, 1, 2


class PathState(NamedTuple):
    """The current position on a path, from which it can be continued."""

    # (actions + S N + 1,): the unknowns of `equations.py`, and the unit tangent at them.
    point: FloatArray
    tangent: FloatArray
    # Length of the next step; 0 to begin at precision 0.
    length: float
    # Sign of the bordered determinant.
    orientation: float
    # Largest gain from one deviation, in units of one period's payoff range.
    gain: float
    # Number of branches crossed.
    crossings: int


@njit(cache=True, nogil=True)
def corrected(
    game: MarkovArrays, trial: FloatArray, tangent: FloatArray, along: FloatArray, length: float
) -> tuple[bool, float, float]:
    """Move the predicted point `trial` onto the path, in place, and write the tangent there to `along`.

    Returns whether the corrector converged, the orientation, and the largest gain from one deviation.
    """
    moved = np.empty(len(trial))
    actions = game.ends[-1, -1]
    # A correction longer than half the step may have gone to another branch.
    limit = min(NUMERICS.longest_correction, 0.5 * length)
    for _ in range(NUMERICS.newton_steps):
        # Logarithms of probabilities are at most 0 on the path. The comparison fails for NaN.
        if not trial[:actions].max() < 1.0:
            return False, 0.0, np.inf
        _, sign, gain = newton_step(game, trial, tangent, moved, along)
        change = np.sqrt((moved * moved).sum())
        if sign == 0.0 or not change <= limit:
            return False, 0.0, np.inf
        trial += moved
        # Near the path each Newton step is at most half as long as the one before.
        limit = max(0.5 * change, NUMERICS.newton_region)
        if change <= NUMERICS.newton_tolerance * max(1.0, abs(trial[-1])):
            return trial[-1] >= 0.0, sign, gain
    return False, 0.0, np.inf


@njit(cache=True, nogil=True)
def markov_path(
    game: MarkovArrays, state: PathState, target: float, budget: int
) -> tuple[PathState, int, int]:
    """Follow the path until no deviation gains more than `target`; return state, reason to stop and steps."""
    point, tangent = state.point.copy(), state.tangent.copy()
    length, orientation, gain, crossings = state.length, state.orientation, state.gain, state.crossings
    along = np.empty(len(point))
    # At precision 0 play is the prior: a point of the path. Its tangent is the solution of the bordered
    # system with a guess, the direction of the precision, in its last row.
    if length == 0.0:
        tangent[-1] = 1.0
        _, orientation, _ = newton_step(game, point, tangent, np.empty(len(point)), along)
        tangent[:], length = along, NUMERICS.first_step
    reason, steps = TOO_MANY, 0
    while steps < budget and reason == TOO_MANY:
        steps += 1
        trial = point + length * tangent
        good, sign, now = corrected(game, trial, tangent, along, length)
        cosine = (along * tangent).sum()
        # Along one branch the sign of the bordered determinant stays the same. A change after a long step
        # means a jump to another branch; a change after the shortest steps means that a branch crosses.
        turned = sign != orientation
        if not good or cosine < NUMERICS.least_cosine or (turned and length > NUMERICS.crossing_step):
            length *= 0.5
            reason = TOO_SHORT if length < NUMERICS.shortest_step else TOO_MANY
            continue
        # The share of each bound that this step used decides the length of the next step.
        drift = np.sqrt(((trial - point - length * tangent) ** 2).sum())
        turn = (1.0 - cosine) / (1.0 - NUMERICS.least_cosine)
        # Beyond a crossing the sign stays reversed.
        crossings += turned
        point, tangent[:], orientation, gain = trial, along, sign, now
        length *= stretch(max(drift / NUMERICS.longest_correction, drift / (0.5 * length), turn))
        reason = REACHED if gain <= target else TOO_MANY
    return PathState(point, tangent, length, orientation, gain, crossings), reason, steps


@njit(cache=True, nogil=True)
def stretch(strain: float) -> float:
    """Return the factor by which the next step is longer, from the share of its bounds that this one used."""
    return 2.0 if strain < 0.15 else 1.3 if strain < 0.35 else 1.0 if strain < 0.6 else 0.7
