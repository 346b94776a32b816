"""An instrument of one's own beside those of a dispute, and one of its own taken away."""

import pickle
from shutil import copytree

import numpy as np
import pytest

from negotiation.disputes import load_scenario, scenario_names
from negotiation.disputes.files.folder import scenario_folder
from negotiation.disputes.instrument import Effects, Instrument, Level
from negotiation.errors import InvalidFile
from negotiation.lab.scenarios import scenario_hash
from tests.us_china import BAN

NAME = "us-china-2025"
WORLD = load_scenario(NAME)
PARAMETERS = {"investment_ban.own_cost": 0.01, "investment_ban.harm": 0.03}


@pytest.fixture
def ban(tmp_path):
    path = tmp_path / "investment_ban.toml"
    path.write_text(BAN)
    return path


def test_it_is_the_dispute_with_the_file_in_its_folder(ban, tmp_path):
    folder = tmp_path / NAME
    copytree(scenario_folder(NAME), folder)
    (folder / "instruments" / ban.name).write_text(BAN)
    calibration = folder / "calibrations" / "central.toml"
    day = WORLD.definition.known.isoformat()
    more = "".join(
        f'\n[parameters."{name}"]\nvalue = {x}\nlow = {x}\nhigh = {x}\nunit = "of its role"\n'
        f'date = "{day}"\nassumption = true\n'
        for name, x in PARAMETERS.items()
    )
    calibration.write_text(calibration.read_text() + more)
    there, made = load_scenario(folder), WORLD.with_instrument(ban, PARAMETERS)
    assert scenario_hash(there) == scenario_hash(made)
    assert list(there.instruments) == list(made.instruments)
    assert (there.stage_game("core").payoffs == made.stage_game("core").payoffs).all()


@pytest.mark.parametrize("name", scenario_names())
def test_a_scenario_goes_to_another_process_as_it_is(name):
    world = load_scenario(name)
    there = pickle.loads(pickle.dumps(world))  # noqa: S301 - our own bytes
    assert scenario_hash(there) == scenario_hash(world)
    assert (there.stage_game().payoffs == world.stage_game().payoffs).all()


def test_a_parameter_may_have_its_range_and_a_draw_moves_it(ban):
    wide = {"value": 0.03, "low": 0.01, "high": 0.05, "unit": "% of GDP", "date": "2025", "assumption": True}
    world = WORLD.with_instrument(ban, {**PARAMETERS, "investment_ban.harm": wide})
    drawn, before = world.draw(1), WORLD.draw(1)
    assert drawn.parameters["investment_ban.harm"] != 0.03
    assert drawn.parameters["investment_ban.own_cost"] == 0.01
    assert {name: drawn.parameters[name] for name in before.parameters} == dict(before.parameters)


@pytest.mark.parametrize(
    ("old", "new", "parameters", "said"),
    [
        ('"levels"', '"level"', PARAMETERS, "payoff.form: got 'level' (did you mean 'levels'?)"),
        ("own_cost =", "own_pain =", PARAMETERS, "payoff.parameters.own_pain"),
        ("", "", {"investment_ban.harm": 0.03}, "parameters.investment_ban.own_cost is missing"),
        (
            '"investment_ban.harm"',
            '"security_weight"',
            {"investment_ban.own_cost": 0.01, "security_weight": 0.5},
            "parameters.security_weight: the dispute has it already",
        ),
    ],
)
def test_what_does_not_fit_is_refused_with_the_field(ban, old, new, parameters, said):
    assert old in BAN
    ban.write_text(BAN.replace(old, new))
    with pytest.raises(InvalidFile) as refused:
        WORLD.with_instrument(ban, parameters)
    assert said in str(refused.value)
    assert "investment_ban" in str(refused.value)


def test_a_name_that_is_taken_is_refused_until_it_is_free(ban):
    once = WORLD.with_instrument(ban, PARAMETERS)
    with pytest.raises(InvalidFile, match=r"take `.without\('investment_ban'\)` first"):
        once.with_instrument(ban, PARAMETERS)
    back = once.without("investment_ban")
    assert scenario_hash(back) == scenario_hash(WORLD)
    assert scenario_hash(back.with_instrument(ban, PARAMETERS)) == scenario_hash(once)


def test_what_is_left_out_takes_its_own_parameters_and_leaves_those_that_others_read():
    left = WORLD.without("visa")
    gone = set(WORLD.parameters) - set(left.parameters)
    assert gone == {name for name in WORLD.parameters if name.startswith("visa.")}
    assert "security_weight" in left.parameters
    assert set(left.quantities) == set(left.parameters)
    moved = WORLD.with_parameters({"security_weight": 0.3}).without("visa")
    assert moved.parameters["security_weight"] == 0.3


def effects(circumstances):
    return Effects(np.zeros(2), np.array([0.0, -2 * circumstances.parameters["python_ban.harm"]]))


def no_effects(circumstances):
    return Effects(np.zeros(2), np.zeros(2))


def read(country):
    return ("python_ban.harm",)


def made(function=effects, authority="standing law"):
    levels = tuple(
        Level(label, label, "2025-01-01", "", assumption=True, authority=authority)
        for label in ("open", "banned")
    )
    return Instrument("python_ban", "a ban", "other", {"CHN": levels}, function, read)


def test_its_code_is_part_of_what_a_scenario_is():
    one, other, unfindable = (
        WORLD.with_instrument(made(function), {"python_ban.harm": 0.02})
        for function in (effects, no_effects, lambda c: effects(c))
    )
    assert scenario_hash(one) == scenario_hash(one)
    assert scenario_hash(one) != scenario_hash(other)
    assert scenario_hash(unfindable) != scenario_hash(unfindable)
