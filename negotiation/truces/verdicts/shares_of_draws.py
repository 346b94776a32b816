"""In which parameter draws the game says that a leg holds, by the same question as at the central values."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from negotiation.base.numeric import BoolArray, FloatArray
from negotiation.disputes import Postures, Scenario, State
from negotiation.disputes.observation import LEGS
from negotiation.truces.record.agreement_text import AgreementText, Terms
from negotiation.truces.record.timeline import level_changes, record_ends
from negotiation.truces.verdicts.incentives import Incentives, incentives_by_draw
from negotiation.truces.verdicts.legs import LegVerdict, Verdicts, record_steps, threats


def verdicts_of(
    scenario: Scenario,
    agreement: AgreementText,
    incentives: Incentives,
    in_force: Postures,
    state: State,
    draws: int,
    rng: int | np.random.Generator,
    progress: Callable[[int, int], None] | None = None,
) -> Verdicts:
    """Return the verdicts by leg: at the central values, in parameter draws, and of the record."""
    generator = np.random.default_rng(rng)
    drawn = [scenario.draw(generator) for _ in range(draws)]
    holding = legs_holding(drawn, incentives.terms, in_force, state)
    if progress is not None and draws:
        progress(draws, draws)
    changes = level_changes(scenario)
    legs: list[LegVerdict] = []
    for leg in scenario.legs:
        departures = incentives.leg(leg)
        steps = record_steps(scenario, agreement, changes, leg)
        names = [f"{c} {name}" for c, name in incentives.terms if scenario.instruments[name].leg == leg]
        legs.append(
            LegVerdict(
                leg,
                tuple(names),
                departures.closest(),
                departures.breaks(),
                departures.by_class(),
                incentives.alone(leg).closest(),
                float(holding[leg].mean()) if draws else None,
                draws,
                not steps,
                steps,
                threats(scenario, agreement, changes, leg),
                min(agreement.window_end, record_ends(scenario)),
            )
        )
    return Verdicts(agreement.id, tuple(legs), agreement.names_in(scenario))


def legs_holding(
    scenarios: Sequence[Scenario], terms: Terms, in_force: Postures, state: State
) -> dict[str, BoolArray]:
    """Return, by leg, in which settings of the parameters the game says that it holds, shape (D,)."""
    if not scenarios:
        return {leg: np.ones(0, dtype=np.bool_) for leg in LEGS}
    incentives = incentives_by_draw(scenarios[0], *settings_of(scenarios), terms, in_force, state)
    return {leg: incentives.holds(leg) for leg in scenarios[0].legs}


def settings_of(scenarios: Sequence[Scenario]) -> tuple[dict[str, FloatArray], FloatArray]:
    """Return the parameters that vary over settings of one dispute, and the discount factors, shape (D,)."""
    varied = {
        name: np.array([one.parameters[name] for one in scenarios])
        for name, quantity in scenarios[0].quantities.items()
        if quantity.low < quantity.high or any(one.parameters[name] != quantity.value for one in scenarios)
    }
    # Without a parameter that varies all settings are alike, and any stands for itself.
    for name, value in list(scenarios[0].parameters.items())[: 0 if varied else 1]:
        varied[name] = np.full(len(scenarios), value)
    return varied, np.array([one.discount_factor for one in scenarios])
