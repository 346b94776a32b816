"""Bounds of pure-strategy subgame-perfect payoffs of three players (or two), by linear programs.

The method is that of Judd, Yeltekin and Conklin (2003), with public randomisation and perfect monitoring.
Discount factors may differ. The outer bound is a set of half-spaces with fixed normals, which include the
axes. A step solves, for each direction and action profile, the program

    max q . ((1 - delta) g + delta w)  over w in W with w_i >= u_i + (1 - delta_i) / delta_i h_i,

by the dual simplex method from the last basis (`kernels/half_spaces.py`). The inner bound uses the same
operator with tightened constraints; W is the hull of the maximisers, and a continuation is a mixture of them
(`kernels/hulls.py`). The payoffs of the play that these describe are then solved for, and its incentives are
checked (`fixed_play.py`). The result has the points, profiles and lotteries of that play, which `verify` can
check. A step costs directions x profiles programs of a few microseconds each; the number of steps grows as
1 / (1 - the largest discount factor). For two players `equilibrium_payoffs` finds the set itself, and faster.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import numpy as np

from negotiation.base.numeric import FloatArray, read_only
from negotiation.base.reading.numbers import expect_count
from negotiation.base.status import Status
from negotiation.game_theory.games import RepeatedGame
from negotiation.game_theory.games.capabilities import FOR_PROGRAMS, Takes
from negotiation.game_theory.solutions.payoff_bounds import PayoffBounds
from negotiation.game_theory.solvers.payoff_sets.common.fixed_play import FixedPlay, fixed_play
from negotiation.game_theory.solvers.payoff_sets.common.own_ranges import OwnRanges, on_own_ranges, own_ranges
from negotiation.game_theory.solvers.payoff_sets.common.program_arrays import ConstraintArrays
from negotiation.game_theory.solvers.payoff_sets.perfect.numerics import PROGRAMS

CERTIFIED = "inner bound certified"


@dataclass(frozen=True)
class _Setting:
    payoffs: FloatArray
    gains: FloatArray
    deltas: FloatArray
    own: OwnRanges
    size: float
    normals: FloatArray


@Takes(
    "a pair of payoff bounds",
    (RepeatedGame,),
    (2, 3),
    "refused",
    profiles=FOR_PROGRAMS,
    questions=("payoffs", "equilibria"),
    otherwise="check a strategy by `verify`",
)
def bounded_payoffs(
    game: RepeatedGame, *, fineness: int = 1, limit: int = PROGRAMS.iterations
) -> PayoffBounds:
    """Return bounds of the pure-strategy subgame-perfect payoffs of two or three players.

    Parameters
    ----------
    game : RepeatedGame
        A game of two or three players under perfect monitoring; discount factors may differ.
    fineness : int, optional
        Size of the set of outward normals, 1 by default. The normals are the directions of all nonzero
        integer vectors with entries of at most `fineness` in absolute value, in payoffs that are scaled to
        similar ranges. For three players a fineness of 1 gives 26 normals, and 2 gives 98.
    limit : int, optional
        Largest number of steps, 2,000 by default. If the outer bound has not converged by then, the result
        has the status `partial`, and its outer bound is still valid.

    Returns
    -------
    PayoffBounds
        The outer bound as `.directions` and `.levels`, certified equilibrium payoffs as `.inner`, the
        distance between them as `.gap`, and the method `.contains`.

    Raises
    ------
    InvalidGame
        If `game` is not a RepeatedGame of two or three players under perfect monitoring, a player's range of
        payoffs is below 1e-120 or above 1e120, or `fineness` or `limit` is not a whole number of at least 1.
    SizeLimit
        If the game has more than 200,000 action profiles.
    InvalidDiscountFactor
        If a discount factor is below 1e-100 or rounds to 1 as a float.

    Notes
    -----
    Judd, K. L., Yeltekin, S., and Conklin, J. (2003), "Computing supergame equilibria", Econometrica 71(4).
    For two players `equilibrium_payoffs` is faster and gives tighter bounds.

    Examples
    --------
    >>> from negotiation.game_theory.games import StageGame
    >>> payoffs = np.zeros((2, 2, 1, 3))
    >>> payoffs[:, :, 0, 0], payoffs[:, :, 0, 1] = [[9, 1], [10, 3]], [[9, 10], [1, 3]]
    >>> found = bounded_payoffs(RepeatedGame(StageGame(payoffs), 0.1))
    >>> found.status, found.contains((3, 3, 0)), found.contains((9, 9, 0))
    ('complete', True, False)
    """
    limit = expect_count("steps, `limit`,", limit)
    setting = _setting(game, expect_count("grid steps, `fineness`,", fineness))
    levels, steps, change = _outer(setting, limit)
    empty = bool(np.isneginf(levels).any())
    play = _nash_play(setting) if empty else _inner(setting, levels, limit)
    return _assembled(game, setting, levels, play, steps, change)


def _setting(game: RepeatedGame, fineness: int) -> _Setting:
    n = game.stage.n_players
    own = own_ranges((game.stage,))
    moved = on_own_ranges(game.stage, own).payoffs
    moved = moved - moved.reshape(-1, n).min(axis=0)
    size = float(moved.max()) or 1.0
    moved = moved / size
    gains = np.stack([moved[..., i].max(axis=i, keepdims=True) - moved[..., i] for i in range(n)], axis=-1)
    deltas = np.array(game.float_discount_factors)
    return _Setting(
        moved.reshape(-1, n), gains.reshape(-1, n), deltas, own, size, sphere_directions(n, fineness)
    )


def sphere_directions(n_players: int, fineness: int) -> FloatArray:
    """Return the unit normals along all nonzero integer vectors with entries of at most `fineness`.

    Examples
    --------
    >>> len(sphere_directions(3, 1)), len(sphere_directions(3, 2)), len(sphere_directions(2, 1))
    (26, 98, 8)
    """
    entries = range(-fineness, fineness + 1)
    vectors = np.array([v for v in product(entries, repeat=n_players) if np.gcd.reduce(v) == 1], np.float64)
    result: FloatArray = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    return result


def _constraints(setting: _Setting) -> ConstraintArrays:
    """Return the constraints of each profile: how far continuations must exceed the threats."""
    n_profiles, n_players = setting.payoffs.shape
    needed = (1.0 - setting.deltas) / setting.deltas * setting.gains
    return ConstraintArrays(
        np.ones(n_profiles, np.int64), np.ones((n_profiles, 1)), np.full(n_profiles, n_players),
        np.tile(np.arange(n_players), (n_profiles, 1)), np.ones((n_profiles, n_players, 1)), needed,
        setting.payoffs, setting.deltas,
    )  # fmt: skip


def _outer(setting: _Setting, limit: int) -> tuple[FloatArray, int, float]:
    """Return the levels of the outer bound (minus infinity if it is empty), the steps and the last change."""
    from negotiation.game_theory.solvers.payoff_sets.perfect.kernels.half_spaces import Outer, lower

    minmax = (setting.payoffs + setting.gains).min(axis=0)
    # Unlike discount factors: only the box of each player's own averages is sure to contain the set.
    corners = np.array(list(product(*zip(minmax, setting.payoffs.max(axis=0), strict=True))))
    levels = (setting.normals @ corners.T).max(axis=1)
    up, down = setting.normals.argmax(axis=0), setting.normals.argmin(axis=0)
    active = np.ones(len(setting.payoffs), np.int64)
    axes = np.where(setting.normals >= 0.0, up, down)
    outer = Outer(setting.normals, levels, minmax, active, axes, down)
    steps, change = lower(outer, _constraints(setting), PROGRAMS.relaxed, PROGRAMS.iterated, limit)
    return outer.levels, steps, change


def _nash_play(setting: _Setting) -> FixedPlay:
    """Return the play of the pure stage equilibria, whose hull always generates itself."""
    still = np.flatnonzero((setting.gains <= 0.0).all(axis=1))
    still = still[np.unique(setting.payoffs[still], axis=0, return_index=True)[1]]
    points = setting.payoffs[still]
    reason = "inner bound certified: the pure stage equilibria" if len(still) else "inner bound empty"
    return FixedPlay(points, still, points, np.eye(len(still)), 0.0, reason)


def _inner(setting: _Setting, levels: FloatArray, limit: int) -> FixedPlay:
    for tighter in PROGRAMS.tightened:
        play = _play(setting, levels, tighter, limit)
        if play is not None and play.margin >= 0.0:
            result = _merged(setting, play)
            if result.margin >= 0.0:
                return result
    return _nash_play(setting)


def _play(setting: _Setting, levels: FloatArray, tighter: float, limit: int) -> FixedPlay | None:
    """Return the play that the tightened operator's last maximisers describe, or None if none settle."""
    from negotiation.game_theory.solvers.payoff_sets.perfect.kernels.hulls import generated

    patience = float(setting.deltas.max())
    room = PROGRAMS.pulled * tighter * (1.0 - patience)
    # The corners of the box of each player's least and greatest payoff in the outer bound.
    lowest = -levels[setting.normals.argmin(axis=0)]
    highest = levels[setting.normals.argmax(axis=0)]
    points = np.array(list(product(*zip(lowest, highest, strict=True))))
    count, n = setting.payoffs.shape
    # Normals are tilted so that no program is likely to have several solutions. Square roots of 2, 3, ... are
    # in no rational ratio, unlike the edges of games in whole numbers.
    normals = setting.normals + PROGRAMS.tilt * np.sqrt(np.arange(2.0, 2.0 + n))
    constraints, active = _constraints(setting), np.ones(count, np.int64)
    bases = np.full((count, len(normals), n + 1), -1)
    for _ in range(min(limit, PROGRAMS.first_steps + int(PROGRAMS.horizons / -np.log(patience)))):
        before = points
        profiles, weights = generated(normals, points, constraints, tighter, active, bases)
        if not active.any():
            return None
        points = (1.0 - setting.deltas) * setting.payoffs[profiles] + setting.deltas * (weights @ before)
        if before.shape != points.shape:
            bases[:] = -1
        elif np.abs(points - before).max() <= PROGRAMS.settled_share * room:
            # A little of every state in each lottery: continuations lie within the set, and the linear system
            # of the play is well conditioned.
            drawn = (1.0 - room) * weights + room / len(weights)
            return fixed_play(setting.payoffs, setting.gains, setting.deltas.tolist(), profiles, drawn)
    return None


def _merged(setting: _Setting, play: FixedPlay) -> FixedPlay:
    """Return the play, solved again after states with the same profile and payoffs have been merged."""
    labels = np.column_stack([play.profiles, play.points.round(PROGRAMS.same_state)])
    _, first_places, place = np.unique(labels, axis=0, return_index=True, return_inverse=True)
    weights = np.zeros((len(first_places), len(first_places)))
    np.add.at(weights.T, place.ravel(), play.weights[first_places].T)
    profiles = play.profiles[first_places]
    return fixed_play(setting.payoffs, setting.gains, setting.deltas.tolist(), profiles, weights)


def _assembled(
    game: RepeatedGame, setting: _Setting, levels: FloatArray, play: FixedPlay, steps: int, change: float
) -> PayoffBounds:
    reached = (setting.normals @ play.points.T).max(axis=1, initial=-np.inf)
    empty = bool(np.isneginf(levels).any())
    settled = change <= PROGRAMS.iterated
    reason = play.reason
    if not settled:
        reason += f"; the outer bound still moved by {change:.1g} of the size at step {steps}"
    # q . w <= l for w_i = (v_i - base_i) / (2^k_i size) is n . v <= l size + n . base with n_i = q_i / 2^k_i.
    # Back from each player's own unit: directions turn with the units, and are made unit vectors again.
    own, inner = setting.own, setting.own.back(play.points * setting.size)
    normals = np.ldexp(setting.normals, -own.exponents)
    lengths = np.linalg.norm(normals, axis=1)
    normals = normals / lengths[:, None]
    outer = levels * setting.size / lengths + normals @ [float(base) for base in own.bases]
    size = float(own.ranges.max()) or 1.0
    # A direction's length where payoffs are counted in ranges, against that in the units of the program.
    shares = np.ldexp(own.ranges, -own.exponents) / setting.size
    lengths_in_ranges = np.linalg.norm(setting.normals * np.where(shares > 0.0, shares, 1.0), axis=1)
    gap = 0.0 if empty else float(((levels - reached) / lengths_in_ranges).max())
    read_only(normals, outer, inner, play.profiles, play.weights)
    is_proven = play.reason == CERTIFIED or gap <= PROGRAMS.meet
    if not is_proven:
        reason += "; no play with more was certified"
    status: Status = "complete" if settled and is_proven else "partial"
    return PayoffBounds(
        game, normals, outer, inner, play.profiles, play.weights, gap,
        steps, change, size, status, reason,
    )  # fmt: skip
