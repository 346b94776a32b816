"""The experiments on patience and on coverage of the entity list, run through the experiment runner."""

from pathlib import Path

import negotiation as ng
from negotiation.lab.experiment import load_experiment

MAKES = ("patience_map", "entity_coverage")
EXPERIMENTS = Path(__file__).parents[2] / "experiments"
DEPENDENCE = "state.rare_earth_dependence.middle"
SECURITY = "chip_control.security_value"


def compute(budget):
    """Return the tables of the two experiments, with short column names."""
    return {"patience_map": patience_map(budget), "entity_coverage": entity_coverage(budget)}


def patience_map(budget):
    """Return the critical discount factor over dependence and security value."""
    n = budget.map_points
    space = ng.space.linspace(DEPENDENCE, 0.05, 0.8, n) * ng.space.linspace(SECURITY, 0.0, 0.2, n)
    frame = run("critical_discount_factor", space)
    names = {DEPENDENCE: "dependence", SECURITY: "security", "critical_discount_factor": "critical"}
    frame = frame.rename(columns=names)[["dependence", "security", "critical", "smallest_case"]]
    return frame.round({"critical": 9, "smallest_case": 9})


def entity_coverage(budget):
    """Return covered parties and links to examine by threshold and generated graph."""
    thresholds = [0.1, 0.2, 0.25, 0.3, 0.4, 0.45, 0.5, 0.55, 0.6, 0.75, 0.9, 1.0]
    space = ng.space.grid({"threshold": thresholds}) * ng.space.grid(
        {"graph": range(budget.ownership_graphs), "listed": [1300]}
    )
    return run("entity_coverage", space)[["threshold", "graph", "covered", "links_to_examine"]]


def run(slug, space):
    """Return the cells of an experiment over a space as a frame, cells in order."""
    experiment = load_experiment(EXPERIMENTS / f"{slug}.py").model_copy(update={"space": space})
    result = ng.run(experiment)
    return result.to_pandas()
