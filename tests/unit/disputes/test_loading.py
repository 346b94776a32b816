import copy
import json
import shutil
from datetime import date

import pytest

from negotiation.disputes import folder_faults, load_scenario
from negotiation.disputes.files import folder as folder_files
from negotiation.disputes.files.folder import read_values
from negotiation.disputes.loading import dispute_faults
from negotiation.errors import InvalidDate, InvalidFile, UnknownScenario
from tests.several_countries import folder_values
from tests.us_china import FOLDER, NAME

CONTENT = folder_values(FOLDER)
PARAMETERS = CONTENT["calibrations"]["central"]["parameters"]
REMOVED = object()


def edited(*path, to):
    content = copy.deepcopy(CONTENT)
    place = content
    for key in path[:-1]:
        place = place[key]
    if to is REMOVED:
        del place[path[-1]]
    else:
        place[path[-1]] = to
    return content


def parameter(*path, to):
    return edited("calibrations", "central", "parameters", *path, to=to)


def refused(source, *words):
    with pytest.raises(InvalidFile) as caught:
        load_scenario(source)
    for word in words:
        assert word in str(caught.value)
    return str(caught.value)


def copied(tmp_path):
    folder = tmp_path / NAME
    shutil.copytree(FOLDER, folder)
    return folder


@pytest.mark.long
def test_a_name_a_folder_a_text_and_a_dict_give_the_same_scenario(tmp_path):
    elsewhere = copied(tmp_path)
    first = load_scenario(NAME)
    as_json = json.loads(json.dumps(CONTENT, default=str))
    for source in (FOLDER, str(FOLDER), elsewhere, str(elsewhere), CONTENT, as_json):
        scenario = load_scenario(source)
        assert scenario.calibration == first.calibration
        assert scenario.definition == first.definition
        assert dict(scenario.parameters) == dict(first.parameters)
        assert scenario.stage_game("core") == first.stage_game("core")
    assert load_scenario(elsewhere).folder == elsewhere
    assert load_scenario(CONTENT).folder is None


@pytest.mark.long
def test_a_day_may_be_text_and_what_is_no_day_is_refused():
    text, day = (load_scenario(NAME, as_of=day) for day in ("2025-11-01", date(2025, 11, 1)))
    assert (text.calibration, dict(text.parameters)) == (day.calibration, dict(day.parameters))
    for wrong in ("tomorrow", 5, date(2010, 1, 1)):
        with pytest.raises(InvalidDate, match=r"a text such as 2025-10-30; got|no value for 2010-01-01"):
            load_scenario(NAME, as_of=wrong)


def test_an_unknown_calibration_is_called_one():
    with pytest.raises(UnknownScenario, match="no calibration 'centrall'; did you mean 'central'"):
        load_scenario(NAME, "centrall")


def test_an_unknown_scenario_offers_the_nearest_and_no_name_leaves_the_folder():
    for name in ("us-china-2024", "US-China-2025", "us-china-2025\n", "us_china_2025"):
        with pytest.raises(UnknownScenario, match="did you mean 'us-china-2025'"):
            load_scenario(name)
    for name in ("..", "", ".", "us-china-2025.", "con"):
        with pytest.raises(UnknownScenario, match=r"Known: .*us-china-2025"):
            load_scenario(name)


def test_a_link_does_not_leave_the_folder_of_disputes(tmp_path, monkeypatch):
    (tmp_path / "linked").symlink_to(FOLDER)
    monkeypatch.setattr(folder_files, "SCENARIOS", tmp_path)
    with pytest.raises(UnknownScenario, match="no scenario 'linked'"):
        load_scenario("linked")


@pytest.mark.parametrize("name", ["scenario.toml", "instruments/visa.toml", "countries/usa.toml"])
def test_no_file_leaves_its_dispute(tmp_path, name):
    folder = copied(tmp_path)
    (tmp_path / "outside.toml").write_text((folder / name).read_text())
    (folder / name).unlink()
    (folder / name).symlink_to(tmp_path / "outside.toml")
    refused(folder, f"{name}: leads out of the folder", "outside.toml")


def test_a_folder_that_is_no_dispute_is_told_in_one_sentence(tmp_path):
    for k in range(40):
        (tmp_path / f"photo{k}.jpg").write_text("")
    (tmp_path / "README.md").write_text("photos")
    wrong = "this is not a dispute, since it has no scenario.toml"
    told = folder_faults(tmp_path)
    assert told == [f"{tmp_path}: {wrong}; check the path, or make a dispute with `negotiation new`"]
    (tmp_path / "laws.toml").write_text("")  # one that has begun is told of every stranger
    assert len(folder_faults(tmp_path)) == 41


@pytest.mark.long
@pytest.mark.parametrize(
    ("path", "to", "words"),
    [
        ("scenario title", REMOVED, ["scenario.toml: title: this field is missing; add it (name in prose)"]),
        ("scenario titel", "x", ["titel: got 'x'; there is no field of this name (did you mean 'title'?)"]),
        (
            "scenario countries",
            ["USA", "CHN", "FRA"],
            ["there is no countries/fra.toml", "targets.USA: this is missing; with more than two countries"],
        ),
        ("scenario state stocks start", 3, ["state.stocks.start: got 3; expected less than 3"]),
        (
            "scenario state stocks",
            REMOVED,
            ["instruments/rare_earth_curb.toml: payoff.stocks: got true; scenario.toml has no component"],
        ),
        (
            "scenario sizes small levels USA tariff",
            ["peek"],
            ["sizes.small.levels.USA.tariff: got 'peek' (did you mean 'peak'?)"],
        ),
        ("scenario interaction", REMOVED, ["`parameters.rare_earth_curb.tariff_interaction` is extra"]),
        ("laws laws 0 until", "2025-01-01", ["laws.0: ", "`until` must not be before"]),
        (
            "laws laws 0 name",
            "IEEP",
            ["instruments/tariff.toml: levels.USA.busan.authority: got 'IEEPA' (did you mean 'IEEP'?)"],
        ),
        (
            "instruments entity_list levels USA 1 value",
            1000.0,
            ["'listed_only' has 1300.0, 'affiliates_rule' 1000.0; with the form 'listing' the values"],
        ),
        ("instruments visa levels USA 0 threatened", True, ["only threatened must come last"]),
        ("instruments visa levels USA 1 date", "2025-06-11", ["both begin on 2025-06-11"]),
        (
            "instruments visa payoff form",
            "visitor",
            ["instruments/visa.toml: payoff.form: got 'visitor' (did you mean 'visitors'?)"],
        ),
        (
            "instruments visa payoff parameters numbers",
            "visa.students",
            ["payoff.parameters.numbers: got 'visa.students'; the form 'visitors' has no such role"],
        ),
        (
            "instruments minerals_ban payoff strength",
            REMOVED,
            ["payoff.strength: this is missing; CHN has 3 levels"],
        ),
        ("instruments chip_control payoff dependence", REMOVED, ["nothing reads it without"]),
        (
            "instruments entity_list levels USA 1 threshold",
            REMOVED,
            ["payoff.parameters.horizon: nothing reads it without a level with a `threshold`"],
        ),
        (
            "instruments rare_earth_curb payoff parameters harm",
            "no.such",
            ["calibrations/central.toml: field `parameters.no.such` is missing: it is read by"],
        ),
        (
            "countries usa facts imports",
            REMOVED,
            ["`parameters.USA.imports` is missing: it is read by instruments/tariff.toml"],
        ),
        ("instruments", {}, ["instruments: there is no file; add at least one"]),
    ],
)
def test_a_faulty_field_is_named_with_what_came_and_what_is_allowed(path, to, words):
    steps = [int(step) if step.isdecimal() else step for step in path.split()]
    refused(edited(*steps, to=to), *words)


@pytest.mark.parametrize(
    ("field", "to", "words"),
    [
        ("value", REMOVED, ["security_weight.value: this field is missing; add it (central value"]),
        ("value", float("nan"), ["security_weight.value: got nan; expected a finite number"]),
        (
            "low",
            0.7,
            ["security_weight: ", "expected low <= value <= high; got low = 0.7, value = 0.5, high = 0.8"],
        ),
        ("assumption", False, ["security_weight: ", "a number needs a `source` or `assumption = true`"]),
    ],
)
def test_a_faulty_number_is_named(field, to, words):
    message = refused(parameter("security_weight", field, to=to), *words)
    assert "parameters.security_weight" in message
    assert "1 fault(s); correct them in the file" in message


def test_no_parameter_can_be_left_out():
    content = copy.deepcopy(CONTENT)
    content["calibrations"]["central"]["parameters"] = {}
    faults = dispute_faults(read_values(content))
    for name in PARAMETERS:
        assert [fault for fault in faults if f"field `parameters.{name}` is missing" in fault], name


@pytest.mark.parametrize(
    ("name", "end", "to", "allowed"),
    [
        ("discount_factor_annual", "low", 0.0, "above 0 and below 1"),
        ("security_weight", "high", 1.01, "from 0 to 1"),
        ("tariff.pass_through.CHN", "low", 0.0, "above 0 and at most 1"),
        ("state.renewal_probability", "low", -0.5, "from 0 to 1"),
    ],
)
def test_a_range_outside_the_domain_is_refused(name, end, to, allowed):
    message = refused(parameter(name, end, to=to), f"parameters.{name}.{end}: got {to}")
    assert f"it must be {allowed}" in message


def test_every_fault_is_named_at_once():
    content = parameter("security_weight", "value", to="x")
    content["scenario"]["state"]["stocks"]["start"] = 9
    del content["scenario"]["title"]
    content["instruments"]["visa"]["leg"] = "visa"
    words = (
        "security_weight.value",
        "state.stocks.start",
        "title: this field is missing",
        "visa.toml: leg: got 'visa'",
    )
    refused(content, "4 fault(s)", *words)


@pytest.mark.parametrize("content", [{}, {("a",): 1}, {"scenario": {1, 2}}, {"scenario": 5}])
def test_what_is_no_dispute_at_all(content):
    refused(content, "scenario")


def test_a_dict_that_holds_itself_is_refused():
    content = copy.deepcopy(CONTENT)
    content["scenario"]["self"] = content["scenario"]
    refused(content, "scenario", "nest them less deeply")
