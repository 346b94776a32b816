import numpy as np
import pytest

from negotiation.base.labelled import Tabular
from negotiation.disputes.ownership.coverage_left import calibrated_coverage, coverage_left
from negotiation.disputes.ownership.generator import generate_ownership_graph
from negotiation.disputes.ownership.graph import OwnershipGraph
from negotiation.disputes.ownership.loophole import BELOW, coverage_by_threshold
from negotiation.disputes.ownership.restructuring import restructure
from negotiation.errors import InvalidOwnership

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


def test_it_falls_in_the_share_and_stays_where_nothing_is_left_to_free():
    left = coverage_left(GRAPH, 0.5)
    found = np.array([left.at(share) for share in np.linspace(0.0, 1.0, 101)])
    assert (np.diff(found) <= 0).all()
    assert found[-1] == left.covered - left.freed[-1] == left.at(0.9)
    # The first restructurings free most: the choice is by what each frees.
    assert found[0] - found[1] > found[10] - found[11]


def test_the_calibrated_graph_is_made_once_and_covers_what_is_reported():
    left = calibrated_coverage(1300, 0.5)
    assert left is calibrated_coverage(1300, 0.5)
    assert left.covered == coverage_by_threshold(generate_ownership_graph(rng=0), [0.5]).covered[0] > 20_000
    assert isinstance(left, Tabular)
    assert left.status == "complete"
    # Another graph of the same moments differs by about a percent.
    assert calibrated_coverage(1300, 0.5, seed=1).at(0.05) == pytest.approx(left.at(0.05), rel=0.02)


def test_nothing_to_restructure_leaves_coverage_alone():
    left = coverage_left(OwnershipGraph.from_links([(0, 1, 0.3)], [True, False]), 0.5)
    assert (left.candidates, left.at(0.0), left.at(1.0)) == (0, 1.0, 1.0)


@pytest.mark.parametrize("share", [-0.1, 1.1, float("nan")])
def test_a_share_outside_is_refused(share):
    with pytest.raises(InvalidOwnership, match="give a fraction in"):
        coverage_left(GRAPH, 0.5).at(share)
