"""The least renewal probability that keeps a truce's last period honest, over clock and stake.

The stake is what a period without the truce costs, in units of what a breach gains in its period. Patience
and the reaction lag are the scenario's; a clock is counted in whole reaction lags.
"""

import negotiation as ng
from negotiation.game_theory.solvers.closed_forms.renewal import least_renewal_probability
from negotiation.lab import Cell

CLOCKS = [14 * k for k in range(2, 54, 2)]
STAKES = [round(10 ** (k / 10), 6) for k in range(-20, 11)]


def renewal(cell: Cell) -> dict[str, float]:
    """Return the least renewal probability of one clock and stake, and what it is as survival a month."""
    lag, delta = cell.scenario.parameters["reaction_lag_days"], cell.scenario.discount_factor
    periods = max(1, round(cell.number("clock_days") / lag))
    stake = cell.number("stake_for_each_gain")
    needed = float(least_renewal_probability(1.0, stake, periods, delta))
    return {
        "least_renewal_probability": needed,
        "can_be_honest": needed <= 1.0,
        "least_monthly_survival": min(needed, 1.0) ** (30.4 / (periods * lag)),
    }


experiment = ng.Experiment(
    slug="least_renewal_probability",
    question="How likely must renewal be for a truce's last period to be honest, by its clock and its stake?",
    scenario="us-china-2025",
    space=ng.space.grid({"clock_days": CLOCKS, "stake_for_each_gain": STAKES}),
    measure=renewal,
    batch=64,
    labels={
        "clock_days": "clock, days",
        "stake_for_each_gain": "stake of a period, for each unit that a breach gains",
        "least_renewal_probability": "least renewal probability (above 1: none is enough)",
        "can_be_honest": "whether some renewal probability is enough",
        "least_monthly_survival": "the same as survival a month",
    },
    shown=("least_renewal_probability", "least_monthly_survival"),
)
