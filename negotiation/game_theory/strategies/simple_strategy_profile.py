"""Simple strategy profiles: one path to follow, and one punishment path for each player.

A single departure from the current path, or from a punishment, starts the punishment of the player who
departed, from its beginning. Every payoff of a pure-strategy subgame-perfect equilibrium is also the payoff
of a simple strategy profile that is such an equilibrium, possibly with infinite paths.

Abreu, D. (1988), "On the theory of infinitely repeated games with discounting", Econometrica 56(2).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from negotiation.errors import InvalidStrategy
from negotiation.game_theory.games import Profile, StageGame, departures
from negotiation.game_theory.games.kinds import expect_kind
from negotiation.game_theory.strategies.automaton import OTHERWISE, Automaton, Key, Target, reached_only


def simple_strategy_profile(
    stage: StageGame,
    path: Sequence[Sequence[str]],
    punishments: Mapping[str, Sequence[Sequence[str]]],
    *,
    cycle: int = 1,
    forgive: bool = False,
) -> Automaton:
    """Return the simple strategy profile of a path and one punishment path for each player.

    Parameters
    ----------
    stage : StageGame
        The game of each period.
    path : sequence of profiles
        Profiles played in order; the last `cycle` of them are then repeated for ever.
    punishments : mapping from player to sequence of profiles
        Profiles played in order after that player alone has departed. If several players depart at once,
        nobody is punished, and play continues as if nobody had departed.
    cycle : int, optional
        Number of profiles at the end of `path` that are repeated; 1 by default.
    forgive : bool, optional
        Whether play returns to the beginning of the path after a punishment. If False, the default, the last
        profile of the punishment is repeated for ever.

    Returns
    -------
    Automaton
        An automaton with one state for each step of each path: "path 1", "path 2", ..., "punish USA 1", ...
        Punishments that no departure can start are left out.

    Raises
    ------
    InvalidStrategy
        If a path is empty, a player has no punishment, or `cycle` is below 1 or longer than the path.
    UnknownPlayer
        If a punishment is for an unknown player.
    UnknownAction
        If a profile names an action that the stage game does not have.
    InvalidGame
        If `stage` is not a StageGame, or a profile does not name one action for each player.

    Examples
    --------
    >>> stage = StageGame.from_matrices([[9, 1], [10, 3]], [[9, 10], [1, 3]],
    ...                                 players=("A", "B"), actions=(("C", "D"), ("C", "D")))
    >>> repent = simple_strategy_profile(stage, [("C", "C")], {"A": [("C", "D")], "B": [("D", "C")]},
    ...                                  forgive=True)
    >>> repent.states
    ('path 1', 'punish A 1', 'punish B 1')
    >>> repent.next_states("punish A 1", ("C", "D"))
    {'path 1': Fraction(1, 1)}
    """
    expect_kind(stage, StageGame, "a strategy")
    for player in punishments:
        stage.player_index(player)
    missing = [player for player in stage.players if player not in punishments]
    if missing:
        raise InvalidStrategy(f"`punishments` has no path for player {missing[0]!r}; give every player one")
    if not 1 <= cycle <= len(path):
        raise InvalidStrategy(
            "`path` must have at least one profile, and `cycle` must be from 1 to the number of profiles; "
            f"got {len(path)} in `path` and the cycle {cycle!r}"
        )
    actions: dict[str, Profile] = {}
    moves: dict[str, dict[Key, Target]] = {}
    _add(stage, "path", path, f"path {len(path) - cycle + 1}", actions, moves)
    for player in stage.players:
        steps, name = punishments[player], f"punish {player}"
        if not len(steps):
            raise InvalidStrategy(
                f"the path of {player!r} in `punishments` has no profile; give at least one"
            )
        _add(stage, name, steps, "path 1" if forgive else f"{name} {len(steps)}", actions, moves)
    whole = Automaton(list(actions), "path 1", actions, moves)
    return reached_only(whole)


def _add(
    stage: StageGame,
    name: str,
    steps: Sequence[Sequence[str]],
    last: str,
    actions: dict[str, Profile],
    moves: dict[str, dict[Key, Target]],
) -> None:
    """Add the states of one path; the last of them leads to the state `last`."""
    for k, step in enumerate(steps):
        stage.profile_index(step)
        state, profile = f"{name} {k + 1}", tuple(step)
        row: dict[Key, Target] = {
            other: f"punish {player} 1"
            for i, player in enumerate(stage.players)
            for _, other in departures(profile, i, stage.actions[i])
        }
        actions[state] = profile
        moves[state] = row | {OTHERWISE: f"{name} {k + 2}" if k + 1 < len(steps) else last}
