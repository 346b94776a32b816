"""Noise against linkage, with a control clause of high verifiability (Green and Porter 1984)."""

from __future__ import annotations

from negotiation.numeric import FloatArray
from negotiation.truces.claims.definition import Claim
from negotiation.truces.claims.noisy_issues import INSTRUMENTS, PARAMETERS, pooling_gains
from negotiation.world.parameter_draws import ParameterDraws

GRADES = ("high",)


def inequalities(draws: ParameterDraws) -> dict[str, FloatArray]:
    """Return by side what linkage sustains less what the issues sustain by themselves."""
    return pooling_gains(draws, GRADES[-1])


CLAIM = Claim(
    "pooling_pays_if_published",
    6,
    2,
    "At fractured slips, with control clauses as verifiable as tariff clauses, an all-or-nothing link "
    "sustains more than the issues by themselves, for both sides.",
    inequalities,
    INSTRUMENTS,
    (*PARAMETERS, *(f"signal.{kind}.{grade}" for kind in ("ambiguity", "miss") for grade in GRADES)),
    notes="The answer is a trade war for the length of the stand-off of spring 2025, taken as credible. "
    "Slips and ambiguity are assumed.",
)
