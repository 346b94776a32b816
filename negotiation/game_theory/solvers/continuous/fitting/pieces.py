"""Paths cut where the state is known, so that equal pieces are computed once, and all together.

What follows a known state does not depend on what came before it. There a path falls into pieces, each with
a density of its own. Where all moves are seen and no part of the state is hidden, a piece is one wait and one
move. Pieces that are the same count once with a weight. Which states are possible depends on the form of the
game alone, since a rate is positive at all parameters or at none. So a row that cannot happen is refused.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from scipy.sparse import coo_array, csr_array

from negotiation.base.numeric import FloatArray, IntArray
from negotiation.errors import InvalidGame, UnknownEvent, shown
from negotiation.game_theory.games.continuous_time import ContinuousTimeGame
from negotiation.game_theory.solvers.continuous.fitting.filtering import Steps
from negotiation.game_theory.solvers.continuous.fitting.records import Path
from negotiation.game_theory.solvers.continuous.generator import start_distribution
from negotiation.game_theory.solvers.continuous.numerics import NUMERICS


class Block(NamedTuple):
    """Pieces that are computed together, and how often each cluster has each of them."""

    steps: Steps
    # (clusters, C)
    weights: csr_array
    # Whether events are seen in them.
    watched: bool


class _Piece(NamedTuple):
    """Where a piece begins, and its steps: a wait, and the positions of what is seen then."""

    begin: bytes
    steps: tuple[tuple[float, int, int], ...]


class _Form:
    """What can follow what in a game, at whatever parameters."""

    def __init__(self, game: ContinuousTimeGame, events: Sequence[str], shows: IntArray) -> None:
        rows = game.options
        self.game, self.events, self.shows = game, events, shows
        self.sources = np.concatenate([*(r.sources for r in rows), game.nature.sources])
        self.targets = np.concatenate([*(r.targets for r in rows), game.nature.targets])
        taken = [rates[r.sources] > 0.0 for rates, r in zip(game.rates, rows, strict=True)]
        self.happens = np.concatenate([*taken, game.nature.rates > 0.0])
        self._reached: dict[int, frozenset[int]] = {}
        self._after: dict[tuple[int, int], frozenset[int]] = {}
        unseen = self.happens & (shows < 0)
        self._next: list[list[int]] = [[] for _ in range(game.n_states)]
        for s, goal in zip(self.sources[unseen].tolist(), self.targets[unseen].tolist(), strict=True):
            self._next[s].append(goal)

    def unseen(self, states: frozenset[int]) -> frozenset[int]:
        """Return where play may be after a time in which nothing is seen."""
        for s in states:
            if s not in self._reached:
                found, ahead = {s}, [s]
                while ahead:
                    new = {*self._next[ahead.pop()]} - found
                    found |= new
                    ahead += new
                self._reached[s] = frozenset(found)
        return frozenset().union(*(self._reached[s] for s in states))

    def shown(self, states: frozenset[int], event: int) -> frozenset[int]:
        """Return where play may be right after an event."""
        for s in states:
            if (s, event) not in self._after:
                by = self.happens & (self.sources == s) & (self.shows == event)
                self._after[s, event] = frozenset(self.targets[by].tolist())
        return frozenset().union(*(self._after[s, event] for s in states))

    def cut(self, path: Path) -> Iterator[_Piece]:
        """Yield the pieces of a path, or say which row cannot happen."""
        start = start_distribution(self.game, path.start)
        states, begin, at = frozenset(np.flatnonzero(start).tolist()), start.tobytes(), 0.0
        steps: list[tuple[float, int, int]] = []
        for k, row in enumerate(path.rows):
            event = state = -1
            # In so many digits waits between dates are alike that are meant to be.
            wait = float(f"{row.years - at:.12g}")
            states = self.unseen(states) if wait > 0.0 else states
            before = states
            if row.event is not None:
                UnknownEvent.unless_in(row.event, self.events)
                event = self.events.index(row.event)
                states = self.shown(states, event)
            if row.state is not None:
                state = self.game.state_index(row.state)
                states &= {state}
            if not states:
                what = " and ".join(f"{x!r}" for x in (row.event, row.state) if x is not None)
                where = shown([self.game.states[s] for s in before])
                raise InvalidGame(
                    f"row {k + 1} after the start of path {path.label!r}, {what} at {row.years:g} years, "
                    f"cannot happen: before it play is in {where}, and no option or move of nature with a "
                    "positive rate at the start leads on. Correct the row, begin where the rate is positive, "
                    "or give the game such a move"
                )
            steps.append((wait, event, state))
            at = row.years
            if len(states) == 1:
                yield _Piece(begin, tuple(steps))
                known = np.zeros(self.game.n_states)
                known[[*states]] = 1.0
                begin, steps = known.tobytes(), []
        if steps:
            yield _Piece(begin, tuple(steps))


def shows_of(game: ContinuousTimeGame, events: Sequence[str]) -> IntArray:
    """Return the position of what each option and each move of nature shows, -1 for none, shape (K + Q,)."""
    return np.concatenate([*game.event_codes(events), np.full(len(game.nature.rates), -1)]).astype(np.intp)


def blocks_of(
    game: ContinuousTimeGame, paths: Sequence[Path], events: Sequence[str]
) -> tuple[list[Block], FloatArray]:
    """Return the blocks of pieces of some paths, and how many clusters each row of weights stands for."""
    times = {path.cluster: path.times for path in paths}
    clusters = {label: k for k, label in enumerate(times)}
    found: list[Block] = []
    for watched in (True, False):
        seen = events if watched else ()
        form = _Form(game, seen, shows_of(game, seen))
        counts: dict[_Piece, dict[int, float]] = {}
        for path in paths:
            if path.watched == watched:
                for piece in form.cut(path):
                    mine = counts.setdefault(piece, {})
                    cluster = clusters[path.cluster]
                    mine[cluster] = mine.get(cluster, 0.0) + path.weight
        most = max(1, NUMERICS.most_together // max(game.n_states, len(form.sources)))
        pieces = sorted(counts, key=lambda piece: len(piece.steps))
        for first in range(0, len(pieces), most):
            part = pieces[first : first + most]
            entries = [(c, k, w) for k, piece in enumerate(part) for c, w in counts[piece].items()]
            rows, columns, weights = zip(*entries, strict=True)
            matrix = coo_array((weights, (rows, columns)), shape=(len(clusters), len(part)))
            found.append(Block(_steps(part), csr_array(matrix), watched))
    return found, np.array([*times.values()])


def _steps(pieces: Sequence[_Piece]) -> Steps:
    """Return pieces side by side, the shorter ones filled up with steps without time."""
    shape = (len(pieces[-1].steps), len(pieces))
    waits, events, states = np.zeros(shape), np.full(shape, -1), np.full(shape, -1)
    for c, piece in enumerate(pieces):
        for n, step in enumerate(piece.steps):
            waits[n, c], events[n, c], states[n, c] = step
    begins = np.stack([np.frombuffer(piece.begin) for piece in pieces], axis=1)
    return Steps(begins, waits, events, states)
