"""Whether intervals of the posterior hold the truth as often as they say, on simulated records of a theory.

Parameters are drawn from the priors, a record from the theory's play at them, and the record is fitted by the
sampler that fits the records of disputes. Where the sampler is right the place of the truth in the posterior
is uniform, for each parameter (simulation-based calibration: Talts, Betancourt, Simpson, Vehtari and Gelman
2018), and for the density of the record, which tells whether the record was taken in at all (Modrak et al.
2023): a sampler that gave the prior back would pass without it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from scipy.stats import binomtest, chisquare, kstest

from negotiation.errors import InvalidGame
from negotiation.labelled import Table, Tabular
from negotiation.numeric import FloatArray
from negotiation.status import Status
from negotiation.truces.estimation.fitting import fit
from negotiation.truces.estimation.posterior import Posterior
from negotiation.truces.estimation.priors import parameters_at
from negotiation.truces.estimation.theory_record import TheoryRecord

DENSITY = "density of the record"
SHARE = 0.9
"""Of the posterior that an interval holds, as much on either side."""
BINS = 10
"""Of places, for the test of chi square: ten records a bin where there are a hundred."""
TRUTH, FIT = 0, 1


class Placed(NamedTuple):
    """Where the truth lies in the posterior of one simulated record."""

    record: int
    moves: int
    # Effective number of draws, as by their weights.
    effective: float
    # Of the median parameter: the number of independent draws that the chains are worth.
    independent: float
    # By parameter, then of the density of the record: the share of the posterior that lies below the truth.
    places: tuple[float, ...]


@dataclass(frozen=True, eq=False)
class IntervalCoverage(Tabular):
    """Places of the truth in posteriors of simulated records. Make one with `interval_coverage`."""

    model: str
    # The parameters, then the density of the record.
    quantities: tuple[str, ...]
    records: tuple[Placed, ...]
    status: Status = "complete"

    @property
    def places(self) -> FloatArray:
        """Places, shape (records, quantities)."""
        return np.array([one.places for one in self.records])

    @property
    def covered(self) -> FloatArray:
        """Whether the central interval holds the truth, shape (records, quantities)."""
        return np.asarray(np.abs(self.places - 0.5) < SHARE / 2)

    def table(self) -> Table:
        """Return a row for each quantity: how often it was covered, with the range of 95 percent."""
        rows = []
        for k, name in enumerate(self.quantities):
            places, hits = self.places[:, k], int(self.covered[:, k].sum())
            ends = binomtest(hits, len(places)).proportion_ci(0.95, "exact")
            counts = np.histogram(places, BINS, (0.0, 1.0))[0]
            by_bins, steps = chisquare(counts).pvalue, kstest(places, "uniform").pvalue
            rows.append((name, hits / len(places), ends.low, ends.high, float(by_bins), float(steps)))
        title = f"{self.model}: 90% intervals on {len(self.records)} simulated records"
        return Table(title, ("quantity", "covered", "from", "to", "p chi2", "p KS"), tuple(rows))


def interval_coverage(
    model: TheoryRecord,
    *,
    records: int = 100,
    particles: int = 128,
    islands: int = 1,
    seed: int = 0,
    sweeps: int | None = None,
    known: tuple[Placed, ...] = (),
    progress: Callable[[Placed], None] | None = None,
) -> IntervalCoverage:
    """Return where the truth lies in posteriors of records that were simulated at it."""
    if records < 1:
        raise InvalidGame(f"records {records}; one or more are needed")
    found = {one.record: one for one in known}
    for k in range(records):
        if k not in found:
            found[k] = _placed(model, k, particles, islands, seed, sweeps)
            if progress is not None:
                progress(found[k])
    quantities = (*(prior.name for prior in model.priors), DENSITY)
    return IntervalCoverage(model.name, quantities, tuple(found[k] for k in range(records)))


def _placed(
    model: TheoryRecord, k: int, particles: int, islands: int, seed: int, sweeps: int | None
) -> Placed:
    rng = np.random.default_rng([seed, TRUTH, k])
    truth = parameters_at(model.priors, rng.standard_normal((1, len(model.priors))))
    drawn = model.of(model.drawn(truth[0], rng))
    # The generator of a fit is made of its seed alone: one that the truth was not drawn by.
    fitted = fit(
        drawn, particles=particles, islands=islands, seed=_own_seed(seed, k), sweeps=sweeps, lag=False
    )
    places = places_of(fitted, truth[0], float(drawn.log_densities(truth).sum()))
    moves = sum(len(spell.moves) for spell in drawn.seen)
    independent = float(np.median(fitted.independent))
    return Placed(k, moves, fitted.effective, independent, tuple(places.tolist()))


def _own_seed(seed: int, k: int) -> int:
    return int(np.random.default_rng([seed, FIT, k]).integers(2**31))


def places_of(posterior: Posterior, truth: FloatArray, log_density: float) -> FloatArray:
    """Return the share of a posterior that lies below the truth, by parameter and of the density.

    Shapes: `truth` (d,); returns (d + 1,).
    """
    values = np.column_stack([posterior.draws, posterior.log_densities.sum(axis=1)])
    at = np.append(truth, log_density)
    below = (values < at) + 0.5 * (values == at)
    return np.asarray(posterior.weights @ below)
