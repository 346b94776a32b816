"""A dispute put together from its files, and what is wrong with them beside one another."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from negotiation.base.reading.faults import nearest_hint
from negotiation.disputes.additions.fit import instrument_faults, readers_of, unknown_name
from negotiation.disputes.additions.making import binding_of, instrument_of
from negotiation.disputes.additions.past import WholeLadder, whole_ladders
from negotiation.disputes.domains import POSITIVE, Domain, domain_faults
from negotiation.disputes.files.folder import LAWS, SCENARIO, DisputeFiles
from negotiation.disputes.files.instrument_file import InstrumentFile
from negotiation.disputes.files.quantities import Calibration, Country
from negotiation.disputes.files.scenario_file import ScenarioFile
from negotiation.disputes.instrument import Circumstances, Effects, Instrument
from negotiation.disputes.menus import menus
from negotiation.disputes.observation import LEGS
from negotiation.disputes.posture_payoffs import posture_game
from negotiation.disputes.quantity import Parameters, Quantity
from negotiation.disputes.scenario import Scenario
from negotiation.errors import InvalidGame, NegotiationError


def dispute_faults(files: DisputeFiles, folder: Path | None = None) -> list[str]:
    """Return every fault of a dispute: of its files one by one, and of their fit."""
    faults = list(files.faults)
    definition = files.scenario
    if definition is None:
        return faults
    if folder is not None and folder.resolve().name != definition.name:
        faults.append(
            f"{SCENARIO}: name: {definition.name!r} came; {folder.resolve().name!r}, the folder's, is needed"
        )
    # Fit is asked of whatever could be read: a file that is missing for faults of its own is not also told
    # as missing.
    fit = [*_country_faults(files, definition), *_instrument_faults(files, definition)]
    fit += [
        *_reference_faults(files, definition),
        *_size_faults(files, definition),
        *_docket_faults(files, definition),
    ]
    fit += _calibration_names(files, definition)
    # What an instrument with faults reads is not known, so that parameters are held against the sound ones
    # alone.
    sound = _sound_instruments(files, definition)
    for calibration in files.calibrations.values():
        fit += _parameter_faults(files, calibration, sound)
    # Games are made last: of files with faults they would fail with errors that name no file.
    if not faults and not fit:
        for calibration in files.calibrations.values():
            fit += _game_faults(scenario_of(files, calibration, folder), calibration)
    # Several calibrations may find the same fault of a country.
    return faults + list(dict.fromkeys(fit))


def scenario_of(files: DisputeFiles, calibration: Calibration, folder: Path | None) -> Scenario:
    """Return the scenario of files without faults, at one of their calibrations."""
    definition = files.scenario
    assert definition is not None  # noqa: S101 - files without faults have one
    facts = {code: files.countries[code.lower()] for code in definition.countries}
    bindings = {name: binding_of(name, file, definition) for name, file in files.instruments.items()}
    instruments = {
        name: instrument_of(name, file, bindings[name])
        for name, file in sorted(files.instruments.items(), key=lambda pair: LEGS.index(pair[1].leg))
    }
    whole = whole_ladders(files.instruments, definition, instruments, calibration.parameters)
    # Parameters that past levels alone read are no part of the games of the day: no draw moves them.
    past = {name for one in whole.values() for name in one.quantities}
    if past:
        now = {name: one for name, one in calibration.parameters.items() if name not in past}
        calibration = calibration.model_copy(update={"parameters": now})
    values = {name: quantity.value for name, quantity in _facts(facts).items()}
    values |= {name: quantity.value for name, quantity in calibration.parameters.items()}
    held = instruments, Parameters(values), bindings
    law, dockets = files.laws.laws, files.laws.dockets
    return Scenario(definition, law, calibration, facts, *held, folder, whole, dockets=dockets)


def structure_of(files: DisputeFiles, folder: Path) -> Scenario | None:
    """Return a scenario of what could be read, without payoffs: countries, instruments and their levels.

    It is there to hold a record and agreements against, whatever is wrong with parameters or forms; all of
    them, to the last row.
    """
    if files.scenario is None:
        return None
    definition = files.scenario.model_copy(update={"as_of": None})
    present = {name: _bare(name, file, definition, past=False) for name, file in files.instruments.items()}
    whole = {
        name: WholeLadder(present[name], _bare(name, file, definition, past=True), None, {})
        for name, file in files.instruments.items()
        if file.looks_back
    }
    # A scenario without numbers: whoever asks it for a payoff is told so by `_unknown`.
    none = Calibration(name="none", title="none", date=definition.date, parameters={})
    return Scenario(definition, files.laws.laws, none, {}, present, Parameters({}), {}, folder, whole)


def _bare(name: str, file: InstrumentFile, definition: ScenarioFile, *, past: bool) -> Instrument:
    """Return an instrument with its levels alone."""
    levels = {
        country: tuple(level.level() for level in held if past or not level.past)
        for country, held in file.levels.items()
        if country in definition.countries
    }
    return Instrument(
        name, file.title, file.leg, levels, _unknown, lambda _: (), None, file.targets, file.base
    )


def _unknown(circumstances: Circumstances) -> Effects:
    raise InvalidGame(
        f"the payoffs of {circumstances.holder} are not known: only countries, instruments and levels "
        "were read, to hold a record against them; load the dispute with load_scenario"
    )


def _facts(facts: Mapping[str, Country]) -> dict[str, Quantity]:
    return {f"{code}.{name}": q for code, country in facts.items() for name, q in country.facts.items()}


def _country_faults(files: DisputeFiles, definition: ScenarioFile) -> Iterator[str]:
    for code in definition.countries:
        if code.lower() not in files.countries and not _broken(files, f"countries/{code.lower()}.toml"):
            yield f"{SCENARIO}: countries: {code!r} came; countries/{code.lower()}.toml is needed for it"
    for code in definition.agencies:
        if code not in definition.countries:
            yield unknown_name(SCENARIO, "agencies", code, definition.countries)
    for name, country in files.countries.items():
        where = f"countries/{name}.toml"
        if country.iso3 != name.upper():
            yield f"{where}: iso3: {country.iso3!r} came; {name.upper()!r}, as the file, is needed"
        if name.upper() not in definition.countries:
            only = ", ".join(definition.countries)
            yield f"{where}: {SCENARIO} has only {only}; name it in `countries` there, or remove the file"


def _broken(files: DisputeFiles, name: str) -> bool:
    """Return whether a file has faults of its own, so that it is missing for that reason."""
    return any(fault.startswith(name) for fault in files.faults)


def _instrument_faults(files: DisputeFiles, definition: ScenarioFile) -> Iterator[str]:
    if not files.instruments and not files.faults:
        yield "instruments: no file came; one at least is needed"
    for name, file in files.instruments.items():
        yield from instrument_faults(f"instruments/{name}.toml", file, definition, files.laws.laws)


def _reference_faults(files: DisputeFiles, definition: ScenarioFile) -> Iterator[str]:
    """Yield what `scenario.toml` names that no instrument's file has."""
    named = [
        (f"state.{component}.instruments", name)
        for component in definition.state.components
        for name in definition.state.users(component)
    ]
    named += [
        (f"sizes.{size}.instruments", name)
        for size, one in definition.sizes.items()
        for name in one.instruments or ()
    ]
    named += [
        (f"sizes.{size}.without.{country}", name)
        for size, one in definition.sizes.items()
        for country, menu in one.without.items()
        for name in menu
    ]
    interacts = definition.interaction
    if interacts is not None:
        named += [("interaction.curb", interacts.curb), ("interaction.tariff", interacts.tariff)]
    for field, name in named:
        if name not in files.instruments and not _broken(files, f"instruments/{name}.toml"):
            yield unknown_name(SCENARIO, field, name, files.instruments)
    tariff = files.instruments.get(interacts.tariff) if interacts is not None else None
    if interacts is not None and tariff is not None:
        # A dict for a set, so that the known labels are told in the order of the file.
        labels = {level.label: None for levels in tariff.levels.values() for level in levels}
        if interacts.from_level not in labels:
            yield unknown_name(SCENARIO, "interaction.from_level", interacts.from_level, labels)


def _docket_faults(files: DisputeFiles, definition: ScenarioFile) -> Iterator[str]:
    """Yield dockets of instruments that their country does not hold."""
    for one in files.laws.dockets:
        held = [name for name, file in files.instruments.items() if one.country in file.levels]
        if one.country not in definition.countries:
            yield unknown_name(LAWS, f"dockets: {one.name}: country", one.country, definition.countries)
        elif one.instrument not in held and not _broken(files, f"instruments/{one.instrument}.toml"):
            yield unknown_name(LAWS, f"dockets: {one.name}: instrument", one.instrument, held)


def _size_faults(files: DisputeFiles, definition: ScenarioFile) -> Iterator[str]:
    """Yield what the levels of a size name that no instrument's file has."""
    for size, one in definition.sizes.items():
        for country, menu in (one.levels or {}).items():
            where = f"sizes.{size}.levels"
            if country not in definition.countries:
                yield unknown_name(SCENARIO, where, country, definition.countries)
                continue
            held = [name for name, file in files.instruments.items() if country in file.levels]
            for name, labels in menu.items():
                if name not in held:
                    if not _broken(files, f"instruments/{name}.toml"):
                        yield unknown_name(SCENARIO, f"{where}.{country}", name, held)
                    continue
                levels = files.instruments[name].levels[country]
                # A size without past levels knows none of them, however its ladder begins.
                known = [level.label for level in levels if one.past or not level.past]
                for label in labels:
                    if label not in known:
                        yield unknown_name(SCENARIO, f"{where}.{country}.{name}", label, known)


def _sound_instruments(files: DisputeFiles, definition: ScenarioFile) -> dict[str, InstrumentFile]:
    """Return the instruments that fit the dispute, so that what they read is known."""
    laws = files.laws.laws
    return {
        name: file
        for name, file in files.instruments.items()
        if not list(instrument_faults(f"instruments/{name}.toml", file, definition, laws))
    }


def _calibration_names(files: DisputeFiles, definition: ScenarioFile) -> Iterator[str]:
    for name, calibration in files.calibrations.items():
        if calibration.name != name:
            where = f"calibrations/{name}.toml"
            yield f"{where}: name: {calibration.name!r} came; {name!r}, as the file, is needed"
    wanted = f"calibrations/{definition.calibration}.toml"
    if definition.calibration not in files.calibrations and not _broken(files, wanted):
        yield f"{SCENARIO}: calibration: {definition.calibration!r} came; {wanted} is needed for it"


def _parameter_faults(
    files: DisputeFiles, calibration: Calibration, sound: Mapping[str, InstrumentFile]
) -> Iterator[str]:
    """Yield each parameter that is missing, that nothing reads, or that lies outside its domain.

    What an instrument with faults would read is not known: then no parameter is said to be extra.
    """
    definition = files.scenario
    assert definition is not None  # noqa: S101 - asked for only where there is one
    where = f"calibrations/{calibration.name}.toml"
    bindings = {name: binding_of(name, file, definition, past=True) for name, file in sound.items()}
    readers = readers_of(definition, bindings)
    countries = {
        code: files.countries[code.lower()]
        for code in definition.countries
        if code.lower() in files.countries
    }
    facts, absent = _facts(countries), {*definition.countries} - {*countries}
    for name, (reader, _) in sorted(readers.items()):
        if name not in facts and name not in calibration.parameters and name.split(".")[0] not in absent:
            yield f"{where}: field `parameters.{name}` is missing: it is read by {reader}; add it"
    # Extra is what nothing reads; that can be said only where all readers are known.
    whole = len(sound) == len(files.instruments) and not _broken(files, "instruments/")
    for name in sorted(set(calibration.parameters) - set(readers) - set(facts)) if whole else ():
        yield (
            f"{where}: field `parameters.{name}` is extra: nothing reads it{nearest_hint(name, readers)}; "
            "remove it"
        )
    domains = {name: each for name, (_, each) in readers.items()}
    yield from (f"{where}: {fault}" for fault in domain_faults(calibration.parameters, domains))
    for code, country in countries.items():
        read = {name: domains.get(f"{code}.{name}", []) for name in country.facts}
        # GDP divides every flow; imports divide where a tariff is an instrument, and are refused
        # everywhere.
        flow = POSITIVE.of("USD bn a year")
        always = {name: [flow, *read.get(name, [])] for name in ("gdp", "imports")}
        found = domain_faults(country.facts, {**read, **always}, "facts.")
        yield from (f"countries/{code.lower()}.toml: {fault}" for fault in found)


def domains_of(scenario: Scenario) -> dict[str, list[Domain]]:
    """Return where each parameter of a scenario must lie for its equations to make sense.

    Examples
    --------
    >>> from negotiation.disputes.loading import load_scenario
    >>> [each.allowed for each in domains_of(load_scenario("us-china-2025"))["security_weight"]][0]
    'from 0 to 1'
    """
    return {name: found for name, (_, found) in readers_of(scenario.definition, scenario.bindings).items()}


def _game_faults(scenario: Scenario, calibration: Calibration) -> Iterator[str]:
    """Yield what hinders the games of each size, and payoffs that cannot be computed."""
    state, whole = scenario.default_state, scenario.with_past_levels()
    for size, one in scenario.definition.sizes.items():
        world = scenario.of_size(size)
        try:
            chosen = menus(world, size, None, {}, state)
            for country in chosen if one.levels is not None else ():
                # The game of one country alone finds what is wrong with its menu without the product of all
                # menus.
                alone = {c: chosen[c] if c == country else {} for c in chosen}
                posture_game(world, alone, world.calm(), state)
        except NegotiationError as error:
            yield f"{SCENARIO}: sizes.{size}: {error}"
    for country in scenario.countries:
        for name in scenario.held(country):
            try:
                whole.effects(country, name, state)
            except NegotiationError as error:
                yield f"calibrations/{calibration.name}.toml: {error}"
