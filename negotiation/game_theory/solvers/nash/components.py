"""The set of equilibria of a bimatrix game, from its extreme equilibria.

The extreme equilibria are the edges of a bipartite graph. Its nodes are the mixed strategies of the two
players that occur in them. A maximal Nash subset is a maximal biclique U x V of this graph: every mixture
over U together with every mixture over V is an equilibrium. The set of all equilibria is the union of the
maximal Nash subsets, and its connected components correspond to the connected components of the graph
(Millham 1974; Winkels 1979; Avis, Rosenberg, Savani and von Stengel 2010, section 6). Cost: linear for the
components; for the subsets, the number of maximal bicliques times the square of the number of equilibria.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

from negotiation.game_theory.solvers.nash.numerics import NUMERICS


@dataclass(frozen=True)
class Component:
    """One connected component of the set of equilibria."""

    # Positions of its extreme equilibria in the solution.
    equilibria: tuple[int, ...]
    # Maximal Nash subsets, each as the positions of its extreme equilibria. With U and V the strategies that
    # occur in them, every mixture over U together with every mixture over V is an equilibrium.
    maximal_subsets: tuple[tuple[int, ...], ...]
    # Whether these are all maximal Nash subsets of the component: False if there are more than
    # `NUMERICS.most_subsets`.
    complete: bool = True


@dataclass(frozen=True)
class Continuum:
    """A profile of supports on which the equilibria are not isolated points, for any number of players."""

    # By player, the labels of the actions that are played.
    support: tuple[tuple[str, ...], ...]
    # The dimension of the set at one of its points.
    dimension: int
    # The position of that point in the solution.
    equilibrium: int


def nash_components(pairs: Sequence[tuple[Hashable, Hashable]]) -> tuple[Component, ...]:
    """Return the connected components of the set of equilibria, from all extreme equilibria.

    Each of `pairs` holds the strategies of players 1 and 2, as any hashable objects. The components refer to
    extreme equilibria by their positions in `pairs`, and are ordered by them.

    Examples
    --------
    >>> for component in nash_components([("x", "y"), ("x", "z"), ("w", "v")]):
    ...     print(component.equilibria, component.maximal_subsets)
    (0, 1) ((0, 1),)
    (2,) ((2,),)
    """
    position = {pair: k for k, pair in enumerate(pairs)}
    replies: dict[Hashable, set[Hashable]] = {}
    for first, second in pairs:
        replies.setdefault(first, set()).add(second)
    components = []
    for group in _connected(replies):
        subsets, complete = _maximal_bicliques({first: frozenset(replies[first]) for first in group})
        named = sorted(tuple(sorted(position[u, v] for u in us for v in vs)) for us, vs in subsets)
        members = sorted(position[first, second] for first in group for second in replies[first])
        components.append(Component(tuple(members), tuple(named), complete))
    return tuple(sorted(components, key=lambda component: component.equilibria))


def _connected(replies: dict[Hashable, set[Hashable]]) -> list[list[Hashable]]:
    """Return player 1's strategies, grouped by connected component."""
    by_second: dict[Hashable, list[Hashable]] = {}
    for first, seconds in replies.items():
        for second in seconds:
            by_second.setdefault(second, []).append(first)
    left, groups = set(replies), []
    for start in replies:
        if start not in left:
            continue
        left.discard(start)
        group, pending = [], [start]
        while pending:
            first = pending.pop()
            group.append(first)
            new = {other for second in replies[first] for other in by_second[second]} & left
            left -= new
            pending.extend(new)
        groups.append(group)
    return groups


def _maximal_bicliques(
    replies: dict[Hashable, frozenset[Hashable]],
) -> tuple[list[tuple[list[Hashable], frozenset[Hashable]]], bool]:
    """Return the maximal bicliques U x V, each as U and V, and whether these are all.

    The sets V are all distinct non-empty intersections of reply sets; U has the strategies whose replies
    include V.
    """
    results: set[frozenset[Hashable]] = set()
    pending = list(set(replies.values()))
    complete = True
    while pending:
        common = pending.pop()
        if not common or common in results:
            continue
        if len(results) == NUMERICS.most_subsets:
            complete = False
            break
        results.add(common)
        pending.extend(common & other for other in set(replies.values()))
    return [
        ([first for first, own in replies.items() if common <= own], common) for common in results
    ], complete
