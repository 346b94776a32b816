"""What a claim is and what its table says of it, on inequalities that are given."""

import math
from types import SimpleNamespace

import numpy as np
import pytest
from scipy.stats import binomtest, spearmanr

from negotiation.disputes import load_scenario
from negotiation.disputes.parameter_draws import ParameterDraws, central_draw, sobol_draws
from negotiation.errors import InvalidGame
from negotiation.truces.claims import Claim, table
from negotiation.truces.claims.definition import claim_that
from negotiation.truces.claims.table import ClaimResult, ClaimsTable, claim_result, claims_table
from tests.us_china import SCENARIO

NAN = math.nan
WEIGHT, LAG = "security_weight", "reaction_lag_days"


def given(inequalities, **changes):
    """A claim with these inequalities in each draw, or a function of the draws."""
    made = (
        inequalities
        if callable(inequalities)
        else lambda _: {k: np.array(v) for k, v in inequalities.items()}
    )
    told = {"instruments": (), "parameters": (WEIGHT, LAG), "notes": "A note.", "unit": "a unit", **changes}
    return Claim("given", 3, 1, "A sentence.", made, **told)


def drawn(count):
    """Draws in which the weight rises and the lag falls from draw to draw."""
    low, high = (getattr(SCENARIO.quantities[LAG], end) for end in ("low", "high"))
    return ParameterDraws(
        SCENARIO, {WEIGHT: np.linspace(0.1, 0.9, count), LAG: np.linspace(high, low, count)}
    )


# --- claims ------------------------------------------------------------------------------------------------


def test_the_margin_is_the_least_inequality_and_missing_where_any_is():
    one = given({"a": [1.0, 3.0, NAN, 2.0], "b": [2.0, -1.0, 0.0, NAN], "c": [0.5, 4.0, NAN, 1.0]})
    draws = drawn(4)
    np.testing.assert_array_equal(one.measure(draws), [0.5, -1.0, NAN, NAN])
    assert one.binding(draws) == ("c", "b", "", "")
    assert one.holds(draws).tolist() == [True, False, False, False]


def test_a_margin_of_nothing_is_enough_for_a_weak_claim_alone():
    margins = np.array([1e-300, 0.0, -1e-300, NAN])
    for weak in (False, True):
        assert given({"a": margins}, weak=weak).holds(drawn(4)).tolist() == [True, weak, False, False]


def test_a_claim_needs_the_numbers_of_its_instruments_and_its_own_in_the_calibration_s_order():
    one = given({}, instruments=(("USA", "tariff"),), parameters=(LAG,))
    read = {LAG, *SCENARIO.instrument("USA", "tariff").parameters("USA")}
    expected = [n for n, q in SCENARIO.quantities.items() if n in read and q.low < q.high]
    assert list(one.needs(SCENARIO)) == expected
    assert LAG in expected
    assert len(expected) > 1
    theirs = given({}, instruments=(("CHN", "tariff"),), parameters=()).needs(SCENARIO)
    assert not {n for n in theirs if n.endswith(".USA")}
    assert set(theirs) != set(one.needs(SCENARIO)) - {LAG}


def test_the_curb_brings_what_it_shares_with_the_control_and_nothing_else_does():
    interacts = SCENARIO.definition.interaction
    shared = {n for n in interacts.parameters if SCENARIO.quantities[n].low < SCENARIO.quantities[n].high}
    needs = {
        pair: set(given({}, instruments=(pair,), parameters=()).needs(SCENARIO))
        for pair in (("CHN", interacts.curb), ("CHN", "tariff"), ("CHN", "purchases"))
    }
    assert shared
    assert shared <= needs["CHN", interacts.curb]
    assert not shared & needs["CHN", "tariff"]
    assert not shared & needs["CHN", "purchases"]


def test_a_parameter_without_a_range_is_not_needed_though_it_is_read():
    known = SCENARIO.quantities
    fixed = known[WEIGHT].model_copy(update={"low": known[WEIGHT].value, "high": known[WEIGHT].value})
    world = SimpleNamespace(
        definition=SCENARIO.definition, parameters=SCENARIO.parameters, quantities={**known, WEIGHT: fixed}
    )
    assert set(given({}).needs(SCENARIO)) == {WEIGHT, LAG}
    assert given({}).needs(world) == (LAG,)


def test_a_parameter_that_the_dispute_has_not_is_named_with_the_claim():
    with pytest.raises(InvalidGame, match=r"'given' reads 'porcelain\.harm'"):
        given({}, parameters=("porcelain.harm",)).needs(SCENARIO)


def test_what_a_claim_is_made_with_is_what_it_has():
    def measured(draws):
        return {"x": np.zeros(len(draws))}

    said = (("USA", "tariff"),), (WEIGHT,)
    one = claim_that(7, 2, "Said.", *said, unit="days", notes="Left out.", draws=12, weak=True)(measured)
    assert one == Claim("measured", 7, 2, "Said.", measured, *said, "days", "Left out.", 12, True)
    assert claim_that(7, 2, "Said.", (), notes="")(measured) == Claim("measured", 7, 2, "Said.", measured, ())


# --- one result --------------------------------------------------------------------------------------------


def result_of(margins, **changes):
    told = {"claim": given({}), "central": True, "central_binding": "", "low": 0.0, "high": 1.0}
    told |= {"fails_by": "", "mover": "", "correlation": NAN, **changes}
    return ClaimResult(margins=np.array(margins, dtype=float), **told)


@pytest.mark.parametrize(
    ("holding", "of", "word"),
    [
        (20, 20, "holds"), (19, 20, "holds"), (18, 20, "holds in most"), (11, 20, "holds in most"),
        (10, 20, "fails in most"), (2, 20, "fails in most"), (1, 20, "fails"), (0, 20, "fails"),
    ],
)  # fmt: skip
def test_shares_in_words_are_at_least_more_than_and_at_most(holding, of, word):
    found = result_of([1.0] * holding + [-1.0] * (of - holding) + [NAN] * 7)
    assert (found.applies, found.holding, found.outcome) == (of, holding, word)
    assert found.share == pytest.approx(holding / of)


def test_a_result_counts_where_its_claim_applies_alone():
    margins = [NAN, 2.0, -1.0, -2.0, 3.0, NAN, -1.0, 0.0]
    other = [NAN, 5.0, 4.0, -1.0, 9.0, NAN, 7.0, 1.0]
    one, draws = given({"a": margins, "b": other}), drawn(8)
    centre = given({"a": [0.25], "b": [0.75]})
    found = claim_result(one, draws, draws.take([1]))
    np.testing.assert_array_equal(found.margins, margins)
    assert (found.applies, found.holding) == (6, 2)
    interval = binomtest(2, 6).proportion_ci(0.95, method="wilson")
    assert (found.low, found.high) == pytest.approx((interval.low, interval.high))
    assert found.fails_by == "a"
    assert found.claim is one
    assert not found.margins.flags.writeable
    assert claim_result(centre, drawn(1), drawn(1)).central is True


@pytest.mark.parametrize(
    ("weak", "centre", "holds", "binding"),
    [
        (False, {"a": [0.5], "b": [0.2]}, True, "b"), (False, {"a": [0.0], "b": [0.2]}, False, "a"),
        (True, {"a": [0.0], "b": [0.2]}, True, "a"), (True, {"a": [0.3], "b": [-0.2]}, False, "b"),
        (True, {"a": [NAN], "b": [NAN]}, None, ""),
    ],
)  # fmt: skip
def test_the_central_values_are_asked_by_themselves(weak, centre, holds, binding):
    def told(draws):
        there = {"a": [-1.0] * 3, "b": [-2.0] * 3} if len(draws) == 3 else centre
        return {name: np.array(values) for name, values in there.items()}

    found = claim_result(given(told, weak=weak), drawn(3), drawn(1))
    assert (found.central, found.central_binding) == (holds, binding)
    assert (found.fails_by, found.outcome) == ("b", "fails")


@pytest.mark.parametrize(("weak", "name"), [(False, "seldom"), (True, "often")])
def test_what_fails_most_often_is_named_where_it_fails(weak, name):
    """A margin of nothing fails unless the claim is weak; the least of what holds is no failure."""
    often = [-1.0, -1.0, 0.5, 1.0, 1.0, 1.0, 1.0]
    seldom = [1.0, 1.0, -1.0, 0.0, 0.0, 0.5, 0.5]
    found = claim_result(given({"often": often, "seldom": seldom}, weak=weak), drawn(7), drawn(7))
    assert found.fails_by == name


def test_a_claim_that_never_fails_or_never_applies_names_nothing():
    holds = claim_result(given({"a": [1.0, 2.0]}), drawn(2), drawn(2))
    assert (holds.fails_by, holds.outcome) == ("", "holds")
    never = claim_result(given({"a": [NAN, NAN]}), drawn(2), drawn(2))
    assert (never.fails_by, never.central, never.mover, never.central_binding) == ("", None, "", "")
    assert all(math.isnan(x) for x in (never.share, never.low, never.high, never.correlation))


@pytest.mark.parametrize(("most", "asked"), [(None, 6), (4, 4), (6, 6), (9, 6)])
def test_a_costly_claim_is_measured_at_the_first_draws(most, asked):
    seen = []

    def told(draws):
        seen.append(draws)
        return {"a": draws.number(WEIGHT)}

    draws = drawn(6)
    found = claim_result(given(told, draws=most), draws, drawn(1))
    assert found.margins.tolist() == draws.number(WEIGHT)[:asked].tolist()
    other = claim_result(given(told, draws=2), draws, drawn(1))
    assert len(other.margins) == 2
    # What is kept of the first draws is there for the next claim of the same cost.
    parts = [one for one in seen if len(one) == asked]
    assert len({id(one) for one in parts}) == 1


# --- what moves a margin -----------------------------------------------------------------------------------


def test_the_mover_is_the_parameter_whose_ranks_go_most_with_the_margin():
    rng = np.random.default_rng(2)
    draws = ParameterDraws(
        SCENARIO, {WEIGHT: rng.random(40), LAG: rng.uniform(8, 20, 40), "USA.gdp": np.full(40, 3e4)}
    )
    one = given({}, parameters=(WEIGHT, LAG))
    margins = 2e4 * draws.number(WEIGHT) - np.exp(draws.number(LAG))
    margins[[3, 30]] = NAN
    there = np.isfinite(margins)
    expected = {n: spearmanr(margins[there], draws.number(n)[there]).statistic for n in (WEIGHT, LAG)}
    assert table.rank_correlations(one, draws, margins) == pytest.approx(expected)
    assert abs(expected[WEIGHT]) < -expected[LAG]
    for sign in (1, -1):  # what goes against a margin may move it most
        moved = given({"a": sign * margins}, parameters=(WEIGHT, LAG))
        found = claim_result(moved, draws, draws.take([0]))
        assert (found.mover, found.correlation) == (LAG, pytest.approx(sign * expected[LAG]))


def test_what_does_not_vary_moves_nothing_and_is_moved_by_nothing():
    for margins in ([NAN, NAN, NAN], [NAN, 1.0, NAN], [2.0, 2.0, NAN], [2.0, 2.0, 2.0]):
        assert table.rank_correlations(given({}), drawn(3), np.array(margins)) == {}
    draws = ParameterDraws(SCENARIO, {WEIGHT: np.full(4, 0.5), LAG: np.array([8.0, 9.0, 10.0, 11.0])})
    assert table.rank_correlations(given({}), draws, np.array([4.0, 3.0, 2.0, 1.0])) == {LAG: -1.0}


# --- the table ---------------------------------------------------------------------------------------------


@pytest.fixture
def known(monkeypatch):
    """Three claims: one of each draw's weight, one that nothing moves, one that applies nowhere."""
    found = {
        "weight": given(lambda d: {"w": d.number(WEIGHT) - 0.5}),
        "never": given(lambda d: {"n": np.full(len(d), NAN)}),
        "always": given(lambda d: {"y": np.full(len(d), 1.0)}, draws=3),
    }
    monkeypatch.setattr(table, "claims", lambda: found)
    monkeypatch.setattr(table, "claim", found.__getitem__)
    return found


def test_the_claims_that_are_named_come_in_their_order_at_the_draws_of_the_seed(known):
    found = claims_table(SCENARIO, 8, 5, names=["always", "weight"])
    assert [r.claim for r in found] == [known["always"], known["weight"]]
    assert (len(found), found.draws, found.scenario, found.status) == (2, 8, SCENARIO.name, "complete")
    assert found["weight"].margins.tolist() == (sobol_draws(SCENARIO, 8, 5).number(WEIGHT) - 0.5).tolist()
    assert found["always"].applies == 3
    assert found["weight"].central is bool(central_draw(SCENARIO).number(WEIGHT)[0] > 0.5)
    assert [r.claim for r in claims_table(SCENARIO, 2)] == list(known.values())
    assert "8 draws from the ranges of us-china-2025" in found.table().title
    other = claims_table(SCENARIO, 8, 6, names=["weight"])
    assert other["weight"].margins.tolist() != found["weight"].margins.tolist()
    assert claims_table(SCENARIO, 4, names=["weight", "never"]).status == "partial"


def test_each_cell_is_under_its_heading():
    one = given({}, instruments=())
    told = {"central": None, "central_binding": "at", "low": 0.1, "high": 0.9, "fails_by": "by"}
    first = result_of([1.0, -1.0, NAN, 1.0], claim=one, mover="moved", correlation=-0.5, **told)
    found = ClaimsTable("somewhere", 4096, (first, result_of([1.0], central=False)))
    row, other = (dict(zip(found.table().columns, row, strict=True)) for row in found.table().rows)
    assert row == {
        "question": 3, "claim": "given", "statement": "A sentence.",
        "at the central values": "does not apply", "binding there": "at",
        "share of draws": pytest.approx(2 / 3), "low": 0.1, "high": 0.9, "draws": 3,
        "outcome": "holds in most", "fails by": "by", "moved most by": "moved", "rank correlation": -0.5,
    }  # fmt: skip
    assert other["at the central values"] is False
    assert found.table().title == "claims, 4,096 draws from the ranges of somewhere"
    notes = found.notes()
    assert notes.columns == ("claim", "unit of its margin", "note")
    assert notes.rows[0] == ("given", "a unit", "A note.")
    assert len(notes.rows) == len(found) == 2


def test_a_table_of_no_claim_or_of_another_dispute_is_refused():
    with pytest.raises(InvalidGame, match="name at least one claim"):
        claims_table(SCENARIO, 4, names=[])
    with pytest.raises(InvalidGame, match="'us-china-2025'; 'japan-korea-2019' came"):
        claims_table(load_scenario("japan-korea-2019"), 4)
    with pytest.raises(InvalidGame, match="at least 1; got 0"):
        claims_table(SCENARIO, 0, names=["leverage_outweighs_gain"])
