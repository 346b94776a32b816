from datetime import date
from math import inf

import pytest

import negotiation as ng
from negotiation import errors
from negotiation.disputes import State
from negotiation.game_theory.solvers.thresholds.critical_discount_factor import critical_discount_factor
from negotiation.truces.compiling.compiler import TextChoices, compiled_text
from negotiation.truces.verdicts import agreements
from negotiation.truces.verdicts.lifetime import truce_lifetime
from negotiation.truces.verdicts.under_noise import noise_verdicts
from negotiation.truces.verdicts.verdict import verdict
from tests.us_china import SCENARIO

BUSAN, GENEVA = ng.truce("2025-10-busan"), ng.truce("2025-05-geneva")


def test_the_least_patience_is_where_the_independent_check_turns():
    found = BUSAN.critical_discount_factor()
    game, automaton = BUSAN.game(clock="memoryless"), BUSAN.compile(clock="memoryless")
    for shift, holds in ((1e-6, True), (-1e-6, False)):
        at = ng.RepeatedGame(game.stage, float(found.value) + shift, game.monitoring)
        assert ng.verify(at, automaton).holds is holds
    assert SCENARIO.discount_factor > found.value


def test_no_patience_is_enough_where_a_departure_always_gains():
    found = ng.truce("2019-11-standstill").critical_discount_factor()
    assert found.value is None
    assert found.binding.player == "KOR"


@pytest.mark.long
def test_a_clause_harder_to_check_makes_for_a_shorter_life():
    lives = [
        life(BUSAN.with_clause("USA", "chip_control", "h20_stopped", verifiability=grade))
        for grade in ("high", "medium")
    ]
    assert inf > lives[0] > lives[1]


@pytest.mark.parametrize(
    ("clause", "error", "words"),
    [
        (
            ("USA", "chip", "h20_stopped"),
            errors.UnknownInstrument,
            "no instrument 'chip'; did you mean 'chip_control'",
        ),
        (("USA", "chip_control", "h20"), errors.UnknownLevel, "no level 'h20'; did you mean 'h20_stopped'"),
        (("JPN", "tariff", "busan"), ng.NegotiationError, "no country 'JPN'"),
        (("usa", "tariff", "busan"), ng.NegotiationError, "did you mean 'USA'"),
    ],
)
def test_a_clause_that_does_not_fit_the_scenario_is_refused(clause, error, words):
    with pytest.raises(error, match=words):
        BUSAN.with_clause(*clause)


def life(agreement):
    return agreement.survival().find("broken off", "any", agreement.linkage.kind).mean_days


PLAIN = GENEVA.model_copy(update={"readings": ()})
OTHER = SCENARIO.with_parameters({"reaction_lag_days": 45.0, "tariff.horizon": 500.0})


@pytest.mark.long
def test_verdicts_lives_and_patience_are_of_what_is_given():
    world, state, seen = OTHER, State(stocks=2, curb_dependence=0), []
    with pytest.warns(DeprecationWarning, match="use negotiation.verdict"):
        assert str(BUSAN.verdict(world, state)) == str(noise_verdicts(BUSAN, world, state))
    assert str(BUSAN.survival(world, state)) == str(truce_lifetime(BUSAN, world, state))
    asked = {"linkage": "within_issue", "clock": "none", "state": state}
    found = PLAIN.critical_discount_factor(world, **asked, progress=lambda *at: seen.append(at))
    text = compiled_text(PLAIN, world, TextChoices("moment", "within_issue", "none", state))
    expected = critical_discount_factor(text.game.stage, text.automaton, monitoring=text.signal)
    assert (found.value, found.binding) == (expected.value, expected.binding)
    assert seen
    # Readings are left aside.
    assert GENEVA.critical_discount_factor().value == PLAIN.critical_discount_factor().value


def test_a_clause_more_says_what_it_is():
    with pytest.warns(errors.UnboundClause, match="T99: a `level` that others cannot check"):
        wider = BUSAN.with_clause("CHN", "rare_earth_curb", "april_licensing", verifiability="low")
    before, after = ({c.id: c for c in text.clauses} for text in (BUSAN, wider))
    (new,) = [one for name, one in after.items() if name not in before]
    assert (new.side, new.instrument, new.record_instrument) == ("CHN", "rare_earth_curb", "rare_earth_curb")
    assert (new.level, new.covered, new.verifiability) == ("april_licensing", True, "low")
    assert (new.observed, new.confidence, new.source_title) == ("unknown", "low", agreements.ASSUMED)
    assert new.obligation == "rare_earth_curb at most at april_licensing"
    assert new.id == "T99"
    gone = [one for name, one in before.items() if name not in after]
    assert gone
    assert {(one.side, one.instrument) for one in gone} == {("CHN", "rare_earth_curb")}
    assert all(one.level != "april_licensing" for one in gone)
    assert {name: one for name, one in after.items() if name in before} == {
        name: one for name, one in before.items() if one not in gone
    }
    title = SCENARIO.instruments["rare_earth_curb"].title
    assert (wider.id, wider.title) == ("2025-10-busan-with-rare-earth-curb", f"{BUSAN.title} with {title}")
    assert wider.home == BUSAN.home
    with pytest.warns(errors.UnboundClause, match="T99"):
        twice = wider.with_clause("USA", "chip_control", "h20_stopped")
    assert {"T99", "T98"} <= {one.id for one in twice.clauses}
    # What is as it was stays, with a clause of the same level beside it.
    same = BUSAN.with_clause("CHN", "rare_earth_curb", BUSAN.covered()["CHN", "rare_earth_curb"])
    assert {one.id for one in BUSAN.clauses} < {one.id for one in same.clauses}
    # The other side's clauses on the same instrument stay.
    tariffs = BUSAN.with_clause("CHN", "tariff", "peak")
    assert tariffs.covered()["USA", "tariff"] == BUSAN.covered()["USA", "tariff"]


def test_a_clause_less_leaves_the_other_sides_and_the_readings_of_others():
    less = BUSAN.without_clause("CHN", "tariff")
    assert less.covered() == {pair: x for pair, x in BUSAN.covered().items() if pair != ("CHN", "tariff")}
    title = SCENARIO.instruments["tariff"].title
    assert (less.id, less.title) == ("2025-10-busan-without-chn-tariff", f"{BUSAN.title} without CHN {title}")
    assert less.readings == BUSAN.readings
    assert GENEVA.without_clause("USA", "tariff").readings == GENEVA.readings
    (reading,) = {one.clause for one in GENEVA.readings}
    (clause,) = [one for one in GENEVA.clauses if one.id == reading]
    assert not GENEVA.without_clause(clause.side, clause.instrument).readings
    told = r"'2025-05-geneva' has no clause on 'visa' of 'USA' .*; it binds USA tariff, CHN tariff"
    with pytest.raises(errors.InvalidFile, match=told):
        GENEVA.without_clause("USA", "visa")
    with pytest.raises(errors.UnknownCountry):
        GENEVA.without_clause("FRA", "tariff")


def test_levels_that_the_law_forbids_are_refused():
    dates = dict.fromkeys(("window_start", "signed", "in_force"), date(2025, 1, 25))
    early = PLAIN.model_copy(update=dates)
    with pytest.raises(errors.IllegalMove, match="USA tariff cannot be held at 'peak'"):
        early.with_clause("USA", "tariff", "peak", scenario=SCENARIO)


ASKED = {
    "replay": lambda deal: ng.replay(deal, draws=0),
    "theories": lambda deal: verdict(deal, theories=["moment"]),
    "pool": lambda deal: ng.forecast(deal, months=1, by="pool"),
    "forecast": lambda deal: ng.forecast(deal, months=1, theories="moment"),
    "verdict": lambda deal: verdict(deal, remedy="as written", noise=True),
    "survival": lambda deal: deal.survival(),
}


def first_clause(**changes):
    """Return Geneva with another first clause."""
    deal = ng.truce("2025-05-geneva")
    first, *others = deal.clauses
    return deal.model_copy(update={"clauses": (first.model_copy(update=changes), *others)})


@pytest.mark.long
@pytest.mark.parametrize("asked", ASKED.values(), ids=ASKED)
@pytest.mark.parametrize(
    ("changes", "named"),
    [({"level": "genevan"}, "'genevan'"), ({"instrument": "tarif"}, "'tarif'"), ({"side": "FRA"}, "'FRA'")],
)
def test_what_a_clause_names_and_the_dispute_has_not_is_told_with_the_clause(asked, changes, named):
    with pytest.raises(errors.UnknownName, match=f"2025-05-geneva, clause T01: .*{named}"):
        asked(first_clause(**changes))
