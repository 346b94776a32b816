"""Claims about noise: tariffs and controls as noisy issues, by draw and side.

Gains and stakes come from the small game. The gain is the temptation of one breach, or 0 if a breach costs.
The stake is the cost of a period of trade war in the issue, or 0 if it pays. An alarm is answered for as long
as the stand-off before Geneva lasted. Whether the answer is credible is not examined.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import inf

import numpy as np

from negotiation.base.numeric import FloatArray
from negotiation.disputes import Scenario
from negotiation.disputes.parameter_draws import ParameterDraws
from negotiation.disputes.periods import TIME_PARAMETERS
from negotiation.game_theory.solvers.closed_forms.noisy_grim import (
    LinkedNoisyGrim,
    NoisyIssue,
    linked_noisy_grim,
)
from negotiation.truces.claims.definition import claim_that, kept_with_draws
from negotiation.truces.claims.small_game import SMALL, by_side, small_payoffs
from negotiation.truces.compiling.clause_noise import noise_of
from negotiation.truces.record.agreement_text import agreement_text

# Coordination of agencies in all agreements of the record.
REGIME = "fractured"

SLIPS = ("slip.tariff.fractured", "slip.control.fractured")
PARAMETERS = (*TIME_PARAMETERS, *SLIPS)
ANSWER = (
    "The answer is a trade war for the length of the stand-off of spring 2025, taken as credible. Slips and "
    "ambiguity are assumed."
)

# Least worth of a consultation channel, as a share of the stake of a period.
WORTH = 0.1

# Least ratio of the chances of a false alarm in the control leg and in the tariff leg.
TIMES = 4.0


def clause_parameters(*grades: str) -> tuple[str, ...]:
    """Return the parameters by which clauses of these verifiabilities are misjudged."""
    return tuple(f"signal.{kind}.{grade}" for kind in ("ambiguity", "miss") for grade in grades)


@dataclass(frozen=True, eq=False)
class IssueNumbers:
    """Temptation and stake of an issue by draw and side, shape (D, 2), in percent of GDP."""

    gains: FloatArray
    stakes: FloatArray


def issue_numbers(draws: ParameterDraws) -> dict[str, IssueNumbers]:
    """Return the gains and stakes of tariffs and of controls, by issue; none is negative."""
    u = small_payoffs(draws)
    # In rows and columns of the small game place 1 is the control or the curb, place 2 the tariff.
    calm = u[:, 0, 0]
    numbers = {}
    for issue, at in (("tariff", 2), ("control", 1)):
        gains = np.stack([u[:, at, 0, 0] - calm[:, 0], u[:, 0, at, 1] - calm[:, 1]], axis=1)
        numbers[issue] = IssueNumbers(np.maximum(gains, 0.0), np.maximum(calm - u[:, at, at], 0.0))
    return numbers


def false_alarm_and_detection(scenario: Scenario, leg: str, grade: str) -> tuple[float, float]:
    """Return the chances p of a false alarm and q of detection in a period, for a leg and a verifiability."""
    noise = noise_of(scenario, leg, REGIME, (grade,))
    return noise.false_alarm, noise.detection


@kept_with_draws
def linked_by_draw(draws: ParameterDraws, grade: str) -> list[tuple[LinkedNoisyGrim, ...]]:
    """Return the linked and separate grim triggers of each draw and side.

    `grade` is the verifiability of the control clause; the tariff clause has high verifiability.
    """
    numbers, deltas = issue_numbers(draws), draws.discount_factor.tolist()
    geneva = agreement_text("2025-05-geneva")
    linked = []
    for k, world in enumerate(draws):
        chances = {
            "tariff": false_alarm_and_detection(world, "tariff", "high"),
            "control": false_alarm_and_detection(world, "control", grade),
        }
        # An answer lasts as long as the stand-off before Geneva, which its text gives in days.
        periods = geneva.punishment_periods(world.parameters["reaction_lag_days"]) or inf
        sides = []
        for i in (0, 1):
            issues = {
                name: NoisyIssue(float(of.gains[k, i]), float(of.stakes[k, i]), *chances[name])
                for name, of in numbers.items()
            }
            sides.append(linked_noisy_grim(issues, deltas[k], periods))
        linked.append(tuple(sides))
    return linked


def pooling_gains(draws: ParameterDraws, grade: str) -> dict[str, FloatArray]:
    """Return, by side, the payoff that linkage sustains minus what separate issues sustain, shape (D,).

    `grade` is the verifiability of the control clause. Monitoring is as in Green and Porter (1984).
    """
    linked = linked_by_draw(draws, grade)
    gains = [
        [float(side.sustained_linked) - float(side.sustained_alone) for side in sides] for sides in linked
    ]
    return by_side(draws, np.array(gains))


@claim_that(
    6,
    1,
    "At fractured slips, tariff clauses of high and a control clause of low verifiability, an "
    "all-or-nothing link sustains more than the issues by themselves, for both sides.",
    SMALL,
    (*PARAMETERS, *clause_parameters("high", "low")),
    notes=ANSWER,
)
def pooling_pays(draws: ParameterDraws) -> dict[str, FloatArray]:
    """Return `pooling_gains` for a control clause of low verifiability."""
    return pooling_gains(draws, "low")


@claim_that(
    6,
    2,
    "At fractured slips, with control clauses as verifiable as tariff clauses, an all-or-nothing link "
    "sustains more than the issues by themselves, for both sides.",
    SMALL,
    (*PARAMETERS, *clause_parameters("high")),
    notes=ANSWER,
)
def pooling_pays_if_published(draws: ParameterDraws) -> dict[str, FloatArray]:
    """Return `pooling_gains` for a control clause of high verifiability."""
    return pooling_gains(draws, "high")


def _sustained(draws: ParameterDraws, grade: str) -> FloatArray:
    """Return the payoff that controls sustain by themselves, by draw and side, shape (D, 2)."""
    # An agreement that does not hold is not made, and is worth 0.
    alone = [[side.alone["control"] for side in sides] for sides in linked_by_draw(draws, grade)]
    return np.array([[float(side.value) if side.holds else 0.0 for side in sides] for sides in alone])


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
    """Return, by side, the value of the consultation channel minus a tenth of the stake, shape (D,)."""
    stakes = issue_numbers(draws)["control"].stakes
    return by_side(draws, _sustained(draws, "medium") - _sustained(draws, "low") - WORTH * stakes)


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
    """Return the log ratio of false alarms in the control leg and in the tariff leg, minus log 4."""
    control, tariff = (
        np.array([false_alarm_and_detection(world, leg, grade)[0] for world in draws])
        for leg, grade in (("control", "low"), ("tariff", "high"))
    )
    return {"control leg's alarms": np.log(control) - np.log(tariff) - np.log(TIMES)}
