"""The nearest plain game: how floats are read when a question is decided in rational numbers.

Payoffs given as integers or `Fraction` are taken as they are. Floats carry rounding, so the game that is
solved is the nearest plain one. Each player's payoffs are mapped onto [0, 1] and read as fractions with a
small common denominator, if all of them agree with such fractions to within `KNIFE_EDGE`. If not, payoffs
that differ from the next lower one by at most `KNIFE_EDGE` are made equal to it, and all are rounded to
2**-52 of the range. Equilibria, thresholds and payoffs of finite repetitions all read floats in this way.
Cost: linear in the number of payoffs, and their sorting.
"""

from __future__ import annotations

from fractions import Fraction
from math import lcm

import numpy as np

from negotiation.base.numeric import KNIFE_EDGE, FloatArray, ObjectArray, payoff_tolerances
from negotiation.game_theory.games.numerics import NUMERICS
from negotiation.game_theory.games.stage import StageGame
from negotiation.game_theory.games.stochastic import StochasticGame


def has_exact_payoffs(stage: StageGame) -> bool:
    """Return whether the payoffs were given as integers or `Fraction`.

    Examples
    --------
    >>> has_exact_payoffs(StageGame([[[1, 2]]])), has_exact_payoffs(StageGame([[[1.0, 2.0]]]))
    (True, False)
    """
    return stage.given_payoffs().dtype == object


def plain_stage(stage: StageGame) -> StageGame:
    """Return the nearest plain game of a stage game, with rational payoffs.

    Examples
    --------
    >>> plain_stage(StageGame([[[0.1 + 0.2, 0.1]], [[1.0, 1 / 3]]])).exact_payoffs().tolist()[0]
    [[Fraction(3, 10), Fraction(1, 10)]]
    """
    if has_exact_payoffs(stage):
        return stage
    return _with_payoffs(stage, _plain(stage.payoffs.reshape(-1, stage.n_players)))


def plain_game(game: StochasticGame) -> StochasticGame:
    """Return the nearest plain game of a stochastic game; a player's payoffs in all states are read together.

    Examples
    --------
    >>> game = StochasticGame([[[[0.1 + 0.2, 0.0]]], [[[1.0, 2.0]]]], [[[[0, 1]]], [[[0, 1]]]], 0.9)
    >>> plain_game(game).stages[0].exact_payoffs().tolist()
    [[[Fraction(3, 10), Fraction(0, 1)]]]
    """
    if all(has_exact_payoffs(stage) for stage in game.stages):
        return game
    parts = np.split(_plain(game.flat_payoffs()), game.offsets[1:-1])
    stages = {
        state: _with_payoffs(stage, part)
        for state, stage, part in zip(game.states, game.stages, parts, strict=True)
    }
    return StochasticGame.from_stages(stages, game.transitions, game.discount_factor)


def plain_shares(values: FloatArray) -> tuple[list[int], int]:
    """Return a player's payoffs as integers, counted from the least in some unit, and the range in that unit.

    The range of constant payoffs is returned as 1. Shapes: `values` (k,).

    Examples
    --------
    >>> plain_shares(np.array([0.1 + 0.2, 0.0, 0.3, 0.9]))
    ([1, 0, 1, 3], 3)
    """
    low = float(values.min())
    # Half the range, in units of which values are 0 to 2 apart.
    span = float(values.max()) / 2 - low / 2  # halves, so that the range of huge payoffs is finite
    if span == 0.0:
        return [0] * len(values), 1
    tolerance = float(payoff_tolerances((values / span)[None, :, None], KNIFE_EDGE)[0, 0]) / 2
    # The doubles do not resolve the range: all payoffs are one.
    if tolerance >= 0.5:
        return [0] * len(values), 1
    shares = (values / 2 - low / 2) / span
    # Small denominators if all payoffs agree with some; else a fine grid, on which near values are made equal
    # first.
    return _plain_fractions(shares.tolist(), tolerance) or _merged(shares, tolerance)


def _with_payoffs(stage: StageGame, flat: ObjectArray) -> StageGame:
    return StageGame(flat.reshape(stage.payoffs.shape), stage.players, stage.actions, stage.name, stage.names)


def _plain(flat: FloatArray) -> ObjectArray:
    """Return each player's payoffs as fractions: plain shares of a range whose ends are plain."""
    read: ObjectArray = np.empty(flat.shape, dtype=object)
    for i, own in enumerate(flat.T):
        shares, units = plain_shares(own)
        ends = float(own.min()), float(own.max())
        low, high = (_plain_number(end, ends[1] / 2 - ends[0] / 2) for end in ends)
        # low + (high - low) share / units over one denominator: one reduction a payoff in place of three.
        step = (high - low) / units
        common = low.denominator * step.denominator
        start, rise = low.numerator * step.denominator, step.numerator * low.denominator
        fractions = {share: Fraction(start + rise * share, common) for share in set(shares)}
        read[:, i] = [fractions[share] for share in shares]
    return read


def _plain_number(value: float, half: float) -> Fraction:
    """Return the plain fraction near a float, or else its decimal; `half` is half the range of payoffs."""
    plain = Fraction(value).limit_denominator(NUMERICS.plain_denominator)
    near = abs(plain - Fraction(value)) <= Fraction(KNIFE_EDGE) * Fraction(half)
    return plain if near else Fraction(repr(value))


def _plain_fractions(shares: list[float], tolerance: float) -> tuple[list[int], int] | None:
    """Return the shares as integers and their small common denominator, or None if there is none."""
    readings: dict[float, Fraction] = {}
    common = 1
    for share in shares:
        if share in readings:
            continue
        reading = Fraction(share).limit_denominator(NUMERICS.plain_denominator)
        common = lcm(common, reading.denominator)
        if abs(float(reading) - share) > tolerance or common > NUMERICS.plain_common_denominator:
            return None
        readings[share] = reading
    return [int(readings[share] * common) for share in shares], common


def _merged(shares: FloatArray, tolerance: float) -> tuple[list[int], int]:
    """Return the shares in grid steps, with runs of near values merged, and the number of steps."""
    order = np.argsort(shares, kind="stable")
    ordered = shares[order]
    # A run of values each near the next is one group, and all of it is read as its least.
    first_of_group = np.concatenate([[True], np.diff(ordered) > tolerance])
    group = np.cumsum(first_of_group) - 1
    representatives = ordered[first_of_group]
    merged = np.empty_like(shares)
    merged[order] = representatives[group]
    # Exact: the grid is a power of two.
    return [round(share * NUMERICS.payoff_grid) for share in merged.tolist()], NUMERICS.payoff_grid
