"""Tit for tat: each player does what the other did in the period before.

Rapoport's entry in Axelrod, R. (1984), "The Evolution of Cooperation", Basic Books. As a joint automaton its
state is the profile to be played: the last one with the players' roles exchanged.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

from negotiation.errors import InvalidStrategy
from negotiation.game_theory.games import Profile, StageGame
from negotiation.game_theory.games.kinds import expect_kind
from negotiation.game_theory.strategies.alarms import Labels, SideAlarms, unkind
from negotiation.game_theory.strategies.automaton import Automaton, Key, Target, reached_only


def tit_for_tat(
    stage: StageGame,
    cooperate: Sequence[str] | None = None,
    defect: Sequence[str] | None = None,
    *,
    alarm: Labels | SideAlarms | None = None,
) -> Automaton:
    """Return the joint automaton of tit for tat for two players.

    Parameters
    ----------
    stage : StageGame
        The game of each period, with two players.
    cooperate, defect : sequence of str, optional
        The kind and the unkind action of each player; every action except the kind one is answered by the
        unkind one. By default an action is answered by the other player's action at the same position, which
        requires equal numbers of actions, and play begins with the first action of each player.
    alarm : str, sequence of str, or mapping from player to these, optional
        Signals after which both players, or only that player, count as having been unkind; requires
        `cooperate` and `defect`. By default play depends on the action profile, which requires perfect
        monitoring.

    Returns
    -------
    Automaton
        One state for each profile that can be prescribed, with the profile as its label.

    Raises
    ------
    InvalidStrategy
        If there are not two players, only one of `cooperate` and `defect` is given, a player's kind and
        unkind action are the same, or `alarm` is empty. Also if neither is given, and the players differ in
        their number of actions or `alarm` is given.
    UnknownAction
        If a profile names an action that the stage game does not have.
    UnknownPlayer
        If `alarm` names a player that the stage game does not have.
    InvalidGame
        If `stage` is not a StageGame, or a profile does not name one action for each player.

    Examples
    --------
    >>> stage = StageGame.from_matrices([[9, 1], [10, 3]], [[9, 10], [1, 3]],
    ...                                 actions=(("C", "D"), ("C", "D")))
    >>> tit_for_tat(stage).next_states("C, C", ("D", "C"))
    {'C, D': Fraction(1, 1)}
    """
    expect_kind(stage, StageGame, "a strategy")
    if stage.n_players != 2:
        raise InvalidStrategy(f"tit for tat is for two players; the game has {stage.n_players}")
    answers = _answers(stage, cooperate, defect)
    first, second = answers
    rows, columns = stage.actions
    possible = [
        (a, b) for a, b in product(rows, columns) if a in set(first.values()) and b in set(second.values())
    ]
    start = tuple(cooperate) if cooperate is not None else (rows[0], columns[0])
    possible.sort(key=lambda profile: profile != start)
    actions: dict[str, Profile] = {", ".join(profile): profile for profile in possible}
    row: dict[Key, Target] = {(a, b): f"{first[b]}, {second[a]}" for a, b in product(rows, columns)}
    if alarm is not None:
        row = _answered(stage, cooperate, defect, alarm)
    return reached_only(Automaton(actions, ", ".join(start), actions, dict.fromkeys(actions, row)))


def _answers(
    stage: StageGame, cooperate: Sequence[str] | None, defect: Sequence[str] | None
) -> tuple[dict[str, str], dict[str, str]]:
    """Return player 1's answer to each action of player 2, and player 2's to each action of player 1."""
    first, second = stage.actions
    if cooperate is None and defect is None:
        if len(first) != len(second):
            raise InvalidStrategy(
                f"to answer by position both players need the same number of actions; got {len(first)} and "
                f"{len(second)}. Name a pair for each: tit_for_tat(stage, cooperate, defect)"
            )
        return dict(zip(second, first, strict=True)), dict(zip(first, second, strict=True))
    if cooperate is None or defect is None:
        raise InvalidStrategy(
            "tit for tat needs both `cooperate` and `defect`, or neither; got "
            f"cooperate={cooperate!r} and defect={defect!r}"
        )
    stage.profile_index(cooperate)
    stage.profile_index(defect)
    if any(kind == unkind for kind, unkind in zip(cooperate, defect, strict=True)):
        raise InvalidStrategy(
            f"`cooperate` and `defect` must give each player two different actions; got {cooperate!r} and "
            f"{defect!r}"
        )
    return (
        {action: cooperate[0] if action == cooperate[1] else defect[0] for action in second},
        {action: cooperate[1] if action == cooperate[0] else defect[1] for action in first},
    )


def _answered(
    stage: StageGame,
    cooperate: Sequence[str] | None,
    defect: Sequence[str] | None,
    alarm: Labels | SideAlarms,
) -> dict[Key, Target]:
    """Return the profile prescribed after each signal."""
    if cooperate is None or defect is None:
        raise InvalidStrategy(
            "signals say who was unkind, but not what was played; with `alarm` give `cooperate` and `defect`"
        )
    return {
        key: f"{defect[0] if second else cooperate[0]}, {defect[1] if first else cooperate[1]}"
        for key, (first, second) in unkind(stage, cooperate, alarm).items()
    }
