"""The state of the world as the past shows it: dependence and stocks under the moves announced so far."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from functools import lru_cache

import numpy as np

from negotiation.truces.record.past import Past
from negotiation.truces.record.state_trajectory import BEGINS, COMPONENTS, OPENING, Use, trajectory
from negotiation.world import Scenario, State
from negotiation.world.moving_game import CONTROLS, CURB


@lru_cache(maxsize=512)
def state_of(scenario: Scenario, past: Past) -> State:
    """Return the most likely step of each component on the last day of the past.

    Before April 2025 it is the assumed opening state: full dependence of both sides, full stocks.
    """
    use = _use(scenario, past)
    if use is None:
        return OPENING
    last = trajectory(scenario, use).on(use.days[-1])
    return replace(OPENING, **{name: int(last[name].argmax()) for name in COMPONENTS})


def _use(scenario: Scenario, past: Past) -> Use | None:
    if past.as_of <= BEGINS:
        return None
    calm = scenario.calm()
    days = tuple(BEGINS + timedelta(k) for k in range((past.as_of - BEGINS).days))
    changes = sorted({step.day for step in past.steps if step.day >= BEGINS} | {BEGINS})
    flags = []
    for change in changes:
        now = past.postures(before=change + timedelta(days=1))
        used = [
            any(
                now[c][name] != calm[c][name] for c in scenario.countries for name in names if name in calm[c]
            )
            for names in ((CURB,), CONTROLS)
        ]
        flags.append(used)
    where = np.searchsorted([c.toordinal() for c in changes], [d.toordinal() for d in days], side="right") - 1
    table = np.array(flags)[where]
    return Use(days, table[:, 0], table[:, 1])
