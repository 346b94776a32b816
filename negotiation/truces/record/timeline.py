"""A dispute's record: its moves, the days that it covers, and the levels in force on each day.

The level of an instrument on a day is set by the last row that was announced and in effect by then. So a step
that was announced but suspended before its date never comes into force. Threats are rows, but set nothing. A
row dated to a month counts from the first day of it.

With past levels, the record may be followed from an earlier posture up to the day of the next one. On that
day levels are as in the next posture, whatever the earlier rows imply.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from negotiation.base.labelled import Table, Tabular
from negotiation.base.reading.models import load_csv, load_toml
from negotiation.disputes import Postures, Scenario
from negotiation.errors import InvalidDate, InvalidFile, InvalidGame
from negotiation.truces.record.moves import InitialPosture, MoveRecord
from negotiation.truces.record.until_changed import but_for_parameters, kept_until_changed

# The folder of a dispute in which its record lies.
RECORD = "record"

MOVES, POSTURE, MAP = "moves.csv", "initial_posture.toml", "map.toml"

# The posture of a day before that of the games, for games with the levels of the past.
EARLIER = "earlier_posture.toml"


def load_moves(scenario: Scenario) -> tuple[MoveRecord, ...]:
    """Return the moves of a dispute's record announced by its day, in the order of its table.

    Examples
    --------
    >>> from negotiation.disputes import load_scenario
    >>> moves = load_moves(load_scenario("us-china-2025"))
    >>> len(moves), str(moves[0].announced), str(moves[-1].announced)
    (215, '2018-03-08', '2025-11-26')
    """
    as_of = scenario.definition.as_of
    moves = _moves(record_file(scenario, MOVES), as_of)
    if not moves and as_of is not None:
        raise InvalidDate(
            f"{scenario.name!r} as of {as_of}: no row of its record had been announced; give a later `as_of`"
        )
    return moves


def initial_posture(scenario: Scenario) -> InitialPosture:
    """Return the postures in a dispute's `record/initial_posture.toml`.

    Examples
    --------
    >>> from negotiation.disputes import load_scenario
    >>> entries = initial_posture(load_scenario("us-china-2025")).entries
    >>> {entry.instrument: entry.level for entry in entries}["minerals_ban"]
    'banned'
    """
    return _posture(record_file(scenario, POSTURE))


def recorded_postures(scenario: Scenario) -> tuple[InitialPosture, ...]:
    """Return the postures from which the record is followed, by day, each up to the day of the next.

    The earlier posture counts only for a scenario with past levels, which has the levels of its time.

    Examples
    --------
    >>> from negotiation.disputes import load_scenario
    >>> scenario = load_scenario("us-china-2025")
    >>> [str(one.day) for one in recorded_postures(scenario.with_past_levels())]
    ['2018-03-01', '2025-01-20']
    """
    now = initial_posture(scenario)
    path = record_file(scenario, POSTURE).with_name(EARLIER)
    return (_posture(path), now) if scenario.looks_back and path.is_file() else (now,)


def looking_back_to(scenario: Scenario, day: date) -> Scenario:
    """Return a scenario in which the record gives the levels of a day, with past levels if necessary."""
    there = None if scenario.folder is None else scenario.folder / RECORD
    if scenario.looks_back or there is None or not (there / POSTURE).is_file():
        return scenario
    # What is agreed on a day meets the levels of the day before, so that the first day does not reach.
    reaches = initial_posture(scenario).day.earliest < day or not (there / EARLIER).is_file()
    return scenario if reaches else scenario.with_past_levels()


def has_record(scenario: Scenario) -> bool:
    """Return whether a dispute has a table of moves.

    Examples
    --------
    >>> from negotiation.disputes import load_scenario
    >>> has_record(load_scenario("us-china-2025"))
    True
    """
    return scenario.folder is not None and (scenario.folder / RECORD / MOVES).is_file()


def record_file(scenario: Scenario, name: str) -> Path:
    """Return the path of a file of a dispute's record, or raise `InvalidFile` if there is none."""
    path = None if scenario.folder is None else scenario.folder / RECORD / name
    if path is None or not path.is_file():
        raise InvalidFile(
            f"the dispute {scenario.name!r} has no {RECORD}/{name}, so there is no history to compare with "
            "its games; load it from a folder that has one (docs/how-to/write-a-dispute.md)"
        )
    return path


def read_moves(path: Path) -> tuple[MoveRecord, ...]:
    """Return the moves of any table in the form of a dispute's `record/moves.csv`."""
    return load_csv(path, MoveRecord)


@kept_until_changed
def _moves(path: Path, as_of: date | None) -> tuple[MoveRecord, ...]:
    # A row that is dated to a month is surely known at its end.
    return tuple(row for row in read_moves(path) if as_of is None or row.announced.latest <= as_of)


@kept_until_changed
def _posture(path: Path) -> InitialPosture:
    return load_toml(path, InitialPosture)


def record_begins(scenario: Scenario) -> date:
    """Return the first day on which a dispute's record gives every level."""
    return recorded_postures(scenario)[0].day.earliest


@but_for_parameters
def record_ends(scenario: Scenario) -> date:
    """Return the last day that a dispute's record covers.

    This is the day as of which the dispute is known, or the day of a later row.

    Examples
    --------
    >>> from negotiation.disputes import load_scenario
    >>> str(record_ends(load_scenario("us-china-2025")))
    '2025-11-30'
    """
    read = scenario.definition.known
    return max(read, reach_of(load_moves(scenario))) if has_record(scenario) else read


def reach_of(moves: Sequence[MoveRecord]) -> date:
    """Return the day up to which a table of moves surely reaches: the day of its last row.

    A row dated to a month may have been written on the first day of that month.

    Examples
    --------
    >>> from negotiation.disputes import load_scenario
    >>> str(reach_of(load_moves(load_scenario("us-china-2025"))))
    '2025-11-26'
    """
    return max(move.announced.earliest for move in moves)


def check_day(scenario: Scenario, day: date) -> date:
    """Return the day if the record covers it, or raise `InvalidDate`."""
    begins, ends = record_begins(scenario), record_ends(scenario)
    if not begins <= day <= ends:
        raise InvalidDate(
            f"{day} is outside the record, which runs from {begins} to {ends}: choose a day between them"
        )
    return day


@dataclass(frozen=True)
class LevelChange:
    """A row of the record, with its effect on the levels in force."""

    move: MoveRecord
    # First day on which it can have been announced.
    day: date
    # First day on which it can have been in effect.
    in_force: date
    # The level that it sets; `None` where the row maps to no level.
    level: str | None


@but_for_parameters
def level_changes(scenario: Scenario) -> tuple[LevelChange, ...]:
    """Return every row of the record in which a country of the scenario acts, by day of announcement.

    Examples
    --------
    >>> from negotiation.disputes import load_scenario
    >>> rows = level_changes(load_scenario("us-china-2025"))
    >>> next(row.level for row in rows if row.move.id == "E023")
    'busan'
    """
    rows = [
        LevelChange(
            move,
            move.announced.earliest,
            (move.effective or move.announced).earliest,
            record_level(scenario, move),
        )
        for move in load_moves(scenario)
        if move.actor in scenario.countries
    ]
    return tuple(sorted(rows, key=lambda row: row.day))


def record_level(scenario: Scenario, move: MoveRecord) -> str | None:
    """Return the level that a row sets: its own, or the one nearest to its value; `None` if it sets none.

    Only rows from before the day of the games set past levels; in a scenario without past levels, they set
    the level that stands for the past one. A row of an instrument that the scenario does not have sets
    nothing.
    """
    if move.instrument is None or move.instrument not in scenario.held(move.actor):
        return None
    instrument = scenario.instrument(move.actor, move.instrument)
    if move.value is not None:
        # Averages of before the games snap to past levels too, later ones to present levels alone.
        past = move.announced.earliest < recorded_postures(scenario)[-1].day.earliest
        return instrument.nearest(move.actor, move.value, past=past).label
    return move.level and scenario.present_level(move.actor, move.instrument, move.level)


def expect_held(scenario: Scenario, move: MoveRecord) -> None:
    """Raise `InvalidGame` if the country of a row does not hold the row's instrument."""
    held = scenario.held(move.actor)
    if move.instrument is not None and move.instrument not in held:
        raise InvalidGame(
            f"row {move.id} of the record: {move.actor} does not have the instrument {move.instrument}; it "
            f"has {', '.join(held)}. Name one of these, or leave `instrument` empty and give the `reason`"
        )


@dataclass(frozen=True)
class Anchor:
    """The levels in force on a day from which the record is followed."""

    day: date
    postures: Postures


def anchors(scenario: Scenario) -> tuple[Anchor, ...]:
    """Return the levels from which the record is followed, by day.

    Examples
    --------
    >>> from negotiation.disputes import load_scenario
    >>> first, last = anchors(load_scenario("us-china-2025").with_past_levels())
    >>> first.postures["USA"]["tariff"], last.postures["USA"]["tariff"]
    ('ordinary', 'january')
    """
    return tuple(
        Anchor(posture.day.earliest, _stated(scenario, posture)) for posture in recorded_postures(scenario)
    )


def _stated(scenario: Scenario, posture: InitialPosture) -> Postures:
    # What the posture does not state is calm; what it states of others is left aside.
    levels = {country: dict(held) for country, held in scenario.calm().items()}
    for entry in posture.entries:
        if entry.instrument in levels.get(entry.country, ()):
            levels[entry.country][entry.instrument] = entry.level
    return Postures(levels)


def anchors_before(known: Sequence[Anchor], day: date) -> tuple[Anchor, ...]:
    """Return the anchors before a day, and the first one in any case."""
    first, *later = known
    return first, *(anchor for anchor in later if anchor.day < day)


def _anchor_on(scenario: Scenario, day: date) -> Anchor:
    """Return the last anchor on or before a day; the first one for a day before all anchors."""
    return anchors_before(anchors(scenario), day + timedelta(days=1))[-1]


@but_for_parameters
def postures_on(scenario: Scenario, day: date) -> Postures:
    """Return the levels in force on a day.

    Examples
    --------
    >>> from negotiation.disputes import load_scenario
    >>> postures_on(load_scenario("us-china-2025"), date(2025, 5, 1))["USA"]["tariff"]
    'peak'
    """
    check_day(scenario, day)
    # By both days: a step that is in effect before its announcement is not yet known.
    rows = [row for row in level_changes(scenario) if row.day <= day and row.in_force <= day]
    return _applied(_anchor_on(scenario, day), rows)


def announced_before(scenario: Scenario, rows: Sequence[LevelChange], position: int) -> Postures:
    """Return the levels as last announced before a row of the record, in the order of the record.

    This is what a mover sees: the second of two moves on one day sees the first, and an announced step counts
    before it takes effect.
    """
    return _applied(_anchor_on(scenario, rows[position].day), rows[:position])


def _applied(anchor: Anchor, rows: Sequence[LevelChange]) -> Postures:
    postures = anchor.postures
    for row in rows:
        if row.move.status == "applied" and row.day >= anchor.day and row.level and row.move.instrument:
            postures = postures.after(row.move.actor, {row.move.instrument: row.level})
    return postures


@dataclass(frozen=True)
class PostureTimeline(Tabular):
    """The levels in force over a range of days, with one entry for each day on which a level changed."""

    # The first day, then each day of a change.
    days: tuple[date, ...]
    # The levels in force from each of them.
    postures: tuple[Postures, ...]

    def table(self) -> Table:
        """Return one row for each day in `days`, country and instrument."""
        rows = tuple(
            (str(day), country, instrument, level)
            for day, postures in zip(self.days, self.postures, strict=True)
            for country, posture in postures.items()
            for instrument, level in posture.items()
        )
        return Table("levels in force", ("from", "country", "instrument", "level"), rows)


def posture_timeline(scenario: Scenario, start: date, end: date) -> PostureTimeline:
    """Return the levels in force from one day to another, both included."""
    check_day(scenario, start), check_day(scenario, end)
    changes = {day for row in level_changes(scenario) for day in (row.day, row.in_force)}
    changes |= {anchor.day for anchor in anchors(scenario)}
    # Levels change on no other day; on some of these they stay, where a step was announced or repeated.
    levels = {start: postures_on(scenario, start)}
    for day in sorted(day for day in changes if start < day <= end):
        postures = postures_on(scenario, day)
        if postures != next(reversed(levels.values())):
            levels[day] = postures
    return PostureTimeline(tuple(levels), tuple(levels.values()))
