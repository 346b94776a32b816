"""What becomes of verdicts when payoffs with a source take the place of assumed ones, one group at a time.

Each truce is judged as of its day of signing over 128 draws: by every theory before and after all, and one
group at a time by the three theories that take a second. "central" replaces nothing and "all" everything;
draws of what both calibrations read are the same. What was expected is in record 87.
"""

import negotiation as ng
from negotiation.disputes import load_scenario
from negotiation.lab import Cell
from negotiation.truces.theories import theories

DISPUTE, DRAWS = "us-china-2025", 128
GROUPS = {
    "central": (),
    "tariffs": ("tariff",),
    "rare-earth curb": ("rare_earth_curb",),
    "minerals ban": ("minerals_ban",),
    "controls and visas": ("chip_control", "entity_list", "visa", "security_weight"),
    "purchases": ("purchases",),
    "precursors": ("precursor_enforcement",),
    "listings": ("entity_listings",),
    "port fees": ("port_fee",),
    "state": ("state",),
    "all": None,
}
WHOLE = ("central", "all")
QUICK = ("each for itself", "moment", "custom in kind")
SIGNED = {"2025-05-geneva": "2025-05-12", "2025-10-busan": "2025-10-30"}


def world(replaced: str, day: str | None = None) -> ng.Scenario:
    """Return the dispute with the payoffs of a group replaced, as of a day."""
    if replaced == "central":
        return load_scenario(DISPUTE, "central", day)
    return load_scenario(DISPUTE, "sourced", day, replaced=GROUPS[replaced])


def judged(cell: Cell) -> dict[str, float]:
    """Return by leg the margin at the centre, whether keeping is rational there, and shares of draws."""
    truce = str(cell["truce"])
    scenario = world(str(cell["replaced"]), SIGNED[truce])
    measured = {}
    for row in ng.verdict(truce, scenario, theories=[str(cell["theory"])], draws=DRAWS):
        share = row.share
        measured |= {
            f"{row.leg}_margin": row.margin,
            f"{row.leg}_rational": float(row.rational),
            f"{row.leg}_share": float("nan") if share is None else share,
            f"{row.leg}_not_rational": float(row.drawn.irrational),
        }
    return measured


LABELS = {
    "margin": "margin at the central values, percent of GDP",
    "rational": "1 where keeping is rational at the central values",
    "share": "share of draws in which the leg holds",
    "not_rational": "share of draws in which keeping is not rational",
}

experiment = ng.Experiment(
    slug="payoffs_replaced",
    question="Which verdicts change when payoffs with a source take the place of assumed ones?",
    scenario=DISPUTE,
    space=ng.space.listed(
        [
            {"replaced": name, "truce": truce, "theory": theory.name}
            for name in GROUPS
            for truce in SIGNED
            for theory in theories()
            if name in WHOLE or theory.name in QUICK
        ]
    ),
    measure=judged,
    batch=4,
    labels={
        "replaced": "payoffs with a source in place of assumed ones",
        "truce": "truce",
        "theory": "theory of what the text leaves out",
        **{
            f"{leg}_{name}": f"{leg} leg: {words}"
            for leg in ("tariff", "control", "other")
            for name, words in LABELS.items()
        },
    },
    shown=("tariff_share", "control_share", "other_share"),
)
