"""Claims about noise: tariffs and controls as noisy issues, by draw and side.

Gains and stakes are those of the small game: the temptation of one breach (nothing where it costs), and what
a period of trade war in the issue costs (nothing where it pays). An alarm is answered for as long as the
stand-off before Geneva lasted. Whether the answer is credible by itself is left aside.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from negotiation.numeric import FloatArray
from negotiation.solvers.closed_forms.linked_noisy_grim import LinkedNoisyGrim, NoisyIssue, linked_noisy_grim
from negotiation.truces.claims.definition import claim_that
from negotiation.truces.claims.small_game import SMALL, small_payoffs
from negotiation.truces.compiling.clause_noise import noise_of
from negotiation.truces.record.agreement_text import agreement_text
from negotiation.world import Scenario
from negotiation.world.parameter_draws import ParameterDraws
from negotiation.world.periods import TIME_PARAMETERS
from negotiation.world.quantity import Quantity

REGIME = "fractured"
"""Coordination of agencies in all agreements of the record."""

SLIPS = ("slip.tariff.fractured", "slip.control.fractured")
PARAMETERS = (*TIME_PARAMETERS, *SLIPS)
ISSUES = ("tariff", "control")

WORTH = 0.1
"""Least worth of a consultation channel, as a share of the stake of a period."""

TIMES = 4.0
"""How much likelier a false alarm is in the leg that falters first."""


def clause_parameters(*grades: str) -> tuple[str, ...]:
    """Return the parameters by which clauses of these verifiabilities are misjudged."""
    return tuple(f"signal.{kind}.{grade}" for kind in ("ambiguity", "miss") for grade in grades)


@dataclass(frozen=True, eq=False)
class IssueNumbers:
    """Temptation and stake by draw and side, shape (D, 2)."""

    gains: FloatArray
    stakes: FloatArray


def issue_numbers(draws: ParameterDraws) -> dict[str, IssueNumbers]:
    """Return gains and stakes of tariffs and of controls; not negative."""
    u = small_payoffs(draws)
    calm = u[:, 0, 0]
    found = {}
    for issue, at in (("tariff", 2), ("control", 1)):
        gains = np.stack([u[:, at, 0, 0] - calm[:, 0], u[:, 0, at, 1] - calm[:, 1]], axis=1)
        stakes = calm - u[:, at, at]
        found[issue] = IssueNumbers(np.maximum(gains, 0.0), np.maximum(stakes, 0.0))
    return found


def false_alarm_and_detection(scenario: Scenario, leg: str, grade: str) -> tuple[float, float]:
    """Return p and q of a leg whose clause has a verifiability, a period."""
    found = noise_of(scenario, leg, REGIME, (grade,))
    return found.false_alarm, found.detection


def punishment_periods(scenario: Scenario) -> int:
    """Return the length of an answer in periods: the stand-off before Geneva."""
    length = agreement_text("2025-05-geneva").punishment
    days = length.value if isinstance(length, Quantity) else 0.0
    return max(1, round(days / scenario.parameters["reaction_lag_days"]))


def linked_by_draw(draws: ParameterDraws, grade: str) -> list[tuple[LinkedNoisyGrim, ...]]:
    """Return for each draw what linkage is worth to each side, the control clause of this verifiability."""
    return draws.kept(("linked", grade), lambda: _linked(draws, grade))


def _linked(draws: ParameterDraws, grade: str) -> list[tuple[LinkedNoisyGrim, ...]]:
    numbers, deltas = issue_numbers(draws), draws.discount_factor.tolist()
    found = []
    for k, one in enumerate(draws):
        chances = {
            "tariff": false_alarm_and_detection(one, "tariff", "high"),
            "control": false_alarm_and_detection(one, "control", grade),
        }
        periods = punishment_periods(one)
        sides = []
        for i in (0, 1):
            issues = {
                name: NoisyIssue(
                    float(numbers[name].gains[k, i]), float(numbers[name].stakes[k, i]), *chances[name]
                )
                for name in ISSUES
            }
            sides.append(linked_noisy_grim(issues, deltas[k], periods))
        found.append(tuple(sides))
    return found


def pooling_gains(draws: ParameterDraws, grade: str) -> dict[str, FloatArray]:
    """Return by side what linkage sustains less what the issues sustain by themselves, shape (D,)."""
    found = linked_by_draw(draws, grade)
    return {
        country: np.array([float(s[i].sustained_linked) - float(s[i].sustained_alone) for s in found])
        for i, country in enumerate(draws.scenario.countries)
    }


@claim_that(
    6,
    1,
    "At fractured slips, tariff clauses of high and a control clause of low verifiability, an "
    "all-or-nothing link sustains more than the issues by themselves, for both sides.",
    SMALL,
    (*PARAMETERS, *clause_parameters("high", "low")),
    notes="The answer is a trade war for the length of the stand-off of spring 2025, taken as credible. "
    "Slips and ambiguity are assumed.",
)
def pooling_pays(draws: ParameterDraws) -> dict[str, FloatArray]:
    """Return by side what linkage sustains less what the issues sustain by themselves.

    Noise against linkage, with a control clause of low verifiability (Green and Porter 1984).
    """
    return pooling_gains(draws, "low")


@claim_that(
    6,
    2,
    "At fractured slips, with control clauses as verifiable as tariff clauses, an all-or-nothing link "
    "sustains more than the issues by themselves, for both sides.",
    SMALL,
    (*PARAMETERS, *clause_parameters("high")),
    notes="The answer is a trade war for the length of the stand-off of spring 2025, taken as credible. "
    "Slips and ambiguity are assumed.",
)
def pooling_pays_if_published(draws: ParameterDraws) -> dict[str, FloatArray]:
    """Return by side what linkage sustains less what the issues sustain by themselves.

    Noise against linkage, with a control clause of high verifiability (Green and Porter 1984).
    """
    return pooling_gains(draws, "high")


def _sustained(draws: ParameterDraws, grade: str, player: int) -> FloatArray:
    found = [sides[player].alone["control"] for sides in linked_by_draw(draws, grade)]
    return np.array([float(one.value) if one.holds else 0.0 for one in found])


@claim_that(
    6,
    3,
    "A channel that brings the control clause from low to medium verifiability is worth a tenth of the stake "
    "or more to each side.",
    SMALL,
    (*PARAMETERS, *clause_parameters("high", "medium", "low")),
    notes="Controls by themselves, without tariffs. Geneva's text has such a channel; that it works as a "
    "better check does is assumed.",
)
def consultation_pays(draws: ParameterDraws) -> dict[str, FloatArray]:
    """Return by side what the channel is worth less a tenth of the stake.

    What a consultation channel is worth: the control clause goes from low to medium verifiability.
    """
    stakes = issue_numbers(draws)["control"].stakes
    return {
        country: _sustained(draws, "medium", i) - _sustained(draws, "low", i) - WORTH * stakes[:, i]
        for i, country in enumerate(draws.scenario.countries)
    }


@claim_that(
    6,
    4,
    "False alarms in the control leg are at least four times as frequent as in the tariff leg.",
    (),
    ("reaction_lag_days", *SLIPS, *clause_parameters("high", "low")),
    unit="logarithm",
    notes="One clause of low verifiability against one of high; all four hazards are assumed.",
)
def control_leg_falters_first(draws: ParameterDraws) -> dict[str, FloatArray]:
    """Return the logarithm of how much likelier a false alarm is in the control leg, less that of four.

    Which leg falters first: false alarms by slips and ambiguity.
    """
    control, tariff = (
        np.array([false_alarm_and_detection(one, leg, grade)[0] for one in draws])
        for leg, grade in (("control", "low"), ("tariff", "high"))
    )
    return {"control leg's alarms": np.log(control) - np.log(tariff) - np.log(TIMES)}
