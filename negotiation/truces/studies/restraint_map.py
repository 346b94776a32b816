"""The map of threats that run out: cover by stocks, the horizon, and the record's months on it.

The map applies `ng.restraint` to the dispute's control and curb. Each setting of the parameters gives the
control's gain g and its cost to the other side c, the curb's harm h once stocks are gone, and its cost kappa.
Cover is stocks in days, T is cover over the reaction lag, rounded up, and a horizon of H days is the discount
factor exp(-lag / H) of both sides. The *share* at a place of the map counts draws in which restraint is kept.
There are two curves at the central values: the horizon from which the target is patient enough for the harm,
H = (T + 1) lag / log(h / g), and the horizon from which the user bears T + 1 periods of the curb.

A month of the record is placed at its mean stocks, by the motion of the state. Its horizon is not
known: it is drawn from the clock of the text in force (without one, the usual term of the dispute's texts)
up to discounting alone. Cost: one closed form for each place and draw.

The map is compared with the dispute's own game. There, calm play from full stocks is kept for ever in some
equilibrium if and only if no departure gains when each side's worst equilibrium payoffs follow (Abreu 1988).
Outer bounds of payoff sets rule restraint out, inner ones prove it. Unlike in the smallest game stocks run
out by chance, in two steps that last half the cover each on average, and other instruments answer too. A curb
takes two periods at least to harm. Cost: one payoff set per place.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from math import log

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
from negotiation.game_theory.solvers.closed_forms.restraint import restraint_many
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

        `numbers` are the central values of g, h, c and kappa, as in the map.
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
        one = scenario.with_parameters({"state.stock_days": float(cover)})
        game = one.stochastic_game(size, state=full, moving=("stocks",))
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
COVERS = np.arange(0.0, 181.0, 2.0)
HORIZONS = np.geomspace(10.0, 5000.0, 82)

# Days that are named; of later years every month is a point.
NAMED = (date(2025, 4, 1), date(2025, 6, 1), date(2025, 10, 1))

# A day before the record, with stocks that are assumed full: nothing of the curb had been used.
BEFORE = date(2023, 7, 1)


@dataclass(frozen=True)
class MapPoint:
    """A day of the record on the map."""

    day: date
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


@dataclass(frozen=True, eq=False)
class RestraintMap(Tabular, Drawable):
    """Where restraint on a control is kept by a curb that takes time to harm."""

    _figure = "restraint:restraint_map_figure"

    # Holder of the control, the target, and holder of the curb, the user.
    players: tuple[str, str]
    # (C,), (H,): days.
    covers: FloatArray
    horizons: FloatArray
    # (H, C): share of draws in which restraint is kept; and whether it is at the central values.
    share: FloatArray
    central: FloatArray
    # (C,): least horizons at the central values, of the target's patience and of what the user bears.
    target: FloatArray
    user: FloatArray
    points: tuple[MapPoint, ...]
    # Central value and band over draws of g, h, c, kappa.
    numbers: dict[str, tuple[float, float, float]]
    draws: int
    # The dispute's own game beside, if asked for.
    game: GameRegion | None = None
    status: Status = "complete"

    def beside(self, game: GameRegion) -> RestraintMap:
        """Return the map with the region of the dispute's own game added."""
        return replace(self, game=game)

    def table(self) -> Table:
        """Return one row for each day of the record."""
        columns = (
            "day", "cover, days", "low", "high", "clock, days", "kept in share of draws", "discounting, days",
            "at that horizon",
        )  # fmt: skip
        rows = tuple(
            (
                str(p.day), p.cover, p.cover_low, p.cover_high, p.clock, p.share_at_clock, p.discounting,
                p.share_at_discounting,
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
    lag: FloatArray

    def kept(self, cover: FloatArray, horizon: FloatArray) -> FloatArray:
        """Return whether restraint is kept, shape (places, D); a control without a gain tempts nobody.

        Shapes: `cover` (places, D) or (places, 1), `horizon` the same.
        """
        delta = np.exp(-self.lag / horizon)
        periods = np.ceil(cover / self.lag - 1e-9)
        least, _ = restraint_many(
            loss=self.loss, harm=self.harm, cost=self.cost, cover=periods, discount_factors=(delta, delta)
        )
        holds: FloatArray = (self.gain <= least).astype(np.float64)
        return holds


def restraint_map(
    scenario: Scenario, *, draws: int = 256, rng: int | np.random.Generator = 0
) -> RestraintMap:
    """Return the map of a dispute whose small game has one control and one curb.

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
    lag = np.array([setting.parameters["reaction_lag_days"] for setting in settings])
    last = {name: drawn[name][:, -1] for name in ("gain", GONE, "control harm", "curb cost")}
    read = _Draws(last["gain"], last[GONE], last["control harm"], last["curb cost"], lag)
    shares = np.stack([read.kept(COVERS[:, None], np.full((1, 1), each)) for each in HORIZONS])
    share, central = shares[..., 1:].mean(axis=-1), shares[..., 0]
    target, user = _curves(read)
    read_only(share, central, target, user)
    shown = zip(("g", "h", "c", "kappa"), last.values(), strict=True)
    numbers = {}
    for name, each in shown:
        low, high = np.quantile(each[1:], BAND)
        numbers[name] = float(each[0]), float(low), float(high)
    points = _points(scenario, settings, days, drawn, lag)
    return RestraintMap(
        players(scenario), COVERS, HORIZONS, share, central, target, user, points, numbers, count
    )


def _curves(read: _Draws) -> tuple[FloatArray, FloatArray]:
    """Return the least horizons at the central values, by cover; infinite if none is enough."""
    g, h, c, kappa, lag = (float(each[0]) for each in (read.gain, read.harm, read.loss, read.cost, read.lag))
    after = np.ceil(COVERS / lag - 1e-9) + 1
    temptation = log(h / g) if 0 < g < h else (np.inf if g <= 0 else 0.0)
    with np.errstate(divide="ignore"):
        target = after * lag / temptation
    # kappa (1 - delta^(T+1)) <= delta c: the left side falls in delta, the right one rises.
    delta = np.exp(-lag / HORIZONS)[:, None]
    borne = kappa * (1 - delta**after) <= delta * c
    user = np.where(borne.any(axis=0), HORIZONS[borne.argmax(axis=0)], np.inf)
    return target, user


def _points(
    scenario: Scenario,
    settings: Sequence[Scenario],
    days: tuple[date, ...],
    found: Mapping[str, FloatArray],
    lag: FloatArray,
) -> tuple[MapPoint, ...]:
    use = recorded_use(scenario)
    stocks = trajectories(settings, use, opening_state(scenario))["stocks"]
    full = np.array([setting.parameters["state.stock_days"] for setting in settings])
    steps = np.linspace(0.0, 1.0, stocks.shape[-1])
    annual = np.array([setting.parameters["discount_factor_annual"] for setting in settings])
    lasting = 365.0 / -np.log(annual)
    texts = [text for text in agreements_of(scenario) if text.clock_days]
    points = []
    # Before the record begins stocks are full, and payoffs are those of its first day.
    for day in (BEFORE, *days):
        k = days.index(day) if day in days else 0
        cover = full if day == BEFORE else full * (stocks[:, (day - use.days[0]).days] @ steps)
        signed = [float(text.clock_days) for text in texts if text.signed <= day]
        clock = signed[-1] if signed else scenario.parameters["state.truce_days"]
        gain, harm, loss, cost = (found[name][:, k] for name in ("gain", GONE, "control harm", "curb cost"))
        read = _Draws(gain, harm, loss, cost, lag)
        shares = [
            float(read.kept(cover[None], horizon[None])[0, 1:].mean())
            for horizon in (np.full(len(cover), clock), lasting)
        ]
        low, high = np.quantile(cover[1:], BAND)
        points.append(
            MapPoint(
                day, float(cover[0]), float(low), float(high), clock, float(lasting[0]), shares[0], shares[1]
            )
        )
    return tuple(points)
