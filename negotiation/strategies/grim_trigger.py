"""Grim trigger: cooperate until anyone deviates, then play a punishment profile for ever.

Friedman, J. W. (1971), "A non-cooperative equilibrium for supergames", Review of Economic Studies 38(1).
"""

from collections.abc import Sequence

from negotiation.games import StageGame
from negotiation.strategies.automaton import OTHERWISE, Automaton


def grim_trigger(
    stage: StageGame,
    cooperate: Sequence[str],
    punish: Sequence[str],
    names: tuple[str, str] = ("cooperate", "punish"),
) -> Automaton:
    """Return the grim-trigger automaton of a stage game.

    Parameters
    ----------
    stage : StageGame
        The game of each period; used to check the labels.
    cooperate : sequence of str
        The profile played until someone deviates from it.
    punish : sequence of str
        The profile played for ever after.
    names : tuple of two str, optional
        Labels of the two states.

    Returns
    -------
    Automaton
        With two states. It is subgame perfect only if `punish` is a Nash equilibrium of the stage game.

    Raises
    ------
    UnknownAction
        If a profile names an action that the stage game does not have.

    Examples
    --------
    >>> stage = StageGame.from_matrices([[9, 1], [10, 3]], [[9, 10], [1, 3]],
    ...                                 actions=(("C", "D"), ("C", "D")))
    >>> grim_trigger(stage, ("C", "C"), ("D", "D")).states
    ('cooperate', 'punish')
    """
    stage.profile_index(cooperate)
    stage.profile_index(punish)
    peace, war = names
    path = tuple(cooperate)
    return Automaton(
        states=(peace, war),
        initial=peace,
        actions={peace: path, war: tuple(punish)},
        transitions={peace: {path: peace, OTHERWISE: war}, war: {OTHERWISE: war}},
    )
