"""The contract of an instrument: its levels, the law, what a level does, and the parameters that it reads.

Each function whose name ends in `fault` returns what is wrong, in words, or None if nothing is.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import replace
from difflib import get_close_matches
from itertools import pairwise
from typing import Any

import numpy as np
from hypothesis import strategies as st

from negotiation.disputes import Move, Scenario, State, apply_move, legality
from negotiation.disputes.instrument import Instrument, Level
from negotiation.disputes.posture_payoffs import parameters_read
from negotiation.disputes.quantity import Parameters, Quantity
from negotiation.errors import UnknownCountry, UnknownLevel
from negotiation.testing.contracts.rules import EXAMPLES, Rule, first_fault, require
from negotiation.testing.numerics import NUMERICS
from negotiation.testing.strategies.world import default_scenario, scenarios, states


def check_instrument(
    instrument: Instrument,
    *,
    scenario: Scenario | None = None,
    parameters: Mapping[str, Quantity] | None = None,
    examples: int = EXAMPLES,
) -> None:
    """Check that an instrument fulfils its contract, for each country of a scenario that holds it.

    Levels have different names, and dates and sources. They are ordered from the calmest, levels that were
    only threatened come last, and measured values differ. The names of laws are spelt as elsewhere in the
    scenario. The calmest level exists under every law, and legal moves lead from every level to every other.
    A harsher level is no weaker and hurts the other side no less, for all parameters and states. To compare
    harm, levels with measured values are ordered by value. Payoffs are finite, and only declared parameters
    are read.

    Parameters
    ----------
    instrument : Instrument
        The instrument.
    scenario : Scenario, optional
        The scenario to which the instrument is added; the main dispute of the package by default.
    parameters : mapping from str to Quantity, optional
        Parameters of the instrument that the scenario does not have, by name.
    examples : int, optional
        Number of random examples for each rule; 60 by default.

    Raises
    ------
    BrokenContract
        If a rule is broken; the message states the rule and the smallest example that was found.

    Examples
    --------
    >>> check_instrument(default_scenario().instruments["visa"], examples=10)
    """
    world = with_instrument(
        default_scenario() if scenario is None else scenario, instrument, parameters or {}
    )
    rules = list(_rules(instrument, world))
    require(f"the instrument {instrument.name!r}", rules, examples)


def with_instrument(
    scenario: Scenario, instrument: Instrument, parameters: Mapping[str, Quantity]
) -> Scenario:
    """Return the scenario with an instrument and its parameters; an instrument of the same name is replaced.

    Examples
    --------
    >>> visa = replace(default_scenario().instruments["visa"], name="study_permit")
    >>> with_instrument(default_scenario(), visa, {}).held("USA")[-1]
    'study_permit'
    """
    known = {**scenario.calibration.parameters, **parameters}
    return replace(
        scenario,
        calibration=scenario.calibration.model_copy(update={"parameters": known}),
        instruments={**scenario.instruments, instrument.name: instrument},
        bindings={name: bound for name, bound in scenario.bindings.items() if name != instrument.name},
        parameters=Parameters({**scenario.parameters, **{name: q.value for name, q in parameters.items()}}),
    )


def _rules(instrument: Instrument, world: Scenario) -> Iterator[Rule[Any]]:
    countries = [country for country in world.countries if country in instrument.levels]
    read = {name for country in countries for name in instrument.parameters(country)}
    state = world.definition.state
    shares = {*state.scaling("curb_dependence"), *state.scaling("control_dependence")}
    named = read & set(world.parameters) | shares
    drawn = st.tuples(scenarios(scenario=world, names=named), states())

    def each(check: Any) -> Any:
        """Return a check of every country that holds the instrument."""

        def fault(example: Any) -> str | None:
            """Return the first fault that a check finds, with the country that holds the instrument."""
            rest = () if example is None else example
            faults = [(country, check(instrument, country, *(rest or (world,)))) for country in countries]
            return next((f"held by {country}, {wrong}" for country, wrong in faults if wrong), None)

        return fault

    yield Rule(
        "some country of the scenario holds it",
        None,
        lambda _: None if countries else f"it is held by {list(instrument.levels)} alone",
    )
    yield Rule(
        "every level is named, dated and sourced",
        None,
        lambda _: first_fault(*(level_fault(lv) for c in countries for lv in instrument.held_by(c))),
    )
    yield Rule("labels differ and find their level", None, each(labels_fault))
    yield Rule("a law is spelt as elsewhere", None, each(law_fault))
    yield Rule("measured values differ and snap to themselves", None, each(values_fault))
    yield Rule("what was only threatened lies above what was done", None, each(threat_fault))
    yield Rule("the calmest level exists under every law", None, each(calmest_fault))
    yield Rule("every level can be reached from every other", None, each(reach_fault))
    yield Rule("every parameter that is read is declared and known", drawn, each(declared_fault))
    yield Rule("payoffs are finite, one per level, against the calmest", drawn, each(effects_fault))
    yield Rule("a harsher level hurts the other side no less", drawn, each(harm_fault))
    yield Rule("a harsher level is no weaker", drawn, each(strength_fault))


def declared_fault(instrument: Instrument, country: str, scenario: Scenario, state: State) -> str | None:
    """Return which parameters are read but not declared, declared twice, or unknown."""
    declared = instrument.parameters(country)
    unknown = sorted(set(declared) - set(scenario.parameters))
    if unknown:
        return f"the scenario has no parameter {unknown}; give its range in `parameters`"
    if len(set(declared)) != len(declared):
        return f"a parameter is declared twice: {declared}"
    read = parameters_read(scenario, country, instrument.name, state)
    rules = scenario.definition.state
    of_the_state = {*rules.shares("curb_dependence"), *rules.shares("control_dependence")}
    hidden = sorted(read - set(declared) - of_the_state)
    return f"it reads {hidden}, which `parameters` does not name" if hidden else None


def effects_fault(instrument: Instrument, country: str, scenario: Scenario, state: State) -> str | None:
    """Return what is wrong with the levels' payoffs: finite, one per level, and measured from the calmest."""
    count, base = len(instrument.held_by(country)), instrument.base_position(country)
    raw = instrument.effects(scenario.circumstances(country, state, instrument.name))
    shown = scenario.effects(country, instrument.name, state)
    bystanders = [
        (f"bystander {code}", payoffs, shown.bystanders[code]) for code, payoffs in raw.bystanders.items()
    ]
    both = [("holder", raw.holder, shown.holder), ("other", raw.other, shown.other)]
    for whose, given, array in (*both, *bystanders):
        if np.shape(given) != (count,):
            return (
                f"payoffs of the {whose} must have the shape ({count},), one per level; got {np.shape(given)}"
            )
        if not np.isfinite(given).all():
            return f"payoffs of the {whose} are not finite: {np.asarray(given).tolist()}"
        if array[base] != 0 or np.abs(np.diff(array) - np.diff(given)).max() > NUMERICS.payoff:
            return f"payoffs of the {whose} against the calmest do not keep the differences"
    return None


def harm_fault(instrument: Instrument, country: str, scenario: Scenario, state: State) -> str | None:
    """Return a harsher level, or one with a higher value, that hurts the other side less."""
    # A rate may fall where its law is harsher; what it does to the other side follows the rate.
    order = sorted(range(len(held := instrument.held_by(country))), key=lambda k: (held[k].value or 0.0, k))
    other = scenario.effects(country, instrument.name, state).other[order]
    labels = [held[k].label for k in order]
    for k in np.flatnonzero(np.diff(other) > NUMERICS.payoff):
        return f"{labels[k + 1]!r} hurts less than {labels[k]!r}: {other[k + 1]:.6g} against {other[k]:.6g}"
    return None


def strength_fault(instrument: Instrument, country: str, scenario: Scenario, state: State) -> str | None:
    """Return what is wrong with the strengths: 0 at the base, and never falling."""
    strength = scenario.strength(country, instrument.name, state)
    labels, base = instrument.labels(country), instrument.base_position(country)
    if strength.shape != (len(labels),) or strength[base] != 0 or (np.diff(strength) < 0).any():
        return f"the strength by level must be 0 at the base and not fall; got {strength.tolist()}"
    return None


_LABEL = re.compile(r"[a-z][a-z0-9_]*")


def level_fault(level: Level) -> str | None:
    """Return what is wrong with one level on its own.

    Examples
    --------
    >>> level_fault(Level("High", "all of it", "2025", "a report"))
    "level 'High': a label is made of a-z, 0-9 and _"
    """
    sourced = (bool(level.source) or level.assumption) and bool(level.source_url) <= bool(level.source)
    wrong = (
        (not _LABEL.fullmatch(level.label), "a label is made of a-z, 0-9 and _"),
        (not level.meaning, "it must say what it means"),
        (level.when.never_applied, "it must have a date"),
        (not sourced, "it must have a source or be marked as an assumption"),
        (
            bool(level.source_url) and not level.source_url.startswith("http"),
            "an address must begin with http",
        ),
        ((level.value is None) != (level.unit == ""), "a value and a unit must come together"),
        (level.lead_days < 0, "lead_days must be 0 or more"),
        (not level.authority, "it must name the law that it rests on"),
    )
    return next((f"level {level.label!r}: {words}" for is_so, words in wrong if is_so), None)


def labels_fault(instrument: Instrument, country: str, _: Scenario) -> str | None:
    """Return what is wrong with the labels: two or more, different, each finding its level."""
    labels = instrument.labels(country)
    if len(set(labels)) != len(labels) or len(labels) < 2:
        return f"it has {labels}; expected at least two different labels"
    if [instrument.level(country, label).label for label in labels] != list(labels):
        return f"its labels do not find their levels: {labels}"
    for raised, ask in ((UnknownLevel, (country, labels[0] + "x")), (UnknownCountry, ("FRA", labels[0]))):
        try:
            instrument.level(*ask)
        except raised:
            continue
        return f"asking for {ask} does not raise {raised.__name__}"
    return None


def law_fault(instrument: Instrument, country: str, scenario: Scenario) -> str | None:
    """Return a law spelt almost like another; a misspelt law would count as always in force."""
    laws = {
        level.authority for i in scenario.instruments.values() for ls in i.levels.values() for level in ls
    }
    laws |= {law.name for law in scenario.laws}
    for level in instrument.held_by(country):
        near = get_close_matches(level.authority, laws - {level.authority}, cutoff=0.7)
        if near:
            return f"level {level.label!r} rests on {level.authority!r}; is it {near[0]!r}?"
    return None


def values_fault(instrument: Instrument, country: str, _: Scenario) -> str | None:
    """Return what is wrong with measured values: all or none, all different, each nearest to itself."""
    measured = [level for level in instrument.held_by(country) if level.value is not None]
    measured.sort(key=lambda level: level.value or 0.0)
    values = [float(level.value or 0.0) for level in measured]
    if len(measured) not in (0, len(instrument.held_by(country))):
        return "some levels have a value and others have none"
    if len(set(values)) < len(values):
        return f"two levels have the same value: {values}"
    for (lower, low), (higher, high) in pairwise(zip(measured, values, strict=True)):
        # Just below and above the middle of two values.
        below, above = low + 0.49 * (high - low), low + 0.51 * (high - low)
        if instrument.nearest(country, below) != lower or instrument.nearest(country, above) != higher:
            return f"a value between {low} and {high} does not snap to the nearer"
    if measured:
        ends = instrument.nearest(country, values[0] - 1e6), instrument.nearest(country, values[-1] + 1e6)
        return (
            None if ends == (measured[0], measured[-1]) else "a value beyond the ends does not snap to them"
        )
    return None


def threat_fault(instrument: Instrument, country: str, _: Scenario) -> str | None:
    """Return what is wrong with threatened levels: they are above all others, and not the calmest."""
    threatened = [level.threatened for level in instrument.held_by(country)]
    if threatened != sorted(threatened) or threatened[0]:
        return (
            "levels that were only threatened must come last, and the calmest level must not be one; got "
            f"`threatened` = {threatened} by level"
        )
    return None


def calmest_fault(instrument: Instrument, country: str, scenario: Scenario) -> str | None:
    """Return a day or state of the law in which the base, the calmest level that is not past, is missing."""
    calmest = instrument.held_by(country)[instrument.base_position(country)]
    # Under each law: with authority and without, before and after each began.
    for authority in (0, 1):
        state = State(authority=authority)
        for day in (None, *(law.since for law in scenario.laws)):
            levels = scenario.levels(country, instrument.name, state, day)
            if next((level for level in levels if not level.past), None) != calmest:
                return f"{calmest.label!r} does not exist with authority {authority} on {day or 'any day'}"
    return None


def reach_fault(instrument: Instrument, country: str, scenario: Scenario) -> str | None:
    """Return a level that legal moves do not reach from another, with the tariff authority in force."""
    labels = instrument.labels(country)
    unknown = {p for level in instrument.held_by(country) for p in level.may_follow or ()} - set(labels)
    return first_fault(
        f"`may_follow` names {sorted(unknown)}, which are not levels" if unknown else None,
        *(_unreached(instrument, country, scenario, start) for start in labels),
    )


def _unreached(instrument: Instrument, country: str, scenario: Scenario, start: str) -> str | None:
    name, labels, state = instrument.name, set(instrument.labels(country)), State(authority=1)
    reached, queue = {start}, deque([scenario.calm().after(country, {name: start})])
    # Breadth first over legal moves of this instrument alone, all else calm.
    while queue:
        postures = queue.popleft()
        for label in sorted(labels - reached):
            move = Move(country, {name: label})
            if legality(scenario, postures, move, state).legal:
                reached.add(label)
                queue.append(apply_move(scenario, postures, move, state))
    return f"{sorted(labels - reached)} cannot be reached from {start!r}" if labels - reached else None
