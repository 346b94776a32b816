"""Freeze forecasts of December 2026 to November 2027: `python docs/forecast_next.py --write`.

Seen is what was public on 10 October 2026; the weeks between the two days are integrated over, as in any
window that begins later. The first file has the rows of the pool of decision 54, learned from all that is
over, with a band over its members; beside them stand, in the order of the monthly rows, the chances by a
constant rate of each series, by the same shrunk, and by the pool with the weights of 30 November 2025. The
three challengers of decision 68 have a band over the factor of the spell, the joint law of the number of
rows that come, the first harsher step by leg, and named events. `--only first` or `--only challengers` makes
some; an earlier file is never written over. Without `--write` they are printed. It takes some minutes.
"""

import argparse
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np
from scipy.special import gammaincinv

from negotiation.disputes import load_scenario
from negotiation.lab.frozen_forecast import freeze
from negotiation.truce_panel.spell_pace import challengers, clocks_extended, pace_before, pace_of_spell
from negotiation.truces.prediction.baselines import baseline
from negotiation.truces.prediction.chances import above_floor, forecast_ahead
from negotiation.truces.prediction.forecast import pooled_forecast, renewal_rows
from negotiation.truces.prediction.forecast_rows import Forecast
from negotiation.truces.prediction.months import ForecastRow, month_windows
from negotiation.truces.prediction.named_events import (
    band_of,
    chances_of,
    event_sets,
    first_harsher,
    hazards_of,
    law_of_number,
    shares_by_level,
)
from negotiation.truces.prediction.pools.candidates import CHOSEN, candidates
from negotiation.truces.prediction.pools.resolved_months import leads_of
from negotiation.truces.prediction.theory_forecasts import theory_forecasters
from negotiation.truces.record.agreement_text import agreement_text
from negotiation.truces.record.events import DIRECTIONS, UP, events_of
from negotiation.truces.record.past import past_of
from negotiation.truces.record.timeline import looking_back_to, record_begins

FORECASTS = Path(__file__).parents[1] / "experiments" / "forecasts"
TRUCE, AS_OF, BEGINS, MONTHS = "2025-10-busan", date(2026, 10, 10), date(2026, 12, 1), 12
LEARNED = date(2025, 11, 30)
"""To which the weights that stay as they were had learned."""
DAY = timedelta(days=1)
CONSTANT = ("series", "shrunk")
DATE = "2026-11-30"
"""The day on which the challengers were frozen, and the name of their set of named events."""


def asked():
    """Return the dispute as known on the day, the same with past levels, and what was public."""
    world = load_scenario("us-china-2025", "central", AS_OF)
    back = looking_back_to(world, record_begins(world) - DAY)
    return world, back, past_of(back, AS_OF + DAY)


def constant_rates(back, past):
    """Return the chances by a constant rate of each series and by the same shrunk, by name."""
    windows = month_windows(BEGINS, MONTHS)
    return {name: forecast_ahead(baseline(name), back, past, windows).ravel().tolist() for name in CONSTANT}


def as_it_was(world, back, past):
    """Return the chances by the pool whose weights are those of a year before, over members that know all."""
    (pool,) = [one for one in candidates(theory_forecasters(world)) if one.name == CHOSEN]
    windows = month_windows(BEGINS, MONTHS)
    weights = pool.weights(back, past_of(back, LEARNED + DAY))[:, leads_of(past, windows), None, None]
    said = (forecast_ahead(one, back, past, windows) for one in pool.members)
    return above_floor(sum(weight * one for weight, one in zip(weights, said, strict=True))).ravel().tolist()


def made():
    """Return the forecast, what its file says besides, and the dispute."""
    world, back, past = asked()
    found = pooled_forecast(TRUCE, AS_OF, MONTHS + 1, scenario=world)
    kept = tuple(row for row in found.rows if row.actor == "both" or row.month >= f"{BEGINS:%Y-%m}")
    models = constant_rates(back, past) | {f"{CHOSEN}, weights of {LEARNED}": as_it_was(world, back, past)}
    also = {"begins": str(BEGINS), "choice": CHOSEN, "decision": "0054", "models": models}
    return replace(found, rows=kept), also | {"made_by": "python docs/forecast_next.py --write"}, world


def challenger(one, world, back, past):
    """Return a challenger's forecast, and what its file says besides: joint law, first steps, events."""
    pace, text = pace_of_spell(back, past), agreement_text(TRUCE, world)
    # The weeks between the two days are a window of their own, so that events see them.
    windows = [(past.as_of, BEGINS), *month_windows(BEGINS, MONTHS)]
    chances = forecast_ahead(one, back, past, windows)
    every = hazards_of(chances, pace.shape)
    hazards, record = every[1:], events_of(back, past)
    ends = [-np.expm1(-hazards * gammaincinv(pace.shape, end) / pace.shape) for end in (0.05, 0.95)]
    rows = tuple(
        ForecastRow(f"{first:%Y-%m}", *pair, way, *(float(x[m, k, d]) for x in (chances[1:], *ends)))
        for m, (first, _) in enumerate(windows[1:])
        for k, pair in enumerate(record.pairs)
        for d, way in enumerate(DIRECTIONS)
    )
    # The mean lies within the band but for the rarest of laws; the band then reaches to it.
    rows = tuple(
        replace(row, low=min(row.low, row.probability), high=max(row.high, row.probability)) for row in rows
    )
    rows += renewal_rows(world, text, past, AS_OF, windows[-1][1])
    law, shares = law_of_number(chances[1:], pace.shape), shares_by_level(back, past)
    sides = frozenset(world.countries)
    panel, clocks = pace_before(past.as_of, sides), clocks_extended(past.as_of, sides)
    also = {
        "begins": str(BEGINS),
        "choice": one.name,
        "decision": "0068",
        "made_by": "python docs/forecast_next.py --only challengers --write",
        "pace": {
            "shape": pace.shape,
            "rate": pace.rate,
            "factor": pace.shape / pace.rate,
            "panel_shape": panel.shape,
            "panel_rates": {
                f"{leg}, {'covered' if covered else 'left out'}": rate
                for (leg, covered), rate in panel.rates.items()
            },
        },
        "number": {
            "of": "rows (month, series) that come",
            "mean": float(np.arange(len(law)) @ law),
            "band": band_of(law),
            "chances": [
                round(float(p), 6) for p in law[: int(np.searchsorted(np.cumsum(law), 1 - 1e-6)) + 1]
            ],
        },
        "first_harsher": {
            "by the end of": [f"{first:%Y-%m}" for first, _ in windows[1:]],
            **first_harsher(hazards, pace.shape, record.legs, shares),
        },
        "events": chances_of(
            event_sets(world)[DATE], world, past, every[..., UP].sum(axis=0) * shares, pace.shape
        ),
        "clocks_of_the_panel": {"extended": clocks[0], "ran out": clocks[1]},
    }
    return Forecast(TRUCE, AS_OF, rows, names=text.names_in(world)), also


def main():
    """Print the forecasts, or freeze them."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--write", action="store_true", help="freeze them")
    options.add_argument("--only", choices=("first", "challengers"), help="make some alone")
    chosen = options.parse_args()
    made_now = []
    if chosen.only != "challengers":
        found, also, world = made()
        made_now.append((None, found, also))
    if chosen.only != "first":
        world, back, past = asked()
        for one in challengers(theory_forecasters(world)):
            name = f"{DATE}-{one.name.replace(' ', '-')}"
            made_now.append((name, *challenger(one, world, back, past)))
    for name, found, also in made_now:
        print(found, also.get("number", ""), *also.get("events", ()), sep="\n")
        if chosen.write:
            print(freeze(found, world, FORECASTS, name=name, also=also).name)


if __name__ == "__main__":
    main()
