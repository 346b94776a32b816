"""All extreme equilibria of a bimatrix game, degenerate or not, by vertex enumeration in integers.

The strategies of every equilibrium are convex combinations of those of extreme equilibria. These are pairs of
vertices of the two best-reply polytopes at which each action of each player is unplayed or a best reply
(Mangasarian 1964; Winkels 1979; von Stengel 2002, algorithm 3.5; paired as in algorithm EEE of Avis,
Rosenberg, Savani and von Stengel 2010). First, actions that are strictly dominated by another action are
removed repeatedly. The vertices come from lexicographic pivoting in integers (`best_reply_polytope.py`), so
that each is certain and none is missed, ties included. Large polytopes are first tried in doubles with a
proof for each vertex (`certified_vertices`); the strategies are then computed in integers. Floats are read by
the knife-edge rule of `rational_game.py`, or at their binary values with `exact=True`.

The answer is `complete`, with components and maximal Nash subsets, unless a limit of time or size stopped the
search. The answer then also lists the pure equilibria and those on Lemke-Howson paths. Cost: as many pivots
as the polytopes have bases, at most 660 at 8x8 and 24,752 at 12x12 for each player (a quarter of that in
random games), each of (n_1 x n_2) integer products or (n_1 + n_2)**3 in doubles.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from time import monotonic

import numpy as np

from negotiation.base.progress import stop_time
from negotiation.game_theory.games import StageGame
from negotiation.game_theory.solvers.nash.best_reply_polytope import (
    VertexList,
    certified_vertices,
    most_bases,
    polytope_vertices,
)
from negotiation.game_theory.solvers.nash.components import nash_components
from negotiation.game_theory.solvers.nash.exact_supports import equalising_weights, mixed_strategy
from negotiation.game_theory.solvers.nash.lemke_howson import path_ends
from negotiation.game_theory.solvers.nash.numerics import NUMERICS
from negotiation.game_theory.solvers.nash.rational_game import (
    IntegerMatrix,
    integer_payoffs,
    undominated_actions,
)
from negotiation.game_theory.solvers.nash.solution import (
    ExactProfile,
    NashMethod,
    NashSolution,
    exact_equilibria,
    listing_order,
    regret_tolerance,
)


def vertex_enumeration(
    stage: StageGame, *, exact: bool = False, deadline: float | None = None
) -> NashSolution:
    """Return all extreme equilibria of a two-player game, and the components of the set of equilibria."""
    stop_at = _times(deadline)
    A, B = integer_payoffs(stage, exact=exact)
    rows, columns = undominated_actions(A, B)
    A, B = [[A[i][j] for j in columns] for i in rows], [[B[i][j] for j in columns] for i in rows]
    # Player 1's polytope is bounded by player 2's payoffs, and the other way round.
    bounds = ([list(column) for column in zip(*B, strict=True)], A)
    lists = (_vertices(bounds[0], stop_at[0]), _vertices(bounds[1], stop_at[1]))
    pairs = _complementary(lists[0], lists[1], len(rows), len(columns))
    profiles: list[ExactProfile] = [
        (_probabilities(lists[0].vertices[u], bounds[0]), _probabilities(lists[1].vertices[v], bounds[1]))
        for u, v in pairs
    ]
    if not all(vertex_list.complete for vertex_list in lists):
        profiles = list(dict.fromkeys([*profiles, *_quickly_found(A, B, stop_at[2])]))
    whole: list[ExactProfile] = [
        (_spread(x, rows, stage.n_actions[0]), _spread(y, columns, stage.n_actions[1])) for x, y in profiles
    ]
    return _solution(stage, exact, lists, pairs, whole)


def _vertices(bounds: IntegerMatrix, stop_at: float) -> VertexList:
    """Return the vertices of a best-reply polytope, in doubles if large and simple, otherwise in integers."""
    payoffs = len(bounds) * len(bounds[0])
    if payoffs >= NUMERICS.fewest_certified_payoffs:
        vertex_list = certified_vertices(bounds, stop_at=stop_at)
        if vertex_list is not None:
            return vertex_list
    limit = NUMERICS.most_tableau_entries // (payoffs + max(len(bounds), len(bounds[0])))
    return polytope_vertices(bounds, max_bases=limit, stop_at=stop_at)


def _times(deadline: float | None) -> tuple[float, float, float]:
    """Return the times, by `monotonic`, at which the first polytope, the second and the rest must be done."""
    now, end, (first, second) = monotonic(), stop_time(deadline), NUMERICS.deadline_shares
    return now + first * (end - now), now + second * (end - now), end


def _quickly_found(A: IntegerMatrix, B: IntegerMatrix, stop_at: float) -> Iterator[ExactProfile]:
    """Yield the pure equilibria, then the ends of Lemke-Howson paths until `monotonic()` passes `stop_at`."""
    # These are fast, so that some equilibria are usually found before a deadline.
    best = [max(column) for column in zip(*A, strict=True)]
    for i, row in enumerate(B):
        most = max(row)
        for j, payoff in enumerate(row):
            if payoff == most and A[i][j] == best[j]:
                yield mixed_strategy([1], [i], len(A)), mixed_strategy([1], [j], len(row))
    yield from path_ends(A, B, stop_at)


def _complementary(first: VertexList, second: VertexList, n_1: int, n_2: int) -> list[tuple[int, int]]:
    """Return the pairs (u, v) of positions of vertices at which every action is unplayed or a best reply."""
    everything = (1 << (n_1 + n_2)) - 1
    # Player 2's labels start with the own actions; move them behind player 1's.
    # Labels as bits: an action has its own bit, in either polytope.
    low = (1 << n_2) - 1
    labels = [(tight >> n_2) | ((tight & low) << n_1) for tight in second.vertices]
    needed = [everything & ~tight for tight in first.vertices]
    # Beyond 63 labels Python's integers, one pair at a time; up to there NumPy's.
    if n_1 + n_2 > 63:
        return [(u, v) for u, need in enumerate(needed) for v, have in enumerate(labels) if not need & ~have]
    if not first.degenerate and not second.degenerate:
        # Simple polytopes: a vertex has as many labels as dimensions, so that what one lacks names its only
        # partner.
        place = {have: v for v, have in enumerate(labels)}  # as many labels are needed as a vertex has
        return [(u, place[need]) for u, need in enumerate(needed) if need in place]
    lacking = ~np.array(labels, dtype=np.int64)
    return [(u, int(v)) for u, need in enumerate(needed) for v in np.flatnonzero((lacking & need) == 0)]


def _probabilities(tight: int, bounds: IntegerMatrix) -> tuple[Fraction, ...]:
    """Return the mixed strategy of a vertex, which its tight constraints (bits, as found) determine."""
    count = len(bounds[0])
    support = [a for a in range(count) if not tight >> a & 1]
    replies = [j for j in range(len(bounds)) if tight >> (count + j) & 1]
    _, weights = equalising_weights([[bounds[j][a] for a in support] for j in replies])
    return mixed_strategy(weights, support, count)


def _spread(vector: tuple[Fraction, ...], positions: list[int], count: int) -> tuple[Fraction, ...]:
    """Return a mixed strategy over the actions at these positions as one over all `count` actions."""
    whole = dict(zip(positions, vector, strict=True))
    return tuple(whole.get(action, Fraction(0)) for action in range(count))


def _solution(
    stage: StageGame,
    exact: bool,
    lists: tuple[VertexList, VertexList],
    pairs: list[tuple[int, int]],
    profiles: list[ExactProfile],
) -> NashSolution:
    checked = exact_equilibria(stage, profiles, certify=exact)
    keys = {k: listing_order(e) for k, e in enumerate(checked) if e is not None}
    order = sorted(keys, key=lambda k: keys[k])
    refused = len(checked) - len(order)
    complete = all(solved.complete for solved in lists) and not refused
    return NashSolution(
        tuple(e for k in order if (e := checked[k]) is not None),
        "complete" if complete else "partial",
        "vertex_enumeration",
        _reason(stage, lists, refused),
        regret_tolerance(stage),
        nash_components([pairs[k] for k in order]) if complete else (),
        stage,
    )


def _reason(stage: StageGame, lists: tuple[VertexList, VertexList], refused: int) -> str:
    """Return the reason of the solution: what is proven, or what stopped the proof."""
    first, second = lists
    if refused:
        return f"{refused} equilibria failed the independent check"
    left = " by ".join(str(vertex_list.dimension) for vertex_list in lists)
    game = f"the game that strict dominance leaves, {left} of {stage.n_actions[0]} by {stage.n_actions[1]},"
    if first.complete and second.complete:
        return (
            f"every vertex of both best-reply polytopes was found and proven ({first.bases} and "
            f"{second.bases} bases); {game} is "
            f"{'degenerate' if first.degenerate or second.degenerate else 'non-degenerate'}"
        )
    most = max(most_bases(first.dimension, second.dimension), most_bases(second.dimension, first.dimension))
    return (
        f"stopped by the deadline or the size limit, after {first.bases} and {second.bases} bases of the "
        f"best-reply polytopes of {game} which may have {most if most < 10**9 else 'over 10**9'} each; "
        "others may exist"
    )


METHOD = NashMethod(
    "vertex_enumeration",
    "all extreme equilibria of a two-player game, proven complete",
    2,
    vertex_enumeration,
    frozenset({"exact", "deadline"}),
)
