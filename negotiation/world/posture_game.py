"""The stage game of postures: the sum of the instruments' payoffs, and the one interaction.

A country's action is a posture over the instruments in the game; the rest is fixed. Payoffs are in percent
of GDP against everything at its calmest level, so they are differences and add up over instruments:

    u_i(a) = sum over own instruments of own effect + sum over the other's of given effect + interaction.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import product
from math import prod
from typing import TypeAlias

import numpy as np

from negotiation.errors import SizeLimit
from negotiation.games import StageGame
from negotiation.numeric import FloatArray, IntArray
from negotiation.world.numerics import NUMERICS
from negotiation.world.payoffs import interaction
from negotiation.world.posture import posture_label
from negotiation.world.setup import Setup
from negotiation.world.state import State

Menu: TypeAlias = Mapping[str, Sequence[str]]
"""Level labels by instrument, for one country."""

PEAK = "peak"


def posture_game(
    setup: Setup, menus: Mapping[str, Menu], fixed: Mapping[str, Mapping[str, str]], state: State
) -> StageGame:
    """Return the stage game in which each country chooses a posture from its menu.

    Parameters
    ----------
    setup : Setup
        Instruments and parameters.
    menus : mapping from country to menu
        The levels to choose from, by instrument.
    fixed : mapping from country to posture
        Levels of the instruments that are not in the menus.
    state : State
        The state of the world.

    Returns
    -------
    StageGame
        With posture labels such as "tariff=geneva chip_control=licensed" as actions.

    Raises
    ------
    SizeLimit
        If the game has more than `NUMERICS.largest_game` profiles.
    """
    countries = setup.countries
    counts = [prod(len(labels) for labels in menus[country].values()) for country in countries]
    if prod(counts) > NUMERICS.largest_game:
        raise SizeLimit(
            f"the game would have {prod(counts):,} action profiles ({' x '.join(map(str, counts))}); at most "
            f"{NUMERICS.largest_game:,} are built: choose fewer instruments or levels"
        )
    own, given, curb, peak = {}, {}, {}, {}
    for country in countries:
        sums = _sums(setup, country, menus[country], fixed[country], state)
        own[country], given[country], curb[country], peak[country] = sums
    payoffs = np.empty((*counts, 2))
    for i, country in enumerate(countries):
        other = countries[1 - i]
        total = _across(own[country], i) + _across(given[other], 1 - i)
        if curb[country].any():
            at_peak = np.maximum(_across(peak[country], i), _across(peak[other], 1 - i))
            total = total + _interaction(setup, _across(curb[country], i), at_peak)
        payoffs[..., i] = total
    actions = [_labels(menus[country]) for country in countries]
    return StageGame(payoffs, countries, actions, name=f"{setup.name}: posture game, percent of GDP")


def _labels(menu: Menu) -> list[str]:
    return [posture_label(dict(zip(menu, choice, strict=True))) for choice in product(*menu.values())]


def _across(values: FloatArray, player: int) -> FloatArray:
    """Return values by own action laid along the player's axis of a two-player array."""
    return values[:, None] if player == 0 else values[None, :]


def _sums(
    setup: Setup, country: str, menu: Menu, fixed: Mapping[str, str], state: State
) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    """Return own and given payoff, curb strength and whether the tariff peaks, for each posture."""
    own = given = curb = peak = np.zeros(1)
    for name in setup.held(country):
        labels = menu.get(name, (fixed[name],))
        effects = setup.effects(country, name, state)
        where = [setup.instruments[name].position(country, label) for label in labels]
        own = _outer_sum(own, effects.holder[where])
        given = _outer_sum(given, effects.other[where])
        curb = _outer_sum(curb, setup.strength(country, name, state)[where] * (name == "rare_earth_curb"))
        peak = _outer_sum(peak, at_peak_levels(setup, country, name)[where])
    order = menu_order(setup, country, menu)
    return own[order], given[order], curb[order], peak[order]


def _outer_sum(one: FloatArray, other: FloatArray) -> FloatArray:
    return (one[:, None] + other[None, :]).ravel()


def menu_order(setup: Setup, country: str, menu: Menu) -> IntArray:
    """Return the positions that turn the order of `held` into the order of the menu."""
    names = [name for name in setup.held(country) if name in menu]
    shape = [len(menu[name]) for name in names]
    positions = np.arange(prod(shape)).reshape(shape)
    order: IntArray = positions.transpose([names.index(name) for name in menu]).ravel()
    return order


def at_peak_levels(setup: Setup, country: str, name: str) -> FloatArray:
    """Return 1.0 for the levels of a tariff at or above its peak, else 0.0."""
    labels = setup.instruments[name].labels(country)
    if name != "tariff" or PEAK not in labels:
        return np.zeros(len(labels))
    return (np.arange(len(labels)) >= labels.index(PEAK)).astype(np.float64)


def _interaction(setup: Setup, curb: FloatArray, at_peak: FloatArray) -> FloatArray:
    p = setup.parameters
    gross = p["rare_earth_curb.lost_sales"] + p["rare_earth_curb.erosion"]
    return interaction(curb, at_peak, p["rare_earth_curb.tariff_interaction"], gross)
