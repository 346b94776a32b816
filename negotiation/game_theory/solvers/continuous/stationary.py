"""The distribution of play over states in the long run, and whether it is unique.

The process settles in closed classes of states that lead to one another (the bottom strongly connected
components). With one class the stationary distribution is unique, whatever the start. With several classes it
is a mixture of their distributions that depends on the start, so a start is required. Within a class the
share of a state is proportional to the time spent there between two visits of the first state. For the cost
see `absorbing.py`.
"""

from __future__ import annotations

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from negotiation.base.numeric import FloatArray, IntArray, read_only
from negotiation.base.status import Status
from negotiation.errors import InvalidGame
from negotiation.game_theory.games.continuous_time import ContinuousTimeGame
from negotiation.game_theory.games.kinds import expect_kind
from negotiation.game_theory.solutions.continuous_process import StationaryDistribution
from negotiation.game_theory.solvers.continuous.absorbing import EPS, Absorbing
from negotiation.game_theory.solvers.continuous.generator import (
    Start,
    intensity,
    process,
    start_distribution,
)
from negotiation.game_theory.solvers.continuous.numerics import NUMERICS
from negotiation.game_theory.strategies.move_choices import MoveStrategies


def stationary_distribution(
    game: ContinuousTimeGame, strategies: MoveStrategies, *, start: Start | None = None
) -> StationaryDistribution:
    """Return the share of time that play spends in each state in the long run.

    Parameters
    ----------
    game : ContinuousTimeGame
        The game.
    strategies : ContinuousEquilibrium, LogitResponse or sequence
        An equilibrium or response; or for each decision maker a sequence with, for each state, the position
        of an option or a probability for each option.
    start : str, mapping or array_like, optional
        The state at time 0, a mapping from states to their probabilities, or an array of shape (S,) with the
        probability of each state. Required if play may settle in more than one set of states.

    Returns
    -------
    StationaryDistribution
        The share of time in each state, with a bound on the error and the largest residual of the equations.

    Raises
    ------
    InvalidGame
        If the game is not a `ContinuousTimeGame`, or play may settle in several sets of states and no start
        is given.
    UnknownState
        If the start names a state that the game does not have.
    InvalidProbabilities
        If the probabilities of the start are negative, do not sum to 1, or do not fit the states.
    InvalidRate
        If rates differ by so much that double precision cannot represent the answer.
    InvalidStrategy
        If the strategies do not fit the game.

    Examples
    --------
    >>> from negotiation.game_theory.games.continuous_time import DecisionMaker
    >>> maker = DecisionMaker(0, [1.0, 3.0], [[(0, 0), (1, 0)], [(1, 0), (0, 0)]])
    >>> game = ContinuousTimeGame([[0.0], [1.0]], [maker], 0.5)
    >>> stationary_distribution(game, [[1, 1]]).probabilities.round(12).tolist()
    [0.75, 0.25]
    """
    expect_kind(game, ContinuousTimeGame, "a stationary distribution")
    dynamics = process(game, strategies)
    moves, terms = dynamics.passing(), dynamics.most_terms
    classes = _closed_classes(moves)
    if len(classes) > 1 and start is None:
        named = ", ".join(game.states[int(states[0])] for states in classes[:3])
        raise InvalidGame(
            f"play may settle in {len(classes)} separate sets of states, which contain {named}"
            f"{', ...' if len(classes) > 3 else ''}; give the state in which play begins as start=..."
        )
    begin = None if start is None else start_distribution(game, start)
    weights, missed = np.ones(1), 0.0
    if len(classes) > 1 and begin is not None:
        weights, missed = _absorbed(moves, classes, begin, terms)
    chances, inside = np.zeros(game.n_states), 0.0
    for weight, states in zip(weights, classes, strict=True):
        if weight > 0.0:
            shares, error = _within(moves, states, terms)
            chances[states], inside = weight * shares, max(inside, error)
    error = missed + inside
    residual = float(abs(dynamics.generator().T @ chances).max(initial=0.0))
    read_only(chances)
    status: Status = "complete" if error <= NUMERICS.most_error else "partial"
    return StationaryDistribution(game.states, chances, residual, error, len(classes), status)


def _closed_classes(moves: csr_array) -> list[IntArray]:
    """Return the strongly connected components that no move leaves."""
    count, labels = connected_components(moves, directed=True, connection="strong")
    rows, columns = moves.tocoo().coords
    left = np.zeros(count, dtype=np.bool_)
    left[labels[rows[labels[rows] != labels[columns]]]] = True
    closed = [np.flatnonzero(labels == c) for c in np.flatnonzero(~left)]
    return sorted(closed, key=lambda states: int(states[0]))


def _within(moves: csr_array, states: IntArray, terms: int) -> tuple[FloatArray, float]:
    """Return the stationary distribution of one closed class, and a bound on its relative error."""
    if len(states) == 1:
        return np.ones(1), 0.0
    inside = csr_array(moves[states][:, states])
    rest = Absorbing(csr_array(inside[1:, 1:]), inside[1:, [0]].toarray().ravel(), terms)
    # Play begins in the first state, which it leaves for the others at these rates.
    visits = rest.visits(inside[[0], 1:].toarray().ravel())
    shares = np.maximum(np.concatenate([[visits.scale], visits.times]), 0.0)
    distribution: FloatArray = shares / shares.sum()
    return distribution, 2.0 * visits.error + len(states) * EPS


def _absorbed(
    moves: csr_array, classes: list[IntArray], begin: FloatArray, terms: int
) -> tuple[FloatArray, float]:
    """Return the probability of ending in each closed class, and a bound on its error."""
    closed = np.concatenate(classes)
    passing = np.setdiff1d(np.arange(len(begin)), closed)
    ends, error = np.array([begin[states].sum() for states in classes]), 0.0
    if len(passing) and begin[passing].any():
        among, out = csr_array(moves[passing][:, passing]), csr_array(moves[passing][:, closed])
        visits = Absorbing(among, intensity(out), terms).visits(begin[passing])
        firsts = np.cumsum([0, *(len(states) for states in classes[:-1])])
        ends = visits.scale * ends + np.add.reduceat(out.T @ visits.times, firsts)
        error = visits.left
    probabilities: FloatArray = ends / ends.sum()
    return probabilities, 2.0 * error + len(begin) * EPS
