"""How long parts of truces were kept: product-limit curves and proportional hazards, weighted by act.

The weight of a row is 1 divided by the number of steps by the same side on the same day, both among the rows
at risk and among the steps. Intervals are over disputes: resampled for curves, and by the sandwich estimator
of Lin and Wei for hazard ratios.

First harsher steps per year are counted by leg and coverage, and partially pooled over disputes. In dispute d
and cell c, steps arrive at the rate r_c u_d, where u_d has a gamma distribution with mean 1 and shape k. Let
D_cd be the steps, D_d their sum over c, E_cd the years, and R_d = sum_c r_c E_cd. With u_d integrated out,
the log density of dispute d is

    sum_c D_cd log r_c + log Gamma(k + D_d) - log Gamma(k) + k log k - (k + D_d) log(k + R_d).

Log rates have a normal prior around the overall rate, so that a cell without a step also has a rate.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from scipy.optimize import minimize, minimize_scalar
from scipy.special import gammaln
from scipy.stats import norm

from negotiation.base.drawing import Drawable
from negotiation.base.labelled import Table, Tabular
from negotiation.base.numeric import BoolArray, FloatArray
from negotiation.truce_panel.keeping import YEAR
from negotiation.truce_panel.numerics import NUMERICS
from negotiation.truce_panel.scores import HORIZONS, PRIMARY
from negotiation.truce_panel.spells import Spell

Cell = tuple[str, bool]


@dataclass(frozen=True)
class Rates:
    """Yearly rates by cell (leg and coverage), and the spread between disputes."""

    cells: tuple[Cell, ...]
    # Steps, where those of one side on one day count as one, and years at risk, shape (disputes, cells).
    steps: FloatArray
    years: FloatArray
    # Log rates of a dispute with the mean factor, and their standard deviations, shape (cells,).
    log_rates: FloatArray
    deviations: FloatArray
    # The shape of the gamma distribution of disputes' factors.
    shape: float


def rates(spells: Sequence[Spell]) -> Rates:
    """Return the rates of spells by leg and coverage."""
    cells = tuple(sorted({(spell.card.leg, spell.card.covered) for spell in spells}))
    disputes = sorted({spell.card.dispute_id for spell in spells})
    steps, years = np.zeros((2, len(disputes), len(cells)))
    for spell in spells:
        place = disputes.index(spell.card.dispute_id), cells.index((spell.card.leg, spell.card.covered))
        steps[place] += spell.weight * spell.event
        # A step on the day of signing counts as in the middle of that day.
        years[place] += max(spell.days, 0.5) / YEAR
    middle = np.log(max(steps.sum(), 0.5) / years.sum())

    def fitted(log_shape: float) -> tuple[float, FloatArray, FloatArray]:
        """Return minus the log density at its maximum, the log rates there, and the Hessian there."""
        k, both = np.exp(log_shape), steps.sum(axis=1)

        def missed(theta: FloatArray) -> tuple[float, FloatArray]:
            """Return minus the log density and its gradient at log rates."""
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
            """Return the Hessian of minus the log density at log rates."""
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
    """Return one row per leg, bound or left out: parts, steps, years at risk, rate and pooled rate."""
    fitted, rows = rates(spells), []
    ends = norm.ppf(NUMERICS.interval[1])
    for covered in (True, False):
        own = [k for k, cell in enumerate(fitted.cells) if cell[1] == covered]
        for leg, places in [("all", own), *((fitted.cells[k][0], [k]) for k in own)]:
            parts = [s for s in spells if s.card.covered == covered and leg in ("all", s.card.leg)]
            if not parts:
                continue
            years = fitted.years[:, places].sum()
            pooled: tuple[float | None, ...] = (None, None, None)
            if leg != "all":
                k = places[0]
                pooled = tuple(
                    np.exp(fitted.log_rates[k] + z * fitted.deviations[k]) for z in (0.0, -ends, ends)
                )
            numbers = (years, fitted.steps[:, places].sum() / years, *pooled)
            figures = (None if x is None else float(x) for x in numbers)
            steps = sum(part.event for part in parts)
            rows.append((leg, "bound" if covered else "left out", len(parts), steps, *figures))
    heads = ("leg", "text", "parts", "first steps", "years at risk", "steps a year", "pooled", "low", "high")
    return Table(title, heads, tuple(rows))


# Rows with this end may be censored in a way that is not random.
SUPERSEDED = "superseded"


class Rows(NamedTuple):
    """Spells as arrays, each of shape (rows,)."""

    days: FloatArray
    event: BoolArray
    weight: FloatArray
    # Position of the dispute in alphabetical order.
    dispute: np.ndarray


def as_rows(spells: Sequence[Spell]) -> Rows:
    """Return spells as arrays."""
    return Rows(
        np.array([spell.days for spell in spells], dtype=np.float64),
        np.array([spell.event for spell in spells], dtype=bool),
        np.array([spell.weight for spell in spells], dtype=np.float64),
        np.unique([spell.card.dispute_id for spell in spells], return_inverse=True)[1],
    )


def product_limit(rows: Rows, days: FloatArray, weights: FloatArray) -> FloatArray:
    """Return the probability of being kept beyond each day, for each draw of weights.

    This is the product of 1 - w / r over all days until that day, where w is the weight of the rows with a
    step on a day and r is the weight of the rows at risk (Kaplan and Meier 1958).

    Shapes: `days` (days,), `weights` (draws, rows); returns (draws, days).
    """
    at = np.unique(rows.days[rows.event])
    risk = weights @ (rows.days[:, None] >= at)
    steps = weights @ ((rows.days[:, None] == at) & rows.event[:, None])
    # A draw without rows at risk has no step either.
    chance = np.cumprod(1.0 - steps / np.where(risk > 0.0, risk, 1.0), axis=1)
    curve: FloatArray = np.hstack([np.ones((len(weights), 1)), chance])[
        :, np.searchsorted(at, days, side="right")
    ]
    return curve


def drawn_weights(rows: Rows) -> FloatArray:
    """Return the weights of rows in resamplings of disputes with replacement, shape (draws, rows)."""
    count = int(rows.dispute.max()) + 1
    rng = np.random.default_rng(NUMERICS.seed)
    times = rng.multinomial(count, np.full(count, 1.0 / count), size=NUMERICS.resamplings)
    weights: FloatArray = times[:, rows.dispute] * rows.weight
    return weights


def proportional_hazards(
    x: FloatArray, spells: Sequence[Spell], strata: Sequence[str] | None = None
) -> tuple[FloatArray, FloatArray]:
    """Return the coefficients of a Cox regression (columns,), and their covariance (columns, columns).

    The regression is weighted, with Breslow's method for ties (Cox 1972). The covariance sums residuals by
    dispute (Lin and Wei 1989). `strata` has a name for each row: rows are compared only with rows of the same
    stratum.

    Shapes: `x` (rows, columns).
    """
    rows = as_rows(spells)
    at = rows.days[rows.event]
    w, own = rows.weight[rows.event], x[rows.event]
    of = np.unique([""] * len(x) if strata is None else strata, return_inverse=True)[1]
    alive = (rows.days[:, None] >= at) & (of[:, None] == of[rows.event])

    def moments(beta: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Return the sum of risks at each step, each row's share of it, and the mean of the columns.

        Their shapes are (steps,), (rows, steps) and (steps, columns).
        """
        risk = (rows.weight * np.exp(x @ beta))[:, None] * alive
        total = risk.sum(axis=0)
        return total, risk / total, (risk / total).T @ x

    def missed(beta: FloatArray) -> tuple[float, FloatArray]:
        """Return minus the log partial likelihood, and its gradient."""
        total, _, mean = moments(beta)
        return float(-w @ (own @ beta - np.log(total))), -w @ (own - mean)

    def curvature(beta: FloatArray) -> FloatArray:
        """Return the Hessian of minus the log partial likelihood."""
        _, share, mean = moments(beta)
        information: FloatArray = (x.T * (share @ w)) @ x - (mean.T * w) @ mean
        return information

    beta = minimize(
        missed,
        np.zeros(x.shape[1]),
        jac=True,
        hess=curvature,
        method="trust-exact",
        options={"gtol": NUMERICS.least_slope},
    ).x
    _, share, mean = moments(beta)
    residual = -(x * (share @ w)[:, None] - share @ (w[:, None] * mean))
    residual[rows.event] += w[:, None] * (own - mean)
    sums = np.zeros((int(rows.dispute.max()) + 1, x.shape[1]))
    np.add.at(sums, rows.dispute, residual)
    bread = np.linalg.pinv(curvature(beta))
    return beta, bread @ (sums.T @ sums) @ bread


def ratio(beta: float, variance: float) -> tuple[float | None, float | None, float | None]:
    """Return a hazard ratio and the ends of its 90 percent interval; all None if the rows allow any ratio."""
    if not abs(beta) < NUMERICS.largest_log_ratio:
        return None, None, None
    half = norm.ppf(NUMERICS.interval[1]) * np.sqrt(variance)
    low, middle, high = (float(np.exp(beta + k * half)) for k in (-1, 0, 1))
    return middle, low, high


@dataclass(frozen=True, eq=False)
class SurvivalCurves(Tabular, Drawable):
    """Curves of how long parts of truces were kept, by group. Make one with `Panel.survival`.

    Parameters
    ----------
    title : str
        Title of the table.
    groups : mapping from str to tuple of Spell
        The rows of each group.

    Notes
    -----
    Curves are Kaplan-Meier (product-limit) estimates, and hazard ratios come from Cox regression with the
    standard errors of Lin and Wei (1989), Journal of the American Statistical Association 84. Rows are
    weighted so that the steps of one side on one day count as one.

    Examples
    --------
    >>> import negotiation as ng
    >>> curves = ng.panel().survival()
    >>> [round(float(curves.kept(group, [365])[0, 0]), 2) for group in curves.groups]
    [0.85, 0.55]
    """

    _figure = "truces.kept:kept_figure"

    title: str
    groups: Mapping[str, tuple[Spell, ...]]

    def kept(self, group: str, days: FloatArray | Sequence[float]) -> FloatArray:
        """Return the probability that a part of a group is kept beyond each day.

        Parameters
        ----------
        group : str
            Name of a group.
        days : sequence of float
            Days from signing.

        Returns
        -------
        array, shape (3, days)
            The product-limit estimate, then the low and high end of its 90 percent interval over resampled
            disputes.

        Raises
        ------
        KeyError
            If there is no such group.

        Examples
        --------
        >>> import negotiation as ng
        >>> ng.panel().survival().kept("bound", [90, 365]).round(2).tolist()
        [[0.95, 0.85], [0.92, 0.79], [0.98, 0.91]]
        """
        rows, at = as_rows(self.groups[group]), np.asarray(days, dtype=np.float64)
        drawn = product_limit(rows, at, drawn_weights(rows))
        ends = np.quantile(drawn, NUMERICS.interval, axis=0)
        return np.vstack([product_limit(rows, at, rows.weight[None]), ends])

    def bounds(self, group: str, days: float) -> tuple[float, float]:
        """Return bounds on the probability of being kept that allow for any fate of superseded parts.

        The lower bound assumes that superseded parts were broken on the day on which they were superseded,
        the upper bound that they were never broken. The estimate of `kept` treats supersession as random
        censoring.

        Parameters
        ----------
        group : str
            Name of a group.
        days : float
            Days from signing.

        Returns
        -------
        tuple of float
            The lower and the upper bound, as probabilities.

        Raises
        ------
        KeyError
            If there is no such group.

        Examples
        --------
        >>> import negotiation as ng
        >>> [round(x, 2) for x in ng.panel().survival().bounds("bound", 1095)]
        [0.64, 0.7]
        """
        rows = as_rows(self.groups[group])
        gone = np.array([spell.ended_how == SUPERSEDED for spell in self.groups[group]]) & ~rows.event
        worst = rows._replace(event=rows.event | gone)
        best = rows._replace(days=np.where(gone, np.inf, rows.days))
        at = np.array([days])
        least, most = (float(product_limit(r, at, r.weight[None])[0, 0]) for r in (worst, best))
        return least, most

    def ratios(self) -> dict[str, tuple[float | None, float | None, float | None]]:
        """Return each group's hazard relative to the first group in which there was a step.

        Returns
        -------
        dict from str to tuple
            By group: the ratio and the ends of its 90 percent interval, each `None` if the rows allow any
            ratio. The first group with a step has the ratio 1 and groups without a step have 0, both without
            an interval.

        Examples
        --------
        >>> import negotiation as ng
        >>> [round(x, 1) for x in ng.panel().survival().ratios()["left out"]]
        [2.1, 1.5, 2.8]
        """
        stepped = [name for name, own in self.groups.items() if any(spell.event for spell in own)]
        ratios: dict[str, tuple[float | None, float | None, float | None]] = {}
        # The likelihood of a group without a step is largest at a hazard of 0, where its rows have no effect.
        spells = [group for name in stepped for group in self.groups[name]]
        names = [name for name in stepped for _ in self.groups[name]]
        x = np.array([[name == other for other in stepped[1:]] for name in names], dtype=np.float64)
        beta, variance = (
            proportional_hazards(x, spells) if len(stepped) > 1 else (np.zeros(0), np.zeros((0, 0)))
        )
        for name in self.groups:
            if name in stepped[1:]:
                k = stepped.index(name) - 1
                ratios[name] = ratio(float(beta[k]), float(variance[k, k]))
            else:
                ratios[name] = float(name in stepped), None, None
        return ratios

    def table(self) -> Table:
        """Return one row per group.

        Returns
        -------
        Table
            The number of parts and of steps, the probability of being kept beyond 90, 365 (with its 90
            percent interval) and 1,095 days, and the hazard ratio with its interval.
        """
        rows, ratios, year = [], self.ratios(), HORIZONS.index(PRIMARY)
        for name, own in self.groups.items():
            chances = self.kept(name, HORIZONS)
            estimates = (*chances[0, : year + 1], *chances[1:, year], *chances[0, year + 1 :], *ratios[name])
            numbers = (None if x is None else round(float(x), 2) for x in estimates)
            rows.append((name, len(own), sum(spell.event for spell in own), *numbers))
        days = [f"{count} days" for count in HORIZONS]
        heads = (
            "group", "parts", "steps", *days[: year + 1], "low", "high", *days[year + 1 :],
            "hazard ratio", "ratio low", "ratio high",
        )  # fmt: skip
        return Table(self.title, heads, tuple(rows))

    def _numbers(self) -> Table:
        rows, ratios, none = [], self.ratios(), (None,) * 3
        for name, own in self.groups.items():
            rows.append((name, None, len(own), sum(spell.event for spell in own), *none, *ratios[name]))
            for days, chances in zip(HORIZONS, self.kept(name, HORIZONS).T.tolist(), strict=True):
                rows.append((name, days, None, None, *chances, *none))
        heads = ("parts", "steps", "kept", "low", "high", "hazard ratio", "ratio low", "ratio high")
        return Table(self.title, ("group", "after days", *heads), tuple(rows))
