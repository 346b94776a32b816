"""What holds of every form of payoffs, at any numbers in the domains of its roles, and of each by itself."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from negotiation.disputes import State
from negotiation.disputes.domains import ANY, INSIDE, NOT_NEGATIVE, POSITIVE, POSITIVE_SHARE, SHARE
from negotiation.disputes.forms.binding import Binding
from negotiation.disputes.forms.discovery import forms
from negotiation.disputes.forms.levels import PARTS
from negotiation.disputes.forms.tariff import TariffSide, demand_gap, demand_slope
from negotiation.disputes.instrument import Circumstances, Level
from negotiation.disputes.ownership.loophole import calibrated_coverage
from negotiation.disputes.quantity import Parameters
from negotiation.testing.contracts import check_form
from negotiation.testing.contracts.form import ways

NUMBERS = {
    ANY: st.floats(-2.0, 2.0),
    POSITIVE: st.floats(0.5, 50.0),
    NOT_NEGATIVE: st.floats(0.0, 5.0),
    SHARE: st.floats(0.0, 1.0),
    POSITIVE_SHARE: st.floats(0.2, 1.0),
    INSIDE: st.floats(0.1, 0.9),
}
SHARES = ("low", "middle", "full")
STATES = st.builds(State, st.integers(0, 2), st.integers(0, 2), st.integers(0, 2))


def levels(values, thresholds=(), fees=()):
    return tuple(
        Level(
            f"l{k}", "a level", "2020", "a source", value=value, unit="" if value is None else "parts",
            threshold=dict(enumerate(thresholds)).get(k), fee=dict(enumerate(fees)).get(k),
        )
        for k, value in enumerate(values)
    )  # fmt: skip


def circumstances(values, state=None):
    return Circumstances("AAA", "BBB", Parameters(values), State() if state is None else state)


def bound(form, roles, values=(None, None, None), **fields):
    names = {role: f"p.{role}" for role in roles}
    graded = form.graded and form.strength is None
    fields = {"strength": "x.{level}"} | fields if graded else fields
    return Binding(form, "thing", ("AAA", "BBB"), {"AAA": levels(values)}, names, **fields)


def paid(form, numbers, values=(None, None, None), state=None, strengths=(1.0, 2.0), **fields):
    """Return the effects of a form at numbers by role, levels having these values and strengths."""
    known = {f"p.{role}": number for role, number in numbers.items()}
    known |= {f"x.l{k + 1}": x for k, x in enumerate(strengths)}
    known |= {"d.low": 0.3, "d.middle": 0.5, "d.full": 0.8}
    if fields.get("component"):
        fields["shares"] = tuple(f"d.{step}" for step in SHARES)
    return bound(form, numbers, values, **fields).effects(circumstances(known, state))


def roles_of(form):
    """Return sets of roles that a form can be given: what is needed, with each way to the rest."""
    return ways(form) if form.name != "levels" else [("own_cost",), PARTS]


CASES = [
    pytest.param(form, roles, id=f"{form.name}-{len(roles)}")
    for form in forms().values()
    for roles in roles_of(form)
    # What an ownership rule covers is no count of its level: it has tests of its own below.
    if "restructured_share" not in roles
    # Where part of the first unit is not bought, the next one denies more.
    and "bought" not in roles
    # A world of trade and a curb on an input are no sums of levels: they have tests of their own.
    and form.name not in ("world_trade", "input")
]


def drawn(data, form, roles):
    return {role: data.draw(NUMBERS[form.by_name[role].domain], label=role) for role in sorted(roles)}


@pytest.mark.long
@pytest.mark.parametrize("form", forms().values(), ids=lambda form: form.name)
def test_a_form_of_the_package_keeps_the_contract_of_forms(form):
    check_form(form)


@pytest.mark.long
@pytest.mark.parametrize(("form", "roles"), CASES)
@given(data=st.data())
def test_payoffs_are_proportional_to_strength_where_levels_have_one(form, roles, data):
    # Security alone keeps less than its worth from unit to unit, and only where a role says so.
    numbers = drawn(data, form, roles)
    kept = numbers.get("security_kept", 1.0)
    values = (1.0, 2.0, 4.0) if form.measured else (None,) * 3
    found = paid(form, numbers, values)
    linear = paid(form, numbers | {"security_kept": 1.0}, values) if kept < 1.0 else found
    for each in (linear.holder, linear.other):
        assert np.isfinite(each).all()
        if form.graded:
            # Strengths are 0, 1 and 2, or a third of the way and the whole of it.
            times = 3.0 if form.measured else 2.0
            assert each[0] == 0.0
            assert each[2] == pytest.approx(times * each[1], abs=1e-9)
    assert (found.other == linear.other).all()


@pytest.mark.parametrize("name", ["control", "listing"])
@given(st.floats(0.05, 1.0), st.floats(0.0, 1.0), st.floats(0.0, 1.0))
def test_security_is_concave_in_strength_and_the_rest_is_linear(name, kept, weight, business):
    form = forms()[name]
    numbers = {
        "security_weight": weight, "security_value": 0.6, "business_cost": business, "harm": 0.3,
        "security_kept": kept,
    }  # fmt: skip
    # Strengths 0, 1 and 2 either way.
    how = {"values": (1.0, 2.0, 3.0), "reference": "l1"} if form.measured else {}
    found = paid(form, numbers, **how)
    first, second = np.diff(found.holder)
    assert first == pytest.approx(weight * 0.6 - (1 - weight) * business)
    assert second == pytest.approx(weight * 0.6 * kept - (1 - weight) * business)
    assert np.diff(found.other) == pytest.approx([-0.3, -0.3])


@pytest.mark.long
@pytest.mark.parametrize(("form", "roles"), CASES)
@given(data=st.data(), state=STATES)
def test_dependence_and_stocks_scale_what_the_other_side_loses_and_nothing_else(form, roles, data, state):
    numbers = drawn(data, form, roles)
    values = (1.0, 2.0, 4.0) if form.measured else (None,) * 3
    plain = paid(form, numbers, values, state)
    if "dependence" in form.takes:
        scaled = paid(form, numbers | {"convexity": 2.0}, values, state, component="control_dependence")
        share = (0.3, 0.5, 0.8)[state.control_dependence] / 0.8
        gain = numbers.get("other_gain", 0.0) * np.arange(3)
        assert scaled.other - gain == pytest.approx((plain.other - gain) * share**2, abs=1e-9)
        assert (scaled.holder == plain.holder).all()
    if "stocks" in form.takes and "other_gain" not in roles:
        stocked = paid(form, numbers, values, state, stocks=True)
        assert (stocked.other == plain.other * (state.stocks == 0)).all()
        assert (stocked.holder == plain.holder).all()


def sold(borne, x, fees):
    """Return what a control pays whose levels have these fees, sales being 4 of a GDP of 100, or of 50."""
    numbers = {
        "security_weight": 0.5, "security_value": 0.6, "lost_sales": 4.0, "surplus_share": 0.3, "harm": 0.2,
        "gdp": 100.0, "other_gdp": 50.0, "fee_borne": borne,
    }  # fmt: skip
    one = replace(bound(forms()["control"], numbers), levels={"AAA": levels((None,) * 3, (), fees)})
    known = {f"p.{role}": number for role, number in numbers.items()} | {"x.l1": x, "x.l2": 4.0}
    return one.effects(circumstances(known))


@given(st.floats(0.0, 1.0), st.floats(0.0, 1.0), st.floats(-1.0, 3.0))
def test_a_licence_that_is_sold_moves_what_buyers_pay_from_one_side_to_the_other(rate, borne, x):
    priced, free = sold(borne, x, (None, rate)), sold(borne, x, ())
    # In the same money: GDP is 100 here and 50 there.
    gained, lost = priced.holder - free.holder, (free.other - priced.other) / 2.0
    assert gained == pytest.approx(lost, abs=1e-12)
    left = max(0.0, 1.0 - x)
    # Without these goods the buyers lose 0.2 percent of 50 a unit of strength: they pay no more for them.
    assert gained == pytest.approx([0.0, min(borne * rate * 4.0 * left, 0.1 * left), 0.0], abs=1e-12)


@given(st.floats(0.0, 1.0), st.floats(0.0, 1.0), st.floats(0.0, 1.0))
def test_to_buy_for_a_fee_hurts_buyers_no_more_than_to_go_without(rate, borne, x):
    _, priced, _ = sold(borne, x, (None, rate)).other
    without = -0.2  # at a strength of 1 nothing is sold
    assert priced >= without - 1e-12


def test_a_fee_that_falls_on_the_own_sellers_or_on_sales_that_are_gone_moves_nothing():
    free = sold(0.5, 0.1, ())
    for same in (sold(0.0, 0.1, (None, 0.25)), sold(0.5, 0.1, (None, None, 0.25))):
        assert same.holder == pytest.approx(free.holder)
        assert same.other == pytest.approx(free.other)


@given(st.floats(0.1, 0.9), st.floats(0.0, 4.0), st.floats(0.2, 1.0))
def test_security_by_ratio_pays_the_business_times_the_ratio_less_the_business(weight, ratio, kept):
    numbers = {
        "security_weight": 0.5, "security_ratio": ratio, "business_cost": 0.3, "harm": 0.2,
        "security_kept": kept,
    }  # fmt: skip
    found = paid(forms()["control"], numbers)
    assert np.diff(found.holder) == pytest.approx([0.3 * (ratio - 1.0), 0.3 * (ratio * kept - 1.0)])
    # Beside other weights the odds of these count, as they do where security is given by value.
    own = paid(forms()["control"], numbers | {"security_weight": weight}).holder[1]
    assert own == pytest.approx(2.0 * 0.3 * (weight * ratio - (1.0 - weight)))


@given(st.floats(0.0, 1.0))
def test_the_denial_of_what_nobody_buys_is_worth_nothing_and_costs_nothing(share):
    numbers = {
        "security_weight": 0.5, "security_ratio": 3.0, "business_cost": 0.3, "harm": 0.2, "bought": share,
    }  # fmt: skip
    found, all_bought = (paid(forms()["control"], numbers | {"bought": x}) for x in (share, 1.0))
    assert found.holder == pytest.approx(all_bought.holder * np.array([0.0, share, (1.0 + share) / 2.0]))
    assert found.other == pytest.approx(-0.2 * np.array([0.0, share, 1.0 + share]))


def test_two_ways_to_the_business_of_a_control_agree():
    shared = {"security_weight": 0.4, "security_value": 0.1, "harm": 0.2, "gdp": 50.0}
    flow = paid(forms()["control"], {**shared, "lost_sales": 0.5, "surplus_share": 0.3})
    percent = paid(forms()["control"], {**shared, "business_cost": 0.3})
    assert flow.holder == pytest.approx(percent.holder)


@given(st.floats(0.0, 1.0), st.floats(0.0, 1.0))
def test_a_curb_never_pays_its_user(lost, erosion):
    found = paid(forms()["curb"], {"lost_sales": lost, "erosion": erosion, "harm": 0.5})
    assert found.holder == pytest.approx(-(lost + erosion) * np.arange(3))
    assert found.other[1] == -0.5


def test_a_fee_that_falls_on_the_own_side_brings_nothing():
    numbers = {"revenue": 3.0, "foreign_burden": 2.0, "gdp": 100.0, "other_gdp": 50.0}
    kept, all_own = (paid(forms()["fee"], {**numbers, "own_burden": share}) for share in (0.0, 1.0))
    assert kept.holder[1] == pytest.approx(3.0)
    assert all_own.holder[1] == 0.0
    assert kept.other[1] == all_own.other[1] == pytest.approx(-4.0)


@given(st.floats(-0.5, 0.5), st.floats(0.0, 1.0), st.floats(1.0, 4.0))
def test_a_boycott_may_be_worth_something_and_hurts_a_seller_less_that_depends_less(price, worth, eta):
    numbers = {
        "value": 10.0, "buyer_cost": price, "leverage": worth, "loss_share": 0.5, "gdp": 100.0,
        "other_gdp": 50.0, "convexity": eta,
    }  # fmt: skip
    part = {"component": "curb_dependence"}
    full, low = (paid(forms()["transfer"], numbers, state=State(d), **part) for d in (2, 0))
    assert full.holder[1] == low.holder[1] == pytest.approx(10.0 * (worth - price))
    assert (full.other[1], low.other[1]) == pytest.approx((-10.0, -10.0 * (0.3 / 0.8) ** eta))


def test_a_listing_is_as_strong_as_the_parties_that_it_adds():
    numbers = {"security_weight": 1.0, "security_value": 0.2, "business_cost": 0.1, "harm": 0.4}
    counts = (100.0, 400.0, 1100.0)
    assert paid(forms()["listing"], numbers, counts).holder == pytest.approx([0.0, 0.06, 0.2])
    first = paid(forms()["listing"], numbers, counts, reference="l1")
    assert first.holder == pytest.approx([0.0, 0.2, 0.2 * 1000 / 300])


RULE = {
    "security_weight": 1.0, "security_value": 0.2, "business_cost": 0.1, "harm": 0.4,
    "restructured_share": 0.2, "restructuring_half_life": 100.0, "horizon": 100.0,
    "restructuring_cost": 0.03,
}  # fmt: skip
LISTED, COVERED = 130.0, 2000.0


def rule(roles, thresholds=(None, 0.5), values=(LISTED, COVERED), **fields):
    """Return the listing form bound to a list of 130, and to a rule above it."""
    one = bound(forms()["listing"], roles, values, **fields)
    return replace(one, levels={"AAA": levels(values, thresholds)})


def ruled(changes=(), thresholds=(None, 0.5)):
    """Return strength and payoffs of a rule that adds affiliates."""
    numbers = RULE | dict(changes)
    binding = rule(numbers, thresholds)
    known = circumstances({f"p.{role}": number for role, number in numbers.items()})
    return binding.intensity(known)[1], binding.effects(known)


@given(st.floats(0.0, 1.0), st.floats(0.0, 1000.0), st.floats(1.0, 1000.0))
def test_a_rule_is_as_strong_as_what_it_covers_once_owners_have_restructured(share, horizon, half_life):
    x, found = ruled({"restructured_share": share, "horizon": horizon, "restructuring_half_life": half_life})
    q = share * (1.0 - 2.0 ** (-horizon / half_life))
    left = calibrated_coverage(130, 0.5).at(q)
    assert x == pytest.approx((left - LISTED) / (COVERED - LISTED))
    # Security at weight 1 is all of what the holder gets; the other side also pays for the sales of shares.
    assert found.holder == pytest.approx([0.0, 0.2 * x])
    assert found.other == pytest.approx([0.0, -0.4 * x - 0.03 * q])


@given(st.lists(st.floats(0.0, 1.0), min_size=2, max_size=5, unique=True))
def test_harm_burden_and_value_of_a_rule_fall_as_owners_restructure(shares):
    hidden = {"security_weight": 0.0, "restructuring_cost": 0.0, "horizon": 1e6}
    rules = [ruled(hidden | {"restructured_share": share}) for share in sorted(shares)]
    assert (np.diff([x for x, _ in rules]) <= 1e-12).all()
    assert (np.diff([found.other[1] for _, found in rules]) >= -1e-12).all()
    # At weight 0 the holder pays the burden alone.
    assert (np.diff([found.holder[1] for _, found in rules]) >= -1e-12).all()


def test_a_rule_may_have_another_threshold_at_each_level_and_a_level_without_one_counts_its_value():
    known = circumstances({f"p.{role}": number for role, number in RULE.items()})
    values = (LISTED, 200.0, 1000.0, COVERED)
    binding = rule(RULE, (None, None, 0.75, 0.5), values)
    x = binding.intensity(known)
    assert x[1] == pytest.approx(70.0 / (COVERED - LISTED))
    assert x[1] < x[2] < x[3] == ruled()[0]
    # Only where there is a rule do owners pay for selling.
    assert binding.effects(known).other + 0.4 * x == pytest.approx([0.0, 0.0, -0.003, -0.003])


@given(st.integers(0, 2))
def test_dependence_scales_the_harm_of_a_rule_and_not_what_owners_pay_for_selling(step):
    known = {f"p.{role}": number for role, number in RULE.items()} | {"p.convexity": 2.0}
    known |= {"d.low": 0.3, "d.middle": 0.5, "d.full": 0.8}
    scaled = rule(
        (*RULE, "convexity"), component="control_dependence", shares=tuple(f"d.{one}" for one in SHARES)
    )
    found = scaled.effects(circumstances(known, State(control_dependence=step)))
    x = scaled.intensity(circumstances(known))[1]
    harm = 0.4 * x * ((0.3, 0.5, 0.8)[step] / 0.8) ** 2
    assert found.other == pytest.approx([0.0, -harm - 0.03 * 0.2 * 0.5])


def test_visitors_who_stay_away_spend_nothing():
    numbers = {
        "number": 1000.0, "share": 0.5, "spending": 2e6, "security_weight": 0.0, "security_value": 1.0,
        "harm_ratio": 0.5, "gdp": 100.0, "other_gdp": 50.0,
    }  # fmt: skip
    found = paid(forms()["visitors"], numbers)
    assert found.holder[1] == pytest.approx(-1.0)
    assert found.other[1] == pytest.approx(-1.0)


@given(st.floats(0.0, 1.0), st.floats(0.0, 10.0))
def test_deaths_that_enforcement_averts_are_what_laxity_costs_the_other_side(share, cost):
    numbers = {
        "cost": cost, "deaths": 1000.0, "share_averted": share, "worth_of_life": 2e6, "other_gdp": 50.0,
    }  # fmt: skip
    found = paid(forms()["lives"], numbers)
    # A thousand lives at two million are USD 2 bn, 4 percent of a GDP of 50.
    assert found.other == pytest.approx([0.0, -4.0 * share, -8.0 * share])
    assert found.holder == pytest.approx([0.0, cost, 2 * cost])


def test_levels_take_a_number_a_level_or_one_times_their_strengths():
    form = forms()["levels"]
    each = replace(bound(form, ()), names={"own_cost": "c.{level}", "other_loss": "h"}, strength=None)
    assert each.parameters("AAA") == ("c.l1", "c.l2", "h")
    one = replace(each, names={"own_cost": "c.{level}"})
    found = one.effects(circumstances({"c.l1": 0.3, "c.l2": 0.1}))
    assert found.holder.tolist() == [0.0, -0.3, -0.1]
    assert found.other.tolist() == [0.0, 0.0, 0.0]


@given(st.data())
def test_a_tariff_pays_importer_and_exporter_at_one_slope(data):
    form = forms()["tariff"]
    numbers = drawn(data, form, roles_of(form)[0]) | {"rent_weight": 0.0}
    found = paid(form, numbers, (10.0, 30.0, 90.0))
    b = demand_slope(0.1, numbers["demand_elasticity"], numbers["imports"])
    left = 0.5 ** (numbers["horizon"] / numbers["half_life"])
    short = b / numbers["pass_through"] - b
    d = (1 - left) * numbers["inverse_supply_elasticity"] / numbers["imports"] + left * short
    side = TariffSide(demand_gap(0.1, b, d, numbers["imports"]), b, d)
    rates = np.array([0.1, 0.3, 0.9])
    assert found.holder == pytest.approx(100.0 * side.own_payoff(rates) / numbers["gdp"])
    assert found.other == pytest.approx(100.0 * side.given_payoff(rates) / numbers["other_gdp"])
    assert (np.diff(found.other) <= 1e-12).all()
    # In money, what both lose is the triangle, up to the rate at which trade ends.
    money = found.holder * numbers["gdp"] / 100.0 + found.other * numbers["other_gdp"] / 100.0
    reached = np.minimum(rates, side.gap)
    triangle = (reached**2 - 0.1**2) / (2 * (b + d))
    assert money[0] - money == pytest.approx(triangle, rel=1e-9, abs=1e-9 * abs(money[0]))


# --- names, domains and forms from outside -----------------------------------------------------------------


def test_placeholders_stand_for_the_sides_the_level_and_the_instrument():
    form = forms()["levels"]
    both = {"AAA": levels((None, None)), "BBB": levels((None, None, None))}
    names = {"own_cost": "{instrument}.{holder}.cost", "other_loss": "{other}.{level}"}
    binding = Binding(form, "thing", ("AAA", "BBB"), both, names, strength="s.{level}", reference="l1")
    assert set(binding.parameters("AAA")) == {"thing.AAA.cost", "BBB.l1"}
    assert set(binding.parameters("BBB")) == {"thing.BBB.cost", "AAA.l1", "AAA.l2", "s.l2"}
