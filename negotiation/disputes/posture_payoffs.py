"""Payoffs of the posture game, at one setting of the parameters or at many.

A country's action is a posture over the instruments in the game; all other instruments are fixed. Payoffs
are in percent of GDP relative to the base levels, so they are differences and add up over instruments:

    u_i(a) = effects of i's instruments on i + effects of the others' instruments on i + interaction.

An instrument's effects depend only on the few parameters that it reads. Each instrument is therefore
evaluated once for every combination of values of its own parameters, and the sums are formed for all games
at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache, reduce
from itertools import product
from math import prod
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from negotiation.base.numeric import FloatArray, IntArray
from negotiation.disputes.files.scenario_file import InteractionFile
from negotiation.disputes.instrument import Effects, Pair
from negotiation.disputes.menus import Levels, Size, menus
from negotiation.disputes.numerics import NUMERICS
from negotiation.disputes.payoffs import interaction
from negotiation.disputes.posture import Postures, posture_label
from negotiation.disputes.quantity import SeenParameters
from negotiation.disputes.setup import Setup, effects_of_many
from negotiation.disputes.state import State
from negotiation.disputes.wide_table import Menu, WideMenus
from negotiation.errors import InvalidGame, SizeLimit, shown
from negotiation.game_theory.games import StageGame

__all__ = [
    "Found",
    "ManyPostureGames",
    "Menu",
    "many_posture_games",
    "parameters_read",
    "posture_game",
    "posture_labels",
    "posture_payoffs",
]


def posture_game(
    setup: Setup, menus: Mapping[str, Menu], fixed: Mapping[str, Mapping[str, str]], state: State
) -> StageGame:
    """Return the stage game in which each country chooses a posture from its menu."""
    countries = setup.countries
    counts = [prod(len(labels) for labels in menus[country].values()) for country in countries]
    if prod(counts) > NUMERICS.largest_game:
        raise SizeLimit(
            f"the game would have {prod(counts):,} action profiles ({' x '.join(map(str, counts))}); at most "
            f"{NUMERICS.largest_game:,} profiles are built: choose fewer instruments or levels"
        )
    payoffs = ManyPostureGames(setup, {}, state).payoffs(menus, fixed)[0]
    actions = [posture_labels(menus[country]) for country in countries]
    name = f"{setup.name}: posture game, percent of GDP"
    return StageGame(payoffs, countries, actions, name, setup.names)


def posture_payoffs(
    setup: Setup,
    changes: Mapping[str, npt.ArrayLike],
    size: Size | None = None,
    *,
    state: State | None = None,
    instruments: Iterable[str] | None = None,
    levels: Levels | None = None,
    fixed: Postures | None = None,
) -> FloatArray:
    """Return the payoffs of the posture game at B settings of some parameters, shape (B, n_1, ..., n_N, N).

    The unit is percent of GDP. `changes` has the values of each changed parameter, shape (B,), by name.
    `InvalidGame` is raised if it is empty or the arrays do not all have one shape (B,). The other arguments
    and errors are as for `Scenario.stage_game`.

    Examples
    --------
    >>> from negotiation.disputes.loading import load_scenario
    >>> scenario = load_scenario("us-china-2025")
    >>> posture_payoffs(scenario, {"chip_control.security_ratio": [0.5, 2.0]}).shape
    (2, 4, 4, 2)
    """
    setup, state = setup.of_size(size, instruments), setup.state_given(state)
    games = many_posture_games(setup, changes, state)
    chosen = menus(setup, size, instruments, levels or {}, state)
    return games.payoffs(chosen, setup.calm_but(fixed))


def many_posture_games(setup: Setup, changes: Mapping[str, npt.ArrayLike], state: State) -> ManyPostureGames:
    """Return the posture games at B settings of some parameters, whose payoffs are computed by menu.

    `changes` has the values of each changed parameter, shape (B,), by name. `InvalidGame` is raised if it is
    empty or the arrays do not all have one shape (B,), and `UnknownParameter` if the scenario does not have a
    parameter.
    """
    return ManyPostureGames(setup, _checked(setup, changes), state)


@dataclass(frozen=True)
class _Sums:
    """Sums over one country's instruments, each of shape (B, postures), or (1, postures) if all are alike."""

    # Payoffs of the country itself, and of other countries by code.
    own: FloatArray
    given: Mapping[str, FloatArray]
    # Strength of the curb, and 1 if the tariff is at its peak, else 0.
    curb: FloatArray
    peak: FloatArray


# Effects on the holder, and on other countries by code; each by setting and level.
Found: TypeAlias = tuple[FloatArray, Mapping[str, FloatArray]]

# The settings that differ for an instrument, and which of them each game has.
Differing: TypeAlias = tuple[Sequence[Setup], IntArray | slice]


@dataclass(frozen=True, eq=False)
class ManyPostureGames:
    """Posture games at many settings of the parameters. Make them with `many_posture_games`."""

    setup: Setup
    # (B,): values of the parameters that differ between the games; if there are none, there is one game.
    varied: Mapping[str, FloatArray]
    state: State
    # Menus whose payoffs are computed once; payoffs of smaller menus are read from them.
    wide: WideMenus | None = None
    _tables: list[FloatArray] = field(default_factory=list, init=False, repr=False)
    _found: dict[Pair, Found] = field(default_factory=dict, init=False, repr=False)
    _strong: dict[Pair, FloatArray] = field(default_factory=dict, init=False, repr=False)
    _differ: dict[Pair, Differing] = field(default_factory=dict, init=False, repr=False)

    def payoffs(self, chosen: Mapping[str, Menu], fixed: Mapping[str, Mapping[str, str]]) -> FloatArray:
        """Return payoffs, shape (B, n_1, ..., n_N, N), equal to the bit to `posture_game` at each setting."""
        wide = self.wide
        if wide is not None:
            places = [wide.places(c, chosen[c], fixed[c]) for c in self.setup.countries]
            # Any country whose levels the wide table does not have sends all to a table of their own.
            if all(place is not None for place in places):
                own = [place for place in places if place is not None]
                if not self._tables:
                    self._tables.append(self._made(wide.menus, wide.fixed))
                table = np.moveaxis(self._tables[0], -1, 0)
                for axis, place in enumerate(own, 2):
                    table = table.take(place, axis=axis)
                # Players apart in memory, as in what is made.
                return np.moveaxis(table, 0, -1)
        return self._made(chosen, fixed)

    def _made(self, chosen: Mapping[str, Menu], fixed: Mapping[str, Mapping[str, str]]) -> FloatArray:
        """Return payoffs, computed as sums over instruments."""
        countries = self.setup.countries
        sums = [self.sums(country, chosen[country], fixed[country]) for country in countries]
        games = len(next(iter(self.varied.values()), [()]))
        # Each player's payoffs lie together: a reduction over profiles is then a pass over memory as it lies.
        paid = np.moveaxis(np.empty((len(countries), games, *(side.own.shape[1] for side in sums))), 0, -1)
        interacts = self.setup.definition.interaction
        for i, (country, side) in enumerate(zip(countries, sums, strict=True)):
            # u_i(a) = own effects of a_i + what each a_j gives to i: the sum of two arrays on different
            # axes.
            paid[..., i] = self._along(i, side.own)
            for j, other in enumerate(sums):
                if country in other.given:
                    paid[..., i] += self._along(j, other.given[country])
            if interacts is not None and side.curb.any():
                # The one term that does not add up: a curb costs more while any tariff is at its peak.
                at_peak = reduce(np.maximum, (self._along(j, each.peak) for j, each in enumerate(sums)))
                curb = self._along(i, side.curb)
                paid[..., i] += curb_interaction(interacts, self.value, curb, at_peak)
        return paid

    def of_levels(self, who: str, country: str, name: str, fixed: Postures) -> FloatArray:
        """Return the payoffs to `who` of each level of an instrument, up to a constant for each setting.

        The unit is percent of GDP. The shape is (B, levels), or (1, levels) if they are the same in all
        games. All other instruments are at the levels in `fixed`.
        """
        holder, others = self.effects(country, name)
        interacts = self.setup.definition.interaction
        own = holder if who == country else others.get(who, np.zeros_like(holder))
        if (
            interacts is None
            or name not in (interacts.curb, interacts.tariff)
            or interacts.curb not in self.setup.held(who)
        ):
            return own
        curb, tariff = (self.setup.instruments[key] for key in (interacts.curb, interacts.tariff))
        holders = [c for c in self.setup.countries if tariff.name in self.setup.held(c)]
        peaks = {
            c: at_peak_levels(self.setup, c, tariff.name)[[tariff.position(c, fixed[c][tariff.name])]]
            for c in holders
        }
        strength = self.strengths(who, curb.name)
        if name == tariff.name:
            peaks[country] = at_peak_levels(self.setup, country, name)
        if (country, name) != (who, curb.name):
            strength = strength[:, [curb.position(who, fixed[who][curb.name])]]
        at_peak = reduce(np.maximum, peaks.values())[None]
        return own + curb_interaction(interacts, lambda n: self.value(n).reshape(-1, 1), strength, at_peak)

    @property
    def money(self) -> FloatArray:
        """USD bn in one percent of GDP, the unit of each player's payoffs, shape (B, N)."""
        games = len(next(iter(self.varied.values()), [()]))
        gdp = [self.value(f"{country}.gdp").reshape(-1) for country in self.setup.countries]
        units: FloatArray = np.stack([np.broadcast_to(values, games) for values in gdp], axis=1) / 100.0
        return units

    def _along(self, player: int, values: FloatArray) -> FloatArray:
        """Return values by game and own posture, broadcast over the postures of all players."""
        shape = [1] * len(self.setup.countries)
        shape[player] = values.shape[1]
        return values.reshape(len(values), *shape)

    @cached_property
    def worlds(self) -> list[Setup]:
        """The scenario at each setting."""
        columns = np.stack(list(self.varied.values()), axis=1).tolist()
        return [self.setup.with_parameters(dict(zip(self.varied, row, strict=True))) for row in columns]

    def sums(self, country: str, menu: Menu, fixed: Mapping[str, str]) -> _Sums:
        """Return the sums over a country's instruments for each game and each posture of its menu."""
        own = curb = peak = np.zeros((1, 1))
        given: dict[str, FloatArray] = {}
        interacts = self.setup.definition.interaction
        special = () if interacts is None else (interacts.curb, interacts.tariff)
        for name in self.setup.held(country):
            instrument = self.setup.instruments[name]
            labels = menu.get(name, (fixed[name],))
            where = np.array([instrument.position(country, label) for label in labels])
            holder, others = self.effects(country, name)
            here = np.zeros((1, len(labels)))
            received = {code: values.take(where, axis=1) for code, values in others.items()}
            # Whom an instrument does not concern is given nothing at each of its levels.
            given = {
                code: _outer_sum(given.get(code, np.zeros_like(own)), received.get(code, here))
                for code in dict.fromkeys((*given, *received))
            }
            own = _outer_sum(own, holder.take(where, axis=1))
            if interacts is not None and name in special:
                strength = self.strengths(country, name).take(where, axis=1) * (name == interacts.curb)
                curb = _outer_sum(curb, strength)
                peak = _outer_sum(peak, at_peak_levels(self.setup, country, name)[None].take(where, axis=1))
            else:  # no part of the interaction
                curb, peak = curb.repeat(len(labels), axis=1), peak.repeat(len(labels), axis=1)
        order = menu_order(self.setup, country, menu)
        ordered = {code: values.take(order, axis=1) for code, values in given.items()}
        return _Sums(own.take(order, axis=1), ordered, curb.take(order, axis=1), peak.take(order, axis=1))

    def effects(self, country: str, name: str) -> Found:
        """Return the effects on the holder, and on other countries by code.

        Each is in percent of the country's GDP, and has the shape (B, levels), or (1, levels) if it is the
        same in all games.
        """
        if (country, name) not in self._found:
            self._found[country, name] = self._effects(country, name)
        return self._found[country, name]

    def _effects(self, country: str, name: str) -> Found:
        settings, inverse = self._settings(country, name)
        by_setting = effects_of_many(settings, country, name, self.state)
        each = [self._received(country, name, effects) for effects in by_setting]
        given = {code: np.array([received[code] for received in each])[inverse] for code in each[0]}
        return np.array([e.holder for e in by_setting])[inverse], given

    def strengths(self, country: str, name: str) -> FloatArray:
        """Return the strengths of levels, shape (B, levels), or (1, levels) if all games are alike."""
        if (country, name) not in self._strong:
            settings, inverse = self._settings(country, name)
            by_setting = np.array([world.strength(country, name, self.state) for world in settings])
            self._strong[country, name] = by_setting[inverse]
        return self._strong[country, name]

    def _settings(self, country: str, name: str) -> Differing:
        if (country, name) not in self._differ:
            self._differ[country, name] = self._distinct(country, name)
        return self._differ[country, name]

    def _distinct(self, country: str, name: str) -> Differing:
        read = self.parameters_of(country, name) if self.varied else set()
        names = [each for each in self.varied if each in read]
        if not names:
            return [self.setup], slice(None)
        rows = list(zip(*(self.varied[each].tolist() for each in names), strict=True))
        # Effects are made once for each setting of what the instrument reads; draws differ in far more.
        places = {row: k for k, row in enumerate(dict.fromkeys(rows))}
        if len(places) == len(rows):
            return self.worlds, slice(None)
        changes = [dict(zip(names, row, strict=True)) for row in places]
        return [self.setup.with_parameters(draw) for draw in changes], np.array([places[row] for row in rows])

    def _received(self, country: str, name: str, effects: Effects) -> dict[str, FloatArray]:
        thirds = {code: x for code, x in effects.bystanders.items() if code in self.setup.countries}
        return {self.setup.target(country, name): effects.other, **thirds}

    def parameters_of(self, country: str, name: str) -> set[str]:
        """Return the parameters that an instrument declares or is observed to read."""
        read = parameters_read(self.setup, country, name, self.state)
        return read | set(self.setup.instruments[name].parameters(country))

    def value(self, name: str) -> FloatArray:
        """Return a parameter in each game, shape (B, 1, ..., 1) or (1, 1, ..., 1)."""
        values = self.varied.get(name, np.array([self.setup.parameters[name]]))
        return values.reshape(-1, *(1 for _ in self.setup.countries))


def parameters_read(setup: Setup, country: str, name: str, state: State) -> set[str]:
    """Return the parameters that the payoffs and the strength of an instrument read in a state."""
    seen = SeenParameters(setup.parameters)
    watched = replace(setup, parameters=seen)
    watched.effects(country, name, state)
    watched.strength(country, name, state)
    return seen.read


def _checked(setup: Setup, changes: Mapping[str, npt.ArrayLike]) -> dict[str, FloatArray]:
    varied = {name: np.asarray(values, dtype=np.float64) for name, values in changes.items()}
    for name in varied:
        setup.parameters[name]
    shapes = {values.shape for values in varied.values()}
    if len(shapes) != 1 or len(next(iter(shapes))) != 1:
        raise InvalidGame(
            "`changes` must have at least one parameter, and arrays of the same shape, (B,), for all; got "
            f"the shapes {shown(sorted(shapes))}"
        )
    return varied


def _outer_sum(first: FloatArray, other: FloatArray) -> FloatArray:
    total = first[:, :, None] + other[:, None, :]
    return total.reshape(len(total), -1)


def curb_interaction(
    interacts: InteractionFile,
    value: Callable[[str], float | FloatArray],
    curb: FloatArray,
    at_peak: FloatArray,
) -> FloatArray:
    """Return the curb user's payoff from the interaction with tariffs; `value` returns a named parameter."""
    first, *rest = interacts.cost
    gross = value(first)
    for name in rest:
        gross = gross + value(name)
    return interaction(curb, at_peak, value(interacts.weight), gross)


def menu_order(setup: Setup, country: str, menu: Menu) -> IntArray:
    """Return the positions that reorder postures from the order of `held` to the order of the menu."""
    names = [name for name in setup.held(country) if name in menu]
    shape = [len(menu[name]) for name in names]
    positions = np.arange(prod(shape)).reshape(shape)
    order: IntArray = positions.transpose([names.index(name) for name in menu]).ravel()
    return order


def at_peak_levels(setup: Setup, country: str, name: str) -> FloatArray:
    """Return 1.0 for the levels of the interacting tariff from which a curb costs more, else 0.0."""
    labels, interacts = setup.instruments[name].labels(country), setup.definition.interaction
    if interacts is None or name != interacts.tariff or interacts.from_level not in labels:
        return np.zeros(len(labels))
    return (np.arange(len(labels)) >= labels.index(interacts.from_level)).astype(np.float64)


def posture_labels(menu: Menu) -> tuple[str, ...]:
    """Return the labels of the postures of a menu."""
    return _labels(tuple((name, tuple(labels)) for name, labels in menu.items()))


# Names of 10^5 postures take longer than their payoffs.
@lru_cache(maxsize=32)
def _labels(menu: tuple[tuple[str, tuple[str, ...]], ...]) -> tuple[str, ...]:
    names, choices = [name for name, _ in menu], product(*(labels for _, labels in menu))
    return tuple(posture_label(dict(zip(names, choice, strict=True))) for choice in choices)
