"""Add or remove an instrument, or add levels, with the parameters that they use."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from math import inf
from pathlib import Path
from typing import Any, Protocol, TypeAlias, cast, runtime_checkable

from negotiation.base.reading.faults import fault_report, nearest_hint
from negotiation.base.reading.models import load_toml, model_of, model_or_faults
from negotiation.base.reading.numbers import expect_number
from negotiation.disputes.additions.fit import (
    agency_faults,
    instrument_faults,
    ladder_fit,
    readers_of,
    target_faults,
)
from negotiation.disputes.additions.making import WholeLadder, binding_of, instrument_of
from negotiation.disputes.domains import OF_ITS_ROLE, domain_faults
from negotiation.disputes.files.instrument_file import InstrumentFile
from negotiation.disputes.files.laws import Law
from negotiation.disputes.files.quantities import Calibration
from negotiation.disputes.files.scenario_file import ScenarioFile
from negotiation.disputes.forms.binding import Binding
from negotiation.disputes.instrument import Instrument, Level
from negotiation.disputes.observation import LEGS
from negotiation.disputes.quantity import Parameters, Quantity
from negotiation.disputes.trade.table import TradeTable
from negotiation.errors import InvalidFile, InvalidOptions, UnknownInstrument, shown

# A parameter as it is given: a number, a quantity, or the fields of one.
Given: TypeAlias = float | Quantity | Mapping[str, object]

# An instrument, the path of its file, or what would be in the file, with a `name`.
Source: TypeAlias = Instrument | str | Path | Mapping[str, object]

# Rates by country and instrument, such as {"USA tariff": 60}: one, or several.
Rates: TypeAlias = Mapping[str, float | Sequence[float]]

_NAME = re.compile(r"[a-z][a-z0-9_]*")


@dataclass(frozen=True)
class Holdings:
    """The parts of a dispute that change with its instruments."""

    instruments: Mapping[str, Instrument]
    bindings: Mapping[str, Binding]
    calibration: Calibration
    parameters: Parameters
    trade: TradeTable | None = None


def with_one_more(
    held: Holdings,
    source: Source,
    given: Mapping[str, Given],
    definition: ScenarioFile,
    laws: Sequence[Law],
) -> Holdings:
    """Return the holdings with one more instrument."""
    instrument, binding, faults = _made(source, definition, laws, held.trade)
    where, name = f"instrument {instrument.name!r}", instrument.name
    if name in held.instruments:
        faults.append(f"the dispute has an instrument {name!r} already; take `.without({name!r})` first")
    quantities, wrong = _quantities(given, definition)
    faults += wrong
    if not faults:
        # The parameters that an unfit instrument reads are not known.
        faults += _parameter_faults(instrument, binding, quantities, held.parameters, definition)
    if faults:
        raise InvalidFile(fault_report(where, faults))
    parameters = {**held.calibration.parameters, **quantities}
    return Holdings(
        _placed(held.instruments, instrument),
        held.bindings if binding is None else {**held.bindings, name: binding},
        held.calibration.model_copy(update={"parameters": parameters}),
        Parameters({**held.parameters, **{key: quantity.value for key, quantity in quantities.items()}}),
        held.trade,
    )


def with_one_less(held: Holdings, name: str, definition: ScenarioFile) -> Holdings:
    """Return the holdings without an instrument and without the parameters that it alone reads."""
    if name not in held.instruments:
        raise UnknownInstrument(name, held.instruments)
    where, named = f"instrument {name!r}", list(_named(name, definition))
    if len(held.instruments) == 1:
        named.append("it is the only instrument; a dispute needs at least one")
    if named:
        raise InvalidFile(fault_report(where, named))
    instruments = {key: entry for key, entry in held.instruments.items() if key != name}
    bindings = {key: entry for key, entry in held.bindings.items() if key != name}
    # A parameter goes with the instrument unless the dispute itself or another instrument reads it.
    read = {*readers_of(definition, bindings)}.union(*(_read_by(entry) for entry in instruments.values()))
    gone = set(_read_by(held.instruments[name])) - read
    left = {key: entry for key, entry in held.calibration.parameters.items() if key not in gone}
    # Facts of countries are parameters without an entry in the calibration, and stay.
    facts = set(held.parameters) - set(held.calibration.parameters)
    return Holdings(
        instruments,
        bindings,
        held.calibration.model_copy(update={"parameters": left}),
        Parameters({key: x for key, x in held.parameters.items() if key in left or key in facts}),
        held.trade,
    )


def with_whole_ladders(held: Holdings, whole: Mapping[str, WholeLadder]) -> Holdings:
    """Return the holdings with past levels, for instruments that have not changed since they were read."""
    # An instrument that was replaced since keeps its own ladder: compared by identity, for a file of the
    # same name may say something else.
    unchanged = {name: entry for name, entry in whole.items() if held.instruments.get(name) is entry.present}
    more = {key: quantity for entry in unchanged.values() for key, quantity in entry.quantities.items()}
    parameters = {**held.calibration.parameters, **more}
    return Holdings(
        {
            name: unchanged[name].instrument if name in unchanged else entry
            for name, entry in held.instruments.items()
        },
        {
            **held.bindings,
            **{name: entry.binding for name, entry in unchanged.items() if entry.binding is not None},
        },
        held.calibration.model_copy(update={"parameters": parameters}) if more else held.calibration,
        Parameters({**held.parameters, **{key: quantity.value for key, quantity in more.items()}}),
        held.trade,
    )


def with_rates(held: Holdings, rates: Rates, day: date) -> Holdings:
    """Return the holdings with more levels, given by their rates."""
    for pair, given in rates.items():
        country, _, name = str(pair).partition(" ")
        if name not in held.instruments:
            pairs = [f"{holder} {tool.name}" for tool in held.instruments.values() for holder in tool.levels]
            raise UnknownInstrument(pair, pairs, "country and instrument")
        instrument, bound = held.instruments[name], held.bindings.get(name)
        instrument.held_by(country)
        if bound is None or not bound.form.measured or bound.form.graded:
            raise InvalidOptions(
                f"{pair}: the payoffs of its levels do not follow from a rate, so no level can be given as a "
                f"number; its levels are {', '.join(instrument.labels(country))}"
            )
        rates_given: object = given
        several = isinstance(rates_given, Iterable) and not isinstance(rates_given, str)
        levels = bound.levels[country]
        for value in cast("Iterable[object]", given if several else [given]):
            levels = _with_rate(levels, instrument.base_position(country), pair, value, day)
        bound = replace(bound, levels={**bound.levels, country: levels})
        there = replace(instrument, levels=bound.levels, effects=bound.effects, parameters=bound.parameters)
        held = replace(
            held,
            instruments={**held.instruments, name: there},
            bindings={**held.bindings, name: bound},
        )
    return held


def _with_rate(
    levels: tuple[Level, ...], base: int, pair: str, value: object, day: date
) -> tuple[Level, ...]:
    """Return a ladder with one more rate, in the order of values; unchanged if it has the rate."""
    rate = expect_number(f"{pair}: a rate", value)
    if any(level.value == rate for level in levels):
        return levels
    calmest = levels[base]
    if not (calmest.value or 0.0) <= rate < inf:
        raise InvalidOptions(
            f"{pair}: a rate must be finite and at least {calmest.value:g}, the value of the base level "
            f"{calmest.label!r}; got {rate:g}"
        )
    place = next((k for k, level in enumerate(levels) if (level.value or 0.0) > rate), len(levels))
    # A rate rests on the law of the level above it: the law of the level below might not reach so far.
    above = levels[min(place, len(levels) - 1)]
    label = f"at_{rate:g}".replace(".", "_").replace("+", "").replace("-", "_")
    level = Level(
        label, f"a rate of {rate:g} percent", day.isoformat(), "", value=rate, unit=calmest.unit,
        authority=above.authority, assumption=True, threatened=above.threatened, hypothetical=True,
    )  # fmt: skip
    return (*levels[:place], level, *levels[place:])


def _made(
    source: Source, definition: ScenarioFile, laws: Sequence[Law], trade: TradeTable | None
) -> tuple[Instrument, Binding | None, list[str]]:
    """Return an instrument, its form if it comes from a file, and its faults."""
    if isinstance(source, Instrument):
        faults = [
            fault
            for country, levels in source.levels.items()
            for fault in ladder_fit(source.name, country, levels, definition, laws)
        ]
        faults += target_faults(source.name, source.targets, list(source.levels), definition)
        faults += agency_faults(source.name, source.agencies, list(source.levels), definition)
        return source, None, faults
    name, file = _read(source)
    where = f"instrument {name!r}"
    # The report begins with where the faults are: once is enough.
    wrong = [
        fault.removeprefix(f"{where}: ") for fault in instrument_faults(where, file, definition, laws, trade)
    ]
    # Past levels are switched on for a whole dispute, from its files.
    if file.looks_back:
        wrong.append("levels: some are `past`, which only those of a dispute's folder can be; remove `past`")
    if wrong:
        raise InvalidFile(fault_report(where, wrong))
    binding = binding_of(name, file, definition, trade)
    return instrument_of(name, file, binding), binding, []


def _read(source: str | Path | Mapping[str, object]) -> tuple[str, InstrumentFile]:
    if isinstance(source, Mapping):
        name = source.get("name")
        inside = {key: value for key, value in source.items() if key != "name"}
        _check_name(name, "the `name` of an instrument that is given as a dict")
        return str(name), model_of(inside, InstrumentFile, f"instrument {name!r}")
    if not isinstance(source, str | Path):
        raise InvalidFile(
            f"an instrument must be an Instrument, the path of its file, or a dict with the content of the "
            f"file; got {type(source).__name__}"
        )
    path = Path(source)
    if path.suffix != ".toml":
        raise InvalidFile(f"the path of an instrument's file must end in .toml; got {shown(str(path))}")
    _check_name(path.stem, f"{path}: the name of the file, which is the name of the instrument,")
    return path.stem, load_toml(path, InstrumentFile)


def _check_name(name: object, what: str) -> None:
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise InvalidFile(
            f"{what} must consist of a-z, 0-9 and _, and begin with a letter; got {shown(name)}"
        )


def _quantities(
    given: Mapping[str, Given], definition: ScenarioFile
) -> tuple[dict[str, Quantity], list[str]]:
    """Return parameters as quantities, and their faults; a bare number is an assumption."""
    quantities: dict[str, Quantity] = {}
    faults: list[str] = []
    for name, entry in given.items():
        if isinstance(entry, Quantity):
            quantities[name] = entry
            continue
        fields = entry
        if not isinstance(entry, Mapping):
            day = definition.known.isoformat()
            # A bare number is a range of one point: no draw moves it.
            fields = {"value": entry, "low": entry, "high": entry, "unit": OF_ITS_ROLE, "date": day}
            fields |= {"assumption": True}
        made = model_or_faults(fields, Quantity, f"parameters.{name}")
        if isinstance(made, Quantity):
            quantities[name] = made
        else:
            faults += [f"parameters.{name}: {fault}" for fault in made]
    return quantities, faults


def _parameter_faults(
    instrument: Instrument,
    binding: Binding | None,
    given: Mapping[str, Quantity],
    there: Parameters,
    definition: ScenarioFile,
) -> Iterator[str]:
    """Yield a fault for each parameter that is missing, not read, already known or out of its domain."""
    read = _read_by(instrument)
    for name in read:
        if name not in given and name not in there:
            yield f"parameters.{name} is missing, but the instrument reads it; give it in `parameters`"
    for name in given:
        if name not in read:
            hint = nearest_hint(name, read)
            yield f"parameters.{name}: the instrument does not read it{hint}; it reads: {', '.join(read)}"
        elif name in there:
            yield (
                f"parameters.{name}: the dispute has it already, at {there[name]:g}; leave it out, or change "
                "it by `.with_parameters`"
            )
    if binding is not None:
        # One form alone is asked, so that its name, which messages do not show, may be empty.
        domains = {name: each for name, (_, each) in readers_of(definition, {"": binding}).items()}
        yield from domain_faults(given, domains)


def _read_by(instrument: Instrument) -> list[str]:
    """Return the parameters that an instrument reads, for all countries that hold it."""
    return list(
        dict.fromkeys(name for country in instrument.levels for name in instrument.parameters(country))
    )


def _placed(there: Mapping[str, Instrument], instrument: Instrument) -> dict[str, Instrument]:
    """Return the instruments with one more, ordered by leg and then by name."""

    def place(each: Instrument) -> tuple[int, str]:
        """Return the sort key of an instrument: its leg, then its name."""
        return LEGS.index(each.leg), each.name

    # By leg, then by name: an instrument that is added has the place that its file would have.
    before = [each for each in there.values() if place(each) < place(instrument)]
    after = [each for each in there.values() if place(each) >= place(instrument)]
    return {each.name: each for each in (*before, instrument, *after)}


def _named(name: str, definition: ScenarioFile) -> Iterator[str]:
    """Yield a fault for each place in `scenario.toml` that names an instrument."""
    places = [
        f"state.{component}.instruments"
        for component in definition.state.components
        if name in definition.state.users(component)
    ]
    for size, selection in definition.sizes.items():
        of_levels = [menu for menus in (selection.levels or {}).values() for menu in menus]
        places += [f"sizes.{size}"] if name in (*(selection.instruments or ()), *of_levels) else []
    interacts = definition.interaction
    if interacts is not None and name in (interacts.curb, interacts.tariff):
        places.append("interaction")
    for place in places:
        yield f"scenario.toml names it in {place}; only an instrument that it does not name can be removed"


@runtime_checkable
class Signed(Protocol):
    """The part of an agreement that a scenario uses. `negotiation.truce` makes agreements."""

    @property
    def id(self) -> str:
        """Name of the agreement."""

    @property
    def signed(self) -> date:
        """Day on which it was signed."""

    def joining(self, scenario: Any) -> Signed:
        """Return the agreement as part of a scenario, or raise if it does not fit."""

    def model_dump(self, *, mode: str) -> dict[str, object]:
        """Return the agreement's content, for hashing."""


def with_one_agreement(known: Mapping[str, Signed], agreement: object, scenario: Any) -> dict[str, Signed]:
    """Return the agreements with one added."""
    if isinstance(agreement, str | Path) or not isinstance(agreement, Signed):
        raise InvalidFile(
            "`agreement` must be an Agreement, as `negotiation.truce` returns for a name or the path of a "
            f"file; got {shown(agreement)}"
        )
    if agreement.id in known:
        raise InvalidFile(
            f"the scenario already has an agreement with the id {agreement.id!r}; give the new agreement "
            "another `id`"
        )
    return {**known, agreement.id: agreement.joining(scenario)}
