"""Linkage. Bernheim and Whinston (1990) on pooled incentive constraints."""

from __future__ import annotations

from dataclasses import replace

from negotiation.truces.mechanisms.rules import Mechanism, Rules


def switch(rules: Rules) -> Rules:
    """Return the rules with the mechanism on."""
    return replace(rules, contract=True, linked=True)


MECHANISM = Mechanism(
    "linkage",
    5,
    "A breach anywhere puts everything covered at stake and may be answered anywhere.",
    switch,
)
