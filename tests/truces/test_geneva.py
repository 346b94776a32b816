"""Geneva as a test case: what the solved game says by leg, in which share of draws, beside the record."""

import pytest

import negotiation as ng
from negotiation.truces.verdicts.agreements import truce


@pytest.fixture(scope="module")
def geneva():
    return ng.replay("2025-05-geneva", draws=0)


@pytest.mark.long
def test_under_noise_every_leg_has_the_same_verdict_and_every_one_agrees_with_the_record(geneva):
    assert {leg.leg: leg.holds for leg in geneva.noise.verdicts} == {
        leg.leg: leg.verdict.holds for leg in geneva.legs
    }
    assert all(leg.agree for leg in geneva.legs)


def test_only_the_reading_that_lets_licences_flow_is_followed_by_a_side(geneva):
    # Each side of the reading pair, surely believing that the other reads as it does.
    found = {(row[1], row[2]): row[3] for row in geneva.noise.readings.table().rows if row[0] == "subjective"}
    assert found == {
        ("USA", "licences flow"): True,
        ("CHN", "licences flow"): True,
        ("USA", "controls frozen"): False,
        ("CHN", "controls frozen"): False,
    }


def test_read_as_either_side_read_its_vague_promise_the_control_leg_breaks_too():
    text = truce("2025-05-geneva")
    vague = next(clause for clause in text.clauses if clause.id == "T05")
    bound = [clause for clause in text.clauses if clause.covered and clause is not vague]
    for count, reading in zip((3, 5), text.readings, strict=True):
        terms = (
            {"side": term.country, "instrument": term.instrument, "level": term.level}
            for term in reading.terms
        )
        read_as = (vague.model_copy(update={"verifiability": "high", **term}) for term in terms)
        read = text.model_copy(update={"clauses": (*bound, *read_as), "readings": ()})
        assert len(read.covered()) == count
        (found,) = (row for row in ng.verdict(read, theories=["moment"]) if row.leg == "control")
        assert (found.word, found.player) == ("breaks", "USA")
