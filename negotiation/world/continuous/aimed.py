"""Play that goes, one move at a time, to the levels that each phase aims at.

At a chance to move a maker takes, with equal chances, one of its instruments that do not stand at the aim of
the phase, and moves it towards the aim, as far as one move goes; where all stand there it stays.
"""

from __future__ import annotations

import numpy as np

from negotiation.games import ContinuousTimeGame, OptionRows
from negotiation.numeric import FloatArray, IntArray, read_only
from negotiation.strategies.move_choices import MoveChoices
from negotiation.world.continuous.draft import Draft


def aimed_choices(draft: Draft, game: ContinuousTimeGame) -> tuple[MoveChoices, ...]:
    """Return the choices of each decision maker that goes to the aims of the phases.

    Parameters
    ----------
    draft : Draft
        The states; an instrument that no phase aims at is left where it stands.
    game : ContinuousTimeGame
        The game of the draft.
    """
    levels, aims = _levels(draft)
    return tuple(_aimed(rows, levels, aims) for rows in game.options)


def _levels(draft: Draft) -> tuple[IntArray, IntArray]:
    """Return by state and instrument the level, and the aim of the phase there, shape (S, instruments)."""
    levels = np.empty((draft.n_levels, len(draft.pairs)), dtype=np.intp)
    aims = np.empty((len(draft.phases), *levels.shape), dtype=np.intp)
    for block in draft.blocks:
        part = slice(block.begin, block.begin + block.size)
        for axis in range(len(draft.pairs)):
            levels[part, axis] = block.positions(axis)
            wanted = draft.aims(block, axis)
            aims[:, part, axis] = levels[part, axis] if wanted is None else wanted[:, None]
    return np.tile(levels, (len(draft.phases), 1)), aims.reshape(-1, levels.shape[1])


def _aimed(rows: OptionRows, levels: IntArray, aims: IntArray) -> MoveChoices:
    """Return a maker's choices: equal chances for the farthest move of each instrument towards its aim."""
    sources = rows.sources
    before, after = levels[sources], levels[rows.targets]
    axis = (before != after).argmax(axis=1)
    every = np.arange(len(sources))
    goal = aims[sources][every, axis]
    nearer = abs(before[every, axis] - goal) - abs(after[every, axis] - goal)
    width = levels.shape[1]
    best = np.zeros((len(rows.indptr) - 1) * width, dtype=np.intp)
    np.maximum.at(best, sources * width + axis, nearer)
    wanted = (nearer > 0) & (nearer == best[sources * width + axis])
    counts = np.add.reduceat(wanted.astype(np.intp), rows.indptr[:-1])
    stays = (rows.targets == sources) & (counts[sources] == 0)
    chances: FloatArray = np.where(wanted, 1.0 / np.maximum(counts[sources], 1), stays.astype(np.float64))
    read_only(chances)
    return MoveChoices(chances, rows.indptr)
