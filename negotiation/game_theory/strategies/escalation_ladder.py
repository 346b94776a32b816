"""Escalation ladder: each breach goes some rungs up, each spell of calm some rungs down.

Kahn, H. (1965), "On Escalation: Metaphors and Scenarios", New York: Praeger.
"""

from __future__ import annotations

from collections.abc import Sequence

from negotiation.base.reading.numbers import expect_count
from negotiation.errors import InvalidStrategy
from negotiation.game_theory.games import Profile, StageGame
from negotiation.game_theory.games.kinds import expect_kind
from negotiation.game_theory.strategies.alarms import Labels, watched
from negotiation.game_theory.strategies.automaton import Automaton, Key, Target, reached_only


def escalation_ladder(
    stage: StageGame,
    rungs: Sequence[Sequence[str]],
    *,
    up: int = 1,
    down: int = 1,
    calm_periods: int = 1,
    alarm: Labels | None = None,
) -> Automaton:
    """Return the automaton of an escalation ladder.

    Parameters
    ----------
    stage : StageGame
        The game of each period.
    rungs : sequence of profiles
        The profile prescribed on each rung, from the bottom, where play begins, to the top.
    up, down : int, optional
        Number of rungs by which a breach moves play up, and by which a spell of calm moves it down; at least
        1, and 1 by default.
    calm_periods : int, optional
        Number of consecutive periods without a breach that make a spell of calm; at least 1, and 1 by
        default.
    alarm : str or sequence of str, optional
        Signals that count as a breach; by default any profile other than the prescribed one counts.

    Returns
    -------
    Automaton
        An automaton with the states "rung 0", "rung 1", ... and, if `calm_periods` is above 1, "rung 1, calm
        1", ... Rungs that play cannot reach are left out.

    Raises
    ------
    InvalidStrategy
        If there is no rung, a number of rungs or periods is not a whole number of at least 1, or `alarm` is
        an empty sequence.
    UnknownAction
        If a rung names an action that the stage game does not have.
    InvalidGame
        If `stage` is not a StageGame, or a profile does not name one action for each player.

    Examples
    --------
    >>> stage = StageGame.from_matrices([[9, 1], [10, 3]], [[9, 10], [1, 3]],
    ...                                 actions=(("C", "D"), ("C", "D")))
    >>> ladder = escalation_ladder(stage, [("C", "C"), ("C", "D"), ("D", "D")])
    >>> ladder.next_states("rung 1", ("D", "D")), ladder.next_states("rung 2", ("D", "D"))
    ({'rung 2': Fraction(1, 1)}, {'rung 1': Fraction(1, 1)})
    """
    expect_kind(stage, StageGame, "a strategy")
    for what, number in (("rungs up", up), ("rungs down", down), ("calm periods", calm_periods)):
        expect_count(what, number, error=InvalidStrategy)
    if not rungs:
        raise InvalidStrategy("a ladder needs at least one rung; got none")
    top = len(rungs) - 1
    actions: dict[str, Profile] = {}
    moves: dict[str, dict[Key, Target]] = {}
    for k, rung in enumerate(rungs):
        stage.profile_index(rung)
        for calm in range(calm_periods if k else 1):
            rising = _name(min(k + up, top), 0)
            falling = _name(k, calm + 1) if k and calm + 1 < calm_periods else _name(max(k - down, 0), 0)
            actions[_name(k, calm)] = tuple(rung)
            moves[_name(k, calm)] = watched(rung, alarm, falling, rising)
    return reached_only(Automaton(actions, _name(0, 0), actions, moves))


def _name(rung: int, calm: int) -> str:
    return f"rung {rung}, calm {calm}" if calm else f"rung {rung}"
