"""Scores over the whole record in two forms: weeks, and months at leads of one to twelve.

Weeks: a cell is a week, a country and an instrument, with the outcome up, down or none (`weeks.py`). Months:
on the first day of each month, a forecaster gives the chances of a move up and of a move down for each
country and instrument in each of the twelve months that begin on that day. A row is one of these chances. It
is scored if its month is over by the end of the record. The scores of both forms are proper and prequential.
All series of the dispute count, and every predictor has the same floor. Levels are as they were at the time.

A move whose date fits several weeks is in no cell, and a move whose date fits several months is in no row.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property
from typing import Literal

import numpy as np

from negotiation.base.drawing import Drawable
from negotiation.base.labelled import Table, Tabular
from negotiation.base.numeric import BoolArray, FloatArray, read_only
from negotiation.base.status import Status
from negotiation.disputes import Scenario
from negotiation.disputes.instrument import Pair
from negotiation.disputes.observation import LEGS
from negotiation.errors import InvalidGame
from negotiation.truces.numerics import NUMERICS
from negotiation.truces.prediction.cell_scores import (
    EVERY,
    RULES,
    CellScores,
    by_leg,
    expect_different,
    expect_known,
    gap,
    interval,
    outcome_scores,
    row_scores,
    with_none,
)
from negotiation.truces.prediction.chances import Forecaster, Predictor, forecast_ahead
from negotiation.truces.prediction.months import month_number, month_of, month_windows, moves_ahead
from negotiation.truces.prediction.reliability import Reliability, discrimination, reliability
from negotiation.truces.prediction.scores import prequential
from negotiation.truces.prediction.weeks import DOWN, NONE, UP, cells_of
from negotiation.truces.record.agreement_text import AgreementText, agreements_of
from negotiation.truces.record.events import events_of
from negotiation.truces.record.moves import MoveRecord
from negotiation.truces.record.past import past_of
from negotiation.truces.record.timeline import looking_back_to, record_begins, record_ends

Form = Literal["weeks", "months"]
LEADS = 12


@dataclass(frozen=True, eq=False)
class SeriesScores(Tabular, Drawable):
    """Scores of several predictors on the same rows. Make them with `week_scores` or `month_scores`."""

    _figure = "truces.scores:expected_figure"

    form: Form
    names: tuple[str, ...]
    # First days that the predictors did not see: the beginnings of the first week or month ahead.
    origins: tuple[date, ...]
    pairs: tuple[Pair, ...]
    legs: tuple[str, ...]
    # (predictors, origins, leads, pairs, 2): of a move up and of one down, above the floor.
    chances: FloatArray
    # (origins, leads, pairs, 2): whether there was a move up, and one down; in a week at most one of them.
    came: BoolArray
    # (origins, leads): whether the record reaches the end of the week or month.
    known: BoolArray
    # Rows of the record that are in no week or month.
    unplaced: tuple[str, ...]
    # Always complete: what is left out is in `known` and `unplaced`.
    status: Status = "complete"

    def __post_init__(self) -> None:
        for array in (self.chances, self.came, self.known):
            read_only(array)

    @cached_property
    def _cells(self) -> CellScores:
        if self.form == "months":
            scores = {rule: row_scores(rule, self.chances, self.came).mean(axis=-1) for rule in RULES}
        else:
            both = with_none(self.chances), with_none(self.came.astype(np.float64))
            scores = {rule: outcome_scores(rule, *both) for rule in RULES}
        held, leads = np.array([name for _, name in self.pairs]), np.arange(self.known.shape[1])
        labels = {
            "leg": by_leg(self.legs),
            "instrument": {name: held == name for name in dict.fromkeys(held.tolist())},
            "lead": {str(k + 1): (leads == k)[:, None] for k in leads.tolist()},
        }
        return CellScores(self.names, scores, labels, np.repeat(self.known[:, :, None], len(held), axis=2))

    @property
    def log_scores(self) -> FloatArray:
        """Log scores, shape (predictors, origins, leads, pairs); by months the mean of up and down."""
        return self._cells.scores["log"]

    def mean(
        self, name: str, *, leg: str = EVERY, instrument: str | None = None, lead: int | None = None,
        rule: str = "log",
    ) -> float:  # fmt: skip
        """Return a predictor's mean score over the rows of a leg, instrument and lead, all by default."""
        return self._cells.mean(name, rule, leg=leg, instrument=instrument, lead=lead)

    def difference(
        self, name: str, other: str, *, leg: str = EVERY, instrument: str | None = None,
        lead: int | None = None, rule: str = "log", rng: int | np.random.Generator = 0,
    ) -> tuple[float, float, float]:  # fmt: skip
        """Return the mean gain of `name` over `other`, and the ends of its 90 percent interval."""
        return self.combination(
            gap(name, other), leg=leg, instrument=instrument, lead=lead, rule=rule, rng=rng
        )

    def combination(
        self, weights: Mapping[str, float], *, leg: str = EVERY, instrument: str | None = None,
        lead: int | None = None, rule: str = "log", rng: int | np.random.Generator = 0,
    ) -> tuple[float, float, float]:  # fmt: skip
        """Return the mean of a weighted sum of predictors' scores, and the ends of its 90 percent interval.

        `weights` are by predictor. Only rows of the given leg, instrument and lead count, by default all.
        `rule` is "log" or "brier", and `rng` is a seed or a generator. All predictors are resampled together.
        """
        sums, sizes = self._cells.sums(weights, rule, leg=leg, instrument=instrument, lead=lead)
        block = NUMERICS.weeks_of_a_block if self.form == "weeks" else NUMERICS.months_of_a_block
        # Blocks have at most a quarter of the origins, so that a short record has several blocks.
        return interval(sums, sizes, max(min(block, len(self.origins) / 4), 1.0), rng)

    def beside(self, other: SeriesScores, names: Sequence[str] | None = None) -> SeriesScores:
        """Return these scores with predictors of other scores appended, all by default.

        `names` are the appended predictors. Raises `InvalidGame` if the other scores have other rows, or if
        two predictors share a name, and `UnknownName` if the other scores lack one of `names`.
        """
        mine, theirs = ((side.form, side.origins, side.pairs, side.known.tolist()) for side in (self, other))
        if mine != theirs or not (self.came == other.came).all():
            fields = zip(("form", "origins", "pairs", "known"), mine, theirs, strict=True)
            differing = next((name for name, own, given in fields if own != given), "came")
            raise InvalidGame(
                f"scores can be joined only over the same rows, but `{differing}` differs; give both the "
                "same form, record, `start` and `leads`"
            )
        places = {name: k for k, name in enumerate(other.names)}
        chosen = [expect_known(name, places) for name in (other.names if names is None else names)]
        joined = (*self.names, *(other.names[k] for k in chosen))
        expect_different(joined)
        return replace(self, names=joined, chances=np.concatenate([self.chances, other.chances[chosen]]))

    def reliability(self, name: str, *, leg: str = EVERY, lead: int | None = None) -> Reliability:
        """Return observed shares by class of chances, over moves up and down together."""
        return reliability(name, *self._rows(name, leg, lead))

    def discrimination(self, name: str, *, leg: str = EVERY, lead: int | None = None) -> float:
        """Return the AUC: the probability that a move that happened had a higher chance than another."""
        return discrimination(*self._rows(name, leg, lead))

    def _rows(self, name: str, leg: str, lead: int | None) -> tuple[FloatArray, BoolArray]:
        chances = expect_known(name, dict(zip(self.names, self.chances, strict=True)))
        chosen = self._cells.chosen(leg=leg, lead=lead)
        return chances[chosen].ravel(), self.came[chosen].ravel()

    def table(self) -> Table:
        """Return one row for each predictor, with mean log scores by leg, Brier score and AUC."""
        legs = [leg for leg in (EVERY, *LEGS) if leg in (EVERY, *self.legs)]
        rows = tuple(
            (
                name, *(self.mean(name, leg=leg) for leg in legs), self.mean(name, rule="brier"),
                self.discrimination(name),
            )
            for name in self.names
        )  # fmt: skip
        title = f"scores by {self.form}, {self.origins[0]} to {self.origins[-1]}; smaller is better"
        columns = ("predictor", "log score", *legs[1:], "Brier score", "AUC")
        return Table(title, columns, rows)


def week_scores(
    predictors: Sequence[Predictor],
    scenario: Scenario,
    *,
    start: date | None = None,
    moves: Sequence[MoveRecord] | None = None,
    agreements: Sequence[AgreementText] | None = None,
    least: float = NUMERICS.least_chance,
    progress: Callable[[int, int], None] | None = None,
) -> SeriesScores:
    """Return scores of every week of the record, with each week predicted from the public record before it.

    `start` is the first Monday, by default the first of the month in which the record begins. The other
    arguments are as in `prequential`. Raises `InvalidDate` if `start` is not a Monday whose week ends
    by the end of the record.
    """
    world, names = _set_up(predictors, scenario)
    cells = cells_of(world, start, moves=moves)
    scored = prequential(
        predictors, world, cells=cells, moves=moves, agreements=agreements, least=least, progress=progress
    )
    chances = np.ascontiguousarray(scored.chances[:, :, None, :, :NONE])
    came = cells.outcomes[:, None, :, None] == np.array([UP, DOWN])
    seen = np.ones((len(cells.weeks), 1), dtype=bool)
    return SeriesScores(
        "weeks", names, cells.weeks, cells.pairs, cells.legs, chances, came, seen, cells.unplaced
    )


def month_scores(
    forecasters: Sequence[Forecaster],
    scenario: Scenario,
    *,
    start: date | None = None,
    leads: int = LEADS,
    moves: Sequence[MoveRecord] | None = None,
    agreements: Sequence[AgreementText] | None = None,
    least: float = NUMERICS.least_chance,
    progress: Callable[[int, int], None] | None = None,
) -> SeriesScores:
    """Return scores of forecasts made on the first day of each month of the record, `leads` months ahead.

    `start` is the first origin, by default the first day of the month after the record's beginning. The other
    arguments are as in `prequential`, except that `progress` counts origins. Raises `InvalidGame` if `start`
    is not the first day of a month that is over by the end of the record, or `leads` is below 1.
    """
    world, names = _set_up(forecasters, scenario)
    after = date.fromordinal(record_ends(world).toordinal() + 1)
    first = month_windows(record_begins(world), 1)[0][1] if start is None else start
    count = month_number(after) - month_number(first)
    if count < 1 or leads < 1 or first.day != 1:
        raise InvalidGame(
            "`start` must be the first day of a month that is over by the end of the record, "
            f"{record_ends(world)}, and `leads` at least 1; got {first} and {leads}"
        )
    origins = tuple(first_day for first_day, _ in month_windows(first, count))
    papers = list(agreements_of(world) if agreements is None else agreements)
    record = events_of(world, past_of(world, date.max, moves, ()))
    chances = np.empty((len(names), count, leads, len(record.pairs), 2))
    for t, day in enumerate(origins):
        past, windows = past_of(world, day, moves, papers), month_windows(day, leads)
        for p, forecaster in enumerate(forecasters):
            chances[p, t] = forecast_ahead(forecaster, world, past, windows, least)
        if progress is not None:
            progress(t + 1, count)
    came, seen = moves_ahead(record, first, count, leads)
    unplaced = tuple(name for event in record.events if month_of(event) is None for name in event.ids)
    return SeriesScores("months", names, origins, record.pairs, record.legs, chances, came, seen, unplaced)


def _set_up(predictors: Sequence[Predictor], scenario: Scenario) -> tuple[Scenario, tuple[str, ...]]:
    """Return the scenario with past levels, if they are on record, and the predictors' names."""
    scenario.expect_two("a score of predictions")
    names = tuple(predictor.name for predictor in predictors)
    expect_different(names)
    return looking_back_to(scenario, record_begins(scenario) - timedelta(days=1)), names
