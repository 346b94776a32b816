"""A dispute put together from its files, and what is wrong with them beside one another."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from negotiation.errors import NegotiationError
from negotiation.reading.faults import nearest_hint
from negotiation.world.domains import POSITIVE, Domain, domain_faults
from negotiation.world.files.calibration import Calibration
from negotiation.world.files.country import Country
from negotiation.world.files.folder import SCENARIO, DisputeFiles
from negotiation.world.files.instrument_file import InstrumentFile
from negotiation.world.files.laws import STANDING
from negotiation.world.files.scenario_file import ScenarioFile
from negotiation.world.forms.binding import Binding
from negotiation.world.forms.checks import payoff_faults
from negotiation.world.forms.discovery import forms
from negotiation.world.instrument import Instrument
from negotiation.world.menus import menus
from negotiation.world.observation import LEGS, OBSERVATION_DOMAINS
from negotiation.world.posture_game import posture_game
from negotiation.world.quantity import Parameters, Quantity
from negotiation.world.scenario import Scenario
from negotiation.world.setup import TIME_DOMAINS


def dispute_faults(files: DisputeFiles, folder: Path | None = None) -> list[str]:
    """Return every fault of a dispute: of its files one by one, and of their fit.

    Parameters
    ----------
    files : DisputeFiles
        What was read.
    folder : Path, optional
        Where from; its name has to be that of the scenario.
    """
    faults = list(files.faults)
    definition = files.scenario
    if definition is None:
        return faults
    if folder is not None and folder.resolve().name != definition.name:
        faults.append(
            f"{SCENARIO}: name: {definition.name!r} came; {folder.resolve().name!r}, the folder's, is needed"
        )
    fit = [*_country_faults(files, definition), *_instrument_faults(files, definition)]
    fit += [*_reference_faults(files, definition), *_calibration_names(files, definition)]
    if not faults and not fit:
        for calibration in files.calibrations.values():
            fit += _parameter_faults(files, calibration)
    if not faults and not fit:
        for calibration in files.calibrations.values():
            fit += _game_faults(scenario_of(files, calibration, folder), calibration)
    return faults + list(dict.fromkeys(fit))


def scenario_of(files: DisputeFiles, calibration: Calibration, folder: Path | None) -> Scenario:
    """Return the scenario of files without faults, at one of their calibrations."""
    definition = files.scenario
    assert definition is not None  # noqa: S101 - files without faults have one
    facts = {code: files.countries[code.lower()] for code in definition.countries}
    bindings = {name: _binding(name, file, definition) for name, file in files.instruments.items()}
    instruments = {
        name: Instrument(
            name,
            file.title,
            file.leg,
            bindings[name].levels,
            bindings[name].effects,
            bindings[name].parameters,
            bindings[name].intensity if bindings[name].form.graded else None,
        )
        for name, file in sorted(files.instruments.items(), key=lambda pair: LEGS.index(pair[1].leg))
    }
    values = {name: quantity.value for name, quantity in _facts(facts).items()}
    values |= {name: quantity.value for name, quantity in calibration.parameters.items()}
    return Scenario(
        definition, files.laws.laws, calibration, facts, instruments, Parameters(values), bindings, folder
    )


def _facts(facts: Mapping[str, Country]) -> dict[str, Quantity]:
    return {f"{code}.{name}": q for code, country in facts.items() for name, q in country.facts.items()}


def _binding(name: str, file: InstrumentFile, definition: ScenarioFile) -> Binding:
    form, payoff = forms()[file.payoff.form], file.payoff
    defaults = {
        role.name: role.default
        for role in form.roles
        if role.default is not None and (role.beside is None or role.beside in payoff.parameters)
    }
    return Binding(
        form,
        name,
        definition.countries,
        {
            country: tuple(level.level() for level in file.levels[country])
            for country in _holders(file, definition)
        },
        {**defaults, **payoff.parameters},
        payoff.strength,
        payoff.reference,
        payoff.dependence,
        definition.state.shares(payoff.dependence) if payoff.dependence else (),
        payoff.stocks,
    )


def _holders(file: InstrumentFile, definition: ScenarioFile) -> tuple[str, ...]:
    return tuple(country for country in definition.countries if country in file.levels)


def _unknown(where: str, field: str, came: str, known: Iterable[str]) -> str:
    """Return the fault of a name that is not among the known ones."""
    names = list(known)
    hint = nearest_hint(came, names)
    return f"{where}: {field}: {came!r} came{hint}; allowed: {', '.join(names) or 'none'}"


def _country_faults(files: DisputeFiles, definition: ScenarioFile) -> Iterator[str]:
    for code in definition.countries:
        if code.lower() not in files.countries and not _broken(files, f"countries/{code.lower()}.toml"):
            yield f"{SCENARIO}: countries: {code!r} came; countries/{code.lower()}.toml is needed for it"
    for name, country in files.countries.items():
        where = f"countries/{name}.toml"
        if country.iso3 != name.upper():
            yield f"{where}: iso3: {country.iso3!r} came; {name.upper()!r}, as the file, is needed"
        if name.upper() not in definition.countries:
            yield f"{where}: {SCENARIO} has only {', '.join(definition.countries)}; remove the file"


def _broken(files: DisputeFiles, name: str) -> bool:
    """Return whether a file has faults of its own, so that it is missing for that reason."""
    return any(fault.startswith(name) for fault in files.faults)


def _instrument_faults(files: DisputeFiles, definition: ScenarioFile) -> Iterator[str]:
    laws = {STANDING, *(law.name for law in files.laws.laws)}
    always = {STANDING} | {
        law.name
        for law in files.laws.laws
        if not law.lost_with_state and law.since is None and law.until is None
    }
    if not files.instruments and not files.faults:
        yield "instruments: no file came; one at least is needed"
    for name, file in files.instruments.items():
        where = f"instruments/{name}.toml"
        for country, levels in file.levels.items():
            field, first = f"levels.{country}", levels[0]
            if country not in definition.countries:
                yield _unknown(where, "levels", country, definition.countries)
            for level in levels:
                if level.authority not in laws:
                    named = f"{field}.{level.label}.authority"
                    yield _unknown(where, named, level.authority, sorted(laws))
            if first.authority in laws - always:
                yield (
                    f"{where}: {field}: the calmest level, {first.label!r}, rests on {first.authority!r}, "
                    "which is not always in force; a calmest level always exists"
                )
        form = forms().get(file.payoff.form)
        if form is None:
            yield _unknown(where, "payoff.form", file.payoff.form, sorted(forms()))
        else:
            found = payoff_faults(file.payoff, file.levels, form, definition.state)
            yield from (f"{where}: {fault}" for fault in found)


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
    interacts = definition.interaction
    if interacts is not None:
        named += [("interaction.curb", interacts.curb), ("interaction.tariff", interacts.tariff)]
    for field, name in named:
        if name not in files.instruments and not _broken(files, f"instruments/{name}.toml"):
            yield _unknown(SCENARIO, field, name, files.instruments)
    tariff = files.instruments.get(interacts.tariff) if interacts is not None else None
    if interacts is not None and tariff is not None:
        labels = {level.label: None for levels in tariff.levels.values() for level in levels}
        if interacts.from_level not in labels:
            yield _unknown(SCENARIO, "interaction.from_level", interacts.from_level, labels)


def _calibration_names(files: DisputeFiles, definition: ScenarioFile) -> Iterator[str]:
    for name, calibration in files.calibrations.items():
        if calibration.name != name:
            where = f"calibrations/{name}.toml"
            yield f"{where}: name: {calibration.name!r} came; {name!r}, as the file, is needed"
    wanted = f"calibrations/{definition.calibration}.toml"
    if definition.calibration not in files.calibrations and not _broken(files, wanted):
        yield f"{SCENARIO}: calibration: {definition.calibration!r} came; {wanted} is needed for it"


def _parameter_faults(files: DisputeFiles, calibration: Calibration) -> Iterator[str]:
    """Yield each parameter that is missing, that nothing reads, or that lies outside its domain."""
    definition = files.scenario
    assert definition is not None  # noqa: S101 - asked for only where there is one
    where = f"calibrations/{calibration.name}.toml"
    bindings = {name: _binding(name, file, definition) for name, file in files.instruments.items()}
    readers = _readers(definition, bindings)
    facts = _facts({code: files.countries[code.lower()] for code in definition.countries})
    for name, (reader, _) in sorted(readers.items()):
        if name not in facts and name not in calibration.parameters:
            yield f"{where}: field `parameters.{name}` is missing: it is read by {reader}; add it"
    for name in sorted(set(calibration.parameters) - set(readers) - set(facts)):
        yield (
            f"{where}: field `parameters.{name}` is extra: nothing reads it{nearest_hint(name, readers)}; "
            "remove it"
        )
    domains = {name: each for name, (_, each) in readers.items()}
    yield from (f"{where}: {fault}" for fault in domain_faults(calibration.parameters, domains))
    for code in definition.countries:
        own = {name: q for name, q in facts.items() if name.startswith(f"{code}.")}
        always = {f"{code}.gdp": [POSITIVE], f"{code}.imports": [POSITIVE], **domains}
        yield from (f"countries/{code.lower()}.toml: {fault}" for fault in domain_faults(own, always, ""))


def domains_of(scenario: Scenario) -> dict[str, list[Domain]]:
    """Return where each parameter of a scenario must lie for its equations to make sense.

    Examples
    --------
    >>> from negotiation.world.loading import load_scenario
    >>> [each.allowed for each in domains_of(load_scenario("us-china-2025"))["security_weight"]][0]
    'from 0 to 1'
    """
    return {name: found for name, (_, found) in _readers(scenario.definition, scenario.bindings).items()}


def _readers(
    definition: ScenarioFile, bindings: Mapping[str, Binding]
) -> dict[str, tuple[str, list[Domain]]]:
    """Return by parameter what reads it, and where it must lie."""
    found: dict[str, tuple[str, list[Domain]]] = {}

    def note(reader: str, domains: Mapping[str, list[Domain]]) -> None:
        for name, each in domains.items():
            known = found.setdefault(name, (reader, []))
            known[1].extend(each)

    note(
        "every dispute", {name: [domain] for name, domain in {**TIME_DOMAINS, **OBSERVATION_DOMAINS}.items()}
    )
    for component, rules in definition.state.present.items():
        note(f"state.{component}", {name: [domain] for name, domain in rules.domains.items()})
    if definition.interaction is not None:
        note("interaction", {name: [] for name in definition.interaction.parameters})
    for name, binding in bindings.items():
        for holder in binding.levels:
            note(f"instruments/{name}.toml", binding.domains(holder))
    return found


def _game_faults(scenario: Scenario, calibration: Calibration) -> Iterator[str]:
    """Yield what hinders the games of each size, and payoffs that cannot be computed."""
    state = scenario.default_state
    for size, one in scenario.definition.sizes.items():
        try:
            chosen = menus(scenario, size, None, {}, state)
            for country in chosen if one.levels is not None else ():
                alone = {c: chosen[c] if c == country else {} for c in chosen}
                posture_game(scenario, alone, scenario.calm(), state)
        except NegotiationError as error:
            yield f"{SCENARIO}: sizes.{size}: {error}"
    for country in scenario.countries:
        for name in scenario.held(country):
            try:
                scenario.effects(country, name, state)
            except NegotiationError as error:
                yield f"calibrations/{calibration.name}.toml: {error}"
