"""How often a year each theory says that each move comes, and which theories say the same.

Theories are told apart by what they forecast or not at all. They are asked at the levels that an agreement
keeps, and after each single step by which a side goes harsher there; theories whose rates are the same in all
these situations are one to whoever estimates them by the record of the agreement.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from negotiation.errors import UnknownName
from negotiation.labelled import Table, Tabular
from negotiation.numeric import FloatArray
from negotiation.truces.agreements import Agreement, truce
from negotiation.truces.numerics import NUMERICS
from negotiation.truces.record.agreement_text import Dispute, scenario_for
from negotiation.truces.theories import UnknownTheory, theories_by_name
from negotiation.truces.theory_game import TheoryGame
from negotiation.world import Scenario

KEPT = "kept"


class UnknownSituation(UnknownName):
    """No situation of this name."""

    noun = "situation"


@dataclass(frozen=True, eq=False)
class TheoryRates(Tabular):
    """Rates of moves by theory, situation and event."""

    agreement: str
    # theories, situations, events: Labels of the axes. The first situation is the agreement kept; the others
    # are named by the step that was taken there, such as "USA tariff peak".
    theories: tuple[str, ...]
    situations: tuple[str, ...]
    events: tuple[str, ...]
    # (theories, situations, events): moves a year under each theory's response.
    rates: FloatArray

    def distance(self, one: str, two: str) -> float:
        """Return the largest difference of two theories' rates, in any situation."""
        for name in (one, two):
            if name not in self.theories:
                raise UnknownTheory(name, self.theories)
        first, second = (self.rates[self.theories.index(name)] for name in (one, two))
        return float(abs(first - second).max())

    def alike(self) -> tuple[tuple[str, ...], ...]:
        """Return the theories in groups that forecast alike, in their order."""
        found: list[list[str]] = []
        for name in self.theories:
            near = [group for group in found if self.distance(group[0], name) <= NUMERICS.same_rate]
            if near:
                near[0].append(name)
            else:
                found.append([name])
        return tuple(tuple(group) for group in found)

    def table(self, situation: str = KEPT) -> Table:
        """Return one row for each event: its rate under each theory in a situation."""
        if situation not in self.situations:
            raise UnknownSituation(situation, self.situations)
        k = self.situations.index(situation)
        rows = tuple(
            (event, *self.rates[:, k, e].tolist())
            for e, event in enumerate(self.events)
            if self.rates[:, k, e].any()
        )
        return Table(f"Moves a year, {self.agreement}, {situation}", ("event", *self.theories), rows)


def theory_rates(
    agreement: Agreement | str,
    scenario: Dispute | None = None,
    *,
    size: str | None = None,
    instruments: tuple[str, ...] | list[str] | None = None,
    precision: float | None = None,
    move_rate: float | None = None,
) -> TheoryRates:
    """Return how often a year each move comes by each theory, at an agreement's levels and one step off."""
    paper = truce(agreement, scenario) if isinstance(agreement, str) else agreement
    world = scenario_for(paper, scenario)
    names = tuple(name for name, one in theories_by_name().items() if one.in_time)
    games = [
        paper.continuous_game(
            name, world, size=size, instruments=instruments, precision=precision, move_rate=move_rate
        )
        for name in names
    ]
    events = games[0].game.events
    steps = _steps(games[0], world)
    rates = np.array([[_rates(game, step, events) for step in (None, *steps)] for game in games])
    situations = (KEPT, *(f"{country} {name} {after}" for country, name, _, after in steps))
    return TheoryRates(paper.id, names, situations, events, rates)


def _steps(game: TheoryGame, world: Scenario) -> list[tuple[str, str, str, str]]:
    """Return the single steps harsher from what is kept: country, instrument, level before and after."""
    found = []
    for (country, name), labels in game.ladders.items():
        kept = game.kept[country][name]
        position = world.instruments[name].position
        harsher = [x for x in labels if position(country, x) > position(country, kept)]
        if harsher:
            found.append((country, name, kept, harsher[0]))
    return found


def _rates(game: TheoryGame, step: tuple[str, str, str, str] | None, events: tuple[str, ...]) -> list[float]:
    """Return the rates of events after a step."""
    if step is None:
        state = game.start
    else:
        country, name, _, after = step
        state = game.state_of(game.kept.after(country, {name: after}), game.phase_after([step]))
    found = game.intensities(state)
    return [found[event] for event in events]
