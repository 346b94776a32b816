"""Repeated negotiation: both sides can pay each other, and from time to time everything is renegotiated.

In every period everything is renegotiated with a chance estimated from the rounds of talks on record,
whatever was agreed before (Goldluecke and Kranz 2022). Until then levels are kept, and a departure is
answered by the worst equilibrium of the whole game, which also ends with renegotiation. Purchases and other
payments move money between the sides, in USD, so a text holds if and only if the joint value of keeping it
covers what each side would get by departing:

    sum over i of G_i(a_i) <= delta (1 - rho) / (1 - delta (1 - rho)) (U(kept) - c_1 - c_2),

where G_i(a_i) is the gain of a period from a departure, U(kept) the joint payoff of keeping the levels, and
c_i the worst payoff of side i at the discount factor delta (1 - rho). Bargaining weights do not matter for
this condition. If the state moves, threats depend on the state, and both sides bargain with equal weights.
"""

from __future__ import annotations

from functools import partial

import numpy as np

from negotiation.base.numeric import FloatArray
from negotiation.game_theory.checks.negotiation import verify_kept
from negotiation.game_theory.games import StageGame, StochasticGame, Transitions
from negotiation.game_theory.solutions.negotiation_equilibrium import NegotiationEquilibrium
from negotiation.game_theory.solvers.relational.negotiation import negotiation_equilibrium
from negotiation.truces.theories.common.answered import stage_values
from negotiation.truces.theories.common.game_batch import GameBatch
from negotiation.truces.theories.common.grim_trigger import deviation_gains
from negotiation.truces.theories.common.in_states import MovingBatch
from negotiation.truces.theories.common.legs import Departures
from negotiation.truces.theories.common.theory import Ending, InStates, Play, Theory


def departures(batch: GameBatch) -> tuple[Departures, ...]:
    """Return the values of each side's departures, against the joint value less the other's best departure.

    A player can be given at most the joint value of keeping everything less the value of the other's best
    departure. Refusing an agreed payment without changing anything is also a departure.
    """
    money, lasting = batch.money[:, None, None, :], batch.lasting
    # Only the profiles in which one side departs alone are needed of the whole game.
    alone = batch.whole[:, :, :1] * money, batch.whole[:, :1] * money
    stake = lasting / (1.0 - lasting) * (alone[0][:, 0, 0].sum(axis=-1) - batch.threats.sum(axis=-1))
    gains = [deviation_gains(alone[i], i) for i in (0, 1)]
    each = []
    for i in (0, 1):
        # Per period again, and back from USD to its own unit.
        unit = ((1.0 - batch.delta) / batch.money[:, i])[:, None]
        most = np.repeat((stake - gains[1 - i].max(axis=1))[:, None], gains[i].shape[1], axis=1)
        follows = np.ones(gains[i].shape, dtype=np.bool_)
        each.append(Departures(unit * gains[i], unit * most, follows, stake >= 0.0))
    return tuple(each)


def _lasting(batch: GameBatch) -> FloatArray:
    return batch.lasting


def _forgone(batch: GameBatch, more: FloatArray) -> FloatArray:
    """Return what a departure forgoes on a better path, shape (D, 2): the joint gain, which can be paid."""
    both = (more * batch.money).sum(axis=-1, keepdims=True)
    # In the share that lasts until everything is renegotiated, like the stake.
    share = (1.0 - batch.chance) * (1.0 - batch.delta) / (1.0 - batch.lasting)
    lost: FloatArray = share[:, None] * both / batch.money
    return lost


def plays(batch: GameBatch) -> tuple[Play, ...]:
    """Return the check that the kept levels can be kept in the equilibrium of the whole game in USD."""
    stage = batch.stage(batch.menus)
    paid = StageGame(stage.payoffs * batch.money[0], stage.players, stage.actions)
    profiles = int(np.prod(paid.n_actions))
    # One state, to which every profile leads back: a repeated game as a stochastic one.
    nowhere = np.zeros(profiles, dtype=np.intp)
    still = Transitions(np.arange(profiles + 1, dtype=np.intp), nowhere, np.ones(profiles), 1)
    game = StochasticGame.from_stages({batch.state.label: paid}, still, float(batch.delta[0]))
    equilibrium = negotiation_equilibrium(game, negotiation_probability=float(batch.chance[0]))
    kept = {batch.state.label: paid.labels((0, 0))}
    return (Play(batch.scenario.legs, game, None, partial(verify_kept, game, equilibrium, kept)),)


def departures_in_states(moving: MovingBatch) -> dict[str, tuple[Departures, ...]]:
    """Return the values of departures in the states that play reaches while everything is kept."""
    game, equilibrium = _bargained(moving)
    delta, chance = float(moving.batch.delta[0]), equilibrium.negotiation_probability
    payoffs = moving.payoffs * moving.batch.money[0]
    onward = moving.chances[:, 0, 0]
    # W: kept on with probability 1 - rho, and what is then negotiated with rho.
    known = (1.0 - delta) * payoffs[:, 0, 0].sum(axis=-1) + delta * chance * (onward @ equilibrium.joint)
    worth = np.linalg.solve(np.eye(game.n_states) - delta * (1.0 - chance) * onward, known)
    # After a departure: renegotiated with rho, else the worst equilibrium of the state that follows.
    held_down = chance * equilibrium.bargained + (1.0 - chance) * equilibrium.worst
    own = [
        (1.0 - delta) * (payoffs[:, :, 0, 0] if i == 0 else payoffs[:, 0, :, 1])
        + delta * ((moving.chances[:, :, 0] if i == 0 else moving.chances[:, 0]) @ held_down[:, i])
        for i in (0, 1)
    ]
    each = []
    for i in (0, 1):
        left = (worth - own[1 - i].max(axis=1))[:, None] - own[i]
        each.append(moving.worth(i, left / moving.batch.money[0, i], moving.reached()))
    return dict.fromkeys(moving.batch.scenario.legs, tuple(each))


def plays_in_states(moving: MovingBatch) -> tuple[Play, ...]:
    """Return the check that the levels can be kept in all reached states, in the equilibrium in USD."""
    game, equilibrium = _bargained(moving)
    check = partial(verify_kept, game, equilibrium, moving.kept, game.states[0])
    return (Play(moving.batch.scenario.legs, game, None, check),)


def _bargained(moving: MovingBatch) -> tuple[StochasticGame, NegotiationEquilibrium]:
    """Return the game in USD with its equilibrium."""
    money = moving.batch.money[0]
    stages = {
        state: StageGame(stage.payoffs * money, stage.players, stage.actions)
        for state, stage in zip(moving.game.states, moving.game.stages, strict=True)
    }
    game = StochasticGame.from_stages(stages, moving.game.transitions, float(moving.batch.delta[0]))
    return game, negotiation_equilibrium(game, negotiation_probability=float(moving.batch.chance[0]))


THEORY = Theory(
    name="repeated negotiation",
    order=6,
    statement="Both can pay each other, and all is bargained anew at the pace of past rounds of talks.",
    phases="none",
    outside="kept as it was until all is bargained anew",
    off_path="the worst equilibrium with payments, until all is bargained anew",
    departures=departures,
    plays=plays,
    checked="all",
    ending=Ending(stage_values, _forgone, _lasting),
    in_time=False,
    in_states=InStates(departures_in_states, plays_in_states, "all"),
)
