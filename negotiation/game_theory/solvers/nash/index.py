"""The index of an isolated equilibrium of a two-player game, +1 or -1.

For an equilibrium with supports I and J of equal size k, and payoff matrices A and B made positive, the index
is (-1)^(k + 1) times the sign of det A_IJ det B_IJ (Shapley 1974, "A note on the Lemke-Howson algorithm"). A
pure strict equilibrium has index +1. In a non-degenerate game the indices of all equilibria sum to +1, so
any other sum shows that some are missing.

The formula applies if the equilibrium is non-degenerate: the supports have equal size, no player has a best
reply outside them, and neither determinant is 0. This is decided in rational arithmetic on the integer
payoffs of `rational_game`, in which payoffs within a knife edge are equal. Cost: elimination of two k x k
integer matrices.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from negotiation.base.numeric import KNIFE_EDGE, REGRET_TOLERANCE, as_fraction
from negotiation.errors import InvalidStrategy, shown
from negotiation.game_theory.exact.polynomials import sign_and_solution
from negotiation.game_theory.games import StageGame
from negotiation.game_theory.games.capabilities import Takes
from negotiation.game_theory.solvers.nash.rational_game import IntegerMatrix, integer_payoffs
from negotiation.game_theory.solvers.nash.solution import Equilibrium, expect_two_players
from negotiation.game_theory.solvers.stage.best_replies import AnyProfile, mixed_profile


@Takes("the index", (StageGame,))
def equilibrium_index(stage: StageGame, equilibrium: Equilibrium | AnyProfile) -> int | None:
    """Return the index, +1 or -1, of a Nash equilibrium of a two-player game.

    Parameters
    ----------
    stage : StageGame
        A two-player game.
    equilibrium : Equilibrium, or profile of labels or probability vectors
        A Nash equilibrium of the game. Only its supports are used.

    Returns
    -------
    int or None
        The index; `None` if the equilibrium is degenerate, so that this formula does not define its index.

    Raises
    ------
    InvalidGame
        If `stage` is not a StageGame of two players.
    InvalidStrategy
        If `equilibrium` is not one label or probability vector for each player, or no equilibrium of the game
        has its supports. The latter is not detected if the supports are degenerate.
    UnknownAction
        If a player has no action with a given label.

    Notes
    -----
    In a non-degenerate game the indices of all equilibria sum to +1. Shapley, L. S. (1974), "A note on the
    Lemke-Howson algorithm", Mathematical Programming Study 1.

    Examples
    --------
    >>> battle = StageGame.from_matrices([[2, 0], [0, 1]], [[1, 0], [0, 2]])
    >>> equilibrium_index(battle, ("0", "0")), equilibrium_index(battle, ([2 / 3, 1 / 3], [1 / 3, 2 / 3]))
    (1, -1)
    """
    expect_two_players(stage, "the index")
    profile = equilibrium.strategies if isinstance(equilibrium, Equilibrium) else equilibrium
    vectors = mixed_profile(stage, profile)
    rows, columns = ([k for k, p in enumerate(vector.tolist()) if p > KNIFE_EDGE] for vector in vectors)
    if len(rows) != len(columns):
        return None
    first, second = integer_payoffs(stage)
    turned = [list(column) for column in zip(*second, strict=True)]
    sign = _side(first, rows, columns, stage.players[0]) * _side(turned, columns, rows, stage.players[1])
    return sign * (-1) ** (len(rows) + 1) or None


def _side(payoffs: IntegerMatrix, own: Sequence[int], others: Sequence[int], who: str) -> int:
    """Return the sign of a player's determinant, or 0 if the equilibrium is degenerate on this side.

    The opponent's mix over `others` makes the player indifferent over `own`. It must be positive, and the
    actions outside `own` must pay less. `payoffs` has one row for each own action.
    """
    sign, solution = sign_and_solution([[payoffs[a][b] for b in others] for a in own])
    total = sum(solution)
    if sign == 0 or total == 0:
        return 0
    mix = [weight / total for weight in solution]
    value = 1 / total
    outside = [a for a in range(len(payoffs)) if a not in set(own)]
    excess = max(
        (sum(w * payoffs[a][b] for w, b in zip(mix, others, strict=True)) - value for a in outside),
        default=Fraction(-1),
    )
    span = max(max(row) for row in payoffs)
    if min(mix) < -REGRET_TOLERANCE or excess > span * as_fraction(REGRET_TOLERANCE):
        raise InvalidStrategy(
            "no Nash equilibrium has the supports of `equilibrium`: the opponent cannot mix so that the "
            f"actions of player {who!r} at positions {shown(list(own))} are all best replies. Give a Nash "
            "equilibrium, such as one from `solve`"
        )
    return 0 if min(mix) <= 0 or excess >= 0 else sign
