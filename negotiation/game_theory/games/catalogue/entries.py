"""What the catalogue says of a published game, and the catalogue as a table."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, TypeAlias

from negotiation.base.labelled import Table, Tabular, is_number
from negotiation.errors import UnknownGame
from negotiation.game_theory.games.continuous_time import ContinuousTimeGame
from negotiation.game_theory.games.repeated import RepeatedGame
from negotiation.game_theory.games.stage import StageGame
from negotiation.game_theory.games.stochastic import StochasticGame

AnyGame: TypeAlias = StageGame | RepeatedGame | StochasticGame | ContinuousTimeGame


@dataclass(frozen=True)
class PublishedGame(Tabular):
    """One game of the literature."""

    name: str
    source: str
    # What it is about, in a sentence.
    says: str
    # Makes the game; parameters have the published values by default.
    build: Callable[..., Any] = field(repr=False)
    # The file of tests that holds the program to it.
    test: str
    # Published values, each under the words that say of what. Empty where only properties are tested.
    known: Mapping[str, Any] = field(default_factory=dict)
    # Makes what comes with the game, as its static games.
    parts: Callable[..., Any] | None = field(default=None, repr=False)
    # The public page or file on which game and values were compared, and what of them it shows. Empty where
    # none was at hand: the values are then those that the literature is known to have, held by tests alone.
    checked: str = ""

    def game(self, **parameters: object) -> AnyGame:
        """Return the game.

        Examples
        --------
        >>> import negotiation as ng
        >>> ng.catalogue()["dal-bo-frechette-2011"].game(reward=32).payoffs[0, 0].tolist()
        [32.0, 32.0]
        """
        made: AnyGame = self.build(**parameters)
        return made

    @property
    def cited(self) -> str:
        """The authors and the year of the source, without its title."""
        authors, year, _ = re.split(r"(, \d{4})", self.source, maxsplit=1)
        return authors + year

    def table(self) -> Table:
        """Return what is known of the game, one row for each published value."""
        rows = tuple((words, _short(value)) for words, value in self.known.items())
        title = f"{self.name}: {self.source}; checked: {self.checked or 'on no page'}"
        return Table(title, ("of", "published"), rows or (("property only", ""),))


class Catalogue(Mapping[str, PublishedGame], Tabular):
    """Published games by name.

    Parameters
    ----------
    entries : iterable of PublishedGame
        In the order in which they are to stand.

    Examples
    --------
    >>> import negotiation as ng
    >>> "abreu-sannikov-2014" in ng.catalogue()
    True
    """

    def __init__(self, entries: Iterator[PublishedGame] | tuple[PublishedGame, ...]) -> None:
        self._entries = {entry.name: entry for entry in entries}

    def __getitem__(self, name: str) -> PublishedGame:
        if name not in self._entries:
            raise UnknownGame(name, tuple(self._entries))
        return self._entries[name]

    def __contains__(self, name: object) -> bool:
        return name in self._entries

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)

    def table(self) -> Table:
        """Return one row for each game: name, authors, year, how many values are known, and if compared."""
        rows = tuple(
            (entry.name, entry.cited, len(entry.known) or "none", "on a page" if entry.checked else "no")
            for entry in self.values()
        )
        return Table("published games", ("name", "source", "values", "checked"), rows)


def _short(value: object) -> object:
    if is_number(value) and not isinstance(value, Fraction):
        return value
    text = str(value)
    return text if len(text) <= 40 else f"{text[:37]}..."
