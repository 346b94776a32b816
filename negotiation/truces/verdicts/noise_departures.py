"""Departures from a compiled agreement under noise, by class of state: their gains, and the closest ones.

A departure is judged in every state of the automaton: its gain is the value of departing once and then
keeping to the strategy, less the value of complying, average discounted. A gain within a knife edge of the
range of the player's own payoffs is zero. The question for a leg is the same as in `theories/common/legs`:
whether the best departure that touches the leg is worth more than the best alternative, complying included.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from negotiation.base.numeric import KNIFE_EDGE, FloatArray, payoff_tolerances
from negotiation.truces.compiling.clock import ENDED
from negotiation.truces.compiling.compiler import Compiled
from negotiation.truces.theories.common.departures import (
    ANSWERING,
    KEPT,
    OVER,
    Changes,
    StateClass,
    changes_from,
    one_shot_gains,
    spelled,
    touched,
    without_knife_edge,
)


@dataclass(frozen=True)
class Departure:
    """A player's departure from what the agreement prescribes in a class of its states."""

    player: str
    # Instruments and the levels they go to.
    changes: Changes
    # Value of departing less that of complying, percent of GDP, in average discounted payoffs; the largest
    # over the states of the class, and exactly 0 within a knife edge of the range of the player's own
    # payoffs.
    gain: float
    where: StateClass = KEPT
    # What the best of all else gains, at least nothing, as complying does.
    rest: float = 0.0
    # What it brings at once; the remainder of the gain comes later.
    at_once: float = 0.0

    @property
    def gains(self) -> bool:
        """Whether the departure is worth more than every alternative."""
        return self.margin < 0.0

    @property
    def margin(self) -> float:
        """Value of the best alternative less the value of departing."""
        return self.rest - self.gain

    def __str__(self) -> str:
        return f"{self.player} {spelled(self.changes)}"


@dataclass(frozen=True, eq=False)
class StateGains:
    """The gains of a player's actions in one state, shape (n,); the prescribed action gains 0."""

    where: StateClass
    player: int
    prescribed: int
    gains: FloatArray
    # What each brings at once, shape (n,).
    at_once: FloatArray
    # What counts as nothing to the player.
    tolerance: float


def deciding(by_class: Mapping[StateClass, Departure]) -> Departure | None:
    """Return the departure of the first class of states in which it gains, or else of the first class.

    Return `None` if there is no class.

    Examples
    --------
    >>> kept, answering = (Departure("USA", (("tariff", "peak"),), gain) for gain in (-0.5, 0.1))
    >>> deciding({KEPT: kept, ANSWERING: answering}).margin
    -0.1
    """
    gaining = (departure for departure in by_class.values() if departure.gains)
    return next(gaining, next(iter(by_class.values()), None))


def class_of(state: str) -> StateClass:
    """Return the class of an automaton's state, from its label.

    Examples
    --------
    >>> [class_of(state) for state in ("3 left, kept", "tariff answer 2", "off", "ended")]
    ['kept', 'answering', 'over', 'over']
    """
    if state == ENDED:
        return OVER
    if state.endswith("kept"):
        return KEPT
    return ANSWERING if "answer " in state else OVER


def state_gains(compiled: Compiled) -> tuple[StateGains, ...]:
    """Return the gain of every action in every state, by player; zero within a knife edge."""
    game = compiled.game
    tolerances = payoff_tolerances(game.stage.payoffs[None], KNIFE_EDGE)[0].tolist()
    return tuple(
        StateGains(
            class_of(state), i, prescribed, without_knife_edge(gains, tolerances[i]), now, tolerances[i]
        )
        for state, i, prescribed, gains, now in one_shot_gains(game, compiled.automaton)
    )


def calm_departures(compiled: Compiled) -> tuple[Departure, ...]:
    """Return every departure while everything is kept, with its greatest gain in such a state."""
    stage = compiled.game.stage
    best: dict[tuple[int, int], FloatArray] = {}
    for state in state_gains(compiled):
        if state.where == KEPT:
            key = state.player, state.prescribed
            best[key] = np.maximum(best.get(key, state.gains), state.gains)
    return tuple(
        Departure(stage.players[i], changes, float(gain))
        for (i, at), gains in best.items()
        for changes, gain in zip(changes_from(stage.actions[i], at), gains, strict=True)
        if changes
    )


def closest_departures(
    compiled: Compiled, gains: tuple[StateGains, ...], instruments: frozenset[str]
) -> Mapping[StateClass, Departure]:
    """Return, by class of states, the departure with the least margin that changes one of `instruments`."""
    closest: dict[StateClass, Departure] = {}
    for departure in _closest(compiled, gains, instruments):
        if departure.where not in closest or departure.margin < closest[departure.where].margin:
            closest[departure.where] = departure
    return {where: closest[where] for where in (KEPT, ANSWERING, OVER) if where in closest}


def _closest(
    compiled: Compiled, gains: tuple[StateGains, ...], instruments: frozenset[str]
) -> Iterator[Departure]:
    """Yield, by state and player, the most tempting departure that changes one of `instruments`."""
    stage = compiled.game.stage
    hits = [touched(actions, instruments) for actions in stage.actions]
    for state in gains:
        allowed = hits[state.player][state.prescribed]
        if allowed.any():
            best = int(np.where(allowed, state.gains, -np.inf).argmax())
            gain, rest = float(state.gains[best]), float(state.gains[~allowed].max(initial=0.0))
            # Within a knife edge of the best of all else it is worth the same.
            rest = gain if abs(rest - gain) <= state.tolerance else rest
            changes = changes_from(stage.actions[state.player], state.prescribed)[best]
            at_once = float(state.at_once[best])
            yield Departure(stage.players[state.player], changes, gain, state.where, rest, at_once)
