"""Signals of which alarms were raised: in what order they stand, what each says, and how likely it is."""

import numpy as np
import pytest

from negotiation.game_theory.games import StageGame
from negotiation.truces.compiling.clause_noise import Noise
from negotiation.truces.compiling.intent_game import alarm_patterns, intended_stage
from negotiation.truces.compiling.terms import Bound

# Three levels of a duty and two of a fee: a slip goes one level further, and so do misreading and misses.
DUTY, FEE = Noise(slip=0.25, ambiguity=0.125, miss=0.5), Noise(slip=0.0625, ambiguity=0.25, miss=0.375)
LABELS = [f"duty={d} fee={f}" for d in "012" for f in "01"]
BOUND = (Bound("BBB", "duty", "1", "tariff", DUTY), Bound("BBB", "fee", "0", "other", FEE))
SLIPS = {
    "duty": [[0.75, 0.25, 0.0], [0.0, 0.75, 0.25], [0.0, 0.0, 1.0]],
    "fee": [[0.9375, 0.0625], [0.0, 1.0]],
}
# Seen one harsher by misreading, one calmer by a miss; at an end of the ladder there is no further.
SEEN = {
    "duty": [[0.875, 0.125, 0.0], [0.5, 0.375, 0.125], [0.0, 0.5, 0.5]],
    "fee": [[0.75, 0.25], [0.375, 0.625]],
}


def stage():
    payoffs = np.random.default_rng(4).normal(size=(1, len(LABELS), 2))
    return StageGame(payoffs, ("AAA", "BBB"), [["tax=0"], LABELS])


def test_payoffs_are_expected_over_the_slips_of_each_instrument_by_its_own_chance():
    raw = stage()
    slips = np.kron(np.array(SLIPS["duty"]), np.array(SLIPS["fee"]))
    found = intended_stage(raw, BOUND)
    assert found.payoffs[0] == pytest.approx(slips @ raw.payoffs[0], abs=1e-12)
    assert (found.players, found.actions) == (raw.players, raw.actions)
    other = intended_stage(raw, [BOUND[0], Bound("AAA", "fee", "0", "other", FEE)])  # not BBB's fee
    slips = np.kron(np.array(SLIPS["duty"]), np.eye(2))
    assert other.payoffs[0] == pytest.approx(slips @ raw.payoffs[0], abs=1e-12)


def test_an_alarm_is_raised_by_what_is_seen_beyond_a_ceiling_after_slips():
    ceilings = {"low": {("BBB", "duty"): "0"}, "one": {("BBB", "duty"): "1", ("BBB", "fee"): "0"}}
    found = alarm_patterns(stage(), 1, BOUND, ceilings)
    duty, fee = (np.array(SLIPS[name]) @ np.array(SEEN[name]) for name in ("duty", "fee"))
    expected = {}
    for k, label in enumerate(LABELS):
        d, f = int(label[5]), int(label[-1])
        for x in range(3):
            for y in range(2):
                raised = frozenset(n for n, up in (("low", x > 0), ("one", x > 1 or y > 0)) if up)
                expected.setdefault(raised, np.zeros(len(LABELS)))[k] += duty[d, x] * fee[f, y]
    assert {raised: chances.tolist() for raised, chances in found.items()} == {
        raised: pytest.approx(chances.tolist(), abs=1e-15) for raised, chances in expected.items()
    }
    (only,) = alarm_patterns(stage(), 0, BOUND, ceilings)  # AAA is bound in nothing
    assert only == frozenset()
