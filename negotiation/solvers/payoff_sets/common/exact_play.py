"""The certificate of `fixed_play.py` in rational numbers, for games whose numbers are.

Probabilities are replaced by the nearest fractions with denominators to `DENOMINATOR`; payoffs of the play
and incentives are then exact. Decides knife edges, where a constraint binds with no room. Cost: a Gaussian
elimination in fractions for each player; refused above `MOST` states.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np

from negotiation.games import RepeatedGame, unilateral_payoffs
from negotiation.numeric import FloatArray
from negotiation.solvers.payoff_sets.common.fixed_play import FixedPlay

DENOMINATOR = 1_000_000
MOST = 24


def exact_play(game: RepeatedGame, play: FixedPlay) -> FixedPlay | None:
    """Return the play with payoffs found and incentives met in rational numbers, or None.

    Parameters
    ----------
    game : RepeatedGame
        Payoffs and discount factors are taken exactly.
    play : FixedPlay
        All its states, payoffs shifted so that each player's least is zero.

    Examples
    --------
    >>> from negotiation.games import StageGame
    >>> stage = StageGame.from_matrices([[9, 1], [10, 3]], [[9, 10], [1, 3]])
    >>> points = np.array([[8.0, 8.0], [2.0, 2.0]])
    >>> play = FixedPlay(points, np.array([0, 3]), points, np.eye(2), 0.0)
    >>> exact_play(RepeatedGame(stage, Fraction(1, 7)), play).is_exact
    True
    >>> exact_play(RepeatedGame(stage, Fraction(1, 7) - Fraction(1, 10**20)), play) is None
    True
    """
    count, payoffs = len(play.points), game.stage.exact_payoffs()
    if count > MOST or play.weights.shape != (count, count):
        return None
    weights = [_lottery(row) for row in play.weights]
    shape = game.stage.n_actions
    indices = [tuple(int(a) for a in np.unravel_index(int(k), shape)) for k in play.profiles]
    points, continuations = np.empty_like(play.points), np.empty_like(play.points)
    for i, delta in enumerate(game.exact_discount_factors):
        least = payoffs[..., i].min()
        own = [unilateral_payoffs(payoffs, index, i) for index in indices]
        stage = [Fraction(row[index[i]]) - least for row, index in zip(own, indices, strict=True)]
        best = [Fraction(max(row)) - least for row in own]
        values = _values(weights, stage, delta)
        for k in range(count):
            future = sum((p * v for p, v in zip(weights[k], values, strict=True)), Fraction(0))
            if values[k] < (1 - delta) * best[k] + delta * min(values):
                return None
            points[k, i], continuations[k, i] = float(values[k]), float(future)
    reason = "self-generating in rational numbers"
    return replace(play, points=points, continuations=continuations, margin=0.0, reason=reason, is_exact=True)


def _lottery(row: FloatArray) -> list[Fraction]:
    near = [Fraction(float(p)).limit_denominator(DENOMINATOR) for p in row]
    total = sum(near, Fraction(0))
    return [p / total for p in near]


def _values(weights: list[list[Fraction]], stage: list[Fraction], delta: Fraction) -> list[Fraction]:
    """Return the solution of v = (1 - delta) g + delta L v, by elimination: the matrix is dominant."""
    count = len(stage)
    rows = [
        [Fraction(int(j == k)) - delta * weights[k][j] for j in range(count)] + [(1 - delta) * stage[k]]
        for k in range(count)
    ]
    for k in range(count):
        rows[k] = [entry / rows[k][k] for entry in rows[k]]
        for j in range(count):
            if j != k and rows[j][k]:
                rows[j] = [a - rows[j][k] * b for a, b in zip(rows[j], rows[k], strict=True)]
    return [row[-1] for row in rows]
