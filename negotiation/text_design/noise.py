"""What a text comes to under noise, as it is compiled: agencies slip, clauses are misread, alarms answered.

Theories are asked without noise, where pooling all threats is free. Under noise it has a price, since an
alarm that nobody earned is answered too; so linkage and consultation are judged here. A leg holds if no
departure from what the text prescribes gains that changes an instrument of it, in any state of the automaton.
"""

from __future__ import annotations

import numpy as np

from negotiation.base.numeric import KNIFE_EDGE, FloatArray, payoff_tolerances
from negotiation.disputes import Scenario, State
from negotiation.errors import IllegalMove
from negotiation.game_theory.checks.verify import verify
from negotiation.game_theory.solvers.values.value import value
from negotiation.truces.compiling.compiler import Choices, Compiled, compiled_text
from negotiation.truces.compiling.plan import profile_of
from negotiation.truces.theories.common.departures import without_knife_edge
from negotiation.truces.verdicts.agreements import Agreement
from negotiation.truces.verdicts.noise_departures import closest_departures, state_gains

# What it is called beside the theories.
UNDER_NOISE = "the text under noise"


def compiled(text: Agreement, scenario: Scenario, state: State | None) -> Compiled:
    """Return a text compiled, each period of its term maybe the last: a counted one would unravel from it."""
    return compiled_text(text, scenario, Choices(clock="memoryless", state=state))


def under_noise(text: Agreement, scenario: Scenario, state: State | None) -> tuple[list[bool], FloatArray]:
    """Return whether each leg of the text holds, and what sides gain over its being ended, shape (2,)."""
    try:
        found = compiled(text, scenario, state)
    except IllegalMove:
        # A level that the law of this draw forbids can be held by nobody.
        return [False] * len(scenario.legs), np.zeros(2)
    gains, held = state_gains(found), []
    for leg in scenario.legs:
        members = frozenset(name for name, one in scenario.instruments.items() if one.leg == leg)
        held.append(not any(one.gains for one in closest_departures(found, gains, members).values()))
    stage, start = found.game.stage, found.automaton.states.index(str(found.automaton.initial))
    ended = stage.payoff(profile_of(stage, {**found.plan.kept, **found.plan.ended}))
    more = value(found.game, found.automaton).values[start] - np.asarray(ended, dtype=np.float64)
    return held, without_knife_edge(more, payoff_tolerances(stage.payoffs[None], KNIFE_EDGE)[0])


def agrees(text: Agreement, scenario: Scenario) -> bool:
    """Return whether the independent check of a compiled text says at the central values what its legs do."""
    held = all(under_noise(text, scenario, None)[0])
    try:
        found = compiled(text, scenario, None)
    except IllegalMove:
        return not held
    return verify(found.game, found.automaton).holds == held
