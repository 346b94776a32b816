"""Verdicts on an agreement by leg under every theory of what its text leaves out.

`verdict` asks each theory the same question: the levels that the agreement prescribes and, outside its
text, those in force on the day of signing; the state of that day; every instrument of both sides. A leg
holds under a theory iff its margin is not negative, and each answer at the central values has a certificate
of `negotiation.game_theory.checks`. Over theories the verdicts form an identified set: what holds under all
of them, under some, under none.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import TypeVar, cast

import numpy as np

from negotiation.base.drawing import Drawable
from negotiation.base.labelled import Table, Tabular
from negotiation.base.numeric import FloatArray
from negotiation.base.progress import Progress, counted, told
from negotiation.base.reading.names import names_given
from negotiation.base.reading.numbers import expect_count, expect_generator, expect_number
from negotiation.base.status import Status
from negotiation.disputes import Scenario, State
from negotiation.disputes.parameter_draws import sobol_draws
from negotiation.errors import InvalidDate, InvalidGame, InvalidNumber
from negotiation.game_theory.solutions.verdict import Verdict
from negotiation.truces.compiling.term_path import TermPath, term_path
from negotiation.truces.compiling.terms import check_agreement_known
from negotiation.truces.numerics import NUMERICS
from negotiation.truces.record.agreement_text import Dispute, scenario_for
from negotiation.truces.record.day import StateOfTheDay, state_of_the_day
from negotiation.truces.theories import Theory, theories_by_name, theory
from negotiation.truces.theories.common.certified import Certified, Judge, certified
from negotiation.truces.theories.common.dated import DatedMargins, DatedQuestion, dated_legs
from negotiation.truces.theories.common.in_states import MovingQuestion, moving_question
from negotiation.truces.theories.common.legs import LegMargins, legs_of
from negotiation.truces.theories.common.question import Question, question
from negotiation.truces.theories.common.rounds import rounds_a_year as _recorded_rounds
from negotiation.truces.theories.common.turning import Search, Turn
from negotiation.truces.verdicts.agreements import Agreement, truce
from negotiation.truces.verdicts.counts import Counts, Drawn
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
    >>> found = verdict("2025-05-geneva", theories=["each for itself"]).find("control", "each for itself")
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
    >>> found = verdict("2025-05-geneva", theories=["each for itself", "moment"]).identified_set()
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
    >>> found = verdict("2025-05-geneva", theories=["each for itself"])
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
        >>> verdict("2025-05-geneva", theories=["each for itself"]).identified_set()["control"].holds
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
                ", ".join(f"{name} {share:.2f}" for name, share in v.named.items()),
                ", ".join(f"{name} to {level}" for name, level in v.as_close),
            )
            for v in self.rows
        )  # fmt: skip
        return Table(f"{self.agreement}: verdict by leg and theory", columns, rows, self.names)


def verdict(
    agreement: str | Agreement,
    scenario: Dispute | None = None,
    *,
    theories: Iterable[str] | None = None,
    draws: int = 0,
    state: State | None = None,
    size: str | None = None,
    rounds_a_year: float | None = None,
    moving: Iterable[str] = (),
    as_it_came: bool = False,
    rng: int | np.random.Generator = 0,
    progress: Progress | None = None,
) -> TheoryVerdicts:
    """Return what each theory of what a text leaves out says of each leg of an agreement.

    Readings and noise are left aside: `Agreement.verdict` has what slips and misreading do to the text,
    under the theory *moment*.

    Parameters
    ----------
    agreement : str or Agreement
        The agreement, or its name.
    scenario : Scenario or str, optional
        Payoffs, patience and laws, or the name of the scenario; the agreement's own dispute if not given.
    theories : iterable of str, optional
        Names of theories; all that there are if not given.
    draws : int, optional
        Number of parameter draws behind the shares (scrambled Sobol, uniform on the ranges); 0 for none.
    state : State, optional
        State of the world. If not given, that of the day of signing: the likeliest step of each component
        for the verdict, and a draw of each for each parameter draw.
    size : str, optional
        A size of the dispute whose instruments alone are in the game; if not given, the
        largest that is affordable, up to "full", all of them.
    rounds_a_year : float, optional
        How often a year all is bargained anew, in the theory that reads it; if not given, what the dispute's
        record shows, drawn from its range for each parameter draw.
    moving : iterable of str, optional
        What moves after the day, as both sides foresee: "stocks", "curb_dependence", "control_dependence";
        "belief" for learning, where the harm of a curb is at one of the ends of its range, with the mean
        that both expect, and shows once a curb is felt. Without any the state is taken to last. Only theories
        that are solved in a world that moves are asked then, in a smaller game.
    as_it_came : bool, optional
        Whether the path with dates has what was eased during the term, by the record; it is hindsight. As
        foreseen on the day if not given.
    rng : int or numpy.random.Generator, optional
        Seed or generator of the draws.
    progress : callable, optional
        Called with the numbers of draws done and of all.

    Returns
    -------
    TheoryVerdicts
        `.table()`, `.identified_set()`, one row for each leg and theory.

    Raises
    ------
    UnknownTheory
        If a name is not among the theories.
    InvalidGame
        If the number of draws is negative, there is no such size, or something cannot move, is not solved
        where it does, or is to move beside `as_it_came`.
    InvalidNumber
        If the rounds a year are no number of at least 0.
    UnknownCountry, UnknownInstrument, UnknownLevel
        If a clause or reading is of none of the scenario's.

    Examples
    --------
    >>> found = verdict("2025-05-geneva", theories=["moment", "custom in kind"])
    >>> found.find("tariff", "moment").holds, found.identified_set()["control"].holds
    (True, 'none')
    >>> found = verdict("2025-05-geneva", theories=["each for itself"], moving=["stocks", "belief"])
    >>> found.size, [(row.leg, row.holds) for row in found]
    ('core', [('tariff', True), ('control', False), ('other', True)])
    """
    world = scenario_for(agreement, scenario)
    text = agreement if isinstance(agreement, Agreement) else truce(agreement, world)
    check_agreement_known(text, world)
    components = names_given(moving) or ()
    chosen = _asked_of(theories, components)
    if as_it_came and components:
        raise InvalidGame("a world that moves is not followed by date: leave out `as_it_came` or `moving`")
    draws = expect_count("draws", draws, least=0)
    day = state_of_the_day(text, world, state)
    rounds = None if rounds_a_year is None else np.array([_checked_rounds(rounds_a_year)])
    sample = _sampled(world, day, draws, rng, rounds) if draws else None
    with told(f"verdict on {text.id}", progress) as report:
        if components:
            moving_world = {one.name: one.in_states for one in chosen if one.in_states is not None}
            moved = moving_question(text, world, day.likely, components, size, rounds)
            found = _verdicts(
                moving_world, moved, moved.asked, day, _moved_draws(moved, sample, report), draws
            )
            return replace(found, moving=components)
        still = question(text, world, day.likely, size, rounds=rounds)
        settings = _draws(still, sample, report)
        by_date = _Dates.of(text, world, as_it_came=as_it_came)
        return _verdicts({one.name: one for one in chosen}, still, still, day, settings, draws, by_date)


def _asked_of(names: Iterable[str] | None, moving: Sequence[str]) -> tuple[Theory, ...]:
    """Return the theories that are asked: all that are solved so where none are named."""
    # Where the world moves, a theory needs an equilibrium of the stochastic game, and not all have one.
    solved = [one.name for one in theories_by_name().values() if one.in_states is not None or not moving]
    given = names_given(names)
    chosen = tuple(theory(name) for name in (solved if given is None else given))
    for one in chosen:
        if one.name not in solved:
            raise InvalidGame(
                f"{one.name!r} is not solved in a world that moves; those that are: {', '.join(solved)}"
            )
    return chosen


@dataclass(frozen=True, eq=False)
class _Sample:
    """Draws: parameters, discount factors, states, and rounds of talks a year."""

    # By parameter, shape (count,), as are the discount factors and the rounds.
    values: Mapping[str, FloatArray]
    deltas: FloatArray
    states: Sequence[State]
    rounds: FloatArray


def _sampled(
    scenario: Scenario,
    day: StateOfTheDay,
    count: int,
    rng: int | np.random.Generator,
    rounds: FloatArray | None,
) -> _Sample:
    # One generator in this order: the same seed gives the same parameters, states and rounds to the bit.
    generator = expect_generator(rng)
    draws = sobol_draws(scenario, count, generator)
    states = day.drawn(count, generator)
    # Rounds of talks a year are uniform on the range that the record gives.
    ends = _recorded_rounds(scenario)
    often = generator.uniform(ends.low, ends.high, count) if rounds is None else np.repeat(rounds, count)
    return _Sample(draws.values, draws.discount_factor, states, often)


def _checked_rounds(rounds: object) -> float:
    number = expect_number("rounds of talks a year", rounds)
    if 0.0 <= number < np.inf:
        return number
    raise InvalidNumber(f"rounds of talks a year are a number of at least 0; got {rounds!r}")


Posed = TypeVar("Posed", Question, MovingQuestion)


@dataclass(frozen=True, eq=False)
class _Dates:
    """The path of an agreement, as questions are asked on it."""

    path: TermPath

    @classmethod
    def of(cls, agreement: Agreement, scenario: Scenario, *, as_it_came: bool) -> _Dates | None:
        """Return the path; none where the text has no clock, or sets no path."""
        try:
            path = term_path(agreement, scenario, as_it_came=as_it_came)
        except InvalidDate:
            return None
        return cls(path) if path.end is not None else None

    def on(self, asked: Question) -> DatedQuestion:
        """Return a question at each stretch of the path."""
        start, end = self.path.stretches[0].day, self.path.end
        assert end is not None  # noqa: S101 - a path without an end is none
        days = tuple(stretch.day for stretch in self.path.stretches)
        begins = np.round(np.array([(day - start).days for day in (*days, end)])[:, None] / asked.lag)
        # The last levels stand for a period at least, in which the path ends.
        begins[-1] = np.maximum(begins[-1], begins[-2] + 1.0)
        later = [asked.keeping(stretch.levels) for stretch in self.path.stretches[1:]]
        return DatedQuestion((asked, *later), days, begins, asked.renewal)


@dataclass(frozen=True, eq=False)
class _Judged:
    """The margins of a leg where its levels last, and by date."""

    lasting: LegMargins
    dated: DatedMargins


def _judged(judge: Judge[Posed], posed: Posed, dated: DatedQuestion | None) -> dict[str, _Judged]:
    """Return the margins of each leg; by date too, where there is a path and the world does not move."""
    if dated is None:
        return {
            leg: _Judged(found, DatedMargins(margin=found.margin, last=found.margin, day=None))
            for leg, found in judge.judge(posed).items()
        }
    # A path is given only where the world does not move: then theories are asked, and of a question.
    theory, asked = cast("tuple[Theory, Question]", (judge, posed))
    departures = theory.departures(asked)
    by_date = dated_legs(theory, dated, departures)
    return {leg: _Judged(found, by_date[leg]) for leg, found in legs_of(asked, departures).items()}


def _judged_by_all(
    judges: Mapping[str, Judge[Posed]], asked: Question, posed: Posed, dates: _Dates | None
) -> dict[str, dict[str, _Judged]]:
    # One question a stretch for all theories: its game is made once.
    dated = None if dates is None else dates.on(asked)
    return {name: _judged(one, posed, dated) for name, one in judges.items()}


def _verdicts(
    judges: Mapping[str, Judge[Posed]],
    posed: Posed,
    asked: Question,
    day: StateOfTheDay,
    settings: Iterable[tuple[Question, Posed]],
    draws: int,
    dates: _Dates | None = None,
) -> TheoryVerdicts:
    """Return the verdicts of some theories, by leg: of `posed`, which is `asked` or moves on from there."""
    text, world = asked.agreement, asked.scenario
    central = _judged_by_all(judges, asked, posed, dates)
    checks = {
        name: certified(one, posed, {leg: judged.lasting for leg, judged in central[name].items()})
        for name, one in judges.items()
    }
    drawn = _counted((at, _judged_by_all(judges, at, draw, dates)) for at, draw in settings)
    rows = tuple(
        _row(name, asked, central[name][leg], checks[name], drawn.get((name, leg)))
        for leg in world.legs
        for name in central
    )
    # A verdict is proven where strategies and their checks say of each leg what the margin says.
    status: Status = "complete" if all(check.agrees for check in checks.values()) else "partial"
    return TheoryVerdicts(text.id, rows, day, asked.size, draws, asked, status, text.names_in(world))


def _row(name: str, asked: Question, judged: _Judged, check: Certified, drawn: Drawn | None) -> TheoryVerdict:
    found = judged.lasting
    player: str | None = None
    departure: tuple[tuple[str, str], ...] = ()
    breaking: tuple[str, ...] = ()
    if found.player[0] >= 0:
        player = asked.players[int(found.player[0])]
        breaking = asked.named(int(found.player[0]), int(found.action[0]), found.leg)
        moves = asked.departure(int(found.player[0]), int(found.action[0]))
        departure = tuple(sorted(moves, key=lambda move: f"{player} {move[0]}" not in breaking))
    return TheoryVerdict(
        found.leg, name, float(found.margin[0]), player, departure, float(found.gain[0]),
        float(found.loss[0]), bool(found.by_path[0]), bool(found.rational[0]), float(found.any_harsher[0]),
        float(found.any_change[0]), float(judged.dated.margin[0]), float(judged.dated.last[0]),
        judged.dated.day, check.by_class(found.leg), breaking, check.of(found.leg), check.agrees,
        None if drawn is None else drawn.counts, {} if drawn is None else drawn.named,
        _as_close(asked, found),
    )  # fmt: skip


def _as_close(asked: Question, found: LegMargins) -> tuple[tuple[str, str], ...]:
    """Return the single changes of the departure that leave its margin nearly as it is."""
    player = int(found.player[0])
    changes = asked.changes[player] if player >= 0 else ()
    kept = asked.kept[asked.players[player]]
    close = []
    for k in found.as_close:
        # Told only where one instrument differs: two that change together say nothing of either.
        other, this = changes[k], changes[int(found.action[0])]
        apart = [name for name in (*this, *other) if this.get(name) != other.get(name)]
        if len(set(apart)) == 1:
            close.append((apart[0], other.get(apart[0], kept[apart[0]])))
    return tuple(sorted(close))


def _counted(
    judged: Iterable[tuple[Question, Mapping[str, Mapping[str, _Judged]]]],
) -> dict[tuple[str, str], Drawn]:
    """Return what each theory says of each leg over draws, from what it says at some at a time."""
    drawn: dict[tuple[str, str], Drawn] = {}
    for asked, by_theory in judged:
        for name, legs in by_theory.items():
            for leg, found in legs.items():
                drawn.setdefault((name, leg), Drawn()).add(asked, found.lasting, found.dated)
    return drawn


def _draws(asked: Question, sample: _Sample | None, report: Progress) -> Iterator[tuple[Question, Question]]:
    """Yield the question at some draws at a time, those of one state together."""
    groups: dict[State, list[int]] = {}
    done = 0
    if sample is None:
        return
    # Games of one state share their menus of lawful levels, so that they can be solved together.
    for k, state in enumerate(sample.states):
        groups.setdefault(state, []).append(k)
    for state, members in groups.items():
        for start in range(0, len(members), NUMERICS.settings_at_once):
            part = np.array(members[start : start + NUMERICS.settings_at_once])
            varied = {name: column[part] for name, column in sample.values.items()}
            drawn = question(
                asked.agreement, asked.scenario, state, asked.size, varied=varied,
                delta=sample.deltas[part], rounds=sample.rounds[part],
            )  # fmt: skip
            yield drawn, drawn
            done += len(part)
            report(done, len(sample.states))


def _moved_draws(
    moving: MovingQuestion, sample: _Sample | None, report: Progress
) -> Iterator[tuple[Question, MovingQuestion]]:
    """Yield the question in a world that moves, draw by draw."""
    asked = moving.asked
    if sample is None:
        return
    for k, state in enumerate(counted(sample.states, report)):
        world = asked.scenario.with_parameters({name: float(v[k]) for name, v in sample.values.items()})
        rounds = sample.rounds[k : k + 1]
        drawn = moving_question(asked.agreement, world, state, moving.components, asked.size, rounds)
        yield drawn.asked, drawn
