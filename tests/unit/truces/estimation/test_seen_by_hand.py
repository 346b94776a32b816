"""Moves that are seen: their density in a small game, how paths become moves, how moves are drawn."""

import numpy as np
import pytest
from scipy.linalg import expm

from negotiation.game_theory.games import ContinuousTimeGame, DecisionMaker
from negotiation.game_theory.strategies.move_choices import MoveChoices
from negotiation.truces.estimation.seen_moves import log_densities_of_moves

# States are level + 3 * phase. One maker goes up or down, the other only down, into the other phase.
UP = [
    [(0, 0, None), (1, 0, "up")], [(1, 0, None), (2, 0, "up"), (0, 0, "down")], [(2, 0, None)],
    [(3, 0, None), (4, 0, "up")], [(4, 0, None)], [(5, 0, None), (4, 0, "down")],
]  # fmt: skip
DOWN = [
    [(0, 0, None)], [(1, 0, None), (3, 0, "off")], [(2, 0, None), (4, 0, "off")],
    [(3, 0, None)], [(4, 0, None), (0, 0, "off")], [(5, 0, None)],
]  # fmt: skip
CHANCES = (
    [0.25, 0.75, 0.5, 0.2, 0.3, 1.0, 0.4, 0.6, 1.0, 0.9, 0.1], [1.0, 0.6, 0.4, 0.7, 0.3, 1.0, 0.8, 0.2, 1.0]
)  # fmt: skip
RATES = ([8.0, 8.0, 4.0, 6.0, 8.0, 8.0], [10.0, 5.0, 10.0, 10.0, 20.0, 10.0])


@pytest.fixture(scope="module")
def played():
    nature = np.zeros((6, 6))
    for level, rate in enumerate((1.0, 2.0, 3.0)):
        nature[level, level + 3] = rate
    nature[4, 1] = 0.5
    makers = [
        DecisionMaker(player="A", rate=rate, options=options, precision=1.0)
        for rate, options in zip(RATES, (UP, DOWN), strict=True)
    ]
    game = ContinuousTimeGame(np.zeros((6, 1)), makers, 0.1, nature, players=("A",))
    choices = [
        MoveChoices(np.array(chances), rows.indptr)
        for chances, rows in zip(CHANCES, game.options, strict=True)
    ]
    return game, choices


def test_the_density_of_moves_is_that_of_two_phases_by_hand(played):
    """Level 0, then 1, then 0 again by the maker that changes the phase, then quiet."""
    # Intensities out of each level by phase, and the phases' own rates.
    quiet_at_0 = np.array([[-8 * 0.75 - 1.0, 1.0], [0.0, -6 * 0.6]])
    quiet_at_1 = np.array([[-8 * 0.5 - 5 * 0.4 - 2.0, 2.0], [0.5, -20 * 0.2 - 0.5]])
    to_1 = np.diag([8 * 0.75, 6 * 0.6])
    to_0 = np.array([[8 * 0.3, 5 * 0.4], [20 * 0.2, 0.0]])
    waits = [0.1, 0.3, 0.2]
    parts = [expm(quiet_at_0 * 0.1) @ to_1, expm(quiet_at_1 * 0.3) @ to_0, expm(quiet_at_0 * 0.2)]
    phase, told = np.array([1.0, 0.0]), []
    for part in parts:
        phase = phase @ part
        told.append(np.log(phase.sum()))
        phase = phase / phase.sum()
    places = [np.array([0, 3]), np.array([1, 4]), np.array([0, 3])]
    np.testing.assert_allclose(log_densities_of_moves(*played, places, waits), told, rtol=1e-9)
    # Two moves at once: no time in which the phase could go on.
    at_once = log_densities_of_moves(*played, places, [0.1, 0.0, 0.2])
    phase = np.array([1.0, 0.0]) @ parts[0]
    assert at_once[1] == pytest.approx(np.log((phase @ to_0).sum() / phase.sum()))
