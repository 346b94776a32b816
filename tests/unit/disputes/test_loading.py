import copy
import json
import shutil

import pytest

from negotiation.disputes import folder_faults, load_scenario, scenario_names
from negotiation.disputes.files import folder as folder_files
from negotiation.disputes.files.folder import read_values
from negotiation.disputes.loading import dispute_faults
from negotiation.errors import InvalidFile, UnknownScenario
from negotiation.testing.contracts import check_instrument
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


def test_disputes_are_found_by_their_folder():
    assert NAME in scenario_names()
    assert all((folder_files.SCENARIOS / name / "scenario.toml").is_file() for name in scenario_names())


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


def test_another_calibration_of_a_dispute(tmp_path):
    folder = copied(tmp_path)
    central = folder / "calibrations" / "central.toml"
    text = (
        central.read_text()
        .replace('name = "central"', 'name = "patient"')
        .replace("value = 0.9\n", "value = 0.95\n", 1)
    )
    (folder / "calibrations" / "patient.toml").write_text(text)
    assert load_scenario(folder).parameters["discount_factor_annual"] == 0.9
    assert load_scenario(folder, "patient").parameters["discount_factor_annual"] == 0.95
    with pytest.raises(UnknownScenario, match="Known: central, patient"):
        load_scenario(folder, "impatient")


def test_a_dict_is_not_changed_by_loading():
    content = copy.deepcopy(CONTENT)
    load_scenario(content)
    assert content == CONTENT


def test_a_changed_dict_changes_the_game():
    content = parameter("rare_earth_curb.harm", "value", to=1.0)
    profile = ("tariff=geneva chip_control=licensed", "tariff=geneva rare_earth_curb=october_package")
    before, after = (load_scenario(source).stage_game().payoff(profile) for source in (CONTENT, content))
    # Half a percent more at the share at which the harm is stated, and 70 of its 80 percent are left.
    assert after[0] - before[0] == pytest.approx(-0.5 * (0.7 / 0.8) ** 2)
    assert after[1] == before[1]


def test_a_rate_may_fall_where_its_level_is_harsher():
    content = copy.deepcopy(CONTENT)
    harshest = content["instruments"]["tariff"]["levels"]["USA"][-2:]
    rates = [level["value"] for level in harshest]
    for level, rate in zip(harshest, rates[::-1], strict=True):
        level["value"] = rate
    straight, turned = load_scenario(CONTENT), load_scenario(content)
    labels = straight.instruments["tariff"].labels("USA")
    assert turned.instruments["tariff"].labels("USA") == labels
    assert [turned.instruments["tariff"].nearest("USA", x).label for x in rates] == [labels[-1], labels[-2]]
    harm, other = (one.effects("USA", "tariff", one.state_given(None)).other for one in (turned, straight))
    assert harm.tolist() == [*other[:-2], other[-1], other[-2]]
    check_instrument(turned.instruments["tariff"], scenario=turned, examples=2)


def test_a_calibration_may_set_a_fact_of_a_country():
    gdp = {**PARAMETERS["purchases.value"], "value": 27500.0, "low": 27000.0, "high": 30500.0}
    scenario = load_scenario(parameter("USA.gdp", to=gdp))
    assert scenario.parameters["USA.gdp"] == 27500.0
    assert scenario.quantities["USA.gdp"].value == 27500.0


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


def test_a_folder_that_is_not_there_and_a_file_in_its_place(tmp_path):
    for source in (tmp_path / "none", str(tmp_path / "none")):
        refused(source, str(source), "there is no such folder", "check the path")
    for source in (FOLDER / "calibrations" / "central.toml", "mine.toml"):
        refused(source, str(source), "a dispute is a folder", "write-a-dispute.md")


def test_a_folder_that_is_no_dispute_is_told_in_one_sentence(tmp_path):
    for k in range(40):
        (tmp_path / f"photo{k}.jpg").write_text("")
    (tmp_path / "README.md").write_text("photos")
    told = folder_faults(tmp_path)
    assert told == [
        f"{tmp_path}: is no dispute: it has no scenario.toml; check the path, or begin by `negotiation new`"
    ]
    (tmp_path / "laws.toml").write_text("")  # one that has begun is told of every stranger
    assert len(folder_faults(tmp_path)) == 41


def test_what_is_read_by_nobody_is_named(tmp_path):
    folder = copied(tmp_path)
    (folder / "scenarios.toml").write_text("")
    (folder / "instruments" / "Chips.toml").write_text("")
    (folder / "countries" / "fra.txt").write_text("")
    refused(
        folder,
        "scenarios.toml: nothing of this name is read (did you mean 'scenario.toml'?)",
        "instruments/Chips.toml: a file of this name came",
        "countries/fra.txt: a file of this name came",
    )
    refused({**CONTENT, "moves": []}, "moves: nothing of this name is read; allowed: scenario, laws")
    refused({**CONTENT, "instruments": []}, "instruments: [] came; a table of files by name is needed")


@pytest.mark.parametrize(
    ("path", "to", "words"),
    [
        ("scenario title", REMOVED, ["scenario.toml: title: nothing came; it is needed (name in prose)"]),
        ("scenario titel", "x", ["titel: 'x' came; extra field (did you mean 'title'?)"]),
        ("scenario name", "Us China", ["name: 'Us China' came", "name of the folder"]),
        ("scenario date", "May 2025", ["date: 'May 2025' came", "a day such as 2025-05-12 is needed"]),
        ("scenario countries", ["USA"], ["countries: ['USA'] came", "at least 2"]),
        (
            "scenario countries",
            ["USA", "CHN", "FRA"],
            ["countries/fra.toml is needed", "targets.USA: nothing came; with more than two countries"],
        ),
        ("scenario countries", ["USA", "USA"], ["two different countries are needed"]),
        ("scenario countries", ["usa", "CHN"], ["countries.0: 'usa' came"]),
        (
            "scenario countries",
            ["FRA", "CHN"],
            [
                "scenario.toml: countries: 'FRA' came; countries/fra.toml is needed for it",
                "countries/usa.toml: scenario.toml has only FRA, CHN; name it in `countries` there, or",
                "instruments/visa.toml: levels: 'USA' came; allowed: FRA, CHN",
            ],
        ),
        ("scenario calibration", "mine", ["calibration: 'mine' came; calibrations/mine.toml is needed"]),
        ("scenario state stocks start", 3, ["state.stocks.start: 3 came; less than 3 is needed"]),
        ("scenario state stocks start", -1, ["at least 0 is needed"]),
        ("scenario state stocks start", 1.5, ["state.stocks.start: 1.5 came"]),
        ("scenario state stocks start", "1", ["'1' came; a whole number is needed"]),
        ("scenario state clocks", {}, ["state.clocks: {} came", "did you mean 'clock'"]),
        ("scenario state stocks instruments", ["chip_control"], ["moved by the same instruments"]),
        (
            "scenario state control_dependence instruments",
            ["chips"],
            ["state.control_dependence.instruments: 'chips' came", "allowed: chip_control, entity_list"],
        ),
        (
            "scenario state stocks",
            REMOVED,
            ["instruments/rare_earth_curb.toml: payoff.stocks: true came; scenario.toml has no component"],
        ),
        (
            "scenario state curb_dependence",
            REMOVED,
            ["payoff.dependence: 'curb_dependence' came; scenario.toml has no such component"],
        ),
        ("scenario state clock", REMOVED, ["`parameters.state.truce_days` is extra"]),
        ("scenario sizes small", REMOVED, ["the size `small` is needed"]),
        ("scenario sizes small levels", {}, ["sizes.small", "at least one instrument"]),
        ("scenario sizes small levels USA tariff", [], ["no level for 'tariff'", "allowed: january"]),
        (
            "scenario sizes small levels USA tariff",
            ["peek"],
            ["sizes.small.levels.USA.tariff: 'peek' came (did you mean 'peak'?)"],
        ),
        ("scenario sizes small levels USA tariff", ["peak"] * 2, ["sizes.small", "repeated"]),
        (
            "scenario sizes small levels USA visas",
            ["open"],
            ["sizes.small.levels.USA: 'visas' came (did you mean 'visa'?)"],
        ),
        (
            "scenario sizes small levels FRA",
            {"tariff": ["peak"]},
            ["sizes.small.levels: 'FRA' came; allowed: USA, CHN"],
        ),
        (
            "scenario sizes core instruments",
            ["visas"],
            ["sizes.core.instruments: 'visas' came (did you mean 'visa'?)"],
        ),
        ("scenario interaction curb", "curb", ["interaction.curb: 'curb' came"]),
        ("scenario interaction from_level", "peek", ["from_level: 'peek' came (did you mean 'peak'?)"]),
        ("scenario interaction", REMOVED, ["`parameters.rare_earth_curb.tariff_interaction` is extra"]),
        ("laws laws 0 since", "February", ["laws.toml: laws.0.since: 'February' came"]),
        ("laws laws 0 until", "2025-01-01", ["laws.0: ", "`until` must not be before"]),
        ("laws laws 0 source", "", ["needs a `source`"]),
        ("laws laws 0 lost_with_state", "yes", ["laws.0.lost_with_state: 'yes' came"]),
        (
            "laws laws 0 name",
            "IEEP",
            ["instruments/tariff.toml: levels.USA.busan.authority: 'IEEPA' came (did you mean 'IEEP'?)"],
        ),
        ("laws laws 2 since", "2020-01-01", ["laws.2: ", "needs a `source`"]),
        ("instruments visa levels USA 0 authority", "IEEPA", ["a calmest level always exists"]),
        ("instruments visa leg", "duty", ["leg: 'duty' came; 'tariff', 'control' or 'other' is needed"]),
        ("instruments visa payof", {}, ["payof: {} came; extra field (did you mean 'payoff'?)"]),
        ("instruments visa payoff parameters number", "visa.{lvl}", ["payoff.parameters.number"]),
        ("instruments visa payoff dependence", "clock", ["'curb_dependence' or 'control_dependence'"]),
        ("instruments visa levels USA 1 label", "open", ["two levels have the label 'open'"]),
        ("instruments tariff levels USA 7 value", 20.8, ["have one value, 20.8"]),
        (
            "instruments entity_list levels USA 1 value",
            1000.0,
            ["'listed_only' has 1300.0, 'affiliates_rule' 1000.0; with the form 'listing' the values"],
        ),
        ("instruments visa levels USA 1 value", 3.0, ["`value` and `unit` come together"]),
        ("instruments visa levels USA 0 threatened", True, ["only threatened stand last"]),
        ("instruments visa levels USA 1 may_follow", ["nil"], ["may follow nil; known: open, revocations"]),
        ("instruments visa levels USA 1 date", "never applied", ["a level has a date"]),
        ("instruments visa levels USA 1 source", "", ["a level needs a `source`"]),
        ("instruments visa levels USA 1 date", "2025-06-11", ["both date from 2025-06-11"]),
        ("instruments visa levels USA", [], ["a list of at least 2 is needed"]),
        ("scenario sizes full", {"instruments": ["visa"]}, ["the size `full` means everything"]),
        ("scenario sizes small instruments", ["visa"], ["either `levels` or `instruments`"]),
        ("laws laws 0 name", "standing law", ["`standing law` is always there"]),
        (
            "instruments visa payoff form",
            "visitor",
            ["instruments/visa.toml: payoff.form: 'visitor' came (did you mean 'visitors'?)"],
        ),
        (
            "instruments visa payoff parameters number",
            REMOVED,
            ["payoff.parameters.number: nothing came; it is needed (N, visitors a year)"],
        ),
        (
            "instruments visa payoff parameters numbers",
            "visa.students",
            ["payoff.parameters.numbers: 'visa.students' came; the form 'visitors' has no such role"],
        ),
        ("instruments visa payoff parameters number", "visa.{level}", ["may hold {level}"]),
        ("instruments visa payoff dependence", "curb_dependence", ["the form 'visitors' takes none"]),
        ("instruments visa payoff stocks", True, ["takes no stocks"]),
        ("instruments visa payoff reference", "shut", ["payoff.reference: 'shut' came; USA has no such"]),
        ("instruments tariff payoff strength", "x.{level}", ["the form 'tariff' has no such parameters"]),
        ("instruments tariff payoff reference", "peak", ["the form 'tariff' has no strengths"]),
        (
            "instruments minerals_ban payoff strength",
            REMOVED,
            ["payoff.strength: nothing came; CHN has 3 levels"],
        ),
        ("instruments minerals_ban payoff strength", "x", ["with several levels it holds {level}"]),
        ("instruments minerals_ban payoff parameters", {}, ["give one of `own_gain`"]),
        ("instruments chip_control payoff dependence", REMOVED, ["nothing reads it without"]),
        (
            "instruments visa levels USA 1 threshold",
            0.5,
            ["levels.USA.revocations.threshold: 0.5 came; the form 'visitors' takes none"],
        ),
        ("instruments visa levels USA 1 fee", 0.5, ["revocations.fee: 0.5 came; the form 'visitors' takes"]),
        (
            "instruments chip_control payoff parameters fee_borne",
            REMOVED,
            ["payoff.parameters: a level with a `fee` needs `fee_borne`"],
        ),
        ("instruments entity_list levels USA 1 threshold", 1.5, ["threshold: 1.5 came"]),
        (
            "instruments entity_list levels USA 1 threshold",
            REMOVED,
            ["payoff.parameters.horizon: nothing reads it without a level with a `threshold`"],
        ),
        (
            "instruments entity_list payoff parameters horizon",
            REMOVED,
            ["a rule needs all of `restructured_share`", "give horizon too"],
        ),
        ("instruments chip_control payoff parameters convexity", REMOVED, ["beside `dependence`"]),
        ("instruments chip_control payoff parameters lost_sales", REMOVED, ["either `business_cost`"]),
        (
            "instruments rare_earth_curb payoff parameters harm",
            "no.such",
            ["calibrations/central.toml: field `parameters.no.such` is missing: it is read by"],
        ),
        (
            "scenario state belief harm",
            "no.such",
            ["calibrations/central.toml: field `parameters.no.such` is missing: it is read by state.belief"],
        ),
        ("countries usa facts gdp", REMOVED, ["countries/usa.toml: facts", "the fact `gdp` is needed"]),
        (
            "countries usa facts imports",
            REMOVED,
            ["`parameters.USA.imports` is missing: it is read by instruments/tariff.toml"],
        ),
        ("countries usa iso3", "CHN", ["iso3: 'CHN' came; 'USA', as the file, is needed"]),
        ("calibrations central name", "mine", ["name: 'mine' came; 'central', as the file, is needed"]),
        ("instruments", {}, ["instruments: no file came; one at least is needed"]),
    ],
)
def test_a_faulty_field_is_named_with_what_came_and_what_is_allowed(path, to, words):
    steps = [int(step) if step.isdecimal() else step for step in path.split()]
    refused(edited(*steps, to=to), *words)


@pytest.mark.parametrize(
    ("field", "to", "words"),
    [
        ("value", REMOVED, ["security_weight.value: nothing came; it is needed (central value"]),
        ("values", 0.5, ["security_weight.values: 0.5 came; extra field (did you mean 'value'?)"]),
        ("value", "0.5", ["security_weight.value: '0.5' came; a number is needed"]),
        ("value", True, ["security_weight.value: True came"]),
        ("value", None, ["security_weight.value: None came"]),
        ("value", float("nan"), ["security_weight.value: nan came; a finite number is needed"]),
        ("high", float("inf"), ["security_weight.high: inf came; a finite number is needed"]),
        ("low", 0.7, ["security_weight: ", "low <= value <= high is needed; got 0.7, 0.5, 0.8"]),
        ("high", 0.4, ["security_weight: ", "low <= value <= high is needed; got 0.2, 0.5, 0.4"]),
        ("assumption", False, ["security_weight: ", "a number needs a `source`, or `assumption = true`"]),
        ("assumption", "yes", ["security_weight.assumption: 'yes' came"]),
        ("unit", "", ["security_weight.unit: '' came"]),
        ("date", "May 2025", ["security_weight.date: 'May 2025' came", "'2025-05-12', '2025-05'"]),
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


def test_a_parameter_that_nothing_reads_is_refused():
    extra = PARAMETERS["security_weight"]
    refused(parameter("security_wait", to=extra), "`parameters.security_wait` is extra", "remove")


@pytest.mark.parametrize(
    ("name", "end", "to", "allowed"),
    [
        ("discount_factor_annual", "low", 0.0, "above 0 and below 1"),
        ("discount_factor_annual", "high", 1.0, "above 0 and below 1"),
        ("reaction_lag_days", "low", 0.0, "above 0"),
        ("security_weight", "low", -0.1, "from 0 to 1"),
        ("security_weight", "high", 1.01, "from 0 to 1"),
        ("tariff.demand_elasticity.USA", "low", 0.0, "above 0"),
        ("tariff.pass_through.CHN", "low", 0.0, "above 0 and at most 1"),
        ("tariff.pass_through.USA", "high", 1.1, "above 0 and at most 1"),
        ("tariff.rent_weight.USA", "low", -1.0, "0 or more"),
        ("state.chip_dependence.full", "low", 0.0, "above 0 and at most 1"),
        ("state.rare_earth_dependence.full", "high", 1.5, "above 0 and at most 1"),
        ("state.stock_days", "low", -5.0, "above 0"),
        ("state.renewal_probability", "low", -0.5, "from 0 to 1"),
        ("state.diversification.base", "low", -0.5, "from 0 to 1"),
        ("state.authority_loss", "high", 2.0, "from 0 to 1"),
    ],
)
def test_a_range_outside_the_domain_is_refused(name, end, to, allowed):
    message = refused(parameter(name, end, to=to), f"parameters.{name}.{end}: {to} came")
    assert f"{allowed} is allowed" in message


def test_every_fault_is_named_at_once():
    content = parameter("security_weight", "value", to="x")
    content["scenario"]["state"]["stocks"]["start"] = 9
    del content["scenario"]["title"]
    content["instruments"]["visa"]["leg"] = "visa"
    words = (
        "security_weight.value",
        "state.stocks.start",
        "title: nothing came",
        "visa.toml: leg: 'visa' came",
    )
    refused(content, "4 fault(s)", *words)


def test_all_faults_of_a_folder_are_listed(tmp_path):
    folder = copied(tmp_path)
    assert folder_faults(folder) == []
    for name, old, new in (
        ("laws.toml", 'name = "ECRA"', 'name = "ECRB"'),
        ("instruments/visa.toml", 'form = "visitors"', 'form = "visit"'),
        ("scenario.toml", 'name = "us-china-2025"', 'name = "mine"'),
        ("countries/usa.toml", 'name = "United States"', 'nam = "United States"'),
    ):
        text = (folder / name).read_text()
        assert old in text
        (folder / name).write_text(text.replace(old, new, 1))
    found = folder_faults(folder)
    assert [fault for fault in found if fault.startswith("countries/usa.toml: nam: 'United States' came")]
    assert [fault for fault in found if "payoff.form: 'visit' came" in fault]
    assert [fault for fault in found if fault.startswith("scenario.toml: name: 'mine' came; 'us-china-2025'")]
    assert len([fault for fault in found if "authority: 'ECRA' came" in fault]) == 11
    assert not [fault for fault in found if "countries/usa.toml is needed" in fault]


@pytest.mark.parametrize("content", [{}, {("a",): 1}, {"scenario": {1, 2}}, {"scenario": 5}])
def test_what_is_no_dispute_at_all(content):
    refused(content, "scenario")


def test_a_dict_that_holds_itself_is_refused():
    content = copy.deepcopy(CONTENT)
    content["scenario"]["self"] = content
    refused(content, "scenario", "deep in one another")


def test_a_faulty_file_is_named(tmp_path):
    for k, (name, old, new, words) in enumerate(
        (
            ("calibrations/central.toml", "low = 7.0", "low = 15.0", "got 15.0, 14.0, 30.0"),
            ("scenario.toml", "start = 0", "start = ", "is not TOML"),
            ("countries/usa.toml", "assumption = true", "assumption = false", "facts.gdp: "),
        )
    ):
        (tmp_path / str(k)).mkdir()
        folder = copied(tmp_path / str(k))
        text = (folder / name).read_text()
        assert old in text
        (folder / name).write_text(text.replace(old, new, 1))
        for source in (folder, str(folder)):
            refused(source, str(folder), f"{name}: ", words)


def test_instruments_come_by_leg():
    found = load_scenario(NAME).instruments
    legs = [instrument.leg for instrument in found.values()]
    assert legs == sorted(legs, key=("tariff", "control", "other").index)
    assert set(found) == {path.stem for path in (FOLDER / "instruments").glob("*.toml")}


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (0.0, "countries/usa.toml: facts.imports.low: 0.0 came; above 0 is allowed"),
        (-1.0, "countries/usa.toml: facts.imports.low: -1.0 came; above 0 is allowed"),
        (5e-324, "a parameter or fact is too large or too small for floats"),
    ],
)
def test_a_fact_that_no_equation_can_take_is_refused(value, words):
    content = copy.deepcopy(CONTENT)
    content["countries"]["usa"]["facts"]["imports"] |= {"value": value, "low": value, "high": value}
    refused(content, words)
