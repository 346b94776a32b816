"""Public phases of the game in continuous time: their effects, and the events that change them.

A phase sets a level for each instrument (its aim), flows of payments and the rate of chances to move. A move
to a harsher level above the aim, or to a calmer level below it, is a departure. A rule gives the phase that
follows a departure in each instrument. Phases also change by themselves, at their own rates. A phase that
enters no payoff, option, rate or strategy has no effect on play.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce
from math import inf

import numpy as np
import numpy.typing as npt

from negotiation.base.numeric import FloatArray, IntArray
from negotiation.base.reading.numbers import expect_number
from negotiation.disputes.instrument import Pair
from negotiation.errors import InvalidOptions, InvalidRate

# By instrument, the level that each phase aims at.
Aims = Mapping[Pair, Sequence[str]]

# By instrument, the phase to which a departure leads from each phase.
Departures = Mapping[Pair, Sequence[int]]


@dataclass(frozen=True, eq=False)
class Phases:
    """Public phases, and the rules by which they change. Play begins in the first phase.

    Examples
    --------
    >>> pair = ("USA", "tariff")
    >>> rule = Phases(("kept", "over"), {pair: ("geneva", "peak")}, {pair: (1, 1)}, rates=np.zeros((2, 2)))
    >>> rule.after(pair, 0, aim=1, before=1, after=2), rule.after(pair, 0, aim=1, before=1, after=0)
    (1, 0)
    """

    labels: tuple[str, ...] = ("",)
    # The level that each phase aims at; the rule does not concern an instrument that is not named.
    aims: Aims = field(default_factory=dict)
    # harsher, calmer: The phase after a departure in the instrument to a harsher or calmer level than the one
    # aimed at; the phase itself if not named. Aims that are ceilings have nothing in `calmer`.
    harsher: Departures = field(default_factory=dict)
    calmer: Departures = field(default_factory=dict)
    # (P, P): yearly rates at which phases change by themselves.
    rates: FloatArray = field(default_factory=lambda: np.zeros((1, 1)))
    # (P,): flow to a country in each phase besides its payoffs, percent of GDP a year; 0 if not named.
    flows: Mapping[str, FloatArray] = field(default_factory=dict)
    # (P,): factor of the rate of chances to move in each phase.
    speeds: FloatArray = field(default_factory=lambda: np.ones(1))

    def __post_init__(self) -> None:
        if len(self.speeds) == 1 < len(self.labels):
            object.__setattr__(self, "speeds", np.ones(len(self.labels)))

    def __len__(self) -> int:
        return len(self.labels)

    def after(self, pair: Pair, phase: int, *, aim: int, before: int, after: int) -> int:
        """Return the phase after a move of an instrument, given positions of its aim and levels."""
        return int(
            self.led(pair, np.full((len(self), 1), aim), np.array([before]), np.array([after]))[phase, 0]
        )

    def led(self, pair: Pair, aims: IntArray, before: IntArray, after: IntArray) -> IntArray:
        """Return the phase after each of C moves of an instrument from each phase, shape (P, C).

        `aims`, shape (P, 1), has the position of the level that each phase aims at. `before` and `after`,
        shape (C,), have the positions of the levels before and after each move.
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
        """Return both rules combined: each phase is a pair of phases, one from each rule."""
        both = set(self.aims) & set(other.aims)
        if both:
            names = ", ".join(map(" ".join, sorted(both)))
            raise InvalidOptions(
                f"both sets of phases have a rule for {names}; give each instrument one rule"
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
            """Return the phases to which departures lead if both rules are combined."""
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
    """Return several rules combined into one, whose phases are the combinations of their phases.

    `InvalidOptions` is raised if two of them have a rule for the same instrument.

    Examples
    --------
    >>> len(side_by_side([])), len(side_by_side([QuietTimes(0.1).phases, QuietTimes(0.5).phases]))
    (1, 4)
    """
    return reduce(Phases.beside, rules, Phases())


@dataclass(frozen=True)
class QuietTimes:
    """Public phases of active and of quiet times; chances to move are rarer in quiet times.

    The numbers are assumptions without a source. Players see the phase, but the record of moves does not show
    it, so `log_likelihood` infers it.

    Parameters
    ----------
    share : float
        Factor of the rate of chances to move in quiet times, at least 0 and below 1.
    begins, ends : float, default 1.0
        Rates per year at which quiet times begin and end.

    Raises
    ------
    InvalidRate
        If `share` is not a number or out of range, or a rate is not a number, negative or not finite.

    Examples
    --------
    >>> QuietTimes(0.1, begins=2.0, ends=1.0).phases.labels
    ('active', 'quiet')
    """

    share: float
    begins: float = 1.0
    ends: float = 1.0

    def __post_init__(self) -> None:
        if not 0.0 <= expect_number("`share`", self.share, InvalidRate) < 1.0:
            raise InvalidRate(f"`share` of quiet times must be at least 0 and below 1; got {self.share}")
        for name, rate in (("begins", self.begins), ("ends", self.ends)):
            if not 0.0 <= expect_number(f"`{name}`", rate, InvalidRate) < inf:
                raise InvalidRate(
                    f"`{name}`, a rate of quiet times per year, must be finite and at least 0; got {rate}"
                )

    @property
    def phases(self) -> Phases:
        """The two phases, "active" and "quiet", which aim at no level."""
        return Phases(
            ("active", "quiet"),
            rates=np.array([[0.0, self.begins], [self.ends, 0.0]]),
            speeds=np.array([1.0, self.share]),
        )


def standing(order: npt.ArrayLike, wanted: npt.ArrayLike) -> IntArray:
    """Return, for each wanted level, the position in a shorter ladder of the harshest level not above it.

    If all levels of the shorter ladder are harsher, the position is 0. `order`, shape (L,), has the positions
    of the shorter ladder's levels in the whole ladder, in ascending order. `wanted`, of any shape, has
    positions in the whole ladder, and the result has its shape.

    Examples
    --------
    >>> standing([1, 3], [0, 1, 2, 3]).tolist()
    [0, 0, 0, 1]
    """
    positions: IntArray = np.maximum(np.searchsorted(order, wanted, side="right") - 1, 0)
    return positions
