"""Readings. Naive play: each side is sure that the other shares its reading."""

from __future__ import annotations

from dataclasses import replace

from negotiation.truces.mechanisms.rules import Mechanism, Rules


def switch(rules: Rules) -> Rules:
    """Return the rules with the mechanism on."""
    return replace(rules, contract=True, coverage="read")


MECHANISM = Mechanism(
    "readings",
    4,
    "Each side keeps and enforces the agreement as it reads it.",
    switch,
)
