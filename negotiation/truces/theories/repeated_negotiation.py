"""Repeated negotiation: both can pay each other, and from time to time all is bargained anew.

Every period all is bargained anew with the chance that the rounds of talks on record give, whatever was
agreed before (Goldluecke and Kranz 2022). Until then levels are kept, and a departure is answered by the
worst equilibrium of the whole game, which ends when all is bargained anew as well. Purchases and other
payments move money between the sides, in USD, so a text holds iff what both have together by keeping it
covers what each would have by departing:

    sum over i of G_i(a_i) <= delta (1 - rho) / (1 - delta (1 - rho)) (U(kept) - c_1 - c_2),

with G_i a period's gain of a departure, U(kept) what both get together, and c_i the worst payoff of the game
at the discount factor delta (1 - rho). How bargaining weighs the sides does not matter for it. Where the
state moves, the threats are those of each state, and both sides bargain with equal weight.
"""

from __future__ import annotations

from functools import partial

import numpy as np

from negotiation.base.numeric import BoolArray, FloatArray
from negotiation.game_theory.checks.negotiation import verify_kept
from negotiation.game_theory.games import StageGame, StochasticGame, Transitions
from negotiation.game_theory.solutions.negotiation_equilibrium import NegotiationEquilibrium
from negotiation.game_theory.solvers.relational.negotiation import negotiation_equilibrium
from negotiation.game_theory.solvers.relational.one_state import one_state
from negotiation.truces.theories.common.in_states import MovingQuestion
from negotiation.truces.theories.common.question import Question
from negotiation.truces.theories.common.theory import InStates, Play, Theory
from negotiation.truces.verdicts.grim_trigger import deviation_gains


def margins(asked: Question) -> tuple[FloatArray, ...]:
    """Return the margin of every departure, shape (D, n_i): what is left once the other has its best one.

    The most that a player can be given is what both have by keeping everything, less what the best departure
    is worth to the other. Not to pay what was agreed, and change nothing, is a departure too. Where that
    alone would pay, nothing holds, and of the departures that are worth less the least bad one of each leg
    stands for it.
    """
    money = asked.money[:, None, None, :]
    paid = asked.whole * money
    # What is agreed lasts with probability 1 - rho: delta (1 - rho) in place of delta in all that follows.
    lasting = asked.delta * (1.0 - asked.chance)
    worst = one_state(paid, lasting)
    stake = lasting / (1.0 - lasting) * (paid[:, 0, 0].sum(axis=-1) - worst.threats.sum(axis=-1))
    gains = [deviation_gains(paid, i) for i in (0, 1)]
    each = []
    for i in (0, 1):
        # The other side's best departure comes off first; per period again, and back from USD to its own
        # unit.
        own = _left(asked, i, stake - gains[1 - i].max(axis=1), gains[i])
        each.append((1.0 - asked.delta)[:, None] * own / asked.money[:, i : i + 1])
    return tuple(each)


def _left(asked: Question, player: int, most: FloatArray, gains: FloatArray) -> FloatArray:
    """Return what is left of the most that a player can be given, shape (D,), after each departure."""
    paid = most[:, None]
    # Where paying nothing pays already, a departure that costs its maker is no better than not to pay.
    own = np.where(paid >= 0.0, paid - gains, paid - np.maximum(gains, 0.0))
    idle = (paid < 0.0) & (gains <= 0.0) & ~_least_bad(asked, player, gains)
    return np.where(idle, np.inf, own)


def _least_bad(asked: Question, player: int, gains: FloatArray) -> BoolArray:
    """Return which departures gain most among those that change something in a leg, shape (D, n_i)."""
    chosen = np.zeros(gains.shape, dtype=np.bool_)
    for leg in asked.scenario.legs:
        inside = [k for k, changed in enumerate(asked.changes[player]) if leg in map(asked.leg_of, changed)]
        if inside:
            best = np.array(inside)[gains[:, inside].argmax(axis=1)]
            chosen[np.arange(len(gains)), best] = True
    return chosen


def plays(asked: Question) -> tuple[Play, ...]:
    """Return the equilibrium of the whole game in USD, and whether the kept levels can be kept in it."""
    stage = asked.stage(asked.menus)
    paid = StageGame(stage.payoffs * asked.money[0], stage.players, stage.actions)
    profiles = int(np.prod(paid.n_actions))
    # One state, to which every profile leads back: a repeated game as a stochastic one.
    nowhere = np.zeros(profiles, dtype=np.intp)
    still = Transitions(np.arange(profiles + 1, dtype=np.intp), nowhere, np.ones(profiles), 1)
    game = StochasticGame.from_stages({asked.state.label: paid}, still, float(asked.delta[0]))
    equilibrium = negotiation_equilibrium(game, negotiation_probability=float(asked.chance[0]))
    kept = {asked.state.label: paid.labels((0, 0))}
    return (Play(asked.scenario.legs, game, None, partial(verify_kept, game, equilibrium, kept)),)


def margins_in_states(moving: MovingQuestion) -> tuple[FloatArray, ...]:
    """Return the margin of every departure, the least over the states where play comes while all is kept."""
    game, equilibrium = _bargained(moving)
    delta, chance = float(moving.asked.delta[0]), equilibrium.negotiation_probability
    payoffs = moving.payoffs * moving.asked.money[0]
    onward = moving.chances[:, 0, 0]
    # W: kept on with probability 1 - rho, and what is then negotiated with rho.
    known = (1.0 - delta) * payoffs[:, 0, 0].sum(axis=-1) + delta * chance * (onward @ equilibrium.joint)
    worth = np.linalg.solve(np.eye(game.n_states) - delta * (1.0 - chance) * onward, known)
    # After a departure: bargained anew with rho, else the worst equilibrium of the state that follows.
    held_down = chance * equilibrium.bargained + (1.0 - chance) * equilibrium.worst
    own = [
        (1.0 - delta) * (payoffs[:, :, 0, 0] if i == 0 else payoffs[:, 0, :, 1])
        + delta * ((moving.chances[:, :, 0] if i == 0 else moving.chances[:, 0]) @ held_down[:, i])
        for i in (0, 1)
    ]
    reached, each = moving.reached(), []
    for i in (0, 1):
        most = worth - own[1 - i].max(axis=1) - own[i][:, 0]
        left = _left(moving.asked, i, most, own[i] - own[i][:, :1])[reached]
        each.append(left.min(axis=0, keepdims=True) / moving.asked.money[0, i])
    return tuple(each)


def plays_in_states(moving: MovingQuestion) -> tuple[Play, ...]:
    """Return whether the kept levels can be kept wherever play comes, in the equilibrium in USD."""
    game, equilibrium = _bargained(moving)
    check = partial(verify_kept, game, equilibrium, moving.kept, game.states[0])
    return (Play(moving.asked.scenario.legs, game, None, check),)


def _bargained(moving: MovingQuestion) -> tuple[StochasticGame, NegotiationEquilibrium]:
    """Return the game in USD with its equilibrium."""
    money = moving.asked.money[0]
    stages = {
        state: StageGame(stage.payoffs * money, stage.players, stage.actions)
        for state, stage in zip(moving.game.states, moving.game.stages, strict=True)
    }
    game = StochasticGame.from_stages(stages, moving.game.transitions, float(moving.asked.delta[0]))
    return game, negotiation_equilibrium(game, negotiation_probability=float(moving.asked.chance[0]))


THEORY = Theory(
    name="repeated negotiation",
    order=6,
    statement="Both can pay each other, and all is bargained anew at the pace of past rounds of talks.",
    phases="none",
    outside="kept as it was until all is bargained anew",
    off_path="the worst equilibrium with payments, until all is bargained anew",
    margins=margins,
    plays=plays,
    in_time=False,
    in_states=InStates(margins_in_states, plays_in_states),
)
