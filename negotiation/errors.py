"""The named errors of the project.

Each error says what is wrong, what was given, what is allowed and what to do next. All of them derive from
`NegotiationError`, so that a caller can catch the project's errors and nothing else; those that a reader of
the standard library would expect also derive from `ValueError` or `KeyError`.
"""

import re
from collections.abc import Collection, Iterable
from difflib import get_close_matches

# Characters of what came that a message repeats: about a line.
LONGEST_SHOWN = 80

# Names that are offered in place of one that is not known.
NEAREST = 3

# Known names that a message lists: a game may have thousands of states, a calibration a hundred parameters.
MOST_NAMED = 25

# What moves the cursor, colours, turns the direction of writing, or is half a character.
_UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


class NegotiationError(Exception):
    """Base class of all errors that the package raises on purpose.

    Examples
    --------
    One clause catches all errors of the package, and no others:

    >>> from negotiation.game_theory.games import StageGame
    >>> try:
    ...     StageGame([[1, 2], [3, 4]])
    ... except NegotiationError as error:
    ...     print(f"{type(error).__name__}: {error}")
    InvalidGame: payoffs must have one axis for each player and a last axis with one payoff for each player, \
    (n_1, ..., n_N, N); got shape (2, 2); of two matrices write `StageGame.from_matrices(A, B)`
    """

    def __str__(self) -> str:
        # KeyError shows repr(message); a sentence should print as a sentence, whatever names it repeats.
        return "\n".join(map(printable, str(self.args[0]).split("\n"))) if self.args else ""


class InvalidGame(NegotiationError, ValueError):
    """A game whose payoffs, labels or shape cannot be played."""


class InvalidDiscountFactor(NegotiationError, ValueError):
    """A discount factor outside the open interval (0, 1), or one that is missing for a player."""


class InvalidRate(NegotiationError, ValueError):
    """A rate (of chances to move, of nature, of discounting) or a precision that cannot be one."""


class InvalidOptions(NegotiationError, ValueError):
    """Options of a decision maker without staying, with a target that is no state, or of the wrong form."""


class InvalidStrategy(NegotiationError, ValueError):
    """An automaton or profile that does not fit its game."""


class InvalidProbabilities(NegotiationError, ValueError):
    """Probabilities of signals or of next states are negative, do not sum to 1, or have the wrong shape."""


class InvalidNumber(NegotiationError, ValueError):
    """An algebraic number whose interval does not hold one irrational root of its polynomial."""


class UnboundClause(UserWarning):
    """A clause that is covered and can be checked but prescribes no level, so that it binds nothing."""


class UnreachableStates(UserWarning):
    """States of a stochastic game that no play from the start reaches; the message names them."""


class SizeLimit(NegotiationError, ValueError):
    """A computation that was refused because of its size; the message gives the size and the limit."""


class InvalidFile(NegotiationError, ValueError):
    """A data file with a missing, extra, mistyped or out-of-range field."""


class InvalidFormat(NegotiationError, ValueError):
    """A text that is not in the format that was asked for; the message names the line and the token."""


class CannotWrite(NegotiationError, OSError):
    """A result that could not be written; what was written before is kept."""


class InvalidDate(NegotiationError, ValueError):
    """A date outside the date grammar, or outside the period that a record covers."""


class InvalidOwnership(NegotiationError, ValueError):
    """An ownership graph, threshold or stake that cannot be."""


class IllegalMove(NegotiationError, ValueError):
    """A move that the rules of the game refuse; nothing was changed."""


class SeveralEquilibria(NegotiationError, ValueError):
    """One equilibrium was asked for where there are several, or none."""


class NotIdentified(NegotiationError, ValueError):
    """A record that says nothing of some direction of the parameters."""


class InvalidExperiment(NegotiationError, ValueError):
    """An experiment, space, cell or measure that cannot be run."""


class StoreInUse(NegotiationError, OSError):
    """A store that another run is writing; the message names its process."""


class DamagedStore(NegotiationError, OSError):
    """A store that cannot be read; it was left as it is."""


class MissingPackage(NegotiationError, ImportError):
    """An optional package that is needed here and not installed."""


class BrokenRun(NegotiationError, RuntimeError):
    """A run that had to stop; what was finished before is kept in its store."""


class BrokenContract(NegotiationError, AssertionError):
    """Something of the user's breaks a rule that `negotiation.testing.contracts` checks."""


class UnknownName(NegotiationError, KeyError):
    """A name that is not among the known ones; the nearest are offered."""

    noun = "name"
    # Where all names are listed, if they are too many for a message.
    listed = "the attribute `known` of this error lists them"

    def __init__(self, name: object, known: Iterable[object], noun: str | None = None) -> None:
        self.name = name
        self.known = tuple(known)
        self.noun = noun or self.noun
        super().__init__(unknown_message(self.noun, name, self.known, self.listed))

    def __reduce__(self) -> tuple[type["UnknownName"], tuple[object, tuple[object, ...], str]]:
        return type(self), (self.name, self.known, self.noun)

    @classmethod
    def unless_in(cls, name: object, known: Collection[object], noun: str | None = None) -> None:
        """Raise this error, with the nearest of the known names, unless a name is among them."""
        if name not in known:
            raise cls(name, known, noun)


class UnknownPlayer(UnknownName):
    """No player of this name in the game."""

    noun = "player"


class UnknownAction(UnknownName):
    """No action of this name for the player."""

    noun = "action"


class UnknownSignal(UnknownName):
    """No public signal of this name."""

    noun = "signal"


class UnknownComponent(UnknownName):
    """No component of the state of the world has this name."""

    noun = "component of the state"


class UnknownEvent(UnknownName):
    """No option of the game shows an event of this name."""

    noun = "event"


class UnknownState(UnknownName):
    """No state of this name."""

    noun = "state"


class UnknownGame(UnknownName):
    """The catalogue has no game of this name."""

    noun = "published game"


class UnknownMethod(UnknownName):
    """No solution method of this name."""

    noun = "method"


class UnknownInstrument(UnknownName):
    """No instrument of this name, or the country does not hold it."""

    noun = "instrument"


class UnknownLevel(UnknownName):
    """The instrument has no level of this name."""

    noun = "level"


class UnknownLeg(UnknownName):
    """The verdicts have no leg of this name."""

    noun = "leg"


class UnknownCoverage(UnknownName):
    """The agreement was not checked under a coverage of this name."""

    noun = "coverage"


class UnknownCountry(UnknownName):
    """No country of this name."""

    noun = "country"


class UnknownScenario(UnknownName):
    """No scenario of this name, or no calibration of it."""

    noun = "scenario"


class UnknownParameter(UnknownName):
    """The calibration has no parameter of this name."""

    noun = "parameter"
    listed = "`sorted(scenario.parameters)` lists them, as does `negotiation list parameters`"


class UnknownExperiment(UnknownName):
    """No experiment of this name."""

    noun = "experiment"


class UnknownTruce(UnknownName):
    """No agreement of this name in the records."""

    noun = "truce"


def unknown_message(noun: str, name: object, known: Iterable[object], listed: str = "") -> str:
    """Return the sentence for a name that is not known, with the nearest known names."""
    known = tuple(known)
    names = f"Known: {', '.join(sorted(map(str, known))) or 'none'}."
    if len(known) > MOST_NAMED:
        names = f"{len(known):,} are known; {listed}."
    advice = _advice(name, known)
    return f"no {noun} {shown(name)}{';' if advice else '.'}{advice} {names}"


def _advice(name: object, known: tuple[object, ...]) -> str:
    """Return what to write in place of a name, with a space before it; nothing where nothing is near."""
    texts = [word for word in known if isinstance(word, str)]
    if isinstance(name, str):
        if meant := [word for word in known if not isinstance(word, str) and str(word) == name]:
            return f" write {shown(meant[0])}, without quotes."
        words = _nearest(name[:LONGEST_SHOWN], texts)
        return f" did you mean {' or '.join(map(shown, words))}?" if words else ""
    # 0 stands for the label '0'; to offer the one for the other without the quotes would say nothing.
    if isinstance(name, (int, float)) or hasattr(name, "dtype"):
        if str(name) in texts:
            return f" write {shown(str(name))}, in quotes."
        return " labels are text, in quotes; positions are not names." if texts else ""
    return f" expected one of the names, not a {type(name).__name__}." if known else ""


def _nearest(name: str, words: list[str]) -> list[str]:
    """Return the known words nearest to a name, however it is spaced, hyphenated or capitalised."""

    def plain(word: str) -> str:
        """Return a word without what people write differently: case, and how its parts are joined."""
        return word.strip().replace("-", "_").replace(" ", "_").casefold()

    by_plain: dict[str, list[str]] = {}
    for word in sorted(words):
        by_plain.setdefault(plain(word), []).append(word)
    if plain(name) in by_plain:
        return by_plain[plain(name)]
    near = get_close_matches(plain(name), by_plain, n=NEAREST, cutoff=0.5)
    if not near:
        # A long name is called by a part of it: 'buzan' is near to 'busan', and to no whole name.
        parts: dict[str, list[str]] = {}
        for found in sorted(by_plain):
            for part in found.split("_"):
                parts.setdefault(part, []).append(found)
        close = get_close_matches(plain(name), parts, n=NEAREST, cutoff=0.75)
        near = list(dict.fromkeys(found for part in close for found in parts[part]))[:NEAREST]
    if not near and plain(name):
        near = [found for found in by_plain if found.startswith(plain(name))][:NEAREST]
    return [word for found in near for word in by_plain[found]]


def shown(value: object) -> str:
    """Return a value as an error message shows it, truncated if it is long.

    Examples
    --------
    >>> shown("visas"), len(shown("x" * 5000))
    ("'visas'", 83)
    """
    # Of a long text only the beginning is looked at; a number of thousands of digits has no text.
    try:
        text = repr(value[: LONGEST_SHOWN + 1] if isinstance(value, (str, bytes)) else value)
    except (ValueError, RecursionError):
        text = f"a {type(value).__name__} that is too long to show"
    return text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}..."


def printable(text: str) -> str:
    r"""Return a text without control characters: each is written as its escape, as in `repr`.

    A label comes from a file. Printed as it stands it could move the cursor, colour the terminal or turn the
    direction of writing; half a character (a surrogate) could not be printed at all.

    Examples
    --------
    >>> print(printable("red \x1b[31m"))
    red \x1b[31m
    """
    return _UNSEEN.sub(lambda found: found.group().encode("unicode_escape").decode(), text)
