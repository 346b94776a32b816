"""What falls out of coverage when one entity is restructured.

To find what an entity takes with it, everything below it is taken as uncovered and then covered again from
outside (delete and rederive). That keeps to the least fixed point where companies hold each other, which
counting down lost support would miss.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from negotiation.base.numeric import KNIFE_EDGE, BoolArray
from negotiation.disputes.ownership.graph import OwnershipGraph


class Sale(NamedTuple):
    """One stake sold down: who sold, of which entity, and the stake held before."""

    owner: int
    owned: int
    stake: float


class Cascade:
    """Coverage of a graph, kept up to date while entities are restructured.

    Shapes: `covered` (n,).
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
        """Return the entities that can be restructured, in order."""
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
        """Restructure an entity; return the stakes sold, and the entities whose freed set may differ now."""
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
        """Return the entity and the covered, unlisted entities that it reaches through such entities."""
        return self._reach([entity], self._owned)

    def _above(self, entities: Iterable[int]) -> set[int]:
        """Return those entities, and the covered, unlisted ones that reach them through such entities."""
        return self._reach(entities, self._owners)

    def _reach(self, start: Iterable[int], neighbours: list[list[int]] | list[dict[int, float]]) -> set[int]:
        found = {entity for entity in start if self._covered[entity] and not self._listed[entity]}
        stack = list(found)
        while stack:
            for other in neighbours[stack.pop()]:
                if other not in found and self._covered[other] and not self._listed[other]:
                    found.add(other)
                    stack.append(other)
        return found

    def _rederived(self, region: set[int]) -> set[int]:
        """Return the part of the region that the covered parties outside it cover."""
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
