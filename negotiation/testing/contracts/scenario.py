"""The contract of a scenario: numbers have sources and ranges, and games can be built over whole ranges."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from negotiation.disputes import Scenario, load_scenario
from negotiation.disputes.additions.fit import readers_of
from negotiation.disputes.domains import domain_faults
from negotiation.disputes.quantity import Quantity
from negotiation.testing.contracts.rules import EXAMPLES, Rule, first_fault, require
from negotiation.testing.strategies.world import scenarios


def check_scenario(scenario: Scenario | str | Path, *, examples: int = EXAMPLES) -> None:
    """Check that a scenario fulfils its contract.

    Every number has a date that is not after the calibration, and a range or a note on why it has none.
    Ranges lie in the domain of the equations, and steps of dependence do not cross. A period is shorter than
    the times that are measured in periods. Every law has levels that depend on it. The small game has two
    levels per instrument, the calmest first. Games can be built at every draw, and at both ends of all
    ranges.

    Parameters
    ----------
    scenario : Scenario, str or path
        The scenario, its name, or the path of its folder.
    examples : int, optional
        Number of random examples for each rule; 60 by default.

    Raises
    ------
    BrokenContract
        If a rule is broken; the message states the rule and the smallest example that was found.
    UnknownScenario, InvalidFile
        If there is no scenario of this name, or its folder has a fault.

    Examples
    --------
    >>> check_scenario("us-china-2025", examples=5)
    """
    world = scenario if isinstance(scenario, Scenario) else load_scenario(scenario)
    require(f"the scenario {world.name!r}", list(_rules(world)), examples)


def _rules(world: Scenario) -> Iterator[Rule[Any]]:
    yield Rule("every number has a date, and a range or a note", None, lambda _: _numbers_fault(world))
    domains = {name: each for name, (_, each) in readers_of(world.definition, world.bindings).items()}
    yield Rule(
        "ranges lie where the equations make sense",
        None,
        lambda _: next(iter(domain_faults(world.quantities, domains, "")), None),
    )
    yield Rule("steps of dependence never cross", None, lambda _: _steps_fault(world))
    yield Rule("a period is shorter than what it measures", None, lambda _: _lag_fault(world))
    yield Rule("laws have levels that rest on them", None, lambda _: _laws_fault(world))
    yield Rule("the small game offers two levels, calmest first", None, lambda _: _small_fault(world))
    yield Rule("games can be made at both ends of all ranges", None, lambda _: _ends_fault(world))
    yield Rule("games can be made at every draw", scenarios(scenario=world), _game_fault)


def _numbers_fault(world: Scenario) -> str | None:
    for name, quantity in world.calibration.parameters.items():
        fault = quantity_fault(quantity)
        if fault is None and quantity.date.earliest > world.calibration.date:
            fault = f"its date, {quantity.date}, is after {world.calibration.date}"
        if fault is not None:
            return f"{name}: {fault}"
    return None


def quantity_fault(quantity: Quantity) -> str | None:
    """Return what is wrong with a number's range, date or address of the source, or `None`.

    Examples
    --------
    >>> quantity_fault(Quantity(value=1, low=1, high=1, unit="days", date="2025", assumption=True))
    'its range is the point 1.0; give its range, or a note that says why it has none'
    """
    if quantity.low >= quantity.high and not quantity.note:
        return f"its range is the point {quantity.low}; give its range, or a note that says why it has none"
    if quantity.date.never_applied:
        return "it has no date"
    if quantity.source_url and not (quantity.source and quantity.source_url.startswith("http")):
        return (
            f"`source_url` is {quantity.source_url!r} and `source` is {quantity.source!r}; expected an "
            "address that begins with http, and its source"
        )
    return None


def _steps_fault(world: Scenario) -> str | None:
    for kind in ("curb_dependence", "control_dependence"):
        steps = [world.quantities[name] for name in world.definition.state.shares(kind)]
        # Ranges may touch and not cross, so that no draw turns the order of the steps.
        for lower, higher in pairwise(steps):
            if not (lower.value < higher.value and lower.high <= higher.low):
                return f"{kind}: {lower.low}..{lower.high} is not below {higher.low}..{higher.high}"
    return None


def _lag_fault(world: Scenario) -> str | None:
    longest = world.quantities["reaction_lag_days"].high
    state, steps = world.definition.state, []
    if state.clock is not None:
        # A clock has three steps and stocks have two: none may be shorter than a period.
        steps.append((state.clock.term_days, 3))
    if state.stocks is not None:
        steps += [(state.stocks.days_to_empty, 2), (state.stocks.days_to_fill, 2)]
    for name, parts in steps:
        days = world.quantities[name].low
        if parts * longest > days:
            return f"{parts} periods of {longest} days are longer than {name}, {days} days"
    return None


def _laws_fault(world: Scenario) -> str | None:
    laws = [law.name for law in world.laws]
    used = {
        level.authority
        for country in world.countries
        for held in world.held(country)
        for level in world.instruments[held].held_by(country)
    }
    late = [law.name for law in world.laws if law.since and law.since > world.definition.known]
    unused = sorted(set(laws) - used)
    return first_fault(
        f"a law is listed twice: {laws}" if len(set(laws)) != len(laws) else None,
        f"no level rests on {unused}" if unused else None,
        f"{late} begin after {world.definition.known}" if late else None,
    )


def _small_fault(world: Scenario) -> str | None:
    small = world.definition.sizes["small"].levels or {}
    for country, menu in small.items():
        for name, labels in menu.items():
            positions = [world.instruments[name].position(country, label) for label in labels]
            if len(positions) != 2 or positions != sorted(positions):
                return f"{country} {name}: expected two levels, calmest first; got {labels}"
    sizes = tuple(2 ** len(small.get(country, ())) for country in world.countries)
    made = world.stage_game("small").n_actions
    return None if made == sizes else f"the small game has {made} actions, not {sizes}"


def _ends_fault(world: Scenario) -> str | None:
    for end in ("low", "high"):
        values = {name: getattr(quantity, end) for name, quantity in world.quantities.items()}
        fault = _game_fault(world.with_parameters(values))
        if fault is not None:
            return f"at the {end} ends, {fault}"
    return None


def _game_fault(drawn: Scenario) -> str | None:
    if not 0 < drawn.discount_factor < 1:
        return f"the discount factor is {drawn.discount_factor}"
    for size in drawn.definition.sizes:
        game = drawn.stage_game(size)
        if not np.isfinite(game.payoffs).all():
            return f"the {size} game has payoffs that are not finite"
        # In the core game the first posture of each is the calm one.
        if game.payoffs[(0,) * game.n_players].any() and size == "core":
            return f"calm postures pay {game.payoffs[0, 0].tolist()}, not 0"
    return None
