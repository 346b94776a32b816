"""Draw the figures of `docs/explanation/continuous-time.md`: `python docs/continuous_figures.py`.

The game is that of the core instruments of the United States and China, all their levels, at the pace that
`Scenario.continuous_game` takes by default; play begins at the levels in force on the last day of the record.
"""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure

import negotiation as ng
from negotiation.disputes import Scenario
from negotiation.report.figures.canvas import BLUE, GREEN, GREY, ORANGE
from negotiation.report.figures.names import country_name, instrument_name
from negotiation.truces.record.timeline import postures_on

IMAGES = Path(__file__).parent / "images"
INSTRUMENTS = ("tariff", "entity_list", "chip_control", "rare_earth_curb", "purchases")
DEFAULT = 30.0
PRECISIONS = {3.0: GREY, DEFAULT: BLUE, 300.0: ORANGE}
WEEKS = np.arange(0, 27)
YEAR_OF_WEEKS = np.arange(0, 53)
AGREEMENT = "2025-10-busan"
THEORIES = ("moment", "custom in kind", "shadow linkage", "renegotiation")
WEAK = 3.0
TIMES = Path(__file__).parents[1] / "benchmarks" / "results" / "continuous_time_growth.csv"
LINES = ("-", "--", ":")


def shown(scenario: Scenario, event: str) -> str:
    """Return an event in words."""
    country, name, way = event.split(" ")
    moved = "up" if way == "escalate" else "down"
    return f"{country_name(scenario, country)}: {instrument_name(scenario, name)}, {moved}"


def start_of(scenario: Scenario, game: ng.ContinuousTimeGame) -> str:
    """Return the label of the levels in force on the scenario's day."""
    levels = postures_on(scenario, scenario.definition.known)
    return next(
        label
        for label in game.states
        if all(
            pair.split("=")[1] == levels[part.split(": ")[0]][pair.split("=")[0]]
            for part in label.split("; ")
            for pair in part.split(": ")[1].split(" ")
        )
    )


def breaches(scenario: Scenario) -> Figure:
    """Return the figure of first breaches by instrument under each theory that has phases, after Busan."""
    agreement = ng.truce(AGREEMENT)
    page = Figure(figsize=(7.0, 6.2), layout="constrained")
    page.suptitle("Chance of a first breach of Busan, by theory")
    panels = page.subplots(2, 2, sharex=True, sharey=True)
    styles = {
        f"{country} {name} breach": (LINES[k // 3], (BLUE, ORANGE, GREEN)[k % 3])
        for k, (country, name) in enumerate(
            (country, name)
            for country in scenario.countries
            for name in INSTRUMENTS
            if name in scenario.held(country)
        )
    }
    for axes, theory in zip(panels.flat, THEORIES, strict=True):
        found = agreement.continuous_game(theory, precision=WEAK).breaches(YEAR_OF_WEEKS / 52.0)
        axes.set_title(theory)
        for event, chances in zip(found.events, found.probabilities, strict=True):
            country, name, _ = event.split(" ")
            label = f"{country_name(scenario, country)}: {instrument_name(scenario, name)}"
            line, colour = styles[event]
            axes.plot(YEAR_OF_WEEKS, chances, line, color=colour, label=label)
    lines = {line.get_label(): line for axes in panels.flat for line in axes.get_lines()}
    page.legend(lines.values(), lines.keys(), loc="outside lower center", ncols=2, frameon=False)
    for axes in panels[1]:
        axes.set_xlabel("weeks since the signing")
    for axes in panels[:, 0]:
        axes.set(ylabel="chance of a first breach", ylim=(0.0, 1.0))
    return page


def growth() -> Figure:
    """Return the figure of growth, from the table that `benchmarks/continuous_time.py growth` writes."""
    with TIMES.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    page = Figure(figsize=(7.0, 3.8), layout="constrained")
    axes = page.subplots()
    states, seconds = ([float(row[column]) for row in rows] for column in ("states", "s"))
    axes.loglog(states, seconds, "o-", color=BLUE, label="markov_perfect_equilibria")
    for name, colour in (("dense", ORANGE), ("sparse", GREY)):
        there = [row for row in rows if row[f"policy iteration {name}, times"]]
        times = [float(row["s"]) * float(row[f"policy iteration {name}, times"]) for row in there]
        axes.loglog(
            [float(row["states"]) for row in there],
            times,
            "s--",
            color=colour,
            label=f"policy iteration in SciPy, {name}",
        )
    axes.set(title="Time to solve, by states", xlabel="states", ylabel="processor time, seconds")
    axes.legend(frameon=False)
    return page


def main() -> None:
    """Draw and write the figures."""
    scenario = ng.load_scenario("us-china-2025")
    page = Figure(figsize=(7.0, 4.2), layout="constrained")
    left = page.subplots()
    later = Figure(figsize=(7.0, 3.8), layout="constrained")
    right = later.subplots()
    for precision, colour in PRECISIONS.items():
        game = scenario.continuous_game(instruments=INSTRUMENTS, moving=[], precision=precision)
        play = ng.markov_perfect_equilibria(game, starts=1)[0]
        start = start_of(scenario, game)
        found = {event: rate for event, rate in play.intensities(start).items() if rate > 0.0}
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
    left.set(title="How often each side moves", xlabel="moves a year at the levels in force")
    left.legend(frameon=False)
    right.set(
        title="Harsher moves to come",
        xlabel="weeks ahead",
        ylabel="chance of one such move or more",
        ylim=(0.0, 1.0),
    )
    right.legend(frameon=False)
    page.savefig(IMAGES / "continuous-intensities.png", dpi=150)
    later.savefig(IMAGES / "continuous-first-moves.png", dpi=150)
    breaches(scenario).savefig(IMAGES / "continuous-first-breaches.png", dpi=150)
    if TIMES.exists():  # timed by hand, and not kept with the sources
        growth().savefig(IMAGES / "continuous-growth.png", dpi=150)


if __name__ == "__main__":
    main()
