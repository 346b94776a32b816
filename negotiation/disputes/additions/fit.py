"""Whether an instrument fits the dispute that it belongs to, and what reads each parameter."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from negotiation.base.reading.faults import nearest_hint
from negotiation.disputes.dates import RecordDate
from negotiation.disputes.domains import POSITIVE, SHARE, Domain
from negotiation.disputes.files.instrument_file import InstrumentFile
from negotiation.disputes.files.laws import STANDING, Law
from negotiation.disputes.files.scenario_file import ScenarioFile
from negotiation.disputes.forms.binding import LEVEL, Binding
from negotiation.disputes.forms.checks import payoff_faults
from negotiation.disputes.forms.discovery import forms
from negotiation.disputes.instrument import Level
from negotiation.disputes.observation import OBSERVATION_DOMAINS
from negotiation.disputes.periods import TIME_DOMAINS


def unknown_name(where: str, field: str, came: str, known: Iterable[str]) -> str:
    """Return the fault of a name that is not among the known ones."""
    names = list(known)
    hint = nearest_hint(came, names)
    return f"{where}: {field}: {came!r} came{hint}; allowed: {', '.join(names) or 'none'}"


def instrument_faults(
    where: str, file: InstrumentFile, definition: ScenarioFile, laws: Sequence[Law]
) -> Iterator[str]:
    """Yield what is wrong with an instrument's file in a dispute: its countries, laws and form."""
    for country, levels in file.levels.items():
        base = file.base.get(country)
        yield from ladder_fit(where, country, [level.level() for level in levels], definition, laws, base)
    form = forms().get(file.payoff.form)
    if form is None:
        yield unknown_name(where, "payoff.form", file.payoff.form, sorted(forms()))
    else:
        found = payoff_faults(file.payoff, file.levels, form, definition.state, file.base)
        yield from (f"{where}: {fault}" for fault in found)
    yield from target_faults(where, file.targets, list(file.levels), definition)
    yield from agency_faults(where, file.agencies, list(file.levels), definition)
    for country, template in file.payoff.bystanders.items():
        thirds = _thirds(file, definition)
        if country not in thirds:
            yield unknown_name(where, "payoff.bystanders", country, thirds)
        if form is not None and not form.graded and LEVEL not in template:
            yield (
                f"{where}: payoff.bystanders.{country}: {template!r} came; the form {form.name!r} has no "
                f"strengths: give a name that holds {LEVEL}"
            )


def target_faults(
    where: str, targets: Mapping[str, str], holders: Sequence[str], definition: ScenarioFile
) -> Iterator[str]:
    """Yield what is wrong with the countries at which the holders of an instrument aim it."""
    for holder in holders:
        others = [country for country in definition.countries if country != holder]
        if holder in targets and targets[holder] not in others:
            yield unknown_name(where, f"targets.{holder}", targets[holder], others)
        elif holder not in targets and holder in definition.countries and len(others) > 1:
            yield (
                f"{where}: targets.{holder}: nothing came; with more than two countries it is needed; "
                f"allowed: {', '.join(others)}"
            )
    for country in targets:
        if country not in holders:
            yield unknown_name(where, "targets", country, holders)


def agency_faults(
    where: str, agencies: Mapping[str, str], holders: Sequence[str], definition: ScenarioFile
) -> Iterator[str]:
    """Yield what is wrong with the agencies that decide on an instrument."""
    for country, agency in agencies.items():
        if country not in holders:
            yield unknown_name(where, "agencies", country, holders)
        elif agency not in definition.agencies.get(country, {}):
            yield unknown_name(where, f"agencies.{country}", agency, definition.agencies.get(country, {}))


def _thirds(file: InstrumentFile, definition: ScenarioFile) -> list[str]:
    """Return the countries that are neither holder nor target of some holder's instrument."""
    countries = definition.countries
    # Bystanders are asked of all holders: a country may stand by for one and be the target of another.
    aimed = {
        holder: file.targets.get(holder) or next(code for code in countries if code != holder)
        for holder in file.levels
    }
    return [code for code in countries if any(code not in pair for pair in aimed.items())]


def ladder_fit(
    where: str,
    country: str,
    levels: Sequence[Level],
    definition: ScenarioFile,
    laws: Sequence[Law],
    base: str | None = None,
) -> Iterator[str]:
    """Yield what is wrong with the levels that one country has of an instrument, in a dispute."""
    known = {STANDING, *(law.name for law in laws)}
    # Laws that no state switches off and no day bounds.
    always = {STANDING} | {
        law.name for law in laws if not law.lost_with_state and law.since is None and law.until is None
    }
    field, first = f"levels.{country}", next((one for one in levels if one.label == base), levels[0])
    if country not in definition.countries:
        yield unknown_name(where, "levels", country, definition.countries)
    for level in levels:
        if level.authority not in known:
            yield unknown_name(where, f"{field}.{level.label}.authority", level.authority, sorted(known))
        if RecordDate.parse(level.date).earliest > definition.known:
            yield (
                f"{where}: {field}.{level.label}.date: {level.date} came; the dispute is of "
                f"{definition.known}, and its levels are of that day or before"
            )
    if first.authority in known - always:
        yield (
            f"{where}: {field}: the calmest level, {first.label!r}, rests on {first.authority!r}, "
            "which is not always in force; a calmest level always exists"
        )


def readers_of(
    definition: ScenarioFile, bindings: Mapping[str, Binding]
) -> dict[str, tuple[str, list[Domain]]]:
    """Return by parameter what reads it first, and where it must lie."""
    found: dict[str, tuple[str, list[Domain]]] = {}

    def note(reader: str, domains: Mapping[str, Collection[Domain]]) -> None:
        """Take note of who reads which parameters, within which domains."""
        for name, each in domains.items():
            # The first reader is told in messages; the domains of all have to hold.
            known = found.setdefault(name, (reader, []))
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
    return found
