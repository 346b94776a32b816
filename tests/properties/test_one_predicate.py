"""One question of a leg: by every way to ask it the answer is one, and that of all postures tried by hand."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import negotiation as ng
from negotiation.disputes.parameter_draws import sobol_draws
from negotiation.disputes.posture import posture_from_label
from negotiation.truces.claims import claim
from negotiation.truces.compiling.terms import written_terms
from negotiation.truces.record.agreement_text import scenario_for
from negotiation.truces.record.state_trajectory import state_of_the_day
from negotiation.truces.theories.common.question import question
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


@settings(max_examples=8)
@given(st.sampled_from(EVERY), st.sampled_from(BY_ONE_STRATEGY), st.integers(0, 2**32 - 1))
def test_a_leg_s_margin_is_that_of_every_posture_tried_by_hand(name, theory, seed):
    agreement = ng.truce(name)
    world = scenario_for(agreement, None).draw(np.random.default_rng(seed))
    asked = question(agreement, world, state_of_the_day(agreement, world).likely, "small")
    found, expected = ng.theories()[theory].judge(asked), by_hand(asked, theory)
    for leg in world.legs:
        assert found[leg].margin[0] == pytest.approx(expected[leg], abs=1e-9), leg
        assert found[leg].holds[0] == (found[leg].margin[0] >= 0.0)


SOON = ("2018-12-buenos-aires", "2019-11-standstill", "2025-05-geneva", "2025-10-busan")
LATER = [pytest.param(name, marks=pytest.mark.long) for name in EVERY if name not in SOON]


@pytest.mark.parametrize("name", [*SOON, *LATER])
def test_every_way_to_ask_gives_one_answer(name):
    verdicts = ng.verdict(name, draws=4)
    replayed = ng.replay(name, draws=4)
    assert str(verdicts.by_theory()) == str(replayed.theories.by_theory())
    for row in replayed.verdicts:
        assert row.verdict.words == verdicts.find(row.leg, row.theory).words
    for leg in replayed.legs:
        said = verdicts.find(leg.leg, "moment")
        assert (leg.margin, leg.share, leg.model_holds) == (said.margin, said.share, said.holds)
    for row in verdicts:
        assert row.margin >= row.any_harsher >= row.any_change
        assert row.holds == (row.margin >= 0.0)
        if row.player is not None:
            assert row.loss - row.gain >= row.any_harsher - 1e-12
    under_noise = ng.truce(name).verdict()
    assert under_noise.legs == replayed.noise.verdicts.legs
    assert verdicts.where == replayed.theories.where == replayed.legs.where
    assert verdicts.where.startswith(under_noise.where)


@pytest.mark.parametrize(
    ("name", "claimed"), [("2025-05-geneva", "geneva_tariff_leg"), ("2025-10-busan", "busan_tariff_leg")]
)
def test_claims_ask_the_question_of_the_verdicts(name, claimed):
    draws, agreement = sobol_draws(SCENARIO, 32, rng=4), ng.truce(name)
    state = state_of_the_day(agreement, SCENARIO).likely
    covered = tuple(dict.fromkeys(name for _, name in written_terms(agreement)))
    asked = question(
        agreement,
        SCENARIO,
        state,
        varied=dict(draws.values),
        delta=draws.discount_factor,
        instruments=covered,
    )
    assert (claim(claimed).holds(draws) == ng.theories()["moment"].judge(asked)["tariff"].holds).all()
