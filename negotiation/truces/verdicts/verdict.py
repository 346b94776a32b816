"""The question put to every theory of what a text leaves out, at the central values and over draws.

Each theory is asked the same: the levels that the agreement prescribes and, outside its text, those in force
on the day of signing; the state of that day; every instrument of both sides.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar, cast

import numpy as np

from negotiation.base.numeric import BoolArray, FloatArray
from negotiation.base.progress import Progress, counted, told
from negotiation.base.reading.names import names_given
from negotiation.base.reading.numbers import expect_generator, expect_number
from negotiation.base.status import Status
from negotiation.disputes import Scenario, State
from negotiation.disputes.parameter_draws import expect_draws, sobol_draws
from negotiation.errors import InvalidGame, InvalidNumber
from negotiation.truces.compiling.term_path import TermPath
from negotiation.truces.compiling.terms import check_agreement_known
from negotiation.truces.numerics import NUMERICS
from negotiation.truces.record.agreement_text import Dispute, read_agreement, scenario_for
from negotiation.truces.record.renewals import rounds_a_year as _recorded_rounds
from negotiation.truces.record.state_trajectory import StateOfTheDay, state_of_the_day
from negotiation.truces.theories import Theory, theories_by_name, theory
from negotiation.truces.theories.common.certified import Certified, Judge, certified
from negotiation.truces.theories.common.dated import (
    DatedMargins,
    DatedQuestion,
    dated_legs,
    dated_question,
    path_by_date,
)
from negotiation.truces.theories.common.in_states import MovingQuestion, moving_question
from negotiation.truces.theories.common.legs import LegMargins, legs_of
from negotiation.truces.theories.common.question import Question, question
from negotiation.truces.verdicts.agreements import Agreement
from negotiation.truces.verdicts.counts import Drawn
from negotiation.truces.verdicts.theory_verdicts import TheoryVerdict, TheoryVerdicts


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
    text = read_agreement(agreement, Agreement, world)
    check_agreement_known(text, world)
    components = names_given(moving) or ()
    chosen = _asked_of(theories, components)
    if as_it_came and components:
        raise InvalidGame("a world that moves is not followed by date: leave out `as_it_came` or `moving`")
    draws = expect_draws(draws, least=0)
    day = state_of_the_day(text, world, state)
    rounds = None if rounds_a_year is None else np.array([_checked_rounds(rounds_a_year)])
    sample = sampled(world, day, draws, rng, rounds) if draws else None
    with told(f"verdict on {text.id}", progress) as report:
        if components:
            moving_world = {one.name: one.in_states for one in chosen if one.in_states is not None}
            moved = moving_question(text, world, day.likely, components, size, rounds)
            found = _verdicts(
                moving_world, moved, moved.asked, day, _moved_draws(moved, sample, report), draws
            )
            return replace(found, moving=components)
        still = question(text, world, day.likely, size, rounds=rounds)
        settings = drawn_questions(still, sample, report)
        by_date = path_by_date(text, world, as_it_came=as_it_came)
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
class Sample:
    """Draws: parameters, discount factors, states, and rounds of talks a year."""

    # By parameter, shape (count,), as are the discount factors and the rounds.
    values: Mapping[str, FloatArray]
    deltas: FloatArray
    states: Sequence[State]
    rounds: FloatArray


def sampled(
    scenario: Scenario,
    day: StateOfTheDay,
    count: int,
    rng: int | np.random.Generator,
    rounds: FloatArray | None,
) -> Sample:
    """Return draws of parameters, states and rounds."""
    # One generator in this order: the same seed gives the same parameters, states and rounds to the bit.
    generator = expect_generator(rng)
    draws = sobol_draws(scenario, count, generator)
    states = day.drawn(count, generator)
    # Rounds of talks a year are uniform on the range that the record gives.
    ends = _recorded_rounds(scenario)
    often = generator.uniform(ends.low, ends.high, count) if rounds is None else np.repeat(rounds, count)
    return Sample(draws.values, draws.discount_factor, states, often)


def _checked_rounds(rounds: object) -> float:
    number = expect_number("rounds of talks a year", rounds)
    if 0.0 <= number < np.inf:
        return number
    raise InvalidNumber(f"rounds of talks a year are a number of at least 0; got {rounds!r}")


Posed = TypeVar("Posed", Question, MovingQuestion)


@dataclass(frozen=True, eq=False)
class Judged:
    """The margins of a leg where its levels last, and by date."""

    lasting: LegMargins
    dated: DatedMargins

    @property
    def held(self) -> BoolArray:
        """Where the leg holds up to the last period of its path, what is kept being rational, shape (D,)."""
        held: BoolArray = (self.dated.margin >= 0.0) & self.lasting.rational
        return held


def judged_by(judge: Judge[Posed], posed: Posed, dated: DatedQuestion | None) -> dict[str, Judged]:
    """Return the margins of each leg; by date too, where there is a path and the world does not move."""
    if dated is None:
        return {
            leg: Judged(found, DatedMargins(margin=found.margin, last=found.margin, day=None))
            for leg, found in judge.judge(posed).items()
        }
    # A path is given only where the world does not move: then theories are asked, and of a question.
    theory, asked = cast("tuple[Theory, Question]", (judge, posed))
    departures = theory.departures(asked)
    by_date = dated_legs(theory, dated, departures)
    return {leg: Judged(found, by_date[leg]) for leg, found in legs_of(asked, departures).items()}


def _judged_by_all(
    judges: Mapping[str, Judge[Posed]], asked: Question, posed: Posed, dates: TermPath | None
) -> dict[str, dict[str, Judged]]:
    # One question a stretch for all theories: its game is made once.
    dated = None if dates is None else dated_question(asked, dates)
    return {name: judged_by(one, posed, dated) for name, one in judges.items()}


def _verdicts(
    judges: Mapping[str, Judge[Posed]],
    posed: Posed,
    asked: Question,
    day: StateOfTheDay,
    settings: Iterable[tuple[Question, Posed]],
    draws: int,
    dates: TermPath | None = None,
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


def _row(name: str, asked: Question, judged: Judged, check: Certified, drawn: Drawn | None) -> TheoryVerdict:
    found, player = judged.lasting, None
    departure: tuple[tuple[str, str], ...] = ()
    breaking: tuple[str, ...] = ()
    as_close: tuple[tuple[str, str], ...] = ()
    i, action = int(found.player[0]), int(found.action[0])
    if i >= 0:
        player, breaking = asked.players[i], asked.named(i, action, found.leg)
        moves = asked.departure(i, action)
        departure = tuple(sorted(moves, key=lambda move: f"{player} {move[0]}" not in breaking))
        as_close = asked.as_close(i, action, found.as_close)
    return TheoryVerdict(
        found.leg, name, float(found.margin[0]), player, departure, float(found.gain[0]),
        float(found.loss[0]), bool(found.by_path[0]), bool(found.rational[0]), float(found.any_harsher[0]),
        float(found.any_change[0]), float(judged.dated.margin[0]), float(judged.dated.last[0]),
        judged.dated.day, check.by_class(found.leg), breaking, check.of(found.leg), check.agrees,
        None if drawn is None else drawn.counts, {} if drawn is None else drawn.named,
        as_close,
    )  # fmt: skip


def _counted(
    judged: Iterable[tuple[Question, Mapping[str, Mapping[str, Judged]]]],
) -> dict[tuple[str, str], Drawn]:
    """Return what each theory says of each leg over draws, from what it says at some at a time."""
    drawn: dict[tuple[str, str], Drawn] = {}
    for asked, by_theory in judged:
        for name, legs in by_theory.items():
            for leg, found in legs.items():
                drawn.setdefault((name, leg), Drawn()).add(asked, found.lasting, found.dated)
    return drawn


def drawn_questions(
    asked: Question, sample: Sample | None, report: Progress, at_once: int = NUMERICS.settings_at_once
) -> Iterator[tuple[Question, Question]]:
    """Yield the question at some draws at a time, those of one state together."""
    groups: dict[State, list[int]] = {}
    done = 0
    if sample is None:
        return
    # Games of one state share their menus of lawful levels, so that they can be solved together.
    for k, state in enumerate(sample.states):
        groups.setdefault(state, []).append(k)
    for state, members in groups.items():
        for start in range(0, len(members), at_once):
            part = np.array(members[start : start + at_once])
            varied = {name: column[part] for name, column in sample.values.items()}
            drawn = question(
                asked.agreement, asked.scenario, state, asked.size, varied=varied,
                delta=sample.deltas[part], rounds=sample.rounds[part],
            )  # fmt: skip
            yield drawn, drawn
            done += len(part)
            report(done, len(sample.states))


def _moved_draws(
    moving: MovingQuestion, sample: Sample | None, report: Progress
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
