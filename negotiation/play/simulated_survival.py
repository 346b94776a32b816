"""Survival by simulation: many seeded plays to a first alarm or a first break.

Beside the exact distribution (`negotiation.solvers.closed_forms.survival`), with which it has to agree
within its error.
Cost: about ten nanoseconds a period in compiled code.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from negotiation.errors import InvalidGame
from negotiation.games import RepeatedGame
from negotiation.labelled import Table, Tabular
from negotiation.numeric import FloatArray, IntArray, read_only
from negotiation.play.simulate import run_seeds
from negotiation.play.tables import play_tables
from negotiation.solvers.closed_forms.survival import LONGEST, checked_event
from negotiation.status import Status
from negotiation.strategies import Automaton


@dataclass(frozen=True, eq=False)
class SimulatedSurvival(Tabular):
    """Times to an event over many plays.

    Parameters
    ----------
    times : array of int, shape (runs,)
        Period, from 1, in which each play met the event; 0 where it began in it, -1 where it did not meet it.
    periods : int
        Length of each play.
    """

    times: IntArray
    periods: int
    status: Status = "complete"

    @property
    def curve(self) -> FloatArray:
        """Share of plays in which the event has not come in the first t periods, shape (periods + 1,)."""
        met = np.bincount(self.times[self.times >= 0], minlength=self.periods + 1)
        share: FloatArray = 1.0 - np.cumsum(met) / len(self.times)
        return share

    @property
    def error(self) -> FloatArray:
        """Standard error of the curve, shape (periods + 1,)."""
        share = self.curve
        return np.sqrt(share * (1.0 - share) / len(self.times))

    def table(self) -> Table:
        """Return one row for each period: share and standard error."""
        rows = tuple(
            (t, float(s), float(e)) for t, (s, e) in enumerate(zip(self.curve, self.error, strict=True))
        )
        title = f"time to the event over {len(self.times):,} plays"
        return Table(title, ("period", "not yet", "standard error"), rows)


def simulated_survival(
    game: RepeatedGame,
    automaton: Automaton,
    *,
    off: Iterable[str] = (),
    alarms: Iterable[str] = (),
    periods: int = 120,
    runs: int = 10_000,
    rng: int | np.random.Generator = 0,
) -> SimulatedSurvival:
    """Return the times to an event over many plays from which nobody departs.

    Parameters
    ----------
    game, automaton, off, alarms, periods
        As for `negotiation.solvers.closed_forms.survival.survival`.
    runs : int, optional
        Number of plays.
    rng : int or numpy.random.Generator, optional
        Seed or generator; the same seed gives the same times to the bit.

    Raises
    ------
    InvalidGame
        If no event is given, or a number of periods or runs is out of range.
    InvalidStrategy, UnknownState, UnknownSignal
        If the automaton or the event does not fit the game.

    Examples
    --------
    >>> from negotiation.games import PublicSignal, StageGame
    >>> stage = StageGame([[[0, 0]]], actions=(("stay",), ("keep",)))
    >>> game = RepeatedGame(stage, 0.9, PublicSignal([[[0.9, 0.1]]], ("calm", "alarm")))
    >>> keep = Automaton(["on"], "on", {"on": ("stay", "keep")}, {"on": {"otherwise": "on"}})
    >>> found = simulated_survival(game, keep, alarms=["alarm"], periods=5, runs=20_000)
    >>> bool(abs(found.curve[1] - 0.9) < 4 * found.error[1])
    True
    """
    from negotiation.play.kernels.paths import times_to_event

    if not 1 <= periods <= LONGEST or runs < 1:
        raise InvalidGame(
            f"periods lie between 1 and {LONGEST:,} and runs are 1 or more; got {periods} and {runs}"
        )
    ending, ringing = checked_event(game, automaton, off, alarms)
    tables = play_tables(game, automaton)
    times = np.empty(runs, dtype=np.intp)
    times_to_event(
        run_seeds(runs, rng),
        periods,
        tables.start,
        tables.seen,
        tables.after,
        tables.chance,
        np.array([state in ending for state in automaton.states]),
        np.array([label in ringing for label in tables.signals]),
        times,
    )
    read_only(times)
    return SimulatedSurvival(times, periods)
