"""Signals of independent issues together, whole or collapsed to what a linkage reads.

Given the actions, issues are seen independently, so a joint signal has the product of the issues'
probabilities. The whole product has as many signals as there are combinations. A linkage reads less: whether
any issue raised an alarm, 1 - prod(1 - p_k) (all or nothing); how many did (a Poisson binomial count; Wang
1993); or one issue alone. These are built without the product. Cost: profiles of the product game times the
signals that are kept, times the number of issues.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from itertools import product
from math import prod

import numpy as np

from negotiation.errors import InvalidGame, SizeLimit
from negotiation.games.issue_signal import ALARM, CALM
from negotiation.games.monitoring import PublicSignal
from negotiation.games.product import SEPARATOR
from negotiation.numeric import NumberArray, fraction_array

LARGEST = 2_000_000
"""Most probabilities, profiles times signals, of a joint signal."""


def independent_signals(*signals: PublicSignal) -> PublicSignal:
    """Return the joint signal of independent issues on the actions of their `product_game`.

    Parameters
    ----------
    *signals : PublicSignal
        One for each issue, in the order of `product_game`. Rational probabilities are kept exactly.

    Returns
    -------
    PublicSignal
        A joint signal is labelled by the issues' signals with `SEPARATOR` in between.

    Raises
    ------
    InvalidGame
        If there is no issue, or the issues differ in their number of players.
    SizeLimit
        If the signal would have more than `LARGEST` probabilities.

    Examples
    --------
    >>> one = PublicSignal([[[0.9, 0.1]]], ("calm", "alarm"))
    >>> both = independent_signals(one, one)
    >>> both.signals
    ('calm|calm', 'calm|alarm', 'alarm|calm', 'alarm|alarm')
    >>> [round(p, 12) for p in both.probabilities[0, 0].tolist()]
    [0.81, 0.09, 0.09, 0.01]
    """
    players = _common_players(signals)
    _check_size(signals, prod(signal.n_signals for signal in signals))
    chances = _given(signals)
    joint = chances[0]
    for other in chances[1:]:
        joint = _side_by_side(joint, other, players)
        joint = joint.reshape(*joint.shape[:players], -1)
    labels = [SEPARATOR.join(parts) for parts in product(*(signal.signals for signal in signals))]
    return PublicSignal(joint, labels)


def any_alarm(signals: Sequence[PublicSignal], alarms: Collection[str] | None = None) -> PublicSignal:
    """Return the signal whether any issue raised an alarm: what all-or-nothing linkage reads.

    Parameters
    ----------
    signals : sequence of PublicSignal
        One for each issue, in the order of `product_game`.
    alarms : collection of str, optional
        Labels that are alarms; by default every label but "calm".

    Returns
    -------
    PublicSignal
        "calm" or "alarm" on the product game's actions, an alarm with 1 - prod(1 - p_k).

    Raises
    ------
    InvalidGame
        If there is no issue, or the issues differ in their number of players.
    SizeLimit
        If the signal would have more than `LARGEST` probabilities.

    Examples
    --------
    >>> one = PublicSignal([[[0.9, 0.1]]], ("calm", "alarm"))
    >>> any_alarm([one, one, one]).probabilities.round(12).tolist()
    [[[0.729, 0.271]]]
    """
    players = _common_players(signals)
    _check_size(signals, 2)
    calm, *others = [(1 - chance)[..., None] for chance in _alarm_chances(signals, alarms)]
    for other in others:
        calm = _side_by_side(calm, other, players)[..., 0]
    return PublicSignal(np.concatenate([calm, 1 - calm], axis=-1), (CALM, ALARM))


def alarm_count(signals: Sequence[PublicSignal], alarms: Collection[str] | None = None) -> PublicSignal:
    """Return the signal how many issues raised an alarm: what a proportionate linkage can read.

    Parameters
    ----------
    signals : sequence of PublicSignal
        One for each issue, in the order of `product_game`.
    alarms : collection of str, optional
        Labels that are alarms; by default every label but "calm".

    Returns
    -------
    PublicSignal
        "0", ..., "K" on the product game's actions.

    Raises
    ------
    InvalidGame
        If there is no issue, or the issues differ in their number of players.
    SizeLimit
        If the signal would have more than `LARGEST` probabilities.

    Examples
    --------
    >>> one = PublicSignal([[[0.5, 0.5]]], ("calm", "alarm"))
    >>> alarm_count([one, one]).probabilities.tolist()
    [[[0.25, 0.5, 0.25]]]
    """
    players = _common_players(signals)
    _check_size(signals, len(signals) + 1)
    counts, *others = [np.stack([1 - p, p], axis=-1) for p in _alarm_chances(signals, alarms)]
    for other in others:
        counts = _summed(_side_by_side(counts, other, players))
    return PublicSignal(counts, [str(k) for k in range(len(signals) + 1)])


def issue_marginal(signals: Sequence[PublicSignal], position: int) -> PublicSignal:
    """Return one issue's signal as a signal on the actions of the product game: no linkage reads more.

    Parameters
    ----------
    signals : sequence of PublicSignal
        One for each issue, in the order of `product_game`.
    position : int
        Which issue is seen.

    Raises
    ------
    InvalidGame
        If there is no such issue, or the issues differ in their number of players.
    SizeLimit
        If the signal would have more than `LARGEST` probabilities.

    Examples
    --------
    >>> tariff = PublicSignal([[[0.9, 0.1]], [[0.2, 0.8]]], ("calm", "alarm"))
    >>> visa = PublicSignal([[[0.5, 0.5]], [[0, 1]]], ("calm", "alarm"))
    >>> issue_marginal([tariff, visa], 0).probabilities[:, 0, 1].tolist()
    [0.1, 0.1, 0.8, 0.8]
    """
    players = _common_players(signals)
    if not 0 <= position < len(signals):
        raise InvalidGame(f"there is no issue {position}; issues are counted from 0 to {len(signals) - 1}")
    chosen = signals[position]
    _check_size(signals, chosen.n_signals)
    joint = chosen.given_probabilities()
    for before in reversed(signals[:position]):
        blind = np.ones((*before.n_actions, 1), dtype=int)
        joint = _side_by_side(blind, joint, players)[..., 0, :]
    for later in signals[position + 1 :]:
        blind = np.ones((*later.n_actions, 1), dtype=int)
        joint = _side_by_side(joint, blind, players)[..., 0]
    return PublicSignal(joint, chosen.signals)


def alarm_labels(signal: PublicSignal, alarms: Collection[str] | None = None) -> tuple[str, ...]:
    """Return the labels of a signal that are alarms: those listed, or every label but "calm".

    Examples
    --------
    >>> alarm_labels(PublicSignal([[[0.5, 0.25, 0.25]]], ("calm", "alarm A", "alarm B")))
    ('alarm A', 'alarm B')
    """
    return tuple(label for label in signal.signals if (label != CALM if alarms is None else label in alarms))


def _alarm_chances(signals: Sequence[PublicSignal], alarms: Collection[str] | None) -> list[NumberArray]:
    """Return the probability of an alarm in each issue, by the issue's own profile."""
    found = []
    for signal, given in zip(signals, _given(signals), strict=True):
        loud = [signal.signal_index(label) for label in alarm_labels(signal, alarms)]
        chance = given[..., loud].sum(axis=-1)
        # A sum of floats can pass 1 by a rounding; a sum over no labels is the integer 0.
        found.append(fraction_array(chance) if given.dtype == object else np.minimum(chance, 1.0))
    return found


def _given(signals: Sequence[PublicSignal]) -> list[NumberArray]:
    """Return the issues' probabilities, all exact or all floats."""
    given = [signal.given_probabilities() for signal in signals]
    if all(array.dtype == object for array in given):
        return given
    return [signal.probabilities for signal in signals]


def _common_players(signals: Sequence[PublicSignal]) -> int:
    counts = {len(signal.n_actions) for signal in signals}
    if len(counts) != 1:
        raise InvalidGame(
            f"one signal for each issue is needed, all with as many players; got {len(signals)} signals for "
            f"{sorted(counts)} players"
        )
    return counts.pop()


def _check_size(signals: Sequence[PublicSignal], kept: int) -> None:
    profiles = prod(prod(signal.n_actions) for signal in signals)
    if profiles * kept > LARGEST:
        raise SizeLimit(
            f"{len(signals)} issues have {profiles:,} joint profiles, and {kept:,} signals make "
            f"{profiles * kept:,} probabilities; at most {LARGEST:,} are allowed. Take fewer issues, fewer "
            "actions, or a collapsed signal: any_alarm, alarm_count"
        )


def _side_by_side(first: NumberArray, second: NumberArray, players: int) -> NumberArray:
    """Return products of probabilities: the two issues' actions of a player merged, both signal axes kept."""
    wide = first.reshape(*(k for size in first.shape[:players] for k in (size, 1)), first.shape[-1], 1)
    deep = second.reshape(*(k for size in second.shape[:players] for k in (1, size)), 1, second.shape[-1])
    sizes = [a * b for a, b in zip(first.shape[:players], second.shape[:players], strict=True)]
    joint: NumberArray = (wide * deep).reshape(*sizes, first.shape[-1], second.shape[-1])
    return joint


def _summed(joint: NumberArray) -> NumberArray:
    """Return the distribution of a count plus a further alarm, from their joint probabilities."""
    quiet, loud = joint[..., 0], joint[..., 1]
    nothing = np.zeros_like(quiet[..., :1])
    total: NumberArray = np.concatenate([quiet, nothing], axis=-1) + np.concatenate([nothing, loud], axis=-1)
    return total
