import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from negotiation.disputes.ownership.graph import OwnershipGraph, covered
from negotiation.disputes.ownership.loophole import coverage_by_threshold
from negotiation.disputes.ownership.restructuring import restructure

percents = st.integers(1, 100)


@st.composite
def holdings(draw):
    """Whole percents `stakes[owned][owner]` and the set of listed entities: exact for the oracle."""
    n = draw(st.integers(1, 9))
    stakes = []
    for owned in range(n):
        others = [k for k in range(n) if k != owned]
        owners = draw(st.lists(st.sampled_from(others), unique=True, max_size=4)) if others else []
        left, row = 100, {}
        for owner in owners:
            share = min(
                left, draw(st.sampled_from([1, 5, 10, 20, 25, 30, 48, 49, 50, 51, 60, 100]) | percents)
            )
            if share:
                row[owner] = share
            left -= share
        stakes.append(row)
    listed = draw(st.sets(st.integers(0, n - 1)))
    return stakes, listed


def graph_of(stakes, listed):
    links = [(owner, owned, share / 100) for owned, row in enumerate(stakes) for owner, share in row.items()]
    return OwnershipGraph.from_links(links, [k in listed for k in range(len(stakes))])


def covered_set(graph, threshold=0.5):
    return set(np.flatnonzero(covered(graph, threshold)).tolist())


def naive_coverage(stakes, listed, percent):
    reached = set(listed)
    changed = True
    while changed:
        changed = False
        for entity, row in enumerate(stakes):
            joint = sum(share for owner, share in row.items() if owner in reached)
            if entity not in reached and joint >= percent:
                reached.add(entity)
                changed = True
    return reached


@given(holdings(), percents)
def test_agrees_with_a_naive_fixed_point_in_whole_percents(holding, percent):
    stakes, listed = holding
    assert covered_set(graph_of(stakes, listed), percent / 100) == naive_coverage(stakes, listed, percent)


@given(holdings(), percents, percents)
def test_lower_threshold_never_covers_fewer(holding, one, two):
    graph = graph_of(*holding)
    low, high = sorted((one / 100, two / 100))
    assert covered_set(graph, high) <= covered_set(graph, low)
    curve = coverage_by_threshold(graph, [low, high])
    assert curve.links[0] >= curve.links[1]


@given(holdings(), percents)
def test_covering_is_idempotent(holding, percent):
    graph = graph_of(*holding)
    once = covered(graph, percent / 100)
    again = covered(OwnershipGraph(graph.shares, once), percent / 100)
    assert (again == once).all()


@given(holdings(), percents, st.data())
def test_listing_one_more_never_shrinks_coverage(holding, percent, data):
    stakes, listed = holding
    new = data.draw(st.integers(0, len(stakes) - 1))
    before = covered_set(graph_of(stakes, listed), percent / 100)
    after = covered_set(graph_of(stakes, listed | {new}), percent / 100)
    assert before | {new} <= after


@given(holdings(), percents, st.data())
def test_relabelling_permutes_coverage(holding, percent, data):
    stakes, listed = holding
    name = data.draw(st.permutations(range(len(stakes))))
    renamed = [{} for _ in stakes]
    for owned, row in enumerate(stakes):
        renamed[name[owned]] = {name[owner]: share for owner, share in row.items()}
    graph = graph_of(renamed, {name[k] for k in listed})
    expected = {name[k] for k in covered_set(graph_of(stakes, listed), percent / 100)}
    assert covered_set(graph, percent / 100) == expected


@pytest.mark.long
@given(holdings(), st.integers(2, 100), st.integers(0, 10), st.data())
def test_restructuring_never_enlarges_coverage(holding, percent, budget, data):
    stakes, listed = holding
    to = data.draw(st.integers(0, percent - 1)) / 100
    graph = graph_of(stakes, listed)
    costs = data.draw(st.lists(st.integers(1, 5), min_size=len(stakes), max_size=len(stakes)))
    result = restructure(graph, budget=budget, cost_per_entity=costs, to=to, threshold=percent / 100)
    assert covered_set(result.graph, percent / 100) <= covered_set(graph, percent / 100)
    assert result.covered_after == len(covered_set(result.graph, percent / 100))
    assert result.cost == sum(costs[k] for k in result.restructured) <= budget
    assert len(set(result.restructured.tolist())) == result.restructured.size
    assert result.freed >= result.restructured.size
    assert not set(result.restructured.tolist()) & covered_set(result.graph, percent / 100)


@given(holdings())
def test_restructuring_keeps_the_ownership_of_every_entity(holding):
    graph = graph_of(*holding)
    result = restructure(graph, share=1.0)
    before = graph.shares.toarray().sum(axis=0)
    after = result.graph.shares.toarray().sum(axis=0)
    np.testing.assert_allclose(after, [*before, 0.0], atol=1e-12)
    assert (result.graph.shares.toarray()[:-1, :-1] <= graph.shares.toarray()).all()


@given(holdings())
def test_greedy_choice_takes_the_entity_that_frees_most(holding):
    stakes, listed = holding
    reached = naive_coverage(stakes, listed, 50)
    best = 0
    for entity in reached - listed:
        sold = [dict(row) for row in stakes]
        for owner, share in stakes[entity].items():
            if owner in reached and share >= 50:
                sold[entity][owner] = 49
        best = max(best, len(reached) - len(naive_coverage(sold, listed, 50)))
    assert restructure(graph_of(stakes, listed), budget=1).freed == best


@given(holdings())
def test_unlimited_restructuring_stops_only_when_no_single_sale_helps(holding):
    graph = graph_of(*holding)
    result = restructure(graph, share=1.0)
    assert result.stopped in {"nothing left to free", "share reached"}
    assert restructure(result.graph, share=1.0).freed == 0
