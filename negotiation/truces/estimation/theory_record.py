"""A theory as a model of the record: the density of each move under an agreement, at any parameters.

The game is the agreement under the theory in continuous time, played as the theory forecasts: by the logit of
the values of its certified strategies. A move is one step to any lawful level. Levels are observed, and the
phase is filtered. Moves of instruments outside the game are no observations, and their levels stay as they
were when the agreement was signed. The record is divided into spells: from the signing of an agreement that
amends no other to that of the next one, or to the day until which the record is read.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from negotiation.base.numeric import FloatArray, IntArray
from negotiation.base.reading.names import names_given
from negotiation.base.reading.numbers import expect_day
from negotiation.disputes import Postures, Scenario, State
from negotiation.disputes.continuous.game import Pace
from negotiation.disputes.menus import Size
from negotiation.disputes.periods import DAYS_A_YEAR, TIME_PARAMETERS
from negotiation.errors import InvalidGame, UnknownParameter
from negotiation.game_theory.games import OptionRows
from negotiation.truces.estimation.numerics import NUMERICS
from negotiation.truces.estimation.priors import Prior
from negotiation.truces.estimation.seen_moves import SeenMove, SeenSpell, drawn_spell, log_densities_of_moves
from negotiation.truces.record.agreement_text import AgreementText
from negotiation.truces.record.past import Past, past_of
from negotiation.truces.record.state_trajectory import state_of_the_day
from negotiation.truces.theories.common.theory_game import GameOptions, GamesOfTheory, TheoryGame

MOVE_RATE, PRECISION, ADJUSTMENT = "pace.move_rate", "logit.precision", "pace.adjustment"

# Without a source. The precision has its range in the calibration, taken on a logarithmic scale.
PACE_PRIORS = (
    Prior(MOVE_RATE, 1.0, 104.0, "log", "assumption: from once a year to twice a week"),
    Prior(ADJUSTMENT, 0.0, 0.01, source="assumption: percent of a year's GDP a level passed"),
)


@dataclass(frozen=True, eq=False)
class TheoryRecord:
    """A theory, and the record of a dispute under its agreements, as a `RecordModel`."""

    scenario: Scenario
    theory: str
    spells: tuple[Spell, ...]
    size: Size | None = "core"
    # Names, in place of a size.
    instruments: tuple[str, ...] | None = None
    # What is estimated; the rest stays at the calibration's values. All if not given.
    parameters: tuple[str, ...] | None = None
    # Priors in place of those that follow from the calibration, by their names.
    given: tuple[Prior, ...] = ()
    # By spell, the years before each move and after the last, where they are known better than to the day.
    waits: tuple[tuple[float, ...], ...] | None = None

    @property
    def name(self) -> str:
        """The theory's name."""
        return self.theory

    @cached_property
    def priors(self) -> tuple[Prior, ...]:
        """Priors of the pace of moves, the precision, and each parameter on which payoffs depend."""
        names = sorted({name for game in self._games for _, name in game.rule.aims})
        read = {*TIME_PARAMETERS, "security_weight"} | {
            p
            for name in names
            for country in self.scenario.instruments[name].levels
            for p in self.scenario.instruments[name].parameters(country)
        }
        numbers = {n: q for n, q in self.scenario.quantities.items() if n in read and q.low < q.high}
        precision = self.scenario.quantities[PRECISION]
        steady = Prior(PRECISION, precision.low, precision.high, "log", precision.source or "assumption")
        priors = {
            p.name: p for p in (*PACE_PRIORS, steady, *(Prior.of(n, q) for n, q in sorted(numbers.items())))
        }
        for name in (*(self.parameters or ()), *(p.name for p in self.given)):
            if name not in priors:
                raise UnknownParameter(name, priors)
        priors |= {p.name: p for p in self.given}
        return tuple(p for p in priors.values() if self.parameters is None or p.name in self.parameters)

    @cached_property
    def _states(self) -> dict[str, State]:
        """State of the world on the day of each signing, by the record and the central numbers."""
        return {s.agreement.id: state_of_the_day(s.agreement, self.scenario).likely for s in self.spells}

    @cached_property
    def _games(self) -> tuple[TheoryGame, ...]:
        return tuple(self._game(spell, self.scenario, Pace(reach="any")) for spell in self.spells)

    def _game(self, spell: Spell, scenario: Scenario, pace: Pace) -> TheoryGame:
        return self._makers[spell.agreement.id].at(scenario, pace)

    @cached_property
    def _makers(self) -> dict[str, GamesOfTheory]:
        """Factories of games by agreement, with parts that no parameter changes already computed."""
        return {
            s.agreement.id: GamesOfTheory(
                s.agreement,
                self.theory,
                self.scenario,
                GameOptions(self.size, self.instruments, self._states[s.agreement.id]),
            )
            for s in self.spells
        }

    @cached_property
    def waits_and_choices(self) -> tuple[tuple[tuple[float, ...], tuple[int, ...]], ...]:
        """By spell, the years before each move and after the last, and the number of lawful moves."""
        both = []
        for states, game, waits in zip(self._standing, self._games, self._waits, strict=True):
            counts = tuple(sum(_leaving(rows, s) for rows in game.game.options) for s in states.tolist())
            both.append((waits, counts))
        return tuple(both)

    @cached_property
    def _standing(self) -> tuple[IntArray, ...]:
        """By spell, the states in the first phase at the levels at the signing, and after each move."""
        return tuple(
            np.array([game.game.state_index(game.state_of(x)) for x in _levels(spell, moves)], dtype=np.intp)
            for spell, moves, game in zip(self.spells, self._seen, self._games, strict=True)
        )

    @cached_property
    def _seen(self) -> tuple[tuple[LevelMove, ...], ...]:
        """By spell, the moves between different levels of the game."""
        return tuple(_seen(spell, game) for spell, game in zip(self.spells, self._games, strict=True))

    @cached_property
    def _waits(self) -> tuple[tuple[float, ...], ...]:
        pairs = zip(self.spells, self._seen, strict=True)
        return self.waits or tuple(tuple(_waits(spell, moves)) for spell, moves in pairs)

    @property
    def openings(self) -> tuple[tuple[TheoryGame, Postures], ...]:
        """By spell, the game at the central numbers and the levels at the signing."""
        return tuple((game, spell.opening) for game, spell in zip(self._games, self.spells, strict=True))

    @cached_property
    def seen(self) -> tuple[SeenSpell, ...]:
        """By spell, the moves that are explained."""
        seen = []
        for spell, moves, waits in zip(self.spells, self._seen, self._waits, strict=True):
            times, levels = np.cumsum(waits), _levels(spell, moves)
            seen.append(
                SeenSpell(float(times[-1]), tuple(map(self._seen_move, times.tolist(), levels, moves)))
            )
        return tuple(seen)

    def _seen_move(self, at: float, before: Postures, move: LevelMove) -> SeenMove:
        place = self.scenario.instruments[move.instrument].position
        left = before[move.country][move.instrument]
        up = place(move.country, move.level) > place(move.country, left)
        return SeenMove(at, move.country, move.instrument, move.level, up)

    @cached_property
    def observations(self) -> tuple[str, ...]:
        """Each move, and the quiet time at the end of each spell."""
        names: list[str] = []
        for spell, moves in zip(self.spells, self._seen, strict=True):
            names += [f"{m.day} {m.country} {m.instrument} {m.level}" for m in moves]
            names.append(f"{spell.ends} quiet since")
        return tuple(names)

    def log_densities(self, parameters: FloatArray) -> FloatArray:
        """Return the log density of each observation, given all before it.

        Shapes: `parameters` (P, d), for P particles and d priors; returns (P, T), for T observations.
        """
        _keep_freed_memory()
        return np.stack([self._densities(row) for row in parameters])

    def drawn(self, row: FloatArray, rng: np.random.Generator) -> tuple[SeenSpell, ...]:
        """Return moves drawn from the theory's play, in spells that begin and last as in the record.

        `row`, shape (d,), has the parameters in the order of `priors`.
        """
        return tuple(
            drawn_spell(game, spell.opening, seen.years, rng)
            for spell, seen, game in zip(self.spells, self.seen, self.games_at(row), strict=True)
        )

    def of(self, seen: Sequence[SeenSpell]) -> TheoryRecord:
        """Return the theory as a model of other moves under the same agreements."""
        spells, waits = [], []
        for spell, observed in zip(self.spells, seen, strict=True):
            moves = tuple(
                LevelMove(spell.begins + timedelta(days=_whole_days(m.at)), f"drawn {k}", *m[1:4])
                for k, m in enumerate(observed.moves)
            )
            spells.append(replace(spell, moves=moves))
            waits.append(tuple(np.diff([0.0, *(m.at for m in observed.moves), observed.years]).tolist()))
        return replace(self, spells=tuple(spells), waits=tuple(waits))

    def games_at(self, row: FloatArray) -> tuple[TheoryGame, ...]:
        """Return the game of each spell at some parameters.

        `row`, shape (d,), has the parameters in the order of `priors`.
        """
        values = dict(zip((prior.name for prior in self.priors), row.tolist(), strict=True))
        rate, adjustment = values.pop(MOVE_RATE, None), values.pop(ADJUSTMENT, 0.0)
        world = self.scenario.with_parameters(values)
        return tuple(self.game_of(spell, world, rate, adjustment) for spell in self.spells)

    def game_of(
        self, spell: Spell, world: Scenario, rate: float | None = None, adjustment: float = 0.0
    ) -> TheoryGame:
        """Return the game of a spell in a scenario, in which any level is one step away."""
        return self._game(spell, world, Pace(world.parameters[PRECISION], rate, adjustment, reach="any"))

    @cached_property
    def signed_levels(self) -> tuple[Postures, ...]:
        """By spell, the levels in force at the end of the day of signing."""
        levels = []
        for spell in self.spells:
            now = spell.opening
            for move in spell.moves:
                if move.day == spell.begins:
                    now = now.after(move.country, {move.instrument: move.level})
            levels.append(now)
        return tuple(levels)

    def _densities(self, row: FloatArray) -> FloatArray:
        parts = []
        for standing, waits, game in zip(self._standing, self._waits, self.games_at(row), strict=True):
            count = len(game.phases)
            # Phases stand one after another, each with all levels: the place of the same levels in each.
            places = standing[:, None] + np.arange(count) * (game.game.n_states // count)
            choices = game.response.choice_probabilities
            parts.append(log_densities_of_moves(game.game, choices, list(places), waits))
        return np.concatenate(parts)


def theory_record(
    scenario: Scenario,
    theory: str,
    *,
    until: date | str,
    since: date | str | None = None,
    size: Size | None = None,
    instruments: Sequence[str] | None = None,
    parameters: Sequence[str] | None = None,
    priors: Iterable[Prior] = (),
) -> TheoryRecord:
    """Return a theory as a model of the record."""
    spells = spells_of(scenario, expect_day(until), None if since is None else expect_day(since))
    if not spells:
        raise InvalidGame(
            f"no agreement of {scenario.name!r} was signed before `until`, {until}"
            + (f", and on or after `since`, {since}; give other days" if since else "; give a later day")
        )
    names, chosen = names_given(instruments), names_given(parameters)
    game_size = size or ("core" if names is None else None)
    return TheoryRecord(scenario, theory, spells, game_size, names, chosen, tuple(priors))


def _keep_freed_memory() -> None:
    """Let the C library keep memory freed by a game's arrays for the arrays of the next row.

    If memory is returned to the system, every page must be requested again, which takes a quarter of the time
    of the larger games. After a large block was freed, glibc keeps that much (`mallopt`, dynamic threshold);
    other libraries are not affected. The block is never touched, so it takes no memory.
    """
    np.empty(NUMERICS.kept_block, dtype=np.uint8)


def _seen(spell: Spell, theory_game: TheoryGame) -> tuple[LevelMove, ...]:
    seen, now = [], spell.opening
    for move in spell.moves:
        after = now.after(move.country, {move.instrument: move.level})
        if theory_game.state_of(now) != theory_game.state_of(after):
            seen.append(move)
        now = after
    return tuple(seen)


def _levels(spell: Spell, moves: Sequence[LevelMove]) -> list[Postures]:
    now = [spell.opening]
    for move in moves:
        now.append(now[-1].after(move.country, {move.instrument: move.level}))
    return now


def _whole_days(years: float) -> int:
    return int(round(years * DAYS_A_YEAR, 6))  # a whole day, converted to years, may come out just below it


def _leaving(rows: OptionRows, state: int) -> int:
    return int((rows.targets[rows.row(state)] != state).sum())


def _waits(spell: Spell, moves: Sequence[LevelMove]) -> list[float]:
    days = [spell.begins, *(move.day for move in moves), spell.ends]
    return [(b - a).days / DAYS_A_YEAR for a, b in pairwise(days)]


class LevelMove(NamedTuple):
    """A move of the record that changed a level."""

    # Last day on which it can have been announced.
    day: date
    id: str
    # country, instrument, level: Who set what to which level.
    country: str
    instrument: str
    level: str


@dataclass(frozen=True, eq=False)
class Spell:
    """The moves under one agreement."""

    # Which; those that amend it begin no spell.
    agreement: AgreementText
    # begins, ends: From its signing up to the day before `ends`.
    begins: date
    ends: date
    # Levels in force when it was signed.
    opening: Postures
    # By day, those of one day in the order of the record.
    moves: tuple[LevelMove, ...]


def spells_of(scenario: Scenario, until: date, since: date | None = None) -> tuple[Spell, ...]:
    """Return the spells of a dispute's record before `until`, of agreements signed on or after `since`.

    Examples
    --------
    >>> from negotiation.disputes import load_scenario
    >>> found = spells_of(load_scenario("us-china-2025"), date(2025, 12, 1), since=date(2025, 1, 1))
    >>> [(spell.agreement.id, len(spell.moves)) for spell in found]
    [('2025-05-geneva', 13), ('2025-10-busan', 9)]
    """
    past = past_of(scenario, until)
    signed = [a for a in past.agreements if a.amends is None and (since is None or a.signed >= since)]
    ends = [later.signed for later in signed[1:]] + [until] * bool(signed)
    return tuple(_spell(past, a, end) for a, end in zip(signed, ends, strict=True))


def _spell(past: Past, agreement: AgreementText, ends: date) -> Spell:
    opening = past.postures(before=agreement.signed)
    return Spell(agreement, agreement.signed, ends, opening, tuple(_moves(past, opening, agreement, ends)))


def _moves(past: Past, opening: Postures, agreement: AgreementText, ends: date) -> Iterable[LevelMove]:
    now = opening
    for step in past.steps:
        move, level = step.move, step.level
        if not agreement.signed <= step.day < ends or move.status != "applied":
            continue
        if level is None or move.instrument is None or now[move.actor][move.instrument] == level:
            continue
        now = now.after(move.actor, {move.instrument: level})
        yield LevelMove(step.day, move.id, move.actor, move.instrument, level)
