from fractions import Fraction

import pytest

from negotiation.game_theory.games import RepeatedGame, StageGame
from negotiation.game_theory.solvers.thresholds.critical_discount_factor import critical_discount_factor
from negotiation.game_theory.solvers.thresholds.renegotiation import (
    least_weakly_renegotiation_proof,
    renegotiation_proofness,
)
from negotiation.strategies import OTHERWISE, Automaton, grim_trigger

C, D = "C", "D"


def penance():
    """Return the strategy of van Damme (1989): who deviates alone gives in once while the other defects."""
    peace = {(D, C): "first pays", (C, D): "second pays", OTHERWISE: "peace"}
    return Automaton(
        ["peace", "first pays", "second pays"],
        "peace",
        {"peace": (C, C), "first pays": (C, D), "second pays": (D, C)},
        {
            "peace": peace,
            "first pays": {(D, D): "first pays", (D, C): "first pays", OTHERWISE: "peace"},
            "second pays": {(D, D): "second pays", (C, D): "second pays", OTHERWISE: "peace"},
        },
    )


def paths(first, second):
    """Return a game and a strategy whose states follow each other with these payoffs, the last for ever.

    Each player's payoff is chosen by the other, who has no stake in it: every strategy whose moves do not
    depend on actions is subgame perfect.
    """
    count = len(first)
    labels = [str(k) for k in range(count)]
    stage = StageGame(
        [[[first[b], second[a]] for b in range(count)] for a in range(count)], actions=(labels, labels)
    )
    moves = {k: {OTHERWISE: labels[min(n + 1, count - 1)]} for n, k in enumerate(labels)}
    return stage, Automaton(labels, "0", {k: (k, k) for k in labels}, moves)


def test_grim_trigger_in_the_dilemma_is_never_weakly_renegotiation_proof(dilemma):
    grim = grim_trigger(dilemma, (C, C), (D, D))
    found = least_weakly_renegotiation_proof(dilemma, grim)
    assert found.value is None
    assert found.intervals == ()
    assert found.subgame_perfect == ((Fraction(1, 7), 1),)
    assert (found.binding.better, found.binding.worse) == ("cooperate", "punish")
    verdict = renegotiation_proofness(RepeatedGame(dilemma, Fraction(1, 2)), grim, exact=True)
    assert verdict.equilibrium.holds
    assert not verdict.holds
    assert verdict.margin == -6
    assert (verdict.offending.better, verdict.offending.worse) == ("cooperate", "punish")


def test_penance_is_from_where_paying_is_better_than_mutual_defection(dilemma):
    # Peace: (8 d - 1)(d - 1) <= 0, from 1/8. Paying: 1 + 8 d >= 3, from 1/4. The other gains 1 - d.
    found = least_weakly_renegotiation_proof(dilemma, penance())
    assert found.intervals == ((Fraction(1, 4), 1),)
    assert found.value == Fraction(1, 4)
    assert found.lower <= found.value <= found.upper
    assert (found.binding.action, found.binding.state) == (D, "first pays")
    assert found.intervals == critical_discount_factor(dilemma, penance()).intervals


@pytest.mark.parametrize("exact", [True, False])
def test_penance_at_a_discount_factor(dilemma, exact):
    at, below = Fraction(1, 4), Fraction(6, 25)
    good = renegotiation_proofness(RepeatedGame(dilemma, at), penance(), exact=exact)
    assert good.holds
    assert good.offending is None
    assert good.margin == pytest.approx(0.75)  # peace is better for the punisher by no more than -(1 - d)
    bad = renegotiation_proofness(RepeatedGame(dilemma, below), penance(), exact=exact)
    assert not bad.holds
    assert not bad.equilibrium.holds
    assert bad.offending is None
    assert "first pays" in bad.explain()


def test_dominance_and_not_deviation_can_be_what_binds():
    # V_0 - V_2 has the sign of (2 d - 1, 3 - d): dominance above one half only.
    stage, strategy = paths([-1, 2, 0], [3, -1, 0])
    found = least_weakly_renegotiation_proof(stage, strategy)
    assert found.subgame_perfect == ((0, 1),)
    assert found.intervals == ((0, Fraction(1, 2)),)
    assert found.value == 0
    assert found.binding is None


def test_a_threshold_from_dominance_names_the_pair():
    # V_0 - V_2 has the sign of (1 - 2 d, 10 d); no other pair is ordered.
    stage, strategy = paths([1, -2, 0], [0, 10, 0])
    found = least_weakly_renegotiation_proof(stage, strategy)
    assert found.value == Fraction(1, 2)
    assert (found.binding.better, found.binding.worse) == ("0", "2")
    for delta, holds in ((Fraction(1, 2), True), (Fraction(1, 2) - Fraction(1, 10**6), False)):
        assert renegotiation_proofness(RepeatedGame(stage, delta), strategy, exact=True).holds is holds


def test_the_set_may_be_two_intervals():
    # V_0 - V_3 has the sign of (-3 + 16 d - 16 d^2, 1 - 2 d + 2 d^2); no other pair is ordered.
    stage, strategy = paths([-3, 16, -16, 0], [1, -2, 2, 0])
    found = least_weakly_renegotiation_proof(stage, strategy)
    assert found.intervals == ((0, Fraction(1, 4)), (Fraction(3, 4), 1))
    for delta in (Fraction(k, 40) for k in range(1, 40)):
        holds = renegotiation_proofness(RepeatedGame(stage, delta), strategy, exact=True).holds
        assert holds == any(low <= delta <= high for low, high in found.intervals)


def test_a_stage_equilibrium_for_ever_is_always_weakly_renegotiation_proof(dilemma):
    always = Automaton(["s"], "s", {"s": (D, D)}, {"s": {OTHERWISE: "s"}})
    assert least_weakly_renegotiation_proof(dilemma, always).intervals == ((0, 1),)
    verdict = renegotiation_proofness(RepeatedGame(dilemma, 0.5), always)
    assert verdict.holds
    assert verdict.dominance is None


def test_unlike_discount_factors(dilemma):
    game = RepeatedGame(dilemma, (Fraction(1, 4), Fraction(9, 10)))
    assert renegotiation_proofness(game, penance(), exact=True).holds
