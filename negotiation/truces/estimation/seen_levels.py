"""The density of dated moves whose levels are seen, while the phase of the agreement is not.

Between moves the phase goes on by nature alone: an answer ends, the term ends. At a move from one joint level
to the next, each phase leads to the phases after it at the intensities of all options with these levels. So
the filter has as many states as there are phases, whatever the size of the game (`log_likelihood` says the
same of single steps, by the whole of the game).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.linalg import expm

from negotiation.games import ContinuousTimeGame
from negotiation.numeric import FloatArray, IntArray
from negotiation.strategies.move_choices import MoveChoices


def log_densities_of_moves(
    game: ContinuousTimeGame,
    choices: Sequence[MoveChoices],
    places: Sequence[IntArray],
    waits: Sequence[float],
) -> FloatArray:
    """Return the log density of each move and of the quiet time after the last.

    Parameters
    ----------
    game : ContinuousTimeGame
        With phases.
    choices : sequence of MoveChoices
        By maker, how it is played.
    places : sequence of array of int, shape (P,)
        States at the joint levels in force, by phase: at first, and after each move.
    waits : sequence of float
        Years before each move, and after the last; one more than there are moves.

    Returns
    -------
    array, shape (moves + 1,)
        Densities per year of the moves, each with the quiet time before it, and the log probability of the
        last quiet time. What comes after an impossible move counts 0.
    """
    found = np.zeros(len(waits))
    phase = np.zeros(len(places[0]))
    phase[0] = 1.0
    for k, wait in enumerate(waits):
        here = places[k]
        after = phase @ expm(_quiet(game, choices, here) * wait) if wait > 0.0 else phase
        if k < len(waits) - 1:
            after = after @ _intensities(game, choices, here, places[k + 1])
        mass = float(after.sum())
        if mass <= 0.0:
            found[k] = -np.inf
            break
        found[k], phase = np.log(mass), after / mass
    return found


def _quiet(game: ContinuousTimeGame, choices: Sequence[MoveChoices], here: IntArray) -> FloatArray:
    """Return the rates between phases at some levels, less the intensities of moves, which would be seen."""
    rates = np.zeros((len(here), len(here)))
    for p, state in enumerate(here.tolist()):
        of_nature = slice(*game.nature.indptr[state : state + 2].tolist())
        for target, rate in zip(game.nature.targets[of_nature], game.nature.rates[of_nature], strict=True):
            rates[p, here == target] += rate
            rates[p, p] -= rate
    for m, rows in enumerate(game.options):
        for p, state in enumerate(here.tolist()):
            part = rows.row(state)
            moving = ~np.isin(rows.targets[part], here)
            rates[p, p] -= game.rates[m, state] * choices[m][state][moving].sum()
    return rates


def _intensities(
    game: ContinuousTimeGame, choices: Sequence[MoveChoices], here: IntArray, there: IntArray
) -> FloatArray:
    """Return the intensities of moves from some levels to others, by phase before and phase after."""
    found = np.zeros((len(here), len(there)))
    for m, rows in enumerate(game.options):
        for p, state in enumerate(here.tolist()):
            targets = rows.targets[rows.row(state)]
            for q, target in enumerate(there.tolist()):
                found[p, q] += game.rates[m, state] * choices[m][state][targets == target].sum()
    return found
