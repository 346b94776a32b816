"""Stick and carrot: any departure is followed by one period of punishment (the stick), then by cooperation.

If a player departs from the stick, the stick is played again. If the probability of forgiveness is below 1, a
public lottery may repeat the stick, which allows a punishment as hard as an equilibrium permits.

Abreu, D. (1986), "Extremal equilibria of oligopolistic supergames", Journal of Economic Theory 39(1).
"""

from __future__ import annotations

from collections.abc import Sequence

from negotiation.base.numeric import Number
from negotiation.base.reading.numbers import expect_number
from negotiation.errors import InvalidStrategy, shown
from negotiation.game_theory.games import StageGame
from negotiation.game_theory.games.kinds import expect_kind
from negotiation.game_theory.strategies.automaton import OTHERWISE, Automaton, Target


def stick_and_carrot(
    stage: StageGame,
    cooperate: Sequence[str],
    punish: Sequence[str],
    forgiveness: Number = 1,
    names: tuple[str, str] = ("carrot", "stick"),
) -> Automaton:
    """Return the stick-and-carrot automaton of a stage game.

    Parameters
    ----------
    stage : StageGame
        The game of each period. Unlike in Abreu (1986), neither the game nor the profiles need be symmetric.
    cooperate : sequence of str
        The carrot: the profile played until anyone departs from it.
    punish : sequence of str
        The stick: the profile played after any departure, from the carrot or from the stick.
    forgiveness : float or Fraction, optional
        Probability in (0, 1] that the carrot follows a stick from which nobody departed; 1 by default.
    names : tuple of two str, optional
        Labels of the two states; "carrot" and "stick" by default.

    Returns
    -------
    Automaton
        An automaton with two states.

    Raises
    ------
    InvalidStrategy
        If `forgiveness` is not a probability above 0, or the two names are equal.
    UnknownAction
        If a profile names an action that the stage game does not have.
    InvalidGame
        If `stage` is not a StageGame, or a profile does not name one action for each player.

    Examples
    --------
    >>> stage = StageGame.from_matrices([[9, 1], [10, 3]], [[9, 10], [1, 3]],
    ...                                 actions=(("C", "D"), ("C", "D")))
    >>> strategy = stick_and_carrot(stage, ("C", "C"), ("D", "D"))
    >>> strategy.next_states("stick", ("D", "D")), strategy.next_states("stick", ("C", "D"))
    ({'carrot': Fraction(1, 1)}, {'stick': Fraction(1, 1)})
    """
    expect_kind(stage, StageGame, "a strategy")
    stage.profile_index(cooperate)
    stage.profile_index(punish)
    expect_number("`forgiveness`", forgiveness, InvalidStrategy)
    if not 0 < forgiveness <= 1:
        raise InvalidStrategy(
            f"`forgiveness` must be a probability above 0 and at most 1; got {shown(forgiveness)}"
        )
    carrot, stick = names
    served: Target = carrot if forgiveness == 1 else {carrot: forgiveness, stick: 1 - forgiveness}
    return Automaton(
        (carrot, stick),
        carrot,
        {carrot: cooperate, stick: punish},
        {
            carrot: {tuple(cooperate): carrot, OTHERWISE: stick},
            stick: {tuple(punish): served, OTHERWISE: stick},
        },
    )
