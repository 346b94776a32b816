"""Grim trigger: cooperate until anyone deviates, then play a punishment profile for ever.

Friedman, J. W. (1971), "A non-cooperative equilibrium for supergames", Review of Economic Studies 38(1). With
a public signal the trigger is an alarm, which can be false: Porter, R. H. (1983), "Optimal cartel trigger
price strategies", Journal of Economic Theory 29(2).
"""

from collections.abc import Sequence

from negotiation.game_theory.games import StageGame
from negotiation.game_theory.games.kinds import expect_kind
from negotiation.game_theory.strategies.alarms import Labels, watched
from negotiation.game_theory.strategies.automaton import OTHERWISE, Automaton


def grim_trigger(
    stage: StageGame,
    cooperate: Sequence[str],
    punish: Sequence[str],
    names: tuple[str, str] = ("cooperate", "punish"),
    *,
    alarm: Labels | None = None,
) -> Automaton:
    """Return the grim-trigger automaton of a stage game.

    Parameters
    ----------
    stage : StageGame
        The game of each period.
    cooperate : sequence of str
        The profile played until someone deviates from it.
    punish : sequence of str
        The profile played for ever after a deviation.
    names : tuple of two str, optional
        Labels of the two states; "cooperate" and "punish" by default.
    alarm : str or sequence of str, optional
        Signals after which the punishment begins; by default any profile except `cooperate` begins it.

    Returns
    -------
    Automaton
        An automaton with two states. It is subgame perfect only if `punish` is a Nash equilibrium of the
        stage game.

    Raises
    ------
    UnknownAction
        If a profile names an action that the stage game does not have.
    InvalidGame
        If `stage` is not a StageGame, or a profile does not name one action for each player.
    InvalidStrategy
        If `alarm` is an empty sequence, or the two names are equal.

    Examples
    --------
    >>> stage = StageGame.from_matrices([[9, 1], [10, 3]], [[9, 10], [1, 3]],
    ...                                 actions=(("C", "D"), ("C", "D")))
    >>> grim_trigger(stage, ("C", "C"), ("D", "D")).states
    ('cooperate', 'punish')
    >>> grim_trigger(stage, ("C", "C"), ("D", "D"), alarm="alarm").next_states("cooperate", "calm")
    {'cooperate': Fraction(1, 1)}
    """
    expect_kind(stage, StageGame, "a strategy")
    stage.profile_index(cooperate)
    stage.profile_index(punish)
    peace, war = names
    path = tuple(cooperate)
    watch = watched(path, alarm, peace, war)
    return Automaton(
        states=(peace, war),
        initial=peace,
        actions={peace: path, war: tuple(punish)},
        transitions={peace: watch, war: {OTHERWISE: war}},
    )
