"""Public phases in continuous time: what moves them, rules side by side, and a pace."""

import numpy as np
import pytest

import negotiation as ng
from negotiation.disputes import QuietTimes
from negotiation.disputes.continuous.draft import drafted
from negotiation.disputes.continuous.game import Pace, continuous_posture_game
from negotiation.disputes.continuous.phases import Phases
from negotiation.disputes.menus import menus
from negotiation.errors import InvalidOptions, InvalidRate
from tests.us_china import SCENARIO

USA, CHN = ("USA", "tariff"), ("CHN", "tariff")


def rule(pair, calm="geneva", harsh="peak", ends=2.0):
    """Return a trigger on one instrument: kept until it goes harsher, then over until it ends by itself."""
    rates = np.array([[0.0, 0.0], [ends, 0.0]])
    return Phases(("kept", "over"), {pair: (calm, harsh)}, {pair: (1, 1)}, {pair: (0, 1)}, rates)


def phased(phases, **pace):
    chosen = {SCENARIO.default_state: menus(SCENARIO, "small", None, {}, SCENARIO.default_state)}
    draft = drafted(SCENARIO, chosen, SCENARIO.calm(), (), phases)
    return draft, continuous_posture_game(draft, Pace(**pace))


def test_a_departure_moves_the_phase_and_other_moves_do_not():
    draft, game = phased(rule(USA))
    assert draft.n_states == game.n_states == 32
    usa, chn = game.options
    for rows, own in ((usa, True), (chn, False)):
        for k, (source, goal) in enumerate(zip(rows.sources, rows.targets, strict=True)):
            before, after = (label.rsplit(" | ", 1) for label in (game.states[source], game.states[goal]))
            harsher = rows.event(k) == "USA tariff escalate"
            calmer = rows.event(k) == "USA tariff de-escalate"
            if own and harsher:
                # In the second phase the harsh level is the aim: to go there is no departure.
                assert after[1] == "over"
            elif own and calmer and before[1] == "over":
                assert after[1] == "over"
            else:
                assert after[1] == before[1]
            assert (after[0] == before[0]) == (rows.event(k) is None)


def test_phases_move_by_themselves_at_their_rates_and_pay_what_they_pay():
    paid = rule(USA)
    with_cost = Phases(
        paid.labels, paid.aims, paid.harsher, paid.calmer, paid.rates, {"USA": np.array([0.0, -0.5])}
    )
    (_, plain), (_, game) = phased(rule(USA)), phased(with_cost)
    assert game.nature.rates.tolist() == [2.0] * 16
    assert (game.nature.sources - game.nature.targets).tolist() == [16] * 16
    assert game.flows[:16] == pytest.approx(plain.flows[:16])
    assert game.flows[16:] == pytest.approx(plain.flows[16:] - [0.5, 0.0])


def test_rules_side_by_side_move_as_each_does():
    both = rule(USA).beside(rule(CHN, ends=3.0))
    assert both.labels == ("kept, kept", "kept, over", "over, kept", "over, over")
    for phase, label in enumerate(both.labels):
        one, two = label.split(", ")
        after = both.labels[both.after(USA, phase, aim=1, before=1, after=2)]
        assert after == f"over, {two}"
        after = both.labels[both.after(CHN, phase, aim=1, before=1, after=2)]
        assert after == f"{one}, over"
    assert both.rates.sum(axis=1).tolist() == [0.0, 3.0, 2.0, 5.0]
    with pytest.raises(InvalidRate, match="`share` must be a number; got 'a'"):
        QuietTimes("a")
    with pytest.raises(InvalidOptions, match="both sets of phases have a rule for USA tariff; give"):
        rule(USA).beside(rule(USA))


def test_quiet_times_that_never_turn_are_two_games_by_themselves():
    game = SCENARIO.continuous_game(
        "small", moving=[], move_rate=20.0, quiet=QuietTimes(0.25, begins=0.0, ends=0.0)
    )
    joint = ng.markov_perfect_equilibria(game, starts=1)[0]
    for part, rate in ((slice(0, 16), 20.0), (slice(16, 32), 5.0)):
        alone = ng.markov_perfect_equilibria(
            SCENARIO.continuous_game("small", moving=[], move_rate=rate), starts=1
        )[0]
        assert joint.values[part] == pytest.approx(alone.values, abs=1e-8)
