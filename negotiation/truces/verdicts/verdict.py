"""Verdicts of every theory of what a text leaves out, at the central values and over draws.

All theories judge the same game: the largest affordable size of the dispute, the levels that the agreement
prescribes and, outside its text, the levels in force on the day of signing, in the state of that day.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TypeVar, cast, get_args

import numpy as np

from negotiation.base.numeric import BoolArray, FloatArray, IntArray
from negotiation.base.progress import Progress, counted, told
from negotiation.base.reading.names import names_given
from negotiation.base.reading.numbers import expect_generator, expect_number
from negotiation.base.status import Status
from negotiation.disputes import Scenario, State
from negotiation.disputes.parameter_draws import expect_draws, sobol_draws
from negotiation.errors import IllegalMove, InvalidGame, InvalidNumber, InvalidOptions, UnknownName
from negotiation.game_theory.checks.verify import verify
from negotiation.truces.compiling.term_path import TermPath
from negotiation.truces.compiling.terms import check_agreement_known
from negotiation.truces.numerics import NUMERICS
from negotiation.truces.record.agreement_text import Dispute, read_agreement, scenario_for
from negotiation.truces.record.renewals import rounds_a_year as _recorded_rounds
from negotiation.truces.record.state_trajectory import StateOfTheDay, state_of_the_day
from negotiation.truces.theories import Theory, theories_by_name, theory
from negotiation.truces.theories.common.certified import Certified, Judge, certified
from negotiation.truces.theories.common.dated import (
    DatedBatch,
    DatedMargins,
    dated_batch,
    dated_legs,
    path_by_date,
)
from negotiation.truces.theories.common.game_batch import GameBatch, game_batch
from negotiation.truces.theories.common.in_states import MovingBatch, moving_batch
from negotiation.truces.theories.common.legs import LegMargins, legs_of
from negotiation.truces.verdicts.agreements import Agreement
from negotiation.truces.verdicts.drawn import Counted, Drawn
from negotiation.truces.verdicts.theory_verdicts import TEXT_ALONE, TheoryVerdict, TheoryVerdicts
from negotiation.truces.verdicts.under_noise import (
    REMEDIES,
    RemedyName,
    text_legs,
    without_noise,
)


def verdict(
    agreement: str | Agreement,
    scenario: Dispute | None = None,
    *,
    theories: Iterable[str] | None = None,
    draws: int = 0,
    state: State | None = None,
    size: str | None = None,
    remedy: RemedyName = "for ever",
    noise: bool = False,
    counted: Counted = "left out",
    rounds_a_year: float | None = None,
    moving: Iterable[str] = (),
    as_it_came: bool = False,
    as_of: date | str | None = None,
    rng: int | np.random.Generator = 0,
    progress: Progress | None = None,
) -> TheoryVerdicts:
    """Return whether each leg of an agreement holds, under each theory of what the text leaves out.

    A verdict depends on what is assumed to follow a breach of the text. By default each theory says what
    follows (under *moment*, an answer for ever), and nothing slips or is misread. Other remedies and noise
    apply only to the theory *moment*, which judges the text alone. With the text's own remedy, its term is
    counted and an answer ends when the text says so. Different readings of the text are ignored.

    Parameters
    ----------
    agreement : str or Agreement
        The agreement, its name, or the path of its file.
    scenario : Scenario, str or Path, optional
        The scenario, with its payoffs, patience and laws, or its name or folder; by default the agreement's
        own dispute.
    theories : iterable of str, optional
        Names of theories; by default all that can be solved with the other options.
    draws : int, default 0
        Number of parameter draws behind the shares (scrambled Sobol, from the ranges). With 0, only the
        central values are judged.
    state : State, optional
        State of the world. By default the state on the day of signing: the likeliest step of each component
        at the central values, and a random step of each component in each draw.
    size : str, optional
        A size of the dispute, which selects the instruments in the game; by default the largest affordable
        one, up to "full", all instruments. If the text states the levels before its signing, the default is
        the instruments that it states.
    remedy : {"for ever", "for the term", "as written"}, default "for ever"
        What follows a breach of the text. "for ever" is the answer of each theory. "for the term" is a grim
        trigger on everything that the text binds, with the text's clock counted. "as written" is the text's
        own answer, with its linkage and length, and also counts the clock. The last two are judged in the
        game of the instruments that the text binds, each at its level or harsher.
    noise : bool, default False
        Whether agencies slip and clauses are misread. Noise is judged in that smaller game too.
    counted : {"left out", "as broken"}, default "left out"
        How to count a draw in which keeping the text is not individually rational: it is worth less to a side
        than the worst payoff to which the other side can hold that side.
    rounds_a_year : float, optional
        Rounds of renegotiation per year, for the theory that uses them. By default the frequency in the
        dispute's record, drawn from its range in each parameter draw.
    moving : iterable of str, optional
        Components of the state that move after the day, as both sides foresee: "stocks", "curb_dependence",
        "control_dependence" or "belief". With "belief" both sides learn: the harm of a curb is at one end of
        its range, its mean is what both expect, and it becomes known once a curb is felt. By default the
        state is assumed to last. With moving components, a smaller game is used, and only theories that can
        be solved in it are applied.
    as_it_came : bool, default False
        Whether the dated path includes measures that were eased during the term, according to the record.
        This is hindsight. By default the path is as foreseen on the day.
    as_of : date or str, optional
        Day as of which the dispute is known. By default the day of the `Scenario`; for a dispute given by
        name or folder, the end of the agreement's window or the last day to which sources were read,
        whichever is earlier.
    rng : int or numpy.random.Generator, default 0
        Seed or generator of the draws.
    progress : callable, optional
        Called with the number of draws done and the number of all draws. By default progress is logged.

    Returns
    -------
    TheoryVerdicts
        One verdict for each leg and theory. See `.table()`, `.find(leg, theory)` and `.identified_set()`.

    Raises
    ------
    UnknownTheory
        If a name is not among the theories.
    InvalidGame
        If `draws` is not a whole number of at least 0, the size is not known, `scenario` is not a Scenario, a
        name or a folder, or the dispute has more than two countries; if a component in `moving` cannot move,
        or a theory in `theories` is not solved in a changing world; if `moving` is combined with
        `as_it_came`; or if, with noise or another remedy, the text prescribes no level that others can check.
    InvalidOptions
        If a remedy other than "for ever", or noise, is requested for a theory other than *moment*, or
        together with `moving`, `size`, `rounds_a_year` or `as_it_came`; if `state` is not a State; or if
        `theories` or `moving` is neither a text nor an iterable of texts.
    UnknownName
        If `remedy` or `counted` is not one of the values above.
    UnknownTruce, UnknownScenario
        If there is no such agreement or scenario.
    InvalidFile
        If a file or folder of the agreement or the dispute is missing or has a fault.
    InvalidDate
        If `as_of` is not a day, is later than the day up to which sources were read, or is before the
        signing.
    InvalidNumber
        If `rounds_a_year` is not a finite number of at least 0, or `rng` is not a seed or a generator.
    IllegalMove
        If, with noise or another remedy, the law forbids a level that a clause prescribes.
    UnknownCountry, UnknownInstrument, UnknownLevel
        If a clause or reading names a country, an instrument or a level that the scenario does not have.
    SizeLimit
        If `draws` is above 262,144, or the game of this size is too large.

    Examples
    --------
    >>> result = verdict("2025-05-geneva", theories=["moment", "custom in kind"])
    >>> result.find("tariff", "moment").holds, result.identified_set()["control"].holds
    (True, 'none')
    >>> result = verdict("2025-05-geneva", theories=["each for itself"], moving=["stocks", "belief"])
    >>> result.size, [(row.leg, row.holds) for row in result]
    ('core', [('tariff', True), ('control', False), ('other', True)])
    >>> result = verdict("2025-10-busan", remedy="as written", noise=True)
    >>> round(result.find("tariff", "moment").margin, 6)
    0.000987
    >>> result.supposes
    'a breach is answered for 3 periods of 14 days, all or nothing, with slips and misreading'
    """
    world = scenario_for(agreement, scenario, as_of, to_judge=True)
    text = read_agreement(agreement, Agreement, world)
    check_agreement_known(text, world)
    UnknownName.unless_in(remedy, REMEDIES, "remedy")
    UnknownName.unless_in(counted, get_args(Counted), "way to count")
    components = names_given(moving) or ()
    if noise or remedy != "for ever":
        beside = {
            "moving": components,
            "size": size,
            "rounds_a_year": rounds_a_year,
            "as_it_came": as_it_came,
        }
        _expect_text_alone(theories, beside)
    chosen = _asked_of(theories, components)
    if as_it_came and components:
        raise InvalidGame("a moving state cannot be followed by date; leave out `as_it_came` or `moving`")
    draws = expect_draws(draws, least=0)
    day = state_of_the_day(text, world, state)
    rounds = None if rounds_a_year is None else np.array([_checked_rounds(rounds_a_year)])
    sample = sampled(world, day, draws, rng, rounds) if draws else None
    with told(f"verdict on {text.id}", progress) as report:
        if noise or remedy != "for ever":
            verdicts = _of_the_text(text, day, game_batch(text, world, day.likely), remedy, noise)
            if sample is not None:
                verdicts = verdicts.over(_drawn_text(text, world, sample, remedy, noise, report))
        elif components:
            moving_world = {judge.name: judge.in_states for judge in chosen if judge.in_states is not None}
            moved = moving_batch(text, world, day.likely, components, size, rounds)
            settings = _moved_draws(moved, sample, report)
            verdicts = _verdicts(moving_world, moved, moved.batch, day, settings, draws)
            verdicts = replace(verdicts, moving=components)
        else:
            still = game_batch(text, world, day.likely, size, rounds=rounds)
            by_date = path_by_date(text, world, as_it_came=as_it_came)
            judges = {judge.name: judge for judge in chosen}
            verdicts = _verdicts(
                judges, still, still, day, drawn_batches(still, sample, report), draws, by_date
            )
    return verdicts.counting(counted)


def _asked_of(names: Iterable[str] | None, moving: Sequence[str]) -> tuple[Theory, ...]:
    """Return the named theories; without names, all that can be solved."""
    # Where the world moves, a theory needs an equilibrium of the stochastic game, and not all have one.
    solved = [
        judge.name for judge in theories_by_name().values() if judge.in_states is not None or not moving
    ]
    given = names_given(names)
    chosen = tuple(theory(name) for name in (solved if given is None else given))
    for judge in chosen:
        if judge.name not in solved:
            raise InvalidGame(
                f"the theory {judge.name!r} cannot be solved if components of the state move (`moving`); "
                f"allowed: {', '.join(map(repr, solved))}"
            )
    return chosen


def _expect_text_alone(theories: Iterable[str] | None, beside: Mapping[str, object]) -> None:
    """Refuse options that cannot be used with the text's own remedy or with noise."""
    wrong = [name for name in names_given(theories) or () if name != TEXT_ALONE]
    wrong += [f"`{name}`" for name, value in beside.items() if value]
    if wrong:
        raise InvalidOptions(
            "remedies other than 'for ever' and noise apply only to the text alone, the theory "
            f"{TEXT_ALONE!r}; got {', '.join(wrong)} as well. Leave this out, or use remedy='for ever' and "
            "noise=False"
        )


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
    number = expect_number("`rounds_a_year`", rounds)
    if 0.0 <= number < np.inf:
        return number
    raise InvalidNumber(f"`rounds_a_year` must be a finite number of at least 0; got {rounds!r}")


Posed = TypeVar("Posed", GameBatch, MovingBatch)


@dataclass(frozen=True, eq=False)
class Judged:
    """The margins of a leg where its levels last, and by date."""

    lasting: LegMargins
    dated: DatedMargins

    @property
    def held(self) -> BoolArray:
        """Whether the leg holds up to the last period of its path and keeping is rational, shape (D,)."""
        held: BoolArray = (self.dated.margin >= 0.0) & self.lasting.rational
        return held


def judged_by(judge: Judge[Posed], posed: Posed, dated: DatedBatch | None) -> dict[str, Judged]:
    """Return the margins of each leg, by date too if there is a path with dates."""
    if dated is None:
        return {
            leg: Judged(margins, DatedMargins(margin=margins.margin, last=margins.margin, day=None))
            for leg, margins in judge.judge(posed).items()
        }
    # A path is given only if the world does not move; then the judge is a theory that gets a batch of games.
    theory, batch = cast("tuple[Theory, GameBatch]", (judge, posed))
    departures = theory.departures(batch)
    by_date = dated_legs(theory, dated, departures)
    return {leg: Judged(margins, by_date[leg]) for leg, margins in legs_of(batch, departures).items()}


def _judged_by_all(
    judges: Mapping[str, Judge[Posed]], batch: GameBatch, posed: Posed, dates: TermPath | None
) -> dict[str, dict[str, Judged]]:
    # One batch per stretch for all theories, so that its games are made once.
    dated = None if dates is None else dated_batch(batch, dates)
    return {name: judged_by(judge, posed, dated) for name, judge in judges.items()}


def _verdicts(
    judges: Mapping[str, Judge[Posed]],
    posed: Posed,
    batch: GameBatch,
    day: StateOfTheDay,
    settings: Iterable[tuple[IntArray, GameBatch, Posed]],
    draws: int,
    dates: TermPath | None = None,
) -> TheoryVerdicts:
    """Return the verdicts of some theories by leg, on `posed`: `batch`, or the moving world around it."""
    text, world = batch.agreement, batch.scenario
    central = _judged_by_all(judges, batch, posed, dates)
    checks = {
        name: certified(judge, posed, {leg: judged.lasting for leg, judged in central[name].items()})
        for name, judge in judges.items()
    }
    each = ((members, at, _judged_by_all(judges, at, draw, dates)) for members, at, draw in settings)
    rows = tuple(
        _row(name, batch, central[name][leg], checks[name]) for leg in world.legs for name in central
    )
    # A verdict is proven if the checks of the strategies agree with the margin of each leg.
    status: Status = "complete" if all(check.agrees for check in checks.values()) else "partial"
    verdicts = TheoryVerdicts(text.id, rows, day, batch.size, 0, batch, status, text.names_in(world))
    return verdicts.over(_drawn(each, world.legs, tuple(central), draws)) if draws else verdicts


def _row(name: str, batch: GameBatch, judged: Judged, check: Certified) -> TheoryVerdict:
    leg, player, money = judged.lasting, None, np.nan
    departure: tuple[tuple[str, str], ...] = ()
    breaking: tuple[str, ...] = ()
    as_close: tuple[tuple[str, str], ...] = ()
    i, action = int(leg.player[0]), int(leg.action[0])
    if i >= 0:
        player, breaking = batch.players[i], batch.named(i, action, leg.leg)
        money = float(batch.money[0, i])
        moves = batch.departure(i, action)
        departure = tuple(sorted(moves, key=lambda move: f"{player} {move[0]}" not in breaking))
        as_close = batch.as_close(i, action, leg.as_close)
    return TheoryVerdict(
        leg.leg, name, float(leg.margin[0]), player, departure, float(leg.gain[0]),
        float(leg.loss[0]), bool(leg.by_path[0]), bool(leg.rational[0]), float(leg.any_harsher[0]),
        float(leg.any_change[0]), float(judged.dated.margin[0]), float(judged.dated.last[0]),
        judged.dated.day, check.by_class(leg.leg), breaking, check.of(leg.leg), check.agrees,
        None, as_close, money,
    )  # fmt: skip


def _drawn(
    judged: Iterable[tuple[IntArray, GameBatch, Mapping[str, Mapping[str, Judged]]]],
    legs: tuple[str, ...],
    theories: tuple[str, ...],
    draws: int,
) -> Drawn:
    """Return each theory's verdict on each leg in all draws, collected from batches of draws."""
    shape = len(legs), len(theories), draws
    margin, any_harsher, any_change, dated_margin, last = margins = [np.empty(shape) for _ in range(5)]
    rational, breaking = np.empty(shape, dtype=np.bool_), np.empty(shape, dtype=np.object_)
    breaking.fill(())
    for members, batch, by_theory in judged:
        for t, name in enumerate(theories):
            for k, leg in enumerate(legs):
                undated, dated = by_theory[name][leg].lasting, by_theory[name][leg].dated
                columns = undated.margin, undated.any_harsher, undated.any_change, dated.margin, dated.last
                for own, column in zip(margins, columns, strict=True):
                    own[k, t, members] = column
                rational[k, t, members] = undated.rational
                # In each draw in which the leg breaks, what its closest departure makes harsher there.
                for at in np.flatnonzero(~undated.holds & undated.rational).tolist():
                    names = batch.named(int(undated.player[at]), int(undated.action[at]), leg)
                    breaking[k, t, members[at]] = names
    return Drawn(margin, any_harsher, any_change, dated_margin, last, rational, breaking)


def drawn_batches(
    batch: GameBatch, sample: Sample | None, report: Progress, at_once: int = NUMERICS.settings_at_once
) -> Iterator[tuple[IntArray, GameBatch, GameBatch]]:
    """Yield the positions of some draws of one state and, twice, the batch of games at these draws."""
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
            drawn = game_batch(
                batch.agreement, batch.scenario, state, batch.size, varied=varied,
                delta=sample.deltas[part], rounds=sample.rounds[part],
            )  # fmt: skip
            yield part, drawn, drawn
            done += len(part)
            report(done, len(sample.states))


def _moved_draws(
    moving: MovingBatch, sample: Sample | None, report: Progress
) -> Iterator[tuple[IntArray, GameBatch, MovingBatch]]:
    """Yield the position of each draw, and its games in a world that moves."""
    batch = moving.batch
    if sample is None:
        return
    for k, state in enumerate(counted(sample.states, report)):
        world = batch.scenario.with_parameters({name: float(v[k]) for name, v in sample.values.items()})
        rounds = sample.rounds[k : k + 1]
        drawn = moving_batch(batch.agreement, world, state, moving.components, batch.size, rounds)
        yield np.array([k]), drawn.batch, drawn


def _of_the_text(
    text: Agreement, day: StateOfTheDay, batch: GameBatch, remedy: RemedyName, noise: bool
) -> TheoryVerdicts:
    """Return the verdicts on the text alone with a remedy, at the central values."""
    world = batch.scenario
    compiled, legs = text_legs(text, world if noise else without_noise(world), day.likely, remedy)
    check = verify(compiled.game, compiled.automaton)
    agrees = check.holds == all(leg.text_holds for leg in legs)
    rows = []
    for leg in legs:
        closest = leg.departure
        player, changes = (None, ()) if closest is None else (closest.player, closest.changes)
        now, gain = (0.0, 0.0) if closest is None else (closest.at_once, closest.gain)
        row = TheoryVerdict(
            leg.leg, TEXT_ALONE, leg.margin, player, changes, now, now - gain,
            leg.text_holds and not leg.holds, True, leg.margin, leg.margin, leg.margin, leg.margin, None,
            {where: departure.margin for where, departure in leg.by_class.items()},
            tuple(f"{player} {name}" for name, _ in changes), (check,), agrees, None, (),
            np.nan if player is None else float(batch.money[0, batch.players.index(player)]),
        )  # fmt: skip
        rows.append(row)
    status: Status = "complete" if agrees else "partial"
    return TheoryVerdicts(
        text.id, tuple(rows), day, batch.size, 0, batch, status, text.names_in(world),
        supposes=REMEDIES[remedy].words(text, world, noise=noise),
    )  # fmt: skip


def _drawn_text(
    text: Agreement, world: Scenario, sample: Sample, remedy: RemedyName, noise: bool, report: Progress
) -> Drawn:
    """Return the verdicts on the text alone with a remedy, by leg and draw."""
    shape = len(world.legs), 1, len(sample.states)
    margin, breaking = np.full(shape, -np.inf), np.empty(shape, dtype=np.object_)
    breaking.fill(())
    for k, state in enumerate(counted(sample.states, report)):
        at = world.with_parameters({name: float(v[k]) for name, v in sample.values.items()})
        try:
            _, legs = text_legs(text, at if noise else without_noise(at), state, remedy)
        except IllegalMove:
            continue  # no side can hold a level that the law of this draw forbids
        for j, leg in enumerate(legs):
            margin[j, 0, k] = leg.margin
            if not leg.holds and leg.departure is not None:
                names = (f"{leg.departure.player} {name}" for name, _ in leg.departure.changes)
                breaking[j, 0, k] = tuple(names)
    rational = np.ones(shape, dtype=np.bool_)
    return Drawn(margin, margin, margin, margin, margin, rational, breaking)
