import numpy as np
import pydantic
import pytest
from scipy import sparse

from negotiation.errors import InvalidOwnership, NegotiationError
from negotiation.labelled import Tabular
from negotiation.world.ownership.coverage import (
    OwnershipAssumptions,
    OwnershipGraph,
    coverage_by_threshold,
    covered,
    generate_ownership_graph,
    links_to_examine,
    ownership_moments,
    restructure,
)

SEEDS = range(8)


def graph_of(*links, listed, entities):
    return OwnershipGraph.from_links(links, [k in listed for k in range(entities)])


def covered_set(graph, threshold=0.5):
    return set(np.flatnonzero(covered(graph, threshold)).tolist())


@pytest.fixture(scope="module")
def generated():
    return [generate_ownership_graph(rng=seed) for seed in SEEDS]


# the rule


def test_chain_is_covered_to_its_end_without_multiplying_stakes():
    graph = graph_of((0, 1, 0.6), (1, 2, 0.6), (2, 3, 0.5), (3, 4, 0.4), listed={0}, entities=5)
    assert covered_set(graph) == {0, 1, 2, 3}


def test_default_threshold_is_50_percent():
    graph = graph_of((0, 1, 0.5), (0, 2, 0.4999), listed={0}, entities=3)
    assert covered_set(graph) == covered_set(graph, 0.5) == {0, 1}


def test_pooled_minority_stakes_add_up():
    graph = graph_of((0, 2, 0.3), (1, 2, 0.2), listed={0, 1}, entities=3)
    assert covered_set(graph) == {0, 1, 2}
    assert covered_set(graph_of((0, 2, 0.3), (1, 2, 0.2), listed={0}, entities=3)) == {0}


def test_pool_of_a_listed_owner_and_a_covered_one():
    graph = graph_of((0, 1, 1.0), (0, 2, 0.25), (1, 2, 0.25), listed={0}, entities=3)
    assert covered_set(graph) == {0, 1, 2}


def test_owners_that_are_not_covered_do_not_count():
    graph = graph_of((0, 2, 0.49), (1, 2, 0.51), listed={0}, entities=3)
    assert covered_set(graph) == {0}


def test_cross_holding_does_not_cover_itself():
    graph = graph_of((1, 2, 0.8), (2, 1, 0.8), (0, 1, 0.1), listed={0}, entities=3)
    assert covered_set(graph) == {0}


def test_cross_holding_is_covered_from_outside():
    graph = graph_of((1, 2, 0.5), (2, 1, 0.5), (0, 1, 0.5), listed={0}, entities=3)
    assert covered_set(graph) == {0, 1, 2}


def test_joint_stake_on_the_threshold_is_covered_despite_rounding():
    links = [(k, 10, 0.05) for k in range(10)]
    assert sum(0.05 for _ in range(10)) != 0.5
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


# the graph


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


# coverage by threshold


def test_coverage_curve_by_hand():
    graph = graph_of((0, 1, 0.5), (0, 2, 0.3), (1, 2, 0.1), (3, 2, 0.6), (2, 4, 1.0), listed={0}, entities=5)
    curve = coverage_by_threshold(graph, [1.0, 0.5, 0.4])
    assert isinstance(curve, Tabular)
    assert curve.covered.tolist() == [1, 2, 4]
    assert curve.ratio.tolist() == [1.0, 2.0, 4.0]
    assert curve.links.tolist() == [4, 4, 5]
    assert curve.listed == 1
    assert curve.status == "complete"
    assert curve.to_pandas()["covered"].tolist() == [1, 2, 4]
    with pytest.raises(ValueError, match="read-only"):
        curve.covered[0] = 3


def test_links_into_listed_entities_need_no_examination():
    graph = graph_of((0, 1, 0.5), (2, 1, 0.5), listed={0, 1}, entities=3)
    assert links_to_examine(graph) == 0


def test_ratio_without_a_list_is_not_a_number():
    curve = coverage_by_threshold(graph_of((0, 1, 1.0), listed=set(), entities=2), [0.5])
    assert np.isnan(curve.ratio).all()


# the generator


def test_calibration_targets_hold_across_seeds(generated):
    moments = [ownership_moments(graph) for graph in generated]
    counts = np.array([each.covered for each in moments])
    assert all(each.listed == 1300 for each in moments)
    assert all(abs(each.owning_share - 1 / 3) < 0.005 for each in moments)
    assert 20_500 <= counts.mean() <= 21_500
    assert ((counts > 20_000) & (counts < 22_000)).all()


def test_generated_graphs_have_the_structure_that_is_promised(generated):
    for graph in generated:
        chain = covered(graph) & ~graph.listed
        links = graph.shares.tocoo()
        majority = links.data >= 0.5
        assert (majority & chain[links.row]).any()
        assert graph.entities > 25_000
        listed_stakes = graph.shares.T @ graph.listed.astype(float)
        largest = graph.shares.max(axis=0).toarray().ravel()
        assert ((listed_stakes >= 0.5) & (largest < 0.5)).sum() > 100
        owners = np.bincount(links.row[majority], minlength=graph.entities)[graph.listed]
        assert owners.max() > 10 * np.median(owners[owners > 0])
        assert (links.data == 0.49).sum() > 500


def test_outside_owners_are_never_covered(generated):
    for graph in generated:
        assert not covered(graph)[-1300:].any()


def test_same_seed_same_graph_and_other_seed_another():
    one, two = (generate_ownership_graph(rng=3, listed=40) for _ in range(2))
    assert one == two
    assert one == generate_ownership_graph(rng=np.random.default_rng(3), listed=40)
    assert one != generate_ownership_graph(rng=4, listed=40)


def test_assumptions_change_the_graph():
    shallow = OwnershipAssumptions(depth=1, minority=0.0, at_49=0.0, just_below=0.0, outsiders_per_listed=0)
    graph = generate_ownership_graph(rng=0, listed=100, assumptions=shallow)
    assert graph.entities == 100 + 2025
    assert covered(graph).all()


@pytest.mark.parametrize("listed", [0, -3])
def test_no_listed_entity_is_refused(listed):
    with pytest.raises(InvalidOwnership, match="listed"):
        generate_ownership_graph(rng=0, listed=listed)


def test_too_few_affiliates_are_refused():
    with pytest.raises(InvalidOwnership, match="affiliates_per_listed"):
        generate_ownership_graph(
            rng=0, listed=100, assumptions=OwnershipAssumptions(affiliates_per_listed=0.2)
        )


@pytest.mark.parametrize("wrong", [{"minority": 0.9}, {"depth": 0}, {"owning_share": 0.0}, {"width": 2}])
def test_assumptions_out_of_range_are_refused(wrong):
    with pytest.raises(pydantic.ValidationError):
        OwnershipAssumptions(**wrong)


# the loophole


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


def test_listed_entities_are_not_freed():
    result = restructure(graph_of((0, 1, 1.0), listed={0, 1}, entities=2), budget=5)
    assert result.restructured.size == 0
    assert result.freed == 0


def test_pooled_stakes_without_a_majority_are_beyond_the_loophole():
    result = restructure(graph_of((0, 2, 0.3), (1, 2, 0.3), listed={0, 1}, entities=3), budget=5)
    assert result.covered_after == 3


def test_selling_is_useless_where_other_covered_owners_make_up_the_rest():
    result = restructure(graph_of((0, 2, 0.6), (1, 2, 0.05), listed={0, 1}, entities=3), budget=5)
    assert result.freed == 0


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


def test_restructuring_the_generated_graph(generated):
    graph = generated[0]
    small, large = (restructure(graph, budget=budget) for budget in (100, 1000))
    assert small.cost == 100
    assert 100 < small.freed < large.freed
    assert small.covered_before == ownership_moments(graph).covered
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
