import numpy as np
import pytest

from negotiation.disputes.ownership.generator import generate_ownership_graph
from negotiation.disputes.ownership.graph import covered

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


def test_same_seed_same_graph_and_other_seed_another():
    one, two = (generate_ownership_graph(rng=3, listed=40) for _ in range(2))
    assert one == two
    assert one == generate_ownership_graph(rng=np.random.default_rng(3), listed=40)
    assert one != generate_ownership_graph(rng=4, listed=40)
