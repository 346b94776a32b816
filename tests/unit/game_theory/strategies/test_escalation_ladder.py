from negotiation.strategies import escalation_ladder

C, D = ("C", "C"), ("D", "D")
RUNGS = [C, ("C", "D"), ("D", "C"), D]


def after(strategy, state, *seen):
    for key in seen:
        (state,) = strategy.next_states(state, key)
    return state


def test_breaches_go_up_and_calm_goes_down(dilemma):
    ladder = escalation_ladder(dilemma, RUNGS, alarm="alarm")
    assert after(ladder, "rung 0", *["alarm"] * 5) == "rung 3"
    assert after(ladder, "rung 3", "calm", "calm", "alarm", "calm", "calm", "calm") == "rung 0"
    assert [ladder.actions[f"rung {k}"] for k in range(4)] == RUNGS


def test_calm_is_counted_in_a_row(dilemma):
    ladder = escalation_ladder(dilemma, RUNGS, calm_periods=3, alarm="alarm")
    assert after(ladder, "rung 2", "calm", "calm") == "rung 2, calm 2"
    assert after(ladder, "rung 2", "calm", "calm", "calm") == "rung 1"
    assert after(ladder, "rung 2", "calm", "calm", "alarm") == "rung 3"
    assert ladder.reachable() == ladder.states


def test_under_perfect_monitoring_any_departure_goes_up(dilemma):
    ladder = escalation_ladder(dilemma, RUNGS)
    assert after(ladder, "rung 1", ("C", "D")) == "rung 0"
    assert after(ladder, "rung 1", C) == "rung 2"
