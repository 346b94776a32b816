"""How long the truces live before a false alarm, over the chance of slips and of misreading.

Slips (an agency goes further than was meant) and ambiguity (a kept clause looks broken) are set alike for all
legs, regimes and grades of clauses, as chances a year. A truce under all-or-nothing linkage ends, or is
answered, at its first false alarm; nobody breaks it meanwhile. The incentive margin beside it says whether it
would be kept at all.
"""

import negotiation as ng
from negotiation.disputes.observation import OBSERVATION_PARAMETERS
from negotiation.lab import Cell
from negotiation.truces.compiling.compiler import TextChoices, compiled_text
from negotiation.truces.verdicts.agreements import truce
from negotiation.truces.verdicts.noise_departures import calm_departures
from negotiation.truces.verdicts.under_noise import false_alarms

TRUCES = {"geneva": "2025-05-geneva", "busan": "2025-10-busan"}
SLIPS = [round(0.01 * 10 ** (k / 8), 6) for k in range(15)]
AMBIGUITIES = [0.0, 0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9]


def life(cell: Cell) -> dict[str, float]:
    """Return, for each truce, the mean days to its first false alarm, and its least incentive margin."""
    slip, ambiguity = cell.number("slip"), cell.number("ambiguity")
    chances = {name: slip for name in OBSERVATION_PARAMETERS if name.startswith("slip.")}
    chances |= {name: ambiguity for name in OBSERVATION_PARAMETERS if name.startswith("signal.ambiguity.")}
    scenario = cell.scenario.with_parameters(chances)
    lag = scenario.parameters["reaction_lag_days"]
    found = {}
    for place, name in TRUCES.items():
        compiled = compiled_text(
            truce(name), scenario, TextChoices(linkage="all_or_nothing", clock="memoryless")
        )
        alarms = dict(false_alarms(compiled))
        found[f"{place}_life_days"] = lag / alarms["any"]
        found[f"{place}_margin"] = -max(departure.gain for departure in calm_departures(compiled))
    return found


experiment = ng.Experiment(
    slug="truce_life",
    question="How long do the truces live before a false alarm, as slips and misreadings become likelier?",
    scenario="us-china-2025",
    space=ng.space.grid({"slip": SLIPS, "ambiguity": AMBIGUITIES}),
    measure=life,
    batch=8,
    labels={
        "slip": "chance a year of a slip, each instrument",
        "ambiguity": "chance a year that a kept clause looks broken",
        "geneva_life_days": "Geneva: mean days to a false alarm",
        "busan_life_days": "Busan: mean days to a false alarm",
        "geneva_margin": "Geneva: least incentive margin, percent of GDP",
        "busan_margin": "Busan: least incentive margin, percent of GDP",
    },
    shown=("geneva_life_days", "busan_life_days"),
)
