"""The domain's games as relations that are bargained anew: in USD, with a precedent, and with a clock.

Payments need one unit, so payoffs are in USD bn a year. Games are taken apart into states, each with its
stage and the distribution that follows each profile, and put together again from parts of several.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import product
from typing import NamedTuple

import numpy as np

from negotiation.base.numeric import FloatArray
from negotiation.disputes import Scenario, State
from negotiation.disputes.menus import Size
from negotiation.disputes.posture import posture_from_label
from negotiation.errors import InvalidGame
from negotiation.game_theory.games import StageGame, StochasticGame
from negotiation.game_theory.games.transitions import SparseTransitions
from negotiation.game_theory.solutions.negotiation_equilibrium import NegotiationEquilibrium
from negotiation.truces.studies.payoff_sets import uncovered

# Components of the state that move in every relation.
MOVING = ("curb_dependence", "stocks")

# What each side does about the controls while there is no precedent.
TABLED = ("leaves off the table", "puts on the table")


class Part(NamedTuple):
    """A state of a game."""

    stage: StageGame
    # For each profile, row-major, the chances of the states that follow, by label.
    rows: tuple[Mapping[str, float], ...]


def relation(
    scenario: Scenario, state: State, *, moving: Sequence[str] = MOVING, size: Size | None = None
) -> StochasticGame:
    """Return the game of tariffs, controls and the curb in USD bn a year."""
    definition = scenario.definition
    names = ["tariff", *definition.curb_users, *definition.control_users] if size is None else None
    game = scenario.stochastic_game(
        size, state=state, moving=moving, instruments=names, fixed=scenario.calm()
    )
    billions = np.array([scenario.parameters[f"{country}.gdp"] / 100.0 for country in scenario.countries])
    stages = {
        label: StageGame(stage.payoffs * billions, players=stage.players, actions=stage.actions)
        for label, stage in zip(game.states, game.stages, strict=True)
    }
    return StochasticGame.from_stages(stages, game.transitions, game.discount_factor)


def parts_of(game: StochasticGame) -> dict[str, Part]:
    """Return a game's states, each with its stage and what follows each profile."""
    indptr, nexts = game.transitions.indptr.tolist(), game.transitions.indices.tolist()
    chances = game.transitions.floats().tolist()
    found = {}
    for s, (label, stage) in enumerate(zip(game.states, game.stages, strict=True)):
        rows = tuple(
            {game.states[k]: p for k, p in zip(nexts[a:b], chances[a:b], strict=True)}
            for a, b in (indptr[r : r + 2] for r in range(int(game.offsets[s]), int(game.offsets[s + 1])))
        )
        found[label] = Part(stage, rows)
    return found


def assembled(parts: Mapping[str, Part], discount_factor: float) -> StochasticGame:
    """Return the game of some states, in their order."""
    position = {label: k for k, label in enumerate(parts)}
    rows = [{position[s]: p for s, p in row.items()} for part in parts.values() for row in part.rows]
    stages = {label: part.stage for label, part in parts.items()}
    return StochasticGame.from_stages(stages, SparseTransitions(rows, len(parts)), discount_factor)


def without_controls(scenario: Scenario, game: StochasticGame, state: State) -> StochasticGame:
    """Return a relation in which controls stand at their holder's static best reply, whatever is agreed."""
    names = scenario.definition.control_users
    postures = [[posture_from_label(label) for label in own] for own in game.stages[0].actions]
    pairs = list(zip(scenario.countries, postures, strict=True))
    present = {
        (c, n): list(dict.fromkeys(one[n] for one in own if n in one)) for c, own in pairs for n in names
    }
    kept = uncovered(scenario, scenario.calm(), state, {key: own for key, own in present.items() if own})
    parts = {}
    for label, (stage, rows) in parts_of(game).items():
        chosen = [
            [k for k, one in enumerate(own) if _stands(posture_from_label(one), kept[country], names)]
            for country, own in zip(scenario.countries, stage.actions, strict=True)
        ]
        actions = [[own[k] for k in some] for own, some in zip(stage.actions, chosen, strict=True)]
        smaller = StageGame(stage.payoffs[np.ix_(*chosen)], stage.players, actions)
        columns = stage.n_actions[1]
        parts[label] = Part(smaller, tuple(rows[i * columns + j] for i, j in product(*chosen)))
    return assembled(parts, game.float_discount_factors[0])


def _stands(posture: Mapping[str, str], kept: Mapping[str, str], names: Sequence[str]) -> bool:
    return all(posture.get(name, kept.get(name)) == kept.get(name) for name in names)


def with_precedent(game: StochasticGame, outside: StochasticGame) -> StochasticGame:
    """Return a relation in which controls are off the table until both sides put them there.

    Before that play is that of `outside`, and in every period each side may put the controls on the table; if
    both do, from the next period on play is that of the whole game, for good.
    """
    parts = {}
    for label, (stage, rows) in parts_of(outside).items():
        actions = [[f"{one} {word}" for one, word in product(own, TABLED)] for own in stage.actions]
        payoffs = stage.payoffs.repeat(2, axis=0).repeat(2, axis=1)
        n1, n2 = stage.n_actions
        after = tuple(
            {with_label(s): p for s, p in rows[i * n2 + j].items()} if x and y else rows[i * n2 + j]
            for i, x, j, y in product(range(n1), (0, 1), range(n2), (0, 1))
        )
        parts[label] = Part(StageGame(payoffs, stage.players, actions), after)
    for label, (stage, rows) in parts_of(game).items():
        tabled = tuple({with_label(s): p for s, p in row.items()} for row in rows)
        parts[with_label(label)] = Part(stage, tabled)
    return assembled(parts, game.float_discount_factors[0])


def with_label(label: str) -> str:
    """Return the label of a state once there is a precedent.

    Examples
    --------
    >>> with_label("d2 c2 I1 n0 L1")
    'd2 c2 I1 n0 L1 p1'
    """
    return replace(State.from_label(label), precedent=1).label


def with_clock(
    scenario: Scenario, state: State, days: float, over: NegotiationEquilibrium, size: Size | None = None
) -> StochasticGame:
    """Return a relation with a clock, to be solved with no chance that anything is bargained anew.

    While the clock runs nothing is. It is renewed with the dispute's chance of renewal, and what was agreed
    goes on; or it ends, and from then on the relation is that of `over`, with its own chance of bargaining
    anew. A state in which the clock has ended stands for all that follows: its stage has both players' worst
    expectations, w_i = rho r_i + (1 - rho) v_i, as one equilibrium and the joint payoff U as another, so
    that just the payoffs with u_i >= w_i and a sum of at most U can be agreed on.
    """
    clock = scenario.definition.state.clock
    if clock is None:
        raise InvalidGame(f"{scenario.name!r} has no clock: give [state.clock] in scenario.toml")
    termed = scenario.with_parameters({clock.term_days: days})
    running = relation(termed, replace(state, clock=3), moving=(*MOVING, "clock"), size=size)
    parts = parts_of(running)
    chance = over.negotiation_probability
    least = chance * over.bargained + (1.0 - chance) * over.worst
    for k, label in enumerate(over.game.states):
        stage = _outcome(running.players, float(over.joint[k]), least[k])
        parts[label] = Part(stage, ({label: 1.0},) * 4)
    return assembled(parts, running.float_discount_factors[0])


def _outcome(players: Sequence[str], joint: float, least: FloatArray) -> StageGame:
    """Return the stage whose repetition with payments gives just these joint and worst payoffs."""
    payoffs = np.tile(least, (2, 2, 1))
    payoffs[0, 0] += (joint - least.sum()) / 2.0
    return StageGame(payoffs, players, (("agrees", "refuses"), ("agrees", "refuses")))
