from fractions import Fraction

import numpy as np
import pytest

from negotiation.game_theory.checks.verify import verify
from negotiation.game_theory.games import PublicSignal, RepeatedGame, StageGame, StochasticGame
from negotiation.strategies import OTHERWISE, Automaton, MarkovStrategy, grim_trigger

PENNIES = StageGame.from_matrices([[1, -1], [-1, 1]], [[-1, 1], [1, -1]])


@pytest.fixture
def grim(dilemma):
    return grim_trigger(dilemma, ("C", "C"), ("D", "D"))


def test_a_pure_equilibrium_holds_by_the_least_loss(dilemma):
    verdict = verify(dilemma, ("D", "D"))
    assert verdict.holds
    assert verdict.margin == 2.0
    assert verdict.concept == "Nash equilibrium"
    assert verdict.checked == 2
    assert verdict.status == "complete"


def test_a_pure_profile_fails_by_the_largest_gain(dilemma):
    verdict = verify(dilemma, ("C", "C"), exact=True)
    assert not verdict.holds
    assert verdict.margin == Fraction(-1)
    assert verdict.tolerance == 0.0
    assert (verdict.deviation.action, verdict.deviation.prescribed) == ("D", "C")


@pytest.mark.parametrize("unit", [1, 1000])
def test_the_worst_deviation_is_that_of_the_larger_share_of_the_own_range(unit):
    # At the first actions player 0 would gain 2 of 10 and player 1 8 of 10, whatever player 0 is paid in.
    payoffs = np.array([[[0, 0], [0, 8]], [[2, 0], [10, 10]]]) * [unit, 1]
    stage, still = StageGame(payoffs), np.ones((1, 2, 2, 1), dtype=int)
    first = ("0", "0")
    for game, candidate in (
        (stage, first),
        (RepeatedGame(stage, 0.5), grim_trigger(stage, first, first)),
        (StochasticGame([payoffs], still, 0.5), MarkovStrategy({"0": first})),
    ):
        for exact in (False, True):
            assert verify(game, candidate, exact=exact).deviation.player == "1"


def test_a_mixed_equilibrium(dilemma):
    verdict = verify(PENNIES, ([0.5, 0.5], [0.5, 0.5]))
    assert verdict.holds
    assert abs(verdict.margin) <= verdict.tolerance
    assert not verify(PENNIES, ([0.6, 0.4], [0.5, 0.5])).holds


def test_a_mixed_equilibrium_of_three_players_in_fractions():
    # Each pays 1 to be the odd one out: mixing evenly makes everyone indifferent.
    payoffs = np.zeros((2, 2, 2, 3))
    for index in np.ndindex(2, 2, 2):
        for i in range(3):
            payoffs[(*index, i)] = sum(index) in (1, 2) and sum(a == index[i] for a in index) == 1
    half = [Fraction(1, 2)] * 2
    assert verify(StageGame(payoffs), (half, half, half), exact=True).margin == 0


def test_exact_mixing_divides_by_the_exact_sum():
    third = [1 / 3, 2 / 3]
    stage = StageGame.from_matrices([[2, 0], [0, 1]], [[1, 0], [0, 2]])
    verdict = verify(stage, ([2 / 3, 1 / 3], third), exact=True)
    assert isinstance(verdict.margin, Fraction)
    assert -Fraction(1, 10**15) < verdict.margin <= 0


def test_floats_beside_the_knife_edge_are_off_it(dilemma, grim):
    assert not verify(RepeatedGame(dilemma, 1 / 7 - 1e-10), grim).holds
    assert verify(RepeatedGame(dilemma, 1 / 7 + 1e-10), grim).margin > 0


def test_margin_is_in_average_payoffs(dilemma, grim):
    # Cooperating pays 9; deviating (1 - 1/2) 10 + 1/2 3 = 6.5; in punishment deviating costs (1 - 1/2) 2.
    verdict = verify(RepeatedGame(dilemma, 0.5), grim)
    assert verdict.margin == 1.0
    assert verdict.deviation.state == "punish"
    assert verdict.checked == 4


def test_states_that_no_history_reaches_are_not_checked(dilemma, grim):
    moves = {**grim.transitions, "spare": {OTHERWISE: "spare"}}
    spare = Automaton((*grim.states, "spare"), grim.initial, {**grim.actions, "spare": ("C", "C")}, moves)
    assert verify(RepeatedGame(dilemma, 0.5), spare).margin == 1.0


def test_otherwise_leads_nowhere_where_every_profile_is_named(dilemma):
    named = {(a, b): "war" for a in "CD" for b in "CD"}
    automaton = Automaton(
        ["war", "spare"],
        "war",
        {"war": ("D", "D"), "spare": ("C", "C")},
        {"war": {**named, OTHERWISE: "spare"}, "spare": {OTHERWISE: "spare"}},
    )
    assert verify(RepeatedGame(dilemma, 0.5), automaton).holds


@pytest.mark.parametrize("exact", [True, False])
def test_a_chance_of_zero_leads_nowhere(dilemma, exact):
    lottery = {"war": Fraction(1), "spare": Fraction(0)}
    automaton = Automaton(
        ["spare", "war"],
        "war",
        {"war": ("D", "D"), "spare": ("C", "C")},
        {"war": {OTHERWISE: lottery}, "spare": {OTHERWISE: "spare"}},
    )
    assert verify(RepeatedGame(dilemma, 0.5), automaton, exact=exact).margin == 1


def test_states_off_the_path_are_checked(dilemma):
    soft = grim_trigger(dilemma, ("D", "D"), ("C", "C"))
    # On the path (1 - 1/10) 1 + 1/10 9 < 3 tempts nobody; once at (C, C) for ever, everyone deviates.
    verdict = verify(RepeatedGame(dilemma, 0.1), soft)
    assert not verdict.holds
    assert verdict.deviation.state == "punish"


def test_nobody_with_an_alternative_gives_an_infinite_margin():
    stage = StageGame([[[3, 4]]])
    only = Automaton(["s"], "s", {"s": ("0", "0")}, {"s": {OTHERWISE: "s"}})
    for verdict in (verify(stage, ("0", "0")), verify(RepeatedGame(stage, 0.5), only)):
        assert verdict.holds
        assert verdict.margin == float("inf")
        assert verdict.deviation is None
        assert "none gains" in verdict.explain()


@pytest.mark.parametrize("shift", [10**9, 10**12, 10**13])
def test_a_gain_is_seen_however_far_the_other_players_payoffs_are_shifted(shift):
    stage = StageGame.from_matrices(np.array([[2, 0], [2, 1]]) + shift, [[2, 3], [0, 1]])
    assert not verify(stage, ([1.0, 0.0], [1.0, 0.0])).holds
    assert not verify(stage, ("0", "0")).holds
    assert verify(stage, ("0", "0")).deviation.player == "1"


def test_whole_payoffs_far_from_zero_keep_their_gains():
    stage = StageGame.from_matrices(np.array([[9, 1], [10, 3]]) + 10**13, [[9, 10], [1, 3]])
    grim = grim_trigger(stage, ("0", "0"), ("1", "1"))
    assert not verify(RepeatedGame(stage, 0.1), grim).holds
    assert verify(RepeatedGame(stage, 0.2), grim).holds


# --- rational input is decided in rational numbers ----------------------------------------------------------


HAIR = Fraction(1, 10**15)
"""A gain that is far below every tolerance, and a gain."""


def nearly(gain):
    """Return a dilemma in which grim trigger at 1/2 falls short by a gain, or not."""
    return StageGame.from_matrices([[2, 0], [3 + gain, 1]], [[2, 3 + gain], [0, 1]], actions=("CD", "CD"))


@pytest.mark.parametrize(("gain", "holds"), [(HAIR, False), (0, True), (-HAIR, True)])
def test_a_rational_automaton_has_no_tolerance(gain, holds):
    stage = nearly(gain)
    grim = grim_trigger(stage, ("C", "C"), ("D", "D"))
    found = verify(RepeatedGame(stage, Fraction(1, 2)), grim)
    assert (found.holds, found.tolerance) == (holds, 0.0)
    assert isinstance(found.margin, float)
    assert found.margin == pytest.approx(float(-gain / 2), rel=1e-12, abs=0)
    # A factor in floats carries rounding, and has one.
    assert verify(RepeatedGame(stage, 0.5), grim).holds


def test_a_rational_mixed_profile_has_no_tolerance():
    half = Fraction(1, 2)
    for gain, holds in ((HAIR, False), (0, True)):
        pennies = StageGame.from_matrices([[1 + gain, -1], [-1, 1]], [[-1, 1], [1, -1]])
        assert verify(pennies, [[half, half], [half, half]]).holds == holds
        assert verify(pennies, [[0.5, 0.5], [0.5, 0.5]]).holds


def test_rational_strategies_in_states_have_no_tolerance():
    for gain, holds in ((HAIR, False), (0, True)):
        payoffs = [[[[0, 0], [0, 0]], [[Fraction(gain), 0], [0, 0]]]]
        game = StochasticGame(payoffs, np.ones((1, 2, 2, 1), dtype=int), Fraction(1, 2))
        assert verify(game, {"0": ("0", "0")}).holds == holds
        assert verify(game, MarkovStrategy({"0": ([1, 0], [1, 0])})).holds == holds


def test_a_rational_automaton_under_a_rational_signal_has_no_tolerance():
    for gain, holds in ((HAIR, False), (0, True)):
        stage = nearly(gain)
        game = RepeatedGame(stage, Fraction(1, 2), PublicSignal.revealing(stage))
        move = {"C, C": "kept", OTHERWISE: "broken"}
        grim = Automaton(
            ["kept", "broken"],
            "kept",
            {"kept": ("C", "C"), "broken": ("D", "D")},
            {"kept": move, "broken": {OTHERWISE: "broken"}},
        )
        assert verify(game, grim).holds == holds


def test_a_chance_that_rounding_left_makes_a_profile_mixed():
    # A gain below the tolerance of mixed profiles and above that of pure ones.
    stage = StageGame.from_matrices([[1, 0], [1 + 5e-10, 0]], [[1, 0], [1, 0]])
    assert not verify(stage, [[1.0, 0.0], [1.0, 0.0]]).holds
    assert verify(stage, [[1.0, 1e-12], [1.0, 0.0]]).holds
