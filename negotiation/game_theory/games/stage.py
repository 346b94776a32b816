"""Strategic-form (stage) games with any number of players.

A stage game has one payoff array `payoffs[a_1, ..., a_N, i]` and unique labels for players and actions.
Users see and write labels, never positions.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from types import ModuleType
from typing import Any, TypeAlias, TypeVar

import numpy as np
import numpy.typing as npt

from negotiation.base.drawing import Drawable
from negotiation.base.labelled import Table, Tabular
from negotiation.base.numeric import FloatArray, Number, NumberArray, ObjectArray, fraction_array, read_only
from negotiation.errors import InvalidGame, UnknownAction, UnknownPlayer, shown
from negotiation.game_theory.games.kinds import label_texts, no_array, own_errors

# One action label for each player, in the order of the players.
Profile: TypeAlias = tuple[str, ...]

Action = TypeVar("Action")


@own_errors
@dataclass(frozen=True, eq=False)
class StageGame(Tabular, Drawable):
    """A game played once, in strategic form.

    Parameters
    ----------
    payoffs : array_like, shape (n_1, ..., n_N, N)
        `payoffs[a_1, ..., a_N, i]` is the payoff of player i. Integers and `fractions.Fraction` are kept
        exactly, in addition to their float values.
    players : sequence of str, optional
        Unique player labels; "0", "1", ... by default.
    actions : sequence of sequences of str, optional
        Unique action labels for each player; "0", "1", ... by default.
    name : str, optional
        Description that is shown when the game is printed; "stage game" by default.
    names : mapping from str to str, optional
        Longer names by label, for printed games and results. Arguments always use the labels themselves.

    Raises
    ------
    InvalidGame
        If payoffs are not an array of finite numbers of this shape, a player has no action, labels are not
        sequences, repeat or disagree with the shape. Also if the range of a player's float payoffs is
        positive but below about 2.2e-308.

    Examples
    --------
    >>> game = StageGame.from_matrices([[9, 1], [10, 3]], [[9, 10], [1, 3]],
    ...                                actions=(("C", "D"), ("C", "D")))
    >>> game.payoff(("D", "C"))
    array([10.,  1.])
    """

    _figure = "games:stage_game_figure"

    payoffs: FloatArray
    players: tuple[str, ...] = ()
    actions: tuple[tuple[str, ...], ...] = ()
    name: str = "stage game"
    names: Mapping[str, str] = field(default_factory=dict, repr=False)
    _exact: ObjectArray | None = field(default=None, init=False, repr=False)
    _fractions: ObjectArray | None = field(default=None, init=False, repr=False)
    # The game whose rational payoffs these are in other units, with the bases and the exponents.
    _units: _Units | None = field(default=None, init=False, repr=False)

    def __init__(
        self,
        payoffs: npt.ArrayLike,
        players: Iterable[object] = (),
        actions: Iterable[Iterable[object]] = (),
        name: str = "stage game",
        names: Mapping[str, str] | None = None,
    ) -> None:
        array, exact = _payoff_arrays(payoffs)
        counts = array.shape[:-1]
        object.__setattr__(self, "payoffs", array)
        object.__setattr__(self, "_exact", exact)
        object.__setattr__(self, "_fractions", None)
        object.__setattr__(self, "_units", None)
        object.__setattr__(self, "players", _player_labels(players, len(counts)))
        object.__setattr__(self, "actions", _action_labels(actions, counts, self.players))
        object.__setattr__(self, "name", name)
        object.__setattr__(self, "names", {} if names is None else names)

    @classmethod
    def from_matrices(
        cls,
        A: npt.ArrayLike,
        B: npt.ArrayLike,
        players: Iterable[object] = (),
        actions: Iterable[Iterable[object]] = (),
        name: str = "stage game",
    ) -> StageGame:
        """Return the two-player game with these two payoff matrices.

        Parameters
        ----------
        A, B : array_like, shape (n_1, n_2)
            `A[i, j]` and `B[i, j]` are the payoffs of the first and the second player if the first chooses
            row i and the second column j. Data frames are accepted.
        players : sequence of str, optional
            Labels of the two players; by default the names of a data frame's index and columns if both have
            one, otherwise "0" and "1".
        actions : sequence of sequences of str, optional
            Labels of each player's actions; by default a data frame's index and columns, otherwise "0", "1",
            ...
        name : str, optional
            Description of the game.

        Returns
        -------
        StageGame
            The game, with payoffs of shape (n_1, n_2, 2).

        Raises
        ------
        InvalidGame
            If the matrices differ in shape or labels, are not two-dimensional arrays of finite numbers, or
            labels repeat or do not fit the shape.

        Examples
        --------
        >>> StageGame.from_matrices([[1, -1], [-1, 1]], [[-1, 1], [1, -1]]).n_actions
        (2, 2)
        """
        try:
            first, second = np.asarray(A), np.asarray(B)
            np.result_type(first, second)  # as dates have none with numbers
        except (TypeError, ValueError) as error:
            raise InvalidGame(f"expected two matrices of numbers: {no_array(error)}") from None
        if first.ndim != 2 or first.shape != second.shape:
            raise InvalidGame(
                f"expected two matrices of one shape (n_1, n_2); got {first.shape} and {second.shape}"
            )
        framed = {_frame_labels(table) for table in (A, B) if is_frame(table)}
        if len(framed) > 1:
            raise InvalidGame(
                "both data frames must have the same index and columns, in the same order; got "
                f"{' and '.join(map(str, sorted(framed)))}; reorder one of them, for example with "
                "`B.loc[A.index, A.columns]`"
            )
        if framed and isinstance(actions, tuple) and not actions:
            actions = framed.pop()
        frames: list[Any] = [table for table in (A, B) if is_frame(table)]
        named = {tuple(getattr(axis, "name", None) for axis in table.axes) for table in frames} - {
            (None, None)
        }
        if len(named) == 1 and isinstance(players, tuple) and not players:
            players = () if None in (pair := named.pop()) else pair
        return cls(np.stack([first, second], axis=-1), players, actions, name)

    @property
    def n_players(self) -> int:
        """Number of players N."""
        return self.payoffs.ndim - 1

    @property
    def n_actions(self) -> tuple[int, ...]:
        """Number of actions of each player, (n_1, ..., n_N)."""
        return self.payoffs.shape[:-1]

    def exact_payoffs(self) -> ObjectArray:
        """Return the payoffs as `Fraction` objects.

        Returns
        -------
        array of Fraction, shape (n_1, ..., n_N, N)
            Rational payoffs as given, floats at their exact binary values. The array is read-only.

        Examples
        --------
        >>> StageGame([[[0.5, 1]]]).exact_payoffs()[0, 0, 0]
        Fraction(1, 2)
        """
        result = self._fractions
        if result is None:
            given = self.given_payoffs()
            result = given if given.dtype == object else fraction_array(given)
            read_only(result)
            object.__setattr__(self, "_fractions", result)
        return result

    def given_payoffs(self) -> NumberArray:
        """Return the payoffs as they were given.

        Returns
        -------
        array, shape (n_1, ..., n_N, N)
            `Fraction` objects if all payoffs were integers or fractions, otherwise floats.

        Examples
        --------
        >>> from fractions import Fraction
        >>> StageGame([[[Fraction(1, 3), 2]]]).given_payoffs()[0, 0, 0]
        Fraction(1, 3)
        """
        if self._exact is None and self._units is not None:
            source, bases, exponents = self._units
            object.__setattr__(self, "_exact", _exact_in_units(source, bases, exponents))
        return self.payoffs if self._exact is None else self._exact

    @property
    def is_rational(self) -> bool:
        """Whether the payoffs were given as integers or fractions."""
        return self._exact is not None or self._units is not None

    def in_units(self, bases: Sequence[Fraction], exponents: Sequence[int], far: bool = False) -> StageGame:
        """Return the game with each player's payoffs shifted and scaled.

        Player i's payoffs become `(payoffs - bases[i]) / 2 ** exponents[i]`. Rational payoffs stay exact.
        Floats, and the float values of rational payoffs, are rounded when the base is subtracted.

        Parameters
        ----------
        bases : sequence of Fraction
            Number to subtract from each player's payoffs, length N.
        exponents : sequence of int
            Exponent of the power of two by which each player's payoffs are then divided, length N.
        far : bool, optional
            Whether to compute the differences of rational payoffs exactly before they are rounded to floats,
            which is needed if payoffs are far from zero compared with their range. False by default.

        Returns
        -------
        StageGame
            The game in the new units, with the same labels.

        Examples
        --------
        >>> StageGame([[[0.5, 1025.0]]]).in_units([Fraction(0), Fraction(1)], [-1, 10]).payoffs.tolist()
        [[[1.0, 1.0]]]
        """
        game: StageGame = object.__new__(StageGame)
        exact = None
        if self.is_rational and far:
            exact = _exact_in_units(self, bases, exponents)
            array = exact.astype(np.float64)
        else:
            array = np.ldexp(self.payoffs - [float(base) for base in bases], -np.array(exponents))
        read_only(array)
        object.__setattr__(game, "payoffs", array)
        object.__setattr__(game, "_exact", exact)
        object.__setattr__(game, "_fractions", None)
        units = (self, tuple(bases), tuple(exponents)) if self.is_rational else None
        object.__setattr__(game, "_units", units)
        for name in ("players", "actions", "name", "names"):
            object.__setattr__(game, name, getattr(self, name))
        return game

    def player_index(self, player: str) -> int:
        """Return the position of a player.

        Parameters
        ----------
        player : str
            Label of the player.

        Returns
        -------
        int
            Position among `players`.

        Raises
        ------
        UnknownPlayer
            If the game has no player with this label.

        Examples
        --------
        >>> StageGame([[[0, 0]]], players=("USA", "CHN")).player_index("CHN")
        1
        """
        try:
            return self.players.index(player)
        except ValueError:
            raise UnknownPlayer(player, self.players) from None

    def action_index(self, player: int, action: str) -> int:
        """Return the position of an action.

        Parameters
        ----------
        player : int
            Position of the player, not a label.
        action : str
            Label of the action.

        Returns
        -------
        int
            Position among the player's actions.

        Raises
        ------
        InvalidGame
            If there is no player at this position.
        UnknownAction
            If the player has no action with this label.

        Examples
        --------
        >>> StageGame([[[0, 0], [1, 1]]], actions=(("stay",), ("left", "right"))).action_index(1, "right")
        1
        """
        try:
            # Neither a position from the end nor True is one from 0 on.
            return self._places[self.n_players if isinstance(player, bool) or player < 0 else player][action]
        except (KeyError, TypeError, IndexError):
            whole = not isinstance(player, bool) and isinstance(player, (int, np.integer))
            if not whole or not 0 <= player < self.n_players:
                raise InvalidGame(
                    f"a player's position must be a whole number from 0 to {self.n_players - 1}; got "
                    f"{shown(player)}. `player_index` converts a name"
                ) from None
            raise UnknownAction(action, self.actions[player]) from None

    @cached_property
    def _places(self) -> tuple[Mapping[str, int], ...]:
        return tuple({label: k for k, label in enumerate(labels)} for labels in self.actions)

    def profile_index(self, profile: Sequence[str]) -> tuple[int, ...]:
        """Return the positions of a profile of action labels.

        Parameters
        ----------
        profile : sequence of str
            One label for each player.

        Returns
        -------
        tuple of int
            Position of each player's action; `payoffs` with this index gives the payoffs of all players.

        Raises
        ------
        InvalidGame
            If the profile does not name one action for each player.
        UnknownAction
            If a player has no action with that label.

        Examples
        --------
        >>> StageGame([[[0, 0], [1, 1]]], actions=(("stay",), ("left", "right"))).profile_index(
        ...     ("stay", "right"))
        (0, 1)
        """
        if isinstance(profile, str) or not hasattr(profile, "__len__") or len(profile) != self.n_players:
            raise InvalidGame(
                f"a profile must name one action for each of {self.players}; got {shown(profile)}"
            )
        return tuple(self.action_index(i, action) for i, action in enumerate(profile))

    def profile(self, given: Mapping[str, str] | Iterable[str]) -> Profile:
        """Return a profile as a tuple of action labels in the order of the players.

        Parameters
        ----------
        given : mapping from player to action, or sequence of str
            One action label for each player.

        Returns
        -------
        tuple of str
            One action label for each player.

        Raises
        ------
        InvalidGame
            If the profile does not name one action for each player.
        UnknownPlayer, UnknownAction
            If the game has no such player, or the player no such action.

        Examples
        --------
        >>> game = StageGame([[[0, 0], [1, 1]]], ("USA", "CHN"), (("stay",), ("left", "right")))
        >>> game.profile({"CHN": "left", "USA": "stay"})
        ('stay', 'left')
        """
        if isinstance(given, Mapping):
            for player in given:
                self.player_index(player)
            given = [given[player] for player in self.players if player in given]
        labels = given if isinstance(given, str) or not isinstance(given, Iterable) else tuple(given)
        return self.labels(self.profile_index(labels))

    def labels(self, index: Sequence[int]) -> Profile:
        """Return the action labels of a profile of positions.

        Parameters
        ----------
        index : sequence of int
            Position of each player's action.

        Returns
        -------
        tuple of str
            One label for each player.

        Raises
        ------
        InvalidGame
            If there is not one position for each player, or a player has no action at that position.

        Examples
        --------
        >>> StageGame([[[0, 0], [1, 1]]], actions=(("stay",), ("left", "right"))).labels((0, 1))
        ('stay', 'right')
        """
        try:
            return tuple(names[a] for names, a in zip(self.actions, index, strict=True))
        except (IndexError, TypeError, ValueError):
            raise InvalidGame(
                f"a position for each of {self.players} must be a whole number below {self.n_actions}; got "
                f"{shown(index)}. `profile_index` converts labels"
            ) from None

    def payoff(self, profile: Sequence[str]) -> FloatArray:
        """Return the payoffs of all players at a profile.

        Parameters
        ----------
        profile : sequence of str
            One action label for each player.

        Returns
        -------
        array, shape (N,)
            Payoffs in the order of the players.

        Raises
        ------
        InvalidGame
            If the profile does not name one action for each player.
        UnknownAction
            If a player has no action with that label.

        Examples
        --------
        >>> StageGame([[[0, 0], [1, 2]]], actions=(("stay",), ("left", "right"))).payoff(("stay", "right"))
        array([1., 2.])
        """
        row: FloatArray = self.payoffs[self.profile_index(profile)]
        return row

    def to_gambit(self) -> str:
        r"""Return the game as text in Gambit's strategic form (.nfg).

        Rational payoffs are written as p/q, and floats as the shortest decimal that gives the same double.
        Gambit itself accepts no label with control characters, or with leading, trailing or double spaces.
        Its version 16 accepts printable ASCII only, and doubles a backslash when it reads one.

        Returns
        -------
        str
            Text that `pygambit.read_nfg(io.BytesIO(text.encode()))` reads. From a file, `as_game` reads it.

        Examples
        --------
        >>> print(StageGame([[[1, 2], [3, 4.5]]], ("A", "B"), name="small").to_gambit())
        NFG 1 R "small" { "A" "B" }
        <BLANKLINE>
        { { "0" }
        { "0" "1" }
        }
        ""
        <BLANKLINE>
        1 2
        3 4.5
        <BLANKLINE>
        """
        players = " ".join(_quoted(player) for player in self.players)
        actions = "\n".join("{ " + " ".join(_quoted(label) for label in row) + " }" for row in self.actions)
        payoffs = self.given_payoffs()
        rows = np.stack([payoffs[..., i].ravel(order="F") for i in range(self.n_players)], axis=1)
        body = "\n".join(" ".join(_written(value) for value in row) for row in rows.tolist())
        return f'NFG 1 R {_quoted(self.name)} {{ {players} }}\n\n{{ {actions}\n}}\n""\n\n{body}\n'

    def to_quantecon(self, quantecon: ModuleType) -> object:
        """Return the game as a `NormalFormGame` of QuantEcon.py.

        Parameters
        ----------
        quantecon : module
            The package `quantecon`, or its module `game_theory`.

        Returns
        -------
        quantecon.game_theory.NormalFormGame
            The game with float payoffs, in which players and actions are positions without labels. The first
            axis of each player's payoff array is the player's own action.

        Examples
        --------
        >>> stage = StageGame([[[1, 2], [3, 4]]])
        >>> import quantecon                              # doctest: +SKIP
        >>> stage.to_quantecon(quantecon).nums_actions    # doctest: +SKIP
        (1, 2)
        """
        theirs: Any = getattr(quantecon, "game_theory", quantecon)
        result: object = theirs.NormalFormGame(self.payoffs.copy())
        return result

    def table(self) -> Table:
        """Return the game as a table with one row for each profile."""
        payoffs = self.given_payoffs()
        rows = tuple((*self.labels(index), *payoffs[index].tolist()) for index in np.ndindex(self.n_actions))
        columns = (*self.players, *(f"payoff {player}" for player in self.players))
        return Table(self.name, columns, rows, self.names)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, StageGame):
            return NotImplemented
        return (
            self.players == other.players
            and self.actions == other.actions
            and np.array_equal(self.payoffs, other.payoffs)
        )

    def __hash__(self) -> int:
        return hash((self.players, self.actions, self.payoffs.tobytes()))

    def __repr__(self) -> str:
        size = " x ".join(str(count) for count in self.n_actions)
        return f"StageGame({size}, players={self.players})"


_Units: TypeAlias = tuple[StageGame, tuple[Fraction, ...], tuple[int, ...]]


def _exact_in_units(stage: StageGame, bases: Sequence[Fraction], exponents: Sequence[int]) -> ObjectArray:
    """Return rational payoffs less the bases, divided by powers of two, as `Fraction` objects."""
    result = np.empty(stage.payoffs.shape, dtype=object)
    for i, (base, exponent) in enumerate(zip(bases, exponents, strict=True)):
        unit = Fraction(2) ** exponent
        own = stage.given_payoffs()[..., i]
        result[..., i] = np.array([(x - base) / unit for x in own.ravel()], dtype=object).reshape(own.shape)
    read_only(result)
    return result


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _written(value: float | Fraction) -> str:
    if isinstance(value, Fraction):
        return str(value)
    return str(int(value)) if value == int(value) and abs(value) < 2**53 else repr(value)


def unilateral_payoffs(payoffs: NumberArray, index: Sequence[int], player: int) -> list[Number]:
    """Return a player's payoff from each own action, given the others' actions, as Python numbers.

    `index` has the position of each player's action; the player's own entry is ignored. Shapes: `payoffs`
    (n_1, ..., n_N, N).

    Examples
    --------
    >>> stage = StageGame.from_matrices([[9, 1], [10, 3]], [[9, 10], [1, 3]])
    >>> unilateral_payoffs(stage.payoffs, (0, 0), 0)
    [9.0, 10.0]
    """
    others = tuple(index[:player]) + tuple(index[player + 1 :])
    values: list[Number] = np.moveaxis(payoffs[..., player], player, -1)[others].tolist()
    return values


def departures(
    profile: tuple[Action, ...], player: int, actions: Iterable[Action]
) -> Iterator[tuple[Action, tuple[Action, ...]]]:
    """Yield each other action of a player and the profile in which only the player changes to it.

    Actions are labels or positions.

    Examples
    --------
    >>> list(departures(("C", "C"), 1, ("C", "D")))
    [('D', ('C', 'D'))]
    """
    for action in actions:
        if action != profile[player]:
            yield action, (*profile[:player], action, *profile[player + 1 :])


def _payoff_arrays(payoffs: npt.ArrayLike) -> tuple[FloatArray, ObjectArray | None]:
    """Return the read-only float payoffs and, for rational input, the exact ones."""
    if any(map(is_frame, payoffs if isinstance(payoffs, (list, tuple)) else (payoffs,))):
        raise InvalidGame(
            "a data frame is the matrix of one player's payoffs: write `StageGame.from_matrices(A, B)`"
        )
    try:
        source = np.asarray(payoffs)
        if source.dtype.kind not in "biufO":
            raise TypeError(f"its entries are of type {source.dtype.type.__name__}")
        array = np.array(source, dtype=np.float64)
    except (TypeError, ValueError, OverflowError) as error:
        raise InvalidGame(
            f"payoffs must be an array of numbers (n_1, ..., n_N, N): {no_array(error)}"
        ) from None
    if array.ndim < 2 or array.shape[-1] != array.ndim - 1:
        raise InvalidGame(
            "payoffs must have one axis for each player and a last axis with one payoff for each player, "
            f"(n_1, ..., n_N, N); got shape {array.shape}"
            + (
                "; for two matrices write `StageGame.from_matrices(A, B)`"
                if array.ndim == 2 or (array.ndim == 3 and len(array) == 2)
                else ""
            )
        )
    if 0 in array.shape:
        raise InvalidGame(f"every player needs at least one action; got shape {array.shape}")
    bad = np.argwhere(~np.isfinite(array))
    if len(bad):
        where = tuple(int(k) for k in bad[0])
        raise InvalidGame(f"payoffs must be finite; got {array[where]} at position {where}")
    exact = fraction_array(source) if source.dtype.kind in "iuOb" else None
    if exact is None:
        expect_resolved(array.reshape(1, -1, array.shape[-1]))
    read_only(array)
    if exact is not None:
        read_only(exact)
    return array, exact


def expect_resolved(payoffs: FloatArray) -> None:
    """Raise `InvalidGame` if the range of a player's payoffs is positive, but below the least normal double.

    Shapes: `payoffs` (games, profiles, players).
    """
    least = np.finfo(np.float64).smallest_normal
    with np.errstate(over="ignore"):  # A range above the largest double is far from the least one.
        ranges = np.ptp(payoffs, axis=1)
    low = np.argwhere((ranges > 0.0) & (ranges < least))
    if len(low):
        game, player = low[0]
        raise InvalidGame(
            f"the payoffs of the player at position {player} differ by {ranges[game, player]:.3g} at most, "
            f"and doubles below {least:.3g} lose digits. Multiply them by a power of ten, or give Fractions"
        )


def is_frame(given: object) -> bool:
    """Return whether something is a data frame, recognised by its `axes`, because pandas is not imported."""
    return hasattr(given, "axes") and hasattr(given, "columns")


def _frame_labels(frame: Any) -> tuple[tuple[str, ...], ...]:
    return tuple(label_texts("action", axis) for axis in frame.axes)


def _player_labels(players: Iterable[object], count: int) -> tuple[str, ...]:
    labels = label_texts("player", players) or tuple(str(i) for i in range(count))
    _check_labels(labels, count, "players")
    return labels


def _action_labels(
    actions: Iterable[Iterable[object]], counts: tuple[int, ...], players: tuple[str, ...]
) -> tuple[tuple[str, ...], ...]:
    if isinstance(actions, str) or not isinstance(actions, Iterable):
        raise InvalidGame(
            "actions must be a sequence of labels for each player; got "
            f"{'the text ' * isinstance(actions, str)}{shown(actions)}"
        )
    labels = tuple(tuple(str(action) for action in row) for row in actions)
    labels = labels or tuple(tuple(str(a) for a in range(n)) for n in counts)
    if len(labels) != len(counts):
        raise InvalidGame(
            f"expected action labels for {len(counts)} players; got {len(labels)} sets of labels"
        )
    for row, count, player in zip(labels, counts, players, strict=True):
        _check_labels(row, count, f"actions of player {player!r}")
    return labels


def _check_labels(labels: tuple[str, ...], count: int, what: str) -> None:
    if len(labels) != count:
        raise InvalidGame(f"expected {count} labels for the {what}; got {len(labels)}: {shown(labels)}")
    if len(set(labels)) != count:
        repeated = sorted({label for label in labels if labels.count(label) > 1})
        raise InvalidGame(f"labels of the {what} must differ; repeated: {shown(repeated)}")
