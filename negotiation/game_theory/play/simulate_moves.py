"""One seeded play of a game in continuous time: dated moves, and the events that observers see."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from negotiation.base.labelled import Table, Tabular
from negotiation.base.numeric import FloatArray, read_only
from negotiation.base.reading.numbers import expect_generator, expect_number
from negotiation.base.status import Status
from negotiation.errors import InvalidGame
from negotiation.game_theory.games.continuous_time import ContinuousTimeGame
from negotiation.game_theory.games.kinds import expect_kind
from negotiation.game_theory.strategies.move_choices import MoveStrategies, move_choices

if TYPE_CHECKING:
    from negotiation.game_theory.play.kernels.paths import Drawn

# Moves for which there is room at first; a longer path is drawn again with room for all.
FIRST_ROOM = 1_000

# Expected chances to move beyond which a path is refused.
LONGEST_PATH = 20_000_000


@dataclass(frozen=True, eq=False)
class MovePath(Tabular):
    """One simulated play in continuous time: every move that changed the state or showed an event.

    Parameters
    ----------
    start : str
        The state at time 0.
    times : array, shape (K,)
        Time of each move, in years.
    movers : tuple of str
        Label of the decision maker who moved, or "nature".
    events : tuple of str or None
        The event that observers saw at each move; None if they saw nothing.
    states : tuple of str
        The state after each move.
    years : float
        Length of the play, in years.
    status : {"complete"}
        Always complete: nothing is approximated.

    Examples
    --------
    >>> import negotiation as ng
    >>> options = [[(0, 0), (1, 0, "act")], [(1, 0)]]
    >>> game = ng.ContinuousTimeGame([[0.0], [1.0]], [ng.DecisionMaker(0, 4.0, options, 1.0)], 0.5)
    >>> path = ng.simulate_moves(game, [[1, 0]], start="0", years=10.0)
    >>> len(path), path.movers, path.events
    (1, ('0',), ('act',))
    """

    start: str
    times: FloatArray
    movers: tuple[str, ...]
    events: tuple[str | None, ...]
    states: tuple[str, ...]
    years: float
    status: Status = "complete"

    def __len__(self) -> int:
        return len(self.times)

    def table(self) -> Table:
        """Return a table with one row for each move."""
        rows = tuple(zip(self.times.tolist(), self.movers, self.events, self.states, strict=True))
        return Table(f"{len(self)} moves in {self.years:g} years", ("years", "mover", "event", "state"), rows)


def simulate_moves(
    game: ContinuousTimeGame,
    strategies: MoveStrategies,
    *,
    start: str,
    years: float,
    rng: int | np.random.Generator = 0,
) -> MovePath:
    """Simulate one play of a game in continuous time.

    Parameters
    ----------
    game : ContinuousTimeGame
        The game.
    strategies : ContinuousEquilibrium, LogitResponse or sequence
        An equilibrium or response; or for each decision maker a sequence with, for each state, the position
        of an option or a probability for each option.
    start : str
        Label of the state at time 0.
    years : float
        Length of the play in years, not negative.
    rng : int or numpy.random.Generator, optional
        Seed or generator, 0 by default; the same seed gives the same play to the bit.

    Returns
    -------
    MovePath
        Dated moves, events and states, in a form that `log_likelihood` accepts.

    Raises
    ------
    InvalidGame
        If `game` is not a ContinuousTimeGame, or `years` is not a finite number, is negative, or is so large
        that more than 20,000,000 chances to move are expected.
    InvalidStrategy
        If the strategies do not fit the game.
    UnknownState
        If the game has no state with the label `start`.
    InvalidNumber
        If `rng` is neither a seed nor a generator.

    Examples
    --------
    >>> from negotiation.game_theory.games.continuous_time import DecisionMaker
    >>> maker = DecisionMaker(0, 4.0, [[(0, 0), (1, 0, "act")], [(1, 0)]])
    >>> game = ContinuousTimeGame([[0.0], [0.0]], [maker], 0.5)
    >>> path = simulate_moves(game, [[1, 0]], start="0", years=10.0)
    >>> path.events, path.states
    (('act',), ('1',))
    """
    expect_kind(game, ContinuousTimeGame, "a play of dated moves")
    from negotiation.game_theory.play.kernels.paths import Drawn, MoveTables, draw_moves

    choices = move_choices(game, strategies)
    leaves = game.rates.sum(axis=0) + np.bincount(game.nature.sources, game.nature.rates, game.n_states)
    years = expect_number("`years`", years, InvalidGame)
    if not (np.isfinite(years) and years >= 0.0) or float(leaves.max()) * years > LONGEST_PATH:
        raise InvalidGame(
            f"years must be finite, not negative, and bring at most {LONGEST_PATH:,} chances to move; got "
            f"{years:g} years, with up to {leaves.max():g} chances a year. Simulate a shorter time"
        )
    starts, running = [np.zeros(1, dtype=np.intp)], []
    for rows, each in zip(game.options, choices, strict=True):
        starts.append(rows.indptr[1:] + starts[-1][-1])
        sums, begins = np.cumsum(each.flat), rows.indptr[:-1]
        running.append(sums - np.repeat(sums[begins] - each.flat[begins], np.diff(rows.indptr)))
    none = np.empty(0)
    tables = MoveTables(
        np.ascontiguousarray(game.rates),
        np.concatenate(starts),
        np.concatenate([none, *running]),
        np.concatenate([none.astype(np.intp), *(rows.targets for rows in game.options)]),
        np.concatenate([none.astype(np.bool_), *(rows.events >= 0 for rows in game.options)]),
        *game.nature,
    )
    seed = expect_generator(rng).integers(0, 2**64, dtype=np.uint64)
    first, room, count = game.state_index(start), 0, FIRST_ROOM
    while room < count:
        room = count
        drawn = Drawn(np.empty(room), *(np.empty(room, dtype=np.intp) for _ in range(3)))
        count = int(draw_moves(seed, tables, first, float(years), drawn))
    return _path(game, start, float(years), drawn, count)


def _path(game: ContinuousTimeGame, start: str, years: float, drawn: Drawn, count: int) -> MovePath:
    """Return a drawn path of `count` moves, with labels in place of positions."""
    begins = np.cumsum([0, *(rows.n_options for rows in game.options)])
    movers: list[str] = []
    events: list[str | None] = []
    for m, j in zip(drawn.makers[:count].tolist(), drawn.options[:count].tolist(), strict=True):
        nature = m == len(game.makers)
        movers.append("nature" if nature else str(game.makers[m].label))
        events.append(None if nature else game.options[m].event(j - int(begins[m])))
    times = drawn.times[:count]
    read_only(times)
    named = tuple(game.states[s] for s in drawn.states[:count].tolist())
    return MovePath(start, times, tuple(movers), tuple(events), named, years)
