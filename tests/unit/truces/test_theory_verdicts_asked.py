"""What is asked for verdicts: seeds, draws that are given, a world that moves, and what is searched."""

from dataclasses import replace

import negotiation as ng
from negotiation.truces import theory_verdicts
from negotiation.truces.compared_verdicts import ComparedVerdicts
from negotiation.truces.theories.common.turning import Turn
from negotiation.truces.theory_verdicts import TheoryVerdict, TheoryVerdicts, Turns, verdict_at
from negotiation.world.setup import Setup
from tests.unit.truces.test_theory_verdicts_made_up import BUSAN, FOUND, HERE, ROWS
from tests.us_china import AGREEMENTS, SCENARIO


def test_draws_in_a_world_that_moves_are_counted_and_told_and_the_first_seed_is_0(monkeypatch):
    asked = {"size": "small", "theories": ["each for itself"], "state": HERE, "rounds_a_year": 1.0}
    drawn, seen, told = theory_verdicts._sampled, [], []
    monkeypatch.setattr(theory_verdicts, "_sampled", lambda *given: seen.append(given) or drawn(*given))
    found = ng.verdict(
        BUSAN, SCENARIO, moving=["stocks"], draws=2, progress=lambda *done: told.append(done), **asked
    )
    assert told[-1] == (2, 2)
    assert (found.draws, found.moving) == (2, ("stocks",))
    assert {one.share for one in found} <= {0.0, 0.5, 1.0}
    assert seen[0][3] == 0
    ng.verdict(BUSAN, SCENARIO, draws=1, **asked)
    assert seen[1][3] == 0


def test_what_verdicts_turn_on_is_printed_with_the_names_of_the_verdicts(monkeypatch):
    turn = Turn(("x",), True, "below", (1.0,), 0.5)
    seen = []

    class Found:
        def __init__(self, *given):
            seen.append(given)

        def found(self):
            return {(one.theory, one.leg): (turn,) * (one.leg == "tariff") for one in ROWS}

    monkeypatch.setattr(theory_verdicts, "Search", Found)
    monkeypatch.setattr(theory_verdicts, "theory", lambda name: f"theory {name}")
    still = replace(FOUND, moving=(), asked="what was asked")
    table = still.turns.table()
    assert seen == [("what was asked", ("theory one", "theory two"), FOUND.state)]
    assert table.title == "a-text: what the verdicts turn on"
    assert table.columns == ("leg", "theory", "holds", "turns on")
    assert table.names == FOUND.names
    assert table.rows[:3] == (
        ("tariff", "one", True, str(turn)),
        ("tariff", "two", True, str(turn)),
        ("control", "one", False, "no one or two parameters"),
    )
    assert still.identified_set().table().title == "what holds under which theories"


def test_given_draws_of_a_dispute_without_ranges_are_all_alike(monkeypatch):
    whole = theory_verdicts.question
    monkeypatch.setattr(
        theory_verdicts,
        "question",
        lambda text, world, state, *_, **o: whole(text, world, state, "small", **o),
    )
    sure = {
        name: one.model_copy(update={"low": one.value, "high": one.value})
        for name, one in SCENARIO.quantities.items()
    }
    monkeypatch.setattr(Setup, "quantities", property(lambda _: sure))
    found = verdict_at(ng.truce("2025-05-geneva"), SCENARIO, HERE, [SCENARIO] * 3)
    assert found.draws == 3
    # Rounds of talks are drawn by themselves, and one theory reads them.
    said = {(one.holds, one.share) for one in found if one.theory != "repeated negotiation"}
    assert said == {(True, 1.0), (False, 0.0)}


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


def test_without_more_verdicts_are_complete_of_a_world_that_stands_still_and_have_no_names():
    bare = TheoryVerdicts("a", (), FOUND.state, "core", 0, None)
    assert (bare.status, bare.moving, dict(bare.names)) == ("complete", (), {})
    assert dict(Turns("a", ()).names) == dict(ComparedVerdicts({}, ()).names) == {}
    plain = TheoryVerdict("a", "t", 0.0, None, (), {}, (), (), True, None, {})
    assert (plain.as_close, plain.first, plain.words) == ((), "", "holds")
    assert len(bare) == len(ComparedVerdicts({}, ())) == 0
    assert bare.identified_set().table().rows == bare.table().rows == bare.detail().rows == ()
    assert bare.by_theory().columns == ("leg",)
