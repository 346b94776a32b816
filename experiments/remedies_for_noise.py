"""What remedies are worth when a clause is misread, over how often it is and over the stake of a period.

One control clause of low verifiability, whose breach gains 1 in its period, under grim trigger. Consultation
lets it be misread no more often than a clause of medium verifiability. Slower punishment waits for two alarms
in a row. Delegation keeps the clause out of a linkage with tariffs of the same gain and stake, which can be
checked well. Slips, misses, patience and the reaction lag are the scenario's. A remedy's worth is what it
lets the sides sustain in equilibrium less what they sustain without it, as a share of the stake.
"""

import negotiation as ng
from negotiation.disputes.observation import ambiguity_chance, miss_chance, slip_chance
from negotiation.game_theory.games.issue_signal import issue_signal
from negotiation.game_theory.solvers.closed_forms.noise_remedies import (
    value_of_consultation,
    value_of_delegation,
    value_of_slower_punishment,
)
from negotiation.game_theory.solvers.closed_forms.noisy_grim import NoisyIssue
from negotiation.lab import Cell

AMBIGUITIES = [0.0, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9]
STAKES = [round(10 ** (k / 10), 6) for k in range(-10, 11, 2)]
KEPT, BROKEN = ("keep", "keep"), ("break", "break")


def remedies(cell: Cell) -> dict[str, float]:
    """Return what each remedy is worth, in stakes of a period, and what is sustained without any."""
    stake, delta = cell.number("stake_for_each_gain"), cell.scenario.discount_factor
    given = cell.scenario.with_parameters({"signal.ambiguity.low": cell.number("ambiguity")}).parameters
    slip, miss = slip_chance(given, "control", "coordinated"), miss_chance(given, "low")
    vague, better = ambiguity_chance(given, "low"), ambiguity_chance(given, "medium")
    consulted = value_of_consultation(
        1.0, stake, delta, ambiguity=vague, consulted=min(vague, better), slip=slip, miss=miss
    )
    # Breaking against a side that keeps gains 1, and keeping against one that breaks loses 1 on top.
    stage = ng.StageGame.from_matrices(
        [[stake, -1.0], [stake + 1.0, 0.0]],
        [[stake, stake + 1.0], [-1.0, 0.0]],
        actions=(("keep", "break"), ("keep", "break")),
    )
    signal = issue_signal(
        stage, {player: ["keep"] for player in stage.players}, slip=slip, ambiguity=vague, miss=miss
    )
    slower = value_of_slower_punishment(
        ng.RepeatedGame(stage, delta, signal), KEPT, BROKEN, stage.players[0], breaches=(1, 2)
    )
    alarm, detection = (float(signal.probabilities[k, k, 1]) for k in (0, 1))
    tariffs = NoisyIssue(1.0, stake, slip_chance(given, "tariff", "coordinated"), 1.0)
    issues = {"tariffs": tariffs, "control": NoisyIssue(1.0, stake, alarm, detection)}
    delegated = value_of_delegation(issues, "control", delta)
    return {
        "without": float(consulted.arrangements["no channel"].sustained) / stake,
        "consultation": float(consulted.value) / stake,
        "slower_punishment": float(slower.value) / stake,
        "delegation": float(delegated.value) / stake,
    }


experiment = ng.Experiment(
    slug="remedies_for_noise",
    question="What are consultation, slower punishment and delegation worth when a clause is misread?",
    scenario="us-china-2025",
    space=ng.space.grid({"ambiguity": AMBIGUITIES, "stake_for_each_gain": STAKES}),
    measure=remedies,
    batch=16,
    labels={
        "ambiguity": "chance a year that the kept clause looks broken",
        "stake_for_each_gain": "stake of a period, for each unit that a breach gains",
        "without": "sustained without a remedy, in stakes of a period",
        "consultation": "worth of a consultation channel, in stakes of a period",
        "slower_punishment": "worth of waiting for a second alarm, in stakes of a period",
        "delegation": "worth of keeping the clause out of the linkage, in stakes of a period",
    },
    shown=("consultation", "delegation"),
)
