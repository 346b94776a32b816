"""Scores of a forecast and of baselines on the same rows: means, their parts, and gains with intervals.

The interval of a gain shows whether the forecast does better than a plain rule by more than chance.
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
    """Scores of a forecast and of baselines on the same rows. Make them with `Forecast.score`.

    Parameters
    ----------
    truce : str
        The agreement of the forecast.
    on : str
        The set of questions, or "the record".
    as_of, until : date
        Last day that the forecast used, and the day up to which it is scored.
    names : tuple of str
        The forecast and the baselines.
    rows : tuple of ForecastRow
        The scored rows: moves first, renewals last.
    groups : tuple of str
        The leg of each row, or "renewal, " and its leg.
    came : array of bool, shape (rows,)
        Whether each event happened.
    chances : array, shape (predictors, rows)
        Chances of each predictor, above the floor; NaN if a baseline does not predict renewals.
    left_out : tuple of str
        Rows that were not scored, with reasons, one sentence each.
    status : {"complete"}
        Always complete; unknown outcomes are in `left_out`.

    Examples
    --------
    >>> from datetime import date
    >>> import negotiation as ng
    >>> made = ng.forecast("2025-05-geneva", date(2025, 5, 31), 1, theories="moment")
    >>> found = made.score(until=date(2025, 6, 30))
    >>> len(found.rows), int(found.came.sum()), found.left_out
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
        group : str, optional
            All moves, a leg, or the renewal of one.
        rule : str, optional
            "log" or "brier".

        Returns
        -------
        float
            In nats per row, or the mean squared distance; NaN if there is no such row.

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
            One half without discrimination; NaN if all moves happened, or none.
        """
        return discrimination(*self.of_moves(name))

    def decomposition(self, name: str, rule: str = "log") -> Decomposition:
        """Return the parts of a predictor's mean score of moves.

        Parameters
        ----------
        name : str
            "forecast", or the name of a baseline.
        rule : str, optional
            "log" or "brier".

        Returns
        -------
        Decomposition
            `.miscalibration` less `.discrimination` plus `.uncertainty` is the mean score.
        """
        return decomposition(*self.of_moves(name), rule)

    def gain(
        self, name: str, other: str = COMPARED, *, by: DrawnBy = "months", rng: int | np.random.Generator = 0
    ) -> tuple[float, float, float]:
        """Return the gain of one predictor over another in mean log score of moves.

        Parameters
        ----------
        name, other : str
            forecast, or a baseline; with the constant rate of each series if not given.
        by : {"months", "series"}, optional
            The resampled units of the interval: months, in blocks of a quarter of them, or single series
            (country, instrument and direction).
        rng : int or Generator, optional
            Of the draws.

        Returns
        -------
        tuple of float
            The difference, positive if the first is better, and the ends of its 90 percent interval.

        Raises
        ------
        UnknownName
            If there is no such predictor or unit.
        """
        UnknownName.unless_in(by, get_args(DrawnBy), "way of drawing")
        moves = self._cells.chosen(group=ALL_MOVES)
        rows = [row for row, chosen in zip(self.rows, moves, strict=True) if chosen]
        keys = [(r.month,) if by == "months" else (r.actor, r.instrument, r.direction) for r in rows]
        blocks = sorted(set(keys))
        place = np.array([blocks.index(key) for key in keys])
        better = sum(weight * self._cells.of(one, "log")[moves] for one, weight in gap(name, other).items())
        sums, sizes = (np.bincount(place, each).astype(np.float64) for each in (better, np.ones(len(place))))
        return interval(sums, sizes, max(len(blocks) / 4, 1.0) if by == "months" else 1.0, rng)

    def of_moves(self, name: str) -> tuple[FloatArray, BoolArray]:
        """Return a predictor's chances of moves, and which of them happened.

        Parameters
        ----------
        name : str
            "forecast", or the name of a baseline.

        Returns
        -------
        tuple of array, shape (moves,)
            Chances, and whether each move happened.
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
        """Return one row for each predictor: mean scores of moves, AUC, expected moves, MCB and DSC.

        MCB and DSC are miscalibration and discrimination, parts of the log score.
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
        """Return the gain of each predictor over the constant rate of each series, with intervals.

        Returns
        -------
        Table
            Gains in mean log score, with 90 percent intervals by months and by series.
        """
        rows = [(name, *self.gain(name), *self.gain(name, by="series")[1:]) for name in self.names]
        ends = (f"{end}, {by}" for by in get_args(DrawnBy) for end in ("low", "high"))
        title = f"gain in mean log score over {COMPARED}; 90 percent intervals by months, by series"
        return Table(title, ("predictor", "gain", *ends), tuple(rows))

    def by_group(self, rule: str = "log") -> Table:
        """Return mean scores by leg and of renewals.

        Parameters
        ----------
        rule : str, optional
            "log" or "brier".

        Returns
        -------
        Table
            One row for each group of rows, with the number of moves, and one column for each predictor.
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
