"""Contrite tit for tat: a player who breached by mistake accepts the punishment without retaliating.

Each player has a standing, good or bad. A player in good standing defects against one in bad standing, and
keeps the good standing; all others cooperate. Cooperation restores good standing. So a single mistake is
answered once, without an echo. Sugden, R. (1986), "The Economics of Rights, Co-operation and Welfare"; Boyd,
R. (1989), "Mistakes allow evolutionary stability in the repeated prisoner's dilemma game", Journal of
Theoretical Biology 136(1); Wu, J., and Axelrod, R. (1995), "How to cope with noise in the iterated prisoner's
dilemma", Journal of Conflict Resolution 39(1).
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

from negotiation.game_theory.games import Profile, StageGame
from negotiation.game_theory.games.kinds import expect_kind
from negotiation.game_theory.strategies.alarms import Labels, SideAlarms, unkind
from negotiation.game_theory.strategies.automaton import Automaton, Key, Target, reached_only
from negotiation.game_theory.strategies.generous_tit_for_tat import check_pairs

GOOD, BAD = "good", "bad"


def contrite_tit_for_tat(
    stage: StageGame,
    cooperate: Sequence[str],
    defect: Sequence[str],
    *,
    alarm: Labels | SideAlarms | None = None,
) -> Automaton:
    """Return the joint automaton of contrite tit for tat for two players.

    Parameters
    ----------
    stage : StageGame
        The game of each period, with two players.
    cooperate, defect : sequence of str
        The kind and the unkind action of each player. Every action except the kind one counts as unkind.
    alarm : str, sequence of str, or mapping from player to these, optional
        Signals after which both players, or only that player, count as having been unkind. By default play
        depends on the action profile, which requires perfect monitoring.

    Returns
    -------
    Automaton
        An automaton whose states are the players' standings; play begins in "good, good".

    Raises
    ------
    InvalidStrategy
        If there are not two players, a player's kind and unkind action are the same, or `alarm` is empty.
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
    >>> contrite = contrite_tit_for_tat(stage, ("C", "C"), ("D", "D"))
    >>> contrite.next_states("good, good", ("D", "C")), contrite.actions["bad, good"]
    ({'bad, good': Fraction(1, 1)}, ('C', 'D'))
    >>> contrite.next_states("bad, good", ("C", "D"))
    {'good, good': Fraction(1, 1)}
    """
    expect_kind(stage, StageGame, "a strategy")
    check_pairs(stage, cooperate, defect, "contrite tit for tat")
    seen = unkind(stage, cooperate, alarm)
    actions: dict[str, Profile] = {}
    moves: dict[str, dict[Key, Target]] = {}
    for standing in product((GOOD, BAD), repeat=2):
        wronged = [standing[i] == GOOD and standing[1 - i] == BAD for i in range(2)]
        state = ", ".join(standing)
        actions[state] = tuple(defect[i] if wronged[i] else cooperate[i] for i in range(2))
        moves[state] = {
            key: ", ".join(
                BAD if harsh and not right else GOOD for harsh, right in zip(who, wronged, strict=True)
            )
            for key, who in seen.items()
        }
    return reached_only(Automaton(actions, f"{GOOD}, {GOOD}", actions, moves))
