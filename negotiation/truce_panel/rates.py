"""First harsher steps a year by leg, bound and left out, as counted and with disputes pooled in part.

Steps of dispute d in cell c come at the rate r_c u_d, u_d gamma distributed with mean one and shape k. With u
integrated out, D_cd the steps, D_d their sum and R_d = sum_c r_c E_cd over years E, the log density is
sum_c D_cd log r_c + log Gamma(k + D_d) - log Gamma(k) + k log k - (k + D_d) log(k + R_d). Logarithms of rates
are normal about that of all cells, so that a cell without a step has a rate, too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize, minimize_scalar
from scipy.special import gammaln
from scipy.stats import norm

from negotiation.base.labelled import Table
from negotiation.base.numeric import FloatArray
from negotiation.truce_panel.keeping import YEAR
from negotiation.truce_panel.numerics import NUMERICS
from negotiation.truce_panel.spells import Spell

Cell = tuple[str, bool]


@dataclass(frozen=True)
class Rates:
    """Rates a year by cell, and how alike disputes are."""

    cells: tuple[Cell, ...]
    # Steps, those of one day by one side being one, and years, shape (disputes, cells).
    steps: FloatArray
    years: FloatArray
    # Logarithms of the rates of a dispute like the mean one and their standard deviations, shape (cells,).
    log_rates: FloatArray
    deviations: FloatArray
    # Of the gamma distribution of disputes' factors.
    shape: float


def rates(spells: Sequence[Spell]) -> Rates:
    """Return the rates of spells by leg and coverage."""
    cells = tuple(sorted({(one.card.leg, one.card.covered) for one in spells}))
    disputes = sorted({one.card.dispute_id for one in spells})
    steps, years = np.zeros((2, len(disputes), len(cells)))
    for one in spells:
        place = disputes.index(one.card.dispute_id), cells.index((one.card.leg, one.card.covered))
        steps[place] += one.weight * one.event
        # A step on the day of signing came in the middle of it.
        years[place] += max(one.days, 0.5) / YEAR
    middle = np.log(max(steps.sum(), 0.5) / years.sum())

    def fitted(log_shape: float) -> tuple[float, FloatArray, FloatArray]:
        """Return minus the log density at the best rates, their logarithms and its curvature there."""
        k, both = np.exp(log_shape), steps.sum(axis=1)

        def missed(theta: FloatArray) -> tuple[float, FloatArray]:
            risk = years * np.exp(theta)
            factor = (k + both) / (k + risk.sum(axis=1))
            away = (theta - middle) / NUMERICS.cell_prior
            density = (
                steps.sum(axis=0) @ theta - (k + both) @ np.log(k + risk.sum(axis=1)) - away @ away / 2.0
            )
            slopes = steps.sum(axis=0) - factor @ risk - away / NUMERICS.cell_prior
            constant = np.sum(gammaln(k + both) - gammaln(k) + k * np.log(k))
            return float(-density - constant), -slopes

        def curvature(theta: FloatArray) -> FloatArray:
            risk = years * np.exp(theta)
            total = k + risk.sum(axis=1)
            along = np.diag((k + both) / total @ risk + NUMERICS.cell_prior**-2.0)
            found: FloatArray = along - (risk.T * ((k + both) / total**2)) @ risk
            return found

        begin: FloatArray = np.full(len(cells), middle)
        found = minimize(
            missed,
            begin,
            jac=True,
            hess=curvature,
            method="trust-exact",
            options={"gtol": NUMERICS.least_slope},
        )
        return float(found.fun), found.x, curvature(found.x)

    log_shape = minimize_scalar(lambda x: fitted(x)[0], bounds=NUMERICS.log_frailty, method="bounded").x
    _, theta, curved = fitted(log_shape)
    deviations = np.sqrt(np.diag(np.linalg.inv(curved)))
    return Rates(cells, steps, years, theta, deviations, float(np.exp(log_shape)))


def rate_table(title: str, spells: Sequence[Spell]) -> Table:
    """Return one row a leg, bound or left out: parts, steps, years at risk, rate, and the pooled rate."""
    found, rows = rates(spells), []
    ends = norm.ppf(NUMERICS.interval[1])
    for covered in (True, False):
        own = [k for k, cell in enumerate(found.cells) if cell[1] == covered]
        for leg, places in [("all", own), *((found.cells[k][0], [k]) for k in own)]:
            parts = [s for s in spells if s.card.covered == covered and leg in ("all", s.card.leg)]
            if not parts:
                continue
            years = found.years[:, places].sum()
            pooled: tuple[float | None, ...] = (None, None, None)
            if leg != "all":
                k = places[0]
                pooled = tuple(
                    np.exp(found.log_rates[k] + z * found.deviations[k]) for z in (0.0, -ends, ends)
                )
            numbers = (years, found.steps[:, places].sum() / years, *pooled)
            told = (None if x is None else float(x) for x in numbers)
            steps = sum(one.event for one in parts)
            rows.append((leg, "bound" if covered else "left out", len(parts), steps, *told))
    heads = ("leg", "text", "parts", "first steps", "years at risk", "steps a year", "pooled", "low", "high")
    return Table(title, heads, tuple(rows))
