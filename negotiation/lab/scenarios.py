"""The scenario of an experiment (given by name, by the path of a folder, or as an object) and its hash.

A scenario that was modified (with other parameters, or another instrument) has no name by which another
process could find it, so the object itself is sent. Its identity is always its content, so the same scenario
under another name or in another folder reuses the stored numbers.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import asdict, fields
from pathlib import Path
from typing import TypeAlias
from uuid import uuid4

from negotiation.base.reading.hashes import canonical, digest
from negotiation.disputes import Scenario, load_scenario
from negotiation.disputes.forms.binding import Binding
from negotiation.lab.sources import edited_since_start, is_findable, texts_below

# A scenario, or its name or the path of its folder.
Named: TypeAlias = str | Scenario

# What a binding says of more than two countries; where it says nothing, hashes are as of two.
_BEYOND_TWO = ("targets", "bystanders")


def named(source: object) -> object:
    """Return the scenario given to an experiment; a `Path` becomes a text that has a slash.

    Examples
    --------
    >>> named(Path("mine")), named("us-china-2025")
    ('./mine', 'us-china-2025')
    """
    if not isinstance(source, Path):
        return source
    text = source.as_posix()
    return text if "/" in text else f"./{text}"


def world_of(source: Named | Path) -> Scenario:
    """Return the scenario, which is loaded if its name or its folder is given."""
    return source if isinstance(source, Scenario) else load_scenario(source)


def told(source: Named | None) -> str | None:
    """Return a label of an experiment's scenario: its given name or path, or the name and hash of an object.

    Return None for an experiment without a scenario.

    Examples
    --------
    >>> told("us-china-2025")
    'us-china-2025'
    >>> told(load_scenario("us-china-2025"))[:16]
    'us-china-2025 as'
    """
    if not isinstance(source, Scenario):
        return source
    return f"{source.name} as made, {scenario_hash(source)}"


def scenario_hash(scenario: Scenario) -> str:
    """Return the hash of a scenario: of the content of its files and of the values that were changed."""
    countries = {code: country.model_dump(mode="json") for code, country in scenario.facts.items()}
    models = [scenario.definition, scenario.calibration, *scenario.laws, *scenario.dockets]
    content: list[object] = [[model.model_dump(mode="json") for model in models], countries]
    content.append([_instrument_content(scenario, name) for name in sorted(scenario.instruments)])
    if scenario.agreements:
        content.append(
            {name: agreement.model_dump(mode="json") for name, agreement in scenario.agreements.items()}
        )
    if scenario.looks_back:
        content.append("with past levels")
    central = {name: quantity.value for name, quantity in scenario.quantities.items()}
    moved = {name: x for name, x in scenario.parameters.items() if x != central.get(name)}
    # Draws hold what was set by hand, at its central value too.
    held = sorted(scenario.set_by_hand - moved.keys())
    return digest(canonical([*content, *filter(None, (moved, held))]))


def _instrument_content(scenario: Scenario, name: str) -> list[object]:
    """Return what identifies an instrument: its content, and its code unless a form of the package has it."""
    instrument, bound = scenario.instruments[name], scenario.bindings.get(name)
    levels = {country: [asdict(level) for level in held] for country, held in instrument.levels.items()}
    content: list[object] = [name, instrument.leg, levels]
    agencies = [{"agencies": dict(instrument.agencies)}] if instrument.agencies else []
    # Effects that are not the form's own are code: no file says what they are.
    if bound is None or getattr(instrument.effects, "__func__", None) is not Binding.effects:
        content += [_code(each) for each in (instrument.effects, instrument.parameters, instrument.intensity)]
        content += [instrument.targets] if instrument.targets else []
        content += [{"base": dict(instrument.base)}] if instrument.base else []
        return content + agencies
    own = [field.name for field in fields(bound)[4:] if field.name not in (*_BEYOND_TWO, "trade")]
    content += [bound.form.name, [getattr(bound, each) for each in own]]
    if bound.targets or bound.bystanders:
        content += [getattr(bound, each) for each in _BEYOND_TWO]
    content += agencies
    if bound.trade:
        # The cells of a trade table are parameters; what else it says are its regions, and which rates move.
        rated = [[*pair, *names] for pair, names in bound.trade.rated.items()]
        content.append([bound.trade.regions, rated])
    return content


def _code(function: Callable[..., object] | None) -> object:
    """Return what identifies a function: its code and name, or a unique text if no file determines it."""
    if function is None:
        return None
    module = sys.modules.get(getattr(function, "__module__", ""))
    if not is_findable(function) or edited_since_start(module):
        return f"unlike any other: {uuid4().hex}"
    return [texts_below(module), function.__qualname__]
