"""Public phases of the game in continuous time: what they change, and which events change them.

A phase sets the level at which each instrument is aimed, what is paid, and how often chances to move arise.
Moving an instrument away from the aim of the phase is a departure, and a rule says which phase follows a
departure in that instrument. Phases also change by themselves, at their own rates. A phase that enters no
payoff, option, rate or strategy has no effect on play.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce
from math import isfinite

import numpy as np
import numpy.typing as npt

from negotiation.base.numeric import FloatArray, IntArray
from negotiation.disputes.instrument import Pair
from negotiation.errors import InvalidRate

# By instrument, the level that each phase aims at.
Aims = Mapping[Pair, Sequence[str]]

# By instrument, where a departure leads from each phase.
Departures = Mapping[Pair, Sequence[int]]


@dataclass(frozen=True, eq=False)
class Phases:
    """Public phases. Play begins in the first.

    Examples
    --------
    >>> pair = ("USA", "tariff")
    >>> rule = Phases(("kept", "over"), {pair: ("geneva", "peak")}, {pair: (1, 1)}, rates=np.zeros((2, 2)))
    >>> rule.after(pair, 0, aim=1, before=1, after=2), rule.after(pair, 0, aim=1, before=1, after=0)
    (1, 0)
    """

    labels: tuple[str, ...] = ("",)
    # What each phase aims at; an instrument that is not named is no part of the rule.
    aims: Aims = field(default_factory=dict)
    # harsher, calmer: The phase after a departure in the instrument to a harsher or calmer level than the one
    # aimed at; the phase itself if not named. Aims that are ceilings have nothing in `calmer`.
    harsher: Departures = field(default_factory=dict)
    calmer: Departures = field(default_factory=dict)
    # (P, P): how often a year phases move by themselves.
    rates: FloatArray = field(default_factory=lambda: np.zeros((1, 1)))
    # (P,): what a country is paid a year in each phase, besides its payoffs; nothing if not named.
    flows: Mapping[str, FloatArray] = field(default_factory=dict)
    # (P,): what chances to move are multiplied by in each phase.
    speeds: FloatArray = field(default_factory=lambda: np.ones(1))

    def __post_init__(self) -> None:
        if len(self.speeds) == 1 < len(self.labels):
            object.__setattr__(self, "speeds", np.ones(len(self.labels)))

    def __len__(self) -> int:
        return len(self.labels)

    def after(self, pair: Pair, phase: int, *, aim: int, before: int, after: int) -> int:
        """Return the phase after a move of an instrument."""
        return int(
            self.led(pair, np.full((len(self), 1), aim), np.array([before]), np.array([after]))[phase, 0]
        )

    def led(self, pair: Pair, aims: IntArray, before: IntArray, after: IntArray) -> IntArray:
        """Return the phase after each of several moves of an instrument, from each phase, shape (P, C).

        Shapes: `aims` (P, 1), `before`, `after` (C,).
        """
        stays = np.arange(len(self), dtype=np.intp)[:, None]
        harsher, calmer = (
            np.array(goals[pair], dtype=np.intp)[:, None] if pair in goals else stays
            for goals in (self.harsher, self.calmer)
        )
        phase: IntArray = np.where(
            (after > before) & (after > aims),
            harsher,
            np.where((after < before) & (after < aims), calmer, stays),
        )
        return phase

    def beside(self, other: Phases) -> Phases:
        """Return both rules combined: a phase is a pair, one from each."""
        both = set(self.aims) & set(other.aims)
        if both:
            raise ValueError(
                f"both sets of phases have a rule for {sorted(both)}; give each instrument one rule"
            )
        own_size, their_size = len(self), len(other)
        first, second = (np.repeat(np.arange(own_size), their_size), np.tile(np.arange(their_size), own_size))
        labels = tuple(
            ", ".join(part for part in (self.labels[a], other.labels[b]) if part)
            for a, b in zip(first, second, strict=True)
        )
        pairs = list(zip(first.tolist(), second.tolist(), strict=True))
        aims = {pair: tuple(levels[a] for a, _ in pairs) for pair, levels in self.aims.items()}
        aims |= {pair: tuple(levels[b] for _, b in pairs) for pair, levels in other.aims.items()}

        def led(mine: Departures, theirs: Departures) -> Departures:
            """Return where departures lead if both sets of phases are combined."""
            own = {pair: tuple(goals[a] * their_size + b for a, b in pairs) for pair, goals in mine.items()}
            return own | {
                pair: tuple(a * their_size + goals[b] for a, b in pairs) for pair, goals in theirs.items()
            }

        countries = dict.fromkeys((*self.flows, *other.flows))
        nothing = (np.zeros(own_size), np.zeros(their_size))
        return Phases(
            labels,
            aims,
            led(self.harsher, other.harsher),
            led(self.calmer, other.calmer),
            np.kron(self.rates, np.eye(their_size)) + np.kron(np.eye(own_size), other.rates),
            {
                country: self.flows.get(country, nothing[0])[first]
                + other.flows.get(country, nothing[1])[second]
                for country in countries
            },
            self.speeds[first] * other.speeds[second],
        )


def side_by_side(rules: Sequence[Phases]) -> Phases:
    """Return several rules combined into one.

    Examples
    --------
    >>> len(side_by_side([])), len(side_by_side([QuietTimes(0.1).phases, QuietTimes(0.5).phases]))
    (1, 4)
    """
    return reduce(Phases.beside, rules, Phases())


@dataclass(frozen=True)
class QuietTimes:
    """Active times, and quiet times in which chances to move are rarer, as everybody sees.

    An assumption to be estimated; no source gives the numbers. The pace is hidden from an observer who sees
    only moves, and `log_likelihood` infers it.

    Examples
    --------
    >>> QuietTimes(0.1, begins=2.0, ends=1.0).phases.labels
    ('active', 'quiet')
    """

    # What chances to move are multiplied by in quiet times: at least 0, less than 1.
    share: float
    # begins, ends: How often a year quiet times begin and end.
    begins: float = 1.0
    ends: float = 1.0

    def __post_init__(self) -> None:
        if not 0.0 <= self.share < 1.0:
            raise InvalidRate(
                "the share of chances to move in quiet times must be at least 0 and "
                f"below 1; got {self.share}"
            )
        for what, rate in (("begin", self.begins), ("end", self.ends)):
            if not (rate >= 0.0 and isfinite(rate)):
                raise InvalidRate(
                    f"the rate at which quiet times {what} must be finite and not negative; got {rate}"
                )

    @property
    def phases(self) -> Phases:
        """The pace as phases that aim at no level."""
        return Phases(
            ("active", "quiet"),
            rates=np.array([[0.0, self.begins], [self.ends, 0.0]]),
            speeds=np.array([1.0, self.share]),
        )


def standing(order: npt.ArrayLike, wanted: npt.ArrayLike) -> IntArray:
    """Return positions of levels in a shorter ladder: of the harshest that is no harsher, or the calmest.

    Examples
    --------
    >>> standing([1, 3], [0, 1, 2, 3]).tolist()
    [0, 0, 0, 1]
    """
    positions: IntArray = np.maximum(np.searchsorted(order, wanted, side="right") - 1, 0)
    return positions
