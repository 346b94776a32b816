from functools import reduce
from operator import getitem

import pytest

import negotiation as ng
from negotiation.disputes import load_scenario
from negotiation.errors import InvalidFile, InvalidGame
from negotiation.game_theory.games import RepeatedGame
from negotiation.lab.scenarios import _instrument_content
from negotiation.truces.compiling.compiler import Choices
from negotiation.truces.compiling.readings import reading_pair
from negotiation.truces.prediction.baselines import BASELINES
from negotiation.truces.prediction.scores import prequential
from negotiation.truces.record.agreement_text import agreement_text
from negotiation.truces.studies.leverage import leverage
from negotiation.truces.studies.linkage import linkage_gains
from negotiation.truces.studies.payoff_sets import bargain_sets
from negotiation.truces.studies.win_sets import win_sets
from tests.several_countries import THREE, dispute

SCENARIO = load_scenario(THREE)
TEXT = agreement_text("2025-05-geneva", load_scenario("us-china-2025"))


def test_who_and_at_whom():
    assert SCENARIO.countries == ("USA", "CHN", "NLD")
    assert SCENARIO.others("CHN") == ("USA", "NLD")
    assert SCENARIO.target("USA", "chip_control") == "CHN"
    assert SCENARIO.target("USA", "tool_reach") == "NLD"
    assert SCENARIO.circumstances("USA", SCENARIO.default_state, "tool_reach").other == "NLD"
    assert SCENARIO.case("NLD", "tool_licence").circumstances.other == "CHN"


@pytest.mark.parametrize(
    "ask",
    [
        lambda: SCENARIO.other("USA"),
        lambda: SCENARIO.circumstances("USA", SCENARIO.default_state),
        lambda: reading_pair(TEXT, SCENARIO, Choices()),
        lambda: prequential(BASELINES, SCENARIO),
        lambda: leverage(SCENARIO, draws=1),
        lambda: bargain_sets(SCENARIO),
        lambda: linkage_gains(SCENARIO),
        lambda: win_sets(SCENARIO),
    ],
)
def test_what_is_for_two_countries_says_so(ask):
    with pytest.raises(
        InvalidGame, match=r"is for disputes between two countries; '.*' has 3 \(USA, CHN, NLD\)"
    ):
        ask()


def test_a_payoff_set_of_three_is_refused_with_what_takes_it():
    with pytest.raises(InvalidGame, match=r"has 3: use `bounded_payoffs`"):
        ng.equilibrium_payoffs(RepeatedGame(SCENARIO.stage_game("small"), 0.5))


REACH = "instruments tool_reach"
FAULTS = [
    (f"{REACH} targets", {"USA": "USA"}, r"targets.USA: 'USA' came.*allowed: CHN, NLD"),
    (f"{REACH} targets", {"USA": "NLX"}, r"targets.USA: 'NLX' came"),
    (f"{REACH} targets", {}, r"targets.USA: nothing came; with more than two countries it is needed"),
    (f"{REACH} targets CHN", "USA", r"targets: 'CHN' came.*allowed: USA"),
    (f"{REACH} payoff bystanders NLD", "tool_reach.loss", r"payoff.bystanders: 'NLD' came.*allowed: CHN"),
    (f"{REACH} payoff bystanders FRA", "tool_reach.loss", r"payoff.bystanders: 'FRA' came.*allowed: CHN"),
    (f"{REACH} payoff bystanders CHN", "no.such", r"parameters.no.such` is missing: it is read by"),
    ("scenario countries", ["USA", "CHN", "NLD", "USA"], "none twice"),
]


@pytest.mark.parametrize(("place", "to", "says"), FAULTS)
def test_a_fault_is_named(place, to, says):
    found = dispute(THREE)
    *outer, last = place.split()
    reduce(getitem, outer, found)[last] = to
    with pytest.raises(InvalidFile, match=says):
        load_scenario(found)


def test_between_two_countries_nobody_stands_by():
    found = dispute("us-china-2025")
    found["instruments"]["visa"]["payoff"]["bystanders"] = {"CHN": "visa.students"}
    with pytest.raises(InvalidFile, match=r"payoff.bystanders: 'CHN' came.*allowed: none"):
        load_scenario(found)


def test_a_form_without_strengths_needs_the_gain_of_each_level():
    found = dispute(THREE)
    tariff = dispute("us-china-2025")["instruments"]["tariff"]
    tariff["levels"] = {"USA": tariff["levels"]["USA"]}
    tariff |= {"targets": {"USA": "CHN"}, "base": {"USA": "january"}}
    tariff["payoff"]["bystanders"] = {"NLD": "tariff.netherlands"}
    found["instruments"]["tariff"] = tariff
    with pytest.raises(InvalidFile, match=r"payoff.bystanders.NLD: .* has no strengths"):
        load_scenario(found)


def test_a_binding_that_says_nothing_of_third_countries_keeps_its_hash():
    two = load_scenario("us-china-2025")
    # The sixth is which agency decides.
    assert _instrument_content(two, "visa")[5:] == [{"agencies": {"USA": "state"}}]
    assert len(_instrument_content(two, "rare_earth_curb")) == 5
    assert len(_instrument_content(SCENARIO, "tool_reach")) == 7
