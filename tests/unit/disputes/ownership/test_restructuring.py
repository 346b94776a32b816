import pytest

from negotiation.base.labelled import Tabular
from negotiation.disputes.ownership.generator import generate_ownership_graph
from negotiation.disputes.ownership.graph import covered
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


def test_stakes_sold_go_to_an_outside_holder():
    result = restructure(graph_of(*HOLDING, listed={0}, entities=5), budget=1)
    shares = result.graph.shares.toarray()
    assert result.graph.entities == 6
    assert shares[0, 1] == 0.49
    assert shares[5, 1] == pytest.approx(0.11)
    assert shares[0, 4] == 0.9
    assert not result.graph.listed[5]
    assert not covered(result.graph)[5]


def test_an_unlimited_share_undoes_the_rule():
    result = restructure(graph_of(*HOLDING, listed={0}, entities=5), share=1.0)
    assert result.covered_after == 1
    assert result.restructured.tolist() == [1, 4]
    assert result.stopped == "nothing left to free"


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


def test_budget_that_is_met_exactly_in_rounding_is_enough():
    links = [(0, k, 1.0) for k in range(1, 11)]
    result = restructure(graph_of(*links, listed={0}, entities=11), budget=1.0, cost_per_entity=0.1)
    assert result.restructured.size == 10


def test_cross_holding_falls_with_its_only_support():
    graph = graph_of((0, 1, 0.5), (1, 2, 0.6), (2, 1, 0.5), listed={0}, entities=3)
    result = restructure(graph, budget=1)
    assert covered_set(graph) == {0, 1, 2}
    assert covered_set(result.graph) == {0}


def test_freeing_one_owner_opens_the_way_to_the_next():
    links = [(0, 1, 0.6), (1, 2, 0.05), (0, 2, 0.6), (2, 3, 0.5)]
    result = restructure(graph_of(*links, listed={0}, entities=4), budget=5)
    assert covered_set(result.graph) == {0}
    assert result.restructured.tolist() == [1, 2]


def test_restructuring_a_graph_whose_pairs_outnumber_32_bit_integers():
    n = 100_000
    result = restructure(graph_of((0, 1, 0.5), (n - 2, n - 1, 0.6), listed={n - 2}, entities=n), budget=1)
    assert covered_set(result.graph) == {n - 2}
    assert result.graph.shares[n - 2, n - 1] == 0.49


def test_restructuring_the_generated_graph():
    graph = generate_ownership_graph(rng=0)
    small, large = (restructure(graph, budget=budget) for budget in (100, 1000))
    assert small.cost == 100
    assert 100 < small.freed < large.freed
    assert small.covered_before == covered(graph).sum()
    assert small.covered_after == covered(small.graph).sum()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({}, "exactly one"),
        ({"budget": 1, "share": 0.5}, "exactly one"),
        ({"budget": -1}, "budget"),
        ({"budget": float("inf")}, "budget"),
        ({"share": 1.5}, "share"),
        ({"budget": 1, "to": 0.5}, "below the threshold"),
        ({"budget": 1, "to": -0.1}, "below the threshold"),
        ({"budget": 1, "cost_per_entity": 0.0}, "cost_per_entity"),
        ({"budget": 1, "cost_per_entity": [1.0, 2.0]}, "cost_per_entity"),
    ],
)
def test_invalid_restructuring_is_refused(arguments, message):
    with pytest.raises(InvalidOwnership, match=message):
        restructure(graph_of(*HOLDING, listed={0}, entities=5), **arguments)
