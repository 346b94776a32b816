"""The ownership rule by threshold: its coverage, the burden of compliance, and the effect of restructuring.

At each threshold owners may sell stakes down to just below it (see `restructuring`). A lower threshold adds
coverage and links to examine, and owners can free entities from it at a cost. The generated graphs are
calibrated to three moments, and all other results depend on the assumptions of `generator`. Each threshold
takes one fixed point and one restructuring, in all seconds for graphs of 20,000 entities.

The greedy choice takes entities one by one, and a limit on their number only stops it earlier. One complete
run therefore gives coverage at every share of restructured entities: `coverage_left`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import numpy as np

from negotiation.base.labelled import Table, Tabular
from negotiation.base.numeric import FloatArray, IntArray, read_only
from negotiation.disputes.ownership.generator import generate_ownership_graph
from negotiation.disputes.ownership.graph import OwnershipGraph, covered
from negotiation.disputes.ownership.restructuring import restructure
from negotiation.errors import InvalidOwnership

THRESHOLDS = (0.1, 0.25, 0.33, 0.5, 0.75)
# How far below the threshold owners keep a stake: to 49 percent under a rule of 50.
BELOW = 0.01


@dataclass(frozen=True, eq=False)
class OwnershipLoophole(Tabular):
    """Coverage, burden of compliance and entities freed by restructuring, by threshold."""

    # (k,): fractions in (0, 1].
    thresholds: FloatArray
    listed: int
    # (k,): covered entities, the listed ones included.
    covered: IntArray
    # (k,): compliance burden: ownership links to examine.
    links: IntArray
    # Largest share that may be restructured of the entities in which a covered party holds the threshold.
    share: float
    # freed, restructured: (k,): numbers of entities freed, and of entities restructured to free them.
    freed: IntArray
    restructured: IntArray
    # (k,): in the unit of the cost of one entity.
    cost: FloatArray
    # Always `complete`, although the greedy choice need not be optimal.
    status: Literal["complete"] = "complete"
    method: str = "greedy by entities freed per unit cost"

    def __post_init__(self) -> None:
        arrays = (self.thresholds, self.covered, self.links, self.freed, self.restructured, self.cost)
        for array in arrays:
            read_only(array)

    def __len__(self) -> int:
        return len(self.thresholds)

    @property
    def added(self) -> IntArray:
        """Number of affiliates that the rule adds to the list, shape (k,)."""
        affiliates: IntArray = self.covered - self.listed
        return affiliates

    @property
    def undone(self) -> FloatArray:
        """Share of the added affiliates that restructuring frees, shape (k,); nan if there are none."""
        with np.errstate(divide="ignore", invalid="ignore"):
            share: FloatArray = np.where(self.added > 0, self.freed / self.added, np.nan)
        return share

    def table(self) -> Table:
        """Return one row for each threshold."""
        columns = (
            "threshold", "covered", "affiliates added", "links to examine", "links an affiliate",
            "restructured", "cost", "freed", "share undone", "freed for each unit of cost",
        )  # fmt: skip
        rows = tuple(
            (
                float(self.thresholds[k]), int(self.covered[k]), int(self.added[k]), int(self.links[k]),
                _ratio(float(self.links[k]), float(self.added[k])), int(self.restructured[k]),
                float(self.cost[k]), int(self.freed[k]), _ratio(float(self.freed[k]), float(self.added[k])),
                _ratio(float(self.freed[k]), float(self.cost[k])),
            )
            for k in range(len(self))
        )  # fmt: skip
        title = f"ownership rule with {self.listed} listed, up to {self.share:.0%} of majority stakes sold"
        return Table(title, columns, rows)


def _ratio(part: float, whole: float) -> float | None:
    return part / whole if whole else None


def ownership_loophole(
    graph: OwnershipGraph,
    thresholds: Iterable[float] = THRESHOLDS,
    *,
    share: float = 0.1,
    cost_per_entity: float = 1.0,
    below: float = BELOW,
) -> OwnershipLoophole:
    """Return coverage and burden by threshold, and the effect of restructuring to just below the threshold.

    `thresholds` are fractions in (0, 1]. `share` is the largest share of candidates (the entities that can be
    restructured) that may be restructured, at `cost_per_entity` each. `below` is the distance below the
    threshold at which owners keep a stake. `InvalidOwnership` is raised if one of these is out of range.

    Examples
    --------
    >>> graph = OwnershipGraph.from_links([(0, 1, 0.6), (1, 2, 1.0), (0, 3, 0.3)], [True] + [False] * 3)
    >>> found = ownership_loophole(graph, [0.25, 0.5], share=0.5)
    >>> found.covered.tolist(), found.freed.tolist()
    ([4, 3], [2, 2])
    """
    curve = coverage_by_threshold(graph, thresholds)
    sold = [
        restructure(
            graph, share=share, cost_per_entity=cost_per_entity, to=max(0.0, level - below), threshold=level
        )
        for level in curve.thresholds.tolist()
    ]
    return OwnershipLoophole(
        np.array(curve.thresholds),
        curve.listed,
        np.array(curve.covered),
        np.array(curve.links),
        share,
        np.array([sale.freed for sale in sold], dtype=np.intp),
        np.array([sale.restructured.size for sale in sold], dtype=np.intp),
        np.array([sale.cost for sale in sold]),
    )


@dataclass(frozen=True, eq=False)
class CoverageCurve(Tabular):
    """Coverage and compliance burden of a graph by threshold."""

    # (k,): ownership thresholds, fractions in (0, 1], in the order given.
    thresholds: FloatArray
    # (k,): number of covered entities, the listed ones included.
    covered: IntArray
    # (k,): compliance burden: ownership links to examine, see `links_to_examine`.
    links: IntArray
    listed: int
    # Always `complete`: each coverage is an exact fixed point.
    status: Literal["complete"] = "complete"

    def __post_init__(self) -> None:
        for array in (self.thresholds, self.covered, self.links):
            read_only(array)

    @property
    def ratio(self) -> FloatArray:
        """Number of covered entities for each listed one, shape (k,); nan if nothing is listed."""
        return self.covered / self.listed if self.listed else np.full(self.covered.shape, np.nan)

    def table(self) -> Table:
        """Return one row per threshold."""
        columns = ("threshold", "covered", "ratio to listed", "links to examine")
        rows = zip(
            self.thresholds.tolist(),
            self.covered.tolist(),
            self.ratio.tolist(),
            self.links.tolist(),
            strict=True,
        )
        return Table(f"Coverage by ownership threshold, {self.listed} listed", columns, tuple(rows))


def coverage_by_threshold(graph: OwnershipGraph, thresholds: Iterable[float]) -> CoverageCurve:
    """Return coverage and the burden of compliance at each threshold, in the order given.

    `InvalidOwnership` is raised if a threshold is not in (0, 1].

    Examples
    --------
    >>> graph = OwnershipGraph.from_links([(0, 1, 0.5)], [True, False])
    >>> coverage_by_threshold(graph, [0.5, 0.75]).covered
    array([2, 1])
    """
    levels = np.array(tuple(thresholds), dtype=np.float64)
    counts = [int(covered(graph, level).sum()) for level in levels.tolist()]
    links = [links_to_examine(graph, level) for level in levels.tolist()]
    return CoverageCurve(
        thresholds=levels,
        covered=np.array(counts, dtype=np.intp),
        links=np.array(links, dtype=np.intp),
        listed=int(graph.listed.sum()),
    )


def links_to_examine(graph: OwnershipGraph, threshold: float = 0.5) -> int:
    """Return the compliance burden: the number of pairs (owner, owned) that an exporter must look at.

    An exporter who finds an entity that some covered party holds must look at every holder of that entity,
    since covered stakes add up. The burden is therefore the number of ownership links into unlisted entities
    with at least one covered owner. It never falls when coverage grows. This definition is the project's own,
    and every link counts as one. `InvalidOwnership` is raised if `threshold` is not in (0, 1].
    """
    reached = graph.shares.T @ covered(graph, threshold).astype(np.float64) > 0.0
    holders = np.bincount(graph.shares.indices, minlength=graph.entities)
    return int(holders[reached & ~graph.listed].sum())


_SHOWN = (0.0, 0.05, 0.1, 0.2, 0.3, 0.5, 1.0)


@dataclass(frozen=True, eq=False)
class CoverageLeft(Tabular):
    """Coverage of a rule, by the share of candidates that are restructured."""

    # Threshold of the rule, a fraction in (0, 1].
    threshold: float
    listed: int
    # Number of covered entities before anyone restructures, the listed ones included.
    covered: int
    # Number of entities that can be restructured: a covered party holds at least the threshold of them.
    candidates: int
    # (k + 1,): entities freed in all after 0, 1, ..., k restructurings; nothing is left to free after k.
    freed: IntArray
    # Always `complete`, although the greedy choice need not be optimal.
    status: Literal["complete"] = "complete"
    method: str = "greedy by entities freed per unit cost"

    def __post_init__(self) -> None:
        read_only(self.freed)

    def at(self, share: float) -> float:
        """Return the number of covered entities after a share of the candidates has been restructured.

        Between two whole numbers of restructurings the number is interpolated linearly. `InvalidOwnership` is
        raised if `share` is not in [0, 1].

        Examples
        --------
        >>> graph = OwnershipGraph.from_links([(0, 1, 0.6), (1, 2, 1.0), (0, 3, 0.9)], [True] + [False] * 3)
        >>> left = coverage_left(graph, 0.5)
        >>> left.candidates, [left.at(share) for share in (0.0, 1 / 3, 0.5, 1.0)]
        (3, [4.0, 2.0, 1.5, 1.0])
        """
        if not 0.0 <= share <= 1.0:
            raise InvalidOwnership(f"`share` must be a fraction in [0, 1]; got {share}.")
        freed = np.interp(share * self.candidates, np.arange(self.freed.size), self.freed)
        return self.covered - float(freed)

    def table(self) -> Table:
        """Return one row for each of some shares: the share, and the number of covered entities."""
        rows = tuple((share, self.at(share)) for share in _SHOWN)
        title = f"Coverage left at a threshold of {self.threshold:g}, {self.listed} listed"
        return Table(title, ("share restructured", "covered"), rows)


def coverage_left(graph: OwnershipGraph, threshold: float, *, below: float = BELOW) -> CoverageLeft:
    """Return coverage at a threshold, by the share of entities restructured to `below` less than it.

    `InvalidOwnership` is raised if `threshold` is not in (0, 1] or `below` is not above 0.

    Examples
    --------
    >>> graph = OwnershipGraph.from_links([(0, 1, 0.6), (1, 2, 0.5)], [True, False, False])
    >>> coverage_left(graph, 0.5).freed
    array([0, 2])
    """
    done = restructure(graph, share=1.0, to=max(0.0, threshold - below), threshold=threshold)
    freed = np.concatenate([[0], np.cumsum(done.freed_each)]).astype(np.intp)
    return CoverageLeft(threshold, int(graph.listed.sum()), done.covered_before, done.candidates, freed)


@lru_cache(maxsize=128)
def calibrated_coverage(listed: int, threshold: float, seed: int = 0) -> CoverageLeft:
    """Return the coverage of the calibrated graph with `listed` entities on the list, at a threshold.

    It takes less than a second at 1,300 listed, and results are cached. Coverage at 50 percent varies by
    about one percent between seeds, so one graph represents all.

    Examples
    --------
    >>> left = calibrated_coverage(13, 0.5)
    >>> left.listed, left.at(0.1) < left.covered
    (13, True)
    """
    return coverage_left(generate_ownership_graph(rng=seed, listed=listed), threshold)
