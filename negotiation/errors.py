"""The errors and warnings of the package.

The message of an error says what is wrong, what was expected and how to fix it. All errors derive from
`NegotiationError`, so that one clause catches them and no others. Most also derive from the error of the
standard library that a reader would expect, such as `ValueError`, `KeyError` or `OSError`.
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
    (n_1, ..., n_N, N); got shape (2, 2); for two matrices write `StageGame.from_matrices(A, B)`
    """

    def __str__(self) -> str:
        # KeyError shows repr(message); a sentence should print as a sentence, whatever names it repeats.
        return "\n".join(map(printable, str(self.args[0]).split("\n"))) if self.args else ""


class InvalidGame(NegotiationError, ValueError):
    """Raised for a game that is not well defined, or to which a function does not apply."""


class InvalidDiscountFactor(NegotiationError, ValueError):
    """Raised for a discount factor that is missing for a player or outside the open interval (0, 1)."""


class InvalidRate(NegotiationError, ValueError):
    """Raised for a rate (of chances to move, of nature or of discounting), cost or precision out of range."""


class InvalidOptions(NegotiationError, ValueError):
    """Raised for arguments that do not go together, a choice not among those allowed, or faulty options."""


class InvalidStrategy(NegotiationError, ValueError):
    """Raised for a strategy or solution that is not well defined, or that does not fit its game."""


class InvalidProbabilities(NegotiationError, ValueError):
    """Raised for probabilities that are negative, do not sum to 1 or have the wrong shape."""


class InvalidNumber(NegotiationError, ValueError):
    """Raised for a value that is not a number, or a number outside its allowed range."""


class UnboundClause(UserWarning):
    """Warning about a covered clause that binds nothing, since it names no level or cannot be checked."""


class UnreachableStates(UserWarning):
    """Warning about states of a stochastic game that no play from the start reaches."""


class SizeLimit(NegotiationError, ValueError):
    """Raised for a computation or a file that is too large. The message gives the limit."""


class InvalidFile(NegotiationError, ValueError):
    """Raised for a data file that cannot be read, or has a missing, extra, mistyped or out-of-range field."""


class InvalidFormat(NegotiationError, ValueError):
    """Raised for a text that is not in the expected format. The message names the place."""


class CannotWrite(NegotiationError, OSError):
    """Raised if a file cannot be written. Everything written before is kept."""


class InvalidDate(NegotiationError, ValueError):
    """Raised for a text that is not a date, or a date outside the period for which there is a record."""


class InvalidOwnership(NegotiationError, ValueError):
    """Raised for an ownership graph, threshold or stake that is not possible."""


class IllegalMove(NegotiationError, ValueError):
    """Raised for a move that the rules of the game do not allow. Nothing was changed."""


class SeveralEquilibria(NegotiationError, ValueError):
    """Raised if a single equilibrium is required but there are several, or none was found."""


class NotIdentified(NegotiationError, ValueError):
    """Raised if a record contains no information on some combination of the parameters."""


class InvalidExperiment(NegotiationError, ValueError):
    """Raised for an experiment, space, cell or measure that cannot be used."""


class StoreInUse(NegotiationError, OSError):
    """Raised if another run is writing to the store. The message names its process."""


class DamagedStore(NegotiationError, OSError):
    """Raised for a store that cannot be read. It is not changed."""


class MissingPackage(NegotiationError, ImportError):
    """Raised if an optional package that is needed is not installed."""


class BrokenRun(NegotiationError, RuntimeError):
    """Raised if a run has to stop. Everything computed before is kept in its store."""


class BrokenContract(NegotiationError, AssertionError):
    """Raised if an object of the user breaks a rule that `negotiation.testing.contracts` checks."""


class UnknownName(NegotiationError, KeyError):
    """Raised for a name that is not known. The message suggests the nearest known names."""

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
        """Raise this error, with the nearest known names, unless the name is known."""
        if name not in known:
            raise cls(name, known, noun)


class UnknownPlayer(UnknownName):
    """Raised if the game has no player of this name."""

    noun = "player"


class UnknownAction(UnknownName):
    """Raised if the player has no action of this name."""

    noun = "action"


class UnknownSignal(UnknownName):
    """Raised if the game has no public signal of this name."""

    noun = "signal"


class UnknownComponent(UnknownName):
    """Raised if the state of the world has no component of this name."""

    noun = "component of the state"


class UnknownEvent(UnknownName):
    """Raised if no option of the game shows an event of this name."""

    noun = "event"


class UnknownState(UnknownName):
    """Raised if there is no state of this name."""

    noun = "state"


class UnknownGame(UnknownName):
    """Raised if the catalogue has no game of this name."""

    noun = "published game"


class UnknownMethod(UnknownName):
    """Raised if there is no solution method of this name."""

    noun = "method"


class UnknownInstrument(UnknownName):
    """Raised if there is no instrument of this name, or the country does not hold it."""

    noun = "instrument"


class UnknownLevel(UnknownName):
    """Raised if the instrument has no level of this name."""

    noun = "level"


class UnknownLeg(UnknownName):
    """Raised if the verdicts have no leg of this name."""

    noun = "leg"


class UnknownCoverage(UnknownName):
    """Raised if the agreement was not checked under a coverage of this name."""

    noun = "coverage"


class UnknownCountry(UnknownName):
    """Raised if there is no country of this name."""

    noun = "country"


class UnknownScenario(UnknownName):
    """Raised if there is no scenario of this name, or it has no calibration of this name."""

    noun = "scenario"


class UnknownParameter(UnknownName):
    """Raised if the calibration has no parameter of this name."""

    noun = "parameter"
    listed = "`sorted(scenario.parameters)` lists them, as does `negotiation list parameters`"


class UnknownExperiment(UnknownName):
    """Raised if there is no experiment of this name."""

    noun = "experiment"


class UnknownTruce(UnknownName):
    """Raised if no agreement of this name is on record."""

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
    """Return a hint on what to write in place of a name, after a space; an empty text if no name is near."""
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
    return f" expected one of the names, not a value of type {type(name).__name__}." if known else ""


def _nearest(name: str, words: list[str]) -> list[str]:
    """Return the known words nearest to a name, however it is spaced, hyphenated or capitalised."""

    def plain(word: str) -> str:
        """Return a word in lower case, with underscores in place of hyphens and spaces."""
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

    A label comes from a file. If printed unchanged, it could move the cursor, colour the terminal or turn the
    direction of writing. A surrogate (half a character) could not be printed at all.

    Examples
    --------
    >>> print(printable("red \x1b[31m"))
    red \x1b[31m
    """
    return _UNSEEN.sub(lambda match: match.group().encode("unicode_escape").decode(), text)
