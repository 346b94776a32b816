"""Survival of play: the exact distribution of the time to a first alarm or a first break.

The states of an automaton form a Markov chain along its path. Let Q be the sparse matrix of the moves without
the event. The probability that the event has not happened after t periods is the remaining mass, p_0 Q^t 1,
and the mean time to the event is p_0 (I - Q)^-1 1 (Kemeny and Snell 1960, Finite Markov Chains, chapter 3).
Cost: one sparse product per period and one sparse linear system.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from negotiation.base.labelled import Table, Tabular
from negotiation.base.numeric import FloatArray, read_only
from negotiation.base.reading.names import names_given
from negotiation.base.reading.numbers import expect_count
from negotiation.base.status import Status
from negotiation.errors import InvalidGame, InvalidStrategy, UnknownState, shown
from negotiation.game_theory.games import RepeatedGame
from negotiation.game_theory.games.capabilities import Takes
from negotiation.game_theory.solvers.closed_forms.numerics import NUMERICS
from negotiation.game_theory.solvers.values.public_transitions import seen_transitions
from negotiation.game_theory.strategies import Automaton
from negotiation.game_theory.strategies.public_states import check_signal_keys

if TYPE_CHECKING:
    from scipy.sparse import csr_array


@dataclass(frozen=True, eq=False)
class Survival(Tabular):
    """The distribution of the time until an event.

    Parameters
    ----------
    curve : array, shape (periods + 1,)
        `curve[t]` is the probability that the event does not happen in the first t periods; `curve[0]` is 1
        unless play may begin in an `off` state.
    mean : float
        Expected number of the period in which the event happens, counted from 1, or 0 if play begins in an
        `off` state. Infinite if the event may never happen.
    never : float
        Probability that the event never happens.
    event : str
        The states and signals that are the event, in words.
    status : {"complete"}
        Always complete.

    Examples
    --------
    >>> import negotiation as ng
    >>> stage = ng.StageGame.from_matrices([[9, 1], [10, 3]], [[9, 10], [1, 3]], actions=("CD", "CD"))
    >>> seen = [[[0.9, 0.1], [0.5, 0.5]], [[0.5, 0.5], [0.2, 0.8]]]
    >>> signal = ng.PublicSignal(seen, ("good", "bad"))
    >>> grim = ng.strategies.grim_trigger(stage, ("C", "C"), ("D", "D"), alarm="bad")
    >>> found = ng.survival(ng.RepeatedGame(stage, 0.9, signal), grim, off=["punish"])
    >>> round(found.mean, 6), found.median, found.hazard[:2].round(6).tolist()
    (10.0, 7, [0.1, 0.1])
    """

    curve: FloatArray
    mean: float
    never: float
    event: str
    status: Status = "complete"

    @property
    def median(self) -> int | None:
        """First period by which the event has probability at least one half; `None` if beyond `curve`."""
        below = np.flatnonzero(self.curve <= 0.5)
        return int(below[0]) if len(below) else None

    @property
    def hazard(self) -> FloatArray:
        """Probability of the event in each period if it has not happened before, shape (periods,)."""
        before = self.curve[:-1]
        gone = before - self.curve[1:]
        return np.divide(gone, before, out=np.zeros_like(gone), where=before > 0)

    def table(self) -> Table:
        """Return a table with one row for each period, from 0: survival and hazard."""
        hazard = [None, *self.hazard.tolist()]
        rows = tuple((t, float(s), h) for t, (s, h) in enumerate(zip(self.curve, hazard, strict=True)))
        mean = "no mean: it may never come" if np.isinf(self.mean) else f"mean {self.mean:.6g} periods"
        return Table(f"time to {self.event}: {mean}", ("period", "not yet", "hazard"), rows)


@Takes("survival", (RepeatedGame,))
def survival(
    game: RepeatedGame,
    automaton: Automaton,
    *,
    off: Iterable[str] = (),
    alarms: Iterable[str] = (),
    periods: int = 120,
) -> Survival:
    """Return the distribution of the time until a first alarm, or until play first enters some states.

    Parameters
    ----------
    game : RepeatedGame
        The game, under perfect monitoring or with a public signal.
    automaton : Automaton
        The strategy profile, which all players follow.
    off : iterable of str, optional
        Labels of the states whose entry is the event.
    alarms : iterable of str, optional
        Labels of the signals that are the event. At least one of `off` and `alarms` is required.
    periods : int, optional
        Length of the curve, from 1 to 1,000,000; 120 by default.

    Returns
    -------
    Survival
        The exact distribution, up to rounding, with `.curve`, `.mean`, `.median`, `.hazard` and `.never`.

    Raises
    ------
    InvalidGame
        If the game is not a `RepeatedGame`, no event is given, or `periods` is not a whole number from 1 to
        1,000,000.
    InvalidStrategy
        If `automaton` is no `Automaton`, `alarms` are given and the game has no public signal, or the
        automaton's transitions do not fit the monitoring of the game.
    UnknownState, UnknownSignal
        If the automaton has no state, or the game no signal, with a given label.
    UnknownAction
        If the game lacks an action of the automaton.

    Examples
    --------
    A false alarm, which occurs in one of ten periods, ends the truce:

    >>> from negotiation.game_theory.games import PublicSignal, StageGame
    >>> stage = StageGame([[[0, 0], [1, 1]]], actions=(("stay",), ("keep", "break")))
    >>> signal = PublicSignal([[[0.9, 0.1], [0.5, 0.5]]], ("calm", "alarm"))
    >>> grim = Automaton(["on", "off"], "on", {"on": ("stay", "keep"), "off": ("stay", "break")},
    ...                  {"on": {"calm": "on", "alarm": "off"}, "off": {"calm": "off", "alarm": "off"}})
    >>> found = survival(RepeatedGame(stage, 0.9, signal), grim, off=["off"], periods=2)
    >>> found.curve.round(6).tolist(), round(found.mean, 6)
    ([1.0, 0.9, 0.81], 10.0)
    """
    if expect_count("periods", periods) > NUMERICS.longest_curve:
        raise InvalidGame(
            f"the number of periods must be at most {NUMERICS.longest_curve:,}; got {shown(periods)}"
        )
    ending, ringing = checked_event(game, automaton, off, alarms)
    start, moves = surviving_moves(game, automaton, ending, ringing)
    curve = np.empty(periods + 1)
    # Transposed once: a product from the left would transpose the matrix in every period.
    mass, forward = start, moves.T
    for t in range(periods + 1):
        curve[t] = mass.sum()
        mass = forward @ mass
    read_only(curve)
    mean, never = _mean_and_never(start, moves)
    parts = [f"state {', '.join(sorted(ending))}"] * bool(ending)
    parts += [f"signal {', '.join(sorted(ringing))}"] * bool(ringing)
    return Survival(curve, mean, never, " or ".join(parts))


def checked_event(
    game: RepeatedGame, automaton: Automaton, off: Iterable[str], alarms: Iterable[str]
) -> tuple[frozenset[str], frozenset[str]]:
    """Return the states and the signals of the event, or raise if there are none or one is unknown."""
    if not isinstance(automaton, Automaton):
        raise InvalidStrategy(f"`automaton` must be an Automaton; got {shown(automaton)}")
    ending, ringing = (frozenset(names_given(names) or ()) for names in (off, alarms))
    if not ending and not ringing:
        raise InvalidGame("no event was given; name states as `off` or signals as `alarms`")
    for state in ending:
        UnknownState.unless_in(state, automaton.states)
    if ringing and game.monitoring is None:
        raise InvalidStrategy(
            f"`alarms` names the signals {shown(sorted(ringing, key=str))}, but under perfect monitoring the "
            "game has no signals; name states as `off`, or give the game monitoring=PublicSignal(...)"
        )
    if game.monitoring is not None:
        for signal in ringing:
            game.monitoring.signal_index(signal)
    return ending, ringing


def surviving_moves(
    game: RepeatedGame, automaton: Automaton, ending: frozenset[str], ringing: frozenset[str]
) -> tuple[FloatArray, csr_array]:
    """Return the initial distribution and the moves without the event, shapes (S,) and (S, S)."""
    from scipy.sparse import csr_array

    position = {state: k for k, state in enumerate(automaton.states)}
    start = np.zeros(len(position))
    for state, chance in automaton.start.items():
        # In an `off` state the event has happened before play begins, so this mass does not survive.
        start[position[state]] = 0.0 if state in ending else float(chance)
    rows, columns, chances = [], [], []
    for state in automaton.states:
        if state in ending:
            continue
        for after, chance in _moves(game, automaton, state, ringing).items():
            if after not in ending:
                rows.append(position[state])
                columns.append(position[after])
                chances.append(chance)
    size = len(position)
    return start, csr_array((chances, (rows, columns)), shape=(size, size))


def _moves(game: RepeatedGame, automaton: Automaton, state: str, ringing: frozenset[str]) -> dict[str, float]:
    """Return the probabilities of the next states on the path, without moves through an alarm."""
    profile, signal = automaton.actions[state], game.monitoring
    if signal is None:
        return {s: float(p) for s, p in seen_transitions(game, automaton, state, profile).items()}
    check_signal_keys(automaton, state, signal)
    moves: dict[str, float] = {}
    row = signal.probabilities[game.stage.profile_index(profile)]
    for label, chance in zip(signal.signals, (row / row.sum()).tolist(), strict=True):
        if chance > 0 and label not in ringing:
            for after, p in automaton.next_states(state, label).items():
                moves[after] = moves.get(after, 0.0) + chance * float(p)
    return moves


def _mean_and_never(start: FloatArray, moves: csr_array) -> tuple[float, float]:
    """Return the mean time to the event and the probability that the event never happens.

    The mean is infinite if this probability is positive.
    """
    from scipy.sparse import eye_array
    from scipy.sparse.linalg import spsolve

    # The event may happen at once in states whose row of Q sums to less than 1, and later in those before.
    leaving = 1.0 - np.asarray(moves.sum(axis=1)).ravel() > NUMERICS.surely
    ends = leaving.copy()
    backward = moves.T.tocsr()
    frontier = np.flatnonzero(ends).tolist()
    while frontier:
        state = frontier.pop()
        before = backward.indices[backward.indptr[state] : backward.indptr[state + 1]]
        fresh = [k for k in before.tolist() if not ends[k]]
        ends[fresh] = True
        frontier.extend(fresh)
    ends_at = np.flatnonzero(ends)
    if not len(ends_at):
        return (np.inf if start.sum() > 0 else 0.0), float(start.sum())
    within = moves[ends_at][:, ends_at]
    escape = np.asarray(moves[ends_at].sum(axis=1)).ravel() - np.asarray(within.sum(axis=1)).ravel()
    # Two right-hand sides: 1 gives the mean time. The probability of moving to states from which the event
    # cannot happen gives the probability that it never happens.
    system = (eye_array(len(ends_at)) - within).tocsc()
    solution = spsolve(system, np.column_stack([np.ones(len(ends_at)), escape]))
    times, never = np.asarray(solution).reshape(len(ends_at), 2).T
    trapped = float(start[ends_at] @ never + start.sum() - start[ends_at].sum())
    if trapped > NUMERICS.surely:
        return np.inf, trapped
    return float(start[ends_at] @ times), 0.0
