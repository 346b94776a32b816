"""A small agreement that its sides read differently: priors, plans, and which reading looks broken where.

The text binds both tariffs at normal. AAA takes it to keep BBB's export stop open; BBB takes it to leave
AAA's tariff high. Chances are those of `test_small_games`.
"""

from itertools import product

import numpy as np
import pytest

from negotiation.disputes import load_scenario
from negotiation.disputes.posture import posture_from_label
from negotiation.errors import InvalidProbabilities
from negotiation.truces.compiling import readings
from negotiation.truces.compiling.compiler import TextChoices
from negotiation.truces.compiling.intent_game import pattern_label
from negotiation.truces.compiling.readings import reading_pair
from negotiation.truces.record.agreement_text import read_agreement
from negotiation.truces.verdicts.agreements import Agreement
from tests.small_dispute import quantity, row, write

CHANCES = {
    "reaction_lag_days": 182.5, "slip.tariff.coordinated": 0.36, "slip.control.coordinated": 0.19,
    "signal.ambiguity.high": 0.36, "signal.ambiguity.medium": 0.19, "signal.ambiguity.low": 0.51,
    "signal.miss.high": 0.125, "signal.miss.medium": 0.25, "signal.miss.low": 0.375,
}  # fmt: skip
HIS, MINE, STOP = ("BBB", "tariff"), ("AAA", "tariff"), ("BBB", "export_stop")
TEXT = {MINE: "normal", HIS: "normal"}
OPEN, HIGH = TEXT | {STOP: "open"}, TEXT | {MINE: "high"}
# Slip, ambiguity and miss in a period: where terms differ as of the worst seen, else of the clause.
NOISE = {
    MINE: (0.2, 0.3, 0.375), HIS: (0.2, 0.2, 0.125), STOP: (0.1, 0.1, 0.25),
}  # fmt: skip


def reading(side, name, prior, country, instrument, level, grade=None):
    term = {"country": country, "instrument": instrument, "level": level, "how": "added"}
    return {
        "side": side, "name": name, "clause": "T03", "prior": prior, "prior_assumption": True,
        "basis": "invented", "source_title": "invented", "confidence": "low",
        "terms": [term if grade is None else {**term, "verifiability": grade}],
    }  # fmt: skip


FLOW = reading("AAA", "flow", 0.6, *STOP, "open")
FREE = reading("BBB", "free hand", 0.3, *MINE, "high", "low")


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    rows = [row("E001", "2024-03-01", "BBB", "export_stop", "stopped")]
    return load_scenario(write(tmp_path_factory.mktemp("readings"), table=rows)).with_parameters(CHANCES)


def deal(world, *readings, **fields):
    text = read_agreement("2024-06-harbour", Agreement, world)
    clauses = [one.model_dump() for one in text.clauses]
    clauses[2] |= {"level": None, "instrument": None, "side": "both"}
    given = {"punishment": quantity(2.0, "periods"), "clauses": clauses, "readings": list(readings), **fields}
    found = Agreement.model_validate(text.model_dump() | given)
    found._home = text.home
    return found


@pytest.fixture(scope="module")
def pair(world):
    return reading_pair(deal(world, FLOW, FREE), world, TextChoices())


def test_priors_of_several_readings_of_one_side(world):
    more = (FLOW, {**FREE, "side": "AAA", "prior": 0.2}, reading("BBB", "both", 0.4, *STOP, "stopped"))
    first, second = reading_pair(deal(world, *more), world, TextChoices()).priors
    assert first == pytest.approx({"flow": 0.6, "free hand": 0.2, "both": 0.2})
    assert second == pytest.approx({"flow": 0.3, "free hand": 0.3, "both": 0.4})
    whole = ({**FLOW, "prior": 0.2}, {**FREE, "side": "AAA", "prior": 0.6})  # all are AAA's: in proportion
    one = reading_pair(deal(world, *whole), world, TextChoices())
    assert one.priors == (
        pytest.approx({"flow": 0.25, "free hand": 0.75}),
        pytest.approx({"flow": 0.5, "free hand": 0.5}),
    )
    assert one.held == ("free hand", "flow")  # of several its last; who has none holds the first
    alone = reading_pair(deal(world, {**FLOW, "prior": 1.0}), world, TextChoices())
    assert alone.names == (("flow",),) * 2
    text = reading_pair(deal(world, {**FLOW, "prior": 0.75}), world, TextChoices())
    assert text.priors[0] == pytest.approx({"flow": 0.75, "as written": 0.25})
    assert text.plans["as written"].kept[STOP] == "open"
    with pytest.raises(
        InvalidProbabilities, match=r"2024-06-harbour: the priors of the readings of AAA sum to 1\.2"
    ):
        reading_pair(deal(world, FLOW, {**FREE, "side": "AAA", "prior": 0.6}), world, TextChoices())
    sure = reading_pair(deal(world, FLOW, {**FREE, "side": "AAA", "prior": 0.4}), world, TextChoices())
    assert sure.priors[0] == pytest.approx({"flow": 0.6, "free hand": 0.4})


def seen(key, harsher):
    """The chances that the calmer and the harsher of two levels are seen when one of them is meant."""
    slip, ambiguity, miss = NOISE[key]
    done = 1.0 if harsher else slip
    beyond = done * (1 - miss) + (1 - done) * ambiguity
    return 1 - beyond, beyond


def test_signals_show_which_reading_looks_broken_on_which_side(pair):
    """By counting: every way in which bound instruments can be seen, and whose ceilings that is beyond."""
    stage, limits = pair.game.stage, {"flow": OPEN, "free hand": HIGH}
    calm = {MINE: "normal", HIS: "normal", STOP: "open"}
    for index in np.ndindex(stage.n_actions):
        expected, clear = {}, []
        sides = []
        for i, player in enumerate(stage.players):
            levels = posture_from_label(stage.actions[i][index[i]])
            own = [(player, name) for name in levels]
            patterns = {}
            for places in product((0, 1), repeat=len(own)):
                chance = np.prod(
                    [seen(key, levels[key[1]] != calm[key])[at] for key, at in zip(own, places, strict=True)]
                )
                looks = dict(zip(own, places, strict=True))
                broken = frozenset(
                    name for name, terms in limits.items()
                    if any(key in terms and at > (terms[key] != calm[key]) for key, at in looks.items())
                )  # fmt: skip
                patterns[broken] = patterns.get(broken, 0.0) + chance
                if all(at == (levels[key[1]] != calm[key]) for key, at in looks.items()):
                    clear.append(broken)
            sides.append(patterns)
        for (one, p), (other, q) in product(sides[0].items(), sides[1].items()):
            expected[f"AAA {pattern_label(one)}; BBB {pattern_label(other)}"] = (p * q, one | other)
        for label, (chance, alarms) in expected.items():
            k = pair.signal.signals.index(label)
            assert pair.signal.probabilities[(*index, k)] == pytest.approx(chance, abs=1e-12), (index, label)
            assert pair.alarms[label] == alarms
        told = f"AAA {pattern_label(clear[0])}; BBB {pattern_label(clear[1])}"
        assert pair.signal.signals[pair.clear[index]] == told


@pytest.mark.parametrize("side", [0, 1])
def test_a_sides_part_of_a_plan_answers_what_breaks_that_reading_and_nothing_else(pair, side):
    flow, free = (pair.readings[side][name] for name in ("flow", "free hand"))
    kept = [
        ("tariff=normal", "tariff=normal export_stop=open"),
        ("tariff=high", "tariff=normal export_stop=open"),
    ]
    for play, levels in zip((flow, free), kept, strict=True):
        assert set(play.states) == {"kept", "answer 2", "answer 1"}
        assert play.initial == "kept"
        assert play.actions["kept"] == (levels[side],)
        assert play.actions["answer 2"] == play.actions["answer 1"]
        for label, alarms in pair.alarms.items():
            name = "flow" if play is flow else "free hand"
            assert play.next_states("kept", label) == {"answer 2" if name in alarms else "kept": 1}
            assert play.next_states("answer 2", label) == {"answer 1": 1}
            assert play.next_states("answer 1", label) == {"kept": 1}
    worst = ("tariff=high", "tariff=high export_stop=open")[side]
    assert flow.actions["answer 2"] == (worst,)


def test_a_clock_is_a_chance_that_the_term_ends_or_none(world):
    timed = deal(world, FLOW, FREE, clock_days=365, renewal=quantity(0.5, "chance"))
    for clock, factor in (("counted", 0.75), ("memoryless", 0.75), ("none", 1.0)):
        found = reading_pair(timed, world, TextChoices(clock=clock))
        assert found.game.discount_factor == pytest.approx(world.discount_factor * factor, rel=1e-12)


@pytest.mark.parametrize(
    ("grades", "missed", "misses"),
    [
        (("medium", "low"), 0.375, (0.3, 0.375)),
        (("medium", "high"), 0.375, (0.1, 0.25)),  # though a high one is misread more often
        (("medium", "low"), 0.1, (0.3, 0.1)),  # though a medium one misses more
    ],
)
@pytest.mark.parametrize("order", [1, -1])
def test_where_readings_differ_the_one_with_more_misreading_and_misses_together_counts(
    world, grades, missed, misses, order
):
    there = world.with_parameters({"signal.miss.low": missed})
    one, other = grades
    terms = [
        reading("AAA", "one", 0.3, *STOP, "open", one),
        reading("BBB", "other", 0.3, *STOP, "stopped", other),
    ]
    text = deal(there, *terms[::order])
    found = readings._bound(text, there, readings._readings_terms(text))
    stop = next(each for each in found if each.key == STOP)
    assert (stop.noise.ambiguity, stop.noise.miss) == pytest.approx(misses)
    assert [each.key for each in found] == [MINE, HIS, STOP]
