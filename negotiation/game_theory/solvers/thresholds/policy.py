"""The discount factors at which a policy of a stochastic game can be played for ever in an equilibrium.

A policy says what is played in each state. It is played for ever, from every state, in some subgame perfect
equilibrium in pure strategies iff no one-shot deviation gains when the deviator's worst equilibrium payoff
follows (Abreu 1988, state by state). With transfers, joint gains count (Goldluecke and Kranz 2018): in every
state the policy's joint value must be at least the sum of the players' best deviation payoffs.

The worst payoffs come from the payoff sets at each discount factor. If play moves the state, more patience
may make an equilibrium impossible, so the discount factors that work need not be an interval. Therefore a
grid is tried, and each change on it is bisected. Cost: about forty payoff sets for the grid, and about forty
for each change.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from scipy.sparse import csr_array

from negotiation.base.numeric import KNIFE_EDGE, FloatArray
from negotiation.errors import InvalidGame
from negotiation.game_theory.games import StochasticGame, own_units
from negotiation.game_theory.solutions.state_payoff_set import StatePayoffSets
from negotiation.game_theory.solvers.payoff_sets.stochastic.payoffs import stochastic_payoffs
from negotiation.game_theory.solvers.payoff_sets.stochastic.transfers import payoffs_with_transfers
from negotiation.game_theory.solvers.thresholds.numerics import NUMERICS
from negotiation.game_theory.solvers.thresholds.result import Binding, CriticalDiscountFactor
from negotiation.game_theory.solvers.values.value import state_values
from negotiation.game_theory.strategies import MarkovStrategy
from negotiation.game_theory.strategies.state_automaton import pure_profiles

METHOD = "payoff sets by state on a grid of discount factors, changes bisected"


@dataclass(frozen=True, eq=False)
class _Policy:
    """A policy of a game of two players, with the transitions of the game by row."""

    game: StochasticGame
    profiles: Mapping[str, tuple[str, ...]]
    transfers: bool
    # (rows, states): the transitions; the rows are the action profiles of one state after another.
    moves: csr_array
    # (2,): units of the gains: the range of each player's own payoffs over all states. With transfers both
    # are the larger range, since money has one unit.
    ranges: FloatArray

    def sets(self, delta: float) -> tuple[StochasticGame, StatePayoffSets]:
        """Return the game at a discount factor and its payoff sets."""
        stages = dict(zip(self.game.states, self.game.stages, strict=True))
        game = StochasticGame.from_stages(stages, self.game.transitions, delta)
        solve = payoffs_with_transfers if self.transfers else stochastic_payoffs
        return game, solve(game)

    def worst(self, delta: float, *, inner: bool = False) -> tuple[float, Binding | None]:
        """Return the largest gain from a deviation, in ranges, and the deviation that has it.

        Threats are the worst payoffs of the inner bound of the payoff sets if `inner`, else of the outer.
        """
        value = self.by_state(*self.sets(delta), inner=inner)
        return max((each for part in value for each in part), key=lambda each: each[0])

    def by_state(
        self, game: StochasticGame, sets: StatePayoffSets, *, inner: bool
    ) -> list[list[tuple[float, Binding | None]]]:
        """Return, by state, the gain in ranges of each player's best deviation, and the deviation.

        With transfers each state has one entry: the joint gain, and the deviation of the player who gains
        more. `inner` is as in `worst`.
        """
        delta = game.float_discount_factors[0]
        threats = np.array([_threats(part.inner) if inner else part.threats for part in sets.sets])
        with np.errstate(invalid="ignore"):
            # A state without equilibrium has infinite threats; infinity times 0 would not be a number.
            expected = self.moves @ threats
        values = state_values(game, self.profiles).payoffs
        return [self._gains(s, delta, expected, values[s]) for s in range(game.n_states)]

    def _gains(
        self, s: int, delta: float, expected: FloatArray, value: FloatArray
    ) -> list[tuple[float, Binding | None]]:
        """Return one state's entry of `by_state`, from expected threats by row and the policy's values."""
        stage, state = self.game.stages[s], self.game.states[s]
        index = stage.profile_index(self.profiles[state])
        after = expected[self.game.offsets[s] : self.game.offsets[s + 1]].reshape(stage.payoffs.shape)
        departing = (1.0 - delta) * stage.payoffs + delta * after
        best: list[tuple[float, Binding | None]] = []
        for i in range(2):
            line = departing[:, index[1], 0] if i == 0 else departing[index[0], :, 1]
            # With transfers a player who plays as prescribed but does not pay deviates too, so the prescribed
            # action is among the deviations.
            own = line[index[i]] if self.transfers else -np.inf
            others = np.where(np.arange(len(line)) == index[i], own, line)
            k = int(others.argmax())
            labels = stage.actions[i]
            best.append((float(others[k]), Binding(stage.players[i], labels[k], labels[index[i]], state)))
        if self.transfers:
            tempted = max(range(2), key=lambda i: best[i][0] - value[i])
            # With payments only the sum counts: both players' deviation payoffs less both players' values.
            return [((best[0][0] + best[1][0] - float(value.sum())) / self.ranges[0], best[tempted][1])]
        return [((best[i][0] - float(value[i])) / self.ranges[i], best[i][1]) for i in range(2)]


def policy_gains(
    game: StochasticGame, *policies: MarkovStrategy | Mapping[str, Sequence[str]]
) -> tuple[FloatArray, FloatArray]:
    """Return the largest gain from a deviation from each policy in each state, at the game's discount factor.

    Returns two arrays of shape (P, S), in shares of the players' ranges: gains with the threats of the outer
    bound, which exclude the policy if one is positive, and of the inner bound, which prove it if none is.
    """
    questions = [_asked(game, policy, transfers=False) for policy in policies]
    sets = stochastic_payoffs(game)
    excluded, proven = (
        np.array(
            [
                [max(gain for gain, _ in part) for part in question.by_state(game, sets, inner=inner)]
                for question in questions
            ]
        )
        for inner in (False, True)
    )
    return excluded, proven


def critical_policy(
    game: StochasticGame, policy: MarkovStrategy | Mapping[str, Sequence[str]], *, transfers: bool = False
) -> CriticalDiscountFactor:
    """Return the common discount factors at which a policy can be played for ever in an equilibrium."""
    question = _asked(game, policy, transfers=transfers)
    grid = NUMERICS.policy_grid
    holds = [question.worst(delta)[0] <= KNIFE_EDGE for delta in grid]
    ends = [0.0] if holds[0] else []
    for (low, before), (high, after) in pairwise(zip(grid, holds, strict=True)):
        # An interval begins where the policy is no longer excluded, and ends where it is excluded again.
        if before != after:
            ends.append(_change(question, low, high, after))
    ends += [1.0] if holds[-1] else []
    intervals = tuple(zip(ends[0::2], ends[1::2], strict=True))
    return _result(question, intervals)


def _asked(
    game: StochasticGame, policy: MarkovStrategy | Mapping[str, Sequence[str]], *, transfers: bool
) -> _Policy:
    """Return a policy with the transitions of its game, or raise if the game or the policy does not fit."""
    if game.n_players != 2:
        raise InvalidGame(
            "the critical discount factor of a policy, or of a profile with transfers, is for two players; "
            f"the game has {game.n_players}. Without transfers give an automaton instead"
        )
    profiles = pure_profiles(game, policy if isinstance(policy, MarkovStrategy) else MarkovStrategy(policy))
    moves = game.transitions
    shape = (game.n_rows, game.n_states)
    array = csr_array((moves.floats().copy(), moves.indices.copy(), moves.indptr.copy()), shape=shape)
    array.eliminate_zeros()  # a state that is never reached may have infinite threats
    ranges = np.array(own_units(*game.stages).ranges())
    return _Policy(game, profiles, transfers, array, np.full(2, ranges.max()) if transfers else ranges)


def _change(question: _Policy, low: float, high: float, rising: bool) -> float:
    """Return the discount factor between two others at which the policy's exclusion changes."""
    while high - low > NUMERICS.policy_width:
        middle = 0.5 * (low + high)
        if (question.worst(middle)[0] <= KNIFE_EDGE) == rising:
            high = middle
        else:
            low = middle
    # The end at which the policy is not excluded.
    return high if rising else low


def _result(question: _Policy, intervals: tuple[tuple[float, float], ...]) -> CriticalDiscountFactor:
    count, last = len(NUMERICS.policy_grid), NUMERICS.policy_grid[-1]
    tried = f"tried at {count} discount factors up to {last}; what lies between them is not proven"
    if not intervals:
        _, binding = question.worst(last)
        return CriticalDiscountFactor((), None, last, None, binding, "partial", METHOD, reason=tried)
    first, width = intervals[0][0], NUMERICS.policy_width
    _, binding = question.worst(max(first - width, width)) if first > 0.0 else (0.0, None)
    inside = min(first + NUMERICS.policy_inside, 0.5 * (first + intervals[0][1]))
    certified = question.worst(inside, inner=True)[0] <= KNIFE_EDGE
    proven = f"punishments certified at {inside:.9g}" if certified else "punishments not certified"
    return CriticalDiscountFactor(
        intervals,
        first,
        max(first - width, 0.0),
        first,
        binding,
        "partial",
        METHOD,
        reason=f"{proven}; {tried}",
    )


def _threats(inner: FloatArray) -> FloatArray:
    return inner.min(axis=0) if len(inner) else np.full(2, np.inf)
