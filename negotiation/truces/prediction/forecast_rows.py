"""What a forecast is: probabilities by month, that can be printed, kept in a file and scored later."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

import numpy as np

from negotiation.drawing import draw
from negotiation.errors import InvalidGame
from negotiation.labelled import Table, Tabular
from negotiation.status import Status
from negotiation.truces.prediction.chances import floored
from negotiation.truces.record.moves import MoveRecord

if TYPE_CHECKING:
    from matplotlib.axes import Axes

RENEWED = "renewed"


@dataclass(frozen=True)
class ForecastRow:
    """One probability.

    Parameters
    ----------
    month : str
        "2026-01", or for a renewal the month of the clock's end.
    actor : str
        The country; "both" for a renewal.
    instrument : str
        The instrument; for a renewal the leg.
    direction : str
        up, down or renewed.
    probability, low, high : float
        Of at least one such move in the month, with the band over parameter draws.
    """

    month: str
    actor: str
    instrument: str
    direction: str
    probability: float
    low: float
    high: float


@dataclass(frozen=True)
class Forecast(Tabular):
    """Probabilities by month, made as of a day. Make one with `forecast`.

    Parameters
    ----------
    truce : str
        The agreement that it is about.
    as_of : date
        Last day that was seen.
    rows : tuple of ForecastRow
        By month, actor, instrument and direction; renewals last.
    on : tuple of str
        The mechanisms of the predictor.
    paths, draws, seed : int
        How it was made.
    status : {"complete"}
        Always complete: nothing is left out.
    names : mapping from str to str
        What the identifiers in it are called in print.

    Examples
    --------
    >>> import negotiation as ng
    >>> found = ng.forecast("2025-10-busan", months=1, on=["coverage"], paths=2, draws=0)
    >>> found.truce, str(found.as_of), len(found.rows)
    ('2025-10-busan', '2025-11-30', 24)
    """

    truce: str
    as_of: date
    rows: tuple[ForecastRow, ...]
    on: tuple[str, ...]
    paths: int
    draws: int
    seed: int
    status: Status = "complete"
    names: Mapping[str, str] = field(default_factory=dict, compare=False, repr=False)

    def probability(self, month: str, actor: str, instrument: str, direction: str) -> float:
        """Return one probability, or raise `InvalidGame` where there is no such row.

        Parameters
        ----------
        month : str
            As "2025-12".
        actor, instrument : str
            Who moves, and what.
        direction : str
            up, down, or for a leg renewed.

        Returns
        -------
        float
            At the central parameter values.
        """
        for row in self.rows:
            if (row.month, row.actor, row.instrument, row.direction) == (month, actor, instrument, direction):
                return row.probability
        raise InvalidGame(f"the forecast has no row {month} {actor} {instrument} {direction}")

    def score(self, moves: Iterable[MoveRecord]) -> Table:
        """Return mean Brier and log scores of the monthly rows against a later record.

        Parameters
        ----------
        moves : iterable of MoveRecord
            The moves announced in the months of the forecast; rows dated to more than a month are left out.

        Returns
        -------
        Table
            One row for each score.
        """
        names = {"escalate": "up", "de-escalate": "down"}
        happened = {
            (f"{m.announced.earliest:%Y-%m}", m.actor, m.instrument, names[m.direction])
            for m in moves
            if m.instrument and m.direction != "hold" and m.status == "applied"
            and f"{m.announced.earliest:%Y-%m}" == f"{m.announced.latest:%Y-%m}"
        }  # fmt: skip
        monthly = [row for row in self.rows if row.direction != RENEWED]
        came = np.array([(r.month, r.actor, r.instrument, r.direction) in happened for r in monthly])
        given = floored(np.array([[row.probability, 1.0 - row.probability] for row in monthly]))[:, 0]
        log = -np.where(came, np.log(given), np.log(1.0 - given))
        row = (len(monthly), int(came.sum()), float(((given - came) ** 2).mean()), float(log.mean()))
        return Table("forecast against the record", ("rows", "came", "Brier score", "log score"), (row,))

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the chances by month.

        Parameters
        ----------
        ax : matplotlib.axes.Axes, optional
            Where; axes of a new figure if not given.

        Returns
        -------
        matplotlib.axes.Axes
            Save the figure with `.figure.savefig(path)`.
        """
        return draw("forecast", self, ax)

    def table(self) -> Table:
        """Return one row for each month, actor, instrument and direction."""
        columns = ("month", "actor", "instrument", "direction", "probability", "low", "high")
        rows = tuple(
            (r.month, r.actor, r.instrument, r.direction, r.probability, r.low, r.high) for r in self.rows
        )
        return Table(f"forecast for {self.truce}, as of {self.as_of}", columns, rows, self.names)
