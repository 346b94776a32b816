"""Departures from an agreement in many games at once: what each set of them gains, forfeits and leaves.

A set of departures is compared by margin, in the player's own unit, and the best of it stands for it. A
margin within a knife edge of zero is zero, here and nowhere else: so nothing gains exactly where the margin
is not negative, and what is printed has the sign of the verdict.

Classes of states: *kept*, while nothing is being answered; *answering*, while an answer runs its course;
*over*, once the agreement is off for good.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
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
