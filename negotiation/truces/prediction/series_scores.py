"""Scores over the whole record in two forms: weeks, and months at leads of one to twelve.

Weeks: a cell is a week, a country and an instrument, its outcome up, down or none (`weeks.py`). Months: from
the first day of each month on, what is known before it gives the chance of a move up and of one down of each
country and instrument in each of the twelve months that follow; a row is one of these chances, and it is
scored if its month is over by the end of the record. Both forms are proper and prequential, all series of the
dispute count, and every predictor has the same floor. Levels are those of the time.

A row of the record that is dated to no one week is in no cell, and one dated to no one month in no row.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property
from typing import Literal

import numpy as np

from negotiation.drawing import Drawable
from negotiation.errors import InvalidGame, UnknownName
from negotiation.labelled import Table, Tabular
from negotiation.numeric import BoolArray, FloatArray, read_only
from negotiation.status import Status
from negotiation.truces.numerics import NUMERICS
from negotiation.truces.prediction.chances import Forecaster, Predictor, forecast_ahead, predicted
from negotiation.truces.prediction.months import month_number, month_windows
from negotiation.truces.prediction.reliability import Reliability, discrimination, reliability
from negotiation.truces.prediction.resampling import interval
from negotiation.truces.prediction.scoring_rules import (
    expect_different,
    expect_rule,
    outcome_scores,
    position,
    row_scores,
    with_none,
)
from negotiation.truces.prediction.weeks import DOWN, NONE, UP, cells_of
from negotiation.truces.record.agreement_text import AgreementText, agreements_of
from negotiation.truces.record.events import events_of
from negotiation.truces.record.moves import MoveRecord, looking_back_to
from negotiation.truces.record.past import past_of
from negotiation.truces.record.timeline import record_begins, record_ends
from negotiation.world import Scenario
from negotiation.world.instrument import Pair
from negotiation.world.observation import LEGS

Form = Literal["weeks", "months"]
LEADS = 12


@dataclass(frozen=True, eq=False)
class SeriesScores(Tabular, Drawable):
    """Scores of several predictors on the same rows. Make them with `week_scores` or `month_scores`."""

    _figure = "truces.scores:expected_figure"

    form: Form
    names: tuple[str, ...]
    # First days that they did not see.
    origins: tuple[date, ...]
    pairs: tuple[Pair, ...]
    legs: tuple[str, ...]
    # (predictors, origins, leads, pairs, 2): of a move up and of one down, above the floor.
    chances: FloatArray
    # (origins, leads, pairs, 2): what came; of a week one at most.
    came: BoolArray
    # (origins, leads): whether the record reaches the end of the week or month.
    known: BoolArray
    # Rows of the record that are in no week or month.
    unplaced: tuple[str, ...]
    # Always complete: what is left out is in `known` and `unplaced`.
    status: Status = "complete"

    @cached_property
    def log_scores(self) -> FloatArray:
        """Log score of each cell or of the mean of its two rows, (predictors, origins, leads, pairs)."""
        return self._by_rule("log")

    @cached_property
    def brier_scores(self) -> FloatArray:
        """Brier score of each cell over three outcomes, or mean of its two rows; shape as `log_scores`."""
        return self._by_rule("brier")

    def _by_rule(self, rule: str) -> FloatArray:
        if self.form == "months":
            rows: FloatArray = row_scores(rule, self.chances, self.came).mean(axis=-1)
            return rows
        both = (with_none(self.chances), with_none(self.came.astype(np.float64)))
        return outcome_scores(rule, *both)

    def mean(
        self, name: str, *, leg: str = "all", instrument: str | None = None, lead: int | None = None,
        rule: str = "log",
    ) -> float:  # fmt: skip
        """Return a predictor's mean score; smaller is better."""
        chosen = self._chosen(leg, instrument, lead)
        return float(self._scores(rule)[self._position(name)][chosen].mean())

    def difference(
        self, name: str, other: str, *, leg: str = "all", instrument: str | None = None,
        lead: int | None = None, rule: str = "log", rng: int | np.random.Generator = 0,
    ) -> tuple[float, float, float]:  # fmt: skip
        """Return how much better one predictor is than another: mean difference and a 90 percent interval."""
        return self.combination(
            {other: 1.0, name: -1.0} if other != name else {name: 0.0},
            leg=leg, instrument=instrument, lead=lead, rule=rule, rng=rng,
        )  # fmt: skip

    def combination(
        self, weights: Mapping[str, float], *, leg: str = "all", instrument: str | None = None,
        lead: int | None = None, rule: str = "log", rng: int | np.random.Generator = 0,
    ) -> tuple[float, float, float]:  # fmt: skip
        """Return the mean of a sum of scores and a 90 percent interval, all scores drawn together."""
        scores, chosen = self._scores(rule), self._chosen(leg, instrument, lead)
        sums = np.zeros(len(self.origins))
        for name, weight in weights.items():
            sums += weight * np.where(chosen, scores[self._position(name)], 0.0).sum(axis=(1, 2))
        sizes = chosen.sum(axis=(1, 2)).astype(np.float64)
        block = NUMERICS.weeks_of_a_block if self.form == "weeks" else NUMERICS.months_of_a_block
        return interval(sums, sizes, max(min(block, len(self.origins) / 4), 1.0), rng)

    def beside(self, other: SeriesScores, names: Sequence[str] | None = None) -> SeriesScores:
        """Return these scores with those of other predictors of the same rows after them."""
        mine, theirs = ((one.form, one.origins, one.pairs, one.known.tolist()) for one in (self, other))
        if mine != theirs or not (self.came == other.came).all():
            raise InvalidGame(
                "scores stand side by side where they are of the same rows; here form, origins, pairs or "
                "what came differ: score both from the same day on"
            )
        chosen = [other._position(name) for name in (other.names if names is None else names)]
        joined = (*self.names, *(other.names[k] for k in chosen))
        expect_different(joined)
        chances = np.concatenate([self.chances, other.chances[chosen]])
        read_only(chances)
        return replace(self, names=joined, chances=chances)

    def reliability(self, name: str, *, leg: str = "all", lead: int | None = None) -> Reliability:
        """Return the shares that came by class of chances, moves up and down together."""
        return reliability(name, *self._rows(name, leg, lead))

    def discrimination(self, name: str, *, leg: str = "all", lead: int | None = None) -> float:
        """Return the chance that a move that came was given more than one that did not (AUC)."""
        return discrimination(*self._rows(name, leg, lead))

    def _rows(self, name: str, leg: str, lead: int | None) -> tuple[FloatArray, BoolArray]:
        chosen = self._chosen(leg, None, lead)
        return self.chances[self._position(name)][chosen].ravel(), self.came[chosen].ravel()

    def _scores(self, rule: str) -> FloatArray:
        expect_rule(rule)
        return self.log_scores if rule == "log" else self.brier_scores

    def _position(self, name: str) -> int:
        return position(name, self.names)

    def _chosen(self, leg: str, instrument: str | None, lead: int | None) -> BoolArray:
        """Return the cells that count, shape (origins, leads, pairs)."""
        legs, instruments = ("all", *LEGS), tuple(dict.fromkeys(name for _, name in self.pairs))
        if leg not in legs:
            raise UnknownName(leg, legs)
        if instrument is not None and instrument not in instruments:
            raise UnknownName(instrument, instruments)
        leads = range(1, self.known.shape[1] + 1)
        if lead is not None and lead not in leads:
            raise UnknownName(str(lead), tuple(map(str, leads)))
        pairs = [
            leg in ("all", one) and instrument in (None, name)
            for one, (_, name) in zip(self.legs, self.pairs, strict=True)
        ]
        chosen = self.known & np.array([lead in (None, k) for k in leads])
        found: BoolArray = chosen[:, :, None] & np.array(pairs)
        return found

    def table(self) -> Table:
        """Return one row for each predictor: mean log scores by leg, Brier score, discrimination."""
        legs = [leg for leg in ("all", *LEGS) if leg in ("all", *self.legs)]
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
    """Return scores of every week of the record, each predicted from what was public before it."""
    world, names = _set_up(predictors, scenario)
    cells = cells_of(world, start, moves=moves)
    papers = list(agreements_of(world) if agreements is None else agreements)
    chances = np.empty((len(names), len(cells.weeks), 1, len(cells.pairs), 2))
    for w, week in enumerate(cells.weeks):
        past = past_of(world, week, moves, papers)
        for p, predictor in enumerate(predictors):
            chances[p, w, 0] = predicted(predictor, world, past, least)[:, :NONE]
        if progress is not None:
            progress(w + 1, len(cells.weeks))
    came = cells.outcomes[:, None, :, None] == np.array([UP, DOWN])
    known = np.ones((len(cells.weeks), 1), dtype=bool)
    for array in (chances, came, known):
        read_only(array)
    return SeriesScores(
        "weeks", names, cells.weeks, cells.pairs, cells.legs, chances, came, known, cells.unplaced
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
    """Return scores of forecasts of the months that follow each month of the record."""
    world, names = _set_up(forecasters, scenario)
    after = date.fromordinal(record_ends(world).toordinal() + 1)
    first = month_windows(record_begins(world), 1)[0][1] if start is None else start
    count = month_number(after) - month_number(first)
    if count < 1 or leads < 1 or first.day != 1:
        raise InvalidGame(
            f"forecasts by month are made on the first day of a month, 1 month or more before {after}; got "
            f"{first} and {leads} months ahead"
        )
    origins = tuple(one for one, _ in month_windows(first, count))
    papers = list(agreements_of(world) if agreements is None else agreements)
    record = events_of(world, past_of(world, date.max, moves, ()))
    chances = np.empty((len(names), count, leads, len(record.pairs), 2))
    for t, day in enumerate(origins):
        past, windows = past_of(world, day, moves, papers), month_windows(day, leads)
        for p, forecaster in enumerate(forecasters):
            chances[p, t] = forecast_ahead(forecaster, world, past, windows, least)
        if progress is not None:
            progress(t + 1, count)
    monthly = np.zeros((count + leads, len(record.pairs), 2), dtype=bool)
    unplaced: list[str] = []
    for event in record.events:
        at = month_number(event.day) - month_number(first)
        if month_number(event.first) != month_number(event.day):
            unplaced += event.ids
        elif 0 <= at < count:
            monthly[at, event.pair, event.direction] = True
    ahead = np.arange(count)[:, None] + np.arange(leads)
    came, known = monthly[ahead], ahead < count
    for array in (chances, came, known):
        read_only(array)
    return SeriesScores(
        "months", names, origins, record.pairs, record.legs, chances, came, known, tuple(unplaced)
    )


def _set_up(predictors: Sequence[Predictor], scenario: Scenario) -> tuple[Scenario, tuple[str, ...]]:
    """Return the scenario with levels of the past, where they are on record, and the predictors' names."""
    scenario.expect_two("a score of predictions")
    names = tuple(predictor.name for predictor in predictors)
    expect_different(names)
    return looking_back_to(scenario, record_begins(scenario) - timedelta(days=1)), names
