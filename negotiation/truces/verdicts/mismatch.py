"""The path that mismatched readings produce, move by move and period by period, beside the recorded moves.

Play starts on the day of the signing with the written terms in place; a period is the reaction lag. The
model's moves of a period are the changes of level that the readings of record prescribe when nothing slips
and all is seen as it is; the record's are the escalations and de-escalations announced in the same days.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from negotiation.base.labelled import Table, Tabular
from negotiation.base.status import Status
from negotiation.disputes.posture import posture_from_label
from negotiation.game_theory.solvers.readings.path import Play, ReadingPath, reading_path
from negotiation.truces.compiling.intent_game import QUIET
from negotiation.truces.compiling.readings import ReadingPair
from negotiation.truces.compiling.terms import postures_before, with_terms, written_terms
from negotiation.truces.record.timeline import level_changes, record_ends


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
    """The path of play under the readings of record, beside the recorded moves."""

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
        """The period from which on nothing moves; `None` if something moves in the last one."""
        last = max((move.period for move in self.moves), default=-1)
        return last + 1 if last + 1 < len(self.days) else None

    def table(self) -> Table:
        """Return one row for each period: the model's moves, what is seen, the recorded moves."""
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
    """Return the path of the readings of record beside the recorded moves."""
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
    """Return the changes of level, the first against the postures with the written terms in place."""
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
    """Return the recorded escalations and de-escalations announced in these days."""
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
