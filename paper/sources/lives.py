"""How long a truce lasts that nobody means to break, and what renewal keeps its last period honest."""

import pandas as pd

from negotiation.disputes import load_scenario
from negotiation.disputes.parameter_draws import central_draw
from negotiation.game_theory.solvers.closed_forms.renewal import compare_clocks, least_renewal_probability
from negotiation.truces.claims.clock import clock_cases
from negotiation.truces.verdicts.agreements import truce
from negotiation.truces.verdicts.lifetime import truce_lifetime
from negotiation.truces.verdicts.under_noise import noise_sweep

MAKES = ("lives", "life_curves", "noise_alarms", "noise_margins", "least_renewal", "clocks")
TRUCES = ("2025-05-geneva", "2025-10-busan")
LONGEST_DAYS = 730
CLOCKS = (14, 28, 42, 56, 70, 84, 98, 126, 154, 182, 210, 238, 266, 294, 322, 350, 364, 392, 448, 504, 560)


def compute(budget):
    """Return lives by event, curves of survival, margins by noise, and least renewal probabilities."""
    del budget
    scenario = load_scenario("us-china-2025")
    lives, curves = truce_lives(scenario)
    alarms, margins = noise(scenario)
    return {
        "lives": lives,
        "life_curves": curves,
        "noise_alarms": alarms,
        "noise_margins": margins,
        "least_renewal": least_renewal(scenario),
        "clocks": clocks(scenario),
    }


def truce_lives(scenario):
    """Return mean and median days to each event, and survival by day."""
    rows, curves = [], []
    for name in TRUCES:
        place = name.split("-")[2].capitalize()
        for x in truce_lifetime(truce(name), scenario):
            key = (place, x.event, x.linkage, x.leg, x.remedy)
            rows.append((*key, float(x.survival.hazard[0]), x.mean_days, x.median_days, x.at(90), x.at(365)))
            periods = int(LONGEST_DAYS // x.lag_days)
            curves += [(*key, k * x.lag_days, float(x.survival.curve[k])) for k in range(periods + 1)]
    keys = ["place", "event", "linkage", "leg", "remedy"]
    columns = [*keys, "hazard", "mean_days", "median_days", "after_90", "after_365"]
    return pd.DataFrame(rows, columns=columns), pd.DataFrame(curves, columns=[*keys, "days", "alive"])


def noise(scenario):
    """Return false alarms by leg and margins by linkage as Busan's clauses are misread more often."""
    sweep = noise_sweep(truce("2025-10-busan"), scenario)
    alarms = [(p.chance, leg, value) for p in sweep.points for leg, value in p.alarms]
    margins = [(p.chance, kind, value) for p in sweep.points for kind, value in p.margins]
    return (
        pd.DataFrame(alarms, columns=["chance", "leg", "false_alarm"]),
        pd.DataFrame(margins, columns=["chance", "linkage", "margin"]),
    )


def cases(scenario):
    """Return temptation, stake, discount factor and renewal of each side at the central values."""
    return [
        (country, gain, stake, delta, renewal)
        for _, country, gain, stake, _, delta, renewal in clock_cases(central_draw(scenario))
    ]


def least_renewal(scenario):
    """Return the least renewal probability by length of the clock, side and reaction lag."""
    yearly = scenario.parameters["discount_factor_annual"]
    rows = []
    for country, gain, stake, _, _ in cases(scenario):
        for lag in (7, 14, 30):
            for days in CLOCKS:
                periods = max(1, round(days / lag))
                least = least_renewal_probability(gain, stake, periods, yearly ** (lag / 365))
                rows.append((country, lag, days, periods, gain, stake, float(least)))
    columns = ["country", "lag_days", "days", "periods", "gain", "stake", "least"]
    return pd.DataFrame(rows, columns=columns)


def clocks(scenario):
    """Return the last period of both clocks at equal renewal and at equal survival."""
    lag = scenario.parameters["reaction_lag_days"]
    lengths = {"90 days": round(90 / lag), "a year": round(365 / lag)}
    frames = [
        compare_clocks(gain, stake, lengths, delta, renewal).to_pandas().assign(country=country)
        for country, gain, stake, delta, renewal in cases(scenario)
    ]
    frame = pd.concat(frames, ignore_index=True)
    frame.columns = [column.replace(" ", "_") for column in frame.columns]
    return frame
