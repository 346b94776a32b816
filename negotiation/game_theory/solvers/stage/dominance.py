"""Dominated actions: those that some other action, pure or mixed, beats whatever the others do.

Action a of player i is strictly dominated by a mixed action x of i if u_i(x, s) > u_i(a, s) for every pure
profile s of the others, weakly if u_i(x, s) >= u_i(a, s) for every s with > for some. A mixed dominator is
found by a linear program over the other actions (Conitzer and Sandholm 2005, programs for strict and weak
dominance), solved in whole numbers: a dominator and its absence are both proven.

A strictly dominated action is in no Nash and no correlated equilibrium, so removing it is safe before
enumeration. Removing a weakly dominated one adds no equilibrium but can lose some.

Cost: for each action a comparison with every other, then one program with n_i variables and a row for each
profile of the others, unless the action is the only best reply to some profile.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from negotiation.base.labelled import Mixture, Table, Tabular
from negotiation.base.numeric import KNIFE_EDGE
from negotiation.base.status import Status
from negotiation.errors import UnknownMethod
from negotiation.game_theory.games import StageGame
from negotiation.game_theory.games.capabilities import Takes
from negotiation.game_theory.games.plain_payoffs import has_exact_payoffs
from negotiation.game_theory.solvers.stage.dominators import (
    UNSURE,
    DominanceKind,
    Dominator,
    OwnPayoffs,
    find_dominator,
)


@dataclass(frozen=True)
class DominatedAction:
    """One dominated action and what dominates it."""

    player: str
    action: str
    kind: DominanceKind
    # The actions of the dominating mixed action; one if it is pure.
    dominator: tuple[str, ...]
    weights: tuple[float, ...]
    # least_gain, largest_gain: Least and largest gain of the dominator over the action, in payoff units, over
    # the others' profiles.
    least_gain: float
    largest_gain: float
    # The round of elimination, from 1.
    round: int = 1
    # Whether removing it, after all removals before it, loses no equilibrium.
    safe: bool = True

    def __str__(self) -> str:
        mix = Mixture(dict(zip(self.dominator, self.weights, strict=True)))
        how = "strictly" if self.kind == "strict" else "weakly"
        return f"{self.player}'s {self.action!r} is {how} dominated by {mix}"

    def row(self) -> tuple[object, ...]:
        """Return the cells of a table row."""
        by = Mixture(dict(zip(self.dominator, self.weights, strict=True)))
        return (self.round, self.player, self.action, self.kind, by, self.least_gain, self.safe)


COLUMNS = ("round", "player", "action", "dominated", "by", "least gain", "safe")


@dataclass(frozen=True)
class Dominance(Tabular):
    """The dominated actions of a game.

    Parameters
    ----------
    dominated : tuple of DominatedAction
        In the order of players and actions.
    kind : {"strict", "weak"}
        What was looked for; with "weak", strictly dominated actions too.
    mixed : bool
        Whether mixed dominators were looked for.
    status : {"complete", "partial", "failed"}
        `partial` where the program of some action is too large to be solved in whole numbers; `reason` names
        it.
    reason : str
        What was compared, or what could not be decided.
    tolerance : float
        Gains within this share of the player's payoff range count as none (none for rational payoffs).

    Examples
    --------
    >>> import negotiation as ng
    >>> stage = ng.StageGame.from_matrices([[9, 1], [10, 3]], [[9, 10], [1, 3]], actions=("CD", "CD"))
    >>> print(ng.dominated_actions(stage))
    dominated actions: complete (every action against all pure and mixed ones)
    round  player  action  dominated  by  least gain  safe
        1  0       C       strict     D            1  yes
        1  1       C       strict     D            1  yes
    """

    dominated: tuple[DominatedAction, ...]
    kind: DominanceKind
    mixed: bool
    status: Status
    reason: str
    tolerance: float

    def table(self) -> Table:
        """Return one row for each dominated action."""
        return Table(
            f"dominated actions: {self.status} ({self.reason})",
            COLUMNS,
            tuple(action.row() for action in self.dominated),
        )


@Takes("dominance", (StageGame,))
def dominated_actions(stage: StageGame, *, kind: DominanceKind = "strict", mixed: bool = True) -> Dominance:
    """Return the dominated actions of every player.

    Parameters
    ----------
    stage : StageGame
        A game with any number of players.
    kind : {"strict", "weak"}, optional
        What to look for; "weak" includes strictly dominated actions and says which they are.
    mixed : bool, optional
        Whether an action may be dominated by a mixed action.

    Returns
    -------
    Dominance
        One entry for each dominated action, with what dominates it. Integer and `Fraction` payoffs are
        compared exactly; of floats the nearest plain game is meant, as in `solve`.

    Raises
    ------
    UnknownMethod
        If the kind is neither "strict" nor "weak".

    Examples
    --------
    >>> stage = StageGame.from_matrices([[3, 0], [0, 3], [1, 1]], [[0, 0], [0, 0], [0, 0]])
    >>> print(*dominated_actions(stage).dominated)
    0's '2' is strictly dominated by 0.5 0 + 0.5 1
    >>> dominated_actions(stage, mixed=False).dominated
    ()
    """
    check_kind(kind)
    found: list[DominatedAction] = []
    doubtful: list[str] = []
    for i, player in enumerate(stage.players):
        own = OwnPayoffs.of(stage, i)
        everything = list(range(stage.n_actions[i]))
        for a in everything:
            others = [b for b in everything if b != a]
            dominator = find_dominator(own, a, others, kind=kind, mixed=mixed)
            if dominator is UNSURE:
                doubtful.append(f"{player}'s {stage.actions[i][a]!r}")
            elif dominator is not None:
                found.append(labelled(stage, i, a, dominator))
    tolerance = 0.0 if has_exact_payoffs(stage) else KNIFE_EDGE
    return Dominance(tuple(found), kind, mixed, *status_of(doubtful, mixed), tolerance)


def check_kind(kind: str) -> None:
    """Raise `UnknownMethod` unless the kind of dominance is one that there is."""
    UnknownMethod.unless_in(kind, ("strict", "weak"))


def labelled(
    stage: StageGame,
    player: int,
    action: int,
    dominator: Dominator,
    *,
    round_number: int = 1,
    safe: bool = True,
) -> DominatedAction:
    """Return a dominated action with labels in place of positions."""
    labels = stage.actions[player]
    return DominatedAction(
        stage.players[player],
        labels[action],
        dominator.kind,
        tuple(labels[b] for b, _ in dominator.mix),
        tuple(weight for _, weight in dominator.mix),
        dominator.least_gain,
        dominator.largest_gain,
        round_number,
        safe and dominator.kind == "strict",
    )


def status_of(doubtful: Sequence[str], mixed: bool) -> tuple[Status, str]:
    """Return the status and the reason, given the actions that could not be decided."""
    if doubtful:
        return (
            "partial",
            f"a mixed dominator was neither found nor excluded in whole numbers for {', '.join(doubtful)}",
        )
    return "complete", "every action against all pure and mixed ones" if mixed else "pure dominators only"
