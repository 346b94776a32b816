import pytest

from negotiation.base.labelled import Tabular
from negotiation.disputes.ownership.restructuring import restructure
from negotiation.errors import InvalidOwnership
from tests.unit.disputes.ownership.graphs import covered_set, graph_of

HOLDING = [(0, 1, 0.6), (1, 2, 1.0), (1, 3, 0.8), (0, 4, 0.9)]


def test_restructuring_frees_the_holding_company_and_what_it_owns():
    result = restructure(graph_of(*HOLDING, listed={0}, entities=5), budget=1)
    assert isinstance(result, Tabular)
    assert result.restructured.tolist() == [1]
    assert (result.covered_before, result.covered_after, result.freed) == (5, 2, 3)
    assert result.stopped == "budget spent"
    assert result.status == "complete"
    assert covered_set(result.graph) == {0, 4}


def test_share_limits_the_number_of_majority_held_entities():
    result = restructure(graph_of(*HOLDING, listed={0}, entities=5), share=0.25)
    assert result.restructured.tolist() == [1]
    assert result.stopped == "share reached"
    assert restructure(graph_of(*HOLDING, listed={0}, entities=5), share=0.0).freed == 0


def test_cost_decides_between_entities():
    graph = graph_of(*HOLDING, listed={0}, entities=5)
    result = restructure(graph, budget=10, cost_per_entity=[1, 10, 1, 1, 2])
    assert result.restructured.tolist() == [2, 3, 4]
    assert result.cost == 4.0
    assert result.covered_after == 2
    assert result.stopped == "budget spent"


def test_cross_holding_falls_with_its_only_support():
    graph = graph_of((0, 1, 0.5), (1, 2, 0.6), (2, 1, 0.5), listed={0}, entities=3)
    result = restructure(graph, budget=1)
    assert covered_set(graph) == {0, 1, 2}
    assert covered_set(result.graph) == {0}


@pytest.mark.long
def test_restructuring_a_graph_whose_pairs_outnumber_32_bit_integers():
    n = 100_000
    result = restructure(graph_of((0, 1, 0.5), (n - 2, n - 1, 0.6), listed={n - 2}, entities=n), budget=1)
    assert covered_set(result.graph) == {n - 2}
    assert result.graph.shares[n - 2, n - 1] == 0.49


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"budget": 1, "share": 0.5}, "exactly one"),
        ({"budget": float("inf")}, "budget"),
        ({"budget": 1, "to": 0.5}, "below the threshold"),
    ],
)
def test_invalid_restructuring_is_refused(arguments, message):
    with pytest.raises(InvalidOwnership, match=message):
        restructure(graph_of(*HOLDING, listed={0}, entities=5), **arguments)
