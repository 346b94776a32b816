"""Domestic weights. Putnam (1988); without it the economy counts alone."""

from __future__ import annotations

from dataclasses import replace

from negotiation.truces.mechanisms.rules import Mechanism, Rules


def switch(rules: Rules) -> Rules:
    """Return the rules with the mechanism on."""
    return replace(rules, weights=True)


MECHANISM = Mechanism(
    "weights",
    9,
    "Security hawks and protected producers weigh in what a government wants.",
    switch,
)
