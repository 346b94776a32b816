"""The games that theories judge if the state of the world keeps moving after the day of signing.

The game is the one in `game_batch`, in every state that play can reach from the state of the day. Play moves
stocks and dependence, and, if the harm of a curb is unknown before it is felt, the belief about it. While an
agreement is kept, its levels are played in every state. Components that change which levels are lawful are
fixed, so that each side has the same actions in all states.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from negotiation.base.numeric import FloatArray, IntArray
from negotiation.disputes import Scenario, State
from negotiation.disputes.continuous.nature import reached
from negotiation.disputes.moving_game import state_transitions, used
from negotiation.disputes.posture_payoffs import ManyPostureGames
from negotiation.errors import InvalidGame
from negotiation.game_theory.games import Profile, StageGame, StochasticGame
from negotiation.game_theory.solutions.state_payoff_set import StatePayoffSets
from negotiation.game_theory.solvers.payoff_sets.stochastic.payoffs import stochastic_payoffs
from negotiation.game_theory.solvers.values.value import state_values
from negotiation.truces.numerics import NUMERICS
from negotiation.truces.record.agreement_text import AgreementText
from negotiation.truces.theories.common.game_batch import GameBatch, game_batch
from negotiation.truces.theories.common.legs import Departures

# Components that may move: those that change no law and end no term.
MOVABLE = ("curb_dependence", "control_dependence", "stocks", "belief")


@dataclass(frozen=True, eq=False)
class MovingBatch:
    """An agreement in a moving world, at one setting of the parameters."""

    # The games in the state of the day.
    batch: GameBatch
    # The game of every state that play can reach, the state of the day first; actions as in `batch`.
    game: StochasticGame
    components: tuple[str, ...]

    @property
    def kept(self) -> Mapping[str, Profile]:
        """The actions in each state while everything is kept."""
        return {
            state: stage.labels((0,) * stage.n_players)
            for state, stage in zip(self.game.states, self.game.stages, strict=True)
        }

    @cached_property
    def chances(self) -> FloatArray:
        """The chance of each next state, shape (S, n_1, n_2, S)."""
        rows = np.asarray(self.game.transitions.to_dense(), dtype=np.float64)
        return rows.reshape(self.game.n_states, *self.game.stages[0].n_actions, self.game.n_states)

    @cached_property
    def payoffs(self) -> FloatArray:
        """Payoffs by state, shape (S, n_1, n_2, 2)."""
        return np.stack([stage.payoffs for stage in self.game.stages])

    @cached_property
    def values(self) -> FloatArray:
        """The value of keeping everything for ever, by state, shape (S, 2)."""
        return np.asarray(state_values(self.game, self.kept).payoffs, dtype=np.float64)

    @cached_property
    def sets(self) -> StatePayoffSets:
        """The equilibrium payoffs by state, which take most of the computing time."""
        return stochastic_payoffs(self.game)

    def departures(self, player: int, after: FloatArray, states: Sequence[int]) -> Departures:
        """Return a player's departures in some states, one row each, if the values `after` (S,) follow."""
        chances = self.chances[:, :, 0] if player == 0 else self.chances[:, 0]
        delta, finite = self.game.float_discount_factors[0], np.isfinite(after)
        # Where a state without an equilibrium may follow, no departure is part of one.
        later = np.where((chances @ ~finite) > 0.0, np.inf, chances @ np.where(finite, after, 0.0))
        left = self.values[:, player, None] - ((1.0 - delta) * self.now(player) + delta * later)
        return self.worth(player, left, states)

    def now(self, player: int) -> FloatArray:
        """Return a player's payoff of each of its actions in one period, by state, shape (S, n_i)."""
        paid: FloatArray = self.payoffs[:, :, 0, 0] if player == 0 else self.payoffs[:, 0, :, 1]
        return paid

    def worth(self, player: int, margins: FloatArray, states: Sequence[int]) -> Departures:
        """Return a player's departures in some states from their margins by state, shape (S, n_i)."""
        now, rows = self.now(player), list(states)
        gain = (1.0 - self.game.float_discount_factors[0]) * (now - now[:, :1])
        sound, follows = np.ones(len(rows), dtype=np.bool_), np.ones(gain.shape, dtype=np.bool_)
        return Departures(gain[rows], (margins + gain)[rows], follows[rows], sound)

    def reached(self, actions: Sequence[IntArray] | None = None) -> list[int]:
        """Return the positions of states reached from the first one by keeping, or by some actions."""
        rows, columns = (np.zeros(1, dtype=np.intp),) * 2 if actions is None else actions
        # The list grows while it is read, until no state is new: reachable in any number of steps.
        states = [0]
        for s in states:
            onward = self.chances[s][np.ix_(rows, columns)].reshape(-1, self.game.n_states).max(axis=0)
            states += [t for t in np.flatnonzero(onward > 0.0).tolist() if t not in states]
        return states

    def part(self, actions: Sequence[IntArray]) -> StochasticGame:
        """Return the game of some actions of each side, in the states that they reach."""
        states = self.reached(actions)
        stages, rows = {}, []
        for s in states:
            stage = self.game.stages[s]
            labels = [[own[a] for a in some] for own, some in zip(stage.actions, actions, strict=True)]
            stages[self.game.states[s]] = StageGame(stage.payoffs[np.ix_(*actions)], stage.players, labels)
            rows.append(self.chances[s][np.ix_(*actions)][..., states])
        return StochasticGame.from_stages(stages, np.stack(rows), self.game.discount_factors[0])


def moving_batch(
    agreement: AgreementText,
    scenario: Scenario,
    state: State,
    moving: Sequence[str],
    size: str | None = None,
    rounds: FloatArray | None = None,
) -> MovingBatch:
    """Return the games of an agreement in a moving world.

    `state` is the state of the day, and `moving` has the components that move. `size` is a size of the
    dispute, by default the largest affordable one. `rounds`, shape (1,), is the number of rounds of talks a
    year, by default the record's. Raises `InvalidGame` if a component cannot move or the size is not known,
    and `SizeLimit` if the game is too large.
    """
    known = [name for name in MOVABLE if name in scenario.definition.state.components]
    for name in moving:
        if name not in known:
            raise InvalidGame(
                f"`moving` names {name!r}, which cannot move in the games of theories; allowed: "
                f"{', '.join(known) or 'none'}. The other components of the state change which levels are "
                "lawful, or end a term"
            )
    states = reached(state, scenario.motion, tuple(moving))
    most = NUMERICS.largest_moving // len(states)
    batch = game_batch(agreement, scenario, state, size, most=most, rounds=rounds)
    actions = batch.stage(batch.menus).actions
    stages = {}
    for reachable in states:
        payoffs = ManyPostureGames(scenario, {}, reachable).payoffs(batch.menus, batch.kept)[0]
        stages[reachable.label] = StageGame(payoffs, batch.players, actions)
    uses = [used(scenario, stage, batch.kept) for stage in stages.values()]
    moves = state_transitions(scenario, states, uses, tuple(moving))
    game = StochasticGame.from_stages(stages, moves, scenario.discount_factor)
    return MovingBatch(batch, game, tuple(moving))
