"""Many settings of a scenario's parameters: draws from the ranges of the calibration.

A scrambled Sobol sequence (Owen 1998) fills the box of the ranges. Parameters are independent, and uniform
unless their quantiles are given. The payoffs of all settings are computed together. Results that cannot be
computed on arrays are computed draw by draw, from the scenarios that `ParameterDraws.at` returns. Payoffs are
cached, since many claims use the same ones.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from negotiation.base.numeric import FloatArray, read_only
from negotiation.base.reading.numbers import expect_count, expect_generator
from negotiation.disputes import Postures, Scenario, State
from negotiation.disputes.menus import Levels
from negotiation.disputes.numerics import NUMERICS
from negotiation.disputes.periods import TIME_PARAMETERS, period_discount_factor
from negotiation.disputes.posture_payoffs import many_posture_games, posture_payoffs
from negotiation.errors import InvalidGame, shown

Found = TypeVar("Found")


@dataclass(frozen=True, eq=False)
class ParameterDraws:
    """A scenario at D settings of its parameters.

    Raises
    ------
    UnknownParameter
        If the scenario does not have a parameter in `values`.
    InvalidGame
        If `values` is empty, or its arrays do not all have the same shape (D,) with D of at least 1.

    Examples
    --------
    >>> from negotiation.disputes import load_scenario
    >>> draws = sobol_draws(load_scenario("us-china-2025"), 8)
    >>> len(draws), draws.payoffs({("USA", "chip_control"): ("licensed", "h20_stopped")}).shape
    (8, (8, 2, 1, 2))
    """

    scenario: Scenario
    # (D,): values in each draw, by parameter; all other parameters have the scenario's own values.
    values: Mapping[str, FloatArray]
    _kept: dict[object, object] = field(default_factory=dict, init=False, repr=False)

    def __post_init__(self) -> None:
        arrays = {name: np.array(values, dtype=np.float64) for name, values in self.values.items()}
        for name in arrays:
            self.scenario.parameters[name]
        shapes = {values.shape for values in arrays.values()}
        if len(shapes) != 1 or len(next(iter(shapes))) != 1 or next(iter(shapes)) == (0,):
            raise InvalidGame(
                "`values` must have at least one parameter, and arrays of the same shape, (D,) with D of at "
                f"least 1, for all; got the shapes {shown(sorted(shapes))}"
            )
        for values in arrays.values():
            read_only(values)
        object.__setattr__(self, "values", arrays)

    def __len__(self) -> int:
        return len(next(iter(self.values.values())))

    def __iter__(self) -> Iterator[Scenario]:
        return (self.at(k) for k in range(len(self)))

    def at(self, draw: int) -> Scenario:
        """Return the scenario at one draw."""
        return self.scenario.with_parameters({name: float(v[draw]) for name, v in self.values.items()})

    def take(self, which: npt.ArrayLike) -> ParameterDraws:
        """Return some of the draws, by position or by truth values."""
        chosen = np.asarray(which)
        return ParameterDraws(self.scenario, {name: values[chosen] for name, values in self.values.items()})

    def replaced(self, changes: Mapping[str, npt.ArrayLike]) -> ParameterDraws:
        """Return the same draws with other values of some parameters: one for all draws, or one per draw."""
        new = {n: np.broadcast_to(np.asarray(v, dtype=np.float64), (len(self),)) for n, v in changes.items()}
        return ParameterDraws(self.scenario, {**self.values, **new})

    def as_of(self, day: date) -> ParameterDraws:
        """Return the same draws for the scenario of another day.

        A number that differs on the other day keeps its relative place in its range, since its error is
        assumed to be the same on both days. Errors are as for `Scenario.as_of`.
        """
        there = self.scenario.as_of(day)
        now, then = self.scenario.quantities, there.quantities
        moved = {}
        for name in self.values:
            old, new = now[name], then[name]
            if (old.dated or old != new) and old.low < old.high:
                moved[name] = new.at(old.place(self.values[name]))
        return ParameterDraws(there, {**self.values, **moved})

    def number(self, name: str) -> FloatArray:
        """Return a parameter in each draw, shape (D,)."""
        if name in self.values:
            return self.values[name]
        return np.full(len(self), self.scenario.parameters[name])

    @property
    def discount_factor(self) -> FloatArray:
        """The discount factor of a period in each draw, shape (D,)."""
        return self.kept("discount factor", self._discount_factor)

    def _discount_factor(self) -> FloatArray:
        time = (self.number(name).tolist() for name in TIME_PARAMETERS)
        factors = np.array([period_discount_factor(*pair) for pair in zip(*time, strict=True)])
        read_only(factors)
        return factors

    def payoffs(
        self, levels: Levels, *, state: State | None = None, fixed: Postures | None = None
    ) -> FloatArray:
        """Return the payoffs of the game with these levels, shape (D, n_1, ..., n_N, N), in percent of GDP.

        Instruments outside the game add a constant to payoffs, which is computed at the scenario's own
        parameter values for all draws.
        """
        stands = tuple((c, n, x) for c, p in (fixed or {}).items() for n, x in p.items())
        key = ("payoffs", tuple((k, tuple(v)) for k, v in levels.items()), state, stands)
        return self.kept(key, lambda: self._payoffs(levels, state, fixed))

    def of_levels(self, who: str, country: str, name: str, *, state: State, fixed: Postures) -> FloatArray:
        """Return the payoffs to `who` of each level of an instrument, up to a constant for each draw.

        The unit is percent of GDP. The shape is (D, levels), or (1, levels) if they are the same in all
        draws. All other instruments are at the levels in `fixed`.
        """
        games = many_posture_games(self.scenario, self._varied([name]), state)
        return games.of_levels(who, country, name, fixed)

    def _varied(self, names: Iterable[str]) -> dict[str, FloatArray]:
        read = self._read_by(names)
        varied = {name: v for name, v in self.values.items() if name in read}
        first = next(iter(self.values))
        return varied or {first: self.values[first]}

    def _payoffs(self, levels: Levels, state: State | None, fixed: Postures | None) -> FloatArray:
        names = dict.fromkeys(name for _, name in levels)
        varied = self._varied(names)
        stands = self.scenario.calm() if fixed is None else fixed
        held = {(c, n) for c in self.scenario.countries for n in names if n in self.scenario.held(c)}
        kept = {(c, n): (stands[c][n],) for c, n in held if (c, n) not in levels}
        paid = posture_payoffs(
            self.scenario, varied, instruments=names, levels={**levels, **kept}, state=state, fixed=fixed
        )
        read_only(paid)
        return paid

    def _read_by(self, names: Iterable[str]) -> set[str]:
        """Return the parameters that some instruments, in any state, and the interaction read."""
        interacts, state = self.scenario.definition.interaction, self.scenario.definition.state
        curb = () if interacts is None else (interacts.curb,)
        instruments = [self.scenario.instruments[name] for name in (*names, *curb)]
        read = {p for instrument in instruments for c in instrument.levels for p in instrument.parameters(c)}
        shares = (*state.scaling("curb_dependence"), *state.scaling("control_dependence"))
        return read | {*shares, *(() if interacts is None else interacts.parameters)}

    def kept(self, key: object, make: Callable[[], Found]) -> Found:
        """Return the cached value of a key, or compute and cache it."""
        if key not in self._kept:
            self._kept[key] = make()
        cached: Found = self._kept[key]  # type: ignore[assignment]
        return cached


def expect_draws(given: object, least: int = 1) -> int:
    """Return a number of draws, or raise an error if it is below `least` or too large for memory."""
    return expect_count("draws", given, least, most=NUMERICS.most_draws)


def sobol_draws(scenario: Scenario, count: int = 4096, rng: int | np.random.Generator = 0) -> ParameterDraws:
    """Return draws from parameter ranges by a scrambled Sobol sequence; values set by hand stay fixed."""
    from scipy.stats import qmc

    count = expect_draws(count)
    generator, now = expect_generator(rng), scenario.quantities
    base = scenario.calibration.inherited
    # A calibration that extends another one shares its points in all that both have ranges for, and has
    # further ones for the rest. The generator is left as the other calibration leaves it.
    own = scenario.calibration.parameters
    first = {**{name: entry for name, entry in now.items() if name not in own}, **base} if base else now
    shared = [name for name, quantity in first.items() if quantity.spread]
    # Numbers without a range among them, so that one that is fixed leaves the others their points.
    further = [name for name in now if name not in first]
    columns: dict[str, FloatArray] = {}
    for names in filter(None, (shared, further)):
        # The second sequence comes after the first is made: an engine spawns from its generator.
        sequence = qmc.Sobol(len(names), rng=generator if names is shared else generator.spawn(1)[0])
        points = sequence.random_base2(int(np.ceil(np.log2(count))))[:count]
        columns |= {name: points[:, k] for k, name in enumerate(names)}
    # What was set is left out at the end: the others keep their points.
    values = {
        name: q.at(columns[name])
        for name, q in now.items()
        if q.spread and name in columns and name not in scenario.set_by_hand
    }
    return ParameterDraws(scenario, values or {n: np.full(count, x) for n, x in scenario.parameters.items()})


def central_draw(scenario: Scenario) -> ParameterDraws:
    """Return the one draw at the scenario's own parameter values.

    Examples
    --------
    >>> from negotiation.disputes import load_scenario
    >>> round(float(central_draw(load_scenario("us-china-2025")).discount_factor[0]), 6)
    0.995967
    """
    return ParameterDraws(scenario, {name: np.array([x]) for name, x in scenario.parameters.items()})
