"""Each dated move compared with the game: legality, payoff change, best replies, deviation gains.

Moves are in the order of the record, and the second mover sees the first: a move is compared with the levels
last announced before it, and the other side's posture is held fixed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np

from negotiation.base.labelled import Table, Tabular
from negotiation.base.numeric import FloatArray
from negotiation.disputes import Move, Postures, Scenario, State, legality
from negotiation.disputes.posture_payoffs import ManyPostureGames, Menu, posture_game
from negotiation.truces.record.timeline import LevelChange, announced_before


@dataclass(frozen=True)
class DeviationGain:
    """The mover's gain from its best level of one instrument, everything else unchanged."""

    instrument: str
    best_level: str
    gain: float


@dataclass(frozen=True)
class AnalysedMove:
    """A row of the record compared with the game."""

    # id, day, country, instrument, direction, status: From the record; `instrument` is the record's own where
    # the model has none.
    id: str
    day: date
    country: str
    instrument: str
    direction: str
    status: str
    # before, after: Levels; `None` where the row maps to no instrument or to no level.
    before: str | None
    after: str | None
    # Why the row maps to nothing, or the reason of an illegal move.
    note: str
    # Whether the rules allow it; `None` where it changes no level.
    legal: bool | None
    # Change of the mover's stage payoff, percent of GDP.
    payoff_change: float | None
    # Change of the other side's stage payoff, percent of its GDP.
    other_change: float | None
    # The mover's change in USD bn a period.
    usd_bn: float | None
    # The instrument's level that is the mover's static best reply, all else as it was.
    best_level: str | None
    # The mover's static best reply over all its instruments.
    best_reply: str | None
    gains: tuple[DeviationGain, ...]

    @property
    def is_best(self) -> bool | None:
        """Whether the new level is the static best reply in its instrument; `None` without a level."""
        return None if self.after is None else self.after == self.best_level


@dataclass(frozen=True)
class AnalysedMoves(Tabular):
    """The moves of a window, in the order of announcement."""

    moves: tuple[AnalysedMove, ...]
    # Print names of the identifiers.
    names: Mapping[str, str] = field(default_factory=dict, compare=False, repr=False)

    def table(self) -> Table:
        """Return one row for each move."""
        columns = (
            "id", "announced", "country", "instrument", "direction", "status", "from", "to", "legal",
            "mover's change, % GDP", "USD bn a period", "other's change, % GDP", "static best level",
            "plays it", "note",
        )  # fmt: skip
        rows = tuple(
            (
                m.id, str(m.day), m.country, m.instrument, m.direction, m.status, m.before, m.after, m.legal,
                m.payoff_change, m.usd_bn, m.other_change, m.best_level, m.is_best, m.note,
            )
            for m in self.moves
        )  # fmt: skip
        return Table("moves", columns, rows, self.names)

    def gains_table(self) -> Table:
        """Return one row for each move and instrument: the mover's static deviation gain."""
        rows = tuple(
            (m.id, str(m.day), m.country, gain.instrument, gain.best_level, gain.gain)
            for m in self.moves
            for gain in m.gains
        )
        columns = ("id", "announced", "country", "instrument", "best level", "deviation gain, % GDP")
        return Table("static deviation gains by instrument", columns, rows, self.names)


def analyse_moves(
    scenario: Scenario, changes: Sequence[LevelChange], start: date, end: date, state: State
) -> AnalysedMoves:
    """Return the moves announced from one day to another, both included, each compared with the game."""
    # One for all moves: what each level comes to is found once.
    games = ManyPostureGames(scenario, {}, state)
    moves = tuple(
        analyse_move(scenario, row, announced_before(scenario, changes, k), games)
        for k, row in enumerate(changes)
        if start <= row.day <= end
    )
    recorded = {move.instrument: move.instrument.replace("_", " ") for move in moves}
    return AnalysedMoves(moves, {**recorded, **scenario.names})


def analyse_move(
    scenario: Scenario, row: LevelChange, before: Postures, games: ManyPostureGames
) -> AnalysedMove:
    """Return one row of the record compared with the game."""
    move, name = row.move, row.move.instrument
    if name is None or row.level is None:
        note = move.reason or move.mapping_note
        return _without_level(row, name or move.record_instrument, note)
    # The other side stays where it was announced to be: the second mover sees the first.
    now = before[move.actor][name]
    after = before.after(move.actor, {name: row.level})
    verdict = None
    if row.level != now:
        changed = Move(move.actor, {name: row.level}, row.day, row.in_force)
        verdict = legality(scenario, before, changed, games.state)
    changes = _paid(games, after) - _paid(games, before)
    change = dict(zip(scenario.countries, changes.tolist(), strict=True))
    own, other = change[move.actor], change[scenario.other(move.actor)]
    gains = deviation_gains(scenario, before, move.actor, games)
    return AnalysedMove(
        move.id, row.day, move.actor, name, move.direction, move.status, now, row.level,
        verdict.reason if verdict else "level unchanged",
        verdict.legal if verdict else None,
        own, other, scenario.usd_bn(move.actor, own),
        next(gain.best_level for gain in gains if gain.instrument == name),
        best_reply(scenario, before, move.actor, games.state),
        gains,
    )  # fmt: skip


def _without_level(row: LevelChange, name: str, note: str) -> AnalysedMove:
    m = row.move
    nothing = (None, None, note, None, None, None, None, None, None, ())
    return AnalysedMove(m.id, row.day, m.actor, name, m.direction, m.status, *nothing)


def payoff_of(scenario: Scenario, postures: Postures, country: str, state: State) -> float:
    """Return a country's stage payoff at given postures, in percent of GDP relative to everything calm."""
    return float(_paid(ManyPostureGames(scenario, {}, state), postures)[scenario.countries.index(country)])


def _paid(games: ManyPostureGames, postures: Postures) -> FloatArray:
    nothing: dict[str, Menu] = {code: {} for code in games.setup.countries}
    return games.payoffs(nothing, postures).ravel()


def best_reply(scenario: Scenario, postures: Postures, country: str, state: State) -> str:
    """Return a country's static best reply over all its instruments, as a posture label."""
    held = scenario.held(country)
    menu = {name: tuple(level.label for level in scenario.levels(country, name, state)) for name in held}
    stage = posture_game(scenario, {country: menu, scenario.other(country): {}}, postures, state)
    i = stage.player_index(country)
    return stage.actions[i][int(np.argmax(stage.payoffs[..., i].ravel()))]


def deviation_gains(
    scenario: Scenario, postures: Postures, country: str, games: ManyPostureGames
) -> tuple[DeviationGain, ...]:
    """Return a country's best level and gain in each single instrument; the gain is 0 at the best level."""
    i = scenario.countries.index(country)
    nothing: dict[str, Menu] = {code: {} for code in scenario.countries}
    now = _paid(games, postures)[i].item()
    gains: list[DeviationGain] = []
    for name in scenario.held(country):
        labels = tuple(level.label for level in scenario.levels(country, name, games.state))
        own = games.payoffs({**nothing, country: {name: labels}}, postures)[0, ..., i].ravel()
        # Where the law forbids the level in force every lawful one may be worse: then nothing is gained.
        gains.append(DeviationGain(name, labels[int(own.argmax())], max(0.0, float(own.max()) - now)))
    return tuple(gains)
