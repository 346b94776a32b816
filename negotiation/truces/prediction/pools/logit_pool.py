"""Linear pool of log odds: a base predicts how many moves come, and a theory predicts which.

logit p = a + b logit p_base + c (logit p_theory - its mean over pairs and directions). The mean is subtracted
so that a theory predicts which moves come but not how many. At each lead, a, b and c maximise the penalised
likelihood of past rows, with normal priors around 0, 1 and 0. Chances in a window that is not a whole month
are converted to the length of a month at the same hazard, and back.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from scipy.special import expit, log_expit, logit

from negotiation.base.numeric import FloatArray
from negotiation.disputes import Scenario
from negotiation.disputes.periods import DAYS_A_YEAR
from negotiation.truces.numerics import NUMERICS
from negotiation.truces.prediction.chances import Forecaster, WeekAsWindow, Window
from negotiation.truces.prediction.months import month_windows
from negotiation.truces.prediction.pools.resolved_months import (
    LEADS,
    leads_of,
    resolved_months,
    said,
    said_before,
)
from negotiation.truces.record.past import Past

DAYS_A_MONTH = DAYS_A_YEAR / 12.0


class Line(NamedTuple):
    """Coefficients of log odds, with d = 3, or d = 2 without a theory."""

    # (d,): at the largest penalised likelihood: offset, slope on the base, slope on the theory.
    centre: FloatArray
    # (d, d): minus the second derivatives there, which are the precision of the normal approximation.
    precision: FloatArray


def fitted_line(rows: FloatArray, came: FloatArray, centre: FloatArray, spread: FloatArray) -> Line:
    """Return the coefficients with the largest penalised likelihood under normal priors.

    `rows` are the regressors of n chances and `came` their outcomes. `centre` and `spread` are the means and
    standard deviations of the priors. Shapes: `rows` (n, d), `came` (n,), `centre`, `spread` (d,).

    Examples
    --------
    >>> flat = fitted_line(np.ones((100, 1)), np.arange(100) < 20.0, np.zeros(1), np.array([100.0]))
    >>> round(float(expit(flat.centre[0])), 3)
    0.2
    """
    now, penalty = centre.astype(np.float64), np.diag(1.0 / spread**2)

    def value(x: FloatArray) -> float:
        """Return the penalised log likelihood."""
        z, away = rows @ x, x - centre
        return float((came * log_expit(z) + (1.0 - came) * log_expit(-z)).sum() - away @ penalty @ away / 2.0)

    # Newton steps on a strictly concave likelihood, halved if they overshoot the maximum.
    for _ in range(NUMERICS.newton_steps):
        chances = expit(rows @ now)
        slope = rows.T @ (came - chances) - penalty @ (now - centre)
        curved = (rows.T * (chances * (1.0 - chances))) @ rows + penalty
        step = np.linalg.solve(curved, slope)
        while value(now + step) < value(now) and step @ step > NUMERICS.newton_settled:
            step = step / 2.0
        now = now + step
        if step @ step < NUMERICS.newton_settled:
            break
    chances = expit(rows @ now)
    return Line(now, (rows.T * (chances * (1.0 - chances))) @ rows + penalty)


@dataclass(frozen=True, eq=False)
class LogitPool(WeekAsWindow):
    """A base forecaster whose log odds are corrected by past outcomes and, optionally, by a theory."""

    name: str
    base: Forecaster
    # Predicts which moves come; without a theory only the base is recalibrated.
    theory: Forecaster | None = None
    order: int = 200

    def lines(self, scenario: Scenario, past: Past) -> tuple[Line, ...]:
        """Return the coefficients at each lead, fitted to past rows."""
        return past.once(("lines", self, scenario), lambda: tuple(self._lines(scenario, past)))

    def _lines(self, scenario: Scenario, past: Past) -> list[Line]:
        over = resolved_months(scenario, past)
        base = said_before(self.base, scenario, over)
        theory = None if self.theory is None else said_before(self.theory, scenario, over)
        columns, fitted = _columns(base, theory), []
        size = columns.shape[-1]
        centre = np.array([0.0, 1.0, 0.0])[:size]
        spread = np.array([NUMERICS.spread_of_offset, NUMERICS.spread_of_slope, NUMERICS.spread_of_theory])[
            :size
        ]
        for lead in range(LEADS):
            known = over.known[:, lead]
            came = over.came[known, lead].astype(np.float64).ravel()
            fitted.append(fitted_line(columns[known, lead].reshape(-1, size), came, centre, spread))
        return fitted

    def ahead(self, scenario: Scenario, past: Past, windows: Sequence[Window]) -> FloatArray:
        """Return the chances, shape (windows, pairs, 2)."""
        lines, leads = self.lines(scenario, past), leads_of(past, windows)
        at = np.stack([lines[k].centre for k in leads])
        theory = None if self.theory is None else said(self.theory, scenario, past, windows)
        return self.at(at, said(self.base, scenario, past, windows), theory, windows)

    def at(
        self, lines: FloatArray, base: FloatArray, theory: FloatArray | None, windows: Sequence[Window]
    ) -> FloatArray:
        """Return the chances in each window at given coefficients, shape (windows, pairs, 2).

        `base` and `theory` are the chances of the members. Shapes: `lines` (windows, d), `base`, `theory`
        (windows, pairs, 2).
        """
        months = np.array([_months(window) for window in windows])[:, None, None]
        rows = _columns(_over(base, 1.0 / months), None if theory is None else _over(theory, 1.0 / months))
        return _over(expit((rows * lines[:, None, None, :]).sum(axis=-1)), months)


def _columns(base: FloatArray, theory: FloatArray | None) -> FloatArray:
    """Return the regressors from chances of shape (..., pairs, 2), shape (..., pairs, 2, d)."""
    columns = [np.ones_like(base), logit(base)]
    if theory is not None:
        odds = logit(theory)
        # Less the mean over series and directions: which moves come, not how many.
        columns.append(odds - odds.mean(axis=(-2, -1), keepdims=True))
    return np.stack(columns, axis=-1)


def _months(window: Window) -> float:
    """Return the length of a window in months; every whole calendar month has length one."""
    first, end = window
    # By the calendar, since coefficients are fitted to calendar months of any length.
    if first.day == 1 and month_windows(first, 1)[0][1] == end:
        return 1.0
    return (end - first).days / DAYS_A_MONTH


def _over(chances: FloatArray, months: FloatArray) -> FloatArray:
    """Return the chances over `months` times the length of time, at the same hazards."""
    ahead: FloatArray = -np.expm1(months * np.log1p(-chances))
    return ahead
