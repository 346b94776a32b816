"""Iterated elimination of dominated actions, with the order of the eliminations recorded.

In each round all players' dominated actions are removed at once, as the others' actions stood when the round
began; rounds go on until none is dominated. What strict elimination leaves does not depend on the order
(Gilboa, Kalai and Zemel 1990); what weak elimination leaves does, and the order here is this one. Within a
round an action's dominator is sought among the actions not yet removed, which loses nothing, since dominance
is transitive, and never removes the last action.

Cost: as for `dominated_actions`, once for each round; there are at most as many rounds as actions.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from negotiation.base.labelled import Table, Tabular
from negotiation.base.numeric import KNIFE_EDGE, IntArray
from negotiation.base.status import Status
from negotiation.game_theory.games import StageGame
from negotiation.game_theory.games.capabilities import Takes
from negotiation.game_theory.games.plain_payoffs import has_exact_payoffs
from negotiation.game_theory.solvers.stage.dominance import (
    COLUMNS,
    UNSURE,
    DominanceKind,
    DominatedAction,
    OwnPayoffs,
    check_kind,
    find_dominator,
    labelled,
    status_of,
)


@dataclass(frozen=True, eq=False)
class IteratedElimination(Tabular):
    """What iterated elimination of dominated actions leaves of a game.

    Parameters
    ----------
    game : StageGame
        The reduced game, labels and payoffs unchanged.
    eliminated : tuple of DominatedAction
        In the order of elimination, with round, what dominated it, and whether its removal was safe.
    kind : {"strict", "weak"}
        What was eliminated; with "weak", strictly dominated actions too.
    mixed : bool
        Whether mixed dominators were looked for.
    status : {"complete", "partial", "failed"}
        `partial` where some action left could not be decided; `reason` names it.
    reason : str
        What was compared, or what could not be decided.
    tolerance : float
        Gains within this share of the player's payoff range count as none (none for rational payoffs).

    Examples
    --------
    >>> import negotiation as ng
    >>> stage = ng.StageGame.from_matrices([[9, 1], [10, 3]], [[9, 10], [1, 3]], actions=("CD", "CD"))
    >>> print(ng.iterated_elimination(stage))
    elimination of strictly dominated actions leaves StageGame(1 x 1, players=('0',
    '1')): complete
    round  player  action  dominated  by  least gain  safe
        1  0       C       strict     D            1  yes
        1  1       C       strict     D            1  yes
    """

    game: StageGame
    eliminated: tuple[DominatedAction, ...]
    kind: DominanceKind
    mixed: bool
    status: Status
    reason: str
    tolerance: float

    @property
    def safe(self) -> bool:
        """Whether the reduced game has all Nash and correlated equilibria of the game, and no others.

        False as soon as a weakly dominated action is removed: the equilibria left are equilibria of the game,
        but others may have been lost.
        """
        return all(action.safe for action in self.eliminated)

    @property
    def rounds(self) -> int:
        """Number of rounds in which something was eliminated."""
        return max((action.round for action in self.eliminated), default=0)

    def table(self) -> Table:
        """Return one row for each eliminated action."""
        return Table(
            f"elimination of {self.kind}ly dominated actions leaves {self.game!r}: {self.status}",
            COLUMNS,
            tuple(action.row() for action in self.eliminated),
        )


@Takes("elimination", (StageGame,))
def iterated_elimination(
    stage: StageGame, *, kind: DominanceKind = "strict", mixed: bool = True
) -> IteratedElimination:
    """Return what is left when dominated actions are removed again and again.

    Parameters
    ----------
    stage : StageGame
        A game with any number of players.
    kind : {"strict", "weak"}, optional
        What to remove; "weak" removes strictly dominated actions too.
    mixed : bool, optional
        Whether an action may be dominated by a mixed action.

    Returns
    -------
    IteratedElimination
        `.game` is the reduced game, `.eliminated` the record, `.safe` whether every equilibrium is kept.

    Raises
    ------
    UnknownMethod
        If the kind is neither "strict" nor "weak".

    Examples
    --------
    >>> stage = StageGame.from_matrices([[9, 1], [10, 3]], [[9, 10], [1, 3]],
    ...                                 actions=(("C", "D"), ("C", "D")))
    >>> result = iterated_elimination(stage)
    >>> result.game.actions, result.safe
    ((('D',), ('D',)), True)
    >>> print(*result.eliminated)
    0's 'C' is strictly dominated by D 1's 'C' is strictly dominated by D
    """
    check_kind(kind)
    kept = [list(range(n)) for n in stage.n_actions]
    payoffs = [OwnPayoffs.of(stage, i) for i in range(stage.n_players)]
    record: list[DominatedAction] = []
    while True:
        found, doubtful = _round(stage, payoffs, kept, kind, mixed, record)
        if not found:
            break
        record.extend(found)
        gone = {(action.player, action.action) for action in found}
        for i, player in enumerate(stage.players):
            kept[i] = [a for a in kept[i] if (player, stage.actions[i][a]) not in gone]
    status, reason = status_of(doubtful, mixed)
    tolerance = 0.0 if has_exact_payoffs(stage) else KNIFE_EDGE
    return IteratedElimination(_reduced(stage, kept), tuple(record), kind, mixed, status, reason, tolerance)


def _round(
    stage: StageGame,
    payoffs: list[OwnPayoffs],
    kept: list[list[int]],
    kind: DominanceKind,
    mixed: bool,
    record: list[DominatedAction],
) -> tuple[list[DominatedAction], list[str]]:
    """Return the actions that one round removes, and those that it cannot decide."""
    number = 1 + (record[-1].round if record else 0)
    safe_so_far = all(action.safe for action in record)
    found: list[DominatedAction] = []
    doubtful: list[str] = []
    for i in range(stage.n_players):
        # Against what the others had when the round began, for all players alike: no player's order counts.
        own = payoffs[i].columns(_columns(stage.n_actions, kept, i))
        # Those not removed in this round: what a removed action dominates, its dominator does too.
        rivals = list(kept[i])
        for a in kept[i]:
            others = [b for b in rivals if b != a]
            dominator = find_dominator(own, a, others, kind=kind, mixed=mixed)
            if dominator is UNSURE:
                doubtful.append(f"{stage.players[i]}'s {stage.actions[i][a]!r}")
            elif dominator is not None:
                rivals.remove(a)
                found.append(labelled(stage, i, a, dominator, round_number=number, safe=safe_so_far))
    if not all(action.safe for action in found):
        # Weak and strict removals of one round are made at once, so none of them is safe by itself.
        found = [replace(action, safe=False) for action in found]
    return found, doubtful


def _columns(counts: tuple[int, ...], kept: list[list[int]], player: int) -> IntArray:
    """Return the columns of `OwnPayoffs` at which the others play actions that are kept."""
    left = [np.asarray(kept[j], dtype=np.intp) for j in range(len(counts)) if j != player]
    if not left:
        return np.zeros(1, dtype=np.intp)
    others = [counts[j] for j in range(len(counts)) if j != player]
    positions = np.ravel_multi_index(np.ix_(*left), others)
    return np.asarray(positions, dtype=np.intp).ravel()


def _reduced(stage: StageGame, kept: list[list[int]]) -> StageGame:
    return StageGame(
        stage.given_payoffs()[np.ix_(*kept)],
        stage.players,
        [[labels[a] for a in row] for labels, row in zip(stage.actions, kept, strict=True)],
        stage.name,
        stage.names,
    )
