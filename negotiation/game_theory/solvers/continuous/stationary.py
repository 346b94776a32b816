"""Where play stands in the long run: the stationary distribution, and whether it is the only one.

The process settles in closed classes of states that lead to one another (the bottom strongly connected
components). With one class the stationary distribution is unique, whatever the start. With several it is the
mix that a start leads to, so a start is asked for. Within a class one linear system is solved; its residual
is given. Cost: a sparse factorisation of the class.
"""

from __future__ import annotations

import numpy as np
from scipy.sparse import csc_array, csr_array
from scipy.sparse.csgraph import connected_components
from scipy.sparse.linalg import splu

from negotiation.base.numeric import FloatArray, IntArray, read_only
from negotiation.errors import InvalidGame
from negotiation.game_theory.games.continuous_time import ContinuousTimeGame
from negotiation.game_theory.games.kinds import expect_kind
from negotiation.game_theory.solutions.continuous_process import StationaryDistribution
from negotiation.game_theory.solvers.continuous.generator import Start, process, start_distribution
from negotiation.game_theory.strategies.move_choices import MoveStrategies


def stationary_distribution(
    game: ContinuousTimeGame, strategies: MoveStrategies, *, start: Start | None = None
) -> StationaryDistribution:
    """Return the share of time that play spends in each state in the long run.

    Parameters
    ----------
    game : ContinuousTimeGame
        What is played.
    strategies : equilibrium, or sequence by maker of sequences by state
        How it is played.
    start : str, mapping or array_like, optional
        Where play begins; needed where it may settle in more than one part of the states.

    Returns
    -------
    StationaryDistribution
        With the largest residual of its equations, in moves a year.

    Raises
    ------
    InvalidGame
        If play may settle in several parts of the states, and no start is given.

    Examples
    --------
    >>> from negotiation.game_theory.games.continuous_time import DecisionMaker
    >>> maker = DecisionMaker(0, [1.0, 3.0], [[(0, 0), (1, 0)], [(1, 0), (0, 0)]])
    >>> game = ContinuousTimeGame([[0.0], [1.0]], [maker], 0.5)
    >>> stationary_distribution(game, [[1, 1]]).probabilities.round(12).tolist()
    [0.75, 0.25]
    """
    expect_kind(game, ContinuousTimeGame, "a stationary distribution")
    generator = process(game, strategies).generator()
    moves = csr_array(generator.copy())
    moves.setdiag(0.0)
    moves.eliminate_zeros()
    classes = _closed_classes(moves)
    if len(classes) > 1 and start is None:
        named = ", ".join(game.states[int(states[0])] for states in classes[:3])
        raise InvalidGame(
            f"play may settle in {len(classes)} parts of the states, those of {named}"
            f"{', ...' if len(classes) > 3 else ''}: say where it begins, start=..."
        )
    begin = None if start is None else start_distribution(game, start)
    weights = np.ones(1) if len(classes) == 1 or begin is None else _absorbed(generator, classes, begin)
    chances = np.zeros(game.n_states)
    for weight, states in zip(weights, classes, strict=True):
        if weight > 0.0:
            chances[states] = weight * _within(generator, states)
    residual = float(abs(generator.T @ chances).max(initial=0.0))
    read_only(chances)
    return StationaryDistribution(game.states, chances, residual, len(classes))


def _closed_classes(moves: csr_array) -> list[IntArray]:
    """Return the strongly connected components that no move leaves."""
    count, labels = connected_components(moves, directed=True, connection="strong")
    rows, columns = moves.tocoo().coords
    left = np.zeros(count, dtype=np.bool_)
    left[labels[rows[labels[rows] != labels[columns]]]] = True
    found = [np.flatnonzero(labels == c) for c in np.flatnonzero(~left)]
    return sorted(found, key=lambda states: int(states[0]))


def _within(generator: csr_array, states: IntArray) -> FloatArray:
    """Return the stationary distribution of one closed class."""
    if len(states) == 1:
        return np.ones(1)
    inside = csc_array(generator[states][:, states])
    # The first state's share is set to 1, and its equation, which the others imply, is left out.
    rest = splu(csc_array(inside[1:, 1:].T)).solve(-inside[[0], 1:].toarray().ravel())
    shares = np.maximum(np.concatenate([np.ones(1), rest]), 0.0)
    found: FloatArray = shares / shares.sum()
    return found


def _absorbed(generator: csr_array, classes: list[IntArray], begin: FloatArray) -> FloatArray:
    """Return the probability of ending in each closed class."""
    closed = np.concatenate(classes)
    passing = np.setdiff1d(np.arange(len(begin)), closed)
    ends = np.array([begin[states].sum() for states in classes])
    if len(passing) and begin[passing].any():
        visits = splu(csc_array(-generator[passing][:, passing].T)).solve(begin[passing])
        into = visits @ generator[passing][:, closed].toarray()
        firsts = np.cumsum([0, *(len(states) for states in classes[:-1])])
        ends += np.add.reduceat(into, firsts)
    found: FloatArray = ends / ends.sum()
    return found
