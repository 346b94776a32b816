"""The plan of an agreement: what it prescribes while kept, while a breach is answered, and when it is over.

Each issue is calm, or is being answered for a number of further periods. Issues that are answered after the
same alarms form one factor, so all-or-nothing linkage has a single factor. An answer runs its full length
whatever is seen meanwhile.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from negotiation.disputes.instrument import Pair
from negotiation.disputes.posture import posture_from_label, posture_label
from negotiation.game_theory.games import Profile, StageGame
from negotiation.truces.compiling.coverage_game import agreement_profiles
from negotiation.truces.compiling.intent_game import Pattern, menu_of
from negotiation.truces.record.agreement_text import Terms
from negotiation.truces.record.contract import LinkageKind

# Periods left of an answer that lasts for ever.
OFF = -1

# The phase of an agreement: for each factor the periods left of its answer, 0 if it is calm.
Phase = tuple[int, ...]


@dataclass(frozen=True)
class Factor:
    """Issues that are answered after the same alarms, and so at the same time."""

    issues: tuple[str, ...]
    alarms: frozenset[str]


@dataclass(frozen=True)
class Plan:
    """The prescriptions of an agreement, or of a reading of it."""

    # Level of every instrument in the game while nothing is answered.
    kept: Terms
    # Levels that differ while the issue is answered.
    answers: Mapping[str, Terms]
    # Levels that differ when no agreement is in force.
    ended: Terms
    # Issues by the alarms that they answer.
    factors: tuple[Factor, ...]
    # The alarm that a breach in each issue raises.
    alarms: Mapping[str, str]
    # Length of an answer; `None` for ever.
    periods: int | None

    @property
    def calm(self) -> Phase:
        """The phase in which nothing is answered."""
        return (0,) * len(self.factors)

    def after(self, phase: Phase, alarms: Pattern) -> Phase:
        """Return the phase after a period in which these alarms were raised."""
        # An answer that has begun runs down whatever is seen (OFF stays). A calm factor is answered if one of
        # its alarms is raised. A factor whose answer ends in this period is calm in the next.
        start = OFF if self.periods is None else self.periods
        return tuple(
            (left - 1 if left > 0 else left) if left else (start if factor.alarms & alarms else 0)
            for left, factor in zip(phase, self.factors, strict=True)
        )

    def levels(self, phase: Phase) -> dict[Pair, str]:
        """Return the prescribed levels in a phase, by country and instrument."""
        levels = dict(self.kept)
        for left, factor in zip(phase, self.factors, strict=True):
            if left:
                for issue in factor.issues:
                    levels.update(self.answers.get(issue, {}))
        return levels

    def label(self, phase: Phase) -> str:
        """Return the label of a phase: "kept", or what is being answered and for how many more periods."""
        parts = []
        for left, factor in zip(phase, self.factors, strict=True):
            where = "" if len(self.factors) == 1 else f"{'+'.join(factor.issues)} "
            if left:
                parts.append(f"{where}off" if left == OFF else f"{where}answer {left}")
        return ", ".join(parts) or "kept"


def alarms_of(graph: Mapping[str, Sequence[str]], prefix: str = "") -> dict[str, str]:
    """Return the name of the alarm of each issue whose breach is answered.

    `graph` has, for each issue, the issues in which an alarm in it is answered. Issues with the same answers
    share an alarm. `prefix` begins the name of each alarm.

    Examples
    --------
    >>> alarms_of({"tariff": ("tariff", "control"), "control": ("tariff", "control")})
    {'tariff': 'alarm', 'control': 'alarm'}
    >>> alarms_of({"tariff": ("tariff",), "control": ("control",)}, "flow")
    {'tariff': 'flow tariff', 'control': 'flow control'}
    """
    # Issues with the same row of the graph are answered alike, and share an alarm.
    rows = {issue: tuple(answered) for issue, answered in graph.items() if answered}
    groups = {row: "+".join(i for i in rows if rows[i] == row) for row in rows.values()}
    if len(groups) == 1:
        return dict.fromkeys(rows, prefix or "alarm")
    return {issue: f"{prefix} {groups[row]}".strip() for issue, row in rows.items()}


def factors_of(graph: Mapping[str, Sequence[str]], prefix: str = "") -> tuple[Factor, ...]:
    """Return the issues grouped by the alarms after which they are answered, without unanswered issues."""
    names = alarms_of(graph, prefix)
    groups: dict[frozenset[str], list[str]] = {}
    for issue in graph:
        alarms = frozenset(names[k] for k, answered in graph.items() if issue in answered)
        if alarms:
            groups.setdefault(alarms, []).append(issue)
    return tuple(Factor(tuple(issues), alarms) for alarms, issues in groups.items())


def answer_levels(
    stage: StageGame,
    kept: Terms,
    bound: Terms,
    kind: LinkageKind,
    issues: Mapping[str, Sequence[Pair]],
) -> dict[str, Terms]:
    """Return the levels of the answer in each issue under a kind of linkage.

    Under "all_or_nothing" the levels are the worst pure stage equilibrium of all bound instruments. Under
    "within_issue" only the instruments of the issue may go harsher in the equilibrium. Under "proportionate"
    each instrument goes one step harsher, and under "none" no level changes.
    """
    if kind == "none":
        return {issue: {} for issue in issues}
    if kind == "all_or_nothing":
        everything = [key for keys in issues.values() for key in keys]
        off = least_equilibrium(stage, kept, bound, everything)
        return {issue: {key: off[key] for key in keys} for issue, keys in issues.items()}
    if kind == "proportionate":
        return {issue: {key: _one_step(stage, kept, key) for key in keys} for issue, keys in issues.items()}
    return {issue: least_equilibrium(stage, kept, bound, keys) for issue, keys in issues.items()}


def _one_step(stage: StageGame, kept: Terms, key: Pair) -> str:
    levels = menu_of(stage, stage.player_index(key[0]))[key[1]]
    return levels[min(levels.index(kept[key]) + 1, len(levels) - 1)]


def least_equilibrium(
    stage: StageGame,
    kept: Terms,
    bound: Terms,
    free: Sequence[Pair],
) -> dict[Pair, str]:
    """Return the levels of `free` instruments in the worst pure stage equilibrium.

    In that game, free instruments are at their bound or harsher, and all others are as `kept`.
    """
    # The part of the game in which free instruments are at their bound or harsher, and the rest as kept.
    positions = []
    for i, player in enumerate(stage.players):
        menu = menu_of(stage, i)
        allowed = {
            name: levels[levels.index(bound[player, name]) :]
            if (player, name) in free
            else [kept[player, name]]
            for name, levels in menu.items()
        }
        positions.append(
            [
                a
                for a, action in enumerate(stage.actions[i])
                if all(level in allowed[name] for name, level in posture_from_label(action).items())
            ]
        )
    part = StageGame(
        stage.payoffs[np.ix_(*positions)],
        stage.players,
        [[stage.actions[i][a] for a in chosen] for i, chosen in enumerate(positions)],
    )
    _, off = agreement_profiles(part)
    return {
        (player, name): level
        for player, action in zip(stage.players, part.labels(off), strict=True)
        for name, level in posture_from_label(action).items()
        if (player, name) in free
    }


def profile_of(stage: StageGame, levels: Terms) -> Profile:
    """Return the profile of action labels in a posture game that has the given levels."""
    return tuple(
        posture_label({name: levels[player, name] for name in menu_of(stage, i)})
        for i, player in enumerate(stage.players)
    )
