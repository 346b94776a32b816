"""The numbers behind leverage: payoffs by step of the state, their expectations, and a lasting curb's harm.

Under a curb that stays the state is a Markov chain, and the average discounted value of the harm solves a
linear system (Puterman 1994, chapter 6). Cost: one 9 by 9 system a scenario.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import numpy as np

from negotiation.numeric import FloatArray, read_only
from negotiation.solvers.mutual_restraint import restraint_thresholds
from negotiation.truces.trajectory import Trajectory, Use, component_kernel, trajectory
from negotiation.world import Scenario, State
from negotiation.world.moving_game import CURB
from negotiation.world.state import SIZES

CONTROL = "chip_control"


def months_of_curb(use: Use) -> tuple[date, ...]:
    """Return the first day of each month with a day on which the curb was in use."""
    return tuple(sorted({day.replace(day=1) for day, on in zip(use.days, use.curb, strict=True) if on}))


def players(scenario: Scenario) -> tuple[str, str]:
    """Return the holder of the control and the holder of the curb."""
    control = next(c for c in scenario.countries if CONTROL in scenario.held(c))
    return control, scenario.other(control)


def quantities(
    scenario: Scenario, use: Use, days: tuple[date, ...], opening: State
) -> tuple[dict[str, FloatArray], list[tuple[float, float]], Trajectory]:
    """Return the quantities by day, leverage at the end without each month of curb, and the trajectory."""
    path = trajectory(scenario, use, opening)
    harm, gain, suffered, cost = _payoffs_by_step(scenario)
    found = _expected(path, days, harm, suffered)
    lasting = lasting_harm(scenario, harm)
    found["lasting"] = np.array(
        [on["rare_earth_dependence"] @ lasting @ on["stocks"] for on in map(path.on, days)]
    )
    found["excess"] = scenario.discount_factor * found["lasting"] - gain
    found["gain"] = np.full(len(days), gain)
    found["curb cost"] = np.full(len(days), cost)
    gains = np.stack([found["gain"], -found["curb cost"]], axis=-1)
    harms = np.stack([found["leverage"], found["control harm"]], axis=-1)
    found["thresholds"] = restraint_thresholds(gains, harms)
    found["threshold"] = found["thresholds"].max(axis=-1)
    without: list[tuple[float, float]] = []
    for month in months_of_curb(use):
        after = (month.replace(day=28) + timedelta(days=4)).replace(day=1)
        other = _expected(
            trajectory(scenario, use.without("curb", month, after), opening), days[-1:], harm, suffered
        )
        without.append((float(other["leverage"][0]), float(other["leverage, stocks gone"][0])))
    for array in found.values():
        read_only(array)
    return found, without, path


def _payoffs_by_step(scenario: Scenario) -> tuple[FloatArray, float, FloatArray, float]:
    """Return the curb's harm by d (stocks gone), the control's gain, its harm by c, and the curb's cost."""
    control, curb = players(scenario)
    small = scenario.calibration.small
    used = {
        name: scenario.instruments[name].position(country, small[country][name][-1])
        for country, name in ((control, CONTROL), (curb, CURB))
    }
    states = [replace(State(), rare_earth_dependence=k, chip_dependence=k) for k in range(SIZES["stocks"])]
    curbs = [scenario.effects(curb, CURB, state) for state in states]
    controls = [scenario.effects(control, CONTROL, state) for state in states]
    return (
        np.array([-effect.other[used[CURB]] for effect in curbs]),
        float(controls[0].holder[used[CONTROL]]),
        np.array([-effect.other[used[CONTROL]] for effect in controls]),
        -float(curbs[0].holder[used[CURB]]),
    )


def lasting_harm(scenario: Scenario, harm: FloatArray) -> FloatArray:
    """Return the average discounted harm of a curb that stays, by d and I, shape (3, 3).

    Solves v = (1 - delta) u + delta T v with u(d, I) = h(d) once stocks are gone, under a curb.

    Parameters
    ----------
    scenario : Scenario
        Motion and patience; the period is its reaction lag.
    harm : array, shape (3,)
        Harm of a period by d, stocks gone.
    """
    moves = [
        component_kernel(name, True, scenario.parameters) for name in ("rare_earth_dependence", "stocks")
    ]
    joint = np.kron(moves[0], moves[1])
    flow = np.kron(harm, np.array([1.0, 0.0, 0.0]))
    delta = scenario.discount_factor
    system = np.eye(len(joint)) - delta * joint
    value: FloatArray = np.asarray(np.linalg.solve(system, (1.0 - delta) * flow), dtype=np.float64)
    return value.reshape(len(harm), -1)


def _expected(
    path: Trajectory, days: tuple[date, ...], harm: FloatArray, suffered: FloatArray
) -> dict[str, FloatArray]:
    """Return expected leverage and harm of the control on these days."""
    on = [path.on(day) for day in days]
    gone = np.array([state["rare_earth_dependence"] @ harm for state in on])
    return {
        "leverage, stocks gone": gone,
        "leverage": gone * np.array([state["stocks"][0] for state in on]),
        "control harm": np.array([state["chip_dependence"] @ suffered for state in on]),
    }
