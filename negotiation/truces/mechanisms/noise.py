"""Slips and ambiguity. Green and Porter (1984): under imperfect monitoring what nobody broke is answered."""

from __future__ import annotations

from dataclasses import replace

from negotiation.truces.mechanisms.rules import Mechanism, Rules


def switch(rules: Rules) -> Rules:
    """Return the rules with the mechanism on."""
    return replace(rules, noise=True)


MECHANISM = Mechanism(
    "noise",
    6,
    "Agencies escalate unmeant, and vague clauses look broken when they were kept.",
    switch,
)
