"""Listing: parties that may not be supplied without a licence. The value of a level is the number covered.

The strength of a level that covers n parties is x = (n - n_base) / (n_reference - n_base), where n_base and
n_reference are the values of the base and the reference level. Payoffs are as for a control:

    own = theta s(x) - (1 - theta) b x,  given = -h (d / d_full)^eta x,  s(x) = sigma (1 - rho^x) / (1 - rho).

A level may be a rule in place of a list, with a threshold tau of ownership. T days after the rule took
effect, owners have sold down to just below the threshold the share q of the affiliates in which a covered
party held at least the threshold. Then n is the coverage of the calibrated graph, with as many listed as at
the base:

    n = coverage(tau, q),  q = q_full (1 - 2^(-T / T_half)),  given = ... - c q.

Security, burden and harm fall together as owners restructure, which costs them c q. The unit of x still
follows from the values of the base and the reference level.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

import numpy as np

from negotiation.base.numeric import FloatArray
from negotiation.disputes.forms.form import (
    HARM_EXPONENT,
    HORIZON,
    RULE,
    SECURITY,
    SECURITY_KEPT,
    Case,
    Form,
    Role,
    security_gain,
    whole_security,
)
from negotiation.disputes.instrument import Effects, Level


def strength(
    covered: float, listed: float, levels: Sequence[Level], reference: int = -1, base: int = 0
) -> float:
    """Return the strength of covering some parties: x = (`covered` - `listed`) / (n_reference - n_base).

    n_reference and n_base are the values of the reference and the base level, which are at the positions
    `reference` and `base` among `levels`.

    Examples
    --------
    >>> from negotiation.disputes.loading import load_scenario
    >>> levels = load_scenario("us-china-2025").instruments["entity_list"].held_by("USA")
    >>> strength(20000, 1300, levels), strength(1300, 1300, levels)
    (1.0, 0.0)
    """
    added = (levels[reference].value or 0.0) - (levels[base].value or 0.0)
    return (covered - listed) / added


def restructured(case: Case) -> float:
    """Return q, the share of affiliates held at or above the threshold that are sold down by the horizon."""
    done = -np.expm1(-np.log(2.0) * case.value(HORIZON) / case.value("restructuring_half_life"))
    return case.value("restructured_share") * float(done)


def ruled(case: Case) -> bool:
    """Return whether the levels with a threshold count the coverage of the ownership graph."""
    return RULE[0].name in case.roles


def strengths(case: Case) -> FloatArray:
    """Return x of each level, from its value or from the coverage of its rule after restructuring."""
    listed, levels = case.levels[case.base].value or 0.0, case.levels
    counts = [level.value or 0.0 for level in levels]
    if ruled(case):
        # Imported here, since only disputes with such a rule need the sparse graphs.
        from negotiation.disputes.ownership.loophole import calibrated_coverage

        share = restructured(case)
        for k, level in enumerate(levels):
            if level.threshold is not None:
                counts[k] = calibrated_coverage(round(listed), level.threshold).at(share)
    return np.array([strength(count, listed, levels, case.reference, case.base) for count in counts])


def effects(case: Case) -> Effects:
    """Return the payoffs of each level to the holder and to the other side."""
    x = case.strength
    gain = security_gain(case, x, case.value("business_cost"))
    harm = case.scaled_harm(case.value("harm")) * x
    if ruled(case):
        rules = np.array([level.threshold is not None for level in case.levels])
        harm = harm + rules * case.value("restructuring_cost") * restructured(case)
    return Effects(gain, -harm)


def whole_rule(roles: Collection[str]) -> Iterator[str]:
    """Yield the faults of the roles together: of security, and of an incomplete ownership rule."""
    yield from whole_security(roles)
    names = [role.name for role in RULE]
    missing = [name for name in names if name not in roles]
    if 0 < len(missing) < len(names):
        yield f"a rule needs all of {', '.join(f'`{name}`' for name in names)}; give {', '.join(missing)} too"


FORM = Form(
    "listing",
    "lists of parties, and rules that add affiliates",
    (
        *SECURITY,
        SECURITY_KEPT,
        Role("business_cost", "b, percent of GDP at x = 1"),
        Role("harm", "h, percent of the other side's GDP at x = 1 and full dependence"),
        *RULE,
        HARM_EXPONENT,
    ),
    effects,
    takes=("dependence", "threshold"),
    measured=True,
    strength=strengths,
    check=whole_rule,
)
