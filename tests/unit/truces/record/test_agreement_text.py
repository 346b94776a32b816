import warnings
from datetime import date

import pytest

from negotiation.errors import UnboundClause, UnknownTruce
from negotiation.truces.verdicts.agreements import Agreement, truce
from tests.us_china import MOVES, SCENARIO

INSTRUMENTS = SCENARIO.instruments


def test_what_each_agreement_covers_as_written():
    both = {("USA", "tariff"): "geneva", ("CHN", "tariff"): "geneva"}
    assert truce("2025-05-geneva").covered() == both
    assert truce("2025-08-stockholm").covered() == both
    assert truce("2025-06-london").covered() == {
        ("CHN", "rare_earth_curb"): "licences_flow",
        ("USA", "chip_control"): "ascend_guidance",
        ("USA", "visa"): "open",
    }
    assert truce("2025-10-busan").covered() == {
        ("USA", "tariff"): "busan",
        ("USA", "entity_list"): "listed_only",
        ("USA", "port_fee"): "none",
        ("CHN", "rare_earth_curb"): "general_licences",
        ("CHN", "minerals_ban"): "licensed",
        ("CHN", "precursor_enforcement"): "enforced",
        ("CHN", "tariff"): "geneva",
        ("CHN", "entity_listings"): "none",
        ("CHN", "port_fee"): "none",
        ("CHN", "purchases"): "buys",
    }


def test_geneva_leaves_the_vague_clause_to_its_readings():
    geneva = truce("2025-05-geneva")
    clause = next(clause for clause in geneva.clauses if clause.id == "T05")
    assert (clause.covered, clause.verifiability, clause.level) == (True, "low", None)
    american = {key: level for key, level in geneva.as_read_by("USA").items() if key not in geneva.covered()}
    chinese = {key: level for key, level in geneva.as_read_by("CHN").items() if key not in geneva.covered()}
    assert american == {("CHN", "rare_earth_curb"): "licences_flow"}
    assert chinese == {
        ("USA", "chip_control"): "h20_stopped",
        ("USA", "entity_list"): "listed_only",
        ("CHN", "rare_earth_curb"): "april_licensing",
    }


def test_frozen_levels_are_those_in_force_at_the_signing():
    geneva = truce("2025-05-geneva")
    terms = [term for reading in geneva.readings for term in reading.terms if term.how != "added"]
    for term in terms:
        before = [
            move.level
            for move in MOVES
            if (move.actor, move.instrument) == (term.country, term.instrument)
            and move.announced.latest < geneva.signed
        ]
        assert before[-1] == term.level


def test_the_first_american_step_outside_geneva_came_a_day_later():
    geneva = truce("2025-05-geneva")
    steps = [
        move
        for move in MOVES
        if move.actor == "USA"
        and move.direction == "escalate"
        and move.instrument
        and move.announced.earliest > geneva.signed
        and (move.actor, move.instrument) not in geneva.covered()
    ]
    assert (steps[0].id, steps[0].announced.earliest) == ("E041", date(2025, 5, 13))


def test_no_tariff_rose_in_the_geneva_window():
    geneva = truce("2025-05-geneva")
    rises = [
        move.id
        for move in MOVES
        if move.instrument == "tariff"
        and move.direction == "escalate"
        and move.status == "applied"
        and geneva.window_start <= move.announced.earliest <= geneva.window_end
    ]
    assert rises == []


def test_unknown_truce_offers_the_nearest():
    for name in ("2025-05-genva", "../records/2025-05-geneva", "initial_posture", ""):
        with pytest.raises(UnknownTruce, match="2025-05-geneva"):
            truce(name)


CLAUSE = {**truce("2025-05-geneva").clauses[0].model_dump(), "level": None}
REST = truce("2025-05-geneva").model_dump(exclude={"clauses", "readings"})


@pytest.mark.parametrize(
    ("changes", "warned"),
    [
        ({}, True),
        ({"verifiability": "medium"}, True),
        ({"instrument": None}, True),
        ({"side": "both"}, True),
        ({"side": "both", "instrument": None}, False),  # as the record's own clauses on talks
        ({"verifiability": "low"}, False),
        ({"covered": False, "verifiability": "none"}, False),
        ({"level": "geneva"}, False),
        ({"level": "geneva", "verifiability": "low", "verifiability_note": "no one counts"}, False),
    ],
)
def test_a_covered_checkable_clause_without_a_level_warns_that_it_binds_nothing(changes, warned):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        agreement = Agreement.model_validate({**REST, "clauses": [{**CLAUSE, **changes}]})
    assert [w.category for w in caught] == ([UnboundClause] if warned else [])
    if warned:
        assert not agreement.covered()
        assert str(caught[0].message).startswith("2025-05-geneva: T01: covered and open to checks")
