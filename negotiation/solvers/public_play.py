"""A finite certificate of self-generation under a public signal: play that a contraction fixes, then checked.

Given candidate points, the profile a that is to generate each and, for each signal y, its continuation as a
mixture L_y of the points, the payoffs of that play solve v_i = (1 - delta_i) g_i(a) + delta_i sum_y pi(y | a)
L_y v_i: one linear system for each player, whatever the candidates' errors were. Each solution point is then
generated with continuations in the hull of the solution points. If the incentive constraints hold too, the
hull generates itself and is within the perfect public equilibrium payoffs (Abreu, Pearce and Stacchetti
1990, theorem 1). Cost: N linear systems of as many unknowns as points.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from negotiation.numeric import FloatArray, IntArray
from negotiation.solvers.signal_constraints import SignalConstraints


@dataclass(frozen=True, eq=False)
class PublicPlay:
    """Payoffs of a play under a public signal, and what generates each; in scaled payoffs.

    Parameters
    ----------
    points : array, shape (m, 2)
        Payoffs within the hull of what is generated.
    profiles : array of int, shape (m,)
        Row-major positions of the action profiles.
    continuations : array, shape (m, Y, 2)
        Continuation payoffs after each signal, within the hull of the points.
    margin : float
        Least slack of an incentive constraint.
    reason : str
        What is certified.
    """

    points: FloatArray
    profiles: IntArray
    continuations: FloatArray
    margin: float
    reason: str = "inner bound certified"


def public_play(
    constraints: SignalConstraints, profiles: IntArray, weights: FloatArray, pull: float = 0.0
) -> PublicPlay:
    """Return the payoffs of play that starts in each state and moves between them by signal and lot.

    Parameters
    ----------
    constraints : SignalConstraints
        Probabilities and incentives by profile.
    profiles : array of int, shape (m,)
        The profile played in each state.
    weights : array, shape (m, Y, m)
        After each of the profile's joined signals the probabilities of the next state; rows sum to 1.
    pull : float, optional
        Share by which continuations are drawn towards the mean of all states. The points are then drawn in
        by half as much, so that everything generated lies strictly beyond them.

    Returns
    -------
    PublicPlay
        Its continuations by joined signal; hold it an equilibrium where the margin is not negative.
    """
    m = len(profiles)
    drawn = (1.0 - pull) * weights + pull / m
    chances = constraints.probabilities[profiles]
    moves = np.einsum("ky,kyj->kj", chances, drawn)
    values = np.empty((m, 2))
    for i, delta in enumerate(constraints.deltas):
        flow = (1.0 - delta) * constraints.payoffs[profiles, i]
        values[:, i] = np.linalg.solve(np.eye(m) - delta * moves, flow)
    continuations = drawn @ values
    points = values + 0.5 * pull * (values.mean(axis=0) - values)
    return PublicPlay(points, profiles, continuations, incentive_margin(constraints, profiles, continuations))


def incentive_margin(constraints: SignalConstraints, profiles: IntArray, continuations: FloatArray) -> float:
    """Return the least slack of an incentive constraint, in payoffs of a period's continuation.

    A constraint of nobody who gains, with continuations that do not depend on the signal, is met.
    """
    least = np.inf
    for a, w in zip(profiles, continuations, strict=True):
        for m in range(constraints.n_constraints[a]):
            i = int(constraints.owners[a, m])
            delta, gain = float(constraints.deltas[i]), float(constraints.gains[a, m])
            # Falls of probability sum to zero: measured from the first signal, equal continuations give 0.
            kept = float(constraints.coefficients[a, m] @ (w[:, i] - w[0, i]))
            least = min(least, kept - (1.0 - delta) / delta * gain)
        if constraints.hopeless[a]:
            least = -np.inf
    return least
