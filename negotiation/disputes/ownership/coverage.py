"""The entity list as a rule: what a threshold covers, and what it costs to comply with."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

import numpy as np

from negotiation.base.labelled import Table, Tabular
from negotiation.base.numeric import FloatArray, IntArray, read_only
from negotiation.disputes.ownership.graph import OwnershipGraph, covered


@dataclass(frozen=True, eq=False)
class CoverageCurve(Tabular):
    """Coverage and compliance burden of a graph by threshold."""

    # (k,): ownership thresholds, fractions in (0, 1], in the order asked for.
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
        """Covered entities for each listed one, shape (k,); nan where nothing is listed."""
        return self.covered / self.listed if self.listed else np.full(self.covered.shape, np.nan)

    def table(self) -> Table:
        """Return one row a threshold."""
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
    """Return coverage, its ratio to the list, and the compliance burden at each threshold.

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
    """Return the compliance burden: the pairs (owner, owned) that an exporter must look at.

    An exporter who has traced the list down to an entity that some covered party holds must look at every
    holder of that entity, since covered stakes add up. The burden is therefore the number of ownership
    links into unlisted entities with at least one covered owner. It never falls when coverage grows. This
    definition is the project's own; a link is counted as one pair whatever it costs to find.
    """
    reached = graph.shares.T @ covered(graph, threshold).astype(np.float64) > 0.0
    holders = np.bincount(graph.shares.indices, minlength=graph.entities)
    return int(holders[reached & ~graph.listed].sum())
