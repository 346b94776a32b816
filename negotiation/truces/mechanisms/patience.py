"""Patience. Grim trigger on everything as it stood at the signing (Friedman 1971), seen perfectly."""

from __future__ import annotations

from dataclasses import replace

from negotiation.truces.mechanisms.rules import Mechanism, Rules


def switch(rules: Rules) -> Rules:
    """Return the rules with the mechanism on."""
    return replace(rules, contract=True, future=True)


MECHANISM = Mechanism(
    "patience",
    2,
    "A breach forfeits what the truce is worth for as long as it could last.",
    switch,
)
