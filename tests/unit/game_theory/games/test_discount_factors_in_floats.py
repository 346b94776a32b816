"""Discount factors that floats cannot compute with are refused by all that computes in floats."""

from fractions import Fraction

import pytest

import negotiation as ng
from negotiation.errors import InvalidDiscountFactor
from negotiation.strategies import grim_trigger

STAGE = ng.StageGame([[[9, 9], [1, 10]], [[10, 1], [3, 3]]])
THREE = ng.StageGame([[[[9, 9, 0], [1, 10, 0]], [[10, 1, 0], [3, 3, 0]]]] * 2)
NOISE = ng.PublicSignal([[[0.9, 0.1], [0.5, 0.5]], [[0.5, 0.5], [0.2, 0.8]]])
GRIM = grim_trigger(STAGE, ("0", "0"), ("1", "1"))
PATIENT = Fraction(10**30 - 1, 10**30)


def states(delta):
    half = [[[Fraction(1, 2)] * 2] * 2] * 2
    return ng.StochasticGame([STAGE.given_payoffs(), 2 * STAGE.given_payoffs()], [half, half], delta)


FLOATS = {
    "payoffs": lambda d: ng.equilibrium_payoffs(ng.RepeatedGame(STAGE, d)),
    "unlike": lambda d: ng.equilibrium_payoffs(ng.RepeatedGame(STAGE, (0.5, d))),
    "transfers": lambda d: ng.equilibrium_payoffs(ng.RepeatedGame(STAGE, d), transfers=True),
    "three": lambda d: ng.equilibrium_payoffs(ng.RepeatedGame(THREE, d), transfers=True),
    "signal": lambda d: ng.equilibrium_payoffs(ng.RepeatedGame(STAGE, d, NOISE)),
    "signal, transfers": lambda d: ng.equilibrium_payoffs(ng.RepeatedGame(STAGE, d, NOISE), transfers=True),
    "states": lambda d: ng.equilibrium_payoffs(states(d)),
    "bounds": lambda d: ng.bounded_payoffs(ng.RepeatedGame(STAGE, d)),
    "bargain": lambda d: ng.bargain(ng.RepeatedGame(STAGE, d)),
    "code": lambda d: ng.optimal_penal_code(ng.RepeatedGame(STAGE, d)),
    "anew": lambda d: ng.negotiation_equilibrium(states(d), negotiation_probability=0.5),
    "value": lambda d: ng.value(ng.RepeatedGame(STAGE, d), GRIM),
    "renegotiation": lambda d: ng.renegotiation_proofness(ng.RepeatedGame(STAGE, d), GRIM),
    "markov": lambda d: ng.markov_perfect_equilibria(states(d)),
}


@pytest.mark.parametrize("delta", [PATIENT, Fraction(1, 10**400), 5e-324, 1e-308])
@pytest.mark.parametrize("entry", FLOATS)
def test_what_computes_in_floats_refuses_them(entry, delta):
    with pytest.raises(InvalidDiscountFactor, match="discount factor must be at least 1e-100"):
        FLOATS[entry](delta)


@pytest.mark.long
@pytest.mark.parametrize("entry", FLOATS)
def test_the_nearest_floats_are_answered(entry):
    for delta in (1e-100, 1 - 2**-53):
        assert FLOATS[entry](delta).status in ("complete", "partial")


def test_fractions_are_checked_exactly():
    assert ng.verify(ng.RepeatedGame(STAGE, PATIENT), GRIM).holds
    assert not ng.verify(ng.RepeatedGame(STAGE, Fraction(1, 10**400)), GRIM).holds
