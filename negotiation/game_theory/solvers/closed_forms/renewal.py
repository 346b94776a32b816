"""A truce with an expiry date: its values, and the least renewal probability at which it is kept to the end.

A truce of N periods pays S per period more than its absence. At its end it is renewed with probability phi
for another N periods; otherwise it is off for ever. A breach gains g once and ends the truce. At the start of
the clock a truce that is kept is worth V = (1 - delta^N) S / (1 - phi delta^N). In its last period players
have the least to lose, and they comply iff (1 - delta) g <= delta phi V. The least renewal probability is

    phi* = (1 - delta) g / [delta (1 - delta^N) S + (1 - delta) g delta^N].

Without renewal players break the truce in its last period, and by backward induction in all periods before
(Benoit and Krishna 1985; Selten 1978). Cost: N steps for the values by period, none for the threshold.

If clocks of different length have the same renewal probability phi, players have more to lose in the last
period of the longer clock. If they have the same survival probability s per period, phi = s^N, the ranking is
reversed, because renewal at the end of a long clock is unlikely. With staggered expiries one issue is still
in force when the other comes up for renewal. This can lower the least renewal probability if one issue is
harder to keep alone than the other, and leaves it unchanged if both are alike. Cost: N steps for each clock,
and a linear system of size N for two staggered clocks.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import expm1, inf, log, log10
from sys import float_info

import numpy as np

from negotiation.base.labelled import Table, Tabular
from negotiation.base.numeric import (
    KNIFE_EDGE,
    FloatArray,
    Number,
    NumberArray,
    as_fraction,
    is_exact,
    read_only,
)
from negotiation.base.reading.numbers import expect_number
from negotiation.base.status import Status
from negotiation.errors import InvalidGame, InvalidProbabilities, SizeLimit, shown
from negotiation.game_theory.games import check_discount_factor, float_discount_factor
from negotiation.game_theory.solvers.closed_forms.numerics import NUMERICS


def least_renewal_probability(gain: Number, stake: Number, periods: int, discount_factor: Number) -> Number:
    """Return the least renewal probability at which a truce is kept in its last period.

    Parameters
    ----------
    gain : float or Fraction
        Gain from a breach in its period, g, in payoffs of one period.
    stake : float or Fraction
        Cost of a period without the truce, S, not negative.
    periods : int
        Number of periods N until the truce expires, from 1 to 1,000,000.
    discount_factor : float or Fraction
        Discount factor per period, delta, in (0, 1).

    Returns
    -------
    float or Fraction
        The threshold; a `Fraction` if gain, stake and discount factor are rational. A value above 1 means
        that no renewal probability suffices; it is infinite if it does not fit into a float. It is 0 if a
        breach gains nothing.

    Raises
    ------
    InvalidGame
        If the gain or stake is not finite, the stake is negative, or `periods` is not a whole number from 1
        to 1,000,000.
    InvalidDiscountFactor
        If the discount factor is not strictly between 0 and 1 or, as a float, is below 1e-100 or rounds to 1.
    SizeLimit
        If the discount factor is a `Fraction` whose power delta^N would have over 600,000 digits.

    Notes
    -----
    The threshold is (1 - delta) g / [delta (1 - delta^N) S + (1 - delta) g delta^N]. It decreases in the
    stake, and in the number of periods iff delta > g / (g + S). Without renewal, backward induction undoes
    the truce (Benoit and Krishna 1985).

    Examples
    --------
    >>> from fractions import Fraction
    >>> least_renewal_probability(1, 2, 2, Fraction(1, 2))
    Fraction(4, 7)
    >>> least_renewal_probability(1, 0, 1, 0.5)
    2.0
    """
    gain, stake, periods, delta = checked_clock(gain, stake, periods, discount_factor)
    if gain <= 0:
        return gain * 0
    temptation = (1 - delta) * gain
    needed = delta * one_less_power(delta, periods) * stake + temptation * delta**periods
    return temptation / needed if needed else inf


def renewed_value(stake: Number, periods: int, discount_factor: Number, renewal: Number) -> Number:
    """Return the value of a kept truce at the start of its clock, in excess of the value without a truce.

    Examples
    --------
    >>> renewed_value(6, 1, 0.5, 1), renewed_value(6, 1, 0.5, 0)
    (6.0, 3.0)
    """
    _, stake, periods, delta = checked_clock(0, stake, periods, discount_factor)
    phi = checked_renewal(renewal)
    lost = one_less_power(delta, periods)
    # 1 - phi d^N = (1 - d^N) + d^N (1 - phi), without the loss of digits near 1.
    return lost * stake / (lost + (1 - phi) * delta**periods)


@dataclass(frozen=True, eq=False)
class ClockValues(Tabular):
    """The values and incentives of a truce, by the number of periods left until it expires.

    Parameters
    ----------
    periods : int
        Number of periods N of a term of the truce.
    renewal : float or Fraction
        Probability of renewal at the end of a term.
    kept : array, shape (N + 1,)
        `kept[n]` is the value with n periods left if everyone keeps the truce; `kept[0]` is the value just
        before the draw of renewal. Average discounted payoffs in excess of those without a truce.
    margins : array, shape (N,)
        `margins[n - 1]` is the value of complying less the value of a breach, with n periods left.
    equilibrium : array, shape (N + 1,)
        Equilibrium values, indexed as `kept`, by backward induction: `kept` itself if the truce holds,
        otherwise zero.
    holds : bool
        Whether the truce is kept to the end of its term.
    least_renewal : float or Fraction
        The least renewal probability at which the truce is kept; see `least_renewal_probability`. Above 1 if
        there is none.
    status : {"complete"}
        Always complete.
    method : str
        The method, in words.

    Examples
    --------
    >>> found = clock_values(gain=1, stake=6, periods=3, discount_factor=0.9, renewal=0.5)
    >>> found.holds, round(found.least_renewal, 4), found.mean_life
    (True, 0.0651, 6.0)
    """

    periods: int
    renewal: Number
    kept: NumberArray
    margins: NumberArray
    equilibrium: NumberArray
    holds: bool
    least_renewal: Number
    status: Status = "complete"
    method: str = "backward induction over the periods left"

    @property
    def mean_life(self) -> float:
        """Mean number of periods that the truce lasts if it is kept, N / (1 - phi); infinite if phi is 1."""
        life = self.periods / (1 - self.renewal) if self.renewal != 1 else inf
        return float(life) if life <= float_info.max else inf

    def table(self) -> Table:
        """Return a table with one row for each number of periods left, N down to 1: values and margin."""
        rows = tuple(
            (n, float(self.kept[n]), float(self.margins[n - 1]), float(self.equilibrium[n]))
            for n in range(self.periods, 0, -1)
        )
        outcome = "honest to the end" if self.holds else "unravels from the end"
        columns = ("periods left", "value if kept", "margin", "value in equilibrium")
        return Table(f"truce of {self.periods} periods: {outcome}", columns, rows)


def clock_values(
    gain: Number, stake: Number, periods: int, discount_factor: Number, renewal: Number
) -> ClockValues:
    """Return the values of a truce with renewal, by the number of periods left until it expires.

    Parameters
    ----------
    gain : float or Fraction
        Gain from a breach in its period, g, in payoffs of one period.
    stake : float or Fraction
        Cost of a period without the truce, S, not negative.
    periods : int
        Number of periods N of a term of the truce, from 1 to 1,000,000.
    discount_factor : float or Fraction
        Discount factor per period, in (0, 1).
    renewal : float or Fraction
        Probability of renewal at the end of a term, in [0, 1].

    Returns
    -------
    ClockValues
        The values and incentives; in rational numbers if gain, stake, discount factor and renewal are
        rational.

    Raises
    ------
    InvalidGame
        If the gain or stake is not finite, the stake is negative, or `periods` is not a whole number from 1
        to 1,000,000.
    InvalidDiscountFactor
        If the discount factor is not strictly between 0 and 1 or, as a float, is below 1e-100 or rounds to 1.
    SizeLimit
        If the discount factor is a `Fraction` whose power delta^N would have over 60,000 digits.
    InvalidProbabilities
        If `renewal` is not a probability.

    Examples
    --------
    Without renewal the truce unravels, however long it is:

    >>> print(clock_values(1, 6, 3, 0.9, renewal=0))
    truce of 3 periods: unravels from the end
    periods left  value if kept  margin  value in equilibrium
               3          1.626   0.926                     0
               2           1.14    0.44                     0
               1            0.6    -0.1                     0
    >>> clock_values(1, 6, 3, 0.9, renewal=0.5).holds
    True
    """
    value = renewed_value(stake, periods, discount_factor, renewal)
    gain, stake, periods, delta = checked_clock(gain, stake, periods, discount_factor)
    phi = checked_renewal(renewal)
    exact = all(is_exact(number) for number in (gain, stake, delta, phi))
    _check_digits(delta, periods, NUMERICS.most_value_bits)
    values = np.empty(periods + 1, dtype=object if exact else np.float64)
    values[0] = phi * value
    for n in range(1, periods + 1):
        values[n] = (1 - delta) * stake + delta * values[n - 1]
    margins = delta * values[:-1] - (1 - delta) * gain
    # The last period binds, because the value of a kept truce grows with the number of periods left.
    edge = 0 if exact else -KNIFE_EDGE * (abs(float(gain)) + float(stake))
    holds = bool(gain <= 0 or margins[0] >= edge)
    equilibrium = values.copy() if holds else values * 0
    read_only(values, margins, equilibrium)
    least = least_renewal_probability(gain, stake, periods, delta)
    return ClockValues(periods, renewal, values, margins, equilibrium, holds, least)


def checked_clock(
    gain: Number, stake: Number, periods: int, discount_factor: Number
) -> tuple[Number, Number, int, Number]:
    """Return gain, stake, periods and discount factor; the payoffs and the factor all exact or all floats.

    Examples
    --------
    >>> checked_clock(1, 2, 3, 0.5)
    (1.0, 2.0, 3, 0.5)
    """
    delta = check_discount_factor(discount_factor)
    for name, number in (("gain", gain), ("stake", stake)):
        if not abs(expect_number(f"the {name}", number, InvalidGame)) < inf:
            raise InvalidGame(f"the {name} must be a finite payoff of one period; got {shown(number)}")
    if stake < 0:
        raise InvalidGame(
            f"the stake, the cost of a period without the truce, must be at least 0; got {shown(stake)}"
        )
    most = NUMERICS.longest_curve
    if not is_exact(periods) or periods != int(periods) or not 1 <= periods <= most:
        raise InvalidGame(
            f"`periods`, the length of a clock, must be an int from 1 to {most:,}; got {shown(periods)}"
        )
    if is_exact(gain) and is_exact(stake) and is_exact(delta):
        return as_fraction(gain), as_fraction(stake), int(periods), as_fraction(delta)
    return float(gain), float(stake), int(periods), float_discount_factor(delta)


def checked_renewal(renewal: Number) -> Number:
    """Return a probability of renewal as a `Fraction` or a float, or raise.

    Examples
    --------
    >>> checked_renewal(1)
    Fraction(1, 1)
    """
    expect_number("`renewal`", renewal, InvalidProbabilities)
    # Compare the number itself, because its float may round to 1.
    if not 0 <= renewal <= 1:
        raise InvalidProbabilities(f"`renewal` must be a probability, from 0 to 1; got {shown(renewal)}")
    return as_fraction(renewal) if is_exact(renewal) else float(renewal)


def one_less_power(delta: Number, periods: int) -> Number:
    """Return 1 - delta^N, without loss of digits for floats near 1.

    Examples
    --------
    >>> one_less_power(0.5, 2)
    0.75
    """
    if isinstance(delta, float):
        # 1 - exp(N log delta), which loses no digits if delta^N is near 1.
        return -expm1(periods * log(delta))
    _check_digits(delta, periods, NUMERICS.most_power_bits)
    return 1 - delta**periods


def _check_digits(delta: Number, periods: int, most_bits: int) -> None:
    """Raise if delta^N is a fraction with too many digits."""
    bits = 0 if isinstance(delta, float) else periods * as_fraction(delta).denominator.bit_length()
    if bits > most_bits:
        raise SizeLimit(
            f"the values for {periods:,} `periods` are fractions of some {int(bits * log10(2.0)):,} digits; "
            f"at most {int(most_bits * log10(2.0)):,} are computed. Give `discount_factor` as a float"
        )


@dataclass(frozen=True)
class ClockComparison(Tabular):
    """Clocks of different length for the same truce."""

    # All clocks with the same probability of renewal.
    equal_renewal: Mapping[str, ClockValues]
    # All clocks with the same survival probability per period, phi^(1/N) of the first clock.
    equal_survival: Mapping[str, ClockValues]
    status: Status = "complete"
    method: str = "closed form"

    def table(self) -> Table:
        """Return a table with one row for each comparison and clock."""
        rows = tuple(
            (
                what,
                name,
                entry.periods,
                float(entry.renewal),
                float(entry.least_renewal),
                float(entry.kept[-1]),
                float(entry.margins[0]),
                entry.holds,
                entry.mean_life,
            )
            for what, clocks in (
                ("equal renewal", self.equal_renewal),
                ("equal survival", self.equal_survival),
            )
            for name, entry in clocks.items()
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
    """Return clocks of different length, compared at equal renewal and at equal survival per period."""
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

    # (N,): value of complying less the value of a breach of both issues, while both are on, by phase. The
    # phase is the period of the first issue's clock, from 0.
    margins: FloatArray
    # (N,): average discounted value of both issues, by phase, in excess of the value without them.
    values: FloatArray
    # Whether both issues are kept in every phase.
    holds: bool
    # The first phase with the least margin.
    binding: int
    # The clock of each issue by itself, after the other has lapsed.
    alone: tuple[ClockValues, ClockValues]
    status: Status = "complete"
    method: str = "linear system over the phases of the clocks"

    def table(self) -> Table:
        """Return a table with one row for each phase."""
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
    """Return the values of two linked issues with clocks that expire in turn, and whether both are kept.

    `gains` and `stakes` have one payoff of one period for each issue. Both clocks have `periods` periods, and
    the second starts `offset` periods after the first. A breach of either issue ends both, so only a breach
    of both is checked. An issue that is not renewed is off for ever. The other continues with the rest of its
    clock, if it is kept by itself.
    """
    for g, s in zip(gains, stakes, strict=True):
        checked_clock(g, s, periods, discount_factor)
    phi, delta = float(checked_renewal(renewal)), float_discount_factor(discount_factor)
    if offset != int(offset) or not 0 <= offset < periods:
        raise InvalidGame(
            f"`offset` must be a whole number of periods from 0 to {periods - 1}; got {shown(offset)}"
        )
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
    """Return the probability that both issues go on after a phase, and the expected value of one alone."""
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
