"""Many seeded plays of an automaton, a referee of the exact time to an event."""

import numpy as np

from negotiation.game_theory.play.tables import play_tables, what_is_seen


def times_to_event(game, automaton, *, off=(), alarms=(), periods, runs, seed):
    """Return the period, from 1, in which each play meets the event; 0 if it begins so, -1 if never met."""
    tables, rng = play_tables(game, automaton), np.random.default_rng(seed)
    ending = np.isin(automaton.states, list(off))
    ringing = np.isin(what_is_seen(game), list(alarms))
    state = drawn(np.broadcast_to(tables.start, (runs, len(tables.start))), rng)
    times = np.where(ending[state], 0, -1)
    for t in range(1, periods + 1):
        signal = drawn(tables.seen[state], rng)
        state = tables.after[state, signal, drawn(tables.chance[state, signal], rng)]
        times[(times < 0) & (ringing[signal] | ending[state])] = t
    return times


def drawn(cumulative, rng):
    """Return a draw from each row of cumulative chances."""
    return (rng.random(len(cumulative))[:, None] >= cumulative).sum(axis=1)


def curve(times, periods):
    """Return the share of plays in which the event has not come in the first t periods."""
    met = np.bincount(times[times >= 0], minlength=periods + 1)
    return 1 - np.cumsum(met) / len(times)
