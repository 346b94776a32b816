"""Results of `verdict`: each theory's verdict on each leg of an agreement.

A leg holds under a theory if and only if its margin is not negative, and each answer at the central values
has a certificate from `negotiation.game_theory.checks`. Over theories the verdicts form an identified set:
the legs that hold under all of them, under some, or under none.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from math import nan
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar, get_args

from negotiation.base.drawing import Drawable
from negotiation.base.labelled import Mixture, Table, Tabular
from negotiation.base.status import Status
from negotiation.errors import InvalidGame, MissingPackage, UnknownLeg, UnknownName
from negotiation.game_theory.solutions.verdict import Verdict
from negotiation.truces.record.state_trajectory import StateOfTheDay
from negotiation.truces.theories import theory
from negotiation.truces.theories.common.game_batch import GameBatch
from negotiation.truces.theories.common.turning import Search, Turn
from negotiation.truces.verdicts.drawn import BREAKS, HOLDS, MARGINS, NOT_RATIONAL, OPEN, Counted, Drawn

if TYPE_CHECKING:
    from xarray import Dataset

# The theory by which nothing but the text counts.
TEXT_ALONE = "moment"


class OfLeg(Protocol):
    """A result for one leg."""

    @property
    def leg(self) -> str:
        """The leg."""


class OfLegAndTheory(OfLeg, Protocol):
    """A result for one leg under one theory."""

    @property
    def theory(self) -> str:
        """The theory."""


Leg = TypeVar("Leg", bound=OfLeg)
Row = TypeVar("Row", bound=OfLegAndTheory)


class ByLeg(Tabular, Generic[Leg]):
    """A result with one row for each leg."""

    legs: tuple[Leg, ...]

    def __iter__(self) -> Iterator[Leg]:
        return iter(self.legs)

    def __len__(self) -> int:
        return len(self.legs)

    def __getitem__(self, leg: str) -> Leg:
        for row in self.legs:
            if row.leg == leg:
                return row
        raise UnknownLeg(leg, [row.leg for row in self.legs])


class ByLegAndTheory(Tabular, Generic[Row]):
    """A result with one row for each leg and theory."""

    rows: tuple[Row, ...]

    def __iter__(self) -> Iterator[Row]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, leg: str) -> Row:
        return self.find(leg, TEXT_ALONE)

    def find(self, leg: str, theory: str) -> Row:
        """Return the row of one leg under one theory.

        Parameters
        ----------
        leg : str
            Name of the leg.
        theory : str
            Name of the theory.

        Returns
        -------
        TheoryVerdict, RecordedLeg or ComparedVerdict
            The row of the leg under the theory.

        Raises
        ------
        UnknownLeg
            If there is no row for this leg and theory.
        """
        for row in self.rows:
            if (row.leg, row.theory) == (leg, theory):
                return row
        raise UnknownLeg(f"{leg} under {theory}", [f"{row.leg} under {row.theory}" for row in self.rows])

    def _by_leg(self) -> dict[str, list[Row]]:
        """Return the rows of each leg."""
        legs: dict[str, list[Row]] = {}
        for row in self.rows:
            legs.setdefault(row.leg, []).append(row)
        return legs


@dataclass(frozen=True)
class TheoryVerdict:
    """One theory's verdict on one leg.

    Parameters
    ----------
    leg : str
        Name of the leg.
    theory : str
        Name of the theory.
    margin : float
        Value of the best alternative (which may be to keep everything) minus the value of the best departure
        that makes something in the leg harsher. Discounted average, in percent of the GDP of the player who
        departs. The leg holds if and only if it is at least 0. It is infinite if nothing in the leg can be
        made harsher.
    player : str or None
        The player who departs; `None` if nothing in the leg can be made harsher.
    departure : tuple of (str, str)
        Instruments and their new levels: first those that are made harsher in the leg, then the others.
    gain : float
        The immediate gain from the departure, in the unit of `margin`.
    loss : float
        The cost of the departure from the next period on, in the unit of `margin`.
    by_path : bool
        Whether the leg breaks by a departure that no answer follows, and that the theory thus prescribes.
    rational : bool
        Whether keeping is worth at least as much to each side as the worst payoff to which it can be held. If
        not, all departures cost the same, and the static best reply decides the margin.
    any_harsher, any_change : float
        Margins of two wider questions, in the unit of `margin`: the least margin of keeping everything over
        any departure that makes something in the leg harsher, and over any departure that changes the leg.
    dated, last : float
        Margins on the dated path, in the unit of `margin`: the least margin before the last period of the
        clock, and the margin in the last period. If the text has no clock, or the state moves, they are the
        margins of levels that last.
    day : date or None
        First day of the stretch of the path with the least `dated`; `None` without a path.
    by_class : mapping from str to float
        The least one-shot margin of the theory's strategy, by class of state: "kept", "answering", "over".
        Empty if the theory has no strategy with answers for the leg.
    breaking : tuple of str
        The instruments in the leg that the departure makes harsher, such as "USA tariff".
    certificates : tuple of Verdict
        The verdicts of the independent checks behind the leg.
    certified : bool
        Whether the theory's checks agree with its margins of all legs.
    drawn : Drawn or None
        The verdicts on the leg in each draw; `None` if there are no draws.
    as_close : tuple of (str, str)
        Instruments and levels: with any one of them instead, the departure has a margin that the parameters
        are too imprecise to distinguish from `margin`.
    money : float
        One percent of the player's GDP, in USD billion a year; NaN if there is no player.
    counted : {"left out", "as broken"}
        How draws and central values at which keeping is not rational are counted; "left out" by default.

    Examples
    --------
    >>> import negotiation as ng
    >>> row = ng.verdict("2025-05-geneva", theories=["each for itself"]).find("control", "each for itself")
    >>> row.word, row.player, row.by_path, row.certificates[0].concept
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
    drawn: Drawn | None = field(compare=False, repr=False)
    as_close: tuple[tuple[str, str], ...] = ()
    money: float = nan
    counted: Counted = "left out"

    @property
    def holds(self) -> bool:
        """Whether the leg holds at the central values."""
        return self.margin >= 0.0

    @property
    def millions(self) -> float:
        """The margin in USD million a year; infinite if nothing in the leg can be made harsher."""
        return self.margin if self.player is None else 1e3 * self.money * self.margin

    @property
    def share(self) -> float | None:
        """Share of draws in which the leg holds; `None` if there are no draws or none counts."""
        return None if self.drawn is None or not self.drawn.draws else float(self.drawn.share())

    @property
    def interval(self) -> tuple[float, float] | tuple[None, None]:
        """Exact 95 percent interval of the share; two `None` if there is no share."""
        if self.drawn is None or not self.drawn.draws:
            return None, None
        low, high = self.drawn.interval().tolist()
        return low, high

    @property
    def word(self) -> str:
        """The verdict: "holds", "breaks", "open", or "not rational".

        A leg is open if its margin is zero, or if fewer than four fifths of the draws agree with the central
        values. It is "not rational" if keeping is not rational at the central values, unless `counted` is "as
        broken".
        """
        if not self.rational and self.counted == "left out":
            return NOT_RATIONAL
        if self.margin == 0.0:
            return OPEN
        holds = self.holds and self.rational
        if self.drawn is not None and self.drawn.draws:
            hits, of = int(self.drawn.hits()), int(self.drawn.draws)
            # In whole numbers, so that four of five are enough.
            if 5 * (hits if holds else of - hits) < 4 * of:
                return OPEN
        return HOLDS if holds else BREAKS

    @property
    def words(self) -> str:
        """The verdict and, if there are draws, the share of draws in which the leg holds."""
        return self.word if self.share is None else f"{self.word} {self.share:.2f}"

    @property
    def first(self) -> str:
        """Short form of the departure: player, first instrument, number of others; empty without one."""
        if self.player is None:
            return ""
        more = f" and {len(self.departure) - 1} more" if len(self.departure) > 1 else ""
        return f"{self.player} {self.departure[0][0]}{more}"


@dataclass(frozen=True)
class IdentifiedLeg:
    """The agreement of theories on one leg."""

    leg: str
    # "all" if it holds under all theories, "none" if it breaks under all, "some" otherwise.
    holds: str
    under: tuple[str, ...]


@dataclass(frozen=True)
class IdentifiedSet(ByLeg[IdentifiedLeg]):
    """The legs that hold under all theories, under some, or under none.

    Parameters
    ----------
    legs : tuple of IdentifiedLeg
        One entry per leg, with `.leg`, `.holds` and `.under`, the theories under which it holds. `.holds` is
        "all" if it holds under all theories, "none" if it breaks under all, and "some" otherwise.

    Examples
    --------
    >>> import negotiation as ng
    >>> legs = ng.verdict("2025-05-geneva", theories=["each for itself", "moment"]).identified_set()
    >>> legs["tariff"].holds, legs["tariff"].under
    ('all', ('each for itself', 'moment'))
    """

    legs: tuple[IdentifiedLeg, ...]

    def table(self) -> Table:
        """Return one row for each leg.

        Returns
        -------
        Table
            The leg, "all", "some" or "none" as in `legs`, and the theories under which the leg holds.
        """
        rows = tuple((row.leg, row.holds, row.under) for row in self.legs)
        return Table("what holds under which theories", ("leg", "holds under", "which"), rows)


@dataclass(frozen=True)
class Turns(Tabular):
    """The parameters and components of the state that turn the verdicts on an agreement."""

    agreement: str
    # Leg, theory, whether it holds, and at most two things that turn it, the one that decides most first.
    rows: tuple[tuple[str, str, bool, tuple[Turn, ...]], ...]
    # Print names of the identifiers.
    names: Mapping[str, str] = field(default_factory=dict, compare=False, repr=False)

    def __iter__(self) -> Iterator[tuple[str, str, bool, tuple[Turn, ...]]]:
        return iter(self.rows)

    def of(self, leg: str, theory: str) -> tuple[Turn, ...]:
        """Return the parameters or components that turn one verdict; empty if no one or two do.

        `UnknownLeg` is raised if there is no verdict on this leg under this theory.
        """
        found = {f"{issue} under {name}": turns for issue, name, _, turns in self.rows}
        UnknownLeg.unless_in(f"{leg} under {theory}", found)
        return found[f"{leg} under {theory}"]

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
    """Every theory's verdict on every leg of an agreement. Make one with `verdict`.

    Parameters
    ----------
    agreement : str
        Name of the agreement.
    rows : tuple of TheoryVerdict
        One verdict per leg and theory, ordered by leg, then theory.
    state : StateOfTheDay
        State of the world in which the agreement is judged.
    size : str
        Size of the game, which sets its instruments; empty if the text states which instruments are in play.
    draws : int
        Number of parameter draws.
    batch : GameBatch
        The game that every theory was given, at the central values.
    status : {"complete", "partial"}
        "partial" if a certificate does not agree with the margins; "complete" otherwise.
    names : mapping from str to str
        Print names of the identifiers.
    moving : tuple of str
        Components of the state that move after the day; empty if the state lasts.
    drawn : Drawn or None
        Verdicts in each draw as arrays; `None` if there are no draws.
    supposes : str
        What is assumed to follow a breach of the text, in words.

    Examples
    --------
    >>> import negotiation as ng
    >>> verdicts = ng.verdict("2025-05-geneva", theories=["each for itself"])
    >>> [(row.leg, row.holds) for row in verdicts]
    [('tariff', True), ('control', False), ('other', False)]
    >>> verdicts.setting
    'at central values; a breach is answered for ever'
    """

    _figure = "truces.theories:theory_verdicts_figure"

    agreement: str
    rows: tuple[TheoryVerdict, ...]
    state: StateOfTheDay
    size: str
    draws: int
    batch: GameBatch = field(repr=False)
    status: Status = "complete"
    names: Mapping[str, str] = field(default_factory=dict, repr=False)
    moving: tuple[str, ...] = ()
    drawn: Drawn | None = field(default=None, repr=False)
    supposes: str = "a breach is answered for ever"

    def over(self, drawn: Drawn) -> TheoryVerdicts:
        """Return the same verdicts with results for each draw.

        Parameters
        ----------
        drawn : Drawn
            Margins and rationality as arrays, shape (legs, theories, draws).

        Returns
        -------
        TheoryVerdicts
            A new result; this one is unchanged.
        """
        legs, theories = list(self._by_leg()), list(dict.fromkeys(row.theory for row in self.rows))
        rows = tuple(
            replace(row, drawn=drawn.of(legs.index(row.leg), theories.index(row.theory))) for row in self.rows
        )
        return replace(self, rows=rows, drawn=drawn, draws=drawn.margin.shape[-1])

    def counting(self, counted: Counted) -> TheoryVerdicts:
        """Return the same verdicts with another way to count draws in which keeping is not rational.

        Parameters
        ----------
        counted : {"left out", "as broken"}
            Whether such a draw is left out, or counts as one in which the leg breaks.

        Returns
        -------
        TheoryVerdicts
            A new result; this one is unchanged.

        Raises
        ------
        UnknownName
            If `counted` is neither of the two.
        """
        UnknownName.unless_in(counted, get_args(Counted), "way to count")
        recounted = replace(self, rows=tuple(replace(row, counted=counted) for row in self.rows))
        return recounted if self.drawn is None else recounted.over(replace(self.drawn, counted=counted))

    def identified_set(self) -> IdentifiedSet:
        """Return which legs hold under all theories, under some, and under none.

        Returns
        -------
        IdentifiedSet
            `[leg].holds` is "all" if the leg holds under all theories, "none" if it breaks under all, and
            "some" otherwise. `[leg].under` names the theories under which it holds.

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
    def setting(self) -> str:
        """The assumptions of the verdicts, in words: values, draws, and what follows a breach."""
        if self.drawn is None:
            return f"at central values; {self.supposes}"
        broken = ", not rational counted as broken" if self.drawn.counted == "as broken" else ""
        return f"share of {self.draws} draws{broken}; {self.supposes}"

    @property
    def where(self) -> str:
        """The state of the world, and the instruments of each leg that are not in the game, in words."""
        moved = f", {' and '.join(self.moving)} moving".replace("_", " ") if self.moving else ""
        return f"{self.state.in_words(self.batch.scenario)}{moved}{self._left_out}"

    @property
    def _left_out(self) -> str:
        out: dict[str, list[str]] = {}
        for name, instrument in self.batch.scenario.instruments.items():
            if not any(name in menu for menu in self.batch.menus.values()):
                out.setdefault(instrument.leg, []).append(name)
        missing = "; ".join(f"{leg}: {', '.join(names)}" for leg, names in out.items())
        return f"; not in the game, {missing}" if missing else ""

    def table(self) -> Table:
        """Return one row for each leg and theory: the verdict, its margin and the departure.

        Returns
        -------
        Table
            Margins in USD million a year and in percent of GDP, the closest departure, and its gain now and
            loss later in percent of GDP.
        """
        columns = (
            "leg", "theory", "verdict", "margin, USD million a year", "margin, % GDP", "departure",
            "gain now, % GDP", "loss later, % GDP",
        )  # fmt: skip
        rows = tuple(
            (v.leg, v.theory, v.words, v.millions, v.margin, v.first, v.gain, v.loss) for v in self.rows
        )
        return Table(f"{self.agreement}: verdicts, {self.setting}; {self.where}", columns, rows, self.names)

    def _numbers(self) -> Table:
        return self.detail()

    def by_theory(self) -> Table:
        """Return one row for each leg and one column for each theory.

        Returns
        -------
        Table
            Each cell is the verdict and, if there are draws, the share of draws in which the leg holds. Words
            and numbers share a cell, so the table is for printing.
        """
        names = tuple(dict.fromkeys(v.theory for v in self.rows))
        rows = tuple((leg, *(row.words for row in own)) for leg, own in self._by_leg().items())
        return Table(f"{self.agreement}: does a leg hold? {self.setting}", ("leg", *names), rows, self.names)

    def by_definition(self) -> Table:
        """Return what other definitions of "holds" say about each leg and theory.

        Returns
        -------
        Table
            The verdict, its share of draws and the 95 percent interval of that share. Then the shares under
            other definitions: no harsher step beats keeping everything; no change does; the leg holds on the
            dated path; and in its last period. Last, the share of draws in which keeping is not rational.
            Without draws, truth values at the central values.
        """
        wider = ("any_harsher", "any_change", "dated", "last")
        columns = (
            "leg", "theory", "verdict", "share", "from", "to", "no harsher step beats keeping all",
            "no change beats keeping all", "by date", "last period", "not rational",
        )  # fmt: skip
        rows: list[tuple[object, ...]] = []
        for v in self.rows:
            if v.drawn is None:
                held: Iterable[object] = (getattr(v, name) >= 0.0 for name in wider)
                lost: object = not v.rational
            else:
                # Empty if keeping is rational in no draw.
                held = (float(v.drawn.share(name)) if v.drawn.draws else None for name in wider)
                lost = float(v.drawn.irrational)
            rows.append((v.leg, v.theory, v.word, v.share, *v.interval, *held, lost))
        title = f"{self.agreement}: questions of a leg, {self.setting}; {self.where}"
        return Table(title, columns, tuple(rows), self.names)

    def to_xarray(self) -> Dataset:
        """Return the verdicts in all draws as labelled arrays.

        Returns
        -------
        xarray.Dataset
            Dimensions leg, theory and draw. `margin`, `any_harsher`, `any_change`, `dated` and `last` are
            margins in percent of GDP; `rational` is true where keeping is rational. `share`, by leg and
            theory, is the share of draws in which the leg holds.

        Raises
        ------
        InvalidGame
            If the verdicts were made without draws.
        MissingPackage
            If xarray is not installed.

        Examples
        --------
        >>> import negotiation as ng
        >>> dataset = ng.verdict("2025-05-geneva", theories=["moment"], draws=8).to_xarray()
        >>> float(dataset.share.sel(leg="tariff", theory="moment")), dict(dataset.sizes)
        (1.0, {'leg': 3, 'theory': 1, 'draw': 8})
        """
        if self.drawn is None:
            raise InvalidGame(
                "the verdicts were made without `draws`, so there is nothing to label; give verdict(..., "
                "draws=256), for example"
            )
        try:
            import xarray
        except ImportError:
            raise MissingPackage(
                "labelled arrays need xarray; install it with `pip install xarray`"
            ) from None
        arrays = {
            name: (("leg", "theory", "draw"), getattr(self.drawn, name)) for name in (*MARGINS, "rational")
        }
        labels = {"leg": list(self._by_leg()), "theory": list(dict.fromkeys(v.theory for v in self.rows))}
        share = (("leg", "theory"), self.drawn.share())
        return xarray.Dataset({**arrays, "share": share}, labels, {"setting": self.setting})

    @cached_property
    def turns(self) -> Turns:
        """At most two parameters or components of the state that turn each verdict, found by a search.

        The search is made on first use. It assumes that the state lasts and that a breach is answered for
        ever, without noise. It raises `InvalidGame` if the verdicts assume anything else.
        """
        if self.moving or self.supposes != TheoryVerdicts.supposes:
            raise InvalidGame(
                "the search for what a verdict turns on assumes that the state lasts and that a breach is "
                "answered for ever, without noise; leave out `moving`, `remedy` and `noise`"
            )
        known = tuple(theory(name) for name in dict.fromkeys(row.theory for row in self.rows))
        turns = Search(self.batch, known, self.state).found()
        rows = tuple((v.leg, v.theory, v.holds, turns[v.theory, v.leg]) for v in self.rows)
        return Turns(self.agreement, rows, self.names)

    def detail(self) -> Table:
        """Return one row for each leg and theory, with all details of the verdict.

        Returns
        -------
        Table
            The verdict, margin, gain and loss as in `table`; the player and the whole departure; whether the
            leg breaks by the theory's path, and whether keeping is rational; the margins by class of state;
            whether the verdict is certified; the share of draws, and the shares in which each instrument
            breaks the leg; and the levels that are as close. It is meant for data frames and files.
        """
        columns = (
            "leg", "theory", "verdict", "holds", "margin, USD million a year", "margin, % GDP",
            "gain now, % GDP", "loss later, % GDP", "player", "departure", "by its path", "rational", "kept",
            "answering", "over", "certified", "share", "named", "as close",
        )  # fmt: skip
        rows: list[tuple[object, ...]] = []
        for v in self.rows:
            named = {} if v.drawn is None else v.drawn.named()
            row = (
                v.leg, v.theory, v.word, v.holds, v.millions, v.margin, v.gain, v.loss, v.player,
                _moves(v.departure), v.by_path, v.rational,
                *(v.by_class.get(kind) for kind in ("kept", "answering", "over")), v.certified, v.share,
                Mixture(named, ", ".join(f"{name} {share:.2f}" for name, share in named.items())),
                _moves(v.as_close),
            )  # fmt: skip
            rows.append(row)
        title = f"{self.agreement}: verdict by leg and theory, {self.setting}"
        return Table(title, columns, tuple(rows), self.names)


def _moves(departure: Iterable[tuple[str, str]]) -> str:
    return ", ".join(f"{name} to {level}" for name, level in departure)
