"""Compiled: intensities at the joint levels that a record passes through, by phase before and phase after."""

from __future__ import annotations

from negotiation.base.numeric import FloatArray, IntArray
from negotiation.game_theory.compiling import njit
from negotiation.game_theory.games.nature_rates import NatureRates


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
