"""Arguments that say which signals are alarms, and whom an alarm accuses."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import product
from typing import TypeAlias

from negotiation.errors import InvalidStrategy, shown
from negotiation.game_theory.games import StageGame
from negotiation.game_theory.strategies.automaton import OTHERWISE, Key, Target

# One signal's label, or several.
Labels: TypeAlias = str | Sequence[str]

# For each player, the signals that accuse this player; a signal may accuse several.
SideAlarms: TypeAlias = Mapping[str, Labels]


def alarm_labels(alarm: Labels) -> tuple[str, ...]:
    """Return the labels of alarms as a tuple, or raise `InvalidStrategy` if there is none or one is no text.

    Examples
    --------
    >>> alarm_labels("alarm"), alarm_labels(["alarm A", "alarm B"])
    (('alarm',), ('alarm A', 'alarm B'))
    """
    labels = (alarm,) if isinstance(alarm, str) or not isinstance(alarm, Iterable) else tuple(alarm)
    if not labels or not all(isinstance(label, str) for label in labels):
        raise InvalidStrategy(
            f"`alarm` must give the label of one signal, or the labels of several; got {shown(alarm)}"
        )
    return labels


def watched(profile: Sequence[str], alarm: Labels | None, kept: Target, broken: Target) -> dict[Key, Target]:
    """Return the transitions of a state: to `kept` without a breach or alarm, to `broken` after one."""
    if alarm is None:
        return {tuple(profile): kept, OTHERWISE: broken}
    return {**dict.fromkeys(alarm_labels(alarm), broken), OTHERWISE: kept}


def accused(stage: StageGame, alarm: Labels | SideAlarms) -> dict[str, tuple[bool, ...]]:
    """Return, for each alarm, whether it accuses each player, in the game's order."""
    if not isinstance(alarm, Mapping):
        return dict.fromkeys(alarm_labels(alarm), (True,) * stage.n_players)
    blamed: dict[str, set[int]] = {}
    for player, labels in alarm.items():
        position = stage.player_index(player)
        for label in alarm_labels(labels):
            blamed.setdefault(label, set()).add(position)
    if not blamed:
        raise InvalidStrategy(
            "`alarm` must give, for at least one player, the signals that accuse the player; got "
            f"{shown(alarm)}"
        )
    return {label: tuple(i in who for i in range(stage.n_players)) for label, who in blamed.items()}


def unkind(
    stage: StageGame, kind: Sequence[str], alarm: Labels | SideAlarms | None = None
) -> dict[Key, tuple[bool, ...]]:
    """Return, for each transition key, whether each player seems not to have played the kind action."""
    stage.profile_index(kind)
    unkind_keys: dict[Key, tuple[bool, ...]] = {}
    if alarm is None:
        for profile in product(*stage.actions):
            unkind_keys[profile] = tuple(action != own for action, own in zip(profile, kind, strict=True))
        return unkind_keys
    unkind_keys.update(accused(stage, alarm))
    unkind_keys[OTHERWISE] = (False,) * stage.n_players
    return unkind_keys
