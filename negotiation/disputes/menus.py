"""Menus: the instruments and levels of a posture game, selected by size or by name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TypeAlias

from negotiation.base.reading.names import names_given
from negotiation.disputes.files.scenario_file import FULL, SMALL, SizeFile
from negotiation.disputes.instrument import Pair
from negotiation.disputes.setup import Setup
from negotiation.disputes.state import State
from negotiation.errors import InvalidGame, UnknownInstrument, UnknownLevel, shown

# The name of a size: one of the dispute's, "small" among them, or "full".
Size: TypeAlias = str

# Labels of levels by country and instrument.
Levels: TypeAlias = Mapping[Pair, Sequence[str]]

Menus: TypeAlias = dict[str, dict[str, tuple[str, ...]]]


def menus(
    setup: Setup, size: Size | None, instruments: Iterable[str] | None, levels: Levels, state: State
) -> Menus:
    """Return the levels in a posture game, by country and instrument.

    `levels` replaces the levels of a size for the instruments that it names. Levels without a law in force
    in `state` are left out. The other arguments and the errors are as for `Scenario.stage_game`.

    Examples
    --------
    >>> from negotiation.disputes.loading import load_scenario
    >>> scenario = load_scenario("us-china-2025")
    >>> menus(scenario, None, ["purchases"], {}, scenario.default_state)
    {'USA': {}, 'CHN': {'purchases': ('buys', 'boycott')}}
    """
    if size is not None and instruments is not None:
        raise InvalidGame(f"`size`, {size!r}, and `instruments` are both given; give only one of them")
    known = (*setup.definition.sizes, FULL)
    if size is not None and size not in known:
        raise InvalidGame(
            f"there is no size {shown(size)}; allowed: {', '.join(known)}, or instruments=[...]"
        )
    selection = None if instruments is not None else setup.definition.sizes.get(size or SMALL)
    past = instruments is not None or (selection is not None and selection.past)
    if selection is not None and selection.levels is not None:
        wanted = {**_pairs(selection.levels), **levels}
        chosen = {c: [name for name in setup.held(c) if (c, name) in wanted] for c in setup.countries}
    else:
        names = _known(setup, instruments if selection is None else selection.instruments)
        wanted = {**left_in(setup, selection), **levels} if selection is not None else dict(levels)
        chosen = {c: [name for name in setup.held(c) if name in names] for c in setup.countries}
    _check_levels(setup, wanted, chosen)
    return {
        country: {
            name: _existing(setup, country, name, wanted.get((country, name)), state, past) for name in held
        }
        for country, held in chosen.items()
    }


def _known(setup: Setup, instruments: Iterable[str] | None) -> set[str]:
    if instruments is None:
        return set(setup.instruments)
    names = set(names_given(instruments) or ())
    for name in names:
        if name not in setup.instruments:
            raise UnknownInstrument(name, setup.instruments)
    if not names:
        raise InvalidGame(
            "a game needs at least one instrument (for an agreement, a clause with a level that others can "
            f"check); name one or more of {', '.join(setup.instruments)}"
        )
    return names


def left_in(setup: Setup, size: SizeFile) -> dict[Pair, Sequence[str]]:
    """Return the remaining levels of the instruments from which a size leaves some out."""
    for country, menu in size.without.items():
        for name, labels in menu.items():
            for label in labels:
                setup.instrument(country, name).position(country, label)
    return {
        (country, name): [
            level.label
            for level in setup.instrument(country, name).held_by(country)
            if level.label not in labels and (size.past or not level.past)
        ]
        for country, menu in size.without.items()
        for name, labels in menu.items()
    }


def _pairs(levels: Mapping[str, Mapping[str, Sequence[str]]]) -> dict[Pair, Sequence[str]]:
    return {(country, name): labels for country, menu in levels.items() for name, labels in menu.items()}


def _check_levels(setup: Setup, levels: Levels, chosen: Mapping[str, Sequence[str]]) -> None:
    if not any(chosen.values()):
        raise InvalidGame("the game has no instrument; name at least one instrument and level")
    for (country, name), labels in levels.items():
        known = setup.instrument(country, name).labels(country)
        if name not in chosen[country]:
            raise InvalidGame(
                f"`levels` are given for {country}'s {name!r}, but this instrument is not in the game; leave "
                "them out, or name the instrument in `instruments`"
            )
        if not labels:
            raise InvalidGame(
                f"the levels of {country}'s {name!r} are empty; name one or more of {', '.join(known)}"
            )
        for label in labels:
            if label not in known:
                raise UnknownLevel(label, known)


def _existing(
    setup: Setup, country: str, name: str, wanted: Sequence[str] | None, state: State, past: bool
) -> tuple[str, ...]:
    """Return the wanted levels whose law is in force, or the harshest lawful level if there are none.

    If `wanted` is None, return all lawful levels, including past ones only if `past` is true.
    """
    exist = setup.levels(country, name, state)
    lawful = tuple(level.label for level in exist)
    if wanted is None:
        return tuple(level.label for level in exist if past or not level.past)
    return tuple(label for label in wanted if label in lawful) or lawful[-1:]


def weapons(setup: Setup) -> tuple[Pair, Pair]:
    """Return the control and the curb of the small game, each as a pair of holder and instrument.

    They are the instruments that move the state. `InvalidGame` is raised unless there is exactly one of each.

    Examples
    --------
    >>> from negotiation.disputes.loading import load_scenario
    >>> weapons(load_scenario("us-china-2025"))
    (('USA', 'chip_control'), ('CHN', 'rare_earth_curb'))
    """
    controls, curbs = _weapons(setup)
    if not has_weapons(setup):
        held = [", ".join(map(" ".join, pairs)) or "none" for pairs in (curbs, controls)]
        raise InvalidGame(
            "leverage requires exactly one curb and one control in the small game of "
            f"{setup.name!r}; got {held[0]} as curbs and {held[1]} as controls"
        )
    return controls[0], curbs[0]


def has_weapons(setup: Setup) -> bool:
    """Return whether the dispute's small game has one control and one curb, as `leverage` requires.

    Examples
    --------
    >>> from negotiation.disputes.loading import load_scenario
    >>> has_weapons(load_scenario("us-china-2025")), has_weapons(load_scenario("japan-korea-2019"))
    (True, False)
    """
    return [len(pairs) for pairs in _weapons(setup)] == [1, 1]


def _weapons(setup: Setup) -> tuple[list[Pair], list[Pair]]:
    small = setup.definition.sizes["small"].levels or {}
    held = [(country, name) for country, menu in small.items() for name in menu]
    users = setup.definition.control_users, setup.definition.curb_users
    controls, curbs = ([pair for pair in held if pair[1] in names] for names in users)
    return controls, curbs
