"""Deciding knife edges of payoff sets in the smallest whole numbers that say the same, whatever the unit.

Where bounds do not meet, a constraint is met or missed by less than they resolve. If each player's payoffs
are multiples of one part of the range (floats: the nearest plain game's), the game is one of small whole
numbers, the same in every unit of either player. That one is solved: vertices are short fractions there, by
which an exact set is recognised, and in rational numbers a constraint is met or not. What is found is mapped
back.
Cost: the same solver once or twice more.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from fractions import Fraction
from math import gcd, lcm

import numpy as np

from negotiation.base.numeric import FloatArray, Number, ObjectArray, as_fraction, is_exact, read_only
from negotiation.game_theory.games import RepeatedGame, StageGame
from negotiation.game_theory.games.plain_payoffs import plain_shares
from negotiation.game_theory.solutions.payoff_set import PayoffSet
from negotiation.game_theory.solvers.payoff_sets.numerics import NUMERICS


def decided_in_whole_numbers(
    found: PayoffSet, meet: float, solver: Callable[[RepeatedGame], PayoffSet]
) -> PayoffSet:
    """Return a set whose bounds do not meet as that of the game in whole numbers, where they meet there."""
    if found.gap <= meet:
        return found
    game = found.game
    flat = game.stage.payoffs.reshape(-1, 2)
    given = game.stage.given_payoffs().reshape(-1, 2)
    read = [_shares(given[:, i], flat[:, i]) for i in (0, 1)]
    if max(units for _, units in read) > NUMERICS.most_plain_units:
        return found
    unit = np.ptp(flat, axis=0) / [units for _, units in read]
    for whole in _whole_games(game, np.array([shares for shares, _ in read], dtype=object).T):
        other = solver(whole)
        if other.status == "complete" and other.gap <= meet:
            return _back(other, found, flat.min(axis=0), unit)
    return found


def _shares(given: ObjectArray, floats: FloatArray) -> tuple[list[int], int]:
    """Return one player's payoffs as whole numbers of a unit, from the least, and the units of the range."""
    if given.dtype != object:
        return plain_shares(floats)
    above = [as_fraction(x) - as_fraction(given.min()) for x in given]
    common = lcm(*(x.denominator for x in above))
    whole = [int(x * common) for x in above]
    unit = gcd(*whole) or 1
    return [x // unit for x in whole], max(max(whole) // unit, 1)


def _whole_games(game: RepeatedGame, shares: ObjectArray) -> Iterator[RepeatedGame]:
    """Yield the game in whole numbers: in floats where it was given so, then in rational numbers."""
    shape, labels = game.stage.payoffs.shape, (game.stage.players, game.stage.actions)
    rational = game.stage.is_rational and all(is_exact(delta) for delta in game.discount_factors)
    if not rational:
        stage = StageGame(shares.astype(np.float64).reshape(shape), *labels)
        yield RepeatedGame(stage, game.discount_factors)
    exact = tuple(_plain(delta) for delta in game.discount_factors)
    whole = RepeatedGame(StageGame(shares.reshape(shape), *labels), exact)
    if not rational or whole.stage != game.stage:
        yield whole


def _plain(delta: Number) -> Fraction:
    """Return the short fraction that a float rounds, or the number itself; rational ones as given."""
    given = as_fraction(delta)
    short = given.limit_denominator(NUMERICS.most_plain_units)
    return short if not is_exact(delta) and float(short) == delta else given


def _back(other: PayoffSet, found: PayoffSet, low: FloatArray, unit: FloatArray) -> PayoffSet:
    """Return the set of the game in whole numbers in the units of the players."""
    moved = {
        name: low + unit * getattr(other, name) for name in ("outer", "inner", "threats", "continuations")
    }
    read_only(*moved.values())
    reason = f"{other.reason}, in the smallest whole numbers that say the same"
    return replace(other, game=found.game, reason=reason, size=found.size, **moved)
