"""Depletion. Dependence and stocks follow the recorded use of curb and controls."""

from __future__ import annotations

from dataclasses import replace

from negotiation.truces.mechanisms.rules import Mechanism, Rules


def switch(rules: Rules) -> Rules:
    """Return the rules with the mechanism on."""
    return replace(rules, depletion=True)


MECHANISM = Mechanism(
    "depletion",
    7,
    "Using a choke point wears it out, and stocks buy time.",
    switch,
)
