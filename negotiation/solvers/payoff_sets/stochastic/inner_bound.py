"""Inner bounds of the payoff sets of a stochastic game: which certificate is tried, and in what order.

See `kernels/state_inner.py` for how one is found.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from negotiation.numeric import FloatArray, IntArray
from negotiation.solvers.payoff_sets.stochastic.compressed_game import CompressedGame
from negotiation.solvers.payoff_sets.stochastic.outer_bound import OuterBound

DRAWS = (1e-9, 1e-7, 1e-5, 1e-3)
"""How far continuations are drawn to the centre: the first for which the certificate holds."""

COARSE_DRAWS = (1e-5, 3e-5, 1e-4, 1e-3)
"""The same where the normals of the outer bounds are thinned out, which keeps them moving."""

COARSE_LIMIT = 60
"""Most iterations for each of these, from above and then from within."""

FINER = 1e-3
"""Change of the sets, and depth of cuts not made, as a share of the draw."""

TIGHTER = 0.1
"""How much tighter the constraints are then, as a share of the draw times the size."""

RESOLVED = 2e-15
"""Relaxation of the constraints, relative to the size, that covers what rounding does to them."""

MEET = 1e-6
"""Distance between the bounds, relative to the size, above which other inner bounds are tried."""

FLAT = 2
"""Up to so many vertices a set has no interior."""

CERTIFIED = "inner bound certified"
UP_TO_ROUNDING = "inner bound certified up to rounding"
NOT_CERTIFIED = "inner bound not certified"


@dataclass(frozen=True, eq=False)
class InnerBound:
    """An inner bound of every state: vertices, rows and continuations by state, and the gaps."""

    vertices: list[FloatArray]
    rows: list[IntArray]
    continuations: list[FloatArray]
    gaps: FloatArray
    reason: str

    @property
    def gap(self) -> float:
        """The largest distance of the bounds in any state."""
        return float(self.gaps.max(initial=0.0))


def best_inner_bound(game: CompressedGame, outer: OuterBound, limit: int) -> InnerBound:
    """Return the first inner bound that all but meets the outer one, or the nearest of all tried.

    Sets without interior leave no room to spare: there the constraints as they are come first. Last come
    constraints relaxed nearly as those of the outer bound: at a knife edge nothing less gives the set.

    Parameters
    ----------
    game : CompressedGame
    outer : OuterBound
    limit : int
        Largest number of iterations.
    """
    as_they_are, edge = (0.0, RESOLVED), (0.0, 0.9 * outer.relaxed)
    tries = [(draw, -TIGHTER * draw) for draw in (COARSE_DRAWS if outer.coarse else DRAWS)]
    flat = any(0 < len(outer.polygon(s, game.size)) <= FLAT for s in range(len(outer.counts)))
    if outer.coarse:
        limit = min(limit, COARSE_LIMIT)
    else:
        tries = [as_they_are, *tries, edge] if flat else [*tries, as_they_are, edge]
    best = _inner_bound(game, outer, *tries[0], limit)
    for draw, relax in tries[1:]:
        if best.gap <= MEET * game.size or (outer.coarse and best.reason == CERTIFIED):
            break
        found = _inner_bound(game, outer, draw, relax, limit)
        best = found if found.gap < best.gap else best
    return best


def _inner_bound(
    game: CompressedGame, outer: OuterBound, draw: float, relax: float, limit: int
) -> InnerBound:
    from negotiation.solvers.payoff_sets.common.polygons import largest_distance
    from negotiation.solvers.payoff_sets.stochastic.kernels.certificates import centres_of
    from negotiation.solvers.payoff_sets.stochastic.kernels.inner import inner_sets

    setting = (game.delta, draw, relax * game.size, game.size)
    centre = centres_of(outer.polygons, outer.counts)
    start = _drawn(game, outer, centre, setting, limit) if outer.coarse else outer
    polygons, numbers, rows, parts, sound = inner_sets(
        game.rows,
        start.polygons,
        start.counts,
        start.normals,
        start.alive,
        start.empty,
        centre,
        setting,
        outer.follow,
        outer.most,
        max(1e-14, 1e-3 * draw * (1.0 - game.delta)),
        limit,
    )
    if not sound:
        numbers = np.zeros_like(numbers)
    gaps = [
        largest_distance(outer.polygons[s], outer.counts[s], polygons[s], numbers[s])
        if outer.counts[s]
        else 0.0
        for s in range(len(numbers))
    ]
    lengths = np.diff(game.rows[3])
    chosen = [rows[s, : numbers[s]].astype(np.intp) for s in range(len(numbers))]
    ends = np.cumsum([int(lengths[taken].sum()) for taken in chosen])
    return InnerBound(
        [polygons[s, : numbers[s]].copy() for s in range(len(numbers))],
        chosen,
        [part.copy() for part in np.split(parts[: ends[-1]], ends[:-1])],
        np.array(gaps),
        (CERTIFIED if draw > 0.0 else UP_TO_ROUNDING) if sound else NOT_CERTIFIED,
    )


def _drawn(
    game: CompressedGame,
    outer: OuterBound,
    centre: FloatArray,
    setting: tuple[float, float, float, float],
    limit: int,
) -> OuterBound:
    """Return the outer bounds of what the drawn and tightened operator sustains.

    From above the iteration is quick, and from there little is left to move.
    """
    from negotiation.solvers.payoff_sets.stochastic.kernels.bounds import QUIET, iterated

    near = FINER * setting[1]
    found = iterated(
        game.rows, outer.family(), outer.normals, centre, setting, outer.follow, outer.most, near, near,
        QUIET, limit,
    )  # fmt: skip
    return outer.after(found)
