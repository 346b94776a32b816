from functools import reduce
from operator import add

import numpy as np
import pytest

from negotiation.disputes.ownership.graph import OwnershipGraph, covered
from negotiation.errors import InvalidOwnership, NegotiationError
from tests.unit.disputes.ownership.graphs import covered_set, graph_of


def test_default_threshold_is_50_percent():
    graph = graph_of((0, 1, 0.5), (0, 2, 0.4999), listed={0}, entities=3)
    assert covered_set(graph) == covered_set(graph, 0.5) == {0, 1}


def test_cross_holding_does_not_cover_itself():
    graph = graph_of((1, 2, 0.8), (2, 1, 0.8), (0, 1, 0.1), listed={0}, entities=3)
    assert covered_set(graph) == {0}


def test_joint_stake_on_the_threshold_is_covered_despite_rounding():
    links = [(k, 10, 0.05) for k in range(10)]
    assert reduce(add, [0.05] * 10) != 0.5  # `sum` compensates from Python 3.12 on
    graph = graph_of(*links, listed=set(range(10)), entities=11)
    assert 10 in covered_set(graph)


def test_knife_edge_is_one_in_a_trillion():
    inside = graph_of((0, 1, 0.5 - 5e-13), listed={0}, entities=2)
    outside = graph_of((0, 1, 0.5 - 2e-12), listed={0}, entities=2)
    assert covered_set(inside) == {0, 1}
    assert covered_set(outside) == {0}


def test_long_chain():
    links = [(k, k + 1, 0.5) for k in range(999)]
    assert covered(graph_of(*links, listed={0}, entities=1000)).all()


@pytest.mark.parametrize(
    ("shares", "listed", "message"),
    [
        ([[0.0, 0.5]], [True], "square"),
        ([[0.0, -0.1], [0.0, 0.0]], [True, False], r"entity 0 in entity 1 is -0\.1"),
        ([[0.0, np.nan], [0.0, 0.0]], [True, False], "nan"),
        ([[0, 0, 0.6], [0, 0, 0.6], [0, 0, 0]], [True, True, False], "own 1.2"),
    ],
)
def test_invalid_graph_is_refused(shares, listed, message):
    with pytest.raises(InvalidOwnership, match=message) as caught:
        OwnershipGraph(np.array(shares), np.array(listed))
    assert isinstance(caught.value, NegotiationError)
