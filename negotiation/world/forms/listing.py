"""Listing: parties that may not be supplied without a licence. Values count how many are covered.

The strength x of a level is the number it covers beyond the base, relative to what the level of reference
adds: x = (n - n_base) / (n_reference - n_base). The rest is a control:

    own = theta s(x) - (1 - theta) b x,  given = -h (d / d_full)^eta x,  s(x) = sigma (1 - rho^x) / (1 - rho).

A rule in place of a list covers whom an ownership graph says. With a threshold tau of the rule, n is the
coverage of the calibrated graph (as many listed as at the base) once the share q of the
majority-held affiliates has been sold down to just below the threshold,

    n = coverage(tau, q),  q = q_full (1 - 2^(-T / T_half)),  given = ... - c q,

at T days after the rule took effect: value, burden and harm fall together as owners restructure, at the cost
c q to them. x = 1 is still what the values say that the level of reference adds.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

import numpy as np

from negotiation.numeric import FloatArray
from negotiation.world.domains import NOT_NEGATIVE, POSITIVE, POSITIVE_SHARE, SHARE
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


def restructured(case: Case) -> float:
    """Return q, the share of majority-held affiliates that were sold down at the horizon."""
    done = -np.expm1(-np.log(2.0) * case.value("horizon") / case.value("restructuring_half_life"))
    return case.value("restructured_share") * float(done)


def strengths(case: Case) -> FloatArray:
    """Return x of each level: of what its value counts, or of what its rule covers net of restructuring."""
    listed, levels = case.levels[case.base].value or 0.0, case.levels
    if "threshold" not in case.roles:
        counts = [one.value or 0.0 for one in levels]
    else:
        # Imported where it is needed: a dispute without such a rule does without the sparse graphs.
        from negotiation.world.ownership.coverage_left import calibrated_coverage

        share, listed = restructured(case), float(round(listed))
        counts = [calibrated_coverage(round(listed), tau).at(share) for tau in case.each("threshold")]
        counts.insert(case.base, listed)
    return np.array([strength(count, listed, levels, case.reference, case.base) for count in counts])


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
    harm = case.scaled_harm(case.value("harm")) * x
    if "threshold" in case.roles:
        above = np.arange(len(case.levels)) > case.base
        harm = harm + above * case.value("restructuring_cost") * restructured(case)
    return Effects(gain, -harm)


RULE = (
    Role(
        "threshold", "tau, least stake of covered owners that covers an affiliate", POSITIVE_SHARE,
        optional=True, by_level=True,
    ),
    Role("restructured_share", "q_full, share of majority-held affiliates sold down in the end", SHARE, True),
    Role("restructuring_half_life", "T_half, days until half of them are", POSITIVE, True),
    Role("horizon", "T, days after the rule took effect", NOT_NEGATIVE, True),
    Role(
        "restructuring_cost", "c, percent of the other side's GDP if all were sold down", NOT_NEGATIVE, True
    ),
)  # fmt: skip


def whole_rule(roles: Collection[str]) -> Iterator[str]:
    """Yield what is wrong where the roles of an ownership rule are given in part."""
    names = [role.name for role in RULE]
    missing = [name for name in names if name not in roles]
    if 0 < len(missing) < len(names):
        yield f"a rule needs all of {', '.join(f'`{name}`' for name in names)}; give {', '.join(missing)} too"


FORM = Form(
    "listing",
    "lists of parties, and rules that add affiliates",
    (
        Role("security_weight", "theta, weight of security against business", SHARE),
        Role("security_value", "sigma, percent of GDP at x = 1"),
        SECURITY_KEPT,
        Role("business_cost", "b, percent of GDP at x = 1"),
        Role("harm", "h, percent of the other side's GDP at x = 1 and full dependence"),
        *RULE,
        HARM_EXPONENT,
    ),
    effects,
    takes=("dependence",),
    measured=True,
    strength=strengths,
    check=whole_rule,
)
