"""An instrument made of its file: the form that it names, bound to the parameters that it names."""

from __future__ import annotations

from negotiation.disputes.files.instrument_file import InstrumentFile
from negotiation.disputes.files.scenario_file import ScenarioFile
from negotiation.disputes.forms.binding import Binding
from negotiation.disputes.forms.discovery import forms
from negotiation.disputes.instrument import Instrument


def binding_of(name: str, file: InstrumentFile, definition: ScenarioFile, *, past: bool = False) -> Binding:
    """Return the form of an instrument's file, bound to its parameters."""
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
