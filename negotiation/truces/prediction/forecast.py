"""Forecasts: the chance of each move, month by month, from what was public on a day.

The predictor of `model.py` is played forward week by week: in each week the chances of the next
moves follow from the levels then announced and from where the agreement then stands; moves are sampled, one
level up or down each, and the record grows by them. At the end of a clock a leg is renewed with the
calibration's probability where neither side takes the other to be in breach in it, and the agreement goes on
where every leg is. The chance of at least one move in a month is that of a first one in one of its weeks:
each path gives the sum of its weeks' chances up to the first such move that it draws, and the mean over paths
has the right expectation. A band repeats this at parameter draws. Nothing after the day enters.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np

from negotiation.errors import InvalidDate, InvalidGame
from negotiation.numeric import FloatArray, IntArray
from negotiation.truces.estimation.kept_draws import read_draws
from negotiation.truces.prediction.ablation import best_of, short_list
from negotiation.truces.prediction.agreement_in_force import agreement_in_force
from negotiation.truces.prediction.chances import floored
from negotiation.truces.prediction.forecast_by_theory import rows_by_theory
from negotiation.truces.prediction.forecast_rows import Forecast
from negotiation.truces.prediction.mechanisms import mechanism_names
from negotiation.truces.prediction.model import MechanismModel, opportunity
from negotiation.truces.prediction.months import (
    RENEWED,
    ForecastRow,
    month_labels,
    month_of_week,
    weeks_until,
)
from negotiation.truces.prediction.scores import prequential
from negotiation.truces.prediction.weeks import DOWN, NONE, UP, WEEK, cells_of, first_week, pairs_of
from negotiation.truces.record.agreement_text import AgreementText, Dispute, agreement_text, scenario_for
from negotiation.truces.record.moves import MoveRecord
from negotiation.truces.record.past import Past, Step, past_of, state_of
from negotiation.truces.record.renewals import clock_end
from negotiation.truces.record.timeline import record_ends
from negotiation.truces.theories import theories_by_name
from negotiation.world import Scenario
from negotiation.world.dates import RecordDate
from negotiation.world.observation import LEGS

BAND = (0.05, 0.95)
DIRECTIONS = {UP: "up", DOWN: "down"}
EVERY_THEORY = "all"
"""Names every theory that has a form in continuous time."""


def forecast(
    name: str | AgreementText,
    as_of: date | None = None,
    months: int = 12,
    *,
    scenario: Dispute | None = None,
    on: Iterable[str] | None = None,
    paths: int = 40,
    draws: int = 16,
    rng: int = 0,
    theories: Iterable[str] | None = None,
    posterior: str | Path | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Forecast:
    """Return the chance of each move in each month after a day, from what was public on it.

    Parameters
    ----------
    name : str or Agreement
        The agreement in force, or its name, as in "2025-10-busan".
    as_of : date, optional
        Last day that is seen; the record's last, which it may not be after, if not given.
    months : int, optional
        How many whole months after it. A week counts in the month of its Thursday.
    scenario : Scenario, str or Path, optional
        The scenario, or its name or folder; that of the agreement's dispute if not given.
    on : iterable of str, optional
        Mechanisms of the predictor; if not given those of the short list that predicted the weeks before
        best, by mean log score.
    paths : int, optional
        Plays forward at the central values and at each draw.
    draws : int, optional
        Parameter draws behind the band; 0 for none, and the band is then the probability itself.
    rng : int, optional
        Seed; the same seed gives the same forecast to the bit.
    theories : iterable of str, optional
        Names in `theories()`, or "all" that have a form in continuous time: the forecast is then the mean of
        what they say, exactly, by the weights that what they said of earlier months has earned them;
        mechanisms, paths and draws do not count. At central values the band is their least and most. Renewals
        follow from the clocks that ran out before.
    posterior : str or Path, optional
        A table of draws of parameters by theory (`kept_draws.py`): theories are then asked at each draw, and
        the band holds nine tenths of the weight. Some seconds of computing a draw of all theories.
    progress : callable, optional
        Called with the number of rounds of paths done and their total.

    Returns
    -------
    Forecast
        `.rows`, `.table()`, `.to_pandas()`, `.score(record, until)`.

    Raises
    ------
    UnknownTruce
        If there is no such agreement.
    InvalidDate
        If the agreement was not signed by the day, or the record does not reach it.
    InvalidGame
        If months, paths or draws are out of range, theories are given beside mechanisms, or draws of a theory
        are missing or come without theories.
    InvalidFile
        If the table of draws cannot be read.
    UnknownTheory
        If there is none of a name.

    Examples
    --------
    >>> found = forecast("2025-10-busan", months=1, on=["coverage"], paths=2, draws=0)
    >>> len(found.rows), found.rows[0].month
    (24, '2025-12')
    """
    world = scenario_for(name, scenario)
    world.expect_two("a forecast")
    agreement = name if isinstance(name, AgreementText) else agreement_text(name, world)
    as_of = record_ends(world) if as_of is None else as_of
    _check(agreement, record_ends(world), as_of, months, paths, draws)
    if theories is not None:
        return _by_theory(world, agreement, as_of, months, theories, on, posterior)
    if posterior is not None:
        raise InvalidGame(
            "draws of theories' parameters came without theories: give theories, such as 'all', or leave the "
            "draws out"
        )
    chosen = tuple(best_before(world, as_of) if on is None else on)
    # One stream for each round of paths, and one of its own for the parameters.
    seeds = np.random.SeedSequence(rng).spawn(draws + 2)
    generator = np.random.default_rng(seeds[-1])
    rounds = []
    for k in range(draws + 1):
        here = world if k == 0 else world.draw(generator)
        rounds.append(_round(here, agreement, as_of, months, chosen, paths, np.random.default_rng(seeds[k])))
        if progress is not None:
            progress(k + 1, draws + 1)
    rows, names = _rows(world, agreement, as_of, months, rounds), agreement.names_in(world)
    return Forecast(agreement.id, as_of, rows, chosen, paths, draws, rng, names=names)


def _by_theory(
    world: Scenario, agreement: AgreementText, as_of: date, months: int, theories: Iterable[str],
    on: Iterable[str] | None, posterior: str | Path | None,
) -> Forecast:  # fmt: skip
    names = (theories,) if isinstance(theories, str) else tuple(dict.fromkeys(theories))
    if names == (EVERY_THEORY,):
        names = tuple(name for name, one in theories_by_name().items() if one.in_time)
    if on is not None or not names:
        raise InvalidGame(
            f"a forecast is made by mechanisms (`on`) or by one theory or more; got {names} and "
            f"{'no mechanisms' if on is None else 'mechanisms'}: give one of the two"
        )
    draws = None if posterior is None else read_draws(posterior)
    rows = rows_by_theory(world, agreement, as_of, months, names, draws)
    cases = 0 if draws is None else len(draws[names[0]].values)
    return Forecast(
        agreement.id, as_of, rows, (), 0, cases, 0, names=agreement.names_in(world), theories=names
    )


def _check(agreement: AgreementText, ends: date, as_of: date, months: int, paths: int, draws: int) -> None:
    if not agreement.signed <= as_of <= ends:
        raise InvalidDate(
            f"a forecast for {agreement.id} is made as of a day from {agreement.signed}, when it was signed, "
            f"to {ends}, where the record ends; got {as_of}"
        )
    if months < 1 or paths < 1 or draws < 0:
        raise InvalidGame(
            f"months and paths are 1 or more and draws 0 or more; got {months}, {paths}, {draws}"
        )


def best_before(scenario: Scenario, as_of: date) -> tuple[str, ...]:
    """Return the mechanisms of the short list that predicted the weeks before a day best.

    The short list is: none, each alone, all, all but one. Weeks that end after the day do not count.
    """
    if as_of - first_week(scenario) < WEEK:
        return mechanism_names()
    models = short_list(mechanism_names())
    return best_of(prequential(models, scenario, cells=cells_of(scenario, end=as_of)))


@dataclass(frozen=True, eq=False)
class _Round:
    """Chances of one set of parameters: shape (months, pairs, 2), and of renewal by leg."""

    chances: FloatArray
    renewed: dict[str, float]


def _round(
    scenario: Scenario, agreement: AgreementText, as_of: date, months: int, on: tuple[str, ...], paths: int,
    rng: np.random.Generator,
) -> _Round:  # fmt: skip
    """Play forward and average over paths."""
    past = past_of(scenario, as_of + timedelta(days=1))
    model, rate = MechanismModel(on), opportunity(scenario, past)
    labels = month_labels(as_of, months)
    weeks = weeks_until(as_of, labels[-1])
    states = [state_of(scenario, replace_as_of(past, week)) for week in weeks]
    if not model.rules.depletion:
        states = [scenario.default_state] * len(weeks)
    chances = np.zeros((months, len(pairs_of(scenario)), 2))
    renewed: dict[str, list[float]] = {leg: [] for leg in _legs(scenario, agreement)}
    for _ in range(paths):
        waiting, month = np.ones_like(chances[0]), ""
        noted: dict[str, list[float]] = {leg: [] for leg in renewed}
        now = past
        for week, state in zip(weeks, states, strict=True):
            now = replace_as_of(now, week)
            now = _renewal(scenario, model, agreement, now, noted, rng)
            given = floored(model.chances(scenario, now, state, rate))
            label = month_of_week(week)
            if label != month:
                waiting, month = np.ones_like(waiting), label
            outcomes = _drawn(given, rng)
            if label in labels:
                # Not one less the product of (1 - chance): later chances follow on what was drawn.
                chances[labels.index(label)] += waiting * given[:, :NONE]
                waiting[outcomes[:, None] == np.arange(NONE)] = 0.0
            now = _moved(scenario, now, week, outcomes)
        for leg, found in noted.items():  # of the first end alone: a short clock may run out again
            renewed[leg] += found[:1]
    means = np.minimum(chances / paths, 1.0)
    return _Round(means, {leg: float(np.mean(c)) for leg, c in renewed.items() if c})


def replace_as_of(past: Past, week: date, **changes: tuple[object, ...]) -> Past:
    """Return the past seen from a later week, with more steps or agreements in it if given."""
    return replace(past, as_of=week, **changes)  # type: ignore[arg-type]


def _drawn(given: FloatArray, rng: np.random.Generator) -> IntArray:
    """Return an outcome of each pair, sampled from its chances."""
    uniform = rng.random(len(given))
    return np.where(uniform < given[:, UP], UP, np.where(uniform < given[:, UP] + given[:, DOWN], DOWN, NONE))


def _moved(scenario: Scenario, past: Past, week: date, outcomes: IntArray) -> Past:
    """Return the past with a week's moves, each one level up or down."""
    fresh: list[Step] = []
    now = past.postures()
    for (country, name), outcome in zip(pairs_of(scenario), outcomes, strict=True):
        if outcome == NONE:
            continue
        labels = scenario.instruments[name].labels(country)
        lawful = [level.label for level in scenario.levels(country, name, scenario.default_state, week)]
        at = labels.index(now[country][name])
        target = min(max(at + (1 if outcome == UP else -1), 0), len(labels) - 1)
        level = labels[target] if labels[target] in lawful else labels[at]
        fresh.append(_step(country, name, level, week + timedelta(days=3), outcome == UP))
    return replace(past, steps=(*past.steps, *fresh)) if fresh else past


def _step(country: str, name: str, level: str, day: date, up: bool) -> Step:
    """Return a move that was sampled, in the form of a row of the record."""
    move = MoveRecord.model_construct(
        id="E999", announced=RecordDate.parse(str(day)), actor=country, agency="sampled", instrument=name,
        record_instrument=name, direction="escalate" if up else "de-escalate", level=level, status="applied",
        source_title="sampled", confidence="low", value=None,
    )  # fmt: skip
    return Step(move, day, level)


def _legs(scenario: Scenario, agreement: AgreementText) -> tuple[str, ...]:
    legs = {scenario.instruments[name].leg for _, name in agreement.covered()}
    return tuple(leg for leg in LEGS if leg in legs)


def _renewal(
    scenario: Scenario, model: MechanismModel, agreement: AgreementText, past: Past,
    renewed: dict[str, list[float]], rng: np.random.Generator,
) -> Past:  # fmt: skip
    """Return the past after the clock's end, if it falls into the week that begins: renewed or not.

    The chance that a leg is renewed is noted; whether the agreement goes on is sampled.
    """
    end = clock_end((agreement, *past.amendments(agreement)))
    if not agreement.clock_days or end is None or not past.as_of <= end < past.as_of + WEEK:
        return past
    phi = scenario.renewal
    rules = replace(model.rules, contract=True)
    intact = dict.fromkeys(renewed, 1.0)
    for side in scenario.countries:
        seen = agreement_in_force(scenario, past, rules, side)
        for leg in intact:
            intact[leg] *= 1.0 - (0.0 if seen is None else seen.breaches.get(leg, 0.0))
    for leg, chance in intact.items():
        renewed[leg].append(phi * chance)
    if rng.random() >= phi * float(np.prod(list(intact.values()))):
        return past
    again = agreement.model_copy(
        update={"id": f"{agreement.id}-renewed", "amends": agreement.id, "signed": end, "in_force": end}
    )
    return replace(past, agreements=(*past.agreements, again))


def _rows(
    scenario: Scenario, agreement: AgreementText, as_of: date, months: int, rounds: list[_Round]
) -> tuple[ForecastRow, ...]:
    spread = np.array([one.chances for one in rounds])
    low, high = np.quantile(spread, BAND, axis=0)
    rows = [
        ForecastRow(
            month, country, name, DIRECTIONS[d], float(rounds[0].chances[m, k, d]),
            float(min(low[m, k, d], rounds[0].chances[m, k, d])),
            float(max(high[m, k, d], rounds[0].chances[m, k, d])),
        )
        for m, month in enumerate(month_labels(as_of, months))
        for k, (country, name) in enumerate(pairs_of(scenario))
        for d in (UP, DOWN)
    ]  # fmt: skip
    end = clock_end((agreement, *past_of(scenario, as_of + timedelta(days=1)).amendments(agreement)))
    for leg, central in rounds[0].renewed.items():
        every = [one.renewed[leg] for one in rounds if leg in one.renewed]
        ends = np.quantile(every, BAND)
        rows.append(
            ForecastRow(
                f"{end:%Y-%m}", "both", leg, RENEWED, central,
                float(min(ends[0], central)), float(max(ends[1], central)),
            )
        )  # fmt: skip
    return tuple(rows)
