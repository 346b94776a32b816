"""Forecasts: the chance of each move, month by month, from the public record on a day.

Forecasts come from the pool that decision 54 chose, or from theories alone. The pool combines baselines and
theories by weights learned from earlier months. The weights of theories alone are learned from earlier months
under agreements. Nothing is simulated, and nothing after the day is used.

The band contains nine tenths of the weight over the members and, if parameter draws are given, over each
theory's draws. For theories without draws it goes from the least to the greatest chance. All draws of a
theory have the same weight. What a pool has learned (weights, factors, coefficients) is the same at every
draw.

The chance that an expiring clock is renewed comes from earlier clocks, not from the members. It is the share
of expired clocks in a leg that were renewed. This share is shrunk towards the share of all legs by Laplace's
rule, with the weight of two clocks. The band comes from the beta distribution with this mean.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import MAXYEAR, date, timedelta
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
from pydantic import ConfigDict, Field, FiniteFloat
from scipy.special import betaincinv

from negotiation.base.numeric import FloatArray
from negotiation.base.reading.models import FileModel, load_csv
from negotiation.base.reading.names import names_given
from negotiation.base.reading.numbers import expect_count
from negotiation.base.reading.writing import whole
from negotiation.disputes import Scenario
from negotiation.disputes.continuous.game import Pace
from negotiation.disputes.files.folder import SCENARIOS
from negotiation.disputes.loading import load_scenario
from negotiation.disputes.observation import LEGS
from negotiation.errors import InvalidDate, InvalidFile, InvalidGame, UnknownName, shown
from negotiation.truces.compiling.terms import check_agreement_known
from negotiation.truces.estimation.theory_record import ADJUSTMENT, MOVE_RATE, PRECISION
from negotiation.truces.numerics import NUMERICS
from negotiation.truces.prediction.chances import Forecaster, Window, above_floor, forecast_ahead
from negotiation.truces.prediction.forecast_rows import Forecast
from negotiation.truces.prediction.months import RENEWED, ForecastRow, month_labels, month_windows
from negotiation.truces.prediction.pools.candidates import CHOSEN, candidates, theories_pooled
from negotiation.truces.prediction.pools.logit_pool import LogitPool
from negotiation.truces.prediction.pools.prequential import BySeries, LinearPool, PrequentialSelection
from negotiation.truces.prediction.pools.resolved_months import leads_of, said
from negotiation.truces.prediction.theory_forecasts import TheoryForecaster, theory_forecasters
from negotiation.truces.record.agreement_text import AgreementText, Dispute, agreement_text, scenario_for
from negotiation.truces.record.events import DIRECTIONS, pairs_of
from negotiation.truces.record.past import Past, past_of
from negotiation.truces.record.renewals import clock_end, ends_by_leg
from negotiation.truces.record.timeline import looking_back_to, record_begins, record_ends

DIGITS = 8


class KeptDraws(NamedTuple):
    """Draws of one theory's parameters, all with the same weight."""

    names: tuple[str, ...]
    # (draws, parameters): in the parameters' own units.
    values: FloatArray
    # Number of posterior particles; 0 if the draws are from the prior.
    particles: int


class _Row(FileModel):
    """One draw. Every further column is a parameter; its cell is empty if the theory does not use it."""

    model_config = ConfigDict(extra="allow")
    __pydantic_extra__: dict[str, FiniteFloat]

    theory: str = Field(min_length=1, description="name of the theory")
    particles: int = Field(ge=0, description="number of posterior particles; 0 for draws from the prior")


def write_draws(path: str | Path, draws: Mapping[str, KeptDraws]) -> None:
    """Write draws by theory to a CSV file, with one row per draw and one column per parameter.

    Columns `theory` and `particles` come first. A parameter's cell is empty if the theory does not use it.
    """
    names = dict.fromkeys(name for draw in draws.values() for name in draw.names)
    with whole(Path(path)) as part, part.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, [*_Row.model_fields, *names], restval="", lineterminator="\n")
        writer.writeheader()
        for theory, draw in draws.items():
            for row in draw.values.tolist():
                cells = {name: f"{value:.{DIGITS}g}" for name, value in zip(draw.names, row, strict=True)}
                writer.writerow({"theory": theory, "particles": draw.particles, **cells})


def read_draws(path: str | Path) -> dict[str, KeptDraws]:
    """Return the draws in a CSV file by theory; see `write_draws` for its form."""
    rows: dict[str, list[_Row]] = {}
    for row in load_csv(path, _Row):
        rows.setdefault(row.theory, []).append(row)
    draws = {}
    for theory, own in rows.items():
        names = tuple(own[0].__pydantic_extra__)
        if any(tuple(row.__pydantic_extra__) != names for row in own):
            raise InvalidFile(
                f"{path}: the rows of {shown(theory)} have values for different parameters; give all rows of "
                "a theory values for the same parameters, or write the file again with `write_draws`"
            )
        values = np.array([[*row.__pydantic_extra__.values()] for row in own], dtype=np.float64)
        draws[theory] = KeptDraws(names, values, own[0].particles)
    return draws


# By the name of a forecaster, the same forecaster at posterior draws of its parameters.
PosteriorDraws = Mapping[str, Sequence[Forecaster]]

BAND = (0.05, 0.95)


class Spread(NamedTuple):
    """Chances of several cases, such as members of a pool or parameter draws, with their weights."""

    # (cases, windows, pairs, 1): they sum to one over the cases.
    weights: FloatArray
    # (cases, windows, pairs, 2): of a move up and of one down.
    chances: FloatArray

    @property
    def mean(self) -> FloatArray:
        """The mean chances, shape (windows, pairs, 2)."""
        return np.asarray((self.weights * self.chances).sum(axis=0))

    def quantile(self, share: float) -> FloatArray:
        """Return the weighted quantile of the chances at a share, shape (windows, pairs, 2).

        Examples
        --------
        >>> two = Spread(np.full((2, 1, 1, 1), 0.5), np.array([0.1, 0.3]).reshape(2, 1, 1, 1))
        >>> two.quantile(0.05).item(), two.quantile(0.95).item()
        (0.1, 0.3)
        """
        order = self.chances.argsort(axis=0)
        chances = np.take_along_axis(self.chances, order, axis=0)
        weights = np.take_along_axis(np.broadcast_to(self.weights, self.chances.shape), order, axis=0)
        # Rounding must not push the last case out.
        reached = weights.cumsum(axis=0) >= min(share, 1.0) * weights.sum(axis=0) - np.spacing(1.0)
        quantiles: FloatArray = np.take_along_axis(chances, reached.argmax(axis=0)[None], axis=0)[0]
        return quantiles


def spread_of(
    forecaster: Forecaster,
    scenario: Scenario,
    past: Past,
    windows: Sequence[Window],
    drawn: PosteriorDraws,
) -> Spread:
    """Return a forecaster's chances in some windows, with one case for each member and parameter draw."""

    def of(member: Forecaster) -> Spread:
        """Return the cases of a member."""
        return spread_of(member, scenario, past, windows, drawn)

    if isinstance(forecaster, PrequentialSelection):
        return of(forecaster.chosen(scenario, past))
    if isinstance(forecaster, LinearPool):
        weights = forecaster.weights(scenario, past)[:, leads_of(past, windows)]
        # The weight of a case is its weight inside its member times the weight of the member.
        weights = weights.reshape(*weights.shape[:2], -1, 1)  # the same for all pairs, or by pair
        parts = [of(member) for member in forecaster.members]
        return Spread(
            np.concatenate([w * part.weights for w, part in zip(weights, parts, strict=True)]),
            np.concatenate([part.chances for part in parts]),
        )
    if isinstance(forecaster, BySeries):
        # Learned factors are the same at every draw; so are the learned lines below.
        inner, factors = of(forecaster.of), forecaster.factors(scenario, past)
        return inner._replace(chances=above_floor(-np.expm1(factors * np.log1p(-inner.chances))))
    if isinstance(forecaster, LogitPool) and forecaster.theory is not None:
        lines = forecaster.lines(scenario, past)
        at = np.stack([lines[k].centre for k in leads_of(past, windows)])
        base, inner = said(forecaster.base, scenario, past, windows), of(forecaster.theory)
        every = [forecaster.at(at, base, chance, windows) for chance in inner.chances]
        return inner._replace(chances=above_floor(np.stack(every)))
    chosen = drawn.get(forecaster.name, (forecaster,))
    every = [forecast_ahead(one, scenario, past, windows) for one in chosen]
    chances = np.stack(every)
    return Spread(np.full_like(chances[..., :1], 1.0 / len(every)), chances)


# Names every theory that has a form in continuous time.
EVERY_THEORY = "all"

# The band of theories without draws: no interval, since they are few and none is sampled.
LEAST_AND_MOST = (0.0, 1.0)


def forecast(
    name: str | AgreementText,
    as_of: date | None = None,
    months: int = 12,
    *,
    scenario: Dispute | None = None,
    theories: Iterable[str] | None = None,
    posterior: str | Path | None = None,
) -> Forecast:
    """Return a forecast by theories, or by the pool if `theories` is None; see `negotiation.forecast`.

    Named theories also predict moves of courts and clocks, with the chances that were public on the day. The
    first forecast of a pool is slow, since it computes the members' predictions of earlier months. Later
    forecasts of the same scenario reuse them.

    Examples
    --------
    >>> found = forecast("2025-10-busan", months=1, theories=["moment", "renegotiation"])
    >>> len(found.rows), found.rows[0].month, found.theories
    (24, '2025-12', ('moment', 'renegotiation'))
    """
    agreement, world, day = _about(name, scenario, as_of, months)
    draws = None if posterior is None else read_draws(posterior)
    if theories is None:
        return _made(agreement, world, day, months, _pool(world, CHOSEN), draws)
    names = tuple(dict.fromkeys(names_given(theories) or ()))
    if not names:
        raise InvalidGame(
            "`theories` is empty; name at least one theory, give 'all', or leave `theories` out"
        )
    every = None if names == (EVERY_THEORY,) else names
    return _made(agreement, world, day, months, _of_theories(world, every), draws)


def pooled_forecast(
    name: str | AgreementText,
    as_of: date | None = None,
    months: int = 12,
    *,
    scenario: Dispute | None = None,
    choice: str = CHOSEN,
    draws: Mapping[str, KeptDraws] | None = None,
    count: int | None = None,
) -> Forecast:
    """Return a forecast of each move in each month after a day, by a candidate of decision record 54.

    `choice` is the name of the candidate. `draws` are parameter draws by theory, and `count` is the number of
    them to use, all by default.
    """
    agreement, world, day = _about(name, scenario, as_of, months)
    return _made(agreement, world, day, months, _pool(world, choice), draws, count)


def rows_asked(
    name: str | AgreementText, as_of: date | None, months: int, scenario: Dispute | None = None
) -> Forecast:
    """Return a forecast with a row for each move, but NaN in place of each chance and without renewals."""
    agreement, world, day = _about(name, scenario, as_of, months)
    rows = tuple(
        ForecastRow(label, country, instrument, way, np.nan, np.nan, np.nan)
        for label in month_labels(day, months)
        for country, instrument in pairs_of(world)
        for way in DIRECTIONS
    )
    return Forecast(agreement.id, day, rows, names=agreement.names_in(world))


@dataclass(frozen=True, eq=False)
class _Source:
    """The source of a forecast: a forecaster, its theories, the scenario of its past, and its band."""

    forecaster: Forecaster
    theories: tuple[TheoryForecaster, ...]
    scenario: Scenario
    band: tuple[float, float]


@lru_cache(maxsize=8)
def _pool(world: Scenario, choice: str) -> _Source:
    """Return the cached source of a candidate, so that its earlier predictions are computed only once."""
    theories = theory_forecasters(world)
    named = {candidate.name: candidate for candidate in candidates(theories)}
    UnknownName.unless_in(choice, named, "forecaster")
    # Members are judged over the whole record, so that levels reach back to before its first row.
    back = looking_back_to(world, record_begins(world) - timedelta(days=1))
    return _Source(named[choice], theories, back, BAND)


@lru_cache(maxsize=8)
def _of_theories(world: Scenario, names: tuple[str, ...] | None) -> _Source:
    # Named theories include moves of the law; the pool of decision 54 does not.
    theories = theory_forecasters(world, names, law=True)
    return _Source(theories_pooled(theories), theories, world, LEAST_AND_MOST)


@lru_cache(maxsize=8)
def _own_dispute(name: str) -> Scenario:
    """Return a cached dispute of the package."""
    return load_scenario(name)


def _about(
    name: str | AgreementText, scenario: Dispute | None, as_of: date | None, months: int
) -> tuple[AgreementText, Scenario, date]:
    """Return the agreement, the dispute and the day, or raise if no such forecast is possible."""
    world = scenario_for(name, scenario)
    # Pools cache earlier predictions by scenario object, so each dispute of the package has only one object.
    if not isinstance(scenario, Scenario) and world.folder is not None and world.folder.parent == SCENARIOS:
        own = _own_dispute(world.folder.name)
        world = own.with_past_levels() if world.looks_back else own
    world.expect_two("a forecast")
    agreement = agreement_text(name, world)
    check_agreement_known(agreement, world)
    day = record_ends(world) if as_of is None else as_of
    if agreement.signed > record_ends(world):
        raise InvalidDate(
            f"{agreement.id!r} was signed on {agreement.signed}, but the record of {world.name!r} ends on "
            f"{record_ends(world)}; give a `scenario` as of the day of signing or later"
        )
    if not agreement.signed <= day <= record_ends(world):
        raise InvalidDate(
            f"`as_of` must be a day from {agreement.signed}, when {agreement.id!r} was signed, "
            f"to {record_ends(world)}, where the record ends; got {day}"
        )
    expect_count("months", months, most=12 * (MAXYEAR - day.year) - 1)
    return agreement, world, day


def _made(
    agreement: AgreementText,
    world: Scenario,
    as_of: date,
    months: int,
    source: _Source,
    draws: Mapping[str, KeptDraws] | None,
    count: int | None = None,
) -> Forecast:
    # The day itself is seen: the past ends before the next.
    past = _with_agreement(past_of(source.scenario, as_of + timedelta(days=1)), agreement)
    labels = month_labels(as_of, months)
    windows = month_windows(date.fromisoformat(f"{labels[0]}-01"), months)
    drawn = {} if draws is None else at_posterior_draws(source.theories, draws, count)
    spread = spread_of(source.forecaster, source.scenario, past, windows, drawn)
    band = BAND if drawn else source.band
    rows = (
        *_rows(source.scenario, labels, spread, band),
        *renewal_rows(world, agreement, past, as_of, windows[-1][1]),
    )
    cases = len(next(iter(drawn.values()))) if drawn else 0
    names = tuple(theory.theory for theory in source.theories)
    return Forecast(agreement.id, as_of, rows, cases, names, names=agreement.names_in(world))


def _with_agreement(past: Past, agreement: AgreementText) -> Past:
    """Return a past with the given agreement, which may be outside every dispute's folder, or changed."""
    if agreement in past.agreements:
        return past
    others = (one for one in past.agreements if one.id != agreement.id)
    return replace(past, agreements=tuple(sorted((*others, agreement), key=lambda text: text.signed)))


def _rows(
    scenario: Scenario, labels: tuple[str, ...], spread: Spread, band: tuple[float, float]
) -> tuple[ForecastRow, ...]:
    # Weights sum to one up to rounding: a mean of equal chances is that chance.
    mean = np.clip(spread.mean, spread.quantile(0.0), spread.quantile(1.0))
    low, high = spread.quantile(band[0]), spread.quantile(band[1])
    # A few extreme cases can carry the mean outside the band: the band is then extended to the mean.
    low, high = np.minimum(low, mean), np.maximum(high, mean)
    return tuple(
        ForecastRow(label, country, name, DIRECTIONS[d], *(float(x[m, k, d]) for x in (mean, low, high)))
        for m, label in enumerate(labels)
        for k, (country, name) in enumerate(pairs_of(scenario))
        for d in (0, 1)
    )


def at_posterior_draws(
    theories: Sequence[TheoryForecaster], kept: Mapping[str, KeptDraws], count: int | None = None
) -> dict[str, tuple[TheoryForecaster, ...]]:
    """Return each theory at evenly spaced posterior draws of its parameters, by name of its forecaster.

    `count` is the number of draws, all by default. Raises `InvalidGame` if a theory has fewer draws, or none.
    """
    by_theory = {}
    for theory in theories:
        have = len(kept[theory.theory].values) if theory.theory in kept else 0
        wanted = have if count is None else count
        if not have:
            raise InvalidGame(
                f"there are no parameter draws of the theory {theory.theory!r}; add draws of it, or forecast "
                "without draws"
            )
        if not 1 <= wanted <= have:
            raise InvalidGame(
                f"`count` must be from 1 to {have}, the number of draws of {theory.theory!r}; got {wanted}"
            )
        draws = kept[theory.theory]
        rows = draws.values[np.linspace(0, have, wanted, endpoint=False).astype(int)]
        by_theory[theory.name] = tuple(
            _at(theory, dict(zip(draws.names, row.tolist(), strict=True))) for row in rows
        )
    return by_theory


def _at(forecaster: TheoryForecaster, values: dict[str, float]) -> TheoryForecaster:
    rate, adjustment = values.pop(MOVE_RATE, None), values.pop(ADJUSTMENT, 0.0)
    # A move of the record may pass several levels: the draws were made with such games.
    moves = Pace(values.pop(PRECISION, None), rate, adjustment, reach="any")
    world = forecaster.world.with_parameters(values)
    return replace(forecaster, world=world, moves=moves)


def renewal_rows(
    scenario: Scenario, agreement: AgreementText, past: Past, as_of: date, until: date
) -> tuple[ForecastRow, ...]:
    """Return a row for each leg of an agreement whose clock ends between two days; else an empty tuple.

    The clock must end after `as_of` and before `until`. The chances come from `renewal_chances`.
    """
    end = clock_end((agreement, *past.amendments(agreement)))
    if end is None or not as_of < end < until:
        return ()
    legs = {scenario.instruments[name].leg for _, name in agreement.covered()}
    ends, rows = ends_by_leg(scenario, as_of), []
    for leg, chance in renewal_chances(scenario, as_of).items():
        weight = ends.get(leg, (0, 0))[1] + NUMERICS.clocks_of_all_legs
        low, high = (float(betaincinv(weight * chance, weight * (1.0 - chance), x)) for x in BAND)
        if leg in legs:
            rows.append(ForecastRow(f"{end:%Y-%m}", "both", leg, RENEWED, chance, low, high))
    return tuple(rows)


def renewal_chances(scenario: Scenario, as_of: date) -> dict[str, float]:
    """Return the chance that an expiring clock is renewed, by leg, from the clocks that ended by a day.

    Examples
    --------
    >>> from negotiation.disputes import load_scenario
    >>> renewal_chances(load_scenario("us-china-2025"), date(2025, 11, 30))
    {'tariff': 0.875, 'control': 0.75, 'other': 0.75}
    """
    ends = ends_by_leg(scenario, as_of)
    renewed, ended = (sum(counts[k] for counts in ends.values()) for k in (0, 1))
    pooled = (renewed + 1.0) / (ended + 2.0)
    by_leg = {}
    for leg in LEGS:
        own, of = ends.get(leg, (0, 0))
        weight = NUMERICS.clocks_of_all_legs
        by_leg[leg] = (own + weight * pooled) / (of + weight)
    return by_leg
