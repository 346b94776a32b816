"""Whole ladders: those of a dispute with the levels that had been left before the day of its games."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from negotiation.disputes.additions.instruments import Holdings
from negotiation.disputes.additions.making import binding_of, instrument_of
from negotiation.disputes.files.instrument_file import InstrumentFile
from negotiation.disputes.files.scenario_file import ScenarioFile
from negotiation.disputes.forms.binding import Binding
from negotiation.disputes.instrument import Instrument
from negotiation.disputes.quantity import Parameters, Quantity


@dataclass(frozen=True)
class WholeLadder:
    """An instrument without and with its past levels, and what only these read."""

    # As it is in the games of the dispute.
    present: Instrument
    instrument: Instrument
    # The form of its payoffs, with the past levels, where it is known.
    binding: Binding | None
    # Parameters that only the past levels read.
    quantities: Mapping[str, Quantity]


def whole_ladders(
    files: Mapping[str, InstrumentFile],
    definition: ScenarioFile,
    present: Mapping[str, Instrument],
    given: Mapping[str, Quantity],
) -> dict[str, WholeLadder]:
    """Return the whole ladders of the instruments that have past levels, by name."""
    found = {}
    for name, file in files.items():
        if not file.looks_back:
            continue
        binding = binding_of(name, file, definition, past=True)
        instrument = instrument_of(name, file, binding)
        # What the whole ladder reads and the present one does not: strengths of past levels.
        read = {each for holder in binding.levels for each in instrument.parameters(holder)}
        now = {each for holder in binding.levels for each in present[name].parameters(holder)}
        only = {each: given[each] for each in given if each in read - now}
        found[name] = WholeLadder(present[name], instrument, binding, only)
    return found


def with_whole_ladders(held: Holdings, whole: Mapping[str, WholeLadder]) -> Holdings:
    """Return the holdings with the past levels of those instruments that are still as their files say."""
    # An instrument that was replaced since keeps its own ladder: compared by identity, for a file of the
    # same name may say something else.
    found = {name: one for name, one in whole.items() if held.instruments.get(name) is one.present}
    more = {key: quantity for one in found.values() for key, quantity in one.quantities.items()}
    parameters = {**held.calibration.parameters, **more}
    return Holdings(
        {name: found[name].instrument if name in found else one for name, one in held.instruments.items()},
        {**held.bindings, **{name: one.binding for name, one in found.items() if one.binding is not None}},
        held.calibration.model_copy(update={"parameters": parameters}) if more else held.calibration,
        Parameters({**held.parameters, **{key: quantity.value for key, quantity in more.items()}}),
    )
