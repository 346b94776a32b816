"""Freeze the forecast of the year after the record again: `python docs/forecast_again.py --write`.

Made by the pool that decision 54 chose, as of the last day of the record: its chances are exact, its band
runs over the pool's members and over draws of the theories' parameters (`docs/estimates/draws.csv`). The file
stands beside the earlier ones of the same day, which stay as they are. Without `--write` the rows are made
again and compared with those of `FROZEN`, the last one (decision 61). It takes some twenty seconds.
"""

import argparse
from datetime import date
from hashlib import sha256
from pathlib import Path

from negotiation.disputes import load_scenario
from negotiation.lab.frozen_forecast import freeze, read_frozen
from negotiation.truces.prediction.forecast import pooled_forecast, read_draws
from negotiation.truces.prediction.pools.candidates import CHOSEN

HERE = Path(__file__).parent
DRAWS = HERE / "estimates" / "draws.csv"
FORECASTS = HERE.parent / "experiments" / "forecasts"
FROZEN = FORECASTS / "2025-11-30-v4.json"
"""What the present code and draws make again: chains settled, and baselines are fitted to the last digit."""
TRUCE, AS_OF, MONTHS, COUNT = "2025-10-busan", date(2025, 11, 30), 12, 8
"""Eight of the sixty-four draws of each theory, evenly spaced: forty games of the whole posture."""


def made(*, months=MONTHS, choice=CHOSEN, count=COUNT, draws=DRAWS):
    """Return the forecast, and what its file says of how it was made."""
    kept = read_draws(draws)
    scenario = load_scenario("us-china-2025", "central")
    found = pooled_forecast(TRUCE, AS_OF, months, scenario=scenario, choice=choice, draws=kept, count=count)
    particles = {name: one.particles for name, one in kept.items() if name in found.theories}
    also = {
        "choice": choice,
        "decision": "0054",
        "draws_sha256": sha256(draws.read_bytes()).hexdigest(),
        "particles": particles,
        "made_by": "python docs/forecast_again.py --write",
    }
    return found, also, scenario


def differences(found, frozen=FROZEN):
    """Return the largest differences of chances and of the ends of bands from those of a frozen forecast."""
    there = {
        (row.month, row.actor, row.instrument, row.direction): row
        for row in read_frozen(frozen).forecast.rows
    }
    pairs = [(row, there[row.month, row.actor, row.instrument, row.direction]) for row in found.rows]
    return {
        name: max(abs(getattr(new, name) - getattr(old, name)) for new, old in pairs)
        for name in ("probability", "low", "high")
    }


def main():
    """Print the forecast and how far it is from the frozen one, or freeze it."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--write", action="store_true", help="freeze it beside the earlier ones")
    given = options.parse_args()
    found, also, scenario = made()
    print(found)
    if given.write:
        print(freeze(found, scenario, FORECASTS, also=also).name)
    else:
        away = ", ".join(f"{name} {size:.1e}" for name, size in differences(found).items())
        print(f"largest differences from {FROZEN.name}: {away}")


if __name__ == "__main__":
    main()
