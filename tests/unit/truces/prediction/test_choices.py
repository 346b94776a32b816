"""What a side chooses in a week, and how often: logit by hand, causes to answer, rates of decision."""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest

import negotiation as ng
from negotiation.truces.compiling.coverage_game import agreement_game
from negotiation.truces.prediction.agreement_in_force import AgreementInForce
from negotiation.truces.prediction.model import PRECISION, MechanismModel, _Situation, opportunity
from negotiation.truces.prediction.stakes import SolvedTerms, solved_terms
from negotiation.truces.prediction.weeks import DOWN, NONE, UP, pairs_of
from negotiation.truces.record.past import past_of
from negotiation.world import load_scenario
from negotiation.world.posture import posture_from_label

SCENARIO = load_scenario("us-china-2025")
PAIRS = pairs_of(SCENARIO)
DAY = date(2025, 11, 24)
PAST = past_of(SCENARIO, DAY)
GENEVA, BUSAN = ng.truce("2025-05-geneva"), ng.truce("2025-10-busan")
TARIFF = ("USA", "tariff")
LABELS = SCENARIO.instruments["tariff"].labels("USA")


def situation(at=2, ceiling=None, breaches=None, weight=3.0, world=SCENARIO):
    """Return a week in which the USA's tariff stands at a level, under a ceiling of its own or none."""
    agreement = None
    if ceiling is not None:
        terms = {TARIFF: LABELS[ceiling], ("CHN", "tariff"): "geneva"}
        agreement = AgreementInForce((BUSAN,), terms, weight, breaches or {})
    now = SCENARIO.calm().after("USA", {"tariff": LABELS[at]})
    agreements = {"USA": agreement, "CHN": None}
    return _Situation(world, PAST, SCENARIO.default_state, now, agreements)


def solved(monkeypatch, answer=None, stake=2.0):
    """Put a stake and a level of the answer in the place of a solved game."""
    off = {"USA": {"tariff": answer}} if answer is not None else {}
    found = SolvedTerms({"USA": stake, "CHN": 100.0}, off)
    monkeypatch.setattr(MechanismModel, "_solved", lambda *_: found)


@pytest.mark.parametrize(
    ("at", "ceiling", "answer", "expected"),
    [
        (3, 2, None, 0.6),  # above its ceiling it comes down unless there is cause to answer
        (2, 2, 4, 0.4),  # at the ceiling it goes up to the answer where there is
        (1, 2, 4, 0.4),
        (2, 2, 2, 0.0),  # the answer is where it stands
        (2, 2, 1, 0.0),
        (2, 2, None, 0.0),
        (2, None, 4, 0.0),  # nothing is agreed
    ],
)
def test_a_strategy_prescribes_a_change_above_a_ceiling_or_below_an_answer(
    monkeypatch, at, ceiling, answer, expected
):
    solved(monkeypatch, answer)
    model = MechanismModel(["coverage", "patience"])
    given = {"tariff": 0.4, "control": 0.5}
    assert model._due(situation(at, ceiling, given), *TARIFF) == pytest.approx(expected)


def test_with_linkage_a_cause_in_any_leg_counts(monkeypatch):
    solved(monkeypatch, 4)
    given = {"tariff": 0.4, "control": 0.5}
    found = MechanismModel(["coverage", "linkage"])._due(situation(2, 2, given), *TARIFF)
    assert found == pytest.approx(1 - 0.6 * 0.5)


@pytest.mark.parametrize(("lag", "period"), [(14.0, 0.5), (28.0, 0.25), (7.0, 1.0), (3.5, 1.0)])
@pytest.mark.parametrize(("due", "rate"), [(0.0, 0.3), (1.0, 0.3), (0.4, 0.3), (1.0, 0.9)])
def test_what_is_prescribed_comes_at_the_rate_of_periods_and_no_more_rarely_than_all_else(
    monkeypatch, lag, period, due, rate
):
    monkeypatch.setattr(MechanismModel, "_wanted", lambda *_: [0.2, 0.3, 0.5])
    monkeypatch.setattr(MechanismModel, "_due", lambda *_: due)
    world = SCENARIO.with_parameters({"reaction_lag_days": lag})
    found = MechanismModel([]).chances(world, PAST, SCENARIO.default_state, rate)
    comes = max(rate, period * due)
    assert found == pytest.approx(np.tile([0.2 * comes, 0.3 * comes, 1 - 0.5 * comes], (len(PAIRS), 1)))


def test_the_model_has_no_floor_of_its_own(monkeypatch):
    monkeypatch.setattr(MechanismModel, "_wanted", lambda *_: [0.0, 1.0, 0.0])
    found = MechanismModel([]).chances(SCENARIO, PAST, SCENARIO.default_state, 1.0)
    assert found[0].tolist() == [0.0, 1.0, 0.0]


def test_slips_come_at_the_coordination_of_the_last_paper():
    parameters = SCENARIO.parameters
    calm = GENEVA.model_copy(update={"coordination": None, "signed": date(2025, 5, 12)})
    later = BUSAN.model_copy(update={"amends": calm.id, "signed": date(2025, 6, 10)})
    assert (calm.regime, later.regime) == ("coordinated", "fractured")
    model = MechanismModel(["noise"])
    for papers, regime in (((), "coordinated"), ((calm,), "coordinated"), ((calm, later), "fractured")):
        past = replace(PAST, agreements=papers)
        found = model._slips(SCENARIO, past, PAIRS)
        for chance, (_, name) in zip(found, PAIRS, strict=True):
            annual = parameters[f"slip.{SCENARIO.instruments[name].leg}.{regime}"]
            assert chance == pytest.approx(1 - (1 - annual) ** (7 / 365), rel=1e-9)


@pytest.mark.parametrize("at", [0, 2])
def test_with_no_mechanism_all_choices_are_alike(at):
    lawful = {level.label for level in SCENARIO.levels(*TARIFF, SCENARIO.default_state, DAY)}
    others = [k for k, label in enumerate(LABELS) if label in lawful and k != at]
    up, down = 1 + sum(k > at for k in others), (at > 0) + sum(k < at for k in others)
    found = MechanismModel([])._wanted(situation(at), *TARIFF)
    assert found == pytest.approx([up / (up + down + 1), down / (up + down + 1), 1 / (up + down + 1)])


def test_choices_are_weighed_by_what_they_pay_against_staying():
    at, model = 2, MechanismModel(["static"])
    found = model._wanted(situation(at), *TARIFF)
    now = situation(at).now
    lawful = {level.label for level in SCENARIO.levels(*TARIFF, SCENARIO.default_state, DAY)}

    def payoff(k):
        there = now.after("USA", {"tariff": LABELS[k]})
        stage = SCENARIO.stage_game(instruments=["tariff"], fixed=there, levels={
            TARIFF: (LABELS[k],), ("CHN", "tariff"): (there["CHN"]["tariff"],)
        }, state=SCENARIO.default_state)  # fmt: skip
        return float(stage.payoffs[0, 0, 0])

    precision = SCENARIO.parameters[PRECISION]
    odds = {UP: 1.0, DOWN: 1.0, NONE: 1.0}  # to stay, and a step within the level either way, pay the same
    for k, label in enumerate(LABELS):
        if label in lawful and k != at:
            odds[UP if k > at else DOWN] += np.exp(precision * (payoff(k) - payoff(at)))
    total = sum(odds.values())
    assert found == pytest.approx([odds[UP] / total, odds[DOWN] / total, odds[NONE] / total], rel=1e-9)


def test_an_answer_is_worth_what_a_breach_costs_up_to_its_level_and_as_far_as_there_is_cause(monkeypatch):
    solved(monkeypatch, answer=4)
    model = MechanismModel(["coverage", "patience"])
    positions, steps = np.array([2, 2, 2, 0, 1, 3, 4, 5]), np.array([0, 1, -1, -1, -1, 1, 1, 1])
    cost, cause = 3.0 * 2.0, 0.25  # three periods' stakes of 2
    beyond, answer = -(1 - cause) * cost, cause * cost
    found = model._contract(situation(2, 2, {"tariff": cause}), *TARIFF, positions, steps)
    assert found == pytest.approx([0, beyond, 0, 0, 0, answer + beyond, answer + beyond, beyond])


def test_from_the_ceiling_a_step_within_the_level_is_a_breach_and_from_below_it_is_not(monkeypatch):
    solved(monkeypatch)
    model = MechanismModel(["coverage", "patience"])
    within = np.array([0, 1, -1])
    at_it = model._contract(situation(2, 2, {}), *TARIFF, np.array([2, 2, 2]), within)
    assert at_it == pytest.approx([0, -6.0, 0])
    below = model._contract(situation(1, 2, {}), *TARIFF, np.array([1, 1, 1, 0]), np.array([0, 1, -1, -1]))
    assert below == pytest.approx([0, 0, 0, 0])


def test_a_rise_to_the_ceiling_costs_nothing_and_one_beyond_it_does(monkeypatch):
    solved(monkeypatch)
    model = MechanismModel(["coverage", "patience"])
    positions, steps = np.array([1, 1, 1, 0, 2, 3]), np.array([0, 1, -1, -1, 1, 1])
    found = model._contract(situation(1, 2, {}), *TARIFF, positions, steps)
    assert found == pytest.approx([0, 0, 0, 0, 0, -6.0])


def test_the_stakes_of_a_leg_are_those_of_its_own_terms_and_with_linkage_of_all(monkeypatch):
    asked = []

    def record(world, terms, in_force, state):
        asked.append((dict(terms), in_force, state))
        return SolvedTerms({"USA": 0.0, "CHN": 0.0}, {})

    monkeypatch.setattr("negotiation.truces.prediction.model.solved_terms", record)
    terms = dict(BUSAN.covered())
    agreement = AgreementInForce((BUSAN,), terms, 1.0, {})
    now = situation()._replace(state=replace(SCENARIO.default_state, clock=2))
    MechanismModel(["coverage"])._solved(now, agreement, "control")
    MechanismModel(["coverage", "linkage"])._solved(now, agreement, "control")
    own = {pair: level for pair, level in terms.items() if SCENARIO.instruments[pair[1]].leg == "control"}
    assert [each[0] for each in asked] == [own, terms]
    assert {each[2].clock for each in asked} == {0}
    signed = past_of(SCENARIO, BUSAN.signed + timedelta(1)).postures()
    assert asked[0][1] == signed  # with what was announced on the day itself
    assert signed != past_of(SCENARIO, BUSAN.signed).postures()


def test_stakes_and_answers_are_those_of_the_worst_equilibrium_of_the_terms():
    terms, state = BUSAN.covered(), SCENARIO.default_state
    before = past_of(SCENARIO, BUSAN.signed).postures()
    stage = agreement_game(SCENARIO, terms, before, state)
    u, found = stage.payoffs, solved_terms(SCENARIO, terms, before, state)
    best = [
        (u[i, j].sum(), i, j)
        for i, j in np.ndindex(u.shape[:2])
        if u[i, j, 0] >= u[:, j, 0].max() - 1e-9 and u[i, j, 1] >= u[i, :, 1].max() - 1e-9
    ]
    _, i, j = min(best)
    assert found.stakes["USA"] == pytest.approx(max(u[0, 0, 0] - u[i, j, 0], 0.0))
    assert found.stakes["CHN"] == pytest.approx(max(u[0, 0, 1] - u[i, j, 1], 0.0))
    for country, k, actions in zip(stage.players, (i, j), stage.actions, strict=True):
        agreed, after = posture_from_label(actions[0]), posture_from_label(actions[k])
        changed = {
            n: SCENARIO.instruments[n].labels(country).index(x) for n, x in after.items() if agreed[n] != x
        }
        assert found.off[country] == changed
    assert any(found.off.values())
    assert found.answer("USA", "tariff", 99) == 99  # nobody answers by coming down
    assert found.answer("USA", "port_fee", 1) == 1


def test_opportunity_is_a_chance():
    assert 0 < opportunity(SCENARIO, PAST) <= 1
