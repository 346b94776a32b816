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
from functools import cached_property
from typing import TypeVar

import numpy as np

from negotiation.base.drawing import Drawable
from negotiation.base.labelled import Table, Tabular
from negotiation.base.numeric import FloatArray
from negotiation.base.progress import Progress, counted, nobody, told
from negotiation.base.reading.names import names_given
from negotiation.base.status import Status
from negotiation.disputes import Scenario, State
from negotiation.disputes.parameter_draws import sobol_draws
from negotiation.errors import InvalidGame, InvalidNumber
from negotiation.game_theory.solutions.verdict import Verdict
from negotiation.truces.compiling.terms import check_agreement_known
from negotiation.truces.numerics import NUMERICS
from negotiation.truces.record.agreement_text import Dispute, scenario_for
from negotiation.truces.theories import Theory, theories_by_name, theory
from negotiation.truces.theories.common.certified import Certified, Judge, certified
from negotiation.truces.theories.common.day import StateOfTheDay, state_of_the_day
from negotiation.truces.theories.common.in_states import MovingQuestion, moving_question
from negotiation.truces.theories.common.legs import LegMargins
from negotiation.truces.theories.common.question import Question, question
from negotiation.truces.theories.common.rounds import rounds_a_year as _recorded_rounds
from negotiation.truces.theories.common.turning import Search, Turn
from negotiation.truces.verdicts.agreements import Agreement, truce
from negotiation.truces.verdicts.rows import ByLeg, ByLegAndTheory
from negotiation.truces.verdicts.shares_of_draws import settings_of


@dataclass(frozen=True)
class TheoryVerdict:
    """What one theory says of one leg.

    Parameters
    ----------
    leg, theory : str
        Which.
    margin : float
        Value of complying less that of the most tempting departure while everything is kept, average
        discounted, percent of GDP of the player whose it is; at least 0 exactly where the leg holds,
        infinite where nothing in it can be made harsher.
    player : str or None
        Whose departure it is.
    departure : tuple of (str, str)
        Instruments and the levels they go to, harsher ones first.
    by_class : mapping from str to float
        The least one-shot margin of the theory's strategy by class of state: kept, answering, over.
    breaking : tuple of str
        What the departure makes harsher in the leg, or elsewhere if nothing in it, as "USA tariff".
    certificates : tuple of Verdict
        What the independent check says of the strategies that the leg rests on.
    certified : bool
        Whether the checks say the same of the whole as the margins do.
    share : float or None
        Share of parameter draws in which the leg holds; `None` without draws.
    as_close : tuple of (str, str)
        Instruments and levels that would come as close in place of what the departure does with the
        instrument: margins that differ by less than what the parameters tell.
    named : mapping from str to float
        Share of the draws in which the leg breaks by a departure that makes this instrument harsher: those in
        the leg, or elsewhere where it makes none in the leg harsher.

    Examples
    --------
    >>> found = verdict("2025-05-geneva", theories=["each for itself"]).find("control", "each for itself")
    >>> found.holds, found.player, found.certified, found.certificates[0].concept
    (False, 'USA', True, 'Nash equilibrium')
    """

    leg: str
    theory: str
    margin: float
    player: str | None
    departure: tuple[tuple[str, str], ...]
    by_class: Mapping[str, float]
    breaking: tuple[str, ...]
    certificates: tuple[Verdict, ...]
    certified: bool
    share: float | None
    named: Mapping[str, float]
    as_close: tuple[tuple[str, str], ...] = ()

    @property
    def holds(self) -> bool:
        """Whether the leg holds."""
        return self.margin >= 0.0

    @property
    def words(self) -> str:
        """Whether it holds, and in what share of draws."""
        share = "" if self.share is None else f" {self.share:.2f}"
        return f"{'holds' if self.holds else 'breaks'}{share}"

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
            under = tuple(row.theory for row in rows if row.holds)
            holds = "all" if len(under) == len(rows) else "some" if under else "none"
            legs.append(IdentifiedLeg(leg, holds, under))
        return IdentifiedSet(tuple(legs))

    def table(self) -> Table:
        """Return one row for each leg and theory."""
        columns = ("leg", "theory", "holds", "margin", "closest departure", "share")
        rows = tuple((v.leg, v.theory, v.holds, v.margin, v.first, v.share) for v in self.rows)
        moved = f", {' and '.join(self.moving)} moving".replace("_", " ") if self.moving else ""
        where = f"{self.state.likely.label}{moved}, {self.size} game"
        title = f"{self.agreement}: verdict by leg and theory, {where}, % GDP"
        return Table(title, columns, rows, self.names)

    def by_theory(self) -> Table:
        """Return one row for each leg, a column for each theory: whether it holds, in what share of draws.

        Returns
        -------
        Table
            Words and numbers in one cell, for a page.
        """
        names = tuple(dict.fromkeys(v.theory for v in self.rows))
        rows = tuple((leg, *(row.words for row in own)) for leg, own in self._by_leg().items())
        shares = f", shares of {self.draws} draws" if self.draws else ""
        return Table(f"{self.agreement}: does a leg hold?{shares}", ("leg", *names), rows, self.names)

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
            "leg", "theory", "holds", "margin, % GDP", "player", "departure", "kept", "answering", "over",
            "certified", "share", "named", "as close",
        )  # fmt: skip
        rows = tuple(
            (
                v.leg, v.theory, v.holds, v.margin, v.player,
                ", ".join(f"{name} to {level}" for name, level in v.departure),
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
        If the number of draws is negative, there is no such size, or something cannot move or is not solved
        where it does.
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
    if draws < 0:
        raise InvalidGame(f"the number of draws is 0 or more; got {draws}")
    day = StateOfTheDay(state, {}) if state is not None else state_of_the_day(text, world)
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
        return _verdicts(
            {one.name: one for one in chosen}, still, still, day, _draws(still, sample, report), draws
        )


def _asked_of(names: Iterable[str] | None, moving: Sequence[str]) -> tuple[Theory, ...]:
    """Return the theories that are asked: all that are solved so where none are named."""
    # Where the world moves, a theory needs an equilibrium of the stochastic game, and not all have one.
    solved = [one.name for one in theories_by_name().values() if one.in_states is not None or not moving]
    chosen = tuple(theory(name) for name in (solved if names is None else names))
    for one in chosen:
        if one.name not in solved:
            raise InvalidGame(
                f"{one.name!r} is not solved in a world that moves; those that are: {', '.join(solved)}"
            )
    return chosen


def verdict_at(
    agreement: Agreement, scenario: Scenario, state: State, drawn: Sequence[Scenario] = ()
) -> TheoryVerdicts:
    """Return what each theory says of an agreement in a state that is held fixed, over given draws."""
    still = question(agreement, scenario, state)
    sample = None
    if drawn:
        values, deltas = settings_of(drawn)
        rounds = _rounds(scenario, len(drawn), np.random.default_rng(0))
        sample = _Sample(values, deltas, [state] * len(drawn), rounds)
    settings = _draws(still, sample, nobody)
    return _verdicts(theories_by_name(), still, still, StateOfTheDay(state, {}), settings, len(drawn))


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
    generator = np.random.default_rng(rng)
    draws = sobol_draws(scenario, count, generator)
    states = day.drawn(count, generator)
    often = _rounds(scenario, count, generator) if rounds is None else np.repeat(rounds, count)
    return _Sample(draws.values, draws.discount_factor, states, often)


def _rounds(scenario: Scenario, count: int, generator: np.random.Generator) -> FloatArray:
    """Return draws of the rounds of talks a year, uniform on the range that the record gives."""
    range_ = _recorded_rounds(scenario)
    return generator.uniform(range_.low, range_.high, count)


def _checked_rounds(rounds: object) -> float:
    if isinstance(rounds, (int, float)) and not isinstance(rounds, bool) and 0.0 <= rounds < np.inf:
        return float(rounds)
    raise InvalidNumber(f"rounds of talks a year are a number of at least 0; got {rounds!r}")


Posed = TypeVar("Posed", Question, MovingQuestion)


def _verdicts(
    judges: Mapping[str, Judge[Posed]],
    posed: Posed,
    asked: Question,
    day: StateOfTheDay,
    settings: Iterable[tuple[Question, Posed]],
    draws: int,
) -> TheoryVerdicts:
    """Return the verdicts of some theories, by leg: of `posed`, which is `asked` or moves on from there."""
    text, world = asked.agreement, asked.scenario
    central = {name: one.judge(posed) for name, one in judges.items()}
    checks = {name: certified(one, posed, central[name]) for name, one in judges.items()}
    drawn = _counted((at, name, one.judge(draw)) for at, draw in settings for name, one in judges.items())
    rows = tuple(
        _row(name, asked, central[name][leg], checks[name], drawn.get((name, leg)))
        for leg in world.legs
        for name in central
    )
    # A verdict is proven where strategies and their checks say of each leg what the margin says.
    status: Status = "complete" if all(check.agrees for check in checks.values()) else "partial"
    return TheoryVerdicts(text.id, rows, day, asked.size, draws, asked, status, text.names_in(world))


@dataclass(frozen=True)
class _Counted:
    """Over draws: in what share a leg holds, and which instruments break it."""

    share: float
    named: Mapping[str, float]


def _row(
    name: str, asked: Question, found: LegMargins, check: Certified, drawn: _Counted | None
) -> TheoryVerdict:
    player: str | None = None
    departure: tuple[tuple[str, str], ...] = ()
    breaking: tuple[str, ...] = ()
    if found.player[0] >= 0:
        player = asked.players[int(found.player[0])]
        breaking = asked.named(int(found.player[0]), int(found.action[0]), found.leg)
        departure = asked.departure(int(found.player[0]), int(found.action[0]))
    return TheoryVerdict(
        found.leg,
        name,
        float(found.margin[0]),
        player,
        departure,
        check.by_class(found.leg),
        breaking,
        check.of(found.leg),
        check.agrees,
        None if drawn is None else drawn.share,
        {} if drawn is None else drawn.named,
        _as_close(asked, found),
    )


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
    judged: Iterable[tuple[Question, str, Mapping[str, LegMargins]]],
) -> dict[tuple[str, str], _Counted]:
    """Return what each theory says of each leg over draws, from what it says at some at a time."""
    count: dict[tuple[str, str], int] = {}
    holds: dict[tuple[str, str], int] = {}
    named: dict[tuple[str, str], dict[str, int]] = {}
    for part, name, legs in judged:
        for leg, found in legs.items():
            key = (name, leg)
            count[key] = count.get(key, 0) + len(part)
            holds[key] = holds.get(key, 0) + int(found.holds.sum())
            counts = named.setdefault(key, {})
            # In each draw in which the leg breaks, every instrument that its closest departure makes harsher.
            for k in np.flatnonzero(~found.holds).tolist():
                for instrument in part.named(int(found.player[k]), int(found.action[k]), leg):
                    counts[instrument] = counts.get(instrument, 0) + 1
    return {
        key: _Counted(
            held / count[key],
            {n: c / count[key] for n, c in sorted(named[key].items(), key=lambda item: (-item[1], item[0]))},
        )
        for key, held in holds.items()
    }


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
