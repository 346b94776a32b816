import copy
import dataclasses
import json
import tomllib
from pathlib import Path
from types import SimpleNamespace

import pytest

from negotiation.errors import InvalidFile, UnknownCountry, UnknownScenario
from negotiation.reading.models import load_toml
from negotiation.world import discovered_instruments, load_scenario, loading, scenario_names
from negotiation.world.calibration import Country

NAME = "us-china-2025"
PATH = loading.HERE / "calibrations" / f"{NAME}.toml"
TEXT = PATH.read_text(encoding="utf-8")
CONTENT = tomllib.loads(TEXT)
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


def refused(source, *words):
    with pytest.raises(InvalidFile) as caught:
        load_scenario(source)
    for word in words:
        assert word in str(caught.value)
    return str(caught.value)


def test_calibrations_are_found_by_their_file():
    assert scenario_names() == (NAME,)


def test_a_name_a_path_a_text_and_a_dict_give_the_same_scenario(tmp_path):
    elsewhere = tmp_path / "mine.toml"
    elsewhere.write_text(TEXT, encoding="utf-8")
    first = load_scenario(NAME)
    for source in (PATH, str(PATH), elsewhere, CONTENT, json.loads(json.dumps(CONTENT, default=str))):
        scenario = load_scenario(source)
        assert scenario.calibration == first.calibration
        assert dict(scenario.parameters) == dict(first.parameters)
        assert scenario.stage_game("core") == first.stage_game("core")


def test_a_dict_is_not_changed_by_loading():
    content = copy.deepcopy(CONTENT)
    load_scenario(content)
    assert content == CONTENT


def test_a_changed_dict_changes_the_game():
    content = edited("parameters", "rare_earth_curb.harm", "value", to=1.0)
    profile = ("tariff=geneva chip_control=licensed", "tariff=geneva rare_earth_curb=october_package")
    before, after = (load_scenario(source).stage_game().payoff(profile) for source in (CONTENT, content))
    assert after[0] - before[0] == pytest.approx(-0.5)
    assert after[1] == before[1]


def test_a_calibration_may_set_a_fact_of_a_country():
    gdp = {**CONTENT["parameters"]["security_weight"], "value": 27500.0, "low": 27000.0, "high": 30500.0}
    scenario = load_scenario(edited("parameters", "USA.gdp", to=gdp))
    assert scenario.parameters["USA.gdp"] == 27500.0
    assert scenario.quantities["USA.gdp"].value == 27500.0


@pytest.mark.parametrize("name", ["us-china-2024", "US-China-2025", "us-china-2025\n", "us_china_2025"])
def test_an_unknown_scenario_offers_the_nearest(name):
    with pytest.raises(UnknownScenario, match="did you mean 'us-china-2025'"):
        load_scenario(name)


@pytest.mark.parametrize(
    "name",
    ["../calibrations/us-china-2025", "../countries/usa", "../x", "/etc/passwd", "..", "", str(PATH)[:-5]],
)
def test_no_name_leaves_the_folder(name):
    with pytest.raises(UnknownScenario, match=r"Known: us-china-2025\."):
        load_scenario(name)


@pytest.mark.parametrize("code", ["FRA", "../calibrations/us-china-2025", "..", "", "USA/../USA"])
def test_no_country_leaves_its_folder(code):
    with pytest.raises(UnknownCountry, match="Known: chn, usa"):
        load_scenario(edited("countries", to=[code, "CHN"]))


def test_a_link_does_not_leave_the_folder(tmp_path, monkeypatch):
    (tmp_path / "calibrations").mkdir()
    (tmp_path / "calibrations" / "linked.toml").symlink_to(PATH)
    monkeypatch.setattr(loading, "HERE", tmp_path)
    with pytest.raises(UnknownScenario, match="no scenario 'linked'"):
        load_scenario("linked")


def test_a_file_that_is_not_there(tmp_path):
    missing = tmp_path / "none.toml"
    for source in (missing, str(missing), tmp_path):
        refused(source, str(source), "cannot be read", "check the path")


@pytest.mark.parametrize(
    ("path", "to", "words"),
    [
        (["title"], REMOVED, ["title: nothing came; it is needed (name in prose)"]),
        (["titel"], "x", ["titel: 'x' came; extra field (did you mean 'title'?); allowed: name, title"]),
        (["name"], "Us China", ["name: 'Us China' came", "name of the file"]),
        (["date"], "May 2025", ["date: 'May 2025' came", "a day such as 2025-05-12 is needed"]),
        (["countries"], ["USA"], ["countries: ['USA'] came", "at least 2"]),
        (["countries"], ["USA", "CHN", "FRA"], ["countries: ", "at most 2"]),
        (["countries"], ["USA", "USA"], ["countries: ['USA', 'USA'] came", "two different countries"]),
        (["countries"], ["usa", "CHN"], ["parameters.USA.gdp"]),
        (["state", "stocks"], 3, ["state.stocks: 3 came; less than 3 is needed (0 gone to 2 full)"]),
        (["state", "stocks"], -1, ["state.stocks: -1 came", "at least 0 is needed"]),
        (["state", "stocks"], 1.5, ["state.stocks: 1.5 came"]),
        (["state", "stocks"], "1", ["state.stocks: '1' came; a whole number is needed"]),
        (["state", "clock"], REMOVED, ["state.clock: nothing came"]),
        (["state", "clocks"], 1, ["state.clocks: 1 came", "did you mean 'clock'"]),
        (["small"], {}, ["field `small`", "at least one instrument"]),
        (["small", "USA", "tariff"], [], ["field `small`", "no level for 'tariff'", "allowed: january"]),
        (["small", "USA", "tariff"], ["peek"], ["field `small`: no level 'peek'", "did you mean 'peak'"]),
        (["small", "USA", "tariff"], ["peak"] * 2, ["field `small`", "repeated"]),
        (["small", "USA", "visas"], ["open"], ["field `small`: no instrument 'visas'", "'visa'"]),
        (["small", "FRA"], {"tariff": ["peak"]}, ["field `small`: no country 'FRA'"]),
        (["authorities", 0, "since"], "February", ["authorities.0.since: 'February' came"]),
        (["authorities", 0, "until"], "2025-01-01", ["authorities.0: ", "`until` must not be before"]),
        (["authorities", 0, "source"], "", ["authorities.0.source: '' came"]),
        (["authorities", 0, "lost_with_state"], "yes", ["authorities.0.lost_with_state: 'yes' came"]),
    ],
)
def test_a_faulty_field_is_named_with_what_came_and_what_is_allowed(path, to, words):
    refused(edited(*path, to=to), "calibration", *words)


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
    message = refused(edited("parameters", "security_weight", field, to=to), *words)
    assert "parameters.security_weight" in message
    assert "1 fault(s); correct them in the file" in message


@pytest.mark.parametrize("name", sorted(CONTENT["parameters"]))
def test_no_parameter_can_be_left_out(name):
    refused(edited("parameters", name, to=REMOVED), f"field `parameters.{name}` is missing", "add it")


def test_a_parameter_that_nothing_reads_is_refused():
    extra = CONTENT["parameters"]["security_weight"]
    refused(edited("parameters", "security_wait", to=extra), "`parameters.security_wait` is extra", "remove")


@pytest.mark.parametrize(
    ("name", "low", "allowed"),
    [
        ("discount_factor_annual", 0.0, "above 0 and below 1"),
        ("reaction_lag_days", 0.0, "above 0"),
        ("security_weight", -0.1, "from 0 to 1"),
        ("tariff.demand_elasticity.USA", 0.0, "above 0"),
        ("tariff.pass_through.CHN", 0.0, "above 0 and at most 1"),
        ("tariff.rent_weight.USA", -1.0, "0 or more"),
        ("state.chip_dependence.full", 0.0, "above 0 and at most 1"),
        ("state.stock_days", -5.0, "above 0"),
        ("state.renewal_probability", -0.5, "from 0 to 1"),
        ("state.diversification.base", -0.5, "from 0 to 1"),
    ],
)
def test_a_range_outside_the_domain_is_refused(name, low, allowed):
    message = refused(edited("parameters", name, "low", to=low), f"parameters.{name}.low: {low} came")
    assert f"{allowed} is allowed" in message


@pytest.mark.parametrize(
    ("name", "high"),
    [
        ("discount_factor_annual", 1.0),
        ("security_weight", 1.01),
        ("tariff.pass_through.USA", 1.1),
        ("state.rare_earth_dependence.full", 1.5),
        ("state.authority_loss", 2.0),
    ],
)
def test_a_share_above_one_is_refused(name, high):
    refused(edited("parameters", name, "high", to=high), f"parameters.{name}.high: {high} came")


def test_every_fault_is_named_at_once():
    content = edited("parameters", "security_weight", "value", to="x")
    content["state"]["stocks"] = 9
    del content["title"]
    refused(content, "3 fault(s)", "security_weight.value", "state.stocks", "title: nothing came")


@pytest.mark.parametrize("content", [{}, {("a",): 1}, {"name": {1, 2}}])
def test_what_is_no_calibration_at_all(content):
    refused(content, "calibration")


def test_a_dict_that_holds_itself_is_refused():
    content = copy.deepcopy(CONTENT)
    content["state"]["self"] = content
    refused(content, "calibration", "deep in one another")


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("value = 0.9\n", 'value = "0.9"\n', "parameters.discount_factor_annual.value: '0.9' came"),
        ("low = 7.0", "low = 15.0", "got 15.0, 14.0, 30.0"),
        ("stocks = 0", "stocks = 5", "state.stocks: 5 came"),
        ("since = 2025-02-01", 'since = "soon"', "authorities.0.since: 'soon' came"),
        ('[parameters."control_convexity"]', '[parameters."convexity"]', "`parameters.control_convexity`"),
        ("clock = 0", "clock = ", "is not TOML"),
        ('tariff = ["geneva", "peak"]', 'tariff = ["genevra", "peak"]', "field `small`: no level 'genevra'"),
    ],
)
def test_a_faulty_file_is_named(tmp_path, old, new, words):
    path = tmp_path / "mine.toml"
    assert old in TEXT
    path.write_text(TEXT.replace(old, new, 1), encoding="utf-8")
    refused(path, str(path), words)
    refused(str(path), str(path), words)


COUNTRY = (loading.HERE / "countries" / "usa.toml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("[facts.gdp]", "[facts.output]", "the fact `gdp` is needed"),
        ("[facts.imports]", "[facts.purchases]", "the fact `imports` is needed"),
        ('iso3 = "USA"', 'iso3 = "usa"', "iso3: 'usa' came"),
        ("value = 29200.0", "value = 31000.0", "low <= value <= high is needed; got 27000.0, 31000.0"),
        ("assumption = true", "assumption = false", "facts.gdp: "),
        ('name = "United States"', 'nam = "United States"', "did you mean 'name'"),
    ],
)
def test_a_faulty_country_is_refused(tmp_path, old, new, words):
    path = tmp_path / "usa.toml"
    assert old in COUNTRY
    path.write_text(COUNTRY.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(InvalidFile) as caught:
        load_toml(path, Country)
    assert words in str(caught.value)
    assert str(path) in str(caught.value)


def test_instruments_come_by_leg():
    legs = [instrument.leg for instrument in discovered_instruments().values()]
    assert legs == sorted(legs, key=("tariff", "control", "other").index)
    files = {path.stem for path in Path(loading.HERE, "instruments").glob("*.py")} - {"__init__"}
    assert set(discovered_instruments()) == files


def test_an_instrument_whose_name_is_not_its_files_is_refused(monkeypatch):
    def misnamed(module):
        stem = module.rsplit(".", 1)[-1]
        instrument = discovered_instruments()[stem]
        wrong = "visas" if stem == "visa" else stem
        return SimpleNamespace(INSTRUMENT=dataclasses.replace(instrument, name=wrong))

    monkeypatch.setattr(loading, "import_module", misnamed)
    with pytest.raises(InvalidFile, match=r"visa\.py: the instrument is named 'visas'; name it 'visa'"):
        discovered_instruments.__wrapped__()


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (0.0, "USA.imports.low: 0.0 came; above 0 is allowed"),
        (-1.0, "USA.imports.low: -1.0 came; above 0 is allowed"),
        (5e-324, "a parameter or fact is too large or too small for floats"),
    ],
)
def test_a_fact_that_no_equation_can_take_is_refused(tmp_path, monkeypatch, value, words):
    discovered_instruments()  # found in the package, before its place is taken by another
    for folder in ("countries", "calibrations"):
        (tmp_path / folder).mkdir()
        for path in (loading.HERE / folder).glob("*.toml"):
            (tmp_path / folder / path.name).write_bytes(path.read_bytes())
    content = tomllib.loads(COUNTRY)
    old = content["facts"]["imports"]
    text = COUNTRY
    for name in ("value", "low", "high"):
        text = text.replace(f"{name} = {old[name]!r}", f"{name} = {value!r}")
    (tmp_path / "countries" / "usa.toml").write_text(text, encoding="utf-8")
    monkeypatch.setattr(loading, "HERE", tmp_path)
    with pytest.raises(InvalidFile) as caught:
        load_scenario(NAME)
    assert words in str(caught.value)
