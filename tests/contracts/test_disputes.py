"""What every dispute of the package keeps: its facts, its record, and its fit."""

from itertools import product

import pytest

from negotiation.disputes import State, load_scenario, scenario_names
from negotiation.disputes.additions.fit import readers_of
from negotiation.disputes.files.folder import SCENARIOS
from negotiation.disputes.forms.discovery import forms
from negotiation.disputes.loading import MAIN
from negotiation.disputes.observation import LEGS, OBSERVATION_PARAMETERS
from negotiation.disputes.periods import TIME_PARAMETERS
from negotiation.disputes.posture_payoffs import parameters_read
from negotiation.testing.contracts import check_agreement, check_instrument, check_scenario
from negotiation.testing.contracts.scenario import quantity_fault
from negotiation.truces.record.agreement_text import truce_names
from negotiation.truces.record.faults import folder_faults
from negotiation.truces.verdicts.agreements import truce

WORLDS = {name: load_scenario(name) for name in scenario_names()}
INSTRUMENTS = [(name, instrument) for name, world in WORLDS.items() for instrument in world.instruments]
AGREEMENTS = [(name, deal) for name in WORLDS for deal in truce_names(name, placebos=True)]
STATES = [State(d, c, i) for d, c, i in product(range(3), repeat=3)]


def test_every_folder_is_found():
    folders = {path.name for path in SCENARIOS.iterdir() if path.is_dir() and path.name[0] not in "._"}
    assert set(scenario_names()) == folders
    assert MAIN in folders


@pytest.mark.parametrize("name", WORLDS)
def test_a_folder_has_no_fault(name):
    assert folder_faults(name) == []
    assert (SCENARIOS / name / "README.md").is_file()


@pytest.mark.long
@pytest.mark.parametrize("name", WORLDS)
def test_a_scenario_keeps_its_contract(name):
    assert WORLDS[name].name == name
    check_scenario(name)


@pytest.mark.long
@pytest.mark.parametrize(("name", "instrument"), INSTRUMENTS)
def test_an_instrument_keeps_its_contract(name, instrument):
    world = WORLDS[name]
    assert world.instruments[instrument].leg in LEGS
    check_instrument(world.instruments[instrument], scenario=world, examples=8)
    for country in world.instruments[instrument].levels:
        assert world.effects(country, instrument, world.default_state).other[-1] < 0


@pytest.mark.parametrize("name", WORLDS)
def test_every_parameter_that_is_declared_is_read(name):
    world = WORLDS[name]
    declared = {
        parameter
        for country in world.countries
        for held in world.held(country)
        for parameter in world.instruments[held].parameters(country)
    }
    read = set().union(
        *(
            parameters_read(world, country, held, state)
            for state in STATES
            for country in world.countries
            for held in world.held(country)
        )
    )
    state = world.definition.state
    shares = {*state.shares("curb_dependence"), *state.shares("control_dependence")}
    # The share at which a harm is stated: the form of a cut input states it by the cut.
    stated = {bound.reference_share for bound in world.bindings.values()}
    assert declared - stated <= read <= declared | shares
    interaction = world.definition.interaction
    elsewhere = {
        *world.definition.state.parameters,
        *(() if interaction is None else interaction.parameters),
        *TIME_PARAMETERS,
        *OBSERVATION_PARAMETERS,
        *(name for agencies in world.agencies.values() for one in agencies for name in one.parameters),
    }
    assert set(world.calibration.parameters) <= declared | elsewhere
    assert set(readers_of(world.definition, world.bindings)) == declared | elsewhere


def test_a_fact_has_a_source_a_date_and_a_range():
    for world in WORLDS.values():
        for code, country in world.facts.items():
            for name, quantity in country.facts.items():
                assert quantity_fault(quantity) is None, (world.name, code, name)
                assert quantity.source or quantity.note, (
                    world.name,
                    code,
                    name,
                    "a source, or a note why none",
                )


@pytest.mark.long
@pytest.mark.parametrize(("name", "deal"), AGREEMENTS)
def test_an_agreement_keeps_its_contract(name, deal):
    check_agreement(truce(deal, name), scenario=WORLDS[name])


def test_names_of_agreements_are_unique_over_all_disputes():
    names = [deal for _, deal in AGREEMENTS]
    assert len(set(names)) == len(names)


def test_every_form_is_used_by_some_instrument():
    worlds = [*WORLDS.values(), load_scenario("us-china-2025", "central")]
    used = {bound.form.name for world in worlds for bound in world.bindings.values()}
    assert used == set(forms())
