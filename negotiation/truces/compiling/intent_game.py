"""The game of intentions: postures are intended, agencies slip, and actions are seen through clauses.

Each bound instrument is implemented at the intended level or, by a slip, one step harsher. The implemented
level is seen correctly, one step harsher (ambiguity), or one step calmer (a miss). An alarm is raised if a
level is seen above a ceiling. Stage payoffs are expectations over slips. Let eps, a and m be the chances of a
slip, ambiguity and a miss. With two levels, an alarm follows compliance with chance eps (1 - m) + (1 - eps) a
and a breach with chance 1 - m, as in `games/issue_signal.py`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache, reduce
from itertools import product

import numpy as np

from negotiation.base.numeric import FloatArray, NumberArray
from negotiation.disputes.posture import posture_from_label
from negotiation.game_theory.games import PublicSignal, StageGame
from negotiation.game_theory.games.slips import slip_kernel, stage_under_slips
from negotiation.truces.compiling.clause_noise import Noise
from negotiation.truces.compiling.terms import Bound
from negotiation.truces.record.agreement_text import Terms

# Signal after which nothing looks broken.
QUIET = "quiet"

# Which alarms were raised.
Pattern = frozenset[str]


def menu_of(stage: StageGame, player: int) -> Mapping[str, list[str]]:
    """Return a player's instruments and their levels in a posture game, in the order of the actions."""
    return _menu(stage.actions[player])


@lru_cache(maxsize=256)
def _menu(actions: tuple[str, ...]) -> dict[str, list[str]]:
    menu: dict[str, dict[str, None]] = {}
    for action in actions:
        for name, level in posture_from_label(action).items():
            menu.setdefault(name, {})[level] = None
    return {name: [*levels] for name, levels in menu.items()}


def intended_stage(stage: StageGame, bound: Sequence[Bound]) -> StageGame:
    """Return the stage game with payoffs expected over slips of the bound instruments."""
    slips = {obligation.key: obligation.noise.slip for obligation in bound}
    # Slips are independent: the kernel of a posture is the Kronecker product of the instruments' kernels, in
    # the order of the action labels.
    kernels: dict[str, NumberArray] = {}
    for i, player in enumerate(stage.players):
        kernel: NumberArray = np.ones((1, 1))
        for name, levels in menu_of(stage, i).items():
            kernel = np.kron(kernel, slip_kernel(len(levels), slips.get((player, name), 0.0)))
        kernels[player] = kernel
    return stage_under_slips(stage, kernels)


def alarm_patterns(
    stage: StageGame,
    player: int,
    bound: Sequence[Bound],
    ceilings: Mapping[str, Terms],
) -> dict[Pattern, FloatArray]:
    """Return the chance of each set of alarms for each intended action of a player.

    `player` is the player's position. `bound` are the bound instruments, of which those of other players are
    ignored. `ceilings` gives, by alarm, the levels above which the alarm is raised. The chances of a set of
    alarms have shape (n_i,), with n_i actions.
    """
    menu, country = menu_of(stage, player), stage.players[player]
    postures = [posture_from_label(action) for action in stage.actions[player]]
    # One bound instrument after another: slips and observations are independent, so the chance of a set of
    # alarms is the sum over the levels seen of the product of their chances.
    chances: dict[Pattern, FloatArray] = {frozenset(): np.ones(len(postures))}
    for obligation in bound:
        if obligation.country != country or obligation.instrument not in menu:
            continue
        levels = menu[obligation.instrument]
        noise, n = obligation.noise, len(levels)
        # Row: the level meant, column: the level seen. First the agency slips, then the other side observes.
        seen = slip_kernel(n, noise.slip) @ slip_kernel(n, noise.ambiguity, noise.miss)
        at = [levels.index(posture[obligation.instrument]) for posture in postures]
        raised = [
            frozenset(
                alarm
                for alarm, limits in ceilings.items()
                if obligation.key in limits and position > levels.index(limits[obligation.key])
            )
            for position in range(len(levels))
        ]
        after: dict[Pattern, FloatArray] = {}
        for before, chance in chances.items():
            for position, alarms in enumerate(raised):
                both = before | alarms
                after[both] = after.get(both, np.zeros(len(postures))) + chance * seen[at, position]
        chances = after
    return chances


def clear_patterns(
    stage: StageGame,
    player: int,
    bound: Sequence[Bound],
    ceilings: Mapping[str, Terms],
) -> list[Pattern]:
    """Return the set of alarms that each action of a player raises without slips and misreading.

    The arguments are those of `alarm_patterns`.
    """
    noiseless = [replace(obligation, noise=Noise()) for obligation in bound]
    chances = alarm_patterns(stage, player, noiseless, ceilings)
    return [
        max(chances, key=lambda pattern: float(chances[pattern][a])) for a in range(stage.n_actions[player])
    ]


def pattern_label(pattern: Pattern) -> str:
    """Return the label of a set of alarms.

    Examples
    --------
    >>> pattern_label(frozenset()), pattern_label(frozenset({"tariff", "control"}))
    ('quiet', 'control+tariff')
    """
    return "+".join(sorted(pattern)) or QUIET


def joint_signal(*sides: Mapping[Pattern, FloatArray]) -> PublicSignal:
    """Return the public signal that shows which alarms were raised, but not by whom.

    `sides` are the results of `alarm_patterns` for the players.
    """
    sums: dict[Pattern, FloatArray] = {}
    for shown in product(*(side.items() for side in sides)):
        raised = frozenset[str]().union(*(pattern for pattern, _ in shown))
        chance = reduce(np.multiply.outer, (chances for _, chances in shown))
        sums[raised] = sums.get(raised, 0.0) + chance
    patterns, layers = zip(*_ordered(sums), strict=True)
    return PublicSignal(np.stack(layers, axis=-1), map(pattern_label, patterns))


def sided_label(players: Sequence[str], first: Pattern, second: Pattern) -> str:
    """Return the label of a signal that shows which alarms each side raised."""
    return f"{players[0]} {pattern_label(first)}; {players[1]} {pattern_label(second)}"


def sided_signal(
    players: Sequence[str], first: Mapping[Pattern, FloatArray], second: Mapping[Pattern, FloatArray]
) -> tuple[PublicSignal, dict[str, Pattern]]:
    """Return the public signal that shows which alarms each side raised, and the alarms behind each label.

    `first` and `second` are the results of `alarm_patterns` for the two players.
    """
    labels: dict[str, Pattern] = {}
    layers: list[FloatArray] = []
    for (pattern, p), (other, q) in product(_ordered(first), _ordered(second)):
        layers.append(p[:, None] * q[None, :])
        labels[sided_label(players, pattern, other)] = pattern | other
    return PublicSignal(np.stack(layers, axis=-1), labels), labels


def _ordered(patterns: Mapping[Pattern, FloatArray]) -> list[tuple[Pattern, FloatArray]]:
    return sorted(patterns.items(), key=lambda item: (len(item[0]), sorted(item[0])))
