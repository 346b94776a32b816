"""The experiment on coverage of the entity list, and what shells undo of the coverage."""

from pathlib import Path

import pandas as pd

import negotiation as ng
from negotiation.disputes.ownership.generator import generate_ownership_graph
from negotiation.disputes.ownership.loophole import ownership_loophole
from negotiation.lab.experiment import load_experiment

MAKES = ("entity_coverage", "shells")
LISTED = 1300
"""Listed parties, about as many as are published."""

SHELL_THRESHOLDS = (0.1, 0.25, 0.4, 0.5, 0.6, 0.75, 0.9)
EXPERIMENTS = Path(__file__).parents[2] / "experiments"


def compute(budget):
    """Return coverage and what shells undo."""
    return {
        "entity_coverage": entity_coverage(budget),
        "shells": shells(budget),
    }


def entity_coverage(budget):
    """Return covered parties and links to examine by threshold and generated graph."""
    thresholds = [0.1, 0.2, 0.25, 0.3, 0.4, 0.45, 0.5, 0.55, 0.6, 0.75, 0.9, 1.0]
    space = ng.space.grid({"threshold": thresholds}) * ng.space.grid(
        {"graph": range(budget.ownership_graphs), "listed": [LISTED]}
    )
    return run("entity_coverage", space)[["threshold", "graph", "covered", "links_to_examine"]]


def shells(budget):
    """Return what selling stakes to shells undoes, by threshold and generated graph."""
    frames = []
    for graph in range(budget.ownership_graphs):
        found = ownership_loophole(generate_ownership_graph(rng=graph, listed=LISTED), SHELL_THRESHOLDS)
        rows = found.to_pandas().rename(columns={"affiliates added": "added", "share undone": "undone"})
        frames.append(rows[["threshold", "added", "freed", "restructured", "undone"]].assign(graph=graph))
    return pd.concat(frames, ignore_index=True)


def run(slug, space):
    """Return the cells of an experiment over a space as a frame, cells in order."""
    experiment = load_experiment(EXPERIMENTS / f"{slug}.py").model_copy(update={"space": space})
    result = ng.run(experiment)
    return result.to_pandas()
