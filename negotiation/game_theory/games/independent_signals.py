"""The joint signal of independent issues.

Given the actions, issues are seen independently, so a joint signal has the product of the issues'
probabilities, and as many signals as there are combinations. What a linkage reads of it, such as whether any
issue raised an alarm, is `signal.grouped`. Cost: profiles of the product game times joint signals, times the
number of issues.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from math import prod

from negotiation.base.numeric import NumberArray
from negotiation.errors import InvalidGame, SizeLimit
from negotiation.game_theory.games.monitoring import PublicSignal
from negotiation.game_theory.games.numerics import NUMERICS
from negotiation.game_theory.games.product import SEPARATOR


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
        If the signal would have more than `NUMERICS.most_product_entries` probabilities.

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
    _check_size(signals)
    chances = _given(signals)
    joint = chances[0]
    for other in chances[1:]:
        joint = _side_by_side(joint, other, players)
        joint = joint.reshape(*joint.shape[:players], -1)
    labels = [SEPARATOR.join(parts) for parts in product(*(signal.signals for signal in signals))]
    return PublicSignal(joint, labels)


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


def _check_size(signals: Sequence[PublicSignal]) -> None:
    kept = prod(signal.n_signals for signal in signals)
    profiles = prod(prod(signal.n_actions) for signal in signals)
    if profiles * kept > NUMERICS.most_product_entries:
        raise SizeLimit(
            f"{len(signals)} issues have {profiles:,} joint profiles, and {kept:,} signals make "
            f"{profiles * kept:,} probabilities; at most {NUMERICS.most_product_entries:,} "
            "are allowed. Take fewer issues or actions, or group the signals of an issue, `signal.grouped`"
        )


def _side_by_side(first: NumberArray, second: NumberArray, players: int) -> NumberArray:
    """Return products of probabilities: the two issues' actions of a player merged, both signal axes kept."""
    wide = first.reshape(*(k for size in first.shape[:players] for k in (size, 1)), first.shape[-1], 1)
    deep = second.reshape(*(k for size in second.shape[:players] for k in (1, size)), 1, second.shape[-1])
    sizes = [a * b for a, b in zip(first.shape[:players], second.shape[:players], strict=True)]
    joint: NumberArray = (wide * deep).reshape(*sizes, first.shape[-1], second.shape[-1])
    return joint
