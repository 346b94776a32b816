"""Freeze the forecast of December 2026 to November 2027 once: `python docs/forecast_next.py --write`.

Seen is what was public on 10 October 2026; the weeks between the two days are integrated over, as in any
window that begins later. The rows are those of the pool of decision 54, learned from all that is over,
with a band over its members. Beside them stand, in the order of the monthly rows, the chances by a constant
rate of each series, by the same shrunk, and by the pool with the weights of 30 November 2025. Without
`--write` the rows are printed. It takes some minutes.
"""

import argparse
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

from negotiation.disputes import load_scenario
from negotiation.lab.frozen_forecast import freeze
from negotiation.truces.prediction.baselines import baseline
from negotiation.truces.prediction.chances import above_floor, forecast_ahead
from negotiation.truces.prediction.forecast import pooled_forecast
from negotiation.truces.prediction.months import month_windows
from negotiation.truces.prediction.pools.candidates import CHOSEN, candidates
from negotiation.truces.prediction.pools.resolved_months import leads_of
from negotiation.truces.prediction.theory_forecasts import theory_forecasters
from negotiation.truces.record.moves import looking_back_to, record_begins
from negotiation.truces.record.past import past_of

FORECASTS = Path(__file__).parents[1] / "experiments" / "forecasts"
TRUCE, AS_OF, BEGINS, MONTHS = "2025-10-busan", date(2026, 10, 10), date(2026, 12, 1), 12
LEARNED = date(2025, 11, 30)
"""To which the weights that stay as they were had learned."""
DAY = timedelta(days=1)
CONSTANT = ("series", "shrunk")


def asked():
    """Return the dispute as known on the day, the same with past levels, and what was public."""
    world = load_scenario("us-china-2025", as_of=AS_OF)
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


def main():
    """Print the forecast, or freeze it."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--write", action="store_true", help="freeze it")
    found, also, world = made()
    print(found)
    if options.parse_args().write:
        print(freeze(found, world, FORECASTS, also=also).name)


if __name__ == "__main__":
    main()
