"""The map of threats that run out: cover by stocks against the horizon, and where the record's days lie.

The map applies `ng.restraint` to the dispute's control and curb. Each setting of the parameters gives the
control's gain g and its cost c to the other side, the curb's harm h once stocks are gone, and its cost kappa.
Cover is stocks in days. A horizon of H days means a discount factor of exp(-1/H) per day for both sides. The
answer depends on the length of a period, which is the reaction lag. The map is drawn at three lags and in the
limit of short lags (lag 0). Cover may be a fraction of periods: the logarithm of the deterred gain is
interpolated between the two nearest whole numbers, which is exact unless cover ends within the period up to
which the user bears its curb. A curb that pays its user, kappa < 0, is a threat without cost. Its user
refrains from it only if the control costs more than that: delta c >= -kappa. The *share* at a place is the
share of draws in which restraint is kept.

A day of the record is placed at its mean stocks, by the motion of the state. Its horizon is not known. Two
assumptions give two maps. In one, the horizon is the clock of the last text signed that has a clock, or the
usual term of the dispute's texts if there is none, as if nobody expected a renewal. In the other, it is
discounting alone. Cost: one closed form for each place, lag and draw.

The map is compared with the dispute's own game. There, calm play from full stocks is kept for ever in some
equilibrium if and only if no departure gains when each side's worst equilibrium payoffs follow (Abreu 1988).
Outer bounds of payoff sets rule restraint out, inner bounds prove it. Unlike in the smallest game, stocks run
out by chance, in two steps that each last half the cover on average, and other instruments answer too. A curb
takes at least two periods to harm. Cost: one payoff set per place.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from math import inf, log

import numpy as np

from negotiation.base.drawing import Drawable
from negotiation.base.labelled import Table, Tabular
from negotiation.base.numeric import KNIFE_EDGE, FloatArray, read_only
from negotiation.base.reading.numbers import expect_generator
from negotiation.base.status import Status
from negotiation.disputes import Scenario
from negotiation.disputes.components import SIZES
from negotiation.disputes.parameter_draws import expect_draws
from negotiation.game_theory.games import StochasticGame
from negotiation.game_theory.solvers.closed_forms.restraint import restraint_many, short_period_gains
from negotiation.game_theory.solvers.thresholds.policy import policy_gains
from negotiation.truces.record.agreement_text import agreements_of
from negotiation.truces.record.state_trajectory import (
    month_starts,
    opening_state,
    recorded_use,
    trajectories,
)
from negotiation.truces.studies.leverage import BAND, GONE, players, quantities

# Places: days of cover, the least two periods at the central reaction lag, and of horizon.
GAME_COVERS = np.arange(30.0, 181.0, 10.0)
GAME_HORIZONS = np.geomspace(10.0, 5000.0, 41)


@dataclass(frozen=True, eq=False)
class GameRegion:
    """Whether a dispute's game keeps restraint, by cover and horizon, at its central values."""

    # (C,), (H,): days.
    covers: FloatArray
    horizons: FloatArray
    # (H, C): 1 kept, 0 not, one half undecided.
    kept: FloatArray
    size: str
    # Days of a period.
    lag: float

    def compared(self, numbers: dict[str, tuple[float, float, float]]) -> tuple[float, float]:
        """Return the shares of places where the smallest game agrees, and where only it keeps restraint.

        `numbers` has the central values and bands of g, h, c and kappa, as in `RestraintMap`. Only the
        central values are used.
        """
        g, h, c, kappa = (numbers[name][0] for name in ("g", "h", "c", "kappa"))
        delta, periods = (
            np.exp(-self.lag / self.horizons[:, None]),
            np.ceil(self.covers / self.lag - KNIFE_EDGE),
        )
        least, _ = restraint_many(loss=c, harm=h, cost=kappa, cover=periods, discount_factors=(delta, delta))
        closed = g <= least
        return float(np.mean(self.kept == closed)), float(np.mean(closed & (self.kept == 0)))


def restraint_in_game(
    scenario: Scenario,
    size: str = "small",
    *,
    covers: Sequence[float] | FloatArray = GAME_COVERS,
    horizons: Sequence[float] | FloatArray = GAME_HORIZONS,
) -> GameRegion:
    """Return where the game of one size keeps everything calm from full stocks.

    `covers` and `horizons` are in days.

    Examples
    --------
    >>> from negotiation.disputes import load_scenario
    >>> restraint_in_game(load_scenario("us-china-2025"), covers=[75.0], horizons=[10.0, 90.0]).kept.tolist()
    [[0.0], [1.0]]
    """
    lag = scenario.parameters["reaction_lag_days"]
    full = replace(scenario.default_state, stocks=SIZES["stocks"] - 1)
    holds = np.empty((len(horizons), len(covers)))
    for k, cover in enumerate(covers):
        world = scenario.with_parameters({"state.stock_days": float(cover)})
        game = world.stochastic_game(size, state=full, moving=("stocks",))
        for i, horizon in enumerate(horizons):
            holds[i, k] = _kept(game, float(np.exp(-lag / horizon)))
    read_only(holds)
    return GameRegion(np.asarray(covers), np.asarray(horizons), holds, size, lag)


def _kept(game: StochasticGame, delta: float) -> float:
    """Return 1 if calm play is kept from the first state at a discount factor, 0 if not, 1/2 if unknown."""
    stages = dict(zip(game.states, game.stages, strict=True))
    calm = {state: tuple(labels[0] for labels in stage.actions) for state, stage in stages.items()}
    excluded, proven = policy_gains(StochasticGame.from_stages(stages, game.transitions, delta), calm)
    # Calm leaves full stocks full.
    return 0.0 if excluded[0, 0] > KNIFE_EDGE else 1.0 if proven[0, 0] <= KNIFE_EDGE else 0.5


# Places of the map: days of cover, and days of horizon.
COVERS = np.arange(0.0, 181.0, 4.0)
HORIZONS = np.geomspace(10.0, 1000.0, 121)

# Days of cover of the second map, where horizons are those of discounting alone: up to twenty years.
STOCKPILES = np.arange(0.0, 7301.0, 73.0)

# Days of a period: the median of dated answers, a week, and the assumed lag; 0 is the limit of short ones.
LAGS = (3.0, 7.0, 14.0, 0.0)

# Days that are named; of later years every month is a point.
NAMED = (date(2025, 4, 1), date(2025, 6, 1), date(2025, 10, 1))

# A day before the record, with stocks that are assumed full: nothing of the curb had been used.
BEFORE = date(2023, 7, 1)


@dataclass(frozen=True)
class MapPoint:
    """A day of the record on the map, at one lag."""

    day: date
    # Days of a period.
    lag: float
    # Days of cover: at the central values, and the band over draws.
    cover: float
    cover_low: float
    cover_high: float
    # Days of horizon: the clock of the text, and discounting alone.
    clock: float
    discounting: float
    # Share of draws in which restraint is kept, at either horizon.
    share_at_clock: float
    share_at_discounting: float


@dataclass(frozen=True)
class LeastHorizons:
    """Days of horizon from which on something holds at the central values, at one lag and cover."""

    lag: float
    cover: float
    # The target's patience is enough; the user bears the curb until it harms; restraint is kept.
    target: float
    user: float
    kept: float


@dataclass(frozen=True, eq=False)
class RestraintMap(Tabular, Drawable):
    """Where restraint on a control is kept by a curb that takes time to harm."""

    _figure = "restraint:restraint_map_figure"

    # Holder of the control, the target, and holder of the curb, the user.
    players: tuple[str, str]
    # (L,), (C,), (H,): days.
    lags: tuple[float, ...]
    covers: FloatArray
    horizons: FloatArray
    # (L, H, C): share of draws in which restraint is kept; and whether it is at the central values.
    share: FloatArray
    central: FloatArray
    # (S,): days of cover, and the share where discounting alone sets the horizon and periods are short.
    stockpiles: FloatArray
    share_by_stockpile: FloatArray
    # For each lag and day of the record.
    points: tuple[MapPoint, ...]
    # For each lag, at the cover of the last day.
    least: tuple[LeastHorizons, ...]
    # Central value and band over draws of g, h, c, kappa.
    numbers: dict[str, tuple[float, float, float]]
    draws: int
    status: Status = "complete"

    def table(self) -> Table:
        """Return one row for each day of the record and lag."""
        columns = (
            "day", "lag, days", "cover, days", "low", "high", "clock, days", "kept in share of draws",
            "discounting, days", "at that horizon",
        )  # fmt: skip
        rows = tuple(
            (
                str(p.day), p.lag, p.cover, p.cover_low, p.cover_high, p.clock, p.share_at_clock,
                p.discounting, p.share_at_discounting,
            )
            for p in self.points
        )  # fmt: skip
        return Table("days of the record on the map of restraint", columns, rows)


@dataclass(frozen=True, eq=False)
class _Draws:
    """The numbers of D settings of the parameters that the map uses, the central one first; shapes (D,)."""

    gain: FloatArray
    harm: FloatArray
    loss: FloatArray
    cost: FloatArray

    def deterred(self, cover: FloatArray, horizon: FloatArray, lag: float) -> FloatArray:
        """Return the largest gain that is deterred for certain, shape (places, D), at one lag.

        `cover` and `horizon`, in days, have shapes that broadcast to (places, D).
        """
        payoffs = {"loss": self.loss, "harm": self.harm, "cost": np.maximum(self.cost, 0.0)}
        gains: FloatArray
        if not lag:
            gains, _ = short_period_gains(**payoffs, cover=cover, horizons=(horizon, horizon))
            return gains
        delta = np.exp(-lag / horizon)
        whole, part = np.divmod(cover / lag, 1.0)
        ends = [
            restraint_many(**payoffs, cover=periods, discount_factors=(delta, delta))[0]
            for periods in (whole, np.ceil(cover / lag))
        ]
        gains = ends[0] ** (1 - part) * ends[1] ** part
        return gains

    def kept(self, cover: FloatArray, horizon: FloatArray, lag: float) -> FloatArray:
        """Return 1 where restraint is kept and 0 elsewhere, shape (places, D)."""
        target = self.gain <= self.deterred(cover, horizon, lag)
        user = -self.cost <= np.exp(-lag / horizon) * self.loss
        holds: FloatArray = (target & user).astype(np.float64)
        return holds

    def least_horizons(self, cover: float, lag: float) -> LeastHorizons:
        """Return the least horizons at the central values, within a thousandth."""
        central = _Draws(*(each[:1] for each in (self.gain, self.harm, self.loss, self.cost)))
        g, h, c, kappa = (float(each[0]) for each in (self.gain, self.harm, self.loss, self.cost))
        horizons = np.geomspace(1.0, 10_000.0, 10_001)[:, None]
        after = cover + lag
        tempted = after / log(h / g) if 0 < g < h else (inf if g > 0 else 0.0)
        # kappa (1 - delta^(T+1)) <= delta c: the left side falls in delta, the right one rises.
        borne = kappa * (1 - np.exp(-after / horizons)) <= np.exp(-lag / horizons) * c
        kept = central.kept(np.full_like(horizons, cover), horizons, lag) > 0
        user, both = (float(horizons[each.argmax(), 0]) if each.any() else inf for each in (borne, kept))
        return LeastHorizons(lag, cover, tempted, user, both)


def restraint_map(
    scenario: Scenario, *, draws: int = 256, rng: int | np.random.Generator = 0
) -> RestraintMap:
    """Return the map of a dispute whose small game has one control and one curb.

    `draws` is the number of parameter draws behind the shares, and `rng` is their seed or generator.

    Examples
    --------
    >>> from negotiation.disputes import load_scenario
    >>> found = restraint_map(load_scenario("us-china-2025"), draws=2)
    >>> [str(point.day) for point in found.points[:3]], found.points[1].cover
    (['2023-07-01', '2025-04-01', '2025-06-01'], 75.0)
    """
    scenario.expect_two("a map of restraint")
    count, generator = expect_draws(draws), expect_generator(rng)
    settings = [scenario, *(scenario.draw(generator) for _ in range(count))]
    use = recorded_use(scenario)
    days = tuple(day for day in month_starts(use.days) if day in NAMED or day.year > NAMED[0].year)
    drawn = quantities(settings, use, days, opening_state(scenario)).found
    last = {name: drawn[name][:, -1] for name in ("gain", GONE, "control harm", "curb cost")}
    read = _Draws(*last.values())
    places = COVERS[:, None], np.ones((1, 1))
    kept = np.stack([[read.kept(places[0], each * places[1], lag) for each in HORIZONS] for lag in LAGS])
    share, central = kept[..., 1:].mean(axis=-1), kept[..., 0]
    patient = read.kept(STOCKPILES[:, None], _discounting(settings)[None], 0.0)[:, 1:].mean(axis=-1)
    read_only(share, central, patient)
    shown = zip(("g", "h", "c", "kappa"), last.values(), strict=True)
    numbers = {}
    for name, each in shown:
        low, high = np.quantile(each[1:], BAND)
        numbers[name] = float(each[0]), float(low), float(high)
    points = _points(scenario, settings, days, drawn)
    least = tuple(read.least_horizons(points[-1].cover, lag) for lag in LAGS)
    return RestraintMap(
        players(scenario), LAGS, COVERS, HORIZONS, share, central, STOCKPILES, patient, points, least,
        numbers, count,
    )  # fmt: skip


def _discounting(settings: Sequence[Scenario]) -> FloatArray:
    """Return the days of horizon that discounting alone gives, shape (D,)."""
    annual = np.array([setting.parameters["discount_factor_annual"] for setting in settings])
    days: FloatArray = 365.0 / -np.log(annual)
    return days


def _points(
    scenario: Scenario, settings: Sequence[Scenario], days: tuple[date, ...], drawn: Mapping[str, FloatArray]
) -> tuple[MapPoint, ...]:
    use = recorded_use(scenario)
    stocks = trajectories(settings, use, opening_state(scenario))["stocks"]
    full = np.array([setting.parameters["state.stock_days"] for setting in settings])
    steps = np.linspace(0.0, 1.0, stocks.shape[-1])
    lasting = _discounting(settings)
    texts = [text for text in agreements_of(scenario) if text.clock_days]
    points = []
    for lag in LAGS:
        # Before the record begins stocks are full, and payoffs are those of its first day.
        for day in (BEFORE, *days):
            k = days.index(day) if day in days else 0
            cover = full if day == BEFORE else full * (stocks[:, (day - use.days[0]).days] @ steps)
            signed = [float(text.clock_days) for text in texts if text.signed <= day]
            clock = signed[-1] if signed else scenario.parameters["state.truce_days"]
            read = _Draws(*(drawn[name][:, k] for name in ("gain", GONE, "control harm", "curb cost")))
            shares = [
                float(read.kept(cover[None], horizon[None], lag)[0, 1:].mean())
                for horizon in (np.full(len(cover), clock), lasting)
            ]
            low, high = np.quantile(cover[1:], BAND)
            points.append(
                MapPoint(
                    day, lag, float(cover[0]), float(low), float(high), clock, float(lasting[0]), *shares
                )
            )
    return tuple(points)
