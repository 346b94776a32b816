from functools import reduce
from operator import getitem

import pytest

from negotiation.disputes import load_scenario
from negotiation.errors import InvalidFile, InvalidGame
from negotiation.truces.compiling.compiler import TextChoices
from negotiation.truces.compiling.readings import reading_pair
from negotiation.truces.prediction.baselines import BASELINES
from negotiation.truces.prediction.scores import prequential
from negotiation.truces.record.agreement_text import agreement_text
from negotiation.truces.studies.leverage import leverage
from negotiation.truces.studies.linkage import linkage_gains, win_sets
from negotiation.truces.studies.payoff_sets import bargain_sets
from tests.several_countries import THREE, dispute

SCENARIO = load_scenario(THREE)
TEXT = agreement_text("2025-05-geneva", load_scenario("us-china-2025"))


@pytest.mark.parametrize(
    "ask",
    [
        lambda: SCENARIO.other("USA"),
        lambda: SCENARIO.circumstances("USA", SCENARIO.default_state),
        lambda: reading_pair(TEXT, SCENARIO, TextChoices()),
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


REACH = "instruments tool_reach"
FAULTS = [
    (f"{REACH} targets", {"USA": "USA"}, r"targets.USA: got 'USA'.*allowed: CHN, NLD"),
    (f"{REACH} targets", {"USA": "NLX"}, r"targets.USA: got 'NLX'"),
    (f"{REACH} targets", {}, r"targets.USA: this is missing; with more than two countries it must be given"),
    (f"{REACH} targets CHN", "USA", r"targets: got 'CHN'.*allowed: USA"),
    (f"{REACH} payoff bystanders NLD", "tool_reach.loss", r"payoff.bystanders: got 'NLD'.*allowed: CHN"),
    (f"{REACH} payoff bystanders FRA", "tool_reach.loss", r"payoff.bystanders: got 'FRA'.*allowed: CHN"),
    (f"{REACH} payoff bystanders CHN", "no.such", r"parameters.no.such` is missing: it is read by"),
    ("scenario countries", ["USA", "CHN", "NLD", "USA"], "must be named once; got USA, CHN, NLD, USA"),
]


@pytest.mark.parametrize(("place", "to", "says"), FAULTS)
def test_a_fault_is_named(place, to, says):
    found = dispute(THREE)
    *outer, last = place.split()
    reduce(getitem, outer, found)[last] = to
    with pytest.raises(InvalidFile, match=says):
        load_scenario(found)
