"""What a theory is: a rule for what happens outside a text and after a breach, and how it judges a text."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from negotiation.games import RepeatedGame, StageGame, StochasticGame
from negotiation.numeric import FloatArray
from negotiation.solutions.verdict import Verdict
from negotiation.strategies import Automaton
from negotiation.truces.theories.machinery.in_states import MovingQuestion
from negotiation.truces.theories.machinery.legs import LegMargins, legs_of
from negotiation.truces.theories.machinery.question import Question


@dataclass(frozen=True, eq=False)
class Play:
    """A strategy of a theory in the game of some legs, with its independent check.

    Parameters
    ----------
    legs : tuple of str
        The legs that it is about.
    game : StageGame, RepeatedGame or StochasticGame
        The game.
    strategy : Automaton or None
        What is played; `None` where one profile is, which nothing answers.
    check : callable
        The check of `negotiation.checks`, made when its verdict is first asked for.
    """

    legs: tuple[str, ...]
    game: StageGame | RepeatedGame | StochasticGame
    strategy: Automaton | None
    check: Callable[[], Verdict]

    @cached_property
    def verdict(self) -> Verdict:
        """What the check says of it."""
        return self.check()


@dataclass(frozen=True, eq=False)
class PlayInStates:
    """What a theory keeps in a world that moves, with its independent check.

    Parameters
    ----------
    legs : tuple of str
        The legs that it is about.
    game : StochasticGame
        The game.
    verdict : Verdict
        What `negotiation.checks` says of keeping everything in it.
    """

    legs: tuple[str, ...]
    game: StochasticGame
    verdict: Verdict


@dataclass(frozen=True, eq=False)
class InStates:
    """How a theory judges a text in a world that goes on moving.

    Parameters
    ----------
    margins : callable
        From a question to the margins of every departure, for each player an array of shape (1, n_i): the
        least over the states in which the theory looks.
    plays : callable
        From a question to what is kept, with its checks.
    possible : callable or None
        As for a theory, to the checks that rule legs out.
    """

    margins: Callable[[MovingQuestion], Sequence[FloatArray]]
    plays: Callable[[MovingQuestion], tuple[PlayInStates, ...]]
    possible: Callable[[MovingQuestion], Mapping[str, Verdict]] | None = None

    def judge(self, moving: MovingQuestion) -> dict[str, LegMargins]:
        """Return the margin of each leg.

        Parameters
        ----------
        moving : MovingQuestion
            The agreement, and the world that moves.
        """
        return legs_of(moving.asked, self.margins(moving))


@dataclass(frozen=True, eq=False)
class Theory:
    """A rule for what happens outside an agreement's text and after a breach.

    Parameters
    ----------
    name : str
        As it is called in calls and tables.
    order : int
        Place among the theories.
    statement : str
        What it says, in a sentence.
    phases, outside, off_path : str
        What moves with public events, what is played outside the text, and what follows a departure.
    margins : callable
        From a question to the margins of every departure, for each player an array of shape (D, n_i).
    plays : callable
        From a question to the strategies at its first setting, each checked.
    has_term : bool
        Whether its restraint ends with the term of the text.
    in_time : bool
        Whether its strategies can be written in continuous time; a theory with payments gives verdicts alone.
    possible : callable or None
        From a question to a check of each leg at its first setting: whether departures in it leave the levels
        possible whatever follows, at bounds that `negotiation.checks` computes by itself. `None` where the
        strategies are all that the theory allows, so that their failing is the proof that nothing is kept.
    in_states : InStates or None
        The same in a world that moves after the day of signing; `None` where that is not solved.
    """

    name: str
    order: int
    statement: str
    phases: str
    outside: str
    off_path: str
    margins: Callable[[Question], Sequence[FloatArray]]
    plays: Callable[[Question], tuple[Play, ...]]
    has_term: bool = True
    in_time: bool = True
    possible: Callable[[Question], Mapping[str, Verdict]] | None = None
    in_states: InStates | None = None

    def judge(self, asked: Question) -> dict[str, LegMargins]:
        """Return the margin of each leg at every setting of a question.

        Parameters
        ----------
        asked : Question
            The agreement, its state, and the settings.
        """
        return legs_of(asked, self.margins(asked))
