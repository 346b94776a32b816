"""Grim trigger under noise, in closed form: an alarm is punished for tau periods, or for ever.

A breach gains g once, and a period of punishment costs S. An alarm follows compliance with probability p, and
a breach with probability q. With K = 1 - delta^tau, the value v of cooperation exceeds the payoff P of
punishment for ever by

    v - P = (1 - delta) S / (1 - delta + delta p K),

and complying pays iff delta K / (1 - delta) >= g / ((q - p) S - p g), whose left side is delta + ... +
delta^tau. So some delta < 1 suffices iff tau ((q - p) S - p g) > g or, with punishment for ever, iff (q - p)
S > p g (Green and Porter 1984; Porter 1983). Cost: a closed form, and a bisection for the threshold if tau is
finite and at least 2.

Several issues can be linked, so that any alarm is answered in every issue (all-or-nothing linkage). Stakes
are then pooled, and so are false alarms: P = 1 - prod(1 - p_k). A breach of the issues in D gains the sum of
their g and is detected with probability Q_D = 1 - prod_{k in D} (1 - q_k) prod_{k not in D} (1 - p_k). Each
set D is thus a noisy issue of `noisy_grim` with the pooled stake, and the margin of the linkage is the least
over all D. Without noise the set of all issues binds: delta >= sum g / (sum S + sum g) (Bernheim and Whinston
1990). Cost: 2^K closed forms for K issues.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations
from math import inf, isinf, prod

from negotiation.base.labelled import Table, Tabular
from negotiation.base.numeric import KNIFE_EDGE, Number, as_float, as_fraction, is_exact
from negotiation.base.status import Status
from negotiation.errors import InvalidGame, InvalidProbabilities, SizeLimit, shown
from negotiation.game_theory.games import check_discount_factor
from negotiation.game_theory.solvers.closed_forms.numerics import NUMERICS
from negotiation.game_theory.solvers.closed_forms.renewal import one_less_power


@dataclass(frozen=True)
class NoisyGrim(Tabular):
    """The value of grim trigger under noise, and whether it deters a breach.

    Parameters
    ----------
    value : float or Fraction
        Average discounted value of cooperation if all comply, in excess of the value of punishment for ever,
        in payoffs of one period.
    margin : float or Fraction
        Average discounted value of complying less the value of a single breach. Grim trigger deters iff it is
        not negative, up to rounding.
    holds : bool
        Whether complying is optimal while nobody is being punished. The punishment itself must be an
        equilibrium, which is not checked here.
    critical_discount_factor : float, Fraction or None
        The least discount factor at which complying is optimal; it is then optimal at all larger ones. It may
        be 0 if a breach gains nothing. `None` if there is none.
    expected_life : float
        Mean number of periods until the first false alarm; infinite if there are no false alarms.
    status : {"complete"}
        Always complete.
    method : str
        The method, in words.

    Examples
    --------
    >>> found = noisy_grim(gain=1, stake=6, false_alarm=0.1, detection=0.8, discount_factor=0.5)
    >>> found.holds, round(found.critical_discount_factor, 4), found.expected_life
    (True, 0.1961, 10.0)
    """

    value: Number
    margin: Number
    holds: bool
    critical_discount_factor: Number | None
    expected_life: float
    status: Status = "complete"
    method: str = "closed form"

    def table(self) -> Table:
        """Return a table of one row with the value, the margin, the threshold and the expected life."""
        threshold = self.critical_discount_factor
        row = (
            float(self.value),
            float(self.margin),
            self.holds,
            None if threshold is None else float(threshold),
            self.expected_life,
        )
        columns = ("value", "margin", "deters", "critical discount factor", "periods to a false alarm")
        return Table("grim trigger under noise", columns, (row,))


def noisy_grim(
    gain: Number,
    stake: Number,
    false_alarm: Number,
    detection: Number,
    discount_factor: Number,
    periods: float = inf,
) -> NoisyGrim:
    """Return the value, the incentive and the critical discount factor of grim trigger under noise.

    Parameters
    ----------
    gain : float or Fraction
        Gain from a breach in its period, g = T - R, not negative.
    stake : float or Fraction
        Cost of a period of punishment, S = R - P, not negative.
    false_alarm, detection : float or Fraction
        Probability of an alarm after compliance, and after a breach.
    discount_factor : float or Fraction
        Discount factor per period, in (0, 1).
    periods : int or infinity, optional
        Length of the punishment, at least 1; for ever by default.

    Returns
    -------
    NoisyGrim
        The results, in rational numbers if the arguments are rational. The expected life is always a float.
        The critical discount factor is a float for a finite punishment of two or more periods, unless it is
        0.

    Raises
    ------
    InvalidGame
        If gain or stake is negative or not finite, or `periods` is not a whole number of at least 1.
    InvalidProbabilities
        If `false_alarm` or `detection` is not a probability.
    InvalidDiscountFactor
        If the discount factor is not strictly between 0 and 1.
    SizeLimit
        If the discount factor is a `Fraction` whose power delta^tau would have over 600,000 digits.

    Notes
    -----
    With K = 1 - delta^tau for a punishment of tau periods, complying pays iff delta K / (1 - delta) >= g /
    ((q - p) S - p g), where p is the probability of a false alarm and q that of detection (Green and Porter
    1984; Porter 1983).

    Examples
    --------
    >>> from fractions import Fraction
    >>> found = noisy_grim(1, 6, Fraction(1, 10), Fraction(4, 5), Fraction(1, 2))
    >>> found.value, found.margin, found.critical_discount_factor
    (Fraction(60, 11), Fraction(31, 22), Fraction(10, 51))
    >>> noisy_grim(1, 6, 0.5, 0.55, 0.9).critical_discount_factor is None
    True
    """
    g, s, p, q, delta = checked_noise(gain, stake, false_alarm, detection, discount_factor)
    tau = checked_length(periods)
    # K, the share of all future payoffs that falls into a punishment of tau periods.
    lost = _punished_share(delta, tau)
    value = (1 - delta) * s / (1 - delta + delta * p * lost)
    margin = delta * (q - p) * lost * value - (1 - delta) * g
    edge = 0.0 if is_exact(margin) else KNIFE_EDGE * float(g + s)
    return NoisyGrim(
        value,
        margin,
        bool(margin >= -edge),
        noisy_grim_threshold(g, s, p, q, tau),
        float(1 / p) if p else inf,
    )


def noisy_grim_threshold(
    gain: Number, stake: Number, false_alarm: Number, detection: Number, periods: float = inf
) -> Number | None:
    """Return the least discount factor at which grim trigger under noise deters; `None` if there is none.

    Examples
    --------
    >>> noisy_grim_threshold(1, 6, 0, 1)
    Fraction(1, 7)
    >>> round(noisy_grim_threshold(1, 6, 0, 1, periods=2), 12)
    0.145497224368
    """
    g, s, p, q, _ = checked_noise(gain, stake, false_alarm, detection)
    tau = checked_length(periods)
    informative = (q - p) * s - p * g
    if not deters_when_patient(g, s, p, q, tau):
        return None
    # Nothing to gain: no patience is needed.
    if g == 0:
        return g
    ratio = g / informative
    if isinf(tau):
        return ratio / (1 + ratio)
    return ratio if tau == 1 else _discounted_count_reaches(float(ratio), int(tau))


def deters_when_patient(
    gain: Number, stake: Number, false_alarm: Number, detection: Number, periods: float = inf
) -> bool:
    """Return whether grim trigger under noise deters at some discount factor below 1.

    For g > 0 it does iff tau ((q - p) S - p g) > g or, with punishment for ever, iff (q - p) S > p g. For
    g = 0 it does iff (q - p) S >= 0. Floats within `KNIFE_EDGE` of equality, relative to g + S, count as
    equal.

    Examples
    --------
    >>> deters_when_patient(1, 6, 0.1, 0.8), deters_when_patient(1, 6, 0.5, 0.55)
    (True, False)
    """
    g, s, p, q, _ = checked_noise(gain, stake, false_alarm, detection)
    tau = checked_length(periods)
    informative = (q - p) * s - p * g
    edge = 0.0 if is_exact(informative) else KNIFE_EDGE * float(g + s)
    if g == 0:
        return bool(informative >= -edge)
    if isinf(tau):
        return bool(informative > edge)
    # As delta tends to 1 the sum delta + ... + delta^tau tends to tau.
    return bool(int(tau) * informative - g > edge * int(tau))


def checked_noise(
    gain: Number, stake: Number, false_alarm: Number, detection: Number, discount_factor: Number | None = None
) -> tuple[Number, Number, Number, Number, Number]:
    """Return the five arguments, all as `Fraction` or all as floats, or raise; 0 for no discount factor.

    Examples
    --------
    >>> checked_noise(1, 6, 0.25, 1, 0.5)
    (1.0, 6.0, 0.25, 1.0, 0.5)
    """
    for name, number in (("gain", gain), ("stake", stake)):
        if not 0 <= as_float(number) < inf:
            raise InvalidGame(
                f"`{name}` must be a finite payoff of one period, at least 0; got {shown(number)}"
            )
    for name, number in (("false_alarm", false_alarm), ("detection", detection)):
        if not 0 <= as_float(number) <= 1:
            raise InvalidProbabilities(f"`{name}` must be a probability, from 0 to 1; got {shown(number)}")
    delta = 0 if discount_factor is None else check_discount_factor(discount_factor)
    given = (gain, stake, false_alarm, detection, delta)
    exact = all(is_exact(number) for number in given)
    a, b, c, d, e = (as_fraction(number) if exact else float(number) for number in given)
    return a, b, c, d, e


def checked_length(periods: float) -> float:
    """Return the length of a punishment: a whole number of periods, or infinity.

    Examples
    --------
    >>> checked_length(3), checked_length(float("inf"))
    (3, inf)
    """
    number = as_float(periods)
    if not number >= 1 or (not isinf(number) and number != int(number)):
        raise InvalidGame(
            "`periods`, the length of a punishment, must be a whole number of at least 1 that fits in a "
            f"double, or infinity; got {shown(periods)}"
        )
    return number if isinf(number) else int(number)


def _punished_share(delta: Number, tau: float) -> Number:
    """Return K = 1 - delta^tau."""
    return delta * 0 + 1 if isinf(tau) else one_less_power(delta, int(tau))


def _discounted_count_reaches(ratio: float, tau: int) -> float:
    """Return the root of delta + ... + delta^tau = ratio in (0, 1), for a ratio below tau, by bisection."""
    low, high = 0.0, 1.0
    # Until the two are neighbouring doubles.
    while low < (middle := (low + high) / 2) < high:
        count = middle * one_less_power(middle, tau) / (1 - middle)
        low, high = (middle, high) if float(count) < ratio else (low, middle)
    return high


@dataclass(frozen=True)
class NoisyIssue:
    """The payoffs of one side in one issue, and the issue's noise."""

    # Gain from a breach in its period, g, not negative.
    gain: Number
    # Cost of a period without cooperation, S, not negative.
    stake: Number
    # Probability of an alarm after compliance, p, and after a breach, q.
    false_alarm: Number
    detection: Number

    def __post_init__(self) -> None:
        checked_noise(self.gain, self.stake, self.false_alarm, self.detection)


@dataclass(frozen=True)
class LinkedNoisyGrim(Tabular):
    """Values of noisy issues, under all-or-nothing linkage and separate."""

    # Value, least margin and critical discount factor under all-or-nothing linkage.
    linked: NoisyGrim
    # The issues whose joint breach has the least margin.
    worst: tuple[str, ...]
    # Each issue with its own alarm and its own punishment.
    alone: Mapping[str, NoisyGrim]
    status: Status = "complete"
    method: str = "closed forms for all sets of issues"

    @property
    def sustained_linked(self) -> Number:
        """Value of the linked issues in equilibrium; 0 if some breach pays."""
        return self.linked.value if self.linked.holds else self.linked.value * 0

    @property
    def sustained_alone(self) -> Number:
        """Value of the separate issues in equilibrium: the sum over the issues where no breach pays."""
        return sum(issue.value for issue in self.alone.values() if issue.holds)

    def table(self) -> Table:
        """Return a table with one row for the linkage and one for each issue by itself."""
        rows = (
            _row("linked", self.linked, ", ".join(self.worst)),
            *(_row(name, entry, name) for name, entry in self.alone.items()),
        )
        columns = ("issue", "value", "margin", "deters", "critical discount factor", "worst breach")
        return Table("issues under all-or-nothing linkage, and alone", columns, rows)


def linked_noisy_grim(
    issues: Mapping[str, NoisyIssue], discount_factor: Number, periods: float = inf
) -> LinkedNoisyGrim:
    """Return the value of all-or-nothing linkage of noisy issues, compared with separate issues."""
    if not issues:
        raise InvalidGame("linkage needs at least one issue; got none")
    if len(issues) > NUMERICS.most_linked_issues:
        raise SizeLimit(
            f"{len(issues)} issues have 2^{len(issues)} joint breaches; at most "
            f"{NUMERICS.most_linked_issues} issues can be linked. Join or leave out some of them"
        )
    stake = sum(issue.stake for issue in issues.values())
    silence = prod(1 - issue.false_alarm for issue in issues.values())
    breaches: list[tuple[NoisyGrim, tuple[str, ...]]] = []
    for names in _breaches(issues):
        gain = sum(issues[name].gain for name in names)
        missed = prod(
            1 - (issue.detection if name in names else issue.false_alarm) for name, issue in issues.items()
        )
        breaches.append((noisy_grim(gain, stake, 1 - silence, 1 - missed, discount_factor, periods), names))
    binding, worst = min(breaches, key=lambda breach: breach[0].margin)
    thresholds = [breach.critical_discount_factor for breach, _ in breaches]
    possible = [t for t in thresholds if t is not None]
    linked = NoisyGrim(
        binding.value,
        binding.margin,
        binding.holds,
        max(possible) if len(possible) == len(thresholds) else None,
        binding.expected_life,
    )
    alone = {
        name: noisy_grim(
            issue.gain, issue.stake, issue.false_alarm, issue.detection, discount_factor, periods
        )
        for name, issue in issues.items()
    }
    return LinkedNoisyGrim(linked, worst, alone)


def _breaches(issues: Mapping[str, NoisyIssue]) -> Iterator[tuple[str, ...]]:
    """Yield every set of issues that can be breached together, smallest first."""
    for size in range(1, len(issues) + 1):
        yield from combinations(issues, size)


def _row(name: str, result: NoisyGrim, worst: str) -> tuple[object, ...]:
    threshold = result.critical_discount_factor
    return (
        name,
        float(result.value),
        float(result.margin),
        result.holds,
        None if threshold is None else float(threshold),
        worst,
    )
