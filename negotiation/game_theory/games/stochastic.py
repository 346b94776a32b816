"""Stochastic games: a stage game in every state, and transitions that depend on the profile played.

Shapley, L. S. (1953), "Stochastic games", PNAS 39(10). Play is infinite, and payoffs are average discounted
payoffs: the discounted sum times 1 - delta. The state is public.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from warnings import warn

import numpy as np
import numpy.typing as npt

from negotiation.base.drawing import Drawable
from negotiation.base.labelled import Mixture, Table, Tabular
from negotiation.base.numeric import FloatArray, IntArray, Number, is_exact, read_only
from negotiation.errors import InvalidGame, InvalidProbabilities, UnknownState, UnreachableStates, shown
from negotiation.game_theory.games.kinds import label_texts, no_array, own_errors
from negotiation.game_theory.games.repeated import RepeatedGame
from negotiation.game_theory.games.stage import StageGame
from negotiation.game_theory.games.transitions import Transitions, reachable_states, wrong_row


@own_errors
@dataclass(frozen=True, eq=False)
class StochasticGame(Tabular, Drawable):
    """A stochastic game with finitely many states and actions.

    Parameters
    ----------
    payoffs : array_like, shape (S, n_1, ..., n_N, N)
        `payoffs[s, a_1, ..., a_N, i]` is the payoff of player i in state s. If action sets differ between
        states, use `StochasticGame.from_stages`.
    transitions : array_like, shape (S, n_1, ..., n_N, S), or Transitions
        `transitions[s, a_1, ..., a_N, s']` is the probability that state s' follows. Sparse and factored
        transitions are accepted as objects.
    discount_factor : float, Fraction or sequence of these
        One number in (0, 1) for all players, or one for each.
    states : sequence of str, optional
        Unique state labels; "0", "1", ... by default.
    players : sequence of str, optional
        Unique player labels; "0", "1", ... by default.
    actions : sequence of sequences of str, optional
        Unique action labels of each player, the same in every state; "0", "1", ... by default.
    start : str, optional
        Label of a state in which play may begin, used only to warn about states that no play from it reaches.

    Attributes
    ----------
    stages : tuple of StageGame
        The stage game of each state, in the order of `states`.

    Raises
    ------
    InvalidGame
        If payoffs are not an array of finite numbers of this shape, or labels are not sequences, repeat or do
        not fit the shape.
    InvalidProbabilities
        If the transitions have a wrong shape, or are not a distribution after some profile; the message then
        names the state and the profile.
    InvalidDiscountFactor
        If a discount factor is outside (0, 1), or there is neither one number nor one for each player.
    SizeLimit
        If dense transitions would take more than 1 GiB.
    UnknownState
        If `start` is not a state of the game.

    Warns
    -----
    UnreachableStates
        If `start` is given and no play from it reaches some states.

    Examples
    --------
    >>> payoffs = [[[[2, 2], [0, 3]], [[3, 0], [1, 1]]], [[[4, 4], [0, 6]], [[6, 0], [1, 1]]]]
    >>> stay = np.full((2, 2, 2, 2), 0.5)
    >>> game = StochasticGame(payoffs, stay, discount_factor=0.9, states=("low", "high"))
    >>> game.stage("high").payoff(("0", "0")).tolist()
    [4.0, 4.0]
    """

    _figure = "games:stochastic_game_figure"

    stages: tuple[StageGame, ...]
    transitions: Transitions
    discount_factor: Number | Sequence[Number]
    states: tuple[str, ...]

    def __init__(
        self,
        payoffs: npt.ArrayLike,
        transitions: npt.ArrayLike | Transitions,
        discount_factor: Number | Sequence[Number],
        states: Iterable[object] = (),
        players: Iterable[object] = (),
        actions: Iterable[Iterable[object]] = (),
        start: object = None,
    ) -> None:
        labels = label_texts("state", states)
        self._set(checked_stages(payoffs, labels, players, actions), transitions, discount_factor, labels)
        if start is not None:
            self.check_reachable(str(start))

    @classmethod
    def from_stages(
        cls,
        stages: Mapping[str, StageGame],
        transitions: npt.ArrayLike | Transitions,
        discount_factor: Number | Sequence[Number],
    ) -> StochasticGame:
        """Return the stochastic game with a given stage game in each state.

        Action sets may differ between states.

        Parameters
        ----------
        stages : mapping from str to StageGame
            The stage game of each state, by the state's label; all have the same players.
        transitions : Transitions, or array_like of shape (S, n_1, ..., n_N, S)
            The distribution over next states for each state and action profile. An array requires the same
            numbers of actions in every state.
        discount_factor : float, Fraction or sequence of these
            One number in (0, 1) for all players, or one for each.

        Returns
        -------
        StochasticGame
            The game, with the keys of `stages` as its states, in their order.

        Raises
        ------
        InvalidGame
            If `stages` is not a mapping from labels to stage games, is empty, or the games differ in their
            players.
        InvalidProbabilities
            If the transitions do not fit the stage games, or a row is not a distribution.
        InvalidDiscountFactor
            If a discount factor is outside (0, 1), or there is neither one number nor one for each player.
        SizeLimit
            If dense transitions would take more than 1 GiB.

        Examples
        --------
        >>> from negotiation.game_theory.games.transitions import SparseTransitions
        >>> free, bound = StageGame([[[0, 0], [1, 2]]]), StageGame([[[0, 0]]])
        >>> rows = SparseTransitions([{0: 1.0}, {1: 1.0}, {0: 1.0}], 2)
        >>> StochasticGame.from_stages({"free": free, "bound": bound}, rows, 0.5).n_rows
        3
        """
        if not isinstance(stages, Mapping):
            raise InvalidGame(
                f"stages must be a mapping from state label to StageGame; got {type(stages).__name__}"
            )
        game = cls.__new__(cls)
        game._set(tuple(stages.values()), transitions, discount_factor, tuple(stages))  # noqa: SLF001 - its own class
        return game

    def _set(
        self,
        stages: tuple[StageGame, ...],
        transitions: npt.ArrayLike | Transitions,
        discount_factor: Number | Sequence[Number],
        states: Iterable[object],
    ) -> None:
        if not stages:
            raise InvalidGame("a stochastic game needs at least one state")
        for stage in stages:
            if not isinstance(stage, StageGame):
                raise InvalidGame(f"each state must have a StageGame; got {type(stage).__name__}")
            if stage.players != stages[0].players:
                raise InvalidGame(
                    f"all states must have the same players; got {stages[0].players} and {stage.players}"
                )
        labels = label_texts("state", states) or tuple(str(s) for s in range(len(stages)))
        if len(labels) != len(stages) or len(set(labels)) != len(labels):
            raise InvalidGame(
                f"expected {len(stages)} different state labels; got {len(labels)}: {shown(labels)}"
            )
        # The repeated game of the first state checks the discount factors, and gives them by player.
        repeated = RepeatedGame(stages[0], discount_factor)
        object.__setattr__(self, "stages", stages)
        object.__setattr__(self, "discount_factor", repeated.discount_factor)
        object.__setattr__(self, "states", labels)
        object.__setattr__(
            self, "transitions", checked_transitions(transitions, labels, stages, self.offsets)
        )

    @property
    def players(self) -> tuple[str, ...]:
        """Labels of the players."""
        return self.stages[0].players

    @property
    def n_players(self) -> int:
        """Number of players N."""
        return self.stages[0].n_players

    @property
    def n_states(self) -> int:
        """Number of states S."""
        return len(self.stages)

    @property
    def n_rows(self) -> int:
        """Number of transition rows: action profiles summed over states."""
        return self.transitions.n_rows

    @property
    def discount_factors(self) -> tuple[Number, ...]:
        """Discount factor of each player, as given."""
        return RepeatedGame(self.stages[0], self.discount_factor).discount_factors

    @property
    def exact_discount_factors(self) -> tuple[Fraction, ...]:
        """Discount factor of each player as a `Fraction`."""
        return RepeatedGame(self.stages[0], self.discount_factor).exact_discount_factors

    @property
    def float_discount_factors(self) -> tuple[float, ...]:
        """Discount factor of each player as a float.

        Raises
        ------
        InvalidDiscountFactor
            If a discount factor is below 1e-100 or rounds to 1.
        """
        return RepeatedGame(self.stages[0], self.discount_factor).float_discount_factors

    @property
    def is_common(self) -> bool:
        """Whether all players have the same discount factor."""
        return len(set(self.discount_factors)) == 1

    @property
    def is_rational(self) -> bool:
        """Whether payoffs, discount factors and transitions were given as integers or fractions."""
        exact = all(map(is_exact, self.discount_factors)) and all(s.is_rational for s in self.stages)
        return exact and self.transitions.probabilities.dtype == object

    @cached_property
    def offsets(self) -> IntArray:
        """Position of the first transition row of each state, and last the number of rows, shape (S + 1,)."""
        counts = [int(np.prod(stage.n_actions)) for stage in self.stages]
        offsets = np.concatenate([np.zeros(1, dtype=np.intp), np.cumsum(counts, dtype=np.intp)])
        read_only(offsets)
        return offsets

    def state_index(self, state: str) -> int:
        """Return the position of a state.

        Parameters
        ----------
        state : str
            Label of the state.

        Returns
        -------
        int
            Position among `states`.

        Raises
        ------
        UnknownState
            If the game has no state with this label.

        Examples
        --------
        >>> import negotiation as ng
        >>> calm = ng.StageGame.from_matrices([[9, 1], [10, 3]], [[9, 10], [1, 3]], actions=("CD", "CD"))
        >>> tense = ng.StageGame.from_matrices([[5, 0], [6, 1]], [[5, 6], [0, 1]], actions=("CD", "CD"))
        >>> moves = [[[[1, 0], [0, 1]], [[0, 1], [0, 1]]], [[[0.5, 0.5], [0, 1]], [[0, 1], [0, 1]]]]
        >>> game = ng.StochasticGame.from_stages({"calm": calm, "tense": tense}, moves, 0.9)
        >>> game.state_index("tense")
        1
        """
        try:
            return self.states.index(state)
        except ValueError:
            raise UnknownState(state, self.states) from None

    def stage(self, state: str) -> StageGame:
        """Return the stage game of a state.

        Parameters
        ----------
        state : str
            Label of the state.

        Returns
        -------
        StageGame
            The stage game, with the actions that the players have in that state.

        Raises
        ------
        UnknownState
            If the game has no state with this label.

        Examples
        --------
        >>> import negotiation as ng
        >>> calm = ng.StageGame.from_matrices([[9, 1], [10, 3]], [[9, 10], [1, 3]], actions=("CD", "CD"))
        >>> tense = ng.StageGame.from_matrices([[5, 0], [6, 1]], [[5, 6], [0, 1]], actions=("CD", "CD"))
        >>> moves = [[[[1, 0], [0, 1]], [[0, 1], [0, 1]]], [[[0.5, 0.5], [0, 1]], [[0, 1], [0, 1]]]]
        >>> game = ng.StochasticGame.from_stages({"calm": calm, "tense": tense}, moves, 0.9)
        >>> game.stage("tense").payoff(("D", "C"))
        array([6., 0.])
        """
        return self.stages[self.state_index(state)]

    def next_states(self, state: str, profile: Sequence[str]) -> dict[str, Number]:
        """Return the distribution over next states after a profile in a state.

        Parameters
        ----------
        state : str
            Label of the current state.
        profile : sequence of str
            One action label for each player.

        Returns
        -------
        dict from str to number
            Probabilities by state label; only states with positive probability are listed.

        Raises
        ------
        UnknownState
            If the game has no state with this label.
        InvalidGame
            If the profile does not name one action for each player.
        UnknownAction
            If a player has no action with that label in the state.

        Examples
        --------
        >>> game = StochasticGame(np.zeros((2, 1, 1, 2)), np.full((2, 1, 1, 2), 0.5), 0.9)
        >>> game.next_states("0", ("0", "0"))
        {'0': 0.5, '1': 0.5}
        """
        s = self.state_index(state)
        index = self.stages[s].profile_index(profile)
        position = int(np.ravel_multi_index(index, self.stages[s].n_actions))
        indices, chances = self.transitions.row(int(self.offsets[s]) + position)
        return {self.states[k]: p for k, p in zip(indices.tolist(), chances.tolist(), strict=True) if p}

    def flat_payoffs(self) -> FloatArray:
        """Return the payoffs of all states and profiles in one array.

        Returns
        -------
        array, shape (rows, N)
            One row for each state and profile: states in order, and within a state profiles in row-major
            order.

        Examples
        --------
        >>> import negotiation as ng
        >>> calm = ng.StageGame.from_matrices([[9, 1], [10, 3]], [[9, 10], [1, 3]], actions=("CD", "CD"))
        >>> tense = ng.StageGame.from_matrices([[5, 0], [6, 1]], [[5, 6], [0, 1]], actions=("CD", "CD"))
        >>> moves = [[[[1, 0], [0, 1]], [[0, 1], [0, 1]]], [[[0.5, 0.5], [0, 1]], [[0, 1], [0, 1]]]]
        >>> game = ng.StochasticGame.from_stages({"calm": calm, "tense": tense}, moves, 0.9)
        >>> game.flat_payoffs().shape, game.flat_payoffs()[4].tolist()
        ((8, 2), [5.0, 5.0])
        """
        flat: FloatArray = np.concatenate(
            [stage.payoffs.reshape(-1, self.n_players) for stage in self.stages]
        )
        return flat

    def reachable(self, start: str) -> tuple[str, ...]:
        """Return the states that can be reached from a given state.

        Parameters
        ----------
        start : str
            Label of the state in which play begins.

        Returns
        -------
        tuple of str
            Labels of the states that some play reaches with positive probability, in the order of `states`.
            The start is included.

        Raises
        ------
        UnknownState
            If the game has no state with this label.

        Examples
        --------
        >>> absorbing = StochasticGame(np.zeros((2, 1, 1, 2)), [[[[0, 1]]], [[[0, 1]]]], 0.9)
        >>> absorbing.reachable("1"), absorbing.reachable("0")
        (('1',), ('0', '1'))
        """
        moves = self.transitions
        reached = reachable_states(
            moves.indptr, moves.indices, moves.floats(), self.offsets.tolist(), self.state_index(start)
        )
        return tuple(self.states[s] for s in reached)

    def check_reachable(self, start: str) -> None:
        """Warn about states that cannot be reached from a given state.

        Parameters
        ----------
        start : str
            Label of the state in which play begins.

        Raises
        ------
        UnknownState
            If the game has no state with this label.

        Warns
        -----
        UnreachableStates
            If some states cannot be reached. They cost time and do not affect play from the start.
        """
        reached = self.reachable(start)
        lost = [state for state in self.states if state not in reached]
        if lost:
            warn(
                f"no play from {start!r} reaches {len(lost)} of {self.n_states} states: {', '.join(lost)}. "
                "Leave them out, or start elsewhere",
                UnreachableStates,
                stacklevel=2,
            )

    def table(self) -> Table:
        """Return a table with one row for each state and profile: payoffs and next states."""
        rows = tuple(
            (
                label,
                *stage.labels(index),
                *(float(value) for value in stage.payoffs[index]),
                Mixture(ahead, "; ".join(f"{name} {float(p):.4g}" for name, p in ahead.items())),
            )
            for label, stage in zip(self.states, self.stages, strict=True)
            for index in np.ndindex(stage.n_actions)
            for ahead in (self.next_states(label, stage.labels(index)),)
        )
        columns = ("state", *self.players, *(f"payoff {player}" for player in self.players), "next state")
        return Table("stochastic game", columns, rows)

    def __repr__(self) -> str:
        return f"StochasticGame({self.n_states} states, players={self.players})"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, StochasticGame):
            return NotImplemented
        return (
            (self.states, self.stages, self.discount_factors)
            == (other.states, other.stages, other.discount_factors)
            and np.array_equal(self.transitions.indptr, other.transitions.indptr)
            and np.array_equal(self.transitions.indices, other.transitions.indices)
            and np.array_equal(self.transitions.floats(), other.transitions.floats())
        )

    def __hash__(self) -> int:
        return hash((self.states, self.stages, self.discount_factors))


def checked_stages(
    payoffs: npt.ArrayLike,
    states: Sequence[str],
    players: Iterable[object],
    actions: Iterable[Iterable[object]],
) -> tuple[StageGame, ...]:
    """Return the stage game of each state.

    Shapes: `payoffs` (S, n_1, ..., n_N, N).

    Examples
    --------
    >>> len(checked_stages([[[[0, 0]]], [[[1, 1]]]], (), (), ()))
    2
    """
    try:
        array = np.asarray(payoffs)
    except ValueError as error:
        raise InvalidGame(
            "payoffs of a stochastic game must be one array; use `from_stages` if action sets differ: "
            f"{no_array(error)}"
        ) from None
    if array.ndim < 3 or array.shape[-1] != array.ndim - 2 or not len(array):
        raise InvalidGame(
            "payoffs of a stochastic game must have the shape (S, n_1, ..., n_N, N), the state first and one "
            f"payoff for each player last; got shape {array.shape}"
        )
    labels, rows = label_texts("player", players), tuple(tuple(row) for row in actions)
    stages: list[StageGame] = []
    for s, part in enumerate(array):
        try:
            stages.append(StageGame(part, labels, rows))
        except InvalidGame as error:
            raise InvalidGame(f"state {states[s] if s < len(states) else str(s)!r}: {error}") from None
    return tuple(stages)


def checked_transitions(
    given: npt.ArrayLike | Transitions,
    states: Sequence[str],
    stages: Sequence[StageGame],
    offsets: IntArray,
) -> Transitions:
    """Return the transitions, or raise `InvalidProbabilities` if they do not fit the stage games.

    Shapes: `given` (S, n_1, ..., n_N, S), or Transitions, `offsets` (S + 1,).
    """
    moves = given if isinstance(given, Transitions) else _from_array(given, stages)
    if moves.n_rows != offsets[-1] or moves.n_states != len(stages):
        raise InvalidProbabilities(
            f"the game has {offsets[-1]} rows (state and action profile) and {len(stages)} states; the "
            f"transitions have {moves.n_rows} rows and {moves.n_states} states"
        )
    wrong = wrong_row(moves.indptr, moves.indices, moves.probabilities, len(stages))
    if wrong is not None:
        state = int(np.searchsorted(offsets, wrong[0], side="right")) - 1
        at = np.unravel_index(wrong[0] - offsets[state], stages[state].n_actions)
        profile = stages[state].labels([int(a) for a in at])
        raise InvalidProbabilities(f"the transition of state {states[state]!r}, profile {profile} {wrong[1]}")
    return moves


def _from_array(given: npt.ArrayLike, stages: Sequence[StageGame]) -> Transitions:
    """Return a dense array as rows; whether they are distributions is checked later."""
    counts = {stage.n_actions for stage in stages}
    if len(counts) > 1:
        raise InvalidProbabilities(
            "the action sets of the states differ, which an array of transitions cannot represent; give a "
            "SparseTransitions object"
        )
    try:
        shape = np.shape(given)
    except ValueError as error:
        raise InvalidProbabilities(
            f"transitions must be one array (S, n_1, ..., n_N, S): {no_array(error)}"
        ) from None
    wanted = (len(stages), *counts.pop(), len(stages))
    if shape != wanted:
        raise InvalidProbabilities(
            f"transitions must have the shape (S, n_1, ..., n_N, S), here {wanted}; got shape {shape}"
        )
    return Transitions.unchecked(given)
