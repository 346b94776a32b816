"""Draw the figures of `docs/explanation/continuous-time.md`: `python docs/continuous_figures.py`.

The game is that of the core instruments of the United States and China, all their levels, at the pace that
`Scenario.continuous_game` takes by default; play begins at the levels in force on the last day of the record.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from matplotlib.figure import Figure

import negotiation as ng
from negotiation.report.figures.canvas import BLUE, GREEN, GREY, ORANGE
from negotiation.report.figures.names import country_name, instrument_name
from negotiation.solutions.continuous_equilibrium import ContinuousEquilibrium
from negotiation.truces.record.timeline import postures_on
from negotiation.world import Scenario

IMAGES = Path(__file__).parent / "images"
INSTRUMENTS = ("tariff", "entity_list", "chip_control", "rare_earth_curb", "purchases")
DEFAULT = 30.0
PRECISIONS = {3.0: GREY, DEFAULT: BLUE, 300.0: ORANGE}
WEEKS = np.arange(0, 27)
LINES = ("-", "--", ":")


def shown(scenario: Scenario, event: str) -> str:
    """Return an event in words."""
    country, name, way = event.split(" ")
    moved = "up" if way == "escalate" else "down"
    return f"{country_name(scenario, country)}: {instrument_name(scenario, name)}, {moved}"


def start_of(scenario: Scenario, game: ng.ContinuousTimeGame) -> str:
    """Return the label of the levels in force on the scenario's day."""
    levels = postures_on(scenario, scenario.definition.date)
    return next(
        label
        for label in game.states
        if all(
            pair.split("=")[1] == levels[part.split(": ")[0]][pair.split("=")[0]]
            for part in label.split("; ")
            for pair in part.split(": ")[1].split(" ")
        )
    )


def intensities(game: ng.ContinuousTimeGame, play: ContinuousEquilibrium, start: str) -> dict[str, float]:
    """Return how often a year each event comes in a state."""
    s, found = game.state_index(start), dict.fromkeys(game.events, 0.0)
    for m, rows in enumerate(game.options):
        part = rows.row(s)
        for k, chance in zip(range(part.start, part.stop), play.choice_probabilities[m][s], strict=True):
            event = rows.event(k)
            if event is not None:
                found[event] += float(game.rates[m, s] * chance)
    return found


def main() -> None:
    """Draw and write both figures."""
    scenario = ng.load_scenario("us-china-2025")
    page = Figure(figsize=(7.0, 4.2), layout="constrained")
    left = page.subplots()
    later = Figure(figsize=(7.0, 3.8), layout="constrained")
    right = later.subplots()
    for precision, colour in PRECISIONS.items():
        game = scenario.continuous_game(instruments=INSTRUMENTS, moving=[], precision=precision)
        play = ng.markov_perfect_equilibria(game, starts=1)[0]
        start = start_of(scenario, game)
        found = {event: rate for event, rate in intensities(game, play, start).items() if rate > 0.0}
        left.plot(
            list(found.values()), range(len(found)), "o", color=colour, label=f"precision {precision:g}"
        )
        left.set_yticks(range(len(found)), [shown(scenario, event) for event in found])
        up = [event for event in found if event.endswith(" escalate")]
        if precision == DEFAULT:
            ahead = ng.event_probabilities(game, play, start=start, years=WEEKS / 52.0, events=up)
            for k, event in enumerate(up):
                chances = [ahead.probability(event, float(t)) for t in WEEKS / 52.0]
                right.plot(
                    WEEKS,
                    chances,
                    LINES[k // 3],
                    color=(BLUE, ORANGE, GREEN)[k % 3],
                    label=shown(scenario, event),
                )
    left.invert_yaxis()
    left.set_xlabel("moves a year at the levels in force")
    left.legend(frameon=False)
    right.set(xlabel="weeks ahead", ylabel="chance of one such move or more", ylim=(0.0, 1.0))
    right.legend(frameon=False)
    page.savefig(IMAGES / "continuous-intensities.png", dpi=150)
    later.savefig(IMAGES / "continuous-first-moves.png", dpi=150)


if __name__ == "__main__":
    main()
