"""Leverage over time: the harm that the curb could do to the USA, compared with the gain from the control.

The record implies a distribution of the dependences d and c and of the stocks I on each day
(`state_trajectory`). For each month, these are computed, in percent of GDP:

    leverage    rho = E[h(d) r; stocks gone]    harm of a full curb to the USA, nothing while stocks last
    lasting     (1 - delta) sum of delta^t rho_t under a curb that stays: stocks run out, dependence falls
    gain        g                               the control's worth to the USA
    harm        E[c(c) x]                       harm of the control to China
    cost        kappa r                         what the curb costs China

From these follows the least discount factor at which both leave their weapons unused, as if the month lasted
for ever (`restraint_thresholds`). If a curb that stays answers the control one period later, the control does
not pay when delta times the lasting leverage exceeds g.

Under a curb that stays the state is a Markov chain, and the average discounted value of the harm solves a
linear system (Puterman 1994, chapter 6). Cost: one 9 by 9 system per setting of the parameters.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np

from negotiation.base.drawing import Drawable
from negotiation.base.labelled import Table, Tabular
from negotiation.base.numeric import FloatArray, read_only
from negotiation.base.reading.numbers import expect_generator
from negotiation.base.status import Status
from negotiation.disputes import Scenario, State
from negotiation.disputes.components import SIZES
from negotiation.disputes.menus import weapons
from negotiation.disputes.parameter_draws import expect_draws
from negotiation.game_theory.solvers.closed_forms.restraint import restraint_thresholds
from negotiation.truces.record.agreement_text import agreements_of
from negotiation.truces.record.state_trajectory import (
    Trajectory,
    Use,
    component_kernel,
    daily_moves,
    month_starts,
    opening_state,
    recorded_use,
    trajectories,
    trajectory,
)

# Quantiles over the parameter draws that a band shows.
BAND = (0.05, 0.95)

GONE = "leverage, stocks gone"
QUANTITIES = ("leverage", "lasting", GONE, "gain", "control harm", "curb cost", "threshold")

# Components that the curb moves.
CURBED = ("curb_dependence", "stocks")


@dataclass(frozen=True, eq=False)
class MonthOfCurb:
    """The effect of the curb's use in one month on leverage at the end of the record."""

    month: date
    days: int
    # change, change_stocks_gone: Leverage at the end of the record with that use less leverage without it,
    # percent of GDP: as stocks stand, and once they are gone.
    change: float
    change_stocks_gone: float
    # low, high: The band of the second over parameter draws.
    low: float
    high: float


@dataclass(frozen=True, eq=False)
class Leverage(Tabular, Drawable):
    """Leverage, gain and the exchange's threshold, month by month, with bands."""

    _figure = "truces.leverage:leverage_figure"

    # Holder of the control and holder of the curb.
    players: tuple[str, str]
    # First day of each month, and the last day of the record.
    days: tuple[date, ...]
    # (days,): at the central values; the threshold is infinite where no patience is enough.
    central: dict[str, FloatArray]
    low: dict[str, FloatArray]
    high: dict[str, FloatArray]
    # (days,): share of draws in which a lasting curb, one period later, outweighs the gain.
    share: FloatArray
    # The player whose threshold binds, by day; empty where nothing does.
    binding: tuple[str, ...]
    # What each month of curb did to later leverage.
    months: tuple[MonthOfCurb, ...]
    trajectory: Trajectory
    # Days of use in the record.
    use: Use
    draws: int
    # Names of the dispute's agreements, and when each was signed.
    signed: tuple[tuple[str, date], ...]
    status: Status = "complete"

    def table(self) -> Table:
        """Return one row for each day: leverage and gain with their bands, the threshold and what binds."""
        columns = (
            "day", "leverage, % GDP", "low", "high", "stocks gone: leverage",
            "lasting leverage, % GDP", "lasting, low", "lasting, high", "control's gain, % GDP",
            "gain, low", "gain, high", "share of draws with lasting leverage above gain",
            "critical discount factor", "threshold, low", "threshold, high", "binding",
        )  # fmt: skip
        rows = tuple(
            (
                str(day), *(float(side["leverage"][k]) for side in (self.central, self.low, self.high)),
                float(self.central[GONE][k]),
                *(
                    float(side[name][k])
                    for name in ("lasting", "gain")
                    for side in (self.central, self.low, self.high)
                ),
                float(self.share[k]),
                *(_or_none(side["threshold"][k]) for side in (self.central, self.low, self.high)),
                self.binding[k],
            )
            for k, day in enumerate(self.days)
        )  # fmt: skip
        return Table("leverage against the control's gain", columns, rows)

    def months_table(self) -> Table:
        """Return one row for each month of curb: its effect on leverage at the end of the record."""
        columns = (
            "month", "days of curb", "change of leverage, % GDP", "stocks gone: change, % GDP", "low", "high",
        )  # fmt: skip
        rows = tuple(
            (f"{m.month:%Y-%m}", m.days, m.change, m.change_stocks_gone, m.low, m.high) for m in self.months
        )
        return Table(f"what a month of curb did to leverage on {self.days[-1]}", columns, rows)


def _or_none(value: float) -> float | str:
    return float(value) if np.isfinite(value) and value < 1 else "none"


def leverage(
    scenario: Scenario,
    *,
    opening: State | None = None,
    draws: int = 256,
    rng: int | np.random.Generator = 0,
    progress: Callable[[int, int], None] | None = None,
) -> Leverage:
    """Return leverage, gain and the threshold of the control exchange by month of the record.

    `opening` is the state of the world when the record begins, by default the dispute's. `draws` is the
    number of parameter draws behind the bands, and `rng` is their seed or generator. `progress` is called
    once, after all draws, with their number and the same number again.

    Examples
    --------
    >>> from negotiation.disputes import load_scenario
    >>> found = leverage(load_scenario("us-china-2025"), draws=2)
    >>> str(found.days[0]), float(found.central["leverage"][0])
    ('2025-04-01', 0.0)
    """
    scenario.expect_two("leverage")
    draws = expect_draws(draws)
    use = recorded_use(scenario)
    opening = opening_state(scenario) if opening is None else opening
    days = (*month_starts(use.days), use.days[-1])
    generator = expect_generator(rng)
    central = quantities([scenario], use, days, opening)
    drawn = quantities([scenario.draw(generator) for _ in range(draws)], use, days, opening)
    if progress is not None:
        progress(draws, draws)
    # The next larger draw stands for a quantile between two, so that an infinite threshold stays one.
    low, high = (
        {name: np.quantile(drawn.found[name], q, axis=0, method="higher") for name in QUANTITIES}
        for q in BAND
    )
    share = np.mean(drawn.found["excess"] > 0, axis=0)
    band = np.quantile(drawn.found[GONE][:, -1:] - drawn.without_stocks_gone, BAND, axis=0)
    at = {name: each[0] for name, each in central.found.items()}
    without = zip(central.without[0], central.without_stocks_gone[0], strict=True)
    months = [
        MonthOfCurb(
            month, int(sum(use.curb[k] for k, d in enumerate(use.days) if _same_month(d, month))),
            float(at["leverage"][-1] - with_stocks), float(at[GONE][-1] - gone),
            float(band[0][k]), float(band[1][k]),
        )
        for k, (month, (with_stocks, gone)) in enumerate(zip(months_of_curb(use), without, strict=True))
    ]  # fmt: skip
    sides = players(scenario)
    path = trajectory(scenario, use, opening)
    signed = tuple((text.id, text.signed) for text in agreements_of(scenario))
    binding = _binding(at, sides)
    return Leverage(sides, days, at, low, high, share, binding, tuple(months), path, use, draws, signed)


def _same_month(day: date, month: date) -> bool:
    return (day.year, day.month) == (month.year, month.month)


def _binding(central: dict[str, FloatArray], players: tuple[str, str]) -> tuple[str, ...]:
    return tuple(players[int(row.argmax())] if row.max() > 0 else "" for row in central["thresholds"])


def months_of_curb(use: Use) -> tuple[date, ...]:
    """Return the first day of each month with a day on which the curb was in use."""
    return tuple(sorted({day.replace(day=1) for day, on in zip(use.days, use.curb, strict=True) if on}))


def players(scenario: Scenario) -> tuple[str, str]:
    """Return the holder of the control and the holder of the curb."""
    (control, _), (curb, _) = weapons(scenario)
    return control, curb


@dataclass(frozen=True, eq=False)
class Quantities:
    """The quantities behind leverage at D settings of the parameters."""

    # (D, days): "thresholds" has shape (D, days, 2), one for each player.
    found: Mapping[str, FloatArray]
    # without, without_stocks_gone: (D, months): leverage on the last day without each month of curb: as
    # stocks stand, and once they are gone.
    without: FloatArray
    without_stocks_gone: FloatArray


def quantities(scenarios: Sequence[Scenario], use: Use, days: tuple[date, ...], opening: State) -> Quantities:
    """Return the quantities by day, and leverage at the end without each month of curb."""
    moves = daily_moves(scenarios)
    where = [(day - use.days[0]).days for day in days]
    path = {name: each[:, where] for name, each in trajectories(scenarios, use, opening, moves=moves).items()}
    harm, gain, suffered, cost = _payoffs_by_step(scenarios)
    by_name = {
        **_expected(path, harm),
        "control harm": np.einsum("dti,di->dt", path["control_dependence"], suffered),
        "lasting": np.einsum(
            "dti,dij,dtj->dt", path["curb_dependence"], _lasting(scenarios, harm), path["stocks"]
        ),
    }
    delta = np.array([case.discount_factor for case in scenarios])
    by_name["excess"] = delta[:, None] * by_name["lasting"] - gain[:, None]
    by_name["gain"], by_name["curb cost"] = (
        np.repeat(each[:, None], len(days), axis=1) for each in (gain, cost)
    )
    gains = np.stack([by_name["gain"], -by_name["curb cost"]], axis=-1)
    harms = np.stack([by_name["leverage"], by_name["control harm"]], axis=-1)
    by_name["thresholds"] = restraint_thresholds(gains, harms)
    by_name["threshold"] = by_name["thresholds"].max(axis=-1)
    without = []
    for month in months_of_curb(use):
        after = (month.replace(day=28) + timedelta(days=4)).replace(day=1)
        other = trajectories(scenarios, use.without("curb", month, after), opening, CURBED, moves)
        without.append(_expected({name: each[:, where[-1:]] for name, each in other.items()}, harm))
    for array in by_name.values():
        read_only(array)
    left = [np.array([case[name][:, 0] for case in without]).T for name in ("leverage", GONE)]
    return Quantities(by_name, left[0], left[1])


def _payoffs_by_step(
    scenarios: Sequence[Scenario],
) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    """Return the curb's harm by d (stocks gone), the control's gain, its harm by c, and the curb's cost.

    Shapes (D, 3), (D,), (D, 3), (D,).
    """
    (control, held_back), (curb, withheld) = pairs = weapons(scenarios[0])
    small = scenarios[0].definition.sizes["small"].levels or {}
    used = {
        name: scenarios[0].instruments[name].position(country, small[country][name][-1])
        for country, name in pairs
    }
    states = [replace(State(), curb_dependence=k, control_dependence=k) for k in range(SIZES["stocks"])]
    curbs = [[scenario.effects(curb, withheld, state) for state in states] for scenario in scenarios]
    controls = [[scenario.effects(control, held_back, state) for state in states] for scenario in scenarios]
    return (
        np.array([[-effect.other[used[withheld]] for effect in each] for each in curbs]),
        np.array([each[0].holder[used[held_back]] for each in controls]),
        np.array([[-effect.other[used[held_back]] for effect in each] for each in controls]),
        np.array([-each[0].holder[used[withheld]] for each in curbs]),
    )


def lasting_harm(scenario: Scenario, harm: FloatArray) -> FloatArray:
    """Return the average discounted harm of a curb that stays, by dependence d and stocks I, shape (3, 3).

    It solves v = (1 - delta) u + delta T v, where T is the motion under a curb, and u(d, I) is h(d) once
    stocks are gone and 0 before. `harm` is h, shape (3,).
    """
    harms: FloatArray = _lasting([scenario], np.asarray(harm)[None])[0]
    return harms


def _lasting(scenarios: Sequence[Scenario], harm: FloatArray) -> FloatArray:
    """Return the average discounted harms of a curb that stays, shape (D, 3, 3)."""
    moves = [np.stack([component_kernel(name, True, world.motion) for world in scenarios]) for name in CURBED]
    size = harm.shape[1]
    joint = np.einsum("dij,dkl->dikjl", *moves).reshape(len(scenarios), size**2, size**2)
    flow = np.einsum("di,j->dij", harm, np.array([1.0, 0.0, 0.0])).reshape(len(scenarios), -1)
    delta = np.array([world.discount_factor for world in scenarios])
    system = np.eye(size**2) - delta[:, None, None] * joint
    value: FloatArray = np.linalg.solve(system, ((1.0 - delta)[:, None] * flow)[..., None])[..., 0]
    return value.reshape(len(scenarios), size, size)


def _expected(path: Mapping[str, FloatArray], harm: FloatArray) -> dict[str, FloatArray]:
    """Return expected leverage with current stocks and without stocks, shapes (D, days)."""
    gone = np.einsum("dti,di->dt", path["curb_dependence"], harm)
    return {GONE: gone, "leverage": gone * path["stocks"][:, :, 0]}
