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

from negotiation.base.numeric import FloatArray, IntArray
from negotiation.game_theory.compiling import njit
from negotiation.game_theory.games import ContinuousTimeGame
from negotiation.game_theory.games.continuous_time import NatureRates
from negotiation.game_theory.strategies.move_choices import MoveChoices


def log_densities_of_moves(
    game: ContinuousTimeGame,
    choices: Sequence[MoveChoices],
    places: Sequence[IntArray],
    waits: Sequence[float],
) -> FloatArray:
    """Return the log density of each move and of the quiet time after the last.

    Shapes: `places` (P,); returns (moves + 1,).
    """
    found = np.zeros(len(waits))
    here = np.array(places, dtype=np.intp)
    quiet, moves = _intensities(game, choices, here)
    phase = np.zeros(here.shape[1])
    phase[0] = 1.0
    # The forward filter of a hidden Markov model: the chances of the phases, given all moves so far, are
    # carried over the quiet time by exp(Q wait) and over the move by its intensities. What is left of their
    # sum is the density of quiet and move, and they are scaled to one again, so that nothing underflows.
    for k, wait in enumerate(waits):
        after = phase @ expm(quiet[k] * wait) if wait > 0.0 else phase
        if k < len(waits) - 1:  # after the last move there is quiet alone
            after = after @ moves[k]
        mass = float(after.sum())
        if mass <= 0.0:  # impossible: what comes after it is left at zero
            found[k] = -np.inf
            break
        found[k], phase = np.log(mass), after / mass
    return found


def _intensities(
    game: ContinuousTimeGame, choices: Sequence[MoveChoices], here: IntArray
) -> tuple[FloatArray, FloatArray]:
    """Return what happens at each of the joint levels on the way, by phase before and phase after.

    These are the rates between phases, less the intensities of moves, which would be seen, shape (T, P, P);
    and the intensities of moves to the next joint level, shape (T - 1, P, P).
    """
    times, phases = here.shape
    quiet, moves = np.zeros((times, phases, phases)), np.zeros((times - 1, phases, phases))
    add_nature(game.nature, here, quiet)
    for m, rows in enumerate(game.options):
        add_maker(rows.indptr, rows.targets, choices[m].flat, game.rates[m], here, quiet, moves)
    return quiet, moves


@njit(cache=True)
def add_nature(nature: NatureRates, here: IntArray, quiet: FloatArray) -> None:
    """Add the rates at which phases move by themselves.

    Shapes: `here` (T, P), `quiet` (T, P, P).
    """
    # Q of phases at fixed levels: off the diagonal what leads to another phase at these levels, on it minus
    # all that leads away, moves to other levels among it, since these would be seen.
    for k in range(here.shape[0]):
        for p in range(here.shape[1]):
            for j in range(nature.indptr[here[k, p]], nature.indptr[here[k, p] + 1]):
                quiet[k, p, p] -= nature.rates[j]
                for q in range(here.shape[1]):
                    if nature.targets[j] == here[k, q]:
                        quiet[k, p, q] += nature.rates[j]


@njit(cache=True)
def add_maker(
    indptr: IntArray,
    targets: IntArray,
    chances: FloatArray,
    rates: FloatArray,
    here: IntArray,
    quiet: FloatArray,
    moves: FloatArray,
) -> None:
    """Take the intensities of a maker's moves from the quiet, and add those that lead to the next levels.

    Shapes: `rates` (S,), `here` (T, P), `quiet`, `moves` (T, P, P) and (T - 1, P, P).
    """
    # A move is made at the rate of its maker times the chance of the option. One that stays at these levels,
    # in whatever phase, is not seen and changes nothing; every other one ends the quiet, and those to the
    # levels that came next make the density of that move.
    times, phases = here.shape
    for k in range(times):
        for p in range(phases):
            rate = rates[here[k, p]]
            for j in range(indptr[here[k, p]], indptr[here[k, p] + 1]):
                seen = True
                for q in range(phases):
                    if targets[j] == here[k, q]:
                        seen = False
                    if k + 1 < times and targets[j] == here[k + 1, q]:
                        moves[k, p, q] += rate * chances[j]
                if seen:
                    quiet[k, p, p] -= rate * chances[j]
