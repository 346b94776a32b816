"""Observed play in continuous time: dated events between a start and an end."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from negotiation.base.labelled import Table, Tabular
from negotiation.base.numeric import FloatArray, read_only
from negotiation.errors import InvalidGame, shown


class SeenPath(Protocol):
    """Dated events between a start and an end: an `EventPath`, or a simulated path."""

    @property
    def start(self) -> str | Mapping[str, float] | npt.ArrayLike:
        """A state, or a distribution over states, at time 0."""

    @property
    def times(self) -> FloatArray:
        """The time of each event, in years."""

    @property
    def events(self) -> tuple[str | None, ...]:
        """The label of each event; None if nothing was observed."""

    @property
    def years(self) -> float:
        """How long the path was observed, in years."""


@dataclass(frozen=True, eq=False)
class EventPath(Tabular):
    """Observed play in continuous time: dated events in order.

    Parameters
    ----------
    start : str, mapping or array_like
        The state at time 0, a mapping from states to their probabilities, or an array of shape (S,) with the
        probability of each state.
    moves : iterable of (float, str)
        Pairs of a time in years since the start and the label of an event. Times must not decrease; events
        with equal times keep their order.
    years : float
        Length of the observation in years, not less than the time of the last event.

    Attributes
    ----------
    times : array, shape (E,)
        Times of the E events, in years since the start.
    events : tuple of str
        Labels of the events.

    Raises
    ------
    InvalidGame
        If `moves` does not list pairs, a time is negative or not finite, times decrease, or `years` is not a
        finite number or less than the time of the last event.

    Examples
    --------
    >>> path = EventPath("calm", [(0.25, "up"), (0.75, "down")], years=1.0)
    >>> path.events, path.times.tolist()
    (('up', 'down'), [0.25, 0.75])
    """

    start: str | Mapping[str, float] | npt.ArrayLike
    times: FloatArray
    events: tuple[str, ...]
    years: float

    def __init__(
        self,
        start: str | Mapping[str, float] | npt.ArrayLike,
        moves: Iterable[tuple[float, str]],
        years: float,
    ) -> None:
        try:
            given = tuple(moves)
            times = np.array([float(time) for time, _ in given])
            events = tuple(str(event) for _, event in given)
            end = float(years)
        except (TypeError, ValueError, OverflowError):
            raise InvalidGame(
                "`moves` must list pairs of a time and an event, and `years` be a number; got "
                f"{shown(moves)} and {shown(years)}"
            ) from None
        if not (np.isfinite(times).all() and np.isfinite(end)) or (np.diff(times, prepend=0.0) < 0.0).any():
            raise InvalidGame(
                "the times in `moves` must be finite, not negative and in ascending order, and `years` "
                f"finite; got {shown(times.tolist())} and {end:g}"
            )
        if end < times.max(initial=0.0):
            raise InvalidGame(
                f"`years` must be at least the time of the last event, {times[-1]:g}; got {end:g}"
            )
        read_only(times)
        object.__setattr__(self, "start", start)
        object.__setattr__(self, "times", times)
        object.__setattr__(self, "events", events)
        object.__setattr__(self, "years", end)

    def table(self) -> Table:
        """Return a table with one row for each event."""
        rows = tuple(zip(self.times.tolist(), self.events, strict=True))
        return Table(f"{len(rows)} events in {self.years:g} years", ("years", "event"), rows)
