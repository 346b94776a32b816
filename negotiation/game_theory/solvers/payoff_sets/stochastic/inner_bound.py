"""Inner bounds of the payoff sets of a stochastic game: which certificate is tried, and in what order.

See `kernels/inner.py` for how one is found.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from negotiation.base.numeric import FloatArray, IntArray
from negotiation.game_theory.solvers.payoff_sets.stochastic.compressed_game import CompressedGame
from negotiation.game_theory.solvers.payoff_sets.stochastic.numerics import NUMERICS
from negotiation.game_theory.solvers.payoff_sets.stochastic.outer_bound import OuterBound

if TYPE_CHECKING:
    from negotiation.game_theory.solvers.payoff_sets.stochastic.kernels.operator import Terms

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


def best_inner_bound(
    game: CompressedGame, outer: OuterBound, above: OuterBound, limit: int | None
) -> InnerBound:
    """Return the first inner bound that all but meets the outer one, or the nearest of all tried.

    Sets without interior leave no room to spare: there the constraints as they are come first. Last come
    constraints relaxed nearly as those of the outer bound: at a knife edge nothing less gives the set.
    """
    as_they_are, edge = (0.0, NUMERICS.resolved), (0.0, NUMERICS.edge * outer.relaxed)
    draws = NUMERICS.coarse_draws if outer.coarse else NUMERICS.many_draws if outer.many else NUMERICS.draws
    tries = [(draw, -NUMERICS.tighter * draw) for draw in draws]
    first_will_do = outer.coarse or outer.many
    limit = NUMERICS.limit if limit is None else limit
    if first_will_do:
        limit = min(limit, NUMERICS.coarse_limit if outer.coarse else NUMERICS.many_limit)
    else:
        # A set of one or two vertices is a point or a segment.
        flat = any(0 < len(outer.polygon(s, game.size)) <= 2 for s in range(len(game.actions)))
        tries = [as_they_are, *tries, edge] if flat else [*tries, as_they_are, edge]
    best = _inner_bound(game, (outer, above), *tries[0], limit)
    for draw, relax in tries[1:]:
        if best.gap <= NUMERICS.meet * game.size or (first_will_do and best.reason == CERTIFIED):
            break
        if outer.course.stop[0]:
            break
        found = _inner_bound(game, (outer, above), draw, relax, limit)
        best = found if found.gap < best.gap else best
    return best


def _inner_bound(
    game: CompressedGame, bounds: tuple[OuterBound, OuterBound], draw: float, relax: float, limit: int
) -> InnerBound:
    from negotiation.game_theory.solvers.payoff_sets.common.polygons import largest_distance
    from negotiation.game_theory.solvers.payoff_sets.stochastic.kernels.certificates import centres_of
    from negotiation.game_theory.solvers.payoff_sets.stochastic.kernels.inner import inner_sets
    from negotiation.game_theory.solvers.payoff_sets.stochastic.kernels.operator import Terms

    outer, above = bounds[0], bounds[1].family
    centre = centres_of(outer.family.polygons, outer.family.counts)
    terms = Terms(draw, relax * game.size, centre, outer.course.stop)
    start = _drawn(game, outer, terms, limit) if outer.coarse or outer.many else outer
    # What the iteration still moves when it ends has to stay well within the room that the draw leaves.
    tolerance = max(NUMERICS.cut, NUMERICS.finer * draw * (1.0 - game.delta))
    course = outer.course._replace(tolerance=tolerance, limit=limit)
    found = inner_sets(game, start.family, start.normals, terms, course)
    states = range(len(game.actions))
    counts = found.counts if found.sound else np.zeros_like(found.counts)
    gaps = [
        largest_distance(above.polygons[s], above.counts[s], found.polygons[s], counts[s])
        if above.counts[s]
        else 0.0
        for s in states
    ]
    chosen = [found.rows[s, : counts[s]].astype(np.intp) for s in states]
    ends = np.cumsum([int(np.diff(game.indptr)[rows].sum()) for rows in chosen])
    return InnerBound(
        [found.polygons[s, : counts[s]].copy() for s in states],
        chosen,
        [part.copy() for part in np.split(found.parts[: ends[-1]], ends[:-1])],
        np.array(gaps),
        (CERTIFIED if draw > 0.0 else UP_TO_ROUNDING) if found.sound else NOT_CERTIFIED,
    )


def _drawn(game: CompressedGame, outer: OuterBound, terms: Terms, limit: int) -> OuterBound:
    """Return the outer bounds of what the drawn and tightened operator sustains.

    From above the iteration is quick, and from there little is left to move.
    """
    from negotiation.game_theory.solvers.payoff_sets.stochastic.kernels.bounds import iterated

    fine = near = NUMERICS.finer * terms.draw
    if outer.many:
        near = NUMERICS.finer_many * terms.draw
    course = outer.course._replace(fine=fine, tolerance=near, limit=limit)
    return outer.after(iterated(game, outer.copied(), outer.normals, terms, course))
