"""What an action costs, held against the payoffs of single instruments and against plain searches."""

from datetime import date, timedelta

import numpy as np
import pytest

import negotiation as ng
from negotiation.asking.moves import moves_given
from negotiation.disputes.posture_payoffs import posture_game
from negotiation.errors import IllegalMove, InvalidDate, InvalidOptions, UnknownName
from negotiation.truces.record.renewals import text_in_force
from negotiation.truces.record.state_trajectory import state_on
from negotiation.truces.record.timeline import load_moves, postures_on
from negotiation.truces.studies.turning_weights import weighing

DAY = date(2026, 10, 10)


@pytest.fixture(scope="module")
def world():
    return ng.load_scenario("us-china-2025").as_of(DAY)


@pytest.fixture(scope="module")
def state(world):
    return state_on(world, DAY).likely


@pytest.fixture(scope="module")
def sixty(world):
    return ng.ask("USA tariff 60", world, draws=8)


def step(world, country, name, before, after, state, part="holder"):
    labels, effects = world.instruments[name].labels(country), world.effects(country, name, state)
    values = getattr(effects, part)
    return float(values[labels.index(after)] - values[labels.index(before)])


@pytest.mark.long
def test_a_cost_is_the_loss_of_the_payoff_in_dollars_a_year(world, sixty, state):
    there = world.with_levels({"USA tariff": 60})
    for country, part in (("USA", "holder"), ("CHN", "other")):
        loss = -step(there, "USA", "tariff", "busan", "at_60", state, part)
        assert sixty.costs[country].percent == pytest.approx(loss)
        gdp = world.parameters[f"{country}.gdp"]
        assert sixty.costs[country].usd_bn == pytest.approx(loss / 100 * gdp)
        assert sixty.costs[country].low < sixty.costs[country].high
    # Without draws the same in the middle: ranges come from draws alone.
    assert ng.ask("USA tariff 60", draws=0).costs["USA"].usd_bn == sixty.costs["USA"].usd_bn


def test_several_moves_are_made_together_and_their_sum_leaves_out_what_they_do_to_each_other(world, state):
    found = ng.ask(["USA tariff peak", "China rare-earth curb october package"], world, draws=0)
    kept = postures_on(world, DAY)
    moved = kept.after("USA", {"tariff": "peak"}).after("CHN", {"rare_earth_curb": "october_package"})
    none = {"USA": {}, "CHN": {}}
    at = [posture_game(world, none, fixed, state).payoffs[0, 0] for fixed in (kept, moved)]
    for i, country in enumerate(world.countries):
        cost = found.costs[country]
        assert cost.percent == pytest.approx(float(at[0][i] - at[1][i]), rel=1e-6)
        # A curb costs its holder more while a tariff is at its peak.
        apart = cost.usd_bn - sum(cost.by_move.values())
        assert (apart > 0.01) == (country == "CHN") or abs(apart) < 1e-6
    with pytest.raises(InvalidOptions, match="twice"):
        ng.ask(["USA tariff peak", "USA tariff 60"], world, draws=0)


def test_no_posture_pays_more_than_the_best_answers(world, sixty, state):
    there = world.with_levels({"USA tariff": 60})
    stands = postures_on(world, DAY).after("USA", {"tariff": "at_60"})
    for i, reply in ((1, sixty.answer), (0, sixty.back)):
        country = reply.country
        answered = stands.after(country, {move.instrument: move.level for move in reply.changes})
        for name in there.held(country):
            menu = {country: {name: there.instruments[name].labels(country)}}
            menus = {code: menu.get(code, {}) for code in there.countries}
            payoffs = posture_game(there, menus, answered, state).payoffs[..., i].ravel()
            levels = there.instruments[name].labels(country)
            assert payoffs[levels.index(answered[country][name])] >= payoffs.max() - 1e-9
        stands = answered
    # What pays in any case is no answer.
    assert set(sixty.answer.anyway) <= set(sixty.answer.changes)


def test_legs_fall_as_far_as_a_theory_answers(sixty):
    legs = {row.theory: row for row in sixty.legs}
    assert sixty.text == "2026-09-washington"
    assert legs["each for itself"].legs == ("tariff",)
    assert legs["moment"].legs == ("tariff", "control", "other")
    assert all(row.margin > 0 and row.word == "does not pay" for row in legs.values())
    assert legs["moment"].margin > legs["each for itself"].margin
    # A step that no text binds breaks none, and the text alone does not answer it.
    visa = ng.ask("USA visa revocations", draws=0)
    assert {row.legs for row in visa.legs if row.theory in ("each for itself", "moment")} == {()}


@pytest.mark.long
def test_at_the_value_that_is_named_the_moves_bring_nothing(world, sixty, state):
    rents = next(one for one in sixty.would_pay_if if one.what == "rents")
    keen = weighing(world.with_levels({"USA tariff": 60}), "tariff", "rents", rents.value)
    assert step(keen, "USA", "tariff", "busan", "at_60", state) == pytest.approx(0, abs=1e-9)
    chips = ng.ask("USA chip_control h20_stopped", world, draws=0)
    for one in chips.would_pay_if:
        assert one.value is not None
        there = world.with_parameters({one.what: one.value})
        again = ng.ask("USA chip_control h20_stopped", there, draws=0)
        assert again.costs["USA"].percent == pytest.approx(0, abs=1e-9)


def test_the_base_rate_counts_the_record(world, sixty):
    rows = [
        move for move in load_moves(world)
        if (move.actor, move.instrument) == ("USA", "tariff")
        if (move.status, move.direction) == ("applied", "escalate")
    ]  # fmt: skip
    (rate,) = sixty.base_rate
    assert len({row.announced.latest for row in rows}) - 2 <= rate.came <= len(rows) + 2
    assert (rate.direction, rate.until) == ("up", DAY + timedelta(days=365))
    assert 0 < rate.low < rate.chance < rate.high < 1


@pytest.mark.long
def test_third_countries_come_with_a_trade_table(state):
    sourced = ng.load_scenario("us-china-2025", "sourced").as_of(DAY)
    found = ng.ask("USA tariff 60", sourced, draws=0)
    assert set(found.bystanders) == {"EU27", "CANMEX", "ASEAN", "JKT", "ROW"}
    world = sourced.with_levels({"USA tariff": 60})
    gains = world.effects("USA", "tariff", state).bystanders["ASEAN"]
    labels = world.instruments["tariff"].labels("USA")
    percent = float(gains[labels.index("at_60")] - gains[labels.index("busan")])
    assert found.bystanders["ASEAN"].percent == pytest.approx(-percent)
    gdp = world.parameters["trade.gdp.ASEAN"]
    assert found.bystanders["ASEAN"].usd_bn == pytest.approx(-percent / 100 * gdp)
    central = ng.load_scenario("us-china-2025", "central").as_of(DAY)
    assert ng.ask("USA tariff 60", central, draws=0).bystanders == {}


def test_a_day_has_its_levels_its_text_and_its_end(world):
    days = {
        "2025-03-01": None, "2025-05-20": "2025-05-geneva", "2025-09-01": "2025-08-stockholm",
        "2026-03-01": "2025-10-busan", "2026-06-01": "2026-05-beijing", "2026-10-01": "2026-09-washington",
    }  # fmt: skip
    for day, name in days.items():
        text = text_in_force(world.as_of(day), date.fromisoformat(day))
        assert (None if text is None else text.id) == name
    before = ng.ask("USA tariff peak", on="2025-03-01", draws=0)
    assert before.legs == ()
    assert "on 1 March 2025" in before.sentence
    for day in ("2027-01-01", "yesterday"):
        with pytest.raises(InvalidDate):
            ng.ask("USA tariff 60", on=day)


@pytest.mark.parametrize(
    ("typed", "error", "said"),
    [
        ("Cina tariff 60", UnknownName, "China"),
        ("USA tarif 60", UnknownName, "'tariff'"),
        ("USA tariff pek", UnknownName, r"'peak'.* Or give a rate in percent of at least 20\.8"),
        ("USA tariff 5", InvalidOptions, "at least 20.8, the value of the base level 'january'; got 5"),
        ("USA tariff nan", InvalidOptions, "a rate must be finite and at least 20.8"),
        ("USA chip_control 60", InvalidOptions, "h20_stopped"),
        ("USA tariff", InvalidOptions, "peak"),
        ("USA tariff busan", InvalidOptions, "already"),
        ("", InvalidOptions, "USA tariff 60"),
        (60, InvalidOptions, "USA tariff 60"),
    ],
)
def test_what_cannot_be_asked_is_refused_with_what_can(world, typed, error, said):
    with pytest.raises(error, match=said):
        ng.ask(typed, world, draws=0)


def test_a_dispute_that_is_none_is_refused():
    with pytest.raises(UnknownName, match="us-china-2025"):
        ng.ask("USA tariff 60", 3)


def test_a_level_whose_law_is_gone_is_refused(world, state):
    lost = [
        (country, name, level.label)
        for country in world.countries
        for name in world.held(country)
        for level in world.instruments[name].held_by(country)
        if world.missing_laws(level, state, DAY)
    ]
    for country, name, label in lost[:1]:
        with pytest.raises(IllegalMove, match="lawful"):
            ng.ask(f"{country} {name} {label}", world, draws=0)


def test_names_are_taken_by_code_or_title_in_any_case(world):
    kept = postures_on(world, DAY)
    for typed in ("china rare-earth curb october package", "CHN rare_earth_curb october_package"):
        assert moves_given(world, typed, kept)[1][0].level == "october_package"
    there, (move,) = moves_given(world, "usa tariff 60.5 percent", kept)
    assert np.isclose(there.instruments["tariff"].level("USA", move.level).value, 60.5)
    assert moves_given(world, "USA tariff 51.1%", kept)[1][0].level == "geneva"
