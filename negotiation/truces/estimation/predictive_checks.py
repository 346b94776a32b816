"""Checks whether a fitted model would make records like its own, by named statistics.

Records are drawn at parameters drawn from the posterior (posterior predictive checks: Gelman, Meng and Stern
1996), in spells that begin and last as in the record. A statistic of the record far from those of drawn
records shows what the model does not describe. The record was used for the fit, so that tails are too large
rather than too small.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

from negotiation.base.drawing import Drawable
from negotiation.base.labelled import Table, Tabular
from negotiation.base.numeric import FloatArray
from negotiation.base.status import Status
from negotiation.disputes.periods import DAYS_A_YEAR
from negotiation.errors import InvalidGame, InvalidNumber
from negotiation.truces.estimation.model import RecordModel
from negotiation.truces.estimation.posterior import QUANTILES, Posterior
from negotiation.truces.estimation.seen_moves import SeenMove, SeenSpell

# Days within which a move of the other side counts as an answer: the reaction lag of the calibrations.
ANSWERED_IN = 14


class DrawableModel(RecordModel, Protocol):
    """A model that can draw records like the one that it explains."""

    @property
    def seen(self) -> Sequence[SeenSpell]:
        """The record that it explains, by spell."""

    def drawn(self, row: FloatArray, rng: np.random.Generator) -> Sequence[SeenSpell]:
        """Return a record drawn at some parameters, in the same spells."""


@dataclass(frozen=True, eq=False)
class PredictiveChecks(Tabular, Drawable):
    """Statistics of a record and of drawn records. Make one with `predictive_checks`."""

    _figure = "truces.predictive:predictive_figure"

    model: str
    statistics: tuple[str, ...]
    # (statistics,): of the record; NaN where it has none, as a share of no moves.
    observed: FloatArray = field(repr=False)
    # (records, statistics): of the drawn records; NaN in the same way.
    drawn: FloatArray = field(repr=False)
    status: Status = "complete"

    def tail(self, statistic: str) -> float:
        """Return the share of drawn records at least as extreme as the record, on its nearer side."""
        k = self.statistics.index(statistic)
        values, here = self._values(k), self.observed[k]
        if np.isnan(here) or not len(values):
            return float("nan")
        return float(min((values >= here).mean(), (values <= here).mean()))

    def _values(self, k: int) -> FloatArray:
        """Return a statistic of the drawn records that have it."""
        column = self.drawn[:, k]
        return np.asarray(column[~np.isnan(column)])

    def quantiles(self, statistic: str) -> FloatArray:
        """Return the 5, 50 and 95 percent quantiles of a statistic over drawn records, shape (3,)."""
        values = self._values(self.statistics.index(statistic))
        return np.quantile(values, QUANTILES) if len(values) else np.full(len(QUANTILES), np.nan)

    def table(self) -> Table:
        """Return a row for each statistic: its value in the record, quantiles over draws, and the tail."""
        rows = tuple(
            (name, float(here), *self.quantiles(name).tolist(), self.tail(name))
            for name, here in zip(self.statistics, self.observed, strict=True)
        )
        title = f"{self.model}: the record beside {len(self.drawn)} drawn from the posterior"
        return Table(title, ("statistic", "record", *(f"{q:.0%}" for q in QUANTILES), "tail"), rows)


def predictive_checks(
    posterior: Posterior,
    model: DrawableModel,
    *,
    records: int = 200,
    seed: int = 0,
    progress: Callable[[int, int], None] | None = None,
) -> PredictiveChecks:
    """Return statistics of a record and of records drawn from the posterior.

    References
    ----------
    Gelman, Meng and Stern (1996), Statistica Sinica 6.
    """
    if records < 1:
        raise InvalidNumber(f"`records` must be at least 1; got {records}")
    if (posterior.model, posterior.observations) != (model.name, tuple(model.observations)):
        raise InvalidGame(
            f"the posterior is of {posterior.model} and {len(posterior.observations)} observations, the "
            f"model {model.name} of {len(model.observations)}, and they are not the same; give the model of "
            "the fit"
        )
    rng = np.random.default_rng(seed)
    rows = posterior.resampled(records)
    drawn = []
    for k, row in enumerate(rows):
        drawn.append(tuple(model.drawn(row, rng)))
        if progress is not None:
            progress(k + 1, records)
    # Shares are of all instruments that move in any of them: the record and what is drawn have one list.
    every = [tuple(model.seen), *drawn]
    names = sorted({m.instrument for record in every for spell in record for m in spell.moves})
    values = np.array([list(statistics_of(record, names).values()) for record in every])
    return PredictiveChecks(model.name, tuple(statistics_of(every[0], names)), values[0], values[1:])


def statistics_of(record: Sequence[SeenSpell], instruments: Sequence[str]) -> dict[str, float]:
    """Return the statistics of a record."""
    moves = [move for spell in record for move in spell.moves]
    times = [np.array([0.0, *(m.at for m in s.moves), s.years]) * DAYS_A_YEAR for s in record]
    # Quiet at the ends of a spell counts, and a spell without a move is quiet for as long as it lasted.
    statistics = {
        "moves": float(len(moves)),
        "share up": _share([move.up for move in moves]),
        "longest quiet time, days": float(max(np.diff(one).max() for one in times)),
        "days to first move": float(np.mean([one[1] for one in times])),
        f"share answered in {ANSWERED_IN} days": _share(
            [x for spell in record for x in _answered(spell.moves)]
        ),
    }
    shares = {f"share of {name}": _share([move.instrument == name for move in moves]) for name in instruments}
    return statistics | shares


def _share(of: Sequence[bool]) -> float:
    return float(np.mean(of)) if len(of) else float("nan")


def _answered(moves: Sequence[SeenMove]) -> list[bool]:
    """Return for each move whether another country moved soon after it."""
    return [
        any(
            later.country != move.country and later.at - move.at <= ANSWERED_IN / DAYS_A_YEAR
            for later in moves[k + 1 :]
        )
        for k, move in enumerate(moves)
    ]
