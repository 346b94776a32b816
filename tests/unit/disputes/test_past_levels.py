"""Levels that had been left before the day of a dispute's games: where they are, and where they are not."""

import pickle

import numpy as np
import pytest

from negotiation.disputes import Move, State, apply_move, legality, load_scenario
from negotiation.disputes.files.folder import scenario_folder
from negotiation.disputes.menus import menus
from negotiation.disputes.moving_game import used
from negotiation.disputes.posture_payoffs import posture_game, posture_payoffs
from negotiation.disputes.rules import lawful_postures
from negotiation.errors import InvalidFile, UnknownLevel
from negotiation.testing.contracts import check_instrument
from tests.several_countries import folder_values

NAME = "us-china-2025"
NOW = load_scenario(NAME)
WHOLE = NOW.with_past_levels()
PAST = {
    ("USA", "tariff"): {"ordinary", "metals", "three_lists", "list_3_raised", "phase_one", "list_4a"},
    ("CHN", "tariff"): {"metals_answered", "cars_spared", "three_tranches", "phase_one", "september_batch"},
    ("USA", "chip_control"): {"chips_free", "rules_of_2022", "rules_of_2023"},
}
HELD = [(country, name) for country in NOW.countries for name in NOW.held(country)]


def changed(place, **entries):
    """Return the dispute with one instrument's file changed, as `load_scenario` takes it."""
    values = folder_values(scenario_folder(NAME))
    values["instruments"][place].update(entries)
    return values


def test_the_whole_ladders_have_the_levels_of_2025_in_their_order_and_the_past_ones():
    for country, name in HELD:
        whole = WHOLE.instrument(country, name).held_by(country)
        assert [level for level in whole if not level.past] == list(
            NOW.instrument(country, name).held_by(country)
        )
        assert {level.label for level in whole if level.past} == PAST.get((country, name), set())


def test_the_tariff_averages_are_those_of_the_record():
    values = {
        country: {level.value for level in WHOLE.instrument(country, "tariff").held_by(country) if level.past}
        for country in WHOLE.countries
    }
    assert values == {"USA": {3.1, 3.8, 12.0, 18.3, 19.3, 21.0}, "CHN": {7.2, 16.5, 18.3, 20.3, 21.1}}


@pytest.mark.parametrize(("country", "name"), HELD)
def test_levels_of_2025_are_worth_what_they_were_and_the_base_nothing(country, name):
    there, here = (one.effects(country, name, one.default_state) for one in (WHOLE, NOW))
    present = [not level.past for level in WHOLE.instrument(country, name).held_by(country)]
    assert there.holder[present].tolist() == here.holder.tolist()
    assert there.other[present].tolist() == here.other.tolist()
    base = WHOLE.instrument(country, name).base_position(country)
    assert there.holder[base] == there.other[base] == 0.0
    strengths = WHOLE.strength(country, name, WHOLE.default_state)
    assert strengths[present].tolist() == NOW.strength(country, name, NOW.default_state).tolist()


def test_what_was_denied_less_has_a_strength_below_the_base():
    strengths = WHOLE.strength("USA", "chip_control", WHOLE.default_state)
    assert (np.diff(strengths) > 0).all()
    assert strengths[: WHOLE.instrument("USA", "chip_control").base_position("USA")].max() < 0


def test_the_calm_posture_is_that_of_2025():
    assert WHOLE.calm() == NOW.calm()
    assert WHOLE.calm()["USA"]["tariff"] == WHOLE.calm()["CHN"]["tariff"] == "january"


@pytest.mark.parametrize("size", ["small", "core", "full"])
def test_sizes_mean_the_same_games_with_past_levels_and_without(size):
    state = NOW.default_state
    assert menus(WHOLE, size, None, {}, state) == menus(NOW, size, None, {}, state)
    if size != "full":
        assert np.array_equal(WHOLE.stage_game(size).payoffs, NOW.stage_game(size).payoffs)


def test_the_size_history_has_every_level_whoever_asks():
    for scenario in (NOW, WHOLE):
        world = scenario.of_size("history")
        found = menus(world, "history", None, {}, world.default_state)
        assert found == {c: {n: WHOLE.instruments[n].labels(c) for n in NOW.held(c)} for c in NOW.countries}
    assert NOW.of_size("core") is NOW
    assert NOW.stage_game(instruments=["tariff"]).n_actions == (5, 3)
    assert WHOLE.stage_game(instruments=["tariff"]).n_actions == (11, 8)


def test_a_game_of_the_past_is_the_sum_of_its_effects():
    wanted = {("USA", "tariff"): ["three_lists", "january"], ("CHN", "tariff"): ["three_tranches", "january"]}
    game = WHOLE.stage_game(instruments=["tariff"], levels=wanted)
    state = WHOLE.default_state
    usa, chn = (WHOLE.effects(country, "tariff", state) for country in WHOLE.countries)
    at = [WHOLE.instruments["tariff"].position(c, wanted[c, "tariff"][0]) for c in WHOLE.countries]
    assert game.payoffs[0, 0] == pytest.approx(
        [usa.holder[at[0]] + chn.other[at[1]], chn.holder[at[1]] + usa.other[at[0]]], abs=1e-15
    )
    assert game.payoffs[1, 1].tolist() == [0.0, 0.0]


def test_many_games_at_once_are_those_with_past_levels():
    setting = {"chip_control.strength.rules_of_2022": [-1.4, -0.6]}
    many = posture_payoffs(WHOLE, setting, instruments=["chip_control"])
    one = WHOLE.with_parameters({"chip_control.strength.rules_of_2022": -0.6})
    assert np.array_equal(many[1], one.stage_game(instruments=["chip_control"]).payoffs)


def test_only_the_past_reads_the_parameters_of_past_levels():
    more = set(WHOLE.quantities) - set(NOW.quantities)
    assert more == {f"chip_control.strength.{label}" for label in PAST["USA", "chip_control"]}
    assert [name for name in WHOLE.quantities if name not in more] == list(NOW.quantities)
    assert NOW.draw(3).parameters["visa.students"] == pytest.approx(NOW.draw(3).parameters["visa.students"])


def test_below_the_base_nothing_is_in_use():
    calm = WHOLE.calm()
    below = calm.after("USA", {"chip_control": "rules_of_2022"})
    above = calm.after("USA", {"chip_control": "h20_stopped"})
    users = WHOLE.definition.control_users
    assert [WHOLE.in_use(postures, users) for postures in (below, calm, above)] == [False, False, True]
    wanted = {"USA": {"chip_control": ("rules_of_2022", "licensed", "h20_stopped")}, "CHN": {}}
    stage = posture_game(WHOLE, wanted, calm, WHOLE.default_state)
    assert used(WHOLE, stage, calm)[:, 1].tolist() == [False, False, True]


def test_a_law_that_is_lost_brings_no_past_level_back():
    lost = State(authority=0)
    peak = WHOLE.calm().after("USA", {"tariff": "peak"})
    assert lawful_postures(WHOLE, peak, lost)["USA"]["tariff"] == "january"
    for label in ("ordinary", "list_4a"):
        then = WHOLE.calm().after("USA", {"tariff": label})
        assert lawful_postures(WHOLE, then, lost) == then


def test_moves_to_past_levels_are_moves_of_the_past_alone():
    move = Move("USA", {"tariff": "three_lists"})
    assert apply_move(WHOLE, WHOLE.calm(), move)["USA"]["tariff"] == "three_lists"
    assert not legality(NOW, NOW.calm(), move).legal
    with pytest.raises(UnknownLevel):
        NOW.stage_game(levels={("USA", "tariff"): ["three_lists"]})


@pytest.mark.parametrize(
    ("country", "name", "past", "now"),
    [
        ("USA", "tariff", "ordinary", "january"),
        ("USA", "tariff", "list_4a", "january"),
        ("USA", "tariff", "peak", "peak"),
        ("USA", "chip_control", "rules_of_2023", "licensed"),
        ("CHN", "purchases", "boycott", "boycott"),
    ],
)
def test_a_past_level_is_told_in_those_of_2025(country, name, past, now):
    assert NOW.present_level(country, name, past) == now
    assert WHOLE.present_level(country, name, past) == past


def test_an_unknown_level_is_told_among_all():
    with pytest.raises(UnknownLevel, match="list_4a"):
        NOW.present_level("USA", "tariff", "list_5")


def test_it_is_made_once_goes_to_other_processes_and_follows_changes():
    assert NOW.with_past_levels() is WHOLE.with_past_levels() is WHOLE
    patient = NOW.with_parameters({"security_weight": 0.9}).with_past_levels()
    assert patient.parameters["security_weight"] == 0.9
    back = pickle.loads(pickle.dumps(NOW)).with_past_levels()  # noqa: S301 - our own
    assert back.instruments["tariff"].labels("USA") == WHOLE.instruments["tariff"].labels("USA")
    assert "visa" not in NOW.without("visa").with_past_levels().instruments
    other = load_scenario("japan-korea-2019")
    assert other.with_past_levels().instruments == other.instruments


def test_an_instrument_of_ones_own_has_no_past_levels():
    one = {"name": "quota", **changed("visa")["instruments"]["visa"]}
    one["levels"]["USA"].insert(
        0, {**one["levels"]["USA"][0], "label": "before", "date": "2016", "past": True}
    )
    one["base"] = {"USA": "open"}
    with pytest.raises(InvalidFile, match="levels: some are `past`"):
        NOW.with_instrument(one)


@pytest.mark.parametrize(
    ("entries", "told"),
    [
        (
            {"base": {"USA": "january", "CHN": "tomorrow"}},
            "CHN: base: 'tomorrow' came; known: metals_answered",
        ),
        (
            {"base": {"USA": "january", "CHN": "geneva"}},
            "CHN: base: 'geneva' came; 'january', the calmest level",
        ),
        ({"base": {"USA": "january"}}, "CHN: base: nothing came, so that it is 'metals_answered'; 'january'"),
        ({"base": {"USA": "january", "CHN": "january", "FRA": "january"}}, "base: 'FRA' holds no levels"),
    ],
)
def test_a_base_that_is_none_is_refused(entries, told):
    with pytest.raises(InvalidFile, match=r"instruments/tariff\.toml") as found:
        load_scenario(changed("tariff", **entries))
    assert told in str(found.value)


def test_a_ladder_needs_two_levels_that_are_not_past_and_a_threat_is_never_past():
    values = changed("visa")
    _, second = values["instruments"]["visa"]["levels"]["USA"]
    second["past"] = True
    with pytest.raises(InvalidFile, match="two levels at least are not `past`; open came"):
        load_scenario(values)
    values = changed("chip_control")
    values["instruments"]["chip_control"]["levels"]["USA"][-1]["past"] = True
    with pytest.raises(InvalidFile, match="'all_critical_software' is `past` and `threatened`"):
        load_scenario(values)


def test_a_strength_of_a_past_level_that_no_calibration_gives_is_told():
    values = folder_values(scenario_folder(NAME))
    del values["calibrations"]["central"]["parameters"]["chip_control.strength.chips_free"]
    with pytest.raises(InvalidFile, match=r"chip_control\.strength\.chips_free` is missing"):
        load_scenario(values)


def test_a_size_without_past_knows_no_past_level():
    values = folder_values(scenario_folder(NAME))
    values["scenario"]["sizes"]["small"]["levels"]["USA"]["tariff"] = ["three_lists", "peak"]
    with pytest.raises(InvalidFile, match=r"sizes\.small\.levels\.USA\.tariff: 'three_lists' came"):
        load_scenario(values)
    values["scenario"]["sizes"]["small"]["past"] = True
    assert load_scenario(values).stage_game().actions[0][0].startswith("tariff=three_lists")


@pytest.mark.parametrize("name", WHOLE.instruments)
def test_an_instrument_with_past_levels_keeps_the_contract_of_instruments(name):
    check_instrument(WHOLE.instruments[name], scenario=WHOLE, examples=5)
