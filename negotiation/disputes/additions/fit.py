"""Check that the files of a dispute fit together, and list the part that reads each parameter."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from negotiation.base.reading.faults import nearest_hint
from negotiation.disputes.additions.making import binding_of
from negotiation.disputes.dates import RecordDate
from negotiation.disputes.domains import POSITIVE, SHARE, Domain, domain_faults
from negotiation.disputes.files.folder import LAWS, SCENARIO, DisputeFiles
from negotiation.disputes.files.instrument_file import InstrumentFile
from negotiation.disputes.files.laws import STANDING, Law
from negotiation.disputes.files.quantities import SOURCES, Calibration, Country
from negotiation.disputes.files.scenario_file import ScenarioFile
from negotiation.disputes.forms.binding import LEVEL, Binding
from negotiation.disputes.forms.checks import payoff_faults
from negotiation.disputes.forms.discovery import forms
from negotiation.disputes.instrument import Level
from negotiation.disputes.observation import OBSERVATION_DOMAINS
from negotiation.disputes.periods import TIME_DOMAINS
from negotiation.disputes.quantity import Quantity, on_day
from negotiation.disputes.trade.table import TradeTable


def unknown_name(where: str, field: str, came: str, known: Iterable[str]) -> str:
    """Return the fault of a name that is not among the known ones."""
    names = list(known)
    hint = nearest_hint(came, names)
    return f"{where}: {field}: got {came!r}{hint}; allowed: {', '.join(names) or 'none'}"


def fit_faults(files: DisputeFiles, definition: ScenarioFile) -> Iterator[str]:
    """Yield each fault between the files of a dispute.

    Only files that could be read are compared: a file with faults of its own is not reported as missing.
    """
    yield from _country_faults(files, definition)
    yield from _instrument_faults(files, definition)
    yield from _reference_faults(files, definition)
    yield from _size_faults(files, definition)
    yield from _docket_faults(files, definition)
    yield from _calibration_names(files, definition)
    yield from _source_faults(files)
    faulty = set()
    # Those that extend another one come last: the faults of the other one are no faults of theirs.
    for calibration in sorted(
        files.calibrations.values(), key=lambda calibration: calibration.extends is not None
    ):
        if calibration.extends in faulty or _broken(files, f"calibrations/{calibration.extends}.toml"):
            continue
        wrong = list(_calibration_faults(files, definition, calibration))
        yield from wrong
        if wrong:
            faulty.add(calibration.name)


def _country_faults(files: DisputeFiles, definition: ScenarioFile) -> Iterator[str]:
    for code in definition.countries:
        if code.lower() not in files.countries and not _broken(files, f"countries/{code.lower()}.toml"):
            yield f"{SCENARIO}: countries: {code!r}: there is no countries/{code.lower()}.toml; add it"
    for code in definition.agencies:
        if code not in definition.countries:
            yield unknown_name(SCENARIO, "agencies", code, definition.countries)
    for name, country in files.countries.items():
        where = f"countries/{name}.toml"
        if country.iso3 != name.upper():
            yield f"{where}: iso3 is {country.iso3!r}, but the file is called {name!r}; rename one of them"
        if name.upper() not in definition.countries:
            only = ", ".join(definition.countries)
            yield f"{where}: `countries` in {SCENARIO} has only {only}; add the country or remove the file"


def _instrument_faults(files: DisputeFiles, definition: ScenarioFile) -> Iterator[str]:
    if not files.instruments and not files.faults:
        yield "instruments: there is no file; add at least one"
    for name, file in files.instruments.items():
        where = f"instruments/{name}.toml"
        yield from instrument_faults(where, file, definition, files.laws.laws, files.trade)


def _reference_faults(files: DisputeFiles, definition: ScenarioFile) -> Iterator[str]:
    """Yield a fault for each name in `scenario.toml` that no instrument's file has."""
    named = [
        (f"state.{component}.instruments", name)
        for component in definition.state.components
        for name in definition.state.users(component)
    ]
    named += [
        (f"sizes.{size}.instruments", name)
        for size, selection in definition.sizes.items()
        for name in selection.instruments or ()
    ]
    named += [
        (f"sizes.{size}.without.{country}", name)
        for size, selection in definition.sizes.items()
        for country, menu in selection.without.items()
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
        # A dict in place of a set keeps the labels in the order of the file.
        labels = {level.label: None for levels in tariff.levels.values() for level in levels}
        if interacts.from_level not in labels:
            yield unknown_name(SCENARIO, "interaction.from_level", interacts.from_level, labels)


def _size_faults(files: DisputeFiles, definition: ScenarioFile) -> Iterator[str]:
    """Yield a fault for each unknown country, instrument or label in the levels of a size."""
    for size, selection in definition.sizes.items():
        for country, menu in (selection.levels or {}).items():
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
                known = [level.label for level in levels if selection.past or not level.past]
                for label in labels:
                    if label not in known:
                        yield unknown_name(SCENARIO, f"{where}.{country}.{name}", label, known)


def _docket_faults(files: DisputeFiles, definition: ScenarioFile) -> Iterator[str]:
    """Yield a fault for each docket whose country does not hold the instrument or whose law is never lost."""
    state = definition.state
    losable = [law.name for law in files.laws.laws if law.lost_with_state and state.authority is not None]
    for docket in files.laws.dockets:
        if docket.law is not None and docket.law not in losable:
            yield unknown_name(LAWS, f"dockets: {docket.name}: law", docket.law, losable)
        held = [name for name, file in files.instruments.items() if docket.country in file.levels]
        if docket.country not in definition.countries:
            yield unknown_name(LAWS, f"dockets: {docket.name}: country", docket.country, definition.countries)
        elif docket.instrument not in held and not _broken(files, f"instruments/{docket.instrument}.toml"):
            yield unknown_name(LAWS, f"dockets: {docket.name}: instrument", docket.instrument, held)


def _calibration_names(files: DisputeFiles, definition: ScenarioFile) -> Iterator[str]:
    for name, calibration in files.calibrations.items():
        if calibration.name != name:
            where = f"calibrations/{name}.toml"
            yield f"{where}: the name is {calibration.name!r}, but the file is called {name!r}; rename one"
    wanted = f"calibrations/{definition.calibration}.toml"
    if definition.calibration not in files.calibrations and not _broken(files, wanted):
        yield f"{SCENARIO}: the calibration is {definition.calibration!r}, but there is no {wanted}; add it"


def _source_faults(files: DisputeFiles) -> Iterator[str]:
    """Yield each parameter that a row of sources names but no calibration has."""
    cells = files.trade.quantities if files.trade is not None else {}
    known = {name for variant in files.calibrations.values() for name in variant.parameters} | set(cells)
    # A calibration that could not be read may have them.
    for line, row in enumerate(files.sources if not _broken(files, "calibrations/") else (), 2):
        for name in row.parameters:
            if name not in known:
                hint = nearest_hint(name, known)
                yield (
                    f"{SOURCES}: line {line}: into: there is no parameter {name!r}{hint}; name a parameter "
                    "of a calibration, or refuse the row with a reason"
                )


def _calibration_faults(
    files: DisputeFiles, definition: ScenarioFile, calibration: Calibration
) -> Iterator[str]:
    """Yield the faults between a calibration and the other files."""
    wrong = list(_extension_faults(files, calibration))
    yield from wrong
    if not wrong:
        there = replace(files, instruments=instruments_under(files, calibration))
        yield from _payoff_faults(there, definition, calibration)
        # What an instrument with faults reads is not known: parameters are held against the sound ones

        yield from _parameter_faults(there, definition, calibration, _sound_instruments(there, definition))


def _extension_faults(files: DisputeFiles, calibration: Calibration) -> Iterator[str]:
    """Yield the faults of the names that a calibration extends or replaces."""
    where, base = f"calibrations/{calibration.name}.toml", calibration.extends
    plain = [name for name, other in files.calibrations.items() if other.extends is None]
    if base is not None and base not in plain:
        yield unknown_name(where, "extends", base, plain)
    for name in calibration.payoffs:
        if name not in files.instruments:
            yield unknown_name(where, "payoffs", name, files.instruments)


def instruments_under(files: DisputeFiles, calibration: Calibration) -> dict[str, InstrumentFile]:
    """Return the instruments with the payoffs that a calibration gives them."""
    return {
        name: file.model_copy(update={"payoff": calibration.payoffs[name]})
        if name in calibration.payoffs
        else file
        for name, file in files.instruments.items()
    }


def _payoff_faults(files: DisputeFiles, definition: ScenarioFile, calibration: Calibration) -> Iterator[str]:
    """Yield the faults of the payoffs that a calibration gives to instruments."""
    for name in calibration.payoffs:
        where = f"calibrations/{calibration.name}.toml: payoffs.{name}"
        yield from instrument_faults(where, files.instruments[name], definition, files.laws.laws, files.trade)


def whole_calibration(
    files: DisputeFiles,
    calibration: Calibration,
    definition: ScenarioFile,
    sound: Mapping[str, InstrumentFile],
) -> Calibration:
    """Return a calibration with all inherited parameters that are read, cells of the trade table included."""
    bindings = {
        name: binding_of(name, file, definition, files.trade, past=True) for name, file in sound.items()
    }
    takes = any(entry.trade is not None for entry in bindings.values())
    if calibration.extends is None and not takes:
        return calibration
    base = {} if calibration.extends is None else files.calibrations[calibration.extends].parameters
    cells = on_day(files.trade.quantities, definition.known) if takes and files.trade is not None else {}
    read = readers_of(definition, bindings)
    more = {name: entry for name, entry in {**base, **cells}.items() if name in read}
    return calibration.model_copy(
        update={"parameters": {**more, **calibration.parameters}, "inherited": base}
    )


def _sound_instruments(files: DisputeFiles, definition: ScenarioFile) -> dict[str, InstrumentFile]:
    """Return the instruments that fit the dispute, whose parameters are therefore known."""
    laws = files.laws.laws
    return {
        name: file
        for name, file in files.instruments.items()
        if not list(instrument_faults(f"instruments/{name}.toml", file, definition, laws, files.trade))
    }


def _parameter_faults(
    files: DisputeFiles,
    definition: ScenarioFile,
    calibration: Calibration,
    sound: Mapping[str, InstrumentFile],
) -> Iterator[str]:
    """Yield a fault for each parameter that is missing, that nothing reads, or that is outside its domain.

    If an instrument has faults, no parameter is reported as extra, since that instrument might read it.
    """
    where = f"calibrations/{calibration.name}.toml"
    bindings = {
        name: binding_of(name, file, definition, files.trade, past=True) for name, file in sound.items()
    }
    readers, given = (
        readers_of(definition, bindings),
        whole_calibration(files, calibration, definition, sound),
    )
    countries = {
        code: files.countries[code.lower()]
        for code in definition.countries
        if code.lower() in files.countries
    }
    facts, absent = facts_of(countries), {*definition.countries} - {*countries}
    for name, (reader, _) in sorted(readers.items()):
        if name not in facts and name not in given.parameters and name.split(".")[0] not in absent:
            yield f"{where}: field `parameters.{name}` is missing: it is read by {reader}; add it"
    # Extra is what nothing reads; that can be said only where all readers are known.
    whole = len(sound) == len(files.instruments) and not _broken(files, "instruments/")
    for name in sorted(set(calibration.parameters) - set(readers) - set(facts)) if whole else ():
        yield (
            f"{where}: field `parameters.{name}` is extra: nothing reads it{nearest_hint(name, readers)}; "
            "remove it"
        )
    domains = {name: each for name, (_, each) in readers.items()}
    yield from (f"{where}: {fault}" for fault in domain_faults(given.parameters, domains))
    for code, country in countries.items():
        read = {name: domains.get(f"{code}.{name}", []) for name in country.facts}
        # GDP divides every flow; imports divide where a tariff is an instrument, and are refused
        # everywhere.
        flow = POSITIVE.of("USD bn a year")
        always = {name: [flow, *read.get(name, [])] for name in ("gdp", "imports")}
        faults = domain_faults(country.facts, {**read, **always}, "facts.")
        yield from (f"countries/{code.lower()}.toml: {fault}" for fault in faults)


def _broken(files: DisputeFiles, name: str) -> bool:
    """Return whether a file, or a file in a folder, is missing because of its own faults."""
    return any(fault.startswith(name) for fault in files.faults)


def instrument_faults(
    where: str,
    file: InstrumentFile,
    definition: ScenarioFile,
    laws: Sequence[Law],
    trade: TradeTable | None = None,
) -> Iterator[str]:
    """Yield the faults of an instrument's file in a dispute: countries, laws, form, trade table."""
    for country, levels in file.levels.items():
        base = file.base.get(country)
        yield from ladder_fit(where, country, [level.level() for level in levels], definition, laws, base)
    form = forms().get(file.payoff.form)
    if form is None:
        yield unknown_name(where, "payoff.form", file.payoff.form, sorted(forms()))
    else:
        faults = payoff_faults(file.payoff, file.levels, form, definition.state, file.base)
        yield from (f"{where}: {fault}" for fault in faults)
        if "trade" in form.takes:
            yield from (f"{where}: {fault}" for fault in _trade_faults(form.name, file, definition, trade))
    yield from target_faults(where, file.targets, list(file.levels), definition)
    yield from agency_faults(where, file.agencies, list(file.levels), definition)
    for country, template in file.payoff.bystanders.items():
        thirds = _thirds(file, definition)
        if country not in thirds:
            yield unknown_name(where, "payoff.bystanders", country, thirds)
        if form is not None and not form.graded and LEVEL not in template:
            yield (
                f"{where}: payoff.bystanders.{country}: got {template!r}; the form {form.name!r} has no "
                f"strengths: give a name that holds {LEVEL}"
            )


def _trade_faults(
    form: str, file: InstrumentFile, definition: ScenarioFile, trade: TradeTable | None
) -> Iterator[str]:
    """Yield a fault for a missing trade table or region, for a form that reads the trade table."""
    if trade is None:
        yield (
            f"payoff.form: the form {form!r} reads a trade table, but the dispute has no folder `trade/`; "
            "add one, or take the form 'tariff'"
        )
        return
    for country in dict.fromkeys(code for pair in _aimed(file, definition).items() for code in pair):
        if country not in trade.regions:
            yield (
                f"payoff.form: the form {form!r} needs {country} in trade/regions.csv, which has "
                f"{', '.join(trade.regions)}; add a region of that name"
            )


def target_faults(
    where: str, targets: Mapping[str, str], holders: Sequence[str], definition: ScenarioFile
) -> Iterator[str]:
    """Yield the faults of the countries at which the holders of an instrument aim it."""
    for holder in holders:
        others = [country for country in definition.countries if country != holder]
        if holder in targets and targets[holder] not in others:
            yield unknown_name(where, f"targets.{holder}", targets[holder], others)
        elif holder not in targets and holder in definition.countries and len(others) > 1:
            yield (
                f"{where}: targets.{holder}: this is missing; with more than two countries it must be given; "
                f"allowed: {', '.join(others)}"
            )
    for country in targets:
        if country not in holders:
            yield unknown_name(where, "targets", country, holders)


def agency_faults(
    where: str, agencies: Mapping[str, str], holders: Sequence[str], definition: ScenarioFile
) -> Iterator[str]:
    """Yield the faults of the agencies that decide on an instrument."""
    for country, agency in agencies.items():
        if country not in holders:
            yield unknown_name(where, "agencies", country, holders)
        elif agency not in definition.agencies.get(country, {}):
            yield unknown_name(where, f"agencies.{country}", agency, definition.agencies.get(country, {}))


def _aimed(file: InstrumentFile, definition: ScenarioFile) -> dict[str, str]:
    """Return the country at which an instrument is aimed, by holder."""
    return {
        holder: file.targets.get(holder) or next(code for code in definition.countries if code != holder)
        for holder in file.levels
    }


def _thirds(file: InstrumentFile, definition: ScenarioFile) -> list[str]:
    """Return the countries that are neither the holder nor the target for at least one holder."""
    # Bystanders are asked of all holders: a country may stand by for one and be the target of another.
    aimed = _aimed(file, definition)
    return [code for code in definition.countries if any(code not in pair for pair in aimed.items())]


def ladder_fit(
    where: str,
    country: str,
    levels: Sequence[Level],
    definition: ScenarioFile,
    laws: Sequence[Law],
    base: str | None = None,
) -> Iterator[str]:
    """Yield the faults of one country's levels of an instrument in a dispute."""
    known = {STANDING, *(law.name for law in laws)}
    # Laws that no state switches off and no day bounds.
    always = {STANDING} | {
        law.name for law in laws if not law.lost_with_state and law.since is None and law.until is None
    }
    field, first = f"levels.{country}", next((rung for rung in levels if rung.label == base), levels[0])
    if country not in definition.countries:
        yield unknown_name(where, "levels", country, definition.countries)
    for level in levels:
        if level.authority not in known:
            yield unknown_name(where, f"{field}.{level.label}.authority", level.authority, sorted(known))
        if RecordDate.parse(level.date).earliest > definition.known:
            yield (
                f"{where}: {field}.{level.label}.date: got {level.date}; the date of a level must not be "
                f"after {definition.known}, the day of the dispute"
            )
    if first.authority in known - always:
        yield (
            f"{where}: {field}: the calmest level, {first.label!r}, rests on {first.authority!r}, "
            "which is not always in force; give it a law that is"
        )


def readers_of(
    definition: ScenarioFile, bindings: Mapping[str, Binding]
) -> dict[str, tuple[str, list[Domain]]]:
    """Return the first reader of each parameter and the domains in which it must lie, as a pair by name."""
    readers: dict[str, tuple[str, list[Domain]]] = {}

    def note(reader: str, domains: Mapping[str, Collection[Domain]]) -> None:
        """Record the reader of some parameters, and their domains."""
        for name, each in domains.items():
            # Messages name the first reader; the domains of all readers have to hold.
            known = readers.setdefault(name, (reader, []))
            known[1].extend(each)

    note(
        "every dispute", {name: [domain] for name, domain in {**TIME_DOMAINS, **OBSERVATION_DOMAINS}.items()}
    )
    for component, rules in definition.state.present.items():
        note(f"state.{component}", {name: [domain] for name, domain in rules.domains.items()})
    if definition.interaction is not None:
        note("interaction", {name: [] for name in definition.interaction.parameters})
    for country, agencies in definition.agencies.items():
        for agency, file in agencies.items():
            where = f"agencies.{country}.{agency}"
            # A stake is a part of a whole: any positive number, in no unit.
            note(where, {file.stake: [POSITIVE.of("parts")]})
            if file.security_weight is not None:
                note(where, {file.security_weight: [SHARE.of("weight")]})
    for name, binding in bindings.items():
        for holder in binding.levels:
            note(f"instruments/{name}.toml", binding.domains(holder))
    return readers


def facts_of(facts: Mapping[str, Country]) -> dict[str, Quantity]:
    """Return the facts of countries by the names that parameters have."""
    return {f"{code}.{name}": q for code, country in facts.items() for name, q in country.facts.items()}
