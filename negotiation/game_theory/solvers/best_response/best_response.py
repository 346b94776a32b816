"""Best responses to given play, by policy iteration.

    V(s) = max over a of (1 - delta) u(s, a) + delta sum over t of P(t | s, a) V(t)

Howard, R. A. (1960), Dynamic Programming and Markov Processes: the value of a policy solves a linear system.
A policy that takes a better action wherever there is one is at least as good in every state and better in
some. If the game is rational, the last rounds are in rational numbers, so that the value is exact. Cost: a
dozen linear systems of the size of the states.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from importlib import import_module
from typing import Any

import numpy as np

from negotiation.base.labelled import Table, Tabular
from negotiation.base.numeric import KNIFE_EDGE, IntArray, Number, NumberArray
from negotiation.base.status import Status
from negotiation.game_theory.games import RepeatedGame, StochasticGame
from negotiation.game_theory.games.capabilities import Takes
from negotiation.game_theory.linear_systems import discounted_values
from negotiation.game_theory.solvers.best_response.facing import Facing, Strategy, facing
from negotiation.game_theory.solvers.best_response.numerics import NUMERICS


@dataclass(frozen=True, eq=False)
class BestResponse(Tabular):
    """A player's best response to given strategies of all others.

    Parameters
    ----------
    facing : Facing
        The decision problem of the player: states, own actions and transitions.
    strategy : mapping from state to action
        A best action in each state. Policy iteration starts from the actions that the given profile
        prescribes, and replaces an action only by one with a higher payoff.
    values : mapping from state to number
        Average discounted payoff of `strategy` from each state; rational numbers if `exact`.
    exact : bool
        Whether values were computed in rational numbers.
    status : {"complete", "partial"}
        `complete` unless policy iteration reached its limit.
    reason : str
        What is proven, or why the answer is partial.

    Examples
    --------
    An impatient player defects against grim trigger:

    >>> from fractions import Fraction
    >>> import negotiation as ng
    >>> stage = ng.StageGame.from_matrices([[9, 1], [10, 3]], [[9, 10], [1, 3]], actions=("CD", "CD"))
    >>> grim = ng.strategies.grim_trigger(stage, ("C", "C"), ("D", "D"))
    >>> found = ng.best_response(ng.RepeatedGame(stage, Fraction(1, 8)), grim)
    >>> found.strategy, found.value
    ({'cooperate': 'D', 'punish': 'D'}, Fraction(73, 8))
    """

    facing: Facing
    strategy: Mapping[str, str]
    values: Mapping[str, Number]
    exact: bool
    status: Status
    reason: str

    @property
    def game(self) -> RepeatedGame | StochasticGame:
        """The game that is played."""
        return self.facing.game

    @property
    def player(self) -> str:
        """Label of the responding player."""
        return self.facing.player

    @property
    def value(self) -> Number:
        """Value of the best response before play begins."""
        states, start = self.facing.states, self.facing.start
        total: Number = sum(p * self.values[states[k]] for k, p in start.items())
        return total

    @cached_property
    def certificate(self) -> Any:
        """Certificate of these values, as `negotiation.certificate` returns it."""
        # Certificates belong to a higher layer, which is reached through the package.
        return import_module("negotiation").certificate(self.game, self)

    @cached_property
    def worst(self) -> Number:
        """Lowest value that the player can get: the value of a worst policy before play begins."""
        against = replace(
            self.facing, flows=tuple(tuple(-flow for flow in row) for row in self.facing.flows)
        )  # fmt: skip
        _, values, _ = iterated(against)
        lowest: Number = self.facing.least - sum(p * values.tolist()[k] for k, p in self.facing.start.items())
        return lowest

    def table(self) -> Table:
        """Return a table with one row for each state: a best action and the value of the state."""
        rows = tuple((state, action, self.values[state]) for state, action in self.strategy.items())
        return Table(f"best response of {self.player}", ("state", "action", "value"), rows)


@Takes(use="a best response", kinds=(RepeatedGame, StochasticGame))
def best_response(
    game: RepeatedGame | StochasticGame,
    opponent: Strategy | Mapping[str, Sequence[object]],
    player: str | None = None,
    *,
    start: str | None = None,
) -> BestResponse:
    """Return a best response of one player to given strategies of all others.

    Parameters
    ----------
    game : RepeatedGame or StochasticGame
        The game, which may have a public signal.
    opponent : Automaton, StateAutomaton, MarkovStrategy or mapping
        The strategy profile that the others follow: an Automaton in a repeated game; a StateAutomaton, a
        MarkovStrategy or a mapping from state to profile in a stochastic game. The player's own part is
        ignored.
    player : str, optional
        Label of the responding player; the first player by default.
    start : str, optional
        Label of the state in which play begins. It is required for a stochastic game with several states, and
        replaces the initial state of an automaton.

    Returns
    -------
    BestResponse
        The best response, with `.strategy` and `.values` by public state, `.value` before play, and
        `.certificate`.

    Raises
    ------
    InvalidGame
        If the game is of another kind, `start` is missing, or a profile of an automaton does not name one
        action for each player.
    InvalidStrategy
        If the strategy is a function, does not fit the kind of game, or does not cover everything that
        players may observe.
    UnknownPlayer, UnknownState, UnknownAction, UnknownSignal
        If the game has no such player, state, action or signal.
    InvalidDiscountFactor
        If some number is a float and a discount factor, as a float, is below 1e-100 or rounds to 1.
    SizeLimit
        If the problem has more than 8,000 states, or 1,000,000 pairs of a state and an action.

    Examples
    --------
    China's best response to the United States under the text of the Busan truce, in percent of GDP:

    >>> import negotiation as ng
    >>> busan = ng.truce("2025-10-busan")
    >>> found = ng.best_response(busan.game(), busan.compile(), "CHN")
    >>> round(found.value, 3), found.status
    (-0.377, 'complete')
    """
    return solved(facing(game, opponent, player, start))


def solved(problem: Facing) -> BestResponse:
    """Return a best response in a player's decision problem."""
    policy, values, settled = iterated(problem)
    worth = [problem.least + value for value in values.tolist()]
    how = "in rational numbers" if problem.exact else "in double precision"
    return BestResponse(
        problem,
        {state: problem.actions[k][policy[k]] for k, state in enumerate(problem.states)},
        dict(zip(problem.states, worth, strict=True)),
        problem.exact,
        "complete" if settled else "partial",
        f"no action gains in any state, {how}" if settled else "policy iteration met its limit of rounds",
    )


def iterated(problem: Facing) -> tuple[IntArray, NumberArray, bool]:
    """Return a best policy, its values less the least payoff, and whether no other action gains.

    Shapes: the policy has the position of an action for each state, (S,), and the values are (S,).
    """
    first = [
        row.index(action) if action is not None else 0
        for row, action in zip(problem.actions, problem.prescribed, strict=True)
    ]
    policy = np.array(first, dtype=np.intp)
    rough = _in_floats(problem) if problem.exact else problem
    policy, values, settled = _improved(rough, policy, KNIFE_EDGE * problem.scale)
    # In rational numbers any positive difference counts as a gain.
    return _improved(problem, policy, 0) if problem.exact else (policy, values, settled)


def _improved(problem: Facing, policy: IntArray, slack: Number) -> tuple[IntArray, NumberArray, bool]:
    """Return the policy improved until no action gains more than the slack, as `iterated` does."""
    begins = np.array(problem.offsets[:-1])
    for _ in range(NUMERICS.most_rounds):
        values = policy_values(problem, policy)
        q = problem.q(values)
        best = np.array([int(part.argmax()) for part in np.split(q, begins[1:])], dtype=np.intp)
        gains = q[begins + best] - q[begins + policy] > slack
        if not gains.any():
            return policy, values, True
        policy = np.where(gains, best, policy)
    return policy, values, False


def policy_values(problem: Facing, policy: IntArray) -> NumberArray:
    """Return the value of a policy, positions of actions, in each state, less the least payoff."""
    size = len(problem.states)
    rows = [problem.offsets[k] + int(a) for k, a in enumerate(policy)]
    moves: NumberArray = np.zeros((size, size), dtype=object if problem.exact else np.float64)
    for k, row in enumerate(rows):
        for goal, p in problem.following[row].items():
            moves[k, goal] += p
    return discounted_values(moves, problem.rows[rows][:, None], [problem.delta])[:, 0]


def _in_floats(problem: Facing) -> Facing:
    """Return a rational problem in double precision."""
    return replace(
        problem,
        exact=False,
        flows=tuple(tuple(map(float, row)) for row in problem.flows),
        outcomes=tuple(
            tuple({key: float(p) for key, p in each.items()} for each in row) for row in problem.outcomes
        ),
        delta=float(problem.delta),
    )
