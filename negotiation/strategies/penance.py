"""Penance: a departure is answered for a number of periods, and then forgiven.

With one punishment profile for each player the deviator repents, as by cooperating while the other defects;
such punishments can survive renegotiation, because the punisher gains by them.

Segerstrom, P. S. (1988), "Demons and repentance", Journal of Economic Theory 45(1); van Damme, E. (1989),
"Renegotiation-proof equilibria in repeated prisoners' dilemma", Journal of Economic Theory 47(1).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from negotiation.errors import InvalidStrategy
from negotiation.games import StageGame
from negotiation.strategies.automaton import OTHERWISE, Automaton, Key, Target
from negotiation.strategies.simple_strategy_profile import simple_strategy_profile


def penance(
    stage: StageGame,
    cooperate: Sequence[str],
    punish: Sequence[str] | Mapping[str, Sequence[str]],
    periods: int,
) -> Automaton:
    """Return the automaton that punishes a departure for some periods and then cooperates again.

    Parameters
    ----------
    stage : StageGame
        The game of each period.
    cooperate : sequence of str
        The profile played until someone departs from it.
    punish : profile, or mapping from player to profile
        What is played meanwhile: one profile whoever departed, or one for each deviator.
    periods : int
        Length of the punishment, at least 1. A departure from it starts it again: with one profile anyone's,
        with one for each player that of a single deviator, whose own punishment it then is.

    Returns
    -------
    Automaton
        With one state for each period of punishment, "punish 1", ... (or "punish USA 1", ...) and
        "cooperate" (or "path 1").

    Raises
    ------
    InvalidStrategy
        If there is no period of punishment, or a player without one.
    UnknownAction
        If a profile names an action that the stage game does not have.

    Examples
    --------
    >>> stage = StageGame.from_matrices([[9, 1], [10, 3]], [[9, 10], [1, 3]],
    ...                                 players=("A", "B"), actions=(("C", "D"), ("C", "D")))
    >>> penance(stage, ("C", "C"), ("D", "D"), 2).states
    ('cooperate', 'punish 1', 'punish 2')
    >>> penance(stage, ("C", "C"), {"A": ("C", "D"), "B": ("D", "C")}, 1).states
    ('path 1', 'punish A 1', 'punish B 1')
    """
    if periods < 1 or periods != int(periods):
        raise InvalidStrategy(f"a punishment lasts a whole number of periods, at least 1; got {periods!r}")
    if isinstance(punish, Mapping):
        paths = {player: [profile] * int(periods) for player, profile in punish.items()}
        return simple_strategy_profile(stage, [cooperate], paths, forgive=True)
    stage.profile_index(cooperate)
    stage.profile_index(punish)
    names = [f"punish {k + 1}" for k in range(int(periods))]
    peace, war = tuple(cooperate), tuple(punish)
    moves: dict[str, dict[Key, Target]] = {"cooperate": {peace: "cooperate", OTHERWISE: names[0]}}
    for name, following in zip(names, [*names[1:], "cooperate"], strict=True):
        moves[name] = {war: following, OTHERWISE: names[0]}
    profiles = {"cooperate": peace} | dict.fromkeys(names, war)
    return Automaton(["cooperate", *names], "cooperate", profiles, moves)
