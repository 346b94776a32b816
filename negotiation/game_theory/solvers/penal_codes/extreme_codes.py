"""Exact optimal penal codes: extreme play at a discount factor, solved in rational numbers.

What is played at the corners of the payoff set that are worst for the players is read off the outer bound and
solved for (`extreme_equations.py`): if the points that come out generate one another, they are worst
equilibria and their supports (Abreu 1986, 1988). Where a worst payoff rests on itself and not linearly, it is
replaced by a promise close above it. Everything is rational where payoffs and the discount factor are. Cost:
one outer bound, and a few operations in fractions for each state.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from math import ceil

import numpy as np

from negotiation.base.numeric import FloatArray, as_fraction
from negotiation.game_theory.games import RepeatedGame, StageGame, unilateral_payoffs
from negotiation.game_theory.solvers.payoff_sets.perfect.extreme_play import ExtremePlay, extreme_play
from negotiation.game_theory.solvers.penal_codes.extreme_equations import (
    ExtremeEquations,
    Pair,
    Partial,
    complete,
)
from negotiation.game_theory.solvers.penal_codes.numerics import NUMERICS
from negotiation.game_theory.solvers.penal_codes.self_generation import SelfGeneration, Source


def extreme_codes(game: RepeatedGame) -> Iterator[SelfGeneration]:
    """Yield the points of extreme play as sets that may generate themselves.

    Examples
    --------
    >>> stage = StageGame.from_matrices([[9, 1], [10, 3]], [[9, 10], [1, 3]])
    >>> code = next(extreme_codes(RepeatedGame(stage, Fraction(1, 7))))
    >>> code.is_proven(), [str(x) for x, y in code.points]
    (True, ['3'])
    """
    found = extreme_play(own_shares(game.stage), game.float_discount_factors[0])
    if found is None:
        return
    for values in _solutions(game, found):
        points = complete(values)
        if points is not None:
            yield _generation(game, found, points)


def own_shares(stage: StageGame) -> FloatArray:
    """Return payoffs as shares of each player's own range, from 0 to 1.

    Examples
    --------
    >>> own_shares(StageGame([[[5, 1]], [[7, 1]]])).tolist()
    [[[0.0, 0.0]], [[1.0, 0.0]]]
    """
    exact = stage.given_payoffs()
    moved = exact - exact.reshape(-1, 2).min(axis=0)
    ranges = [x or 1 for x in moved.reshape(-1, 2).max(axis=0).tolist()]
    found: FloatArray = np.stack([moved[..., i] / ranges[i] for i in (0, 1)], axis=-1).astype(np.float64)
    return found


def _solutions(game: RepeatedGame, found: ExtremePlay) -> Iterator[Partial[Fraction]]:
    """Yield the payoffs of the states: as the equations say, or else with worst payoffs promised."""
    payoffs = game.stage.exact_payoffs()
    now, paid = {}, {}
    for k, extreme in found.play.items():
        now[k] = _payoffs(game, extreme.profile)
        for j in (0, 1):
            paid[k, j] = as_fraction(max(unilateral_payoffs(payoffs, extreme.profile, j)))
    equations = ExtremeEquations(found, now, paid, game.exact_discount_factors[0], Fraction(1))
    values = equations.solved({})
    missing = equations.missing(values)
    if not missing:
        yield values
        return
    linear = equations.linear(missing)
    if linear is not None:
        yield linear
    else:
        yield equations.solved({i: _promise(game, found, i) for i in missing})


def _promise(game: RepeatedGame, found: ExtremePlay, player: int) -> Fraction:
    """Return a plain number close above a player's worst payoff."""
    own, room = game.stage.exact_payoffs()[..., player], Fraction(NUMERICS.promised)
    share = float(found.corners[found.worst[player], player])
    least = as_fraction(own.min())
    return least + (ceil(Fraction(share) / room) + 1) * room * (as_fraction(own.max()) - least)


def _generation(game: RepeatedGame, found: ExtremePlay, points: dict[int, Pair[Fraction]]) -> SelfGeneration:
    delta = game.exact_discount_factors[0]
    sources = []
    for k, point in points.items():
        index = found.play[k].profile
        now = _payoffs(game, index)
        after = ((point[0] - (1 - delta) * now[0]) / delta, (point[1] - (1 - delta) * now[1]) / delta)
        sources.append(Source(index, point, after))
    return SelfGeneration(game, tuple(sources))


def _payoffs(game: RepeatedGame, index: tuple[int, int]) -> Pair[Fraction]:
    first, second = game.stage.exact_payoffs()[index]
    return as_fraction(first), as_fraction(second)
