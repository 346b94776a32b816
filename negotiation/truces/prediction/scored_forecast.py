"""Scores of a forecast and of baselines on the same rows: means, their parts, and gains with intervals.

The interval of a gain shows whether the forecast is better than a simple rule by more than chance.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from math import isnan
from typing import Literal, TypeAlias, get_args

import numpy as np

from negotiation.base.drawing import Drawable
from negotiation.base.labelled import Table, Tabular
from negotiation.base.numeric import BoolArray, FloatArray, read_only
from negotiation.base.status import Status
from negotiation.disputes.observation import LEGS
from negotiation.errors import UnknownName
from negotiation.truces.prediction.cell_scores import (
    RULES,
    CellScores,
    expect_known,
    gap,
    interval,
    row_scores,
)
from negotiation.truces.prediction.months import ForecastRow
from negotiation.truces.prediction.reliability import Decomposition, decomposition, discrimination

FORECAST = "forecast"
# With what all are compared: the constant rate of each series.
COMPARED = "shrunk"
ALL_MOVES = "all moves"
RENEWAL_GROUPS = {leg: f"renewal, {leg}" for leg in LEGS}
DrawnBy: TypeAlias = Literal["months", "series"]


@dataclass(frozen=True, eq=False)
class ForecastScores(Tabular, Drawable):
    """Scores of a forecast and of baselines on the same rows. Make one with `Forecast.score`.

    Parameters
    ----------
    truce : str
        Name of the agreement of the forecast.
    on : str
        Name of the set of questions, or "the record".
    as_of : date
        Last day that the forecast used.
    until : date
        Last day of the scored period.
    names : tuple of str
        Names of the predictors: "forecast", then the baselines.
    rows : tuple of ForecastRow
        The scored rows of the forecast: moves first, renewals last.
    groups : tuple of str
        The group of each row: its leg for a move, "renewal, " and the leg for a renewal.
    came : array of bool, shape (rows,)
        Whether each event happened.
    chances : array of float, shape (predictors, rows)
        Chances of each predictor, clipped away from 0 and 1 by the common floor; NaN for the renewals that a
        baseline does not predict.
    left_out : tuple of str
        One sentence for each group of rows that was not scored, with the reason.
    status : {"complete"}
        Always "complete"; rows with unknown outcomes are in `left_out`.

    Examples
    --------
    >>> from datetime import date
    >>> import negotiation as ng
    >>> made = ng.forecast("2025-05-geneva", date(2025, 5, 31), 1, theories="moment")
    >>> scores = made.score(until=date(2025, 6, 30))
    >>> len(scores.rows), int(scores.came.sum()), scores.left_out
    (24, 3, ())
    """

    _figure = "truces.scores:calibration_figure"

    truce: str
    on: str
    as_of: date
    until: date
    names: tuple[str, ...]
    rows: tuple[ForecastRow, ...]
    groups: tuple[str, ...]
    came: BoolArray
    chances: FloatArray
    left_out: tuple[str, ...]
    status: Status = "complete"

    def __post_init__(self) -> None:
        for array in (self.came, self.chances):
            read_only(array)

    def mean(self, name: str, *, group: str = ALL_MOVES, rule: str = "log") -> float:
        """Return a predictor's mean score over some rows; smaller is better.

        Parameters
        ----------
        name : str
            "forecast", or the name of a baseline.
        group : str, default "all moves"
            "all moves", a leg such as "tariff", or a renewal such as "renewal, tariff".
        rule : {"log", "brier"}, default "log"
            The scoring rule.

        Returns
        -------
        float
            In nats per row, or the mean squared distance of chances from outcomes. NaN if the group has no
            rows, or if the baseline does not predict renewals.

        Raises
        ------
        UnknownName
            If there is no such predictor, group or rule.
        """
        return self._cells.mean(name, rule, group=group)

    def discrimination(self, name: str) -> float:
        """Return the probability that a move that happened had a higher chance than one that did not (AUC).

        Parameters
        ----------
        name : str
            "forecast", or the name of a baseline.

        Returns
        -------
        float
            0.5 without discrimination; NaN if all moves happened, or none.

        Raises
        ------
        UnknownName
            If there is no such predictor.
        """
        return discrimination(*self.of_moves(name))

    def decomposition(self, name: str, rule: str = "log") -> Decomposition:
        """Return the parts of a predictor's mean score over all moves.

        Parameters
        ----------
        name : str
            "forecast", or the name of a baseline.
        rule : {"log", "brier"}, default "log"
            The scoring rule.

        Returns
        -------
        Decomposition
            The mean score is `.miscalibration` - `.discrimination` + `.uncertainty`.

        Raises
        ------
        UnknownName
            If there is no such predictor or rule.
        """
        return decomposition(*self.of_moves(name), rule)

    def gain(
        self, name: str, other: str = COMPARED, *, by: DrawnBy = "months", rng: int | np.random.Generator = 0
    ) -> tuple[float, float, float]:
        """Return the gain in mean log score over moves of one predictor over another.

        Parameters
        ----------
        name : str
            "forecast", or the name of a baseline.
        other : str, default "shrunk"
            The predictor to compare with; "shrunk" is the constant rate of each series.
        by : {"months", "series"}, default "months"
            What is resampled for the interval. Months are resampled in blocks whose mean length is a quarter
            of all months. Series (country, instrument and direction) are resampled one by one.
        rng : int or numpy.random.Generator, default 0
            Seed or generator of the resampling.

        Returns
        -------
        tuple of float
            The gain in nats per row, positive if `name` is better, and the low and high end of its 90 percent
            interval.

        Raises
        ------
        UnknownName
            If `name` or `other` is not a predictor, or `by` is not one of the two choices.
        InvalidNumber
            If `rng` is neither a seed nor a generator.
        """
        UnknownName.unless_in(by, get_args(DrawnBy), "value of `by`")
        moves = self._cells.chosen(group=ALL_MOVES)
        rows = [row for row, chosen in zip(self.rows, moves, strict=True) if chosen]
        keys = [(r.month,) if by == "months" else (r.actor, r.instrument, r.direction) for r in rows]
        blocks = sorted(set(keys))
        place = np.array([blocks.index(key) for key in keys])
        better = sum(weight * self._cells.of(term, "log")[moves] for term, weight in gap(name, other).items())
        sums, sizes = (np.bincount(place, each).astype(np.float64) for each in (better, np.ones(len(place))))
        return interval(sums, sizes, max(len(blocks) / 4, 1.0) if by == "months" else 1.0, rng)

    def of_moves(self, name: str) -> tuple[FloatArray, BoolArray]:
        """Return a predictor's chances of moves, and which of the moves happened.

        Parameters
        ----------
        name : str
            "forecast", or the name of a baseline.

        Returns
        -------
        chances : array of float, shape (moves,)
            Chances of the moves.
        came : array of bool, shape (moves,)
            Whether each move happened.

        Raises
        ------
        UnknownName
            If there is no such predictor.
        """
        moves = self._cells.chosen(group=ALL_MOVES)
        return expect_known(name, dict(zip(self.names, self.chances, strict=True)))[moves], self.came[moves]

    @cached_property
    def _cells(self) -> CellScores:
        groups = np.array(self.groups)
        # Renewals are no moves: all moves are those of legs alone.
        labels = {group: groups == group for group in (*LEGS, *RENEWAL_GROUPS.values())}
        of = {ALL_MOVES: np.isin(groups, LEGS)} | labels
        scores = {rule: row_scores(rule, self.chances, self.came) for rule in RULES}
        return CellScores(self.names, scores, {"group": of}, np.ones(len(groups), dtype=bool))

    def table(self) -> Table:
        """Return one row for each predictor, with its scores over all moves.

        Returns
        -------
        Table
            Mean log score (nats per row), mean Brier score, AUC (empty if all moves happened, or none), the
            expected number of moves, and the miscalibration (MCB) and discrimination (DSC) of the log score.
        """
        rows = []
        for name in self.names:
            chances, _ = self.of_moves(name)
            both = (self.mean(name, rule=rule) for rule in RULES)
            auc = self.discrimination(name)
            parts = self.decomposition(name)
            rows.append((name, *both, None if isnan(auc) else auc, float(chances.sum()), *parts[:2]))
        columns = ("predictor", "log score", "Brier score", "AUC", "expected", "MCB", "DSC")
        return Table(self._title, columns, tuple(rows))

    def gains(self) -> Table:
        """Return the gain of each predictor over the constant rate of each series.

        Returns
        -------
        Table
            Gains in mean log score over moves (nats per row), with the ends of 90 percent intervals that
            resample months, and of intervals that resample series.
        """
        rows = [(name, *self.gain(name), *self.gain(name, by="series")[1:]) for name in self.names]
        ends = (f"{end}, {by}" for by in get_args(DrawnBy) for end in ("low", "high"))
        title = f"gain in mean log score over {COMPARED}; 90 percent intervals by months, by series"
        return Table(title, ("predictor", "gain", *ends), tuple(rows))

    def by_group(self, rule: str = "log") -> Table:
        """Return mean scores of all moves, and of moves and renewals by leg.

        Parameters
        ----------
        rule : {"log", "brier"}, default "log"
            The scoring rule.

        Returns
        -------
        Table
            One row for each group that has rows, with its number of rows, its number of events that happened
            and the mean score of each predictor. A score is empty if the baseline does not predict renewals.

        Raises
        ------
        UnknownName
            If there is no such rule.
        """
        rows = []
        for group in (ALL_MOVES, *LEGS, *RENEWAL_GROUPS.values()):
            came = self.came[self._cells.chosen(group=group)]
            means = [self.mean(name, group=group, rule=rule) for name in self.names]
            if came.size:
                rows.append((group, came.size, int(came.sum()), *(None if isnan(x) else x for x in means)))
        return Table(f"{rule} scores, {self._title}", ("of", "rows", "came", *self.names), tuple(rows))

    @property
    def _title(self) -> str:
        _, came = self.of_moves(self.names[0])
        return f"{self.on} to {self.until}: {came.sum()} of {came.size} moves came; smaller is better"
