"""Generous tit for tat: answer in kind, but forgive an unkind move with some probability.

Under noise, plain tit for tat echoes a mistake for ever; forgiving a share of unkind moves ends the echo.
Molander, P. (1985), "The optimal level of generosity in a selfish, uncertain environment", Journal of
Conflict Resolution 29(4); Nowak, M. A., and Sigmund, K. (1992), "Tit for tat in heterogeneous populations",
Nature 355. In the joint automaton, the draw whether to forgive is public.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import product

from negotiation.base.numeric import Number
from negotiation.base.reading.numbers import expect_number
from negotiation.errors import InvalidStrategy, shown
from negotiation.game_theory.games import Profile, StageGame
from negotiation.game_theory.games.kinds import expect_kind
from negotiation.game_theory.strategies.alarms import Labels, SideAlarms, unkind
from negotiation.game_theory.strategies.automaton import Automaton, Target, reached_only

# What Nowak and Sigmund find for payoffs 5, 3, 1, 0: min{1 - (T - R)/(R - S), (R - P)/(T - P)}.
USUAL = Fraction(1, 3)


def generous_tit_for_tat(
    stage: StageGame,
    cooperate: Sequence[str],
    defect: Sequence[str],
    forgiveness: Number = USUAL,
    *,
    alarm: Labels | SideAlarms | None = None,
) -> Automaton:
    """Return the joint automaton of generous tit for tat for two players.

    Parameters
    ----------
    stage : StageGame
        The game of each period, with two players.
    cooperate, defect : sequence of str
        The kind and the unkind action of each player. Every action except the kind one counts as unkind.
    forgiveness : float or Fraction, optional
        Probability in [0, 1] that a player answers an unkind move with the kind action, drawn independently
        for each player; 0 gives tit for tat. 1/3 by default.
    alarm : str, sequence of str, or mapping from player to these, optional
        Signals after which both players, or only that player, count as having been unkind. By default play
        depends on the action profile, which requires perfect monitoring.

    Returns
    -------
    Automaton
        One state for each profile that can be prescribed, with the profile as its label.

    Raises
    ------
    InvalidStrategy
        If there are not two players, a player's kind and unkind action are the same, forgiveness is not a
        probability, or `alarm` is empty.
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
    >>> generous_tit_for_tat(stage, ("C", "C"), ("D", "D")).next_states("C, C", ("D", "C"))
    {'C, C': Fraction(1, 3), 'C, D': Fraction(2, 3)}
    """
    expect_kind(stage, StageGame, "a strategy")
    check_pairs(stage, cooperate, defect, "generous tit for tat")
    expect_number("`forgiveness`", forgiveness, InvalidStrategy)
    if not 0 <= forgiveness <= 1:
        raise InvalidStrategy(f"`forgiveness` must be a probability, from 0 to 1; got {shown(forgiveness)}")

    def answers(unkind_other: bool, player: int) -> dict[str, Number]:
        """Return the player's next action, as a lottery."""
        kind, harsh = cooperate[player], defect[player]
        if not unkind_other:
            return {kind: Fraction(1)}
        return {a: p for a, p in ((kind, forgiveness), (harsh, 1 - forgiveness)) if p}

    row = {
        key: _joint(answers(second, 0), answers(first, 1))
        for key, (first, second) in unkind(stage, cooperate, alarm).items()
    }
    actions: dict[str, Profile] = {
        ", ".join(profile): profile for profile in product(*zip(cooperate, defect, strict=True))
    }
    return reached_only(Automaton(actions, ", ".join(cooperate), actions, dict.fromkeys(actions, row)))


def check_pairs(stage: StageGame, cooperate: Sequence[str], defect: Sequence[str], what: str) -> None:
    """Raise unless the game has two players, and each has different actions in the two profiles."""
    if stage.n_players != 2:
        raise InvalidStrategy(f"{what} is for two players; the game has {stage.n_players}")
    stage.profile_index(cooperate)
    stage.profile_index(defect)
    if any(kind == harsh for kind, harsh in zip(cooperate, defect, strict=True)):
        raise InvalidStrategy(
            f"`cooperate` and `defect` must give each player two different actions; got {cooperate!r} and "
            f"{defect!r}"
        )


def _joint(first: dict[str, Number], second: dict[str, Number]) -> Target:
    chances = {f"{a}, {b}": p * q for (a, p), (b, q) in product(first.items(), second.items())}
    return next(iter(chances)) if len(chances) == 1 else chances
