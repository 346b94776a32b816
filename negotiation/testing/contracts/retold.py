"""The same game told in other terms: units, labels, the order of actions, states and players.

A game is what it is in any terms. So an answer, taken back into the terms in which the game was first told,
has to be what it is there. Actions, states and players are then named by position, and payoffs are shares of
the player's own range, counted from the least one, so that all numbers are of order 1.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

from negotiation.base.numeric import FloatArray
from negotiation.game_theory.games import (
    PublicSignal,
    RepeatedGame,
    SparseTransitions,
    StageGame,
    StochasticGame,
)

Game: TypeAlias = StageGame | RepeatedGame | StochasticGame
Index: TypeAlias = tuple[int, ...]


class Terms(NamedTuple):
    """The terms in which a game is told."""

    # Whose payoffs are in another unit.
    player: int = 0
    # scale, shift: That unit: a payoff is multiplied and the product shifted. The arithmetic is exact.
    scale: Fraction = Fraction(1)
    shift: Fraction = Fraction(0)
    # Whether payoffs come as floats, rounded once, else as the `Fraction` that they are.
    floats: bool = False
    # Whether the first player is called last.
    moved: bool = False
    # Whether actions and states come in the reverse order.
    turned: bool = False
    # Whether players, actions and states have other labels, which sort the other way round.
    renamed: bool = False


class Unordered(tuple[Any, ...]):
    """Parts of an answer whose order says nothing."""


class Bounds(NamedTuple):
    """Two polygons between which a set of payoffs lies, in shares, counter-clockwise or empty."""

    inner: FloatArray
    outer: FloatArray


@dataclass(frozen=True)
class Retold:
    """A game in other terms, and the way back."""

    # The game in its first terms; in all states the players have the same numbers of actions.
    first: Game
    terms: Terms

    @property
    def order(self) -> Index:
        """The first positions of the players, in their order here."""
        players = range(_stages(self.first)[0].n_players)
        return (*players[1:], 0) if self.terms.moved else tuple(players)

    @property
    def game(self) -> Any:
        """The game in these terms."""
        game = self.first
        if isinstance(game, StageGame):
            return self.stage(game)
        factors = game.discount_factor
        if isinstance(factors, (tuple, list)):
            factors = [factors[i] for i in self.order]
        if isinstance(game, RepeatedGame):
            return RepeatedGame(self.stage(game.stage), factors, self.signal(game.monitoring))
        states = [game.states[s] for s in self.states]
        stages = {self.state_label(state): self.stage(game.stage(state)) for state in states}
        return StochasticGame.from_stages(stages, self._rows(game, states), factors)

    @property
    def states(self) -> list[int]:
        """The first positions of the states, in their order here."""
        count = len(_stages(self.first))
        return list(range(count))[:: self._step]

    @property
    def _step(self) -> int:
        return -1 if self.terms.turned else 1

    def stage(self, stage: StageGame) -> StageGame:
        """Return a stage game with these players in these terms."""
        paid = stage.exact_payoffs().copy()
        own = self.terms.player % stage.n_players
        paid[..., own] = paid[..., own] * self.terms.scale + self.terms.shift
        paid = self.by_profile(paid)[..., list(self.order)]
        if self.terms.floats:
            paid = paid.astype(np.float64)
        actions = [
            [self._label(k, label) for k, label in enumerate(stage.actions[i])][:: self._step]
            for i in self.order
        ]
        return StageGame(paid, [self._player_label(stage, i) for i in self.order], actions, stage.name)

    def signal(self, signal: PublicSignal | None) -> PublicSignal | None:
        """Return a public signal in these terms; its own labels stay."""
        if signal is None:
            return None
        return PublicSignal(self.by_profile(signal.given_probabilities()), signal.signals)

    def by_profile(self, array: npt.NDArray[Any]) -> npt.NDArray[Any]:
        """Return what is given for each profile, axes in front, in the order of these terms."""
        players, rest = self.order, range(len(self.order), array.ndim)
        turned = array[(slice(None, None, self._step),) * len(players)]
        return np.ascontiguousarray(turned.transpose(*players, *rest))

    def profile(self, index: Sequence[int]) -> tuple[str, ...]:
        """Return the labels here of a profile of first positions."""
        stage = _stages(self.first)[0]
        return tuple(self._label(index[i], stage.actions[i][index[i]]) for i in self.order)

    def state_label(self, state: str) -> str:
        """Return the label here of a state."""
        if not self.terms.renamed or not isinstance(self.first, StochasticGame):
            return state
        return f"state {self.first.n_states - self.first.state_index(state)}"

    def position(self, player: str) -> int:
        """Return the first position of the player of this label."""
        return self.order[_stages(self.game)[0].player_index(player)]

    def action(self, player: str, label: str) -> int:
        """Return the first position of an action of this label."""
        stage = _stages(self.game)[0]
        own = stage.player_index(player)
        return range(stage.n_actions[own])[:: self._step][stage.action_index(own, label)]

    def index(self, labels: Sequence[str]) -> Index:
        """Return the first positions of a profile of labels here."""
        players = _stages(self.game)[0].players
        found = {self.position(p): self.action(p, label) for p, label in zip(players, labels, strict=True)}
        return tuple(found[i] for i in range(len(found)))

    def by_player(self, items: Sequence[Any]) -> list[Any]:
        """Return what is given for each player here, in the first order."""
        return [items[self.order.index(i)] for i in range(len(self.order))]

    def mixed(self, strategies: Sequence[Any]) -> list[FloatArray]:
        """Return one vector of numbers for each action of each player, in the first order."""
        return [np.asarray(p, dtype=np.float64)[:: self._step] for p in self.by_player(strategies)]

    def first_profiles(self, array: npt.NDArray[Any]) -> npt.NDArray[Any]:
        """Return what is given here for each profile, axes in front, in the first order."""
        rest = range(len(self.order), array.ndim)
        back = array.transpose(*(self.order.index(i) for i in range(len(self.order))), *rest)
        return back[(slice(None, None, self._step),) * len(self.order)]

    def shares(self, payoffs: npt.ArrayLike) -> FloatArray:
        """Return payoffs here, last axis the players, as shares in the first order."""
        return self._in_ranges(payoffs, shifted=True)

    def gains(self, payoffs: npt.ArrayLike) -> FloatArray:
        """Return differences of payoffs here, last axis the players, in ranges and in the first order."""
        return self._in_ranges(payoffs, shifted=False)

    def gain(self, player: str, gain: Any) -> float:
        """Return a difference of one player's payoffs in ranges."""
        here = np.zeros(len(self.order))
        here[_stages(self.game)[0].player_index(player)] = float(gain)
        return float(self.gains(here)[self.position(player)])

    def bounds(self, found: Any) -> Bounds:
        """Return the bounds of a set of payoffs of two players."""
        return Bounds(*(self._polygon(found, name) for name in ("inner", "outer")))

    def _polygon(self, found: Any, name: str) -> FloatArray:
        vertices = getattr(found, name)
        if not len(vertices):
            return np.empty((0, 2))
        return self.shares(vertices)[:: -1 if self.terms.moved else 1]

    def _in_ranges(self, payoffs: npt.ArrayLike, *, shifted: bool) -> FloatArray:
        paid = np.concatenate([s.exact_payoffs().reshape(-1, s.n_players) for s in _stages(self.game)])
        low = paid.min(axis=0)
        # What is constant has no range of its own: then the payoff itself is the unit.
        spread = np.array(
            [x or max(abs(y), Fraction(1)) for x, y in zip(np.ptp(paid, axis=0), low, strict=True)]
        )
        given = np.asarray(payoffs, dtype=object)
        exact = np.vectorize(Fraction, otypes=[object])(given) if given.size else given
        found = (exact - low if shifted else exact) / spread
        return np.asarray(found, dtype=np.float64)[..., [self.order.index(i) for i in range(len(low))]]

    def _label(self, position: int, label: str) -> str:
        return f"{chr(ord('z') - position)}" if self.terms.renamed else label

    def _player_label(self, stage: StageGame, position: int) -> str:
        return f"player {stage.n_players - position}" if self.terms.renamed else stage.players[position]

    def _rows(self, game: StochasticGame, states: Sequence[str]) -> SparseTransitions:
        rows = []
        for state in states:
            stage = game.stage(state)
            for index in self._indices(stage):
                after = game.next_states(state, stage.labels(index))
                rows.append({states.index(name): chance for name, chance in after.items()})
        return SparseTransitions(rows, len(states))

    def _indices(self, stage: StageGame) -> list[Index]:
        """Return the first positions of the profiles, row-major in the order of these terms."""
        grid = np.indices(stage.n_actions).transpose(*range(1, stage.n_players + 1), 0)
        return [tuple(row) for row in self.by_profile(grid).reshape(-1, stage.n_players).tolist()]


# From a game in other terms to an answer in the first ones.
Ask: TypeAlias = Callable[[Retold], Any]


def _stages(game: Game) -> tuple[StageGame, ...]:
    if isinstance(game, StochasticGame):
        return game.stages
    return (game.stage,) if isinstance(game, RepeatedGame) else (game,)
