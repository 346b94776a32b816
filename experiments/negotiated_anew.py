"""What changes what each side negotiates, over how often all is bargained anew and dependence on the curb.

Tariffs, the chip control and the curb at the levels of the small game, in USD, as a relation with payments;
stocks full, parameters at their central values. Three things are set against their absence: controls in the
bargain, a period's use of the curb, and a clock of a year. Dependence scales what the curb does: the grid
spans what is between hardly any imports and all of them.
"""

from dataclasses import replace

import negotiation as ng
from negotiation.lab import Cell
from negotiation.truces.studies.negotiated_anew import Relations

CHANCES = [0.0, 0.005, 0.01, 0.02, 0.04, 0.08, 0.15, 0.3, 0.5, 0.7, 0.85, 0.95, 1.0]
DEPENDENCE = "state.rare_earth_dependence.full"
ASKED = {"controls": "controls", "use, stocks full": "use", "clock": "clock"}


def negotiated(cell: Cell) -> dict[str, float]:
    """Return what the sides negotiate in one cell, and by how much each thing raises it."""
    scenario = cell.scenario.with_parameters({DEPENDENCE: cell.number(DEPENDENCE)})
    state = replace(scenario.default_state, stocks=2)
    changes, found, settled = Relations(scenario, state, "small").changes(cell.number("chance"), list(ASKED))
    usa, china = found.negotiated[state.label]
    measured = {"usa_negotiates": usa, "china_negotiates": china, "settled": float(settled)}
    for name, short in ASKED.items():
        measured[f"usa_by_{short}"], measured[f"china_by_{short}"] = changes[name].tolist()
    return measured


experiment = ng.Experiment(
    slug="negotiated_anew",
    question="Whom do controls in the bargain, using the curb and a clock pay, where all is bargained anew?",
    scenario="us-china-2025",
    space=ng.space.grid({"chance": CHANCES, DEPENDENCE: [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8]}),
    measure=negotiated,
    batch=8,
    labels={
        "chance": "chance a period that all is bargained anew",
        DEPENDENCE: "US dependence on Chinese rare earths, share of imports",
        "usa_negotiates": "USA negotiates, USD bn a year",
        "china_negotiates": "China negotiates, USD bn a year",
        "settled": "1 where all equilibria settled",
        "usa_by_controls": "USA: controls in the bargain, USD bn a year",
        "china_by_controls": "China: controls in the bargain, USD bn a year",
        "usa_by_use": "USA: a period's use of the curb, USD bn a year",
        "china_by_use": "China: a period's use of the curb, USD bn a year",
        "usa_by_clock": "USA: a one-year clock, USD bn a year",
        "china_by_clock": "China: a one-year clock, USD bn a year",
    },
    shown=("usa_by_controls", "china_by_controls", "china_by_use", "china_by_clock"),
)
