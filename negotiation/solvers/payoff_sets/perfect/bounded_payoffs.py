"""Bounds of pure-strategy subgame-perfect payoffs of three players (or two), by linear programs.

Judd, Yeltekin and Conklin (2003), with public randomisation, perfect monitoring and discount factors common
or unlike: the outer bound is a set of half-planes with fixed normals, the axes among them. A step is, for
each direction and action profile, the program

    max q . ((1 - delta) g + delta w)  over w in W with w_i >= u_i + (1 - delta_i) / delta_i h_i,

solved by HiGHS from the last basis. The inner bound: the same with constraints tightened, W the hull of the
maximisers, a continuation a mixture of them; then that play is solved for and its incentives checked
(`fixed_play.py`). What is returned is that play, points, profiles and lotteries, which `verify` can check.
Slow: directions x profiles programs a step, a fraction of a millisecond each, and steps as
1 / (1 - the larger discount factor): seconds for 2 x 2 x 2 at 0.6, most of a minute at 0.95. For two players
`equilibrium_payoffs` is thousands of times faster.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import numpy as np

from negotiation.errors import InvalidGame
from negotiation.games import RepeatedGame
from negotiation.games.capabilities import expect_game
from negotiation.linear_programs import SmallProgram
from negotiation.numeric import FloatArray, IntArray, read_only
from negotiation.solutions.payoff_bounds import PayoffBounds
from negotiation.solvers.payoff_sets.common.fixed_play import FixedPlay, fixed_play
from negotiation.solvers.payoff_sets.common.own_ranges import OwnRanges, on_own_ranges, own_ranges
from negotiation.solvers.payoff_sets.perfect.numerics import PROGRAMS
from negotiation.status import Status

CERTIFIED = "inner bound certified"


@dataclass(frozen=True)
class _Setting:
    payoffs: FloatArray
    gains: FloatArray
    deltas: FloatArray
    own: OwnRanges
    size: float
    normals: FloatArray


def bounded_payoffs(
    game: RepeatedGame, *, fineness: int = 1, limit: int = PROGRAMS.iterations
) -> PayoffBounds:
    """Return bounds of the equilibrium payoffs of two or three players, slowly.

    Parameters
    ----------
    game : RepeatedGame
        Two or three players, perfect monitoring, a common discount factor or one for each.
    fineness : int, optional
        Normals are all nonzero integer vectors with entries of at most this size: 26 for three players at
        1, 98 at 2, each player's payoffs measured on their own range. Those of a fineness are among those of
        its multiples.
    limit : int, optional
        Largest number of steps; at the limit the result is `partial`, its outer bound still valid.

    Raises
    ------
    InvalidGame
        If there are other than two or three players, or the fineness is not positive.

    Examples
    --------
    >>> from negotiation.games import StageGame
    >>> payoffs = np.zeros((2, 2, 1, 3))
    >>> payoffs[:, :, 0, 0], payoffs[:, :, 0, 1] = [[9, 1], [10, 3]], [[9, 10], [1, 3]]
    >>> found = bounded_payoffs(RepeatedGame(StageGame(payoffs), 0.1))
    >>> found.status, found.contains((3, 3, 0)), found.contains((9, 9, 0))
    ('complete', True, False)
    """
    expect_game("bounded_payoffs", game)
    if fineness < 1:
        raise InvalidGame(f"the fineness is a positive integer; got {fineness}")
    setting = _setting(game, fineness)
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
    deltas = np.array([float(delta) for delta in game.discount_factors])
    return _Setting(
        moved.reshape(-1, n), gains.reshape(-1, n), deltas, own, size, sphere_directions(n, fineness)
    )


def sphere_directions(n_players: int, fineness: int) -> FloatArray:
    """Return unit normals along integer vectors, the axes among them.

    Examples
    --------
    >>> len(sphere_directions(3, 1)), len(sphere_directions(3, 2)), len(sphere_directions(2, 1))
    (26, 98, 8)
    """
    entries = range(-fineness, fineness + 1)
    vectors = np.array([v for v in product(entries, repeat=n_players) if np.gcd.reduce(v) == 1], np.float64)
    result: FloatArray = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    return result


def _outer(setting: _Setting, limit: int) -> tuple[FloatArray, int, float]:
    """Return the levels of the outer bound, minus infinity for the empty set; steps; the last change."""
    minmax = (setting.payoffs + setting.gains).min(axis=0)
    # Unlike discount factors: only the box of each player's own averages is sure to contain the set.
    corners = np.array(list(product(*zip(minmax, setting.payoffs.max(axis=0), strict=True))))
    levels, threats = (setting.normals @ corners.T).max(axis=1), minmax
    down = [int((setting.normals[:, i] + 1.0).argmin()) for i in range(len(minmax))]
    active = np.arange(len(setting.payoffs))
    needed = (1.0 - setting.deltas) / setting.deltas * setting.gains
    scaled, change = setting.normals * setting.deltas, np.inf
    program = SmallProgram(setting.normals)
    for step in range(limit):
        program.set_rows(np.full(len(levels), -np.inf), levels + PROGRAMS.relaxed)
        found, kept = np.full(len(levels), -np.inf), []
        for a in active:
            program.set_low(threats + needed[a] - PROGRAMS.relaxed)
            best = [program.maximum(normal) for normal in scaled]
            values = np.array([-np.inf if entry is None else entry[0] for entry in best])
            feasible = values > -np.inf
            if feasible.any():
                kept.append(int(a))
                own = setting.normals @ ((1.0 - setting.deltas) * setting.payoffs[a])
                # Where programs of one profile disagree on its feasibility, this step bounds nothing.
                found = np.maximum(found, np.where(feasible, own + values, np.inf))
        active = np.array(kept, np.intp)
        if not kept:
            return np.full(len(levels), -np.inf), step + 1, 0.0
        lower = np.minimum(levels, found)
        change, levels = float((levels - lower).max()), lower
        threats = np.maximum(threats, -levels[down] - PROGRAMS.relaxed)
        if change <= PROGRAMS.iterated:
            return levels, step + 1, change
    return levels, limit, change


def _nash_play(setting: _Setting) -> FixedPlay:
    """Return the pure stage equilibria: their hull always generates itself."""
    still = np.flatnonzero((setting.gains <= 0.0).all(axis=1))
    still = still[np.unique(setting.payoffs[still], axis=0, return_index=True)[1]]
    points = setting.payoffs[still]
    reason = "inner bound certified: the pure stage equilibria" if len(still) else "inner bound empty"
    return FixedPlay(points, still, points, np.eye(len(still)), 0.0, reason)


def _inner(setting: _Setting, levels: FloatArray, limit: int) -> FixedPlay:
    for tighter in PROGRAMS.tightened:
        play = _play(setting, levels, tighter, limit)
        if play is not None and play.margin >= 0.0:
            found = _merged(setting, play)
            if found.margin >= 0.0:
                return found
    return _nash_play(setting)


def _play(setting: _Setting, levels: FloatArray, tighter: float, limit: int) -> FixedPlay | None:
    """Return the play that the tightened operator's last maximisers describe; None where there is none."""
    patience = float(setting.deltas.max())
    room = PROGRAMS.pulled * tighter * (1.0 - patience)
    corners = np.array(list(product(*zip(*_extent(setting, levels), strict=True))))
    points, active = corners, np.arange(len(setting.payoffs))
    for _ in range(min(limit, PROGRAMS.first_steps + int(PROGRAMS.horizons / -np.log(patience)))):
        before = points
        found = _maximisers(setting, before, active, tighter)
        if found is None:
            return None
        points, profiles, weights, active = found
        if before.shape == points.shape and np.abs(points - before).max() <= PROGRAMS.settled_share * room:
            drawn = (1.0 - room) * weights + room / len(weights)
            return fixed_play(
                setting.payoffs, setting.gains, [float(d) for d in setting.deltas], profiles, drawn
            )
    return None


def _merged(setting: _Setting, play: FixedPlay) -> FixedPlay:
    """Return the play with states of equal profile and payoffs made one, solved for again."""
    labels = np.column_stack([play.profiles, play.points.round(PROGRAMS.same_state)])
    _, kept, place = np.unique(labels, axis=0, return_index=True, return_inverse=True)
    weights = np.zeros((len(kept), len(kept)))
    np.add.at(weights.T, place.ravel(), play.weights[kept].T)
    deltas = [float(d) for d in setting.deltas]
    return fixed_play(setting.payoffs, setting.gains, deltas, play.profiles[kept], weights)


def _extent(setting: _Setting, levels: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the outer bound's least and greatest payoff of each player."""
    axes = np.eye(setting.payoffs.shape[1])
    highest = levels[[int((setting.normals @ axis).argmax()) for axis in axes]]
    lowest = -levels[[int((setting.normals @ axis).argmin()) for axis in axes]]
    return lowest, highest


def _maximisers(
    setting: _Setting, points: FloatArray, active: IntArray, tighter: float
) -> tuple[FloatArray, IntArray, FloatArray, IntArray] | None:
    """Return what the hull of points generates farthest in each direction: points, profiles, mixtures."""
    n_points, n = points.shape
    normals = setting.normals + PROGRAMS.tilt * np.sqrt(np.arange(2.0, 2.0 + n))
    program = SmallProgram(np.vstack([points.T, np.ones(n_points)]))
    program.set_low(np.zeros(n_points))
    threats, high = points.min(axis=0), np.r_[np.full(n, np.inf), 1.0]
    farthest = np.full(len(setting.normals), -np.inf)
    profiles, weights = np.zeros(len(farthest), np.intp), np.zeros((len(farthest), n_points))
    kept: list[int] = []
    for a in active:
        needed = (1.0 - setting.deltas) / setting.deltas * setting.gains[a]
        levels = np.where(needed > 0.0, threats + needed + tighter, -np.inf)
        program.set_rows(np.r_[levels, 1.0], high)
        for m, normal in enumerate(normals):
            best = program.maximum(points @ (setting.deltas * normal))
            if best is None or not np.isfinite(best[0]):
                break
            reached = best[0] + float(normal @ ((1.0 - setting.deltas) * setting.payoffs[a]))
            if reached > farthest[m] + PROGRAMS.farther:
                farthest[m], profiles[m], weights[m] = reached, a, np.clip(best[1], 0.0, None)
        else:
            kept.append(int(a))
    if not kept:
        return None
    weights /= weights.sum(axis=1, keepdims=True)
    made = (1.0 - setting.deltas) * setting.payoffs[profiles] + setting.deltas * (weights @ points)
    return made, profiles, weights, np.array(kept, np.intp)


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
    for array in (normals, outer, inner, play.profiles, play.weights):
        read_only(array)
    found = play.reason == CERTIFIED or gap <= PROGRAMS.meet
    if not found:
        reason += "; no play with more was certified"
    status: Status = "complete" if settled and found else "partial"
    return PayoffBounds(
        game, normals, outer, inner, play.profiles, play.weights, gap,
        steps, change, size, status, reason,
    )  # fmt: skip
