"""The part of a replay about noise and readings: verdicts by leg and linkage, lifetime, paths of readings.

Play starts on the day of the signing with the written terms in place; a period is the reaction lag. The
model's moves in a period are the changes of level that the readings on record prescribe without slips and
misreading. The record's moves are the escalations and de-escalations announced on the same days.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import get_args

from negotiation.base.labelled import Table, Tabular
from negotiation.base.status import Status
from negotiation.disputes import Scenario, State
from negotiation.disputes.posture import posture_from_label
from negotiation.errors import SizeLimit
from negotiation.game_theory.checks.verify import verify
from negotiation.game_theory.solutions.verdict import Verdict
from negotiation.game_theory.solvers.readings.path import Play, ReadingPath, reading_path
from negotiation.game_theory.solvers.readings.verdict import ReadingVerdict
from negotiation.truces.compiling.clock import Clock
from negotiation.truces.compiling.compiler import Outside, TextChoices, compiled_text
from negotiation.truces.compiling.intent_game import QUIET
from negotiation.truces.compiling.readings import ReadingPair, reading_pair
from negotiation.truces.compiling.terms import postures_before, with_terms, written_terms
from negotiation.truces.record.agreement_text import AgreementText
from negotiation.truces.record.contract import LinkageKind
from negotiation.truces.record.timeline import level_changes, record_ends
from negotiation.truces.theories.common.departures import CLASSES, StateClass
from negotiation.truces.verdicts.legs import Verdicts
from negotiation.truces.verdicts.lifetime import TruceLifetime, truce_lifetime
from negotiation.truces.verdicts.noise_departures import (
    Departure,
    closest_departures,
    deciding,
    state_gains,
)
from negotiation.truces.verdicts.under_noise import NoiseVerdicts, noise_verdicts


@dataclass(frozen=True)
class PathMove:
    """A change of level on the path."""

    period: int
    # country, instrument, before, after: Who moves in what, from which level to which.
    country: str
    instrument: str
    before: str
    after: str
    harsher: bool

    def __str__(self) -> str:
        return f"{self.country} {self.instrument} {self.before} to {self.after}"


@dataclass(frozen=True)
class MismatchPath(Tabular):
    """The path of play under the readings on record, compared with the recorded moves."""

    agreement: str
    # What is played, seen and believed.
    path: ReadingPath
    # The changes of level, in order.
    moves: tuple[PathMove, ...]
    days: tuple[date, ...]
    # The recorded moves of each period.
    recorded: tuple[tuple[str, ...], ...]
    status: Status = "complete"

    @property
    def stops(self) -> int | None:
        """The first period from which on nothing moves; `None` if something moves in the last period."""
        last = max((move.period for move in self.moves), default=-1)
        return last + 1 if last + 1 < len(self.days) else None

    def table(self) -> Table:
        """Return one row for each period: the model's moves, what is seen, beliefs, the recorded moves."""
        rows = []
        for step, day, recorded in zip(self.path.steps, self.days, self.recorded, strict=True):
            moves = tuple(str(move) for move in self.moves if move.period == step.period)
            seen = "; ".join(part for part in step.signal.split("; ") if not part.endswith(QUIET))
            rows.append((step.period, str(day), "; ".join(moves), seen, *step.beliefs, "; ".join(recorded)))
        columns = (
            "period", "from", "the readings prescribe", "looks broken",
            *(f"{p} believes shared" for p in self.path.players), "the record shows",
        )  # fmt: skip
        return Table(f"{self.agreement}: path of the readings, {self.path.play}", columns, tuple(rows))


def mismatch_path(pair: ReadingPair, play: Play = "naive", periods: int | None = None) -> MismatchPath:
    """Return the path of the readings on record, compared with the recorded moves."""
    agreement, lag = pair.agreement, float(pair.scenario.parameters["reaction_lag_days"])
    window = (agreement.window_end - agreement.signed).days
    length = max(1, min(round(window / lag), round(365 / lag))) if periods is None else periods
    path = reading_path(pair, pair.held, play=play, periods=length, seen=pair.clear)
    # Each beginning rounded by itself: periods of a lag that is not whole leave no day out and count none
    # twice.
    days = tuple(agreement.signed + timedelta(days=round(k * lag)) for k in range(length + 1))
    recorded = tuple(_recorded(pair, days[k], days[k + 1]) for k in range(length))
    return MismatchPath(agreement.id, path, _moves(pair, path), days[:-1], recorded)


def _moves(pair: ReadingPair, path: ReadingPath) -> tuple[PathMove, ...]:
    """Return the changes of level, starting from the postures with the written terms in place."""
    before = with_terms(postures_before(pair.agreement, pair.scenario), written_terms(pair.agreement))
    levels = {country: dict(before[country]) for country in path.players}
    moves: list[PathMove] = []
    for step in path.steps:
        for country, action in zip(path.players, step.actions, strict=True):
            for name, label in posture_from_label(action).items():
                now = levels[country][name]
                if label != now:
                    position = pair.scenario.instruments[name].position
                    harsher = position(country, label) > position(country, now)
                    moves.append(PathMove(step.period, country, name, now, label, harsher))
                    levels[country][name] = label
    return tuple(moves)


def _recorded(pair: ReadingPair, start: date, end: date) -> tuple[str, ...]:
    """Return the recorded escalations and de-escalations announced from `start` to before `end`."""
    recorded: dict[tuple[str, str, str], list[str]] = {}
    for row in level_changes(pair.scenario):
        move = row.move
        if (
            not (start <= row.day < end and row.day <= record_ends(pair.scenario))
            or move.announced.precision != "day"
        ):
            continue
        if move.instrument is None or move.direction == "hold":
            continue
        sign = {"escalate": "up", "de-escalate": "down"}[move.direction]
        threat = " threatened" if move.status == "threatened" else ""
        recorded.setdefault((move.actor, move.instrument, sign), []).append(f"{move.id}{threat}")
    return tuple(f"{' '.join(key)} ({', '.join(ids)})" for key, ids in recorded.items())


KINDS: tuple[LinkageKind, ...] = get_args(LinkageKind)
OUTSIDE: tuple[Outside, ...] = get_args(Outside)
WAYS: tuple[Play, ...] = get_args(Play)
# Periods for which a replay follows beliefs; `ReadingPair.verdict(depth)` goes further.
BELIEF_DEPTH = 3


@dataclass(frozen=True)
class LinkageCheck:
    """The check of an agreement's text under one linkage."""

    kind: str
    # Size of the automaton, its clock memoryless.
    states: int
    # The independent check; `None` where the automaton would be too large.
    verdict: Verdict | None
    # The closest departure while everything is kept, while an answer is being played, and once the agreement
    # is over.
    by_class: Mapping[StateClass, Departure] = field(default_factory=dict)

    @property
    def departure(self) -> Departure | None:
        """The departure that breaks the text, or the closest one if it is kept."""
        return deciding(self.by_class)


@dataclass(frozen=True, eq=False)
class UnderNoise:
    """A replay's results for an agreement under noise."""

    # By leg, with the agreement's own linkage.
    verdicts: NoiseVerdicts
    linkages: tuple[LinkageCheck, ...]
    # How long the text lasts under slips and misreading if nobody breaks it.
    lifetime: TruceLifetime
    # The verdict on private readings; `None` where the record names none.
    readings: ReadingVerdict | None
    # Linkage, what is outside, way to play, and the path; the agreement's own first.
    paths: tuple[tuple[str, str, str, MismatchPath], ...]

    @property
    def path(self) -> MismatchPath | None:
        """The path of naive play with the agreement's own linkage; `None` without readings."""
        return self.paths[0][3] if self.paths else None

    def leg_table(self, record: Verdicts) -> Table:
        """Return one row for each leg: the verdict under noise and the record's."""
        own = self.verdicts.table()
        rows = tuple(
            (*row, record[leg.leg].record, leg.holds == record[leg.leg].record_held)
            for row, leg in zip(own.rows, self.verdicts, strict=True)
        )
        return Table(own.title, (*own.columns, "the record says", "agree"), rows, own.names)

    def linkage_table(self) -> Table:
        """Return one row for each linkage: whether the text holds under it, and what breaks it.

        The margin is for states in which the text is kept, unless a departure gains only in others.
        """
        rows = []
        for check in self.linkages:
            closest, by_class = check.departure, check.by_class
            rows.append(
                (
                    check.kind, check.states, None if check.verdict is None else check.verdict.holds,
                    None if closest is None else closest.margin, None if closest is None else closest.where,
                    None if closest is None else str(closest),
                    *(by_class[where].margin if where in by_class else None for where in CLASSES),
                )
            )  # fmt: skip
        columns = (
            "linkage", "states", "holds under noise", "margin, % GDP", "where", "breaking or closest",
            *(f"margin {where}, % GDP" for where in CLASSES),
        )  # fmt: skip
        return Table(
            f"{self.verdicts.agreement}: the text under noise, by linkage",
            columns,
            tuple(rows),
            self.verdicts.names,
        )

    def path_table(self) -> Table:
        """Return one row for each linkage, rule outside the text and mode of play: the path's first moves."""
        rows = tuple(
            (
                linkage, outside, play,
                "; ".join(f"{move.period}: {move}" for move in path.moves[:6])
                + (f"; and {len(path.moves) - 6} more" if len(path.moves) > 6 else ""),
                path.stops,
            )
            for linkage, outside, play, path in self.paths
        )  # fmt: skip
        columns = ("linkage", "outside the readings", "play", "moves, by period", "nothing moves from period")
        return Table(f"{self.verdicts.agreement}: paths of the readings", columns, rows, self.verdicts.names)

    def tables(self, record: Verdicts) -> dict[str, Table]:
        """Return every table by name; tables of readings only if there are readings."""
        tables = {
            "noise": self.leg_table(record),
            "noise_margins": self.verdicts.margins_table(),
            "linkage": self.linkage_table(),
            "life": self.lifetime.table(),
            "false_alarms": self.lifetime.alarms_table(),
        }
        if self.readings is not None and self.path is not None:
            tables |= {
                "readings": self.readings.table(),
                "mismatch": self.path.table(),
                "mismatch_variants": self.path_table(),
            }
        return tables


def under_noise(agreement: AgreementText, scenario: Scenario, state: State | None = None) -> UnderNoise:
    """Return an agreement's results under noise: verdicts by leg and linkage, lifetime, paths of readings."""
    verdicts = noise_verdicts(agreement, scenario, state)
    linkages = tuple(_linkage(agreement, scenario, kind, state) for kind in KINDS)
    lifetime = truce_lifetime(agreement, scenario, state)
    if not agreement.readings:
        return UnderNoise(verdicts, linkages, lifetime, None, ())
    own = reading_pair(agreement, scenario, TextChoices(state=state))
    # The text's own linkage first; without any linkage readings differ in nothing that is answered.
    kinds = (agreement.linkage.kind, *(k for k in KINDS if k not in ("none", agreement.linkage.kind)))
    paths = []
    for kind in kinds:
        for outside in OUTSIDE:
            choices = TextChoices(outside, kind, state=state)
            same = (kind, outside) == (kinds[0], "moment")
            pair = own if same else reading_pair(agreement, scenario, choices)
            paths += [(kind, outside, play, path) for play, path in _paths(pair)]
    return UnderNoise(verdicts, linkages, lifetime, own.verdict(BELIEF_DEPTH), tuple(paths))


def _paths(pair: ReadingPair) -> list[tuple[str, MismatchPath]]:
    return [(play, mismatch_path(pair, play)) for play in WAYS]


def _linkage(
    agreement: AgreementText, scenario: Scenario, kind: LinkageKind, state: State | None
) -> LinkageCheck:
    clock: Clock = "counted" if agreement.renewal == "by play" else "memoryless"
    choices = TextChoices("moment", kind, clock, state)
    try:
        compiled = compiled_text(agreement, scenario, choices)
    except SizeLimit:
        return LinkageCheck(kind, 0, None)
    verdict = verify(compiled.game, compiled.automaton)
    by_class = closest_departures(compiled, state_gains(compiled), frozenset(scenario.instruments))
    return LinkageCheck(kind, len(compiled.automaton.states), verdict, by_class)
