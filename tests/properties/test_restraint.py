"""Threats that run out: exact strategies up to the threshold, payoff sets above it, the formula, units."""

from fractions import Fraction
from math import exp, log

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import negotiation as ng
from negotiation.strategies import StateAutomaton
from negotiation.testing import strategies as ngst

NUMBERS = {
    "gain": Fraction(1, 3),
    "loss": Fraction(21, 40),
    "harm": Fraction(1),
    "cost": Fraction(1),
    "cover": 2,
    "discount_factors": Fraction(4, 5),
}
SHARES = st.sampled_from((Fraction(1, 3), Fraction(9, 10), Fraction(1)))


def formula(loss, harm, cost, cover, discount_factors):
    """Return the largest gain at a common discount factor, as Proposition A has it."""
    delta, _ = discount_factors
    budget = delta * loss / ((1 - delta) * cost)
    borne, share = Fraction(1), Fraction(1)
    for _ in range(cover):
        x = min(Fraction(1), (budget - 1) / (delta * borne))
        borne, share = 1 + delta * x * borne, share * x
    return delta ** (cover + 1) * share * harm if budget >= 1 else Fraction(0)


def bounds(numbers):
    return ng.restraint(gain=1, **numbers).bounds


@given(numbers=ngst.threat_numbers(), share=SHARES)
def test_what_is_said_to_hold_has_a_strategy_that_no_departure_gains_against(numbers, share):
    least, most = bounds(numbers)
    if least == 0:
        assert ng.restraint(gain=Fraction(1, 10**6), **numbers).holds is (None if most else False)
        return
    found = ng.restraint(gain=share * least, **numbers)
    assert found.holds
    assert ng.verify(found.game, found.strategy, exact=True).holds
    start = found.strategy.initial
    assert found.strategy.profile(start, str(numbers["cover"])) == ("restraint", "calm")


@given(numbers=ngst.threat_numbers(common=True, cover=(0, 12)))
def test_at_a_common_discount_factor_it_is_the_formula(numbers):
    assert bounds(numbers) == (formula(**numbers),) * 2


@given(numbers=ngst.threat_numbers(common=True, cover=(0, 2)))
def test_payoff_sets_just_above_the_threshold_leave_restraint_out(numbers):
    most = bounds(numbers)[1]
    above = ng.restraint(gain=(most * Fraction(21, 20) or Fraction(1, 10)), **numbers)
    assert above.holds is False
    assert above.strategy is None
    # Only restraint for ever costs the user nothing.
    found = ng.equilibrium_payoffs(above.game)[str(numbers["cover"])]
    assert found.outer[:, 1].max() < -1e-6 * float(numbers["loss"])


@given(numbers=ngst.threat_numbers(cover=(0, 5)), own=st.integers(1, 9), other=st.integers(1, 9))
def test_neither_side_s_unit_matters(numbers, own, other):
    told = dict(
        numbers, loss=numbers["loss"] * other, cost=numbers["cost"] * other, harm=numbers["harm"] * own
    )
    gain = numbers["harm"] / 7
    one, two = ng.restraint(gain=gain, **numbers), ng.restraint(gain=gain * own, **told)
    assert (one.holds, one.lottery, one.binding) == (two.holds, two.lottery, two.binding)
    assert two.threshold == {side: own * most for side, most in one.threshold.items()}


@given(games=st.lists(ngst.threat_numbers(cover=(0, 8)), min_size=1, max_size=20))
def test_many_games_in_floats_are_each_in_rational_numbers(games):
    target, user = (np.array([float(game["discount_factors"][i]) for game in games]) for i in (0, 1))
    rest = {name: [float(game[name]) for game in games] for name in ("loss", "harm", "cost", "cover")}
    found = ng.restraint_many(**rest, discount_factors=(target, user))
    expected = np.array([[float(b) for b in bounds(game)] for game in games]).T
    # Where the user just bears a period, or T + 1, rounding decides on which side it is.
    assert found == pytest.approx(expected, rel=1e-9, abs=1e-12)


def test_closed_values():
    # x = (1, 1) and then what M = 2.1 allows; M = 2.5 pays for both periods at cover 1.
    assert bounds({k: v for k, v in NUMBERS.items() if k != "gain"})[0] == Fraction(88, 225)
    found = ng.restraint(**dict(NUMBERS, gain=Fraction(16, 25), loss=Fraction(5, 8), cover=1))
    assert (found.holds, found.binding, found.status) == (True, "target", "complete")
    # Without cover: g / h and kappa / (kappa + c), either side's patience by itself.
    least = {"target": Fraction(1, 3), "user": Fraction(40, 61)}
    for side, other in (("target", "user"), ("user", "target")):
        for nudge, holds in ((0, True), (Fraction(-1, 10**9), False)):
            factors = {side: least[side] + nudge, other: Fraction(9, 10)}
            found = ng.restraint(
                **dict(NUMBERS, cover=0, discount_factors=(factors["target"], factors["user"]))
            )
            assert found.holds is holds


def test_a_costless_curb_binds_the_target_alone():
    found = ng.restraint(**dict(NUMBERS, cost=0, gain=Fraction(64, 125)))
    assert (found.holds, found.binding) == (True, "target")
    assert ng.verify(found.game, found.strategy, exact=True).holds
    assert not ng.restraint(**dict(NUMBERS, cost=0, gain=Fraction(64, 125) + Fraction(1, 10**9))).holds


def test_a_patient_target_is_deterred_up_to_the_upper_bound_by_a_curb_that_pauses():
    """The recursion over z_s is no equivalence for unlike factors: the curb can pause and come back."""
    numbers = {
        "loss": Fraction(35, 12),
        "harm": Fraction(1),
        "cost": Fraction(1),
        "cover": 2,
        "discount_factors": (Fraction(9, 10), Fraction(3, 10)),
    }
    gain = Fraction(729, 1000)
    found = ng.restraint(gain=gain, **numbers)
    assert (found.holds, found.status) == (None, "partial")
    assert found.bounds == (Fraction(243, 380), gain)
    # Go on at cover 0; come back after a pause; reach cover 0.
    x, y, z = Fraction(109, 190), Fraction(10, 19), Fraction(10, 19)
    on, off = ("restraint", "curb"), ("restraint", "calm")
    left = ("control", "curb"), ("control", "calm")
    actions = {("lapsed", s): left[1] for s in "012"} | {("calm", s): off for s in "012"}
    actions |= {("curb", s): on for s in "012"} | {("pause", "0"): off}
    rest = {"otherwise": "lapsed"}
    goes_on = {"curb": x, "pause": 1 - x}
    tables = {
        "calm": {(s, off): "calm" for s in "012"} | {(s, left[1]): "curb" for s in "012"} | rest,
        "curb": {
            ("2", on): {"curb": z, "calm": 1 - z}, ("1", on): goes_on, ("0", on): goes_on,
            **{(s, left[0]): "curb" for s in "012"}, **rest,
        },
        "pause": {("0", off): {"curb": y, "calm": 1 - y}, ("0", left[1]): "curb", **rest},
        "lapsed": rest,
    }  # fmt: skip
    strategy = StateAutomaton(tables, "calm", actions, tables)
    assert ng.verify(found.game, strategy, exact=True).holds


# --- the four plays of Lemma 1, iterated from all that is feasible ------------------------------------------


def concave(points):
    """Return the upper hull of points (cost, loss), up to the largest loss."""
    hull = []
    for w, x in sorted(points):
        while len(hull) > 1 and (hull[-1][1] - hull[-2][1]) * (w - hull[-2][0]) <= (x - hull[-2][1]) * (
            hull[-1][0] - hull[-2][0]
        ):
            hull.pop()
        if hull and w - hull[-1][0] < 1e-13:
            hull[-1] = (w, max(x, hull[-1][1]))
        else:
            hull.append((w, x))
    top = max(range(len(hull)), key=lambda i: hull[i][1])
    return hull[: top + 1]


def within(hull, most_cost, most_loss):
    """Return the part of a hull with no more than a cost and a loss."""
    costs, losses = map(np.array, zip(*hull, strict=True))
    if costs[0] > most_cost + 1e-12:
        return []
    ends = [min(most_cost, costs[-1])]
    if losses[0] >= most_loss:
        return [(costs[0], most_loss)]
    if losses[-1] > most_loss:
        ends.append(np.interp(most_loss, losses, costs))
    end = max(min(ends), costs[0])
    inside = [(w, x) for w, x in hull if w < end]
    return [*inside, (end, float(np.interp(end, costs, losses)))]


def mixed(hulls, s, q, terms):
    """Return points of a curb that comes with chance q: costs, and losses under which it pays to comply.

    The user is indifferent: the continuation without the curb costs it as much as the curb and what follows.
    A target that mixes, too, loses no more at a higher cost.
    """
    g, own, user, spared, tops, up, down, hit = terms
    curb, calm = hulls[down], hulls[up]
    least, most = max(curb[0][0], calm[0][0] - 1 / user), spared
    if least > most:
        return []
    grid = np.linspace(least, most, 33)
    on = np.interp(grid, *zip(*curb, strict=True))
    off = np.interp(grid + 1 / user, *zip(*calm, strict=True))
    follows = q * on + (1 - q) * off
    feared = q * tops[down] + (1 - q) * tops[up] - g / own
    losses = q * hit + own * np.minimum(follows, feared)
    return list(zip(1 + user * grid, losses, strict=True))


def excluded(gain, loss, harm, cost, cover, discount_factors, rise=1, mixes=()):
    """Whether outer bounds on the points (user's cost, target's loss) of equilibria rule restraint out.

    With `mixes`, chances of the curb that the target does not see drawn, for sides that mix in private.
    """
    g, c, h = float(gain / harm), float(loss / cost), 1.0
    own, user = map(float, discount_factors)
    spared = c / (1 - user) - 1 / user
    hulls = [[(0.0, h / (1 - own))] for _ in range(cover + 1)]
    for _ in range(3000):
        tops, new = [hull[-1][1] for hull in hulls], []
        for s in range(cover + 1):
            up, down, hit = min(s + rise, cover), max(s - 1, 0), h * (s == 0)
            spend = within(hulls[down], spared, 1e9)
            comply = within(hulls[down], spared, tops[down] - g / own)
            terms = (g, own, user, spared, tops, up, down, hit)
            new.append(
                concave(
                    [(user * w, own * x) for w, x in within(hulls[up], 1e9, tops[up] - g / own)]
                    + [(c + user * w, own * x - g) for w, x in hulls[up]]
                    + [(1 + user * w, hit + own * x) for w, x in comply]
                    + [(1 + c + user * w, hit + own * x - g) for w, x in spend]
                    + [point for q in mixes for point in mixed(hulls, s, q, terms)]
                )
            )
        if own * new[cover][-1][1] < g * (1 - 1e-9):
            return True
        if max(abs(a[-1][1] - b[-1][1]) for a, b in zip(hulls, new, strict=True)) < 1e-13:
            return False
        hulls = new
    return None


@given(numbers=ngst.threat_numbers())
def test_four_plays_iterated_agree_for_unlike_discount_factors(numbers):
    least, most = bounds(numbers)
    assert excluded(most * Fraction(201, 200) or numbers["harm"] / 100, **numbers)
    if least:
        assert not excluded(least * Fraction(199, 200), **numbers)
    # A stock that never refills changes nothing, unless the target is the more patient one.
    if numbers["discount_factors"][0] <= numbers["discount_factors"][1]:
        assert excluded(most * Fraction(201, 200) or numbers["harm"] / 100, **numbers, rise=0)
        assert not least or not excluded(least * Fraction(199, 200), **numbers, rise=0)


@settings(max_examples=15)
@given(numbers=ngst.threat_numbers(cover=(0, 2)))
def test_sides_that_mix_in_private_deter_no_more_of_a_target_no_more_patient_than_the_user(numbers):
    numbers["discount_factors"] = tuple(sorted(numbers["discount_factors"]))
    above = bounds(numbers)[1] * Fraction(201, 200) or numbers["harm"] / 100
    assert excluded(above, **numbers, mixes=(0.2, 0.5, 0.8))


@pytest.mark.parametrize(
    "numbers",
    [
        {"gain": 1e-4, "loss": 0.01, "harm": 1e9, "cost": 1.0, "cover": 0, "discount_factors": 0.5},
        {"gain": 5e-13, "loss": 100.0, "harm": 1.0, "cost": 1.0, "cover": 60, "discount_factors": 0.6},
    ],
)
def test_a_gain_above_what_is_deterred_is_not_deterred_however_small_both_are(numbers):
    found = ng.restraint(**numbers)
    assert found.bounds[1] < numbers["gain"]
    assert found.holds is False


def test_a_harm_too_far_off_to_be_felt_ends_no_batch():
    loss, factors = 2 * (1 - 0.9) / 0.9, (3e-6, 0.9)
    one = ng.restraint(gain=0.1, loss=loss, harm=1.0, cost=1.0, cover=60, discount_factors=factors)
    assert one.holds is False
    many = ng.restraint_many(
        loss=[loss, 1e308],
        harm=1.0,
        cost=[1.0, 1e-10],
        cover=[60, 2],
        discount_factors=([3e-6, 0.5], [0.9, 0.5]),
    )  # fmt: skip
    assert many[0].tolist() == pytest.approx([0.0, 0.125], abs=1e-300)


# --- days, and the limit of short periods -------------------------------------------------------------------

DAYS = st.floats(20.0, 200.0)
IN_2026 = {"gain": 0.013442, "harm": 0.354864, "loss": 0.038684, "cost": 0.04}


@given(
    loss=st.floats(0.4, 1.2), cover=st.floats(1.0, 100.0), target=DAYS, user=DAYS, gain=st.floats(0.01, 1.0)
)
def test_periods_that_get_short_tend_to_the_limit(loss, cover, target, user, gain):
    limit = ng.restraint(gain=gain, loss=loss, harm=1, cost=1, cover=cover, horizons=(target, user))
    least, most = limit.bounds
    outside = []
    for periods in (15, 30, 60):
        delta = [exp(-cover / periods / horizon) for horizon in (target, user)]
        many = ng.restraint_many(loss=loss, harm=1, cost=1, cover=periods, discount_factors=delta)
        outside.append(np.maximum(np.log(least / many), np.log(many / most)).clip(0))
    # Games of ever shorter periods tend into the bounds, which may meet in them and lie apart in the limit.
    assert (outside[2] <= 0.6 * outside[1] + 1e-6).all()
    assert (outside[1] <= 0.7 * outside[0] + 1e-6).all()
    if limit.longest_cover is not None:
        at = ng.restraint(
            gain=gain, loss=loss, harm=1, cost=1, cover=limit.longest_cover, horizons=(target, user)
        )
        assert at.bounds[0] == pytest.approx(gain)


def test_days_in_2026():
    def bears(horizon, cover):
        return ng.restraint(**IN_2026, cover=cover, horizons=horizon).binding == "target"

    # At 73.6 days of cover the user bears its curb from a horizon of 21.6 days on; patience needs 22.5.
    assert (bears(21.5, 73.6), bears(21.7, 73.6)) == (False, True)
    held = [ng.restraint(**IN_2026, cover=73.6, horizons=horizon).holds for horizon in (22.4, 22.6)]
    assert held == [False, True]
    # The most that is deterred at a common horizon is h exp(-[T + (kappa/c - 1)(T - tau)]/H).
    answer = ng.restraint(**IN_2026, cover=70, horizons=10, period=None)
    tau = -10 * log(1 - 0.038684 / 0.04)
    expected = 0.354864 * exp(-(70 + (0.04 / 0.038684 - 1) * (70 - tau)) / 10)
    assert (answer.status, answer.bounds[0]) == ("complete", pytest.approx(expected))
    # Periods of some length are the game in periods, and cover is a whole number of them.
    days = ng.restraint(**IN_2026, cover=70, horizons=90, period=14)
    assert days.bounds == ng.restraint(**IN_2026, cover=5, discount_factors=exp(-14 / 90)).bounds
    with pytest.raises(ng.NegotiationError, match="give a cover of 70 or 84"):
        ng.restraint(**IN_2026, cover=73.6, horizons=90, period=14)


@pytest.mark.parametrize(
    "time", [{}, {"horizons": 9.0, "discount_factors": 0.5}, {"horizons": 0.0}, {"horizons": (1.0, 2.0, 3.0)}]
)
def test_times_that_are_neither_days_nor_factors_are_refused(time):
    with pytest.raises(ng.NegotiationError):
        ng.restraint(**IN_2026, cover=2, **time)
