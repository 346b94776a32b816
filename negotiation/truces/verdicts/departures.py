"""Departures from an agreement in many games at once: what each set of them gains, forfeits and leaves.

A set of departures is compared by margin, in the player's own unit, and the best of it stands for it. A
margin within a knife edge of zero is zero, here and nowhere else: so nothing gains exactly where the margin
is not negative, and what is printed has the sign of the verdict.

Margins stand by class of state: *kept*, while nothing is being answered; *answering*, while an answer runs
its course; *over*, once the agreement is off for good. A leg's margin is that of the kept states, unless a
departure gains in another class alone: then the leg fails there, and its margin is that one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import Literal, TypeAlias

import numpy as np

from negotiation.base.numeric import BoolArray, FloatArray, IntArray
from negotiation.disputes.periods import longest_reaction_lag
from negotiation.disputes.posture import posture_from_label
from negotiation.truces.verdicts.grim_trigger import threshold

# Name of a departure in several instruments at once.
JOINT = "joint"

# Instruments, and the levels they go to.
Changes: TypeAlias = tuple[tuple[str, str], ...]

StateClass: TypeAlias = Literal["kept", "answering", "over"]
KEPT: Literal["kept"] = "kept"
ANSWERING: Literal["answering"] = "answering"
OVER: Literal["over"] = "over"
# Classes of an agreement's states, in the order in which margins are reported.
CLASSES: tuple[StateClass, ...] = (KEPT, ANSWERING, OVER)


@lru_cache(maxsize=1024)
def changes_from(actions: tuple[str, ...], start: int) -> list[Changes]:
    """Return, for each posture, the instruments that differ from those of one of them, and their levels.

    Examples
    --------
    >>> changes_from(("tariff=low fee=none", "tariff=peak fee=none"), 0)
    [(), (('tariff', 'peak'),)]
    """
    postures = _postures(actions)
    return [tuple((n, x) for n, x in posture.items() if x != postures[start][n]) for posture in postures]


def touched(actions: tuple[str, ...], instruments: frozenset[str]) -> BoolArray:
    """Return whether going from one posture to another changes one of these instruments, shape (n, n).

    Examples
    --------
    >>> touched(("tariff=low fee=none", "tariff=peak fee=none"), frozenset({"fee"})).any()
    np.False_
    """
    changed: BoolArray = np.zeros((len(actions), len(actions)), dtype=np.bool_)
    for name in instruments & set(_postures(actions)[0]):
        levels = np.unique([posture[name] for posture in _postures(actions)], return_inverse=True)[1]
        changed |= levels[:, None] != levels[None, :]
    return changed


@lru_cache(maxsize=64)
def _postures(actions: tuple[str, ...]) -> list[dict[str, str]]:
    return [posture_from_label(label) for label in actions]


def without_knife_edge(margins: FloatArray, tolerances: FloatArray | float) -> FloatArray:
    """Return the margins, those within the tolerance of zero as zero.

    Examples
    --------
    >>> without_knife_edge(np.array([-1e-15, 0.5, -0.5]), 1e-12).tolist()
    [0.0, 0.5, -0.5]
    """
    rounded: FloatArray = np.where(np.abs(margins) <= tolerances, 0.0, margins)
    return rounded


def deciding_class(margins: Sequence[FloatArray]) -> IntArray:
    """Return the class of states that decides: the first with a departure that gains, else the first.

    Shapes: `margins` (D,).

    Examples
    --------
    >>> deciding_class([np.array([1.0, -1.0, 1.0]), np.array([1.0, -2.0, -2.0])]).tolist()
    [0, 0, 1]
    """
    position: IntArray = (np.stack(margins) < 0.0).argmax(axis=0)
    return position


def spelled(changes: Changes) -> str:
    """Return changes in words.

    Examples
    --------
    >>> spelled((("tariff", "peak"), ("port_fee", "usd_50")))
    'tariff to peak, port_fee to usd_50'
    """
    return ", ".join(f"{name} to {level}" for name, level in changes)


@dataclass(frozen=True)
class Incentive:
    """The best departure of one player in one instrument, or in several at once."""

    # player, instrument: Who, and in which instrument; `joint` for several.
    player: str
    instrument: str
    covered: bool
    # prescribed, deviation: The level prescribed (or in force), and the most tempting harsher one.
    prescribed: str
    deviation: str
    # The instruments that depart, and the levels they go to.
    changes: Changes
    # g, gain of a period in percent of GDP; negative where departing costs.
    temptation: float
    # S, loss of a period once the truce is off; 0 where it is not covered.
    stake: float
    # Value of complying less that of departing, average discounted, percent of GDP; exactly 0 within a knife
    # edge.
    margin: float
    # Discount factor from which on it does not pay; `None` where no patience is enough.
    threshold: float | None
    # The threshold as the longest reaction lag, in days.
    reaction_lag: float | None

    def __str__(self) -> str:
        return f"{self.player} {spelled(self.changes)}"


@dataclass(frozen=True, eq=False)
class Departures:
    """A set of a player's departures in D games, and the best of them in each."""

    player: str
    # Whether they are in what the agreement covers.
    covered: bool
    # What is prescribed, or in force.
    prescribed: Mapping[str, str]
    moves: tuple[Changes, ...]
    # (D,): position of the best one.
    best: IntArray
    # gain, stake, margin, tolerance: (D,): of the best one; the margin is 0 within the tolerance.
    gain: FloatArray
    stake: FloatArray
    margin: FloatArray
    tolerance: FloatArray
    where: StateClass = KEPT

    @property
    def gains(self) -> BoolArray:
        """Whether the best departure gains, shape (D,)."""
        gains: BoolArray = self.margin < 0.0
        return gains

    @property
    def instruments(self) -> frozenset[str]:
        """The instruments that some departure changes."""
        return frozenset(name for changes in self.moves for name, _ in changes)

    def at(self, game: int, discount_factor_annual: float) -> Incentive:
        """Return the best departure in one game."""
        gain, stake = float(self.gain[game]), float(self.stake[game])
        needed = threshold(gain, stake, float(self.tolerance[game]))
        changes = self.moves[int(self.best[game])]
        name, level = changes[0]
        alone = len(changes) == 1
        return Incentive(
            self.player,
            name if alone else JOINT,
            self.covered,
            self.prescribed[name] if alone else "all kept",
            level if alone else " ".join(f"{n}={to}" for n, to in changes),
            changes,
            gain,
            stake,
            float(self.margin[game]),
            needed,
            longest_reaction_lag(needed, discount_factor_annual),
        )


@dataclass(frozen=True, eq=False)
class LegIncentives:
    """One question asked of a leg in D games: does any of these departures gain, and which most."""

    leg: str
    games: int
    # The departures: for each player one set of those in what is covered, by class of state, and one for each
    # instrument that is not covered.
    groups: tuple[Departures, ...]
    # In the first game, for reaction lags.
    discount_factor_annual: float

    def margin_where(self, where: StateClass) -> FloatArray:
        """Return the least margin in a class of states, shape (D,); infinite where nothing can depart."""
        rows = [group.margin for group in self.groups if group.where == where]
        least: FloatArray = np.min([np.full(self.games, np.inf), *rows], axis=0)
        return least

    @cached_property
    def deciding(self) -> IntArray:
        """Position in `CLASSES` of the class of states that decides, shape (D,)."""
        return deciding_class([self.margin_where(where) for where in CLASSES])

    @cached_property
    def margin(self) -> FloatArray:
        """The least margin in the class of states that decides, shape (D,); infinite without a departure."""
        margins = np.stack([self.margin_where(where) for where in CLASSES])
        least: FloatArray = np.take_along_axis(margins, self.deciding[None], axis=0)[0]
        return least

    @property
    def holds(self) -> BoolArray:
        """In which games no departure gains, shape (D,): those in which the margin is not negative."""
        holds: BoolArray = self.margin >= 0.0
        return holds

    def incentives(self, where: StateClass = KEPT, game: int = 0) -> tuple[Incentive, ...]:
        """Return the best departure of each set in a class of states, the one with the least margin first."""
        groups = [group for group in self.groups if group.where == where]
        rows = [group.at(game, self.discount_factor_annual) for group in groups]
        return tuple(sorted(rows, key=lambda row: row.margin))

    def closest(self, game: int = 0) -> Incentive | None:
        """Return the departure that `margin` is of, in one game; `None` where nothing can depart."""
        return next(iter(self.incentives(CLASSES[self.deciding[game]], game)), None)

    def of(self, player: str) -> LegIncentives:
        """Return the same question asked of one player."""
        return replace(self, groups=tuple(group for group in self.groups if group.player == player))

    def by_class(self, game: int = 0) -> dict[StateClass, Incentive]:
        """Return the closest departure in each class of states that has one, in one game."""
        departures = {where: self.incentives(where, game) for where in CLASSES}
        return {where: rows[0] for where, rows in departures.items() if rows}

    def breaks(self, game: int = 0) -> tuple[Incentive, ...]:
        """Return the departures that gain in one game: by class of states, most tempting first."""
        return tuple(row for where in CLASSES for row in self.incentives(where, game) if row.margin < 0.0)
