"""Observed moves: the time after the signing, the instrument, the direction; on record or drawn.

A drawn record has exact times instead of days, and so no simultaneous moves. Otherwise it has the form of a
dispute's record, so that a model can explain it and its statistics can be compared.

The density of a record: levels are seen, the phase of the agreement is not. Between moves the phase changes
only by nature: an answer ends, or the term ends. At a move from one joint level to the next, phases change at
the intensities of all options with these levels. So the filter has as many states as there are phases,
whatever the size of the game (`log_likelihood` does the same for single steps).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from scipy.linalg import expm

from negotiation.base.numeric import FloatArray, IntArray
from negotiation.disputes import Postures
from negotiation.game_theory.compiling import njit
from negotiation.game_theory.games import ContinuousTimeGame
from negotiation.game_theory.games.continuous_time import NatureRates
from negotiation.game_theory.play.simulate_moves import simulate_moves
from negotiation.game_theory.strategies.move_choices import MoveChoices
from negotiation.truces.theories.common.theory_game import TheoryGame


def log_densities_of_moves(
    game: ContinuousTimeGame,
    choices: Sequence[MoveChoices],
    places: Sequence[IntArray],
    waits: Sequence[float],
) -> FloatArray:
    """Return the log density of each move and of the quiet time after the last, shape (moves + 1,).

    `places` are the states at the levels before each move and after the last, each of shape (P,), one state
    for each of the P phases. `waits` are the years before each move and after the last.
    """
    densities = np.zeros(len(waits))
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
            densities[k] = -np.inf
            break
        densities[k], phase = np.log(mass), after / mass
    return densities


def _intensities(
    game: ContinuousTimeGame, choices: Sequence[MoveChoices], here: IntArray
) -> tuple[FloatArray, FloatArray]:
    """Return the intensities at each joint level of the path, by the phases before and after.

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
    """Add the rates at which phases change by themselves to `quiet`.

    Shapes: `here` (T, P), `quiet` (T, P, P), for T joint levels and P phases.
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
    """Subtract a maker's intensities from the quiet rates, and add its intensities of moves to next levels.

    Shapes: `rates` (S,), `here` (T, P), `quiet` (T, P, P), `moves` (T - 1, P, P), for S states, T joint
    levels and P phases.
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


def drawn_spell(
    theory_game: TheoryGame, opening: Postures, years: float, rng: np.random.Generator
) -> SeenSpell:
    """Return moves drawn from the play with which a theory forecasts."""
    start = theory_game.state_of(opening)
    path = simulate_moves(theory_game.game, theory_game.response, start=start, years=years, rng=rng)
    states = [theory_game.game.state_index(label) for label in (start, *path.states)]
    return SeenSpell(years, _changes(theory_game, states, path.times.tolist()))


def random_spell(
    theory_game: TheoryGame, opening: Postures, years: float, rate: float, rng: np.random.Generator
) -> SeenSpell:
    """Return random moves at a rate, with all lawful moves equally likely."""
    game, levels = theory_game.game, theory_game.game.n_states // len(theory_game.phases)
    states, times, at = [game.state_index(theory_game.state_of(opening))], [], rng.exponential(1 / rate)
    while at < years:
        here = states[-1]
        targets = np.concatenate([rows.targets[rows.row(here)] for rows in game.options])
        states.append(int(rng.choice(targets[targets != here])) % levels)
        times.append(at)
        at += rng.exponential(1 / rate)
    return SeenSpell(years, _changes(theory_game, states, times))


def _changes(theory_game: TheoryGame, states: list[int], times: list[float]) -> tuple[SeenMove, ...]:
    """Return the observations of a path: each change of level, with its time."""
    ladders = theory_game.ladders
    shape = tuple(len(labels) for labels in ladders.values())
    places = np.stack(np.unravel_index(np.array(states) % int(np.prod(shape)), shape), axis=1)
    moves = []
    for at, before, after in zip(times, places[:-1], places[1:], strict=True):
        for axis in np.flatnonzero(before != after).tolist():  # one at most: a move is of one instrument
            country, instrument = list(ladders)[axis]
            level = ladders[country, instrument][after[axis]]
            moves.append(SeenMove(at, country, instrument, level, bool(after[axis] > before[axis])))
    return tuple(moves)
