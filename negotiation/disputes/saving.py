"""Save a position of the game, postures and state, as JSON or TOML, and read it back.

What is read is checked against the scenario: every country with every instrument that it holds, each at a
level that it has.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Literal, TypeAlias

from pydantic import Field

from negotiation.base.reading.faults import fault_report
from negotiation.base.reading.models import FileModel, model_of
from negotiation.base.reading.plain_values import json_values, toml_values
from negotiation.disputes.files.state_rules import StateSteps
from negotiation.disputes.posture import Postures
from negotiation.disputes.scenario import Scenario
from negotiation.disputes.state import State
from negotiation.errors import InvalidFile

Form: TypeAlias = Literal["json", "toml"]


@dataclass(frozen=True)
class Position:
    """A position in a game: the postures and the state."""

    postures: Postures
    state: State


class SavedPosition(FileModel):
    """A position as stored in a file.

    Examples
    --------
    >>> SavedPosition(postures={"USA": {"tariff": "peak"}}, state=asdict(State())).state.authority
    1
    """

    postures: Mapping[str, Mapping[str, str]] = Field(description="level labels by country and instrument")
    state: StateSteps = Field(description="the state of the world, each component a step")


def position_text(postures: Postures, state: State, form: Form = "json") -> str:
    """Return a position as the text of a file.

    Examples
    --------
    >>> print(position_text(Postures({"USA": {"tariff": "peak"}}), State(), "toml").splitlines()[1])
    "tariff" = "peak"
    """
    levels = {country: dict(posture) for country, posture in postures.items()}
    if form == "json":
        return json.dumps({"postures": levels, "state": asdict(state)}, indent=2, ensure_ascii=False)
    lines = []
    for country, posture in levels.items():
        lines.append(f"[postures.{_quoted(country)}]")
        lines += [f"{_quoted(name)} = {_quoted(label)}" for name, label in posture.items()]
    return "\n".join([*lines, "[state]", *(f"{name} = {step}" for name, step in asdict(state).items()), ""])


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=True)


def position_from_text(text: str, scenario: Scenario, form: Form = "json") -> Position:
    """Return the position that a text describes."""
    values = (json_values if form == "json" else toml_values)(text, "position")
    saved = model_of(values, SavedPosition, "position")
    faults = [*_faults(saved.postures, scenario)]
    if faults:
        raise InvalidFile(fault_report("position", faults))
    order = {
        country: {name: saved.postures[country][name] for name in scenario.held(country)}
        for country in scenario.countries
    }
    return Position(Postures(order), State(**saved.state.model_dump()))


def _faults(postures: Mapping[str, Mapping[str, str]], scenario: Scenario) -> list[str]:
    """Return one sentence for each country, instrument or level that is missing, extra or unknown."""
    held = {c: {n: scenario.instruments[n].labels(c) for n in scenario.held(c)} for c in scenario.countries}
    faults = [f"`postures.{c}` is missing" for c in held if c not in postures]
    for country, posture in postures.items():
        menu = held.get(country)
        if menu is None:
            faults.append(f"`postures.{country}`: there is no such country; allowed: {', '.join(held)}")
            continue
        faults += [f"`postures.{country}.{name}` is missing" for name in menu if name not in posture]
        for name, label in posture.items():
            allowed = menu.get(name)
            if allowed is None:
                faults.append(
                    f"`postures.{country}.{name}`: there is no such instrument; allowed: {', '.join(menu)}"
                )
            elif label not in allowed:
                faults.append(f"`postures.{country}.{name}`: got {label!r}; allowed: {', '.join(allowed)}")
    return faults
