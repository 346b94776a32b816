"""Menus: which instruments and levels a posture game has, by size or by name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Literal, TypeAlias

from negotiation.errors import InvalidGame, UnknownInstrument, UnknownLevel
from negotiation.world.instrument import Pair
from negotiation.world.setup import Setup
from negotiation.world.state import State

Size: TypeAlias = Literal["small", "core", "full"]
Levels: TypeAlias = Mapping[Pair, Sequence[str]]
"""Labels of levels by country and instrument."""

Menus: TypeAlias = dict[str, dict[str, tuple[str, ...]]]

CORE = ("tariff", "entity_list", "chip_control", "rare_earth_curb", "purchases")


def menus(
    setup: Setup, size: Size | None, instruments: Iterable[str] | None, levels: Levels, state: State
) -> Menus:
    """Return the levels to choose from, by country and instrument.

    Parameters
    ----------
    setup : Setup
        Instruments and laws.
    size : {"small", "core", "full"} or None
        "small" if neither it nor `instruments` is given.
    instruments : iterable of str or None
        Names, in place of a size.
    levels : mapping from (country, instrument) to labels
        Only these levels; in the small game they replace or join the calibration's.
    state : State
        Decides which laws are in force.

    Raises
    ------
    InvalidGame
        If both a size and instruments are given, there is no such size, no instrument is named, or `levels`
        names none for an instrument, or an instrument that is not in the game.
    UnknownInstrument, UnknownLevel
        As named.

    Examples
    --------
    >>> from negotiation.world.loading import load_scenario
    >>> scenario = load_scenario("us-china-2025")
    >>> menus(scenario, None, ["purchases"], {}, scenario.default_state)
    {'USA': {}, 'CHN': {'purchases': ('buys', 'boycott')}}
    """
    if size is not None and instruments is not None:
        raise InvalidGame("give a size or instruments, not both")
    if size not in (None, "small", "core", "full"):
        raise InvalidGame(f"no size {size!r}; allowed: small, core, full, or instruments=[...]")
    if instruments is None and size in (None, "small"):
        wanted = {**_small_levels(setup), **levels}
        chosen = {c: [name for name in setup.held(c) if (c, name) in wanted] for c in setup.countries}
    else:
        names = _known(setup, instruments if size is None else (CORE if size == "core" else None))
        wanted = dict(levels)
        chosen = {c: [name for name in setup.held(c) if name in names] for c in setup.countries}
    _check_levels(setup, wanted, chosen)
    return {
        country: {name: _existing(setup, country, name, wanted.get((country, name)), state) for name in held}
        for country, held in chosen.items()
    }


def _known(setup: Setup, instruments: Iterable[str] | None) -> set[str]:
    if instruments is None:
        return set(setup.instruments)
    names = {instruments} if isinstance(instruments, str) else set(instruments)
    for name in names:
        if name not in setup.instruments:
            raise UnknownInstrument(name, setup.instruments)
    if not names:
        raise InvalidGame(f"name at least one instrument; known: {', '.join(setup.instruments)}")
    return names


def _small_levels(setup: Setup) -> dict[Pair, Sequence[str]]:
    return {
        (country, name): labels
        for country, menu in setup.calibration.small.items()
        for name, labels in menu.items()
    }


def _check_levels(setup: Setup, levels: Levels, chosen: Mapping[str, Sequence[str]]) -> None:
    if not any(chosen.values()):
        raise InvalidGame("name at least one instrument and level; the game has none")
    for (country, name), labels in levels.items():
        known = setup.instrument(country, name).labels(country)
        if name not in chosen[country]:
            raise InvalidGame(
                f"levels for {name!r} of {country}, which is not in the game; leave them out, or name it in "
                "`instruments`"
            )
        if not labels:
            raise InvalidGame(f"no level for {name!r} of {country}; allowed: {', '.join(known)}")
        for label in labels:
            if label not in known:
                raise UnknownLevel(label, known)


def _existing(
    setup: Setup, country: str, name: str, wanted: Sequence[str] | None, state: State
) -> tuple[str, ...]:
    """Return the wanted levels that exist; where the law leaves none of them, the harshest that exists."""
    lawful = tuple(level.label for level in setup.levels(country, name, state))
    if wanted is None:
        return lawful
    return tuple(label for label in wanted if label in lawful) or lawful[-1:]
