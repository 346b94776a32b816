"""Scores of a forecast and of baselines against outcomes: moves by month, and renewals by leg.

Only months that a record covers are scored, since a missing row does not show that nothing happened. Months
that were not over on the last scored day are left out and listed, and so are renewals if the clock had not
run out.

Baselines see the record up to the forecast's day and predict each month as in all scores by month
(`chances.forecast_ahead`). For a renewal, `hold` gives the chance 1 and `coin` one half. `hazard` gives the
share of legs with expired clocks that were renewed, by Laplace's rule. The other baselines do not predict
renewals. All chances have the same floor.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any

import numpy as np

from negotiation.base.numeric import FloatArray
from negotiation.base.reading.numbers import expect_day
from negotiation.disputes import Scenario
from negotiation.errors import InvalidDate, InvalidGame, InvalidOptions, shown
from negotiation.truces.prediction.baselines import BASELINES
from negotiation.truces.prediction.chances import above_floor, forecast_ahead
from negotiation.truces.prediction.months import RENEWED, ForecastRow, last_day, month_windows
from negotiation.truces.prediction.questions import QuestionSet
from negotiation.truces.prediction.scored_forecast import FORECAST, RENEWAL_GROUPS, ForecastScores
from negotiation.truces.prediction.weeks import DOWN, UP, pairs_of
from negotiation.truces.record.agreement_text import AgreementText
from negotiation.truces.record.moves import MoveRecord
from negotiation.truces.record.past import past_of
from negotiation.truces.record.renewals import clock_end, earlier_ends, was_renewed
from negotiation.truces.record.timeline import (
    expect_held,
    load_moves,
    looking_back_to,
    reach_of,
    record_begins,
    record_ends,
)

POSITIONS = {"up": UP, "down": DOWN}


def forecast_scores(
    agreement: AgreementText,
    scenario: Scenario,
    as_of: date,
    rows: Sequence[ForecastRow],
    record: Iterable[MoveRecord] | None = None,
    until: date | str | None = None,
) -> ForecastScores:
    """Return the scores of a forecast's rows and of baselines, for the months that a record covers."""
    moves, end = _record(scenario, as_of, record)
    until = _until(rows, end if until is None else expect_day(until), end, given=record is not None)
    expires = clock_end((agreement, *past_of(scenario, as_of + timedelta(days=1)).amendments(agreement)))
    # A month is resolved on its last day, a renewal at the clock's end.
    over = expires is not None and expires <= until
    monthly = [row for row in rows if row.direction != RENEWED and last_day(row.month) <= until]
    renewals = [row for row in rows if row.direction == RENEWED and over]
    happened, vague = _happened(scenario, moves, as_of, until)
    came = [(r.month, r.actor, r.instrument, r.direction) in happened for r in monthly]
    if expires is not None:
        came += [was_renewed(scenario, agreement, moves, as_of, expires, r.instrument) for r in renewals]
    kept = (*monthly, *renewals)
    ends = np.tile(_of_renewals(scenario, as_of)[:, None], (1, len(renewals)))
    # Raises for a row whose country does not have its instrument.
    baselines = np.concatenate([_by_month(scenario, as_of, monthly), ends], axis=1)
    groups: list[str] = [scenario.instruments[row.instrument].leg for row in monthly]
    groups += [RENEWAL_GROUPS[row.instrument] for row in renewals]
    return ForecastScores(
        agreement.id, "the record", as_of, until, _names(), kept, tuple(groups), np.array(came),
        _beside(kept, baselines), _left_out(rows, kept, until, expires, vague),
    )  # fmt: skip


def question_scores(
    sets: Sequence[QuestionSet], scenario: Scenario, truce: str, as_of: date, rows: Sequence[ForecastRow]
) -> tuple[ForecastScores, ...]:
    """Return the scores of a forecast's rows and of baselines on each of some sets of questions."""
    scores, beside = [], dict[tuple[ForecastRow, ...], FloatArray]()
    for asked_set in sets:
        answered = asked_set.answered("the forecast", rows)
        # Codings of the same months have the same questions, and the slowest baselines take some seconds.
        if answered not in beside:
            beside[answered] = _beside(answered, _by_month(scenario, as_of, answered))
        months = sorted({row.month for row in answered})
        rest = sorted({row.month for row in rows}.difference(months))
        left_out = (f"Months without questions: {', '.join(rest)}.",) if rest else ()
        scores.append(
            ForecastScores(
                truce, asked_set.name, as_of, last_day(months[-1]), _names(), answered,
                tuple(row.leg for row in asked_set.rows), np.array([row.came for row in asked_set.rows]),
                beside[answered], left_out,
            )
        )  # fmt: skip
    return tuple(scores)


def _names() -> tuple[str, ...]:
    return FORECAST, *(baseline.name for baseline in BASELINES)


def _beside(rows: Sequence[ForecastRow], baselines: FloatArray) -> FloatArray:
    """Return the chances of a forecast and of baselines, above the floor, shape (predictors, rows)."""
    return above_floor(np.vstack([[row.probability for row in rows], baselines]))


def _record(scenario: Scenario, as_of: date, record: Any) -> tuple[tuple[MoveRecord, ...], date]:
    """Return the moves to score against and the last day that they cover."""
    own = load_moves(scenario)
    if record is None:
        return own, record_ends(scenario)
    given = tuple(record) if isinstance(record, Iterable) else (record,)
    if not all(isinstance(move, MoveRecord) for move in given):
        raise InvalidOptions(
            f"`record` must have rows of the class MoveRecord, as `read_moves` returns; got {shown(record)}"
        )
    if not given:
        raise InvalidDate(
            "`record` has no rows, so the last day that it covers is not known; give a record with rows"
        )
    # A record that begins by `as_of` replaces the dispute's own; one that begins later continues it.
    if min(move.announced.earliest for move in given) <= as_of:
        return given, reach_of(given)
    if record_ends(scenario) < as_of:
        raise InvalidDate(
            f"the dispute's record ends on {record_ends(scenario)} and the given record begins after "
            f"{as_of}, so the days between them are not covered; give a record that begins on {as_of} or "
            "earlier"
        )
    return (*own, *given), max(reach_of(given), record_ends(scenario))


def _until(rows: Sequence[ForecastRow], day: date, end: date, given: bool) -> date:
    other = "another `record`" if given else "a `record`"
    if day > end:
        raise InvalidDate(
            f"the record ends on {end}, and later moves are not known; `until` is {day}; choose a day up to "
            f"{end}, or give {other} that reaches {day}"
        )
    first = min((row.month for row in rows if row.direction != RENEWED), default="")
    if not first:
        raise InvalidDate("the forecast has no month with moves to score; score a forecast that has one")
    if (over := last_day(first)) > day:
        later = f"choose an `until` from {over} to {end}" if over <= end else f"give {other} that reaches it"
        raise InvalidDate(
            f"the forecast has no month that is over by {day}: its first, {first}, ends on {over}; {later}"
        )
    return day


def _column(pairs: Sequence[tuple[str, str]], row: ForecastRow) -> int:
    if (row.actor, row.instrument) not in pairs:
        held = ", ".join(name for country, name in pairs if country == row.actor) or "nothing"
        raise InvalidGame(
            f"the forecast has a row of {row.actor} {row.instrument}, but in this dispute {row.actor} does "
            f"not have that instrument (it has {held}); score the forecast with the dispute from which it "
            "was made"
        )
    return pairs.index((row.actor, row.instrument))


def _happened(
    scenario: Scenario, moves: Sequence[MoveRecord], as_of: date, until: date
) -> tuple[set[tuple[str, str, str, str]], list[str]]:
    """Return what moved after a day and when, and the ids of rows whose date fits several months.

    What moved is a set of tuples (month, country, instrument, direction) of applied moves.
    """
    names = {"escalate": "up", "de-escalate": "down"}
    happened, vague = set(), []
    for move in moves:
        first, last = move.announced.earliest, move.announced.latest
        if move.actor not in scenario.countries or last <= as_of or first > until:
            continue
        if move.instrument is None or move.direction == "hold" or move.status != "applied":
            continue
        expect_held(scenario, move)
        # The month has to be known: a row whose date fits two months is listed and scored in neither.
        if f"{first:%Y-%m}" != f"{last:%Y-%m}":
            vague.append(move.id)
        else:
            happened.add((f"{first:%Y-%m}", move.actor, move.instrument, names[move.direction]))
    return happened, vague


def _by_month(scenario: Scenario, as_of: date, rows: Sequence[ForecastRow]) -> FloatArray:
    """Return the baselines' chances of at least one such move in the month, shape (baselines, rows)."""
    pairs = pairs_of(scenario)
    columns = np.array([_column(pairs, row) for row in rows], dtype=np.intp)
    # With past levels, as in all scores by month; without them some baselines use 2025 only.
    back = looking_back_to(scenario, record_begins(scenario) - timedelta(days=1))
    past = past_of(back, as_of + timedelta(days=1))
    months = sorted({row.month for row in rows})
    windows = [month_windows(date.fromisoformat(f"{month}-01"), 1)[0] for month in months]
    where = np.array([months.index(row.month) for row in rows], dtype=np.intp)
    directions = np.array([POSITIONS[row.direction] for row in rows], dtype=np.intp)
    every = [forecast_ahead(baseline, back, past, windows) for baseline in BASELINES]
    chances: FloatArray = np.stack([baseline[where, columns, directions] for baseline in every])
    return chances


def _of_renewals(scenario: Scenario, as_of: date) -> FloatArray:
    """Return the baselines' chances of a renewal, shape (baselines,); NaN if one does not predict it."""
    renewed, ended = earlier_ends(scenario, as_of)
    given = {"hold": 1.0, "coin": 0.5, "hazard": (renewed + 1.0) / (ended + 2.0)}
    return np.array([given.get(baseline.name, np.nan) for baseline in BASELINES])


def _left_out(
    rows: Sequence[ForecastRow],
    kept: Sequence[ForecastRow],
    until: date,
    expires: date | None,
    vague: Sequence[str],
) -> tuple[str, ...]:
    left_out = []
    later = sorted({row.month for row in rows if row.direction != RENEWED and last_day(row.month) > until})
    if later:
        left_out.append(f"Months that were not over on {until}: {later[0]} to {later[-1]}.")
    if any(row.direction == RENEWED for row in rows) and not any(r.direction == RENEWED for r in kept):
        left_out.append(f"Renewals: the clock runs to {expires}, after {until}.")
    if vague:
        left_out.append(f"Rows of the record whose date fits several months: {', '.join(vague)}.")
    return tuple(left_out)
