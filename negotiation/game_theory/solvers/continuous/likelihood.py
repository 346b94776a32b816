"""The likelihood of dated events in continuous time, with hidden parts of the state filtered.

Between observed events the distribution over states evolves by the generator without the intensities of
observable events. At an event it is multiplied by the intensities of all options that show the event. Each
contribution is the logarithm of the remaining mass, which is then scaled to 1 (the forward algorithm). For
the cost from event to event see `uniformisation.py`.
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
    """Return the log likelihood of dated events under given strategies.

    Parameters
    ----------
    game : ContinuousTimeGame
        The game.
    strategies : ContinuousEquilibrium, LogitResponse or sequence
        An equilibrium or response; or for each decision maker a sequence with, for each state, the position
        of an option or a probability for each option.
    path : EventPath or MovePath
        The initial state, the observed events with their times, and the length of the observation.
    unobserved : sequence of str, optional
        Labels of the events that are not observed when they happen, and over which the likelihood sums. None
        by default.

    Returns
    -------
    LogLikelihood
        The log likelihood as `.value`, the contribution of each event, and the probability of each state at
        the end. With K events the density has the unit (1 / year)^K. The value is minus infinity if the path
        cannot happen.

    Raises
    ------
    UnknownEvent
        If an event of the path or of `unobserved` belongs to no option.
    InvalidGame
        If the game is not a `ContinuousTimeGame`, or an event of the path is among the unobserved ones.
    UnknownState
        If the start of the path names a state that the game does not have.
    InvalidProbabilities
        If the probabilities of the start are negative, do not sum to 1, or do not fit the states.
    SizeLimit
        If more than 2,000,000 jumps are expected.
    InvalidStrategy
        If the strategies do not fit the game.

    Examples
    --------
    Two talks in a year, at an expected rate of one per year:

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
        raise InvalidGame(
            f"the path shows {clash[0]!r}, but `unobserved` names it; leave it out of `unobserved`"
        )
    game.event_codes([*unobserved, *(e for _, e in seen)])  # refuses what no option shows
    watched = [event for event in game.events if event not in hidden]
    dynamics = process(game, strategies, watched)
    # The generator without the observable events loses their mass, since they did not happen.
    quiet = dynamics.chain(watched)
    expect_jumps(quiet.fastest * path.years, f"over {path.years:g} years", "the likelihood of a shorter path")
    now, at, parts = start_distribution(game, path.start), 0.0, []
    for time, event in seen:
        now, waited = _quiet(quiet, now, time - at)
        after = dynamics.shown[event].T @ now
        mass = float(after.sum())
        parts.append(waited + (float(np.log(mass)) if mass > 0.0 else -np.inf))
        # The path cannot happen: later contributions stay zero, and the sum is minus infinity.
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
    """Return the distribution after a time without observed events, and the log of its total mass."""
    pieces = max(1, int(np.ceil(quiet.fastest * years / NUMERICS.most_quiet_jumps)))
    waited = 0.0
    for _ in range(pieces if years > 0.0 else 0):
        # Each piece is scaled to sum to 1, so that no probability is too small for a double. Every state has
        # relative accuracy, because the next event may be possible only in an unlikely one.
        now = propagate(quiet, now, np.array([years / pieces]), each=True).chances[0]
        mass = float(now.sum())
        if mass <= 0.0:
            return now, -np.inf
        now = now / mass
        waited += float(np.log(mass))
    return now, waited
