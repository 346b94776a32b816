"""Random games of a named kind: prisoner's dilemmas, coordination games, games solved by dominance.

Their equilibria are known in advance, so that a test of a solver can compare answers with the theory.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import strategies as st
from hypothesis.errors import InvalidArgument

from negotiation.game_theory.games import StageGame
from negotiation.testing.strategies.ranges import Counts, count_range
from negotiation.testing.strategies.stage import BOUND, Shape, labelled, payoff_arrays, shapes


def prisoners_dilemmas(*, efficient: bool = True) -> st.SearchStrategy[StageGame]:
    """Return the strategy for symmetric prisoner's dilemmas with actions "C" and "D": T > R > P > S.

    Examples
    --------
    >>> from hypothesis import find
    >>> game = find(prisoners_dilemmas(), lambda game: True)
    >>> game.payoffs[..., 0].tolist()
    [[2.0, 0.0], [3.0, 1.0]]
    """
    return _prisoners_dilemmas(efficient)


@st.composite
def _prisoners_dilemmas(draw: st.DrawFn, efficient: bool) -> StageGame:
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
    """Return the strategy for two-player games in which to do alike is a strict equilibrium, whatever it is.

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
    """Return the strategy for games of which iterated strict dominance leaves one profile.

    Payoffs are drawn in the order of elimination: an action that goes is worse than the one that stays
    against everything that is still there, and whatever was drawn against what has gone.

    Examples
    --------
    >>> from hypothesis import find
    >>> find(dominance_solvable_games(), lambda game: True).payoffs.tolist()
    [[[0.0, 0.0], [0.0, -1.0]], [[-1.0, 0.0], [-1.0, 0.0]]]
    """
    low, high = count_range("players", players, 1)
    if high > 4:
        raise InvalidArgument(f"`players` must be at most 4; got {players!r}")
    return _dominance_solvable(shapes((low, high), count_range("actions", actions, 1)))


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
