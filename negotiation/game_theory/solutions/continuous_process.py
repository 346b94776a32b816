"""Results on play in continuous time: probabilities of states and events, expected times, likelihoods."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from negotiation.base.drawing import Drawable
from negotiation.base.labelled import Table, Tabular
from negotiation.base.numeric import FloatArray
from negotiation.base.status import Status
from negotiation.errors import InvalidGame, UnknownEvent, UnknownState, shown


def _position(years: FloatArray, wanted: float) -> int:
    """Return the position of a time among `years`, or raise `InvalidGame` if it is not there."""
    places = np.flatnonzero(years == wanted)
    if not len(places):
        raise InvalidGame(
            f"`years` must be one of the times that were asked for, {shown(years.tolist())}; got "
            f"{shown(wanted)}"
        )
    return int(places[0])


@dataclass(frozen=True, eq=False)
class TransitionProbabilities(Tabular, Drawable):
    """Probabilities of the states of a game in continuous time at some times.

    Parameters
    ----------
    states : tuple of str
        Labels of the S states.
    years : array, shape (T,)
        Times after the start, in years.
    probabilities : array, shape (T, S)
        `probabilities[t, s]` is the probability of state s at time t. Rows sum to 1 within the error.
    error : float
        Bound on the total error of a row, including rounding.
    status : {"complete"}
        Always complete.

    Examples
    --------
    >>> import negotiation as ng
    >>> options = [[(0, 0), (1, 0, "act")], [(1, 0)]]
    >>> game = ng.ContinuousTimeGame([[0.0], [1.0]], [ng.DecisionMaker(0, 4.0, options, 1.0)], 0.5)
    >>> found = ng.transition_probabilities(game, [[1, 0]], start="0", years=0.5)
    >>> round(found.probability("1", 0.5), 6)
    0.864665
    """

    _figure = "process:chances_figure"

    states: tuple[str, ...]
    years: FloatArray
    probabilities: FloatArray
    error: float
    status: Status = "complete"

    def probability(self, state: str, years: float) -> float:
        """Return the probability of a state at one of the times.

        Parameters
        ----------
        state : str
            Label of the state.
        years : float
            One of the times in `years`.

        Returns
        -------
        float
            The probability, between 0 and 1.

        Raises
        ------
        UnknownState
            If there is no state with this label.
        InvalidGame
            If the time is not one of `years`.
        """
        UnknownState.unless_in(state, self.states)
        return float(self.probabilities[_position(self.years, years), self.states.index(state)])

    def table(self) -> Table:
        """Return a table with one row for each state and one column for each time."""
        columns = ("state", *(f"{years:g} years" for years in self.years))
        rows = tuple(
            (state, *row) for state, row in zip(self.states, self.probabilities.T.tolist(), strict=True)
        )
        return Table(f"probabilities of states, error at most {self.error:.1g}", columns, rows)

    def _numbers(self) -> Table:
        shown = zip(self.years, self.probabilities.tolist(), strict=True)
        cells = ((state, t, p) for t, row in shown for state, p in zip(self.states, row, strict=True))
        return Table("", ("state", "years", "probability"), tuple(cells))


@dataclass(frozen=True, eq=False)
class EventProbabilities(Tabular, Drawable):
    """Probabilities that events happen at least once in an interval of time.

    Parameters
    ----------
    events : tuple of str
        Labels of the E events.
    years : array, shape (T,)
        Ends of the intervals, in years after the start.
    begin : float
        Beginning of every interval, in years after the start.
    probabilities : array, shape (E, T)
        `probabilities[e, t]` is the probability that event e happens between `begin` and the end t.
    error : float
        Bound on the error of each probability, including rounding.
    status : {"complete"}
        Always complete.

    Examples
    --------
    >>> import negotiation as ng
    >>> options = [[(0, 0), (1, 0, "act")], [(1, 0)]]
    >>> game = ng.ContinuousTimeGame([[0.0], [1.0]], [ng.DecisionMaker(0, 4.0, options, 1.0)], 0.5)
    >>> found = ng.event_probabilities(game, [[1, 0]], start="0", years=[0.5, 1.0])
    >>> round(found.probability("act", 1.0), 6)
    0.981684
    """

    _figure = "process:chances_figure"

    events: tuple[str, ...]
    years: FloatArray
    begin: float
    probabilities: FloatArray
    error: float
    status: Status = "complete"

    def probability(self, event: str, years: float) -> float:
        """Return the probability that an event happens between `begin` and one of the ends.

        Parameters
        ----------
        event : str
            Label of the event.
        years : float
            One of the ends in `years`.

        Returns
        -------
        float
            The probability, between 0 and 1.

        Raises
        ------
        UnknownEvent
            If there is no event with this label.
        InvalidGame
            If the time is not one of `years`.
        """
        UnknownEvent.unless_in(event, self.events)
        return float(self.probabilities[self.events.index(event), _position(self.years, years)])

    def table(self) -> Table:
        """Return a table with one row for each event and one column for each end of the interval."""
        columns = ("event", *(f"{self.begin:g} to {years:g} years" for years in self.years))
        rows = tuple(
            (event, *row) for event, row in zip(self.events, self.probabilities.tolist(), strict=True)
        )
        return Table(f"probabilities of events, error at most {self.error:.1g}", columns, rows)

    def _numbers(self) -> Table:
        shown = zip(self.events, self.probabilities.tolist(), strict=True)
        cells = ((e, self.begin, t, p) for e, row in shown for t, p in zip(self.years, row, strict=True))
        return Table("", ("event", "from years", "years", "probability"), tuple(cells))


@dataclass(frozen=True, eq=False)
class EventTimes(Tabular):
    """Expected times until each event first happens.

    Parameters
    ----------
    events, states : tuple of str
        Labels of the E events and the S states.
    years : array, shape (E, S)
        `years[e, s]` is the expected time, in years, until event e first happens if play begins in state s;
        infinite if the event may never happen.
    error : float
        Bound on the relative error of each time, including rounding: at most 3e-9 for up to 2,000 states,
        however different the rates are.
    status : {"complete", "partial"}
        `partial` if the bound is above 1e-6, which requires more than 2,000 states and very different rates.

    Examples
    --------
    >>> import negotiation as ng
    >>> options = [[(0, 0), (1, 0, "act")], [(1, 0)]]
    >>> game = ng.ContinuousTimeGame([[0.0], [1.0]], [ng.DecisionMaker(0, 4.0, options, 1.0)], 0.5)
    >>> found = ng.expected_event_times(game, [[1, 0]])
    >>> found.expected("act", "0"), found.expected("act", "1")
    (0.25, inf)
    """

    events: tuple[str, ...]
    states: tuple[str, ...]
    years: FloatArray
    error: float
    status: Status = "complete"

    def expected(self, event: str, state: str) -> float:
        """Return the expected time until an event, from a given state.

        Parameters
        ----------
        event : str
            Label of the event.
        state : str
            Label of the state in which play begins.

        Returns
        -------
        float
            The expected time in years; infinite if the event may never happen.

        Raises
        ------
        UnknownEvent, UnknownState
            If there is no event or state with this label.
        """
        UnknownEvent.unless_in(event, self.events)
        UnknownState.unless_in(state, self.states)
        return float(self.years[self.events.index(event), self.states.index(state)])

    def table(self) -> Table:
        """Return a table with one row for each state and one column for each event."""
        rows = tuple((state, *row) for state, row in zip(self.states, self.years.T.tolist(), strict=True))
        title = f"expected years to the first event, relative error at most {self.error:.1g}"
        return Table(title, ("state", *self.events), rows)


@dataclass(frozen=True, eq=False)
class StationaryDistribution(Tabular, Drawable):
    """The share of time in each state in the long run.

    Parameters
    ----------
    states : tuple of str
        Labels of the S states.
    probabilities : array, shape (S,)
        Share of time in each state; the shares sum to 1.
    residual : float
        Largest difference between inflow and outflow of a state, in moves per year.
    error : float
        Bound on the error of the shares, including rounding: relative to each share if no transient or
        recurrent class has more than 2,000 states, otherwise relative to their sum.
    classes : int
        Number of recurrent classes: sets of states in which play may settle. If it is 1, the distribution
        does not depend on the start.
    status : {"complete", "partial"}
        `partial` if the bound is above 1e-6, which requires more than 2,000 states and very different rates.

    Examples
    --------
    >>> import negotiation as ng
    >>> options = [[(0, 0), (1, 0, "act")], [(1, 0)]]
    >>> game = ng.ContinuousTimeGame([[0.0], [1.0]], [ng.DecisionMaker(0, 4.0, options, 1.0)], 0.5)
    >>> found = ng.stationary_distribution(game, [[1, 0]])
    >>> found.probability("1"), found.classes
    (1.0, 1)
    """

    _figure = "process:long_run_figure"

    states: tuple[str, ...]
    probabilities: FloatArray
    residual: float
    error: float
    classes: int
    status: Status = "complete"

    def probability(self, state: str) -> float:
        """Return the long-run share of time in a state.

        Parameters
        ----------
        state : str
            Label of the state.

        Returns
        -------
        float
            The share, between 0 and 1.

        Raises
        ------
        UnknownState
            If there is no state with this label.
        """
        UnknownState.unless_in(state, self.states)
        return float(self.probabilities[self.states.index(state)])

    def table(self) -> Table:
        """Return a table with one row for each state."""
        rows = tuple(zip(self.states, self.probabilities.tolist(), strict=True))
        title = f"share of time in the long run, error at most {self.error:.1g}"
        return Table(title, ("state", "share"), rows)


@dataclass(frozen=True, eq=False)
class LogLikelihood(Tabular):
    """The logarithm of the density of an observed path, event by event.

    Parameters
    ----------
    times : array, shape (E,)
        Times of the E events, in years after the start.
    events : tuple of str
        The observed events.
    contributions : array, shape (E + 1,)
        Log likelihood of each event and the time before it, given earlier events. The last entry is for the
        time after the last event. After an impossible event, which has minus infinity, entries are 0.
    filtered : array, shape (S,)
        The probability of each state at the end, given the whole path. If the path is impossible, the
        probabilities are those just before its first impossible event.
    states : tuple of str
        Labels of `filtered`.
    status : {"complete"}
        Always complete.

    Examples
    --------
    >>> import negotiation as ng
    >>> options = [[(0, 0), (1, 0, "act")], [(1, 0)]]
    >>> game = ng.ContinuousTimeGame([[0.0], [1.0]], [ng.DecisionMaker(0, 4.0, options, 1.0)], 0.5)
    >>> found = ng.log_likelihood(game, [[1, 0]], ng.EventPath("0", [(0.25, "act")], years=1.0))
    >>> round(found.value, 6), found.filtered.tolist()
    (0.386294, [0.0, 1.0])
    """

    times: FloatArray
    events: tuple[str, ...]
    contributions: FloatArray
    filtered: FloatArray
    states: tuple[str, ...]
    status: Status = "complete"

    @property
    def value(self) -> float:
        """Log likelihood of the whole path; minus infinity if the path is impossible."""
        return float(self.contributions.sum())

    def __float__(self) -> float:
        return self.value

    def table(self) -> Table:
        """Return a table with one row for each event, and one row for the time after the last event."""
        rows = tuple(
            (time, event, part)
            for time, event, part in zip(
                [*self.times.tolist(), None], [*self.events, None], self.contributions.tolist(), strict=True
            )
        )
        return Table(f"log likelihood {self.value:.6g}", ("years", "event", "contribution"), rows)
