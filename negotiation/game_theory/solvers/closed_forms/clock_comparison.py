"""Clocks side by side: at equal renewal, at equal survival, and with two issues that expire in turn.

At an equal renewal probability phi the longer clock has more to lose in its last period, delta phi V with
V = (1 - delta^N) S / (1 - phi delta^N). At equal survival a month, phi = s^N for a survival s a period, it is
the reverse: the last period of a long clock is followed by the long odds of one late draw. So the ranking
turns round (`renewal` has the formulas). Staggered expiries: while one issue is drawn the other is still on,
which helps where one cannot hold alone, and changes nothing between issues that are alike. Values by backward
induction (Benoit and Krishna 1985). Cost: N steps for each clock; a linear system of N for two in turn.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from negotiation.base.labelled import Table, Tabular
from negotiation.base.numeric import KNIFE_EDGE, FloatArray, Number, read_only
from negotiation.base.status import Status
from negotiation.errors import InvalidGame
from negotiation.game_theory.games import float_discount_factor
from negotiation.game_theory.solvers.closed_forms.renewal import (
    ClockValues,
    checked_clock,
    checked_renewal,
    clock_values,
)


@dataclass(frozen=True)
class ClockComparison(Tabular):
    """Clocks of different length for the same truce."""

    # All clocks with the same probability of renewal.
    equal_renewal: Mapping[str, ClockValues]
    # All clocks with the same probability of surviving a period on average: that of the first clock.
    equal_survival: Mapping[str, ClockValues]
    status: Status = "complete"
    method: str = "closed form"

    def table(self) -> Table:
        """Return one row for each comparison and clock."""
        rows = tuple(
            (
                what,
                name,
                found.periods,
                float(found.renewal),
                float(found.least_renewal),
                float(found.kept[-1]),
                float(found.margins[0]),
                found.holds,
                found.mean_life,
            )
            for what, clocks in (
                ("equal renewal", self.equal_renewal),
                ("equal survival", self.equal_survival),
            )
            for name, found in clocks.items()
        )
        columns = (
            "at",
            "clock",
            "periods",
            "renewal",
            "least renewal",
            "value if kept",
            "last margin",
            "honest",
            "mean life",
        )
        return Table("clocks of different length", columns, rows)


def compare_clocks(
    gain: Number, stake: Number, clocks: Mapping[str, int], discount_factor: Number, renewal: Number
) -> ClockComparison:
    """Return clocks of different length at equal renewal and at equal survival a period."""
    if not clocks:
        raise InvalidGame("a comparison needs at least one clock; got none")
    phi = float(checked_renewal(renewal))
    numbers = float(gain), float(stake)
    first = next(iter(clocks.values()))
    for periods in clocks.values():
        checked_clock(gain, stake, periods, discount_factor)
    delta = float_discount_factor(discount_factor)
    return ClockComparison(
        {name: clock_values(*numbers, n, delta, phi) for name, n in clocks.items()},
        {name: clock_values(*numbers, n, delta, phi ** (n / first)) for name, n in clocks.items()},
    )


@dataclass(frozen=True, eq=False)
class StaggeredClocks(Tabular):
    """Two linked issues on clocks of the same length that expire in turn."""

    # (N,): by phase, the period of the first issue's clock: value of complying less that of a breach of both,
    # while both issues are on.
    margins: FloatArray
    # (N,): average discounted value of both, by phase, above that of none.
    values: FloatArray
    # Whether both issues are honest in every phase.
    holds: bool
    # The phase with the least margin; phase 0 is the first period of the first issue's clock.
    binding: int
    # Each issue after the other has lapsed.
    alone: tuple[ClockValues, ClockValues]
    status: Status = "complete"
    method: str = "linear system over the phases of the clocks"

    def table(self) -> Table:
        """Return one row for each phase."""
        rows = tuple(
            (phase, float(value), float(margin))
            for phase, (value, margin) in enumerate(zip(self.values, self.margins, strict=True))
        )
        outcome = "honest throughout" if self.holds else f"broken in phase {self.binding}"
        return Table(f"two clocks in turn: {outcome}", ("phase", "value", "margin"), rows)


def staggered_clocks(
    gains: tuple[Number, Number],
    stakes: tuple[Number, Number],
    periods: int,
    offset: int,
    discount_factor: Number,
    renewal: Number,
) -> StaggeredClocks:
    """Return whether two linked issues with clocks that expire in turn are honest in every phase.

    A breach of either ends both; an issue that is not renewed is off for ever, and the other goes on with
    what is left of its clock, as far as it is honest by itself.
    """
    for g, s in zip(gains, stakes, strict=True):
        checked_clock(g, s, periods, discount_factor)
    phi, delta = float(checked_renewal(renewal)), float_discount_factor(discount_factor)
    if offset != int(offset) or not 0 <= offset < periods:
        raise InvalidGame(f"an offset is a whole number of periods from 0 to {periods - 1}; got {offset!r}")
    total, tempting = float(sum(stakes)), float(sum(gains))
    first, second = (
        clock_values(float(g), float(s), periods, delta, phi) for g, s in zip(gains, stakes, strict=True)
    )
    system, right = np.eye(periods), np.full(periods, (1 - delta) * total)
    for phase in range(periods):
        chance, lapsed = _after(phase, periods, offset, phi, first, second)
        system[phase, (phase + 1) % periods] -= delta * chance
        right[phase] += delta * lapsed
    values = np.linalg.solve(system, right)
    margins = values - (1 - delta) * (total + tempting)
    read_only(values, margins)
    edge = KNIFE_EDGE * (total + tempting)
    return StaggeredClocks(
        margins, values, bool(margins.min() >= -edge), int(margins.argmin()), (first, second)
    )


def _after(
    phase: int, periods: int, offset: int, phi: float, first: ClockValues, second: ClockValues
) -> tuple[float, float]:
    """Return the chance that both issues go on after a phase, and the expected value where one does."""
    ends_first, ends_second = phase == periods - 1, (phase - offset) % periods == periods - 1
    left = periods - (phase + 1) % periods
    alone_first = float(first.equilibrium[left])
    alone_second = float(second.equilibrium[periods - (phase + 1 - offset) % periods])
    if ends_first and ends_second:
        return phi * phi, phi * (1 - phi) * (alone_first + alone_second)
    if ends_first:
        return phi, (1 - phi) * alone_second
    if ends_second:
        return phi, (1 - phi) * alone_first
    return 1.0, 0.0
