"""Compiled operator of equilibrium payoffs in stochastic games, for two players who discount alike.

W(s) is a polygon for each state s, u(s) the worst payoffs. A profile a in s has the continuations
C = {sum P(s'|s, a) w(s') : w(s') in W(s')}; it is enforced by w in C if, for both players i,

    (1 - delta) g_i(a) + delta w_i >= max over a_i' of (1 - delta) g_i(a') + delta sum P(s'|s, a') u_i(s'),

that is w >= b. In a direction lambda, if the extreme point of C is enforced, the profile goes on; otherwise
the best enforced continuation lies on one of the two lines w_i = b_i (Abreu and Sannikov 2014), at most four
points, and the profile stops there. The support h of the equilibrium payoffs then satisfies

    h(s) <= max over a of [ stop value, or (1 - delta) lambda g + delta sum P h(s') ],

so that it is at most the value of that program (Abreu, Brooks and Sannikov find these values by pivoting).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from negotiation.base.numeric import BoolArray, FloatArray, IntArray
from negotiation.game_theory.compiling import njit
from negotiation.game_theory.solvers.payoff_sets.stochastic.compressed_game import CompressedGame
from negotiation.game_theory.solvers.payoff_sets.stochastic.kernels.polygons import HalfPlanes
from negotiation.game_theory.solvers.payoff_sets.stochastic.kernels.programs import (
    Options,
    Program,
    Ranking,
    best_points,
    expected,
    policy_of,
    room_for,
)
from negotiation.game_theory.solvers.payoff_sets.stochastic.kernels.punishments import row_values


class EnforcementTerms(NamedTuple):
    """On what terms continuations enforce a profile."""

    # How far each continuation is drawn to the centre, w <- (1 - draw) w + draw c. Zero for an outer bound; a
    # little leaves room to spare in an inner one.
    draw: float
    # By how much b is lowered. A little for an outer bound; negative for an inner one.
    relax: float
    # (S, 2): the centre c of each state.
    centre: FloatArray
    # (2,): once the second is raised what is computed is left unfinished, and not to be used.
    stop: BoolArray


class Supports(NamedTuple):
    """What supports the sets in each of K directions."""

    # (S, K, 2): payoffs of the best policy.
    points: FloatArray
    # (S, K): its rows.
    policies: IntArray
    # (S, K, 2): the best payoffs that one step from the sets given generates.
    nexts: FloatArray
    # (S, K): the rows that do.
    sources: IntArray


@njit(cache=True, nogil=True)
def needed(game: CompressedGame, threats: FloatArray, relax: float, strict: bool | np.bool_) -> FloatArray:
    """Return b for each row, shape (R, 2): the least expected continuation that enforces the profile.

    With `strict`, departures that pay no more now and lead the same way are left out: they never pay, and
    asking for room to spare would lose the profile.
    """
    b, by_row = np.empty((len(game.payoffs), 2)), np.empty(len(game.payoffs))
    for i in range(2):
        # Of each row what a departure to it is worth: (1 - delta) g_i + delta sum P u_i. A departure is
        # punished from the next state on, wherever it leads.
        row_values(game, i, game.order, threats[:, i].copy(), by_row)
        # delta b_i = max over a_i' not a_i of (1 - delta) g_i(a') + delta sum P u_i, less (1 - delta) g_i(a)
        for s in range(len(game.actions)):
            for r in range(game.firsts[s], game.firsts[s + 1]):
                most, now = -np.inf, game.payoffs[r, i]
                for k in range(game.actions[s, i]):
                    # The row of the same state in which player i alone does something else.
                    other = game.bases[r, i] + k * game.strides[s, i]
                    # Rows of one kind lead to the same states with the same chances.
                    idle = strict and game.kinds[other] == game.kinds[r] and game.payoffs[other, i] <= now
                    if other != r and not idle:
                        most = max(most, by_row[other])
                b[r, i] = (most - (1.0 - game.delta) * now) / game.delta - relax
    return b


@njit(cache=True, nogil=True)
def drawn(corners: FloatArray, terms: EnforcementTerms) -> FloatArray:
    """Return the corners (S, N, 2) drawn to the centre of their state."""
    if terms.draw == 0.0:
        return corners
    out = np.empty_like(corners)
    for s in range(corners.shape[0]):
        for n in range(corners.shape[1]):
            for i in range(2):
                out[s, n, i] = (1.0 - terms.draw) * corners[s, n, i] + terms.draw * terms.centre[s, i]
    return out


@njit(cache=True, nogil=True)
def continuations(game: CompressedGame, r: int, corners: FloatArray, out: FloatArray) -> None:
    """Write the vertices of the expected continuation set of a row, one at each middle."""
    for n in range(len(out)):
        out[n, 0] = out[n, 1] = 0.0
    # The vertex of sum P W(s') at a middle is sum P of the vertices there: all sets share their normals.
    for e in range(game.indptr[r], game.indptr[r + 1]):
        s, p = game.nexts[e], game.chances[e]
        for n in range(len(out)):
            out[n, 0] += p * corners[s, n, 0]
            out[n, 1] += p * corners[s, n, 1]


@njit(cache=True, nogil=True)
def across(polygon: FloatArray, axis: int, at: float) -> tuple[float, float]:
    """Return the least and greatest other coordinate of a polygon on a line across an axis."""
    low, high = np.inf, -np.inf
    # An edge crosses the line where its ends lie on different sides; a vertex on the line counts by itself,
    # so that an edge along the line gives both its ends.
    p = polygon[-1, axis] - at
    for k in range(len(polygon)):
        q = polygon[k, axis] - at
        if (p <= 0.0) != (q <= 0.0):
            before = polygon[k - 1, 1 - axis]
            value = before + p / (p - q) * (polygon[k, 1 - axis] - before)
            low, high = min(low, value), max(high, value)
        if q == 0.0:
            low, high = min(low, polygon[k, 1 - axis]), max(high, polygon[k, 1 - axis])
        p = q
    return low, high


@njit(cache=True, nogil=True)
def binding(polygon: FloatArray, b0: float, b1: float, out: FloatArray) -> int:
    """Write the extreme enforced continuations at which a constraint binds; return their number."""
    n = 0
    # On the line w_0 = b_0 the part with w_1 >= b_1, and the other way round.
    if b0 > -np.inf:
        low, high = across(polygon, 0, b0)
        # Empty where the line misses the set, or where what it has of the set is below the other constraint.
        if low <= high and high >= b1:
            out[n, 0], out[n, 1] = b0, high
            out[n + 1, 0], out[n + 1, 1] = b0, max(low, b1)
            n += 2
    if b1 > -np.inf:
        low, high = across(polygon, 1, b1)
        if low <= high and high >= b0:
            out[n, 0], out[n, 1] = high, b1
            out[n + 1, 0], out[n + 1, 1] = max(low, b0), b1
            n += 2
    return n


@njit(cache=True, nogil=True)
def no_options(rows: int, many: int) -> Options:
    """Return options of so many rows in so many directions, none of which is enforced."""
    return Options(
        np.zeros((rows, many), np.bool_), np.empty((rows, 4, 2)), np.zeros(rows, np.int64),
        np.zeros(rows, np.bool_), np.full((rows, 2), np.inf),
    )  # fmt: skip


@njit(cache=True, nogil=True)
def options(
    game: CompressedGame,
    terms: EnforcementTerms,
    corners: FloatArray,
    directions: FloatArray,
    b: FloatArray,
    alive: BoolArray,
    empty: BoolArray,
) -> tuple[Options, Ranking]:
    """Return what each row can do in each direction, and which is the best for one step.

    `corners` (S, N, 2): the vertices at the middles; `directions` (2 N, 2): normals and middles in turns.
    """
    count, now = corners.shape[1], np.empty(2)
    given = no_options(len(game.payoffs), 2 * count)
    ranking, polygon = ranked(corners, directions), np.empty((count, 2))
    towards = drawn(corners, terms)
    for s in range(len(empty)):
        for r in range(game.firsts[s], game.firsts[s + 1]):
            if terms.stop[1]:
                break
            # Nothing enforces a row that is out, whose constraint is infinite, or that leads to a state
            # without equilibrium with positive chance.
            if not alive[r] or b[r, 0] == np.inf or b[r, 1] == np.inf or leads_to(game, r, empty):
                continue
            continuations(game, r, towards, polygon)
            # First on continuations, as b is one; then all is turned into payoffs, which the programs
            # compare.
            some = mark_enforced(polygon, b[r], given.goes_on[r])
            given.numbers[r] = binding(polygon, b[r, 0], b[r, 1], given.places[r])
            given.alive[r] = some or given.numbers[r] > 0
            # From continuations w to payoffs (1 - delta) g + delta w.
            for i in range(2):
                now[i] = (1.0 - game.delta) * game.payoffs[r, i]
                for n in range(count):
                    polygon[n, i] = now[i] + game.delta * polygon[n, i]
                for m in range(given.numbers[r]):
                    given.places[r, m, i] = now[i] + game.delta * given.places[r, m, i]
            write_floors(given, r, polygon)
            if given.alive[r]:
                rank(given, ranking, s, r, polygon, directions)
    return given, ranking


@njit(cache=True, nogil=True)
def mark_enforced(polygon: FloatArray, b: FloatArray, goes_on: BoolArray) -> bool:
    """Mark in which directions the extreme continuation is at least b; return whether in any."""
    last = len(polygon) - 1
    # Where no vertex is enforced the binding points still may be: the line of a constraint can cut an edge
    # whose ends both fail the other one.
    some, before = False, polygon[last, 0] >= b[0] and polygon[last, 1] >= b[1]
    for n in range(len(polygon)):
        now = bool(polygon[n, 0] >= b[0] and polygon[n, 1] >= b[1])
        # At a normal both ends of its edge are extreme; at a middle one vertex is.
        goes_on[2 * n], goes_on[2 * n + 1] = now or before, now
        some, before = some or now, now
    return some


@njit(cache=True, nogil=True)
def write_floors(given: Options, r: int, polygon: FloatArray) -> None:
    """Fill in each player's least payoff at which a row is enforced: at a vertex or where a constraint binds.

    `polygon` (N, 2): the payoffs of the vertices.
    """
    for i in range(2):
        # The set of enforced payoffs is a polygon whose vertices are vertices of the old one or binding
        # points, and a coordinate is least at a vertex.
        least = np.inf
        for n in range(len(polygon)):
            if given.goes_on[r, 2 * n + 1]:
                least = min(least, polygon[n, i])
        for m in range(given.numbers[r]):
            least = min(least, given.places[r, m, i])
        given.floors[r, i] = least


@njit(cache=True, nogil=True)
def ranked(corners: FloatArray, directions: FloatArray) -> Ranking:
    """Return a ranking without rows, with the heights of the corners in each direction."""
    states, many = len(corners), len(directions)
    heights = np.empty((states, many))
    for s in range(states):
        for k in range(many):
            n = k // 2
            heights[s, k] = directions[k, 0] * corners[s, n, 0] + directions[k, 1] * corners[s, n, 1]
    return Ranking(
        np.full((states, many), -1, np.int64), np.full((states, many), -np.inf),
        np.full((states, many), -np.inf), np.zeros((states, many, 2)), heights,
    )  # fmt: skip


@njit(cache=True, nogil=True)
def rank(
    given: Options, ranking: Ranking, s: int, r: int, polygon: FloatArray, directions: FloatArray
) -> None:
    """Enter a row of a state in the ranking, in every direction; `polygon` as for the floors."""
    for k in range(len(directions)):
        # Direction 2 n is normal n, 2 n + 1 the middle behind it: the vertex at middle n is extreme in both.
        n = k // 2
        x, y = directions[k, 0], directions[k, 1]
        px, py = polygon[n, 0], polygon[n, 1]
        value = x * px + y * py
        if not given.goes_on[r, k]:
            value = -np.inf
            for m in range(given.numbers[r]):
                here = x * given.places[r, m, 0] + y * given.places[r, m, 1]
                if here > value:
                    value, px, py = here, given.places[r, m, 0], given.places[r, m, 1]
        # `goes_on` at a normal says that one of the two ends is enforced, not which.
        elif not given.goes_on[r, 2 * n + 1]:
            # At a normal either end of its edge is extreme: the one that is enforced.
            px, py = polygon[n - 1, 0], polygon[n - 1, 1]
        # The best row and the second best value: with the second a policy's row is known to stay the best
        # while values move less than the difference.
        if value > ranking.values[s, k]:
            ranking.seconds[s, k], ranking.values[s, k] = ranking.values[s, k], value
            ranking.rows[s, k], ranking.points[s, k, 0], ranking.points[s, k, 1] = r, px, py
        elif value > ranking.seconds[s, k]:
            ranking.seconds[s, k] = value


@njit(cache=True, nogil=True)
def leads_to(game: CompressedGame, r: int, empty: BoolArray) -> bool:
    """Whether a row leads to one of these states with positive probability."""
    for e in range(game.indptr[r], game.indptr[r + 1]):  # noqa: SIM110 - compiled code has no any()
        if empty[game.nexts[e]]:
            return True
    return False


@njit(cache=True, nogil=True)
def mark_empty(game: CompressedGame, alive: BoolArray, empty: BoolArray, threats: FloatArray) -> bool:
    """Mark states without a row alive as empty, with infinite threats; return whether there is a new one."""
    new = False
    for s in range(len(empty)):
        if not empty[s] and not alive[game.firsts[s] : game.firsts[s + 1]].any():
            empty[s], new = True, True
            threats[s, 0] = threats[s, 1] = np.inf
    return new


@njit(cache=True, nogil=True)
def drop_dead_ends(game: CompressedGame, alive: BoolArray, empty: BoolArray, threats: FloatArray) -> None:
    """Mark states without a row alive and drop the rows that lead there, in place, until there are none."""
    # A state that falls takes with it every row that may lead there, and these may empty other states.
    while mark_empty(game, alive, empty, threats):
        for r in range(len(alive)):
            alive[r] = alive[r] and not leads_to(game, r, empty)


@njit(cache=True, nogil=True)
def rewards_of(game: CompressedGame, terms: EnforcementTerms) -> FloatArray:
    """Return (1 - delta) g + delta draw sum P c for each row, (R, 2): all but the undrawn continuation."""
    out = np.empty((len(game.payoffs), 2))
    for r in range(len(out)):
        for i in range(2):
            out[r, i] = (1.0 - game.delta) * game.payoffs[r, i]
            if terms.draw > 0.0:
                out[r, i] += game.delta * terms.draw * expected(game, r, terms.centre[:, i])
    return out


@njit(cache=True, nogil=True)
def supported(
    game: CompressedGame,
    terms: EnforcementTerms,
    given: Options,
    ranking: Ranking,
    planes: HalfPlanes,
    empty: BoolArray,
    step: int | np.int64,
) -> Supports:
    """Solve the program of every `step`-th direction, until told to stop.

    The levels of `planes` come as upper bounds of the values and are lowered to bounds at least as close:
    the value of the policy found, plus what it may fall short by. Other directions keep theirs.
    """
    directions, levels = planes
    states, many = len(empty), len(directions)
    points, policies = np.zeros((states, many, 2)), np.zeros((states, many), np.int64)
    rewards, discount = rewards_of(game, terms), game.delta * (1.0 - terms.draw)
    best, room = policy_of(states, np.int64(2)), room_for(states, np.int64(2))
    for k in range(0, many, step):
        if terms.stop[1]:
            break
        x, y = directions[k, 0], directions[k, 1]
        program = Program(x, y, k, given, ranking, rewards, discount, empty)
        # The program is solved up to `over`, what the best row would still gain on the policy's value; added,
        # the level is a bound all the same. The old level is one as well, so that the smaller is taken.
        over = best_points(game, program, best, room)
        for s in range(states):
            points[s, k, 0], points[s, k, 1] = best.values[s, 0], best.values[s, 1]
            policies[s, k] = best.rows[s]
            value = x * best.values[s, 0] + y * best.values[s, 1]
            levels[s, k] = min(levels[s, k], value + max(over, 0.0))
    return Supports(points, policies, ranking.points, ranking.rows)
