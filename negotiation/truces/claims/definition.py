"""The class `Claim`: named inequalities over many draws of the parameters, and the least of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import wraps
from typing import TypeAlias, TypeVar, TypeVarTuple

import numpy as np

from negotiation.base.numeric import BoolArray, FloatArray, IntArray
from negotiation.disputes import Scenario
from negotiation.disputes.instrument import Pair
from negotiation.disputes.parameter_draws import ParameterDraws
from negotiation.disputes.periods import TIME_PARAMETERS
from negotiation.errors import InvalidGame

Measure: TypeAlias = Callable[[ParameterDraws], Mapping[str, FloatArray]]
Given = TypeVarTuple("Given")
Made = TypeVar("Made")


def kept_with_draws(
    function: Callable[[ParameterDraws, *Given], Made],
) -> Callable[[ParameterDraws, *Given], Made]:
    """Cache the results of a function of draws in the draws, since many claims use the same results."""

    @wraps(function)
    def known(draws: ParameterDraws, /, *given: *Given) -> Made:
        """Return the cached result, computed at the first call."""
        return draws.kept((function.__module__, function.__name__, *given), lambda: function(draws, *given))

    return known


@dataclass(frozen=True)
class Claim:
    """A falsifiable sentence about the truces, and the inequalities that decide it."""

    # Identifier, such as the name of the function that measures it.
    name: str
    # Number of its question: 1 tariffs, 2 self-enforcement, 3 leverage, 4 linkage, 5 coverage, 6 noise, 7 the
    # clock, 10 repeated bargaining.
    number: int
    # Place among the claims of its question.
    order: int
    statement: str
    # From draws to named arrays of shape (D,). The claim holds in a draw if all are above zero. All are NaN
    # in a draw to which the claim does not apply.
    inequalities: Measure
    # Countries and instruments whose parameters it reads.
    instruments: tuple[Pair, ...]
    # Further parameters that it reads.
    parameters: tuple[str, ...] = TIME_PARAMETERS
    # Unit of its margin.
    unit: str = "percent of GDP"
    # What it leaves out, and what cannot be identified.
    notes: str = ""
    # Largest number of draws at which it is measured, if it is costly.
    draws: int | None = None
    # Whether the claim also holds at a margin of exactly zero, as a leg does.
    weak: bool = False

    def measure(self, draws: ParameterDraws) -> FloatArray:
        """Return the margin in each draw, shape (D,): the least of the inequalities, or NaN.

        The margin is NaN in draws to which the claim does not apply.
        """
        # `min` and not `nanmin`: a claim whose condition is not met has NaN in all its inequalities.
        least: FloatArray = np.stack(list(self.inequalities(draws).values())).min(axis=0)
        return least

    def holds(self, draws: ParameterDraws) -> BoolArray:
        """Return whether the claim holds in each draw, shape (D,); False if it does not apply."""
        return self.holds_at(self.measure(draws))

    def holds_at(self, margins: FloatArray) -> BoolArray:
        """Return whether the claim holds at given margins, shape (D,); False at NaN."""
        return np.greater_equal(margins, 0.0) if self.weak else np.greater(margins, 0.0)

    def binding(self, draws: ParameterDraws) -> tuple[str, ...]:
        """Return the name of the least inequality in each draw; "" if the claim does not apply."""
        inequalities = self.inequalities(draws)
        names, stacked = list(inequalities), np.stack(list(inequalities.values()))
        # If the claim does not apply, all inequalities are NaN, and argmin returns the first.
        missing = np.asarray(np.isnan(stacked).any(axis=0))
        least: IntArray = stacked.argmin(axis=0)
        pairs = zip(least.tolist(), missing.tolist(), strict=True)
        return tuple("" if gone else names[k] for k, gone in pairs)

    def needs(self, scenario: Scenario) -> tuple[str, ...]:
        """Return the parameters with a range that the claim reads, in the order of the calibration.

        Raises `InvalidGame` if the scenario lacks a parameter that the claim reads, and `UnknownInstrument`
        if it lacks an instrument.
        """
        read, interacts = set(self.parameters), scenario.definition.interaction
        for country, name in self.instruments:
            read |= set(scenario.instrument(country, name).parameters(country))
            # The interaction of curb and control is part of the curb's effect: its parameters are read too.
            if interacts is not None and name == interacts.curb:
                read |= set(interacts.parameters)
        for name in read:
            if name not in scenario.parameters:
                raise InvalidGame(
                    f"the claim {self.name!r} needs the parameter {name!r}, which the scenario "
                    f"{scenario.name!r} does not have; add it, or leave the claim out"
                )
        return tuple(n for n, q in scenario.quantities.items() if n in read and q.low < q.high)


def claim_that(
    number: int,
    order: int,
    statement: str,
    instruments: tuple[Pair, ...],
    parameters: tuple[str, ...] = TIME_PARAMETERS,
    *,
    unit: str = "percent of GDP",
    notes: str,
    draws: int | None = None,
    weak: bool = False,
) -> Callable[[Measure], Claim]:
    """Return a decorator that makes a claim from the function that returns its inequalities.

    The claim has the name of the function. The arguments are the fields of `Claim`.
    """
    remaining = instruments, parameters, unit, notes, draws, weak
    return lambda measure: Claim(measure.__name__, number, order, statement, measure, *remaining)
