"""Compiled: the path of logit Markov equilibria, followed by its arc length from precision 0.

Predictor and corrector steps (Allgower and Georg 1990, chapter 6; Turocy 2005 for logit equilibria). A step
is taken again at half its length where the corrector moves far, the tangent turns, or the orientation (the
sign of the bordered determinant) changes: along one branch it never does. Where the change stays however
short the step, another branch crosses; the one that goes straight on is kept. Cost: a few Newton steps of
`markov_equations` for each step.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from negotiation.numeric import FloatArray
from negotiation.solvers.markov.kernels.equations import MarkovArrays, newton_step

FIRST_STEP = 0.1
SHORTEST_STEP = 1e-11
LONGEST_CORRECTION = 0.3
LEAST_COSINE = 0.9
CROSSING_STEP = 1e-4
NEWTON_STEPS = 6
NEWTON_REGION = 0.03
NEWTON_TOLERANCE = 1e-8

REACHED, TOO_SHORT, TOO_MANY = 0, 1, 2


@njit(cache=True, nogil=True)
def corrected(
    game: MarkovArrays, trial: FloatArray, tangent: FloatArray, along: FloatArray, length: float
) -> tuple[bool, float, float]:
    """Bring a predicted point to the path, in place, and write the tangent there.

    Returns whether that worked, the orientation, and the largest gain from one deviation.
    """
    moved = np.empty(len(trial))
    actions = game.ends[-1, -1]
    limit = min(LONGEST_CORRECTION, 0.5 * length)
    for _ in range(NEWTON_STEPS):
        if not trial[:actions].max() < 1.0:
            return False, 0.0, np.inf
        _, sign, gain = newton_step(game, trial, tangent, moved, along)
        change = np.sqrt((moved * moved).sum())
        if sign == 0.0 or not change <= limit:
            return False, 0.0, np.inf
        trial += moved
        limit = max(0.5 * change, NEWTON_REGION)
        if change <= NEWTON_TOLERANCE * max(1.0, abs(trial[-1])):
            return trial[-1] >= 0.0, sign, gain
    return False, 0.0, np.inf


@njit(cache=True, nogil=True)
def markov_path(game: MarkovArrays, state: FloatArray, target: float, budget: int) -> tuple[int, int]:
    """Follow the path until no deviation gains more than a target; return why it ended, and the steps.

    Parameters
    ----------
    game : MarkovArrays
    state : array, shape (3, actions + S N + 1)
        In and out: the point, the tangent, and (length, orientation, gain, crossings) for going on. A length
        of 0 begins at precision 0.
    target : float
        Gain from one deviation, in units of one period's payoff range.
    budget : int
        Most steps.
    """
    point, tangent = state[0].copy(), state[1].copy()
    length, orientation = state[2, 0], state[2, 1]
    along = np.empty(len(point))
    if length == 0.0:
        tangent[-1] = 1.0
        _, orientation, _ = newton_step(game, point, tangent, np.empty(len(point)), along)
        tangent[:], length = along, FIRST_STEP
    reason, steps = TOO_MANY, 0
    while steps < budget and reason == TOO_MANY:
        steps += 1
        trial = point + length * tangent
        good, sign, gain = corrected(game, trial, tangent, along, length)
        cosine = (along * tangent).sum()
        if not good or cosine < LEAST_COSINE or (sign != orientation and length > CROSSING_STEP):
            length *= 0.5
            reason = TOO_SHORT if length < SHORTEST_STEP else TOO_MANY
            continue
        drift = np.sqrt(((trial - point - length * tangent) ** 2).sum())
        state[2, 3] += sign != orientation
        point, tangent[:], orientation = trial, along, sign
        turn = (1.0 - cosine) / (1.0 - LEAST_COSINE)
        length *= stretch(max(drift / LONGEST_CORRECTION, drift / (0.5 * length), turn))
        state[2, 2] = gain
        reason = REACHED if gain <= target else TOO_MANY
    state[0], state[1], state[2, 0], state[2, 1] = point, tangent, length, orientation
    return reason, steps


@njit(cache=True, nogil=True)
def stretch(strain: float) -> float:
    """Return how much longer the next step may be, from the share of what is allowed that this one used."""
    return 2.0 if strain < 0.15 else 1.3 if strain < 0.35 else 1.0 if strain < 0.6 else 0.7
