"""Tariffs and controls as noisy issues, by draw and side.

Gains and stakes are those of the small game: the temptation of one breach (nothing where it costs), and what
a period of trade war in the issue costs (nothing where it pays). An alarm is answered for as long as the
stand-off before Geneva lasted. Whether the answer is credible by itself is left aside.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from negotiation.games import alarm_chances
from negotiation.numeric import FloatArray
from negotiation.solvers.closed_forms.linked_noisy_grim import LinkedNoisyGrim, NoisyIssue, linked_noisy_grim
from negotiation.truces.claims.definition import TIME
from negotiation.truces.claims.linkage_buys_patience import SMALL
from negotiation.truces.record.agreement_text import truce
from negotiation.truces.verdicts.incentives_by_draw import small_payoffs
from negotiation.world import Scenario
from negotiation.world.observation import ambiguity_chance, miss_chance, slip_chance
from negotiation.world.parameter_draws import ParameterDraws
from negotiation.world.quantity import Quantity

REGIME = "fractured"
"""Coordination of agencies in all agreements of the record."""

INSTRUMENTS = SMALL
PARAMETERS = (*TIME, "slip.tariff.fractured", "slip.control.fractured")
ISSUES = ("tariff", "control")


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
    p = scenario.parameters
    found = alarm_chances(slip_chance(p, leg, REGIME), ambiguity_chance(p, grade), miss_chance(p, grade))
    return float(found.false_alarm), float(found.detection)


def punishment_periods(scenario: Scenario) -> int:
    """Return the length of an answer in periods: the stand-off before Geneva."""
    length = truce("2025-05-geneva").punishment
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
