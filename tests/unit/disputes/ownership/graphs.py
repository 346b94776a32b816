"""Small ownership graphs, and what is covered in them."""

import numpy as np

from negotiation.disputes.ownership.graph import OwnershipGraph, covered


def graph_of(*links, listed, entities):
    return OwnershipGraph.from_links(links, [k in listed for k in range(entities)])


def covered_set(graph, threshold=0.5):
    return set(np.flatnonzero(covered(graph, threshold)).tolist())
