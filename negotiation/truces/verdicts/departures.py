"""Departures from an agreement: their names, classes of the states in which they are tried, a knife edge.

Classes of states: *kept*, while nothing is being answered; *answering*, while an answer runs its course;
*over*, once the agreement is off for good.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Literal, TypeAlias

import numpy as np

from negotiation.base.numeric import BoolArray, FloatArray
from negotiation.disputes.posture import posture_from_label

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
