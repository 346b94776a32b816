"""Moves as they are seen: when after the signing, of what, whether to a harsher level; on record or drawn.

A drawn record has moments in place of days, and so no two moves at once. Nothing else tells it from the
record of a dispute, so that a model explains it, and its statistics are set beside those of what happened.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from negotiation.disputes import Postures
from negotiation.game_theory.play.simulate_moves import simulate_moves
from negotiation.truces.theories.common.theory_game import TheoryGame


class SeenMove(NamedTuple):
    """A move between two levels of a game."""

    at: float
    # country, instrument, level: Who set what to which level.
    country: str
    instrument: str
    level: str
    up: bool


class SeenSpell(NamedTuple):
    """Moves under one agreement."""

    # How long it was looked at.
    years: float
    moves: tuple[SeenMove, ...]


def drawn_spell(found: TheoryGame, opening: Postures, years: float, rng: np.random.Generator) -> SeenSpell:
    """Return moves drawn from the play that a theory forecasts with."""
    start = found.state_of(opening)
    path = simulate_moves(found.game, found.response, start=start, years=years, rng=rng)
    states = [found.game.state_index(label) for label in (start, *path.states)]
    return SeenSpell(years, _changes(found, states, path.times.tolist()))


def random_spell(
    found: TheoryGame, opening: Postures, years: float, rate: float, rng: np.random.Generator
) -> SeenSpell:
    """Return moves that come at a rate, each lawful one as likely as any other."""
    game, levels = found.game, found.game.n_states // len(found.phases)
    states, times, at = [game.state_index(found.state_of(opening))], [], rng.exponential(1 / rate)
    while at < years:
        here = states[-1]
        targets = np.concatenate([rows.targets[rows.row(here)] for rows in game.options])
        states.append(int(rng.choice(targets[targets != here])) % levels)
        times.append(at)
        at += rng.exponential(1 / rate)
    return SeenSpell(years, _changes(found, states, times))


def _changes(found: TheoryGame, states: list[int], times: list[float]) -> tuple[SeenMove, ...]:
    """Return what was seen on a path: from each state to the next at a time, if a level changed."""
    ladders = found.ladders
    shape = tuple(len(labels) for labels in ladders.values())
    places = np.stack(np.unravel_index(np.array(states) % int(np.prod(shape)), shape), axis=1)
    moves = []
    for at, before, after in zip(times, places[:-1], places[1:], strict=True):
        for axis in np.flatnonzero(before != after).tolist():  # one at most: a move is of one instrument
            country, instrument = list(ladders)[axis]
            level = ladders[country, instrument][after[axis]]
            moves.append(SeenMove(at, country, instrument, level, bool(after[axis] > before[axis])))
    return tuple(moves)
