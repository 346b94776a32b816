import numpy as np
import pydantic
import pytest

from negotiation.disputes.ownership.generator import OwnershipAssumptions, generate_ownership_graph
from negotiation.disputes.ownership.graph import covered
from negotiation.errors import InvalidOwnership

SEEDS = range(8)


@pytest.fixture(scope="module")
def generated():
    return [generate_ownership_graph(rng=seed) for seed in SEEDS]


def owning(graph):
    """Return how many of the listed directly hold a majority of some other entity."""
    owners, _ = graph.shares.nonzero()
    return int(graph.listed[np.unique(owners[graph.shares.data >= 0.5 - 1e-12])].sum())


def test_calibration_targets_hold_across_seeds(generated):
    counts = np.array([covered(graph).sum() for graph in generated])
    for graph in generated:
        assert graph.listed.sum() == 1300
        assert abs(owning(graph) / 1300 - 1 / 3) < 0.005
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
