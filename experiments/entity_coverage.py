"""Coverage of the entity list and links that must be examined, by ownership threshold.

Ownership graphs are generated (calibrated to about 1,300 listed parties, a third of them with a
majority-owned affiliate, over 20,000 covered at 50 percent); each is measured at every threshold.
"""

import negotiation as ng
from negotiation.disputes.ownership.generator import generate_ownership_graph
from negotiation.disputes.ownership.loophole import coverage_by_threshold, links_to_examine
from negotiation.lab import Cell


def coverage(cell: Cell) -> dict[str, float]:
    """Return the covered parties of one graph at one threshold, and the links to examine."""
    threshold = cell.number("threshold")
    # The graph's number is its seed, so that all thresholds are measured on the same graphs.
    graph = generate_ownership_graph(rng=int(cell.number("graph")), listed=int(cell.number("listed")))
    curve = coverage_by_threshold(graph, [threshold])
    return {
        "covered": int(curve.covered[0]),
        "covered_for_each_listed": float(curve.ratio[0]),
        "links_to_examine": links_to_examine(graph, threshold),
    }


experiment = ng.Experiment(
    slug="entity_coverage",
    question="How do the entity list's coverage and its burden move with the ownership threshold?",
    space=(
        ng.space.grid({"threshold": [0.1, 0.2, 0.25, 0.3, 0.4, 0.45, 0.5, 0.55, 0.6, 0.75, 0.9, 1.0]})
        * ng.space.grid({"graph": range(8), "listed": [1300]})
    ),
    measure=coverage,
    batch=4,
    labels={
        "threshold": "ownership threshold, share",
        "graph": "number of the generated graph",
        "listed": "listed parties",
        "covered": "covered parties",
        "covered_for_each_listed": "covered parties for each listed one",
        "links_to_examine": "ownership links that a check has to examine",
    },
    shown=("covered", "links_to_examine"),
)
