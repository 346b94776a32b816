"""What is asked for verdicts: seeds, draws that are given, a world that moves, and what is searched."""

import negotiation as ng
from tests.unit.truces.test_theory_verdicts_made_up import BUSAN, HERE
from tests.us_china import AGREEMENTS, SCENARIO


def test_an_agreement_is_asked_by_name_among_those_of_the_scenario_or_by_path():
    wider = BUSAN.with_clause("USA", "chip_control", "h20_stopped")
    more = SCENARIO.with_agreement(wider)
    asked = {"size": "small", "theories": ["moment"], "state": HERE}
    named, given = ng.verdict(wider.id, more, **asked), ng.verdict(wider, SCENARIO, **asked)
    assert named.agreement == given.agreement == wider.id
    assert [one.margin for one in named] == [one.margin for one in given]
    assert named.asked.terms["USA", "chip_control"] == "h20_stopped"
    path = str(AGREEMENTS / f"{BUSAN.id}.toml")
    assert [one.margin for one in ng.verdict(path, **asked)] == [
        one.margin for one in ng.verdict(BUSAN, SCENARIO, **asked)
    ]
