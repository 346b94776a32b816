"""Curves, hazard ratios and pooled rates against libraries and a plain program; sets of rows; answers."""

import csv
from collections import Counter, defaultdict
from dataclasses import replace
from math import exp, lgamma, log

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import CensoredData, ecdf

import negotiation as ng
from negotiation.truce_panel import survival
from negotiation.truce_panel.answers import answer_in_kind
from negotiation.truce_panel.panel import OWN
from negotiation.truce_panel.spells import Card, Spell, cards_of, spells_of
from negotiation.truce_panel.tables import LEGS

PANEL = ng.panel(OWN)
ALL = spells_of(PANEL.tables)
ALONE = [replace(one, weight=1.0) for one in ALL]


def test_curves_are_those_of_other_programs():
    rows, at = survival.as_rows(ALONE), np.array([1.0, 90, 365, 1095, 3000])
    wanted = ecdf(CensoredData(uncensored=rows.days[rows.event], right=rows.days[~rows.event])).sf
    assert survival.product_limit(rows, at, rows.weight[None])[0] == pytest.approx(wanted.evaluate(at))
    rows = survival.as_rows(ALL)
    # lifelines 0.30.3, KaplanMeierFitter with these weights, after 90, 365 and 1095 days.
    wanted = [0.88426239, 0.67007852, 0.53776708]
    assert survival.product_limit(rows, at[1:4], rows.weight[None])[0] == pytest.approx(wanted, abs=1e-8)


def test_hazard_ratios_and_their_errors_over_disputes_are_those_of_other_programs():
    x = np.array([[float(one.card.covered), float(one.card.leg == "tariff")] for one in ALL])
    beta, variance = survival.proportional_hazards(x, ALONE)
    # statsmodels 0.15.0, PHReg with Breslow's ties and groups.
    assert beta == pytest.approx([-0.89503006, 0.8006011], abs=1e-6)
    assert np.sqrt(np.diag(variance)) == pytest.approx([0.19484707, 0.20248976], abs=1e-6)
    beta, variance = survival.proportional_hazards(x, ALL)
    # lifelines 0.30.3, CoxPHFitter with these weights and clusters, but with Efron's ties.
    assert beta == pytest.approx([-0.86419209, 0.7798507], abs=1e-3)
    assert np.sqrt(np.diag(variance)) == pytest.approx([0.20684576, 0.2054804], abs=2e-3)


def test_within_strata_rows_are_compared_with_their_own_stratum_alone():
    truces = [one.card.truce_id for one in ALL]
    x = np.array([[float(not one.card.covered)] for one in ALL])
    beta, _ = survival.proportional_hazards(x, ALL, truces)

    def density(effect):
        total = 0.0
        for one in ALL:
            if one.event:
                at_risk = [o for o in ALL if o.card.truce_id == one.card.truce_id and o.days >= one.days]
                risk = sum(o.weight * exp(effect * (not o.card.covered)) for o in at_risk)
                total += one.weight * (effect * (not one.card.covered) - log(risk))
        return total

    assert density(beta[0]) > max(density(beta[0] - 0.01), density(beta[0] + 0.01))


def test_pooled_rates_are_where_a_plain_density_is_largest():
    found = survival.rates(ALL)
    steps, years = defaultdict(float), defaultdict(float)
    for one in ALL:
        key = one.card.dispute_id, (one.card.leg, one.card.covered)
        steps[key] += one.weight * one.event
        years[key] += max(one.days, 0.5) / 365.25
    middle = log(sum(steps.values()) / sum(years.values()))

    def density(log_rates, log_shape):
        k, of = exp(log_shape), dict(zip(found.cells, log_rates, strict=True))
        total = -sum((value - middle) ** 2 for value in log_rates) / 2
        for dispute in {name for name, _ in steps}:
            own = [key for key in years if key[0] == dispute]
            came, risk = (sum(steps[key] for key in own), sum(years[key] * exp(of[key[1]]) for key in own))
            total += sum(steps[key] * of[key[1]] for key in own)
            total += k * log(k) + lgamma(k + came) - lgamma(k) - (k + came) * log(k + risk)
        return total

    best = density(found.log_rates, log(found.shape))
    for k in range(len(found.cells)):
        for step in (-0.02, 0.02):
            moved = found.log_rates.copy()
            moved[k] += step
            assert density(moved, log(found.shape)) < best
            assert density(found.log_rates, log(found.shape) + 5 * step) < best
    assert found.deviations.min() > 0


SPELLS = st.builds(
    Spell,
    st.builds(
        Card, st.just("t"), st.sampled_from("abc"), st.sampled_from(LEGS), st.booleans(), st.just((0.0,) * 5)
    ),
    st.integers(0, 4000),
    st.booleans(),
    st.just(0),
    st.sampled_from([1.0, 0.5, 0.1]),
    st.sampled_from(["alive", "superseded"]),
)


@pytest.mark.long
@given(spells=st.lists(SPELLS, min_size=1, max_size=12))
@settings(max_examples=30)
def test_curves_fall_lie_within_their_bounds_and_take_rows_in_any_order(spells):
    groups = {"first": tuple(spells), "second": tuple(spells[::2])}
    curves, other = (
        survival.SurvivalCurves("t", g) for g in (groups, {k: v[::-1] for k, v in groups.items()})
    )
    chances = curves.kept("first", [0, 90, 365, 1095, 9999])
    assert (np.diff(chances, axis=1) <= 1e-12).all()
    assert ((chances >= 0) & (chances <= 1)).all()
    least, most = curves.bounds("first", 365)
    assert least - 1e-12 <= chances[0, 2] <= most + 1e-12
    assert other.table().rows == curves.table().rows
    assert np.isfinite(survival.rates(spells).log_rates).all()


def test_answers_and_renewals_are_counted_as_in_the_files():
    outcomes = {(one.truce_id, one.leg, one.covered): one for one in PANEL.outcomes}
    own = [outcomes[one.card.truce_id, one.card.leg, one.card.covered] for one in ALL if one.event]
    for covered, text in ((True, "bound"), (False, "left out")):
        steps = [one for one in own if one.covered == covered]
        came = [one for one in steps if one.answered]
        (row,) = [row for row in PANEL.answers().rows if row[:2] == ("all", text)]
        assert (row[2], row[3], row[7]) == (len(steps), len(came), sum(o.answer_leg == o.leg for o in came))
        assert row[9] == np.median([(one.answered - one.first_harsher).days for one in came])
    rows = PANEL.renewals().rows
    assert sum(row[1] for row in rows) == sum(one.clock_days > 0 for one in PANEL.truces)
    with (OWN / "truces.csv").open(encoding="utf-8") as file:
        times = Counter(
            len(row["extensions"].split(";")) for row in csv.DictReader(file) if row["extensions"]
        )
    assert rows[0][:3] == ("extended", sum(times.values()), sum(n for k, n in times.items() if k > 1))


@pytest.mark.parametrize(
    ("change", "wanted"),
    [
        ({}, True),
        # One of the same side; at its harshest; hard to see; only a cost to its owner.
        ({"side": "USA"}, False),
        ({"at_signing": "in force"}, False),
        ({"verifiability": "low"}, True),
        ({"own_benefit": "leverage_only"}, True),
    ],
)
def test_an_answer_in_kind_needs_a_measure_of_the_other_side_with_room(change, wanted):
    first = PANEL["2018-05-on-hold"].instruments[1]
    mine = first.model_copy(update={"covered": True, "side": "USA"})
    theirs = first.model_copy(
        update={"covered": False, "agreed": None, "side": "CHN", "own_benefit": "protection", **change}
    )
    tables = replace(PANEL["2018-05-on-hold"].tables, instruments=(mine, theirs))
    card = next(one for one in cards_of(tables) if one.covered)
    assert answer_in_kind(tables, card) == wanted
    assert answer_in_kind(tables, card, strict=True) == (wanted and "own_benefit" not in change)
    unseen = mine.model_copy(update={"verifiability": "low"})
    assert not answer_in_kind(replace(tables, instruments=(unseen, theirs)), card)


def test_a_step_on_the_day_of_signing_came_half_a_day_later():
    step = replace(ALL[0], days=0, event=True, weight=1.0)
    assert survival.rates([step]).years.tolist() == [[0.5 / 365.25]]
