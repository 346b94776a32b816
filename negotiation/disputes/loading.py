"""Load a dispute: read its files, check that they fit together, and make a `Scenario`."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

from negotiation.base.reading.faults import fault_report
from negotiation.disputes.additions.fit import fit_faults, instruments_under, whole_calibration
from negotiation.disputes.additions.making import WholeLadder, binding_of, instrument_of, whole_ladders
from negotiation.disputes.files.folder import (
    SCENARIO,
    DisputeFiles,
    read_folder,
    read_values,
    scenario_folder,
)
from negotiation.disputes.files.instrument_file import InstrumentFile
from negotiation.disputes.files.quantities import Calibration
from negotiation.disputes.files.scenario_file import ScenarioFile
from negotiation.disputes.instrument import Circumstances, Effects, Instrument
from negotiation.disputes.menus import menus
from negotiation.disputes.observation import LEGS
from negotiation.disputes.posture_payoffs import posture_game
from negotiation.disputes.quantity import Parameters
from negotiation.disputes.scenario import Scenario
from negotiation.errors import InvalidFile, InvalidGame, NegotiationError, UnknownParameter, UnknownScenario

# The dispute that is meant where none is named, by agreements that lie in no folder of a dispute too.
MAIN = "us-china-2025"


def folder_faults(folder: str | Path) -> list[str]:
    """Return every fault in the files of a dispute.

    Parameters
    ----------
    folder : str or Path
        Name of a dispute, or the path of its folder.

    Returns
    -------
    list of str
        One sentence per fault, with the file, the field, its value and what was expected; empty if there are
        none.

    Raises
    ------
    UnknownScenario
        If there is no dispute of that name.
    InvalidFile
        If the path leads to a file.

    Examples
    --------
    >>> folder_faults("us-china-2025")
    []
    """
    path = scenario_folder(folder)
    return dispute_faults(read_folder(path), path)


def folder_structure(folder: str | Path) -> tuple[Scenario | None, tuple[str, ...]]:
    """Return a scenario without payoffs, and the names of the instruments whose files could not be read.

    The record of the dispute can be checked against the scenario, which is None if `scenario.toml` could not
    be read.

    Examples
    --------
    >>> scenario, unread = folder_structure("us-china-2025")
    >>> scenario.held("CHN")[:2], unread
    (('entity_listings', 'minerals_ban'), ())
    """
    path = scenario_folder(folder)
    files = read_folder(path)
    there = path / "instruments"
    names = sorted(file.stem for file in there.glob("[!.]*.toml")) if there.is_dir() else []
    return structure_of(files, path), tuple(name for name in names if name not in files.instruments)


def load_scenario(
    source: str | Path | Mapping[str, object],
    calibration: str | None = None,
    as_of: date | str | None = None,
    *,
    replaced: Collection[str] | None = None,
) -> Scenario:
    """Return a scenario by its name, from a folder, or from a dict.

    Parameters
    ----------
    source : str, Path or mapping
        A name from `scenario_names()`; the path of a folder (a `Path`, or a string with a separator); or a
        dict with the keys "scenario", "countries", "instruments" and "calibrations", and optionally "laws"
        and "trade".
    calibration : str, optional
        Name of a calibration; by default the one that `scenario.toml` names.
    as_of : date or str, optional
        Day as of which the dispute is known (see `Scenario.as_of`); by default the day in `scenario.toml`.
    replaced : collection of str, optional
        For a calibration that extends another: the groups of numbers that it replaces, such as "tariff" or
        "security_weight"; by default all. A group is an instrument, or the first part of a parameter's name.

    Returns
    -------
    Scenario
        The scenario at its central parameter values. See `.stage_game()`, `.stochastic_game()` and
        `.with_parameters({...})`.

    Raises
    ------
    UnknownScenario
        If there is no dispute or calibration of that name.
    UnknownParameter
        If the calibration has no group of a name in `replaced`.
    InvalidGame
        If `replaced` is given and the calibration extends no other.
    InvalidFile
        If the path leads to a file, or the dispute has a fault. The message lists all faults: fields
        that are missing, extra, mistyped or out of range; forms, countries, laws, instruments or levels that
        are not known; and parameters that are missing or that nothing reads.
    InvalidDate
        If `as_of` is not a date or is after the `date` in `scenario.toml`, or a number has no value yet on
        that day.

    Examples
    --------
    >>> load_scenario("us-china-2025").countries
    ('USA', 'CHN')
    """
    if isinstance(source, Mapping):
        folder, files = None, read_values(source)
    else:
        folder = scenario_folder(source)
        files = read_folder(folder)
    faults = dispute_faults(files, folder)
    if faults or files.scenario is None:
        raise InvalidFile(fault_report(files.where, faults))
    name = files.scenario.calibration if calibration is None else calibration
    if name not in files.calibrations:
        raise UnknownScenario(name, files.calibrations, "calibration")
    chosen = files.calibrations[name]
    if replaced is not None:
        if chosen.extends is None:
            raise InvalidGame(
                f"the calibration {name!r} extends no other, so there is nothing to replace; leave out "
                "`replaced`"
            )
        for group in replaced:
            if group not in chosen.groups:
                raise UnknownParameter(group, chosen.groups, "group of parameters")
        chosen = chosen.only(replaced)
    scenario = scenario_of(files, chosen, folder)
    return scenario if as_of is None else scenario.as_of(as_of)


def dispute_faults(files: DisputeFiles, folder: Path | None = None) -> list[str]:
    """Return every fault of a dispute, in single files and between files."""
    faults, definition = list(files.faults), files.scenario
    if definition is None:
        return faults
    if folder is not None and folder.resolve().name != definition.name:
        faults.append(
            f"{SCENARIO}: the name is {definition.name!r}, but the folder is called "
            f"{folder.resolve().name!r}; rename one of them"
        )
    fit = list(fit_faults(files, definition))
    # Games are made last: of files with faults they would fail with errors that name no file.
    if not faults and not fit:
        for calibration in files.calibrations.values():
            try:
                scenario = scenario_of(files, calibration, folder)
            except NegotiationError as error:
                fit.append(f"{SCENARIO}: rates: {error}")
                break
            fit += _game_faults(scenario, calibration)
    # Several calibrations may find the same fault of a country.
    return faults + list(dict.fromkeys(fit))


def _game_faults(scenario: Scenario, calibration: Calibration) -> Iterator[str]:
    """Yield the faults that prevent games of a size, and the payoffs that cannot be computed."""
    state, whole = scenario.default_state, scenario.with_past_levels()
    for size, selection in scenario.definition.sizes.items():
        world = scenario.of_size(size)
        try:
            chosen = menus(world, size, None, {}, state)
            for country in chosen if selection.levels is not None else ():
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


def scenario_of(files: DisputeFiles, calibration: Calibration, folder: Path | None) -> Scenario:
    """Return the scenario of files without faults, at one of their calibrations."""
    definition = files.scenario
    assert definition is not None  # noqa: S101 - files without faults have one
    facts = {code: files.countries[code.lower()] for code in definition.countries}
    present, trade = instruments_under(files, calibration), files.trade
    calibration = whole_calibration(files, calibration, definition, present)
    bindings = {name: binding_of(name, file, definition, trade) for name, file in present.items()}
    instruments = {
        name: instrument_of(name, file, bindings[name])
        for name, file in sorted(present.items(), key=lambda pair: LEGS.index(pair[1].leg))
    }
    whole = whole_ladders(present, definition, instruments, calibration.parameters, trade)
    # Parameters that past levels alone read are no part of the games of the day: no draw moves them.
    past = {name for entry in whole.values() for name in entry.quantities}
    if past:
        now = {name: entry for name, entry in calibration.parameters.items() if name not in past}
        spine = {name: entry for name, entry in calibration.inherited.items() if name not in past}
        calibration = calibration.model_copy(update={"parameters": now, "inherited": spine})
    held = instruments, Parameters({}), bindings
    law, dockets = files.laws.laws, files.laws.dockets
    world = Scenario(definition, law, calibration, facts, *held, folder, whole, dockets=dockets, trade=trade)
    values = {name: quantity.value for name, quantity in world.quantities.items()}
    world = replace(world, parameters=Parameters(values))
    return world.with_levels(definition.rates) if definition.rates else world


def structure_of(files: DisputeFiles, folder: Path) -> Scenario | None:
    """Return a scenario without payoffs from the files that could be read.

    The scenario has the countries, instruments and levels, so that the record and all agreements can be
    checked against it, whatever is wrong with parameters or forms. It is None if `scenario.toml` could not be
    read.
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
    # A scenario without numbers: asking it for a payoff raises the error of `_unknown`.
    none = Calibration(name="none", title="none", date=definition.date, parameters={})
    return Scenario(definition, files.laws.laws, none, {}, present, Parameters({}), {}, folder, whole)


def _bare(name: str, file: InstrumentFile, definition: ScenarioFile, *, past: bool) -> Instrument:
    """Return an instrument with only its levels."""
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
        f"the payoffs of {circumstances.holder} are not known: only countries, instruments and levels were "
        "read, to compare a record with them; load the dispute with load_scenario"
    )
