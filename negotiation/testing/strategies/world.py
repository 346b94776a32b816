"""Random scenarios within their calibrated ranges, states of the world, and postures."""

from __future__ import annotations

from collections.abc import Collection
from functools import cache

from hypothesis import strategies as st

from negotiation.disputes import Postures, Scenario, State, load_scenario
from negotiation.disputes.components import SIZES
from negotiation.disputes.loading import MAIN
from negotiation.testing.strategies.ranges import positive


@cache
def default_scenario() -> Scenario:
    """Return the main dispute of the package, which strategies use by default.

    Examples
    --------
    >>> default_scenario().name
    'us-china-2025'
    """
    return load_scenario(MAIN)


def scenarios(
    *, scenario: Scenario | None = None, moved: int = 8, names: Collection[str] | None = None
) -> st.SearchStrategy[Scenario]:
    """Return the strategy for scenarios with some parameters drawn from their calibrated ranges.

    Parameters
    ----------
    scenario : Scenario, optional
        The dispute; the main dispute of the package by default.
    moved : int, optional
        Largest number of parameters that differ from their central values; 8 by default.
    names : collection of str, optional
        Parameters that may differ; all by default.

    Returns
    -------
    SearchStrategy
        Disputes of type `Scenario`.

    Raises
    ------
    UnknownParameter
        If the dispute does not have one of the parameters.
    hypothesis.errors.InvalidArgument
        If `moved` is below 1.

    Examples
    --------
    >>> from hypothesis import find
    >>> central = find(scenarios(), lambda scenario: True)
    >>> dict(central.parameters) == dict(default_scenario().parameters)
    True
    """
    base = default_scenario() if scenario is None else scenario
    known = base.quantities
    for name in names or ():
        base.parameters[name]
    ranges = {name: (q.low, q.high) for name, q in known.items() if names is None or name in names}
    if not ranges:
        return st.just(base)
    # Ends of ranges often: faults of formulas show there.
    part = st.one_of(st.sampled_from((0.0, 1.0)), st.floats(0.0, 1.0))
    # Not a dictionary: those of few keys are drawn so that one entry cannot be dropped without the rest.
    pairs = st.tuples(st.sampled_from(sorted(ranges)), part)
    shares = st.lists(pairs, max_size=positive("moved", moved), unique_by=lambda pair: pair[0])

    def moved_by(chosen: list[tuple[str, float]]) -> Scenario:
        """Return the dispute with each chosen parameter at a share, from 0 to 1, of its range."""
        values = {name: (1 - u) * ranges[name][0] + u * ranges[name][1] for name, u in chosen}
        return base.with_parameters(values)

    return shares.map(moved_by)


def states(*, authority: bool | None = None, in_force: bool | None = None) -> st.SearchStrategy[State]:
    """Return the strategy for states of the world.

    Examples shrink to full dependence, no stocks and no truce.

    Parameters
    ----------
    authority : bool, optional
        Whether the tariff authority is in force; either by default.
    in_force : bool, optional
        Whether a truce is in force; either by default.

    Returns
    -------
    SearchStrategy
        States of type `State`.

    Examples
    --------
    >>> from hypothesis import find
    >>> find(states(in_force=True), lambda state: True).label
    'd2 c2 I0 n1 L1'
    """
    clocks = range(SIZES["clock"])
    return st.builds(
        State,
        curb_dependence=st.sampled_from(range(SIZES["curb_dependence"])[::-1]),
        control_dependence=st.sampled_from(range(SIZES["control_dependence"])[::-1]),
        stocks=st.sampled_from(range(SIZES["stocks"])),
        clock=st.sampled_from([n for n in clocks if in_force is None or (n > 0) == in_force]),
        authority=st.sampled_from((1, 0)) if authority is None else st.just(int(authority)),
    )


def postures(*, scenario: Scenario | None = None, state: State | None = None) -> st.SearchStrategy[Postures]:
    """Return the strategy for postures: a level for every instrument of each country.

    Parameters
    ----------
    scenario : Scenario, optional
        The dispute; the main dispute of the package by default.
    state : State, optional
        State of the world, which restricts levels to those that exist under its laws; all levels by default.

    Returns
    -------
    SearchStrategy
        Postures of type `Postures`.

    Examples
    --------
    >>> from hypothesis import find
    >>> calm = find(postures(), lambda postures: True)
    >>> calm == default_scenario().calm()
    True
    """
    world = default_scenario() if scenario is None else scenario

    def labels(country: str, name: str) -> tuple[str, ...]:
        """Return the levels that one instrument can have."""
        if state is None:
            return world.instruments[name].labels(country)
        return tuple(level.label for level in world.levels(country, name, state))

    held = [(country, name) for country in world.countries for name in world.held(country)]

    def joined(levels: tuple[str, ...]) -> Postures:
        """Return the postures of all countries, given one level for each instrument."""
        chosen = dict(zip(held, levels, strict=True))
        return Postures({c: {name: chosen[c, name] for name in world.held(c)} for c in world.countries})

    return st.tuples(*(st.sampled_from(labels(country, name)) for country, name in held)).map(joined)
