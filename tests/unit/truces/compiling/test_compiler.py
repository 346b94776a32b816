from itertools import product
from math import prod

import numpy as np
import pytest

import negotiation as ng
from negotiation.errors import IllegalMove, InvalidFile, InvalidProbabilities, SizeLimit, UnknownName
from negotiation.truces.compiling.compiler import Choices, compiled_text
from negotiation.truces.compiling.intent_game import menu_of
from negotiation.truces.compiling.plan import alarms_of, factors_of
from negotiation.world.posture import posture_from_label
from tests.us_china import AGREEMENTS

SCENARIO = ng.load_scenario("us-china-2025")
TEXTS = [name for name in ng.truce_names("us-china-2025") if name != "2025-05-geneva"]


def compiled(name, scenario=SCENARIO, **choices):
    return compiled_text(ng.truce(name), scenario, Choices(**choices))


@pytest.mark.parametrize("name", TEXTS)
def test_a_text_compiles_to_an_automaton_that_is_verified_in_its_game(name):
    agreement = ng.truce(name)
    automaton = agreement.compile(SCENARIO)
    assert isinstance(automaton, ng.Automaton)
    verdict = ng.verify(agreement.game(SCENARIO), automaton)
    assert verdict.concept == "perfect public equilibrium"
    assert verdict.status == "complete"


@pytest.mark.parametrize("name", ng.truce_names("us-china-2025"))
def test_the_chance_of_an_alarm_is_that_of_the_clauses(name):
    found = compiled(name)
    chances = {one.key: one.noise for one in found.bound}
    kept = found.game.stage.profile_index(found.automaton.actions[found.automaton.initial])
    alarm = found.signal.signal_index("alarm")
    quiet = prod(1 - c.false_alarm for c in chances.values())
    assert found.signal.probabilities[(*kept, alarm)] == pytest.approx(1 - quiet, abs=1e-12)
    for i, player in enumerate(found.game.stage.players):
        for a, action in enumerate(found.game.stage.actions[i]):
            changed = [
                (player, n) for n, x in posture_from_label(action).items() if found.plan.kept[player, n] != x
            ]
            levels = {n: len(SCENARIO.instruments[n].labels(player)) for _, n in changed}
            if len(changed) != 1 or not _one_step(found, player, changed[0], action):
                continue
            index = [*kept]
            index[i] = a
            breach = chances[changed[0]].detection
            if (
                levels[changed[0][1]]
                - SCENARIO.instruments[changed[0][1]].position(player, found.plan.kept[changed[0]])
                == 2
            ):  # two levels: the closed form of one issue
                rest = prod(1 - c.false_alarm for key, c in chances.items() if key != changed[0])
                assert found.signal.probabilities[(*index, alarm)] == pytest.approx(
                    1 - (1 - breach) * rest, abs=1e-12
                )


def _one_step(found, player, key, action):
    position = SCENARIO.instruments[key[1]].position
    return position(player, posture_from_label(action)[key[1]]) == position(player, found.plan.kept[key]) + 1


def test_stage_payoffs_are_expectations_over_slips():
    found = compiled("2025-08-stockholm")
    calm = SCENARIO.stage_game(
        instruments=["tariff"],
        levels={("USA", "tariff"): ("geneva", "peak", "threatened"), ("CHN", "tariff"): ("geneva", "peak")},
        fixed=None,
    )
    slip = found.bound[0].noise.slip
    after = {0: ((0, 1 - slip), (1, slip)), 1: ((1, 1 - slip), (2, slip)), 2: ((2, 1.0),)}
    theirs = {0: ((0, 1 - slip), (1, slip)), 1: ((1, 1.0),)}
    differences = []
    for a, b in product(range(3), range(2)):
        expected = sum(p * q * calm.payoffs[x, y] for (x, p), (y, q) in product(after[a], theirs[b]))
        differences.append(found.game.stage.payoffs[a, b] - expected)
    # What is outside the text adds a constant.
    np.testing.assert_allclose(differences, [differences[0]] * 6, atol=1e-12)


def test_a_counted_clock_has_a_state_for_each_period_and_ends():
    found = compiled("2025-10-busan")
    assert len(found.automaton.states) == 26 * 4 + 1
    assert found.automaton.initial == "26 left, kept"
    assert found.automaton.next_states("1 left, kept", "quiet") == {"26 left, kept": 0.75, "ended": 0.25}
    assert found.automaton.next_states("ended", "alarm") == {"ended": 1}
    assert found.automaton.next_states("9 left, kept", "alarm") == {"8 left, answer 3": 1}
    assert found.automaton.next_states("9 left, answer 1", "alarm") == {"8 left, kept": 1}


@pytest.mark.parametrize("name", ["2025-08-stockholm", "2025-10-busan"])
def test_certain_renewal_is_no_clock(name):
    certain = SCENARIO.with_parameters({"state.renewal_probability": 1.0})
    values = [
        ng.value(found.game, found.automaton).payoffs
        for found in (compiled(name, certain, clock=clock) for clock in ("counted", "memoryless", "none"))
    ]
    np.testing.assert_allclose(values[0], values[2], atol=1e-10)
    np.testing.assert_allclose(values[1], values[2], atol=1e-10)


@pytest.mark.parametrize("name", ["2025-08-stockholm", "2025-06-london"])
def test_a_memoryless_clock_is_a_lower_discount_factor(name):
    # A game that ends with chance h into constant payoffs is the one without end at delta (1 - h), rescaled.
    ends, endless = compiled(name, clock="memoryless"), compiled(name, clock="none")
    delta, hazard = SCENARIO.discount_factor, 0.25 / 6
    patient = ng.RepeatedGame(endless.game.stage, delta * (1 - hazard), endless.signal)
    one, other = ng.verify(ends.game, ends.automaton), ng.verify(patient, endless.automaton)
    scale = (1 - delta) / (1 - delta * (1 - hazard))
    states = [s for s in ends.automaton.states if s != "ended"]
    assert states == list(endless.automaton.states)
    assert one.holds == other.holds
    if not one.holds:
        assert float(one.margin) == pytest.approx(scale * float(other.margin), rel=1e-9)


def test_renewal_by_play_ends_the_agreement_where_a_breach_is_being_answered(tmp_path):
    text = (AGREEMENTS / "2025-10-busan.toml").read_text().replace('"calibration"', '"by play"')
    path = tmp_path / "mine.toml"
    path.write_text(text)
    automaton = ng.truce(path).compile(SCENARIO)
    assert automaton.next_states("1 left, kept", "quiet") == {"26 left, kept": 1}
    assert automaton.next_states("1 left, kept", "alarm") == {"ended": 1}
    assert automaton.next_states("1 left, answer 3", "quiet") == {"ended": 1}


def test_the_linkage_graph_decides_how_many_states_there_are():
    issues = ("tariff", "control", "other")
    assert len(factors_of(dict.fromkeys(issues, issues))) == 1
    assert len(factors_of({i: (i,) for i in issues})) == 3
    one_way = {"tariff": ("tariff",), "control": ("control", "tariff"), "other": ()}
    assert [sorted(f.alarms) for f in factors_of(one_way)] == [["control", "tariff"], ["control"]]
    assert alarms_of(one_way) == {"tariff": "tariff", "control": "control"}
    counts = {
        kind: len(compiled("2025-10-busan", linkage=kind, clock="none").automaton.states)
        for kind in ("none", "all_or_nothing", "within_issue", "proportionate")
    }
    assert counts == {"none": 1, "all_or_nothing": 4, "within_issue": 64, "proportionate": 64}


def test_no_linkage_holds_what_a_stage_equilibrium_keeps_and_nothing_else():
    tariffs = ng.verify(*both("2025-08-stockholm"))
    assert tariffs.holds
    assert not ng.verify(*both("2025-10-busan")).holds


def both(name):
    found = compiled(name, linkage="none")
    return found.game, found.automaton


def edited(tmp_path, name, *pairs):
    text = (AGREEMENTS / f"{name}.toml").read_text()
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new, 1)
    path = tmp_path / "mine.toml"
    path.write_text(text)
    return path


@pytest.mark.parametrize(
    ("name", "old", "new", "words"),
    [
        ("2025-05-geneva", "prior = 0.5", "prior = 1.5", ["readings.0.prior", "1.5"]),
        ("2025-10-busan", 'kind = "all_or_nothing"', 'kind = "some"', ["linkage.kind", "'some'"]),
        ("2025-10-busan", 'unit = "days"', 'unit = "weeks"', ["punishment", "days or periods", "weeks"]),
        ("2025-10-busan", 'regime = "fractured"', 'regime = "odd"', ["coordination.regime", "'odd'"]),
        ("2025-10-busan", 'renewal = "calibration"', "renewal = 0.5", ["renewal", "0.5"]),
        (
            "2025-10-busan", 'renewal = "calibration"',
            'renewal = { value = 1.2, low = 1, high = 2, unit = "a", date = "2025", assumption = true }',
            ["renewal", "from 0 to 1"],
        ),
    ],
)  # fmt: skip
def test_a_file_with_a_fault_is_refused_by_field(tmp_path, name, old, new, words):
    with pytest.raises(InvalidFile) as caught:
        ng.truce(edited(tmp_path, name, (old, new)))
    assert all(word in str(caught.value) for word in ["mine.toml", *words]), caught.value


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('\ninstrument = "port_fee"', '\ninstrument = "port_fees"', ["T23", "did you mean 'port_fee'"]),
        ('level = "listed_only"', 'level = "listed"', ["T22", "did you mean 'listed_only'"]),
        ('side = "USA"', 'side = "FRA"', ["T20", "country 'FRA'"]),
    ],
)
def test_a_clause_on_what_does_not_exist_is_refused_by_clause(tmp_path, old, new, words):
    with pytest.raises(UnknownName) as caught:
        ng.truce(edited(tmp_path, "2025-10-busan", (old, new))).compile(SCENARIO)
    assert all(word in str(caught.value) for word in words), caught.value


def test_a_level_that_the_law_forbids_is_refused():
    with pytest.raises(IllegalMove, match=r"clause T15: USA tariff .* IEEPA, has been lost; lawful: january"):
        ng.truce("2025-08-stockholm").compile(SCENARIO, state=ng.State(authority=0))


def test_a_level_of_the_text_that_is_amended_is_refused_too_where_the_law_forbids_it():
    with pytest.raises(IllegalMove, match=r"amending 2025-05-geneva: USA tariff .*'geneva'.*lawful: january"):
        ng.truce("2025-06-london").compile(SCENARIO, state=ng.State(authority=0))


def test_answers_in_an_issue_that_is_not_covered_are_refused(tmp_path):
    change = ('kind = "all_or_nothing"', 'kind = "within_issue"\nanswers = { tariff = ["control"] }')
    with pytest.raises(InvalidFile, match=r"answers.tariff: 'control' came; the agreement covers tariff"):
        ng.truce(edited(tmp_path, "2025-08-stockholm", change)).compile(SCENARIO)


def test_alarms_that_tell_nothing_and_automata_that_are_too_large_are_refused():
    blind = SCENARIO.with_parameters({"signal.miss.high": 1.0})
    with pytest.raises(InvalidProbabilities, match="sum to less than 1"):
        ng.truce("2025-08-stockholm").compile(blind)
    with pytest.raises(SizeLimit, match='clock="memoryless"'):
        # 26 periods times 64 statuses
        ng.truce("2025-10-busan").compile(
            SCENARIO.with_parameters({"reaction_lag_days": 7.0}), linkage="within_issue"
        )


@pytest.mark.parametrize("choice", [{"outside": "elsewhere"}, {"linkage": "some"}, {"clock": "cuckoo"}])
def test_choices_that_do_not_exist_are_refused(choice):
    with pytest.raises(UnknownName):
        ng.truce("2025-10-busan").compile(SCENARIO, **choice)


def test_the_same_follows_a_breach_in_every_record():
    first, *others = [ng.truce(name) for name in ng.truce_names("us-china-2025")]
    for other in others:
        assert (other.linkage, other.renewal, other.regime) == (first.linkage, first.renewal, first.regime)
        assert other.punishment_periods(14.0) == first.punishment_periods(14.0) == 3


def test_outside_the_text_moment_is_a_stage_equilibrium_and_custom_is_the_day_before():
    moment, custom = (compiled("2025-10-busan", outside=o) for o in ("moment", "custom"))
    assert moment.game.stage.actions == custom.game.stage.actions
    difference = moment.game.stage.payoffs - custom.game.stage.payoffs
    # Payoffs add up, so that what is outside changes no incentive of the text.
    np.testing.assert_allclose(difference, np.broadcast_to(difference[0, 0], difference.shape), atol=1e-12)


@pytest.mark.parametrize("name", TEXTS)
def test_a_measured_answer_is_the_next_harsher_level_of_what_was_kept(name):
    found = compiled(name, linkage="proportionate")
    steps = []
    for answer in found.plan.answers.values():
        for (player, instrument), level in answer.items():
            menu = menu_of(found.game.stage, found.game.stage.player_index(player))[instrument]
            kept = menu.index(found.plan.kept[player, instrument])
            steps.append(menu.index(level) - kept)
            assert menu.index(level) == min(kept + 1, len(menu) - 1)
            assert len(menu) > 1 or level == menu[0]
    assert len(steps) == len(found.bound)
    assert 1 in steps


def test_a_measured_answer_goes_one_step_where_there_are_more():
    plan = compiled("2025-10-busan", linkage="proportionate").plan
    key = ("USA", "tariff")
    labels = SCENARIO.instruments["tariff"].labels("USA")
    assert plan.kept[key] == "busan"
    assert plan.answers["tariff"][key] == labels[labels.index("busan") + 1]


def test_another_linkage_than_the_texts_own_does_not_take_its_answers(tmp_path):
    kind = 'kind = "all_or_nothing"'
    own = 'kind = "within_issue"\nanswers = { tariff = ["control"], control = ["tariff"] }'
    crossed = ng.truce(edited(tmp_path, "2025-10-busan", (kind, own)))
    plain = ng.truce("2025-10-busan")
    same = compiled_text(crossed, SCENARIO, Choices()).plan
    assert same.factors != compiled_text(plain, SCENARIO, Choices(linkage="within_issue")).plan.factors
    for other in ("proportionate", "all_or_nothing", "none"):
        found, meant = (compiled_text(t, SCENARIO, Choices(linkage=other)).plan for t in (crossed, plain))
        assert (found.factors, found.alarms, found.answers) == (meant.factors, meant.alarms, meant.answers)
