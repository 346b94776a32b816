"""The part of a replay about noise: what is asked under which linkage, clock, state and reading."""

from types import SimpleNamespace

import pytest

from negotiation.errors import SizeLimit
from negotiation.labelled import Table
from negotiation.truces.compiling.compiler import Choices
from negotiation.truces.replay import noise_part
from negotiation.truces.replay.noise_part import LinkageCheck, UnderNoise, under_noise
from negotiation.truces.verdicts.noise_departures import Departure
from negotiation.world import State
from tests.us_china import SCENARIO

STATE = State(curb_dependence=1, stocks=1)
KINDS = ("none", "within_issue", "proportionate", "all_or_nothing")
PLAYS = ("naive", "bayesian", "belief_free")


def text(linkage="all_or_nothing", renewal="calibration", readings=("one", "two")):
    return SimpleNamespace(linkage=SimpleNamespace(kind=linkage), renewal=renewal, readings=readings)


@pytest.fixture
def asked(monkeypatch):
    """Everything that is solved, by stand-ins that answer with what they were asked."""
    told = []

    def compiled(agreement, scenario, choices):
        told.append(("compiled", agreement, scenario, choices))
        if choices.linkage == "proportionate":
            raise SizeLimit("too large")
        states = range(KINDS.index(choices.linkage) + 2)
        return SimpleNamespace(game=choices.linkage, automaton=SimpleNamespace(states=states))

    def pair(agreement, scenario, choices):
        told.append(("pair", agreement, scenario, choices))
        return SimpleNamespace(choices=choices, verdict=lambda depth: ("readings", choices, depth))

    stand_ins = {
        "noise_verdicts": lambda *given: ("verdicts", *given),
        "truce_lifetime": lambda *given: ("lifetime", *given),
        "compiled_text": compiled,
        "verify": lambda game, automaton: ("verified", game, len(automaton.states)),
        "state_gains": lambda one: ("gains", one.game),
        "closest_departures": lambda one, gains, names: {"kept": (one.game, gains, names)},
        "reading_pair": pair,
        "mismatch_path": lambda one, play: (one.choices, play),
    }
    for name, made in stand_ins.items():
        monkeypatch.setattr(noise_part, name, made)
    return told


@pytest.mark.parametrize("state", [None, STATE])
def test_every_linkage_is_asked_in_the_state_that_is_given(asked, state):
    agreement = text()
    found = under_noise(agreement, SCENARIO, state)
    assert found.verdicts == ("verdicts", agreement, SCENARIO, state)
    assert found.lifetime == ("lifetime", agreement, SCENARIO, state)
    compiled = [one[1:] for one in asked if one[0] == "compiled"]
    assert compiled == [(agreement, SCENARIO, Choices("moment", kind, "memoryless", state)) for kind in KINDS]
    assert [one.kind for one in found.linkages] == list(KINDS)
    for k, one in enumerate(found.linkages):
        if one.kind == "proportionate":  # too large
            assert (one.states, one.verdict, one.by_class, one.departure) == (0, None, {}, None)
            continue
        assert (one.states, one.verdict) == (k + 2, ("verified", one.kind, k + 2))
        assert one.by_class == {"kept": (one.kind, ("gains", one.kind), frozenset(SCENARIO.instruments))}


@pytest.mark.parametrize(
    ("renewal", "clock"), [("by play", "counted"), ("calibration", "memoryless"), (0.5, "memoryless")]
)
def test_a_clock_that_play_renews_is_counted(asked, renewal, clock):
    under_noise(text(renewal=renewal), SCENARIO)
    assert {one[3].clock for one in asked if one[0] == "compiled"} == {clock}


@pytest.mark.parametrize(
    ("own", "kinds"),
    [
        ("all_or_nothing", ("all_or_nothing", "within_issue", "proportionate")),
        ("within_issue", ("within_issue", "proportionate", "all_or_nothing")),
        ("none", KINDS),
    ],
)
@pytest.mark.parametrize("state", [None, STATE])
def test_paths_of_readings_run_through_linkages_variants_and_ways_the_text_s_own_first(
    asked, own, kinds, state
):
    found = under_noise(text(own), SCENARIO, state)
    assert found.readings == ("readings", Choices(state=state), 3)
    assert [one[:3] for one in found.paths] == [
        (kind, outside, play) for kind in kinds for outside in ("moment", "custom") for play in PLAYS
    ]
    for kind, outside, play, path in found.paths:
        choices = (
            Choices(state=state)
            if (kind, outside) == (own, "moment")
            else Choices(outside, kind, state=state)
        )
        assert path == (choices, play)
    assert found.path is found.paths[0][3]
    assert len([one for one in asked if one[0] == "pair"]) == 2 * len(kinds)


def test_a_text_without_readings_has_no_paths(asked):
    found = under_noise(text(readings=()), SCENARIO)
    assert (found.readings, found.paths, found.path) == (None, (), None)
    assert not [one for one in asked if one[0] == "pair"]


# --- tables ------------------------------------------------------------------------------------------------


def table_of(title):
    return SimpleNamespace(table=lambda: title, alarms_table=lambda: f"{title}: alarms", stops=None, moves=())


class Verdicts:
    """Two legs under noise."""

    agreement, names = "2031-02-new-york", {"USA": "the USA"}
    legs = (SimpleNamespace(leg="tariff", holds=True), SimpleNamespace(leg="control", holds=False))

    def __iter__(self):
        return iter(self.legs)

    def table(self):
        return Table("under noise", ("leg", "told"), (("tariff", 1), ("control", 2)), self.names)

    def margins_table(self):
        return "margins"


def noise_of(linkages=(), readings=None, paths=()):
    return UnderNoise(Verdicts(), tuple(linkages), table_of("life"), readings, tuple(paths))


def test_each_leg_stands_beside_the_record_of_that_leg():
    record = {
        "control": SimpleNamespace(record="moved on", record_held=False),
        "tariff": SimpleNamespace(record="moved on too", record_held=False),
    }
    found = noise_of().leg_table(record)
    assert found.columns == ("leg", "told", "the record says", "agree")
    assert found.rows == (("tariff", 1, "moved on too", False), ("control", 2, "moved on", True))
    assert (found.title, found.names) == ("under noise", {"USA": "the USA"})


def test_a_linkage_is_told_by_the_departure_that_decides():
    kept, answering, over = (
        Departure("USA", (("tariff", "peak"),), -0.5),
        Departure("CHN", (("tariff", "peak"),), 0.25, "answering"),
        Departure("USA", (("port_fee", "usd_50"),), 0.75, "over"),
    )  # fmt: skip
    found = noise_of(
        [
            LinkageCheck(
                "none", 7, SimpleNamespace(holds=False), {"kept": kept, "answering": answering, "over": over}
            ),
            LinkageCheck("within_issue", 9, SimpleNamespace(holds=True), {"kept": kept}),
            LinkageCheck("all_or_nothing", 0, None),
        ]
    ).linkage_table()
    columns = (
        "linkage", "states", "holds under noise", "margin, % GDP", "where", "breaking or closest",
        "margin kept, % GDP", "margin answering, % GDP", "margin over, % GDP",
    )  # fmt: skip
    assert found.columns == columns
    assert found.rows == (
        ("none", 7, False, -0.25, "answering", "CHN tariff to peak", 0.5, -0.25, -0.75),
        ("within_issue", 9, True, 0.5, "kept", "USA tariff to peak", 0.5, None, None),
        ("all_or_nothing", 0, None, None, None, None, None, None, None),
    )
    assert found.title == "2031-02-new-york: the text under noise, by linkage"
    assert found.names == Verdicts.names


class Move:
    def __init__(self, period):
        self.period = period

    def __str__(self):
        return f"move {self.period}"


@pytest.mark.parametrize(
    ("moves", "told"),
    [
        (0, ""), (1, "0: move 0"), (6, "0: move 0; 1: move 1; 2: move 2; 3: move 3; 4: move 4; 5: move 5"),
        (8, "0: move 0; 1: move 1; 2: move 2; 3: move 3; 4: move 4; 5: move 5; and 2 more"),
    ],
)  # fmt: skip
def test_a_path_is_told_by_its_first_six_moves(moves, told):
    path = SimpleNamespace(moves=tuple(Move(k) for k in range(moves)), stops=moves + 3)
    found = noise_of(paths=[("none", "custom", "naive", path)]).path_table()
    assert found.rows == (("none", "custom", "naive", told, moves + 3),)
    assert found.columns == (
        "linkage",
        "outside the readings",
        "play",
        "moves, by period",
        "nothing moves from period",
    )
    assert found.title == "2031-02-new-york: paths of the readings"


RECORD = {leg: SimpleNamespace(record="", record_held=True) for leg in ("tariff", "control")}


def test_tables_of_readings_are_there_only_where_there_are_readings():
    always = {"noise", "noise_margins", "linkage", "life", "false_alarms"}
    path = ("none", "moment", "naive", table_of("path"))
    assert set(noise_of().tables(RECORD)) == always
    assert set(noise_of(readings=table_of("readings")).tables(RECORD)) == always
    assert set(noise_of(paths=[path]).tables(RECORD)) == always
    found = noise_of(readings=table_of("readings"), paths=[path]).tables(RECORD)
    assert set(found) == {*always, "readings", "mismatch", "mismatch_variants"}
    assert (found["readings"], found["mismatch"]) == ("readings", "path")
    assert found["mismatch_variants"].rows[0][:3] == path[:3]
    assert (found["life"], found["false_alarms"], found["noise_margins"]) == (
        "life",
        "life: alarms",
        "margins",
    )
    assert found["noise"].columns[-1] == "agree"
    assert found["linkage"].rows == ()
