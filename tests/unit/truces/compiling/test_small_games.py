"""A small agreement compiled by hand: payoffs, alarms, phases and clocks, under each linkage.

A period is half a year. In it an agency goes too far in a tariff with chance 1/5 and in the export stop with
1/10; a kept clause looks broken with 1/5 (tariffs) or 1/10 (export stop); a breach is missed with 1/8 or 1/4.
A high tariff is worth 0.1 to its holder and costs the other side 0.4; the export stop of BBB costs it 0.05
and AAA 0.3. So high tariffs and open exports are the one equilibrium of a period.
"""

from itertools import combinations
from math import prod

import numpy as np
import pytest

from negotiation.disputes import load_scenario
from negotiation.disputes.posture import posture_from_label
from negotiation.truces.compiling.compiler import TextChoices, compiled_terms, compiled_text, signals_of
from negotiation.truces.record.agreement_text import read_agreement
from negotiation.truces.verdicts.agreements import Agreement
from tests.small_dispute import quantity, write

HARBOUR = "2024-06-harbour"
CHANCES = {
    "reaction_lag_days": 182.5, "slip.tariff.coordinated": 0.36, "slip.control.coordinated": 0.19,
    "signal.ambiguity.high": 0.36, "signal.ambiguity.medium": 0.19,
    "signal.miss.high": 0.125, "signal.miss.medium": 0.25,
}  # fmt: skip
SLIP, AMBIGUITY, MISS = ({"tariff": 0.2, "export_stop": 0.1}, {"tariff": 0.2, "export_stop": 0.1},
                         {"tariff": 0.125, "export_stop": 0.25})  # fmt: skip
PAIRS = (("AAA", "tariff"), ("BBB", "tariff"), ("BBB", "export_stop"))
KEPT = {PAIRS[0]: "normal", PAIRS[1]: "normal", PAIRS[2]: "open"}
WORST = {PAIRS[0]: "high", PAIRS[1]: "high", PAIRS[2]: "open"}
STEP = {PAIRS[0]: "high", PAIRS[1]: "high", PAIRS[2]: "stopped"}
KINDS = ("none", "within_issue", "proportionate", "all_or_nothing")


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    return load_scenario(write(tmp_path_factory.mktemp("games"))).with_parameters(CHANCES)


@pytest.fixture(scope="module")
def text(world):
    return read_agreement(HARBOUR, Agreement, world)


def with_fields(text, **fields):
    """Return the agreement with other fields: an answer of two periods unless told otherwise."""
    found = Agreement.model_validate(text.model_dump() | {"punishment": quantity(2.0, "periods")} | fields)
    found._home = text.home
    return found


@pytest.fixture(scope="module")
def deal(text):
    return with_fields(text)


@pytest.fixture(scope="module")
def timed(text):
    """Return the deal with a term of two periods, which is renewed with chance 3/4."""
    return with_fields(text, clock_days=365, renewal=quantity(0.75, "chance"))


def seen_beyond(harsher, name):
    """The chance that a level is seen as the harsher of two when it, or the calmer, is meant."""
    implemented = 1.0 if harsher else SLIP[name]
    return implemented * (1 - MISS[name]) + (1 - implemented) * AMBIGUITY[name]


def meant(stage, index):
    found = {}
    for i, player in enumerate(stage.players):
        found |= {(player, n): x for n, x in posture_from_label(stage.actions[i][index[i]]).items()}
    return found


def test_payoffs_are_those_of_what_agencies_do(world, deal):
    stage = compiled_text(deal, world, TextChoices(clock="none")).game.stage
    raw = np.zeros_like(stage.payoffs)
    for index in np.ndindex(stage.n_actions):
        levels = meant(stage, index)
        done = {key: 1.0 if levels[key] != KEPT[key] else SLIP[key[1]] for key in PAIRS}
        a, b, stop = (done[key] for key in PAIRS)
        raw[index] = 0.1 * a - 0.4 * b - 0.3 * stop, 0.1 * b - 0.4 * a - 0.05 * stop
    scale = (stage.payoffs[-1, -1] - stage.payoffs[0, 0])[0] / (raw[-1, -1] - raw[0, 0])[0]
    assert stage.payoffs - stage.payoffs[0, 0] == pytest.approx(
        scale * (raw - raw[0, 0]), rel=1e-9, abs=1e-12
    )
    assert scale > 0


@pytest.mark.parametrize("kind", KINDS)
def test_alarms_come_by_issue_and_from_whoever_is_seen_beyond_a_ceiling(world, deal, kind):
    found = compiled_text(deal, world, TextChoices(linkage=kind, clock="none"))
    issues = {
        "none": {}, "all_or_nothing": {"alarm": PAIRS},
        "within_issue": {"tariff": PAIRS[:2], "control": PAIRS[2:]},
        "proportionate": {"tariff": PAIRS[:2], "control": PAIRS[2:]},
    }[kind]  # fmt: skip
    names = sorted(issues)
    labels = ["+".join(raised) or "quiet" for k in range(len(names) + 1) for raised in combinations(names, k)]
    assert sorted(found.signal.signals) == sorted(labels)
    assert found.signal.signals[0] == "quiet"
    assert list(map(len, signals_of(found.signal).values())) == sorted(
        map(len, signals_of(found.signal).values())
    )
    for index in np.ndindex(found.game.stage.n_actions):
        levels = meant(found.game.stage, index)
        silent = {
            issue: prod(1 - seen_beyond(levels[key] != KEPT[key], key[1]) for key in keys)
            for issue, keys in issues.items()
        }
        for label, alarms in signals_of(found.signal).items():
            chance = prod((1 - p) if issue in alarms else p for issue, p in silent.items())
            got = found.signal.probabilities[(*index, found.signal.signals.index(label))]
            assert got == pytest.approx(chance, abs=1e-12), (index, label)


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_kept_answered_and_left(world, deal, kind):
    plan = compiled_text(deal, world, TextChoices(linkage=kind, clock="none")).plan
    assert plan.kept == KEPT
    assert plan.ended == WORST
    answer = {"none": {}, "proportionate": STEP}.get(kind, WORST)
    legs = {"tariff": PAIRS[:2], "control": PAIRS[2:]}
    assert plan.answers == {leg: {key: answer[key] for key in keys if answer} for leg, keys in legs.items()}
    assert plan.periods == 2
    assert [factor.issues for factor in plan.factors] == {
        "none": [], "all_or_nothing": [("tariff", "control")],
    }.get(kind, [("tariff",), ("control",)])  # fmt: skip
    names = {"none": {}, "all_or_nothing": {"tariff": "alarm", "control": "alarm"}}
    assert plan.alarms == names.get(kind, {"tariff": "tariff", "control": "control"})


def test_an_automaton_of_a_counted_clock_by_hand(world, timed):
    found = compiled_text(timed, world, TextChoices())
    play, after = found.automaton, found.automaton.next_states
    assert play.initial == "2 left, kept"
    assert set(play.states) == {
        "2 left, kept", "1 left, kept", "1 left, answer 2", "2 left, answer 2", "2 left, answer 1",
        "1 left, answer 1", "ended",
    }  # fmt: skip
    kept, worst = (
        ("tariff=normal", "tariff=normal export_stop=open"),
        ("tariff=high", "tariff=high export_stop=open"),
    )
    for state in play.states:
        assert play.actions[state] == (kept if state.endswith("kept") else worst), state
    steps = {
        ("2 left, kept", "quiet"): {"1 left, kept": 1}, ("2 left, kept", "alarm"): {"1 left, answer 2": 1},
        ("1 left, kept", "quiet"): {"2 left, kept": 0.75, "ended": 0.25},
        ("1 left, kept", "alarm"): {"2 left, answer 2": 0.75, "ended": 0.25},
    }  # fmt: skip
    for signal in ("quiet", "alarm"):
        steps |= {
            ("1 left, answer 2", signal): {"2 left, answer 1": 0.75, "ended": 0.25},
            ("2 left, answer 2", signal): {"1 left, answer 1": 1},
            ("2 left, answer 1", signal): {"1 left, kept": 1},
            ("1 left, answer 1", signal): {"2 left, kept": 0.75, "ended": 0.25},
            ("ended", signal): {"ended": 1},
        }
    assert {step: after(*step) for step in steps} == steps


def test_answers_of_two_issues_run_beside_one_another(world, deal):
    after = compiled_text(
        deal, world, TextChoices(linkage="within_issue", clock="none")
    ).automaton.next_states
    assert after("kept", "control+tariff") == {"tariff answer 2, control answer 2": 1}
    assert after("kept", "tariff") == {"tariff answer 2": 1}
    assert after("tariff answer 2", "control") == {"tariff answer 1, control answer 2": 1}
    assert after("tariff answer 1, control answer 2", "tariff") == {"control answer 1": 1}
    assert after("control answer 1", "control+tariff") == {"tariff answer 2": 1}


@pytest.mark.parametrize(
    ("renewal", "quiet", "alarm"),
    [
        (quantity(0.75, "chance"), {"kept": 0.875, "ended": 0.125}, {"answer 2": 0.875, "ended": 0.125}),
        (quantity(0.0, "chance"), {"kept": 0.5, "ended": 0.5}, {"answer 2": 0.5, "ended": 0.5}),
        (quantity(1.0, "chance"), {"kept": 1}, {"answer 2": 1}),
        ("by play", {"kept": 1}, {"answer 2": 0.5, "ended": 0.5}),
    ],
)
def test_a_memoryless_clock_ends_a_term_of_two_periods_half_as_often(world, text, renewal, quiet, alarm):
    found = compiled_text(
        with_fields(text, clock_days=365, renewal=renewal), world, TextChoices(clock="memoryless")
    )
    assert found.automaton.next_states("kept", "quiet") == quiet
    assert found.automaton.next_states("kept", "alarm") == alarm
    assert found.game.discount_factor == world.discount_factor


def test_what_is_not_bound_stays_as_it_was_and_raises_nothing(world, deal):
    terms = {PAIRS[1]: "normal"}
    before = world.calm().after("AAA", {"tariff": "high"}).after("BBB", {"export_stop": "stopped"})
    found = compiled_terms(deal, world, terms, before, TextChoices(clock="none"))
    assert [one.key for one in found.bound] == [PAIRS[1]]
    assert found.game.stage.actions[0] == ("tariff=high",)
    assert found.plan.kept == {PAIRS[0]: "high", PAIRS[1]: "normal"}
    quiet = found.signal.probabilities[..., found.signal.signals.index("quiet")]
    assert quiet.ravel().tolist() == pytest.approx([1 - seen_beyond(k, "tariff") for k in (0, 1)])
