"""What is asked of the payoffs of an instrument; each function says what is wrong, or nothing."""

from __future__ import annotations

import numpy as np

from negotiation.disputes import Scenario, State
from negotiation.disputes.instrument import Instrument
from negotiation.disputes.posture_payoffs import parameters_read

NEAR = 1e-12


def declared_fault(instrument: Instrument, country: str, scenario: Scenario, state: State) -> str | None:
    """Return a parameter that is read and not declared, or declared and not known."""
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
    """Return what is wrong with the payoffs of the levels: one finite number each, differences kept."""
    count, base = len(instrument.held_by(country)), instrument.base_position(country)
    raw = instrument.effects(scenario.circumstances(country, state, instrument.name))
    shown = scenario.effects(country, instrument.name, state)
    bystanders = [(f"bystander {code}", one, shown.bystanders[code]) for code, one in raw.bystanders.items()]
    both = [("holder", raw.holder, shown.holder), ("other", raw.other, shown.other)]
    for whose, given, array in (*both, *bystanders):
        if np.shape(given) != (count,):
            return f"payoffs of the {whose} have the shape ({count},), one a level; got {np.shape(given)}"
        if not np.isfinite(given).all():
            return f"payoffs of the {whose} are not finite: {np.asarray(given).tolist()}"
        if array[base] != 0 or np.abs(np.diff(array) - np.diff(given)).max() > NEAR:
            return f"payoffs of the {whose} against the calmest do not keep the differences"
    return None


def harm_fault(instrument: Instrument, country: str, scenario: Scenario, state: State) -> str | None:
    """Return a harsher level that hurts the other side less."""
    other = scenario.effects(country, instrument.name, state).other
    labels = instrument.labels(country)
    for k in np.flatnonzero(np.diff(other) > NEAR):
        return f"{labels[k + 1]!r} hurts less than {labels[k]!r}: {other[k + 1]:.6g} against {other[k]:.6g}"
    return None


def strength_fault(instrument: Instrument, country: str, scenario: Scenario, state: State) -> str | None:
    """Return a harsher level that is weaker, or a base of some strength."""
    strength = scenario.strength(country, instrument.name, state)
    labels, base = instrument.labels(country), instrument.base_position(country)
    if strength.shape != (len(labels),) or strength[base] != 0 or (np.diff(strength) < 0).any():
        return f"strength by level, 0 at the base and not falling, is wanted; got {strength.tolist()}"
    return None
