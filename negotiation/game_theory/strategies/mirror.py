"""Mirror: each side sets each instrument to the level that the other side chose in the period before.

Answer in kind, instrument by instrument: a joint action "raise|stop" is read as one level for each
instrument, and levels are matched by their order. With one instrument, and as many levels on either side, it
is tit for tat. Goldstein, J. S., and Freeman, J. R. (1990), "Three-Way Street: Strategic Reciprocity in World
Politics".
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import product

from negotiation.errors import InvalidStrategy, SizeLimit, shown
from negotiation.game_theory.games import Profile, StageGame
from negotiation.game_theory.games.kinds import expect_kind
from negotiation.game_theory.games.product import SEPARATOR
from negotiation.game_theory.strategies.automaton import Automaton, Key, Target
from negotiation.game_theory.strategies.numerics import NUMERICS


def mirror(
    stage: StageGame,
    cooperate: Sequence[str] | None = None,
    *,
    matches: Mapping[str, Mapping[str, str]] | None = None,
) -> Automaton:
    """Return the joint automaton in which each side copies the other's levels, instrument by instrument.

    Parameters
    ----------
    stage : StageGame
        The game of each period, with two players. A joint action names one level for each instrument, joined
        by "|". Both players have the same number of instruments. The levels of an instrument are ordered as
        they first appear.
    cooperate : sequence of str, optional
        The profile with which play begins; by default the first action of each player.
    matches : mapping from player to mapping from the other's action to the own answer, optional
        Answers that differ from the matched levels, by the player who answers and the other player's action.
        By default a level above the answering player's highest level is answered by the highest.

    Returns
    -------
    Automaton
        One state for each profile that can be prescribed, with the profile as its label. Transitions depend
        on the profile played, which requires perfect monitoring.

    Raises
    ------
    InvalidStrategy
        If there are not two players, actions differ in their number of instruments, or the answer to some
        action, level by level, is not an action of the player.
    UnknownPlayer, UnknownAction
        If `matches` or `cooperate` names something that the stage game does not have.
    InvalidGame
        If `stage` is not a StageGame, or `cooperate` does not name one action for each player.
    SizeLimit
        If there would be more than 1,000,000 transitions.

    Examples
    --------
    >>> import numpy as np
    >>> stage = StageGame(np.zeros((4, 2, 2)), ("A", "B"), (("lo|go", "lo|stop", "hi|go", "hi|stop"),
    ...                                                     ("low|flow", "high|flow")))
    >>> mirror(stage, matches={"B": {"lo|stop": "low|flow", "hi|stop": "high|flow"}}).next_states(
    ...     "lo|go, low|flow", ("hi|stop", "high|flow"))
    {'hi|go, high|flow': Fraction(1, 1)}
    """
    expect_kind(stage, StageGame, "a strategy")
    if stage.n_players != 2:
        raise InvalidStrategy(f"mirror is for two players; the game has {stage.n_players}")
    start = tuple(cooperate) if cooperate is not None else tuple(labels[0] for labels in stage.actions)
    stage.profile_index(start)
    first, second = _answers(stage, 0, matches or {}), _answers(stage, 1, matches or {})
    profiles = list(product(*stage.actions))
    possible = {(first[b], second[a]) for a, b in profiles} | {start}
    if len(possible) * len(profiles) > NUMERICS.most_transitions:
        raise SizeLimit(
            f"mirror would have {len(possible) * len(profiles):,} transitions, from {len(possible):,} states "
            f"and {len(profiles):,} action profiles; at most {NUMERICS.most_transitions:,} are allowed. Take "
            "fewer levels or instruments"
        )
    row: dict[Key, Target] = {(a, b): f"{first[b]}, {second[a]}" for a, b in profiles}
    states = [start, *(profile for profile in profiles if profile in possible and profile != start)]
    actions: dict[str, Profile] = {", ".join(profile): profile for profile in states}
    return Automaton(actions, ", ".join(start), actions, dict.fromkeys(actions, row))


def _answers(stage: StageGame, player: int, matches: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    """Return the player's answer to each action of the other player."""
    for name in matches:
        stage.player_index(name)
    given = matches.get(stage.players[player], {})
    for theirs, ours in given.items():
        stage.action_index(1 - player, theirs)
        stage.action_index(player, ours)
    levels, own = (_levels(stage, i) for i in (1 - player, player))
    answers = {}
    for action in stage.actions[1 - player]:
        parts = action.split(SEPARATOR)
        if action in given:
            answers[action] = given[action]
            continue
        if len(parts) != len(own):
            raise InvalidStrategy(
                f"the number of instruments is {len(parts)} in {action!r}, but {len(own)} for player "
                f"{stage.players[player]!r}, who answers; give the answer with "
                "`matches={player: {their action: own action}}`"
            )
        answer = SEPARATOR.join(
            mine[min(theirs.index(part), len(mine) - 1)]
            for part, theirs, mine in zip(parts, levels, own, strict=True)
        )
        if answer not in stage.actions[player]:
            raise InvalidStrategy(
                f"player {stage.players[player]!r} would answer {action!r} with {answer!r}, which is not an "
                "action of the player; give the answer with `matches={player: {their action: own action}}`"
            )
        answers[action] = answer
    return answers


def _levels(stage: StageGame, player: int) -> list[list[str]]:
    """Return the levels of each instrument of a player, in order of first appearance."""
    split = [action.split(SEPARATOR) for action in stage.actions[player]]
    if len({len(parts) for parts in split}) != 1:
        raise InvalidStrategy(
            f"all actions of player {stage.players[player]!r} must name equally many levels, joined by "
            f"{SEPARATOR!r}; got {shown(stage.actions[player])}"
        )
    return [list(dict.fromkeys(column)) for column in zip(*split, strict=True)]
