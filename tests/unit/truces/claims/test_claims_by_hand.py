"""Claims about the small game on payoffs that are given: each inequality from its definition."""

from dataclasses import replace
from datetime import date
from itertools import product

import numpy as np
import pytest

from negotiation.disputes.parameter_draws import sobol_draws
from negotiation.truces.claims import claim, leverage, linkage
from negotiation.truces.claims.leverage import restraint_margin
from negotiation.truces.claims.linkage import bargaining_payoffs
from negotiation.truces.claims.small_game import SMALL, small_levels, small_payoffs, thresholds, weapons
from negotiation.truces.replay.move_analysis import payoff_of
from negotiation.truces.studies.leverage import lasting_harm
from tests.given_draws import GivenDraws
from tests.us_china import MOVES, SCENARIO

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


def test_the_levels_are_those_of_the_dispute_s_small_size():
    whole = small_levels(FEW)
    assert set(whole) == set(SMALL)
    assert all(len(labels) == 2 for labels in whole.values())
    assert small_levels(FEW, "tariff") == {k: v for k, v in whole.items() if k[1] == "tariff"}
    assert set(small_levels(FEW, "chip_control", "rare_earth_curb")) == {SMALL[1], SMALL[3]}


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


def test_the_least_patience_of_the_first_profile():
    first_best = [[(9, 9), (1, 8)], [(8, 1), (3, 3)]]
    hopeless = [[(0, 0), (-1, 1)], [(1, -1), (0.5, 0.5)]]
    found = thresholds(np.array([DILEMMA, first_best, hopeless], dtype=float))
    assert found == pytest.approx([1 / 7, 0.0, 1.0], abs=1e-6)


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


def weapons_at(gain, harm, cost, loss):
    """The smallest case as a small game: rows and columns with the control and with the curb in use."""
    u = np.zeros((1, 4, 4, 2))
    u[0, 1, :, 0] += gain
    u[0, :, 1, 0] -= harm
    u[0, :, 1, 1] -= cost
    u[0, 1, :, 1] -= loss
    u[0, 2:], u[0, :, 2:] = 7.0, -7.0  # tariffs at their peak are no part of it
    return u


def test_each_side_is_asked_about_its_own_weapon():
    draws = GivenDraws(weapons_at(0.3, 0.8, 0.1, 0.4), delta=[0.75])
    found = claim("restraint_sustainable").inequalities(draws)
    # The USA: 0.75 * 0.8 - 0.3. China has to be willing to answer: 0.75 * 0.4 - 0.25 * 0.1.
    assert found == {"USA": pytest.approx([0.3]), "CHN": pytest.approx([0.275])}
    assert claim("leverage_outweighs_gain").inequalities(draws) == {"h > g": pytest.approx([0.5])}


@pytest.mark.parametrize(
    ("harm", "delta", "usa", "china"),
    [
        (0.8, 0.5, 0.3, 0.1 * 0.3 / 0.8),
        (0.2, 0.25, 0.9, 0.1),  # the whole of the curb is not enough: all of it
        (0.0, 0.5, 0.3, 0.1),
        (-0.4, 0.5, 0.3, 0.1),
    ],
)
def test_what_deters_the_usa_is_worse_for_both(harm, delta, usa, china):
    one = claim("restraint_not_renegotiation_proof")
    found = one.inequalities(GivenDraws(weapons_at(0.3, harm, 0.1, 0.4), delta=[delta]))
    assert found == {"USA worse off": pytest.approx([usa]), "CHN worse off": pytest.approx([china])}


@pytest.mark.parametrize(("gain", "cost"), [(0.0, 0.1), (0.3, 0.0), (-0.3, 0.1), (0.3, -0.1)])
def test_without_temptation_or_cost_nothing_is_said_of_renegotiation(gain, cost):
    one = claim("restraint_not_renegotiation_proof")
    found = one.inequalities(GivenDraws(weapons_at(gain, 0.8, cost, 0.4)))
    assert np.isnan(list(found.values())).all()


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


def test_the_weapon_of_2023_was_announced_in_the_month_whose_dependence_is_taken():
    licences = min(
        (m for m in MOVES if m.instrument == "minerals_ban" and m.level == "licensed"),
        key=lambda m: m.announced.earliest,
    )
    assert leverage.YEAR_BEFORE <= licences.announced.earliest < date(2023, 8, 1)
    assert leverage.MINERALS[licences.actor, licences.instrument][1] == licences.level


def test_the_weapon_of_2023_is_weighed_like_that_of_2025():
    licensed = np.zeros((1, 1, 2, 2))
    licensed[0, 0, 1] = -0.6, -9.0  # what it costs the USA, and China itself

    def payoffs(levels, state):
        assert state is None
        return licensed if set(levels) == {("CHN", "minerals_ban")} else weapons_at(0.3, 0.8, 0.1, 0.4)

    assert claim("weapon_of_2023").inequalities(GivenDraws(payoffs, delta=[0.25])) == {
        "2023, minerals licensed": pytest.approx([0.3 - 0.25 * 0.6]),
        "2025, full curb": pytest.approx([0.25 * 0.8 - 0.3]),
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


def test_gains_by_linkage_are_of_a_side_and_a_disagreement_off_the_table_at_the_static_best_reply():
    rows, columns = (np.random.default_rng(1).normal(size=(4, n, 2)) for n in (4, 8))
    rows[:2, 1, 0], rows[2:, 1, 0] = 9.0, -9.0  # tempted in the first half
    rows[3, :2, 0] = -1.0  # what gains nothing tempts nobody
    u = rows[:, :, None] + columns[:, None]  # payoffs add up, so that each has a dominant action
    deltas = np.linspace(0.5, 0.9, 4)
    draws, seen = GivenDraws(u, delta=deltas), []
    for disagreement, how in (
        ("worst stage equilibrium", "by_linkage"),
        ("worst equilibrium", "under_threat"),
    ):
        gains = linkage.linkage_gains_by_draw(draws, disagreement)
        for k in range(4):
            table = [1, 3] if k < 2 else [0, 2]  # with the control in use, tariff kept and at its peak
            whole, part = (linkage._agreed(x, deltas[k], disagreement) for x in (u[k], u[k][table]))
            assert gains[k] == pytest.approx(whole - part)
        for player, who in enumerate(("usa", "china")):
            found = claim(f"{who}_gains_{how}").inequalities(draws)
            assert list(found) == ["Nash", "Kalai-Smorodinsky", "Rubinstein, first player proposes"]
            assert np.stack(list(found.values()), 1) == pytest.approx(gains[:, :, player])
            seen.append(gains[:, :, player].round(6).tolist())
    assert len({str(one) for one in seen}) == 4


def test_bargains_depend_on_what_follows_disagreement():
    u = np.array(
        [[(4, 4), (0, 6), (-3, -1)], [(5, 1), (1, 1), (-3, -1)], [(-1, -3), (-1, -3), (-4, -4)]], float
    )
    stage, threat = (linkage._agreed(u, 0.9, one) for one in ("worst stage equilibrium", "worst equilibrium"))
    assert stage.shape == threat.shape == (3, 2)
    assert (stage >= 1 - 1e-9).all()  # nobody takes less than the stage equilibrium (1, 1)
    assert np.abs(stage - threat).max() > 1e-3
    even = linkage._agreed(np.array(DILEMMA, float), 0.9, "worst stage equilibrium")
    assert even[:2] == pytest.approx(np.full((2, 2), 9.0), abs=1e-6)  # Nash and Kalai-Smorodinsky: symmetric


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
