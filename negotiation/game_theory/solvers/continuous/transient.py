"""The distribution of play over states after some years, and the probabilities and times of first events.

The probability of at least one event in a period is one minus the probability of none. The latter follows
from the generator without the event's off-diagonal intensities, because events count, not changes of state.
The expected time to the first event is the expected time until play leaves the states by this event. For the
cost see `uniformisation.py` and, for the times, `absorbing.py`.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import breadth_first_order

from negotiation.base.numeric import BoolArray, FloatArray, read_only
from negotiation.base.reading.names import names_given
from negotiation.base.reading.numbers import expect_number
from negotiation.base.status import Status
from negotiation.errors import InvalidGame
from negotiation.game_theory.games.continuous_time import ContinuousTimeGame
from negotiation.game_theory.games.kinds import expect_kind
from negotiation.game_theory.solutions.continuous_process import (
    EventProbabilities,
    EventTimes,
    TransitionProbabilities,
)
from negotiation.game_theory.solvers.continuous.absorbing import Absorbing
from negotiation.game_theory.solvers.continuous.generator import (
    Process,
    Start,
    intensity,
    process,
    start_distribution,
)
from negotiation.game_theory.solvers.continuous.numerics import NUMERICS
from negotiation.game_theory.solvers.continuous.uniformisation import checked_years, propagate
from negotiation.game_theory.strategies.move_choices import MoveStrategies


def transition_probabilities(
    game: ContinuousTimeGame,
    strategies: MoveStrategies,
    *,
    start: Start,
    years: float | Sequence[float] | FloatArray,
) -> TransitionProbabilities:
    """Return the probabilities of all states after some years.

    Parameters
    ----------
    game : ContinuousTimeGame
        The game.
    strategies : ContinuousEquilibrium, LogitResponse or sequence
        An equilibrium or response; or for each decision maker a sequence with, for each state, the position
        of an option or a probability for each option.
    start : str, mapping or array_like
        The state at time 0, a mapping from states to their probabilities, or an array of shape (S,) with the
        probability of each state.
    years : float or sequence of float
        One time or several, in years since the start; not negative, in ascending order.

    Returns
    -------
    TransitionProbabilities
        The probability of each state at each time, with a bound on the error.

    Raises
    ------
    InvalidGame
        If the game is not a `ContinuousTimeGame`, a time is negative or not finite, or the times decrease.
    UnknownState
        If the start names a state that the game does not have.
    InvalidProbabilities
        If the probabilities of the start are negative, do not sum to 1, or do not fit the states.
    SizeLimit
        If more than 2,000,000 jumps are expected.
    InvalidStrategy
        If the strategies do not fit the game.

    Examples
    --------
    >>> from negotiation.game_theory.games.continuous_time import DecisionMaker
    >>> maker = DecisionMaker(0, 1.0, [[(0, 0), (1, 0)], [(1, 0)]])
    >>> game = ContinuousTimeGame([[0.0], [1.0]], [maker], 0.5, states=("calm", "tense"))
    >>> found = transition_probabilities(game, [[1, 0]], start="calm", years=[1.0, 2.0])
    >>> round(found.probability("calm", 2.0), 6)
    0.135335
    """
    expect_kind(game, ContinuousTimeGame, "a forecast")
    times = checked_years(years)
    forecast = propagate(process(game, strategies).chain(), start_distribution(game, start), times)
    read_only(times, forecast.chances)
    return TransitionProbabilities(game.states, times, forecast.chances, forecast.error)


def event_probabilities(
    game: ContinuousTimeGame,
    strategies: MoveStrategies,
    *,
    start: Start,
    years: float | Sequence[float] | FloatArray,
    events: Sequence[str] | None = None,
    begin: float = 0.0,
) -> EventProbabilities:
    """Return the probabilities that events happen at least once in an interval of time.

    Parameters
    ----------
    game : ContinuousTimeGame
        The game.
    strategies : ContinuousEquilibrium, LogitResponse or sequence
        An equilibrium or response; or for each decision maker a sequence with, for each state, the position
        of an option or a probability for each option.
    start : str, mapping or array_like
        The state at time 0, a mapping from states to their probabilities, or an array of shape (S,) with the
        probability of each state.
    years : float or sequence of float
        One end or several ends of the intervals, in years since the start, in ascending order and not before
        `begin`.
    events : sequence of str, optional
        Labels of the events; all by default.
    begin : float, optional
        Beginning of the intervals, in years since the start; 0 by default.

    Returns
    -------
    EventProbabilities
        The probability that each event happens between `begin` and each end, with a bound on the error.

    Raises
    ------
    UnknownEvent
        If an event belongs to no option.
    InvalidOptions
        If `events` is neither a text nor several.
    InvalidGame
        If the game is not a `ContinuousTimeGame`, a time is negative or not finite, the times decrease, or an
        end is before `begin`.
    UnknownState
        If the start names a state that the game does not have.
    InvalidProbabilities
        If the probabilities of the start are negative, do not sum to 1, or do not fit the states.
    SizeLimit
        If more than 2,000,000 jumps are expected.
    InvalidStrategy
        If the strategies do not fit the game.

    Examples
    --------
    >>> from negotiation.game_theory.games.continuous_time import DecisionMaker
    >>> maker = DecisionMaker(0, 4.0, [[(0, 0), (0, 0, "talk"), (0, 0, "act")]])
    >>> game = ContinuousTimeGame([[0.0]], [maker], 0.5)
    >>> found = event_probabilities(game, [[[0.5, 0.25, 0.25]]], start="0", years=1.0)
    >>> round(found.probability("talk", 1.0), 6)
    0.632121
    """
    expect_kind(game, ContinuousTimeGame, "a forecast")
    wanted = _wanted(game, events)
    times = checked_years(years)
    first = expect_number("`begin`", begin, InvalidGame)
    if not 0.0 <= first <= times[0]:
        raise InvalidGame(
            f"`begin` must not be negative or after the first of `years`, {float(times[0])!r}; got {first!r}"
        )
    dynamics = process(game, strategies, wanted)
    before = propagate(dynamics.chain(), start_distribution(game, start), np.array([first]))
    chances, error = np.empty((len(wanted), len(times))), 0.0
    for k, event in enumerate(wanted):
        none = propagate(dynamics.chain([event]), before.chances[0], times - first)
        # The probability of at least one event is the whole mass less the mass that remains without the
        # event's intensities. The errors of both are within the bound.
        chances[k] = np.clip(before.chances[0].sum() - none.chances.sum(axis=1), 0.0, 1.0)
        error = max(error, none.error + before.error)
    read_only(times, chances)
    return EventProbabilities(wanted, times, first, chances, error)


def expected_event_times(
    game: ContinuousTimeGame, strategies: MoveStrategies, *, events: Sequence[str] | None = None
) -> EventTimes:
    """Return the expected times until events first happen, from every state.

    Parameters
    ----------
    game : ContinuousTimeGame
        The game.
    strategies : ContinuousEquilibrium, LogitResponse or sequence
        An equilibrium or response; or for each decision maker a sequence with, for each state, the position
        of an option or a probability for each option.
    events : sequence of str, optional
        Labels of the events; all by default.

    Returns
    -------
    EventTimes
        The expected time of each event from each state, in years, with a bound on the relative error. A time
        is infinite if the event may never happen.

    Raises
    ------
    InvalidGame
        If the game is not a `ContinuousTimeGame`.
    UnknownEvent
        If an event belongs to no option.
    InvalidOptions
        If `events` is neither a text nor several.
    InvalidRate
        If rates differ by so much that double precision cannot represent the answer.
    InvalidStrategy
        If the strategies do not fit the game.

    Examples
    --------
    >>> from negotiation.game_theory.games.continuous_time import DecisionMaker
    >>> maker = DecisionMaker(0, 4.0, [[(0, 0), (1, 0, "act")], [(1, 0)]])
    >>> game = ContinuousTimeGame([[0.0], [0.0]], [maker], 0.5)
    >>> expected_event_times(game, [[[0.5, 0.5], 0]]).years.tolist()
    [[0.5, inf]]
    """
    expect_kind(game, ContinuousTimeGame, "an expected time")
    wanted = _wanted(game, events)
    dynamics = process(game, strategies, wanted)
    years, error = np.full((len(wanted), game.n_states), np.inf), 0.0
    for k, event in enumerate(wanted):
        sure, times, off = _times(dynamics, event)
        years[k, sure], error = times, max(error, off)
    read_only(years)
    status: Status = "complete" if error <= NUMERICS.most_error else "partial"
    return EventTimes(wanted, game.states, years, error, status)


def _wanted(game: ContinuousTimeGame, events: Sequence[str] | None) -> tuple[str, ...]:
    given = names_given(events, "`events`")
    return game.events if given is None else tuple(dict.fromkeys(given))


def _times(process: Process, event: str) -> tuple[BoolArray, FloatArray, float]:
    """Return from which states an event is certain, the expected times from these, and their error."""
    moves, exits = process.passing([event]), intensity(process.shown[event])
    # The event is not certain in a state from which play can reach one that never leads to the event.
    sure = ~_leading_to(moves, ~_leading_to(moves, exits > 0.0))
    if not sure.any():
        return sure, np.empty(0), 0.0
    return sure, *Absorbing(csr_array(moves[sure][:, sure]), exits[sure], process.most_terms).times()


def _leading_to(moves: csr_array, marked: BoolArray) -> BoolArray:
    """Return which states are marked or lead to a marked one, shape (S,)."""
    size = moves.shape[0]
    goals = np.flatnonzero(marked)
    if not len(goals):
        return np.zeros(size, dtype=np.bool_)
    rows, columns = moves.tocoo().coords
    # An additional node leads to every marked state; the search backwards begins there.
    heads = np.concatenate([columns, np.full(len(goals), size)])
    tails = np.concatenate([rows, goals])
    graph = csr_array((np.ones(len(heads)), (heads, tails)), shape=(size + 1, size + 1))
    reached = np.zeros(size + 1, dtype=np.bool_)
    reached[breadth_first_order(graph, size, return_predecessors=False)] = True
    return reached[:size]
