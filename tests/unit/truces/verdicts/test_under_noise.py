from typing import get_args

import numpy as np
import pytest

import negotiation as ng
from negotiation.truces.compiling.compiler import TextChoices, compiled_text
from negotiation.truces.compiling.terms import postures_before
from negotiation.truces.record.contract import LinkageKind
from negotiation.truces.theories.common.departures import changes_from
from negotiation.truces.verdicts.coverage_check import incentives_of
from negotiation.truces.verdicts.noise_departures import calm_departures, closest_departures, state_gains
from negotiation.truces.verdicts.under_noise import noise_verdicts
from tests.us_china import CENTRAL, SCENARIO


@pytest.fixture(scope="module", params=ng.truce_names(ng.load_scenario("us-china-2025")))
def found(request):
    return noise_verdicts(ng.truce(request.param), SCENARIO)


@pytest.mark.parametrize("kind", get_args(LinkageKind))
@pytest.mark.parametrize("name", ng.truce_names(ng.load_scenario("us-china-2025")))
def test_the_text_is_an_equilibrium_exactly_where_its_legs_hold_under_any_linkage(name, kind):
    # In `central`, where no side would rather answer less than the text asks.
    compiled = compiled_text(ng.truce(name), CENTRAL, TextChoices(linkage=kind, clock="memoryless"))
    gains, verdict = state_gains(compiled), ng.verify(compiled.game, compiled.automaton)
    closest = [
        closest_departures(
            compiled, gains, frozenset(n for n, one in SCENARIO.instruments.items() if one.leg == leg)
        )
        for leg in SCENARIO.legs
    ]
    assert all(d.margin >= 0.0 for found in closest for d in found.values()) == verdict.holds
    least = min(-d.gain for found in closest for d in found.values())
    # The check names one departure that gains, or the one that comes closest in the player's own unit.
    assert least <= float(verdict.margin) + 1e-12


def test_a_calm_departure_gains_what_it_does_in_its_most_tempting_period():
    compiled = compiled_text(ng.truce("2025-05-geneva"), SCENARIO, TextChoices(clock="counted"))
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


def test_what_goes_harsher_outside_the_text_is_what_the_incentives_without_noise_say(found):
    agreement = ng.truce(found.agreement)
    before = postures_before(agreement, SCENARIO)
    own = incentives_of(SCENARIO, agreement.covered(), before, SCENARIO.default_state)
    free = {(row.player, row.instrument): row.margin for row in own.rows if not row.covered}
    for move in (move for leg in found for move in leg.outside):
        assert free[move.player, move.changes[0][0]] == pytest.approx(move.margin, abs=1e-9)


def test_a_verdict_is_of_the_state_that_is_asked_for():
    agreement, state = ng.truce("2025-05-geneva"), ng.State(curb_dependence=0, control_dependence=0)
    found = noise_verdicts(agreement, SCENARIO, state)
    there = compiled_text(agreement, SCENARIO, TextChoices(state=state))
    default = compiled_text(agreement, SCENARIO, TextChoices())
    assert np.array_equal(found.compiled.game.stage.payoffs, there.game.stage.payoffs)
    assert not np.array_equal(found.compiled.game.stage.payoffs, default.game.stage.payoffs)
    own = found.verdict.margin
    assert own == pytest.approx(ng.verify(there.game, there.automaton).margin)
