"""No code knows a country: the dispute under other codes, from a folder elsewhere, comes to the same."""

import re
import shutil
from dataclasses import replace

import pytest

import negotiation as ng
from negotiation.disputes import load_scenario
from negotiation.truces.record.faults import folder_faults
from tests.us_china import FOLDER, SCENARIO

CODES = {"USA": "AAA", "CHN": "BBB"}


@pytest.fixture(scope="module")
def renamed(tmp_path_factory):
    """Give the folder of the same dispute between AAA and BBB."""
    folder = tmp_path_factory.mktemp("disputes") / "a-b-2025"
    shutil.copytree(FOLDER, folder)
    for code, other in CODES.items():
        (folder / "countries" / f"{code.lower()}.toml").rename(folder / "countries" / f"{other.lower()}.toml")
    for path in folder.rglob("*"):
        if path.suffix in (".toml", ".csv"):
            text = path.read_text(encoding="utf-8").replace("us-china-2025", "a-b-2025")
            for code, other in CODES.items():
                text = re.sub(rf"\b{code}\b", other, text)
            path.write_text(text, encoding="utf-8")
    return folder


@pytest.mark.long
def test_the_folder_has_no_fault_and_its_games_are_the_same(renamed):
    assert folder_faults(renamed) == []
    world = load_scenario(renamed)
    assert world.countries == ("AAA", "BBB")
    for size in ("small", "core"):
        assert (world.stage_game(size).payoffs == SCENARIO.stage_game(size).payoffs).all()
    game, same = world.stochastic_game(), SCENARIO.stochastic_game()
    assert game.states == same.states


@pytest.mark.long
def test_its_replay_and_its_verdicts_are_the_same(renamed):
    mine, theirs = (ng.replay("2025-10-busan", world, draws=4) for world in (renamed, None))
    assert mine.scenario.name == "a-b-2025"
    for one, other in zip(mine.legs, theirs.legs, strict=True):
        assert (one.verdict.holds, one.margin, one.share) == (other.verdict.holds, other.margin, other.share)
        assert [step.day for step in one.steps] == [step.day for step in other.steps]
    stockholm = ng.truce("2025-08-stockholm", renamed)
    assert stockholm.home == renamed
    ours, theirs = (
        ng.verdict(one, remedy="as written", noise=True) for one in (stockholm, "2025-08-stockholm")
    )
    assert [row.margin for row in ours] == [row.margin for row in theirs]


def test_a_dispute_without_components_does_not_move(renamed, tmp_path):
    world = load_scenario(renamed)
    bare = replace(
        world, definition=world.definition.model_copy(update={"state": type(world.definition.state)()})
    )
    assert bare.stochastic_game().n_states == 1
    with pytest.raises(ng.NegotiationError, match="has no clock"):
        _ = bare.renewal
