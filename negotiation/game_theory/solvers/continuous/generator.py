"""The process that play induces in a game in continuous time: its generator and the intensities of events.

An option with an event causes the event whenever it is taken, even if it does not change the state. The
off-diagonal entries of the generator are the rates of changes of state. The generator without an event keeps
the event's whole intensity, with a minus sign, on the diagonal. Cost: one pass through the options.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array, diags_array

from negotiation.base.numeric import BoolArray, FloatArray, IntArray, is_probability_vector
from negotiation.base.reading.numbers import expect_number
from negotiation.errors import InvalidProbabilities, shown
from negotiation.game_theory.games.continuous_time import ContinuousTimeGame
from negotiation.game_theory.solvers.continuous.uniformisation import Uniformised, uniformised
from negotiation.game_theory.strategies.move_choices import MoveStrategies, move_choices

# A state, a mapping from states to probabilities, or a probability for each state.
Start: TypeAlias = str | Mapping[str, float] | npt.ArrayLike


@dataclass(frozen=True, eq=False)
class Process:
    """The intensities of a game under given play."""

    game: ContinuousTimeGame
    # (S, S): moves per year from state to state, with events that change no state on the diagonal.
    moves: csr_array
    # (S, S): for each requested event, the part of `moves` that shows it.
    shown: Mapping[str, csr_array]
    # (K,): the same by option or move of nature; `shows` is the position of its event among the requested
    # ones, or -1.
    sources: IntArray
    targets: IntArray
    rates: FloatArray
    shows: IntArray

    @property
    def most_terms(self) -> int:
        """The largest number of rates that are added up for one state."""
        return int(np.bincount(self.sources).max(initial=0))

    def passing(self, without: Sequence[str] = ()) -> csr_array:
        """Return the rates of moves to other states, without some events, shape (S, S)."""
        kept = ~self._shows(without) & (self.sources != self.targets)
        place = (self.sources[kept], self.targets[kept])
        return csr_array((self.rates[kept], place), shape=self.moves.shape)

    def generator(self, without: Sequence[str] = ()) -> csr_array:
        """Return the generator without the off-diagonal rates of some events, shape (S, S).

        A row sums to minus the intensity of these events. Rates are added and never subtracted, so a state to
        which only these events lead has probability exactly 0.
        """
        counted = self._shows(without) | (self.sources != self.targets)
        leaves = np.zeros(self.game.n_states)
        np.add.at(leaves, self.sources[counted], self.rates[counted])
        return csr_array(self.passing(without) - diags_array(leaves))

    def chain(self, without: Sequence[str] = ()) -> Uniformised:
        """Return the generator without some events as a chain in discrete time."""
        return uniformised(self.generator(without), self.most_terms)

    def _shows(self, events: Sequence[str]) -> BoolArray:
        """Return which rates show one of some events, shape (K,)."""
        showing: BoolArray = np.isin(self.shows, [k for k, event in enumerate(self.shown) if event in events])
        return showing


def intensity(moves: csr_array) -> FloatArray:
    """Return the total rate per year of some moves by state, shape (S,).

    Shapes: `moves` (S, S).
    """
    total: FloatArray = np.asarray(moves.sum(axis=1), dtype=np.float64).ravel()
    return total


def process(game: ContinuousTimeGame, strategies: MoveStrategies, events: Iterable[str] = ()) -> Process:
    """Return the process that strategies induce in a game, with the given events kept apart."""
    choices = move_choices(game, strategies)
    wanted = tuple(dict.fromkeys(events))
    codes = game.event_codes(wanted)
    sources, targets, rates, shows = [game.nature.sources], [game.nature.targets], [game.nature.rates], []
    shows.append(np.full(len(game.nature.rates), -1, dtype=np.intp))
    for m, rows in enumerate(game.options):
        # An option that stays in its state and shows no event is left out.
        kept = (rows.targets != rows.sources) | (rows.events >= 0)
        sources.append(rows.sources[kept])
        targets.append(rows.targets[kept])
        rates.append((game.rates[m][rows.sources] * np.maximum(choices[m].flat, 0.0))[kept])
        shows.append(codes[m][kept])
    flows, shape = np.concatenate(rates), (game.n_states, game.n_states)
    happens = flows > 0.0
    flows = flows[happens]
    heads, goals, code = (np.concatenate(parts)[happens] for parts in (sources, targets, shows))
    shown = {}
    for k, event in enumerate(wanted):
        part = code == k
        shown[event] = csr_array((flows[part], (heads[part], goals[part])), shape=shape)
    return Process(game, csr_array((flows, (heads, goals)), shape=shape), shown, heads, goals, flows, code)


def start_distribution(game: ContinuousTimeGame, start: Start) -> FloatArray:
    """Return the initial distribution over states, shape (S,), or raise if it is not one."""
    chances = np.zeros(game.n_states)
    if isinstance(start, str):
        chances[game.state_index(start)] = 1.0
        return chances
    if isinstance(start, Mapping):
        for state, chance in start.items():
            chances[game.state_index(state)] = expect_number(
                f"the probability of {shown(state)} in `start`", chance, InvalidProbabilities
            )
    else:
        given = np.asarray(start, dtype=np.float64)
        if given.shape != chances.shape:
            raise InvalidProbabilities(
                "`start` must be a state, a mapping from states to probabilities, or an array with the "
                f"probability of each state, shape {chances.shape}; got {shown(start)}"
            )
        chances[:] = given
    if not (np.isfinite(chances).all() and is_probability_vector(chances)):
        raise InvalidProbabilities(
            "the probabilities of `start` must not be negative, and must sum to 1; the least is "
            f"{float(chances.min())!r}, and the sum is {float(chances.sum())!r}"
        )
    return chances
