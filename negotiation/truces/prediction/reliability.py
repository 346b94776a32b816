"""Reliability and discrimination of chances.

Reliability compares the observed share of events among rows with similar chances with their mean chance
(Murphy and Winkler 1977). Discrimination is measured in two ways. The area under the curve (AUC) is the
probability that an event had a higher chance than a non-event, with ties counted half. The other measure is
a part of the mean score, which is miscalibration - discrimination + uncertainty (Dimitriadis, Gneiting and
Jordan 2021, PNAS 118). Miscalibration is the loss against chances recalibrated by isotonic regression.
Discrimination is the gain of the recalibrated chances over the overall share of events. Uncertainty is the
score of that share.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from scipy.optimize import isotonic_regression

from negotiation.base.drawing import Drawable
from negotiation.base.labelled import Table, Tabular
from negotiation.base.numeric import BoolArray, FloatArray
from negotiation.base.status import Status
from negotiation.truces.prediction.cell_scores import row_scores

# Edges of the classes of chances: about a doubling each, since most chances are small.
EDGES = (0.0, 0.01, 0.02, 0.05, 0.1, 0.2, 0.4, 1.0)
# Decimals of chances that are ranked: far finer than meaningful differences, far coarser than rounding.
TIED_DECIMALS = 12


@dataclass(frozen=True)
class Reliability(Tabular, Drawable):
    """The mean chance and the observed share of the rows in each class of chances."""

    _figure = "truces.scores:reliability_figure"

    # Name of the predictor.
    name: str
    # Edges of the classes; an upper edge belongs to the next class, except the last.
    edges: tuple[float, ...]
    # Number of rows in each class.
    rows: tuple[int, ...]
    # Mean chance of the rows in each class; NaN without rows.
    given: tuple[float, ...]
    # Share of the rows in each class that happened; NaN without rows.
    came: tuple[float, ...]
    status: Status = "complete"

    def table(self) -> Table:
        """Return one row for each class of chances that has rows."""
        rows = tuple(
            (f"{low:g} to {high:g}", count, given, came)
            for low, high, count, given, came in zip(
                self.edges, self.edges[1:], self.rows, self.given, self.came, strict=False
            )
            if count
        )
        return Table(f"reliability of {self.name}", ("chance", "rows", "given", "came"), rows)

    def _numbers(self) -> Table:
        shown = zip(self.edges, self.edges[1:], self.rows, self.given, self.came, strict=False)
        return Table("", ("from", "to", "rows", "given", "came"), tuple(row for row in shown if row[2]))


def reliability(
    name: str, chances: FloatArray, came: BoolArray, edges: tuple[float, ...] = EDGES
) -> Reliability:
    """Return the mean chance and the observed share of events in each class of chances.

    `name` is the name of the predictor, `came` says whether each event happened, and `edges` are the edges of
    the classes in ascending order. Shapes: `chances` (rows,), `came` (rows,).

    Examples
    --------
    >>> found = reliability("half", np.array([0.25, 0.25, 0.75]), np.array([False, True, True]), (0, 0.5, 1))
    >>> found.rows, found.given, found.came
    ((2, 1), (0.25, 0.75), (0.5, 1.0))
    """
    place = np.clip(np.searchsorted(edges, chances, side="right") - 1, 0, len(edges) - 2)
    rows = np.bincount(place, minlength=len(edges) - 1)
    some = np.where(rows > 0, rows, np.nan)
    given = np.bincount(place, chances, minlength=len(edges) - 1) / some
    shares = np.bincount(place, came.astype(np.float64), minlength=len(edges) - 1) / some
    return Reliability(name, edges, tuple(rows.tolist()), tuple(given.tolist()), tuple(shares.tolist()))


def discrimination(chances: FloatArray, came: BoolArray) -> float:
    """Return the probability that an event had a higher chance than a non-event, with ties counted half.

    Returns NaN if all events happened, or none. Shapes: `chances` (rows,), `came` (rows,).

    Examples
    --------
    >>> discrimination(np.array([0.1, 0.2, 0.2]), np.array([False, True, False]))
    0.75
    """
    hits, misses = int(came.sum()), int((~came).sum())
    if not hits or not misses:
        return float("nan")
    # Chances that differ only by rounding are ties: the order of a summation must not rank them.
    _, place, counts = np.unique(chances.round(TIED_DECIMALS), return_inverse=True, return_counts=True)
    # The mean rank of equal chances: Mann and Whitney's statistic from the sum of ranks.
    ranks = (np.cumsum(counts) - (counts - 1) / 2.0)[place]
    return float((ranks[came].sum() - hits * (hits + 1) / 2.0) / (hits * misses))


class Decomposition(NamedTuple):
    """Parts of a mean score: miscalibration - discrimination + uncertainty. All are at least 0.

    Parameters
    ----------
    miscalibration : float
        Mean score of the chances minus the mean score of the recalibrated chances; smaller is better.
    discrimination : float
        Mean score of the overall share of events minus the mean score of the recalibrated chances; larger is
        better.
    uncertainty : float
        Mean score of the overall share of events, which is the same for all predictors.

    Examples
    --------
    >>> parts = decomposition(np.array([0.25, 0.75]), np.array([False, True]), "brier")
    >>> parts.miscalibration - parts.discrimination + parts.uncertainty
    0.0625
    """

    miscalibration: float
    discrimination: float
    uncertainty: float


def recalibrated(chances: FloatArray, came: BoolArray) -> FloatArray:
    """Return the nondecreasing function of the chances that fits outcomes best by every proper score.

    Shapes: `chances` (rows,), `came` (rows,); returns (rows,).

    Examples
    --------
    >>> recalibrated(np.array([0.1, 0.2, 0.3]), np.array([True, False, True])).tolist()
    [0.5, 0.5, 1.0]
    """
    _, place, counts = np.unique(chances.round(TIED_DECIMALS), return_inverse=True, return_counts=True)
    shares = np.bincount(place, came) / counts
    right: FloatArray = isotonic_regression(shares, weights=counts).x[place]
    return right


def decomposition(chances: FloatArray, came: BoolArray, rule: str = "log") -> Decomposition:
    """Return the miscalibration, discrimination and uncertainty of the mean score of some chances.

    Shapes: `chances` (rows,), `came` (rows,). `rule` is "log" or "brier".

    Examples
    --------
    >>> decomposition(np.array([0.5, 0.5, 1.0]), np.array([True, False, True]), "brier").miscalibration
    0.0
    """
    right, share = recalibrated(chances, came), np.full(chances.shape, came.mean())
    given, best, worst = (float(row_scores(rule, column, came).mean()) for column in (chances, right, share))
    return Decomposition(given - best, worst - best, worst)
