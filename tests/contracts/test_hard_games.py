"""Every function of a game is right on hard games, to the answer that can be worked out by hand."""

from fractions import Fraction

import numpy as np
import pytest

import negotiation as ng
from negotiation.game_theory.solvers.nash.index import equilibrium_index
from tests.contracts.hard_games import CONSTANT, DILEMMA, GAMES, PENNIES, THREE, blind
from tests.contracts.test_entry_points import POINTS

SETS = {
    "equilibrium_payoffs", "public_perfect_payoffs", "abreu_sannikov", "judd_yeltekin_conklin",
    "abreu_pearce_stacchetti", "policy_iteration", "bounded_payoffs", "optimal_penal_code",
    "payoffs_with_public_transfers", "payoffs_of_several",
    "payoffs_with_seen_states",
}  # fmt: skip
"""Functions whose sets are asked in `test_entry_points.py`."""


def negotiated(name):
    return ng.negotiation_equilibrium(GAMES[f"{name}, one state"], negotiation_probability=0.5)


def payoffs_of(found):
    return np.round(np.asarray(found, dtype=float), 9).tolist()


def grim_at(stage):
    cooperate = tuple("C" if stage is not THREE else "D" for _ in stage.actions)
    return ng.strategies.grim_trigger(stage, cooperate, tuple("D" if c == "C" else "C" for c in cooperate))


def in_one_state(stage):
    return ng.StochasticGame([stage.payoffs], np.ones((1, *stage.n_actions, 1)), 0.9, actions=stage.actions)


def grim_in_one_state(stage, first=0, last=1):
    one = in_one_state(stage)
    kept, broken = ({"0": tuple(row[k] for row in stage.actions)} for k in (first, last))
    return one, ng.strategies.grim_trigger_in_states(one, kept, broken)


def markov(label):
    return ng.markov_perfect_equilibria(GAMES[f"{label}, one state"])


def simulated(label, stage):
    return payoffs_of(ng.simulate(GAMES[f"{label}, repeated"], grim_at(stage), 2).payoffs)


ALWAYS_C, ALWAYS_D = (
    ng.Automaton(["s"], "s", {"s": (a, a)}, {"s": {ng.strategies.OTHERWISE: "s"}}) for a in ("C", "D")
)
RIGHT = {
    # Stage games: three players, no pure equilibrium, constant payoffs.
    "solve": [
        (lambda: payoffs_of([e.payoffs for e in ng.solve(THREE)]), [[1, 1, 1]]),
        (lambda: payoffs_of([e.payoffs for e in ng.solve(PENNIES)]), [[0, 0]]),
        (lambda: payoffs_of([e.payoffs for e in ng.solve(CONSTANT)]), [[3, 3]] * 4),
    ],
    "equilibrium_index": [
        (lambda: equilibrium_index(PENNIES, ng.solve(PENNIES).only()), 1),
        (lambda: equilibrium_index(CONSTANT, ("C", "C")), None),
    ],
    "correlated_equilibrium": [
        (lambda: payoffs_of(ng.correlated_equilibrium(THREE).payoffs), [1, 1, 1]),
        (lambda: payoffs_of(ng.correlated_equilibrium(PENNIES).payoffs), [0, 0]),
        (lambda: payoffs_of(ng.correlated_equilibrium(CONSTANT).payoffs), [3, 3]),
    ],
    "extreme_correlated_payoffs": [
        (lambda: payoffs_of(ng.extreme_correlated_payoffs(PENNIES).vertices), [[0, 0]]),
        (lambda: payoffs_of(ng.extreme_correlated_payoffs(CONSTANT).vertices), [[3, 3]]),
        (lambda: payoffs_of(ng.extreme_correlated_payoffs(THREE).greatest), [1, 1, 1]),
    ],
    "logit_equilibrium": [
        (lambda: payoffs_of(ng.logit_equilibrium(PENNIES, precision=2.0).strategies), [[0.5, 0.5]] * 2),
        (lambda: payoffs_of(ng.logit_equilibrium(CONSTANT, precision=2.0).strategies), [[0.5, 0.5]] * 2),
        # To give costs 1 whatever the others do: the odds are exp(1).
        (
            lambda: payoffs_of(ng.logit_equilibrium(THREE, precision=1.0).strategies[0][1]),
            round(1 / (1 + np.e), 9),
        ),
    ],
    "logit_branch": [
        (lambda: payoffs_of(ng.logit_branch(PENNIES, max_precision=2.0).equilibria[-1].payoffs), [0, 0]),
        (lambda: payoffs_of(ng.logit_branch(CONSTANT, max_precision=2.0).equilibria[-1].payoffs), [3, 3]),
    ],
    "minmax": [
        (lambda: payoffs_of(ng.minmax(THREE).values), [1, 1, 1]),
        (lambda: payoffs_of(ng.minmax(PENNIES).values), [1, 1]),
        (lambda: payoffs_of(ng.minmax(PENNIES, mixed=True).values), [0, 0]),
        (lambda: payoffs_of(ng.minmax(CONSTANT, mixed=True).values), [3, 3]),
    ],
    "best_replies": [
        (lambda: ng.best_replies(THREE, ("D", "D", "D")).best, (("C",), ("C",), ("C",))),
        (lambda: ng.best_replies(CONSTANT, ("C", "C")).best, (("C", "D"), ("C", "D"))),
    ],
    "dominated_actions": [
        (lambda: [d.action for d in ng.dominated_actions(THREE).dominated], ["D", "D", "D"]),
        (lambda: ng.dominated_actions(PENNIES).dominated, ()),
        (lambda: ng.dominated_actions(CONSTANT, kind="weak").dominated, ()),
    ],
    "iterated_elimination": [
        (lambda: [d.action for d in ng.iterated_elimination(THREE).eliminated], ["D", "D", "D"]),
        (lambda: ng.iterated_elimination(CONSTANT).eliminated, ()),
    ],
    "strategic_risk": [(lambda: ng.strategic_risk(DILEMMA).value, Fraction(1, 3))],
    "enforceability": [
        (lambda: ng.enforceability(DILEMMA, blind(DILEMMA)).profiles, (("D", "D"),)),
        (lambda: ng.enforceability(PENNIES, blind(PENNIES)).profiles, ()),
        (lambda: ng.enforceability(THREE, blind(THREE)).profiles, (("C", "C", "C"),)),
        (lambda: len(ng.enforceability(CONSTANT, blind(CONSTANT)).profiles), 4),
    ],
    "full_rank": [
        (lambda: ng.full_rank(DILEMMA, blind(DILEMMA)).individual.tolist(), [[1, 1]] * 4),
        (lambda: ng.full_rank(THREE, blind(THREE)).pairwise.tolist(), [[1, 1, 1]] * 8),
    ],
    "public_perfect_limit": [
        (lambda: payoffs_of(ng.public_perfect_limit(DILEMMA, blind(DILEMMA)).vertices), [[3, 3]]),
        (lambda: payoffs_of(ng.public_perfect_limit(CONSTANT, blind(CONSTANT)).vertices), [[3, 3]]),
        (lambda: len(ng.public_perfect_limit(PENNIES, blind(PENNIES)).vertices), 0),
    ],
    "finite_horizon_payoffs": [
        (lambda: payoffs_of(ng.finite_horizon_payoffs(THREE, 3).payoffs), [[1, 1, 1]]),
        (lambda: len(ng.finite_horizon_payoffs(PENNIES, 3).payoffs), 0),
        (lambda: payoffs_of(ng.finite_horizon_payoffs(CONSTANT, 3).payoffs), [[3, 3]]),
    ],
    "finite_horizon_payoff_set": [
        (lambda: payoffs_of(ng.finite_horizon_payoff_set(DILEMMA, 3).vertices), [[3, 3]]),
        (lambda: len(ng.finite_horizon_payoff_set(PENNIES, 3).vertices), 0),
        (lambda: payoffs_of(ng.finite_horizon_payoff_set(CONSTANT, 3).vertices), [[3, 3]]),
    ],
    # Thresholds: deviations gain (1 - delta) x 1 and lose delta x 6 in the dilemma, 1 and 1 among three.
    "critical_discount_factor": [
        (lambda: ng.critical_discount_factor(DILEMMA, grim_at(DILEMMA)).value, Fraction(1, 7)),
        (lambda: ng.critical_discount_factor(THREE, grim_at(THREE)).value, Fraction(1, 2)),
        (lambda: ng.critical_discount_factor(PENNIES, grim_at(PENNIES)).value, None),
        (lambda: ng.critical_discount_factor(PENNIES, ("C", "C")).value, None),
        (lambda: ng.critical_discount_factor(CONSTANT, grim_at(CONSTANT)).intervals, ((0, 1),)),
        (
            lambda: ng.critical_discount_factor(
                DILEMMA, ALWAYS_C, monitoring=blind(DILEMMA)
            ).value,
            None,
        ),
        (
            lambda: ng.critical_discount_factor(DILEMMA, ALWAYS_D, monitoring=blind(DILEMMA)).intervals,
            ((0, 1),),
        ),
        (lambda: ng.critical_discount_factor(*grim_in_one_state(DILEMMA)).value, Fraction(1, 7)),
        (lambda: ng.critical_discount_factor(*grim_in_one_state(PENNIES)).value, None),
        (lambda: ng.critical_discount_factor(*grim_in_one_state(THREE, 1, 0)).value, Fraction(1, 2)),
        (lambda: ng.critical_discount_factor(*grim_in_one_state(CONSTANT)).intervals, ((0, 1),)),
        (lambda: ng.critical_discount_factor(in_one_state(DILEMMA), {"0": ("D", "D")}).intervals, ((0, 1),)),
        (lambda: ng.critical_discount_factor(in_one_state(PENNIES), {"0": ("C", "C")}).value, None),
    ],
    "least_weakly_renegotiation_proof": [
        # The threat pays less to all than what it keeps up, so it would be renegotiated.
        (lambda: ng.least_weakly_renegotiation_proof(DILEMMA, grim_at(DILEMMA)).value, None),
        (lambda: ng.least_weakly_renegotiation_proof(DILEMMA, ALWAYS_D).intervals, ((0, 1),)),
        (lambda: ng.least_weakly_renegotiation_proof(CONSTANT, grim_at(CONSTANT)).intervals, ((0, 1),)),
        (lambda: ng.least_weakly_renegotiation_proof(PENNIES, grim_at(PENNIES)).value, None),
    ],
    "renegotiation_proofness": [
        (lambda: ng.renegotiation_proofness(GAMES["dilemma, repeated"], grim_at(DILEMMA)).holds, False),
        (lambda: ng.renegotiation_proofness(GAMES["dilemma, unlike discounting"], ALWAYS_D).holds, True),
        (lambda: ng.renegotiation_proofness(GAMES["dilemma, blind signal"], ALWAYS_D).holds, True),
        (lambda: ng.renegotiation_proofness(GAMES["constant, repeated"], grim_at(CONSTANT)).holds, True),
    ],
    "basin_of_defection": [
        # A grim opponent is worth 6 delta / (1 - delta) - 1 more than defection, a defector 2 less.
        (
            lambda: payoffs_of(ng.basin_of_defection(GAMES["dilemma, unlike discounting"]).beliefs),
            payoffs_of((2 / (9 * 6 - 1 + 2), 2 / (6 - 1 + 2))),
        ),
    ],
    "survival": [
        (lambda: ng.survival(GAMES["dilemma, repeated"], grim_at(DILEMMA), off=("punish",)).never, 1.0),
        (lambda: ng.survival(GAMES["three players, repeated"], grim_at(THREE), off=("punish",)).never, 1.0),
    ],
    "simulate": [
        (lambda: simulated("three players", THREE), [[2, 2, 2]] * 2),
        (lambda: simulated("constant", CONSTANT), [[3, 3]] * 2),
    ],
    # With delta = 0.9 and rho = 1/2 the worst is (0.1 x 3 + 0.45 x 9) / 0.55.
    "negotiation_equilibrium": [
        (lambda: negotiated("dilemma").joint_payoffs["0"], 18),
        (lambda: payoffs_of(negotiated("dilemma").negotiated["0"]), [9, 9]),
        (lambda: payoffs_of(negotiated("dilemma").punishments["0"]), payoffs_of([4.35 / 0.55] * 2)),
        (lambda: payoffs_of(negotiated("constant").punishments["0"]), [3, 3]),
        (lambda: negotiated("empty set").status, "failed"),
    ],
    "markov_perfect_equilibria": [
        (lambda: payoffs_of([e.values for e in markov("dilemma")]), [[[3, 3]]]),
        (lambda: payoffs_of([e.values for e in markov("empty set")]), [[[0, 0]]]),
        (lambda: payoffs_of([e.values for e in markov("three players")]), [[[1, 1, 1]]]),
        (lambda: {tuple(e.values[0]) for e in markov("constant")}, {(3.0, 3.0)}),
    ],
}  # fmt: skip


def test_every_entry_point_has_right_answers_on_hard_games():
    assert set(RIGHT) | SETS == set(POINTS), "known answers on hard games stand in RIGHT, sets in SETS"


@pytest.mark.parametrize("name", RIGHT)
def test_answers_on_hard_games_are_right(name):
    for ask, right in RIGHT[name]:
        assert ask() == right
