"""What is found for each state of a stochastic game: a mapping from state label to it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TypeVar

from negotiation.base.drawing import Drawable
from negotiation.base.labelled import Tabular
from negotiation.errors import UnknownState
from negotiation.game_theory.games import StochasticGame

Part = TypeVar("Part")


class ByState(Tabular, Drawable, Mapping[str, Part]):
    """A mapping in the order of the game's states; a class of this kind has the `game` and its `sets`."""

    game: StochasticGame
    sets: tuple[Part, ...]

    def __getitem__(self, state: object) -> Part:
        UnknownState.unless_in(str(state), self.game.states)
        return self.sets[self.game.state_index(str(state))]

    def __iter__(self) -> Iterator[str]:
        return iter(self.game.states)

    def __len__(self) -> int:
        return len(self.sets)
