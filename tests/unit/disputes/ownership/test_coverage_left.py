import pytest

from negotiation.disputes.ownership.generator import generate_ownership_graph
from negotiation.disputes.ownership.loophole import BELOW, coverage_by_threshold, coverage_left
from negotiation.disputes.ownership.restructuring import restructure

GRAPH = generate_ownership_graph(rng=3, listed=130)


@pytest.mark.parametrize("threshold", [0.25, 0.5, 0.75])
@pytest.mark.parametrize("share", [0.0, 0.02, 0.1, 0.3, 1.0])
def test_one_curve_says_what_a_restructuring_of_each_share_leaves(threshold, share):
    left = coverage_left(GRAPH, threshold)
    done = restructure(GRAPH, share=share, to=threshold - BELOW, threshold=threshold)
    # A whole number of restructurings, as `restructure` takes them.
    assert left.at(done.restructured.size / left.candidates) == pytest.approx(done.covered_after)
    assert (left.listed, left.covered) == (130, done.covered_before)


def test_without_restructuring_it_is_the_coverage_of_the_rule():
    thresholds = [0.1, 0.33, 0.5, 0.9]
    curve = coverage_by_threshold(GRAPH, thresholds)
    assert [coverage_left(GRAPH, tau).at(0.0) for tau in thresholds] == curve.covered.tolist()
