"""Expected moves of a public automaton: each profile's own, computed once for all that look alike."""

from fractions import Fraction

import numpy as np

from negotiation.game_theory.games import PublicSignal, StageGame
from negotiation.game_theory.solvers.values import public_transitions
from negotiation.game_theory.solvers.values.public_transitions import expected_automaton
from negotiation.strategies import OTHERWISE, Automaton

ACTIONS = (("keep", "break", "hide"), ("keep", "break"))
HALF, THIRD = Fraction(1, 2), Fraction(1, 3)
CHANCES = [
    [[HALF, HALF], [THIRD, 1 - THIRD]],
    [[THIRD, 1 - THIRD], [Fraction(0), Fraction(1)]],
    [[HALF, HALF], [THIRD, 1 - THIRD]],
]


def play():
    moves = {"a": {"calm": "a", "alarm": {"a": HALF, "b": HALF}}, "b": {OTHERWISE: "b"}}
    return Automaton("ab", "a", dict.fromkeys("ab", ("keep", "keep")), moves)


def test_each_profile_has_its_own_expected_move(monkeypatch):
    asked = []
    slowly = public_transitions._expected
    monkeypatch.setattr(
        public_transitions, "_expected", lambda *given: asked.append(given[1:]) or slowly(*given)
    )
    stage, signal = StageGame(np.zeros((3, 2, 2)), actions=ACTIONS), PublicSignal(CHANCES, ("calm", "alarm"))
    found = expected_automaton(stage, play(), signal)
    for i, one in enumerate(ACTIONS[0]):
        for j, other in enumerate(ACTIONS[1]):
            calm, alarm = CHANCES[i][j]
            after = {state: p for state, p in found.next_states("a", (one, other)).items() if p}
            assert after == {"a": calm + alarm / 2, "b": alarm / 2}
            assert found.next_states("b", (one, other)) == {"b": 1}
    # Three rows of chances in each of two states, six profiles.
    assert len(asked) == 6
