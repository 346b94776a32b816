import math

import numpy as np
import pytest

from negotiation.disputes import State
from negotiation.disputes.forms.tariff import TariffSide, import_market
from tests.us_china import CENTRAL

STATE = CENTRAL.default_state


def test_fixed_tariffs_at_their_peak_also_raise_the_cost_of_the_curb():
    war = CENTRAL.calm().after("USA", {"tariff": "peak"})
    peace, at_war = (
        CENTRAL.stage_game(instruments=["rare_earth_curb"], fixed=fixed) for fixed in (None, war)
    )
    cost = [
        game.payoff(("hold", "rare_earth_curb=october_package"))[1]
        - game.payoff(("hold", "rare_earth_curb=licences_flow"))[1]
        for game in (peace, at_war)
    ]
    assert cost == pytest.approx([-0.04, -0.04 - 0.25 * 0.04])


def test_fixed_levels_are_a_slice_of_the_larger_game():
    larger = CENTRAL.stage_game(instruments=["tariff", "rare_earth_curb", "visa"])
    fixed = CENTRAL.calm().after("CHN", {"tariff": "peak", "rare_earth_curb": "april_licensing"})
    fixed = fixed.after("USA", {"tariff": "geneva"})
    game = CENTRAL.stage_game(instruments=["visa"], fixed=fixed)
    for level in ("open", "revocations"):
        expected = larger.payoff(
            (f"tariff=geneva visa={level}", "tariff=peak rare_earth_curb=april_licensing")
        )
        assert game.payoff((f"visa={level}", "hold")) == pytest.approx(expected)


def test_with_curbs_off_and_one_issue_it_is_the_tariff_game():
    """The calibrated markets by hand; rates in percent of PIIE, imports in USD bn, GDP in USD bn."""

    def market(base, imports):
        b = (1 + base) / (2.25 * imports)
        # A year after the rate changed, with a half-life of three; pass-through is complete at first.
        d = (1 - 2 ** (-1 / 3)) * 0.62 / imports
        return TariffSide(base + (b + d) * imports, b, d)

    game = CENTRAL.stage_game(instruments=["tariff"])
    rates = {"USA": [0.208, 0.41, 0.511, 1.265, 2.265], "CHN": [0.212, 0.326, 1.476]}
    imports, gdp = {"USA": 438.7, "CHN": 143.2}, {"USA": 29200.0, "CHN": 18700.0}
    own, lost = {}, {}
    for code, levels in rates.items():
        side = market(levels[0], imports[code])
        own[code] = np.array([side.own_payoff(t) - side.own_payoff(levels[0]) for t in levels])
        lost[code] = np.array([side.given_payoff(t) - side.given_payoff(levels[0]) for t in levels])
    usa = (own["USA"][:, None] + lost["CHN"][None, :]) * 100 / gdp["USA"]
    chn = (own["CHN"][None, :] + lost["USA"][:, None]) * 100 / gdp["CHN"]
    assert game.payoffs == pytest.approx(np.stack([usa, chn], axis=-1))
    # At this horizon no tariff above January's pays its own side; each hurts the other while trade is left.
    assert (np.diff(game.payoffs[..., 0], axis=0) <= 1e-12).all()
    assert (np.diff(game.payoffs[:4, :, 1], axis=0) < 0).all()


@pytest.mark.parametrize(
    ("days", "geneva"), [(0.0, -0.305), (math.inf, 0.071)], ids=["first day", "long run"]
)
def test_what_genevas_rate_is_worth_to_the_usa_depends_on_the_horizon(days, geneva):
    """By hand, the triangle less the exporters' part: a loss at once, a gain once supply has moved."""
    market = import_market(CENTRAL.case("USA", "tariff", days=days))
    b, d, t0, t = 1.208 / (2.25 * 438.7), (0.62 / 438.7 if days else 0.0), 0.208, 0.511
    at_base, at_geneva = ((b + d) * 438.7 - (x - t0) for x in (t0, t))
    exporters = d * (at_geneva**2 - at_base**2) / (2 * (b + d) ** 2)
    expected = -((t**2 - t0**2) / (2 * (b + d))) - exporters
    found = market.own_payoff(t) - market.own_payoff(t0)
    assert found == pytest.approx(expected)
    assert 100 * found / 29200 == pytest.approx(geneva, abs=5e-4)


def test_dependence_and_stocks_decide_what_controls_and_curbs_do():
    def harm(**steps):
        game = CENTRAL.stage_game(
            instruments=["chip_control", "rare_earth_curb"], state=State(**{"stocks": 0, **steps})
        )
        curb = game.payoff(("chip_control=licensed", "rare_earth_curb=october_package"))[0]
        control = game.payoff(("chip_control=h20_stopped", "rare_earth_curb=licences_flow"))[1]
        return curb, control

    curb, control = harm()
    assert (curb, control) == pytest.approx((-0.5 * (0.7 / 0.8) ** 2, -0.05))
    assert harm(curb_dependence=1) == pytest.approx((-0.5 * (0.6 / 0.8) ** 2, control))
    assert harm(control_dependence=0) == pytest.approx((curb, -0.05 * (0.5 / 0.8) ** 2))
    assert harm(stocks=1) == harm(stocks=2) == pytest.approx((0.0, control))
    assert harm(clock=3) == (curb, control)
