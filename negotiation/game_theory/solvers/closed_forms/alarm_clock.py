"""A truce with sealed alarms, which players observe only at the end of each term of N periods.

In each period an alarm occurs with probability p if the truce is kept and q > p if one side breaks it.
Players learn of the alarms only when the N periods are over. Consider rules under which the truce then
lapses, with probability Delta, only if all N periods had an alarm. The best such rule has

    V_N = S - (1 - delta) / (1 - delta^N) g p / (q - p),
    Delta = (1 - delta) g / (delta^N p^(N-1) (q - p) V_N),

feasible iff V_N > 0 and Delta <= 1 (`docs/theory/threats-that-run-out.md`, Proposition C; Abreu, Milgrom and
Pearce 1991 on information that comes late). V_N increases in N, so the longest feasible clock is the best. If
players observe alarms at once, no such rule with N > 1 deters. Rules that count alarms are not covered. Cost:
a few operations for each period of the longest clock that could be feasible. With Fractions, whose digits
grow with the periods, the cost is quadratic in that length.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import log, log10

from negotiation.base.labelled import Table, Tabular
from negotiation.base.numeric import Number
from negotiation.base.status import Status
from negotiation.errors import InvalidGame, SizeLimit
from negotiation.game_theory.solvers.closed_forms.noisy_grim import checked_noise
from negotiation.game_theory.solvers.closed_forms.numerics import NUMERICS


@dataclass(frozen=True)
class AlarmClock(Tabular):
    """The best clock of a truce with sealed alarms, and all other clocks that deter a breach.

    Parameters
    ----------
    periods : int or None
        Length of the best clock in periods; `None` if no clock deters.
    value : float, Fraction or None
        Average discounted value of the truce with the best clock, in excess of the value after its end;
        `None` if no clock deters.
    lapse : float, Fraction or None
        Probability that the truce ends if every period of the best clock had an alarm; `None` if no clock
        deters.
    clocks : tuple of (int, number, number)
        Length, value and probability of lapse of every clock that deters, shortest first.
    status : {"complete"}
        Always complete.
    method : str
        The method, in words.

    Examples
    --------
    >>> found = alarm_clock(gain=1, stake=2, false_alarm=0.2, detection=0.9, discount_factor=0.9)
    >>> found.periods, round(found.value, 4), round(found.lapse, 4)
    (2, 1.8496, 0.4768)
    """

    periods: int | None
    value: Number | None
    lapse: Number | None
    clocks: tuple[tuple[int, Number, Number], ...]
    status: Status = "complete"
    method: str = "closed form"

    def table(self) -> Table:
        """Return a table with one row for each clock that deters: periods, value and probability of lapse."""
        rows = tuple((n, float(value), float(lapse)) for n, value, lapse in self.clocks)
        best = "none deters" if self.periods is None else f"the best has {self.periods} periods"
        return Table(f"clocks with sealed alarms: {best}", ("periods", "value", "lapse"), rows)


def alarm_clock(
    *, gain: Number, stake: Number, false_alarm: Number, detection: Number, discount_factor: Number
) -> AlarmClock:
    """Return the best clock of a truce with sealed alarms.

    Players observe alarms only at the end of the clock, a fixed number of periods.

    Parameters
    ----------
    gain : float or Fraction
        Gain from a breach in its period, positive.
    stake : float or Fraction
        Value of a period of the truce, not negative.
    false_alarm, detection : float or Fraction
        Probability of an alarm in a period in which the truce is kept, and in a period in which it is broken.
    discount_factor : float or Fraction
        Discount factor per period, in (0, 1).

    Returns
    -------
    AlarmClock
        The best clock and all others that deter. Numbers are rational if the arguments are.

    Raises
    ------
    InvalidGame
        If the gain is not positive, the stake is negative, one of them is not finite, or floats cannot
        resolve the gain times one less the discount factor.
    InvalidProbabilities
        If `false_alarm` or `detection` is not a probability.
    InvalidDiscountFactor
        If the discount factor is not strictly between 0 and 1.
    SizeLimit
        If clocks of more than 10,000 periods could deter a breach, or rational values have too many digits.

    Notes
    -----
    The model follows Abreu, Milgrom and Pearce (1991) on information that arrives late; the formulas are
    derived in `docs/theory/threats-that-run-out.md`, Proposition C.

    Examples
    --------
    >>> from fractions import Fraction
    >>> found = alarm_clock(gain=1, stake=2, false_alarm=0, detection=1, discount_factor=Fraction(1, 2))
    >>> found.periods, found.value, found.lapse
    (1, Fraction(2, 1), Fraction(1, 2))
    >>> alarm_clock(gain=1, stake=2, false_alarm=0.5, detection=0.5, discount_factor=0.9).periods is None
    True
    """
    g, s, p, q, delta = checked_noise(gain, stake, false_alarm, detection, discount_factor)
    if g == 0:
        raise InvalidGame("`gain` must be positive; got 0, and a breach without a gain needs no deterrence")
    tempted = (1 - delta) * g
    if tempted == 0:
        raise InvalidGame(
            f"one period's share of the gain, {g:g} times {1 - delta:g}, is too small for floats; give "
            "Fractions"
        )
    clocks: list[tuple[int, Number, Number]] = []
    # delta^N p^(N-1) (q - p), the weight of the value that a certain lapse takes after a single breach.
    weight, left = delta * (q - p), delta
    for n in range(1, _longest(weight * s, tempted, delta * p) + 1 if q > p else 1):
        value = s - tempted / (1 - left) * p / (q - p)
        if value > 0 and tempted <= weight * value:
            clocks.append((n, value, tempted / (weight * value)))
        left, weight = left * delta, weight * delta * p
    periods, value_then, lapse = clocks[-1] if clocks else (None, None, None)
    return AlarmClock(periods, value_then, lapse, tuple(clocks))


def _longest(most: Number, tempted: Number, shrinks: Number) -> int:
    """Return the largest number of periods at which a clock could deter, or raise if it is too large."""
    if most < tempted:
        return 0
    if shrinks == 0:
        return 1
    # Rounding may leave one clock too many, which is tried and does not deter.
    periods = 2.0 + (_log(most) - _log(tempted)) / -_log(shrinks)
    if periods > NUMERICS.longest_clock:
        raise SizeLimit(
            f"clocks of more than {NUMERICS.longest_clock:,} periods could deter a breach, but none that "
            "long is tried. Give a lower discount factor, or a lower probability of a false alarm"
        )
    bits = periods * shrinks.denominator.bit_length() if isinstance(shrinks, Fraction) else 0.0
    if bits > NUMERICS.most_clock_bits:
        raise SizeLimit(
            f"clocks of up to {int(periods):,} periods could deter a breach, and their values are fractions "
            f"of some {int(bits * log10(2.0)):,} digits; at most "
            f"{int(NUMERICS.most_clock_bits * log10(2.0)):,} are computed. Give `discount_factor` and "
            "`false_alarm` as floats, or with smaller denominators"
        )
    return int(periods)


def _log(number: Number) -> float:
    """Return the logarithm of a positive number, including a fraction that does not fit into a double."""
    above, below = number.as_integer_ratio()
    return log(above) - log(below)
