"""The contract of every function of a game: its answer does not depend on how the game is stated.

The same game is stated in other units and labels, with actions, states and players in another order. The
answer, translated back, must equal the answer for the original game. To compare them, actions, states and
players are named by position, and payoffs are measured from the player's least payoff, as shares of the
player's range.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt
from hypothesis import strategies as st

from negotiation.base.numeric import FloatArray
from negotiation.game_theory.games import (
    PublicSignal,
    RepeatedGame,
    SparseTransitions,
    StageGame,
    StochasticGame,
)
from negotiation.game_theory.solutions.bounded_set import distance_to_polygon
from negotiation.testing.contracts.rules import EXAMPLES, Rule, require
from negotiation.testing.numerics import NUMERICS

Game: TypeAlias = StageGame | RepeatedGame | StochasticGame
Index: TypeAlias = tuple[int, ...]


class PlayerTerms(NamedTuple):
    """The terms in which a game is stated."""

    # Whose payoffs are in another unit.
    player: int = 0
    # The factor and the shift of that unit: a payoff is multiplied, and the product shifted, exactly.
    scale: Fraction = Fraction(1)
    shift: Fraction = Fraction(0)
    # Whether payoffs are floats, rounded once, rather than `Fraction` objects.
    floats: bool = False
    # Whether the first player is called last.
    moved: bool = False
    # Whether actions and states come in the reverse order.
    turned: bool = False
    # Whether players, actions and states have other labels, which sort the other way round.
    renamed: bool = False


class Unordered(tuple[Any, ...]):
    """Parts of an answer that may come in any order."""


class Bounds(NamedTuple):
    """Polygons within and around a set of payoffs in shares, shapes (m, 2) and (k, 2), counter-clockwise."""

    inner: FloatArray
    outer: FloatArray


@dataclass(frozen=True)
class Retold:
    """A game restated in other terms, with methods that translate answers back to the original terms."""

    # The game in its first terms; in all states the players have the same numbers of actions.
    first: Game
    terms: PlayerTerms

    @property
    def order(self) -> Index:
        """The original positions of the players, in the order of these terms."""
        players = range(stages_of(self.first)[0].n_players)
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
        """The original positions of the states, in the order of these terms."""
        count = len(stages_of(self.first))
        return list(range(count))[:: self._step]

    @property
    def _step(self) -> int:
        return -1 if self.terms.turned else 1

    def stage(self, stage: StageGame) -> StageGame:
        """Return a stage game with the original players in these terms."""
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
        """Return a public signal in these terms, with its own labels; None for perfect monitoring."""
        if signal is None:
            return None
        return PublicSignal(self.by_profile(signal.given_probabilities()), signal.signals)

    def by_profile(self, array: npt.NDArray[Any]) -> npt.NDArray[Any]:
        """Return an array whose first axes are the original actions in the order of these terms."""
        players, rest = self.order, range(len(self.order), array.ndim)
        turned = array[(slice(None, None, self._step),) * len(players)]
        return np.ascontiguousarray(turned.transpose(*players, *rest))

    def profile(self, index: Sequence[int]) -> tuple[str, ...]:
        """Return the labels in these terms of a profile of original positions."""
        stage = stages_of(self.first)[0]
        return tuple(self._label(index[i], stage.actions[i][index[i]]) for i in self.order)

    def state_label(self, state: str) -> str:
        """Return the label in these terms of an original state."""
        if not self.terms.renamed or not isinstance(self.first, StochasticGame):
            return state
        return f"state {self.first.n_states - self.first.state_index(state)}"

    def position(self, player: str) -> int:
        """Return the original position of a player, given the label in these terms."""
        return self.order[stages_of(self.game)[0].player_index(player)]

    def action(self, player: str, label: str) -> int:
        """Return the original position of a player's action, given both labels in these terms."""
        stage = stages_of(self.game)[0]
        own = stage.player_index(player)
        return range(stage.n_actions[own])[:: self._step][stage.action_index(own, label)]

    def index(self, labels: Sequence[str]) -> Index:
        """Return the original positions of a profile, given its labels in these terms."""
        players = stages_of(self.game)[0].players
        positions = {
            self.position(p): self.action(p, label) for p, label in zip(players, labels, strict=True)
        }
        return tuple(positions[i] for i in range(len(positions)))

    def by_player(self, items: Sequence[Any]) -> list[Any]:
        """Return items given for each player in the order of these terms, in the original order."""
        return [items[self.order.index(i)] for i in range(len(self.order))]

    def mixed(self, strategies: Sequence[Any]) -> list[FloatArray]:
        """Return mixed actions in these terms as vectors with the original order of players and actions."""
        return [np.asarray(p, dtype=np.float64)[:: self._step] for p in self.by_player(strategies)]

    def first_profiles(self, array: npt.NDArray[Any]) -> npt.NDArray[Any]:
        """Return an array whose first axes are the actions in these terms in the original order."""
        rest = range(len(self.order), array.ndim)
        back = array.transpose(*(self.order.index(i) for i in range(len(self.order))), *rest)
        return back[(slice(None, None, self._step),) * len(self.order)]

    def shares(self, payoffs: npt.ArrayLike) -> FloatArray:
        """Return payoffs in these terms, shape (..., N), as shares of the ranges, in the original order."""
        return self._in_ranges(payoffs, shifted=True)

    def gains(self, payoffs: npt.ArrayLike) -> FloatArray:
        """Return payoff differences in these terms, shape (..., N), in ranges, in the original order."""
        return self._in_ranges(payoffs, shifted=False)

    def gain(self, player: str, gain: Any) -> float:
        """Return a difference of one player's payoffs in these terms as a share of the player's range."""
        here = np.zeros(len(self.order))
        here[stages_of(self.game)[0].player_index(player)] = float(gain)
        return float(self.gains(here)[self.position(player)])

    def bounds(self, found: Any) -> Bounds:
        """Return the bounds of a set of payoffs of two players, as shares in the original order."""
        return Bounds(*(self._polygon(found, name) for name in ("inner", "outer")))

    def _polygon(self, found: Any, name: str) -> FloatArray:
        vertices = getattr(found, name)
        if not len(vertices):
            return np.empty((0, 2))
        return self.shares(vertices)[:: -1 if self.terms.moved else 1]

    def _in_ranges(self, payoffs: npt.ArrayLike, *, shifted: bool) -> FloatArray:
        paid = np.concatenate([s.exact_payoffs().reshape(-1, s.n_players) for s in stages_of(self.game)])
        low = paid.min(axis=0)
        # What is constant has no range of its own: then the payoff itself is the unit.
        spread = np.array(
            [x or max(abs(y), Fraction(1)) for x, y in zip(np.ptp(paid, axis=0), low, strict=True)]
        )
        given = np.asarray(payoffs, dtype=object)
        exact = np.vectorize(Fraction, otypes=[object])(given) if given.size else given
        shares = (exact - low if shifted else exact) / spread
        return np.asarray(shares, dtype=np.float64)[..., [self.order.index(i) for i in range(len(low))]]

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
        """Return the original positions of the profiles, row-major in the order of these terms."""
        grid = np.indices(stage.n_actions).transpose(*range(1, stage.n_players + 1), 0)
        return [tuple(row) for row in self.by_profile(grid).reshape(-1, stage.n_players).tolist()]


# From a game in other terms to an answer in the first ones.
Ask: TypeAlias = Callable[[Retold], Any]


def stages_of(game: Game) -> tuple[StageGame, ...]:
    """Return the stage games of a game, one for each state."""
    if isinstance(game, StochasticGame):
        return game.stages
    return (game.stage,) if isinstance(game, RepeatedGame) else (game,)


# Units of one player: only one of them is a power of two, so that floats are rounded by the others.
SCALES = tuple(Fraction(text) for text in ("1e-9", "3e-7", "1/3", "0.7", "1", "10", "1e6", "1e9"))

# Shifts in units of that player, so that floats resolve what is left of the range.
SHIFTS = tuple(Fraction(text) for text in ("0", "-7", "1/3", "1000"))

# The names of the rules, to be left out by.
RULES = ("unit", "floats", "labels", "actions", "players")


def check_same_answers(
    ask: Ask,
    *,
    games: st.SearchStrategy[Any],
    examples: int = EXAMPLES,
    without: Sequence[str] = (),
    scaled: bool = True,
) -> None:
    """Check that an answer does not depend on how the game is stated.

    Payoffs of one player are multiplied by a factor from 1e-9 to 1e9 and shifted, exactly and in floats;
    labels are replaced by others with the opposite alphabetical order; actions and states are listed in
    reverse order; and the first player is moved to the last place.

    Parameters
    ----------
    ask : callable
        Function from a `Retold` game to the answer in the original terms: it computes the answer for `.game`,
        and translates it back.
    games : SearchStrategy
        Hypothesis strategy for the games.
    examples : int, optional
        Number of random examples for each rule; 60 by default.
    without : sequence of str, optional
        Rules to skip, among "unit", "floats", "labels", "actions" and "players"; none by default.
    scaled : bool, optional
        Whether payoffs are multiplied as well as shifted; True by default.

    Raises
    ------
    BrokenContract
        If the answer differs; the message states the rule and the smallest example that was found.
    """
    scales = SCALES if scaled else (Fraction(1),)
    unit = st.builds(_in_unit, st.integers(0, 2), st.sampled_from(scales), st.sampled_from(SHIFTS))
    rules = {
        "unit": ("the unit of one player changes nothing", unit),
        "floats": (
            "floats give the same answer in any unit",
            unit.map(lambda terms: terms._replace(floats=True)),
        ),
        "labels": ("labels change nothing", st.just(PlayerTerms(renamed=True))),
        "actions": ("the order of actions and states changes nothing", st.just(PlayerTerms(turned=True))),
        "players": ("the order of the players changes nothing", st.just(PlayerTerms(moved=True))),
    }
    invariances = [
        Rule(says, st.tuples(games, terms), lambda drawn: _fault(ask, *drawn))
        for name, (says, terms) in rules.items()
        if name not in without
    ]
    require(f"the question {getattr(ask, '__name__', ask)!r}", invariances, examples)


def _in_unit(player: int, scale: Fraction, shift: Fraction) -> PlayerTerms:
    return PlayerTerms(player, scale, shift * scale)


def _fault(ask: Ask, game: Game, terms: PlayerTerms) -> str | None:
    first, other = ask(Retold(game, PlayerTerms())), ask(Retold(game, terms))
    where = difference(first, other)
    return None if where is None else f"{terms}: {where}"


def difference(one: Any, other: Any, where: str = "the answer") -> str | None:
    """Return in words where two answers differ, or None.

    Examples
    --------
    >>> difference({"value": 0.5}, {"value": 0.75})
    "the answer['value'] is 0.5 in the first terms and 0.75 in the others"
    >>> difference(Unordered([1, 2]), Unordered([2, 1]))
    """
    fault = f"{where} is {one!r} in the first terms and {other!r} in the others"
    if isinstance(one, Bounds) and isinstance(other, Bounds):
        apart = outside(one.inner, other.outer) or outside(other.inner, one.outer)
        return f"{where}: {apart}" if apart else None
    if isinstance(one, Unordered) and isinstance(other, Unordered):
        return None if _is_matched(one, other) else fault
    if isinstance(one, dict) and isinstance(other, dict) and one.keys() == other.keys():
        pairs = [(f"{where}[{key!r}]", one[key], other[key]) for key in one]
    elif isinstance(one, (tuple, list)) and isinstance(other, (tuple, list)) and len(one) == len(other):
        pairs = [(f"{where}[{k}]", a, b) for k, (a, b) in enumerate(zip(one, other, strict=True))]
    else:
        return None if _is_one(one, other) else fault
    return next((d for name, a, b in pairs if (d := difference(a, b, name)) is not None), None)


def _is_one(one: Any, other: Any) -> bool:
    if isinstance(one, str) or one is None or isinstance(other, str) or other is None:
        return bool(one == other)
    try:
        first, second = np.asarray(one, dtype=np.float64), np.asarray(other, dtype=np.float64)
    except (TypeError, ValueError):
        return False
    return first.shape == second.shape and bool(
        np.isclose(first, second, rtol=NUMERICS.answer, atol=NUMERICS.answer, equal_nan=True).all()
    )


def _is_matched(one: Unordered, other: Unordered) -> bool:
    left = list(other)
    for part in one:
        twin = next((k for k, item in enumerate(left) if difference(part, item) is None), None)
        if twin is None:
            return False
        del left[twin]
    return not left


def outside(inner: FloatArray, outer: FloatArray) -> str | None:
    """Return in words a vertex of the inner polygon that is outside the outer one, or None."""
    for vertex in inner:
        if not len(outer) or distance_to_polygon(vertex, outer) > NUMERICS.answer:
            return f"{vertex.tolist()} is proven, but outside {outer.tolist()}, in shares"
    return None
