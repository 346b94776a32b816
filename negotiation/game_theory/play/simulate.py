"""One seeded play of an automaton: states, actions, signals and payoffs, period by period."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from negotiation.base.drawing import Drawable
from negotiation.base.labelled import Table, Tabular
from negotiation.base.numeric import FloatArray, read_only
from negotiation.base.reading.numbers import expect_count, expect_generator
from negotiation.base.status import Status
from negotiation.errors import InvalidGame, InvalidStrategy
from negotiation.game_theory.games import Profile, RepeatedGame
from negotiation.game_theory.games.capabilities import Takes
from negotiation.game_theory.play.tables import play_tables, what_is_seen
from negotiation.game_theory.strategies import Automaton

# Most periods of one trace.
LONGEST = 10_000_000


@dataclass(frozen=True, eq=False)
class Trace(Tabular, Drawable):
    """One simulated play of an automaton.

    Parameters
    ----------
    states : tuple of str
        The automaton's state in each period.
    profiles : tuple of tuples of str
        The action profile played in each period: one action label for each player.
    signals : tuple of str
        The public signal in each period; "profile" under perfect monitoring.
    payoffs : array, shape (periods, N)
        Expected stage payoffs of the profiles.
    players : tuple of str
        Labels of the columns of `payoffs`.
    status : {"complete"}
        Always complete: nothing is approximated.

    Examples
    --------
    >>> import negotiation as ng
    >>> stage = ng.StageGame.from_matrices([[9, 1], [10, 3]], [[9, 10], [1, 3]], actions=("CD", "CD"))
    >>> seen = [[[0.9, 0.1], [0.5, 0.5]], [[0.5, 0.5], [0.2, 0.8]]]
    >>> signal = ng.PublicSignal(seen, ("good", "bad"))
    >>> grim = ng.strategies.grim_trigger(stage, ("C", "C"), ("D", "D"), alarm="bad")
    >>> print(ng.simulate(ng.RepeatedGame(stage, 0.9, signal), grim, 4, rng=2))
    play
    period  state      0  1  seen  payoff 0  payoff 1
         1  cooperate  C  C  good         9         9
         2  cooperate  C  C  good         9         9
         3  cooperate  C  C  good         9         9
         4  cooperate  C  C  good         9         9
    """

    _figure = "trace:trace_figure"

    states: tuple[str, ...]
    profiles: tuple[Profile, ...]
    signals: tuple[str, ...]
    payoffs: FloatArray
    players: tuple[str, ...]
    status: Status = "complete"

    def __len__(self) -> int:
        return len(self.states)

    def table(self) -> Table:
        """Return a table with one row for each period."""
        columns = ("period", "state", *self.players, "seen", *(f"payoff {player}" for player in self.players))
        rows = tuple(
            (t + 1, state, *profile, signal, *payoffs.tolist())
            for t, (state, profile, signal, payoffs) in enumerate(
                zip(self.states, self.profiles, self.signals, self.payoffs, strict=True)
            )
        )
        return Table("play", columns, rows)


@Takes("a simulation", (RepeatedGame,))
def simulate(
    game: RepeatedGame, automaton: Automaton, periods: int, *, rng: int | np.random.Generator = 0
) -> Trace:
    """Simulate one play of a game in which every player follows an automaton.

    Parameters
    ----------
    game : RepeatedGame
        The game, under perfect monitoring or with a public signal.
    automaton : Automaton
        The strategy profile.
    periods : int
        Number of periods, from 1 to 10,000,000.
    rng : int or numpy.random.Generator, optional
        Seed or generator, 0 by default; the same seed gives the same play to the bit.

    Returns
    -------
    Trace
        States, profiles, signals and payoffs in each period.

    Raises
    ------
    InvalidGame
        If `game` is not a RepeatedGame, or the number of periods is out of range.
    InvalidStrategy, UnknownAction, UnknownSignal
        If `automaton` is not an Automaton that fits the game.
    InvalidNumber
        If `rng` is neither a seed nor a generator.

    Examples
    --------
    >>> from negotiation.game_theory.games import StageGame
    >>> from negotiation.game_theory.strategies import tit_for_tat
    >>> stage = StageGame.from_matrices([[9, 1], [10, 3]], [[9, 10], [1, 3]], actions=("CD", "CD"))
    >>> simulate(RepeatedGame(stage, 0.9), tit_for_tat(stage), 2).states
    ('C, C', 'C, C')
    """
    from negotiation.game_theory.play.kernels.paths import path

    if expect_count("periods", periods) > LONGEST:
        raise InvalidGame(f"the number of periods must lie between 1 and {LONGEST:,}; got {periods}")
    if not isinstance(automaton, Automaton):
        raise InvalidStrategy(f"`automaton` must be an Automaton; got {type(automaton).__name__}")
    tables = play_tables(game, automaton)
    states, signals = np.empty(periods, dtype=np.intp), np.empty(periods, dtype=np.intp)
    seed = expect_generator(rng).integers(0, 2**64, dtype=np.uint64)
    path(seed, tables, states, signals)
    flows = np.stack([game.stage.payoff(automaton.actions[state]) for state in automaton.states])
    payoffs = flows[states]
    read_only(payoffs)
    labels, labels_seen = tuple(automaton.states[k] for k in states.tolist()), what_is_seen(game)
    return Trace(
        labels,
        tuple(automaton.actions[state] for state in labels),
        tuple(labels_seen[y] for y in signals.tolist()),
        payoffs,
        game.stage.players,
    )
