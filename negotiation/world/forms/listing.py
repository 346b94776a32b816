"""Listing: parties that may not be supplied without a licence. Values count how many are covered.

The strength x of a level is the number it covers beyond the base, relative to what the level of reference
adds: x = (n - n_base) / (n_reference - n_base). The rest is a control:

    own = theta s(x) - (1 - theta) b x,  given = -h (d / d_full)^eta x,  s(x) = sigma (1 - rho^x) / (1 - rho).

`strength` takes any coverage, such as that of an ownership rule (`world/ownership/coverage.py`) at any
threshold.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from negotiation.numeric import FloatArray
from negotiation.world.domains import SHARE
from negotiation.world.forms.form import HARM_EXPONENT, SECURITY_KEPT, Case, Form, Role, security_kept
from negotiation.world.instrument import Effects, Level
from negotiation.world.payoffs import control_gain


def strength(
    covered: float, listed: float, levels: Sequence[Level], reference: int = -1, base: int = 0
) -> float:
    """Return x: parties covered beyond the listed, relative to those that the level of reference adds.

    Parameters
    ----------
    covered, listed : float
        How many are covered, and how many by being listed alone.
    levels : sequence of Level
        Calmest first, with values.
    reference : int, optional
        Position of the level of reference; the harshest if not given.
    base : int, optional
        Position of the level of strength 0; the calmest if not given.

    Examples
    --------
    >>> from negotiation.world.loading import load_scenario
    >>> levels = load_scenario("us-china-2025").instruments["entity_list"].held_by("USA")
    >>> strength(20000, 1300, levels), strength(1300, 1300, levels)
    (1.0, 0.0)
    """
    added = (levels[reference].value or 0.0) - (levels[base].value or 0.0)
    return (covered - listed) / added


def strengths(case: Case) -> FloatArray:
    """Return x of each level."""
    listed, levels = case.levels[case.base].value or 0.0, case.levels
    return np.array([strength(one.value or 0.0, listed, levels, case.reference, case.base) for one in levels])


def effects(case: Case) -> Effects:
    """Return the payoffs of each level to the holder and to the other side."""
    x = case.strength
    gain = control_gain(
        x,
        case.value("security_weight"),
        case.value("security_value"),
        case.value("business_cost"),
        security_kept(case),
    )
    return Effects(gain, -case.scaled_harm(case.value("harm")) * x)


FORM = Form(
    "listing",
    "lists of parties",
    (
        Role("security_weight", "theta, weight of security against business", SHARE),
        Role("security_value", "sigma, percent of GDP at x = 1"),
        SECURITY_KEPT,
        Role("business_cost", "b, percent of GDP at x = 1"),
        Role("harm", "h, percent of the other side's GDP at x = 1 and full dependence"),
        HARM_EXPONENT,
    ),
    effects,
    takes=("dependence",),
    measured=True,
    strength=strengths,
)
