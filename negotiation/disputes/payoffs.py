"""Payoff equations other than tariffs, one function each, in percent of the country's GDP.

A flow is a share of the GDP of the same period, so its number does not depend on the length of a period.
"""

from __future__ import annotations

import numpy as np

from negotiation.base.numeric import FloatArray


def security_gained(intensity: FloatArray, first: float, kept: float = 1.0) -> FloatArray:
    """Return the security value of a control: s(x) = sigma (1 - rho^x) / (1 - rho), or sigma x where rho = 1.

    The first step denies most: each further unit of strength is worth the share rho of the unit before it, so
    s(1) = sigma and s is concave. The form is the same when strength is counted from another level.

    Examples
    --------
    >>> security_gained(np.array([0.0, 1.0, 2.0, 3.0]), first=0.08, kept=0.5).round(6).tolist()
    [0.0, 0.08, 0.12, 0.14]
    """
    if kept == 1.0:
        return first * intensity
    fall = np.log(kept)
    gained: FloatArray = first * (np.expm1(fall * intensity) / np.expm1(fall))
    return gained


def control_gain(
    intensity: FloatArray, weight: float, security: float, business: float, kept: float = 1.0
) -> FloatArray:
    """Return the user's payoff from a security control: theta s(x) - (1 - theta) b x.

    Examples
    --------
    >>> control_gain(np.array([0.0, 1.0]), weight=0.5, security=0.06, business=0.02).round(6).tolist()
    [0.0, 0.02]
    """
    gained = security_gained(intensity, security, kept)
    return weight * gained - (1.0 - weight) * business * intensity


def harm_left(greatest: float, dependence: float, full: float, exponent: float) -> float:
    """Return the harm at a dependence below the greatest: h = h_max (d / d_full)^eta.

    Examples
    --------
    >>> harm_left(0.4, dependence=0.5, full=1.0, exponent=2.0)
    0.1
    """
    return greatest * float((dependence / full) ** exponent)


def curb_cost(intensity: FloatArray, lost_sales: float, erosion: float) -> FloatArray:
    """Return the user's payoff from a curb: -kappa r, kappa = lost sales + erosion.

    Examples
    --------
    >>> curb_cost(np.array([0.0, 1.0]), lost_sales=0.01, erosion=0.03).round(6).tolist()
    [-0.0, -0.04]
    """
    return -(lost_sales + erosion) * intensity


def interaction(
    curb: FloatArray, at_peak: FloatArray, weight: float | FloatArray, gross_cost: float | FloatArray
) -> FloatArray:
    """Return the curb user's extra cost while tariffs are at their peak: -zeta (lost sales + erosion) r.

    This is the only term that is not additive over instruments: in a tariff war the trade that would have
    made up for the curb's losses is gone as well. zeta = 0 switches it off.

    Shapes: `curb`, `at_peak` (or shapes that broadcast).

    Examples
    --------
    >>> interaction(np.array([1.0, 1.0]), np.array([0.0, 1.0]), weight=0.5, gross_cost=0.04).tolist()
    [-0.0, -0.02]
    """
    return -weight * gross_cost * curb * at_peak


def share_of_gdp(flow: FloatArray | float, gdp: float) -> FloatArray:
    """Return a yearly flow in USD bn as a percentage of GDP in USD bn.

    Examples
    --------
    >>> share_of_gdp(292.0, 29200.0)
    array(1.)
    """
    percent: FloatArray = np.asarray(100.0 * np.asarray(flow) / gdp)
    return percent
