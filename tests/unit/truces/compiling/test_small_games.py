"""A small agreement compiled by hand: payoffs, alarms, phases and clocks, under each linkage.

A period is half a year. In it an agency goes too far in a tariff with chance 1/5 and in the export stop with
1/10; a kept clause looks broken with 1/5 (tariffs) or 1/10 (export stop); a breach is missed with 1/8 or 1/4.
A high tariff is worth 0.1 to its holder and costs the other side 0.4; the export stop of BBB costs it 0.05
and AAA 0.3. So high tariffs and open exports are the one equilibrium of a period.
"""

from itertools import combinations
from math import prod
from types import SimpleNamespace

import numpy as np
import pytest

from negotiation.disputes import State, load_scenario
from negotiation.disputes.posture import posture_from_label
from negotiation.errors import InvalidGame, InvalidStrategy, SizeLimit, UnknownName
from negotiation.truces.compiling import clock as clock_module
from negotiation.truces.compiling.clock import Term, plan_automaton
from negotiation.truces.compiling.compiler import Choices, compiled_terms, compiled_text, signals_of, term_of
from negotiation.truces.compiling.intent_game import alarm_patterns, clear_patterns, menu_of, pattern_label
from negotiation.truces.compiling.plan import Plan, factors_of, least_equilibrium, profile_of
from negotiation.truces.record.agreement_text import agreement_text, read_agreement
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
    stage = compiled_text(deal, world, Choices(clock="none")).game.stage
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
    found = compiled_text(deal, world, Choices(linkage=kind, clock="none"))
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
    plan = compiled_text(deal, world, Choices(linkage=kind, clock="none")).plan
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
    found = compiled_text(timed, world, Choices())
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


def test_an_automaton_of_more_states_than_are_written_out_is_refused(world, timed, monkeypatch):
    """The one above has six states beside its end."""
    for most, fits in ((6, True), (5, False)):
        monkeypatch.setattr(clock_module, "NUMERICS", SimpleNamespace(most_states=most))
        if fits:
            assert len(compiled_text(timed, world, Choices()).automaton.states) == 7
        else:
            with pytest.raises(SizeLimit, match="more than 5 states"):
                compiled_text(timed, world, Choices())


def test_answers_of_two_issues_run_beside_one_another(world, deal):
    after = compiled_text(deal, world, Choices(linkage="within_issue", clock="none")).automaton.next_states
    assert after("kept", "control+tariff") == {"tariff answer 2, control answer 2": 1}
    assert after("kept", "tariff") == {"tariff answer 2": 1}
    assert after("tariff answer 2", "control") == {"tariff answer 1, control answer 2": 1}
    assert after("tariff answer 1, control answer 2", "tariff") == {"control answer 1": 1}
    assert after("control answer 1", "control+tariff") == {"tariff answer 2": 1}


def test_an_answer_for_ever_and_a_text_of_no_linkage(world, text):
    grim = with_fields(text, punishment="grim")
    found = compiled_text(grim, world, Choices(clock="none")).automaton
    assert set(found.states) == {"kept", "off"}
    assert found.next_states("off", "quiet") == {"off": 1}
    assert found.actions["off"][0] == "tariff=high"
    none = compiled_text(grim, world, Choices(clock="none", linkage="none")).automaton
    assert (set(none.states), none.next_states("kept", "quiet")) == ({"kept"}, {"kept": 1})


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
        with_fields(text, clock_days=365, renewal=renewal), world, Choices(clock="memoryless")
    )
    assert found.automaton.next_states("kept", "quiet") == quiet
    assert found.automaton.next_states("kept", "alarm") == alarm
    assert found.game.discount_factor == world.discount_factor


def test_a_hazard_needs_a_chance_of_renewal():
    assert Term("memoryless", 4, 0.25).hazard() == 0.1875
    assert Term("counted", 4, 0.0).hazard() == 0.25
    assert Term("none", 4, None).hazard() == Term("memoryless", None, None).hazard() == 0.0
    with pytest.raises(InvalidStrategy, match="give `renewal` a probability"):
        Term("memoryless", 4, None).hazard()
    assert [Term("counted", 4, None).renewed(calm) for calm in (True, False)] == [1.0, 0.0]
    assert [Term("counted", 4, 0.0).renewed(calm) for calm in (True, False)] == [0.0, 0.0]


def test_the_clock_of_a_text_is_its_own_or_that_of_what_it_amends(world, timed, deal):
    assert term_of(deal, world, "counted") == Term("counted", None, None)
    for clock in ("counted", "memoryless", "none"):
        assert term_of(timed, world, clock) == Term(clock, 2, 0.75)
    with pytest.raises(InvalidGame):
        term_of(timed.model_copy(update={"renewal": "calibration"}), world, "counted")


def test_an_automaton_over_no_alarm_stays_and_one_of_an_end_has_what_is_kept_beside_it(world, deal):
    found = compiled_text(deal, world, Choices(clock="none"))
    part = Plan(KEPT, {}, {PAIRS[1]: "high"}, factors_of({}), {}, None)
    play = plan_automaton(found.game.stage, part, Term("counted", 1, 0.5), {"quiet": frozenset()})
    assert play.actions["ended"] == ("tariff=normal", "tariff=high export_stop=open")
    assert play.next_states("1 left, kept", "quiet") == {"1 left, kept": 0.5, "ended": 0.5}
    endless = plan_automaton(found.game.stage, part, Term("counted", 1, 1.0), {"quiet": frozenset()})
    assert set(endless.states) == {"1 left, kept"}


@pytest.mark.parametrize(
    ("free", "bound", "expected"),
    [
        (PAIRS, KEPT, WORST),
        (PAIRS[:1], KEPT, {PAIRS[0]: "high"}),
        (PAIRS[2:], KEPT, {PAIRS[2]: "open"}),
        (PAIRS[2:], KEPT | {PAIRS[2]: "stopped"}, {PAIRS[2]: "stopped"}),  # not below its bound
        (PAIRS[1:], KEPT, {PAIRS[1]: "high", PAIRS[2]: "open"}),
    ],
)
def test_the_worst_equilibrium_of_what_is_free_and_not_below_its_bound(world, deal, free, bound, expected):
    stage = compiled_text(deal, world, Choices(clock="none")).game.stage
    assert least_equilibrium(stage, KEPT, bound, free) == expected
    assert profile_of(stage, KEPT | expected) == tuple(
        " ".join(f"{n}={(KEPT | expected)[p, n]}" for n in menu_of(stage, i))
        for i, p in enumerate(stage.players)
    )


def test_what_is_not_bound_stays_as_it_was_and_raises_nothing(world, deal):
    terms = {PAIRS[1]: "normal"}
    before = world.calm().after("AAA", {"tariff": "high"}).after("BBB", {"export_stop": "stopped"})
    found = compiled_terms(deal, world, terms, before, Choices(clock="none"))
    assert [one.key for one in found.bound] == [PAIRS[1]]
    assert found.game.stage.actions[0] == ("tariff=high",)
    assert found.plan.kept == {PAIRS[0]: "high", PAIRS[1]: "normal"}
    quiet = found.signal.probabilities[..., found.signal.signals.index("quiet")]
    assert quiet.ravel().tolist() == pytest.approx([1 - seen_beyond(k, "tariff") for k in (0, 1)])
    for grade in ("high", "medium"):
        vague = deal.model_copy(update={"clauses": deal.clauses[:1]})
        (one,) = compiled_terms(vague, world, terms, before, Choices(clock="none"), grade).bound
        assert one.noise.miss == CHANCES[f"signal.miss.{grade}"]


def test_alarms_of_a_players_own_instruments_alone(world, deal):
    found = compiled_text(deal, world, Choices(clock="none", linkage="within_issue"))
    ceilings = {
        "low": {PAIRS[0]: "normal"},
        "both": {PAIRS[0]: "normal", PAIRS[1]: "normal"},
        "stop": {PAIRS[2]: "open"},
    }
    first = alarm_patterns(found.game.stage, 0, found.bound, ceilings)
    assert {pattern_label(p): chances.tolist() for p, chances in first.items()} == {
        "quiet": pytest.approx([1 - seen_beyond(k, "tariff") for k in (0, 1)]),
        "both+low": pytest.approx([seen_beyond(k, "tariff") for k in (0, 1)]),
    }
    second = alarm_patterns(found.game.stage, 1, found.bound, ceilings)
    assert {pattern_label(pattern) for pattern in second} == {"quiet", "both", "stop", "both+stop"}
    for a, action in enumerate(found.game.stage.actions[1]):
        levels = posture_from_label(action)
        beyond = {n: seen_beyond(levels[n] != KEPT["BBB", n], n) for n in ("tariff", "export_stop")}
        both = beyond["tariff"] * beyond["export_stop"]
        assert second[frozenset({"both", "stop"})][a] == pytest.approx(both)
        assert second[frozenset({"stop"})][a] == pytest.approx(beyond["export_stop"] - both)
        clear = clear_patterns(found.game.stage, 1, found.bound, ceilings)[a]
        raised = {"both": levels["tariff"] == "high", "stop": levels["export_stop"] == "stopped"}
        assert clear == {name for name, up in raised.items() if up}


def test_choices_say_what_is_allowed(world, deal):
    for name, wrong, allowed in (
        ("outside", "elsewhere", "custom, moment"), ("clock", "cuckoo", "counted, memoryless, none"),
        ("linkage", "some", "all_or_nothing, none, proportionate, within_issue"),
    ):  # fmt: skip
        with pytest.raises(UnknownName, match=f"{wrong}.*{allowed}"):
            Choices(**{name: wrong})
    assert Choices() == Choices("moment", None, "counted", None)
    main = load_scenario("us-china-2025")
    full = Choices(clock="none", state=State(curb_dependence=0, stocks=2))
    london = agreement_text("2025-06-london")
    one, other = (
        compiled_text(london, main, choices).game.stage.payoffs for choices in (full, Choices(clock="none"))
    )
    assert np.abs((one - one[0, 0]) - (other - other[0, 0])).max() > 1e-6  # the state counts
