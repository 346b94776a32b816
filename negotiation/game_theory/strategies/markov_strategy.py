"""Markov strategies: an action of each player for each state, whatever the history.

Maskin, E., and Tirole, J. (2001), "Markov perfect equilibrium", Journal of Economic Theory 100(2).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from negotiation.base.labelled import Mixture, Table, Tabular
from negotiation.base.numeric import NumberArray, is_probability_vector, read_only
from negotiation.errors import InvalidStrategy, UnknownState, shown
from negotiation.game_theory.games import StageGame, StochasticGame

# What one player does in one state: an action's label, or a probability for each action.
Choice: TypeAlias = str | npt.ArrayLike
# By state and player, a probability vector over the actions that the player has in that state.
MixedActions: TypeAlias = tuple[tuple[NumberArray, ...], ...]


@dataclass(frozen=True, eq=False)
class MarkovStrategy(Tabular):
    """A profile of Markov strategies: one (possibly mixed) action for each player in every state.

    Parameters
    ----------
    play : mapping from state to sequence of choices
        For each state, the choice of each player: an action label, or a probability vector over the player's
        actions in that state. `Fraction` probabilities are kept exactly.

    Raises
    ------
    InvalidStrategy
        If `play` is not a mapping or has no state, or a choice is neither a label nor a probability vector.

    Examples
    --------
    >>> calm = MarkovStrategy({"low": ("C", "D"), "high": ([0.5, 0.5], "C")})
    >>> calm.is_pure, calm["low"]
    (False, ('C', 'D'))
    """

    play: Mapping[str, tuple[str | NumberArray, ...]]

    def __init__(self, play: Mapping[str, Sequence[Choice]]) -> None:
        if not play or not isinstance(play, Mapping):
            raise InvalidStrategy(
                f"a Markov strategy must map at least one state to what is played there; got {shown(play)}"
            )
        checked = {str(state): _checked_profile(state, profile) for state, profile in play.items()}
        object.__setattr__(self, "play", checked)

    @property
    def states(self) -> tuple[str, ...]:
        """The states for which choices are given."""
        return tuple(self.play)

    @property
    def is_pure(self) -> bool:
        """Whether no choice is mixed."""
        return all(
            isinstance(choice, str) or np.count_nonzero(choice) == 1
            for profile in self.play.values()
            for choice in profile
        )

    def __getitem__(self, state: str) -> tuple[str | NumberArray, ...]:
        if state not in self.play:
            raise UnknownState(state, self.states)
        return self.play[state]

    def mixed_actions(self, game: StochasticGame) -> MixedActions:
        """Return the choices as probability vectors.

        Parameters
        ----------
        game : StochasticGame
            The game whose labels the strategy uses.

        Returns
        -------
        tuple of tuples of arrays, shapes (n_i,)
            One probability vector for each state of the game and each player, in the game's order.

        Raises
        ------
        InvalidStrategy
            If a state of the game is missing, or a profile does not fit the state's players and actions.
        UnknownState, UnknownAction
            If the game has no such state, or a player no such action.

        Examples
        --------
        >>> game = StochasticGame(np.zeros((1, 2, 2, 2)), np.ones((1, 2, 2, 1)), 0.5)
        >>> [vector.tolist() for vector in MarkovStrategy({"0": ("1", [0.5, 0.5])}).mixed_actions(game)[0]]
        [[0, 1], [0.5, 0.5]]
        """
        for state in self.play:
            game.state_index(state)
        missing = [state for state in game.states if state not in self.play]
        if missing:
            raise InvalidStrategy(
                f"a Markov strategy must say what is played in every state; {missing[0]!r} is missing"
            )
        return tuple(
            _vectors(state, stage, self.play[state])
            for state, stage in zip(game.states, game.stages, strict=True)
        )

    def table(self) -> Table:
        """Return a table with one row for each state."""
        width = max(len(profile) for profile in self.play.values())
        rows = tuple(
            (state, *(_shown(choice) for choice in profile), *(None,) * (width - len(profile)))
            for state, profile in self.play.items()
        )
        return Table("Markov strategy", ("state", *(f"player {i + 1}" for i in range(width))), rows)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, MarkovStrategy):
            return NotImplemented
        return self._plain() == other._plain()

    def __hash__(self) -> int:
        return hash(tuple(sorted(self._plain().items())))

    def _plain(self) -> dict[str, tuple[object, ...]]:
        return {
            state: tuple(choice if isinstance(choice, str) else tuple(choice.tolist()) for choice in profile)
            for state, profile in self.play.items()
        }


def pure_markov_strategy(game: StochasticGame, profiles: Sequence[Sequence[int]]) -> MarkovStrategy:
    """Return the pure Markov strategy with these action positions, by state and player.

    Examples
    --------
    >>> game = StochasticGame(np.zeros((1, 2, 2, 2)), np.ones((1, 2, 2, 1)), 0.5)
    >>> pure_markov_strategy(game, [(1, 0)]).play
    {'0': ('1', '0')}
    """
    return MarkovStrategy(
        {
            state: stage.labels(profile)
            for state, stage, profile in zip(game.states, game.stages, profiles, strict=True)
        }
    )


def _checked_profile(state: object, profile: Sequence[Choice]) -> tuple[str | NumberArray, ...]:
    if isinstance(profile, str) or not isinstance(profile, Sequence):
        raise InvalidStrategy(
            f"in state {state!r} expected one choice for each player, a label or a probability vector; "
            f"got {shown(profile)}"
        )
    return tuple(_checked_choice(state, choice) for choice in profile)


def _checked_choice(state: object, choice: Choice) -> str | NumberArray:
    if isinstance(choice, str):
        return choice
    vector: NumberArray = np.array(choice)
    if vector.dtype.kind in "iub":
        vector = vector.astype(object)
    if vector.ndim != 1 or vector.dtype.kind not in "fO" or not is_probability_vector(vector.tolist()):
        raise InvalidStrategy(
            f"in state {state!r} a mixed action must be a vector of probabilities, "
            f"not negative and with sum 1; got {shown(choice)}"
        )
    read_only(vector)
    return vector


def _vectors(state: str, stage: StageGame, profile: Sequence[str | NumberArray]) -> tuple[NumberArray, ...]:
    if len(profile) != stage.n_players:
        raise InvalidStrategy(
            f"expected one choice for each of {stage.players} in state {state!r}; got {len(profile)}"
        )
    results: list[NumberArray] = []
    for i, choice in enumerate(profile):
        count = stage.n_actions[i]
        if isinstance(choice, str):
            vector: NumberArray = np.zeros(count, dtype=object)
            vector[stage.action_index(i, choice)] = 1
        else:
            vector = choice
        if len(vector) != count:
            raise InvalidStrategy(
                f"in state {state!r} a mixed action of player {stage.players[i]!r} must have one probability "
                f"for each action, {count} in all; got {len(vector)}"
            )
        results.append(vector)
    return tuple(results)


def _shown(choice: str | NumberArray) -> str:
    if isinstance(choice, str):
        return choice
    chances = choice.tolist()
    text = ", ".join(str(p) if isinstance(p, Fraction) else f"{float(p):.4g}" for p in chances)
    return Mixture({str(k): p for k, p in enumerate(chances)}, text)
