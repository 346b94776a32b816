"""Agreements that a scenario is given: known by name wherever it is, and held to the same checks."""

import pickle
from datetime import date

import pytest

import negotiation as ng
from negotiation.errors import InvalidFile, UnknownLevel, UnknownTruce
from negotiation.lab.scenarios import scenario_hash
from negotiation.truces.prediction.scores import truce_spells
from negotiation.truces.record.agreement_text import agreements_of
from negotiation.truces.record.past import past_of
from tests.us_china import SCENARIO, TRUCES

BUSAN = ng.truce("2025-10-busan")
WIDER = BUSAN.with_clause("USA", "chip_control", "h20_stopped")
MORE = SCENARIO.with_agreement(WIDER)


def changed(**entries):
    return BUSAN.model_copy(update={"id": "2025-11-elsewhere", **entries})


def test_it_is_known_by_name_where_the_scenario_is_given():
    assert ng.truce_names(MORE) == (*TRUCES, WIDER.id)
    assert ng.truce(WIDER.id, MORE) == WIDER
    assert ng.truce("2025-05-geneva", MORE) == ng.truce("2025-05-geneva")
    assert WIDER.id in {text.id for text in agreements_of(MORE)}
    assert ng.truce_names(SCENARIO) == TRUCES  # signed by its day; a name alone has all
    assert ng.truce_names("us-china-2025")[-1] == "2026-09-washington"
    with pytest.raises(UnknownTruce):
        ng.truce(WIDER.id, SCENARIO)
    with pytest.raises(UnknownTruce, match=WIDER.id):
        ng.truce("2025-10-busan-with-chips", MORE)


def test_predictors_know_it_from_its_signing_on():
    day = date(2025, 11, 3)
    assert past_of(MORE, day).agreements[-1].id == WIDER.id
    assert WIDER.id not in {one.id for one in past_of(MORE, BUSAN.signed).agreements}
    _, spells = truce_spells([day], agreements_of(MORE))
    assert spells[-1] == WIDER.id


def test_it_goes_with_changes_and_to_other_processes_and_counts_in_the_hash():
    patient = MORE.with_parameters({"security_weight": 0.9}).without("visa").with_past_levels()
    assert WIDER.id in ng.truce_names(patient)
    assert ng.truce(WIDER.id, pickle.loads(pickle.dumps(MORE))) == WIDER  # noqa: S301 - our own
    other = SCENARIO.with_agreement(BUSAN.with_clause("USA", "chip_control", "licensed"))
    assert len({scenario_hash(one) for one in (SCENARIO, MORE, other)}) == 3
    assert scenario_hash(SCENARIO.with_past_levels()) != scenario_hash(SCENARIO)


def test_an_early_one_is_held_to_the_levels_of_its_time():
    early = ng.truce("2018-12-buenos-aires").model_copy(update={"id": "2018-12-elsewhere"})
    more = SCENARIO.with_agreement(early)
    assert "2018-12-elsewhere" not in ng.truce_names(more)  # a placebo
    elsewhere, there = (
        ng.verdict(name, more, remedy="as written", noise=True).find("tariff", "moment").margin
        for name in ("2018-12-elsewhere", "2018-12-buenos-aires")
    )
    assert elsewhere == there
    late = dict.fromkeys(("signed", "in_force", "window_start", "window_end"), BUSAN.signed)
    with pytest.raises(UnknownLevel, match="three_lists"):
        SCENARIO.with_agreement(early.model_copy(update=late))


@pytest.mark.parametrize("given", ["2025-10-busan", "mine.toml", 5, {"id": "x"}, SCENARIO])
def test_what_is_no_agreement(given):
    with pytest.raises(InvalidFile, match="`agreement` must be an Agreement, as"):
        SCENARIO.with_agreement(given)


def test_names_that_are_taken_and_amendments_of_nothing():
    with pytest.raises(InvalidFile, match="'2025-10-busan' is already on record"):
        SCENARIO.with_agreement(BUSAN)
    with pytest.raises(InvalidFile, match="already has an agreement with the id"):
        MORE.with_agreement(WIDER)
    with pytest.raises(InvalidFile, match="`amends` is '2025-10-nowhere'"):
        SCENARIO.with_agreement(changed(amends="2025-10-nowhere"))
