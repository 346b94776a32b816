"""What each claim says of itself: its sentence and place on the pages, its unit, and what it looks at."""

from pathlib import Path
from types import SimpleNamespace

import pytest

from negotiation.truces.agreements import truce
from negotiation.truces.claims import UnknownClaim, claim, claims, linkage, table
from negotiation.truces.claims.definition import Claim
from negotiation.truces.claims.table import ClaimsTable
from negotiation.world.parameter_draws import central_draw
from tests.us_china import SCENARIO

DOCS = Path(__file__).parents[4] / "docs"
DECISION, PAGE = DOCS / "decisions/0013-claims-before-the-run.md", DOCS / "explanation/claims.md"

USA, CHINA = ("USA", "tariff"), ("CHN", "tariff")
CHIPS, CURB, LIST = ("USA", "chip_control"), ("CHN", "rare_earth_curb"), ("USA", "entity_list")
MINERALS, PURCHASES = ("CHN", "minerals_ban"), ("CHN", "purchases")
SMALL = {USA, CHIPS, CHINA, CURB}
PATIENCE = {"discount_factor_annual", "reaction_lag_days"}
GDP = {"USA.gdp", "CHN.gdp"}
RENEWAL, LOSS = {"state.renewal_probability"}, {"state.authority_loss"}
CURBED = {
    *(f"state.rare_earth_dependence.{step}" for step in ("low", "middle", "full", "greatest")),
    "state.diversification.base", "state.diversification.under_curb", "state.stock_days", "state.fill_days",
}  # fmt: skip
# Of 2023 all that moves the state but dependence on chips, whatever of it the harm of the curb goes by.
OF_2023 = {
    *PATIENCE, *CURBED, *RENEWAL, *LOSS, "state.truce_days", "state.substitution.base",
    "state.substitution.under_control",
}  # fmt: skip
STATE = {*OF_2023, *(f"state.chip_dependence.{step}" for step in ("low", "middle", "full"))}
SLIPS = {"slip.tariff.fractured", "slip.control.fractured"}


def clauses(*grades):
    return {f"signal.{kind}.{grade}" for kind in ("ambiguity", "miss") for grade in grades}


BUSAN = set(truce("2025-10-busan").covered())
LEVERAGE, ANEW = {CHIPS, CURB}, {*PATIENCE, *GDP, *CURBED}
LOOKS_AT = {
    "tariffs_above_short_run_nash": ({USA, CHINA}, set()),
    "tariffs_below_long_run_nash": ({USA, CHINA}, set()),
    "geneva_tariff_leg": ({USA, CHINA, CURB}, PATIENCE),
    "geneva_control_leg": ({LIST, CHIPS, CURB, MINERALS}, set()),
    "busan_tariff_leg": (BUSAN, PATIENCE),
    "busan_control_leg": (BUSAN, PATIENCE),
    "busan_covered": (BUSAN, PATIENCE),
    "busan_free_control": ({CHIPS}, set()),
    "leverage_outweighs_gain": (LEVERAGE, set()),
    "restraint_sustainable": (LEVERAGE, PATIENCE),
    "stocks_explain_2023": (LEVERAGE, OF_2023),
    "weapon_of_2023": ({*LEVERAGE, MINERALS}, PATIENCE),
    "restraint_not_renegotiation_proof": (LEVERAGE, PATIENCE),
    "something_in_return": ({*SMALL, PURCHASES}, set()),
    "dependence_explains_2023": (LEVERAGE, OF_2023),
    "usa_gains_by_linkage": ({*SMALL, PURCHASES}, PATIENCE),
    "china_gains_by_linkage": ({*SMALL, PURCHASES}, PATIENCE),
    "usa_gains_under_threat": ({*SMALL, PURCHASES}, PATIENCE),
    "china_gains_under_threat": ({*SMALL, PURCHASES}, PATIENCE),
    "linkage_buys_patience": (SMALL, set()),
    "linkage_destroys_tariff_peace": (SMALL, PATIENCE),
    "coverage_at_geneva": (SMALL, STATE),
    "coverage_at_london": (SMALL, STATE),
    "coverage_at_busan": (SMALL, STATE),
    "pooling_pays": (SMALL, {*PATIENCE, *SLIPS, *clauses("high", "low")}),
    "pooling_pays_if_published": (SMALL, {*PATIENCE, *SLIPS, *clauses("high")}),
    "consultation_pays": (SMALL, {*PATIENCE, *SLIPS, *clauses("high", "medium", "low")}),
    "control_leg_falters_first": (set(), {"reaction_lag_days", *SLIPS, *clauses("high", "low")}),
    "clocks_honest": (SMALL, {*PATIENCE, *RENEWAL}),
    "clock_ranking_turns_round": (SMALL, {*PATIENCE, *RENEWAL}),
    "full_stocks_make_the_curb_pay": (SMALL, ANEW),
    "curb_is_spent_without_stocks": (SMALL, ANEW),
    "clock_pays_china": (SMALL, {*ANEW, *RENEWAL}),
    "authority_pays_usa": (SMALL, {*ANEW, *LOSS}),
    "precedent_pays_both": (SMALL, ANEW),
}


@pytest.mark.parametrize("name", LOOKS_AT)
def test_a_claim_looks_at_its_instruments_and_reads_the_numbers_of_its_question(name):
    instruments, parameters = LOOKS_AT[name]
    one = claim(name)
    assert (set(one.instruments), set(one.parameters)) == (instruments, parameters)
    assert len(one.instruments) == len(instruments)
    assert len(one.parameters) == len(parameters)


def test_units_are_those_of_the_inequalities():
    special = {
        "discount factor of a period": {
            "linkage_buys_patience",
            *(n for n in LOOKS_AT if "coverage_at" in n),
        },
        "tariff rate, fraction": {"tariffs_above_short_run_nash", "tariffs_below_long_run_nash"},
        "probability": {"clocks_honest"},
        "logarithm": {"control_leg_falters_first"},
        "USD bn a year": {name for name, one in claims().items() if one.number == 10},
    }
    usual = set(LOOKS_AT) - set().union(*special.values())
    found = {}
    for name, one in claims().items():
        found.setdefault(one.unit, set()).add(name)
    assert found == special | {"percent of GDP": usual}


def test_a_margin_of_nothing_is_enough_for_claims_that_a_leg_holds_alone():
    legs = {"geneva_tariff_leg", "busan_tariff_leg", "busan_control_leg", "busan_covered"}
    assert {name for name, one in claims().items() if one.weak} == legs
    costly = {name: one.draws for name, one in claims().items() if one.draws is not None}
    bargains = {name for name in LOOKS_AT if "_gains_" in name}
    assert costly == dict.fromkeys(bargains, 1024) | {n: 256 for n, c in claims().items() if c.number == 10}


def cells(page, columns, number):
    """Return the rows of a page's table of so many columns that have a number in one of them."""
    rows = [[one.strip(" `") for one in line.split("|")[1:-1]] for line in page.read_text().splitlines()]
    return [row for row in rows if len(row) == columns and row[number].isdigit()]


def test_sentences_are_those_of_the_page_that_was_written_before_the_run():
    written, before = {}, ""
    for name, number, told in cells(DECISION, 3, 1):
        sentence = told.removeprefix("Added later, in decision 0038: ")
        sentence = sentence[0].upper() + sentence[1:]
        if told == "The same for China.":
            sentence = before.replace("the USA's payoff", "China's payoff")
        if told.startswith("The same on "):
            sentence = before.replace("12 May 2025", told.removeprefix("The same on ").rstrip("."))
        else:
            before = sentence
        written[name] = (int(number), sentence)
    # Told as the same with another clause.
    number, told = written.pop("pooling_pays_if_published")
    assert told == "The same with a control clause of high verifiability."
    one = claim("pooling_pays_if_published")
    assert "with control clauses as verifiable as tariff clauses" in one.statement
    assert one.statement.startswith("At fractured slips, ")
    assert one.statement.partition("an all")[2] == claim("pooling_pays").statement.partition("an all")[2]
    assert written == {n: (c.number, c.statement) for n, c in claims().items() if c is not one}
    assert one.number == number


def test_claims_come_in_the_order_of_the_page_of_their_shares():
    told = [(int(row[0]), row[1]) for row in cells(PAGE, 7, 0)]
    assert told == [(c.number, n) for n, c in claims().items()]
    assert list(claims()) == list(LOOKS_AT)


def test_the_rules_of_the_bargains_are_the_three_that_are_told():
    assert [rule.name for rule in linkage.RULES] == [
        "Nash", "Kalai-Smorodinsky", "Rubinstein, first player proposes",
    ]  # fmt: skip
    assert SCENARIO.countries[0] == "USA"
    for name in ("usa_gains_by_linkage", "china_gains_by_linkage"):
        assert "first offer is the USA's" in claim(name).notes
        assert "Nash, Kalai-Smorodinsky and Rubinstein" in claim(name).statement


def test_a_claim_of_which_no_more_is_told_is_of_payoffs_at_the_draws_patience():
    def measured(draws):
        return {}

    one = Claim("plain", 1, 2, "Said.", measured, (USA,))
    assert set(one.parameters) == PATIENCE
    assert (one.unit, one.notes, one.draws, one.weak) == ("percent of GDP", "", None, False)


def test_claims_are_measured_at_4096_draws_of_one_sequence_if_nothing_else_is_asked(monkeypatch):
    asked = []
    monkeypatch.setattr(table, "sobol_draws", lambda *given: asked.append(given) or central_draw(SCENARIO))
    monkeypatch.setattr(table, "claim_result", lambda *given: SimpleNamespace(applies=1, claim=given[0]))
    found = table.claims_table(SCENARIO)
    assert [row.claim for row in found] == list(claims().values())
    assert found.draws == 4096
    table.claims_table(SCENARIO, 32, 7)
    assert asked == [(SCENARIO, 4096, 0), (SCENARIO, 32, 7)]


def test_a_table_says_how_its_draws_were_made_and_what_its_notes_are():
    found = ClaimsTable("somewhere", 16, ())
    assert found.method == "scrambled Sobol draws over the ranges of the calibration"
    assert found.status == "complete"
    assert found.notes().title == "what the claims leave out"
    with pytest.raises(UnknownClaim, match="no claim 'clock_honest'; did you mean 'clocks_honest'"):
        claim("clock_honest")
