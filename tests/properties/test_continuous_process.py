"""What holds for the processes that play makes of all games in continuous time, beside exact arithmetic."""

import math

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

import negotiation as ng

SEEDS = st.integers(0, 2**32 - 1)


def can_happen(game, play, events):
    """Return whether play can show these events in this order and none else."""
    rates = [
        (s, int(rows.targets[j]), rows.event(j))
        for rows, choices in zip(game.options, play, strict=True)
        for s in range(game.n_states)
        for j, chance in zip(range(*rows.row(s).indices(10**6)), choices[s], strict=True)
        if chance > 0.0
    ]
    reached = {0}
    for event in [*events, None]:
        while grown := {goal for s, goal, shown in rates if shown is None and s in reached} - reached:
            reached |= grown
        if event is not None:
            reached = {goal for s, goal, shown in rates if shown == event and s in reached}
    return bool(reached)


@given(SEEDS)
def test_impossible_paths_have_no_likelihood_and_states_have_chances(seed):
    rng = np.random.default_rng(seed)
    options, play = [], []
    for s in range(4):
        shown = [(s, 0.0), *((int(rng.integers(4)), 0.0, str(rng.choice(list("wxyz")))) for _ in range(6))]
        options.append([*shown, *([(int(rng.integers(4)), 0.0)] if rng.random() < 0.4 else [])])
        chances = rng.dirichlet(np.ones(len(options[s]))) * (rng.random(len(options[s])) < 0.5)
        play.append([*chances[:-1], 1.0 - chances[:-1].sum()])
    game = ng.ContinuousTimeGame(np.zeros((4, 1)), [ng.DecisionMaker(0, rng.uniform(0.1, 9.0), options)], 0.5)
    seen = [str(event) for event in rng.choice(game.events, int(rng.integers(0, 4)))]
    path = ng.EventPath("0", [(0.2 * (k + 1), event) for k, event in enumerate(seen)], years=1.0)
    found = ng.log_likelihood(game, [play], path)
    assert math.isfinite(found.value) == can_happen(game, [play], seen)
    if math.isfinite(found.value):
        assert ((found.filtered >= 0.0) & (found.filtered <= 1.0)).all()
