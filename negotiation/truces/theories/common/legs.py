"""From the margins of departures to legs: the one place where it is decided whether a leg holds.

A leg holds iff no player has a departure that gains and changes an instrument of the leg, alone or together
with others, among the departures that the theory looks at. Its margin is the least over exactly these, in
percent of the GDP of the player whose it is, and is printed with the player and the departure that it is of.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from negotiation.base.numeric import BoolArray, FloatArray, IntArray
from negotiation.truces.numerics import NUMERICS
from negotiation.truces.theories.common.question import Changes, Question


@dataclass(frozen=True, eq=False)
class LegMargins:
    """The least margin of one leg at D settings."""

    leg: str
    # (D,): percent of GDP of the player whose it is, at least 0 exactly where the leg holds; infinite where
    # nothing in it can be made harsher.
    margin: FloatArray
    # player, action: (D,): whose departure it is, and its position among the player's actions; -1 where there
    # is none.
    player: IntArray
    action: IntArray
    # At the first setting, the player's other departures in the leg whose margin is the same but for
    # `NUMERICS.as_close` of the player's range.
    as_close: tuple[int, ...] = ()

    @property
    def holds(self) -> BoolArray:
        """Where the leg holds, shape (D,)."""
        holds: BoolArray = self.margin >= 0.0
        return holds


def legs_of(asked: Question, margins: Sequence[FloatArray]) -> dict[str, LegMargins]:
    """Return the least margin of each leg.

    Shapes: `margins` (D, n_i).
    """
    return {leg: _leg(asked, margins, leg) for leg in asked.scenario.legs}


def _leg(asked: Question, margins: Sequence[FloatArray], leg: str) -> LegMargins:
    every = np.arange(len(asked))
    least = np.full(len(asked), np.inf)
    player, action = np.full(len(asked), -1), np.full(len(asked), -1)
    for i, own in enumerate(margins):
        members = np.array([k for k, changed in enumerate(asked.changes[i]) if leg in _legs(asked, changed)])
        if not len(members):
            continue
        best = members[own[:, members].argmin(axis=1)]
        margin = own[every, best]
        # Within a knife edge of zero it is zero: sign and verdict are one.
        margin = np.where((margin < 0.0) & (margin >= -asked.tolerances[:, i]), 0.0, margin)
        less = margin < least
        least = np.where(less, margin, least)
        player, action = np.where(less, i, player), np.where(less, best, action)
    return LegMargins(
        leg, least, player, action, _as_close(asked, margins, leg, int(player[0]), int(action[0]))
    )


def _as_close(
    asked: Question, margins: Sequence[FloatArray], leg: str, player: int, action: int
) -> tuple[int, ...]:
    """Return the other departures of a player in a leg that are as close at the first setting."""
    if player < 0:
        return ()
    own = margins[player][0]
    near = own <= own[action] + NUMERICS.as_close * float(np.ptp(asked.whole[0, ..., player]))
    return tuple(
        k
        for k in np.flatnonzero(near).tolist()
        if k != action and leg in _legs(asked, asked.changes[player][k])
    )


def _legs(asked: Question, changed: Changes) -> set[str]:
    return {asked.leg_of(name) for name in changed}


def in_one_leg(asked: Question, player: int) -> BoolArray:
    """Return which actions of a player change instruments of one leg alone, shape (n_i,)."""
    return np.array([len(_legs(asked, changed)) == 1 for changed in asked.changes[player]])
