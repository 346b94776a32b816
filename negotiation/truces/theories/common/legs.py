"""From the values of departures to legs: the single place that decides whether a leg holds.

All theories answer one question. A player departs once from the kept levels to any lawful posture; the theory
says what follows. With v(d) the value of departure d to the player,

    b = max of v over departures that make something in the leg harsher - max of v over all else,

where all else includes keeping everything. A leg breaks if some player has b > 0, and holds otherwise. Its
margin is the least -b over players, average discounted, in percent of that player's GDP. So a leg does not
break because another one does, nor by a step that calms it. Two wider questions are answered separately:
whether any departure that makes something in the leg harsher gains, and whether any departure that changes
the leg gains.

If nothing follows the departure that breaks a leg, the theory itself prescribes the departure: the leg is
broken by the path. If the kept levels are worth less to a side than the worst payoff that it can be held to,
any departure costs it the same, and the static best reply decides: such a path is not individually rational.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from negotiation.base.numeric import BoolArray, FloatArray, IntArray
from negotiation.truces.numerics import NUMERICS
from negotiation.truces.theories.common.game_batch import GameBatch


@dataclass(frozen=True, eq=False)
class Departures:
    """One player's departures under a theory at D settings, average discounted, in percent of its GDP."""

    # gain, loss: (D, n_i): what a departure gains at once, and what it costs from the next period on. The
    # first action keeps everything; under a theory with payments, its loss is that of not paying.
    gain: FloatArray
    loss: FloatArray
    # (D, n_i): whether anything follows.
    answered: BoolArray
    # (D,): whether what is kept is worth no less than the worst that the player can be held to.
    rational: BoolArray

    @cached_property
    def value(self) -> FloatArray:
        """The gain of each departure over keeping everything, shape (D, n_i)."""
        return self.gain - self.loss


@dataclass(frozen=True, eq=False)
class LegMargins:
    """The margin of one leg at D settings, in percent of GDP of the player who decides it."""

    leg: str
    # (D,): at least 0 exactly where the leg holds, exactly 0 within a knife edge of it; infinite where
    # nothing in it can be made harsher.
    margin: FloatArray
    # player, action: (D,): whose departure it is, and its position among the player's actions; -1 where there
    # is none.
    player: IntArray
    action: IntArray
    # gain, loss: (D,): of that departure, at once and from the next period on.
    gain: FloatArray
    loss: FloatArray
    # (D,): whether nothing follows it.
    by_path: BoolArray
    # (D,): whether what is kept is individually rational for both.
    rational: BoolArray
    # any_harsher, any_change: (D,): the margins of the wider questions, over all that make something in the
    # leg harsher, and over all that change it.
    any_harsher: FloatArray
    any_change: FloatArray
    # alone, joint: (D,): over departures that calm nothing, those within the leg, and all that touch it: what
    # checks of a theory's strategies are held against.
    alone: FloatArray
    joint: FloatArray
    # At the first setting, the player's other departures in the leg that are worth the same but for
    # `NUMERICS.as_close` of the player's range.
    as_close: tuple[int, ...] = ()

    @property
    def holds(self) -> BoolArray:
        """Whether the leg holds, shape (D,)."""
        holds: BoolArray = self.margin >= 0.0
        return holds

    def least(self) -> LegMargins:
        """Return the setting with the least margin, and the least of each wider margin over all settings."""
        at = [int(self.margin.argmin())]
        picked = {name: value[at] for name, value in vars(self).items() if isinstance(value, np.ndarray)}
        others = ("any_harsher", "any_change", "alone", "joint")
        wider = {name: getattr(self, name).min(keepdims=True) for name in others}
        return replace(self, **(picked | wider))


def legs_of(batch: GameBatch, departures: Sequence[Departures]) -> dict[str, LegMargins]:
    """Return the margins of each leg."""
    return {leg: margins_of(batch, departures, leg) for leg in batch.scenario.legs}


def margins_of(batch: GameBatch, departures: Sequence[Departures], leg: str) -> LegMargins:
    """Return the margins of one leg, for each row of departures."""
    count = len(departures[0].gain)
    every = np.arange(count)
    least = np.full(count, np.inf)
    wider = dict.fromkeys(("any_harsher", "any_change", "alone", "joint"), least)
    player, action = np.full(count, -1), np.full(count, -1)
    gain, loss, by_path = np.zeros(count), np.zeros(count), np.zeros(count, dtype=np.bool_)
    for i, margin in enumerate(margins_by_player(batch, departures, leg)):
        own = departures[i]
        harsher, calmer, other = batch.harsher_in(i, leg), batch.calmer(i), batch.changing_elsewhere(i, leg)
        among = {
            "any_harsher": harsher, "any_change": batch.changing(i, leg), "joint": harsher & ~calmer,
            "alone": harsher & ~calmer & ~other,
        }  # fmt: skip
        for name, some in among.items():
            wider[name] = np.minimum(wider[name], _margin(own.value, some, None, batch.tolerances[:, i]))
        if not harsher.any():
            continue
        members = np.flatnonzero(harsher)
        best = members[own.value[:, members].argmax(axis=1)]
        less = margin < least
        least = np.where(less, margin, least)
        player, action = np.where(less, i, player), np.where(less, best, action)
        gain, loss = np.where(less, own.gain[every, best], gain), np.where(less, own.loss[every, best], loss)
        by_path = np.where(less, ~own.answered[every, best], by_path)
    return LegMargins(
        leg, least, player, action, gain, loss, by_path & (least < 0.0),
        np.logical_and.reduce([own.rational for own in departures]), **wider,
        as_close=_as_close(batch, departures, leg, int(player[0]), int(action[0])),
    )  # fmt: skip


def margins_by_player(
    batch: GameBatch, departures: Sequence[Departures], leg: str, instrument: str | None = None
) -> list[FloatArray]:
    """Return each player's margin of a leg, or of one instrument, shape (D,)."""
    margins = []
    for i, own in enumerate(departures):
        harsher, tolerance = batch.harsher_in(i, leg, instrument), batch.tolerances[:, i]
        margins.append(_margin(own.value, harsher, ~harsher, tolerance))
    return margins


def _margin(
    value: FloatArray, among: BoolArray, against: BoolArray | None, tolerance: FloatArray
) -> FloatArray:
    """Return the best alternative, keeping included, less the best of some departures, shape (D,)."""
    best = value.compress(among, axis=1).max(axis=1, initial=-np.inf)
    # Keeping everything is worth nothing more than itself.
    other = np.zeros(1) if against is None else value.compress(against, axis=1).max(axis=1, initial=0.0)
    margin = other - best
    # Within a knife edge of zero it is zero: sign and verdict are one.
    rounded: FloatArray = np.where(np.abs(margin) <= tolerance, 0.0, margin)
    return rounded


def _as_close(
    batch: GameBatch, departures: Sequence[Departures], leg: str, player: int, action: int
) -> tuple[int, ...]:
    """Return a player's other departures in a leg with about the same margin at the first setting."""
    if player < 0:
        return ()
    value = departures[player].value[0]
    near = value >= value[action] - NUMERICS.as_close * float(np.ptp(batch.whole[0, ..., player]))
    return tuple(k for k in np.flatnonzero(near & batch.harsher_in(player, leg)).tolist() if k != action)
