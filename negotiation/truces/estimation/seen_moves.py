"""Moves as they are seen: when after the signing, of what, whether to a harsher level; on record or drawn.

A drawn record has moments in place of days, and so no two moves at once. Nothing else tells it from the
record of a dispute, so that a model explains it, and its statistics are set beside those of what happened.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from negotiation.play.simulate_moves import simulate_moves
from negotiation.truces.theory_game import TheoryGame
from negotiation.world import Postures


class SeenMove(NamedTuple):
    """A move between two levels of a game.

    Parameters
    ----------
    at : float
        Years since the signing.
    country, instrument, level : str
        Who set what to which level.
    up : bool
        Whether to a harsher one.
    """

    at: float
    country: str
    instrument: str
    level: str
    up: bool


class SeenSpell(NamedTuple):
    """Moves under one agreement.

    Parameters
    ----------
    years : float
        How long it was looked at.
    moves : tuple of SeenMove
        By time.
    """

    years: float
    moves: tuple[SeenMove, ...]


def drawn_spell(found: TheoryGame, opening: Postures, years: float, rng: np.random.Generator) -> SeenSpell:
    """Return moves drawn from the play that a theory forecasts with.

    Parameters
    ----------
    found : TheoryGame
        In a world that stays as it is.
    opening : Postures
        Levels at the signing; the phase is the first.
    years : float
        How long.
    rng : numpy.random.Generator
        Source of the draws.

    Returns
    -------
    SeenSpell
        Changes of the phase alone are not seen.
    """
    start = found.state_of(opening)
    path = simulate_moves(found.game, found.response, start=start, years=years, rng=rng)
    ladders = found.ladders
    shape = tuple(len(labels) for labels in ladders.values())
    states = np.array([found.game.state_index(label) for label in (start, *path.states)])
    places = np.stack(np.unravel_index(states % int(np.prod(shape)), shape), axis=1)
    moves = []
    for at, before, after in zip(path.times.tolist(), places[:-1], places[1:], strict=True):
        for axis in np.flatnonzero(before != after).tolist():  # one at most: a move is of one instrument
            country, instrument = list(ladders)[axis]
            level = ladders[country, instrument][after[axis]]
            moves.append(SeenMove(at, country, instrument, level, bool(after[axis] > before[axis])))
    return SeenSpell(years, tuple(moves))
