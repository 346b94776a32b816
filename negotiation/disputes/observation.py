"""Observation: how often agencies slip, and how well a clause can be checked.

A slip is a level that an agency implements although another was intended. Its chance depends on the leg of
the instrument and on whether agencies are coordinated. A clause that others can check well is seldom seen as
broken when it was kept (ambiguity), or as kept when it was broken (miss). The chances are parameters:
slips and ambiguity are given per year and converted to a period, which is one reaction lag, and misses are
given per period.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, TypeAlias, get_args

from negotiation.disputes.domains import NOT_NEGATIVE, SHARE, Domain
from negotiation.disputes.quantity import Parameters
from negotiation.disputes.state import period_probability
from negotiation.errors import UnknownParameter

Verifiability: TypeAlias = Literal["high", "medium", "low", "none"]
Regime: TypeAlias = Literal["coordinated", "fractured"]

VERIFIABILITIES: tuple[str, ...] = get_args(Verifiability)
REGIMES: tuple[str, ...] = get_args(Regime)
LEGS = ("tariff", "control", "other")

# How closely a move follows payoffs, for predictions.
PRECISION = "logit.precision"

# Parameters of observation, and their domains; slips and ambiguity are chances per year, misses per period.
OBSERVATION_DOMAINS: Mapping[str, Domain] = {
    PRECISION: NOT_NEGATIVE.of("per percent of GDP"),
    **{f"slip.{leg}.{regime}": SHARE.of("chance a year") for leg in LEGS for regime in REGIMES},
    **{f"signal.ambiguity.{grade}": SHARE.of("chance a year") for grade in VERIFIABILITIES},
    **{f"signal.miss.{grade}": SHARE.of("chance a period") for grade in VERIFIABILITIES},
}

OBSERVATION_PARAMETERS = tuple(OBSERVATION_DOMAINS)


def slip_chance(parameters: Parameters, leg: str, regime: str) -> float:
    """Return the chance of a slip in a period, in a leg and a regime.

    `UnknownParameter` is raised if there is no such leg or regime.

    Examples
    --------
    >>> from negotiation.disputes.loading import load_scenario
    >>> p = load_scenario("us-china-2025").parameters
    >>> slip_chance(p, "control", "coordinated") < slip_chance(p, "control", "fractured")
    True
    """
    return period_probability(_of(parameters, f"slip.{leg}.{regime}"), parameters["reaction_lag_days"])


def ambiguity_chance(parameters: Parameters, verifiability: str) -> float:
    """Return the chance in a period that a clause of this verifiability looks broken though it was kept."""
    annual = _of(parameters, f"signal.ambiguity.{verifiability}")
    return period_probability(annual, parameters["reaction_lag_days"])


def miss_chance(parameters: Parameters, verifiability: str) -> float:
    """Return the chance in a period that a breach of a clause of this verifiability is not seen."""
    return _of(parameters, f"signal.miss.{verifiability}")


def _of(parameters: Parameters, name: str) -> float:
    if name not in OBSERVATION_PARAMETERS:
        raise UnknownParameter(name, OBSERVATION_PARAMETERS)
    return parameters[name]
