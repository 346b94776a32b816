"""The probabilities of events in many windows of time from many starts, in one pass for each start.

The probability that an event occurs between s and s + t is one minus the mass of p(s) exp(Q_e t), where Q_e
is the generator without the event's intensities. The vectors P_e^k 1 of uniformisation (`uniformisation.py`)
are computed one after another for all events, and each window adds its Poisson-weighted sum of them. The
vectors are the same for all starts, and are kept as far as memory allows. The expected number of events in a
period is an integral of the same kind. Cost: once per game, slightly more products with the generator than
jumps are expected in the longest window, each with one column per event. For each start, its distribution at
the beginning of each window is computed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from scipy.sparse import csr_array
from scipy.special import pdtrc

from negotiation.base.numeric import FloatArray, read_only
from negotiation.errors import InvalidGame, shown
from negotiation.game_theory.games.continuous_time import ContinuousTimeGame
from negotiation.game_theory.solvers.continuous.generator import Start, intensity, process, start_distribution
from negotiation.game_theory.solvers.continuous.numerics import NUMERICS
from negotiation.game_theory.solvers.continuous.uniformisation import (
    checked_years,
    expect_jumps,
    poisson,
    propagate,
)
from negotiation.game_theory.strategies.move_choices import MoveStrategies


class WindowChances:
    """A game under given play, prepared for many windows of time."""

    def __init__(self, game: ContinuousTimeGame, strategies: MoveStrategies) -> None:
        dynamics = process(game, strategies, game.events)
        self.game = game
        self._generator, self._chain = dynamics.generator(), dynamics.chain()
        self._shown = tuple(dynamics.shown[event] for event in game.events)
        rates = -self._generator.diagonal()
        # Events that change no state are not on the diagonal of the generator, but count here. There is one
        # rate for all events, such that P = I + Q / rate has no negative entry without any of them.
        self._fastest = float(max(rates.max(initial=0.0), intensity(dynamics.moves).max(initial=0.0))) or 1.0
        self._expected: dict[float, FloatArray] = {}
        self._powers = [np.ones((game.n_states, len(game.events)))]

    @property
    def events(self) -> tuple[str, ...]:
        """The events, in the order of the columns."""
        return self.game.events

    def chances(self, start: Start, windows: Sequence[tuple[float, float]]) -> FloatArray:
        """Return the probability that each event occurs in each window, shape (windows, events).

        A window is a pair (begin, end) in years since the start. Windows must be ordered by their beginnings.
        """
        begins = checked_years([begin for begin, _ in windows])
        lengths = np.array([end for _, end in windows], dtype=np.float64) - begins
        if not (np.isfinite(lengths).all() and (lengths >= 0.0).all()):
            raise InvalidGame(
                f"a window must be finite, and must not end before it begins; got {shown(list(windows))}"
            )
        before = propagate(self._chain, start_distribution(self.game, start), begins).chances
        none = np.repeat(before.sum(axis=1)[:, None], len(self.events), axis=1)
        if not self.events:
            return none
        jumps = self._fastest * lengths
        count = self._count(float(jumps.max()))
        shares, quiet = np.stack([poisson(each, count) for each in jumps.tolist()]), np.zeros_like(none)
        reached = np.flatnonzero(before.any(axis=0))
        # If few states are reached, as after little time, a part of the rows suffices.
        few = len(reached) < self.game.n_states / 2
        masses = before[:, reached] if few else before
        for k, columns in enumerate(self._columns(count)):
            quiet += shares[:, k : k + 1] * (masses @ (columns[reached] if few else columns))
        # The truncated part of the sum is at most the Poisson tail, which is below rounding.
        chances: FloatArray = np.clip(none - quiet, 0.0, 1.0)
        return chances

    def expected(self, start: Start, years: float) -> float:
        """Return the expected number of all events together in the first `years` years."""
        if years not in self._expected:
            self._expected[years] = self._integral(float(checked_years(years)[0]))
        return float(start_distribution(self.game, start) @ self._expected[years])

    def _integral(self, years: float) -> FloatArray:
        """Return the integral of exp(Q s) r over `years`, with r the intensity of all events, shape (S,)."""
        rate = np.zeros(self.game.n_states)
        for part in self._shown:
            rate += intensity(part)
        jumps = self._fastest * years
        tails = pdtrc(np.arange(self._count(jumps)), jumps)
        total = np.zeros_like(rate)
        for tail in tails.tolist():
            # The integral is 1 / `_fastest` times the sum over k of Prob(more than k jumps) P^k r.
            total += tail / self._fastest * rate
            rate = rate + self._generator @ rate / self._fastest
        read_only(total)
        return total

    def _columns(self, count: int) -> Iterator[FloatArray]:
        """Yield P_e^k 1 for k = 0, ..., count - 1, with a column per event; keep as many as memory allows."""
        columns = self._powers[0]
        for k in range(count):
            if k < len(self._powers):
                columns = self._powers[k]
            else:
                columns = self._without(columns)
                if (k + 1) * columns.size <= NUMERICS.powers_kept:
                    self._powers.append(columns)
            yield columns

    def _without(self, columns: FloatArray) -> FloatArray:
        """Return P_e v for each event e and its column v."""
        ahead: FloatArray = columns + (self._generator @ columns) / self._fastest
        for e, part in enumerate(self._shown):
            ahead[:, e] -= _product(part, columns[:, e]) / self._fastest
        return ahead

    def _count(self, jumps: float) -> int:
        """Return the number of terms of the sum if `jumps` jumps are expected."""
        expect_jumps(jumps, "in a window", "shorter windows")
        counts = np.arange(int(jumps + NUMERICS.deviations * (np.sqrt(jumps) + 1.0)) + 1)
        return int(np.searchsorted(-pdtrc(counts, jumps), -NUMERICS.tail)) + 1


def _product(part: csr_array, column: FloatArray) -> FloatArray:
    return np.asarray(part @ column, dtype=np.float64)
