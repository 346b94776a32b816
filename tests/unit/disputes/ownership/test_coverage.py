import pytest

from negotiation.base.labelled import Tabular
from negotiation.disputes.ownership.loophole import coverage_by_threshold, links_to_examine
from tests.unit.disputes.ownership.graphs import graph_of


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


def test_no_link_into_a_listed_firm_has_to_be_examined():
    graph = graph_of((0, 1, 0.6), (2, 1, 0.2), (0, 3, 0.1), listed={0, 1}, entities=4)
    assert links_to_examine(graph) == 1
