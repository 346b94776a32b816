"""Levels: parameters state the payoffs of each level to either side, in percent of GDP.

    own = own gain - own cost,  given = other gain - other loss (d / d_full)^eta.

Each of the four is a parameter times the strength of the level, or a parameter of the level itself. d is the
other side's dependence. If stocks matter, the other loss is 0 while they last.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

import numpy as np

from negotiation.base.numeric import FloatArray
from negotiation.disputes.forms.form import HARM_EXPONENT, Case, Form, Role
from negotiation.disputes.instrument import Effects

PARTS = ("own_gain", "own_cost", "other_gain", "other_loss")


def effects(case: Case) -> Effects:
    """Return the payoffs of each level to the holder and to the other side."""
    gain, cost, given, loss = (_part(case, role) for role in PARTS)
    return Effects(gain - cost, given - loss * case.scaled_harm(1.0))


def _part(case: Case, role: str) -> FloatArray:
    return case.effect(role) if role in case.roles else np.zeros(len(case.levels))


def some_effect(roles: Collection[str]) -> Iterator[str]:
    """Yield a fault if no role gives an effect."""
    if not set(PARTS) & set(roles):
        yield f"no role has an effect; give at least one of {', '.join(f'`{role}`' for role in PARTS)}"


FORM = Form(
    "levels",
    "what a level does to either side, as parameters",
    (
        *(
            Role(name, f"percent of GDP {whose}", optional=True, by_level=True)
            for name, whose in zip(PARTS, ("of the holder",) * 2 + ("of the other side",) * 2, strict=True)
        ),
        HARM_EXPONENT,
    ),
    effects,
    takes=("dependence", "stocks"),
    check=some_effect,
)
