"""Declarations of which games a function accepts: kind, players, monitoring, discounting and size.

A function declares this with the decorator `@Takes(...)`. A game that it does not accept is refused before
the function starts. The message names the public functions that answer the same question for that game; these
are found from their own declarations.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from importlib import import_module
from inspect import signature
from math import prod
from typing import Any, Literal, TypeVar, cast

from negotiation.errors import NEAREST, InvalidGame, SizeLimit
from negotiation.game_theory.games.continuous_time import ContinuousTimeGame
from negotiation.game_theory.games.kinds import conversion
from negotiation.game_theory.games.numerics import NUMERICS
from negotiation.game_theory.games.repeated import RepeatedGame
from negotiation.game_theory.games.stochastic import StochasticGame

Function = TypeVar("Function", bound=Callable[..., object])

# The most action profiles where a linear program is solved for each.
FOR_PROGRAMS = NUMERICS.most_program_profiles
_WORDS = {2: "two", 3: "three"}

# By the name of the function; of those whose modules are loaded.
CAPABILITIES: dict[str, Takes] = {}


@dataclass(frozen=True)
class Takes:
    """The games that one function accepts; used as a decorator of that function."""

    # What the game is used for; messages begin with it.
    use: str
    # The kinds of game, the one to advise first.
    kinds: tuple[type, ...]
    # The numbers of players; any if empty.
    players: tuple[int, ...] = ()
    # Whether a repeated game may have a public signal, must have one, or must not have one.
    signal: Literal["taken", "needed", "refused"] = "taken"
    # Whether discount factors may differ.
    unlike: bool = True
    # The most action profiles, of all states together.
    profiles: int = NUMERICS.most_profiles
    # The questions that the function answers. If it refuses a game, the message names public functions that
    # answer one of the same questions for that game.
    questions: tuple[str, ...] = ()
    # What else to do, with this function or by hand.
    otherwise: str = ""
    # The public function on whose behalf it runs, if that is another function.
    entry: str = ""

    def __call__(self, function: Function) -> Function:
        """Return the function, which then refuses games that it does not accept."""
        name = self.entry or function.__name__
        first = next(iter(signature(function).parameters))
        CAPABILITIES[name] = self

        @wraps(function)
        def checked(*given: Any, **named: Any) -> object:
            """Check the game and call the function."""
            if given or first in named:
                expect_game(name, given[0] if given else named[first])
            return function(*given, **named)

        return cast("Function", checked)

    def misfit(self, entry: str, game: Any) -> str:
        """Return why a game is not accepted, apart from its size; an empty text if it is accepted."""
        if not isinstance(game, self.kinds):
            kinds = " or ".join(kind.__name__ for kind in self.kinds)
            return f"{self.use} needs a {kinds}; got {type(game).__name__}"
        signal = game.monitoring if isinstance(game, RepeatedGame) else None
        players = (game.stage if isinstance(game, RepeatedGame) else cast("Any", game)).n_players
        if self.players and players not in self.players:
            counts = " or ".join(_WORDS[count] for count in self.players)
            return f"{self.use} is for {counts} players; the game has {players}"
        if signal is not None and self.signal == "refused":
            return f"{entry} is for perfect monitoring; the game has a public signal"
        if signal is None and self.signal == "needed":
            return f"the game has no public signal, which {entry} needs"
        if isinstance(game, (RepeatedGame, StochasticGame)) and not game.is_common and not self.unlike:
            return f"{entry} needs a common discount factor; got {game.discount_factors}"
        return ""


def expect_game(entry: str, game: object) -> None:
    """Raise `InvalidGame` or `SizeLimit` if a function does not accept a game."""
    takes = CAPABILITIES[entry]
    wrong = takes.misfit(entry, game)
    if wrong:
        is_kind = isinstance(game, takes.kinds)
        own = takes.otherwise or ("" if takes.unlike else "use one number for all")
        way = own if is_kind else conversion(game, takes.kinds[0])
        others = [f"`{name}`" for name in _others(takes, game) if f"`{name}`" not in way]
        ways = [f"use {' or '.join(others)}" if others else "", way]
        advice = ", or ".join(filter(None, ways if is_kind else reversed(ways)))
        raise InvalidGame(f"{wrong}: {advice}" if advice else wrong)
    size = _size(game)
    if size > takes.profiles:
        raise SizeLimit(
            f"{takes.use} is for games of at most {takes.profiles:,} action profiles; the game has "
            f"{size:,}. Remove actions that no equilibrium plays; `iterated_elimination` finds them"
        )


def _others(takes: Takes, game: object) -> list[str]:
    """Return the names of public functions that accept a game and answer most of the same questions.

    At most `NEAREST` names are returned; functions that accept more kinds of game come first.
    """
    # The package knows which functions are public; a module declares what it takes when it is loaded.
    public = import_module("negotiation")
    shared = {}
    for name in public.__all__ if takes.questions else ():
        if ".game_theory.solvers." in getattr(getattr(public, name), "__module__", ""):
            other = CAPABILITIES.get(name)
            if other and not other.misfit(name, game):
                shared[name] = len({*other.questions} & {*takes.questions})
    most = max([1, *shared.values()])
    nearest = [name for name, count in shared.items() if count == most]
    return sorted(nearest, key=lambda name: (-len(CAPABILITIES[name].kinds), name))[:NEAREST]


def _size(game: Any) -> int:
    if isinstance(game, ContinuousTimeGame):
        return 0  # moves come one at a time: there are no profiles to go through
    stage = game.stage if isinstance(game, RepeatedGame) else game
    return stage.n_rows if isinstance(stage, StochasticGame) else prod(stage.n_actions)
