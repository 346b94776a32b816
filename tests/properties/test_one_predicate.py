"""One question of a leg: by every way to ask it the answer is one, and that of all postures tried by hand."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import negotiation as ng
from negotiation.base.progress import nobody
from negotiation.disputes.posture import posture_from_label
from negotiation.text_design.judging import Games
from negotiation.truces.compiling.compiler import TextChoices, compiled_text
from negotiation.truces.compiling.terms import written_terms
from negotiation.truces.record.agreement_text import scenario_for
from negotiation.truces.record.state_trajectory import state_of_the_day
from negotiation.truces.theories.common.game_batch import game_batch
from negotiation.truces.verdicts.noise_departures import closest_departures, state_gains
from negotiation.truces.verdicts.under_noise import REMEDIES, without_noise
from negotiation.truces.verdicts.verdict import drawn_batches, sampled
from tests.command import called, printed
from tests.us_china import SCENARIO

EVERY = ng.truce_names(placebos=True)
BY_ONE_STRATEGY = ("shadow linkage", "renegotiation", "each for itself")


def by_hand(asked, theory):
    """Return by leg the best of all else less the best departure that is harsher in it, posture by posture.

    A departure is worth its period and what the theory's own strategy plays from the state it leads to.
    """
    scenario, stage = asked.scenario, asked.stage(asked.menus)
    delta, kept = float(asked.delta[0]), stage.labels((0, 0))
    play = ng.theories()[theory].plays(asked)[0]
    if theory == "each for itself":
        after = {}
        values = {None: [float(x) for x in stage.payoffs[0, 0]]}
    else:
        after = play.strategy.transitions[play.strategy.initial]
        table = ng.value(play.game, play.strategy)
        values = {s: [float(x) for x in table.values[k]] for k, s in enumerate(table.states)}
    least = dict.fromkeys(scenario.legs, np.inf)
    for i, country in enumerate(asked.players):
        position = {n: scenario.instruments[n].position for n in asked.menus[country]}
        now = posture_from_label(kept[i])
        worth, harsher = [], {leg: [] for leg in scenario.legs}
        for a, label in enumerate(stage.actions[i]):
            profile = tuple(label if j == i else kept[j] for j in range(2))
            deviant = [0, 0]
            deviant[i] = a
            state = after.get(profile, after.get("otherwise")) if after else None
            states = state if isinstance(state, dict) else {state: 1.0}
            later = sum(float(p) * values[s][i] for s, p in states.items())
            worth.append((1 - delta) * float(stage.payoffs[tuple(deviant)][i]) + delta * later)
            level = posture_from_label(label)
            for leg in scenario.legs:
                names = [n for n in level if scenario.instruments[n].leg == leg]
                harsher[leg].append(
                    any(position[n](country, level[n]) > position[n](country, now[n]) for n in names)
                )
        for leg, inside in harsher.items():
            if any(inside):
                best = max(w for w, into in zip(worth, inside, strict=True) if into)
                rest = max(w for w, into in zip(worth, inside, strict=True) if not into)
                least[leg] = min(least[leg], rest - best)
    return least


@pytest.mark.long
@settings(max_examples=8)
@given(st.sampled_from(EVERY), st.sampled_from(BY_ONE_STRATEGY), st.integers(0, 2**32 - 1))
def test_a_leg_s_margin_is_that_of_every_posture_tried_by_hand(name, theory, seed):
    agreement = ng.truce(name)
    world = scenario_for(agreement, None).draw(np.random.default_rng(seed))
    asked = game_batch(agreement, world, state_of_the_day(agreement, world).likely, "small")
    found, expected = ng.theories()[theory].judge(asked), by_hand(asked, theory)
    for leg in world.legs:
        assert found[leg].margin[0] == pytest.approx(expected[leg], abs=1e-9), leg
        assert found[leg].holds[0] == (found[leg].margin[0] >= 0.0)


SOON = ("2019-11-standstill", "2025-05-geneva")
LATER = [pytest.param(name, marks=pytest.mark.long) for name in EVERY if name not in SOON]


WRITTEN = {"remedy": "as written", "noise": True}


def of_rows(rows):
    return {(row.leg, row.theory): (row.words, row.margin) for row in rows}


def of_table(table):
    """Return the same from the rows of a command's document."""
    said = lambda row: row["verdict"] + ("" if row["share"] is None else f" {row['share']:.2f}")  # noqa: E731
    return {(row["leg"], row["theory"]): (said(row), row["margin, % GDP"]) for row in table}


def from_the_command(*arguments):
    return json.loads(printed(called(*arguments, "--json", NEGOTIATION_CACHE="off")))


@pytest.mark.long
@pytest.mark.parametrize("name", [*SOON, *LATER])
def test_every_door_gives_one_answer_to_what_is_supposed(name, tmp_path):
    own = tmp_path / "mine.toml"
    own.write_text(ng.truce(name).to_toml(), encoding="utf-8")
    asked = ng.verdict(name, draws=4)
    # A replay keeps the dispute's own day unless it is given another.
    day = asked.batch.scenario.definition.known
    by_door = {
        "a file": ng.verdict(own, scenario_for(name, None, day), draws=4),
        "replay": (replayed := ng.replay(name, as_of=day, draws=4)).theories,
    }
    expected = of_rows(asked)
    for door, found in by_door.items():
        assert of_rows(found) == expected, door
        assert (found.setting, found.where) == (asked.setting, asked.where), door
    for row in replayed.verdicts:
        assert (row.verdict.words, row.margin) == expected[row.leg, row.theory]
    assert {row.leg: row.verdict.words for row in replayed.legs} == {
        leg: words for (leg, theory), (words, _) in expected.items() if theory == "moment"
    }
    for row in asked:
        assert row.margin >= row.any_harsher >= row.any_change
        assert row.holds == (row.margin >= 0.0)
        if row.player is not None:
            assert row.loss - row.gain >= row.any_harsher - 1e-12
    # The text with its own remedy is another question, and says so wherever it is asked.
    written = ng.verdict(name, **WRITTEN)
    with pytest.warns(DeprecationWarning, match="remedy='as written', noise=True"):
        before = ng.truce(name).verdict()
    assert written.supposes == before.supposes == replayed.noise.verdicts.supposes != asked.supposes
    for legs in (before, replayed.noise.verdicts):
        assert [(leg.leg, leg.margin, leg.holds) for leg in legs] == [
            (row.leg, row.margin, row.holds) for row in written
        ]
    assert before.supposes in before.table().title
    assert written.setting in written.table().title


@pytest.mark.long
def test_doors_agree_on_shares_where_a_value_is_set_by_hand(tmp_path):
    name, patience = "2019-11-standstill", {"discount_factor_annual": 0.5}
    plain = scenario_for(name, None)
    world, own = plain.with_parameters(patience), tmp_path / "mine.toml"
    own.write_text(ng.truce(name).to_toml(), encoding="utf-8")
    asked = ng.verdict(name, world, draws=8)
    assert of_rows(ng.verdict(own, world, draws=8)) == of_rows(asked)
    assert of_rows(ng.replay(name, world, draws=8).theories) == of_rows(asked)
    sample = sampled(world, asked.state, 8, 0, None)
    for members, posed, _ in drawn_batches(asked.batch, sample, nobody):
        for t, legs in enumerate(Games.judged(posed, 0, list(ng.theories()), ng.truce(name).signed)):
            for k, leg in enumerate(world.legs):
                drawn = asked.drawn.of(k, t)
                assert (legs[leg].held == ((drawn.margin >= 0.0) & drawn.rational)[members]).all()
    before = ng.verdict(name, plain, draws=8)
    assert before.drawn.margin.tolist() != asked.drawn.margin.tolist()
    compared = ng.compare_verdicts({"as it is": before, "impatient": asked})
    assert all(one.verdicts["impatient"].words == asked.find(one.leg, one.theory).words for one in compared)


@pytest.mark.long
def test_the_commands_say_what_python_says(tmp_path):
    own = tmp_path / "mine.toml"
    own.write_text(ng.truce("2025-10-busan").to_toml(), encoding="utf-8")
    asked, written = ng.verdict("2025-10-busan", draws=4), ng.verdict("2025-10-busan", **WRITTEN)
    for named in ("busan", own):
        said = from_the_command("verdict", named, "--draws", 4)
        assert of_table(said["theories"]) == of_rows(asked)
        assert of_table(said["as_written"]) == of_rows(written)
    explored = from_the_command("explore", "busan")["verdicts"]
    central = ng.verdict("2025-10-busan", theories=["moment"])
    assert {row["leg"]: (row["verdict"], row["margin, % GDP"]) for row in explored} == {
        row.leg: (row.words, row.margin) for row in central
    }
    assert "at central values" in central.table().title


@pytest.mark.long
def test_the_judge_of_texts_holds_what_verdicts_hold_and_counts_as_broken_what_is_not_rational():
    text = ng.truce("2025-10-busan")
    asked = ng.verdict(text, SCENARIO, draws=8, counted="as broken")
    sample = sampled(SCENARIO, asked.state, 8, 0, None)
    for members, posed, _ in drawn_batches(asked.batch, sample, nobody):
        judged = Games.judged(posed, 0, list(ng.theories()), text.signed)
        for t, legs in enumerate(judged):
            for k, leg in enumerate(SCENARIO.legs):
                drawn = asked.drawn.of(k, t)
                assert (legs[leg].held == ((drawn.margin >= 0.0) & drawn.rational)[members]).all()
    for row in asked:
        assert row.share == row.drawn.hits() / 8


@pytest.mark.long
def test_the_two_ways_to_count_differ_by_the_draws_in_which_keeping_is_not_rational():
    out, broken = (ng.verdict("2025-05-geneva", draws=16, counted=c) for c in ("left out", "as broken"))
    assert out.drawn.margin.tolist() == broken.drawn.margin.tolist()
    assert (out.drawn.hits() == broken.drawn.hits()).all()
    assert (broken.drawn.draws == 16).all()
    assert (out.drawn.draws == out.drawn.rational.sum(axis=-1)).all()
    assert (
        {row.word for row in out}
        >= {"not rational"}
        > {row.word for row in broken} - {"holds", "breaks", "open"}
    )


def test_a_breach_answered_for_ever_costs_the_same_compiled_without_noise_and_in_closed_form():
    for name in ("2025-05-geneva", "2025-10-busan"):
        agreement, state = ng.truce(name), state_of_the_day(ng.truce(name), SCENARIO).likely
        bound = tuple(dict.fromkeys(instrument for _, instrument in written_terms(agreement)))
        found = ng.theories()["moment"].judge(game_batch(agreement, SCENARIO, state, instruments=bound))
        # Outside the text all stands as on the day of signing, as in the question.
        choices = TextChoices("custom", clock=REMEDIES["for ever"].clock, state=state)
        given_for_ever = agreement.model_copy(update=dict(REMEDIES["for ever"].given))
        compiled = compiled_text(given_for_ever, without_noise(SCENARIO), choices)
        gains = state_gains(compiled)
        for leg in dict.fromkeys(SCENARIO.instruments[one].leg for one in bound):
            members = frozenset(n for n, one in SCENARIO.instruments.items() if one.leg == leg)
            kept = closest_departures(compiled, gains, members)["kept"]
            assert -kept.gain == pytest.approx(found[leg].joint[0], abs=1e-9)
