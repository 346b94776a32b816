"""Which leg falters first: false alarms by slips and ambiguity."""

from __future__ import annotations

import numpy as np

from negotiation.numeric import FloatArray
from negotiation.truces.claims.definition import Claim
from negotiation.truces.claims.noisy_issues import false_alarm_and_detection
from negotiation.world.parameter_draws import ParameterDraws

TIMES = 4.0


def inequalities(draws: ParameterDraws) -> dict[str, FloatArray]:
    """Return the logarithm of how much likelier a false alarm is in the control leg, less that of four."""
    control, tariff = (
        np.array([false_alarm_and_detection(one, leg, grade)[0] for one in draws])
        for leg, grade in (("control", "low"), ("tariff", "high"))
    )
    return {"control leg's alarms": np.log(control) - np.log(tariff) - np.log(TIMES)}


CLAIM = Claim(
    "control_leg_falters_first",
    6,
    4,
    "False alarms in the control leg are at least four times as frequent as in the tariff leg.",
    inequalities,
    (),
    (
        "reaction_lag_days",
        "slip.tariff.fractured",
        "slip.control.fractured",
        *(f"signal.{kind}.{grade}" for kind in ("ambiguity", "miss") for grade in ("high", "low")),
    ),
    unit="logarithm",
    notes="One clause of low verifiability against one of high; all four hazards are assumed.",
)
