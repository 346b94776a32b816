"""The states of a posture game in continuous time: joint levels by state of the world and by phase.

The lawful joint levels of a state of the world z form one block, in row-major order. The blocks follow one
another and are repeated for each phase, so that a move adds an offset to the position of the state.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from negotiation.base.numeric import IntArray
from negotiation.disputes.continuous.frame import Block, Frame, stacked
from negotiation.disputes.continuous.phases import Phases, standing
from negotiation.disputes.instrument import Pair
from negotiation.disputes.menus import Menus
from negotiation.disputes.posture import Postures
from negotiation.disputes.setup import Setup
from negotiation.disputes.state import State
from negotiation.errors import UnknownState


class Draft(NamedTuple):
    """A game under construction: its levels, blocks and phases, before payoffs and rates."""

    setup: Setup
    # Levels of the instruments that are not in the game.
    fixed: Postures
    pairs: tuple[Pair, ...]
    # By state of the world, the start first.
    blocks: tuple[Block, ...]
    # Components of the state that move.
    moving: tuple[str, ...]
    # Public phases, and what moves them.
    phases: Phases
    # The joint levels and the moves between them.
    frame: Frame

    @property
    def n_levels(self) -> int:
        """Number of states in one phase."""
        last = self.blocks[-1]
        return last.begin + last.size

    @property
    def n_states(self) -> int:
        """Number of states."""
        return self.n_levels * len(self.phases)

    def ladder(self, block: Block, axis: int) -> IntArray:
        """Return the positions of an instrument's levels in a block among all its levels."""
        country, name = self.pairs[axis]
        position = self.setup.instruments[name].position
        return np.array([position(country, label) for label in block.levels[axis]], dtype=np.intp)

    def stands(self, block: Block, axis: int, label: str) -> int:
        """Return the position of a level in a block, or the position of the harshest calmer level there."""
        country, name = self.pairs[axis]
        wanted = self.setup.instruments[name].position(country, label)
        return int(standing(self.ladder(block, axis), wanted))

    def aims(self, block: Block, axis: int) -> IntArray | None:
        """Return the position in a block of each phase's aim, shape (P,); None without a rule for `axis`."""
        levels = self.phases.aims.get(self.pairs[axis])
        if levels is None:
            return None
        ladder = self.ladder(block, axis)
        country, name = self.pairs[axis]
        position = self.setup.instruments[name].position
        places = {label: standing(ladder, position(country, label)) for label in dict.fromkeys(levels)}
        return np.array([places[label] for label in levels], dtype=np.intp)

    def state_index(
        self, postures: Mapping[str, Mapping[str, str]], phase: str | None = None, state: State | None = None
    ) -> int:
        """Return the position of the state with some levels.

        A level that the state of the world does not have is replaced by the harshest calmer level, or else by
        the calmest. By default the phase is the first, and the state of the world is the start.
        `UnknownState` is raised if the game does not have the phase or the state of the world.
        """
        worlds = {block.state: block for block in self.blocks}
        block = self.blocks[0] if state is None else worlds.get(state)
        if block is None:
            raise UnknownState(str(state and state.label), [world.label for world in worlds])
        if phase is not None and phase not in self.phases.labels:
            raise UnknownState(phase, self.phases.labels)
        p = 0 if phase is None else self.phases.labels.index(phase)
        levels = (
            self.stands(block, axis, postures[country][name]) * block.strides[axis]
            for axis, (country, name) in enumerate(self.pairs)
        )
        return p * self.n_levels + block.begin + sum(levels)


def drafted(
    setup: Setup,
    menus_by_state: Mapping[State, Menus],
    fixed: Postures,
    moving: tuple[str, ...],
    phases: Phases | None = None,
) -> Draft:
    """Return the draft of a posture game, from its menus by state of the world, the start first."""
    first = next(iter(menus_by_state.values()))
    pairs = tuple((country, name) for country, menu in first.items() for name in menu)
    ladders = (
        (state, tuple(_ordered(setup, pair, menus) for pair in pairs))
        for state, menus in menus_by_state.items()
    )
    frame = Frame(pairs, stacked(ladders))
    return Draft(setup, fixed, pairs, frame.blocks, moving, phases or Phases(), frame)


def _ordered(setup: Setup, pair: Pair, menus: Menus) -> tuple[str, ...]:
    """Return the levels of an instrument in a menu, calmest first."""
    country, name = pair
    return tuple(
        sorted(menus[country][name], key=lambda label: setup.instruments[name].position(country, label))
    )
