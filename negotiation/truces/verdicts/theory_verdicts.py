"""What every theory of what a text leaves out says of each leg of an agreement, as a result.

A leg holds under a theory iff its margin is not negative, and each answer at the central values has a
certificate of `negotiation.game_theory.checks`. Over theories the verdicts form an identified set: what holds
under all of them, under some, under none. `verdict` makes them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from negotiation.base.drawing import Drawable
from negotiation.base.labelled import Mixture, Table, Tabular
from negotiation.base.status import Status
from negotiation.errors import InvalidGame
from negotiation.game_theory.solutions.verdict import Verdict
from negotiation.truces.record.state_trajectory import StateOfTheDay
from negotiation.truces.theories import theory
from negotiation.truces.theories.common.question import Question
from negotiation.truces.theories.common.turning import Search, Turn
from negotiation.truces.verdicts.counts import Counts
from negotiation.truces.verdicts.rows import ByLeg, ByLegAndTheory

HOLDS, BREAKS, OPEN, NOT_RATIONAL = "holds", "breaks", "open", "not rational"


@dataclass(frozen=True)
class TheoryVerdict:
    """What one theory says of one leg.

    Parameters
    ----------
    leg, theory : str
        Which.
    margin : float
        What the best of all else, keeping everything too, is worth more than the best departure that makes
        something in the leg harsher: average discounted, percent of GDP of the player whose it is; at least 0
        exactly where the leg holds, infinite where nothing in it can be made harsher.
    player : str or None
        Whose departure it is.
    departure : tuple of (str, str)
        Instruments and the levels they go to: what it makes harsher in the leg first, then elsewhere.
    gain, loss : float
        What the departure brings at once, and what it costs from the next period on, in the unit of `margin`.
    by_path : bool
        Whether the leg breaks by what the theory itself prescribes: nothing follows the departure.
    rational : bool
        Whether what is kept is worth no less to either side than the worst that it can be held to. Where it
        is, any departure costs the same, and the margin is that of the static best reply.
    any_harsher, any_change : float
        Margins of wider questions: the least of keeping everything over any departure that makes something
        in the leg harsher, and over any that changes it.
    dated, last : float
        Margins on the path with dates: the least before the last period of the clock, and that of the last
        one; where the text has no clock, or the world moves, those of levels that last.
    day : date or None
        First day of the stretch of the path in which `dated` is least; `None` without a path.
    by_class : mapping from str to float
        The least one-shot margin of the theory's strategy by class of state: kept, answering, over.
    breaking : tuple of str
        What the departure makes harsher in the leg, as "USA tariff".
    certificates : tuple of Verdict
        What the independent check says of the strategies that the leg rests on.
    certified : bool
        Whether the checks say the same of the whole as the margins do.
    counts : Counts or None
        In how many draws the leg holds; `None` without draws.
    as_close : tuple of (str, str)
        Instruments and levels that would come as close in place of what the departure does with the
        instrument: margins that differ by less than what the parameters tell.
    named : mapping from str to float
        Share of the draws in which the leg breaks by a departure that makes this instrument of it harsher.

    Examples
    --------
    >>> import negotiation as ng
    >>> found = ng.verdict("2025-05-geneva", theories=["each for itself"]).find("control", "each for itself")
    >>> found.word, found.player, found.by_path, found.certificates[0].concept
    ('breaks', 'USA', True, 'Nash equilibrium')
    """

    leg: str
    theory: str
    margin: float
    player: str | None
    departure: tuple[tuple[str, str], ...]
    gain: float
    loss: float
    by_path: bool
    rational: bool
    any_harsher: float
    any_change: float
    dated: float
    last: float
    day: date | None
    by_class: Mapping[str, float]
    breaking: tuple[str, ...]
    certificates: tuple[Verdict, ...]
    certified: bool
    counts: Counts | None
    named: Mapping[str, float]
    as_close: tuple[tuple[str, str], ...] = ()

    @property
    def holds(self) -> bool:
        """Whether the leg holds at the central values."""
        return self.margin >= 0.0

    @property
    def share(self) -> float | None:
        """Share of the draws in which the leg holds; `None` without draws."""
        return None if self.counts is None else self.counts.share

    @property
    def word(self) -> str:
        """The verdict: holds, breaks, open, or that what is kept is not rational.

        Open is a margin of nothing, and a leg whose draws do not bear the central values out: the interval of
        the share does not lie on the side of a half on which they do.
        """
        if not self.rational:
            return NOT_RATIONAL
        if self.margin == 0.0:
            return OPEN
        if self.share is not None and self.counts is not None:
            low, high = self.counts.interval
            if not (low > 0.5 if self.holds else high < 0.5):
                return OPEN
        return HOLDS if self.holds else BREAKS

    @property
    def words(self) -> str:
        """The verdict, and the share of draws in which the leg holds."""
        return self.word if self.share is None else f"{self.word} {self.share:.2f}"

    @property
    def first(self) -> str:
        """The departure, shortly: who, in what first, and in how many more."""
        if self.player is None:
            return ""
        more = f" +{len(self.departure) - 1}" if len(self.departure) > 1 else ""
        return f"{self.player} {self.departure[0][0]}{more}"


@dataclass(frozen=True)
class IdentifiedLeg:
    """What theories agree on in one leg."""

    leg: str
    # "all", "some" or "none" of the theories say that it holds.
    holds: str
    under: tuple[str, ...]


@dataclass(frozen=True)
class IdentifiedSet(ByLeg[IdentifiedLeg]):
    """Over theories: which legs hold under all of them, under some, under none.

    Parameters
    ----------
    legs : tuple of IdentifiedLeg
        By leg.

    Examples
    --------
    >>> import negotiation as ng
    >>> found = ng.verdict("2025-05-geneva", theories=["each for itself", "moment"]).identified_set()
    >>> found["tariff"].holds, found["tariff"].under
    ('all', ('each for itself', 'moment'))
    """

    legs: tuple[IdentifiedLeg, ...]

    def table(self) -> Table:
        """Return one row for each leg."""
        rows = tuple((one.leg, one.holds, one.under) for one in self.legs)
        return Table("what holds under which theories", ("leg", "holds under", "which"), rows)


@dataclass(frozen=True)
class Turns(Tabular):
    """What the verdicts on an agreement turn on."""

    agreement: str
    # Leg, theory, whether it holds, and at most two things that turn it, the one that decides most first.
    rows: tuple[tuple[str, str, bool, tuple[Turn, ...]], ...]
    # What the identifiers in it are called in print.
    names: Mapping[str, str] = field(default_factory=dict, compare=False, repr=False)

    def __iter__(self) -> Iterator[tuple[str, str, bool, tuple[Turn, ...]]]:
        return iter(self.rows)

    def of(self, leg: str, theory: str) -> tuple[Turn, ...]:
        """Return what one verdict turns on; nothing where no one or two parameters turn it."""
        return next(turns for one, name, _, turns in self.rows if (one, name) == (leg, theory))

    def table(self) -> Table:
        """Return one row for each leg and theory."""
        rows = tuple(
            (leg, name, holds, "; ".join(map(str, turns)) or "no one or two parameters")
            for leg, name, holds, turns in self.rows
        )
        columns = ("leg", "theory", "holds", "turns on")
        return Table(f"{self.agreement}: what the verdicts turn on", columns, rows, self.names)

    def _numbers(self) -> Table:
        rows = tuple(
            (leg, name, holds, turn.names, turn.where, *turn.at, *(None,) * (2 - len(turn.at)), turn.share)
            for leg, name, holds, turns in self.rows
            for turn in turns
        )
        columns = ("leg", "theory", "holds", "turns on", "where", "at", "and at", "share that holds")
        return Table("", columns, rows, self.names)


@dataclass(frozen=True, eq=False)
class TheoryVerdicts(ByLegAndTheory[TheoryVerdict], Drawable):
    """What every theory says of every leg of an agreement. Make one with `verdict`.

    Parameters
    ----------
    agreement : str
        Its name.
    rows : tuple of TheoryVerdict
        By leg, then theory.
    state : StateOfTheDay
        The state of the world in which it was asked.
    size : str
        Whose instruments are in the game.
    draws : int
        Number of parameter draws.
    asked : Question
        What was asked, at the central values.
    status : {"complete", "partial"}
        Partial where a certificate does not say what the margins say.
    names : mapping from str to str
        What the identifiers in it are called in print.
    moving : tuple of str
        Components of the state that move after the day; without any the state is taken to last.

    Examples
    --------
    >>> import negotiation as ng
    >>> found = ng.verdict("2025-05-geneva", theories=["each for itself"])
    >>> [(row.leg, row.holds) for row in found]
    [('tariff', True), ('control', False), ('other', False)]
    """

    _figure = "truces.theories:theory_verdicts_figure"

    agreement: str
    rows: tuple[TheoryVerdict, ...]
    state: StateOfTheDay
    size: str
    draws: int
    asked: Question = field(repr=False)
    status: Status = "complete"
    names: Mapping[str, str] = field(default_factory=dict, repr=False)
    moving: tuple[str, ...] = ()

    def identified_set(self) -> IdentifiedSet:
        """Return which legs hold under all theories, under some, and under none.

        Returns
        -------
        IdentifiedSet
            `[leg].holds` is "all", "some" or "none", `[leg].under` names the theories.

        Examples
        --------
        >>> import negotiation as ng
        >>> ng.verdict("2025-05-geneva", theories=["each for itself"]).identified_set()["control"].holds
        'none'
        """
        legs = []
        for leg, rows in self._by_leg().items():
            under = tuple(row.theory for row in rows if row.word == HOLDS)
            none = all(row.word == BREAKS for row in rows)
            holds = "all" if len(under) == len(rows) else "none" if none else "some"
            legs.append(IdentifiedLeg(leg, holds, under))
        return IdentifiedSet(tuple(legs))

    @property
    def where(self) -> str:
        """In which state of the world it was asked, and what of each leg is not in the game, in words."""
        moved = f", {' and '.join(self.moving)} moving".replace("_", " ") if self.moving else ""
        return f"{self.state.in_words(self.asked.scenario)}{moved}{self._left_out}"

    @property
    def _left_out(self) -> str:
        out: dict[str, list[str]] = {}
        for name, instrument in self.asked.scenario.instruments.items():
            if not any(name in menu for menu in self.asked.menus.values()):
                out.setdefault(instrument.leg, []).append(name)
        said = "; ".join(f"{leg}: {', '.join(names)}" for leg, names in out.items())
        return f"; not in the game, {said}" if said else ""

    def table(self) -> Table:
        """Return one row for each leg and theory, margins in percent of GDP, average discounted."""
        columns = ("leg", "theory", "verdict", "margin", "gain now", "loss later", "departure")
        rows = tuple((v.leg, v.theory, v.words, v.margin, v.gain, v.loss, v.first) for v in self.rows)
        counted = f"; share of {self.draws} draws in which a leg holds" if self.draws else ""
        title = f"{self.agreement}: verdicts, % GDP, {self.where}{counted}"
        return Table(title, columns, rows, self.names)

    def _numbers(self) -> Table:
        return self.detail()

    def by_theory(self) -> Table:
        """Return one row for each leg, a column for each theory: the verdict, and the share that holds.

        Returns
        -------
        Table
            Words and numbers in one cell, for a page.
        """
        names = tuple(dict.fromkeys(v.theory for v in self.rows))
        rows = tuple((leg, *(row.words for row in own)) for leg, own in self._by_leg().items())
        shares = f", and the share of {self.draws} draws in which it does" if self.draws else ""
        return Table(f"{self.agreement}: does a leg hold{shares}?", ("leg", *names), rows, self.names)

    def by_definition(self) -> Table:
        """Return what each leg comes to under the verdict's question, two wider ones, and by date.

        Returns
        -------
        Table
            Shares of the draws, with the interval of 95 percent of the verdict's own; without draws words at
            the central values.
        """
        columns = (
            "leg", "theory", "verdict", "share", "from", "to", "no harsher step gains", "no change gains",
            "by date", "last period", "not rational",
        )  # fmt: skip
        rows: list[tuple[object, ...]] = []
        for v in self.rows:
            margins = (v.any_harsher, v.any_change, v.dated, v.last)
            if v.counts is None or not v.counts.draws:
                held = (margin >= 0.0 for margin in margins)
                rows.append((v.leg, v.theory, v.word, None, None, None, *held, not v.rational))
                continue
            c = v.counts
            shares = (count / c.draws for count in (c.any_harsher, c.any_change, c.dated, c.last))
            lost = c.irrational / (c.draws + c.irrational)
            rows.append((v.leg, v.theory, v.word, v.share, *c.interval, *shares, lost))
        title = f"{self.agreement}: questions of a leg, shares of draws, {self.where}"
        return Table(title, columns, tuple(rows), self.names)

    @cached_property
    def turns(self) -> Turns:
        """What each verdict turns on: one or two parameters, or steps of the state, found by a search."""
        if self.moving:
            raise InvalidGame(
                "what a verdict turns on is searched where the state is taken to last: leave out `moving`"
            )
        known = tuple(theory(name) for name in dict.fromkeys(row.theory for row in self.rows))
        turns = Search(self.asked, known, self.state).found()
        rows = tuple((v.leg, v.theory, v.holds, turns[v.theory, v.leg]) for v in self.rows)
        return Turns(self.agreement, rows, self.names)

    def detail(self) -> Table:
        """Return one row for each leg and theory with the whole departure, and margins by class of state.

        Returns
        -------
        Table
            Wider than a page; for data frames and files.
        """
        columns = (
            "leg", "theory", "verdict", "holds", "margin, % GDP", "gain now, % GDP", "loss later, % GDP",
            "player", "departure", "by its path", "rational", "kept", "answering", "over", "certified",
            "share", "named", "as close",
        )  # fmt: skip
        rows = tuple(
            (
                v.leg, v.theory, v.word, v.holds, v.margin, v.gain, v.loss, v.player,
                ", ".join(f"{name} to {level}" for name, level in v.departure), v.by_path, v.rational,
                *(v.by_class.get(kind) for kind in ("kept", "answering", "over")),
                v.certified, v.share,
                Mixture(v.named, ", ".join(f"{name} {share:.2f}" for name, share in v.named.items())),
                ", ".join(f"{name} to {level}" for name, level in v.as_close),
            )
            for v in self.rows
        )  # fmt: skip
        return Table(f"{self.agreement}: verdict by leg and theory", columns, rows, self.names)
