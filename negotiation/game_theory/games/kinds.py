"""Checks of the class of an argument, and messages that say how to convert one of another class."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import wraps
from inspect import signature
from typing import Any, TypeVar

from negotiation.errors import InvalidGame, shown

_FROM_MATRICES = (
    "make one, `StageGame.from_matrices(A, B)` or, of any number of players, `StageGame(payoffs)`"
)
_NUMBERS = ("list", "tuple", "ndarray")

# What a game of another library has, by which `as_game` knows it: nashpy, QuantEcon.py (one that is repeated,
# one that is not), OpenSpiel, Gambit.
OTHERS = ("payoff_matrices", "sg", "payoff_profile_array", "row_utilities", "to_nfg")

Kind = TypeVar("Kind")

# By the kind that is wanted and the kind that came.
HELP = {
    ("StageGame", "RepeatedGame"): "take its `.stage`",
    ("StageGame", "StochasticGame"): "take the stage game of one state, `game.stage(state)`",
    ("RepeatedGame", "StageGame"): "make one, `RepeatedGame(stage, discount_factor)`",
    ("StochasticGame", "StageGame"): "make one, `StochasticGame.from_stages({state: stage, ...}, ...)`",
    (
        "StochasticGame",
        "RepeatedGame",
    ): "make one, `StochasticGame.from_stages({state: game.stage, ...}, ...)`",
    **{
        (kind, "ContinuousTimeGame"): "there moves come one at a time; use `markov_perfect_equilibria`"
        for kind in ("StageGame", "RepeatedGame", "StochasticGame")
    },
    ("RepeatedGame", "PayoffSet"): "take its `.game`",
    ("PayoffSet", "RepeatedGame"): "make one, `equilibrium_payoffs(game)`",
    ("PayoffSet", "StageGame"): "make one, `equilibrium_payoffs(RepeatedGame(stage, discount_factor))`",
    ("StageGame", "Agreement"): "take `agreement.game().stage`",
    ("RepeatedGame", "Agreement"): "take `agreement.game()`",
    ("StageGame", "Scenario"): "make one, `scenario.stage_game()`",
    ("RepeatedGame", "Scenario"): "make one, `RepeatedGame(scenario.stage_game(), scenario.discount_factor)`",
    ("StochasticGame", "Scenario"): "make one, `scenario.stochastic_game()`",
    ("ContinuousTimeGame", "Scenario"): "make one, `scenario.continuous_game()`",
    **{("StageGame", came): _FROM_MATRICES for came in _NUMBERS},
    **{("StageGame", came): "make one, `as_game(path)`" for came in ("str", "PosixPath", "WindowsPath")},
    ("StageGame", "DataFrame"): "make one, `as_game(A, B)`",
    **{
        ("RepeatedGame", came): "make one, `RepeatedGame(StageGame.from_matrices(A, B), discount_factor)`"
        for came in _NUMBERS
    },
}


def own_errors(kind: type[Kind]) -> type[Kind]:
    """Return the class, whose constructor now raises `InvalidGame` if arguments do not fit its signature.

    Examples
    --------
    >>> @own_errors
    ... class Pair:
    ...     def __init__(self, one, other=0): ...
    >>> Pair(1, another=2)
    Traceback (most recent call last):
    negotiation.errors.InvalidGame: write Pair(one, other=...); got an unexpected keyword argument 'another'
    """
    made: Callable[..., None] = kind.__init__
    takes = signature(made)

    @wraps(made)
    def told(self: Kind, *given: Any, **named: Any) -> None:
        """Call the constructor, and explain arguments that do not fit it."""
        try:
            made(self, *given, **named)
        except TypeError as error:
            try:
                takes.bind(self, *given, **named)
            except TypeError:
                wrong = str(error).partition("__init__() ")[2]
                _, *rest = takes.parameters.values()
                names = [p.name if p.default is p.empty else f"{p.name}=..." for p in rest]
                raise InvalidGame(f"write {kind.__name__}({', '.join(names)}); {wrong}") from None
            raise

    kind.__init__ = told  # type: ignore[method-assign, assignment]
    return kind


def label_texts(noun: str, given: Iterable[object]) -> tuple[str, ...]:
    """Return labels as texts; raise `InvalidGame` for no sequence or a text, whose letters would be labels.

    Examples
    --------
    >>> label_texts("player", ["EU", "USA"])
    ('EU', 'USA')
    """
    if isinstance(given, str) or not isinstance(given, Iterable):
        raise InvalidGame(
            f"{noun}s must be a sequence of labels; got {'the text ' * isinstance(given, str)}{shown(given)}"
        )
    return tuple(str(label) for label in given)


def no_array(error: Exception) -> str:
    """Return why something is not an array of numbers: that lists differ in length, or NumPy's error.

    Examples
    --------
    >>> import numpy as np
    >>> try:
    ...     np.array([[1, 2], [3]])
    ... except ValueError as error:
    ...     print(no_array(error))
    its lists are not all of one length
    """
    wrong = str(error).replace(
        "float() argument must be a string or a real number, not", "an entry is of type"
    )
    return "its lists are not all of one length" if "inhomogeneous" in wrong else wrong


def is_of_another_library(given: object) -> bool:
    """Return whether something is a game of another library that `as_game` knows."""
    return any(hasattr(given, name) for name in OTHERS)


def conversion(given: object, kind: type) -> str:
    """Return how to convert an argument to the expected class; an empty text if no way is known."""
    if is_of_another_library(given):
        repeated = kind.__name__ == "RepeatedGame" and not hasattr(given, "sg")
        return (
            f"make one, `{'RepeatedGame(as_game(game), discount_factor)' if repeated else 'as_game(game)'}`"
        )
    return HELP.get((kind.__name__, type(given).__name__), "")


def expect_kind(given: object, kind: type, use: str) -> None:
    """Raise `InvalidGame` if an argument is not of the expected class; `use` begins the message."""
    if not isinstance(given, kind):
        wrong = f"{use} needs a {kind.__name__}; got {type(given).__name__}"
        raise InvalidGame(": ".join(filter(None, (wrong, conversion(given, kind)))))
