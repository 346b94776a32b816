"""Random moves: legal ones, illegal ones with a known fault, and any."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import TypeAlias

from hypothesis import strategies as st
from hypothesis.errors import InvalidArgument

from negotiation.disputes import Move, Postures, Scenario, State, legality
from negotiation.errors import shown
from negotiation.testing.strategies.world import default_scenario

Options: TypeAlias = Mapping[str, Mapping[str, list[str]]]

FIRST_DAY, LAST_DAY = date(2025, 1, 1), date(2026, 12, 31)


def legal_changes(scenario: Scenario, postures: Postures, state: State | None) -> Options:
    """Return, by country and instrument, the levels to which one legal move leads.

    Examples
    --------
    >>> scenario = default_scenario()
    >>> legal_changes(scenario, scenario.calm(), None)["CHN"]["purchases"]
    ['boycott']
    """
    menus = {
        country: {
            name: [
                label
                for label in scenario.instruments[name].labels(country)
                if legality(scenario, postures, Move(country, {name: label}), state).legal
            ]
            for name in scenario.held(country)
        }
        for country in scenario.countries
    }
    return {c: {name: labels for name, labels in menu.items() if labels} for c, menu in menus.items()}


def legal_moves(
    *,
    scenario: Scenario | None = None,
    postures: Postures | None = None,
    state: State | None = None,
    dated: bool = False,
) -> st.SearchStrategy[Move]:
    """Return the strategy for moves that the rules allow.

    A move changes one to three instruments of a country.

    Parameters
    ----------
    scenario : Scenario, optional
        The dispute; the main dispute of the package by default.
    postures : Postures, optional
        Present levels of all instruments; the calm levels of the dispute by default.
    state : State, optional
        State of the world, which determines the laws in force; by default all laws are in force.
    dated : bool, optional
        Whether moves have dates of announcement and of effect; False by default.

    Returns
    -------
    SearchStrategy
        Moves of type `Move`.

    Raises
    ------
    hypothesis.errors.InvalidArgument
        If there is no legal move.

    Examples
    --------
    >>> from hypothesis import find
    >>> find(legal_moves(), lambda move: move.country == "CHN").changes
    {'tariff': 'geneva'}
    """
    world = default_scenario() if scenario is None else scenario
    now = world.calm() if postures is None else postures
    options = {c: menu for c, menu in legal_changes(world, now, state).items() if menu}
    if not options:
        raise InvalidArgument(
            f"the rules must allow a move from `postures`; they allow none from {shown(now)}"
        )

    @st.composite
    def drawn(draw: st.DrawFn) -> Move:
        """Draw a legal move."""
        country = draw(st.sampled_from(sorted(options, key=world.countries.index)))
        menu = options[country]
        names = draw(st.lists(st.sampled_from(list(menu)), min_size=1, max_size=3, unique=True))
        changes = {name: draw(st.sampled_from(menu[name])) for name in names}
        if not dated:
            return Move(country, changes)
        # A move takes effect at the latest of the lead times of its changes.
        lead = max(world.instruments[n].level(country, label).lead_days for n, label in changes.items())
        days = st.integers(0, (LAST_DAY - FIRST_DAY).days).map(lambda k: LAST_DAY - timedelta(k))
        later = st.integers(lead, lead + 90).map(timedelta)

        def on(announced: date, wait: timedelta) -> Move:
            """Return the move that is announced on a day and comes into force after a wait."""
            return Move(country, changes, announced, announced + wait)

        return draw(st.builds(on, days, later).filter(lambda m: legality(world, now, m, state).legal))

    return drawn()


@st.composite
def illegal_moves(
    draw: st.DrawFn,
    *,
    scenario: Scenario | None = None,
    postures: Postures | None = None,
    state: State | None = None,
) -> Move:
    """Return the strategy for moves that the rules do not allow.

    Faults are: the country, an instrument or a level does not exist, the move changes nothing or sets a level
    that is already in force, the law for a level is lost, a level may not follow the present one, or the move
    takes effect before it is announced or too soon afterwards.

    Parameters
    ----------
    scenario : Scenario, optional
        The dispute; the main dispute of the package by default.
    postures : Postures, optional
        Present levels of all instruments; the calm levels of the dispute by default.
    state : State, optional
        State of the world, which determines the laws in force; by default all laws are in force.

    Returns
    -------
    SearchStrategy
        Moves of type `Move`.

    Examples
    --------
    >>> from hypothesis import find
    >>> find(illegal_moves(), lambda move: len(move.changes) == 1).changes
    {'tariff': 'no_such_level'}
    """
    world = default_scenario() if scenario is None else scenario
    now = world.calm() if postures is None else postures
    country = draw(st.sampled_from(world.countries))
    held = world.held(country)
    name = draw(st.sampled_from(held))
    labels = world.instruments[name].labels(country)
    there = {name: now[country][name]}
    # A change that would be legal, so that what is drawn is wrong for one reason.
    away = {name: next(label for label in labels if label != now[country][name])}
    day = date(2025, 6, 1)
    faulty = [
        Move(country, {name: "no_such_level"}),
        Move(country, {}),
        Move(country, there),
        Move("no_such_country", away),
        Move(country, {"no_such_instrument": labels[0]}),
        Move(country, away, day, day - timedelta(1)),
    ]
    for other in held:
        for level in world.instruments[other].held_by(country):
            move = Move(country, {other: level.label})
            if not legality(world, now, move, state).legal:
                faulty.append(move)
            if level.lead_days > 0:
                faulty.append(Move(country, {other: level.label}, day, day + timedelta(level.lead_days - 1)))
    fault = draw(st.sampled_from(faulty))
    if draw(st.booleans()):  # a second change, right or wrong, does not mend the first
        extra = draw(st.sampled_from(held))
        label = draw(st.sampled_from(world.instruments[extra].labels(country)))
        if extra not in fault.changes and fault.changes:
            return Move(fault.country, {**fault.changes, extra: label}, fault.announced, fault.effective)
    return fault


def moves(
    *, scenario: Scenario | None = None, postures: Postures | None = None, state: State | None = None
) -> st.SearchStrategy[Move]:
    """Return the strategy for legal and illegal moves.

    Parameters
    ----------
    scenario : Scenario, optional
        The dispute; the main dispute of the package by default.
    postures : Postures, optional
        Present levels of all instruments; the calm levels of the dispute by default.
    state : State, optional
        State of the world, which determines the laws in force; by default all laws are in force.

    Returns
    -------
    SearchStrategy
        Moves of type `Move`.

    Raises
    ------
    hypothesis.errors.InvalidArgument
        If there is no legal move.
    """
    return st.one_of(
        legal_moves(scenario=scenario, postures=postures, state=state),
        illegal_moves(scenario=scenario, postures=postures, state=state),
    )
