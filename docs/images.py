"""Draw the images of the pages: `python docs/images.py`, or those that are named: `... images.py noise`.

Every image in `docs/images/` has its maker here. Those of `LONG` take from minutes to hours and are drawn
when they are named; all others together take some minutes.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from datetime import date
from functools import cache
from pathlib import Path
from types import SimpleNamespace

from matplotlib.axes import Axes

import negotiation as ng
from negotiation.base.labelled.parquet import read_frame
from negotiation.disputes import Scenario
from negotiation.lab import load_experiment
from negotiation.lab.claim_indices import claim_indices
from negotiation.report.figures.truces.claims import claims_figure
from negotiation.report.figures.truces.noise import coverage_figure
from negotiation.report.figures.truces.scores import series_figure
from negotiation.truce_panel.answers import input_curbs, kept_by_answer
from negotiation.truce_panel.spells import spells_of
from negotiation.truces.claims import claims
from negotiation.truces.prediction.theory_forecasts import theory_forecasters
from negotiation.truces.prediction.theory_parts import scores_over_the_record
from negotiation.truces.record.events import DOWN, UP
from negotiation.truces.studies.linkage import linkage_gains, win_sets
from negotiation.truces.studies.restraint_map import restraint_map
from negotiation.truces.verdicts.lifetime import truce_lifetime
from negotiation.truces.verdicts.under_noise import noise_sweep

ROOT = Path(__file__).parents[1]
IMAGES = ROOT / "docs" / "images"
DOTS = 150

TRUCES = ("2025-05-geneva", "2025-06-london", "2025-08-stockholm", "2025-10-busan")
RECORD_ENDS = date(2026, 10, 10)
"""Parameter draws of the claims, as on their page."""
WATCHED = (
    ("USA", "tariff", UP), ("USA", "entity_list", UP), ("USA", "chip_control", UP), ("CHN", "tariff", UP),
    ("CHN", "rare_earth_curb", UP), ("CHN", "rare_earth_curb", DOWN),
)  # fmt: skip
"""Series whose chances are drawn: steps up of the core instruments that a theory links, and the curb's way
down."""


@cache
def scenario() -> Scenario:
    """Return the dispute that the pages are about."""
    return ng.load_scenario("us-china-2025")


def levels() -> Axes:
    """Draw the levels of all instruments to the last day of the record, and all texts."""
    return ng.replay("2025-10-busan", scenario().as_of(RECORD_ENDS), draws=0).plot()


def survival() -> Axes:
    """Draw how long the truce of a year lasts, by linkage and with remedies."""
    return truce_lifetime(ng.truce("2025-10-busan"), scenario()).plot()


def coverage() -> Axes:
    """Draw what each truce binds, and what moves beside it."""
    return coverage_figure([ng.replay(name, scenario(), draws=0) for name in TRUCES])


def readings() -> Axes:
    """Draw what departing gains under each reading of Geneva, by belief."""
    return ng.truce("2025-05-geneva").compile(scenario(), clock="memoryless").plot()


def noise() -> Axes:
    """Draw false alarms and margins as Busan's clauses are misread more often."""
    return noise_sweep(ng.truce("2025-10-busan"), scenario()).plot()


def linkage() -> Axes:
    """Draw what the bargaining rules pick with controls on the table and off it."""
    return linkage_gains(scenario()).plot()


def win_sets_of_hawks() -> Axes:
    """Draw what each side ratifies, by the weight of the hawks."""
    return win_sets(scenario(), size="core").plot()


def claim_shares() -> Axes:
    """Draw the stored share of parameter draws in which each claim holds."""
    stored = read_frame(ROOT / "paper" / "data" / "claims.parquet")
    named = claims()
    return claims_figure(
        [SimpleNamespace(**{**row, "claim": named[row["claim"]]}) for row in stored.to_dict("records")]
    )


def map_of_restraint() -> Axes:
    """Draw where the threat of the curb keeps restraint, by lag, and the record."""
    dispute = scenario().as_of(RECORD_ENDS)
    return restraint_map(dispute).plot()


def parts_by_answer() -> Axes:
    """Draw shares of parts kept by credible answer in kind and coverage."""
    return kept_by_answer(spells_of(ng.panel().among("first 47").tables)).plot()


def curbs_on_inputs() -> Axes:
    """Draw curbs on inputs beside texts, by cover and clock."""
    return input_curbs().plot()


def indices() -> Axes:
    """Draw what each claim's margin turns on."""
    return claim_indices(scenario()).plot()


def anew() -> Axes:
    """Draw whom controls, the curb and a clock pay, over the chance of bargaining anew and dependence."""
    return ng.run(load_experiment("negotiated_anew", ROOT / "experiments")).plot()


def theories_in_2025() -> Axes:
    """Draw the chance that theories gave moves of the core instruments in each week of 2025."""
    theories = theory_forecasters(scenario())
    found = scores_over_the_record(theories, scenario(), "weeks", start=date(2025, 1, 20))
    return series_figure(found, series=WATCHED)


DRAWN: dict[str, Callable[[], Axes]] = {
    "levels": levels,
    "survival": survival,
    "coverage": coverage,
    "readings": readings,
    "noise": noise,
    "linkage": linkage,
    "win-sets": win_sets_of_hawks,
    "claims": claim_shares,
    "claim-indices": indices,
    "negotiated-anew": anew,
    "restraint-map": map_of_restraint,
    "kept-by-answer": parts_by_answer,
    "input-curbs": curbs_on_inputs,
    "theories-2025": theories_in_2025,
}
"""What is drawn here, by the name of its image."""

COMMANDS: dict[str, tuple[str, ...]] = {
    "architecture": ("docs/architecture.py",),
    "continuous-intensities": ("docs/continuous_figures.py",),
    "continuous-first-moves": ("docs/continuous_figures.py",),
    "continuous-first-breaches": ("docs/continuous_figures.py",),
    "continuous-growth": ("docs/continuous_figures.py",),
    "stochastic-states": ("benchmarks/stochastic.py", "growth"),
    "unlike-discounting": ("benchmarks/payoff_sets.py", "unlike"),
}
"""What a program of its own writes, by the name of its image."""

LONG = ("claim-indices", "negotiated-anew", "stochastic-states", "unlike-discounting")


def main(names: tuple[str, ...]) -> None:
    """Draw the images that are named, or all that do not take long."""
    unknown = sorted(set(names) - set(DRAWN) - set(COMMANDS))
    if unknown:
        sys.exit(f"no image is called {', '.join(unknown)}; there are {', '.join([*DRAWN, *COMMANDS])}")
    wanted = names or tuple(name for name in (*DRAWN, *COMMANDS) if name not in LONG)
    for name in wanted:
        if name in DRAWN:
            figure = DRAWN[name]().get_figure(root=True)
            if figure is not None:
                figure.savefig(IMAGES / f"{name}.png", dpi=DOTS, metadata={"Software": None})
            print(name)
    for command in dict.fromkeys(COMMANDS[name] for name in wanted if name in COMMANDS):
        subprocess.run([sys.executable, *command], cwd=ROOT, check=True)  # noqa: S603 - a program of the project
        print(*command)


if __name__ == "__main__":
    main(tuple(sys.argv[1:]))
