"""Make instruments from their files, with and without past levels, and bind forms to parameters.

A past level ended before the day of the dispute's games.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from negotiation.disputes.files.instrument_file import InstrumentFile
from negotiation.disputes.files.scenario_file import ScenarioFile
from negotiation.disputes.forms.binding import Binding
from negotiation.disputes.forms.discovery import forms
from negotiation.disputes.instrument import Instrument
from negotiation.disputes.quantity import Quantity
from negotiation.disputes.trade.table import TradeTable


@dataclass(frozen=True)
class WholeLadder:
    """An instrument with and without its past levels, and the parameters that only past levels read."""

    # As it is in the games of the dispute.
    present: Instrument
    instrument: Instrument
    # The form of its payoffs, with the past levels, where it is known.
    binding: Binding | None
    # Parameters that only the past levels read.
    quantities: Mapping[str, Quantity]


def binding_of(
    name: str,
    file: InstrumentFile,
    definition: ScenarioFile,
    trade: TradeTable | None,
    *,
    past: bool = False,
) -> Binding:
    """Return the form of payoffs that an instrument's file names, bound to its parameters."""
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
            country: tuple(level.level() for level in file.levels[country] if past or not level.past)
            for country in definition.countries
            if country in file.levels
        },
        {**defaults, **payoff.parameters},
        payoff.strength,
        payoff.reference,
        payoff.dependence,
        definition.state.shares(payoff.dependence) if payoff.dependence else (),
        definition.state.reference(payoff.dependence) if payoff.dependence else None,
        payoff.stocks,
        file.targets,
        payoff.bystanders,
        file.base,
        trade if "trade" in form.takes else None,
    )


def instrument_of(name: str, file: InstrumentFile, binding: Binding) -> Instrument:
    """Return the instrument of a file."""
    return Instrument(
        name,
        file.title,
        file.leg,
        binding.levels,
        binding.effects,
        binding.parameters,
        binding.intensity if binding.form.graded else None,
        file.targets,
        file.base,
        file.agencies,
    )


def whole_ladders(
    files: Mapping[str, InstrumentFile],
    definition: ScenarioFile,
    present: Mapping[str, Instrument],
    given: Mapping[str, Quantity],
    trade: TradeTable | None,
) -> dict[str, WholeLadder]:
    """Return the whole ladders of the instruments that have past levels, by name."""
    ladders = {}
    for name, file in files.items():
        if not file.looks_back:
            continue
        binding = binding_of(name, file, definition, trade, past=True)
        instrument = instrument_of(name, file, binding)
        # What the whole ladder reads and the present one does not: strengths of past levels.
        read = {each for holder in binding.levels for each in instrument.parameters(holder)}
        now = {each for holder in binding.levels for each in present[name].parameters(holder)}
        only = {each: given[each] for each in given if each in read - now}
        ladders[name] = WholeLadder(present[name], instrument, binding, only)
    return ladders
