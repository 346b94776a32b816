"""Threats that run out: other refills of cover, harm in steps, no lotteries, money and bargaining anew."""

from fractions import Fraction
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import negotiation as ng
from negotiation.game_theory.games.transitions import SparseTransitions
from negotiation.testing import strategies as ngst
from tests.properties.test_restraint import excluded

HALF = Fraction(1, 2)


def changed(found, refill=lambda s, cover: {min(s + 1, cover): 1}, early=0):
    """Return a game of `ng.restraint` with another motion without the curb, and a harm while cover lasts."""
    cover = found.numbers.cover
    rows, stages = [], {}
    for s, (state, stage) in enumerate(zip(found.game.states, found.game.stages, strict=True)):
        payoffs = stage.exact_payoffs().copy()
        payoffs[:, 1, 0] -= early if s else 0
        stages[state] = ng.StageGame(payoffs, players=stage.players, actions=stage.actions)
        rows += [refill(s, cover), {max(s - 1, 0): 1}] * 2
    return ng.StochasticGame.from_stages(
        stages, SparseTransitions(rows, cover + 1), found.numbers.discount_factors[0]
    )


def restraint_is_left_out(game, found):
    """Whether outer bounds leave no point at full cover at which the user pays nothing."""
    outer = ng.equilibrium_payoffs(game)[str(found.numbers.cover)].outer
    return outer[:, 1].max() < -1e-6 * float(found.numbers.loss)


@pytest.mark.parametrize(
    "refill",
    [
        lambda s, cover: {s: 1},  # noqa: ARG005 - never
        pytest.param(
            lambda s, cover: {s: HALF, s + 1: HALF} if s < cover else {s: 1}, marks=pytest.mark.long
        ),
        pytest.param(lambda s, cover: {cover: 1}, marks=pytest.mark.long),  # noqa: ARG005 - at once
    ],
)
@given(numbers=ngst.threat_numbers(common=True, cover=(0, 2)))
def test_how_cover_refills_does_not_matter(refill, numbers):
    most = ng.restraint(gain=1, **numbers).bounds[1]
    if most:
        at = ng.restraint(gain=most, **numbers)
        assert ng.verify(changed(at, refill), at.strategy, exact=True).holds
    above = ng.restraint(gain=most * Fraction(21, 20) or Fraction(1, 10), **numbers)
    assert restraint_is_left_out(changed(above, refill), above)


@given(numbers=ngst.threat_numbers(common=True, cover=(1, 2)), share=st.sampled_from((Fraction(1, 4), 1)))
def test_harm_that_comes_early_deters_no_less_and_at_most_what_a_control_for_ever_bears(numbers, share):
    delta, harm, cover = numbers["discount_factors"][0], numbers["harm"], numbers["cover"]
    least = ng.restraint(gain=1, **numbers).bounds[0]
    if least:
        at = ng.restraint(gain=least, **numbers)
        assert ng.verify(changed(at, early=share * harm), at.strategy, exact=True).holds
    most = (1 - delta) * sum(delta ** (i + 1) for i in range(cover)) * share * harm + delta ** (
        cover + 1
    ) * harm
    above = ng.restraint(gain=most * Fraction(21, 20), **numbers)
    assert restraint_is_left_out(changed(above, early=share * harm), above)


@pytest.mark.parametrize("cover", [1, 2, 3])
@pytest.mark.parametrize("delta", [0.3, 0.6, 0.9])
def test_without_lotteries_no_harm_costs_less_than_two_periods_of_the_curb(cover, delta):
    least = np.inf
    for on in product((0, 1), repeat=10):
        s, harmed, costs = cover, False, []
        for curb in on:
            harmed |= bool(curb and s == 0)
            s = max(s - 1, 0) if curb else min(s + 1, cover)
        if harmed:
            costs = [sum(delta**k * x for k, x in enumerate(on[t:])) for t in range(10) if on[t]]
            least = min(least, max(costs))
    assert least >= 1 + delta - 1e-12
    assert least == pytest.approx(1 + delta) or cover > 1


# --- money, and bargaining before each period ---------------------------------------------------------------


def contractual(gain, loss, harm, cost, cover, delta, share):
    """Return joint values and the target's least and largest, by cover, in contractual equilibrium.

    Miller and Watson's recursion on the four plays, from wide intervals inwards; `share` is the user's.
    """
    wide = (gain + loss + harm + cost) / (1 - delta)
    joint, low, high = [np.full(cover + 1, x) for x in (max(0.0, (gain - loss) / (1 - delta)), -wide, wide)]
    for _ in range(2000):
        new = np.empty((3, cover + 1))
        for s in range(cover + 1):
            after, plays = (min(s + 1, cover), max(s - 1, 0)), []
            for a, b in product((0, 1), repeat=2):
                t, other = after[b], after[1 - b]
                own, all_ = gain * a - harm * b * (s == 0), (gain - loss) * a - (cost + harm * (s == 0)) * b
                # A target that complies gets more later than one that departs; so does a user of the curb.
                least = low[t] + (0 if a else gain / delta)
                most = min(high[t], joint[t] - joint[other] + high[other] + (-cost if b else cost) / delta)
                if least <= most + 1e-12:
                    plays += [(own + delta * w, all_ + delta * joint[t]) for w in (least, most)]
            best = max(total for _, total in plays)
            values = [value + (1 - share) * (best - total) for value, total in plays]
            new[:, s] = best, min(values), max(values)
        moved = np.abs(new - (joint, low, high)).max()
        joint, low, high = new
        if moved < 1e-12 * wide:
            break
    return joint, low, high


def agreed(gain, loss, harm, cost, cover, delta, share):
    joint, low, high = contractual(gain, loss, harm, cost, cover, delta, share)
    return bool(delta * (high - low)[cover] >= gain * (1 - 1e-9) and abs(joint[cover]) < 1e-9)


def contractual_threshold(loss, harm, cost, cover, delta, share):
    """Return the largest gain at which restraint is agreed on, if one side has all the bargaining power."""
    if share == 0:
        return delta * loss
    borne = cost * (1 - delta) <= delta ** max(cover, 1) * harm
    return min(loss, delta ** (cover + 1) * harm / (1 - delta)) if borne else 0.0


AMOUNTS = st.floats(0.1, 3.0)


@given(
    loss=AMOUNTS, harm=AMOUNTS, cost=AMOUNTS, cover=st.integers(0, 4),
    delta=st.sampled_from((0.3, 0.5, 0.8, 0.9)), share=st.sampled_from((0, 1)),
)  # fmt: skip
def test_contractual_equilibrium_keeps_restraint_up_to_its_threshold(loss, harm, cost, cover, delta, share):
    most = contractual_threshold(loss, harm, cost, cover, delta, share)
    rest = (loss, harm, cost, cover, delta, share)
    edge = abs(cost * (1 - delta) / (delta ** max(cover, 1) * harm) - 1)
    if edge > 1e-3 or share == 0:
        assert not most or agreed(0.999 * most, *rest)
        assert not agreed(1.001 * most or 0.01 * loss, *rest)


@pytest.mark.parametrize("share", [0.0, 0.5, 0.9, 1.0])
@pytest.mark.parametrize(("cover", "gain"), [(0, 0.3), (2, 0.34), (8, 0.1), (8, 0.4)])
def test_what_bargaining_keeps_lies_between_two_equilibria_of_the_package(cover, gain, share):
    game = ng.restraint(gain=gain, loss=0.525, harm=1, cost=1, cover=cover, discount_factors=0.8).game
    policies = [
        ng.negotiation_equilibrium(game, negotiation_probability=chance).policy[str(cover)]
        for chance in (0, 1)
    ]
    assert policies[1] == ("control", "calm")
    assert not agreed(gain, 0.525, 1.0, 1.0, cover, 0.8, share) or policies[0] == ("restraint", "calm")


def test_a_stock_that_never_refills_deters_more_of_a_target_more_patient_than_the_user():
    numbers = {"loss": 13 / 15, "harm": 1.0, "cost": 1.0, "cover": 1, "discount_factors": (0.95, 0.6)}
    most = ng.restraint(gain=1, **numbers).bounds[1]
    assert excluded(1.005 * most, **numbers)
    assert not excluded(1.05 * most, **numbers, rise=0)
