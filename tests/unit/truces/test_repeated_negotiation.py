"""The theory of repeated negotiation: its predicate against plain enumeration, its rate, and its limits."""

import numpy as np
import pytest

import negotiation as ng
from negotiation.truces.record.agreement_text import agreement_text
from negotiation.truces.theories import theory
from negotiation.truces.theories.common.game_batch import game_batch
from tests.us_china import SCENARIO

THEORY = theory("repeated negotiation")


def asked_at(rounds, name="2025-10-busan", size="core"):
    text = agreement_text(name)
    return game_batch(text, SCENARIO, SCENARIO.default_state, size, rounds=np.array([rounds]))


def left_in_plain_loops(asked):
    """Return what is left of the joint payoff, USD bn, by going through all departures."""
    game, found = equilibrium(asked)
    payoffs, delta, chance = game.stages[0].payoffs, asked.delta[0], asked.chance[0]
    negotiated, worst = found.bargained[0], found.worst[0]
    later = delta * (chance * negotiated + (1 - chance) * worst)
    departing = [
        max((1 - delta) * payoffs[k, 0, 0] + later[0] for k in range(payoffs.shape[0])),
        max((1 - delta) * payoffs[0, k, 1] + later[1] for k in range(payoffs.shape[1])),
    ]
    kept, again = payoffs[0, 0].sum(), 0.0
    for _ in range(20_000):
        again = (1 - delta) * kept + delta * ((1 - chance) * again + chance * found.joint[0])
    return again - sum(departing)


def equilibrium(asked):
    (play,) = THEORY.plays(asked)
    return play.game, ng.negotiation_equilibrium(play.game, negotiation_probability=float(asked.chance[0]))


@pytest.mark.long
@pytest.mark.parametrize("rounds", [0.5, 5.0, 40.0])
@pytest.mark.parametrize("name", ["2025-05-geneva", "2025-10-busan"])
def test_the_least_margin_is_what_plain_loops_leave(name, rounds):
    asked = asked_at(rounds, name)
    left = left_in_plain_loops(asked)
    departures = THEORY.departures(asked)
    least = min(float((-own.value[0, 1:] * asked.money[0, i]).min()) for i, own in enumerate(departures))
    # Not to change anything and to refuse to pay is a departure too; else the two are of the same departures.
    assert (least >= 0) == (left >= -1e-9)
    if left < 0:
        assert least == pytest.approx(left, rel=1e-6, abs=1e-9)
    else:
        assert least >= left - 1e-9
    (play,) = THEORY.plays(asked)
    assert play.verdict.margin == pytest.approx(left, rel=1e-6, abs=1e-9)


def test_without_talks_it_is_the_efficient_equilibrium_with_payments():
    asked = asked_at(0.0)
    game, found = equilibrium(asked)
    sets = ng.equilibrium_payoffs(game, transfers=True)[game.states[0]]
    assert found.joint[0] == pytest.approx(sets.joint, rel=1e-9)
    assert found.worst[0] == pytest.approx(sets.threats, rel=1e-9, abs=1e-9)


@pytest.mark.long
def test_more_frequent_talks_never_help_what_is_kept():
    held = [
        ng.verdict("2025-10-busan", size="core", theories=[THEORY.name], rounds_a_year=r) for r in (0, 5, 400)
    ]
    margins = [min(row.margin for row in one) for one in held]
    assert margins == sorted(margins, reverse=True)
