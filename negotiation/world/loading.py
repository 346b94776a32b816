"""Finding instruments and loading scenarios: calibrations by name, from a path or from a dict."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import import_module
from pathlib import Path

from negotiation.errors import InvalidFile, NegotiationError, UnknownCountry, UnknownScenario
from negotiation.reading.faults import fault_report
from negotiation.reading.models import load_toml, model_of
from negotiation.reading.names import names_in, path_of
from negotiation.world.calibration import Calibration, Country
from negotiation.world.domains import domain_faults
from negotiation.world.instrument import Instrument
from negotiation.world.observation import OBSERVATION_PARAMETERS
from negotiation.world.quantity import Parameters
from negotiation.world.scenario import Scenario
from negotiation.world.setup import TIME_PARAMETERS
from negotiation.world.state import STATE_PARAMETERS

HERE = Path(__file__).parent


@cache
def discovered_instruments() -> dict[str, Instrument]:
    """Return every instrument of `world/instruments/`, tariffs first, then controls, then the rest.

    Examples
    --------
    >>> list(discovered_instruments())[:2]
    ['tariff', 'chip_control']
    """
    found: list[Instrument] = []
    for path in sorted((HERE / "instruments").glob("[a-z]*.py")):
        instrument = import_module(f"negotiation.world.instruments.{path.stem}").INSTRUMENT
        if instrument.name != path.stem:
            raise InvalidFile(
                f"{path.name}: the instrument is named {instrument.name!r}; name it {path.stem!r}"
            )
        found.append(instrument)
    legs = ("tariff", "control", "other")
    return {instrument.name: instrument for instrument in sorted(found, key=lambda i: legs.index(i.leg))}


def scenario_names() -> tuple[str, ...]:
    """Return the names of the calibrations that come with the package.

    Returns
    -------
    tuple of str
        What `load_scenario` takes.

    Examples
    --------
    >>> "us-china-2025" in scenario_names()
    True
    """
    return names_in(HERE / "calibrations")


def load_scenario(source: str | Path | Mapping[str, object]) -> Scenario:
    """Return a scenario by name, from a TOML file, or from a dict of the same form.

    Parameters
    ----------
    source : str, Path or mapping
        A name from `scenario_names()`, the path of a calibration file (a `Path`, or a string that ends in
        ".toml"), or its content.

    Returns
    -------
    Scenario
        At its central parameter values: `.stage_game()`, `.stochastic_game()`, `.with_parameters({...})`.

    Raises
    ------
    UnknownScenario
        If there is no calibration of that name.
    InvalidFile
        If a field is missing, extra, mistyped or out of range.

    Examples
    --------
    >>> load_scenario("us-china-2025").countries
    ('USA', 'CHN')
    """
    if isinstance(source, Mapping):
        calibration, where = model_of(source, Calibration, "calibration"), "calibration"
    else:
        is_path = isinstance(source, Path) or source.endswith(".toml")
        path = Path(source) if is_path else path_of(HERE / "calibrations", str(source), UnknownScenario)
        calibration, where = load_toml(path, Calibration), str(path)
    return _scenario(calibration, where)


def _scenario(calibration: Calibration, where: str) -> Scenario:
    facts = {code: _country(code) for code in calibration.countries}
    instruments = {
        name: instrument
        for name, instrument in discovered_instruments().items()
        if any(code in instrument.levels for code in calibration.countries)
    }
    _check_parameters(calibration, facts, instruments, where)
    values = {f"{c}.{name}": q.value for c, country in facts.items() for name, q in country.facts.items()}
    values |= {name: quantity.value for name, quantity in calibration.parameters.items()}
    scenario = Scenario(calibration, facts, instruments, Parameters(values))
    try:
        scenario.stage_game("small")
    except NegotiationError as error:
        raise InvalidFile(f"{where}: field `small`: {error}") from None
    return scenario


def _country(code: str) -> Country:
    return load_toml(path_of(HERE / "countries", code.lower(), UnknownCountry), Country)


def _check_parameters(
    calibration: Calibration,
    facts: Mapping[str, Country],
    instruments: Mapping[str, Instrument],
    where: str,
) -> None:
    """Refuse a calibration that lacks a parameter, has one that nothing reads, or one outside its domain."""
    needed = {*STATE_PARAMETERS, *TIME_PARAMETERS, *OBSERVATION_PARAMETERS}
    for instrument in instruments.values():
        for country in instrument.levels:
            needed.update(instrument.parameters(country))
    known_facts = {f"{c}.{name}" for c, country in facts.items() for name in country.facts}
    missing = sorted(needed - known_facts - set(calibration.parameters))
    extra = sorted(set(calibration.parameters) - needed)
    faults = [f"field `parameters.{name}` is missing: it is read by the model; add it" for name in missing]
    faults += [f"field `parameters.{name}` is extra: nothing reads it; remove it" for name in extra]
    faults += domain_faults(calibration.parameters)
    known = {f"{c}.{name}": fact for c, country in facts.items() for name, fact in country.facts.items()}
    faults += domain_faults(known, table="")
    if faults:
        raise InvalidFile(fault_report(where, faults))
