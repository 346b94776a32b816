"""Yearly rates at which the state of the world moves by itself, from the chances per period.

An event with the yearly chance a has the hazard -log(1 - a). A step of stocks, clock or belief that takes T
days on average has the rate 365 / T, the limit of the period chance lag / T as periods get short.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace
from itertools import product
from math import log1p

from negotiation.base.reading.names import names_given
from negotiation.disputes.components import SILENT
from negotiation.disputes.files.state_rules import AuthorityRules, DependenceRules
from negotiation.disputes.numerics import NUMERICS
from negotiation.disputes.periods import DAYS_A_YEAR
from negotiation.disputes.setup import Setup
from negotiation.disputes.state import Motion, State, component_transition
from negotiation.errors import UnknownComponent


def moving_components(setup: Setup, moving: Iterable[str] | None) -> tuple[str, ...]:
    """Return the components of the state that move: the named ones, or all except belief and precedent."""
    known = setup.definition.state.components
    named = names_given(moving)
    components = tuple(name for name in known if name not in SILENT) if named is None else named
    for name in components:
        if name not in known:
            raise UnknownComponent(name, known)
    return tuple(dict.fromkeys(components))


def state_rates(
    state: State, curb_used: bool, control_used: bool, motion: Motion, moving: Collection[str]
) -> dict[State, float]:
    """Return the yearly rates from a state to other states, which differ in one component."""
    rates: dict[State, float] = {}
    felt = curb_used and not state.stocks_last
    for name in moving:
        curb = felt if name == "belief" else curb_used
        for step, rate in component_rates(name, getattr(state, name), curb, control_used, motion).items():
            rates[replace(state, **{name: step})] = rate
    return rates


def component_rates(
    name: str, step: int, curb_used: bool, control_used: bool, motion: Motion
) -> dict[int, float]:
    """Return the yearly rates at which one component moves to other steps."""
    lag = NUMERICS.short_period
    short = replace(motion, parameters=motion.parameters.with_values({"reaction_lag_days": lag}))
    moved = component_transition(name, step, curb_used, control_used, short)
    hazard = isinstance(getattr(motion.rules, name), (DependenceRules, AuthorityRules))
    return {
        after: (-log1p(-chance) if hazard else chance) * DAYS_A_YEAR / lag
        for after, chance in moved.items()
        if after != step and chance > 0.0
    }


def reached(start: State, motion: Motion, moving: Collection[str]) -> tuple[State, ...]:
    """Return the states that can be reached from a start under any play; the start comes first.

    Examples
    --------
    >>> from negotiation.disputes.loading import load_scenario
    >>> motion = load_scenario("us-china-2025").motion
    >>> [state.label for state in reached(State(), motion, ["authority"])]
    ['d2 c2 I0 n0 L1', 'd2 c2 I0 n0 L0']
    """
    seen, frontier = {start: None}, [start]
    while frontier:
        state = frontier.pop()
        for curb, control in product((False, True), repeat=2):
            for after in state_rates(state, curb, control, motion, moving):
                if after not in seen:
                    seen[after] = None
                    frontier.append(after)
    return start, *sorted((each for each in seen if each != start), key=lambda s: s.label, reverse=True)
