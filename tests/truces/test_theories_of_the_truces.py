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
    assert expected == {(t, name, leg) for t in theories_by_name() for name in truces.TRUCES for leg in legs}


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
def test_the_page_has_the_verdicts_and_the_expectations_that_are_found(verdicts, found):
    text = truces.PAGE.read_text(encoding="utf-8")
    assert truces.expectation_table(found) in text
    for name, one in verdicts.items():
        for row in one:
            start = f"| {name} | {row.leg} | {row.theory} | {truces.said(row.holds)} |"
            assert start in text


def test_what_the_theories_disagree_on_is_not_identified(verdicts):
    for one in verdicts.values():
        for leg in one.identified_set():
            held = [row.holds for row in one if row.leg == leg.leg]
            assert leg.holds == ("all" if all(held) else "some" if any(held) else "none")


@pytest.mark.long
def test_rules_that_solve_nothing_stand_beside_the_theories():
    legs = truces.legs_of_the_record(draws=2)
    rows = {row[0]: row[1:] for row in truces.score_rows(legs)}
    assert list(rows) == [*theories_by_name(), *truces.RULES]
    assert rows["tariffs hold, the rest moves"][:2] == (10.0, 12)
    assert rows["everything holds"][0] + rows["everything moves"][0] == 12
    assert rows["a coin"][0] == 6.0
    text = truces.PAGE.read_text(encoding="utf-8")
    for theory in theories_by_name():
        right, count, over_draws, named, breaks = rows[theory]
        assert f"| {theory} | {right} | {count} | " in text  # as with more draws
        assert 0 <= over_draws <= 12
        assert named <= breaks <= right
