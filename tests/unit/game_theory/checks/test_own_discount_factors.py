"""Each player discounts by the own factor: thresholds by hand with one player patient and the other not.

In the dilemma (9, 9), (1, 10), (10, 1), (3, 3) grim trigger pays a player with factor d in peace 9, and for a
breach 10 (1 - d) + 3 d: the margin is 7 d - 1. In war it is 3 - (1 - d) - 3 d = 2 (1 - d). Whoever takes one
player's factor for both is wrong here.
"""

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

import negotiation as ng
from negotiation.game_theory.checks.self_generation import verify_payoff_set
from negotiation.game_theory.checks.verify import verify
from negotiation.game_theory.games import RepeatedGame, StageGame, StochasticGame
from negotiation.game_theory.games.transitions import SparseTransitions
from negotiation.game_theory.solutions.payoff_set import PayoffSet
from negotiation.game_theory.solvers.closed_forms.strategic_risk import basin_of_defection
from negotiation.game_theory.solvers.values.value import value
from negotiation.strategies import OTHERWISE, Automaton, MarkovStrategy, grim_trigger
from negotiation.truces.compiling.compiler import TextChoices, compiled_text
from negotiation.truces.verdicts.noise_departures import calm_departures

DILEMMA = StageGame.from_matrices(
    [[9, 1], [10, 3]], [[9, 10], [1, 3]], players=("A", "B"), actions=(("C", "D"), ("C", "D"))
)
PEACE, WAR = ("C", "C"), ("D", "D")
HALF, LOW, EDGE = Fraction(1, 2), Fraction(1, 8), Fraction(1, 7)
UNLIKE = [(HALF, LOW), (LOW, HALF), (EDGE, HALF), (HALF, EDGE), (Fraction(1, 3), HALF)]


def as_given(deltas, exact):
    return deltas if exact else tuple(map(float, deltas))


@pytest.mark.parametrize("exact", [True, False])
@pytest.mark.parametrize("deltas", UNLIKE)
def test_grim_trigger_holds_where_the_less_patient_player_is_patient_enough(deltas, exact):
    game = RepeatedGame(DILEMMA, as_given(deltas, exact))
    verdict = verify(game, grim_trigger(DILEMMA, PEACE, WAR))
    margin = min(7 * min(deltas) - 1, 2 * (1 - max(deltas)))
    assert float(verdict.margin) == pytest.approx(float(margin), abs=1e-12)
    assert verdict.holds == (margin >= 0)
    if margin < 0:
        assert verdict.deviation.player == ("A", "B")[deltas.index(min(deltas))]


@pytest.mark.parametrize("deltas", UNLIKE)
def test_a_day_of_peace_and_then_war_is_worth_more_to_the_less_patient(deltas):
    once = Automaton(
        ("now", "then"), "now", {"now": PEACE, "then": WAR}, {s: {OTHERWISE: "then"} for s in ("now", "then")}
    )
    found = value(RepeatedGame(DILEMMA, as_given(deltas, exact=False)), once)
    for player, delta in zip(DILEMMA.players, deltas, strict=True):
        assert found["now", player] == pytest.approx(float(9 - 6 * delta), rel=1e-12)
        assert found["then", player] == pytest.approx(3.0, rel=1e-12)


@pytest.mark.parametrize("deltas", UNLIKE)
def test_peace_and_war_generate_themselves_from_the_same_factor_on(deltas):
    points = np.array([[3.0, 3.0], [9.0, 9.0]])
    game = RepeatedGame(DILEMMA, deltas)
    found = PayoffSet(
        game=game, outer=points, inner=points, threats=np.array([3.0, 3.0]), profiles=np.array([3, 0]),
        continuations=points, status="complete", method="hand", reason="", iterations=0, residual=0.0,
        size=9.0, gap=0.0,
    )  # fmt: skip
    verdict = verify_payoff_set(game, found, exact=True)
    assert verdict.holds == (min(deltas) >= EDGE)


def test_the_beliefs_that_cooperation_needs_are_each_players_own():
    found = basin_of_defection(RepeatedGame(DILEMMA, (HALF, Fraction(3, 4))))
    # (1 - d)(3 - 1) / (9 - 10 (1 - d) - 3 d + (1 - d)(3 - 1)): 1 / (5/2 + 1) and 1/2 / (17/4 + 1/2)
    assert found.beliefs == (Fraction(2, 7), Fraction(2, 19))


def journey(chooser, deltas):
    """Return a game in which one player stays at home for 1 a period or goes where 3 is paid, and is back.

    To stay is worth 1, to go 3 d / (1 + d): the chooser goes from d = 1/2 on. The other takes 1 and not 0.
    """
    stay, other = np.array([[1, 1], [0, 0]]), np.array([[0, 1], [0, 1]])
    home = (stay, other) if chooser == 0 else (other.T, stay.T)
    away = (np.full((2, 2), 3), other) if chooser == 0 else (other.T, np.full((2, 2), 3))
    moves = np.zeros((2, 2, 2, 2), dtype=int)
    for own in (0, 1):
        index = (0, own) if chooser == 0 else (0, slice(None), own)
        moves[(*index, ..., own)] = 1
    moves[1, ..., 0] = 1
    stages = {"home": StageGame(np.stack(home, -1)), "away": StageGame(np.stack(away, -1))}
    return StochasticGame.from_stages(stages, moves, deltas)


@pytest.mark.parametrize("method", ["auto", "pure", "logit"])
@pytest.mark.parametrize("chooser", [0, 1])
@pytest.mark.parametrize("own", [Fraction(1, 4), Fraction(3, 4)])
def test_who_goes_away_and_comes_back_is_as_patient_as_the_own_factor_says(own, chooser, method):
    deltas = (own, 1 - own) if chooser == 0 else (1 - own, own)
    found = ng.markov_perfect_equilibria(journey(chooser, deltas), method=method)
    goes = own > HALF
    homes = {tuple(np.round(one.mixed_actions[0][chooser], 9)) for one in found}
    assert homes == {(0.0, 1.0) if goes else (1.0, 0.0)}
    worth = float(3 * own / (1 + own)) if goes else 1.0
    assert [one.values[0][chooser] for one in found] == pytest.approx([worth] * len(found), rel=1e-9)


@pytest.mark.parametrize("chooser", [0, 1])
@pytest.mark.parametrize("own", [Fraction(1, 4), HALF, Fraction(3, 4)])
def test_the_check_of_a_journey_knows_the_own_factor(own, chooser):
    other = Fraction(9, 10) if own <= HALF else Fraction(1, 10)
    game = journey(chooser, (own, other) if chooser == 0 else (other, own))
    for choice, right in ((0, own <= HALF), (1, own >= HALF)):
        home, away = (str(choice), "1"), ("0", "1")
        play = {"home": home, "away": away} if chooser == 0 else {"home": home[::-1], "away": away[::-1]}
        strategy = MarkovStrategy(play)
        assert verify(game, strategy, exact=True).holds == right


def trust(deltas, back):
    """Return a game in which a reward of 1 is taken now, for nothing later, or both wait for something good.

    What is good is 1 in every period, or 3 in one and then the same choice again.
    """
    first = StageGame([[[0, 0], [0, 1]], [[1, 0], [1, 1]]])
    stages = {"first": first, "good": StageGame([[[3, 3] if back else [1, 1]]]), "bad": StageGame([[[0, 0]]])}
    rows = [{1: 1}, {2: 1}, {2: 1}, {2: 1}, {0 if back else 1: 1}, {2: 1}]
    return StochasticGame.from_stages(stages, SparseTransitions(rows, 3), deltas)


@pytest.mark.parametrize("turn", [1, -1])
@pytest.mark.parametrize(
    ("back", "deltas", "other_waits"),
    [
        # The other waits with q where waiting is worth taking: q d = 1 - d.
        (False, (Fraction(2, 3), Fraction(3, 4)), (Fraction(1, 2), Fraction(1, 3))),
        # q d ((1 - d) 3 + d (1 - d)) = 1 - d, or q = 1 / (d (3 + d)).
        (True, (Fraction(1, 2), Fraction(2, 3)), (Fraction(4, 7), Fraction(9, 22))),
    ],
)
def test_each_waits_as_the_others_patience_asks(back, deltas, other_waits, turn):
    found = ng.markov_perfect_equilibria(trust(deltas[::turn], back))
    assert found.status == "complete"
    assert found.reason.endswith(
        "all found, " + ("on every profile of supports" if back else "state by state")
    )
    waits = {tuple(round(float(mix[0]), 9) for mix in one.mixed_actions[0]) for one in found}
    one, other = (round(float(q), 9) for q in other_waits[::turn])
    assert waits == {(1.0, 1.0), (0.0, 0.0), (other, one)}


def test_departures_from_an_agreement_gain_by_the_own_factor():
    scenario = ng.load_scenario("us-china-2025")
    compiled = compiled_text(ng.truce("2025-05-geneva"), scenario, TextChoices(clock="none"))
    stage, signal = compiled.game.stage, compiled.signal

    def gains(*deltas):
        found = calm_departures(replace(compiled, game=RepeatedGame(stage, deltas, signal)))
        return {(d.player, d.changes): d.gain for d in found}

    low, high, mixed = gains(0.5, 0.5), gains(0.9, 0.9), gains(0.5, 0.9)
    first, second = stage.players
    assert {player for player, _ in mixed} == {first, second}
    for (player, changes), gain in mixed.items():
        alone = low if player == first else high
        assert gain == pytest.approx(alone[player, changes], abs=1e-12)
    assert any(abs(low[key] - high[key]) > 1e-6 for key in low if key[0] == second)
