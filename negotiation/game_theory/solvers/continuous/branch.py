"""The branch of equilibria from precision 0, and from there towards best replies.

With payoffs scaled by t every precision is scaled by t (McKelvey and Palfrey 1995 for stage games). At t = 0
options differ by the shocks alone, and the equilibrium is the one of choice at random where all have as many
options. It is followed by secant steps and Newton's method as t goes to 1; where the branch turns back, the
steps shrink, and that is said. Makers without shocks are given a precision that is doubled until choices are
best replies to the values of the best replies.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from negotiation.base.numeric import FloatArray
from negotiation.game_theory.solvers.continuous.newton import Equations, Point, newton
from negotiation.game_theory.solvers.continuous.numerics import NUMERICS
from negotiation.game_theory.solvers.continuous.units import InUnits


class Followed(NamedTuple):
    """Where following a branch ended."""

    # The last one on the branch.
    point: Point
    # Share of the precision that was reached; 1 at the end.
    share: float
    steps: int


def follow_branch(equations: Equations) -> Followed:
    """Return the end of the branch of equilibria that begins at precision 0."""
    shape = equations.moves.flows.shape
    point = newton(equations, np.zeros(shape), 0.0, NUMERICS.on_the_way)
    if point.residual > NUMERICS.on_the_way:
        return Followed(point, 0.0, 0)
    share, step, taken = 0.0, NUMERICS.first_step, 0
    before, tangent = point, np.zeros(shape)
    while share < 1.0:
        ahead = min(1.0, share + step)
        guess = point.values + (ahead - share) * tangent
        goal = NUMERICS.solved if ahead == 1.0 else NUMERICS.on_the_way
        after = newton(equations, guess, ahead, goal, NUMERICS.patience)
        near = abs(after.choices.chances - point.choices.chances).max(initial=0.0) <= NUMERICS.farthest
        solved = equations.accepts(after, NUMERICS.accepted if ahead == 1.0 else NUMERICS.on_the_way)
        if not (near and solved):
            step /= 2.0
            if step < NUMERICS.shortest_step:
                break
            continue
        before, point = point, after
        tangent = (point.values - before.values) / (ahead - share)
        share, taken = ahead, taken + 1
        if after.steps <= NUMERICS.quick:
            step = min(2.0 * step, NUMERICS.longest_step)
    return Followed(point, share, taken)


def sharpened(setting: InUnits, values: FloatArray | None) -> Point | None:
    """Return best replies near values, or at the end of the branch, where some makers have no shocks.

    Shapes: `values` (S, N).
    """
    sharp = np.isinf(setting.moves.precisions)
    equations = Equations(setting)
    if values is not None:
        ended = newton(equations, values)  # replies to replies come to rest more often than not
        if equations.accepts(ended):
            return ended
    precision = 1.0
    finite = np.where(sharp, precision, setting.moves.precisions)
    blurred = Equations(InUnits(setting.game, setting.moves._replace(precisions=finite), setting.middles))
    point = follow_branch(blurred).point if values is None else newton(blurred, values)
    while precision < NUMERICS.sharpest:
        ended = newton(equations, point.values, most=NUMERICS.newton_steps)
        if equations.accepts(ended):
            return ended
        precision *= NUMERICS.sharpening
        finite = np.where(sharp, precision, setting.moves.precisions)
        blurred = Equations(InUnits(setting.game, setting.moves._replace(precisions=finite), setting.middles))
        point = newton(blurred, point.values)
    return None
