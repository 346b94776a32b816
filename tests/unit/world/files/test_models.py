import copy

import pytest

from negotiation.errors import InvalidFile
from negotiation.reading.models import model_of
from negotiation.world.files.country import Country
from negotiation.world.files.instrument_file import InstrumentFile
from negotiation.world.files.laws import LawsFile
from negotiation.world.files.scenario_file import ScenarioFile
from negotiation.world.files.state_rules import StateRules

GDP = {"value": 2.0, "low": 1.0, "high": 3.0, "unit": "USD bn", "date": "2020", "assumption": True}
COUNTRY = {"iso3": "AAA", "name": "A land", "facts": {"gdp": GDP}}
LEVELS = [
    {"label": "none", "meaning": "no duty", "date": "2019", "source": "a report", "value": 0.0, "unit": "%"},
    {
        "label": "low",
        "meaning": "a duty",
        "date": "2020-02-03",
        "assumption": True,
        "value": 5.0,
        "unit": "%",
    },
    {"label": "high", "meaning": "more", "date": "2020-05-06", "assumption": True, "value": 9.0, "unit": "%"},
]
INSTRUMENT = {
    "title": "duty",
    "leg": "tariff",
    "payoff": {"form": "levels", "parameters": {"own_cost": "duty.{level}"}},
    "levels": {"AAA": LEVELS},
}
SCENARIO = {
    "name": "a-b-2020",
    "title": "A and B, 2020",
    "countries": ["AAA", "BBB"],
    "date": "2021-01-01",
    "sizes": {"small": {"levels": {"AAA": {"duty": ["none", "high"]}}}},
    "state": {"authority": {"title": "of A", "loss": "state.loss"}},
    "interaction": {
        "curb": "ban", "tariff": "duty", "from_level": "high", "weight": "w", "cost": ["a", "b"],
    },
}  # fmt: skip
LAWS = {"laws": [{"name": "act", "since": "2020-01-01", "source": "gazette", "lost_with_state": True}]}
KINDS = {
    "country": (COUNTRY, Country),
    "instrument": (INSTRUMENT, InstrumentFile),
    "scenario": (SCENARIO, ScenarioFile),
    "laws": (LAWS, LawsFile),
}


@pytest.mark.parametrize("kind", KINDS)
def test_a_whole_file_is_read(kind):
    content, model = KINDS[kind]
    assert model_of(content, model, kind)


@pytest.mark.parametrize(
    ("kind", "path", "to", "words"),
    [
        ("country", ["facts"], {}, "the fact `gdp` is needed"),
        ("country", ["iso3"], "aaa", "iso3: 'aaa' came"),
        ("instrument", ["leg"], "duty", "leg: 'duty' came; 'tariff', 'control' or 'other' is needed"),
        ("instrument", ["payof"], {}, "payof: {} came; extra field (did you mean 'payoff'?)"),
        ("instrument", ["payoff", "parameters", "own_cost"], "duty.{lvl}", "payoff.parameters.own_cost"),
        ("instrument", ["payoff", "dependence"], "clock", "'curb_dependence' or 'control_dependence'"),
        ("instrument", ["levels", "AAA", 1, "label"], "none", "two levels have the label 'none'"),
        ("instrument", ["levels", "AAA", 1, "value"], 9.0, "must rise: 'low' has 9.0, 'high' 9.0"),
        ("instrument", ["levels", "AAA", 1, "date"], "2020-05-06", "both date from 2020-05-06"),
        ("instrument", ["levels", "AAA", 1, "threatened"], True, "only threatened stand last"),
        ("instrument", ["levels", "AAA", 1, "may_follow"], ["nil"], "may follow nil; known: none, low, high"),
        ("instrument", ["levels", "AAA", 1, "unit"], "", "`value` and `unit` come together"),
        ("instrument", ["levels", "AAA", 1, "assumption"], False, "a level needs a `source`"),
        ("instrument", ["levels", "AAA", 1, "date"], "never applied", "a level has a date"),
        ("instrument", ["levels", "AAA"], LEVELS[:1], "a list of at least 2 is needed"),
        ("scenario", ["countries"], ["AAA", "AAA"], "two different countries are needed"),
        ("scenario", ["sizes"], {}, "the size `small` is needed"),
        ("scenario", ["sizes", "full"], {"instruments": ["duty"]}, "the size `full` means everything"),
        ("scenario", ["sizes", "small", "instruments"], ["duty"], "either `levels` or `instruments`"),
        ("scenario", ["state", "authority", "start"], 2, "state.authority.start: 2 came; less than 2"),
        ("scenario", ["state", "autority"], {}, "did you mean 'authority'"),
        ("laws", ["laws", 0, "until"], "2019-01-01", "`until` must not be before `since`"),
        ("laws", ["laws", 0, "source"], "", "needs a `source`"),
        ("laws", ["laws", 0, "name"], "standing law", "`standing law` is always there"),
    ],
)  # fmt: skip
def test_a_fault_is_named(kind, path, to, words):
    content, model = copy.deepcopy(KINDS[kind][0]), KINDS[kind][1]
    place = content
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = to
    with pytest.raises(InvalidFile) as caught:
        model_of(content, model, kind)
    assert words in str(caught.value)


def test_a_component_that_is_left_out_starts_where_it_stays():
    rules = StateRules.model_validate(SCENARIO["state"])
    assert rules.components == ("authority",)
    assert rules.start == {
        "curb_dependence": 2, "control_dependence": 2, "stocks": 0, "clock": 0, "authority": 1,
        "belief": 0, "precedent": 0,
    }  # fmt: skip
    assert rules.users("curb_dependence") == rules.users("authority") == ()
    assert rules.title("stocks") == "stocks"
