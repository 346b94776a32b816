"""Clock. Benoit and Krishna (1985) on finitely repeated games: the end of the term reaches back."""

from __future__ import annotations

from dataclasses import replace

from negotiation.truces.mechanisms.rules import Mechanism, Rules


def switch(rules: Rules) -> Rules:
    """Return the rules with the mechanism on."""
    return replace(rules, contract=True, clock=True)


MECHANISM = Mechanism(
    "clock",
    8,
    "An agreement lasts to the end of its term and beyond it only by renewal.",
    switch,
)
