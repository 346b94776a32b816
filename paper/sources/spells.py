"""How many moves a spell has: challengers of decision 68 beside the old pace, over eight years and 2026."""

from datetime import date, timedelta

import numpy as np
import pandas as pd

from negotiation.disputes import load_scenario
from negotiation.truce_panel.spell_pace import BySpell, challengers, pace_of_spell
from negotiation.truces.prediction.baselines import baseline
from negotiation.truces.prediction.chances import above_floor, forecast_ahead
from negotiation.truces.prediction.forecast_scores import question_scores
from negotiation.truces.prediction.months import ForecastRow, month_windows, moves_by_month
from negotiation.truces.prediction.named_events import band_of, law_of_number
from negotiation.truces.prediction.pools.candidates import CHOSEN, candidates
from negotiation.truces.prediction.pools.resolved_months import AskedOnce
from negotiation.truces.prediction.questions import question_sets
from negotiation.truces.prediction.series_scores import month_scores
from negotiation.truces.prediction.theory_forecasts import theory_forecasters
from negotiation.truces.record.events import DIRECTIONS, events_of, pairs_of
from negotiation.truces.record.past import past_of
from negotiation.truces.record.timeline import looking_back_to, record_begins

HEAVY = True  # some five minutes of one processor
MAKES = ("spell_scores", "spell_numbers")
LAST = date(2025, 11, 30)
OLD = ("theories by series", CHOSEN)
COMPARED = "shrunk"
DAY = timedelta(days=1)


def asked(world):
    """Return the challengers, the null at the same pace, and who is at the old one."""
    theories = theory_forecasters(world)
    pools = [one for one in candidates(theories) if one.name in OLD]
    null = BySpell("moves at random by spell", baseline("hazard"))
    return [*map(baseline, (COMPARED, "two pace")), *pools, *challengers(theories), null]


def compute(budget):  # noqa: ARG001 - nothing is drawn
    """Return scores by rolling months and for 2026, and laws of the number of rows that come."""
    world = load_scenario("us-china-2025", "central")
    back = looking_back_to(world, record_begins(world) - DAY)
    who = asked(world)
    rolling, rows = month_scores([AskedOnce(one) for one in who], world), []
    first = rolling.names.index(COMPARED)
    seen = float(rolling.came[:, 0].sum())
    for p, name in enumerate(rolling.names):
        gain = (0.0, 0.0, 0.0) if p == first else rolling.difference(name, COMPARED)
        both = (rolling.mean(name, rule=rule) for rule in ("log", "brier"))
        rows.append(("2018 to 2025", name, *both, *gain, float(rolling.chances[p, :, 0].sum()), seen))
    numbers, sets = [], list(question_sets(world).values())
    with_law = [one.name for one in challengers(theory_forecasters(world))]
    months = month_windows(LAST + DAY, 10)
    past = past_of(back, LAST + DAY)
    for one in who:
        said = above_floor(forecast_ahead(one, back, past, months))
        found = question_scores(sets, world, "2025-10-busan", LAST, _rows(back, months, said))
        for scored in found:
            gain = scored.gain("forecast", COMPARED)
            both = (scored.mean("forecast", rule=rule) for rule in ("log", "brier"))
            came = int(scored.came.sum())
            rows.append((scored.on, one.name, *both, *gain, float(said.sum()), float(came)))
            if one.name in with_law:
                numbers.append((scored.on, one.name, *_law(back, past, said), came))
    numbers += _years(back, [one for one in who if one.name in with_law])
    columns = ["form", "predictor", "log", "brier", "gain", "low", "high", "expected", "came"]
    heads = ["form", "predictor", "expected", "low", "high", "came"]
    return {
        "spell_scores": pd.DataFrame(rows, columns=columns),
        "spell_numbers": pd.DataFrame(numbers, columns=heads),
    }


def _years(back, who):
    record = events_of(back, past_of(back, LAST + DAY))
    for year in range(2019, 2026):
        begins = date(year, 1, 1)
        count = 12 if year < LAST.year else LAST.month
        past, windows = past_of(back, begins), month_windows(begins, count)
        came = int(moves_by_month(record, begins, count).sum())
        for one in who:
            yield str(year), one.name, *_law(back, past, forecast_ahead(one, back, past, windows)), came


def _law(back, past, said):
    law = law_of_number(said, pace_of_spell(back, past).shape)
    return float(np.arange(len(law)) @ law), *band_of(law)


def _rows(back, months, said):
    return [
        ForecastRow(f"{begins:%Y-%m}", country, name, DIRECTIONS[d], *[float(said[m, k, d])] * 3)
        for m, (begins, _) in enumerate(months)
        for k, (country, name) in enumerate(pairs_of(back))
        for d in (0, 1)
    ]
