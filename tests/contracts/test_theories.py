"""Every theory, found by discovery, keeps what a theory has to keep on every agreement of every dispute."""

from dataclasses import dataclass, replace

import numpy as np
import pytest

import negotiation as ng
from negotiation.disputes.posture_payoffs import ManyPostureGames
from negotiation.game_theory.checks.possible_paths import verify_possible_path
from negotiation.truces.compiling.terms import postures_before
from negotiation.truces.theories import theories_by_name
from negotiation.truces.theories.common.certified import certified
from negotiation.truces.theories.common.game_batch import game_batch

THEORIES = theories_by_name()
TRUCES = [
    (dispute, name)
    for dispute in ng.scenario_names()
    if len(ng.load_scenario(dispute).countries) == 2
    for name in ng.truce_names(ng.load_scenario(dispute))
]


def asked_of(dispute, name):
    scenario = ng.load_scenario(dispute)
    agreement = ng.truce(name, scenario)
    postures_before(agreement, scenario)
    # The whole game where it is asked of in print, and the core elsewhere: a check takes as many numbers.
    size = None if name == "2025-10-busan" else "core"
    return game_batch(agreement, scenario, scenario.default_state, size)


@pytest.fixture(scope="module")
def questions():
    return {pair: asked_of(*pair) for pair in TRUCES}


@pytest.mark.parametrize("name", THEORIES)
def test_a_theory_says_what_it_is(name):
    one = THEORIES[name]
    assert one.name == name
    assert one.statement.endswith(".")
    assert all((one.phases, one.outside, one.off_path))
    assert ng.theories()[name] is one


@pytest.mark.long
@pytest.mark.parametrize("pair", TRUCES, ids=lambda pair: pair[1])
@pytest.mark.parametrize("name", THEORIES)
def test_margins_and_independent_checks_say_the_same(name, pair, questions):
    asked, one = questions[pair], THEORIES[name]
    found = one.judge(asked)
    assert list(found) == list(asked.scenario.legs)
    assert certified(one, asked, found).agrees
    for leg in found.values():
        assert (leg.margin >= 0).tolist() == leg.holds.tolist()
        assert np.isinf(leg.margin[0]) == (leg.player[0] < 0)
        if leg.player[0] >= 0:
            changed = asked.changes[leg.player[0]][leg.action[0]]
            assert leg.leg in {asked.leg_of(instrument) for instrument in changed}


@dataclass(frozen=True, eq=False)
class OtherUnits(ManyPostureGames):
    """The same games with the second player's payoffs in another unit."""

    def payoffs(self, chosen, fixed):
        return super().payoffs(chosen, fixed) * np.array([1.0, 1024.0])

    @property
    def money(self):
        # One unit of the second player's is worth so much less.
        return super().money / np.array([1.0, 1024.0])


@pytest.mark.long
@pytest.mark.parametrize("pair", [("us-china-2025", "2025-05-geneva"), ("us-china-2025", "2025-10-busan")])
@pytest.mark.parametrize("name", THEORIES)
def test_a_players_unit_moves_no_verdict_and_scales_its_own_margins_alone(name, pair, questions):
    asked = questions[pair]
    other = replace(asked, games=OtherUnits(asked.scenario, {}, asked.state))
    for leg, found in THEORIES[name].judge(asked).items():
        assert (THEORIES[name].judge(other)[leg].holds == found.holds).all()
    mine, theirs = THEORIES[name].departures(asked), THEORIES[name].departures(other)
    for own, others, factor in zip(mine, theirs, (1.0, 1024.0), strict=True):
        assert others.value == pytest.approx(factor * own.value, rel=1e-6, abs=1e-9 * factor)
        assert (others.answered == own.answered).all()
        assert (others.rational == own.rational).all()


@pytest.mark.long
@pytest.mark.parametrize("name", THEORIES)
def test_many_settings_are_judged_as_one_by_one(name):
    scenario = ng.load_scenario("us-china-2025")
    text, state = ng.truce("2025-10-busan"), scenario.default_state
    values = {"chip_control.security_ratio": np.array([0.5, 2.0, 4.0])}
    delta = np.array([0.9, 0.99, 0.999])
    together = THEORIES[name].judge(game_batch(text, scenario, state, "core", varied=values, delta=delta))
    for k in range(3):
        one = {key: v[k : k + 1] for key, v in values.items()}
        alone = THEORIES[name].judge(
            game_batch(text, scenario, state, "core", varied=one, delta=delta[k : k + 1])
        )
        for leg, found in together.items():
            assert found.margin[k] == alone[leg].margin[0]


def test_a_leg_that_breaks_under_best_punishments_breaks_at_a_bound_that_no_solver_made(questions):
    asked, one = questions["us-china-2025", "2025-05-geneva"], THEORIES["shadow linkage"]
    world = ng.load_scenario("us-china-2025", "central")
    asked = game_batch(asked.agreement, world, ng.State(stocks=2), "core")
    found = one.judge(asked)
    assert not found["control"].holds[0]
    checked = certified(one, asked, found)
    assert checked.agrees
    *_, ruled_out = checked.of("control")
    assert (ruled_out.holds, ruled_out.concept) == (False, "path that is not ruled out")
    # Where the bound leaves the path possible, the answer is no longer called certified.
    possible = replace(one, possible=lambda asked: {leg: _held(asked) for leg in asked.scenario.legs})
    assert not certified(possible, asked, found).agrees


def _held(asked):
    stage = asked.stage(asked.menus)
    calm = ng.StageGame(np.zeros(stage.payoffs.shape), stage.players, stage.actions)
    return verify_possible_path(ng.RepeatedGame(calm, 0.5), stage.labels((0, 0)))


@pytest.mark.parametrize("pair", [("us-china-2025", "2025-05-geneva"), ("us-china-2025", "2025-10-busan")])
@pytest.mark.parametrize("name", THEORIES)
def test_the_order_of_levels_and_instruments_moves_no_verdict(name, pair, questions):
    asked, one = questions[pair], THEORIES[name]
    menus = {
        player: {
            instrument: (labels[0], *labels[:0:-1]) for instrument, labels in reversed(list(menu.items()))
        }
        for player, menu in asked.menus.items()
    }
    mine, theirs = one.judge(asked), one.judge(replace(asked, menus=menus))
    for leg, found in mine.items():
        other = theirs[leg]
        assert other.holds.tolist() == found.holds.tolist()
        assert other.margin == pytest.approx(found.margin, rel=1e-7, abs=1e-9)
        if found.player[0] < 0:
            continue
        # What is named is the same, unless another departure is as close to the last digits.
        player, theirs_player = int(found.player[0]), int(other.player[0])
        same = replace(asked, menus=menus).departure(theirs_player, int(other.action[0]))
        if set(same) != set(asked.departure(player, int(found.action[0]))):
            position = {tuple(sorted(c.items())): k for k, c in enumerate(asked.changes[theirs_player])}
            value = one.departures(asked)[theirs_player].value[0, position[tuple(sorted(same))]]
            assert value == pytest.approx(found.gain[0] - found.loss[0], rel=1e-7, abs=1e-9)
