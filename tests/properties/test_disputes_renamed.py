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
        assert (one.model_holds, one.margin, one.share) == (other.model_holds, other.margin, other.share)
        assert [step.day for step in one.steps] == [step.day for step in other.steps]
    stockholm = ng.truce("2025-08-stockholm", renamed)
    assert stockholm.home == renamed
    assert stockholm.verdict().holds == ng.truce("2025-08-stockholm").verdict().holds


@pytest.mark.long
def test_its_forecast_is_the_same(renamed):
    found = [
        ng.forecast("2025-10-busan", months=1, theories="moment", scenario=world) for world in (renamed, None)
    ]
    assert [row.probability for row in found[0].rows] == [row.probability for row in found[1].rows]


def test_a_dispute_without_components_does_not_move(renamed, tmp_path):
    world = load_scenario(renamed)
    bare = replace(
        world, definition=world.definition.model_copy(update={"state": type(world.definition.state)()})
    )
    assert bare.stochastic_game().n_states == 1
    with pytest.raises(ng.NegotiationError, match="has no clock"):
        _ = bare.renewal


BROKEN = [
    (
        "record/moves.csv",
        "E041,2025-05-13,2025-05-13,,AAA",
        "E041,2025-05-13,2025-05-13,,CCC",
        "country: 'CCC' came",
    ),
    (
        "record/moves.csv",
        ",h20_stopped,",
        ",h20_stoped,",
        "level: 'h20_stoped' came (did you mean 'h20_stopped'?)",
    ),
    ("record/map.toml", 'visa = ["visa"]', 'visa = ["visas"]', "instruments.visa: 'visas' came"),
    (
        "record/map.toml",
        'visa = ["visa"]',
        "visa = []",
        "instrument: 'visa' came for 'visa'; record/map.toml allows",
    ),
    ("record/map.toml", "talks = []\n", "", "record_instrument: 'talks' came"),
    ("record/map.toml", "2019-06-osaka", "2019-06-kyoto", "truce: '2019-06-osaka' came"),
    (
        "record/map.toml",
        "[unscored_truces]",
        '[unscored_truces]\n"2018-12-buenos-aires" = "no text"',
        "unscored_truces: '2018-12-buenos-aires' came; agreements/2018-12-buenos-aires.toml describes it",
    ),
    ("record/initial_posture.toml", 'level = "lax"', 'level = "laxer"', "level: 'laxer' came"),
    (
        "record/initial_posture.toml",
        'moves = ["E028"]',
        'moves = ["E999"]',
        "moves: 'E999' came; no row has this id",
    ),
    ("record/initial_posture.toml", "day = 2025-04-01", "day = 2025-01-01", "state.day: 2025-01-01 came"),
    (
        "agreements/2025-06-london.toml",
        'id = "2025-06-london"',
        'id = "2025-06-paris"',
        "'2025-06-london', as the file",
    ),
    (
        "agreements/2025-06-london.toml",
        'amends = "2025-05-geneva"',
        'amends = "2025-05-basel"',
        "'2025-05-basel' came",
    ),
    (
        "agreements/2025-05-geneva.toml",
        "clock_days = 90",
        'clock_days = 90\namends = "2025-06-london"',
        "a circle came",
    ),
    (
        "agreements/2025-05-geneva.toml",
        'instrument = "tariff"',
        'instrument = "tarif"',
        "instrument: 'tarif' came",
    ),
]


@pytest.mark.long
@pytest.mark.parametrize(("name", "old", "new", "words"), BROKEN)
def test_a_fault_of_the_record_is_told(renamed, tmp_path, name, old, new, words):
    folder = tmp_path / renamed.name
    shutil.copytree(renamed, folder)
    text = (folder / name).read_text(encoding="utf-8")
    assert old in text
    (folder / name).write_text(text.replace(old, new, 1), encoding="utf-8")
    found = folder_faults(folder)
    assert [fault for fault in found if words in fault], found
