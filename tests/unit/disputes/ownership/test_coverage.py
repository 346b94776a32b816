import pytest

from negotiation.base.labelled import Tabular
from negotiation.disputes.ownership import loophole
from negotiation.disputes.ownership.generator import generate_ownership_graph
from negotiation.disputes.ownership.restructuring import restructure
from tests.unit.disputes.ownership.graphs import graph_of


def test_coverage_curve_by_hand():
    graph = graph_of((0, 1, 0.5), (0, 2, 0.3), (1, 2, 0.1), (3, 2, 0.6), (2, 4, 1.0), listed={0}, entities=5)
    curve = loophole.coverage_by_threshold(graph, [1.0, 0.5, 0.4])
    assert isinstance(curve, Tabular)
    assert curve.covered.tolist() == [1, 2, 4]
    assert curve.ratio.tolist() == [1.0, 2.0, 4.0]
    assert curve.links.tolist() == [4, 4, 5]
    assert curve.listed == 1
    assert curve.status == "complete"
    assert curve.to_pandas()["covered"].tolist() == [1, 2, 4]
    with pytest.raises(ValueError, match="read-only"):
        curve.covered[0] = 3


def test_no_link_into_a_listed_firm_has_to_be_examined():
    graph = graph_of((0, 1, 0.6), (2, 1, 0.2), (0, 3, 0.1), listed={0, 1}, entities=4)
    assert loophole.links_to_examine(graph) == 1


GRAPH = generate_ownership_graph(rng=3, listed=130)


@pytest.mark.long
@pytest.mark.parametrize("threshold", [0.25, 0.5, 0.75])
@pytest.mark.parametrize("share", [0.0, 0.02, 0.1, 0.3, 1.0])
def test_one_curve_says_what_a_restructuring_of_each_share_leaves(threshold, share):
    left = loophole.coverage_left(GRAPH, threshold)
    done = restructure(GRAPH, share=share, to=threshold - loophole.BELOW, threshold=threshold)
    # A whole number of restructurings, as `restructure` takes them.
    assert left.at(done.restructured.size / left.candidates) == pytest.approx(done.covered_after)
    assert (left.listed, left.covered) == (130, done.covered_before)


def test_without_restructuring_it_is_the_coverage_of_the_rule():
    thresholds = [0.1, 0.33, 0.5, 0.9]
    curve = loophole.coverage_by_threshold(GRAPH, thresholds)
    assert [loophole.coverage_left(GRAPH, tau).at(0.0) for tau in thresholds] == curve.covered.tolist()
