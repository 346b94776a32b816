"""The shell loophole: owners sell stakes down to below the threshold, so that fewer entities are covered.

To restructure an entity, every covered party sells its stake in it down to `to` if the stake is at least the
threshold. An outside holder whom nobody owns buys the rest, so restructuring never adds coverage. Entities
are chosen greedily, by the number of entities freed per unit of cost. The choice need not be optimal: if
several owners together hold an entity, freeing it can take several restructurings, each of which alone frees
nothing.

To find the entities that a restructuring frees, all covered entities below it are first taken as uncovered
and then covered again from outside (delete and rederive). This finds the least fixed point even if companies
hold each other, where counting lost support would fail.

The entities below each candidate are visited once, and after each restructuring the entities below those
candidates that it may affect. A graph of 30,000 entities with a few levels takes well under a second. A graph
with dense cross-holdings can take time quadratic in its size.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from heapq import heapify, heappop, heappush
from math import floor, inf
from typing import Literal, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt
from scipy import sparse

from negotiation.base.labelled import Table, Tabular
from negotiation.base.numeric import KNIFE_EDGE, BoolArray, FloatArray, IntArray, read_only
from negotiation.base.reading.numbers import expect_number
from negotiation.disputes.ownership.graph import OwnershipGraph, check_threshold, covered
from negotiation.errors import InvalidOwnership, shown


class Sale(NamedTuple):
    """One stake that is sold down: its owner, the entity owned, and the stake held before."""

    owner: int
    owned: int
    stake: float


class Cascade:
    """Coverage of a graph, updated while entities are restructured.

    `covered`, shape (n,), says which entities are covered at first. Owners sell stakes of at least
    `threshold` down to `to`, both fractions of the entity owned.
    """

    def __init__(self, graph: OwnershipGraph, covered: BoolArray, threshold: float, to: float) -> None:
        self._least = threshold - KNIFE_EDGE
        self._to = to
        self._listed: list[bool] = graph.listed.tolist()
        self._covered: list[bool] = covered.tolist()
        self._owners: list[dict[int, float]] = [{} for _ in self._listed]
        self._owned: list[list[int]] = [[] for _ in self._listed]
        links = graph.shares.tocoo()
        for owner, owned, stake in zip(
            links.row.tolist(), links.col.tolist(), links.data.tolist(), strict=True
        ):
            self._owners[owned][owner] = stake
            self._owned[owner].append(owned)

    def is_candidate(self, entity: int) -> bool:
        """Return whether a covered party holds at least the threshold of a covered, unlisted entity."""
        return self._covered[entity] and not self._listed[entity] and bool(self._sales(entity))

    def candidates(self) -> list[int]:
        """Return the entities that can be restructured, in the order of the graph."""
        return [entity for entity in range(len(self._listed)) if self.is_candidate(entity)]

    def freed_by(self, entity: int) -> set[int]:
        """Return the entities that would no longer be covered if this one were restructured."""
        below = self._below(entity)
        stakes = self._owners[entity]
        self._owners[entity] = stakes | {sale.owner: self._to for sale in self._sales(entity)}
        freed = below - self._rederived(below)
        self._owners[entity] = stakes
        return freed

    def restructure(self, entity: int) -> tuple[list[Sale], set[int]]:
        """Restructure an entity, and return the stakes sold and the entities whose freed sets may change."""
        freed = self.freed_by(entity)
        sales = self._sales(entity)
        stale = self._above(freed | {owned for parent in freed for owned in self._owned[parent]})
        self._owners[entity] |= {sale.owner: self._to for sale in sales}
        for other in freed:
            self._covered[other] = False
        return sales, stale

    def _sales(self, entity: int) -> list[Sale]:
        return [
            Sale(owner, entity, stake)
            for owner, stake in self._owners[entity].items()
            if stake >= self._least and self._covered[owner]
        ]

    def _below(self, entity: int) -> set[int]:
        """Return a covered, unlisted entity and all such entities that it reaches through such entities."""
        return self._reach([entity], self._owned)

    def _above(self, entities: Iterable[int]) -> set[int]:
        """Return the covered, unlisted entities among these, and those that reach them through such ones."""
        return self._reach(entities, self._owners)

    def _reach(self, start: Iterable[int], neighbours: list[list[int]] | list[dict[int, float]]) -> set[int]:
        reached = {entity for entity in start if self._covered[entity] and not self._listed[entity]}
        stack = list(reached)
        while stack:
            for other in neighbours[stack.pop()]:
                if other not in reached and self._covered[other] and not self._listed[other]:
                    reached.add(other)
                    stack.append(other)
        return reached

    def _rederived(self, region: set[int]) -> set[int]:
        """Return the part of the region that the covered parties outside it still cover."""
        back: set[int] = set()
        stack = list(region)
        while stack:
            entity = stack.pop()
            if entity in back or self._joint_stake(entity, region, back) < self._least:
                continue
            back.add(entity)
            stack.extend(owned for owned in self._owned[entity] if owned in region and owned not in back)
        return back

    def _joint_stake(self, entity: int, region: set[int], back: set[int]) -> float:
        return sum(
            stake
            for owner, stake in self._owners[entity].items()
            if self._covered[owner] and (owner not in region or owner in back)
        )


Stop: TypeAlias = Literal["nothing left to free", "budget spent", "share reached"]


@dataclass(frozen=True, eq=False)
class Restructuring(Tabular):
    """The result of restructuring a graph: the entities freed, and the cost."""

    # The graph afterwards: the entities of the first graph in their order, then one outside holder.
    graph: OwnershipGraph
    # (k,): the entities whose ownership was restructured, in the order chosen.
    restructured: IntArray
    # (k,): number of entities that each of them freed at its turn.
    freed_each: IntArray
    # Number of entities that could be restructured at first.
    candidates: int
    # Total cost, in the unit of `cost_per_entity`.
    cost: float
    # covered_before, covered_after: Number of covered entities in the first graph and in `graph`.
    covered_before: int
    covered_after: int
    # threshold, to: The threshold of the rule and the stake that owners sell down to, fractions.
    threshold: float
    to: float
    # Reason why the choice ended: `nothing left to free`, `budget spent` or `share reached`.
    stopped: Stop
    # status, method: `complete`, the greedy choice ran to its end; and the name of the method.
    status: Literal["complete"] = "complete"
    method: str = "greedy by entities freed per unit cost"

    def __post_init__(self) -> None:
        read_only(self.restructured)
        read_only(self.freed_each)

    @property
    def freed(self) -> int:
        """Number of entities that are no longer covered."""
        return self.covered_before - self.covered_after

    def table(self) -> Table:
        """Return one row per quantity: coverage before and after, entities freed, restructured, cost."""
        rows = (
            ("covered before", self.covered_before),
            ("covered after", self.covered_after),
            ("freed", self.freed),
            ("restructured", int(self.restructured.size)),
            ("cost", self.cost),
        )
        title = f"Restructuring to {self.to:g} under a threshold of {self.threshold:g}: {self.stopped}"
        return Table(title, ("quantity", "value"), rows)


def restructure(
    graph: OwnershipGraph,
    *,
    budget: float | None = None,
    share: float | None = None,
    cost_per_entity: npt.ArrayLike = 1.0,
    to: float = 0.49,
    threshold: float = 0.5,
) -> Restructuring:
    """Return the restructuring in which owners sell stakes of at least the threshold down to `to`.

    Exactly one limit is given: `budget`, the largest total cost, or `share`, the largest share of the
    candidates that are restructured. `cost_per_entity` is one number, or has the shape (n,). `to` and
    `threshold` are fractions of an entity. `InvalidOwnership` is raised if a value is out of range.
    """
    check_threshold(threshold)
    if not 0.0 <= to < threshold - KNIFE_EDGE:
        raise InvalidOwnership(
            "`to`, the stake that owners keep, must be at least 0 and below the threshold, "
            f"{threshold}; got {to}. If `below` is given, it must be above 0."
        )
    costs = _costs(cost_per_entity, graph.entities)
    before = covered(graph, threshold)
    cascade = Cascade(graph, before, threshold, to)
    candidates = len(cascade.candidates())
    chosen, freed, sales, stopped = _choose(cascade, costs, *_limits(candidates, budget, share))
    after = _sold(graph, sales, to)
    return Restructuring(
        graph=after,
        restructured=np.array(chosen, dtype=np.intp),
        freed_each=np.array(freed, dtype=np.intp),
        candidates=candidates,
        cost=float(costs[chosen].sum()),
        covered_before=int(before.sum()),
        covered_after=int(covered(after, threshold).sum()),
        threshold=threshold,
        to=to,
        stopped=stopped,
    )


def _costs(cost_per_entity: npt.ArrayLike, entities: int) -> FloatArray:
    costs = np.asarray(cost_per_entity, dtype=np.float64)
    if costs.shape not in ((), (entities,)) or not (np.isfinite(costs) & (costs > 0.0)).all():
        raise InvalidOwnership(
            f"`cost_per_entity` must be positive and finite, one number or an array of shape ({entities},)"
            f"; got {shown(cost_per_entity)}."
        )
    return np.broadcast_to(costs, (entities,))


def _limits(candidates: int, budget: float | None, share: float | None) -> tuple[float, float]:
    """Return the largest cost and the largest number of entities that may be restructured."""
    if (budget is None) == (share is None):
        raise InvalidOwnership(f"`budget` is {budget} and `share` is {share}; give exactly one of them.")
    if budget is not None:
        if not 0.0 <= expect_number("`budget`", budget, InvalidOwnership) < inf:
            raise InvalidOwnership(f"`budget` must be finite and at least 0; got {budget}.")
        return budget * (1.0 + KNIFE_EDGE), inf
    if share is None or not 0.0 <= expect_number("`share`", share, InvalidOwnership) <= 1.0:
        raise InvalidOwnership(f"`share` must be a fraction in [0, 1]; got {share}.")
    return inf, floor(share * candidates + KNIFE_EDGE)


def _choose(
    cascade: Cascade, costs: FloatArray, budget: float, most: float
) -> tuple[list[int], list[int], list[Sale], Stop]:
    """Restructure greedily until a limit binds or nothing can be freed, in ties the lower position first.

    Return the entities chosen, the number of entities that each freed, the stakes sold, and the reason to
    stop.
    """
    gains = {entity: len(cascade.freed_by(entity)) for entity in cascade.candidates()}
    heap = [(-gain / costs[entity], entity, gain) for entity, gain in gains.items() if gain]
    heapify(heap)
    chosen: list[int] = []
    freed: list[int] = []
    sales: list[Sale] = []
    spent, too_dear = 0.0, False
    while heap:
        _, entity, gain = heappop(heap)
        if gains[entity] != gain:
            continue
        if len(chosen) >= most:
            return chosen, freed, sales, "share reached"
        if spent + costs[entity] > budget:
            too_dear = True
            continue
        spent += float(costs[entity])
        chosen.append(entity)
        freed.append(gain)
        sold, stale = cascade.restructure(entity)
        sales += sold
        gains[entity] = 0
        for other in stale:
            gains[other] = len(cascade.freed_by(other)) if cascade.is_candidate(other) else 0
            if gains[other]:
                heappush(heap, (-gains[other] / costs[other], other, gains[other]))
    return chosen, freed, sales, "budget spent" if too_dear else "nothing left to free"


def _sold(graph: OwnershipGraph, sales: list[Sale], to: float) -> OwnershipGraph:
    """Return the graph after the stakes are sold to an outside holder, who has the last position."""
    n = graph.entities
    shares = graph.shares.tocoo()
    owners = np.array([sale.owner for sale in sales], dtype=np.intp)
    owned = np.array([sale.owned for sale in sales], dtype=np.intp)
    stakes = np.array([sale.stake - to for sale in sales], dtype=np.float64)
    position = np.searchsorted(shares.row.astype(np.int64) * n + shares.col, owners * n + owned)
    data = shares.data.copy()
    data[position] = to
    rows = np.concatenate([shares.row, np.full(owned.size, n)])
    columns = np.concatenate([shares.col, owned])
    moved = sparse.coo_array((np.concatenate([data, stakes]), (rows, columns)), shape=(n + 1, n + 1))
    return OwnershipGraph(sparse.csr_array(moved), np.append(graph.listed, False))
