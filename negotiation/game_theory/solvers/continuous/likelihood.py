"""The likelihood of dated events in continuous time, hidden parts of the state filtered along the way.

Between events none is seen: the distribution over states moves by the generator without the intensities of
what would be seen. At an event it is multiplied by the intensities of all options, of whatever maker, that
show it. Each contribution is the logarithm of the mass that is left, which is then scaled to 1 again (the
forward algorithm). Cost: `uniformisation.py` from event to event.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from negotiation.base.numeric import FloatArray, read_only
from negotiation.errors import InvalidGame
from negotiation.game_theory.games.continuous_time import ContinuousTimeGame
from negotiation.game_theory.games.event_path import SeenPath
from negotiation.game_theory.games.kinds import expect_kind
from negotiation.game_theory.solutions.continuous_process import LogLikelihood
from negotiation.game_theory.solvers.continuous.generator import process, start_distribution
from negotiation.game_theory.solvers.continuous.numerics import NUMERICS
from negotiation.game_theory.solvers.continuous.uniformisation import (
    Uniformised,
    expect_jumps,
    propagate,
)
from negotiation.game_theory.strategies.move_choices import MoveStrategies


def log_likelihood(
    game: ContinuousTimeGame,
    strategies: MoveStrategies,
    path: SeenPath,
    *,
    unobserved: Sequence[str] = (),
) -> LogLikelihood:
    """Return the log likelihood of dated events, and the filtered state at the end.

    Parameters
    ----------
    game : ContinuousTimeGame
        The game.
    strategies : equilibrium, or sequence by maker of sequences by state
        The strategies of all decision makers.
    path : EventPath or MovePath
        Where play began, what was seen and when, and how long play was observed.
    unobserved : sequence of str, optional
        Events that are not seen when they happen: they are summed over. All others are seen.

    Returns
    -------
    LogLikelihood
        `.value`, the part of each event, and the probability of each state at the end. The unit of densities
        is per year, to the power of the number of events.

    Raises
    ------
    UnknownEvent
        If no option has an event of the path.
    InvalidGame
        If an event of the path is among the unobserved ones.
    SizeLimit
        If too many jumps are expected.

    Examples
    --------
    Two talks in a year, at one talk a year on average.

    >>> from negotiation.game_theory.games.continuous_time import DecisionMaker
    >>> from negotiation.game_theory.games.event_path import EventPath
    >>> maker = DecisionMaker(0, 4.0, [[(0, 0), (0, 0, "talk")]])
    >>> game = ContinuousTimeGame([[0.0]], [maker], 0.5)
    >>> path = EventPath("0", [(0.25, "talk"), (0.5, "talk")], years=1.0)
    >>> round(log_likelihood(game, [[[0.75, 0.25]]], path).value, 9)
    -1.0
    """
    expect_kind(game, ContinuousTimeGame, "a likelihood")
    seen = [(float(t), e) for t, e in zip(path.times, path.events, strict=True) if e is not None]
    hidden = set(unobserved)
    clash = sorted({e for _, e in seen} & hidden)
    if clash:
        raise InvalidGame(f"the path shows {clash[0]!r}, which is said to be unobserved")
    game.event_codes([*unobserved, *(e for _, e in seen)])  # refuses what no option shows
    watched = [event for event in game.events if event not in hidden]
    found = process(game, strategies, watched)
    # What is watched and does not happen takes mass off: the generator without it is substochastic.
    quiet = found.chain(watched)
    expect_jumps(quiet.fastest * path.years, f"over {path.years:g} years", "the likelihood of a shorter path")
    now, at, parts = start_distribution(game, path.start), 0.0, []
    for time, event in seen:
        now, waited = _quiet(quiet, now, time - at)
        after = found.shown[event].T @ now
        mass = float(after.sum())
        parts.append(waited + (float(np.log(mass)) if mass > 0.0 else -np.inf))
        # The path is impossible: the contributions behind stay zero, and the sum is minus infinity.
        if mass <= 0.0:
            break
        now, at = after / mass, time
    else:
        now, waited = _quiet(quiet, now, path.years - at)
        parts.append(waited)
    contributions = np.zeros(len(seen) + 1)
    contributions[: len(parts)] = parts
    times = np.array([time for time, _ in seen])
    read_only(times, contributions, now)
    return LogLikelihood(times, tuple(e for _, e in seen), contributions, now, game.states)


def _quiet(quiet: Uniformised, now: FloatArray, years: float) -> tuple[FloatArray, float]:
    """Return the distribution after a time in which nothing was seen, and the log of its probability."""
    pieces = max(1, int(np.ceil(quiet.fastest * years / NUMERICS.most_quiet_jumps)))
    waited = 0.0
    for _ in range(pieces if years > 0.0 else 0):
        # In pieces, each scaled to 1 again, so that no probability is too small for a double.
        # Each state to digits of its own: the next event may come from an unlikely one alone.
        now = propagate(quiet, now, np.array([years / pieces]), each=True).chances[0]
        mass = float(now.sum())
        if mass <= 0.0:
            return now, -np.inf
        now = now / mass
        waited += float(np.log(mass))
    return now, waited
