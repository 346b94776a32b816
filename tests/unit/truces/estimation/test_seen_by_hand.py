"""Moves that are seen: their density in a small game, how paths become moves, how moves are drawn."""

from types import SimpleNamespace

import numpy as np
import pytest
from scipy.linalg import expm

from negotiation.game_theory.games import ContinuousTimeGame, DecisionMaker
from negotiation.game_theory.strategies.move_choices import MoveChoices
from negotiation.truces.estimation import seen_moves
from negotiation.truces.estimation.random_moves import RandomMoves
from negotiation.truces.estimation.seen_levels import log_densities_of_moves
from negotiation.truces.estimation.seen_moves import SeenMove, SeenSpell, random_spell

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


def test_quiet_alone_has_the_chance_that_nobody_moved(played):
    found = log_densities_of_moves(*played, [np.array([2, 5])], [0.25])
    quiet = np.array([[-10 * 0.3 - 3.0, 3.0], [0.0, -8 * 0.1]])
    assert found == pytest.approx([np.log((np.array([1.0, 0.0]) @ expm(quiet * 0.25)).sum())])
    assert log_densities_of_moves(*played, [np.array([2, 5])], [0.0]) == pytest.approx([0.0])


def test_what_comes_after_an_impossible_move_counts_nothing(played):
    places = [np.array([0, 3]), np.array([1, 4]), np.array([0, 3]), np.array([2, 5])]
    found = log_densities_of_moves(*played, places, [0.1] * 4)
    assert np.isfinite(found[:2]).all()
    assert found[2:].tolist() == [-np.inf, 0.0]


LADDERS = {("USA", "tariff"): ("low", "middle", "high"), ("CHN", "curb"): ("off", "on")}
"""Six joint levels, tariffs first: low off, low on, middle off, and so on; in two phases."""


def stub(**more):
    return SimpleNamespace(ladders=LADDERS, phases=("kept", "over"), **more)


def test_a_path_becomes_the_changes_of_levels_on_it():
    # low off, low on, high on, the same in the other phase, low on there, low off there.
    path, times = [0, 1, 5, 11, 7, 6], [0.1, 0.2, 0.3, 0.4, 0.5]
    assert seen_moves._changes(stub(), path, times) == (
        SeenMove(0.1, "CHN", "curb", "on", True),
        SeenMove(0.2, "USA", "tariff", "high", True),
        SeenMove(0.4, "USA", "tariff", "low", False),
        SeenMove(0.5, "CHN", "curb", "off", False),
    )
    assert seen_moves._changes(stub(), [2, 4], [0.7]) == (SeenMove(0.7, "USA", "tariff", "high", True),)
    assert seen_moves._changes(stub(), [4, 2], [0.7])[0].up is False
    assert seen_moves._changes(stub(), [3], []) == ()


class Lots:
    """Waits and choices that are no chance."""

    def __init__(self, waits, picks):
        self.waits, self.picks, self.means, self.offered = list(waits), list(picks), [], []

    def exponential(self, mean):
        self.means.append(mean)
        return self.waits.pop(0)

    def choice(self, targets):
        self.offered.append(sorted(targets.tolist()))
        return self.picks.pop(0)


def test_moves_at_random_come_one_after_the_other_among_what_is_lawful():
    rows = [
        SimpleNamespace(
            targets=np.array([0, 2, 10, 1, 5, 2, 0]), row=lambda s: [slice(0, 3), slice(3, 5)][s % 2]
        ),
        SimpleNamespace(targets=np.array([0, 1, 1, 6]), row=lambda s: [slice(0, 2), slice(2, 4)][s % 2]),
    ]
    game = SimpleNamespace(n_states=12, state_index=lambda label: int(label), options=rows)
    found = stub(game=game, state_of=lambda postures: {"opening": "0"}[postures])
    lots = Lots([0.5, 0.25, 0.5, 1.0], [7, 6, 5])
    seen = random_spell(found, "opening", 1.25, 4.0, lots)
    assert lots.means == [0.25] * 3  # a rate of four a year
    # From 0: all that leads elsewhere, of both sides; the phase has no meaning, so that 7 is level 1.
    assert lots.offered == [[1, 2, 10], [5, 6]]
    assert seen == SeenSpell(
        1.25, (SeenMove(0.5, "CHN", "curb", "on", True), SeenMove(0.75, "CHN", "curb", "off", False))
    )
    assert random_spell(found, "opening", 0.5, 4.0, Lots([0.5], [])).moves == ()  # the end is not in it


def record(**more):
    openings = [("game one", "levels one"), ("game two", "levels two")]
    seen = (SeenSpell(0.5, ()), SeenSpell(0.25, ()))
    waits = (((0.1, 0.2, 0.3), (4, 2, 9)), ((0.7,), (3,)))
    return SimpleNamespace(openings=openings, seen=seen, waits_and_choices=waits, observations=("a",), **more)


def test_moves_at_random_have_the_density_of_each_wait_and_one_of_the_choices():
    found = RandomMoves(record()).log_densities(np.array([[2.0], [8.0]]))
    for row, rate in zip(found, (2.0, 8.0), strict=True):
        told = [-0.1 * rate + np.log(rate / 4), -0.2 * rate + np.log(rate / 2), -0.3 * rate, -0.7 * rate]
        np.testing.assert_allclose(row, told)
