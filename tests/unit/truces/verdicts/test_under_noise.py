from typing import get_args

import numpy as np
import pytest

import negotiation as ng
from negotiation.disputes.observation import LEGS
from negotiation.truces.compiling.compiler import Choices, compiled_text
from negotiation.truces.compiling.terms import postures_before
from negotiation.truces.record.contract import LinkageKind
from negotiation.truces.theories.common.departures import CLASSES, changes_from
from negotiation.truces.verdicts.incentives import incentives_of
from negotiation.truces.verdicts.noise_departures import calm_departures, closest_departures, state_gains
from negotiation.truces.verdicts.under_noise import noise_verdicts
from tests.us_china import SCENARIO


@pytest.fixture(scope="module", params=ng.truce_names("us-china-2025"))
def found(request):
    return noise_verdicts(ng.truce(request.param), SCENARIO)


def test_every_leg_has_a_verdict_and_the_least_margin_is_that_of_the_check(found):
    assert [v.leg for v in found] == list(LEGS)
    least = min((d.margin for v in found for d in v.by_class.values()), default=np.inf)
    assert least <= float(found.verdict.margin) + 1e-12
    assert found.verdict.holds == all(v.text_holds for v in found)


@pytest.mark.parametrize("kind", get_args(LinkageKind))
@pytest.mark.parametrize("name", ng.truce_names("us-china-2025"))
def test_the_text_is_an_equilibrium_exactly_where_its_legs_hold_under_any_linkage(name, kind):
    compiled = compiled_text(ng.truce(name), SCENARIO, Choices(linkage=kind, clock="memoryless"))
    gains, verdict = state_gains(compiled), ng.verify(compiled.game, compiled.automaton)
    closest = [
        closest_departures(
            compiled, gains, frozenset(n for n, one in SCENARIO.instruments.items() if one.leg == leg)
        )
        for leg in SCENARIO.legs
    ]
    least = min(d.margin for found in closest for d in found.values())
    assert (least >= 0.0) == verdict.holds
    # The check names one departure that gains, or the one that comes closest in the player's own unit.
    assert least <= float(verdict.margin) + 1e-12


def test_a_calm_departure_gains_what_it_does_in_its_most_tempting_period():
    compiled = compiled_text(ng.truce("2025-05-geneva"), SCENARIO, Choices(clock="counted"))
    kept = [one for one in state_gains(compiled) if one.where == "kept"]
    players, differ = compiled.game.stage.players, False
    for departure in calm_departures(compiled):
        i = players.index(departure.player)
        at = [changes_from(compiled.game.stage.actions[i], one.prescribed) for one in kept]
        gains = [
            one.gains[changes.index(departure.changes)]
            for one, changes in zip(kept, at, strict=True)
            if one.player == i
        ]
        assert departure.gain == max(gains)
        differ = differ or min(gains) < max(gains)
    assert differ


def test_the_margin_has_the_verdict_s_sign_and_is_that_of_the_departure_that_is_named(found):
    for verdict in found:
        assert verdict.holds == (verdict.margin >= 0.0) == (verdict.words == "holds")
        assert verdict.margin == (np.inf if verdict.departure is None else verdict.departure.margin)
        if not verdict.text_holds:
            assert verdict.words.startswith("breaks")
        assert list(verdict.by_class) == [w for w in CLASSES if w in verdict.by_class]
        for departure in verdict.by_class.values():
            assert verdict.leg in {SCENARIO.instruments[name].leg for name, _ in departure.changes}


def test_the_margins_of_a_leg_are_shown_by_class_of_states_those_kept_first(found):
    rows = found.margins_table().rows
    for verdict in found:
        states = [row[1] for row in rows if row[0] == verdict.leg]
        assert states == [*verdict.by_class, *("outside the text" for _ in verdict.outside)]
        if verdict.covered:
            assert states[0] == "kept"


def test_what_goes_harsher_outside_the_text_is_what_the_incentives_without_noise_say(found):
    agreement = ng.truce(found.agreement)
    before = postures_before(agreement, SCENARIO)
    own = incentives_of(SCENARIO, agreement.covered(), before, SCENARIO.default_state)
    free = {(row.player, row.instrument): row.margin for row in own.rows if not row.covered}
    for move in (move for leg in found for move in leg.outside):
        assert free[move.player, move.changes[0][0]] == pytest.approx(move.margin, abs=1e-9)


def test_legs_of_the_two_truces_as_the_model_has_them():
    geneva, busan = (noise_verdicts(ng.truce(n), SCENARIO) for n in ("2025-05-geneva", "2025-10-busan"))
    assert geneva["tariff"].holds
    assert geneva.verdict.holds
    assert any("chip_control" in move for move in geneva["control"].outside_moves)
    assert busan.verdict.holds
    assert busan["tariff"].holds
    # To 30 November 2025 the record shows no such move: the game is wrong there so far.
    assert [move.split()[1] for move in busan["control"].outside_moves] == ["chip_control"]


def test_a_convention_that_is_too_large_to_write_out_is_left_unchecked_and_that_is_said():
    # Three legs outside the text, each answered for thirteen periods: more states than are written out.
    found = noise_verdicts(ng.truce("2023-10-wine"), ng.load_scenario("australia-china-2020"))
    assert (found.custom, found.status) == (None, "partial")
    assert {leg.custom_holds for leg in found} == {None}
    assert "was not checked" in found.stopped
    assert found.stopped in found.explain()


def test_a_verdict_is_of_the_state_that_is_asked_for():
    agreement, state = ng.truce("2025-05-geneva"), ng.State(curb_dependence=0, control_dependence=0)
    found = noise_verdicts(agreement, SCENARIO, state)
    there = compiled_text(agreement, SCENARIO, Choices(state=state))
    default = compiled_text(agreement, SCENARIO, Choices())
    assert np.array_equal(found.compiled.game.stage.payoffs, there.game.stage.payoffs)
    assert not np.array_equal(found.compiled.game.stage.payoffs, default.game.stage.payoffs)
    own = found.verdict.margin
    assert own == pytest.approx(ng.verify(there.game, there.automaton).margin)
