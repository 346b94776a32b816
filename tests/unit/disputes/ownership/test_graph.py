from functools import reduce
from operator import add

import numpy as np
import pytest
from scipy import sparse

from negotiation.disputes.ownership.graph import OwnershipGraph, covered
from negotiation.disputes.ownership.restructuring import restructure
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


def test_nothing_listed_covers_nothing_and_an_empty_graph_is_fine():
    assert covered_set(graph_of((0, 1, 1.0), listed=set(), entities=2)) == set()
    assert covered_set(graph_of(listed=set(), entities=0)) == set()


def test_long_chain():
    links = [(k, k + 1, 0.5) for k in range(999)]
    assert covered(graph_of(*links, listed={0}, entities=1000)).all()


@pytest.mark.parametrize("threshold", [0.0, -0.5, 1.01, 50.0, float("nan")])
def test_threshold_outside_its_range_is_refused(threshold):
    graph = graph_of((0, 1, 0.5), listed={0}, entities=2)
    with pytest.raises(InvalidOwnership, match="threshold"):
        covered(graph, threshold)
    with pytest.raises(InvalidOwnership, match="threshold"):
        restructure(graph, budget=1, threshold=threshold)


@pytest.mark.parametrize(
    ("shares", "listed", "message"),
    [
        ([[0.0, 0.5]], [True], "square"),
        ([0.0, 0.5], [True, False], "square"),
        ([[0.0, 0.5], [0.0, 0.0]], [True], "2 truth values"),
        ([[0.0, 0.5], [0.0, 0.0]], [1, 0], "truth values"),
        ([[0.0, -0.1], [0.0, 0.0]], [True, False], r"entity 0 in entity 1 is -0\.1"),
        ([[0.0, 50.0], [0.0, 0.0]], [True, False], "fraction"),
        ([[0.0, np.nan], [0.0, 0.0]], [True, False], "nan"),
        ([[0.0, np.inf], [0.0, 0.0]], [True, False], "inf"),
        ([[0.0, 0.0], [0.0, 0.2]], [True, False], "itself"),
        ([[0, 0, 0.6], [0, 0, 0.6], [0, 0, 0]], [True, True, False], "own 1.2"),
    ],
)
def test_invalid_graph_is_refused(shares, listed, message):
    with pytest.raises(InvalidOwnership, match=message) as caught:
        OwnershipGraph(np.array(shares), np.array(listed))
    assert isinstance(caught.value, NegotiationError)


@pytest.mark.parametrize("link", [(0, 2, 0.5), (-1, 1, 0.5)])
def test_link_outside_the_graph_is_refused(link):
    with pytest.raises(InvalidOwnership, match="outside 0 to 1"):
        OwnershipGraph.from_links([link], [True, False])


def test_shares_that_sum_to_one_with_rounding_are_accepted():
    links = [(k, 10, 0.1) for k in range(10)]
    assert graph_of(*links, listed={0}, entities=11).links == 10


def test_graph_is_read_only_and_keeps_its_own_copy():
    shares = sparse.csr_array(np.array([[0.0, 0.6], [0.0, 0.0]]))
    listed = np.array([True, False])
    graph = OwnershipGraph(shares, listed)
    shares.data[0] = 0.1
    listed[0] = False
    assert covered_set(graph) == {0, 1}
    with pytest.raises(ValueError, match="read-only"):
        graph.shares.data[0] = 0.1
    with pytest.raises(ValueError, match="read-only"):
        graph.listed[0] = False
    with pytest.raises(AttributeError):
        graph.listed = listed


def test_coverage_does_not_share_memory_with_the_list():
    graph = graph_of(listed={0}, entities=2)
    covered(graph)[1] = True
    assert covered_set(graph) == {0}


def test_equality_ignores_how_the_stakes_were_given():
    one = graph_of((0, 2, 0.3), (1, 2, 0.25), listed={0}, entities=3)
    two = graph_of((1, 2, 0.25), (0, 2, 0.3), (0, 1, 0.0), listed={0}, entities=3)
    assert one == two
    assert hash(one) == hash(two)
    assert one != graph_of((0, 2, 0.3), (1, 2, 0.25), listed={1}, entities=3)
    assert one != "graph"
