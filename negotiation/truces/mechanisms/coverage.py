"""Coverage. Outside the text instruments follow their stage incentives: the variant *moment*."""

from __future__ import annotations

from dataclasses import replace

from negotiation.truces.mechanisms.rules import Mechanism, Rules


def switch(rules: Rules) -> Rules:
    """Return the rules with the mechanism on."""
    return replace(rules, contract=True, coverage="written")


MECHANISM = Mechanism(
    "coverage",
    3,
    "An agreement restrains what its text names and nothing else.",
    switch,
)
