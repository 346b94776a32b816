"""Geneva and Busan under every theory: verdicts and bands of shares, expected before the run and found."""

import pytest

import negotiation as ng
from negotiation.truces.theories import theories_by_name
from tests.truces import theories_of_the_truces as truces


@pytest.fixture(scope="module")
def verdicts():
    return truces.verdicts_of()


@pytest.fixture(scope="module")
def found(verdicts):
    return [*truces.outcomes(verdicts), *truces.core_outcomes()]


def test_every_theory_and_leg_of_both_truces_was_expected_to_say_something():
    expected = {(one["theory"], one["truce"], one["leg"]) for one in truces.EXPECTED["verdict"]}
    legs = ng.load_scenario("us-china-2025").legs
    asked = {(t, name, leg) for t in theories_by_name() for name in truces.TRUCES for leg in legs}
    assert expected == asked, "written into theories_expected.toml before a theory is run"


@pytest.mark.long
def test_the_expectations_that_failed_are_those_listed(found):
    # A failing expectation is listed as failing, never edited away; one that comes true leaves the list.
    assert truces.failures(found) == truces.listed()


@pytest.mark.long
def test_every_verdict_has_a_certificate_that_says_the_same(verdicts):
    for one in verdicts.values():
        assert one.status == "complete"
        assert all(row.certified and row.certificates for row in one)
        assert all(row.holds == (row.margin >= 0) for row in one)


@pytest.mark.long
def test_the_page_walks_from_one_remedy_to_the_other_and_no_step_adds_to_the_margin():
    steps = truces.walk()
    assert [margin for *_, margin in steps] == sorted((margin for *_, margin in steps), reverse=True)
    assert [round(margin, 6) for *_, margin in steps] == [0.038427, 0.038398, 0.009559, 0.001268, 0.000987]
    assert truces.walk_table() in truces.PAGE.read_text(encoding="utf-8")


@pytest.mark.long
def test_the_page_has_the_verdicts_the_expectations_and_the_scores_that_are_found(verdicts, found):
    text = truces.PAGE.read_text(encoding="utf-8")
    assert truces.expectation_table(found) in text
    assert truces.score_table(verdicts) in text
    assert truces.verdict_table(verdicts) in text


@pytest.mark.long
def test_one_threat_for_everything_keeps_all_legs_of_geneva_where_keeping_is_rational(verdicts):
    # At the centre the USA would rather have the worst that follows: such a theory says nothing there.
    rows = [verdicts["2025-05-geneva"].find(leg, "shadow linkage") for leg in ("tariff", "control", "other")]
    assert {row.word for row in rows} == {"not rational"}
    assert all(row.drawn.hits() == row.drawn.draws > 0 for row in rows)
