import re
from collections import deque
from dataclasses import replace
from difflib import get_close_matches
from itertools import pairwise, product

import numpy as np
import pytest

from negotiation.errors import UnknownCountry, UnknownLevel
from negotiation.world import (
    Move,
    State,
    apply_move,
    discovered_instruments,
    legality,
    load_scenario,
    loading,
    scenario_names,
)
from negotiation.world.quantity import Parameters
from negotiation.world.scenario import TIME_PARAMETERS
from negotiation.world.state import STATE_PARAMETERS

INSTRUMENTS = discovered_instruments()
SCENARIOS = [load_scenario(name) for name in scenario_names()]
HELD = [
    pytest.param(scenario, country, name, id=f"{scenario.name}-{country}-{name}")
    for scenario in SCENARIOS
    for country in scenario.countries
    for name in scenario.held(country)
]
LEVELS = [
    pytest.param(level, id=f"{country}-{name}-{level.label}")
    for name, instrument in INSTRUMENTS.items()
    for country, levels in instrument.levels.items()
    for level in levels
]
STATES = [State(d, c, i) for d, c, i in product(range(3), repeat=3)]
LAWS = {level.authority for i in INSTRUMENTS.values() for levels in i.levels.values() for level in levels}


class Recorder(Parameters):
    """Parameters that remember which names were read."""

    __slots__ = ("read",)

    def __init__(self, values):
        super().__init__(values)
        self.read = set()

    def __getitem__(self, name):
        self.read.add(name)
        return super().__getitem__(name)


def recorded(scenario):
    recorder = Recorder(dict(scenario.parameters))
    return replace(scenario, parameters=recorder), recorder


@pytest.mark.parametrize("name", INSTRUMENTS)
def test_the_file_has_the_name(name):
    assert INSTRUMENTS[name].name == name
    assert (loading.HERE / "instruments" / f"{name}.py").is_file()
    assert INSTRUMENTS[name].title
    assert INSTRUMENTS[name].leg in ("tariff", "control", "other")


@pytest.mark.parametrize("level", LEVELS)
def test_a_level_is_named_dated_and_sourced(level):
    assert re.fullmatch(r"[a-z][a-z0-9_]*", level.label)
    assert level.meaning
    assert not level.when.never_applied
    assert level.source or level.assumption
    assert not level.source_url or level.source_url.startswith("http")
    assert bool(level.source_url) <= bool(level.source)
    assert (level.value is None) == (level.unit == "")
    assert level.lead_days >= 0


@pytest.mark.parametrize("level", LEVELS)
def test_a_law_is_spelt_as_elsewhere(level):
    """A law that no calibration lists counts as standing, so a slip of the pen would make it so."""
    laws = LAWS | {law.name for scenario in SCENARIOS for law in scenario.calibration.authorities}
    assert level.authority
    assert get_close_matches(level.authority, laws - {level.authority}, cutoff=0.7) == []


@pytest.mark.parametrize(("scenario", "country", "name"), HELD)
def test_labels_differ_and_find_their_level(scenario, country, name):
    instrument = INSTRUMENTS[name]
    labels = instrument.labels(country)
    assert len(set(labels)) == len(labels) >= 2
    assert [instrument.position(country, label) for label in labels] == list(range(len(labels)))
    assert [instrument.level(country, label).label for label in labels] == list(labels)
    with pytest.raises(UnknownLevel, match=f"did you mean '{labels[0]}'"):
        instrument.level(country, labels[0] + "x")
    with pytest.raises(UnknownCountry):
        instrument.labels("FRA")


@pytest.mark.parametrize(("scenario", "country", "name"), HELD)
def test_values_rise_and_snap_to_themselves(scenario, country, name):
    instrument = INSTRUMENTS[name]
    measured = [level for level in instrument.held_by(country) if level.value is not None]
    values = [level.value for level in measured]
    assert values == sorted(set(values))
    assert len(measured) in (0, len(instrument.held_by(country)))
    for calmer, harsher in pairwise(measured):
        gap = harsher.value - calmer.value
        assert instrument.nearest(country, calmer.value + 0.49 * gap) == calmer
        assert instrument.nearest(country, calmer.value + 0.51 * gap) == harsher
    if measured:
        assert instrument.nearest(country, values[0] - 1e6) == measured[0]
        assert instrument.nearest(country, values[-1] + 1e6) == measured[-1]
    else:
        with pytest.raises(UnknownLevel):
            instrument.nearest(country, 0.0)


@pytest.mark.parametrize(("scenario", "country", "name"), HELD)
def test_effects_have_one_finite_entry_a_level_against_the_calmest(scenario, country, name):
    count = len(INSTRUMENTS[name].held_by(country))
    for drawn in (scenario, *(scenario.draw(seed) for seed in range(5))):
        for state in STATES:
            raw = INSTRUMENTS[name].effects(drawn.setting(country, state))
            effects = drawn.effects(country, name, state)
            for before, array in ((raw.holder, effects.holder), (raw.other, effects.other)):
                assert array.shape == (count,)
                assert np.isfinite(array).all()
                assert array[0] == 0.0
                assert np.diff(array) == pytest.approx(np.diff(before), abs=1e-12)


@pytest.mark.parametrize(("scenario", "country", "name"), HELD)
def test_a_harsher_level_is_stronger_and_hurts_the_other_side_no_less(scenario, country, name):
    for drawn in (scenario, *(scenario.draw(seed) for seed in range(20))):
        for state in STATES:
            assert (np.diff(drawn.effects(country, name, state).other) <= 1e-12).all()
            strength = drawn.strength(country, name, state)
            assert strength.shape == (len(INSTRUMENTS[name].held_by(country)),)
            assert strength[0] == 0.0
            assert (np.diff(strength) >= 0).all()
    assert scenario.effects(country, name, scenario.default_state).other[-1] < 0


@pytest.mark.parametrize(("scenario", "country", "name"), HELD)
def test_every_parameter_that_is_read_is_declared(scenario, country, name):
    watched, recorder = recorded(scenario)
    for state in STATES:
        watched.effects(country, name, state)
        watched.strength(country, name, state)
    declared = set(INSTRUMENTS[name].parameters(country))
    assert recorder.read <= declared | {n for n in STATE_PARAMETERS if "_dependence." in n}
    assert recorder.read
    assert len(declared) == len(INSTRUMENTS[name].parameters(country))
    assert declared <= set(scenario.parameters)


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.name)
def test_every_parameter_that_is_declared_is_read(scenario):
    watched, recorder = recorded(scenario)
    for state in STATES:
        watched.stage_game(instruments=["tariff", "rare_earth_curb"], state=state)
    declared = {
        parameter
        for country in scenario.countries
        for name in scenario.held(country)
        for parameter in INSTRUMENTS[name].parameters(country)
    }
    assert declared <= recorder.read
    assert set(scenario.calibration.parameters) <= declared | set(STATE_PARAMETERS) | set(TIME_PARAMETERS)


@pytest.mark.parametrize(("scenario", "country", "name"), HELD)
def test_the_calmest_level_exists_under_every_law(scenario, country, name):
    calmest = INSTRUMENTS[name].held_by(country)[0]
    for state in (State(authority=0), State(authority=1)):
        assert scenario.levels(country, name, state)[0] == calmest
        for law in scenario.calibration.authorities:
            assert scenario.levels(country, name, state, law.since)[0] == calmest


@pytest.mark.parametrize(("scenario", "country", "name"), HELD)
def test_every_level_can_be_reached_from_every_other(scenario, country, name):
    labels = INSTRUMENTS[name].labels(country)
    for level in INSTRUMENTS[name].held_by(country):
        assert set(level.may_follow or ()) <= set(labels)
    for start in labels:
        reached, queue = {start}, deque([scenario.calm().after(country, {name: start})])
        while queue:
            postures = queue.popleft()
            for label in set(labels) - reached:
                move = Move(country, {name: label})
                if legality(scenario, postures, move, State(authority=1)).legal:
                    reached.add(label)
                    queue.append(apply_move(scenario, postures, move, State(authority=1)))
        assert reached == set(labels)


@pytest.mark.parametrize(("scenario", "country", "name"), HELD)
def test_what_was_only_threatened_lies_above_what_was_done(scenario, country, name):
    threatened = [level.threatened for level in INSTRUMENTS[name].held_by(country)]
    assert threatened == sorted(threatened)
    assert not threatened[0]
