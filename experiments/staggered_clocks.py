"""Whether two linked issues should expire together or in turn, over the probability of renewal.

One issue tempts ten times as much as the other, and the stakes of a period are alike. While one is drawn for
renewal the other is still on, if the clocks end in turn. Patience and the reaction lag are the scenario's; a
clock of 90 days is counted in whole reaction lags.
"""

import negotiation as ng
from negotiation.game_theory.solvers.closed_forms.renewal import staggered_clocks
from negotiation.lab import Cell

CLOCK_DAYS = 90
GAINS = (1.0, 0.1)
RENEWALS = [round(0.02 * k, 2) for k in range(26)]
STAKES = [round(10 ** (k / 10), 6) for k in range(-15, 6)]


def in_turn(cell: Cell) -> dict[str, float]:
    """Return the least margin together and with the best offset, and whether either is honest throughout."""
    lag, delta = cell.scenario.parameters["reaction_lag_days"], cell.scenario.discount_factor
    periods = max(1, round(CLOCK_DAYS / lag))
    stake = cell.number("stake_for_each_gain")
    found = [
        staggered_clocks(GAINS, (stake, stake), periods, offset, delta, cell.number("renewal"))
        for offset in range(periods)
    ]
    margins = [float(clocks.margins.min()) / stake for clocks in found]
    best = max(range(periods), key=margins.__getitem__)
    return {
        "together_margin": margins[0],
        "in_turn_margin": margins[best],
        "offset_days": best * lag,
        "gain": float(found[best].holds) - float(found[0].holds),
    }


experiment = ng.Experiment(
    slug="staggered_clocks",
    question="Are two linked issues honest at a lower probability of renewal when they expire in turn?",
    scenario="us-china-2025",
    space=ng.space.grid({"renewal": RENEWALS, "stake_for_each_gain": STAKES}),
    measure=in_turn,
    batch=64,
    labels={
        "renewal": "probability of renewal of an issue",
        "stake_for_each_gain": "stake of a period, for each unit that a breach of the first issue gains",
        "together_margin": "least margin, both expiring together, in stakes of a period",
        "in_turn_margin": "least margin, expiring in turn, in stakes of a period",
        "offset_days": "days between the two expiries where the margin is largest",
        "gain": "1 where only clocks in turn are honest throughout",
    },
    shown=("together_margin", "in_turn_margin"),
)
