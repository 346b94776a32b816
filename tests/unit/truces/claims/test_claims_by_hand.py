"""Claims about the small game on payoffs that are given: each inequality from its definition."""

from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from negotiation.disputes.parameter_draws import sobol_draws
from negotiation.truces.claims import claim, leverage
from negotiation.truces.claims.leverage import restraint_margin
from negotiation.truces.claims.linkage import bargaining_payoffs
from negotiation.truces.claims.small_game import small_levels, small_payoffs, weapons
from negotiation.truces.replay.move_analysis import payoff_of
from negotiation.truces.studies.leverage import lasting_harm
from tests.given_draws import GivenDraws
from tests.us_china import SCENARIO

SIDES = SCENARIO.countries
FEW = sobol_draws(SCENARIO, 3, rng=8)
DILEMMA = [[(9, 9), (1, 10)], [(10, 1), (3, 3)]]


def anything(rows=4, columns=4, draws=6, seed=1):
    """Payoffs of no game in particular."""
    return np.random.default_rng(seed).normal(size=(draws, rows, columns, 2))


def held(**changes):
    """Everything calm but tariffs at the levels of the small game, with some instruments elsewhere."""
    kept = {pair: labels[0] for pair, labels in small_levels(FEW).items()}
    posture = SCENARIO.calm()
    for (country, name), level in {**kept, **changes.pop("at", {})}.items():
        posture = posture.after(country, {name: level})
    return posture


# --- the small game ----------------------------------------------------------------------------------------


@pytest.mark.long
@pytest.mark.parametrize("bought", [None, 0, 1])
def test_rows_are_us_levels_and_columns_china_s_tariffs_turning_last(bought):
    """Every cell is the payoff of the posture that its row and column stand for."""
    levels, state = small_levels(FEW), SCENARIO.default_state
    payoffs = small_payoffs(FEW) if bought is None else bargaining_payoffs(FEW)[:, :, bought::2]
    for k, (row, column) in product(range(2), product(range(4), repeat=2)):
        at = {
            ("USA", "chip_control"): levels["USA", "chip_control"][row % 2],
            ("USA", "tariff"): levels["USA", "tariff"][row // 2],
            ("CHN", "rare_earth_curb"): levels["CHN", "rare_earth_curb"][column % 2],
            ("CHN", "tariff"): levels["CHN", "tariff"][column // 2],
        }
        if bought is not None:
            at["CHN", "purchases"] = ("buys", "boycott")[bought]
        expected = [payoff_of(FEW.at(k), held(at=at), c, state) for c in SIDES]
        found = payoffs[k, row, column]
        if bought is not None:
            calm = {("CHN", "purchases"): "buys"}
            expected = np.array(expected) - [payoff_of(FEW.at(k), held(at=calm), c, state) for c in SIDES]
            found = found - bargaining_payoffs(FEW)[k, 0, 0]
        assert found == pytest.approx(expected, abs=1e-9), (k, row, column)


def test_weapons_are_used_one_at_a_time():
    at = {"control": {("USA", "chip_control"): 1}, "curb": {("CHN", "rare_earth_curb"): 1}}
    levels, found, state = small_levels(FEW), weapons(small_payoffs(FEW)), SCENARIO.default_state
    for k in range(len(FEW)):
        calm, control, curb = (
            [
                payoff_of(FEW.at(k), held(at={p: levels[p][i] for p, i in used.items()}), c, state)
                for c in SIDES
            ]
            for used in ({}, at["control"], at["curb"])
        )
        assert found.gain[k] == pytest.approx(control[0] - calm[0])
        assert found.harm[k] == pytest.approx(calm[0] - curb[0])
        assert found.cost[k] == pytest.approx(calm[1] - curb[1])
        assert found.loss[k] == pytest.approx(calm[1] - control[1])


# --- leverage ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("gain", "other", "expected"),
    [
        (0.2, -1.0, 0.25 * 0.8 - 0.2),  # tempted: what the answer costs later, less what is gained
        (0.2, 1.0, 0.25 * 0.8 - 0.2),
        (-0.2, 1.0, 0.25 * 0.8 - 0.75 * 0.2),  # the other is tempted: whether it would answer at a cost
        (-0.2, -1.0, 0.2),  # nobody is tempted: what using it would cost
        (-0.2, 0.0, 0.2),
        (0.0, 1.0, 0.25 * 0.8),
        (0.0, -1.0, 0.0),
    ],
)
def test_how_far_restraint_is_from_being_broken(gain, other, expected):
    found = restraint_margin(*(np.array([x]) for x in (gain, 0.8, other, 0.25)))
    assert found == pytest.approx([expected])


def lasting_by_hand(draws):
    """What lasts of the harm to the USA of a curb alone, from full dependence, by stocks."""
    lasting = []
    calm, curb = SCENARIO.calm(), small_levels(FEW)["CHN", "rare_earth_curb"][1]
    after = calm.after("CHN", {"rare_earth_curb": curb})
    for one in draws:
        states = [replace(SCENARIO.default_state, curb_dependence=step, stocks=0) for step in range(3)]
        harm = [payoff_of(one, calm, "USA", at) - payoff_of(one, after, "USA", at) for at in states]
        assert harm[0] < harm[1] < harm[2]
        lasting.append(lasting_harm(one, np.array(harm))[2])
    return np.array(lasting)


def test_lasting_leverage_is_set_against_the_gain_a_period_later():
    now, then = (lasting_by_hand(draws) for draws in (FEW, FEW.as_of(leverage.YEAR_BEFORE)))
    assert (then > now).all()  # the share of imports fell: 74 percent, then 70
    gain, delta = weapons(small_payoffs(FEW)).gain, FEW.discount_factor
    assert claim("stocks_explain_2023").inequalities(FEW) == {
        "2025, stocks gone": pytest.approx(delta * now[:, 0] - gain),
        "2023, stocks full": pytest.approx(gain - delta * then[:, 2]),
    }
    assert claim("dependence_explains_2023").inequalities(FEW) == {
        "2025, its dependence": pytest.approx(delta * now[:, 0] - gain),
        "2023, its dependence": pytest.approx(gain - delta * then[:, 0]),
    }


def worst_equilibrium(u):
    """The pure equilibrium of one game with the least total, by looking at every cell; else that of all."""
    cells = list(product(range(u.shape[0]), range(u.shape[1])))
    stable = [(i, j) for i, j in cells if u[i, j, 0] >= max(u[:, j, 0]) and u[i, j, 1] >= max(u[i, :, 1])]
    return min(stable or cells, key=lambda at: u[at].sum())


def test_something_in_return_is_the_whole_truce_over_the_stage_equilibrium():
    u = anything(4, 8, 40)
    found = claim("something_in_return").inequalities(GivenDraws(u))
    for i, side in enumerate(SIDES):
        expected = [one[0, 0, i] - one[(*worst_equilibrium(one), i)] for one in u]
        assert found[side] == pytest.approx(expected)


# --- clocks ------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def clocked():
    """Draws in which either side is tempted in some and has a stake in some."""
    rng = np.random.default_rng(5)
    return GivenDraws(
        anything(draws=24, seed=3),
        delta=rng.uniform(0.7, 0.99, 24),
        reaction_lag_days=rng.uniform(8.0, 200.0, 24),
        **{"state.renewal_probability": rng.uniform(0.05, 0.95, 24)},
    )


def of_a_clock(draws, k, i):
    """Temptation, stake, patience, renewal and both lengths of a draw, from its payoffs."""
    u, delta = draws.payoffs({})[k], float(draws.discount_factor[k])
    others = [u[a, 0, 0] for a in (1, 2, 3)] if i == 0 else [u[0, b, 1] for b in (1, 2, 3)]
    lag = float(draws.number("reaction_lag_days")[k])
    lengths = [max(1, round(days / lag)) for days in (90, 365)]
    gain, stake = max(0.0, max(others) - u[0, 0, i]), max(0.0, u[0, 0, i] - u[3, 3, i])
    return gain, stake, delta, float(draws.number("state.renewal_probability")[k]), lengths


def test_a_clock_is_honest_from_the_renewal_on_at_which_its_last_period_is(clocked):
    found = claim("clocks_honest").inequalities(clocked)
    assert list(found) == ["90 days, USA", "90 days, CHN", "a year, USA", "a year, CHN"]
    seen = set()
    for k, (i, side) in product(range(len(clocked)), enumerate(SIDES)):
        gain, stake, delta, renewal, lengths = of_a_clock(clocked, k, i)
        for name, n in zip(("90 days", "a year"), lengths, strict=True):
            worth, last = (1 - delta**n) * stake, (1 - delta) * gain
            # (1 - d) g = d phi V with V = (1 - d^n) S / (1 - phi d^n), solved for phi.
            least = last / (delta * worth + last * delta**n) if gain > 0 else 0.0
            assert found[f"{name}, {side}"][k] == pytest.approx(renewal - least), (k, side, name)
        seen.add((side, gain > 0, stake > 0, lengths[0] == 1))
    assert len(seen) > 10


def test_clocks_rank_by_what_is_lost_in_their_last_period(clocked):
    found = claim("clock_ranking_turns_round").inequalities(clocked)
    for k, (i, side) in product(range(len(clocked)), enumerate(SIDES)):
        _, stake, delta, renewal, (short, long) = of_a_clock(clocked, k, i)

        def at_stake(n, phi, delta=delta, stake=stake):
            return delta * phi * (1 - delta**n) * stake / (1 - phi * delta**n)

        same = at_stake(long, renewal) - at_stake(short, renewal)
        survival = at_stake(short, renewal) - at_stake(long, renewal ** (long / short))
        assert found[f"equal renewal, {side}"][k] == pytest.approx(same, abs=1e-12)
        assert found[f"equal survival, {side}"][k] == pytest.approx(survival, abs=1e-12)


# --- linkage -----------------------------------------------------------------------------------------------


def by_issue(tariffs, controls, joint):
    """Payoffs by which instruments are in the game."""

    def payoffs(levels, state):
        assert state is None
        names = {name for _, name in levels}
        one = {1: tariffs, 2: controls, 3: joint}[len(names)]
        assert names >= ({"tariff"} if one is not controls else {"chip_control", "rare_earth_curb"})
        return np.array([one], dtype=float)

    return GivenDraws(payoffs, delta=[0.5])


def dilemma(gain, stake):
    """A dilemma with this gain from defecting on one that keeps, and this loss once both defect."""
    return [[(stake, stake), (-5, stake + gain)], [(stake + gain, -5), (0, 0)]]


@pytest.mark.parametrize(
    ("tariffs", "controls", "joint", "saved"),
    [
        (dilemma(1, 3), dilemma(3, 1), dilemma(1, 1), 0.75 - 0.5),
        (dilemma(3, 1), dilemma(1, 3), dilemma(1, 1), 0.75 - 0.5),
        (dilemma(1, 1), dilemma(1, 3), dilemma(1 + 1e-10, 1), 0.0),
        (dilemma(1, 1), dilemma(1, 3), dilemma(3, 1), 0.5 - 0.75),
    ],
)
def test_linkage_saves_what_the_more_impatient_issue_needs_more(tariffs, controls, joint, saved):
    found = claim("linkage_buys_patience").inequalities(by_issue(tariffs, controls, joint))
    assert found == {"patience saved": pytest.approx([saved], abs=1e-6)}
    assert saved != 0 or found["patience saved"][0] == 0.0


def test_a_pooled_contract_puts_tariff_peace_at_stake():
    tariffs = [[(4, 2), (-5, 3)], [(6, -5), (0, 0)]]  # gains 2 and 1, stakes 4 and 2
    joint = [[(4, 2), (-9, 7)], [(5, -9), (0, 0)]]  # gains 1 and 5
    found = claim("linkage_destroys_tariff_peace").inequalities(by_issue(tariffs, DILEMMA, joint))
    assert found == {
        "tariffs by themselves hold": pytest.approx([min(-0.5 * 2 + 0.5 * 4, -0.5 * 1 + 0.5 * 2)]),
        "all or nothing does not": pytest.approx([-min(-0.5 * 1 + 0.5 * 4, -0.5 * 5 + 0.5 * 2)]),
        "tariffs are at stake": pytest.approx([6.0]),
    }
