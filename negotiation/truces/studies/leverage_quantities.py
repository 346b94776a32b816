"""The numbers behind leverage: payoffs by step of the state, their expectations, and a lasting curb's harm.

Under a curb that stays the state is a Markov chain, and the average discounted value of the harm solves a
linear system (Puterman 1994, chapter 6). Cost: one 9 by 9 system a scenario. All
settings of the parameters are followed at once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np

from negotiation.numeric import FloatArray, read_only
from negotiation.solvers.closed_forms.mutual_restraint import restraint_thresholds
from negotiation.truces.record.state_trajectory import Use, component_kernel, daily_moves, trajectories
from negotiation.world import Scenario, State
from negotiation.world.moving_game import CURB
from negotiation.world.state import SIZES

CONTROL = "chip_control"
CURBED = ("rare_earth_dependence", "stocks")
"""Components that the curb moves."""

GONE = "leverage, stocks gone"


def months_of_curb(use: Use) -> tuple[date, ...]:
    """Return the first day of each month with a day on which the curb was in use."""
    return tuple(sorted({day.replace(day=1) for day, on in zip(use.days, use.curb, strict=True) if on}))


def players(scenario: Scenario) -> tuple[str, str]:
    """Return the holder of the control and the holder of the curb."""
    control = next(c for c in scenario.countries if CONTROL in scenario.held(c))
    return control, scenario.other(control)


@dataclass(frozen=True, eq=False)
class Quantities:
    """The quantities behind leverage at D settings of the parameters.

    Parameters
    ----------
    found : mapping from quantity to array, shape (D, days)
        "thresholds" has shape (D, days, 2), one for each player.
    without, without_stocks_gone : array, shape (D, months)
        Leverage on the last day without each month of curb: as stocks stand, and once they are gone.
    """

    found: Mapping[str, FloatArray]
    without: FloatArray
    without_stocks_gone: FloatArray


def quantities(scenarios: Sequence[Scenario], use: Use, days: tuple[date, ...], opening: State) -> Quantities:
    """Return the quantities by day, and leverage at the end without each month of curb.

    Parameters
    ----------
    scenarios : sequence of Scenario
        D settings of the parameters of one scenario.
    use : Use
        When curb and control were in use.
    days : tuple of date
        Days that are asked for.
    opening : State
        The state on the first day of use.
    """
    moves = daily_moves(scenarios)
    where = [(day - use.days[0]).days for day in days]
    path = {name: each[:, where] for name, each in trajectories(scenarios, use, opening, moves=moves).items()}
    harm, gain, suffered, cost = _payoffs_by_step(scenarios)
    found = {
        **_expected(path, harm),
        "control harm": np.einsum("dti,di->dt", path["chip_dependence"], suffered),
        "lasting": np.einsum(
            "dti,dij,dtj->dt", path["rare_earth_dependence"], _lasting(scenarios, harm), path["stocks"]
        ),
    }
    delta = np.array([one.discount_factor for one in scenarios])
    found["excess"] = delta[:, None] * found["lasting"] - gain[:, None]
    found["gain"], found["curb cost"] = (np.repeat(each[:, None], len(days), axis=1) for each in (gain, cost))
    gains = np.stack([found["gain"], -found["curb cost"]], axis=-1)
    harms = np.stack([found["leverage"], found["control harm"]], axis=-1)
    found["thresholds"] = restraint_thresholds(gains, harms)
    found["threshold"] = found["thresholds"].max(axis=-1)
    without = []
    for month in months_of_curb(use):
        after = (month.replace(day=28) + timedelta(days=4)).replace(day=1)
        other = trajectories(scenarios, use.without("curb", month, after), opening, CURBED, moves)
        without.append(_expected({name: each[:, where[-1:]] for name, each in other.items()}, harm))
    for array in found.values():
        read_only(array)
    left = [np.array([one[name][:, 0] for one in without]).T for name in ("leverage", GONE)]
    return Quantities(found, left[0], left[1])


def _payoffs_by_step(
    scenarios: Sequence[Scenario],
) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    """Return the curb's harm by d (stocks gone), the control's gain, its harm by c, and the curb's cost.

    Shapes (D, 3), (D,), (D, 3), (D,).
    """
    control, curb = players(scenarios[0])
    small = scenarios[0].calibration.small
    used = {
        name: scenarios[0].instruments[name].position(country, small[country][name][-1])
        for country, name in ((control, CONTROL), (curb, CURB))
    }
    states = [replace(State(), rare_earth_dependence=k, chip_dependence=k) for k in range(SIZES["stocks"])]
    curbs = [[one.effects(curb, CURB, state) for state in states] for one in scenarios]
    controls = [[one.effects(control, CONTROL, state) for state in states] for one in scenarios]
    return (
        np.array([[-effect.other[used[CURB]] for effect in each] for each in curbs]),
        np.array([each[0].holder[used[CONTROL]] for each in controls]),
        np.array([[-effect.other[used[CONTROL]] for effect in each] for each in controls]),
        np.array([-each[0].holder[used[CURB]] for each in curbs]),
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
    found: FloatArray = _lasting([scenario], np.asarray(harm)[None])[0]
    return found


def _lasting(scenarios: Sequence[Scenario], harm: FloatArray) -> FloatArray:
    """Return the average discounted harms of a curb that stays, shape (D, 3, 3)."""
    moves = [np.stack([component_kernel(name, True, one.parameters) for one in scenarios]) for name in CURBED]
    size = harm.shape[1]
    joint = np.einsum("dij,dkl->dikjl", *moves).reshape(len(scenarios), size**2, size**2)
    flow = np.einsum("di,j->dij", harm, np.array([1.0, 0.0, 0.0])).reshape(len(scenarios), -1)
    delta = np.array([one.discount_factor for one in scenarios])
    system = np.eye(size**2) - delta[:, None, None] * joint
    value: FloatArray = np.linalg.solve(system, ((1.0 - delta)[:, None] * flow)[..., None])[..., 0]
    return value.reshape(len(scenarios), size, size)


def _expected(path: Mapping[str, FloatArray], harm: FloatArray) -> dict[str, FloatArray]:
    """Return expected leverage, as stocks stand and once they are gone, shapes (D, days)."""
    gone = np.einsum("dti,di->dt", path["rare_earth_dependence"], harm)
    return {GONE: gone, "leverage": gone * path["stocks"][:, :, 0]}
