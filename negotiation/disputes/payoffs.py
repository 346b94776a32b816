"""Equations for the payoffs of instruments other than tariffs, in percent of the country's GDP.

A payoff is a flow as a percentage of the GDP of the same period, so it does not depend on the length of a
period.
"""

from __future__ import annotations

import numpy as np

from negotiation.base.numeric import FloatArray


def security_gained(intensity: FloatArray, first: float, kept: float = 1.0) -> FloatArray:
    """Return the security value of a control: s(x) = sigma (1 - rho^x) / (1 - rho), or sigma x where rho = 1.

    Here x is `intensity`, whose shape the result has, sigma is `first` and rho is `kept`, above 0 and at most
    1. Each unit of strength is worth the share rho of the unit before it, so s(1) = sigma and s is concave.

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

    Here x is `intensity`, whose shape the result has, theta is `weight` and b is `business`. `security` and
    `kept` are sigma and rho of s(x); see `security_gained`.

    Examples
    --------
    >>> control_gain(np.array([0.0, 1.0]), weight=0.5, security=0.06, business=0.02).round(6).tolist()
    [0.0, 0.02]
    """
    gained = security_gained(intensity, security, kept)
    return weight * gained - (1.0 - weight) * business * intensity


def harm_left(greatest: float, dependence: float, full: float, exponent: float) -> float:
    """Return the harm at a given dependence: h = h_max (d / d_full)^eta.

    Here h_max is `greatest`, the harm at the dependence `full`, d_full. d is `dependence` and eta is
    `exponent`.

    Examples
    --------
    >>> harm_left(0.4, dependence=0.5, full=1.0, exponent=2.0)
    0.1
    """
    return greatest * float((dependence / full) ** exponent)


def curb_cost(intensity: FloatArray, lost_sales: float, erosion: float) -> FloatArray:
    """Return the user's payoff from a curb of strength r, `intensity`: -(lost sales + erosion) r.

    The result has the shape of `intensity`.

    Examples
    --------
    >>> curb_cost(np.array([0.0, 1.0]), lost_sales=0.01, erosion=0.03).round(6).tolist()
    [-0.0, -0.04]
    """
    return -(lost_sales + erosion) * intensity


def interaction(
    curb: FloatArray, at_peak: FloatArray, weight: float | FloatArray, gross_cost: float | FloatArray
) -> FloatArray:
    """Return the curb user's payoff from using it while tariffs are at their peak: -zeta kappa r p.

    Here r is `curb`, the strength of the curb. p is `at_peak`, which is 1 at peak tariffs and 0 otherwise.
    zeta is `weight` and kappa is `gross_cost`, lost sales plus erosion. All four broadcast against one
    another. This is the only term that is not additive over instruments: in a tariff war the trade that would
    have made up for the curb's losses is gone as well.

    Examples
    --------
    >>> interaction(np.array([1.0, 1.0]), np.array([0.0, 1.0]), weight=0.5, gross_cost=0.04).tolist()
    [-0.0, -0.02]
    """
    return -weight * gross_cost * curb * at_peak


def share_of_gdp(flow: FloatArray | float, gdp: float) -> FloatArray:
    """Return a yearly flow in USD bn as a percentage of GDP in USD bn, in the shape of `flow`.

    Examples
    --------
    >>> share_of_gdp(292.0, 29200.0)
    array(1.)
    """
    percent: FloatArray = np.asarray(100.0 * np.asarray(flow) / gdp)
    return percent
