"""Stage incentives. Best replies with noise, as in quantal response (McKelvey and Palfrey 1995)."""

from __future__ import annotations

from dataclasses import replace

from negotiation.truces.mechanisms.rules import Mechanism, Rules


def switch(rules: Rules) -> Rules:
    """Return the rules with the mechanism on."""
    return replace(rules, static=True)


MECHANISM = Mechanism(
    "static",
    1,
    "Each side moves towards what pays in the period, the other's posture given.",
    switch,
)
