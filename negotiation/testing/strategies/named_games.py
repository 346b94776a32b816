"""Random games of a named kind: prisoner's dilemmas, coordination games, games solved by dominance.

Their equilibria are known in advance, so that a test of a solver can compare answers with the theory.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import strategies as st

from negotiation.game_theory.games import StageGame
from negotiation.testing.strategies.ranges import Counts, count_range
from negotiation.testing.strategies.stage import BOUND, Shape, labelled, payoff_arrays, shapes


@st.composite
def prisoners_dilemmas(draw: st.DrawFn, *, efficient: bool = True) -> StageGame:
    """Return the strategy for symmetric prisoner's dilemmas.

    Actions are "C" and "D", and payoffs satisfy T > R > P > S.

    Parameters
    ----------
    efficient : bool, optional
        Whether all games have 2R > T + S, so that mutual cooperation has the largest sum of payoffs; True by
        default.

    Returns
    -------
    SearchStrategy
        Prisoner's dilemmas, of type `StageGame`.

    Examples
    --------
    >>> from hypothesis import find
    >>> game = find(prisoners_dilemmas(), lambda game: True)
    >>> game.payoffs[..., 0].tolist()
    [[2.0, 0.0], [3.0, 1.0]]
    """
    punishment = draw(st.integers(1, BOUND))
    # Built up from the sucker's payoff by positive steps, so that no draw is thrown away.
    reward = punishment + draw(st.integers(1, BOUND))
    # 2 R > T + S keeps taking turns below mutual cooperation; S is 0 before the shift.
    temptation = reward + draw(st.integers(1, reward - 1 if efficient else BOUND))
    own = np.array([[reward, 0], [temptation, punishment]]) + draw(st.integers(-BOUND, BOUND))
    return StageGame(
        np.stack([own, own.T], axis=-1).tolist(), ("A", "B"), (("C", "D"), ("C", "D")), "prisoner's dilemma"
    )


def coordination_games(*, actions: Counts = (2, 3)) -> st.SearchStrategy[StageGame]:
    """Return the strategy for two-player games in which all profiles of equal actions are strict equilibria.

    Parameters
    ----------
    actions : int or pair of int, optional
        Number of actions of each player: one number, or the least and the greatest; 2 to 3 by default.

    Returns
    -------
    SearchStrategy
        Coordination games, of type `StageGame`.

    Raises
    ------
    hypothesis.errors.InvalidArgument
        If an argument is out of range.

    Examples
    --------
    >>> from hypothesis import find
    >>> find(coordination_games(), lambda game: True).payoffs[..., 0].tolist()
    [[1.0, 0.0], [0.0, 1.0]]
    """
    return _coordination_games(count_range("actions", actions, 2))


@st.composite
def _coordination_games(draw: st.DrawFn, actions: tuple[int, int]) -> StageGame:
    n = draw(st.integers(*actions))
    payoffs = draw(payoff_arrays((n, n), BOUND))
    for k in range(n):
        # What either could have by leaving the diagonal alone.
        left = np.delete(payoffs[:, k, 0], k), np.delete(payoffs[k, :, 1], k)
        payoffs[k, k] = [side.max() + draw(st.integers(1, BOUND)) for side in left]
    return labelled(payoffs, "coordination game")


def dominance_solvable_games(
    *, players: Counts = 2, actions: Counts = (2, 3)
) -> st.SearchStrategy[StageGame]:
    """Return the strategy for games that iterated strict dominance reduces to one profile.

    Payoffs are drawn in the order of elimination: an eliminated action is worse than a surviving one against
    all profiles that are left, and arbitrary against the others.

    Parameters
    ----------
    players : int or pair of int, optional
        Number of players, at most 4: one number, or the least and the greatest; 2 by default.
    actions : int or pair of int, optional
        Number of actions of each player: one number, or the least and the greatest; 2 to 3 by default.

    Returns
    -------
    SearchStrategy
        Dominance-solvable games, of type `StageGame`.

    Raises
    ------
    hypothesis.errors.InvalidArgument
        If an argument is out of range.

    Examples
    --------
    >>> from hypothesis import find
    >>> find(dominance_solvable_games(), lambda game: True).payoffs.tolist()
    [[[0.0, 0.0], [0.0, -1.0]], [[-1.0, 0.0], [-1.0, 0.0]]]
    """
    return _dominance_solvable(shapes(players, actions, most=4))


@st.composite
def _dominance_solvable(draw: st.DrawFn, drawn: st.SearchStrategy[Shape]) -> StageGame:
    payoffs = draw(payoff_arrays(draw(drawn), BOUND))
    stays = [draw(st.integers(0, n - 1)) for n in payoffs.shape[:-1]]
    going = [(i, a) for i, n in enumerate(payoffs.shape[:-1]) for a in range(n) if a != stays[i]]
    left = [list(range(n)) for n in payoffs.shape[:-1]]
    # Eliminated in a random order: the action loses to the one that stays against all that is left now.
    for player, action in draw(st.permutations(going)):
        own = np.moveaxis(payoffs[..., player], player, 0)
        others = np.ix_(*(row for i, row in enumerate(left) if i != player))
        goes: Any = (action, *others)
        stay: Any = (stays[player], *others)
        own[goes] = own[stay] - draw(st.integers(1, BOUND))
        left[player].remove(action)
    return labelled(payoffs, "game solved by dominance")
