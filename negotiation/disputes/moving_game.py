"""The stochastic posture game: a posture game in each state of the world, and transitions between states.

A state of the world is a `State`. Its transitions depend on whether a curb is used and whether a control is
used. Levels whose law is lost in a state do not exist there, so action sets differ between states.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

import numpy as np

from negotiation.base.numeric import BoolArray, FloatArray, IntArray
from negotiation.base.reading.names import names_given
from negotiation.disputes.continuous.nature import moving_components, reached
from negotiation.disputes.menus import Size, menus
from negotiation.disputes.posture import Postures, posture_from_label
from negotiation.disputes.posture_payoffs import posture_game
from negotiation.disputes.setup import Setup
from negotiation.disputes.state import State, transition
from negotiation.game_theory.games import StageGame, StochasticGame, Transitions


def moving_game(
    setup: Setup,
    size: Size | None,
    moving: Iterable[str] | None,
    start: State,
    instruments: Iterable[str] | None,
    fixed: Postures | None,
) -> StochasticGame:
    """Return the stochastic posture game. `Scenario.stochastic_game` calls it."""
    components = moving_components(setup, moving)
    stages: dict[str, StageGame] = {}
    names = names_given(instruments)
    base = setup.calm_but(fixed)
    states = reached(start, setup.motion, components)
    shared: dict[tuple[int, ...], StageGame] = {}
    for state in states:
        if state.paid not in shared:
            shared[state.paid] = posture_game(setup, menus(setup, size, names, {}, state), base, state)
        stages[state.label] = shared[state.paid]
    uses = [used(setup, stage, base) for stage in stages.values()]
    transitions = state_transitions(setup, states, uses, components)
    return StochasticGame.from_stages(stages, transitions, setup.discount_factor)


def state_transitions(
    setup: Setup, states: tuple[State, ...], used_by_state: list[BoolArray], moving: Collection[str]
) -> Transitions:
    """Return the transitions, with one row for each state and action profile.

    `used_by_state` has one array per state, shape (profiles, 2), as `used` returns it. Profiles with the same
    uses in a state have the same distribution of the next state.
    """
    position = {state: k for k, state in enumerate(states)}
    counts: list[int] = []
    indices: list[IntArray] = []
    chances: list[FloatArray] = []
    for state, uses in zip(states, used_by_state, strict=True):
        rows = {
            use: transition(state, bool(use[0]), bool(use[1]), setup.motion, moving)
            for use in {tuple(row) for row in uses.tolist()}
        }
        for use in uses.tolist():
            row = rows[tuple(use)]
            counts.append(len(row))
            indices.append(np.array([position[after] for after in row], dtype=np.intp))
            chances.append(np.array(list(row.values())))
    indptr = np.concatenate([np.zeros(1, dtype=np.intp), np.cumsum(counts, dtype=np.intp)])
    return Transitions(indptr, np.concatenate(indices), np.concatenate(chances), len(states))


def used(setup: Setup, stage: StageGame, base: Postures) -> BoolArray:
    """Return whether a curb and whether a control is used, shape (profiles, 2), profiles in row-major order.

    `stage` is a posture game, and `base` has the levels of the instruments that are not in it.

    Examples
    --------
    >>> from negotiation.disputes.loading import load_scenario
    >>> scenario = load_scenario("us-china-2025")
    >>> used(scenario, scenario.stage_game("small"), scenario.calm())[:2].tolist()
    [[False, False], [True, False]]
    """
    uses = np.zeros((2, *stage.n_actions), dtype=bool)
    for i, (country, labels) in enumerate(zip(stage.players, stage.actions, strict=True)):
        postures = [{**base[country], **posture_from_label(label)} for label in labels]
        shape = [1] * stage.n_players
        shape[i] = len(labels)
        for k, names in enumerate((setup.definition.curb_users, setup.definition.control_users)):
            held = [name for name in names if name in setup.held(country)]
            use = [any(setup.is_used(country, name, posture[name]) for name in held) for posture in postures]
            uses[k] |= np.array(use).reshape(shape)
    return uses.reshape(2, -1).T
