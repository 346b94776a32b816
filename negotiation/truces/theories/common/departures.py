"""Departures from an agreement: their names, the classes of states, and their gains.

Classes of states: *kept*, while nothing is being answered; *answering*, while an answer runs its course;
*over*, once the agreement is off for good.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Literal, TypeAlias

import numpy as np

from negotiation.base.numeric import BoolArray, FloatArray
from negotiation.disputes.posture import posture_from_label
from negotiation.game_theory.games import Profile, RepeatedGame
from negotiation.game_theory.solvers.values.value import value
from negotiation.game_theory.strategies import Automaton

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
    """Return, for each posture, the instruments that differ from a given posture, with their levels.

    `actions` are the labels of the postures, and `start` is the position of the given one.

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
    """Return the margins, with 0 in place of each that is within the tolerance of 0.

    `tolerances` is broadcast against `margins`.

    Examples
    --------
    >>> without_knife_edge(np.array([-1e-15, 0.5, -0.5]), 1e-12).tolist()
    [0.0, 0.5, -0.5]
    """
    rounded: FloatArray = np.where(np.abs(margins) <= tolerances, 0.0, margins)
    return rounded


def one_shot_gains(
    game: RepeatedGame, automaton: Automaton
) -> Iterator[tuple[str, int, int, FloatArray, FloatArray]]:
    """Yield a state, the positions of a player and of its prescribed action, and the gains of its actions.

    The last two entries are the total and the immediate gains, both of shape (n_i,), average discounted and
    relative to the prescribed action. An action is played once, and the automaton is followed afterwards.
    With a public signal, the gain is expected over the signals that follow the action; otherwise the
    automaton moves by the action itself.
    """
    stage, signal, worth = game.stage, game.monitoring, value(game, automaton).values
    payoffs = np.asarray(stage.payoffs, dtype=np.float64)
    where = {state: k for k, state in enumerate(automaton.states)}

    def follows(state: str, key: str | Profile, player: int) -> float:
        """Return the expected value of the next state to a player."""
        lottery = automaton.next_states(state, key)
        return float(sum(float(chance) * worth[where[to], player] for to, chance in lottery.items()))

    for state in automaton.states:
        played = automaton.actions[state]
        index = stage.profile_index(played)
        for i, actions in enumerate(stage.actions):
            row = tuple(slice(None) if j == i else a for j, a in enumerate(index))
            delta = game.float_discount_factors[i]
            # (1 - delta) u_i(a, s_-i) + delta E[w_i | a, s_-i], against the same of what is prescribed.
            if signal is None:
                keys = [(*played[:i], action, *played[i + 1 :]) for action in actions]
                later = delta * np.array([follows(state, key, i) for key in keys])
            else:
                after = np.array([follows(state, label, i) for label in signal.signals])
                later = delta * signal.probabilities[row] @ after
            now = (1.0 - delta) * payoffs[(*row, i)]
            total = now + later
            yield state, i, index[i], total - total[index[i]], now - now[index[i]]


def spelled(changes: Changes) -> str:
    """Return changes in words.

    Examples
    --------
    >>> spelled((("tariff", "peak"), ("port_fee", "usd_50")))
    'tariff to peak, port_fee to usd_50'
    """
    return ", ".join(f"{name} to {level}" for name, level in changes)
