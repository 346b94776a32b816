"""The part of a posture game that depends on no parameter: joint levels, the moves between them, and labels.

It is computed once, and games with other parameters or phases reuse it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import product
from math import prod
from typing import NamedTuple

import numpy as np

from negotiation.base.numeric import IntArray, read_only
from negotiation.disputes.instrument import Pair
from negotiation.disputes.state import State
from negotiation.game_theory.games.continuous_time import StateLabels


class Block(NamedTuple):
    """The joint levels of one state of the world, and their positions among the states of the game."""

    state: State
    # The levels that the law allows, calmest first, for each instrument in the game.
    levels: tuple[tuple[str, ...], ...]
    # Position of the first joint level, in the first phase.
    begin: int

    @property
    def shape(self) -> tuple[int, ...]:
        """Number of levels of each instrument."""
        return tuple(len(labels) for labels in self.levels)

    @property
    def size(self) -> int:
        """Number of joint levels."""
        return prod(self.shape)

    @property
    def strides(self) -> tuple[int, ...]:
        """Offset to the next level of each instrument."""
        return tuple(prod(self.shape[axis + 1 :]) for axis in range(len(self.levels)))

    def positions(self, axis: int) -> IntArray:
        """Return the position of one instrument's level in each joint level, shape (size,)."""
        here = np.arange(self.size, dtype=np.intp)
        position: IntArray = here // self.strides[axis] % self.shape[axis]
        return position


class Kinds(NamedTuple):
    """The kinds of moves of a maker: staying first, then each move of an instrument between two levels."""

    # block, axis, before, after: (C,): positions of the state of the world, of the instrument among all in
    # the game, and of its levels before and after. Kinds with the same first three are consecutive.
    block: IntArray
    axis: IntArray
    before: IntArray
    after: IntArray
    # For each block and instrument: their positions, and the slice of its kinds.
    parts: tuple[tuple[int, int, slice], ...]
    # (G,): first position of each group of kinds with the same block, instrument and level before.
    groups: IntArray


class Steps(NamedTuple):
    """The options of a maker at each joint level, in compressed rows: to stay, or to move one instrument."""

    # (L + 1,): where the options of each joint level begin.
    indptr: IntArray
    # targets, kinds, lengths, events: (K,): the joint level that each option leads to, its kind, the number
    # of levels that it passes, and its event: twice the position of its instrument among the maker's, plus 1
    # for a move to a calmer level; -1 for staying.
    targets: IntArray
    kinds: IntArray
    lengths: IntArray
    events: IntArray
    table: Kinds


class Rows(NamedTuple):
    """The options of a maker at each joint level, repeated for each phase."""

    # (P L + 1,): where the options of each state begin.
    indptr: IntArray
    # events, lengths: (P K,): as in `Steps`.
    events: IntArray
    lengths: IntArray


def stacked(levels: Iterable[tuple[State, tuple[tuple[str, ...], ...]]]) -> tuple[Block, ...]:
    """Return one block for each state of the world, in consecutive positions."""
    blocks, begin = [], 0
    for state, labels in levels:
        blocks.append(Block(state, labels, begin))
        begin += blocks[-1].size
    return tuple(blocks)


@dataclass(frozen=True, eq=False)
class Frame:
    """The joint levels by state of the world, and the moves between them."""

    pairs: tuple[Pair, ...]
    # By state of the world, the start first.
    blocks: tuple[Block, ...]
    _steps: dict[tuple[tuple[int, ...], bool], Steps] = field(default_factory=dict, init=False, repr=False)
    _rows: dict[tuple[tuple[int, ...], bool, int], Rows] = field(default_factory=dict, init=False, repr=False)
    _labels: dict[tuple[str, ...], StateLabels] = field(default_factory=dict, init=False, repr=False)

    def steps(self, axes: Sequence[int], far: bool) -> Steps:
        """Return the options at each joint level of a maker who decides on some instruments.

        `axes` has the positions of these instruments in `pairs`. If `far` is true, one move leads to any
        level; otherwise it leads to a neighbouring one.
        """
        key = (tuple(axes), far)
        if key not in self._steps:
            self._steps[key] = self._made(axes, far)
        return self._steps[key]

    def rows(self, axes: Sequence[int], far: bool, phases: int) -> Rows:
        """Return the options of a maker as in `steps`, repeated for each of `phases` phases."""
        key = (tuple(axes), far, phases)
        if key not in self._rows:
            steps = self.steps(axes, far)
            starts = steps.indptr[:-1] + np.arange(phases)[:, None] * len(steps.targets)
            tiled = Rows(
                np.append(starts, phases * len(steps.targets)),
                np.tile(steps.events, phases),
                np.tile(steps.lengths, phases),
            )
            for array in tiled:
                read_only(array)
            self._rows[key] = tiled
        return self._rows[key]

    def _made(self, axes: Sequence[int], far: bool) -> Steps:
        parts: list[tuple[IntArray, ...]] = []
        kinds = [np.zeros((1, 4), dtype=np.intp)]
        count, owned, groups = 1, list[tuple[int, int, slice]](), [0]
        for b, block in enumerate(self.blocks):
            here = np.arange(block.size, dtype=np.intp) + block.begin
            nothing = np.zeros(len(here), dtype=np.intp)
            parts.append((here, here, nothing, nothing, nothing - 1))
            for k, axis in enumerate(axes):
                position, levels, stride = block.positions(axis), block.shape[axis], block.strides[axis]
                furthest = levels - 1 if far else 1
                steps = [s for s in range(-furthest, furthest + 1) if s]
                rows = [(b, axis, x, x + s) for x in range(levels) for s in steps if 0 <= x + s < levels]
                place = {row[2:]: count + j for j, row in enumerate(rows)}
                kinds.append(np.array(rows, dtype=np.intp).reshape(-1, 4))
                owned.append((b, axis, slice(count, count + len(rows))))
                groups += [count + j for j, row in enumerate(rows) if not j or row[2] != rows[j - 1][2]]
                count += len(rows)
                for step in steps:
                    moved = np.flatnonzero((position + step >= 0) & (position + step < levels))
                    of_level = np.array([place.get((x, x + step), 0) for x in range(levels)], dtype=np.intp)
                    every = np.ones(len(moved), dtype=np.intp)
                    parts.append((
                        moved + block.begin, moved + step * stride + block.begin, of_level[position[moved]],
                        abs(step) * every, (2 * k + (step < 0)) * every,
                    ))  # fmt: skip
        sources, *columns = (np.concatenate(column) for column in zip(*parts, strict=True))
        order = np.argsort(sources, kind="stable")
        size = self.blocks[-1].begin + self.blocks[-1].size
        indptr = np.concatenate([[0], np.cumsum(np.bincount(sources, minlength=size))])
        targets, of_kind, lengths, events = (column[order] for column in columns)
        block_of, axis_of, before, after = (np.ascontiguousarray(data) for data in np.concatenate(kinds).T)
        begins = np.array(groups, dtype=np.intp)
        table = Kinds(block_of, axis_of, before, after, tuple(owned), begins)
        for array in (indptr, targets, of_kind, lengths, events, *table[:4], begins):
            read_only(array)
        return Steps(indptr, targets, of_kind, lengths, events, table)

    @cached_property
    def _heads(self) -> tuple[str, ...]:
        """The first part of each label: levels by country, and the state of the world if it moves."""
        axes: dict[str, list[int]] = {}
        for axis, (country, _) in enumerate(self.pairs):
            axes.setdefault(country, []).append(axis)
        heads: list[str] = []
        for block in self.blocks:
            end = f" | {block.state.label}" if len(self.blocks) > 1 else ""
            # The instruments of a country stand together, so that its levels are written out once.
            sides = [self._levels_of(block, country, own) for country, own in axes.items()]
            heads += ["; ".join(choice) + end for choice in product(*sides)]
        return tuple(heads)

    def _levels_of(self, block: Block, country: str, axes: list[int]) -> list[str]:
        named = [[f"{self.pairs[a][1]}={label}" for label in block.levels[a]] for a in axes]
        return [f"{country}: {' '.join(choice)}" for choice in product(*named)]

    def labels(self, phases: tuple[str, ...]) -> StateLabels:
        """Return each state's label: its joint level, and its phase if there are several."""
        if phases not in self._labels:
            ends = [f" | {phase}" for phase in phases] if len(phases) > 1 else [""]
            self._labels[phases] = StateLabels([head + end for end in ends for head in self._heads])
        return self._labels[phases]
